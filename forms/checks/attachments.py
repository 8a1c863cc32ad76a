"""The attached files: the ones the category wants, and whether each can be used (notice 三.2, 附件1)."""

from __future__ import annotations

from collections.abc import Iterator

from forms.answers import AttachmentFact
from forms.checks.base import Found, Sheet, quoted
from forms.shared import ATTACHMENTS

# What the bytes of a file with that ending may show. Word's and Excel's old formats share one container (OLE).
_CONTENT = {"jpg": ("jpg", "jpeg"), "jpeg": ("jpg", "jpeg"), "doc": ("doc", "xls"), "xls": ("doc", "xls")}
_MEBIBYTE = 1024 * 1024


def required(sheet: Sheet) -> Iterator[Found]:
    """附件1（二）2(6) 申报材料: what the category demands is attached."""
    for name in _absent(sheet, sheet.category.required if sheet.category else ()):
        yield Found(ATTACHMENTS, f"该类项目必须附上{quoted(name)}，请在附件页添加")


def preferred(sheet: Sheet) -> Iterator[Found]:
    """附件1 申报条件, 附有…的优先: what gives the application precedence is attached."""
    for name in _absent(sheet, sheet.category.preferred if sheet.category else ()):
        yield Found(ATTACHMENTS, f"附有{quoted(name)}的优先，如有请在附件页添加")


def _absent(sheet: Sheet, roles: tuple[str, ...]) -> list[str]:
    names = {entry.id: entry.label for entry in sheet.answers.form.attachment_roles}
    return [names.get(role, role) for role in roles if role not in sheet.roles()]


def kind(sheet: Sheet) -> Iterator[Found]:
    """三.2 同时提交电子版: every file has a role and an allowed type, can be read, and all of them fit into one e-mail."""
    roles = {entry.id for entry in sheet.answers.form.attachment_roles}
    for number, entry in enumerate(sheet.answers.attachments):
        name = f"附件第{number + 1}个{quoted(entry.name)}"
        if entry.role not in roles:
            yield Found(ATTACHMENTS, f"{name}没有类别，请选择附件类别", number)
        if fault := _fault(sheet, entry):
            yield Found(ATTACHMENTS, name + fault, number)
    size, limit = sum(entry.size for entry in sheet.answers.attachments), sheet.call.limits.attachments_bytes
    if size > limit:
        yield Found(ATTACHMENTS, f"全部附件共{_size(size)}，超过{_size(limit)}，邮件发不出去，请压缩图片、扫描件或移除一些")


def _fault(sheet: Sheet, entry: AttachmentFact) -> str:
    """The first thing wrong with a file, as the rest of a sentence; ``""`` if it can be used."""
    ending = _ending(entry.name)
    limit = sheet.call.limits.attachment_bytes
    if ending not in sheet.call.attachment_types:
        return f"的类型不能提交，请换成{'、'.join(sheet.call.attachment_types)}文件"
    if entry.trouble:
        return f"不能使用：{entry.trouble}" + ("" if "请" in entry.trouble else "，请重新添加")
    if entry.size <= 0:
        return "是空文件，请重新添加"
    if entry.size > limit:
        return f"有{_size(entry.size)}，超过{_size(limit)}，请压缩后重新添加"
    if entry.content not in _CONTENT.get(ending, (ending,)):
        return f"的内容不是{ending}文件（可能只改了文件名或已损坏），请用原来的程序打开核对后另存为{ending}再添加"
    return ""


def _ending(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and stem else ""


def _size(size: int) -> str:
    """Bytes as MiB with two decimals at most, rounded up at the limit so that 20 MiB and a byte does not read 20."""
    hundredths = -(-size * 100 // _MEBIBYTE)
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".") + "MB"
