"""The bundle that is sent: 申报书.pdf 申报书.docx 申报数据.json 提交清单.txt 附件/… in one zip (spec package.md, "The bundle").

The same application gives the same bytes: entries in a fixed order, 1980-01-01 as their time, and stored rather than deflated,
since the zlib of one machine packs differently from that of another; PDF, pictures and scans would not shrink anyway.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.application import Application, dump
from app.export import names
from forms.call import Call

CODE_KEY = "code"
"""The data file's key for the 校验码; it is derived, so reading takes it out again and compares it."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_ARCHIVE = 0x20
"""The only attribute of an ordinary DOS file."""
_BOM = b"\xef\xbb\xbf"
"""Notepad before Windows 10 1903 takes a text without it for GBK."""
_FILE_LINE = re.compile(r"　　([0-9]{1,12}) 字节　SHA-256 ([0-9a-f]{64})")
_CODE_LINE = re.compile(r"校验码：([0-9A-F]{4}-[0-9A-F]{4})")


@dataclass(frozen=True)
class Listed:
    """A file in 提交清单.txt: its name in the bundle, bytes, SHA-256 in hex."""

    name: str
    size: int
    sha256: str


def data_file(application: Application, files: Mapping[int, str] | None = None) -> bytes:
    """The draft file as it travels: with the attachments' hashes, and with the 校验码 as its key ``code``."""
    stamped = replace(application, extras=application.extras | {CODE_KEY: application.code})
    return dump(stamped, files, hashes=True)


def contents(application: Application, pdf: bytes, docx: bytes) -> dict[str, bytes]:
    """Every file of the bundle by its name, in the bundle's order. The attachments' bytes must be at hand (OSError else)."""
    attached = names.attachment_names(application.form, application.attachments)
    files = {names.PDF: pdf, names.DOCX: docx, names.DATA: data_file(application, dict(enumerate(attached)))}
    enclosed: dict[str, bytes] = {}
    for name, entry in zip(attached, application.attachments, strict=True):
        with entry.open() as stream:
            enclosed[name] = stream.read()
    listing = list_text(application, files | enclosed)
    return files | {names.LIST: listing} | enclosed


def pack(files: Mapping[str, bytes]) -> bytes:
    """The zip of ``files``, in their order; names in UTF-8 with the flag set."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 0  # the same on Windows and Linux
            entry.external_attr = _ARCHIVE  # 0 would be replaced by a mode of Unix
            archive.writestr(entry, data)
    return target.getvalue()


# --- 提交清单.txt ------------------------------------------------------------------------------------------------------------


def list_text(application: Application, files: Mapping[str, bytes]) -> bytes:
    """提交清单.txt: what is submitted, each file with size and SHA-256, and what remains to be done by hand. UTF-8, CRLF."""
    answers = application.answers_without_files()
    lines = [
        f"{application.call.title}　提交清单",
        "",
        f"申报单位：{answers.text('unit.name')}",
        f"项目类型：{names.category_label(application)}",
        f"项目名称：{answers.text('project.name')}",
        f"校验码：{application.code}",
        "（与申报书页脚的校验码一致，才是同一份申报书）",
        "",
        f"文件（共{len(files)}个）",
    ]
    for number, (name, data) in enumerate(files.items(), 1):
        lines += [f"{number}. {name}", f"　　{len(data)} 字节　SHA-256 {hashlib.sha256(data).hexdigest()}"]
    lines += ["", "还要做的事"]
    lines += [f"{number}. {step}" for number, step in enumerate(by_hand(application.call), 1)]
    return _BOM + "\r\n".join([*lines, ""]).encode("utf-8", "replace")


def by_hand(call: Call) -> list[str]:
    """What no program does, in the order in which it is done (notice 三.2, 三.6, 四), one sentence each."""
    day = call.deadline
    return [
        "单位会议研究审议本申报",
        f"用A4纸打印申报书{call.limits.copies}份",
        "项目负责人在每份上亲笔签名（禁止代签字）",
        "单位负责人在每份上签署意见并签名",
        "在每份上加盖单位公章",
        f"把纸质材料送达{call.address}（联系人{'、'.join(call.contacts)}，电话{call.phone}）",
        f"把本压缩包作为附件发送到电子邮箱{call.email}",
        f"以上都要在{day.year}年{day.month}月{day.day}日前完成，逾期概不受理",
    ]


def read_list(data: bytes) -> tuple[str, list[Listed]]:
    """``(校验码, files)`` of a 提交清单.txt; the code is ``""`` where none is found. Never raises."""
    lines = data.decode("utf-8-sig", "replace").splitlines()
    code = next((found[1] for line in lines if (found := _CODE_LINE.fullmatch(line))), "")
    listed: list[Listed] = []
    for above, line in itertools.pairwise(lines):
        found = _FILE_LINE.fullmatch(line)
        head = re.fullmatch(r"[0-9]{1,3}\. (.+)", above)
        if found and head:
            listed.append(Listed(head[1], int(found[1]), found[2]))
    return code, listed
