"""What the tests of rules and mishaps share: somebody at work in a wizard, and where a problem is looked for while it is there and
when it is gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from editors_support import TODAY
from journeys_support import CONTROL, Person
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from test_journeys import answers

from app.application import Application
from app.drafts import facts_now
from app.samples import sample
from app.ui.desk import Desk
from app.ui.problems import SIGNS
from forms.checks import RULES, Level, Problem
from forms.shared import labels

TECH, STATION, FUNCTIONS, PARTY = "tech-service", "service-station", "government-functions", "party"
LEVELS = {rule.id: rule.level for rule in RULES}
BROKEN_HERE: set[str] = set()
"""The rules that the tests with these helpers break; each test file adds its own."""
Case = Callable[..., None]


def breaks(rule: str) -> Callable[[Case], Case]:
    """The test gets ``rule`` and breaks it."""

    def mark(test: Case) -> Case:
        BROKEN_HERE.add(rule)
        return pytest.mark.parametrize("rule", [rule])(test)

    return mark


def of(category: str) -> Application:
    return sample("party" if category == PARTY else "capability", category)


def put(desk: Desk, application: Application | None = None) -> str:
    application = application or sample("capability", "tech-service")
    return desk.store.create(application, None, facts_now(application, TODAY))


def at_work(qtbot: Any, desk: Desk, page: str, application: Application | None = None) -> Person:
    """A person with the newest draft open at a page, come there from the list by Enter."""
    put(desk, application)
    person = Person(qtbot, desk)
    person.key(Qt.Key.Key_Return)
    person.open_page(page)
    return person


def working(qtbot: Any, desk: Desk, page: str, application: Application) -> Person:
    """Somebody at a page with the list of problems in view; nothing is wrong yet that this test is about."""
    person = at_work(qtbot, desk, page, application)
    side = person.wizard.side
    person.click(side.tabBar(), side.tabBar().tabRect(2).center())
    return person


def rules(person: Person) -> set[str]:
    return {problem.rule for problem in person.wizard.session.problems}


def under(person: Person, name: str) -> list[str]:
    """The words that are seen under a field."""
    return [label.text() for label in person.row(name).findChildren(QLabel) if label.isVisible()]


def listed(person: Person) -> list[str]:
    """The list of problems beside the page."""
    model = person.wizard.problems.model
    return [str(model.data(model.index(row))) for row in range(model.rowCount())]


def raised(
    person: Person, rule: str, field: str, words: str, row: int | None = None, column: str = "", level: Level | None = None
) -> Problem:
    """The rule's one problem: at that place, in those words, and in the list beside the page under its field's label."""
    [problem] = [entry for entry in person.wizard.session.problems if entry.rule == rule]
    assert (problem.field, problem.row, problem.column) == (field, row, column)
    assert problem.level is (level or LEVELS[rule])
    assert words in problem.message
    line = f"{SIGNS[problem.level]}　{labels(person.wizard.session.application.form).get(field, field)}\n{problem.message}"
    person.qtbot.waitUntil(lambda: line in listed(person))
    return problem


def gone(person: Person, problem: Problem) -> None:
    """A problem stands nowhere any more."""
    assert problem.rule not in rules(person)
    assert not any(problem.message in words for words in seen(person.wizard.page))
    person.qtbot.waitUntil(lambda: not any(problem.message in line for line in listed(person)))


def seen(widget: QWidget) -> list[str]:
    """The words on what can be seen of a widget."""
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def sign(problem: Problem) -> str:
    """The line as it stands on a page."""
    return f"{SIGNS[problem.level]}　{problem.message}"


def come_back(person: Person) -> None:
    """On the way back everything on the page has been seen."""
    person.key(Qt.Key.Key_PageDown, CONTROL)
    person.key(Qt.Key.Key_PageUp, CONTROL)


def jump(person: Person, problem: Problem) -> None:
    """From another page back to the problem, by a click on it in the list."""
    person.key(Qt.Key.Key_PageDown, CONTROL)
    view = person.wizard.problems.view
    person.qtbot.waitUntil(lambda: any(problem.message in line for line in listed(person)))
    place = next(at for at, line in enumerate(listed(person)) if problem.message in line)
    index = person.wizard.problems.model.index(place)
    view.scrollTo(index)
    person.click(view.viewport(), view.visualRect(index).center())


def unchanged(person: Person, wanted: Application) -> None:
    """What is on disk is what was there in the beginning."""
    stored = person.stored()
    assert answers(stored.values) == answers(wanted.values)
    kept = [(entry.role, entry.name, entry.sha256()) for entry in stored.attachments]
    assert kept == [(entry.role, entry.name, entry.sha256()) for entry in wanted.attachments]
