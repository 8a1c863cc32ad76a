"""Which characters the bundled fonts can print, known without opening a font or importing a library.

What the answers hold that no font can print is an error of the application (rule ``text.unprintable``), never a box on
paper. ``resources/fonts/coverage.txt``, written with the fonts, lists the characters; it is read when first asked.

Decisions where "has a glyph" is not the whole answer:

* LF and TAB are layout, not glyphs: printable. CR and every other control character are not; entry removes them.
* NBSP, U+3000 and the typographic spaces U+2000–200A, 202F, 205F have glyphs: printable, and kept in the copied text.
* U+00AD, U+200B–200D, U+2060, U+FEFF and the emoji selectors U+FE0E/FE0F are printed as glyphs of no width and no ink:
  printable, and still there when the PDF's text is copied.
* Other variation selectors ask for another shape of a Chinese character, which no bundled font has: not printable, so
  that nobody's name is silently printed in another form. The bidirectional marks are not printable either.
* A combining mark is printable where a font has it (U+0300–036F); an emoji is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path

from app import paths

LAYOUT_CHARACTERS = frozenset("\n\t")


def font_file(name: str) -> Path:
    """The file of a bundled font (``fang``, ``latin``, ``head``, ``hei``, ``title``, ``song``, ``signs``, ``box``)."""
    return paths.resources() / "fonts" / f"{name}.ttf"


@cache
def _table() -> dict[str, str]:
    """Font name, or ``all``, to its ranges as written in the file."""
    text = (paths.resources() / "fonts" / "coverage.txt").read_text("ascii")
    return dict(line.split(" ", 1) for line in text.splitlines())


def _ranges(font: str) -> Iterator[tuple[int, int]]:
    """First and last code point of each range of `font`, ascending. KeyError for an unknown font."""
    for word in _table()[font].split():
        first, _, last = word.partition("-")
        yield int(first, 16), int(last or first, 16)


def characters(font: str = "all") -> frozenset[str]:
    """Every character that `font` maps, or that some bundled font does. KeyError for an unknown font."""
    return frozenset(chr(code) for first, last in _ranges(font) for code in range(first, last + 1))


@cache
def _map(font: str) -> bytes:
    """For each code point up to the font's last one, 1 or 0. Held while the program runs; as a set it would be over ten times as large."""
    known = bytearray()
    for first, last in _ranges(font):
        known.extend(bytes(first - len(known)))
        known.extend(b"\1" * (last + 1 - first))
    return bytes(known)


def has(font: str, char: str) -> bool:
    """Whether `font`, or with ``all`` some bundled font, maps the one character `char`. KeyError for an unknown font."""
    known, code = _map(font), ord(char)
    return code < len(known) and known[code] == 1


def printable(char: str) -> bool:
    """Whether the one character `char` can be printed."""
    return has("all", char) or char in LAYOUT_CHARACTERS


def unprintable(text: str) -> list[str]:
    """The characters of `text` that no bundled font has, each once, in the order they first occur."""
    if len(text) <= SHORT:
        return list(_lacking(text))
    return list(dict.fromkeys(chain.from_iterable(map(_lacking, text.split("\n")))))


SHORT = 200


@lru_cache(maxsize=2048)
def _lacking(text: str) -> tuple[str, ...]:
    """All texts of an application are asked for at each key press, and one line of one of them has changed."""
    return tuple(char for char in dict.fromkeys(text) if not printable(char))
