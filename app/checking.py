"""Checking files from the command line: several together, so that the limit of applications per unit can be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from app.application import Application
from app.errors import AppError
from forms.checks import RULES, Checker, Level, Peer, Problem, run

LEVEL_NAMES = {Level.ERROR: "错误", Level.WARNING: "提醒", Level.NOTE: "建议"}


@dataclass(frozen=True)
class Checked:
    """One file and its problems."""

    path: Path
    application: Application
    problems: list[Problem]
    notices: list[str]

    def count(self, level: Level) -> int:
        """How many problems of a level."""
        return sum(problem.level is level for problem in self.problems)

    @property
    def errors(self) -> int:
        """How many errors, which block the final export."""
        return self.count(Level.ERROR)


@dataclass
class Outcome:
    """All files that could be read, and one message for each that could not."""

    files: list[Checked] = field(default_factory=list[Checked])
    failures: list[str] = field(default_factory=list[str])


def problems_of(application: Application, today: date, peers: Sequence[Peer] = ()) -> list[Problem]:
    """Every problem of an application, in the paper's order; ``peers`` are the unit's other applications of the same call."""
    from app.coverage import unprintable

    return run(application.answers(), today, peers=peers, unprintable=unprintable)


def checker() -> Checker:
    """For an application that is checked again and again, as it is being filled in."""
    from app.coverage import unprintable

    return Checker(RULES, unprintable)


def check_files(paths: Sequence[Path], today: date) -> Outcome:
    """Open and check files; a file that cannot be opened is a failure and the others are checked all the same."""
    from app.opening.openers import open_application
    from app.paths import call_folder

    outcome = Outcome()
    opened: list[tuple[Path, Application, list[str]]] = []
    for path in paths:
        try:
            found = open_application(path, call_folder())
        except AppError as error:
            outcome.failures.append(f"{path}：{error.message}")
        else:
            opened.append((path, found.application, list(found.notices)))
    for index, (path, application, notices) in enumerate(opened):
        others = [entry for place, (_, entry, _) in enumerate(opened) if place != index and entry.call.id == application.call.id]
        outcome.files.append(Checked(path, application, problems_of(application, today, [peer_of(entry) for entry in others]), notices))
    return outcome


def peer_of(application: Application) -> Peer:
    """What another application's checks need to know of this one."""
    answers = application.answers()
    return Peer(answers.text("unit.name"), answers.text("project.name"))


def report(checked: Checked) -> dict[str, Any]:
    """One entry of ``check --json``."""
    counts = {f"{level.value}s": checked.count(level) for level in Level}
    rows = [
        {
            "rule": problem.rule, "level": problem.level.value, "field": problem.field, "row": problem.row,
            "message": problem.message, "clause": problem.clause,
        }
        for problem in checked.problems
    ]  # fmt: skip
    return {"file": str(checked.path), **counts, "problems": rows}


def line(problem: Problem) -> str:
    """One problem as one line for people."""
    return f"[{LEVEL_NAMES[problem.level]}] {problem.message}"


def summary(checked: Checked) -> list[str]:
    """A file's problems as lines for people, the counts first."""
    counts = "，".join(f"{LEVEL_NAMES[level]}{checked.count(level)}处" for level in Level if checked.count(level))
    return [f"{checked.path}：{counts or '没有问题，可以导出'}", *(f"  {line(problem)}" for problem in checked.problems)]
