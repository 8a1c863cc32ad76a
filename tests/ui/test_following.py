"""The page follows the place where one writes: in a long text or table that is taller than what is seen, nobody types blind."""

from __future__ import annotations

from typing import Any

import pytest
from editors_support import clip, commit, compose, empty, filled
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from test_words_in_view import at, opened, rest

from app.ui.field_page import FieldPage

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),  # the offscreen platform, of every window
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]
HEIGHT = 400
CONTROL = Qt.KeyboardModifier.ControlModifier


def long_page(qtbot: Any, lines: int, height: int = HEIGHT) -> FieldPage:
    session = empty()
    session.set("content.plan", "\n".join(f"第{number}行" for number in range(lines)))
    return opened(qtbot, session, "plan", height)


def line_seen(page: FieldPage) -> bool:
    """Whether the line of the long text that the cursor is in lies in view as a whole."""
    paper = page.rows["content.plan"].editor.paper
    box = paper.cursorRect()
    return QRect(QPoint(), page.area.viewport().size()).contains(
        QRect(paper.viewport().mapTo(page.area.viewport(), box.topLeft()), box.size())
    )


def cell_seen(page: FieldPage) -> bool:
    """The same of the cell that one is in."""
    sheet = page.rows["people"].editor.sheet
    box = sheet.visualRect(sheet.currentIndex())
    top = sheet.viewport().mapTo(page.area.viewport(), box.topLeft()).y()
    return top >= 0 and top + box.height() <= page.area.viewport().height()


def test_a_text_is_followed_as_it_grows(qtbot: Any) -> None:
    page = long_page(qtbot, 0)
    page.begin()
    for _ in range(40):
        qtbot.keyClicks(QApplication.focusWidget(), "ab")
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
        rest()
        assert line_seen(page)


def test_a_text_is_followed_when_keys_come_faster_than_the_page_is_laid_out(qtbot: Any) -> None:
    """The editor grows only after them: what was in view then would be pushed out of it."""
    page = long_page(qtbot, 0)
    page.begin()
    qtbot.keyClicks(QApplication.focusWidget(), "ab")
    for _ in range(3):
        for _ in range(9):
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
        rest()
        assert line_seen(page)


def test_a_text_is_followed_through_a_paste(qtbot: Any) -> None:
    page = long_page(qtbot, 0)
    page.begin()
    for _ in range(3):
        clip("甲\n乙\n丙\n丁\n" * 3)
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_V, CONTROL)
        rest()
        assert line_seen(page)


def test_a_text_is_followed_where_the_keys_lead(qtbot: Any) -> None:
    page = long_page(qtbot, 60)
    page.focus_field("content.plan")
    rest()
    assert line_seen(page)
    for key, modifier in [(Qt.Key.Key_Home, CONTROL), (Qt.Key.Key_End, CONTROL), (Qt.Key.Key_PageUp, Qt.KeyboardModifier.NoModifier)]:
        qtbot.keyClick(QApplication.focusWidget(), key, modifier)
        rest()
        assert line_seen(page)
    for _ in range(40):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Up)
        rest()
        assert line_seen(page)


def test_typing_leads_back_from_where_the_wheel_went(qtbot: Any) -> None:
    page = long_page(qtbot, 60)
    page.focus_field("content.plan")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_End, CONTROL)
    bar = page.area.verticalScrollBar()
    bar.setValue(0)
    rest()
    assert not line_seen(page)
    compose(QApplication.focusWidget(), "shi")
    rest()
    assert bar.value() == 0  # nothing moves while a composition is open
    commit(QApplication.focusWidget(), "是")
    rest()
    assert line_seen(page)


def test_the_page_stays_when_the_mouse_sets_the_cursor(qtbot: Any) -> None:
    page = long_page(qtbot, 60)
    paper = page.rows["content.plan"].editor.paper
    page.focus_field("content.plan")
    page.area.verticalScrollBar().setValue(40)
    rest()
    place = paper.viewport().mapFrom(page.area.viewport(), QPoint(60, page.area.viewport().height() - 3))
    qtbot.mouseClick(paper.viewport(), Qt.MouseButton.LeftButton, pos=place)
    rest()
    assert page.area.verticalScrollBar().value() == 40


def test_selecting_all_does_not_leave_what_one_reads(qtbot: Any) -> None:
    page = long_page(qtbot, 60)
    page.focus_field("content.plan")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Home, CONTROL)
    rest()
    before = page.area.verticalScrollBar().value()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_A, CONTROL)
    rest()
    assert page.area.verticalScrollBar().value() == before


@pytest.mark.parametrize("by", ["typing", "arrows"])
def test_a_table_is_followed(qtbot: Any, by: str) -> None:
    session = empty()
    if by == "arrows":
        session.set("people", [{"name": f"甲{number}"} for number in range(30)])
    page = opened(qtbot, session, "people", HEIGHT)
    page.begin()
    for _ in range(28):
        if by == "typing":
            qtbot.keyClicks(QApplication.focusWidget(), "ab")
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
        else:
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
        rest()
        assert cell_seen(page)
    page.area.verticalScrollBar().setValue(0)
    rest()
    assert not cell_seen(page)
    qtbot.keyClicks(QApplication.focusWidget(), "x")
    rest()
    assert cell_seen(page)
    for _ in range(28):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Up)
        rest()
        assert cell_seen(page)


def test_tab_shows_the_line_that_one_types_in_of_a_tall_text(qtbot: Any) -> None:
    """Its label alone, at the lower edge, was what one saw."""
    session = filled(category="tech-service")
    session.set("content.main", "\n".join("字" * 20 for _ in range(40)))
    page = opened(qtbot, session, "main", 300)
    paper = page.rows["content.main"].editor.paper
    page.begin()
    while not paper.hasFocus():
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    rest()
    top, _ = at(page, paper)
    assert 0 <= top <= 300 - 3 * paper.fontMetrics().lineSpacing()


def test_a_page_begins_with_its_heading(qtbot: Any) -> None:
    page = long_page(qtbot, 60)
    page.begin()
    rest()
    assert page.area.verticalScrollBar().value() == 0
    QTest.keyClicks(QApplication.focusWidget(), "a")
    rest()
    assert line_seen(page)
