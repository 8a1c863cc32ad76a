"""Chinese input methods: while a composition is open nothing is said, checked or moved; one that is open at the end is kept."""

from __future__ import annotations

from typing import Any

import pytest
from editors_support import commit, compose, empty, open_page, open_row
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.ui.table_editor import TableEditor

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform, of every window
TYPED = ["project.name", "unit.head.title", "project.start", "unit.email", "content.main"]


@pytest.mark.parametrize("name", TYPED)
def test_nothing_is_said_until_the_commit(qtbot: Any, name: str) -> None:
    session = empty()
    row, wired = open_row(qtbot, session, name)
    for preedit in ("n", "ni", "ni h", "ni hao"):
        compose(row.editor.main, preedit)
        assert row.editor.composing()
    assert wired.edits == []
    assert row.editor.value() == ""
    commit(row.editor.main, "你好")
    assert [value for _, value in wired.edits] == ["你好"]
    assert not row.editor.composing()


@pytest.mark.parametrize("name", TYPED)
def test_a_composition_over_a_selection_waits_with_what_it_replaced(qtbot: Any, name: str) -> None:
    session = empty()
    row, wired = open_row(qtbot, session, name)
    qtbot.keyClicks(row.editor.main, "abc")
    said = len(wired.edits)
    row.editor.main.selectAll()
    compose(row.editor.main, "ni")
    assert len(wired.edits) == said
    assert session.value(name) == "abc"
    compose(row.editor.main, "")  # given up by Esc: what was selected is gone all the same
    assert not row.editor.composing()
    assert session.value(name) == (row.editor.value() or None)


@pytest.mark.parametrize("name", TYPED)
def test_a_refresh_leaves_an_open_composition_alone(qtbot: Any, name: str) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, name)
    qtbot.keyClicks(row.editor.main, "ab")
    compose(row.editor.main, "ni")
    row.refresh()
    assert row.editor.composing()
    commit(row.editor.main, "你")
    assert session.value(name) == "ab你"


@pytest.mark.parametrize("name", TYPED)
def test_an_open_composition_is_kept_when_the_page_settles(qtbot: Any, name: str) -> None:
    session = empty()
    section = session.page_of(name)
    page, _ = open_page(qtbot, session, section)
    page.focus_field(name)
    editor = page.rows[name].editor
    compose(editor.main, "nihao")
    assert page.composing()
    page.settle()
    assert not page.composing()
    assert session.value(name) == "nihao"


def test_a_key_that_the_input_method_lets_through_keeps_the_composition_and_the_program(qtbot: Any) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, "content.main")
    paper = row.editor.main
    qtbot.keyClick(paper, Qt.Key.Key_Return)
    compose(paper, "ni")
    qtbot.keyClick(paper, Qt.Key.Key_Shift)
    assert row.editor.composing()
    for key in (Qt.Key.Key_PageDown, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Home):
        compose(paper, "ni")
        qtbot.keyClick(paper, key)
        assert not row.editor.composing()
    assert str(session.value("content.main")).count("ni") == 4


def table(qtbot: Any) -> tuple[Any, Any, TableEditor]:
    session = empty()
    session.set("budget.items", [{"what": "a"}, {"what": "b"}])
    row, wired = open_row(qtbot, session, "budget.items")
    assert isinstance(row.editor, TableEditor)
    row.editor.focus(1)
    return session, wired, row.editor


def test_a_composition_opens_a_cell_and_is_said_when_committed(qtbot: Any) -> None:
    session, wired, editor = table(qtbot)
    compose(editor.sheet, "n")
    compose(editor.sheet, "ni")
    assert editor.composing()
    assert wired.edits == []
    commit(editor.sheet, "你")
    assert session.value("budget.items") == [{"what": "a"}, {"what": "你"}]
    focused = QApplication.focusWidget()
    assert focused is editor.delegate.line
    compose(focused, "hao")
    assert len(wired.edits) == 1
    qtbot.keyClick(focused, Qt.Key.Key_Return)  # meant for the input method
    qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert editor.delegate.line is focused
    commit(focused, "好")
    assert session.value("budget.items")[1] == {"what": "你好"}


def test_text_without_a_composition_opens_a_cell_too(qtbot: Any) -> None:
    session, _, editor = table(qtbot)
    commit(editor.sheet, "，")
    assert session.value("budget.items")[1] == {"what": "，"}


@pytest.mark.parametrize("inside", [True, False], ids=["in the cell", "on its way into the cell"])
def test_a_cells_composition_is_kept_when_the_table_settles(qtbot: Any, inside: bool) -> None:
    session, _, editor = table(qtbot)
    if inside:
        qtbot.keyClicks(editor.sheet, "x")
    target = editor.delegate.line if inside else editor.sheet
    assert target is not None
    compose(target, "ni")
    editor.settle()
    assert not editor.composing()
    assert editor.delegate.line is None
    assert session.value("budget.items")[1] == {"what": "xni" if inside else "ni"}
