"""Opening what this program wrote, wherever it comes from: a draft file, a bundle, an exported docx or PDF.

What a file is shows in its bytes, not in its name. Everything is read into memory within limits; nothing is executed, followed,
decoded as a picture or unpacked to the disk, except by :func:`extract_attachments` into the folder that was asked for.
"""

from __future__ import annotations

import codecs
import io
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path

from app.application import MAX_BYTES, Application, beside, parse
from app.errors import AppError, reason
from app.export import names
from app.export.bundle import CODE_KEY
from app.opening import limits
from app.opening.office_file import DOCUMENT, docx_parts
from app.opening.safezip import BUNDLE, SafeZip, entry_names

FORMAT_MARK = b"kexie-application"
_JSON_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)
"""Strings, an unfinished one too, so that each byte is looked at once; and what builds structure."""


class Source(Enum):
    """What was opened; the value is for the window's and the commands' messages."""

    DRAFT = "申报数据文件"
    BUNDLE = "报送压缩包"
    DOCX = "导出的docx"
    PDF = "导出的PDF"


@dataclass(frozen=True)
class Opened:
    """An application with its source; ``notices`` say in Chinese what the person should know about it, ``absent`` are the
    ``file`` entries that a bundle does not hold."""

    application: Application
    source: Source
    notices: list[str] = field(default_factory=list[str])
    absent: list[str] = field(default_factory=list[str])


def open_application(path: Path, *folders: Path) -> Opened:
    """Open a draft file, bundle, exported docx or PDF. ``folders`` hold further calls. AppError in one sentence for anything else.

    From a docx or PDF come the values and the attachments' names and hashes, not the attachments.
    """
    data = read_limited(path)
    head = data[:1024].lstrip(b"\xef\xbb\xbf\x00\t\n\r ")
    if head.startswith(b"%PDF-"):
        return _from_pdf(data, *folders)
    if data.startswith(b"PK"):
        return _from_zip(data, *folders)
    if not head.startswith((b"{", codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise AppError(f"“{path.name}”不是申报数据文件、报送压缩包，也不是导出的docx或PDF")
    if len(data) > MAX_BYTES:
        raise AppError(f"“{path.name}”太大，不是申报数据文件")
    return _opened(data, lambda name: beside(path.parent, name), Source.DRAFT, *folders)


def read_limited(path: Path) -> bytes:
    """The bytes of a regular file of at most ``limits.FILE_BYTES``; AppError otherwise."""
    try:
        if not path.exists():
            raise AppError(f"找不到“{path.name}”")
        if not path.is_file():
            raise AppError(f"“{path.name or path}”不是文件")
        with path.open("rb") as stream:
            data = stream.read(limits.FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        raise AppError(f"“{path.name}”打不开：{reason(error, '读取失败')}") from error
    if len(data) > limits.FILE_BYTES:
        raise AppError(f"“{path.name}”太大，不是本程序的文件")
    return data


def _opened(data: bytes, locate: Callable[[str], Path | bytes | None], source: Source, *folders: Path) -> Opened:
    """An application from a draft file's bytes; its 校验码, if it has one, is compared and taken out."""
    _refuse_heavy(data)
    application = parse(data, locate, *folders)
    code = application.extras.pop(CODE_KEY, None)
    application.notices[:] = [notice for notice in application.notices if not (code is not None and notice.endswith(f"：{CODE_KEY}"))]
    notices = list(application.notices)
    if isinstance(code, str) and _changed(application, code):
        # an earlier version may have normalised otherwise: what it exported and people signed is that, and so is its code
        written = replace(application, values=parse(data, lambda _: None, *folders, settled=True).values)
        if _changed(written, code):
            notices.append("这份数据在导出后改动过（校验码对不上），与打印签字的申报书可能不是同一版")
        else:
            application = written
    return Opened(application, source, notices)


def _changed(application: Application, code: str) -> bool:
    try:
        return application.code != code
    except AppError:
        return False  # an attachment cannot be read, which the checks report


def _refuse_heavy(data: bytes) -> None:
    """AppError for JSON with more nesting or more entries than any draft file has, before a parser builds it."""
    depth = 0
    for count, found in enumerate(_JSON_TOKEN.finditer(data)):
        sign = found[0]
        depth += (sign in (b"[", b"{")) - (sign in (b"]", b"}"))
        if depth > limits.JSON_DEPTH:
            raise AppError("申报数据文件的嵌套太深，已拒绝读取")
        if count > limits.JSON_TOKENS:
            raise AppError("申报数据文件里的项目太多，已拒绝读取")


def _from_zip(data: bytes, *folders: Path) -> Opened:
    found = entry_names(io.BytesIO(data))
    if DOCUMENT in found and names.DATA not in found:
        return _from_docx(data, *folders)
    archive = SafeZip(data, BUNDLE)
    return open_bundle(archive, archive.read, *folders)


def open_bundle(archive: SafeZip, read: Callable[[str], bytes], *folders: Path) -> Opened:
    """The application of a bundle whose directory has been checked; ``read`` gives a file's bytes by its name."""
    if names.DATA not in archive.names:
        raise AppError(f"压缩包里没有“{names.DATA}”，不是本程序导出的报送压缩包")
    if archive.size(names.DATA) > MAX_BYTES:
        raise AppError("压缩包里的申报数据太大，已拒绝读取")
    absent: list[str] = []

    def locate(name: str) -> bytes | None:
        if name.startswith(f"{names.FOLDER}/") and name in archive.names:
            return read(name)
        absent.append(name)
        return None

    opened = _opened(read(names.DATA), locate, Source.BUNDLE, *folders)
    if absent:
        opened.notices.append(f"压缩包里缺少{len(absent)}个附件，请重新添加")
    return replace(opened, absent=absent)


def _from_docx(data: bytes, *folders: Path) -> Opened:
    from app.export.ooxml import embedded

    if len(data) > limits.PAPER_BYTES:
        raise AppError("docx文件太大，已拒绝打开")
    draft, untouched = embedded(docx_parts(data))
    opened = _opened(draft, lambda _: None, Source.DOCX, *folders)
    if not untouched:
        opened.notices.append("这份docx的文字在导出后改动过；取出的是导出时填写的内容，改动的文字没有取回")
    return _without_files(opened)


def _from_pdf(data: bytes, *folders: Path) -> Opened:
    from app.opening.pdf_file import embedded

    opened = _opened(embedded(data, FORMAT_MARK), lambda _: None, Source.PDF, *folders)
    return _without_files(opened)


def open_carried(draft: bytes, *folders: Path) -> Application:
    """The application of the draft file that a document carries, its attachments known by hash only."""
    return _opened(draft, lambda _: None, Source.DRAFT, *folders).application


def _without_files(opened: Opened) -> Opened:
    count = len(opened.application.attachments)
    if count:
        opened.notices.append(f"{opened.source.value}里只有{count}个附件的名称和校验值，没有附件本身，请重新添加")
    return opened


def extract_attachments(opened: Opened, folder: Path) -> dict[int, str]:
    """Write the attachments that are at hand into ``folder``/附件 and return their names relative to ``folder`` by index.

    Names are made by this program, never taken from the file; an existing file is an AppError, and then none is written.
    """
    from app.export import atomic

    application = opened.application
    relative = names.attachment_names(application.form, application.attachments)
    wanted = {index: relative[index] for index, entry in enumerate(application.attachments) if entry.present}
    files = {name.removeprefix(f"{names.FOLDER}/"): application.attachments[index].loaded().data or b"" for index, name in wanted.items()}
    target = folder / names.FOLDER
    if not files:
        return {}
    if target.is_symlink():
        raise AppError(f"“{names.FOLDER}”是一个链接，没有写入，请换一个文件夹")
    for name in files:
        if os.path.lexists(target / name):
            raise AppError(f"“{names.FOLDER}”文件夹里已经有“{name}”，没有覆盖，请换一个文件夹")
    atomic.publish(target, files)
    return wanted
