"""Pages as PDF content streams: rules and text, in the fewest operators (ISO 32000-1, 8.5 and 9.4)."""

from __future__ import annotations

from collections.abc import Iterable

from app.export import pdf_type as type_
from app.export.pdf_fonts import FontSet
from app.export.pdf_type import MM, Ink, Style
from app.layout.boxes import Slug
from app.layout.page import Page
from forms.schema import PAGE_WIDTH

WIDTH, HEIGHT = 210 * MM, 297 * MM
LEFT = (210 - PAGE_WIDTH) / 2 * MM
FRAME, RULE = 1.0, 0.5
"""Strength of the table's outer frame and of its inner rules, pt."""

APART = 0.04
"""Letters further apart than this many ems, on top of their widths, may be read as words."""

CODE = Style("body", 9, 12)
NUMBER = Style("body", 10.5, 14)
MARK = Style("heading", 10.5, 14)
FOOTER_TOP, HEADER_TOP = HEIGHT - 54, 44.0
WATERMARK = Style("cover", 200, 200)
WATERMARK_TEXT = "草稿"
WATERMARK_GREY = 0.9


class Text:
    """A text object under construction: lines in, operators out. The position is set anew for each piece."""

    def __init__(self, font_set: FontSet) -> None:
        self._fonts = font_set
        self._code: list[str] = []
        self._font = ""
        self._space = 0.0

    def line(self, x: float, y: float, ink: Ink) -> None:
        """Draw a line whose left edge is ``x`` and whose top is ``y`` below the page's top."""
        style = ink.style
        base = HEIGHT - y - style.baseline
        whole = ink.whole and _apart(ink)
        if whole:
            text = "".join([chunk.text for chunk in ink.chunks])
            self._code.append(f"/Span <</ActualText <feff{text.encode('utf-16-be').hex()}>>> BDC")
        for chunk in ink.chunks:
            if abs(chunk.char_space - self._space) > 5e-4:
                self._space = chunk.char_space
                self._code.append(f"{self._space:.3f} Tc")
            move = f"1 0 0 1 {x + chunk.x:.2f} {base:.2f} Tm"
            for resource, codes in self._fonts.shown(chunk.text, style.role):
                font = f"/{resource} {style.size:g} Tf"
                if font != self._font:
                    self._font = font
                    self._code.append(font)
                self._code.append(f"{move} <{codes}> Tj" if move else f"<{codes}> Tj")
                move = ""
        if whole:
            self._code.append("EMC")

    def slug(self, x: float, y: float, slug: Slug) -> None:
        """Draw one slug."""
        self.line(x, y, slug.ink)

    def table(self, page: Page) -> None:
        """Draw every line of a page's table, cell by cell."""
        for band in page:
            for part in band.parts:
                part.place(self._in_table)

    def _in_table(self, x: float, y: float, ink: Ink) -> None:
        self.line(LEFT + x, y, ink)

    def code(self) -> str:
        """The finished operators."""
        return "\n".join(["BT", *self._code, "ET"])


def _apart(ink: Ink) -> bool:
    """Whether a line is set so wide somewhere that readers of the file would take a gap for a blank. It then says what it reads
    (ISO 32000-1, 14.9.4), so that it can be searched and copied as it was typed. Not where there is a character beyond the
    BMP: PDFium, which is in Chrome, drops those from such a reading."""
    if len(ink.chunks) < 2 and not any(abs(chunk.char_space) > APART * ink.style.size for chunk in ink.chunks):
        return False
    return all(max(chunk.text) <= "\uffff" for chunk in ink.chunks)


def rules(page: Page) -> str:
    """The rules of a page's table: a frame around all of it, so that a cell that goes on is closed at both edges."""
    if not page:
        return ""
    first, last = page[0], page[-1]
    left = LEFT + first.parts[0].cell.x
    right = LEFT + first.parts[-1].cell.x + first.parts[-1].cell.width
    bottom = last.y + last.height
    code = [f"{RULE} w"]
    for band in page:
        top = HEIGHT - band.y
        if band is not first:
            code.append(f"{left:.2f} {top:.2f} m {right:.2f} {top:.2f} l")
        for part in band.parts[1:]:
            x = LEFT + part.cell.x
            code.append(f"{x:.2f} {top:.2f} m {x:.2f} {top - band.height:.2f} l")
    code.append("S")
    code.append(f"{FRAME} w {left:.2f} {HEIGHT - bottom:.2f} {right - left:.2f} {bottom - first.y:.2f} re S")
    return "\n".join(code)


def footer(text: Text, code: str, number: int, total: int) -> None:
    """The 校验码 at the left, ``第1页 共7页`` in the middle."""
    text.slug(LEFT, FOOTER_TOP + (NUMBER.leading - CODE.leading), type_.pieces(CODE, [(code, 0.0)]))
    parts = (f"第{number}页", f"共{total}页")
    gap = NUMBER.size / 2
    widths = [type_.width(part, NUMBER) for part in parts]
    start = (PAGE_WIDTH * MM - sum(widths) - gap) / 2
    text.slug(LEFT, FOOTER_TOP, type_.pieces(NUMBER, [(parts[0], start), (parts[1], start + widths[0] + gap)]))


def draft_mark(text: Text, mark: str) -> None:
    """What a draft is marked with, at the head's right."""
    text.slug(LEFT, HEADER_TOP, type_.pieces(MARK, [(mark, PAGE_WIDTH * MM - type_.width(mark, MARK))]))


def watermark(font_set: FontSet) -> bytes:
    """草稿 across the page in light grey. Its ActualText is empty, so that it does not stand between the copied answers."""
    half = type_.width(WATERMARK_TEXT, WATERMARK) / 2
    shown = "".join(f"/{resource} {WATERMARK.size:g} Tf <{codes}> Tj" for resource, codes in font_set.shown(WATERMARK_TEXT, WATERMARK.role))
    turn = 0.70711
    x, y = WIDTH / 2 - turn * (half - 0.38 * WATERMARK.size), HEIGHT / 2 - turn * (half + 0.38 * WATERMARK.size)
    code = f"q {WATERMARK_GREY} g /Span <</ActualText <FEFF>>> BDC BT {turn} {turn} -{turn} {turn} {x:.2f} {y:.2f} Tm {shown} ET EMC Q"
    return code.encode("ascii")


def joined(parts: Iterable[str]) -> bytes:
    """The content stream."""
    return "\n".join(part for part in parts if part).encode("ascii")
