"""Tab on the attachments page: through the cards as they stand, however they came there, then on with the page and what is beneath it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from journeys_support import MOST_TABS, SHIFT, Person
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from rules_support import at_work

from app.application import Application, new
from app.samples import sample
from app.session import REVIEW_PAGE
from app.ui.desk import Desk
from forms.shared import ATTACHMENTS

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),  # the offscreen platform, of every window
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]
STATION = "service-station"


def files(folder: Path, *names: str) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_bytes(b"%PDF-1.4\n" + name.encode() * 200)
    return [folder / name for name in names]


def attaching(qtbot: Any, desk: Desk, application: Application | None = None) -> Person:
    """Somebody at the attachments page; the pages after it have been opened before, so that theirs is the end of the window's order."""
    person = at_work(qtbot, desk, ATTACHMENTS, application or new("capability", desk.call, STATION))
    person.open_page(REVIEW_PAGE)
    person.open_page(ATTACHMENTS)
    return person


def as_they_stand(person: Person) -> list[QWidget]:
    """What takes the focus below the button for adding, from above to below and from left to right."""
    page = person.attachments
    found: list[QWidget] = []
    person.qtbot.waitUntil(lambda: all(card.isVisible() for card in page.cards))
    person.qtbot.waitUntil(lambda: all(above.geometry().bottom() < below.y() for above, below in pairwise(page.cards)))
    for card in page.cards:
        controls = (card.role, card.open, card.up, card.down, card.remove)
        found += sorted((control for control in controls if control.isEnabled()), key=QWidget.x)
    if page.commitments is not None and page.commitments.isVisible():
        found += page.commitments.ticks.ticks
    return found


def walked(person: Person, start: QWidget, modifiers: Any = Qt.KeyboardModifier.NoModifier) -> list[QWidget]:
    """Where Tab goes from ``start`` on until it leaves the page; at last the widget outside."""
    start.setFocus(Qt.FocusReason.TabFocusReason)
    found: list[QWidget] = []
    while len(found) < MOST_TABS:
        person.key(Qt.Key.Key_Tab, modifiers)
        focus = QApplication.focusWidget()
        assert focus is not None
        found.append(focus)
        if not person.attachments.isAncestorOf(focus):
            return found
    raise AssertionError("Tab does not get out of the page")


def tab_follows_the_eye(person: Person) -> None:
    wizard, page = person.wizard, person.attachments
    wanted = as_they_stand(person)
    assert walked(person, page.add) == [*wanted, wizard.back]
    assert walked(person, wizard.back, SHIFT)[: len(wanted)] == wanted[::-1]
    wizard.back.setFocus(Qt.FocusReason.TabFocusReason)
    person.key(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is wizard.next
    person.key(Qt.Key.Key_Tab)
    assert wizard.side.isAncestorOf(QApplication.focusWidget())


def test_the_files_that_are_there_already(qtbot: Any, desk: Desk) -> None:
    person = at_work(qtbot, desk, ATTACHMENTS, sample("capability", STATION))
    assert len(person.attachments.cards) > 1
    tab_follows_the_eye(person)


def test_files_that_are_added_one_after_the_other(qtbot: Any, desk: Desk, tmp_path: Path) -> None:
    person = attaching(qtbot, desk)
    tab_follows_the_eye(person)
    for number, file in enumerate(files(tmp_path / "in", "a.pdf", "b.pdf", "c.pdf"), 1):
        person.add_files(file)
        assert len(person.attachments.cards) == number
        tab_follows_the_eye(person)


def test_files_that_are_removed_and_added_again(qtbot: Any, desk: Desk, tmp_path: Path) -> None:
    person = attaching(qtbot, desk)
    person.add_files(*files(tmp_path / "in", "a.pdf", "b.pdf", "c.pdf"))
    tab_follows_the_eye(person)
    for place in (1, 1):
        person.remove_file(place)
        tab_follows_the_eye(person)
    person.add_files(*files(tmp_path / "in", "d.pdf"))
    assert len(person.attachments.cards) == 2
    tab_follows_the_eye(person)
    for _ in range(2):
        person.remove_file(0)
    assert not person.attachments.cards
    tab_follows_the_eye(person)


def test_files_that_are_moved_and_get_another_kind(qtbot: Any, desk: Desk, tmp_path: Path) -> None:
    person = attaching(qtbot, desk)
    page = person.attachments
    person.add_files(*files(tmp_path / "in", "a.pdf", "b.pdf", "c.pdf"))
    tab_follows_the_eye(person)
    for button in (page.cards[0].down, page.cards[2].up):
        person.click(button)
        qtbot.waitUntil(lambda: not page.busy)
        tab_follows_the_eye(person)
    assert [entry.name for entry in person.stored().attachments] == ["b.pdf", "c.pdf", "a.pdf"]
    person.choose_role(1, "other")
    tab_follows_the_eye(person)


def test_the_page_when_one_comes_back_to_it(qtbot: Any, desk: Desk, tmp_path: Path) -> None:
    person = attaching(qtbot, desk)
    person.add_files(*files(tmp_path / "in", "a.pdf", "b.pdf"))
    for page in ("plan", REVIEW_PAGE):
        person.open_page(page)
        person.open_page(ATTACHMENTS)
        tab_follows_the_eye(person)


def test_other_things_to_tick_for_another_category(qtbot: Any, desk: Desk, tmp_path: Path) -> None:
    person = attaching(qtbot, desk, new("capability", desk.call, "tech-service"))
    person.add_files(*files(tmp_path / "in", "a.pdf", "b.pdf"))
    for category, ticks in ((STATION, 7), ("academic-exchange", 0), ("tech-service", 3)):
        person.open_page("project")
        editor = person.row("project.category").editor
        person.fill_in(person.row("project.category"), category)
        assert editor.value() == category
        person.open_page(ATTACHMENTS)
        assert len(as_they_stand(person)) == 8 + ticks  # the first cannot go up, nor the last down
        tab_follows_the_eye(person)
