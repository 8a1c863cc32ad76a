"""The export as a whole: check, render, read back, pack, and put into place — all of it or nothing (spec package.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from app.application import Application
from app.attachments import Attachment
from app.errors import AppError
from app.export import atomic, bundle, mail, names
from app.export.context import Printed, printed
from app.opening import limits
from forms.checks import Level, Peer, Problem

Progress = Callable[[str, float], None]
"""Told what is being done, and how much of the whole is done (0 to 1)."""


class NotReady(AppError):  # noqa: N818 - a state of the application, told as a refusal
    """A final export of an application with errors; ``problems`` are the errors."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"还有{len(problems)}处错误，改好后才能正式导出；现在可以导出草稿（命令行加 --draft）")
        self.problems = list(problems)


class CancelledError(AppError):
    """The person stopped the export; nothing was written."""

    def __init__(self) -> None:
        super().__init__("已取消导出，没有留下文件")


@dataclass(frozen=True)
class Exported:
    """What an export made. ``zip`` and ``eml`` are None for a draft; ``notices`` are for the person to read."""

    pdf: Path
    docx: Path
    zip: Path | None
    eml: Path | None
    code: str
    pages: int
    notices: tuple[str, ...] = ()

    def files(self) -> dict[str, Path | None]:
        """The paths by kind, as ``export --json`` names them."""
        return {"pdf": self.pdf, "docx": self.docx, "zip": self.zip, "eml": self.eml}


@dataclass(frozen=True)
class _Made:
    """Everything of one export in memory, before any of it is written."""

    sheet: Printed
    pages: int
    files: dict[str, bytes]
    bundled: dict[str, bytes]


class _Steps:
    """Tells progress and notices that the person has cancelled."""

    def __init__(self, progress: Progress | None, cancelled: Callable[[], bool] | None) -> None:
        self._progress = progress
        self.cancelled = cancelled

    def step(self, text: str, fraction: float) -> None:
        """A step begins."""
        if self.cancelled is not None and self.cancelled():
            raise CancelledError
        if self._progress is not None:
            self._progress(text, fraction)


def export(
    application: Application,
    folder: Path,
    *,
    draft: bool = False,
    force: bool = False,
    today: date,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    peers: Sequence[Peer] = (),
) -> Exported:
    """Write the documents into ``folder``: 申报书.pdf and .docx, for a final export also the bundle and 邮件.eml.

    Raises :class:`NotReady` for a final export with errors, :class:`CancelledError`, and AppError in one sentence for everything
    else that goes wrong; then the folder is as it was. An existing file is replaced only with ``force``.
    """
    from app.checking import problems_of

    steps = _Steps(progress, cancelled)
    steps.step("检查", 0.0)
    settled = _settled(application, draft)
    errors = [problem for problem in problems_of(settled, today, peers) if problem.level is Level.ERROR]
    if errors and not draft:
        raise NotReady(errors)
    zip_name = "" if draft else names.zip_name(settled, folder)
    targets = [names.DRAFT_PDF, names.DRAFT_DOCX] if draft else [names.PDF, names.DOCX, zip_name, names.MAIL]
    atomic.refuse_existing(folder, targets, force)
    made = _make(settled, len(errors) if draft else None, targets, steps)
    steps.step("写入文件夹", 0.7)
    paths = atomic.publish(folder, made.files, force=force, check=lambda found: _compare(made, targets, found, steps))
    if progress is not None:
        progress("完成", 1.0)
    packed, letter = (None, None) if draft else (paths[zip_name], paths[names.MAIL])
    notices = _notices(settled, made, zip_name)
    return Exported(paths[targets[0]], paths[targets[1]], packed, letter, made.sheet.code, made.pages, notices)


def _settled(application: Application, draft: bool) -> Application:
    """The application with its attachments in memory: read once, so that what was checked, hashed and packed is the same."""
    attachments: list[Attachment] = []
    for entry in application.attachments:
        try:
            attachments.append(entry.loaded())
        except AppError:
            if not draft:
                raise
            attachments.append(replace(entry, path=None, data=None, opener=None))
    return replace(application, values=dict(application.values), attachments=attachments)


def _make(application: Application, open_errors: int | None, targets: Sequence[str], steps: _Steps) -> _Made:
    steps.step("排版 PDF", 0.1)
    sheet = printed(application, open_errors=open_errors)
    data = bundle.data_file(application)
    pdf, pages = _pdf(sheet, data, steps)
    steps.step("生成 docx", 0.4)
    from app.export.docx import render_docx

    files = {targets[0]: pdf, targets[1]: render_docx(sheet, data, pages=pages)}
    if open_errors is not None:
        return _Made(sheet, pages, files, {})
    steps.step("打包", 0.6)
    bundled = bundle.contents(application, files[targets[0]], files[targets[1]])
    files[targets[2]] = bundle.pack(bundled)
    files[targets[3]] = mail.message(application, targets[2], files[targets[2]])
    return _Made(sheet, pages, files, bundled)


def _pdf(sheet: Printed, data: bytes, steps: _Steps) -> tuple[bytes, int]:
    from app.export import pdf

    try:
        rendered = pdf.render_pdf(sheet, data, cancelled=steps.cancelled)
    except pdf.Cancelled as stop:
        raise CancelledError from stop
    if rendered.pages > limits.PDF_PAGES:
        raise AppError(f"申报书排出来有{rendered.pages}页，超过{limits.PDF_PAGES}页，没有导出；请删去长文字里多余的空行，或精简内容")
    return rendered.data, rendered.pages


def _compare(made: _Made, targets: Sequence[str], found: Mapping[str, bytes], steps: _Steps) -> None:
    """Read what was written with readers that did not write it; AppError if an answer is not there as it was typed."""
    steps.step("核对 PDF", 0.75)
    _complete(made, targets[0], found[targets[0]], is_pdf=True)
    steps.step("核对 docx", 0.85)
    _complete(made, targets[1], found[targets[1]], is_pdf=False)
    if made.bundled:
        steps.step("核对压缩包", 0.95)
        _packed_whole(made, targets[2], found[targets[2]])


def _complete(made: _Made, name: str, data: bytes, *, is_pdf: bool) -> None:
    from app.export import readback
    from app.export.fonts import spell_out
    from app.opening.office_file import docx_parts

    pages = readback.pdf_pages(data) if is_pdf else [readback.docx_text(docx_parts(data))]
    shown = spell_out if is_pdf else str  # a draft's PDF says 〔U+1F600〕 for what no font has
    absent = readback.missing(made.sheet, pages, shown)
    if absent and is_pdf:
        still = set(readback.missing(made.sheet, readback.pdf_pages_again(data), shown))
        absent = [label for label in absent if label in still]
    if absent or (is_pdf and len(pages) != made.pages):
        what = "、".join(absent[:3]) or "页数"
        raise AppError(f"“{name}”核对时发现“{what}”与填写的内容不一致，没有导出，请把申报数据发给程序维护者")


def _packed_whole(made: _Made, name: str, data: bytes) -> None:
    """The zip holds exactly the listed files with the listed hashes."""
    from app.opening.safezip import BUNDLE, SafeZip

    archive = SafeZip(data, BUNDLE)
    code, listed = bundle.read_list(archive.read(names.LIST))
    hashes = {entry.name: entry.sha256 for entry in listed}
    whole = set(archive.names) == {*hashes, names.LIST} == set(made.bundled) and code == made.sheet.code
    if not whole or any(hashlib.sha256(archive.read(entry)).hexdigest() != wanted for entry, wanted in hashes.items()):
        raise AppError(f"“{name}”核对时发现内容不一致，没有导出，请重新导出")


def _notices(application: Application, made: _Made, zip_name: str) -> tuple[str, ...]:
    """What the person should know of a finished export: that the e-mail is large."""
    limit = application.call.limits.mail_warning_bytes
    size = round(len(made.files.get(zip_name, b"")) * mail.GROWTH)
    if size <= limit:
        return ()
    return (f"邮件约{size / (1 << 20):.0f}MB，有的邮箱收不下，请用网页邮箱的超大附件发送，或压缩附件后重新导出",)
