# reportlab has no type stubs, hence:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUntypedBaseClass=false, reportMissingSuperCall=false
"""The bundled fonts in reportlab: which font prints which character, how wide it is, and how it is embedded.

Text is set in a *role*; each role is a chain of fonts, and a character is printed in the first that has it:

    body     仿宋        heading  黑体        cover  heavy 宋体 (as 小标宋 is used on title pages)

reportlab has no fallback of its own, so the PDF's author splits a line with `runs` and draws each run in its font.
Choices, made by looking at printed samples: FandolFang's own letters and digits are those of a sans-serif of even
stroke, so the body takes letters and digits from a face with the metrics of Times New Roman, as government documents
and our docx have it, while all punctuation that Chinese shares stays Chinese. 黑体 in Regular looked too light beside
仿宋, so heads are Medium. □ and ☑ always come from one font, drawn as a pair.

For the PDF's author: give ``Canvas(..., initialFontName=fonts.initial_font())``, or every page mentions an unembedded
Helvetica. Draw with the names that `runs` gives. Import this module late: it imports reportlab.
"""

from __future__ import annotations

import hashlib
import sys
import threading
from array import array
from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTEncoding, TTFont, TTFontFace

from app import coverage, paths

CHAINS = {
    "body": ("box", "latin", "fang", "song", "hei", "signs"),
    "heading": ("box", "head", "hei", "song", "fang", "latin", "signs"),
    "cover": ("box", "title", "head", "hei", "song", "fang", "latin", "signs"),
}
"""Role to font files, best first. All chains can print the same characters: those of `coverage.characters()`."""

ASCENT, DESCENT = 0.88, 0.12
"""The em box of Chinese type above and below the baseline, in ems; the same for all the fonts here."""

NBSP, NBSP_STAND_IN = 0xA0, 0xF8A0
_LOCK = threading.RLock()


class MissingGlyphError(ValueError):
    """Text to be drawn holds characters that no bundled font has; `characters` lists them in order."""

    def __init__(self, characters: list[str]) -> None:
        super().__init__(" ".join(f"U+{ord(char):04X}" for char in characters))
        self.characters = characters


# --- embedding ------------------------------------------------------------------------------------------------------


class _Face(TTFontFace):
    """A bundled font file. reportlab reads the big tables value by value; reading each at once is much faster."""

    def extractInfo(self, charInfo: int = 1) -> None:  # noqa: N802, N803 - reportlab's names
        super().extractInfo(0)
        data: bytes = getattr(self, "_ttf_data")  # noqa: B009 - pyright cannot see where reportlab sets it
        hmtx, loca, cmap = (self.table[tag]["offset"] for tag in ("hmtx", "loca", "cmap"))
        full = self.get_ushort(self.table["hhea"]["offset"] + 34)
        short_offsets = self.get_ushort(self.table["head"]["offset"] + 50) == 0
        pairs = _numbers("H", data, hmtx, 2 * full)
        rest = _numbers("H", data, hmtx + 4 * full, self.numGlyphs - full)
        advances = pairs[0::2].tolist() + [pairs[-2]] * len(rest)
        self.hmetrics = list(zip(advances, pairs[1::2].tolist() + rest.tolist(), strict=True))
        if short_offsets:
            self.glyphPos = [2 * half for half in _numbers("H", data, loca, self.numGlyphs + 1)]
        else:
            self.glyphPos = _numbers("I", data, loca, self.numGlyphs + 1).tolist()
        glyphs = dict(_mapped(data, cmap))
        if NBSP in glyphs:
            glyphs[NBSP_STAND_IN] = glyphs[NBSP]
        scale = 1000 / self.unitsPerEm
        widths = advances if scale == 1 else [advance * scale for advance in advances]
        self.defaultWidth = widths[0]
        self.charToGlyph, self.glyphToChar = glyphs, dict[int, list[int]]()
        self.charWidths = dict(zip(glyphs, map(widths.__getitem__, glyphs.values()), strict=True))


class _Font(TTFont):
    """A bundled font that reportlab can draw with, in several documents and threads at once."""

    def __init__(self, name: str, path: str) -> None:
        # reportlab's own constructor would make its slow face.
        self.fontName = name
        self.face = _Face(path)
        self.encoding = TTEncoding()
        self.state = WeakKeyDictionary[Any, Any]()
        self._asciiReadable = False  # else every subset carries all of ASCII, used or not
        self.shapable = False

    def splitString(self, text: str, doc: Any, encoding: str = "utf-8") -> list[tuple[int, bytes]]:  # noqa: N802
        """As reportlab's, but NBSP stays itself in the copied text; reportlab would turn it into a space."""
        return super().splitString(text.replace(chr(NBSP), chr(NBSP_STAND_IN)), doc, encoding)

    def addObjects(self, doc: Any) -> None:  # noqa: N802
        """As reportlab's, with a ToUnicode map that is right beyond the BMP (reportlab writes no surrogates)."""
        with _LOCK:  # makeSubset moves a read position within the face
            subsets = self.state[doc].subsets
            super().addObjects(doc)
        for number, subset in enumerate(subsets):
            descriptor = doc.idToObject["BasicFonts"].dict[self._internal_name(doc, number)]
            stream = doc.idToObject[f"toUnicodeCMap:{descriptor.BaseFont}"]
            stream.content = to_unicode(descriptor.BaseFont, subset)

    def _internal_name(self, doc: Any, number: int) -> str:
        return f"{doc.fontMapping[self.fontName][1:]}+{number}"


def _numbers(code: str, data: bytes, start: int, count: int) -> array[int]:
    """`count` big-endian unsigned numbers (code H: 16 bits, I: 32 bits) from `start` on."""
    values = array(code)
    values.frombytes(data[start : start + count * values.itemsize])
    if sys.byteorder == "little":
        values.byteswap()
    return values


def _mapped(data: bytes, cmap: int) -> Iterator[tuple[int, int]]:
    """(code point, glyph) for all of a cmap table's format 12 part, which build_fonts.py gives every font."""
    tables = _numbers("H", data, cmap + 2, 1)[0]
    for number in range(tables):
        start = cmap + _numbers("I", data, cmap + 8 + 8 * number, 1)[0]
        if _numbers("H", data, start, 1)[0] == 12:
            groups = _numbers("I", data, start + 16, 3 * _numbers("I", data, start + 12, 1)[0])
            for first, last, glyph in zip(groups[0::3], groups[1::3], groups[2::3], strict=True):
                yield from zip(range(first, last + 1), range(glyph, glyph + last - first + 1), strict=True)
            return
    raise ValueError("no cmap of format 12")


def to_unicode(name: str, subset: list[int]) -> str:
    """The ToUnicode CMap of one subset: code 1… to UTF-16BE (ISO 32000-1, 9.10.3), at most 100 lines in a block."""
    lines = [
        f"<{code:02X}> <{chr(NBSP if char == NBSP_STAND_IN else char).encode('utf-16-be').hex().upper()}>"
        for code, char in enumerate(subset)
        if char
    ]
    blocks = [lines[at : at + 100] for at in range(0, len(lines), 100)]
    body = [f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks]
    head = (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        f"/CIDSystemInfo << /Registry ({name}) /Ordering ({name}) /Supplement 0 >> def\n"
        f"/CMapName /{name} def\n/CMapType 2 def\n1 begincodespacerange\n<00> <FF>\nendcodespacerange"
    )
    return "\n".join([head, *body, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"])


# --- choosing -------------------------------------------------------------------------------------------------------

_loaded: dict[str, str] = {}


def load(font: str) -> str:
    """Registers the bundled font of that file name, once per process; returns its reportlab name. From any thread."""
    name = _loaded.get(font)
    if name is None:
        with _LOCK:
            if font not in _loaded:
                registered = _Font(f"Tineng-{font}", str(coverage.font_file(font)))
                pdfmetrics.registerFont(registered)
                _loaded[font] = registered.fontName
            name = _loaded[font]
    return name


class _Choice(dict[str, str]):
    """Character to the reportlab font that prints it, filled as characters come: only fonts in use are loaded."""

    def __init__(self, chain: tuple[str, ...]) -> None:
        super().__init__()
        self.chain = chain

    def __missing__(self, char: str) -> str:
        for font in self.chain:
            if coverage.has(font, char):
                self[char] = name = load(font)
                return name
        raise MissingGlyphError([char])


class _Advance(dict[str, float]):
    """Character to its advance in ems."""

    def __init__(self, choice: _Choice) -> None:
        super().__init__()
        self.choice = choice

    def __missing__(self, char: str) -> float:
        face: Any = getattr(pdfmetrics.getFont(self.choice[char]), "face")  # noqa: B009 - as above
        self[char] = advance = face.charWidths[ord(char)] / 1000
        return advance


_choices = {role: _Choice(chain) for role, chain in CHAINS.items()}
_advances = {role: _Advance(choice) for role, choice in _choices.items()}


def initial_font() -> str:
    """The name to give a Canvas as `initialFontName`: the body's font, which every document embeds anyway."""
    return load("fang")


def font_for(char: str, role: str = "body") -> str:
    """The reportlab name of the font that prints `char`. MissingGlyphError if none does; KeyError: no such role."""
    return _choices[role][char]


def runs(text: str, role: str = "body") -> list[tuple[str, str]]:
    """`text` cut into (reportlab font name, characters), nothing lost: the parts joined are `text`.

    `text` is one line: LF and TAB belong to the layout. MissingGlyphError names every character without a glyph.
    """
    choice = _choices[role]
    cut: list[tuple[str, str]] = []
    start, current = 0, ""
    try:
        for index, char in enumerate(text):
            font = choice[char]
            if font != current:
                if index:
                    cut.append((current, text[start:index]))
                start, current = index, font
    except MissingGlyphError:
        raise MissingGlyphError([char for char in dict.fromkeys(text) if not coverage.has("all", char)]) from None
    if text:
        cut.append((current, text[start:]))
    return cut


def width(text: str, role: str = "body", size: float = 1.0) -> float:
    """The width of one line of `text` at `size` points, in points. MissingGlyphError as for `runs`."""
    return sum(map(_advances[role].__getitem__, text)) * size


def missing(text: str) -> list[str]:
    """The characters without a glyph in any bundled font, each once, in order; the same as `coverage.unprintable`."""
    return coverage.unprintable(text)


def spell_out(text: str) -> str:
    """For previews of unfinished text: each character without a glyph becomes ``〔U+1F600〕``, all else stays."""
    lacking = coverage.unprintable(text)
    return text.translate({ord(char): f"〔U+{ord(char):04X}〕" for char in lacking}) if lacking else text


def verify() -> list[str]:
    """Names of bundled font files that are missing or not the bytes in SHA256SUMS; empty when all is well."""
    folder = paths.resources() / "fonts"
    wrong: list[str] = []
    for line in (folder / "SHA256SUMS").read_text("ascii").splitlines():
        digest, name = line.split()
        path = folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            wrong.append(name)
    return wrong
