"""What counts as found again: white space does not matter, everything else does."""

from __future__ import annotations

import random

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


def _stands(wanted: str, pages: list[str], done: int = 0) -> bool:
    """The plain meaning of :meth:`readback._Search.over_pages`, for texts from the first page on: every way to cut is tried."""
    if done == len(wanted):
        return True
    ends = range(done + 1, len(wanted) + 1) if pages else ()
    return any(wanted[done:end] in pages[0] and _stands(wanted, pages[1:], end) for end in ends)


def test_the_search_finds_what_any_way_of_cutting_finds_and_nothing_else() -> None:
    chance = random.Random(7)
    answers: list[bool] = []
    for signs in ("ab", "abc", "abcd"):
        for _ in range(1500):
            pages = ["".join(chance.choices(signs, k=chance.randrange(6))) for _ in range(chance.randrange(1, 6))]
            search = readback._Search(pages)
            for _ in range(3):  # what was found before must not matter
                wanted = "".join(chance.choices(signs, k=chance.randrange(1, 9)))
                answers.append(search.over_pages(wanted))
                assert answers[-1] == any(_stands(wanted, pages[start:]) for start in range(len(pages))), (wanted, pages)
    assert 0.2 < sum(answers) / len(answers) < 0.8


def test_texts_that_all_repeat_the_same_do_not_use_up_the_search() -> None:
    """Each seems to begin on every page and to go on over all; only its last two signs say where it ends."""
    period = "常德市科协提能"
    pages = [period * 200 for _ in range(180)]
    signs = [chr(0x5000 + number) for number in range(361)]
    texts = [period * 28 + signs[2 * number] + signs[2 * number + 1] for number in range(179)]
    for number, text in enumerate(texts):
        pages[number] += text[:-1]
        pages[number + 1] = text[-1] + pages[number + 1]
    search = readback._Search(pages)
    assert [text for text in texts if not search.over_pages(text)] == []
    assert not search.over_pages(texts[7][:-1] + texts[9][-1])


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
