"""Tables behave like a spreadsheet: typing, keys, undo, blocks from Excel and WPS, and the leader's row."""

from __future__ import annotations

from typing import Any

import pytest
from editors_support import Wired, clip, clipped, commit, empty, field, filled, open_row
from PySide6.QtCore import QMimeData, QModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QTableView, QWidget

from app.session import Session
from app.ui.field_row import FieldRow
from app.ui.table_editor import TableEditor
from app.ui.table_model import TableModel
from app.ui.table_sheet import shares

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform, of every window
CONTROL, ALT, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier


class Bench:
    """A table in a window, its session, and the keyboard."""

    def __init__(self, qtbot: Any, session: Session, name: str) -> None:
        self.qtbot, self.session, self.name = qtbot, session, name
        row, wired = open_row(qtbot, session, name)
        self.row: FieldRow = row
        self.wired: Wired = wired
        assert isinstance(row.editor, TableEditor)
        self.editor: TableEditor = row.editor
        self.sheet, self.model = row.editor.sheet, row.editor.model

    @property
    def place(self) -> tuple[int, int]:
        return self.sheet.currentIndex().row(), self.sheet.currentIndex().column()

    @property
    def rows(self) -> Any:
        return self.session.value(self.name)

    @property
    def word(self) -> str:
        return self.row.word.text()

    def at(self, row: int, column: int) -> None:
        place = self.sheet.visualRect(self.model.index(row, column)).center()
        self.qtbot.mouseClick(self.sheet.viewport(), Qt.MouseButton.LeftButton, pos=place)

    def key(self, key: Qt.Key, modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:
        focused = QApplication.focusWidget()
        assert focused is not None
        self.qtbot.keyClick(focused, key, modifiers)

    def keys(self, text: str) -> None:
        for letter in text:
            focused = QApplication.focusWidget()
            assert focused is not None
            self.qtbot.keyClicks(focused, letter)

    def paste(self, text: str) -> None:
        clip(text)
        self.key(Qt.Key.Key_V, CONTROL)

    def undo(self) -> None:
        self.key(Qt.Key.Key_Z, CONTROL)


@pytest.fixture
def items(qtbot: Any) -> Bench:
    return Bench(qtbot, empty(), "budget.items")


@pytest.fixture
def people(qtbot: Any) -> Bench:
    session = empty()
    session.set("project.leader.name", "王一")
    session.set("project.leader.title", "教授")
    return Bench(qtbot, session, "people")


# --- typing and keys -------------------------------------------------------------------------------------------------


def test_typing_in_the_last_row_adds_one_and_tab_goes_across(items: Bench) -> None:
    items.keys("abc")
    assert items.rows == [{"what": "abc"}]  # said while it is being typed
    items.key(Qt.Key.Key_Tab)
    items.keys("0.50")
    assert items.rows == [{"what": "abc", "amount": "0.5"}]
    items.key(Qt.Key.Key_Tab)
    assert items.place == (0, 2)
    items.key(Qt.Key.Key_Tab)
    assert items.place == (1, 0)
    items.keys("d")
    items.key(Qt.Key.Key_Return)
    assert items.place == (2, 0)
    assert items.rows == [{"what": "abc", "amount": "0.5"}, {"what": "d"}]
    items.key(Qt.Key.Key_Backtab, SHIFT)
    assert items.place == (1, 2)
    assert items.editor.total.text() == "合计 0.5 万元"


@pytest.mark.parametrize("name", ["people", "budget.items", "unit.partners"])
@pytest.mark.parametrize("width", [620, 300])
def test_the_table_is_as_tall_as_its_rows(qtbot: Any, name: str, width: int) -> None:
    """Also where a head takes several lines, and with the ring of the keyboard around it, which is 2 px instead of 1."""
    bench = Bench(qtbot, empty(), name)
    bench.row.resize(width, 600)
    qtbot.waitUntil(lambda: 0 <= bench.sheet.viewport().height() - bench.sheet.verticalHeader().length() <= 2)
    assert bench.sheet.verticalScrollBar().maximum() == 0


@pytest.mark.parametrize("width", [330, 700])
def test_what_is_kept_of_rows_heights_is_what_qt_would_lay_out(qtbot: Any, width: int) -> None:
    texts = ["李", "", "a" * 40, "组织专家到企业和乡村开展技术培训与咨询" * 3, "e\u0301𪚥 0.5", *("字" * number for number in range(1, 24))]
    session = filled()
    session.set("people", [{"duty": text} for text in texts])
    bench = Bench(qtbot, session, "people")
    for size in (*range(width, width + 60, 2), width):  # every text is near the end of its column at some width
        bench.row.resize(size, 900)
        QApplication.processEvents()
        rows = range(bench.model.rowCount())
        assert [bench.sheet.sizeHintForRow(row) for row in rows] == [QTableView.sizeHintForRow(bench.sheet, row) for row in rows]
    font = bench.sheet.font()
    font.setPointSizeF(font.pointSizeF() * 1.5)
    bench.sheet.setFont(font)
    assert [bench.sheet.sizeHintForRow(row) for row in rows] == [QTableView.sizeHintForRow(bench.sheet, row) for row in rows]


def test_the_last_tab_leaves_the_table(items: Bench, qtbot: Any) -> None:
    items.at(0, 2)
    items.key(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is items.editor._buttons[0]
    items.key(Qt.Key.Key_Backtab, SHIFT)
    assert QApplication.focusWidget() is items.sheet


def test_escape_gives_a_cell_up(items: Bench) -> None:
    items.keys("ab")
    items.key(Qt.Key.Key_Return)
    items.at(0, 0)
    items.keys("xyz")
    assert items.rows == [{"what": "xyz"}]
    items.key(Qt.Key.Key_Escape)
    assert items.rows == [{"what": "ab"}]


def test_delete_empties_cells_then_takes_rows_out(items: Bench) -> None:
    items.paste("a\t1\nb\t2\nc\t3")
    items.at(1, 0)
    items.key(Qt.Key.Key_Delete)
    assert items.rows[1]["amount"] == "2"
    assert not items.rows[1].get("what")
    items.at(1, 1)
    items.key(Qt.Key.Key_Delete)
    assert len(items.rows) == 3
    items.key(Qt.Key.Key_Delete)
    assert [row["what"] for row in items.rows] == ["a", "c"]
    items.undo()
    items.undo()
    items.undo()
    assert [row["what"] for row in items.rows] == ["a", "b", "c"]


def test_rows_are_moved_with_alt_and_arrows(items: Bench) -> None:
    items.paste("a\t1\nb\t2\nc\t3")
    items.at(2, 0)
    items.key(Qt.Key.Key_Up, ALT)
    assert [row["what"] for row in items.rows] == ["a", "c", "b"]
    assert items.place == (1, 0)
    items.key(Qt.Key.Key_Down, ALT)
    items.key(Qt.Key.Key_Down, ALT)  # below is only the blank row
    assert [row["what"] for row in items.rows] == ["a", "b", "c"]


def test_undo_and_redo(items: Bench) -> None:
    items.keys("ab")
    items.key(Qt.Key.Key_Return)
    items.undo()
    assert items.rows is None
    items.key(Qt.Key.Key_Y, CONTROL)
    assert items.rows == [{"what": "ab"}]
    items.undo()
    items.key(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert items.rows == [{"what": "ab"}]


def test_the_buttons(items: Bench, qtbot: Any) -> None:
    add, remove, up, down = items.editor._buttons
    items.paste("a\t1\nb\t2")
    items.at(0, 0)
    qtbot.mouseClick(add, Qt.MouseButton.LeftButton)
    assert items.place == (1, 0)
    items.keys("x")
    items.key(Qt.Key.Key_Tab)
    assert [row["what"] for row in items.rows] == ["a", "x", "b"]
    qtbot.mouseClick(up, Qt.MouseButton.LeftButton)
    assert [row["what"] for row in items.rows] == ["x", "a", "b"]
    qtbot.mouseClick(down, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(remove, Qt.MouseButton.LeftButton)
    assert [row["what"] for row in items.rows] == ["a", "b"]


def test_a_full_table_takes_no_more(qtbot: Any) -> None:
    bench = Bench(qtbot, empty(), "unit.partners")
    bench.paste("\n".join(f"第{number}学会" for number in range(10)))
    assert len(bench.rows) == 10
    assert bench.model.rowCount() == 10
    qtbot.mouseClick(bench.editor._buttons[0], Qt.MouseButton.LeftButton)
    assert "最多10行" in bench.word
    assert len(bench.rows) == 10


# --- the leader ------------------------------------------------------------------------------------------------------


def test_the_leaders_row_fills_itself_and_stays_first(people: Bench, qtbot: Any) -> None:
    assert people.rows == [{"name": "王一", "title": "教授", "note": "项目负责人"}]
    people.at(0, 4)
    people.keys("x")
    assert people.rows[0]["note"] == "项目负责人"
    people.paste("x\ty")
    assert "没有粘贴" in people.word
    people.at(1, 0)
    people.paste("李二\t理事\t讲师\t讲课\t备注")
    people.at(1, 0)
    people.key(Qt.Key.Key_Up, ALT)
    assert [row["name"] for row in people.rows] == ["王一", "李二"]
    assert people.word == "第一行固定是项目负责人"
    people.at(0, 0)
    qtbot.mouseClick(people.editor._buttons[1], Qt.MouseButton.LeftButton)
    assert "不能删除" in people.word
    assert len(people.rows) == 2
    people.session.set("project.leader.name", "王十")
    people.row.refresh()
    assert people.model.text(0, 0) == "王十"


def test_titles_are_suggested_in_cells(people: Bench) -> None:
    people.at(1, 2)
    people.key(Qt.Key.Key_F2)
    assert people.editor.delegate.line is not None
    assert people.editor.delegate.line.completer() is not None


# --- blocks ----------------------------------------------------------------------------------------------------------


def test_twelve_rows_from_a_spreadsheet(people: Bench) -> None:
    mime = QMimeData()
    lines = ["姓 名\t社团职务\t专技职称\t项目中承担的主要工作\t备注"]
    lines += [f'第{number}人\t理事\t讲师\t"第一行\n第二行""引""号"\t' for number in range(12)]
    mime.setText("\r\n".join(lines) + "\r\n")
    mime.setHtml("<table><tr><td>不读</td></tr></table>")
    QApplication.clipboard().setMimeData(mime)
    people.at(1, 0)
    people.key(Qt.Key.Key_V, CONTROL)
    assert len(people.rows) == 13
    assert people.rows[1] == {"name": "第0人", "post": "理事", "title": "讲师", "duty": '第一行 第二行"引"号'}
    assert len(people.editor.sheet.selectedIndexes()) == 60
    people.undo()
    assert len(people.rows) == 1


def test_a_paste_over_the_limit_is_refused_whole(items: Bench) -> None:
    items.keys("a")
    items.key(Qt.Key.Key_Return)
    block = "\n".join(f"x{number}\t1" for number in range(60))
    items.paste(block)
    assert "最多60行" in items.word
    assert items.rows == [{"what": "a"}]
    assert clipped() == block
    items.at(0, 0)
    items.paste(block)
    assert len(items.rows) == 60
    items.at(0, 0)
    items.paste("长" * 401)
    assert "有一格太长" in items.word
    items.paste("长" * 100_000)
    assert "放不下" in items.word
    assert items.rows[0]["what"] == "x0"


def test_copy_and_cut(items: Bench) -> None:
    items.paste('a\t1\n"b\nb"\t2')
    items.sheet.selectAll()
    items.key(Qt.Key.Key_C, CONTROL)
    assert clipped().split("\n")[:2] == ["a\t1\t", "b b\t2\t"]
    items.at(0, 0)
    items.key(Qt.Key.Key_X, CONTROL)
    assert clipped() == "a"
    assert not items.rows[0].get("what")


def test_unprintable_characters_in_a_block(items: Bench) -> None:
    items.paste("甲\x01\t1")
    assert items.rows == [{"what": "甲", "amount": "1"}]
    assert items.word == "已去掉1个无法打印的字符"


# --- problems and looks ----------------------------------------------------------------------------------------------


def test_problems_stand_in_the_cells_and_under_the_table(people: Bench) -> None:
    people.at(1, 1)
    people.keys("x")
    people.key(Qt.Key.Key_Tab)
    people.row.editor.left.emit()
    index = people.model.index(1, 0)
    assert isinstance(people.model.data(index, Qt.ItemDataRole.BackgroundRole), QColor)
    assert "第2行没有写姓名" in str(people.model.data(index, Qt.ItemDataRole.ToolTipRole))
    assert people.model.headerData(1, Qt.Orientation.Vertical) == "✕ 2"
    assert any("第2行没有写姓名" in label.text() for label in people.row.findChildren(QLabel) if label.isVisible())
    people.at(1, 0)
    people.keys("y")
    assert people.model.data(index, Qt.ItemDataRole.BackgroundRole) is None


def test_a_value_from_elsewhere_closes_the_cell_and_forgets_undo(items: Bench) -> None:
    items.keys("ab")
    items.session.set("budget.items", [{"what": "旧", "amount": "1"}])
    items.row.refresh()
    assert items.editor.delegate.line is None
    assert items.model.text(0, 0) == "旧"
    assert not items.model.undo.canUndo()


def test_an_open_cell_survives_settling(items: Bench) -> None:
    items.keys("ab")
    assert items.editor.delegate.line is not None
    items.editor.settle()
    assert items.editor.delegate.line is None
    assert items.model.text(0, 0) == "ab"
    assert items.rows == [{"what": "ab"}]


def test_leaving_by_mouse_finishes_the_cell_and_says_so_once(items: Bench, qtbot: Any) -> None:
    other = QWidget(items.row)
    other.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    other.show()
    items.keys("ab")
    qtbot.mousePress(other, Qt.MouseButton.LeftButton)
    assert items.rows == [{"what": "ab"}]
    assert items.editor.delegate.line is None
    qtbot.mouseRelease(other, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: items.wired.lefts == ["budget.items"])


def test_stored_rows_keep_their_empty_cells_and_unknown_keys(qtbot: Any) -> None:
    session = empty()
    session.set("budget.items", [{"what": "a", "note": "", "extra": "z"}, {"what": "b"}])
    bench = Bench(qtbot, session, "budget.items")
    bench.at(1, 0)
    commit(bench.sheet, "乙")
    bench.key(Qt.Key.Key_Return)
    assert bench.rows == [{"what": "a", "note": "", "extra": "z"}, {"what": "乙"}]


def test_the_model_announces_its_rows(qtbot: Any, qtmodeltester: Any) -> None:
    session = filled()
    model = TableModel(field(session, "people"))
    model.show(session.value("people"))
    qtmodeltester.check(model)
    before = model.rowCount()
    model.remove([1, 2])
    assert model.rowCount() == before - 2
    model.undo.undo()
    assert model.rowCount() == before
    assert model.rowCount(QModelIndex()) == len(session.value("people")) + 1


def test_widths_share_the_whole() -> None:
    assert shares(400, [1, 1, 2], [10, 10, 10]) == [100, 100, 200]
    assert shares(400, [1, 1, 2], [150, 10, 10]) == [150, 83, 167]
    assert shares(100, [1, 1], [80, 80]) == [80, 80]
