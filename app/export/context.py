"""What both documents print: an application's answers as strings and rows, formatted once.

The PDF and the docx read the same :class:`Printed`, so that whatever stands in one stands in the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.application import LEADER_NOTE, Application
from forms.answers import Answers, Row
from forms.call import Call
from forms.schema import Field, Form, Grid, Kind, Rows, pieces
from forms.text import money_text, parse_money

TICKED, UNTICKED = "☑", "□"
BOXES_IN_ROW = 3
BLANK = "\u3000" * 4
BLANK_DATE = "\u3000\u3000年\u3000月\u3000日"
BLANK_SHORT_DATE = "\u3000月\u3000日"
NUMBER = "#"
"""The column id of 序号."""


@dataclass(frozen=True)
class Printed:
    """Everything that a document prints for one application.

    ``values`` has a string for every field and derived name that the form prints; ``boxes`` rows of ticked and unticked boxes
    by field id; ``lines`` the derived lists of lines; ``tables`` rows of cells, filled up to the paper's number of rows.
    ``open_errors`` is the number of errors of a draft export, None for a final one.
    """

    form: Form
    call: Call
    values: dict[str, str]
    boxes: dict[str, list[list[str]]]
    lines: dict[str, list[str]]
    tables: dict[str, list[dict[str, str]]]
    code: str
    applied: date | None
    open_errors: int | None

    @property
    def title(self) -> str:
        """The document's title property: project and form."""
        return f"{self.values['project.name'] or '（未命名）'}——{self.form.short_title}"

    @property
    def author(self) -> str:
        """The document's author property: 单位名称."""
        return self.values["unit.name"]

    @property
    def draft_mark(self) -> str:
        """What a draft export is marked with, or ``""``: 草稿 and the number of errors still open."""
        if self.open_errors is None:
            return ""
        return f"草稿　还有{self.open_errors}处错误" if self.open_errors else "草稿"

    @property
    def footer(self) -> str:
        """The footer's left part."""
        return f"校验码 {self.code}"

    def fill(self, line: str) -> str:
        """A fixed sentence with its blanks filled in."""
        return "".join(text + (self.values[name] if name else "") for text, name in pieces(line))


def printed(application: Application, *, open_errors: int | None = None) -> Printed:
    """The printable form of an application; ``open_errors`` is given for a draft export."""
    answers = application.answers()
    form = application.form
    values = {entry.id: _value(answers, entry) for entry in form if entry.kind not in (Kind.TABLE, Kind.CHOICES)}
    values["cover.unit"] = _cover_unit(answers)
    return Printed(
        form=form,
        call=application.call,
        values=values,
        boxes={name: _boxes(answers, form.fields[name]) for name in _boxed(form)},
        lines={"meeting.lines": _meeting_lines(answers, values)},
        tables={block.value: _table(answers, block) for block in _tables(form)},
        code=application.code,
        applied=answers.date("application_date"),
        open_errors=open_errors,
    )


def _value(answers: Answers, entry: Field) -> str:
    in_sentence = entry.id in answers.form.printed_in_sentences
    match entry.kind:
        case Kind.YES_NO:
            return _ticks(("是", "否"), answers.text(entry.id))
        case Kind.CHOICE if entry.choices:
            chosen = answers.choice(entry)
            return _ticks(tuple(option.label for option in entry.choices), chosen.label if chosen else "")
        case Kind.DATE:
            return _date(answers, entry, in_sentence)
        case Kind.PARTIAL_DATE:
            found = answers.partial_date(entry.id)
            text = found.chinese() if found else answers.text(entry.id)
        case Kind.MONEY:
            text = _money(answers.text(entry.id))
        case _:
            text = answers.text(entry.id)
    return text if text or not in_sentence else BLANK


def _ticks(labels: tuple[str, ...], chosen: str) -> str:
    return "\u3000".join(f"{TICKED if label == chosen else UNTICKED}{label}" for label in labels)


def _date(answers: Answers, entry: Field, in_sentence: bool) -> str:
    found = answers.date(entry.id)
    first = answers.date(entry.same_year_as) if entry.same_year_as else None
    if found is None:
        blank = (BLANK_SHORT_DATE if entry.same_year_as else BLANK_DATE) if in_sentence else ""
        return answers.text(entry.id) or blank
    day = f"{found.month}月{found.day}日"
    return day if first is not None and first.year == found.year else f"{found.year}年{day}"


def _money(text: str) -> str:
    amount = parse_money(text)
    return text if amount is None else money_text(amount)


def _cover_unit(answers: Answers) -> str:
    """单位名称; of a joint application every unit, the lead first: 甲学会（牵头单位）、乙学会 (notice 三.3)."""
    unit, partners = answers.text("unit.name"), answers.partners
    if not partners:
        return unit
    lead = answers.text("unit.lead")
    units = [name for name in (unit, *partners) if name]
    if lead not in units:
        return "、".join(units)
    return "、".join([f"{lead}（牵头单位）", *(name for name in units if name != lead)])


def _boxed(form: Form) -> list[str]:
    grids = [block for section in form.sections for block in section.blocks if isinstance(block, Grid)]
    return [cell.boxes for grid in grids for row in grid.rows for cell in row if cell.boxes]


def _boxes(answers: Answers, entry: Field) -> list[list[str]]:
    chosen = answers.text(entry.id)
    boxes = [f"{TICKED if option.id == chosen else UNTICKED}{option.label}" for option in answers.choices(entry)]
    return [boxes[start : start + BOXES_IN_ROW] for start in range(0, len(boxes), BOXES_IN_ROW)]


def _meeting_lines(answers: Answers, values: dict[str, str]) -> list[str]:
    """The meeting's details as printed at the head of section 四; none when it is no meeting or nothing is given yet."""
    entries = [entry for entry in answers.form if entry.shown_when == "meeting.is_meeting"]
    if answers.flag("meeting.is_meeting") is not True:
        return []
    return [f"{entry.label}：{values[entry.id]}" for entry in entries]


def _tables(form: Form) -> list[Rows]:
    return [block for section in form.sections for block in section.blocks if isinstance(block, Rows)]


def _table(answers: Answers, block: Rows) -> list[dict[str, str]]:
    entry = answers.form.fields[block.value]
    rows: list[dict[str, str]] = []
    given = answers.rows(block.value)
    for number in range(1, max(len(given), block.least) + 1):
        row: Row = given[number - 1] if number <= len(given) else {}
        cells = {column.id: _cell(column, row.get(column.id, "")) for column in entry.columns}
        if block.value == "people" and number == 1:
            cells["note"] = LEADER_NOTE
        rows.append(cells | {NUMBER: str(number)})
    return rows


def _cell(column: Field, text: str) -> str:
    return _money(text) if column.kind is Kind.MONEY else text
