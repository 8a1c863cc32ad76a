"""Filling lines: greedy, with one look ahead.

A line takes what fits. If it would be left an em or more short, because the next piece may not be parted, and that
piece fits once the line is tightened (less than it would otherwise be stretched), the line takes it too (clreq: 推入
before 推出). A piece wider than the whole measure is broken as a last resort: after / . - _ ? & = inside Latin text,
else between grapheme clusters. Time and space are linear in the text's length.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import accumulate
from math import isnan
from operator import add

from app.layout.justify import BLANKS, Line, end_cut, set_line
from app.layout.linebreak import HARD, NO_END, NO_START, break_opportunities
from app.layout.spacing import Metrics, Spacing, gap_kinds, narrow_quotes
from forms.graphemes import boundaries

Advances = Callable[[str], Sequence[float]]
"""Widths of a text's code points, one each, in the caller's unit; marks and joiners usually 0."""
_SOFT = frozenset("/.-_?&=")


def advances_of(measure: Callable[[str], float]) -> Advances:
    """Widths per code point from a function that measures a string; each code point is measured once."""

    class Cache(dict[str, float]):
        def __missing__(self, char: str) -> float:
            value = self[char] = measure(char)
            return value

    cache = Cache()
    return lambda text: list(map(cache.__getitem__, text))


def break_lines(
    text: str,
    width: float,
    advances: Advances,
    *,
    first_indent: float = 0.0,
    spacing: Spacing | None = None,
    justified: bool = True,
) -> list[Line]:
    """The lines of one paragraph; their texts joined are `text`, and there is at least one.

    `width`: the measure. `first_indent`: where the first line starts. `justified=False` leaves every line ragged.
    Visible text stands within the measure unless a single grapheme cluster is wider; blanks at a line end, and the
    blank half of a closing mark there, may stand outside. Raises ValueError for a width or indent that is no number.
    """
    if isnan(width) or isnan(first_indent):
        raise ValueError("width and first_indent must be numbers")
    paragraph = _Paragraph(text, width, advances, spacing or Spacing(), justified)
    lines: list[Line] = []
    start = 0
    while start < len(text) or not lines:
        x = 0.0 if lines else first_indent
        end = paragraph.line_end(start, width - x) if text else 0
        lines.append(paragraph.line(start, end, x))
        start = end
    return lines


class _Paragraph:
    """A text with its widths summed from the start, so that any stretch of it is measured by a subtraction."""

    def __init__(self, text: str, width: float, advances: Advances, spacing: Spacing, justified: bool) -> None:
        self.text, self.width, self.justified = text, width, justified
        self.advances = list(advances(text))
        em, space = advances("国 ")
        self.metrics = Metrics.of(em, space, spacing)
        self.kinds = gap_kinds(text, narrow_quotes(text, self.advances, em))
        natural, shrink = self.metrics.natural, self.metrics.shrink
        gaps = [natural[kind] for kind in self.kinds]
        gaps.append(0.0)
        self.sums = list(accumulate(map(add, self.advances, gaps), initial=0.0))
        self.slack = list(accumulate([shrink[kind] for kind in self.kinds], initial=0.0))
        self.cuts = break_opportunities(text)
        self.solid = self._visible_ends()
        self.solid_sums = [self.sums[end] for end in self.solid]
        self.hard = [at for at, cut in enumerate(self.cuts) if text[cut - 1] in HARD or cut == len(text)]
        self.tolerance = 1e-6 * em

    @cached_property
    def clusters(self) -> list[int]:
        return boundaries(self.text)

    def _visible_ends(self) -> list[int]:
        """For each cut, where the blanks before it begin."""
        text = self.text
        ends: list[int] = []
        before = 0
        for cut in self.cuts:
            if text[cut - 1] in BLANKS:
                shown = before + len(text[before:cut].rstrip(BLANKS))
                ends.append(ends[-1] if shown == before and ends else shown)
            else:
                ends.append(cut)
            before = cut
        return ends

    def extent(self, start: int, end: int) -> float:
        """Width of the visible text [start, end) as a line of its own, not adjusted."""
        if end <= start:
            return 0.0
        total = self.sums[end] - self.sums[start]
        if end <= len(self.kinds):
            total -= self.metrics.natural[self.kinds[end - 1]]
        return total - end_cut(self.text[end - 1], self.advances[end - 1], self.metrics)

    def line_end(self, start: int, room: float) -> int:
        """Where the line from `start` ends."""
        first = bisect_right(self.cuts, start)
        limit = self.hard[bisect_right(self.hard, first - 1)]
        reach = self.sums[start] + room + self.metrics.em / 2 + self.tolerance
        at = bisect_right(self.solid_sums, reach, first, limit + 1) - 1
        while at >= first and self.extent(start, self.solid[at]) > room + self.tolerance:
            at -= 1
        if at == limit or (at >= first and self._tightened(start, at, room)):
            return self.cuts[min(at + 1, limit)] if at < limit else self.cuts[at]
        piece = self.cuts[at] if at >= first else start
        if piece == start or self.extent(piece, self.solid[at + 1]) > self.width + self.tolerance:
            cut = self._last_resort(start, piece, self.solid[at + 1], room)
            return cut if cut < self.solid[at + 1] else self.cuts[at + 1]  # with the blanks that follow
        return piece

    def _tightened(self, start: int, at: int, room: float) -> bool:
        """Whether the piece after cut `at` had better be taken into the line by tightening it."""
        if not self.justified:
            return False
        left = room - self.extent(start, self.solid[at])
        end = self.solid[at + 1]
        over = self.extent(start, end) - room
        return left >= self.metrics.em and over < left and over <= self.slack[end - 1] - self.slack[start]

    def _last_resort(self, start: int, piece: int, end: int, room: float) -> int:
        """A break inside [piece, end), which is wider than a line; `piece` itself if it is no line's start."""
        text = self.text
        reach = self.sums[start] + room + self.metrics.em / 2 + self.tolerance
        far = min(bisect_right(self.sums, reach, piece, end) - 1, end - 1)
        while far > piece and self.extent(start, far) > room + self.tolerance:
            far -= 1
        for at in range(far, piece, -1):
            if text[at - 1] in _SOFT and text[at] not in _SOFT and "!" <= text[at] <= "~":
                if piece > start or self.extent(start, at) * 2 >= room:
                    return at
                break  # "http://" alone on a line, the rest torn anyhow: worse than filling the line
        return piece if piece > start else self._between_clusters(start, far)

    def _between_clusters(self, start: int, far: int) -> int:
        """The last cluster boundary up to `far`, if possible one that the prohibitions allow; at least one cluster."""
        first = bisect_right(self.clusters, start)
        last = max(first, bisect_right(self.clusters, far) - 1)
        for at in range(last, first - 1, -1):
            cut = self.clusters[at]
            if cut < len(self.text) and self.text[cut] not in NO_START and self.text[cut - 1] not in NO_END:
                return cut
        return self.clusters[last]

    def line(self, start: int, end: int, x: float) -> Line:
        """The line [start, end) set at `x`."""
        last = end == len(self.text) or self.text[end - 1] in HARD
        return set_line(
            self.text[start:end],
            self.advances[start:end],
            self.kinds[start : max(start, end - 1)],
            self.metrics,
            x=x,
            last=last,
            width=self.width if self.justified else None,
        )
