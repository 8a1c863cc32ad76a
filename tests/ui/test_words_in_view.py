"""Words that come up under a field are seen, the field one is at stays in view, and nothing moves under the mouse."""

from __future__ import annotations

from typing import Any

import pytest
from editors_support import clip, commit, empty, filled, open_page
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from test_table_editor import Bench

from app.session import Session
from app.ui.field_page import FieldPage
from app.ui.field_row import FieldRow

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),  # the offscreen platform, of every window
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]
LEFT = Qt.MouseButton.LeftButton
ROUNDS = 5
"""Of the event loop, in which layouts of layouts come to rest."""


def rest() -> None:
    for _ in range(ROUNDS):
        QApplication.processEvents()


def at(page: FieldPage, widget: QWidget) -> tuple[int, int]:
    """Top and bottom of a widget in the part of the page that is seen."""
    top = widget.mapTo(page.area.viewport(), QPoint()).y()
    return top, top + widget.height()


def whole(page: FieldPage, widget: QWidget) -> bool:
    top, bottom = at(page, widget)
    return top >= 0 and bottom <= page.area.viewport().height()


def opened(qtbot: Any, session: Session, section: str, height: int, width: int = 640) -> FieldPage:
    page, wired = open_page(qtbot, session, section, width)
    page.setProperty("wired", wired)  # it lives as long as the page
    page.resize(width, height)
    rest()
    return page


def to_the_fold(page: FieldPage, row: FieldRow) -> None:
    """Scroll so that a row ends just where the view does."""
    bar = page.area.verticalScrollBar()
    bar.setValue(bar.value() + at(page, row)[1] - page.area.viewport().height())
    if bar.value() < bar.maximum():  # else there is no more of the page
        assert at(page, row)[1] == page.area.viewport().height()


def focused_row(page: FieldPage) -> FieldRow | None:
    focused = QApplication.focusWidget()
    return next((row for row in page.rows.values() if focused is not None and row.isAncestorOf(focused)), None)


@pytest.mark.parametrize("width", [420, 640])
@pytest.mark.parametrize(("form", "section"), [("party", "unit"), ("party", "project"), ("capability", "project"), ("capability", "main")])
def test_tab_brings_a_field_into_view_whatever_came_up_before_it(qtbot: Any, form: str, section: str, width: int) -> None:
    """Words under the field that is left push the next one down, out of what is seen."""
    page = opened(qtbot, empty(form, "academic-exchange" if form == "capability" else ""), section, 300, width)
    page.begin()
    walked: list[str] = []
    while (row := focused_row(page)) is not None and len(walked) < 60:
        rest()
        assert whole(page, row) or row.height() > 280 or row.entry.id in walked, row.entry.id  # a table grows while one is in it
        walked.append(row.entry.id)
        assert not row.editor.visibleRegion().isEmpty(), row.entry.id
        qtbot.keyClicks(QApplication.focusWidget(), "XXX")
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert len(set(walked)) > 6


def test_the_words_are_seen_when_the_last_field_is_left(qtbot: Any) -> None:
    page = opened(qtbot, empty(), "project", 300)
    below = QPushButton("下一步", page)
    below.show()
    last = page.rows["project.contact.mobile"]
    page.focus_field("project.contact.mobile")
    qtbot.keyClicks(QApplication.focusWidget(), "12")
    to_the_fold(page, last)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert not last.editor.active()
    assert last.height() > 0
    rest()
    assert problem_lines(last) == 1
    assert whole(page, last)


def test_they_are_seen_under_a_text_taller_than_the_view(qtbot: Any) -> None:
    """Qt would go back to the cursor that was left behind."""
    page = opened(qtbot, empty(), "plan", 250)
    below = QPushButton("下一步", page)
    below.show()
    row = page.rows["content.plan"]
    page.begin()
    qtbot.keyClicks(QApplication.focusWidget(), "ab")
    rest()
    assert row.height() > 250
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    rest()
    assert not row.editor.active()
    assert problem_lines(row) == 1
    assert at(page, row)[1] <= 250


def problem_lines(row: FieldRow) -> int:
    return sum(line.isVisible() for line in row._lines)


def test_words_that_come_up_while_typing_are_seen(qtbot: Any) -> None:
    session = filled()
    session.memory.left.add("unit.postcode")
    page = opened(qtbot, session, "unit", 300)
    row = page.rows["unit.postcode"]
    page.focus_field("unit.postcode")
    to_the_fold(page, row)
    qtbot.keyClicks(QApplication.focusWidget(), "9")
    rest()
    assert problem_lines(row) == 1
    assert whole(page, row)


def test_a_word_about_a_paste_is_seen(qtbot: Any) -> None:
    page = opened(qtbot, empty(), "unit", 300)
    row = page.rows["unit.head.name"]
    page.focus_field("unit.head.name")
    to_the_fold(page, row)
    clip("字" * 500)
    rest()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    rest()
    assert row.word.isVisible()
    assert whole(page, row)


def test_the_page_stays_while_words_only_change(qtbot: Any) -> None:
    """Somebody has scrolled them away on purpose."""
    session = filled()
    session.memory.left.add("content.plan")
    page = opened(qtbot, session, "plan", 300)
    page.focus_field("content.plan")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(QApplication.focusWidget(), "ab")
    rest()
    row = page.rows["content.plan"]
    assert problem_lines(row)
    page.area.verticalScrollBar().setValue(0)
    qtbot.keyClicks(QApplication.focusWidget(), "c")
    rest()
    assert page.area.verticalScrollBar().value() == 0


def test_the_line_one_types_in_does_not_leave_the_view_for_the_words(qtbot: Any) -> None:
    session = filled()
    session.memory.left.add("content.plan")
    session.set("content.plan", "\n".join("字" * 30 for _ in range(40)))
    page = opened(qtbot, session, "plan", 300)
    paper = page.rows["content.plan"].editor.paper
    page.focus_field("content.plan")
    qtbot.keyClick(paper, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    page.area.verticalScrollBar().setValue(0)
    rest()
    row = page.rows["content.plan"]
    assert not problem_lines(row)
    commit(paper, "绝密")
    rest()
    assert problem_lines(row) == 1
    assert page.area.verticalScrollBar().value() == 0


def test_nothing_moves_by_itself_while_the_mouse_is_at_work(qtbot: Any) -> None:
    """Whoever clicks looks for the next thing where it was."""
    session = filled("party")
    session.memory.left.add("party.has_venue")
    page = opened(qtbot, session, "project", 300)
    row = page.rows["party.has_venue"]
    page.focus_field("party.has_venue")
    to_the_fold(page, row)
    no = row.editor.buttons[1]
    qtbot.mouseClick(no, LEFT, pos=QPoint(8, no.height() // 2))
    place = page.area.verticalScrollBar().value()
    rest()
    assert problem_lines(row) == 1
    assert not whole(page, row)
    assert page.area.verticalScrollBar().value() == place
    qtbot.keyClick(no, Qt.Key.Key_Delete)  # now it is the keyboard, and other words
    rest()
    assert problem_lines(row) > 0
    assert whole(page, row)


@pytest.mark.parametrize("height", [300, 2000])
def test_a_click_reaches_what_it_was_aimed_at(qtbot: Any, height: int) -> None:
    """The words under the field that is left come between press and release, and would push the button away from under the mouse."""
    page = opened(qtbot, empty("party"), "project", height)
    page.focus_field("party.members")
    qtbot.keyClicks(QApplication.focusWidget(), "x")
    button = page.rows["party.has_venue"].editor.buttons[0]
    page.area.ensureWidgetVisible(button)
    rest()
    where = button.mapToGlobal(QPoint(8, button.height() // 2))
    qtbot.mousePress(button, LEFT, pos=button.mapFromGlobal(where))
    rest()
    qtbot.mouseRelease(button, LEFT, pos=button.mapFromGlobal(where))
    assert page.session.value("party.has_venue") is True
    rest()
    assert problem_lines(page.rows["party.members"]) > 0


@pytest.mark.parametrize("text", ["ab", "abcdefgh " * 12])
@pytest.mark.parametrize("row", [0, 1])
def test_a_click_on_a_button_under_the_table_one_types_in(qtbot: Any, row: int, text: str) -> None:
    """It finishes the cell, and what that adds to the table came between the button and the mouse."""
    session = empty()
    session.set("budget.items", [{"what": "甲"}])
    page = opened(qtbot, session, "budget", 2000)
    page.focus_field("budget.items", row)
    for key in text:
        qtbot.keyClick(QApplication.focusWidget(), key)
    rest()
    editor = page.rows["budget.items"].editor
    add = next(button for button in editor.findChildren(QPushButton) if button.text() == "增加一行")
    where = add.mapToGlobal(add.rect().center())
    qtbot.mousePress(add, LEFT, pos=add.mapFromGlobal(where))
    rest()
    qtbot.mouseRelease(add, LEFT, pos=add.mapFromGlobal(where))
    assert (editor.sheet.currentIndex().row(), editor.sheet.currentIndex().column()) == (row + 1, 0)
    assert session.value("budget.items") == ([{"what": "甲"}] * row + [{"what": text.strip()}])
    height = editor.sheet.height()
    rest()
    assert (editor.sheet.height() > height) is (len(text) > 9)  # the lines that the text has got take their place after the click


def test_the_next_row_comes_with_the_first_character_and_goes_with_the_last(qtbot: Any) -> None:
    items = Bench(qtbot, empty(), "budget.items")

    def heads() -> list[object]:
        return [items.model.headerData(row, Qt.Orientation.Vertical) for row in range(items.model.rowCount())]

    assert heads() == ["＋"]
    items.keys("a")
    assert heads() == ["1", "＋"]
    items.key(Qt.Key.Key_Backspace)
    assert heads() == ["＋"]
    items.keys("b")
    items.key(Qt.Key.Key_Escape)
    assert heads() == ["＋"]
    items.keys(" ")
    items.key(Qt.Key.Key_Return)
    assert heads() == ["＋"]
    assert items.rows in (None, [])
    items.keys("c")
    items.key(Qt.Key.Key_Return)
    assert heads() == ["1", "＋"]
    assert items.place == (1, 0)
    items.undo()
    assert heads() == ["＋"]


def test_a_field_left_by_the_mouse_is_known_as_left_when_the_page_is_settled(qtbot: Any) -> None:
    """By the click that closes the draft, for one: no turn of the event loop comes in between."""
    page = opened(qtbot, empty("party"), "project", 600)
    page.focus_field("project.name")
    other = page.rows["project.leader.name"].editor.main
    qtbot.mousePress(other, LEFT)
    assert "project.name" not in page.session.memory.left
    page.settle()
    assert page.session.memory.left == {"project.name"}
    page.session.memory.left.clear()
    qtbot.mouseRelease(other, LEFT)
    rest()
    assert page.session.memory.left == set()
