"""The parts of a docx that are read, after the whole of it has been found harmless (ECMA-376 part 2).

Macros, parts that live outside the file and document type declarations are refused, not skipped: nothing that this program exports
has them, and a person who is told can ask where the file comes from.
"""

# lxml has no type stubs, hence:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import Any

from app.errors import AppError
from app.opening import limits
from app.opening.safezip import OFFICE, SafeZip

CONTENT_TYPES, DOCUMENT = "[Content_Types].xml", "word/document.xml"
_DECLARATIONS = tuple(word.encode(encoding) for word in ("<!DOCTYPE", "<!ENTITY") for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_MACRO_NAMES = ("vbaproject.bin", "vbadata.xml")
_HYPERLINK = "/hyperlink"


def docx_parts(data: bytes) -> dict[str, bytes]:
    """The visible and the data parts of a docx by name. AppError in one sentence for one that could do harm."""
    archive = SafeZip(data, OFFICE, "docx文件")
    names = {name.lower(): name for name in archive.names}
    if CONTENT_TYPES.lower() not in names or DOCUMENT not in names:
        raise AppError("这不是Word文档（docx）")
    if any(name.rsplit("/", 1)[-1] in _MACRO_NAMES for name in names):
        raise AppError("docx里有宏，已拒绝打开")
    parts: dict[str, bytes] = {}
    for lower, name in names.items():
        if lower == CONTENT_TYPES.lower() or lower.endswith(".rels"):
            _harmless(lower, parse_part(archive.read(name)))
        elif _is_read(lower):
            parts[name] = checked_part(archive.read(name))
    return parts


def _is_read(lower: str) -> bool:
    visible = lower.startswith(("word/document", "word/header", "word/footer"))
    return (visible or lower.startswith("customxml/")) and lower.endswith(".xml")


def checked_part(data: bytes) -> bytes:
    """An XML part whose tree will be of bounded size and that declares no entities; AppError otherwise."""
    if any(word in data for word in _DECLARATIONS):
        raise AppError("docx里有不允许的声明（DTD），已拒绝打开")
    if data.count(b"<") + data.count(b"=") > limits.XML_ELEMENTS:
        raise AppError("docx里的内容太多，已拒绝打开")
    return data


def parse_part(data: bytes) -> Any:
    """The root element of a checked part."""
    from app.export.ooxml import parse

    return parse(checked_part(data))


def _harmless(name: str, root: Any) -> None:
    for node in root.iter():
        if name == CONTENT_TYPES.lower() and "macroenabled" in (node.get("ContentType") or "").lower():
            raise AppError("docx里有宏，已拒绝打开")
        if (node.get("TargetMode") or "").lower() == "external" and not _is_mail_link(node):
            raise AppError("docx里有指向外部的链接或内容，已拒绝打开")


def _is_mail_link(node: Any) -> bool:
    """Word makes a link of an e-mail address that a person types; nothing follows it by itself."""
    return (node.get("Type") or "").endswith(_HYPERLINK) and (node.get("Target") or "").lower().startswith("mailto:")
