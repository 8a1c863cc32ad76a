"""Checking a received bundle: nothing damaged, missing or added, and documents that print what the data file says.

``verify --json``: ``{"file", "sound", "code", "unit", "project", "category", "files": [{"name", "size", "sha256"}],
"findings": [{"rule", "file", "message"}]}``. ``sound`` is true exactly when there are no findings. Rules: ``list.missing``,
``list.code``, ``file.missing``, ``file.extra``, ``file.damaged``, ``file.hash``, ``data.broken``, ``data.code``,
``data.attachments``, ``pdf.data``, ``pdf.text``, ``docx.data``, ``docx.text``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.application import Application
from app.errors import AppError
from app.export import bundle, names
from app.export.context import Printed, printed
from app.opening import openers
from app.opening.safezip import BUNDLE, SafeZip, shown


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: its rule, the file of the bundle it concerns, and a Chinese sentence."""

    rule: str
    file: str
    message: str


@dataclass
class VerifyResult:
    """What a bundle holds and what is wrong with it."""

    file: str
    code: str = ""
    unit: str = ""
    project: str = ""
    category: str = ""
    files: list[bundle.Listed] = field(default_factory=list[bundle.Listed])
    findings: list[Finding] = field(default_factory=list[Finding])

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def add(self, rule: str, file: str, message: str) -> None:
        """Note a finding."""
        self.findings.append(Finding(rule, shown(file), message))

    def as_json(self) -> dict[str, Any]:
        """The result of ``verify --json``."""
        return {
            "file": self.file,
            "sound": self.sound,
            **{name: getattr(self, name) for name in ("code", "unit", "project", "category")},
            "files": [{"name": entry.name, "size": entry.size, "sha256": entry.sha256} for entry in self.files],
            "findings": [{"rule": entry.rule, "file": entry.file, "message": entry.message} for entry in self.findings],
        }

    def lines(self) -> list[str]:
        """The result for people."""
        head = [f"{self.unit}｜{self.category}｜{self.project}", f"校验码 {self.code}"] if self.code else []
        if self.sound:
            return [*head, f"核对无误：{len(self.files)}个文件完整，申报书与申报数据一致"]
        return [*head, f"核对不通过，有{len(self.findings)}处问题：", *(f"  {entry.message}" for entry in self.findings)]


def verify(path: Path, *folders: Path) -> VerifyResult:
    """Check the bundle at ``path``. AppError if it is no bundle, or cannot be opened safely; everything else is a finding."""
    data = openers.read_limited(path)
    if not data.startswith(b"PK"):
        raise AppError(f"“{path.name}”不是压缩包")
    archive = SafeZip(data, BUNDLE)
    if names.DATA not in archive.names and names.LIST not in archive.names:
        raise AppError(f"“{path.name}”不是本程序导出的报送压缩包")
    result = VerifyResult(path.name)
    contents = _contents(archive, result)
    listed_code = _check_list(contents, result)
    application = _application(archive, contents, result, *folders)
    if application is not None:
        _check_data(application, contents, listed_code, result)
        _check_documents(application, contents, result, *folders)
    return result


def _contents(archive: SafeZip, result: VerifyResult) -> dict[str, bytes]:
    """Every file that can be unpacked; the others are findings."""
    found: dict[str, bytes] = {}
    for name in archive.names:
        try:
            found[name] = archive.read(name)
            result.files.append(bundle.Listed(name, len(found[name]), hashlib.sha256(found[name]).hexdigest()))
        except AppError as error:
            result.add("file.damaged", name, error.message)
    return found


def _check_list(contents: dict[str, bytes], result: VerifyResult) -> str:
    """Compare the files with 提交清单.txt; returns the 校验码 it gives."""
    if names.LIST not in contents:
        result.add("list.missing", names.LIST, f"缺少“{names.LIST}”，无法核对文件")
        return ""
    code, listed = bundle.read_list(contents[names.LIST])
    wanted = {entry.name: entry for entry in listed}
    damaged = {finding.file for finding in result.findings}
    required = {names.PDF, names.DOCX, names.DATA}
    for name in sorted(wanted.keys() | required):
        if name not in contents and shown(name) not in damaged:
            result.add("file.missing", name, f"缺少“{shown(name)}”")
    for name, data in contents.items():
        if name == names.LIST:
            continue
        entry = wanted.get(name)
        if entry is None:
            result.add("file.extra", name, f"“{shown(name)}”不在提交清单里")
        elif entry.size != len(data) or entry.sha256 != hashlib.sha256(data).hexdigest():
            result.add("file.hash", name, f"“{shown(name)}”与提交清单的校验值不符，导出后被改动过或已损坏")
    return code


def _application(archive: SafeZip, contents: dict[str, bytes], result: VerifyResult, *folders: Path) -> Application | None:
    if names.DATA not in contents:
        return None
    try:
        opened = openers.open_bundle(archive, lambda name: _unpacked(contents, name), *folders)
        application = opened.application
        result.code = application.code
    except AppError as error:
        result.add("data.broken", names.DATA, f"“{names.DATA}”读不出来：{error.message}")
        return None
    if opened.absent:
        result.add("data.attachments", names.DATA, "申报数据登记的附件不全在压缩包里")
    answers = application.answers_without_files()
    result.unit, result.project = answers.text("unit.name"), answers.text("project.name")
    result.category = names.category_label(application)
    return application


def _unpacked(contents: dict[str, bytes], name: str) -> bytes:
    """A file that was unpacked before: holding it twice would double the memory."""
    if name not in contents:
        raise AppError(f"“{shown(name)}”已损坏")
    return contents[name]


def _check_data(application: Application, contents: dict[str, bytes], listed_code: str, result: VerifyResult) -> None:
    if listed_code and listed_code != result.code:
        result.add("list.code", names.LIST, f"提交清单的校验码是{listed_code}，申报数据的是{result.code}，不是同一版")
    elif not listed_code and names.LIST in contents:
        result.add("list.code", names.LIST, "提交清单里没有校验码")
    wanted = bundle.data_file(application, dict(enumerate(names.attachment_names(application.form, application.attachments))))
    if wanted != contents[names.DATA]:
        result.add("data.code", names.DATA, f"“{names.DATA}”在导出后被改动过，或不是本程序写的")


def _check_documents(application: Application, contents: dict[str, bytes], result: VerifyResult, *folders: Path) -> None:
    sheet = printed(application)
    readers: tuple[tuple[str, str, Callable[[bytes], tuple[bytes, list[str]]]], ...] = (
        ("pdf", names.PDF, _read_pdf),
        ("docx", names.DOCX, _read_docx),
    )
    for rule, name, read in readers:
        if name not in contents:
            continue
        try:
            draft, pages = read(contents[name])
        except AppError as error:
            result.add(f"{rule}.data", name, f"“{name}”读不出来：{error.message}")
            continue
        if _code_of(draft, *folders) != result.code:
            result.add(f"{rule}.data", name, f"“{name}”所带的申报数据与“{names.DATA}”不是同一版")
        _check_text(sheet, rule, name, pages, result)


def _check_text(sheet: Printed, rule: str, name: str, pages: list[str], result: VerifyResult) -> None:
    from app.export.readback import missing

    if absent := missing(sheet, pages):
        result.add(f"{rule}.text", name, f"“{name}”里的“{'、'.join(absent[:3])}”与申报数据不一致")


def _code_of(draft: bytes, *folders: Path) -> str:
    """The 校验码 of the data that a document carries; ``""`` where it cannot be read."""
    try:
        return openers.open_carried(draft, *folders).code
    except AppError:
        return ""


def _read_pdf(data: bytes) -> tuple[bytes, list[str]]:
    from app.export.readback import pdf_pages
    from app.opening import pdf_file

    pdf_file.guard(data)
    return pdf_file.embedded(data, openers.FORMAT_MARK), pdf_pages(data)


def _read_docx(data: bytes) -> tuple[bytes, list[str]]:
    from app.export.ooxml import embedded
    from app.export.readback import docx_text
    from app.opening.office_file import docx_parts

    parts = docx_parts(data)
    return embedded(parts)[0], [docx_text(parts)]
