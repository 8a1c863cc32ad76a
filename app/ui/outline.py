"""The outline: the paper's sections in its order, each with its state in sign and word."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.session import REVIEW_PAGE, Progress, SectionState, Session
from app.ui.theme import current

WORDS = {Progress.UNTOUCHED: "○ 未填写", Progress.STARTED: "◐ 填写中", Progress.COMPLETE: "✓ 已完成"}
REVIEW_TITLE = "检查与导出"
SIDE, ABOVE = 11, 5
"""Pixels beside and above an item's text: the style sheet's padding of items, the style's own margin and a hair more."""


def state_words(state: SectionState) -> str:
    """A section's state in sign and word."""
    if state.progress is Progress.PROBLEMS:
        return f"✕ {state.errors}处问题"
    return WORDS[state.progress] + (f"，{state.warnings}处提醒" if state.warnings else "")


class _TwoLines(QStyledItemDelegate):
    """Gives every item the height that its wrapped title and its state need at the list's width."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        view = self.parent()
        width = view.viewport().width() - 2 * SIDE if isinstance(view, QListWidget) else option.rect.width()
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        box = option.fontMetrics.boundingRect(QRect(0, 0, max(60, width), 10_000), Qt.TextFlag.TextWrapAnywhere, text)
        return QSize(width, box.height() + 2 * ABOVE)


class Outline(QListWidget):
    """A list of pages; choosing one jumps there."""

    chosen = Signal(str)  # page id

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("申报书目录")
        self.setWordWrap(True)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setItemDelegate(_TwoLines(self))
        self.setMinimumWidth(150)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._titles = {section.id: section.heading.split("（")[0] or section.title for section in session.pages}
        self._titles[REVIEW_PAGE] = REVIEW_TITLE
        self._said: dict[str, tuple[str, str]] = {}
        self._rows = {page: place for place, page in enumerate(self._titles)}
        for page, title in self._titles.items():
            item = QListWidgetItem(title)
            item.setData(Qt.ItemDataRole.UserRole, page)
            self.addItem(item)
        self._connect()

    def _connect(self) -> None:
        self.currentItemChanged.connect(self._chosen)

    def refresh(self, session: Session) -> None:
        """Show each section's state; only rows that changed are touched."""
        colours = current()
        inks = {Progress.PROBLEMS: colours.error, Progress.COMPLETE: colours.note, Progress.STARTED: colours.text}
        for section in session.pages:
            state = session.state(section)
            self._show(section.id, state_words(state), inks.get(state.progress, colours.muted))
        if not session.ready:
            given, required = session.completeness()
            self._show(REVIEW_PAGE, f"已填 {given}/{required} 项", colours.muted)
        elif warnings := len(session.unacknowledged()):
            self._show(REVIEW_PAGE, f"! {warnings}处提醒待确认", colours.warning)
        else:
            self._show(REVIEW_PAGE, "✓ 可以导出", colours.note)

    def _show(self, page: str, words: str, ink: str) -> None:
        if self._said.get(page) == (words, ink):
            return  # at each key press for nearly every page
        self._said[page] = (words, ink)
        item = self.item(self._rows[page])
        item.setText(f"{self._titles[page]}\n{words}")
        item.setForeground(QColor(ink))

    def select(self, page: str) -> None:
        """Mark a page as the current one, without saying that it was chosen."""
        blocked = self.blockSignals(True)
        self.setCurrentRow(self._rows[page])
        self.blockSignals(blocked)

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))
