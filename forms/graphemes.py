"""Extended grapheme clusters: what a person counts as one character.

Default rules of UAX #29 (revision 41, Unicode 15.0.0), section 3.1, without tailoring; written as the regular
expression of its table 1c over one class letter per code point. Every length limit of the forms counts these.

A 20,000-character text is counted at each key press, so plain text (ASCII, Han, kana, CJK and full-width punctuation:
each code point its own cluster) is recognised first and never meets the tables, which are loaded on first need.
"""

import re
from bisect import bisect_right
from functools import cache, lru_cache

# Left out, as they may join a neighbour: CR, U+302A-302F, U+3099-309A, U+200B-200F, U+2028-202E, everything unsure.
_PLAIN = (
    "\\n\\t\x20-\x7e\u00b0-\u00b3\u00b7\u00d7\u00f7\u2010-\u2027\u2030-\u203b\u2100-\u2120\u2160-\u217f\u2190-\u2193"
    "\u2460-\u249b\u3000-\u3029\u3041-\u3096\u309b-\u30ff\u3105-\u312f\u3220-\u33ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufad9\uff01-\uff9d\uffe0-\uffe6"
)
_NOT_PLAIN = re.compile(f"[^{_PLAIN}]")


@cache
def _cluster() -> re.Pattern[str]:
    syllable = "(?:L*(?:V+|AV*|B)T*|L+|T+)"  # A is LV, B is LVT
    return re.compile(f"RN|[RNC]|P*(?:{syllable}|FF|X(?:E*ZX)*|[^RNCP])[EZS]*|P+[EZS]*")


@cache
def _unsure() -> re.Pattern[str]:
    """Stretches outside which every code point is a cluster: not plain, with the plain neighbour on each side."""
    return re.compile(f"[{_PLAIN}]?[^{_PLAIN}]+(?:[{_PLAIN}][^{_PLAIN}]+)*[{_PLAIN}]?")


class _Letters(dict[int, str]):
    """Code point to class letter, for `str.translate`; looked up on first need."""

    def __init__(self, ranges: str) -> None:
        super().__init__()
        self._first: list[int] = []
        self._last: list[int] = []
        self._letter: list[str] = []
        for word in ranges.split():
            span, _, letter = word.partition("=")
            first, _, last = span.partition("-")
            self._first.append(int(first, 16))
            self._last.append(int(last or first, 16))
            self._letter.append(letter)

    def __missing__(self, point: int) -> str:
        if 0xAC00 <= point <= 0xD7A3:  # the Hangul syllables are arithmetic: 28 to each leading pair
            letter = "B" if (point - 0xAC00) % 28 else "A"
        else:
            at = bisect_right(self._first, point) - 1
            letter = self._letter[at] if at >= 0 and point <= self._last[at] else "O"
        self[point] = letter
        return letter


@cache
def _letters() -> _Letters:
    from forms.grapheme_classes import RANGES  # late: plain text never needs it

    return _Letters(RANGES)


def is_plain(text: str) -> bool:
    """Whether every code point is surely a cluster of its own (False says nothing)."""
    return _NOT_PLAIN.search(text) is None


def joins(text: str) -> list[int]:
    """Offsets (code points) that lie inside a cluster, ascending: where a text may never be cut. Mostly few."""
    inside: list[int] = []
    if is_plain(text):
        return inside
    for stretch in _unsure().finditer(text):
        start = stretch.start()
        for match in _cluster().finditer(stretch[0].translate(_letters())):
            if match.end() - match.start() > 1:
                inside.extend(range(start + match.start() + 1, start + match.end()))
    return inside


def boundaries(text: str) -> list[int]:
    """Offsets (code points) at which a cluster ends, ascending; the last is `len(text)`. Empty for an empty text."""
    inside = set(joins(text))
    ends = range(1, len(text) + 1)
    return [end for end in ends if end not in inside] if inside else list(ends)


def graphemes(text: str) -> list[str]:
    """The clusters in order; joined they are the text."""
    ends = boundaries(text)
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def count(text: str) -> int:
    """How many characters a person counts."""
    return len(text) - len(joins(text)) if len(text) < _SHORT else _count(text)


_SHORT = 200


@lru_cache(maxsize=8)
def _count(text: str) -> int:
    """Several ask for it at each key press. Nothing joins across a line's end, so that only changed lines are looked at."""
    return len(text) - sum(map(_joined, text.split("\n")))


@lru_cache(maxsize=1024)
def _joined(line: str) -> int:
    return len(joins(line))
