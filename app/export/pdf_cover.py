"""The cover: the title in two lines, a table of three rows, the imprint at the foot."""

from __future__ import annotations

from app.export import pdf_type as type_
from app.export.context import Printed
from app.export.pdf_type import MM, Style
from app.layout.boxes import Cell, Row, Slug
from app.layout.page import Page, paginate
from forms.schema import PAGE_WIDTH

PROGRAMME = Style("cover", 22, 34)
TITLE = Style("cover", 26, 40)
IMPRINT = Style("body", 16, 28)
VALUES = (Style("body", 16, 26), Style("body", 14, 22), Style("body", 12, 18), Style("body", 10.5, 15))
"""The table's sizes, the first with which it fits."""

PROGRAMME_TOP, TITLE_TOP, IMPRINT_TOP = 148.0, 194.0, 704.0
TABLE_TOP, TABLE_BOTTOM = 355.0, 688.0
CROWDED_TOP = 262.0
"""Where a table begins that does not fit in its usual place."""
LABEL_WIDTH, VALUE_WIDTH = 40, 104
ROW_LEAST, CROWDED_LEAST, PAD, INSET = 54.0, 36.0, 8.0, 6.0
BLANK_DATE = "年  月  日"

Placed = tuple[Slug, float]


def lines(printed: Printed) -> list[Placed]:
    """What stands beside the table, each line with its top; its left edge is the form's own."""
    measure = PAGE_WIDTH * MM
    placed: list[Placed] = []
    for text, style, top in (
        (printed.form.title[0], PROGRAMME, PROGRAMME_TOP),
        (printed.form.title[1], TITLE, TITLE_TOP),
        (printed.call.imprint[0], IMPRINT, IMPRINT_TOP),
        (printed.call.imprint[1], IMPRINT, IMPRINT_TOP + IMPRINT.leading),
    ):
        y = top
        for slug in type_.label(text, style, measure):
            placed.append((slug, y))
            y += slug.height
    return placed


def pages(printed: Printed) -> list[Page]:
    """The table, on one page but for names that even in small type need more."""
    found = paginate(_rows(printed, VALUES[0], ROW_LEAST), TABLE_TOP, TABLE_BOTTOM)
    for style in VALUES:
        if len(found) == 1:
            break
        found = paginate(_rows(printed, style, CROWDED_LEAST), CROWDED_TOP, TABLE_BOTTOM)
    return found


def _rows(printed: Printed, style: Style, least: float) -> list[Row]:
    left = (PAGE_WIDTH - LABEL_WIDTH - VALUE_WIDTH) / 2 * MM
    rows: list[Row] = []
    for label, name in printed.form.cover:
        labels = type_.label(f"{label}：", VALUES[0], LABEL_WIDTH * MM - 2 * INSET)
        measure = VALUE_WIDTH * MM - 2 * INSET
        values = type_.value(printed.values[name], measure, VALUES[0], style)
        if len(values) > 1:
            values = type_.value(printed.values[name], measure, style, style)
        if name == "application_date" and not values:
            values = type_.label(BLANK_DATE, VALUES[0], measure)
        cells = (
            Cell(left, LABEL_WIDTH * MM, labels, middle=True, pad=PAD, inset=INSET),
            Cell(left + LABEL_WIDTH * MM, VALUE_WIDTH * MM, values, middle=True, pad=PAD, inset=INSET),
        )
        rows.append(Row(cells, least=least, whole=TABLE_BOTTOM - TABLE_TOP, names=(name,)))
    return rows
