"""Fields of one line: typed at once, respelled only when left, with suggestions and a calendar."""

from __future__ import annotations

from typing import Any

import pytest
from editors_support import empty, enter, filled, open_row
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QTableView

from app.ui.editors import DateEditor, MoneyEditor

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform, of every window


def test_typing_is_said_at_once_and_respelled_only_when_left(qtbot: Any) -> None:
    session = empty()
    row, wired = open_row(qtbot, session, "unit.head.mobile")
    qtbot.keyClicks(row.editor.main, "139 0736-0000")
    assert row.editor.value() == "139 0736-0000"
    assert session.value("unit.head.mobile") == "13907360000"
    assert len(wired.edits) == 13
    qtbot.keyClick(row.editor.main, Qt.Key.Key_Home)
    row.refresh()
    assert row.editor.main.cursorPosition() == 0
    session.memory.carried |= {"unit.head.mobile"}
    row.refresh()
    row.confirm.setFocus(Qt.FocusReason.TabFocusReason)
    assert wired.lefts == ["unit.head.mobile"]
    assert row.editor.value() == "13907360000"


def test_a_change_from_elsewhere_reaches_the_editor_that_has_the_cursor(qtbot: Any) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, "project.name")
    qtbot.keyClicks(row.editor.main, "abc")
    session.set("project.name", "旧版本的名称")
    row.refresh()
    assert row.editor.value() == "旧版本的名称"


@pytest.mark.parametrize(
    ("name", "typed", "stored", "shown"),
    [
        ("project.start", "20220401", "2022-04-01", "2022年4月1日"),
        ("project.start", "2022.4.1", "2022-04-01", "2022年4月1日"),
        ("project.start", "2022.13.1", "2022.13.1", "2022.13.1"),
        ("unit.founded", "2016", "2016", "2016年"),
        ("unit.founded", "2016.5", "2016-05", "2016年5月"),
        ("budget.grant", "1.50", "1.5", "1.5"),
        ("budget.grant", "１．５万元", "1.5", "1.5"),
        ("unit.postcode", "４１５０００", "415000", "415000"),
        ("meeting.reports", "007", 7, "7"),
        ("project.theme", "  两头的空格  ", "两头的空格", "两头的空格"),
    ],
)
def test_spellings(qtbot: Any, name: str, typed: str, stored: object, shown: str) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, name)
    enter(qtbot, row.editor.main, typed)
    assert session.value(name) == stored
    assert row.editor.value() == typed
    row.editor.tidy()
    assert row.editor.value() == shown


def test_undo_leads_back_to_what_was_typed(qtbot: Any) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, "project.start")
    qtbot.keyClicks(row.editor.main, "20220401")
    row.editor.tidy()
    qtbot.keyClick(row.editor.main, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert row.editor.value() == "20220401"


def test_titles_are_suggested_and_free_text_allowed(qtbot: Any) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, "unit.head.title")
    qtbot.keyClick(row.editor.main, Qt.Key.Key_Down)
    popup = row.editor.main.completer().popup()
    assert popup.isVisible()
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert session.value("unit.head.title") == "正高级工程师"
    popup.hide()
    row.editor.main.selectAll()
    qtbot.keyClicks(row.editor.main, "x9")
    assert session.value("unit.head.title") == "x9"


def test_the_total_cannot_be_typed(qtbot: Any) -> None:
    session = filled()
    row, wired = open_row(qtbot, session, "budget.total")
    qtbot.keyClicks(row.editor.main, "9")
    assert wired.edits == []
    assert isinstance(row.editor, MoneyEditor)


def test_the_calendar_opens_by_keyboard_and_fills_in_a_day(qtbot: Any) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, "project.start")
    qtbot.keyClicks(row.editor.main, "2022.5")
    editor = row.editor
    assert isinstance(editor, DateEditor)
    qtbot.keyClick(editor.main, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    popup = editor.calendar.popup
    assert popup is not None
    assert popup.isVisible()
    assert popup.sheet.firstDayOfWeek() == Qt.DayOfWeek.Monday
    assert (popup.sheet.selectedDate().year(), popup.sheet.selectedDate().month()) == (2022, 5)
    qtbot.keyClicks(popup.sheet.findChild(QTableView), "13")  # Qt's own line for typing a day opens over the sheet, and falls into nonsense
    assert popup.sheet.findChild(QLabel) is None
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    assert popup.isHidden()
    assert session.value("project.start") == "2022.5"
    editor.calendar.click()
    popup.sheet.activated.emit(popup.sheet.selectedDate().addDays(8))
    assert session.value("project.start") == "2022-05-09"
    assert editor.value() == "2022年5月9日"
