"""How a paper form is declared: fields (what is asked), blocks (what is printed) and the form that holds both.

A form is data. The wizard, the checks, the documents, the JSON Schema and the tests all walk these objects, so a field is
described here and nowhere else. Widths are millimetres of the printed page and add up to :data:`PAGE_WIDTH`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from string import Formatter

PAGE_WIDTH = 166
"""Width of the form's table, mm: A4 (210 mm) less two margins of 22 mm."""

NAME_LIMIT, TEXT_LIMIT, TITLE_LIMIT, MEETING_LIMIT, CELL_LIMIT, LONG_LIMIT = 50, 100, 120, 500, 200, 20_000
"""Longest answers, in graphemes (spec forms.md, "Length limits")."""

ROW_LIMIT, PARTNER_LIMIT, ATTACHMENT_LIMIT = 60, 10, 40
"""Most rows of people and of budget items, of partners, of attachments."""


class Kind(Enum):
    """What sort of answer a field takes; the value is the name used in ``docs`` and in messages of the developers."""

    TEXT = "text"
    LONG = "long"
    DATE = "date"
    PARTIAL_DATE = "partial date"
    MONEY = "money"
    COUNT = "count"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes/no"
    TABLE = "table"
    MOBILE = "mobile"
    PHONE = "phone"
    EMAIL = "e-mail"
    POSTCODE = "postcode"


class Source(Enum):
    """Where a choice takes its options from when the form does not list them itself."""

    NONE = ""
    CATEGORIES = "categories"  # the call's categories of this form
    APPLICANTS = "applicants"  # the call's kinds of applicant
    UNITS = "units"  # unit.name and the partners
    COMMITMENTS = "commitments"  # the category's 应完成以下内容


@dataclass(frozen=True)
class Choice:
    """One option: the id that is stored and the label that people read."""

    id: str
    label: str


@dataclass(frozen=True)
class Field:
    """One answer.

    ``id`` is the name in the draft file, the template, the checks and the commands. ``limit`` counts graphemes for text and
    rows for tables. ``shown_when`` names a yes/no field that must be 是 for this one to be asked (and printed, and required).
    ``same_year_as`` names a date: where both have the same year this one is printed without it, as on the paper.
    """

    id: str
    label: str
    kind: Kind = Kind.TEXT
    optional: bool = False
    limit: int = TEXT_LIMIT
    choices: tuple[Choice, ...] = ()
    source: Source = Source.NONE
    columns: tuple[Field, ...] = ()
    shown_when: str = ""
    same_year_as: str = ""
    hint: str = ""
    example: str = ""
    suggestions: tuple[str, ...] = ()

    def column(self, name: str) -> Field:
        """The table's column of that id; KeyError if it has none."""
        for column in self.columns:
            if column.id == name:
                return column
        raise KeyError(name)


# --- what is printed -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """A cell of a grid row: a printed label (``text``) or, where ``value`` is set, the lines that hold the answer.

    ``value`` is a field id or a derived name of ``app.export.context``; ``lines`` are sentences with ``{field.id}`` blanks.
    ``boxes`` names a choice printed as boxes, three in a row.
    """

    width: int
    text: str = ""
    value: str = ""
    lines: tuple[str, ...] = ()
    boxes: str = ""


@dataclass(frozen=True)
class Grid:
    """Rows of label and value cells; every row is :data:`PAGE_WIDTH` wide."""

    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class LongText:
    """One full-width cell with a long text; ``before`` names a derived list of lines printed at its head."""

    value: str
    before: str = ""


@dataclass(frozen=True)
class Sentences:
    """One full-width cell of fixed sentences with ``{field.id}`` blanks."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class SubHeading:
    """A full-width row inside a section, such as 经费支出预算表（单位：万元）."""

    text: str


@dataclass(frozen=True)
class Rows:
    """A printed table: column heads, then the rows of table ``value``, at least ``least`` of them (empty ones added)."""

    value: str
    heads: tuple[tuple[str, str, int], ...]  # (column id, printed head, width in mm); column id "#" is 序号
    least: int


@dataclass(frozen=True)
class Signature:
    """Space for pen and seal: ``label`` before the signature, ``seal`` beside it (may be empty), then 年 月 日.

    ``date_beside`` puts the date on the signature's own line. Nothing here is ever filled in (notice 二.3, 三.2: 禁止代签字).
    """

    label: str
    seal: str = ""
    date_beside: bool = False


@dataclass(frozen=True)
class Signed:
    """A block that is never split over two pages: fixed sentences, blank room of ``room`` mm, and the signature line."""

    signature: Signature
    lines: tuple[str, ...] = ()
    room: int = 25


@dataclass(frozen=True)
class Review:
    """The reviewing office's rows: a narrow label (one printed line each) and a blank space with its own signature."""

    rows: tuple[tuple[tuple[str, ...], Signature], ...]
    room: int = 28
    label_width: int = 26


Block = Grid | LongText | Sentences | SubHeading | Rows | Signed | Review


@dataclass(frozen=True)
class Section:
    """A numbered section of the paper. ``fields`` are asked on its page of the wizard; ``blocks`` are what is printed.

    ``heading`` is the printed row, empty for a page that is only of the program (declarations, attachments).
    """

    id: str
    title: str
    heading: str
    fields: tuple[Field, ...] = ()
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Form:
    """One paper form: its cover and its sections, in the paper's order."""

    id: str
    title: tuple[str, str]
    short_title: str
    cover: tuple[tuple[str, str], ...]  # (label, field id or derived name)
    sections: tuple[Section, ...]
    attachment_roles: tuple[Choice, ...]
    category: str = ""  # the one category of a form that has no 项目类型

    def __iter__(self) -> Iterator[Field]:
        """Every field in the paper's order; a field that two sections print is asked (and listed) once."""
        for section in self.sections:
            yield from section.fields

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Every field by its id, in the paper's order."""
        return {entry.id: entry for entry in self}

    @cached_property
    def position(self) -> dict[str, int]:
        """The place of each field in the paper's order, for sorting problems; attachments come last."""
        return {name: place for place, name in enumerate(self.fields)}

    def section_of(self, field_id: str) -> Section:
        """The section that asks for a field; KeyError for an id that no section asks for."""
        for section in self.sections:
            if any(entry.id == field_id for entry in section.fields):
                return section
        raise KeyError(field_id)

    @cached_property
    def printed_in_sentences(self) -> frozenset[str]:
        """Ids that stand inside fixed sentences: unanswered, they print as a blank of some width."""
        return frozenset(name for line in self._sentences() for name in blanks(line))

    def _sentences(self) -> Iterator[str]:
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Grid):
                    for row in block.rows:
                        for cell in row:
                            yield from cell.lines
                elif isinstance(block, (Sentences, Signed)):
                    yield from block.lines


def blanks(line: str) -> list[str]:
    """The field ids in a fixed sentence, in order: ``"经费总预算{budget.total}万元"`` gives ``["budget.total"]``."""
    return [name for _, name, _, _ in Formatter().parse(line) if name is not None]


def pieces(line: str) -> list[tuple[str, str]]:
    """A fixed sentence as ``(fixed text, field id after it or "")`` pairs, in order."""
    return [(text, name or "") for text, name, _, _ in Formatter().parse(line)]


def yes_no() -> tuple[Choice, ...]:
    """The two answers of a yes/no field, as the paper prints them."""
    return (Choice("yes", "是"), Choice("no", "否"))
