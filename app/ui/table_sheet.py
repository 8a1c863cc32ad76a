"""The view of a table field: keys, columns and heights of a spreadsheet, and the line in which a cell is typed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.ui.composition import Composition
from app.ui.editor_base import Line
from app.ui.table_model import TableModel
from forms.text import normalise

MOST_LINES = 36
"""The table grows with its rows up to the height of so many lines of text; beyond, it scrolls."""
LEAST_CHARACTERS = 4
"""No column is narrower than so many characters, unless its head is shorter still."""
MOST_HEIGHTS = 1_000
"""So many heights of rows, and widths of texts, are kept: those of the longest table on its way to its own width."""
CELL_MARGIN = 24
"""A text shorter by so many pixels than its column stands on one line for sure, whatever the style leaves around it."""
HEAD_MARGIN = 18
"""What the style sheet leaves around a head: pixels left and right together; half as much above and below."""
Index = QModelIndex | QPersistentModelIndex


class CellDelegate(QStyledItemDelegate):
    """Cells are typed in with the same line as fields; what is typed is said at once, as everywhere."""

    opened = Signal(QWidget)
    typed = Signal(QPersistentModelIndex, object)  # cell, text or None when given up
    told = Signal(str)
    clicked_away = Signal()  # a click elsewhere is about to finish the cell
    step = Signal(int, int)  # rows, columns: where to go on

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.line: Line | None = None

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A line, with suggestions where the column has some."""
        column = _model(index).columns[index.column()]
        line = Line(column.limit, parent)
        line.setFrame(False)
        line.setProperty("look", "cell")
        line.setAccessibleName(f"第{index.row() + 1}行{column.label}")
        if column.suggestions:
            line.suggest(column.suggestions).activated.connect(lambda text: self.typed.emit(place, text))
        place = QPersistentModelIndex(index)
        line.changed.connect(lambda: self.typed.emit(place, line.text()))
        line.told.connect(self.told)
        self.line = line
        self.opened.emit(line)
        return line

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """A little air above and below the text."""
        size = super().sizeHint(option, index)
        return QSize(size.width(), size.height() + option.fontMetrics.height() // 2)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """The cell's text; not while it is being typed in."""
        if isinstance(editor, Line) and not editor.preedit() and not editor.isModified():
            editor.show_text(str(index.data(Qt.ItemDataRole.EditRole) or ""))

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        """Finish the cell, in its stored spelling."""
        if isinstance(editor, Line):
            found = _model(index)
            found.setData(index, normalise(found.columns[index.column()], editor.text()))

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        """The cell is closed."""
        if editor is self.line:
            self.line = None
        super().destroyEditor(editor, index)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Tab, Enter and the arrows up and down finish a cell and go on; none of them while a composition is open."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and isinstance(editor, Line):
            if editor.preedit():
                return event.key() == Qt.Key.Key_Escape or _step_of(event) is not None
            if editor.suggestions is not None and editor.suggestions.wants(event):
                return False
            if event.key() == Qt.Key.Key_Escape:
                view = self.parent()
                place = view.currentIndex() if isinstance(view, QAbstractItemView) else QModelIndex()
                self.closeEditor.emit(editor, QAbstractItemDelegate.EndEditHint.RevertModelCache)
                self.typed.emit(QPersistentModelIndex(place), None)
                return True
            if (by := _step_of(event)) is not None:
                self.commitData.emit(editor)
                self.closeEditor.emit(editor, QAbstractItemDelegate.EndEditHint.NoHint)
                self.step.emit(*by)
                return True
            return False
        focus = event if event.type() == QEvent.Type.FocusOut and isinstance(event, QFocusEvent) else None
        if focus is not None and focus.reason() == Qt.FocusReason.MouseFocusReason:
            self.clicked_away.emit()
        return super().eventFilter(editor, event)


def _step_of(event: QKeyEvent) -> tuple[int, int] | None:
    """Where a key leads from a cell, as (rows, columns)."""
    match event.key():
        case Qt.Key.Key_Tab if not event.modifiers():
            return 0, 1
        case Qt.Key.Key_Backtab:
            return 0, -1
        case Qt.Key.Key_Return | Qt.Key.Key_Enter:
            return (-1, 0) if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else (1, 0)
        case Qt.Key.Key_Down if not event.modifiers():
            return 1, 0
        case Qt.Key.Key_Up if not event.modifiers():
            return -1, 0
    return None


def _model(index: Index) -> TableModel:
    model = index.model()
    if not isinstance(model, TableModel):
        raise TypeError(type(model))
    return model


class Sheet(QTableView):
    """The view: it passes on the keys of a spreadsheet and is as tall as its rows."""

    key = Signal(str)

    def __init__(self, weights: Sequence[float], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._weights = weights
        self.composition = Composition(self, lambda: self._line() or self)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setWordWrap(True)
        self._leaving = False
        self._held: QSize | None = None
        self._fitted = False  # the columns have their widths
        self._heights: dict[tuple[tuple[str, ...], tuple[int, ...], str], int] = {}  # texts, widths and font to what the row needs
        self._advances: dict[tuple[str, str], int] = {}  # text and font to its width on one line
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSectionsClickable(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag(Qt.AlignmentFlag.AlignCenter.value | Qt.TextFlag.TextWordWrap.value))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setCornerButtonEnabled(False)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """A composition may begin before its cell is open: Qt then keeps the focus here until it is over. Text that comes without
        a composition (a comma, a phrase of a screen keyboard) opens the cell too, but Qt drops it on the way."""
        self.composition.follow(event)
        before = self._line()
        super().inputMethodEvent(event)
        line = self._line()
        if before is None and line is not None and event.commitString() and not line.isModified():
            QApplication.sendEvent(line, event)

    def keep_composition(self) -> None:
        """End an open composition with its text kept. One that is taken back has opened its cell by then."""
        self.composition.keep()
        if (line := self._line()) is not None:
            line.composition.keep()

    def _line(self) -> Line | None:
        delegate = self.itemDelegate()
        return delegate.line if isinstance(delegate, CellDelegate) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of the table first, then Qt's."""
        name = _key_name(event)
        if name:
            event.accept()
            self.key.emit(name)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where one is."""
        super().focusInEvent(event)
        if not self.selectionModel().hasSelection():
            self.selectionModel().setCurrentIndex(self.currentIndex(), QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes from cell to cell, until :meth:`leave`."""
        if self._leaving:
            return super().focusNextPrevChild(next)
        self.key.emit("right" if next else "left")
        return True

    def leave(self, forward: bool) -> None:
        """Tab out of the table."""
        self._leaving = True
        self.setTabKeyNavigation(False)
        self.focusNextPrevChild(forward)
        self.setTabKeyNavigation(True)
        self._leaving = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns keep their proportions."""
        super().resizeEvent(event)
        self.fit_columns()

    def fit_columns(self) -> None:
        """Share the width by the paper's own proportions, but never below what a column's head, or some characters, need."""
        header, heads = self.horizontalHeader(), self._heads()
        widths = shares(self.viewport().width(), self._weights, self._least())
        lines = [-(-self.fontMetrics().horizontalAdvance(head) // (width - HEAD_MARGIN)) for head, width in zip(heads, widths, strict=True)]
        header.setFixedHeight(max(lines) * self.fontMetrics().lineSpacing() + HEAD_MARGIN // 2)
        for place, width in enumerate(widths):
            self.setColumnWidth(place, width)
        self._fitted = True
        self.fit_rows()

    def _heads(self) -> list[str]:
        return [str(self.model().headerData(place, Qt.Orientation.Horizontal)) for place in range(len(self._weights))]

    def _least(self) -> list[int]:
        em = self.fontMetrics().horizontalAdvance("字")
        return [HEAD_MARGIN + em * min(max(len(head), 2), LEAST_CHARACTERS) for head in self._heads()]

    def fit_rows(self) -> None:
        """Rows as tall as their text; the table as tall as its rows. Nothing is known of either before the columns have their widths."""
        if not self._fitted:
            return
        self.resizeRowsToContents()
        self.updateGeometry()

    def sizeHintForRow(self, row: int) -> int:
        """What a row's texts need. All rows are asked for whenever the table is laid out, which is five times while a page comes up,
        and laying out texts is the dear part."""
        model = self.model()
        if not isinstance(model, TableModel) or self._line() is not None:  # a line that is open wants room of its own
            return super().sizeHintForRow(row)
        columns, font = range(len(model.columns)), self.font().key()
        texts, widths = tuple(model.text(row, place) for place in columns), tuple(map(self.columnWidth, columns))
        short = all(self._advance(text, font) + CELL_MARGIN <= width for text, width in zip(texts, widths, strict=True))
        known = ((), (), font) if short else (texts, widths, font)  # rows of one line are all as tall, whatever stands in them
        if (height := self._heights.get(known)) is None:
            if len(self._heights) >= MOST_HEIGHTS:
                self._heights.clear()
            height = self._heights[known] = super().sizeHintForRow(row)
        return height

    def _advance(self, text: str, font: str) -> int:
        """A text's width on one line. A table's texts are few, and most stand in it again and again."""
        if (found := self._advances.get((text, font))) is None:
            if len(self._advances) >= MOST_HEIGHTS:
                self._advances.clear()
            found = self._advances[text, font] = self.fontMetrics().horizontalAdvance(text)
        return found

    def sizeHint(self) -> QSize:
        """Heads and rows, up to a point."""
        if self._held is not None:
            return self._held
        rows = self.verticalHeader().length()
        most = self.fontMetrics().lineSpacing() * MOST_LINES
        heads = self.horizontalHeader().minimumHeight() or self.horizontalHeader().sizeHint().height()  # fixed as soon as there is a width
        return QSize(320, heads + min(rows, most) + 2 * self.frameWidth() + 2)

    def hold(self, on: bool) -> None:
        """Stay as tall as it is, whatever the rows do, or no longer so."""
        self._held = self.sizeHint() if on else None
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """The page scrolls, the table does not shrink: nor to the side, where what is cut off could not be scrolled to."""
        beside = self.verticalHeader().width() + self.verticalScrollBar().sizeHint().width() + 2 * self.frameWidth()
        return QSize(sum(self._least()) + beside, self.sizeHint().height())


KEYS = {
    QKeySequence.StandardKey.Copy: "copy",
    QKeySequence.StandardKey.Cut: "cut",
    QKeySequence.StandardKey.Paste: "paste",
    QKeySequence.StandardKey.Undo: "undo",
    QKeySequence.StandardKey.Redo: "redo",
}


def _key_name(event: QKeyEvent) -> str:
    """What a key means to a spreadsheet; ``""`` where Qt's view does the right thing."""
    for standard, name in KEYS.items():
        if event.matches(standard):
            return name
    control, alt = event.modifiers() & Qt.KeyboardModifier.ControlModifier, event.modifiers() & Qt.KeyboardModifier.AltModifier
    match event.key():
        case Qt.Key.Key_Z | Qt.Key.Key_Y if control:  # Ctrl+Y and Ctrl+Shift+Z, whichever the desktop uses
            return "redo"
        case Qt.Key.Key_Up if alt:
            return "up"
        case Qt.Key.Key_Down if alt:
            return "down"
        case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
            return "clear"
        case Qt.Key.Key_Return | Qt.Key.Key_Enter:
            return "below"
    return ""


def shares(whole: int, weights: Sequence[float], least: Sequence[int]) -> list[int]:
    """Widths in proportion to weights, none below its least, that add up to the whole (or to the leasts, if that is more)."""
    found = list(least)
    free, open_places = whole, set(range(len(weights)))
    while open_places:
        unit = free / sum(weights[place] for place in open_places)
        tight = {place for place in open_places if weights[place] * unit < least[place]}
        if not tight:
            for place in open_places:
                found[place] = int(weights[place] * unit)
            break
        free = max(free - sum(least[place] for place in tight), 0)
        open_places -= tight
    if open_places:
        found[max(open_places)] += max(whole - sum(found), 0)
    return found
