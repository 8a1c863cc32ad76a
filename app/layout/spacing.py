"""The space between two characters of a line: how much there is, how far it may shrink, what may stretch.

After clreq, sections "Mixed Text Composition in Horizontal Writing Mode" (Han-Latin spacing), "Punctuation Width
Adjustment" and "Adjusting Strategies of Paragraph Alignment"; GB/T 15834-2011, 5.1.10 and 5.1.11. Spaces between are
only ever offsets, never characters: text read back from the page equals the text put in.
"""

import re
import unicodedata
from dataclasses import dataclass
from operator import add

from forms.graphemes import joins

NONE, SPACE, HAN_LATIN, HAN, MARK, PAIR = range(6)
"""Kinds of gap: fixed; after a word space; Han beside Latin; between ideographs; the same after a closing mark, whose
blank half may shrink; between two marks whose blank halves meet."""

CLOSING = frozenset("，。、；：）》〉】』」〕〗］｝．”’")
"""Full-width marks with ink in the left half. ？ and ！ are kept whole: many fonts set them in the middle."""
_OPENING = frozenset("（《〈【『「〔〖［｛“‘")
_QUOTES = "“”‘’"
_WIDE = "HOCPDE"  # Han, opening, closing, other full-width punctuation, dash, ellipsis
_APOSTROPHE = re.compile("(?<=[A-Za-z])’(?=[A-Za-z])")


@dataclass(frozen=True, slots=True)
class Spacing:
    """What to adjust.

    `han_latin`: space between Han and Latin letters or digits, in em; 0 turns it off. Word has 0.25; an eighth is the
    default here because PDF readers (poppler, PDFium) report a blank that is not in the text from about 0.15 on.
    `squeeze_pairs`: drop the half em where the blank halves of two marks meet (标点挤压), and let a line shrink after
    its marks. `squeeze_end`: a closing mark at the line end counts half (行尾半角, GB/T 15834 5.1.10); its blank half
    may stand outside the measure. An opening mark at the line start keeps its width, as in Word and in government
    documents: the PDF and the Word file then begin their paragraphs alike.
    """

    han_latin: float = 0.125
    squeeze_pairs: bool = True
    squeeze_end: bool = True


@dataclass(frozen=True, slots=True)
class Metrics:
    """A font's measures in the caller's unit, and per kind of gap what it has, may lose, and may gain first."""

    em: float
    spacing: Spacing
    natural: tuple[float, ...]
    shrink: tuple[float, ...]
    grow: tuple[float, ...]

    @classmethod
    def of(cls, em: float, space: float, spacing: Spacing) -> "Metrics":
        """For an ideograph `em` wide and a word space `space` wide."""
        squeeze = spacing.squeeze_pairs
        between = spacing.han_latin * em
        return cls(
            em,
            spacing,
            natural=(0.0, 0.0, between, 0.0, 0.0, -em / 2 if squeeze else 0.0),
            shrink=(0.0, space / 3, between / 2, 0.0, em / 4 if squeeze else 0.0, 0.0),
            grow=(0.0, max(0.0, em / 2 - space), max(0.0, em / 4 - between), 0.0, 0.0, 0.0),
        )


def _letter(char: str) -> str:
    category = unicodedata.category(char)
    if unicodedata.east_asian_width(char) in "WF":
        return "H" if category[0] in "LN" or category == "So" else "P"
    return "L" if category[0] in "LN" else "X"


class _Letters(dict[int, str]):
    """Code point to spacing letter, for `str.translate`."""

    def __missing__(self, point: int) -> str:
        letter = self[point] = _letter(chr(point))
        return letter


_LETTERS = _Letters(
    {
        **{ord(char): "C" for char in CLOSING},
        **{ord(char): "O" for char in _OPENING},
        ord(" "): "S",
        ord("—"): "D",
        ord("…"): "E",
    }
)


def _kind(a: str, b: str) -> int:
    if a == "S" or b == "S":
        return SPACE if a == "S" else NONE
    if a == b and a in "DE":
        return NONE  # —— and …… are one mark each
    if (a == "C" and b in "CO") or (a == "O" and b == "O"):
        return PAIR
    if {a, b} == {"H", "L"}:
        return HAN_LATIN
    if a == "C":
        return MARK
    if (a in _WIDE and b in _WIDE) or (a in "OPDE" and b == "L") or (a == "L" and b in "OCPDE"):
        return HAN
    return NONE


_KINDS = {a + b: _kind(a, b) for a in "HOCPDELSX" for b in "HOCPDELSX"}


def gap_kinds(text: str, narrow_quotes: str = "") -> bytes:
    """The kind of gap after each code point but the last: `max(0, len(text) - 1)` bytes.

    `narrow_quotes`: those of “ ” ‘ ’ that the font sets as Latin quotes, which have no blank half.
    """
    if narrow_quotes:
        text = text.translate(dict.fromkeys(map(ord, narrow_quotes), '"'))
    if "’" in text:
        text = _APOSTROPHE.sub("x", text)
    letters = text.translate(_LETTERS)
    inside = joins(text)
    if inside:
        parts = list(letters)
        for at in inside:  # a cluster is spaced as its first character
            parts[at] = parts[at - 1]
        letters = "".join(parts)
    kinds = bytearray(map(_KINDS.__getitem__, map(add, letters, letters[1:])))
    for at in inside:
        kinds[at - 1] = NONE
    return bytes(kinds)


def narrow_quotes(text: str, advances: list[float], em: float) -> str:
    """The quotes in `text` that are narrower than an ideograph."""
    return "".join(quote for quote in _QUOTES if quote in text and advances[text.index(quote)] < 0.9 * em)
