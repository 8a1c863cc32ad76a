# lxml has no type stubs, hence:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportAttributeAccessIssue=false
"""What a docx is underneath: a zip of XML parts. Packing it alike everywhere, its properties, and the draft file inside it.

The draft file travels as a *customXml* part (ECMA-376 part 1, 15.2.5), which Word, WPS and LibreOffice keep on saving. Some
rename the part, so it is found by the namespace of its root element, never by its name. Beside it stands a hash of the text
that people see, so that a document edited by hand afterwards can be told from an untouched one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import zipfile
from collections.abc import Mapping
from datetime import date
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from app.errors import AppError

NAMESPACE = "urn:tineng:application:1"
"""Of the root element that holds the draft file."""

DOCUMENT = "word/document.xml"
ITEM_ID = "{7A1D0C52-3E0B-5B0E-9C55-6D1F0E8A2C11}"
"""The customXml part's identity (itemProps): always the same, so that two exports are the same bytes."""

MAX_PART = 32 << 20
"""Longest XML part that is parsed, bytes: ten times the largest export."""

_MODE = 0o600 << 16  # what zipfile would put for 0
_EPOCH = (1980, 1, 1, 0, 0, 0)
_FIRST = ("[Content_Types].xml", "_rels/.rels", DOCUMENT)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def parse(data: bytes) -> Any:
    """The root element of one XML part. AppError for XML that is not well-formed, is too long, or has a DTD."""
    from lxml import etree

    if len(data) > MAX_PART:
        raise AppError("docx里有一部分太大，已拒绝读取")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise AppError("docx文件的内容已损坏") from error
    if root.getroottree().docinfo.doctype:
        raise AppError("docx里有不允许的声明（DTD），已拒绝读取")
    return root


def pack(parts: Mapping[str, bytes]) -> bytes:
    """A zip of the parts that has the same bytes on every machine: fixed order, times and attributes.

    Stored, not deflated: zlib and zlib-ng (which newer Pythons use on Windows) compress the same bytes differently.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(parts, key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 0
            entry.external_attr = _MODE
            archive.writestr(entry, parts[name])
    return target.getvalue()


def core_properties(title: str, author: str, applied: date | None) -> bytes:
    """``docProps/core.xml``. Both times are midnight of 申报日期; without one there are none, for today would be no fact."""
    stamp = f"{applied.isoformat()}T00:00:00Z" if applied else ""
    times = "".join(f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{stamp}</dcterms:{name}>' for name in ("created", "modified") if stamp)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(author)}</dc:creator>"
        f"<cp:lastModifiedBy>{escape(author)}</cp:lastModifiedBy>{times}<dc:language>zh-CN</dc:language>"
        "</cp:coreProperties>"
    ).encode()


def payload(data: bytes, code: str, document: bytes) -> bytes:
    """The customXml part: the draft file in Base64, the 校验码, and the hash of the visible text of ``word/document.xml``."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f"<application xmlns={quoteattr(NAMESPACE)} code={quoteattr(code)} text-sha256={quoteattr(visible_digest(document))}>"
        f"{base64.b64encode(data).decode()}</application>"
    ).encode()


def item_properties() -> bytes:
    """The part that says which schema the customXml part follows; Word writes one on saving if there is none."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
        f'<ds:datastoreItem ds:itemID="{ITEM_ID}" xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml">'
        f'<ds:schemaRefs><ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    ).encode()


def embedded(parts: Mapping[str, bytes]) -> tuple[bytes, bool]:
    """The draft file in an opened docx, and whether the visible text is still the exported one.

    ``parts`` maps part names to bytes; only ``word/document.xml`` and what lies in ``customXml/`` is read. AppError where there
    is no draft file, more than one, or a broken one.
    """
    roots = [parse(parts[name]) for name in sorted(parts) if _may_hold_data(name)]
    found = [root for root in roots if root.tag == f"{{{NAMESPACE}}}application"]
    if not found:
        raise AppError("这份docx里没有申报数据，可能不是本程序导出的，或另存时丢失了")
    if len(found) > 1:
        raise AppError("这份docx里有不止一份申报数据，无法判断用哪一份")
    try:
        data = base64.b64decode("".join((found[0].text or "").split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise AppError("这份docx里的申报数据已损坏") from error
    document = parts.get(DOCUMENT)
    return data, document is not None and visible_digest(document) == found[0].get("text-sha256")


def _may_hold_data(name: str) -> bool:
    lower = name.lower()
    return lower.startswith("customxml/") and lower.endswith(".xml") and "itemprops" not in lower


def visible_digest(document: bytes) -> str:
    """SHA-256 (hex) of the text in ``word/document.xml``: its paragraphs without white space, empty ones left out.

    White space does not count because programs rewrite it on saving (tabs, breaks, runs); text that is tracked as deleted is gone.
    """
    paragraphs = ("".join("".join(_text(node) for node in entry.iter()).split()) for entry in parse(document).iter(f"{_W}p"))
    return hashlib.sha256("\n".join(text for text in paragraphs if text).encode("utf-8", "surrogatepass")).hexdigest()


def _text(node: Any) -> str:
    match node.tag:
        case "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t":
            return node.text or ""
        case "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}noBreakHyphen":
            return "\u2011"
        case "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}softHyphen":
            return "\u00ad"
        case _:
            return ""
