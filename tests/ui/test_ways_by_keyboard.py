"""F8 leads from problem to problem, Tab from the outline through a page to its buttons and the side panel."""

from __future__ import annotations

from typing import Any

import pytest
from journeys_support import CONTROL, MOST_TABS, SHIFT
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu
from rules_support import at_work

from app.samples import sample
from app.ui.desk import Desk

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),  # the offscreen platform, of every window
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]


def test_f8_goes_to_the_broken_field(qtbot: Any, desk: Desk) -> None:
    application = sample("capability", "tech-service")
    application.set("project.leader.mobile", "139")
    person = at_work(qtbot, desk, "plan", application)
    person.key(Qt.Key.Key_F8)
    assert person.wizard.page.page_id == "project"
    assert person.row("project.leader.mobile").editor.active()


def test_f8_goes_on_where_a_field_has_two_problems_and_when_one_is_mended(qtbot: Any, desk: Desk) -> None:
    application = sample("capability", "tech-service")
    application.set("unit.postcode", "")
    application.set("project.leader.mobile", "139")
    application.set("content.plan", "机密文件")  # and too short
    person = at_work(qtbot, desk, "plan", application)
    found = [problem.field for problem in person.wizard.session.problems]
    places = list(dict.fromkeys(found))
    assert len(found) > len(places) > 2
    for name in (*places, places[0]):
        person.key(Qt.Key.Key_F8)
        assert person.row(name).editor.active()
    for name in reversed(places):
        person.key(Qt.Key.Key_F8, SHIFT)
        assert person.row(name).editor.active()
    person.write("415000")
    assert places[0] not in {problem.field for problem in person.wizard.session.problems}
    person.key(Qt.Key.Key_F8)
    assert person.row(places[1]).editor.active()


@pytest.mark.parametrize("page", ["unit", "project", "plan", "people"])
def test_tab_goes_from_the_outline_through_the_page_to_its_buttons(qtbot: Any, desk: Desk, page: str) -> None:
    person = at_work(qtbot, desk, "budget")
    person.open_page(page)
    wizard = person.wizard
    wizard.outline.setFocus(Qt.FocusReason.TabFocusReason)
    person.key(Qt.Key.Key_Tab)
    order = list(person.page.rows.values())
    asked = [row for row in order if not row.isHidden()]
    assert asked[0].editor.active()
    for _ in range(MOST_TABS):
        if not wizard.page.isAncestorOf(QApplication.focusWidget()):
            break
        person.key(Qt.Key.Key_Tab)
    if wizard.back.isEnabled():  # on all pages but the first
        assert QApplication.focusWidget() is wizard.back
        person.key(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is wizard.next
    person.key(Qt.Key.Key_Tab)
    assert wizard.side.isAncestorOf(QApplication.focusWidget())


@pytest.mark.parametrize("by_mouse", [False, True])
def test_the_next_page_begins_at_its_first_field(qtbot: Any, desk: Desk, by_mouse: bool) -> None:
    """Whoever presses 下一步 goes on typing: the cursor must not stay on the button beneath the page."""
    person = at_work(qtbot, desk, "unit", sample("capability", "academic-exchange"))
    wizard = person.wizard
    for page in wizard.page_ids[1:]:
        if by_mouse:
            person.click(wizard.next)
        else:
            wizard.next.setFocus(Qt.FocusReason.TabFocusReason)
            person.key(Qt.Key.Key_Space)
        assert wizard.page.page_id == page
        if page == "main":  # whether it is a meeting is fixed for this category
            assert person.row("meeting.name").editor.active()
        elif page in ("project", "background", "people", "budget"):
            assert next(iter(person.page.rows.values())).editor.active()
        assert wizard.page.isAncestorOf(QApplication.focusWidget())
    person.key(Qt.Key.Key_PageUp, CONTROL)
    person.key(Qt.Key.Key_PageUp, CONTROL)
    assert person.row("pledge.meeting").editor.active()


EDITING_ON_X11 = ("Ctrl+A", "Ctrl+E", "Ctrl+Shift+A", "Ctrl+Shift+E", "Ctrl+D", "Ctrl+K", "Ctrl+U", "Ctrl+H", "Ctrl+Ins", "F18", "F20")
"""What text fields on X11 take for themselves beside the usual keys (Qt's QKeySequence: standard shortcuts); elsewhere they do not."""


def test_no_menu_key_is_one_that_text_fields_take(qtbot: Any, desk: Desk) -> None:
    """In a field such a key would move the cursor and nothing else; the platform of these tests does not show it."""
    person = at_work(qtbot, desk, "unit")
    actions = [action for menu in person.window.menuBar().findChildren(QMenu) for action in menu.actions()]
    keys = {action.shortcut().toString() for action in actions}
    assert {"F1", "Ctrl+N"} <= keys
    assert not keys & set(EDITING_ON_X11)
