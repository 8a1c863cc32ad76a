"""Rows on pages: nothing lost, nothing over the edge, nothing parted that belongs together. No font and no PDF is involved."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.layout.boxes import Band, Cell, Part, Row, Slug, total
from app.layout.page import beginning, chains, fitting, paginate

TOP, BOTTOM = 50.0, 350.0
LINE = 20.0


def slugs(*marks: object, holds: tuple[int, ...] = ()) -> tuple[Slug, ...]:
    return tuple(Slug(LINE, mark, at in holds) for at, mark in enumerate(marks))


def row(count: int, mark: str = "", **more: object) -> Row:
    return replace(Row((Cell(0, 100, slugs(*(f"{mark}{at}" for at in range(count)))),)), **more)  # type: ignore[arg-type]


def marks(band: Band) -> list[object]:
    return [slug.ink for part in band.parts for slug in (*part.slugs, *part.foot)]


def printed(pages: list[list[Band]]) -> list[list[object]]:
    return [[mark for band in page for mark in marks(band)] for page in pages]


# --- properties ----------------------------------------------------------------------------------------------------------


@st.composite
def tables(draw: st.DrawFn) -> list[Row]:
    """Rows of every sort; each line's ink is (row, cell, line)."""
    rows: list[Row] = []
    count = draw(st.integers(1, 6))
    for number in range(count):
        cells: list[Cell] = []
        for column in range(draw(st.integers(1, 3))):
            lines = draw(st.integers(0, 34))
            held = draw(st.sets(st.integers(0, max(0, lines - 1)), max_size=3))
            made = slugs(*((number, column, at) for at in range(lines)), holds=tuple(held))
            foot = slugs((number, column, "foot")) if draw(st.booleans()) else ()
            room = draw(st.sampled_from([0.0, 40.0]))
            cells.append(Cell(column * 50.0, 50.0, made, foot=foot, room=room, pad=draw(st.sampled_from([0.0, 4.5]))))
        head = Row((Cell(0, 150, slugs((number, "head"))),))
        rows.append(
            Row(
                tuple(cells),
                least=draw(st.sampled_from([0.0, 30.0, 120.0])),
                whole=draw(st.sampled_from([0.0, 100.0, float("inf")])),
                keeps=draw(st.booleans()) and number < count - 1,
                heads=(head,) if draw(st.booleans()) else (),
                grows=draw(st.booleans()),
            )
        )
    return rows


@given(tables())
def test_every_line_once_and_in_order(rows: list[Row]) -> None:
    pages = paginate(rows, TOP, BOTTOM)
    placed: dict[tuple[int, int], list[object]] = {}
    for page in pages:
        for band in page:
            if band.repeated:
                continue
            number = next(at for at, entry in enumerate(rows) if entry is band.row)
            for column, part in enumerate(band.parts):
                placed.setdefault((number, column), []).extend(slug.ink for slug in (*part.slugs, *part.foot))
    for number, entry in enumerate(rows):
        for column, cell in enumerate(entry.cells):
            assert placed[number, column] == [slug.ink for slug in (*cell.slugs, *cell.foot)]


@given(tables())
def test_bands_follow_without_gap_and_no_page_is_overfull(rows: list[Row]) -> None:
    for page in paginate(rows, TOP, BOTTOM):
        y = TOP
        for band in page:
            assert band.y == pytest.approx(y)
            y += band.height
            for part in band.parts:
                used = 2 * part.cell.pad + total(part.slugs) + total(part.foot) + (part.cell.room if part.foot else 0)
                assert used <= band.height + 1e-6
        assert y <= BOTTOM + 1e-6


@given(tables())
def test_no_page_is_blank_and_none_ends_with_a_row_that_keeps(rows: list[Row]) -> None:
    pages = paginate(rows, TOP, BOTTOM)
    depth = BOTTOM - TOP
    fits = {id(entry): height(chain) <= depth for chain in chains(rows) for entry in chain}
    for page in pages:
        assert any(not band.repeated for band in page)
    for page in pages[:-1]:
        last = page[-1].row
        assert not (last.keeps and fits[id(last)])


def height(chain: list[Row]) -> float:
    heads = sum(head.height for head in chain[0].heads)
    return heads + sum(entry.height for entry in chain[:-1]) + beginning(chain[-1])


@given(tables())
def test_a_whole_row_stands_on_one_page(rows: list[Row]) -> None:
    pages = paginate(rows, TOP, BOTTOM)
    bands = Counter(id(band.row) for page in pages for band in page if not band.repeated)
    for entry in rows:
        heads = sum(head.height for head in entry.heads)
        if entry.height <= entry.whole and entry.height + heads <= BOTTOM - TOP:
            assert bands[id(entry)] == 1


@given(tables())
def test_lines_that_hold_are_not_parted_unless_no_page_could_hold_them(rows: list[Row]) -> None:
    for page in paginate(rows, TOP, BOTTOM)[:-1]:
        band = page[-1]
        fresh = all(other.repeated for other in page[:-1])
        for part in band.parts:
            if part.slugs and not part.foot and part.slugs[-1] is not (part.cell.slugs or (None,))[-1] and not fresh:
                assert not part.slugs[-1].holds


# --- cases ---------------------------------------------------------------------------------------------------------------


def test_an_empty_table_is_one_empty_page() -> None:
    assert paginate([], TOP, BOTTOM) == [[]]


def test_a_heading_moves_on_with_what_it_heads() -> None:
    text = row(8, "t", whole=0.0)
    text = replace(text, cells=(replace(text.cells[0], slugs=slugs(*"abcdefgh", holds=(0,))),))
    pages = paginate([row(12, "x"), row(1, "h", keeps=True), text], TOP, BOTTOM)
    # 250 used, 30 for the heading and 50 for two lines: there is room for the heading alone only
    assert printed(pages)[1] == ["h0", *"abcdefgh"]


def test_a_heading_stays_where_two_lines_fit_under_it() -> None:
    text = Row((Cell(0, 100, slugs(*"abcdefghij", holds=(0,))),), whole=0.0)
    pages = paginate([row(10, "x"), row(1, "h", keeps=True), text], TOP, BOTTOM)
    assert printed(pages)[0][-3:] == ["h0", "a", "b"]
    assert printed(pages)[1] == [*"cdefghij"]


def test_heads_come_again_on_each_page_but_not_under_themselves() -> None:
    head = row(1, "head", keeps=True)
    pages = paginate([head, *(row(2, f"r{at}.", heads=(head,)) for at in range(11))], TOP, BOTTOM)
    assert [page[0].repeated for page in pages] == [False, True, True]
    assert [sum(1 for band in page if band.row is head) for page in pages] == [1, 1, 1]
    assert printed(pages)[1][:2] == ["head0", "r5.0"]


def test_heads_come_again_within_a_chain_that_no_page_holds() -> None:
    head = row(1, "head", keeps=True)
    rows = [row(2, f"r{at}.", heads=(head,), keeps=at < 10) for at in range(11)]
    pages = paginate([head, *rows], TOP, BOTTOM)
    assert len(pages) == 3
    assert all(page[0].row is head for page in pages)


def test_a_row_higher_than_a_page_flows_under_its_heads() -> None:
    head = row(1, "head", keeps=True)
    long = Row((Cell(0, 50, slugs("name"), middle=True), Cell(50, 50, slugs(*range(40)))), heads=(head,))
    pages = paginate([head, long], TOP, BOTTOM)
    assert len(pages) == 4
    assert all(page[0].row is head for page in pages)
    assert [mark for page in printed(pages) for mark in page if isinstance(mark, int)] == list(range(40))
    assert [band.opens for page in pages for band in page if band.row is long] == [True, False, False, False]


def test_what_is_signed_stays_with_its_last_line() -> None:
    signed = Row((Cell(0, 100, slugs(*range(20)), foot=slugs("sign"), room=70.0),))
    pages = paginate([signed], TOP, BOTTOM)
    assert printed(pages)[-1][-2:] == [19, "sign"]
    part = pages[-1][-1].parts[0]
    assert part.height >= 2 * part.cell.pad + LINE + 70.0 + LINE


def test_a_signed_block_moves_on_whole() -> None:
    signed = Row((Cell(0, 100, slugs("we", "promise"), foot=slugs("sign"), room=70.0),))
    pages = paginate([row(10, "x"), signed], TOP, BOTTOM)
    assert printed(pages)[1] == ["we", "promise", "sign"]


def test_the_last_row_grows_to_the_foot_only_where_the_next_does_not_fit() -> None:
    pages = paginate([row(3, "a", grows=True), row(12, "b")], TOP, BOTTOM)
    assert pages[0][-1].y + pages[0][-1].height == BOTTOM
    assert pages[1][-1].height == row(12).height
    pages = paginate([row(3, "a"), row(12, "b")], TOP, BOTTOM)
    assert pages[0][-1].height == row(3).height


def test_a_nearly_empty_long_text_is_not_parted_below_its_least_height() -> None:
    text = row(2, "t", whole=0.0, least=120.0)
    pages = paginate([row(10, "x"), text], TOP, BOTTOM)
    assert [band.height for band in pages[1]] == [120.0]


def test_place_gives_lines_top_middle_and_foot() -> None:
    drawn: list[tuple[float, float, object]] = []
    cell = Cell(30, 100, slugs("a", "b"), foot=slugs("f"), pad=5, inset=4)
    Part(cell, cell.slugs, cell.foot, 100.0, 200.0).place(lambda x, y, ink: drawn.append((x, y, ink)))
    assert drawn == [(34, 105, "a"), (34, 125, "b"), (34, 275, "f")]
    drawn.clear()
    cell = Cell(30, 100, slugs("a"), middle=True)
    Part(cell, cell.slugs, (), 100.0, 200.0).place(lambda x, y, ink: drawn.append((x, y, ink)))
    assert drawn == [(30, 190, "a")]
    drawn.clear()
    cell = Cell(30, 100, slugs("a", "b"), middle=True, pad=5)
    Part(cell, cell.slugs[1:], (), 100.0, 200.0).place(lambda x, y, ink: drawn.append((x, y, ink)))
    assert drawn == [(30, 105, "b")]


def test_fitting_tells_where_lines_may_be_parted() -> None:
    lines = slugs(*range(5), holds=(0, 3))
    assert fitting(lines, 0, 10) == (0, 0)
    assert fitting(lines, 0, 20) == (0, 1)  # one fits, but it holds on to the next
    assert fitting(lines, 0, 60) == (3, 3)
    assert fitting(lines, 0, 80) == (3, 4)
    assert fitting(lines, 0, 100) == (5, 5)
    assert fitting(lines, 3, 20) == (3, 4)


def test_poll_is_asked_and_may_stop_it() -> None:
    class StopError(Exception):
        pass

    def stop() -> None:
        raise StopError

    with pytest.raises(StopError):
        paginate([row(1)], TOP, BOTTOM, stop)
