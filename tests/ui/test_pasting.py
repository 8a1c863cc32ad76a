"""What is pasted or dropped into a field: nothing is cut, too much is refused with a word, what cannot be printed is taken out."""

from __future__ import annotations

from typing import Any

import pytest
from editors_support import clip, clipped, empty, open_row
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from app.ui.editor_base import CODE_POINTS, excess
from app.ui.long_text import LongEditor

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform, of every window


def test_over_the_limit_nothing_is_cut(qtbot: Any) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, "unit.head.name")
    clip("王" * 60)
    qtbot.keyClick(row.editor.main, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert session.value("unit.head.name") == "王" * 60
    assert "60 / 50 字" in row.hint.text()
    row.editor.left.emit()
    assert any("最多50字" in label.text() for label in row.findChildren(QLabel))


def test_a_paste_far_over_the_limit_is_refused_and_the_clipboard_kept(qtbot: Any) -> None:
    session = empty()
    row, wired = open_row(qtbot, session, "unit.head.name")
    qtbot.keyClicks(row.editor.main, "ab")
    clip("王" * 99)
    qtbot.keyClick(row.editor.main, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert row.editor.value() == "ab"
    assert len(wired.edits) == 2
    assert "没有粘贴" in row.word.text()
    assert clipped() == "王" * 99
    qtbot.keyClick(row.editor.main, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(row.editor.main, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert row.editor.value() == "王" * 99  # in place of the selection it is below twice the limit
    assert row.word.isHidden()


def test_the_menus_paste_is_the_same_paste(qtbot: Any) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, "unit.head.name")
    clip("王" * 500)
    menu = row.editor.main.make_menu()
    assert not any(action.objectName() == "edit-paste" for action in menu.actions())
    QApplication.processEvents()
    row.editor.main._paste()
    assert row.editor.value() == ""


def drop(qtbot: Any, target: QWidget, mime: QMimeData) -> bool:
    """Drag over and drop in the middle; whether the target took it."""
    middle, action = target.rect().center(), Qt.DropAction.CopyAction
    enter = QDragEnterEvent(middle, action, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(target, enter)
    if not enter.isAccepted():
        return False
    move = QDragMoveEvent(middle, action, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(target, move)
    QApplication.sendEvent(target, QDropEvent(QPointF(middle), action, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))
    return True


@pytest.mark.filterwarnings("ignore:.*QDrag(Enter|Move)Event:DeprecationWarning")  # PySide 6.12 has new ones, 6.8 has only these
@pytest.mark.parametrize("name", ["project.name", "content.main"])
def test_dropped_text_is_taken_within_the_limit_and_files_are_left_to_the_window(qtbot: Any, name: str) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, name)
    target = row.editor.paper.viewport() if isinstance(row.editor, LongEditor) else row.editor.main
    words, much, file = QMimeData(), QMimeData(), QMimeData()
    words.setText("甲\x01乙")
    much.setText("字" * 200_000)
    file.setText("file:///x.docx")
    file.setUrls([QUrl.fromLocalFile("x.docx")])
    assert not drop(qtbot, target, file)
    assert drop(qtbot, target, words)
    assert session.value(name) == "甲乙"
    drop(qtbot, target, much)
    assert session.value(name) == "甲乙"
    assert "没有粘贴" in row.word.text()


def test_excess_counts_characters_as_a_person_does() -> None:
    family = "👨‍👩‍👧"
    assert excess(family * 100, 50) == ""
    assert excess(family * 101, 50)
    assert excess("字" * (CODE_POINTS + 1), 20_000)


def test_unprintable_characters_go_with_a_word(qtbot: Any) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, "project.name")
    clip("甲\x01乙\x02\x7f丙\n丁")
    qtbot.keyClick(row.editor.main, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert row.editor.value() == "甲乙丙 丁"
    assert row.word.text() == "已去掉3个无法打印的字符"
    qtbot.keyClicks(row.editor.main, "x")
    assert row.word.isHidden()


def test_a_text_that_no_line_can_hold_is_shown_in_part_and_kept_whole(qtbot: Any) -> None:
    session = empty()
    monster = "字" * (CODE_POINTS + 1)
    session.application.values["project.theme"] = monster
    session.check()
    row, wired = open_row(qtbot, session, "project.theme")
    assert row.editor.value() == monster
    assert len(row.editor.main.text()) < 300
    qtbot.keyClicks(row.editor.main, "x")
    assert wired.edits == []
    qtbot.keyClick(row.editor.main, Qt.Key.Key_Delete)
    assert session.value("project.theme") is None
    qtbot.keyClicks(row.editor.main, "x")
    assert session.value("project.theme") == "x"


def test_a_long_text_refuses_a_megabyte_and_takes_out_what_cannot_be_printed(qtbot: Any) -> None:
    session = empty()
    row, wired = open_row(qtbot, session, "content.main")
    clip("字" * 1_000_000)
    qtbot.keyClick(row.editor.main, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert wired.edits == []
    assert "没有粘贴" in row.word.text()
    clip("甲\x0b乙")
    qtbot.keyClick(row.editor.main, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert session.value("content.main") == "甲乙"
    assert row.word.text() == "已去掉1个无法打印的字符"


def test_a_cell_copied_from_a_spreadsheet_brings_no_space_along(qtbot: Any) -> None:
    """Excel and WPS put a line end behind every cell: it would stand between what was pasted and what is typed on."""
    session = empty()
    row, _ = open_row(qtbot, session, "unit.head.name")
    clip("\n张三丰\r\n")
    qtbot.keyClick(row.editor.main, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(row.editor.main, "x")
    assert session.value("unit.head.name") == "张三丰x"
    clip("甲\n乙\n")
    qtbot.keyClick(row.editor.main, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert row.editor.value() == "张三丰x甲 乙"
