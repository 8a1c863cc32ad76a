"""A line set in type: where each piece of it stands, ragged or justified.

Order of adjustment after clreq, "Adjusting Strategies of Paragraph Alignment". To fill a line: word spaces up to half
an em, then Han-Latin gaps up to a quarter em, then everything that stretches by the same amount. To tighten it: word
spaces by a third, Han-Latin gaps by half, the blank after closing marks by a quarter em. Latin words, ——, …… and
grapheme clusters keep their inner distances.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from operator import add

from app.layout.linebreak import HARD
from app.layout.spacing import CLOSING, HAN, HAN_LATIN, MARK, NONE, PAIR, SPACE, Metrics

HANGING = " \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u205f\u3000"
"""Blanks: at a line's end they stand outside the measure."""
BLANKS = HANGING + "".join(HARD)
_RUNS = re.compile(rb"(.)\1*", re.DOTALL)
_STRETCHING = (SPACE, HAN_LATIN, HAN, MARK, PAIR)
_LINE_CONTROLS = dict.fromkeys(map(ord, HARD))


@dataclass(frozen=True, slots=True)
class Chunk:
    """Text to draw in one go at `x`, with `char_space` added after each code point (PDF's Tc)."""

    text: str
    x: float
    char_space: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line. Lengths in the caller's unit, `x` counted from the left edge of the measure.

    `text`: its part of the input, with blanks and line ends at its end. `chunks`: the same without line ends, in
    order; trailing blanks are in the last chunk and hang out. `x`: the indent. `width`: from `x` to the end of the last
    visible character as set, `natural_width` before justifying; a squeezed closing mark at the end counts half.
    `last`: a paragraph's or a hard break's last line, which stays ragged.
    """

    text: str
    chunks: tuple[Chunk, ...]
    x: float
    width: float
    natural_width: float
    last: bool
    advances: Sequence[float] = field(repr=False)
    kinds: bytes = field(repr=False)
    metrics: Metrics = field(repr=False)


def end_cut(char: str, advance: float, metrics: Metrics) -> float:
    """By how much a line ending in `char` is narrower than its advances: half an em for a closing mark."""
    if metrics.spacing.squeeze_end and char in CLOSING and advance >= 0.9 * metrics.em:
        return metrics.em / 2
    return 0.0


def set_line(text: str, advances: Sequence[float], kinds: bytes, metrics: Metrics, *, x: float, last: bool, width: float | None) -> Line:
    """A line of `text` starting at `x`; ragged for `width=None`, else filling the measure `width` as far as may be.

    `advances`: one per code point; `kinds`: the gap after each code point but the last.
    """
    visible = len(text.rstrip(BLANKS))
    inner = kinds[: max(0, visible - 1)]
    values = metrics.natural
    natural = sum(advances[:visible]) + sum(values[kind] * inner.count(kind) for kind in (HAN_LATIN, PAIR))
    if visible:
        natural -= end_cut(text[visible - 1], advances[visible - 1], metrics)
    used = natural
    if width is not None and visible:
        values = _adjusted(inner, width - x - natural, metrics, last)
        used += sum((values[kind] - metrics.natural[kind]) * inner.count(kind) for kind in _STRETCHING)
    chunks = _chunks(text, advances, inner, values, x)
    return Line(text, chunks, x, used, natural, last, advances, kinds, metrics)


def justify(line: Line, width: float) -> Line:
    """The same line set to the measure `width` (which counts from 0, not from the line's `x`).

    A last line is tightened if it is too long, never stretched. A line whose gaps would have to grow by more than
    half an em each stays ragged: holes are worse than an uneven edge.
    """
    return set_line(line.text, line.advances, line.kinds, line.metrics, x=line.x, last=line.last, width=width)


def _adjusted(kinds: bytes, rest: float, metrics: Metrics, last: bool) -> tuple[float, ...]:
    """The value of each kind of gap once `rest` (negative: too long) is spread over them."""
    counts = [kinds.count(kind) for kind in range(6)]
    values = list(metrics.natural)
    if rest < 0:
        for kind in (SPACE, HAN_LATIN, MARK):
            if counts[kind]:
                part = min(-rest / counts[kind], metrics.shrink[kind])
                values[kind] -= part
                rest += part * counts[kind]
    elif rest > 0 and not last:
        for kind in (SPACE, HAN_LATIN):
            if counts[kind]:
                part = min(rest / counts[kind], metrics.grow[kind])
                values[kind] += part
                rest -= part * counts[kind]
        places = sum(counts) - counts[NONE]
        if rest > 0 and places:
            part = rest / places
            if part > metrics.em / 2:
                return metrics.natural
            for kind in _STRETCHING:
                values[kind] += part
    return tuple(values)


def _chunks(text: str, advances: Sequence[float], kinds: bytes, values: tuple[float, ...], x: float) -> tuple[Chunk, ...]:
    """As few chunks as may be: each as long as the gaps stay equal, the gap after it becoming the next one's `x`."""
    count = len(kinds) + 1
    if not kinds:
        shown = text.translate(_LINE_CONTROLS)
        return (Chunk(shown, x, 0.0),) if shown else ()
    same = bytes(values.index(value) for value in values)  # kinds of equal value are one kind here
    places = list(accumulate(map(add, advances[: count - 1], [values[kind] for kind in kinds]), initial=x))
    chunks: list[Chunk] = []
    start = 0
    for run in _RUNS.finditer(kinds.translate(same + bytes(256 - len(same)))):
        end = run.end()
        if start < end:
            chunks.append(Chunk(text[start : end + 1], places[start], values[run[1][0]]))
            start = end + 1
    if start < count:
        chunks.append(Chunk(text[start:count], places[start], 0.0))
    tail = text[count:].translate(_LINE_CONTROLS)
    if tail:
        final = chunks[-1]
        chunks[-1] = Chunk(final.text + tail, final.x, final.char_space)
    return tuple(chunks)
