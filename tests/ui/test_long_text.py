"""Long texts: spaces kept, characters counted as a person does, growing, left by Tab."""

from __future__ import annotations

from typing import Any

import pytest
from editors_support import clip, clipped, empty, open_row
from PySide6.QtCore import Qt

from app.ui.long_text import LongEditor

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform, of every window


def test_a_long_text_keeps_its_spaces_and_counts_as_a_person_does(qtbot: Any) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, "content.main")
    editor = row.editor
    assert isinstance(editor, LongEditor)
    clip("第一段\u00a0有不换行空格\n\n👨‍👩‍👧结尾")
    qtbot.keyClick(editor.paper, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert session.value("content.main") == "第一段\u00a0有不换行空格\n\n👨‍👩‍👧结尾"
    assert editor.counter.text().startswith("15 字")
    qtbot.keyClick(editor.paper, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(editor.paper, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "\u00a0" in clipped()
    qtbot.keyClick(editor.paper, Qt.Key.Key_Delete)
    assert session.value("content.main") is None
    qtbot.keyClick(editor.paper, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.value("content.main").startswith("第一段")


def test_a_long_text_grows_and_tab_leaves_it(qtbot: Any) -> None:
    session = empty()
    row, wired = open_row(qtbot, session, "content.main")
    before = row.editor.main.sizeHint().height()
    clip("一行\n" * 15)
    qtbot.keyClick(row.editor.main, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert row.editor.main.sizeHint().height() > before
    session.memory.carried |= {"content.main"}
    row.refresh()
    qtbot.keyClick(row.editor.main, Qt.Key.Key_Tab)
    assert wired.lefts == ["content.main"]
    assert "\t" not in str(session.value("content.main"))


def test_trailing_white_space_does_not_fight_the_typing(qtbot: Any) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, "content.main")
    qtbot.keyClicks(row.editor.main, "ab ")
    qtbot.keyClick(row.editor.main, Qt.Key.Key_Return)
    qtbot.keyClicks(row.editor.main, "c")
    assert row.editor.value() == "ab \nc"
    assert session.value("content.main") == "ab\nc"
