"""Suggestions under a line: the keyboard stays with the line, and what is chosen is what is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from editors_support import commit, compose, empty, open_row
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.editor_base import Line
from app.ui.suggestions import Suggestions
from app.ui.table_editor import TableEditor

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform, of every window
NAME = "unit.head.title"


class Bench:
    """A title's line in a window, with 高 typed by an input method."""

    def __init__(self, qtbot: Any) -> None:
        self.session = empty()
        self.row, self.wired = open_row(qtbot, self.session, NAME)
        assert isinstance(self.row.editor.main, Line)
        self.line = self.row.editor.main
        assert self.line.suggestions is not None
        self.suggestions: Suggestions = self.line.suggestions
        commit(self.line, "高")

    @property
    def stored(self) -> Any:
        return self.session.value(NAME)


@pytest.fixture
def bench(qtbot: Any) -> Iterator[Bench]:
    found = Bench(qtbot)
    assert found.suggestions.open
    yield found
    found.suggestions.list.hide()


def test_the_keyboard_stays_with_the_line(bench: Bench) -> None:
    assert bench.suggestions.list.windowType() is Qt.WindowType.ToolTip  # into a popup the input method would follow the keyboard
    assert QApplication.activePopupWidget() is None
    assert QApplication.focusWidget() is bench.line
    assert bench.wired.lefts == []


def test_a_composition_puts_them_away_and_its_end_brings_them_back(bench: Bench) -> None:
    compose(bench.line, "ji")
    assert not bench.suggestions.open
    assert bench.stored == "高"
    commit(bench.line, "级")
    assert bench.suggestions.open
    assert bench.stored == "高级"
    commit(bench.line, "的")
    assert not bench.suggestions.open  # nothing is called so


def test_arrows_choose_and_enter_takes(qtbot: Any, bench: Bench) -> None:
    for _ in range(2):
        qtbot.keyClick(bench.line, Qt.Key.Key_Down)
    assert bench.line.text() == "高级工程师"
    qtbot.keyClick(bench.line, Qt.Key.Key_Up)
    assert bench.stored == "高"
    qtbot.keyClick(bench.line, Qt.Key.Key_Return)
    assert not bench.suggestions.open
    assert bench.stored == bench.line.text() == "正高级工程师"


def test_enter_is_the_lines_where_nothing_is_chosen(qtbot: Any, bench: Bench) -> None:
    with qtbot.waitSignal(bench.line.returnPressed):
        qtbot.keyClick(bench.line, Qt.Key.Key_Return)
    assert bench.stored == "高"


def test_esc_puts_them_away_and_only_them(qtbot: Any, bench: Bench) -> None:
    escaped: list[int] = []
    bench.row.keyPressEvent = lambda event: escaped.append(event.key())  # what a dialog around it would get
    qtbot.keyClick(bench.line, Qt.Key.Key_Escape)
    assert not bench.suggestions.open
    assert escaped == []
    assert bench.stored == "高"
    qtbot.keyClick(bench.line, Qt.Key.Key_Escape)
    assert escaped == [Qt.Key.Key_Escape]


def test_what_is_shown_is_kept_when_the_person_goes_on(qtbot: Any, bench: Bench) -> None:
    other = QWidget(bench.row)
    other.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    other.show()
    qtbot.keyClick(bench.line, Qt.Key.Key_Down)
    other.setFocus(Qt.FocusReason.TabFocusReason)
    assert not bench.suggestions.open
    assert bench.stored == bench.line.text() == "正高级工程师"
    assert bench.wired.lefts == [NAME]


def test_a_click_on_one_takes_it(qtbot: Any, bench: Bench) -> None:
    shown = bench.suggestions.list
    place = shown.visualRect(shown.model().index(1, 0)).center()
    qtbot.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert not bench.suggestions.open
    assert bench.stored == bench.line.text() == "高级工程师"
    assert QApplication.focusWidget() is bench.line


@pytest.mark.parametrize("way", ["click", "wheel", "resize", "hide"])
def test_turning_to_something_else_puts_them_away(qtbot: Any, bench: Bench, way: str) -> None:
    place = QPoint(5, bench.row.height() - 5)
    if way == "click":
        qtbot.mouseClick(bench.row, Qt.MouseButton.LeftButton, pos=place)
    elif way == "wheel":
        where = bench.row.mapToGlobal(place).toPointF()
        turn = QPoint(0, -120)
        buttons, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
        wheel = QWheelEvent(place.toPointF(), where, QPoint(), turn, buttons, keys, Qt.ScrollPhase.NoScrollPhase, False)
        QApplication.sendEvent(bench.row, wheel)
    elif way == "resize":
        bench.row.window().resize(bench.row.width() + 40, bench.row.height())
        qtbot.waitUntil(lambda: not bench.suggestions.open)
    else:
        bench.line.hide()
    assert not bench.suggestions.open
    assert bench.stored == "高"


def test_in_a_cell_they_come_before_the_table(qtbot: Any) -> None:
    session = empty()
    row, wired = open_row(qtbot, session, "people")
    editor = row.editor
    assert isinstance(editor, TableEditor)
    editor.focus(0, "title")
    commit(editor.sheet, "高")
    line = editor.delegate.line
    assert line is not None
    assert line.suggestions is not None
    commit(line, "级")
    assert line.suggestions.open
    for _ in range(3):
        qtbot.keyClick(line, Qt.Key.Key_Down)
    assert editor.delegate.line is line
    assert line.text() == "高级农艺师"
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert editor.delegate.line is line
    assert session.value("people")[0]["title"] == "高级农艺师"
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert editor.delegate.line is None
    assert wired.edits[-1][1][0]["title"] == "高级农艺师"
