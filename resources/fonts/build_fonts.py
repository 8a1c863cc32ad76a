"""Builds the bundled fonts, their coverage table and their hashes; the same sources give the same bytes.

Sources, by package (unpack them anywhere below one folder; files are found by name and checked by SHA-256):

* Debian ``texlive-lang-chinese``: FandolFang-Regular.otf, and fandol's COPYING.gz
* npm ``@expo-google-fonts/noto-serif-sc``: NotoSerifSC_400Regular.ttf, NotoSerifSC_700Bold.ttf, LICENSE_FONT
* npm ``@expo-google-fonts/noto-sans-sc``: NotoSansSC_400Regular.ttf, NotoSansSC_500Medium.ttf
* Debian ``fonts-liberation2``: LiberationSerif-Regular.ttf;  Debian ``fonts-dejavu-core``: DejaVuSans.ttf
* Debian ``unicode-data``: Unihan_OtherMappings.txt.bz2 (only with ``--charset``, to make charset_8105.txt anew)

    python resources/fonts/build_fonts.py SOURCE_FOLDER          # a minute or two
    python resources/fonts/build_fonts.py SOURCE_FOLDER --charset
"""

from __future__ import annotations

import argparse
import bz2
import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

HERE = Path(__file__).resolve().parent
VERSION = "1.0"
MODIFIED = 3_723_840_000  # 2022-01-01, seconds since 1904: a fixed date keeps the bytes the same
EM = 1000

SOURCES = {
    "FandolFang-Regular.otf": "d838ad32ce2244d8144f408c37fe71065aba6fbbc80759a4d2aa2033948d5bc9",
    "NotoSerifSC_400Regular.ttf": "c358a69de3df5f423a8946a7b03e3126fb6ba116f1130a463455b4e39e1f0742",
    "NotoSerifSC_700Bold.ttf": "9c6a2ba736e4b499c84f65ce366bd3625c0401885fd3e585ace50fb738b96ff6",
    "NotoSansSC_400Regular.ttf": "d45f67f0a7c0ca3f256950777ce6a61cc7ce5f9696d02900cbbaac25f8aa7d16",
    "NotoSansSC_500Medium.ttf": "b30853d205f3ecdde938b1488c735ee15a2e870d31331b992fdc53971e23ec4a",
    "LiberationSerif-Regular.ttf": "29d12439831b7f59194efec85872f24f54eff05738933f9a860220d2abff88ba",
    "DejaVuSans.ttf": "abdc775b21b1bc470d50c97e790d276f2054b7504e56e5bd3e64f48d68582322",
}

DROPPED_TABLES = ["GSUB", "GPOS", "GDEF", "BASE", "JSTF", "STAT", "VORG", "DSIG", "FFTM", "vhea", "vmtx", "kern"]
DROPPED_TABLES += ["gasp", "prep", "fpgm", "cvt ", "hdmx", "VDMX", "LTSH"]  # hints serve screens of long ago


@dataclass(frozen=True, slots=True)
class Face:
    """One font to make: output name, family, source file, licence line, and which characters it keeps."""

    name: str
    family: str
    source: str
    licence: str
    keep: Callable[[dict[str, set[int]]], set[int]]


# --- character sets -------------------------------------------------------------------------------------------------


def codec_characters(codec: str) -> set[int]:
    """Every character the two-byte region of `codec` (gb2312 or gbk) can write, without private use."""
    found: set[int] = set()
    for high in range(0x81, 0xFF):
        for low in range(0x40, 0xFF):
            try:
                found.update(map(ord, bytes((high, low)).decode(codec)))
            except UnicodeDecodeError:
                continue
    return {code for code in found if not 0xE000 <= code <= 0xF8FF}


def table_8105() -> set[int]:
    """通用规范汉字表 (2013), from charset_8105.txt."""
    return set(map(ord, (HERE / "charset_8105.txt").read_text("utf-8"))) - {0x0A}


def spans(*pairs: tuple[int, int]) -> set[int]:
    return {code for low, high in pairs for code in range(low, high + 1)}


ASCII = spans((0x20, 0x7E))
WESTERN = spans((0xA0, 0x17F), (0x2C6, 0x2DD), (0x391, 0x3C9), (0x401, 0x451))
PUNCTUATION = spans((0x2010, 0x205E), (0x20AC, 0x20AC), (0x2100, 0x2193), (0x3000, 0x301F), (0xFF01, 0xFF5E))
SIGNS = spans((0x2070, 0x209C), (0x2100, 0x23FF), (0x2500, 0x27BF), (0x2900, 0x297F), (0x2B00, 0x2BFF))
YI = spans((0xA000, 0xA4CF))


def is_letter_or_money(code: int) -> bool:
    """What Word sets in the Latin font even beside Chinese: letters, marks, numbers, currency, ® and ™."""
    return code < 0x7F or unicodedata.category(chr(code))[0] in "LMN" or chr(code) in "£¥¢€®©™ªº"


def latin_characters(available: dict[str, set[int]]) -> set[int]:
    wanted = spans((0x20, 0x7E), (0xA0, 0x52F), (0x1E00, 0x1FFF), (0x20AC, 0x20AC), (0x2122, 0x2122))
    return {code for code in wanted if is_letter_or_money(code)} | {0xA0}


def fang_characters(available: dict[str, set[int]]) -> set[int]:
    """All but what other fonts do better: letters and digits; ①–⑩, whose companions ⑪–⑳ it lacks; Yi; controls."""
    have = available["fang"]
    better = latin_characters(available) | spans((0x2460, 0x2473), (0, 0x1F), (0xE000, 0xF8FF)) | YI | {0xAF, 0x25A1}
    return have - better


def hei_characters(available: dict[str, set[int]]) -> set[int]:
    return table_8105() | codec_characters("gb2312") | ASCII | WESTERN | PUNCTUATION | spans((0x2460, 0x2473))


def head_characters(available: dict[str, set[int]]) -> set[int]:
    """Level 1 of GB 2312 (3,755 characters): the forms' own headings. Others come from 黑体 in the lighter weight."""
    level_one = bytes(b for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF) for b in (high, low))
    return set(map(ord, level_one.decode("gb2312", "ignore"))) | ASCII | PUNCTUATION


def title_characters(available: dict[str, set[int]]) -> set[int]:
    return codec_characters("gb2312") | ASCII | WESTERN | PUNCTUATION


def song_characters(available: dict[str, set[int]]) -> set[int]:
    """The fallback: GBK, 8105, all non-Han signs and all of the source beyond the BMP, less what 仿宋 and 黑体 both have.

    A character that both have never reaches this font, in whatever role; leaving those out saves 3 MB.
    """
    have = available["song"]
    general = {code for code in have if not 0x3400 <= code <= 0x9FFF}
    return (general | table_8105() | codec_characters("gbk")) - (available["fang.ttf"] & available["hei.ttf"])


def sign_characters(available: dict[str, set[int]]) -> set[int]:
    """Dingbats and arrows people paste from Word, where no other font has them."""
    others = ("fang.ttf", "hei.ttf", "song.ttf", "latin.ttf", "box.ttf")
    return SIGNS - set[int]().union(*(available[name] for name in others)) | {0x20}


OFL = "SIL Open Font License 1.1"
FACES = (
    Face("latin", "Tineng Latin", "LiberationSerif-Regular.ttf", OFL, latin_characters),
    Face("fang", "Tineng Fang", "FandolFang-Regular.otf", "GNU GPL 3 with font exception", fang_characters),
    Face("hei", "Tineng Hei", "NotoSansSC_400Regular.ttf", OFL, hei_characters),
    Face("head", "Tineng Head", "NotoSansSC_500Medium.ttf", OFL, head_characters),
    Face("title", "Tineng Title", "NotoSerifSC_700Bold.ttf", OFL, title_characters),
    Face("song", "Tineng Song", "NotoSerifSC_400Regular.ttf", OFL, song_characters),
    Face("signs", "Tineng Signs", "DejaVuSans.ttf", "Bitstream Vera licence, DejaVu changes public domain", sign_characters),
)


# --- making a font --------------------------------------------------------------------------------------------------


def blank_characters(font: TTFont) -> set[int]:
    """Characters the source maps to an empty outline though they are not spaces: they would print as nothing."""
    glyphs = font.getGlyphSet()

    def empty(glyph: str) -> bool:
        if "glyf" in font:
            return font["glyf"][glyph].numberOfContours == 0
        pen = BoundsPen(glyphs)
        glyphs[glyph].draw(pen)
        return pen.bounds is None

    return {c for c, glyph in font.getBestCmap().items() if unicodedata.category(chr(c)) != "Zs" and empty(glyph)}


def subset(font: TTFont, characters: Iterable[int]) -> None:
    options = Options()
    options.hinting = False
    options.layout_features = []
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.drop_tables += DROPPED_TABLES
    options.name_IDs = ["*"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=sorted(characters))
    subsetter.subset(font)


def to_quadratic(font: TTFont, max_error: float = 1.0) -> None:
    """Turns CFF outlines into glyf ones, at most `max_error` units of the em away (reportlab refuses CFF)."""
    glyphs = font.getGlyphSet()
    order = font.getGlyphOrder()
    converted: dict[str, Any] = {}
    for name in order:
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(Cu2QuPen(pen, max_error, reverse_direction=True))
        converted[name] = pen.glyph(dropImpliedOnCurves=True)
        converted[name].recalcBounds(None)  # without bounds the side bearings below would all be 0
    font["loca"] = newTable("loca")
    font["glyf"] = table = newTable("glyf")
    table.glyphOrder, table.glyphs = order, converted
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    for field in ("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs",
                  "maxStackElements", "maxSizeOfInstructions", "maxComponentElements", "maxComponentDepth",
                  "maxPoints", "maxContours", "maxCompositePoints", "maxCompositeContours"):  # fmt: skip
        setattr(maxp, field, 1 if field == "maxZones" else 0)
    del font["CFF "]
    font.sfntVersion = "\x00\x01\x00\x00"
    for name in order:
        width, _ = font["hmtx"][name]
        font["hmtx"][name] = (width, getattr(table[name], "xMin", 0))


def join_dashes(font: TTFont) -> None:
    """Widens U+2014 to the whole em, so that the Chinese dash —— is one line, as GB/T 15834 draws it."""
    name = font.getBestCmap().get(0x2014)
    if name is None or font["hmtx"][name][0] == font["head"].unitsPerEm:
        return
    glyph, em = font["glyf"][name], font["head"].unitsPerEm
    left, right = glyph.xMin, glyph.xMax
    for index, (x, y) in enumerate(glyph.coordinates):
        glyph.coordinates[index] = (round((x - left) * em / (right - left)), y)
    glyph.recalcBounds(font["glyf"])
    font["hmtx"][name] = (em, 0)


def rename(font: TTFont, face: Face) -> None:
    """Own names: OFL and Vera reserve theirs, and a subset must not shadow the whole font on someone's machine."""
    table = font["name"]
    rights = table.getDebugName(0)
    postscript = face.family.replace(" ", "") + "-Regular"
    words = {0: rights, 1: face.family, 2: "Regular", 3: f"{VERSION};{postscript}", 4: face.family,
             5: f"Version {VERSION}", 6: postscript, 10: f"Changed from {face.source}; see README.md",
             13: face.licence}  # fmt: skip
    # Each family has one weight; a bold flag would make PDF viewers and Qt embolden it once more.
    font["OS/2"].usWeightClass, font["OS/2"].fsSelection, font["head"].macStyle = 400, 0x40, 0
    table.names = []
    for number, text in words.items():
        table.setName(text, number, 3, 1, 0x409)


def map_with_format_12(font: TTFont) -> None:
    """Gives every font the one cmap format that the program's quick reader knows (see app/export/fonts.py)."""
    if not any(table.format == 12 for table in font["cmap"].tables):
        table = CmapSubtable.newSubtable(12)
        table.platformID, table.platEncID, table.language = 3, 10, 0
        table.cmap = dict(font.getBestCmap())
        font["cmap"].tables.append(table)


def seal(font: TTFont, path: Path) -> set[int]:
    """Writes `font` with fixed dates and no glyph names; returns the characters it maps."""
    font.recalcTimestamp = False
    map_with_format_12(font)
    font["head"].created = font["head"].modified = MODIFIED
    font["post"].formatType = 3.0
    font["post"].extraNames, font["post"].mapping = [], {}
    font.save(path, reorderTables=True)
    return set(font.getBestCmap())


def make(face: Face, source: Path, available: dict[str, set[int]]) -> set[int]:
    font = TTFont(source, recalcTimestamp=False)
    available[face.name] = set(font.getBestCmap()) - blank_characters(font)
    subset(font, face.keep(available) & available[face.name])
    if "CFF " in font:
        to_quadratic(font)
    if face.name in ("hei", "head", "title", "song"):
        join_dashes(font)
    rename(font, face)
    return seal(font, HERE / f"{face.name}.ttf")


# --- the drawn font -------------------------------------------------------------------------------------------------

BOX_LEFT, BOX_RIGHT, BOX_BOTTOM, BOX_TOP, BOX_LINE = 110, 890, -10, 770, 46
TICK = ((212, 372), (262, 420), (432, 246), (762, 652), (812, 616), (442, 112))
CROSS_ARM, CROSS_INSET = 23, 170
# Advances in 1/1000 em of the spaces (Unicode's names say them) and of marks that take no room.
SPACES = {0x2000: 500, 0x2001: 1000, 0x2002: 500, 0x2003: 1000, 0x2004: 333, 0x2005: 250, 0x2006: 167, 0x2007: 500,
          0x2008: 250, 0x2009: 200, 0x200A: 100, 0x202F: 200, 0x205F: 222}  # fmt: skip
NO_WIDTH = (0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFE0E, 0xFE0F, 0xFEFF)


def polygon(pen: TTGlyphPen, points: Iterable[tuple[int, int]]) -> None:
    first, *rest = points
    pen.moveTo(first)
    for point in rest:
        pen.lineTo(point)
    pen.closePath()


def draw_box(pen: TTGlyphPen) -> None:
    left, right, bottom, top, line = BOX_LEFT, BOX_RIGHT, BOX_BOTTOM, BOX_TOP, BOX_LINE
    polygon(pen, ((left, bottom), (left, top), (right, top), (right, bottom)))
    left, right, bottom, top = left + line, right - line, bottom + line, top - line
    polygon(pen, ((left, bottom), (right, bottom), (right, top), (left, top)))


def draw_tick(pen: TTGlyphPen) -> None:
    polygon(pen, TICK)


def draw_cross(pen: TTGlyphPen) -> None:
    low_x, high_x = BOX_LEFT + CROSS_INSET, BOX_RIGHT - CROSS_INSET
    low_y, high_y, arm = BOX_BOTTOM + CROSS_INSET, BOX_TOP - CROSS_INSET, CROSS_ARM
    polygon(pen, ((low_x - arm, low_y + arm), (high_x - arm, high_y + arm), (high_x + arm, high_y - arm), (low_x + arm, low_y - arm)))
    polygon(pen, ((low_x + arm, high_y + arm), (high_x + arm, low_y + arm), (high_x - arm, low_y - arm), (low_x - arm, high_y - arm)))


def make_box() -> set[int]:
    """□ ☐ ☑ ☒ ✓ ✔ of one size and baseline, the odd spaces, and the marks that print as nothing but are kept."""
    drawings: dict[str, tuple[Callable[[TTGlyphPen], None], ...]] = {
        ".notdef": (), "box": (draw_box,), "ticked": (draw_box, draw_tick), "crossed": (draw_box, draw_cross),
        "tick": (draw_tick,), "nothing": ()}  # fmt: skip
    characters = {0x25A1: "box", 0x2610: "box", 0x2611: "ticked", 0x2612: "crossed", 0x2713: "tick", 0x2714: "tick"}
    characters |= dict.fromkeys(NO_WIDTH, "nothing")
    widths = dict.fromkeys(drawings, EM) | {"nothing": 0}
    for code, width in SPACES.items():
        drawings[f"space{width}"] = ()
        widths[f"space{width}"], characters[code] = width, f"space{width}"
    glyphs = {}
    for name, strokes in drawings.items():
        pen = TTGlyphPen(None)
        for stroke in strokes:
            stroke(pen)
        glyphs[name] = pen.glyph()
    builder = FontBuilder(EM, isTTF=True)
    builder.setupGlyphOrder(list(drawings))
    builder.setupCharacterMap(characters)
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({name: (widths[name], getattr(glyphs[name], "xMin", 0)) for name in drawings})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"copyright": "No rights reserved (CC0 1.0)", "familyName": "Tineng Box"})
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=880, usWinDescent=120, fsType=0)
    builder.setupPost()
    rename(builder.font, Face("box", "Tineng Box", "drawings in build_fonts.py", "CC0 1.0", lambda _: set()))
    return seal(builder.font, HERE / "box.ttf")


# --- tables beside the fonts ----------------------------------------------------------------------------------------


def ranges(codes: Iterable[int]) -> str:
    """Inclusive ranges of code points in hexadecimal: ``20-7E A0 ...``."""
    words: list[str] = []
    start = previous = -2
    for code in [*sorted(codes), 0x200000]:
        if code == previous + 1:
            previous = code
            continue
        if start >= 0:
            words.append(f"{start:X}" if start == previous else f"{start:X}-{previous:X}")
        start = previous = code
    return " ".join(words)


def write_tables(available: dict[str, set[int]]) -> None:
    names = ["box", *(face.name for face in FACES)]
    union = set[int]().union(*(available[f"{name}.ttf"] for name in names))
    lines = [f"all {ranges(union)}", *(f"{name} {ranges(available[f'{name}.ttf'])}" for name in names)]
    (HERE / "coverage.txt").write_text("\n".join(lines) + "\n", "ascii", newline="\n")
    sums = [f"{hashlib.sha256((HERE / f'{name}.ttf').read_bytes()).hexdigest()}  {name}.ttf\n" for name in sorted(names)]
    (HERE / "SHA256SUMS").write_text("".join(sums), "ascii", newline="\n")


def write_charset(folder: Path) -> None:
    """Writes charset_8105.txt from Unihan's kTGH (character, position in the table), 100 characters a line."""
    text = bz2.decompress(find(folder, "Unihan_OtherMappings.txt.bz2").read_bytes()).decode("utf-8")
    placed = re.findall(r"^U\+([0-9A-F]+)\tkTGH\t2013:(\d+)", text, re.MULTILINE)
    ordered = "".join(chr(int(code, 16)) for code, _ in sorted(placed, key=lambda pair: int(pair[1])))
    lines = (ordered[at : at + 100] for at in range(0, len(ordered), 100))
    (HERE / "charset_8105.txt").write_text("\n".join(lines) + "\n", "utf-8", newline="\n")


def find(folder: Path, name: str) -> Path:
    found = sorted(folder.rglob(name))
    if not found:
        raise SystemExit(f"{name} is not below {folder}")
    return found[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=Path)
    parser.add_argument("--charset", action="store_true")
    arguments = parser.parse_args()
    if arguments.charset:
        write_charset(arguments.sources)
    available = {"box.ttf": make_box()}
    for face in FACES:
        source = find(arguments.sources, face.source)
        if hashlib.sha256(source.read_bytes()).hexdigest() != SOURCES[face.source]:
            raise SystemExit(f"{face.source} is not the file these fonts were made from")
        available[f"{face.name}.ttf"] = make(face, source, available)
    write_tables(available)


if __name__ == "__main__":
    main()
