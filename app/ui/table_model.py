"""The rows of a table field as a Qt model, with undo, and the text in which spreadsheets hand over a block of cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QUndoCommand, QUndoStack

from app.application import LEADER_NOTE
from app.ui.problems import SIGNS
from app.ui.theme import current
from app.ui.tips import tip
from forms.checks import Level, Problem
from forms.schema import Field, Kind
from forms.text import money_text, normalise, parse_money

LED = frozenset({"people"})
"""Tables whose first row is the project leader's: it stays first and its note is fixed (附件2 六, 附件3 七)."""
NOTE = "note"
Index = QModelIndex | QPersistentModelIndex
Row = dict[str, Any]
ROOT = QModelIndex()


class TableModel(QAbstractTableModel):
    """The rows, and one blank row after them as long as the limit allows.

    ``changed`` says that the person changed something. While a cell is being typed in, :meth:`draft` holds its text: it counts
    as the cell's but only becomes a step of undo when it is finished.
    """

    changed = Signal()

    def __init__(self, entry: Field, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self.columns = entry.columns
        self.led = entry.id in LED
        self.undo = QUndoStack(self)
        self._rows: list[Row] = []
        self._count = 1  # what the view has been told: the rows and the blank one
        self._draft: tuple[int, int, str] | None = None
        self._problems: dict[tuple[int, str], list[Problem]] = {}

    # --- properties ------------------------------------------------------------------------------------------------------

    def rows(self) -> list[Row]:
        """The rows as the session stores them: blank ones at the end left out, the leader's note in its place."""
        rows = [dict(row) for row in self._rows]
        if self._draft is not None:
            _put(rows, self._draft[0], self.columns[self._draft[1]].id, self._draft[2])
        return settled(rows, self.led)

    def filled(self) -> int:
        """How many rows there are, without the blank one after them."""
        return len(self._rows)

    def text(self, row: int, column: int) -> str:
        """A cell's finished text."""
        name = self.columns[column].id
        if self.fixed(row, column):
            return LEADER_NOTE
        return str(self._rows[row].get(name) or "") if row < len(self._rows) else ""

    def total(self) -> str:
        """The sum of the money column, a cell that is being typed in included; ``""`` where there is none or one is unreadable."""
        column = next((column for column in self.columns if column.kind is Kind.MONEY), None)
        cells = [str(normalise(column, str(row.get(column.id) or ""))) for row in self.rows()] if column else []
        amounts = [parse_money(cell) for cell in cells if cell]
        known = [amount for amount in amounts if amount is not None]
        return money_text(sum(known, Decimal(0))) if column and len(known) == len(amounts) else ""

    def fixed(self, row: int, column: int) -> bool:
        """Whether a cell is the program's."""
        return self.led and row == 0 and self.columns[column].id == NOTE

    def blank(self, row: int) -> bool:
        """Whether nothing of the person's stands in a row."""
        return all(self.fixed(row, column) or not self.text(row, column).strip() for column in range(len(self.columns)))

    # --- the model -------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = ROOT) -> int:
        """The rows and the blank one."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = ROOT) -> int:
        """One for each column of the field."""
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Everything can be typed in but the leader's note."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags if self.fixed(index.row(), index.column()) else flags | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell's text, and how it looks when something is wrong with it."""
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self.text(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and self.columns[column].kind is Kind.MONEY:
            return (Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter).value
        found = self._problems.get((row, self.columns[column].id), [])
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip("\n".join(problem.message for problem in found)) if found else None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = "".join(f"，{SIGNS[problem.level]}：{problem.message}" for problem in found)
            return f"第{row + 1}行{self.columns[column].label}：{self.text(row, column) or '空'}{words}"
        if role == Qt.ItemDataRole.BackgroundRole and found:
            return QColor(ground_of(found))
        if role == Qt.ItemDataRole.ForegroundRole and self.fixed(row, column):
            return QColor(current().muted)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The paper's column heads, and 序号; a row with a problem has a sign beside its number."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self.columns[section].label
        if section >= len(self._rows) and section == self._count - 1:
            return "＋" if role == Qt.ItemDataRole.DisplayRole else "新的一行"
        found = [problem for (row, _), problems in self._problems.items() if row == section for problem in problems]
        return f"{SIGNS[worst(found)][0]} {section + 1}" if found else str(section + 1)

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Finish a cell; in the blank row this adds one."""
        self._draft = None
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or self.fixed(index.row(), index.column()):
            return False
        text = str(value)
        if text != self.text(index.row(), index.column()):
            self.put({(index.row(), index.column()): text}, "输入")
        self._tell_count()
        return True

    # --- methods ---------------------------------------------------------------------------------------------------------

    def show(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Take over stored rows; undo then begins anew, since it knows other rows."""
        self.undo.clear()
        self._draft = None
        self.replace([dict(row) for row in rows], say=False)

    def draft(self, index: Index, text: str | None) -> None:
        """The text of a cell that is being typed in; None when it is given up."""
        if self.fixed(index.row(), index.column()):
            return
        self._draft = None if text is None else (index.row(), index.column(), text)
        self._tell_count()
        self.changed.emit()

    def put(self, cells: Mapping[tuple[int, int], str], words: str) -> None:
        """Write several cells as one step; rows are added as needed. The leader's note stays."""
        rows = [dict(row) for row in self._rows]
        for (row, column), text in cells.items():
            if not self.fixed(row, column):
                _put(rows, row, self.columns[column].id, text)
        self.step(rows, words)

    def insert(self, place: int) -> bool:
        """A blank row at a place; False if the table is full."""
        if len(self._rows) >= self.entry.limit:
            return False
        self.step([*self._rows[:place], {}, *self._rows[place:]], "增加一行")
        return True

    def remove(self, places: Sequence[int]) -> bool:
        """Take rows out; False if there was nothing that may go (the leader's row stays)."""
        gone = {place for place in places if place < len(self._rows) and not (self.led and place == 0)}
        if gone:
            self.step([row for place, row in enumerate(self._rows) if place not in gone], "删除")
        return bool(gone)

    def move(self, place: int, by: int) -> bool:
        """Move a row up or down by one; False where it cannot go there."""
        to, least = place + by, 1 if self.led else 0
        if not (least <= place < len(self._rows) and least <= to < len(self._rows)):
            return False
        rows = list(self._rows)
        rows.insert(to, rows.pop(place))
        self.step(rows, "移动")
        return True

    def step(self, rows: list[Row], words: str) -> None:
        """Replace the rows as one step of undo."""
        if rows != self._rows:
            self._draft = None
            self.undo.push(_Step(self, self._rows, rows, words))

    def replace(self, rows: list[Row], *, say: bool = True) -> None:
        """Put other rows in place, telling the view exactly what came or went."""
        self._rows = rows
        self._tell_count()
        self._refreshed()
        if say:
            self.changed.emit()

    def _tell_count(self) -> None:
        """The blank row comes with the first character in the one before: if it came when that is finished, it would push the buttons
        below away from under the click that finishes it."""
        filled = max(len(self._rows), self._draft[0] + 1 if self._draft is not None and self._draft[2] else 0)
        before, after = self._count, filled + (filled < self.entry.limit)
        # always at the end: the blank row in which someone types becomes a row, and a new blank one comes after it
        if after > before:
            self.beginInsertRows(QModelIndex(), before, after - 1)
            self._count = after
            self.endInsertRows()
        elif after < before:
            self.beginRemoveRows(QModelIndex(), after, before - 1)
            self._count = after
            self.endRemoveRows()

    def _refreshed(self) -> None:
        self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, len(self.columns) - 1))
        self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, self.rowCount() - 1)

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Mark cells and rows."""
        found: dict[tuple[int, str], list[Problem]] = {}
        for problem in problems:
            if problem.row is not None:
                found.setdefault((problem.row, problem.column), []).append(problem)
        if found != self._problems:
            self._problems = found
            self._refreshed()


class _Step(QUndoCommand):
    """One change of the rows. Tables have at most some dozens of rows, so both states are kept whole."""

    def __init__(self, model: TableModel, before: list[Row], after: list[Row], words: str) -> None:
        super().__init__(words)
        self._model, self._before, self._after = model, before, after

    def undo(self) -> None:
        """Back."""
        self._model.replace(self._before)

    def redo(self) -> None:
        """Do it, or do it again."""
        self._model.replace(self._after)


def _put(rows: list[Row], row: int, name: str, text: str) -> None:
    while len(rows) <= row:
        rows.append({})
    if text or name in rows[row]:  # an empty cell that was never filled in stays unmentioned, as it came
        rows[row][name] = text


def settled(rows: Sequence[Mapping[str, Any]], led: bool) -> list[Row]:
    """Rows as they are stored: no blank rows at the end; ``led`` sets the first note."""
    found = [dict(row) for row in rows]
    if led and found:
        found[0].pop(NOTE, None)
    while found and not any(str(cell or "").strip() for cell in found[-1].values()):
        found.pop()
    if led and found:
        found[0][NOTE] = LEADER_NOTE
    return found


def same(first: Sequence[Mapping[str, Any]], second: Sequence[Mapping[str, Any]], led: bool) -> bool:
    """Whether two lists of rows hold the same; an absent cell is an empty one."""
    bare = [[{name: cell for name, cell in row.items() if cell} for row in settled(rows, led)] for rows in (first, second)]
    return bare[0] == bare[1]


def worst(problems: Sequence[Problem]) -> Level:
    """The most serious level."""
    order = list(Level)
    return min((problem.level for problem in problems), key=order.index)


def ground_of(problems: Sequence[Problem]) -> str:
    """The background of a cell with problems."""
    colours = current()
    grounds = {Level.ERROR: colours.error_ground, Level.WARNING: colours.warning_ground, Level.NOTE: colours.note_ground}
    return grounds[worst(problems)]
