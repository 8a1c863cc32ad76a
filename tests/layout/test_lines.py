"""Filled and justified lines: nothing lost, nothing outside the measure, the prohibitions kept."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.layout import Chunk, Line, Spacing, advances_of, break_lines, justify
from app.layout.justify import BLANKS
from app.layout.linebreak import HARD, break_opportunities
from forms.graphemes import boundaries, count

EM = 10.0
PLAIN = Spacing(han_latin=0, squeeze_pairs=False, squeeze_end=False)


def measure(char: str) -> float:
    if char in "\u0301\u200d\ufe0f\n\r":
        return 0.0
    if char == " ":
        return EM / 4
    return EM if char > "\u2010" else EM / 2


ADVANCES = advances_of(measure)
TEXTS = st.text(st.sampled_from("中文字，。”“（）《—…·/%￥№12ab.-@ \u3000\u0301\u200d👍🇨\n"), max_size=80) | st.text()


def lines(text: str, ems: float, **options: object) -> list[str]:
    return [line.text for line in break_lines(text, ems * EM, ADVANCES, **options)]  # pyright: ignore[reportArgumentType]


def right_edge(line: Line) -> float:
    """Where the last visible character ends, by the chunks as they will be drawn."""
    final = [chunk for chunk in line.chunks if chunk.text.strip(BLANKS)][-1]
    shown = final.text.rstrip(BLANKS)
    return final.x + sum(map(measure, shown)) + final.char_space * (len(shown) - 1)


def places(line: Line) -> list[float]:
    """Each code point's x, by the chunks."""
    found: list[float] = []
    for chunk in line.chunks:
        x = chunk.x
        for char in chunk.text:
            found.append(x)
            x += measure(char) + chunk.char_space
    return found


@pytest.mark.parametrize(
    ("text", "ems", "expected"),
    [
        ("", 5, [""]),
        ("一二三四五六", 4, ["一二三四", "五六"]),
        ("一二三四，五六", 4, ["一二三", "四，五六"]),
        ("一二三，四五六", 4, ["一二三，", "四五六"]),
        ("一二三“四五六”", 4.5, ["一二三", "“四五六”"]),  # the closing quote counts half
        ("一二——三四", 3, ["一", "二——", "三四"]),
        ("一二三 abcd 四", 3, ["一二三 ", "abcd ", "四"]),
        ("一二\n三四", 5, ["一二\n", "三四"]),
        ("一二\r\n三四\n", 5, ["一二\r\n", "三四\n"]),
        ("一二三" + " " * 50 + "四", 3, ["一二三" + " " * 50, "四"]),
        ("见http://ab.cd/efgh/ijkl页", 5, ["见http://", "ab.cd/", "efgh/ijkl", "页"]),
        ("一二三http://abcdefghijklmnop", 8, ["一二三http://", "abcdefghijklmnop"]),
        ("http://abcdefghijklmnop", 8, ["http://abcdefghi", "jklmnop"]),
        ("abcdefghij", 2, ["abcd", "efgh", "ij"]),
        ("👨\u200d👩\u200d👧👍", 1, ["👨\u200d👩\u200d👧", "👍"]),
        ("中 1", 0.5, ["中 ", "1"]),
        ("字”。", 0.1, ["字", "”", "。"]),
        ("字”。", -3, ["字", "”", "。"]),
    ],
)
def test_lines(text: str, ems: float, expected: list[str]) -> None:
    assert lines(text, ems) == expected


def test_line_end_mark_counts_half_only_when_asked() -> None:
    assert lines("一二三，四", 3.5) == ["一二三，", "四"]
    assert lines("一二三，四", 3.5, spacing=PLAIN) == ["一二", "三，四"]
    assert lines("一二三？四", 3.5) == ["一二", "三？四"]  # a mark whose ink may stand in the middle


def test_a_piece_is_taken_in_by_tightening_rather_than_leaving_a_hole() -> None:
    text = "甲，乙，丙，丁，abcd，戊己庚辛"  # abcd, is wider than the room left for it
    assert lines(text, 10) == ["甲，乙，丙，丁，abcd，", "戊己庚辛"]
    assert lines(text, 10, justified=False) == ["甲，乙，丙，丁，", "abcd，戊己庚辛"]


def test_adjacent_marks_lose_the_half_where_their_blanks_meet() -> None:
    (line,) = break_lines("甲。”（乙", 100.0, ADVANCES)
    assert places(line) == [0.0, 10.0, 15.0, 20.0, 30.0]
    (line,) = break_lines("（“甲", 100.0, ADVANCES)
    assert places(line) == [0.0, 5.0, 15.0]  # the mark at the line start keeps its width
    (line,) = break_lines("甲。”（乙", 100.0, ADVANCES, spacing=PLAIN)
    assert line.chunks == (Chunk("甲。”（乙", 0.0, 0.0),)


def test_quotes_of_a_latin_font_have_no_half_to_lose() -> None:
    def narrow(text: str) -> list[float]:
        return [4.0 if char in "“”" else measure(char) for char in text]

    (line,) = break_lines("甲。”", 100.0, narrow)
    assert line.natural_width == 24.0


def test_han_latin_gap_is_an_offset() -> None:
    (line,) = break_lines("甲ab乙1丙", 100.0, ADVANCES)
    assert places(line) == [0.0, 11.25, 16.25, 22.5, 33.75, 40.0]
    assert "".join(chunk.text for chunk in line.chunks) == "甲ab乙1丙"
    (line,) = break_lines("甲 ab", 100.0, ADVANCES)
    assert line.natural_width == 22.5  # a real space is there already


def test_justify_stretches_spaces_then_han_latin_then_all() -> None:
    line = break_lines("甲ab cd乙丙", 100.0, ADVANCES, first_indent=7.0)[0]
    stretched = [justify(replace(line, last=False), 7.0 + line.natural_width + extra) for extra in (0, 2.5, 5, 9)]
    gaps = [_gaps(each) for each in stretched]
    assert gaps[0] == [1.25, 0, 0, 0, 1.25, 0]
    assert gaps[1] == [1.25, 0, 2.5, 0, 1.25, 0]  # the word space is half an em now
    assert gaps[2] == [2.5, 0, 2.5, 0, 2.5, 0]
    assert gaps[3] == [3.5, 0, 3.5, 0, 3.5, 1]
    assert [right_edge(each) for each in stretched] == pytest.approx([each.x + each.width for each in stretched])


def _gaps(line: Line) -> list[float]:
    """The space after each code point but the last, the order of `甲ab␣cd乙丙` without the gap before the space."""
    xs = places(line)
    all_gaps = [b - a - measure(char) for a, b, char in zip(xs, xs[1:], line.text, strict=False)]
    return [round(gap, 9) for at, gap in enumerate(all_gaps) if at != 2]


def test_dash_ellipsis_and_words_are_never_stretched() -> None:
    line = break_lines("甲——乙……丙word丁的很多字", 118.0, ADVANCES)[0]
    xs = places(line)
    gap = {at: xs[at + 1] - xs[at] - measure(line.text[at]) for at in range(len(xs) - 1)}
    fixed = {1, 4, *(range(7, 10))}
    assert all(gap[at] == pytest.approx(0) for at in fixed if at in gap)
    assert all(value > 0 for at, value in gap.items() if at not in fixed)


def test_clusters_are_never_stretched() -> None:
    line = break_lines("甲👨\u200d👩\u200d👧乙e\u0301丙丁戊", 84.0, ADVANCES)[0]
    xs = places(line)
    gap = {at: xs[at + 1] - xs[at] - measure(line.text[at]) for at in range(len(xs) - 1)}
    assert all(gap[at] == pytest.approx(0) for at in (1, 2, 3, 4, 7))
    assert all(gap[at] > 0 for at in (0, 5, 6, 8))


def test_pure_han_line_is_one_chunk_and_last_line_is_ragged() -> None:
    first, last = break_lines("一二三四五六七", 45.0, ADVANCES)
    (chunk,) = first.chunks
    assert (chunk.text, chunk.x) == ("一二三四", 0.0)
    assert chunk.char_space == pytest.approx(5 / 3)
    assert last.chunks == (Chunk("五六七", 0.0, 0.0),)


@pytest.mark.parametrize(("width", "reached"), [(39.9, 39.9), (40.1, 30.0)])
def test_holes_are_left_ragged(width: float, reached: float) -> None:
    line = break_lines("一二三abcdefghi", width, ADVANCES)[0]  # two gaps: up to half an em each
    assert (line.text, line.width) == ("一二三", pytest.approx(reached))


def test_indent_narrows_the_first_line() -> None:
    first, second = break_lines("一二三四五六", 40.0, ADVANCES, first_indent=20.0)
    assert (first.text, first.x, second.text, second.x) == ("一二", 20.0, "三四五六", 0.0)


@pytest.mark.parametrize(("width", "indent"), [(float("nan"), 0.0), (5.0, float("nan"))])
def test_not_a_number(width: float, indent: float) -> None:
    with pytest.raises(ValueError, match="numbers"):
        break_lines("甲", width, ADVANCES, first_indent=indent)


WIDTHS = st.floats(-5, 30) | st.floats(allow_nan=False)


@given(TEXTS, WIDTHS, st.floats(0, 5), st.booleans())
def test_nothing_is_lost_and_nothing_torn(text: str, ems: float, indent: float, justified: bool) -> None:
    found = break_lines(text, ems * EM, ADVANCES, first_indent=indent * EM, justified=justified)
    assert "".join(line.text for line in found) == text
    ends = {0, *boundaries(text)}
    at = 0
    for line in found:
        at += len(line.text)
        assert at in ends
        assert "".join(chunk.text for chunk in line.chunks) == "".join(c for c in line.text if c not in HARD)
    assert all(line.text for line in found) or text == ""
    again = break_lines(text, ems * EM, ADVANCES, first_indent=indent * EM, justified=justified)
    assert again == found


@given(TEXTS, st.floats(0.5, 30), st.booleans())
def test_visible_text_stays_within_the_measure(text: str, ems: float, justified: bool) -> None:
    for line in break_lines(text, ems * EM, ADVANCES, justified=justified):
        shown = line.text.rstrip(BLANKS)
        if count(shown) > 1:
            assert line.width <= ems * EM + 1e-6
            blank_half = EM / 2 if shown[-1] in "，。、；：）》”’" else 0
            assert right_edge(line) <= ems * EM + blank_half + 1e-6


@given(TEXTS, st.floats(0.5, 30))
def test_lines_end_at_opportunities_unless_a_piece_is_wider_than_the_measure(text: str, ems: float) -> None:
    cuts = [0, *break_opportunities(text)]
    at = 0
    for line in break_lines(text, ems * EM, ADVANCES):
        at += len(line.text)
        if at in cuts:
            continue
        piece = text[max(cut for cut in cuts if cut < at) : min(cut for cut in cuts if cut > at)]
        (whole,) = break_lines(piece.rstrip(BLANKS), 1e9, ADVANCES)
        assert whole.natural_width > ems * EM


@given(st.text(st.sampled_from("中文字，。”“（）《》—…·%￥1ab "), max_size=60), st.floats(0.5, 30))
def test_prohibitions_hold_unless_a_piece_is_wider_than_the_measure(text: str, ems: float) -> None:
    text = "中" + text
    cuts = break_opportunities(text)
    at = 0
    for before, after in pairwise(break_lines(text, ems * EM, ADVANCES)):
        at += len(before.text)
        if at in cuts:
            assert after.text[0] not in "，。”）》—…·%"
            assert before.text.rstrip(BLANKS)[-1] not in "“（《￥"


def test_narrow_cell_prefers_a_break_that_the_prohibitions_allow() -> None:
    assert lines("“ab”", 2) == ["“a", "b”"]
    assert lines("甲“乙”", 1.5, spacing=PLAIN) == ["甲", "“", "乙", "”"]
