# reportlab has no type stubs, hence:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Fonts in one PDF: each embedded once, as a composite font (ISO 32000-1, 9.7) with just the characters in use.

reportlab cuts a TrueType font into simple fonts of 255 characters each, so that a Chinese line changes its font every few
characters. A composite font with two-byte codes needs one for all of them: shorter pages, and a third of the time.
Characters get their codes in the order in which they are first drawn, which is the same on every machine.
"""

from __future__ import annotations

import hashlib
import sys
import zlib
from array import array
from itertools import accumulate
from struct import pack, unpack_from
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFDocument, PDFName, PDFStream

from app.export import fonts

COMPRESSION = 3
"""Outlines hardly compress: level 6 takes a fifth longer for the whole document and saves 3 %."""


def stream(content: bytes, **entries: Any) -> PDFStream:
    """A compressed stream object; reportlab's own filters would add ASCII85, or not, by the machine's settings."""
    packed = zlib.compress(content, COMPRESSION)
    return PDFStream(PDFDictionary(entries | {"Filter": PDFName("FlateDecode")}), packed)


class Codes(dict[int, str]):
    """Code point to two-byte code, for ``str.translate``; a new one for each new character, from 1."""

    def __missing__(self, point: int) -> str:
        code = self[point] = chr(len(self) + 1)
        return code


class Embedded:
    """One bundled font in one document; ``known`` are the characters it is known to print, by role."""

    def __init__(self, name: str, resource: str) -> None:
        self.resource = resource
        font: Any = pdfmetrics.getFont(name)
        self.face = font.face
        self.codes = Codes()
        self.known: dict[str, set[str]] = {}

    def add_to(self, doc: PDFDocument) -> Any:
        """Write the font's objects; returns the reference for a page's resources."""
        points = list(self.codes)
        tag = "".join(chr(65 + byte % 26) for byte in hashlib.sha256(repr(points).encode()).digest()[:6])
        name = PDFName(f"{tag}+{self.face.name.decode('ascii')}")
        widths = [self.face.charWidths[point] for point in points]
        descendant = PDFDictionary(
            {
                "Type": "/Font", "Subtype": "/CIDFontType2", "BaseFont": name,
                "CIDSystemInfo": "<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>",
                "FontDescriptor": doc.Reference(self._descriptor(doc, name)), "DW": 1000, "CIDToGIDMap": "/Identity",
                "W": _width_array(widths),
            }
        )  # fmt: skip
        font = PDFDictionary(
            {
                "Type": "/Font", "Subtype": "/Type0", "BaseFont": name, "Encoding": "/Identity-H",
                "DescendantFonts": PDFArray([doc.Reference(descendant)]),
                "ToUnicode": doc.Reference(stream(to_unicode(points).encode("ascii"))),
            }
        )  # fmt: skip
        return doc.Reference(font)

    def _descriptor(self, doc: PDFDocument, name: str) -> PDFDictionary:
        face = self.face
        data = subset(face, [face.charToGlyph[point] for point in self.codes])
        return PDFDictionary(
            {
                "Type": "/FontDescriptor", "FontName": name, "Flags": 4, "FontBBox": PDFArray(list(face.bbox)),
                "ItalicAngle": face.italicAngle, "Ascent": face.ascent, "Descent": face.descent,
                "CapHeight": face.capHeight, "StemV": face.stemV,
                "FontFile2": doc.Reference(stream(data, Length1=len(data))),
            }
        )  # fmt: skip


class FontSet:
    """The fonts of one document, loaded as text needs them."""

    def __init__(self) -> None:
        self._fonts: dict[str, Embedded] = {}

    def shown(self, text: str, role: str) -> list[tuple[str, str]]:
        """One line's text as (font resource, codes in hex) pairs. MissingGlyphError for what no font has."""
        font = self._font(fonts.font_for(text[0], role))
        if role in font.known and font.known[role].issuperset(text):
            return [(font.resource, text.translate(font.codes).encode("utf-16-be").hex())]
        shown: list[tuple[str, str]] = []
        for name, part in fonts.runs(text, role):
            font = self._font(name)
            font.known.setdefault(role, set()).update(part)
            shown.append((font.resource, part.translate(font.codes).encode("utf-16-be").hex()))
        return shown

    def _font(self, name: str) -> Embedded:
        font = self._fonts.get(name)
        if font is None:
            font = self._fonts[name] = Embedded(name, f"F{len(self._fonts) + 1}")
        return font

    def add_to(self, doc: PDFDocument) -> PDFDictionary:
        """Write all of them; returns the dictionary for the pages' resources."""
        return PDFDictionary({font.resource: font.add_to(doc) for font in self._fonts.values()})


def _width_array(widths: list[float]) -> str:
    """Widths from code 1 on, those that are not an em: ``code [width …]`` for each run of codes."""
    parts: list[str] = []
    run: list[str] = []
    for code, width in enumerate([*widths, 1000.0], 1):
        if width != 1000:
            run.append(f"{width:g}")
        elif run:
            parts.append(f"{code - len(run)} [{' '.join(run)}]")
            run = []
    return f"[{' '.join(parts)}]"


def to_unicode(points: list[int]) -> str:
    """The ToUnicode CMap (ISO 32000-1, 9.10.3): codes from 1 to UTF-16BE, at most 100 in a block."""
    lines = [f"<{code:04x}> <{chr(point).encode('utf-16-be').hex()}>" for code, point in enumerate(points, 1)]
    blocks = [lines[at : at + 100] for at in range(0, len(lines), 100)]
    body = [f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks]
    head = (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <ffff>\nendcodespacerange"
    )
    return "\n".join([head, *body, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"])


# --- the font file -------------------------------------------------------------------------------------------------------


def subset(face: Any, glyphs: list[int]) -> bytes:
    """A TrueType file whose glyph 1, 2 … are the ``glyphs`` of ``face``, glyph 0 its .notdef, parts of composites last.

    Only the tables that a composite font needs (ISO 32000-1, 9.9); a glyph that two characters share is there twice, so
    that each can be copied out as itself.
    """
    chosen = [0, *glyphs]
    outlines = _outlines(face, chosen)
    padded = [data + bytes(-len(data) % 4) for data in outlines]
    offsets = list(accumulate(map(len, padded), initial=0))
    metrics = [face.hmetrics[glyph] for glyph in chosen]
    count = len(chosen)
    head = bytearray(face.get_table("head"))
    head[8:12] = bytes(4)
    head[50:52] = pack(">h", 1)
    hhea = face.get_table("hhea")[:34] + pack(">H", count)
    maxp = face.get_table("maxp")
    tables = {
        b"glyf": b"".join(padded),
        b"head": bytes(head),
        b"hhea": hhea,
        b"hmtx": b"".join(pack(">HH", advance & 0xFFFF, bearing & 0xFFFF) for advance, bearing in metrics),
        b"loca": pack(f">{count + 1}I", *offsets),
        b"maxp": maxp[:4] + pack(">H", count) + maxp[6:],
    }
    return _file(tables)


def _outlines(face: Any, chosen: list[int]) -> list[bytes]:
    """The glyphs' outlines; parts of composite ones are appended to ``chosen`` and renumbered."""
    data, start, places = face._ttf_data, face.get_table_pos("glyf")[0], face.glyphPos
    found: list[bytes] = []
    appended: dict[int, int] = {}
    for glyph in chosen:  # grows while it is walked
        outline = data[start + places[glyph] : start + places[glyph + 1]]
        if outline and outline[0] & 0x80:
            outline = _renumbered(outline, chosen, appended)
        found.append(outline)
    return found


def _renumbered(outline: bytes, chosen: list[int], appended: dict[int, int]) -> bytes:
    """A composite glyph that refers to its parts by their new numbers (OpenType, glyf, component flags)."""
    changed = bytearray(outline)
    at, flags = 10, 0x20
    while flags & 0x20:  # more components
        flags, part = unpack_from(">HH", outline, at)
        if part not in appended:
            appended[part] = len(chosen)
            chosen.append(part)
        changed[at + 2 : at + 4] = pack(">H", appended[part])
        at += 4 + (4 if flags & 1 else 2) + (2 if flags & 8 else 4 if flags & 0x40 else 8 if flags & 0x80 else 0)
    return bytes(changed)


def _file(tables: dict[bytes, bytes]) -> bytes:
    """The tables as a TrueType file, with the checksums that some printers insist on."""
    count = len(tables)
    power = count.bit_length() - 1
    start = pack(">IHHHH", 0x00010000, count, 16 << power, power, (count - (1 << power)) * 16)
    at = 12 + 16 * count
    directory: list[bytes] = []
    body: list[bytes] = []
    sums = 0
    for tag, data in sorted(tables.items()):
        body.append(data + bytes(-len(data) % 4))
        checksum = _checksum(body[-1])
        directory.append(pack(">4sIII", tag, checksum, at, len(data)))
        sums += checksum
        at += len(body[-1])
    head = b"".join([start, *directory])
    place = sorted(tables).index(b"head")
    adjustment = (0xB1B0AFBA - sums - _checksum(head)) & 0xFFFFFFFF
    body[place] = body[place][:8] + pack(">I", adjustment) + body[place][12:]
    return b"".join([head, *body])


def _checksum(data: bytes) -> int:
    """The sum of a table's 32-bit words (OpenType, "Calculating checksums")."""
    words = array("I", data)
    if sys.byteorder == "little":
        words.byteswap()
    return sum(words) & 0xFFFFFFFF
