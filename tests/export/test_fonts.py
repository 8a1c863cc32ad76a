"""The bundled fonts: what they cover, how text is cut among them, and what comes back out of a PDF."""

import hashlib
import io
import itertools
import subprocess
import sys
import threading

import pypdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase import ttfonts
from reportlab.pdfgen.canvas import Canvas

from app import coverage, paths
from app.export import fonts

FOLDER = paths.resources() / "fonts"
NAMES = ("box", "fang", "head", "hei", "latin", "signs", "song", "title")
RARE_NAMES = "䶮㛃𬭚𫖯𠅤"
EMOJI, UNCOVERED_EXT_B = "😀", "𠀀"


def table_8105() -> str:
    return (FOLDER / "charset_8105.txt").read_text("utf-8").replace("\n", "")


def gbk() -> set[str]:
    """All that GBK's two-byte region holds, private use left out."""
    found: set[str] = set()
    for high in range(0x81, 0xFF):
        for low in range(0x40, 0xFF):
            found.update(bytes((high, low)).decode("gbk", "ignore"))
    return {char for char in found if ord(char) >= 0x80 and not "\ue000" <= char <= "\uf8ff"}


def draw(text: str, role: str = "body", size: float = 14) -> bytes:
    """A one-page PDF with `text` on one line, run by run."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(2000, 100), initialFontName=fonts.initial_font())
    x = 20.0
    for name, part in fonts.runs(text, role):
        canvas.setFont(name, size)
        canvas.drawString(x, 40, part)
        x += fonts.width(part, role, size)
    canvas.save()
    return target.getvalue()


def pypdf_text(pdf: bytes) -> str:
    """pypdf puts each drawn run on a line of its own; that is its layout, not the text."""
    return pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text().replace("\n", "")


def pdfium_text(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return document[0].get_textpage().get_text_bounded()


# --- coverage -------------------------------------------------------------------------------------------------------


def test_the_list_is_the_standard_table() -> None:
    assert len(table_8105()) == len(set(table_8105())) == 8105
    assert table_8105().startswith("一乙二十丁")


@pytest.mark.parametrize("role", fonts.CHAINS)
def test_every_standard_gbk_and_rare_name_character_prints_in_every_role(role: str) -> None:
    wanted = set(table_8105()) | gbk() | set(RARE_NAMES)
    assert len(gbk()) > 21000
    have = frozenset[str]().union(*map(coverage.characters, fonts.CHAINS[role]))
    assert sorted(wanted - have) == []
    assert have == coverage.characters()


@pytest.mark.parametrize("char", "□☐☑☒✓√①⑳ⅰ℃㎡²³·—…•≥≤≠×÷±μΩ€£¥‰™®©㈠〇“”‘’\u3000\xa0\u2003★●➢→ǚḿéαЯ")
def test_common_signs_print(char: str) -> None:
    assert coverage.printable(char)
    assert fonts.runs(char)[0][1] == char


@pytest.mark.parametrize("name", NAMES)
def test_coverage_table_is_the_fonts_own_cmap(name: str) -> None:
    assert set(map(ord, coverage.characters(name))) == set(TTFont(coverage.font_file(name)).getBestCmap())


@pytest.mark.parametrize("name", NAMES)
def test_only_spaces_and_marks_without_width_have_no_ink(name: str) -> None:
    font = TTFont(coverage.font_file(name))
    empty = {code for code, glyph in font.getBestCmap().items() if font["glyf"][glyph].numberOfContours == 0}
    spaces = {0x20, 0xA0, 0x3000, 0x202F, 0x205F, *range(0x2000, 0x200B)}
    assert empty <= spaces | {0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFE0E, 0xFE0F, 0xFEFF, 0x1680}


def test_what_cannot_be_printed_is_named_once_and_in_order() -> None:
    assert coverage.unprintable(f"好{EMOJI}ab{UNCOVERED_EXT_B}{EMOJI}\n\t") == [EMOJI, UNCOVERED_EXT_B]
    assert coverage.unprintable("常德市\n2022 年\t☑") == []
    assert fonts.missing("\x07") == ["\x07"]
    assert coverage.unprintable("葛\U000e0100") == ["\U000e0100"]
    assert coverage.unprintable("\ue000\u202e") == ["\ue000", "\u202e"]


@pytest.mark.parametrize("mark", "\u00ad\u200b\u200c\u200d\u2060\ufeff\ufe0e\ufe0f")
def test_invisible_marks_are_kept_and_take_no_room(mark: str) -> None:
    assert coverage.printable(mark)
    assert fonts.width(f"科{mark}协", size=10) == 20


def test_coverage_needs_no_heavy_library() -> None:
    code = "import sys; from app import coverage; coverage.unprintable('科'); sys.exit('reportlab' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=paths.root(), check=False).returncode == 0


# --- files ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_each_font_is_truetype_embeddable_and_of_our_name(name: str) -> None:
    font = TTFont(coverage.font_file(name))
    assert "glyf" in font
    assert "CFF " not in font
    assert font["OS/2"].fsType & 0x0302 == 0
    assert font["name"].getDebugName(1).startswith("Tineng ")
    assert font["name"].getDebugName(6).isascii()


def test_side_bearings_are_those_of_the_outlines() -> None:
    font = TTFont(coverage.font_file("fang"))
    for char in "（《国“":
        glyph = font.getBestCmap()[ord(char)]
        assert font["hmtx"][glyph][1] == font["glyf"][glyph].xMin
    assert font["glyf"][font.getBestCmap()[ord("（")]].xMin > 500


def test_hashes_match_and_a_changed_font_is_noticed(tmp_path, monkeypatch) -> None:
    assert fonts.verify() == []
    (tmp_path / "fonts").mkdir()
    good = b"font"
    digest = hashlib.sha256(good).hexdigest()
    sums = "".join(f"{digest}  {name}.ttf\n" for name in ("whole", "bent", "gone"))
    (tmp_path / "fonts" / "SHA256SUMS").write_text(sums)
    (tmp_path / "fonts" / "whole.ttf").write_bytes(good)
    (tmp_path / "fonts" / "bent.ttf").write_bytes(b"fond")
    monkeypatch.setattr(paths, "resources", lambda: tmp_path)
    assert fonts.verify() == ["bent.ttf", "gone.ttf"]


def test_every_font_has_a_hash_and_a_licence() -> None:
    summed = {line.split()[1] for line in (FOLDER / "SHA256SUMS").read_text().splitlines()}
    assert summed == {path.name for path in FOLDER.glob("*.ttf")} == {f"{name}.ttf" for name in NAMES}
    licences = [path.stem for path in (FOLDER / "licences").glob("*.txt") if path.stat().st_size > 100]
    covered = {part for stem in licences for part in stem.split("-")}
    assert covered >= set(NAMES)
    readme = (FOLDER / "README.md").read_text("utf-8")
    assert all(f"`{name}.ttf`" in readme for name in NAMES)


def test_the_fonts_stay_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("*.ttf")) <= 24e6


# --- cutting and measuring ------------------------------------------------------------------------------------------


def test_each_class_of_character_gets_its_font() -> None:
    cut = fonts.runs("科协2022年，Zhang㛃𬭚□☑")
    assert cut == [
        ("Tineng-fang", "科协"), ("Tineng-latin", "2022"), ("Tineng-fang", "年，"), ("Tineng-latin", "Zhang"),
        ("Tineng-song", "㛃𬭚"), ("Tineng-box", "□☑"),
    ]  # fmt: skip
    assert fonts.runs("一、A", "heading") == [("Tineng-head", "一、A")]
    assert fonts.font_for("镕", "heading") == "Tineng-hei"
    assert fonts.runs("申报书2022", "cover") == [("Tineng-title", "申报书2022")]
    assert fonts.runs("") == []


@pytest.mark.parametrize("role", fonts.CHAINS)
def test_boxes_are_a_pair_in_every_role(role: str) -> None:
    assert {fonts.font_for(char, role) for char in "□☐☑☒"} == {"Tineng-box"}
    assert fonts.width("□", role) == fonts.width("☑", role) == 1


@given(st.text(st.sampled_from("科协，。“”Az09 \xa0é□☑㛃𬭚𠅤①⑳\u200d—…"), max_size=60), st.sampled_from(sorted(fonts.CHAINS)))
def test_cutting_loses_nothing_and_widths_add_up(text: str, role: str) -> None:
    cut = fonts.runs(text, role)
    assert "".join(part for _, part in cut) == text
    assert all(a[0] != b[0] for a, b in itertools.pairwise(cut))
    assert sum(fonts.width(part, role, 16) for _, part in cut) == pytest.approx(fonts.width(text, role, 16))


def test_text_without_a_glyph_is_refused_never_drawn() -> None:
    with pytest.raises(fonts.MissingGlyphError) as caught:
        fonts.runs(f"好{EMOJI}{UNCOVERED_EXT_B}{EMOJI}")
    assert caught.value.characters == [EMOJI, UNCOVERED_EXT_B]
    with pytest.raises(fonts.MissingGlyphError):
        fonts.width("a\n")
    with pytest.raises(KeyError):
        fonts.runs("a", "footnote")


def test_previews_spell_out_what_has_no_glyph() -> None:
    assert fonts.spell_out(f"好{EMOJI}") == "好〔U+1F600〕"
    assert fonts.spell_out("好") == "好"
    assert coverage.unprintable(fonts.spell_out(EMOJI)) == []


def test_chinese_is_one_em_wide_and_the_dash_joins() -> None:
    for role in fonts.CHAINS:
        assert fonts.width("国—，（…", role, 12) == 60
    assert fonts.width("0123456789", size=10) == pytest.approx(50)  # Times: every digit half an em


def test_quick_reader_agrees_with_reportlab() -> None:
    for name in NAMES:
        quick = fonts._Face(str(coverage.font_file(name)))
        slow = ttfonts.TTFontFace(str(coverage.font_file(name)))
        for table in (quick.charToGlyph, quick.charWidths, slow.charToGlyph, slow.charWidths):
            for code in (fonts.NBSP, fonts.NBSP_STAND_IN):  # reportlab adds NBSP even where a font lacks it
                table.pop(code, None)
        assert quick.charToGlyph == slow.charToGlyph
        assert quick.charWidths == pytest.approx(slow.charWidths)
        assert quick.glyphPos == slow.glyphPos
        # Not compared with reportlab: it scales the last advance twice where an em is not 1000 units.
        font = TTFont(coverage.font_file(name))
        assert quick.hmetrics == [(advance, side % 0x10000) for advance, side in map(font["hmtx"].__getitem__, font.getGlyphOrder())]
        assert quick.defaultWidth == slow.defaultWidth


def test_loading_from_many_threads_registers_once() -> None:
    fonts._loaded.clear()
    seen: list[str] = []
    threads = [threading.Thread(target=lambda: seen.append(fonts.load("signs"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == ["Tineng-signs"] * 8


# --- in a PDF -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", fonts.CHAINS)
def test_text_comes_back_from_the_pdf_beyond_the_bmp_too(role: str, tmp_path) -> None:
    text = f"常德市2022年，{RARE_NAMES}“☑”A&B<b>é①⑳"
    pdf = draw(text, role)
    assert pypdf_text(pdf) == text
    assert pdfium_text(pdf) == text
    (tmp_path / "a.pdf").write_bytes(pdf)
    shown = subprocess.run(["pdftotext", tmp_path / "a.pdf", "-"], capture_output=True, check=True).stdout.decode()
    assert shown.strip() == text


def test_more_than_one_subset_comes_back() -> None:
    text = table_8105()[:120] + table_8105()[7900:8105]
    for start in range(0, len(text), 100):
        part = text[start : start + 100]
        assert pypdf_text(draw(part)) == part
    assert pypdf_text(draw(text, size=5)) == text


def test_nbsp_and_invisible_marks_survive_copying() -> None:
    text = "甲\xa0乙\u200d丙"
    assert pypdf_text(draw(text)) == text


def test_only_our_fonts_are_in_the_file_and_all_are_embedded() -> None:
    reader = pypdf.PdfReader(io.BytesIO(draw("科协A𬭚☑")))
    found = reader.pages[0]["/Resources"]["/Font"]
    assert found
    for reference in found.values():
        font = reference.get_object()
        assert "+Tineng" in font["/BaseFont"]
        assert "/FontFile2" in font["/FontDescriptor"].get_object()


def test_one_font_serves_several_documents_at_once() -> None:
    open_documents = []
    for text in ("甲乙", "丙丁"):
        target = io.BytesIO()
        canvas = Canvas(target, initialFontName=fonts.initial_font())
        canvas.setFont(fonts.font_for("甲"), 12)
        canvas.drawString(10, 10, text)
        open_documents.append((text, canvas, target))
    for text, canvas, target in open_documents:
        canvas.save()
        assert pypdf_text(target.getvalue()) == text
