"""Setting type for the PDF: texts to slugs of a style, as paragraphs, cell values, labels and loose pieces.

The line breaking is ``app.layout``'s, the widths are ``app.export.fonts``'. Import late: the fonts import reportlab.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from app.export import fonts
from app.layout import Advances, Chunk, Line, Spacing, advances_of, break_lines
from app.layout.boxes import Slug

MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Style:
    """A role of ``fonts``, a size and the distance of the lines, in points."""

    role: str
    size: float
    leading: float

    @property
    def baseline(self) -> float:
        """From a line's top to its baseline: the em box stands in the middle of the line."""
        return (self.leading - self.size) / 2 + fonts.ASCENT * self.size


BODY = Style("body", 12, 21)
LABEL = Style("body", 12, 18)
VALUE = Style("body", 12, 18)
SMALL_VALUE = Style("body", 10.5, 16)
TINY_VALUE = Style("body", 9, 14)
SIGNING = Style("body", 12, 26)
HEADING = Style("heading", 14, 22)
SUB_HEADING = Style("heading", 12, 20)
NOTE = Style("body", 12, 19)

EVEN_LINES = 3
LEFT, CENTRE = "left", "centre"
_SENTENCE_END = frozenset("。！？；.!?;")
_TIGHT = Spacing(han_latin=0.0)


@dataclass(frozen=True, slots=True)
class Ink:
    """What is drawn of one line: its pieces, counted from the line's left edge, and the style they are set in. ``whole`` says
    that they are one text, whatever the gaps between them."""

    style: Style
    chunks: tuple[Chunk, ...]
    whole: bool = True


def printable(text: str) -> str:
    """The text as it can be drawn: one space for a tab, no soft hyphens, and ``〔U+1F600〕`` for what no font has.

    A soft hyphen may only be seen where a word is parted, and no word is parted at one here. A final export never gets here
    with a character without a glyph (rule ``text.unprintable``); a draft shows where it stands.
    """
    return fonts.spell_out(text.replace("\t", "\u3000").replace("\u00ad", ""))


@cache
def advances(role: str, size: float) -> Advances:
    """The widths of characters in points; kept for the process's life."""
    return advances_of(lambda char: fonts.width(char, role, size))


def width(text: str, style: Style) -> float:
    """The width of a line of ``text`` set without any adjustment."""
    return sum(advances(style.role, style.size)(text))


def _broken(text: str, style: Style, measure: float, *, indent: float = 0.0, justified: bool = False, tight: bool = False) -> list[Line]:
    return break_lines(
        printable(text), measure, advances(style.role, style.size),
        first_indent=indent, justified=justified, spacing=_TIGHT if tight else None,
    )  # fmt: skip


def _slug(line: Line, style: Style, *, shift: float = 0.0, holds: bool = False) -> Slug:
    chunks = tuple(Chunk(chunk.text, chunk.x + shift, chunk.char_space) for chunk in line.chunks) if shift else line.chunks
    return Slug(style.leading, Ink(style, chunks), holds)


def _aligned(lines: Sequence[Line], style: Style, measure: float, align: str) -> tuple[Slug, ...]:
    return tuple(_slug(line, style, shift=(measure - line.width) / 2 if align == CENTRE else 0.0) for line in lines)


# --- long texts ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=2048)
def paragraph(text: str, style: Style, measure: float, indent: float = 0.0) -> tuple[Slug, ...]:
    """One justified paragraph without line feeds. Its first two lines hold together, and its last two.

    Kept, so that a preview sets anew only what was edited.
    """
    lines = _broken(text, style, measure, indent=indent, justified=True)
    last = len(lines) - 2
    return tuple(_slug(line, style, holds=at in (0, last) and at <= last) for at, line in enumerate(lines))


def long_text(paragraphs: Sequence[str], style: Style, measure: float) -> tuple[Slug, ...]:
    """Paragraphs indented by two characters; empty ones are empty lines. Blanks typed at a paragraph's start give way to the
    indent. A line that only introduces what follows holds on to it, and no single line opens or ends the text on a page."""
    slugs: list[Slug] = []
    introduces = False
    for text in paragraphs:
        shown = text.strip()
        lines = paragraph(shown, style, measure, 2 * style.size) if shown else (Slug(style.leading, Ink(style, ())),)
        before, introduces = introduces, len(lines) == 1 and bool(shown) and shown[-1] not in _SENTENCE_END
        if before and shown and not introduces:  # a list of words, each on a line of its own, does not hang together
            slugs[-1] = replace(slugs[-1], holds=True)
        slugs.extend(lines)
    for at in {0, len(slugs) - 2}:
        if 0 <= at < len(slugs) - 1:
            slugs[at] = replace(slugs[at], holds=True)
    return tuple(slugs)


# --- cells ---------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=2048)
def value(text: str, measure: float, normal: Style = VALUE, small: Style = SMALL_VALUE) -> tuple[Slug, ...]:
    """A short answer: one line in the middle where it can be one, closer set or smaller if it must (letters and digits, which
    are hard to part, in the smallest size too). Two or three lines are made alike and stand in the middle; more begin at the left.
    """
    text = text.strip()
    if not text:
        return ()
    sizes = (normal, small) if _flows(text) else (normal, small, TINY_VALUE)
    for style in sizes:
        for tight in (False, True):
            lines = _broken(text, style, measure, tight=tight)
            if len(lines) == 1:
                return _aligned(lines, style, measure, CENTRE)
    style = normal if _flows(text) else small
    lines = _broken(text, style, measure)
    if len(lines) <= EVEN_LINES:
        even = _evened(text, style, measure, len(lines)) if _flows(text) else lines
        return held(_aligned(even, style, measure, CENTRE))
    return held(_aligned(_broken(text, style, measure, justified=_flows(text)), style, measure, LEFT))


def _evened(text: str, style: Style, measure: float, count: int) -> list[Line]:
    """``count`` lines, as alike as can be: broken to the narrowest measure that still makes no more of them."""
    best = _broken(text, style, measure)
    narrow, step = measure, style.size
    while narrow - step > measure / 2:
        narrow -= step
        lines = _broken(text, style, narrow)
        if len(lines) > count or max(line.width for line in lines) > narrow + 1:
            break
        best = lines
    return best


def _flows(text: str) -> bool:
    """Whether an answer is Chinese enough to be broken anywhere; an e-mail address is not."""
    return not text.isascii()


@lru_cache(maxsize=2048)
def entry(text: str, measure: float, align: str) -> tuple[Slug, ...]:
    """A cell of a printed table: always one size, so that a column looks even; every line aligned the same way. Two or three lines
    in the middle are made alike: 常务副 · 理事长, and not one character below the others."""
    if not text.strip():
        return ()
    lines: list[Line] = []
    for part in text.strip().split("\n"):
        broken = _broken(part, VALUE, measure, justified=align == LEFT and _flows(part))
        few = align == CENTRE and len(broken) <= EVEN_LINES and _flows(part)
        lines += _evened(part, VALUE, measure, len(broken)) if few else broken
    return held(_aligned(lines, VALUE, measure, align))


def held(slugs: tuple[Slug, ...]) -> tuple[Slug, ...]:
    """The same lines, the first two and the last two holding together."""
    last = len(slugs) - 2
    return tuple(replace(slug, holds=True) if at in (0, last) and at <= last else slug for at, slug in enumerate(slugs))


def label(text: str, style: Style, measure: float) -> tuple[Slug, ...]:
    """A printed label: its lines in the middle, a blank in the paper's words (姓 名) an em wide."""
    return tuple(slug for line in text.split("\n") for slug in _label_line(line, style, measure))


def _label_line(text: str, style: Style, measure: float) -> tuple[Slug, ...]:
    words = re.split(" +", text)
    if len(words) == 1:
        return _aligned(_broken(text, style, measure), style, measure, CENTRE)
    widths = [width(word, style) for word in words]
    x = (measure - sum(widths) - style.size * (len(words) - 1)) / 2
    places: list[tuple[str, float]] = []
    for word, advance in zip(words, widths, strict=True):
        places.append((word, x))
        x += advance + style.size
    return (pieces(style, places),)


def pieces(style: Style, places: Sequence[tuple[str, float]]) -> Slug:
    """One line of loose pieces, each at its own distance from the left edge."""
    return Slug(style.leading, Ink(style, tuple(Chunk(printable(text), x, 0.0) for text, x in places if text), whole=False))


def sentences(lines: Sequence[str], style: Style, measure: float) -> tuple[Slug, ...]:
    """Fixed sentences, ragged; a line ``2.…`` under ``其中：1.…`` begins where the ``1.`` does."""
    slugs: list[Slug] = []
    hang = 0.0
    for text in lines:
        numbered = re.match(r"\d\.", text)
        x = hang if numbered else 0.0
        slugs += [_slug(line, style, shift=x) for line in _broken(text, style, measure - x)]
        if not numbered:
            before, found, _ = text.partition("：1.")
            hang = width(before + "：", style) if found else 0.0
    return tuple(slugs)


def boxes(rows: Sequence[Sequence[str]], style: Style, measure: float) -> tuple[Slug, ...]:
    """Ticked and unticked boxes, in columns of equal width."""
    columns = max((len(row) for row in rows), default=1)
    return tuple(pieces(style, [(text, at * measure / columns) for at, text in enumerate(row)]) for row in rows)
