"""The editor of tables: it behaves like a spreadsheet, from the keyboard and with blocks copied from Excel or WPS."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex, QRect, Qt, Slot
from PySide6.QtWidgets import QAbstractItemDelegate, QApplication, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.session import Session
from app.ui.click import Click
from app.ui.editor_base import Editor, removed_words
from app.ui.table_block import format_block, paste_block
from app.ui.table_model import Row, TableModel, same
from app.ui.table_sheet import CellDelegate, Sheet
from forms.checks import Problem
from forms.schema import Field, Rows
from forms.text import normalise, removed


def _weights(entry: Field, session: Session) -> list[float]:
    """Column widths in mm, from the printed table where there is one."""
    blocks = (block for section in session.application.form.sections for block in section.blocks)
    printed = next((block for block in blocks if isinstance(block, Rows) and block.value == entry.id), None)
    widths = {name: float(width) for name, _, width in printed.heads} if printed else {}
    return [widths.get(column.id, 1.0) for column in entry.columns]


def _rows(value: object) -> list[Row]:
    """A stored table; what is no row stands as a blank one, so that the others keep their places."""
    return [dict(row) if isinstance(row, dict) else {} for row in value] if isinstance(value, list) else []


class TableEditor(Editor):
    """A table field."""

    wide = True

    def __init__(self, entry: Field, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(entry, session, parent)
        self.model = TableModel(entry, self)
        self.sheet = Sheet(_weights(entry, session))
        self.sheet.setModel(self.model)
        self.delegate = CellDelegate(self.sheet)
        self.sheet.setItemDelegate(self.delegate)
        self._buttons = [QPushButton(words) for words in ("增加一行", "删除", "上移", "下移")]
        row = QHBoxLayout()
        for button in self._buttons:
            row.addWidget(button)
        row.addStretch(1)
        self.total = QLabel()
        self.total.setTextFormat(Qt.TextFormat.PlainText)
        row.addWidget(self.total)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.sheet)
        layout.addLayout(row)
        self.setFocusProxy(self.sheet)
        self._click = Click(self)
        self._connect()
        self.watch(self.sheet, *self._buttons)
        self.sheet.selectionModel().setCurrentIndex(self.model.index(0, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
        self._add_up()

    # --- properties ------------------------------------------------------------------------------------------------------

    @property
    def main(self) -> QWidget:
        """The sheet."""
        return self.sheet

    @property
    def note(self) -> str:
        """How to work in it, told to whoever works in it."""
        return "在最后一行输入即增加一行；可粘贴从 Excel、WPS 复制的表格；Alt+↑↓ 移动一行，Delete 清除，Ctrl+Z 撤销"

    # --- methods ---------------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.model.changed.connect(self._changed)
        self.model.rowsInserted.connect(self.sheet.fit_rows)
        self.model.rowsRemoved.connect(self.sheet.fit_rows)
        self.delegate.typed.connect(self._typed)
        self.delegate.told.connect(self.told)
        self.delegate.step.connect(self._go)
        self.delegate.opened.connect(self.watch)
        self.delegate.closeEditor.connect(self.sheet.fit_rows)
        self.sheet.key.connect(self._key)
        self.delegate.clicked_away.connect(self._hold)
        self._click.over.connect(self._let_go)
        self.delegate.opened.connect(self.moved)
        self.sheet.selectionModel().currentChanged.connect(self.moved)
        for button, slot in zip(self._buttons, (self._add, self._remove, self._up, self._down), strict=True):
            button.clicked.connect(slot)

    def name(self, words: str) -> None:
        """The sheet, and what its buttons act on."""
        super().name(words)
        for button in self._buttons:
            button.setAccessibleName(f"{self.entry.label}：{button.text()}")

    def value(self) -> object:
        """The rows as they stand, an open cell included."""
        return self.model.rows()

    def show_value(self, value: object) -> None:
        """The stored rows, or nothing where they are already there."""
        if not self.echoed(value) and not self.holds(value):
            if self.delegate.line is not None:
                self.sheet.closeEditor(self.delegate.line, QAbstractItemDelegate.EndEditHint.RevertModelCache)
            self.model.show(_rows(value))
            self.sheet.fit_rows()
            self._add_up()

    def holds(self, value: object) -> bool:
        """Whether the stored rows are the ones that stand here."""
        return same(normalise(self.entry, self.model.rows()), _rows(value), self.model.led)

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """In the cells, and on the whole."""
        super().set_problems(problems)
        self.model.set_problems(problems)

    def cursor_place(self) -> QRect | None:
        """The cell one is in; a cell that is open has a cursor of its own."""
        if not self.sheet.hasFocus():
            return super().cursor_place()
        cell = self.sheet.visualRect(self.sheet.currentIndex())
        return QRect(self.sheet.viewport().mapTo(self, cell.topLeft()), cell.size())

    def composing(self) -> bool:
        """Whether a composition is open, in a cell or on its way into one."""
        return bool(self.sheet.composition.text or (self.delegate.line is not None and self.delegate.line.preedit()))

    def keep_composition(self) -> None:
        """In a cell, or on its way into one."""
        self.sheet.keep_composition()

    def settle(self) -> None:
        """Finish the open cell, keeping an open composition."""
        super().settle()
        if (line := self.delegate.line) is not None:
            self.delegate.commitData.emit(line)
            self.delegate.closeEditor.emit(line, QAbstractItemDelegate.EndEditHint.NoHint)

    def focus(self, row: int | None = None, column: str = "") -> None:
        """Put the cursor into a row, where there is one, at a column or where it stood."""
        super().focus(row, column)
        if row is not None and row < self.model.rowCount():
            columns = [entry.id for entry in self.model.columns]
            self._select(row, columns.index(column) if column in columns else self._place()[1])
            self.sheet.scrollTo(self.sheet.currentIndex())

    def tidy(self) -> None:
        """Leaving the table finishes the open cell; what was selected no longer matters."""
        self.settle()
        self.sheet.clearSelection()

    def _add_up(self) -> None:
        total = self.model.total() if self.model.rows() else ""
        self.total.setText(f"合计 {total} 万元" if total else "")

    def _place(self) -> tuple[int, int]:
        index = self.sheet.currentIndex()
        return max(index.row(), 0), max(index.column(), 0)

    def _select(self, row: int, column: int) -> None:
        """Go to one cell and select it alone; the view's own way would heed a Ctrl or Shift that is still held."""
        found = self.model.index(min(row, self.model.rowCount() - 1), column)
        self.sheet.selectionModel().setCurrentIndex(found, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _chosen(self) -> list[tuple[int, int]]:
        """The selected cells; the current one if none is."""
        cells = sorted((index.row(), index.column()) for index in self.sheet.selectionModel().selectedIndexes())
        return cells or [self._place()]

    def _full(self) -> None:
        self.told.emit(f"最多{self.entry.limit}行，不能再加了")

    # --- slots -----------------------------------------------------------------------------------------------------------

    @Slot()
    def _changed(self) -> None:
        self.told.emit("")
        if self.delegate.line is None:
            self.sheet.fit_rows()
        self._add_up()
        self.say(self.model.rows())

    @Slot()
    def _hold(self) -> None:
        """What is clicked, perhaps below the table, stays where it is until the click is over."""
        self.sheet.hold(True)
        self._click.wait()

    @Slot()
    def _let_go(self) -> None:
        self.sheet.hold(False)

    @Slot(QPersistentModelIndex, object)
    def _typed(self, place: QPersistentModelIndex, text: str | None) -> None:
        self.model.draft(place, text)

    @Slot(str)
    def _key(self, name: str) -> None:
        actions = {
            "copy": self._copy, "cut": self._cut, "paste": self._paste, "undo": self.model.undo.undo, "redo": self.model.undo.redo,
            "up": self._up, "down": self._down, "clear": self._clear, "right": lambda: self._go(0, 1), "left": lambda: self._go(0, -1),
            "below": lambda: self._go(1, 0),
        }  # fmt: skip
        actions[name]()

    @Slot(int, int)
    def _go(self, down: int, along: int) -> None:
        """To another cell; Tab beyond the last one, or back beyond the first, leaves the table."""
        row, column = self._place()
        row, column = row + down, column + along
        if column >= len(self.model.columns):
            row, column = row + 1, 0
        elif column < 0:
            row, column = row - 1, len(self.model.columns) - 1
        if along and not 0 <= row < self.model.rowCount():
            self.sheet.leave(along > 0)
            return
        self.sheet.setFocus()
        self._select(max(row, 0), column)

    @Slot()
    def _add(self) -> None:
        row = min(self._place()[0] + 1, self.model.filled())
        if self.model.filled() >= self.entry.limit:
            self._full()
            return
        if row < self.model.filled():
            self.model.insert(row)
        self.sheet.setFocus()
        self._select(row, 0)

    @Slot()
    def _remove(self) -> None:
        places = sorted({row for row, _ in self._chosen()})
        if not self.model.remove(places) and self.model.led and 0 in places:
            self.told.emit("第一行是项目负责人，不能删除")
        self.sheet.setFocus()
        self._select(places[0], self._place()[1])

    @Slot()
    def _up(self) -> None:
        self._move(-1)

    @Slot()
    def _down(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        row, column = self._place()
        moved = self.model.move(row, by)
        if moved:
            self._select(row + by, column)
        elif self.model.led and min(row, row + by) == 0 and row < self.model.filled():
            self.told.emit("第一行固定是项目负责人")
        self.sheet.setFocus()

    @Slot()
    def _clear(self) -> None:
        """Delete empties cells; where they are empty already, it takes out the blank rows."""
        cells = self._chosen()
        if any(self.model.text(*cell) and not self.model.fixed(*cell) for cell in cells):
            self.model.put({cell: "" for cell in cells if cell[0] < self.model.filled()}, "清除")
        else:
            self.model.remove([row for row in {row for row, _ in cells} if self.model.blank(row)])
            self._select(cells[0][0], cells[0][1])

    @Slot()
    def _copy(self) -> None:
        cells = self._chosen()
        rows, columns = sorted({row for row, _ in cells}), sorted({column for _, column in cells})
        QApplication.clipboard().setText(format_block([[self.model.text(row, column) for column in columns] for row in rows]))

    @Slot()
    def _cut(self) -> None:
        self._copy()
        cells = self._chosen()
        self.model.put({cell: "" for cell in cells if cell[0] < self.model.filled()}, "剪切")

    @Slot()
    def _paste(self) -> None:
        """A block goes in from the first selected cell on, as a whole or not at all."""
        raw = QApplication.clipboard().text()
        row, column = self._chosen()[0]
        reason, block = paste_block(raw, self.entry, row, column)
        if reason:
            self.told.emit(reason)
            return
        columns = self.model.columns
        cells = {
            (row + down, column + along): str(normalise(columns[column + along], text))
            for down, texts in enumerate(block)
            for along, text in enumerate(texts)
        }
        self.model.put(cells, "粘贴")
        self._mark(row, column, block)
        if gone := removed(raw):
            self.told.emit(removed_words(gone))

    def _mark(self, row: int, column: int, block: Sequence[Sequence[str]]) -> None:
        """Select what was pasted, as a spreadsheet does."""
        self._select(row, column)
        selection = self.sheet.selectionModel()
        for down, texts in enumerate(block):
            for along in range(len(texts)):
                selection.select(self.model.index(row + down, column + along), QItemSelectionModel.SelectionFlag.Select)
