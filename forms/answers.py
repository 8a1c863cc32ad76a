"""Typed reading of a draft's flat ``values``: the one place that knows how an answer is stored.

A value that cannot be read as its kind is not an error here: it reads as None, and the checks report it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, cast

from forms.call import Call, Category
from forms.schema import Choice, Field, Form, Kind, Source
from forms.text import PartialDate, parse_count, parse_date, parse_money, parse_partial_date, same_name

Row = Mapping[str, str]


@dataclass(frozen=True)
class AttachmentFact:
    """What the checks know of an attached file. ``size`` is bytes; ``content`` is the type its bytes show (``pdf``, ``docx``,
    ``doc``, ``xlsx``, ``xls``, ``jpg``, ``png`` or ``""`` for anything else); ``trouble`` says why it cannot be read, if so."""

    role: str
    name: str
    size: int
    content: str
    trouble: str = ""


@dataclass(frozen=True)
class Answers:
    """A draft's answers beside the form and the call that give them meaning."""

    form: Form
    call: Call
    values: Mapping[str, Any]
    attachments: Sequence[AttachmentFact] = ()

    def text(self, name: str) -> str:
        """The answer as text; ``""`` when there is none."""
        value = self.values.get(name)
        if value is None or isinstance(value, (list, dict)):
            return ""
        return ("是" if value else "否") if isinstance(value, bool) else str(value)

    def filled(self, name: str) -> bool:
        """Whether there is an answer: text that is not blank, a yes or no, a table with a row that is not blank."""
        value = self.values.get(name)
        if isinstance(value, list):
            return any(_row_filled(row) for row in cast(list[Any], value))
        return value is not None and (isinstance(value, bool) or bool(str(value).strip()))

    def date(self, name: str) -> date | None:
        """The answer as a calendar date, or None."""
        return parse_date(self.text(name))

    def partial_date(self, name: str) -> PartialDate | None:
        """The answer as a year, a month or a day, or None."""
        return parse_partial_date(self.text(name))

    def money(self, name: str) -> Decimal | None:
        """The answer in 万元, or None."""
        return parse_money(self.text(name))

    def count(self, name: str) -> int | None:
        """The answer as an integer ≥ 0, or None."""
        return parse_count(self.text(name))

    def flag(self, name: str) -> bool | None:
        """The answer to a yes/no field; an academic exchange is always a meeting."""
        if name == "meeting.is_meeting" and self.category is not None and self.category.always_meeting:
            return True
        value = self.values.get(name)
        return value if isinstance(value, bool) else None

    def rows(self, name: str) -> list[Row]:
        """A table's rows, blank ones at the end left out; every cell is text. What is no row reads as a blank one, so that a
        row's place is the same here and in the stored values."""
        value = self.values.get(name)
        if not isinstance(value, list):
            return []
        entries = cast(list[Any], value)
        rows: list[Row] = [_cells(cast(dict[Any, Any], row)) if isinstance(row, dict) else {} for row in entries]
        while rows and not _row_filled(rows[-1]):
            rows.pop()
        return rows

    def items(self, name: str) -> list[str]:
        """A list of ids, such as the ticked commitments."""
        value = self.values.get(name)
        return [str(entry) for entry in cast(list[Any], value)] if isinstance(value, list) else []

    @cached_property
    def category(self) -> Category | None:
        """The category applied for: the form's own, or the answer to 项目类型."""
        found = self.call.category(self.form.category or self.text("project.category"))
        return found if found is not None and found.form == self.form.id else None

    def asked(self, entry: Field) -> bool:
        """Whether a field applies to this draft: meeting details only for a meeting, the lead only for a joint application."""
        if entry.shown_when:
            return self.flag(entry.shown_when) is True
        if entry.id == "unit.lead":
            return bool(self.partners)
        if entry.source is Source.COMMITMENTS:
            return self.category is not None and bool(self.category.commitments)
        return True

    @property
    def partners(self) -> list[str]:
        """The names of the other units of a joint application, each once; the unit's own among them is none."""
        names = {same_name(self.text("unit.name")): "", "": ""}
        for row in self.rows("unit.partners"):
            name = row.get("name", "").strip()
            names.setdefault(same_name(name), name)
        return [name for name in names.values() if name]

    def choices(self, entry: Field) -> tuple[Choice, ...]:
        """The options of a choice field, from the form, the call or the draft itself."""
        match entry.source:
            case Source.CATEGORIES:
                return tuple(Choice(category.id, category.label) for category in self.call.categories_of(self.form.id))
            case Source.APPLICANTS:
                return tuple(Choice(name, name) for name in self.call.applicants)
            case Source.UNITS:
                return tuple(Choice(name, name) for name in (self.text("unit.name"), *self.partners) if name)
            case Source.COMMITMENTS:
                items = self.category.commitments if self.category else ()
                return tuple(Choice(item.id, item.text) for item in items)
            case Source.NONE:
                return entry.choices

    def choice(self, entry: Field) -> Choice | None:
        """The chosen option, or None where nothing valid is chosen."""
        chosen = self.text(entry.id)
        return next((option for option in self.choices(entry) if option.id == chosen), None)


def _cells(row: Mapping[Any, Any]) -> dict[str, str]:
    return {str(name): "" if cell is None else str(cell) for name, cell in row.items()}


def _row_filled(row: Any) -> bool:
    if isinstance(row, Mapping):
        return any(cell is not None and bool(str(cell).strip()) for cell in cast(Mapping[Any, Any], row).values())
    return row is not None and bool(str(row).strip())


TEXTUAL = (Kind.TEXT, Kind.LONG, Kind.MOBILE, Kind.PHONE, Kind.EMAIL, Kind.POSTCODE)
"""Kinds whose answer is free text that a person typed."""
