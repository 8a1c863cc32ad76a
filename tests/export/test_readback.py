"""What counts as found again: white space does not matter, everything else does."""

from __future__ import annotations

import pytest

from app.export import readback
from app.export.context import printed
from app.samples import sample


@pytest.fixture(scope="module")
def sheet():
    return printed(sample("capability", "service-station"))


@pytest.fixture(scope="module")
def words(sheet) -> list[str]:
    return [text for _, text in readback.expected(sheet) if text]


def test_every_printed_answer_is_expected(sheet, words) -> None:
    whole = readback.bare("".join(words))
    for name in ("unit.name", "project.theme", "content.main", "content.outcome", "budget.grant", "pledge.meeting"):
        assert readback.bare(sheet.values[name]) in whole
    for rows in sheet.tables.values():
        assert all(readback.bare(cell) in whole for row in rows for column, cell in row.items() if column != "#")
    assert "☑服务站建设" in whole


def test_all_there_is_nothing_missing(sheet, words) -> None:
    assert readback.missing(sheet, ["\n".join(words)]) == []
    assert readback.missing(sheet, [" ".join("".join(words).replace("。", "。\r\n"))]) == []


def test_each_lost_or_changed_text_is_missed(sheet, words) -> None:
    for text in {word for word in words if len(word) > 8}:
        for broken in ("", text[:-1] + "錯", text[1:], text.replace(text[4], "", 1)):
            kept = [broken if word == text else word for word in words]
            if readback.bare(text) not in readback.bare("".join(kept)):
                assert readback.missing(sheet, ["\n".join(kept)]) != [], text


def test_a_text_may_go_on_over_page_ends(sheet, words) -> None:
    whole = "\n".join(words)
    footer = "校验码 A3D8-1B3F　　第{}页 共9页"
    for cut in range(200, len(whole) - 200, 97):
        pages = [whole[:cut] + footer.format(1), whole[cut:] + footer.format(2) + sheet.footer]
        assert readback.missing(sheet, pages) == []


def test_a_piece_lost_at_a_page_end_is_missed(sheet, words) -> None:
    text = sheet.values["content.main"].replace("\n", "")
    before, after = "\n".join(words).replace(sheet.values["content.main"], "\0").split("\0")
    middle = len(text) // 2
    assert readback.missing(sheet, [before + text[:middle], text[middle:] + after]) == []
    assert readback.missing(sheet, [before + text[:middle], text[middle + 1 :] + after]) != []
    assert readback.missing(sheet, [before + text[middle:], text[:middle] + after]) != []


def test_repeating_texts_do_not_take_for_ever(sheet) -> None:
    pages = ["啊" * 5000] * 12
    assert "项目实施主要内容" in readback.missing(sheet, pages)
    assert not readback._Search(pages).over_pages("啊" * 60_001)
    assert readback._Search(pages).over_pages("啊" * 60_000)


def test_a_hyphen_at_a_line_end_is_the_hyphen_it_was() -> None:
    assert "a\x02b\ufffec".translate(readback._HYPHENS) == "a-b-c"


def test_ligatures_count_as_their_letters() -> None:
    assert readback.bare("ﬁ ﬄ 字") == readback.bare("fi ffl字") == "fiffl字"
    assert readback.bare("fj字") != readback.bare("ﬁ字")


def test_a_mark_that_is_doubled_counts_once() -> None:
    assert readback.bare("a\u0322\u0322\u0301b") == "a\u0322\u0301b"


def test_every_character_that_can_be_printed_is_found_again(sheet) -> None:
    """Else the export would refuse an application that has nothing wrong."""
    from dataclasses import replace

    from app import coverage
    from app.export.pdf import render_pdf

    characters = sorted(coverage.characters())
    for start in range(0, len(characters), 6000):
        text = "前" + "".join(characters[start : start + 6000]) + "后"
        other = replace(sheet, values=sheet.values | {"content.main": text})
        assert readback.missing(other, readback.pdf_pages(render_pdf(other, b"{}").data)) == [], start
