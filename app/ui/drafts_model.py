"""The list of drafts: a model over the store's summaries with a search, and a list that paints its rows, without a widget a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.drafts import category_labels, matching, moment_text, progress_text
from app.store import State, Summary
from app.ui.theme import Colours, current, emphasised
from app.ui.tips import tip
from forms.call import Call
from forms.catalogue import FORMS
from forms.text import same_name

SIGNS = {State.DRAFT: "○", State.READY: "◆", State.EXPORTED: "●", State.CHANGED: "▲"}
NAMELESS, NO_UNIT = "（还没有项目名称）", "（还没有单位名称）"
WARM_AT_ONCE = 250
"""Rows made ready for searching in one idle moment, about 3 ms."""
PAD, GAP = 10, 4
WIDE_IN_CHARACTERS = 62
"""A row stands on two lines from this width on, in widths of a Chinese character; on three below."""
SUMMARY = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex
_MIDDLE = Qt.AlignmentFlag.AlignVCenter.value | Qt.TextFlag.TextSingleLine.value
LEFT, RIGHT = Qt.AlignmentFlag.AlignLeft.value | _MIDDLE, Qt.AlignmentFlag.AlignRight.value | _MIDDLE
"""Flags for drawing, worked out once: putting flags together takes longer than drawing a line."""


def state_text(state: State) -> str:
    """A draft's state in sign and word."""
    return f"{SIGNS[state]} {state.value}"


def state_colour(state: State, colours: Colours) -> str:
    """A draft's state in colour; readable on the list's ground and on a selected row."""
    inks = {State.READY: colours.note, State.EXPORTED: colours.text, State.CHANGED: colours.warning}
    return inks.get(state, colours.muted)


class DraftModel(QStringListModel):
    """Summaries, in the store's order, as far as they match the search.

    The strings are the projects' names. They are kept on Qt's side because a list view asks for the number of rows several times
    for each row that it lays out: 10,000 rows cost 100 ms in Python and 2 ms there.
    """

    def __init__(self, calls: Sequence[Call], today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown: list[Summary] = []
        self._all: list[Summary] = []
        self._texts: list[str] = []  # "" where not made yet
        self._query = ""
        self._ready = 0
        self._labels = category_labels(calls)
        self._today = today

    @property
    def total(self) -> int:
        """How many drafts there are, whether or not they match."""
        return len(self._all)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The whole row in words for screen readers and tool tips, the project for keyboard search, the summary itself."""
        if not index.isValid():
            return None
        summary = self.shown[index.row()]
        if role == SUMMARY:
            return summary
        if role == Qt.ItemDataRole.DisplayRole:
            return summary.project or NAMELESS
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            row = (summary.project or NAMELESS, self.about(summary), self.progress(summary), state_text(summary.state))
            return tip("\n".join(row)) if role == Qt.ItemDataRole.ToolTipRole else "\n".join(row)
        return None

    def about(self, summary: Summary) -> str:
        """Unit, category and form."""
        form = FORMS.get(summary.form)
        label = self._labels.get((summary.call, summary.category), "未选项目类型")
        return f"{summary.unit or NO_UNIT} · {label} · {form.short_title if form else summary.form}"

    def progress(self, summary: Summary) -> str:
        """How complete it is and when it was saved."""
        return f"{progress_text(summary)} · {moment_text(summary.saved, self._today())}保存"

    def show(self, summaries: Sequence[Summary]) -> None:
        """Take over the store's list; the search stays. A summary that did not change keeps its search text."""
        known = {id(entry): text for entry, text in zip(self._all, self._texts, strict=True)}
        before = self._all  # holds the objects whose ids are compared
        self._all = list(summaries)
        self._texts = [known.get(id(entry), "") for entry in self._all]
        del before
        self._ready = 0
        self.search(self._query)

    def search(self, query: str) -> None:
        """Show only the drafts that match."""
        self._query = query
        shown = self._all
        if query.strip():
            self.warm(len(self._all))
            shown = matching(self._all, self._texts, query)
        self.shown = list(shown)
        self.setStringList([entry.project for entry in self.shown])

    def row_of(self, draft_id: str) -> int:
        """The row that shows a draft, or -1."""
        return next((row for row, entry in enumerate(self.shown) if entry.id == draft_id), -1)

    def warm(self, count: int) -> bool:
        """Make some more rows ready for searching; whether any are left."""
        end = min(self._ready + count, len(self._all))
        for row in range(self._ready, end):
            if not self._texts[row]:
                self._texts[row] = self._text(self._all[row])
        self._ready = end
        return end < len(self._all)

    def _text(self, summary: Summary) -> str:
        label = self._labels.get((summary.call, summary.category), "")
        return f"{summary.search_text}\x1f{same_name(label)}"


class DraftDelegate(QStyledItemDelegate):
    """Paints a row: project and state, then unit, category and form, then progress and time (on one line where there is room)."""

    def __init__(self, model: DraftModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.wide = True

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two lines or three, whatever the type size; every row has the same height."""
        lines = 2 if self.wide else 3
        return QSize(200, QFontMetrics(_bold(option.font)).height() + (lines - 1) * (option.fontMetrics.height() + GAP) + 2 * PAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row; all text is drawn as plain text and cut with … where it is too long."""
        summary: Summary = index.data(SUMMARY)
        colours = current()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        _ground(painter, option, colours, chosen)
        box = option.rect.adjusted(PAD, PAD, -PAD, -PAD)
        ink = QColor(colours.text if chosen else colours.muted)
        bold = _bold(option.font)
        state = QColor(colours.text if chosen and summary.state is State.DRAFT else state_colour(summary.state, colours))
        first = QFontMetrics(bold).height()
        name = (summary.project or NAMELESS, bold, QColor(colours.text))
        _line(painter, QRect(box.topLeft(), QSize(box.width(), first)), name, (state_text(summary.state), option.font, state))
        second = QRect(box.left(), box.top() + first + GAP, box.width(), option.fontMetrics.height())
        about, progress = self._model.about(summary), self._model.progress(summary)
        if self.wide:
            _line(painter, second, (about, option.font, ink), (progress, option.font, ink))
        else:
            _line(painter, second, (about, option.font, ink), ("", option.font, ink))
            _line(painter, second.translated(0, second.height() + GAP), (progress, option.font, ink), ("", option.font, ink))
        painter.restore()


def _bold(font: QFont) -> QFont:
    return emphasised(font, 1.08, bold=True)


def _ground(painter: QPainter, option: QStyleOptionViewItem, colours: Colours, chosen: bool) -> None:
    """The row's ground, the rule under it, and the frame of the row that the keys act on."""
    if chosen:
        painter.fillRect(option.rect, QColor(colours.selection))
    painter.setPen(QColor(colours.border))
    painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
    if option.state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(QColor(colours.accent), 2))
        painter.drawRect(option.rect.adjusted(1, 1, -2, -2))


def _line(painter: QPainter, box: QRect, left: tuple[str, QFont, QColor], right: tuple[str, QFont, QColor]) -> None:
    """One line of two texts; the right one is whole as long as it leaves a third of the room."""
    room = box.width()
    # Widths are rounded, and a text one pixel short of room would be cut.
    width = min(QFontMetrics(right[1]).horizontalAdvance(right[0]) + 4, room * 2 // 3) if right[0] else 0
    parts = ((left, QRect(box.topLeft(), QSize(room - width - (3 * PAD if width else 0), box.height())), LEFT),
             (right, QRect(box.topLeft() + QPoint(room - width, 0), QSize(width, box.height())), RIGHT))  # fmt: skip
    for (text, font, ink), place, side in parts:
        painter.setFont(font)
        painter.setPen(ink)
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, side, shown)


class DraftList(QListView):
    """The list. ``opened`` carries a draft's id: Enter or a double click; ``moved`` says that another draft is current."""

    opened = Signal(str)
    moved = Signal()

    def __init__(self, calls: Sequence[Call], today: Callable[[], date], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.drafts = DraftModel(calls, today, self)
        self._painter = DraftDelegate(self.drafts, self)
        self._warming = QTimer(self, interval=0)
        self.setModel(self.drafts)
        self.setItemDelegate(self._painter)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName(name)
        self._connect()

    def _connect(self) -> None:
        self.activated.connect(self._activated)
        self.selectionModel().currentChanged.connect(lambda _now, _before: self.moved.emit())
        self._warming.timeout.connect(self._warm)

    def summary(self) -> Summary | None:
        """The draft that the keys act on, if any."""
        index = self.currentIndex()
        return self.drafts.shown[index.row()] if index.isValid() else None

    def show_drafts(self, summaries: Sequence[Summary]) -> None:
        """Show another list; the current draft and the place in the list stay as far as they are still there."""
        summary, place, row = self.summary(), self.verticalScrollBar().value(), self.currentIndex().row()
        self.drafts.show(summaries)
        self._warming.start()
        if summary is None or not self.select(summary.id):
            self._select_row(min(max(row, 0), len(self.drafts.shown) - 1))
        if self.isVisible():
            self.executeDelayedItemsLayout()  # else the scroll bar does not know its range yet
        self.verticalScrollBar().setValue(place)

    def search(self, query: str) -> None:
        """Narrow the list; the current draft stays current if it is still shown."""
        summary = self.summary()
        self.drafts.search(query)
        if summary is None or not self.select(summary.id):
            self._select_row(0)

    def select(self, draft_id: str) -> bool:
        """Make a draft the current one; whether it is shown."""
        row = self.drafts.row_of(draft_id)
        self._select_row(row)
        return row >= 0

    def _select_row(self, row: int) -> None:
        if 0 <= row < len(self.drafts.shown):
            self.setCurrentIndex(self.drafts.index(row))
        self.moved.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow list has rows of three lines."""
        wide = self.viewport().width() >= WIDE_IN_CHARACTERS * self.fontMetrics().horizontalAdvance("国")
        if wide is not self._painter.wide:
            self._painter.wide = wide
            self.scheduleDelayedItemsLayout()
        super().resizeEvent(event)

    def _activated(self, index: QModelIndex) -> None:
        self.opened.emit(self.drafts.shown[index.row()].id)

    def _warm(self) -> None:
        if not self.drafts.warm(WARM_AT_ONCE):
            self._warming.stop()
