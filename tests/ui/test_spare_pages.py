"""A change of look lets the pages go that can be made anew: what a person did on a page stays, and nobody misses the others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from editors_support import TODAY
from journeys_support import CONTROL, Person
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from rules_support import at_work, sample

from app.export import job
from app.session import REVIEW_PAGE
from app.ui import theme
from app.ui.desk import Desk
from forms.shared import ATTACHMENTS

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),  # the offscreen platform, of every window
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]


@pytest.fixture
def person(qtbot: Any, qapp: QApplication, desk: Desk) -> Any:
    """Somebody who has looked at every page and is at the first again."""
    person = at_work(qtbot, desk, "unit", sample("capability", "tech-service"))
    for page in (*person.wizard.page_ids, "unit"):
        person.open_page(page)
    yield person
    theme.apply(qapp, dark=False)


def enlarge(qtbot: Any, person: Person, percent: int = 150) -> None:
    """Another type size, as the settings give it, until it is there."""
    person.desk.store.set_setting(theme.TYPE_SIZE, percent)
    person.window.apply_look()
    qtbot.waitUntil(lambda: abs(person.window.font().pointSizeF() - theme.BASE_POINTS * percent / 100) < 0.1)
    qtbot.waitUntil(person.window.updatesEnabled)


def kept(person: Person) -> list[str]:
    stack = person.wizard.stack
    pages: list[Any] = [stack.widget(place) for place in range(stack.count())]
    return [page.page_id for page in pages]


def test_what_was_only_looked_at_goes_and_comes_back_as_it_was(qtbot: Any, person: Person) -> None:
    assert sorted(kept(person)) == sorted(person.wizard.page_ids)
    before = person.wizard.page
    enlarge(qtbot, person)
    assert sorted(kept(person)) == sorted(["unit", ATTACHMENTS])
    assert person.wizard.page is before
    size = before.font().pointSizeF()
    person.open_page("main")
    assert person.page.font().pointSizeF() == size
    assert person.row("content.main").editor.value() == person.value("content.main")
    person.retype("content.main", "换成另一句。")
    assert person.value("content.main") == "换成另一句。"
    person.open_page(REVIEW_PAGE)
    qtbot.waitUntil(lambda: person.finish.complete)
    assert person.finish.reviews["main"].content is not None


def test_undo_on_a_page_that_was_worked_on_outlives_it(qtbot: Any, person: Person) -> None:
    person.open_page("project")
    former = person.value("project.name")
    person.retype("project.name", "另一个名称")
    person.open_page("unit")
    enlarge(qtbot, person)
    assert "project" in kept(person)
    person.open_page("project")
    person.reach(person.row("project.name"))
    for _ in range(12):
        person.key(Qt.Key.Key_Z, CONTROL)
    assert person.value("project.name") == former


def test_a_folder_chosen_for_the_export_outlives_it(qtbot: Any, person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job.export(sample("party", "party"), tmp_path, today=TODAY)  # so that another folder would be proposed
    person.open_page(REVIEW_PAGE)
    monkeypatch.setattr(person.desk.messages, "choose_folder", lambda *_: tmp_path)
    person.click(person.finish.bar.choose)
    person.open_page("unit")
    enlarge(qtbot, person)
    person.open_page(REVIEW_PAGE)
    assert person.finish.bar.folder == tmp_path


def test_tab_goes_through_a_page_that_was_made_anew(qtbot: Any, person: Person) -> None:
    enlarge(qtbot, person)
    person.open_page("project")
    person.reach(person.row("project.name"))
    person.key(Qt.Key.Key_Tab)
    assert person.page.isAncestorOf(person.focused())
    for _ in range(80):
        if not person.page.isAncestorOf(person.focused()):
            break
        person.key(Qt.Key.Key_Tab)
    assert person.focused() in (person.wizard.back, person.wizard.next)
