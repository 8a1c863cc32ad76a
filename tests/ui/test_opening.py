"""A draft is opened in two turns of the event loop: the wizard, then its page. Whoever is quicker than that loses nothing."""

from __future__ import annotations

from typing import Any

import pytest
from journeys_support import Person
from rules_support import put

from app.session import REVIEW_PAGE
from app.ui.desk import Desk
from app.ui.finish import FinishPage

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),  # the offscreen platform, of every window
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]


def test_the_wizard_is_there_before_its_page(qtbot: Any, desk: Desk) -> None:
    person = Person(qtbot, desk)
    person.window.open_draft(put(desk))
    wizard = person.wizard
    assert wizard.isVisible()
    assert wizard.stack.count() == 0
    qtbot.waitUntil(lambda: wizard.stack.count() == 1)
    assert wizard.stack.currentWidget() is wizard.page
    assert wizard.page.page_id == wizard.page_ids[0]
    assert wizard.position.text() == f"1 / {len(wizard.page_ids)}"


def test_a_draft_opened_for_export_makes_that_page_alone(qtbot: Any, desk: Desk) -> None:
    person = Person(qtbot, desk)
    person.window.home.export_draft.emit(put(desk))
    wizard = person.wizard
    qtbot.waitUntil(lambda: wizard.stack.count() > 0)
    assert isinstance(wizard.stack.currentWidget(), FinishPage)
    assert wizard.stack.count() == 1
    assert wizard.outline.currentRow() == wizard.page_ids.index(REVIEW_PAGE)
    assert wizard.page_ids[0] in wizard.session.memory.visited  # as ever: what is wrong there may be shown now
    desk.autosave.flush(5.0)
    assert desk.store.load(wizard.draft_id).memory.page == REVIEW_PAGE


def test_who_goes_to_a_field_at_once_finds_it(qtbot: Any, desk: Desk) -> None:
    person = Person(qtbot, desk)
    person.window.open_draft(put(desk))
    person.wizard.jump("content.main")
    person.write("新的一句。")
    assert str(person.wizard.session.value("content.main")).endswith("新的一句。")
    assert person.wizard.stack.count() == 1


def test_who_leaves_at_once_leaves_the_draft_as_it_was(qtbot: Any, desk: Desk) -> None:
    person = Person(qtbot, desk)
    first, second = put(desk), put(desk)
    before = desk.store.load(first).application.values
    person.window.open_draft(first)
    person.window.open_draft(second)
    person.window.go_home()
    assert person.window.wizard is None
    assert desk.store.load(first).application.values == before
