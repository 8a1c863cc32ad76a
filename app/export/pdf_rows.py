"""The declared form as rows of a table: what :mod:`forms.schema` names a block becomes cells with set lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app.export import pdf_type as type_
from app.export.context import NUMBER, Printed
from app.export.pdf_type import BODY, CENTRE, HEADING, LABEL, LEFT, MM, NOTE, SIGNING, SUB_HEADING
from app.layout.boxes import Cell, Row, Slug
from forms.schema import (
    PAGE_WIDTH,
    Block,
    Grid,
    LongText,
    Review,
    Rows,
    Section,
    Sentences,
    Signature,
    Signed,
    SubHeading,
    blanks,
)
from forms.schema import Cell as GridCell

PAD = 4.0
"""Kept free at a cell's left and right, pt."""
LONG_PAD = 6.0
GRID_LEAST, HEADING_LEAST, ENTRY_LEAST, LONG_LEAST = 33.0, 33.0, 31.0, 48 * MM
ENTRY_WHOLE = 220.0
"""A table row up to this height moves to the next page whole, pt: a third of a page."""
TABLE_WHOLE = 4
"""A table of so many rows stays on one page; of a longer one, two rows at least stand together under its heads and at its end."""
LEFT_COLUMNS = frozenset({"duty", "what"})
DATE_GAP = 30.0
"""Room to write the month and the day by hand, pt."""


def section_rows(printed: Printed, section: Section) -> Iterator[Row]:
    """The rows of one section, its heading first; none for a section that only the program has."""
    if not section.heading:
        return
    yield _heading(section)
    for block in section.blocks:
        yield from _block(printed, block)


def _block(printed: Printed, block: Block) -> Iterator[Row]:
    match block:
        case Grid():
            yield from (_grid_row(printed, row) for row in block.rows)
        case LongText():
            yield _long_text(printed, block)
        case Sentences():
            yield _sentences(printed, block)
        case SubHeading():
            slugs = type_.label(block.text, SUB_HEADING, _measure(PAGE_WIDTH))
            yield Row((_cell(0, PAGE_WIDTH, slugs),), least=ENTRY_LEAST, keeps=True)
        case Rows():
            yield from _table(printed, block)
        case Signed():
            yield _signed(printed, block)
        case Review():
            yield from _review(block)


def _cell(x: int, width: int, slugs: tuple[Slug, ...], inset: float = PAD) -> Cell:
    """A cell of the printed grid; ``x`` and ``width`` in mm."""
    return Cell(x * MM, width * MM, slugs, middle=True, inset=inset)


def _measure(width: int, inset: float = PAD) -> float:
    """The width of the lines in a cell ``width`` mm wide, pt."""
    return width * MM - 2 * inset


def _heading(section: Section) -> Row:
    """The heading; a long instruction in brackets stands under it in the body's face."""
    title, note = section.heading, ""
    measure = _measure(PAGE_WIDTH, LONG_PAD)
    if type_.width(title, HEADING) > measure:
        at = title.find("（")
        title, note = (title[:at], title[at:]) if at > 0 else (title, "")
    slugs = type_.paragraph(title, HEADING, measure)
    if note:
        slugs += type_.paragraph(note, NOTE, measure)
    return Row((_cell(0, PAGE_WIDTH, slugs, LONG_PAD),), least=HEADING_LEAST, keeps=True, names=(section.id,))


def _grid_row(printed: Printed, cells: tuple[GridCell, ...]) -> Row:
    made: list[Cell] = []
    names: list[str] = []
    x = 0
    for cell in cells:
        made.append(_cell(x, cell.width, _grid_slugs(printed, cell)))
        names += [name for name in (cell.value, cell.boxes) if name]
        names += [name for line in cell.lines for name in blanks(line)]
        x += cell.width
    return Row(tuple(made), least=GRID_LEAST, names=tuple(names))


def _grid_slugs(printed: Printed, cell: GridCell) -> tuple[Slug, ...]:
    measure = _measure(cell.width)
    if cell.text:
        return type_.label(cell.text, LABEL, measure)
    if cell.boxes:
        return type_.boxes(printed.boxes[cell.boxes], BODY, measure)
    if cell.lines:
        return type_.sentences([printed.fill(line) for line in cell.lines], BODY, measure)
    return type_.value(printed.values[cell.value], measure)


def _long_text(printed: Printed, block: LongText) -> Row:
    before = printed.lines[block.before] if block.before else []
    text = printed.values[block.value]
    paragraphs = [*before, *(text.split("\n") if text else [])]
    slugs = type_.long_text(paragraphs, BODY, _measure(PAGE_WIDTH, LONG_PAD))
    cell = Cell(0.0, PAGE_WIDTH * MM, slugs, pad=LONG_PAD, inset=LONG_PAD)
    names = [block.value]
    if block.before:
        names += [entry.id for entry in printed.form if entry.id.startswith("meeting.")]
    return Row((cell,), least=LONG_LEAST, whole=0.0, grows=True, names=tuple(names))


def _sentences(printed: Printed, block: Sentences) -> Row:
    slugs = type_.sentences([printed.fill(line) for line in block.lines], BODY, _measure(PAGE_WIDTH, LONG_PAD))
    names = tuple(name for line in block.lines for name in blanks(line))
    return Row((_cell(0, PAGE_WIDTH, slugs, LONG_PAD),), names=names)


def _table(printed: Printed, block: Rows) -> Iterator[Row]:
    heads = Row(
        tuple(_columns(block, {name: head for name, head, _ in block.heads}, head=True)),
        least=ENTRY_LEAST, keeps=True, names=(block.value,),
    )  # fmt: skip
    entries = printed.tables[block.value]
    rows = [Row(tuple(_columns(block, cells)), least=ENTRY_LEAST, whole=ENTRY_WHOLE, heads=(heads,)) for cells in entries]
    yield heads
    for place, row in enumerate(rows, 1):
        together = len(rows) <= TABLE_WHOLE or place in (1, len(rows) - 1)
        yield replace(row, keeps=together and place < len(rows))


def _columns(block: Rows, texts: dict[str, str], *, head: bool = False) -> Iterator[Cell]:
    x = 0
    for name, _, width in block.heads:
        measure, text = _measure(width), texts.get(name, "")
        if head:
            slugs = type_.label(text, LABEL, measure)
        elif name == "note":
            slugs = type_.value(text, measure)
        elif name == NUMBER:
            slugs = type_.entry(text, measure, CENTRE)
        else:
            slugs = type_.entry(text, measure, LEFT if name in LEFT_COLUMNS else CENTRE)
        yield _cell(x, width, slugs)
        x += width


# --- pen and seal --------------------------------------------------------------------------------------------------------


def _signed(printed: Printed, block: Signed) -> Row:
    measure = _measure(PAGE_WIDTH, LONG_PAD)
    slugs = type_.long_text([printed.fill(line) for line in block.lines], BODY, measure)
    cell = Cell(0.0, PAGE_WIDTH * MM, slugs, foot=_signature(block.signature, measure), room=block.room * MM, pad=LONG_PAD, inset=LONG_PAD)
    names = tuple(name for line in block.lines for name in blanks(line))
    return Row((cell,), grows=not block.lines, names=names)


def _review(block: Review) -> Iterator[Row]:
    width = PAGE_WIDTH - block.label_width
    for number, (lines, signature) in enumerate(block.rows, 1):
        label = _cell(0, block.label_width, type_.label("\n".join(lines), SIGNING, _measure(block.label_width)))
        foot = _signature(signature, _measure(width, LONG_PAD))
        space = Cell(block.label_width * MM, width * MM, foot=foot, room=block.room * MM, pad=LONG_PAD, inset=LONG_PAD)
        yield Row((label, space), keeps=number < len(block.rows))


def _signature(signature: Signature, measure: float) -> tuple[Slug, ...]:
    """The line for the pen, with the seal's words at a distance, and the date at the right. Signature, seal and date on one
    line stand closer, so that 30 mm are left to sign."""
    em = SIGNING.size
    crowded = signature.date_beside and bool(signature.seal)
    margin, gap = (em, 0.6 * DATE_GAP) if crowded else (2 * em, DATE_GAP)
    day = measure - margin - em
    date = [("年", day - 2 * (em + gap)), ("月", day - em - gap), ("日", day)]
    seal_end = date[0][1] - DATE_GAP if crowded else measure - margin
    places = [(signature.label, margin), (signature.seal, seal_end - type_.width(signature.seal, SIGNING))]
    if signature.date_beside:
        return (type_.pieces(SIGNING, [*places, *date]),)
    return (type_.pieces(SIGNING, places), type_.pieces(SIGNING, date))
