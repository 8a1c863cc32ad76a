"""The logic of the wizard without its window: one application being filled in, its problems, and what its pages show.

The window tells the session what was typed and reads from it what to show; nothing here imports Qt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from app.application import LEADER_NOTE, Application
from app.attachments import Attachment
from app.checking import checker
from forms.checks import Level, Peer, Problem
from forms.schema import Field, Kind, Section
from forms.shared import ATTACHMENTS, CONFIRMATIONS
from forms.text import money_text

REVIEW_PAGE = "finish"
"""The id of the wizard's last page, 检查与导出; the others are section ids."""


Place = tuple[str, int | None, str]
"""Where a problem is: field, row of a table or None, column or ``""``."""


class Progress(Enum):
    """The state of a section in the outline."""

    UNTOUCHED = "untouched"
    STARTED = "in progress"
    PROBLEMS = "problems"
    COMPLETE = "complete"


@dataclass(frozen=True)
class SectionState:
    """A section's state; ``errors`` are those that may be shown, ``warnings`` likewise."""

    progress: Progress
    errors: int
    warnings: int


@dataclass
class Memory:
    """What the program remembers of a draft beside its answers. It is never exported.

    ``left`` are fields that were left once and ``visited`` pages that were opened: before that no problem is shown beside a field.
    ``carried`` are fields taken over from the unit's profile and not yet confirmed. ``acknowledged`` are warnings seen (see
    :func:`mark`). ``steps`` are the hand-over steps ticked off. ``page`` is the page last open.
    """

    left: set[str] = field(default_factory=set[str])
    visited: set[str] = field(default_factory=set[str])
    carried: set[str] = field(default_factory=set[str])
    acknowledged: set[str] = field(default_factory=set[str])
    steps: set[str] = field(default_factory=set[str])
    page: str = ""

    def as_json(self) -> dict[str, Any]:
        """For the store."""
        sets = {name: sorted(getattr(self, name)) for name in ("left", "visited", "carried", "acknowledged", "steps")}
        return {**sets, "page": self.page}

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Memory:
        """From the store; what is missing or odd counts as empty."""
        memory = cls()
        for name in ("left", "visited", "carried", "acknowledged", "steps"):
            entries = document.get(name)
            if isinstance(entries, list):
                setattr(memory, name, {entry for entry in entries if isinstance(entry, str)})  # pyright: ignore[reportUnknownVariableType]
        page = document.get("page")
        memory.page = page if isinstance(page, str) else ""
        return memory


def mark(problem: Problem) -> str:
    """What identifies a problem once it is acknowledged: rule, place and message, so that a changed one is asked again."""
    return f"{problem.rule}|{problem.field}|{problem.row}|{problem.message}"


class Session:
    """One application in the wizard."""

    def __init__(
        self, application: Application, memory: Memory | None = None, *, peers: Sequence[Peer] = (), today: Callable[[], date] = date.today
    ) -> None:
        self.application = application
        self.memory = memory or Memory()
        self.peers = peers
        self.problems: list[Problem] = []
        self._today = today
        self._checker = checker()
        self._by_field: dict[str, list[Problem]] = {}
        self._asked: set[str] = set()
        self.check()

    # --- answers ---------------------------------------------------------------------------------------------------------

    def value(self, name: str) -> Any:
        """An answer as it is stored; None where there is none."""
        return self.application.values.get(name)

    def set(self, name: str, value: Any) -> set[str]:
        """Store an answer and what follows from it, and check again. Returns the ids of all answers that changed, and of one that was
        carried over: given again, it counts as confirmed."""
        before = dict(self.application.values)
        self.application.set(name, value)
        confirmed = self.memory.carried & {name}
        self.memory.carried -= confirmed
        self._follow(name, before)
        after = self.application.values
        changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
        if changed:
            self.check()
        return changed | confirmed

    def _follow(self, name: str, before: dict[str, Any]) -> None:
        """The answers that the program fills in itself: the total, and the leader's row of the people's table."""
        if name in ("budget.own", "budget.grant"):
            answers = self.application.answers_without_files()
            parts = [answers.money("budget.own"), answers.money("budget.grant")]
            known = [part for part in parts if part is not None]
            self.application.set("budget.total", money_text(sum(known, Decimal(0))) if len(known) == len(parts) else "")
        if name in ("project.leader.name", "project.leader.title"):
            self._lead(name.rsplit(".", 1)[1], str(before.get(name, "")))
        if name == "people":
            self._settle_people()
        if name in ("unit.name", "unit.partners"):
            self._keep_lead(before)

    def _lead(self, column: str, former: str) -> None:
        """Carry the leader's name or title into row 1, unless a person has put something else there."""
        rows = [dict(row) for row in self.application.values.get("people", [])] or [{}]
        first = rows[0]
        if first.get(column, "") in ("", former):
            first[column] = str(self.application.values.get(f"project.leader.{column}", ""))
            first["note"] = LEADER_NOTE
            self.application.set("people", rows)

    def _keep_lead(self, before: dict[str, Any]) -> None:
        """The unit that was chosen to lead goes on leading when its name is written otherwise."""
        lead, now = self.application.values.get("unit.lead"), self.application.answers_without_files()
        former = replace(now, values=before)
        were, are = ([answers.text("unit.name"), *answers.partners] for answers in (former, now))
        if lead in were and lead not in are and len(were) == len(are) and (renamed := are[were.index(lead)]):
            self.application.set("unit.lead", renamed)

    def _settle_people(self) -> None:
        rows = self.application.values.get("people")
        if rows:
            rows[0]["note"] = LEADER_NOTE

    def attach(self, attachments: Sequence[Attachment]) -> None:
        """Replace the list of attachments and check again."""
        self.application.attachments = list(attachments)
        self.check()

    def confirm_carried(self, names: Sequence[str] | None = None) -> None:
        """The person has looked at values that were taken over; None means all of them."""
        self.memory.carried -= set(names) if names is not None else set(self.memory.carried)

    # --- problems --------------------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Check the whole application; what has not changed since the last time is not looked at again."""
        answers = self.application.answers_without_files()
        self._asked = {entry.id for entry in self.application.form if answers.asked(entry)}
        self.problems = self._checker.run(self.application.answers(), self._today(), self.peers)
        self._by_field = {}
        for problem in self.problems:
            self._by_field.setdefault(problem.field, []).append(problem)

    @property
    def today(self) -> date:
        """The day that the deadline is compared with."""
        return self._today()

    def problems_of(self, name: str) -> list[Problem]:
        """A field's problems, whether or not they may be shown yet."""
        return self._by_field.get(name, [])

    def shown(self, name: str) -> list[Problem]:
        """A field's problems as far as they may be shown: not before the field was left once or its page was visited."""
        section = self.page_of(name)
        if name in self.memory.left or section in self.memory.visited:
            return self.problems_of(name)
        return []

    def count(self, level: Level) -> int:
        """How many problems of a level there are in the whole application."""
        return sum(problem.level is level for problem in self.problems)

    @property
    def ready(self) -> bool:
        """Whether the final export is possible: no error is left."""
        return self.count(Level.ERROR) == 0

    def unacknowledged(self) -> list[Problem]:
        """Warnings that were not yet acknowledged."""
        return [entry for entry in self.problems if entry.level is Level.WARNING and mark(entry) not in self.memory.acknowledged]

    def acknowledge(self, problems: Sequence[Problem]) -> None:
        """The person has read these warnings and goes on."""
        self.memory.acknowledged |= {mark(problem) for problem in problems}

    def next_problem(self, last: Place | None, step: int) -> Place | None:
        """The next place with a problem (``step`` 1) or the one before (-1) in the paper's order, round and round; None where nothing
        is wrong. ``last`` is where this led to before: once that is mended it goes on from there."""
        order = self.application.form.position
        places = {(problem.field, problem.row, problem.column) for problem in self.problems}

        def rank(place: Place) -> tuple[int, int, str]:
            return order.get(place[0], len(order)), -1 if place[1] is None else place[1], place[2]

        ranked = sorted(places, key=rank)
        if not ranked:
            return None
        passed = sum(rank(place) < rank(last) for place in ranked) if last else 0
        at = passed + 1 if step > 0 and last in places else passed if step > 0 else passed - 1
        return ranked[at % len(ranked)]

    # --- pages -----------------------------------------------------------------------------------------------------------

    @property
    def pages(self) -> list[Section]:
        """The sections that ask something, in the paper's order: the pages of the wizard before 检查与导出."""
        asked = [section for section in self.application.form.sections if section.fields or section.id == "attachments"]
        return [section for section in asked if section.id != "declarations"]

    def page_of(self, name: str) -> str:
        """The id of the page that asks for a field; the declarations are asked on the last page."""
        if name == ATTACHMENTS:
            return ATTACHMENTS
        if name in CONFIRMATIONS:
            return REVIEW_PAGE
        return self.application.form.section_of(name).id

    def asked(self, entry: Field) -> bool:
        """Whether a field applies to this draft as it stood at the last check."""
        return entry.id in self._asked

    def visit(self, page: str) -> None:
        """A page is opened; the page that was open before counts as visited, so its problems may be shown from now on."""
        if self.memory.page and self.memory.page != page:
            self.memory.visited.add(self.memory.page)
        self.memory.page = page

    def leave(self, name: str) -> None:
        """The cursor has left a field."""
        self.memory.left.add(name)

    def state(self, section: Section) -> SectionState:
        """A section's state for the outline."""
        names = [entry.id for entry in section.fields if self.asked(entry)]
        if section.id == ATTACHMENTS:
            names.append(ATTACHMENTS)
        found = [problem for name in names for problem in self.problems_of(name)]
        errors = sum(problem.level is Level.ERROR for problem in found)
        warnings = sum(problem.level is Level.WARNING for problem in found)
        touched = any(name in self.application.values or name in self.memory.left for name in names)
        if not touched and section.id not in self.memory.visited:
            return SectionState(Progress.UNTOUCHED if names and errors else Progress.COMPLETE, 0, 0)
        if not errors:
            return SectionState(Progress.COMPLETE, 0, warnings)
        if section.id in self.memory.visited or any(problem.level is Level.ERROR and problem.rule != "required" for problem in found):
            return SectionState(Progress.PROBLEMS, errors, warnings)
        return SectionState(Progress.STARTED, errors, warnings)

    def completeness(self) -> tuple[int, int]:
        """How many required answers are given, and how many there are."""
        return completeness(self.application)


def completeness(application: Application) -> tuple[int, int]:
    """``(given, required)`` over the fields that apply to the application as it stands."""
    answers = application.answers_without_files()
    required = [entry for entry in application.form if not entry.optional and answers.asked(entry)]
    given = [entry for entry in required if answers.filled(entry.id) or (entry.kind is Kind.YES_NO and answers.flag(entry.id) is not None)]
    return len(given), len(required)
