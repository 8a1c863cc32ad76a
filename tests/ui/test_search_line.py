"""The lines one searches in, of home and of the help: a composition is kept when one goes elsewhere, and never searched by halves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from editors_support import commit, compose
from home_support import names, put, shown
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from test_input_method import Forgetful

from app.ui import composition
from app.ui.desk import Desk
from app.ui.help import HelpWindow
from app.ui.home import HomePage

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform, of every window


@pytest.fixture
def forgetful(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An input method that takes its composition back when it is asked to commit."""
    found = Forgetful()
    monkeypatch.setattr(composition, "ask_to_commit", found.take_back)
    qapp.installEventFilter(found)
    yield
    qapp.removeEventFilter(found)


@pytest.fixture
def home(qtbot: Any, desk: Desk) -> HomePage:
    for project in ("水稻绿色防控", "柑橘提质", "水产养殖"):
        put(desk, project)
    page = shown(qtbot, desk)
    qtbot.keyClick(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    return page


def topics(window: HelpWindow) -> list[str]:
    return [window.list.item(row).text() for row in range(window.list.count()) if not window.list.item(row).isHidden()]


def by_tab(qtbot: Any, line: QLineEdit) -> None:
    qtbot.keyClick(line, Qt.Key.Key_Tab)
    assert not line.hasFocus()


def by_enter(qtbot: Any, line: QLineEdit) -> None:
    qtbot.keyClick(line, Qt.Key.Key_Return)


def by_a_click_elsewhere_in_it(qtbot: Any, line: QLineEdit) -> None:
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton, pos=QPoint(line.width() // 2, line.height() // 2))


LEAVE = pytest.mark.parametrize("leave", [by_tab, by_enter, by_a_click_elsewhere_in_it])


@LEAVE
def test_what_is_composed_on_home_is_searched_when_one_leaves(
    qtbot: Any, home: HomePage, forgetful: None, leave: Callable[..., None]
) -> None:
    compose(home.search, "shui")
    compose(home.search, "水")
    assert len(names(home)) == 3
    leave(qtbot, home.search)
    assert home.search.text() == "水"
    assert names(home) == ["水产养殖", "水稻绿色防控"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Down, Qt.Key.Key_Return])
def test_the_keys_stay_in_the_line_where_the_composition_finds_nothing(qtbot: Any, home: HomePage, forgetful: None, key: Qt.Key) -> None:
    compose(home.search, "没有")
    qtbot.keyClick(home.search, key)
    assert names(home) == []
    assert home.search.hasFocus()


def test_to_search_anew_keeps_what_is_composed_and_marks_it(qtbot: Any, home: HomePage, forgetful: None) -> None:
    compose(home.search, "水")
    qtbot.keyClick(home.search, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert home.search.selectedText() == "水"
    compose(home.search, "g")  # in its place
    assert names(home) == ["水产养殖", "水稻绿色防控"]  # not of an empty line
    commit(home.search, "柑")
    assert names(home) == ["柑橘提质"]


def test_what_is_given_up_over_a_marked_word_leaves_all(qtbot: Any, home: HomePage) -> None:
    commit(home.search, "水")
    home.search.selectAll()
    compose(home.search, "g")
    compose(home.search, "")
    assert home.search.text() == ""
    assert len(names(home)) == 3


@LEAVE
def test_what_is_composed_in_the_help_is_searched_when_one_leaves(
    qtbot: Any, help_window: HelpWindow, forgetful: None, leave: Callable[..., None]
) -> None:
    everything = topics(help_window)
    compose(help_window.search, "微信终端")
    assert topics(help_window) == everything
    leave(qtbot, help_window.search)
    assert help_window.search.text() == "微信终端"
    assert len(topics(help_window)) == 2
    assert help_window.page.textCursor().selectedText() == "微信终端"


def test_a_composition_over_a_marked_word_does_not_turn_the_page(help_window: HelpWindow) -> None:
    commit(help_window.search, "微信终端")
    found, title = topics(help_window), help_window.title.text()
    help_window.search.selectAll()
    compose(help_window.search, "bei")
    assert (topics(help_window), help_window.title.text()) == (found, title)
    commit(help_window.search, "备份")
    assert topics(help_window) != found
