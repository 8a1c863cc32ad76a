"""File names that Windows, Linux and mail programs all take (spec package.md, "The bundle"; facts.md, "Hand-over").

Unwanted characters become ``-`` rather than a full-width twin: some Windows programs turn the twins back into the originals.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from app.application import Application
from app.attachments import Attachment
from app.errors import AppError
from forms.graphemes import graphemes
from forms.schema import Form

NAME_UNITS = 80
"""Longest file name in UTF-16 units; 80 of them are at most 240 bytes of UTF-8, and Linux takes 255."""
PATH_UNITS = 200
"""Longest whole path in UTF-16 units: Windows takes 259, and the bundle is unpacked into a folder of its own name."""
SHORTEST_ZIP = 24
"""A bundle's name is never cut below this: the folder is too deep then."""
FOLDER = "附件"
PDF, DOCX, MAIL = "申报书.pdf", "申报书.docx", "邮件.eml"
DRAFT_PDF, DRAFT_DOCX = "申报书（草稿）.pdf", "申报书（草稿）.docx"
DATA, LIST = "申报数据.json", "提交清单.txt"

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]+')
_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])", re.IGNORECASE)
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,8}$")


def units(text: str) -> int:
    """Length in UTF-16 code units, as Windows counts."""
    return len(text) + sum(char > "\uffff" for char in text)


def part(text: str, limit: int, *, otherwise: str = "未命名") -> str:
    """``text`` as a part of a file name: one line, no forbidden or invisible character, at most ``limit`` UTF-16 units."""
    line = " ".join(text.split())
    seen = "".join(char for char in line if unicodedata.category(char) not in _INVISIBLE)
    return _trim(_cut(_trim(_FORBIDDEN.sub("-", seen)), limit)) or otherwise


def _trim(text: str) -> str:
    """Without what Windows drops at the end and Linux hides at the front."""
    return text.strip(". \u3000\u00a0").lstrip("~-")


def _cut(text: str, limit: int) -> str:
    """At most ``limit`` UTF-16 units of whole graphemes."""
    if units(text) <= limit:
        return text
    kept: list[str] = []
    room = limit
    for cluster in graphemes(text):
        room -= units(cluster)
        if room < 0:
            break
        kept.append(cluster)
    return "".join(kept)


def file_name(text: str, limit: int = NAME_UNITS) -> str:
    """A whole file name with its ending kept, cleaned, cut and not one of the names that Windows reserves."""
    found = _EXTENSION.search(text.rstrip(". "))
    ending = found[0] if found else ""
    stem = text.rstrip(". ").removesuffix(ending)
    return unreserved(part(stem, limit - len(ending) - 1) + ending)


def unreserved(name: str) -> str:
    """``name`` with ``_`` before it if Windows would take it for a device (``CON.txt``, ``COM¹``)."""
    return f"_{name}" if _RESERVED.fullmatch(name.split(".", maxsplit=1)[0].rstrip()) else name


def category_label(application: Application) -> str:
    """项目类型 as the e-mail and the file names give it: the category's label, for the party form that of its one category."""
    found = application.answers_without_files().category
    return found.label if found else application.form.short_title


def zip_name(application: Application, folder: Path) -> str:
    """``{单位名称}_{项目类型}_{项目名称}.zip`` so that the whole path stays within :data:`PATH_UNITS`; AppError if it cannot."""
    answers = application.answers_without_files()
    room = min(NAME_UNITS, PATH_UNITS - units(str(folder.absolute())) - 1)
    if room < SHORTEST_ZIP:
        raise AppError("导出文件夹的路径太长，Windows打不开，请换一个靠近盘符的文件夹")
    label = part(category_label(application), 12)
    shared = room - units(label) - len("__.zip")
    unit, project = answers.text("unit.name"), answers.text("project.name")
    unit_room = max(shared // 2, shared - units(part(project, NAME_UNITS)))
    first = part(unit, max(unit_room, 1))
    return unreserved(f"{first}_{label}_{part(project, max(shared - units(first), 1))}.zip")


def attachment_names(form: Form, attachments: Sequence[Attachment]) -> list[str]:
    """The attachments' paths inside the bundle, in order: ``附件/01_服务站筹建申请及申报表.pdf``.

    The role's label stands where only one file has that role, else the file's own name; the number makes each unique.
    """
    labels = {role.id: role.label for role in form.attachment_roles if role.id != "other"}
    roles = [entry.role for entry in attachments]
    names: list[str] = []
    for number, entry in enumerate(attachments, 1):
        own = entry.role not in labels or roles.count(entry.role) > 1
        ending = _EXTENSION.search(entry.name)
        name = entry.name if own else labels[entry.role] + (ending[0].lower() if ending else "")
        names.append(f"{FOLDER}/{number:02d}_{file_name(name, NAME_UNITS - 8)}")
    return names
