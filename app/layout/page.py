"""Rows to pages: what stands where, which rows move on together, where a long cell is parted.

A chain is a run of rows in which each but the last keeps with the next: a heading and what it heads. A page is begun anew
when the chain, or the beginning of it that may not be parted, has no room left. Time is linear in the number of lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from app.layout.boxes import Band, Cell, Part, Row, Slug, total

Page = list[Band]
SLACK = 1e-6
"""Rounding: sums of the same heights in another order differ by less."""


def paginate(rows: Iterable[Row], top: float, bottom: float, poll: Callable[[], None] = lambda: None) -> list[Page]:
    """The rows on pages between ``top`` and ``bottom``. ``poll`` is called before each chain and may raise.

    Every line is placed exactly once and in order; only the rows' ``heads`` come again. No page overflows unless a single
    line is higher than the page.
    """
    flow = _Flow(top, bottom)
    for chain in chains(rows):
        poll()
        flow.chain(chain)
    return flow.pages


def chains(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows in runs that begin on one page."""
    chain: list[Row] = []
    for row in rows:
        chain.append(row)
        if not row.keeps:
            yield chain
            chain = []
    if chain:
        yield chain


def fitting(slugs: Sequence[Slug], start: int, room: float, *, to_end: bool = True) -> tuple[int, int]:
    """How far lines from ``start`` go within ``room``: the last place where they may be parted (``start`` if there is none),
    and the last line's end that fits at all. ``to_end=False`` never takes the last line: something signs it."""
    best, at, height = start, start, 0.0
    while at < len(slugs) and height + slugs[at].height <= room + SLACK:
        height += slugs[at].height
        at += 1
        if (at < len(slugs) and not slugs[at - 1].holds) or (at == len(slugs) and to_end):
            best = at
    return best, at if to_end else min(at, len(slugs) - 1)


def beginning(row: Row) -> float:
    """The height of the least part of a row that may open it on a page."""
    if row.height <= row.whole or row.content <= row.least:
        return row.height
    return max(2 * cell.pad + total(cell.slugs[: _first_break(cell)]) for cell in row.cells)


def _first_break(cell: Cell) -> int:
    for at, slug in enumerate(cell.slugs, 1):
        if not slug.holds:
            return at
    return len(cell.slugs)


class _Flow:
    """The pages so far and how far down the last one is filled."""

    def __init__(self, top: float, bottom: float) -> None:
        self.top, self.bottom = top, bottom
        self.pages: list[Page] = [[]]
        self.y = top

    @property
    def fresh(self) -> bool:
        """Whether nothing but repeated heads stands on the page."""
        return all(band.repeated for band in self.pages[-1])

    def chain(self, chain: list[Row]) -> None:
        """Place rows that begin together, on a new page if this one has not the room."""
        needed = sum(row.height for row in chain[:-1]) + beginning(chain[-1])
        if needed > self.bottom - self.y + SLACK and not self.fresh:
            self._turn()
        for row in chain:
            self._row(row)

    def _row(self, row: Row) -> None:
        if not self.pages[-1]:
            self._repeat(row.heads)
        if row.height <= self.bottom - self.y + SLACK:
            self._add(row, [(0, len(cell.slugs)) for cell in row.cells], row.height)
        elif row.height <= row.whole and row.height <= self.bottom - self.top - _depth(row.heads) + SLACK:
            self._turn(row.heads)
            self._add(row, [(0, len(cell.slugs)) for cell in row.cells], row.height)
        else:
            self._part(row)

    def _part(self, row: Row) -> None:
        """Place a row over as many pages as it takes."""
        starts, opens = [0] * len(row.cells), True
        while True:
            room = self.bottom - self.y
            rest = max(cell.rest(start) for cell, start in zip(row.cells, starts, strict=True))
            if rest <= room + SLACK or (self.fresh and all(map(_through, row.cells, starts))):
                ends = [len(cell.slugs) for cell in row.cells]
                height = max(rest, min(row.least, room)) if opens else rest
                self._add(row, list(zip(starts, ends, strict=True)), height, opens=opens)
                return
            ends = self._cut(row, starts, room)
            if ends is not None:
                self._add(row, list(zip(starts, ends, strict=True)), room, opens=opens, closes=False)
                starts, opens = ends, False
            self._turn(row.heads)

    def _cut(self, row: Row, starts: list[int], room: float) -> list[int] | None:
        """Where each cell's share of this page ends; None to leave the page to what stands on it."""
        ends: list[int] = []
        for cell, start in zip(row.cells, starts, strict=True):
            last = len(cell.slugs) - bool(cell.foot and cell.slugs)
            best, far = fitting(cell.slugs, start, room - 2 * cell.pad, to_end=not cell.foot)
            if best == start < last:
                if not self.fresh:
                    return None
                best = min(max(far, start + 1), last)
            ends.append(best)
        return None if ends == starts else ends

    def _add(
        self, row: Row, shares: list[tuple[int, int]], height: float, *, opens: bool = True, closes: bool = True, repeated: bool = False
    ) -> None:
        parts = tuple(
            Part(cell, cell.slugs[start:end], cell.foot if closes else (), self.y, height)
            for cell, (start, end) in zip(row.cells, shares, strict=True)
        )
        self.pages[-1].append(Band(row, parts, self.y, height, opens, repeated))
        self.y += height

    def _turn(self, heads: tuple[Row, ...] = ()) -> None:
        """Begin a page; the row at this one's foot grows down to the margin if it may."""
        page = self.pages[-1]
        if page and page[-1].row.grows:
            page[-1] = stretched(page[-1], self.bottom - page[-1].y)
        self.pages.append([])
        self.y = self.top
        self._repeat(heads)

    def _repeat(self, heads: tuple[Row, ...]) -> None:
        for head in heads:
            self._add(head, [(0, len(cell.slugs)) for cell in head.cells], head.height, repeated=True)


def stretched(band: Band, height: float) -> Band:
    """The same band made ``height`` high."""
    parts = tuple(Part(part.cell, part.slugs, part.foot, part.y, height) for part in band.parts)
    return Band(band.row, parts, band.y, height, band.opens, band.repeated)


def _through(cell: Cell, start: int) -> bool:
    """Whether no line is left that could stand on a page of its own."""
    return start >= len(cell.slugs) - bool(cell.foot)


def _depth(rows: tuple[Row, ...]) -> float:
    return sum(row.height for row in rows)
