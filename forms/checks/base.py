"""What the checks return, and what a single check gets to see."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cached_property
from typing import Any, cast

from forms.answers import Answers, Row
from forms.call import Call, Category
from forms.schema import Field, Form, Kind
from forms.text import clean, same_name


class Level(Enum):
    """How serious a problem is: an error stops the final export, a warning must be acknowledged, a note is advice."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Problem:
    """One thing to put right. ``row`` is the 0-based row of a table or of the attachments, ``column`` the table's column;
    ``clause`` is the notice's own clause, ``""`` where a rule has none. ``message`` is Chinese and complete by itself."""

    rule: str
    level: Level
    field: str
    row: int | None
    message: str
    clause: str
    column: str = ""


@dataclass(frozen=True)
class Peer:
    """Another application of the same call (not one in the bin): its unit's and its project's name."""

    unit: str
    project: str


@dataclass(frozen=True)
class Found:
    """What a check yields; the rule adds its id, its level and its clause. ``clause`` picks one of several clauses."""

    field: str
    message: str
    row: int | None = None
    column: str = ""
    level: Level | None = None
    clause: int | None = None


@dataclass(frozen=True)
class Spot:
    """A place where a person typed something: a field, or one cell of a table (then ``table`` is the table's label)."""

    entry: Field
    field: str
    text: str
    row: int | None = None
    table: str = ""

    @property
    def title(self) -> str:
        """How messages name the place: “成立时间”, or “项目主要参与人员”第2行“姓名”."""
        own = quoted(self.entry.label)
        return own if self.row is None else f"{quoted(self.table)}第{self.row + 1}行{own}"

    @property
    def or_nothing(self) -> str:
        """What a message adds about an answer that may be left out: who has no fax writes 无."""
        return "；没有内容的请留空" if self.entry.optional else ""

    def found(self, message: str) -> Found:
        """A problem at this place; ``message`` goes on after the place's title."""
        return Found(self.field, self.title + message, self.row, self.entry.id if self.row is not None else "")


@dataclass(frozen=True)
class Sheet:
    """One application as the checks read it; what several of them need is worked out once."""

    answers: Answers
    today: date
    peers: Sequence[Peer]
    unprintable: Callable[[str], Sequence[str]] | None
    fields: tuple[Field, ...] | None = None
    """The fields that are looked at; None for the whole form."""

    @property
    def call(self) -> Call:
        """The call applied to."""
        return self.answers.call

    @cached_property
    def category(self) -> Category | None:
        """The category applied for, or None as long as none is chosen."""
        return self.answers.category

    @cached_property
    def asked(self) -> tuple[Field, ...]:
        """The fields that apply to this application, in the paper's order."""
        fields = self.answers.form if self.fields is None else self.fields
        return tuple(entry for entry in fields if self.answers.asked(entry))

    def rows(self, name: str) -> list[Row]:
        """A table's rows; none of one that is not asked for, or that the form does not have."""
        entry = self.answers.form.fields.get(name)
        return self.answers.rows(name) if entry is not None and self.answers.asked(entry) else []

    @cached_property
    def spots(self) -> tuple[Spot, ...]:
        """Everything typed (choices and ticks are not), in the paper's order; empty answers left out."""
        return tuple(self._spots())

    def _spots(self) -> Iterator[Spot]:
        for entry in self.asked:
            if entry.kind is Kind.TABLE:
                for number, row in enumerate(self.answers.rows(entry.id)):
                    for column in entry.columns:
                        if (text := row.get(column.id, "")).strip():
                            yield Spot(column, entry.id, text, number, entry.label)
            elif entry.kind not in CHOSEN:
                value = self.answers.values.get(entry.id)
                if isinstance(value, str) and value.strip():
                    yield Spot(entry, entry.id, value)

    def of(self, kind: Kind) -> Iterator[Spot]:
        """The spots of one kind."""
        return (spot for spot in self.spots if spot.entry.kind is kind)

    @cached_property
    def siblings(self) -> tuple[Peer, ...]:
        """The peers of the same unit; none as long as the unit has no name."""
        unit = same_name(self.answers.text("unit.name"))
        # a store may hold thousands of drafts but only a few spellings of units
        spellings = {name for name in {peer.unit for peer in self.peers} if unit and same_name(name) == unit}
        return tuple(peer for peer in self.peers if peer.unit in spellings)

    def roles(self) -> frozenset[str]:
        """The roles that have a file."""
        return frozenset(entry.role for entry in self.answers.attachments)


Check = Callable[[Sheet], Iterable[Found]]


@dataclass(frozen=True)
class Rule:
    """A line of spec rules.md. ``part`` names the category's clause that is more exact than the rule's own; ``kinds`` are the
    kinds of fields, or columns, that the check looks at one field at a time; without any it looks at the application as a whole."""

    id: str
    level: Level
    check: Check
    part: str = ""
    kinds: frozenset[Kind] = frozenset()

    def problems(self, sheet: Sheet) -> Iterator[Problem]:
        """The rule's problems in an application."""
        for found in self.check(sheet):
            clause = self._clause(sheet, found.clause)
            message = f"{found.message}（{clause}）" if clause else found.message
            yield Problem(self.id, found.level or self.level, found.field, found.row, message, clause, found.column)

    def _clause(self, sheet: Sheet, which: int | None) -> str:
        own = sheet.category.clauses.get(self.part, "") if self.part and sheet.category else ""
        clause = own or sheet.call.clauses.get(self.id, "")
        if which is not None:  # a rule with two clauses: 二.3, 三.5
            several = re.split(r"[,，、]\s*", clause)
            clause = several[min(which, len(several) - 1)]
        return "" if clause == "—" else clause


_SEVERITY = {level: place for place, level in enumerate(Level)}


def in_order(problems: Iterable[Problem], form: Form, rules: Sequence[Rule]) -> list[Problem]:
    """In the paper's order (attachments last), then by level, row and rule."""
    position, last, place_of = form.position, len(form.position), {rule.id: place for place, rule in enumerate(rules)}

    def rank(problem: Problem) -> tuple[int, int, int, int]:
        row = -1 if problem.row is None else problem.row
        return position.get(problem.field, last), _SEVERITY[problem.level], row, place_of[problem.rule]

    return sorted(problems, key=rank)


CHOSEN = frozenset({Kind.CHOICE, Kind.CHOICES, Kind.YES_NO, Kind.TABLE})
"""Kinds whose answer is picked, not typed (a table's cells are looked at one by one)."""

SHOWN = 24
"""Longest piece of an answer that a message repeats, in characters."""


_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def one_line(text: str) -> str:
    """Foreign text for a message: one line, safe to print, without marks that would turn the direction of what follows."""
    return " ".join(_TURNING.sub("", clean(text)).split())


def quoted(text: str) -> str:
    """A name or an answer for a message: :func:`one_line`, cut if long, in Chinese quotation marks."""
    line = one_line(text[: SHOWN * 4])
    line = line if len(line) <= SHOWN else line[:SHOWN] + "…"
    return "“" + line.replace("“", "‘").replace("”", "’") + "”"


def chinese(day: date) -> str:
    """A day as messages write it: 2022年3月31日."""
    return f"{day.year}年{day.month}月{day.day}日"


def label(sheet: Sheet, field: str) -> str:
    """A field's label in quotation marks."""
    entry = sheet.answers.form.fields.get(field)
    return quoted(entry.label if entry else field)


def row_filled(row: Row) -> bool:
    """Whether anything stands in a table's row."""
    return any(cell.strip() for cell in row.values())


def items(value: Any) -> list[Any]:
    """A JSON array's entries; nothing for any other value."""
    return cast(list[Any], value) if isinstance(value, list) else []
