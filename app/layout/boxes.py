"""What a printed table is made of: lines of type in cells, cells in rows. All lengths in points, y counted downwards.

Nothing here knows how a line is drawn; a :class:`Slug` (as a line cast in metal is called) carries its ink untouched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any


@dataclass(frozen=True, slots=True)
class Slug:
    """One line, ready to be set: its height, what the drawing makes of it, and whether it holds on to the next line,
    so that no page may end between the two."""

    height: float
    ink: Any
    holds: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell ``width`` wide from ``x``. ``slugs`` stand at its top, or in its middle; ``foot`` at its bottom, with at least
    ``room`` blank between. ``pad`` is kept free above and below, ``inset`` at the left of every line."""

    x: float
    width: float
    slugs: tuple[Slug, ...] = ()
    middle: bool = False
    foot: tuple[Slug, ...] = ()
    room: float = 0.0
    pad: float = 5.0
    inset: float = 0.0

    @cached_property
    def sums(self) -> tuple[float, ...]:
        """How far down each line begins, counted from the first; the last entry is where they end."""
        return tuple(accumulate([slug.height for slug in self.slugs], initial=0.0))

    @cached_property
    def below(self) -> float:
        """What stands under the lines: the blank room and the foot."""
        return self.room + total(self.foot)

    @property
    def height(self) -> float:
        """The least height that holds everything."""
        return self.rest(0)

    def rest(self, start: int) -> float:
        """The height that holds the lines from ``start`` on, and the foot."""
        return 2 * self.pad + self.sums[-1] - self.sums[start] + self.below


@dataclass(frozen=True)
class Row:
    """Cells side by side.

    ``least``: its height at least. ``whole``: up to this height it is never parted between two pages (a row that no page
    can hold is always parted). ``keeps``: it stands on the page where the next row begins. ``heads``: rows that are
    repeated above it when it begins or goes on at the head of a page. ``grows``: it may be drawn out to the page's foot
    where the next row would not fit. ``names``: of what stands in it, for those who look for a place.
    """

    cells: tuple[Cell, ...]
    least: float = 0.0
    whole: float = float("inf")
    keeps: bool = False
    heads: tuple[Row, ...] = ()
    grows: bool = False
    names: tuple[str, ...] = ()

    @cached_property
    def content(self) -> float:
        """The height its cells need."""
        return max(cell.height for cell in self.cells)

    @cached_property
    def height(self) -> float:
        """Its height when it is not parted."""
        return max(self.least, self.content)


@dataclass(frozen=True, slots=True)
class Part:
    """The share of a cell that stands on one page. ``height`` is that of its row's share."""

    cell: Cell
    slugs: tuple[Slug, ...]
    foot: tuple[Slug, ...]
    y: float
    height: float

    def place(self, draw: Callable[[float, float, Any], None]) -> None:
        """Call ``draw(x, y, ink)`` with each line's left edge and top, in reading order."""
        cell = self.cell
        y = self.y + cell.pad
        if cell.middle and len(self.slugs) == len(cell.slugs):  # what goes on over a page runs from edge to edge
            y = self.y + (self.height - total(self.slugs)) / 2
        for slug in self.slugs:
            draw(cell.x + cell.inset, y, slug.ink)
            y += slug.height
        y = self.y + self.height - cell.pad - total(self.foot)
        for slug in self.foot:
            draw(cell.x + cell.inset, y, slug.ink)
            y += slug.height


@dataclass(frozen=True, slots=True)
class Band:
    """The share of a row that stands on one page; ``opens`` is false where it goes on from the page before, ``repeated``
    is true for a head that has been printed already."""

    row: Row
    parts: tuple[Part, ...]
    y: float
    height: float
    opens: bool = True
    repeated: bool = False


def total(slugs: tuple[Slug, ...]) -> float:
    """The height of lines one below the other."""
    return sum([slug.height for slug in slugs])
