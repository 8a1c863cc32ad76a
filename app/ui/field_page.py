"""A page of fields: made from a section's declaration, grouped, in two columns where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import groupby

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from app.session import Session
from app.ui.editor_base import BY_KEYBOARD
from app.ui.field_row import FieldRow
from app.ui.page import Page, lay_out
from app.ui.theme import emphasised
from forms.schema import Field, Kind, Section

TWO_COLUMNS = 38
"""From this width on, in widths of a Chinese character, short fields stand two to a row."""
MARGIN = 12
"""Pixels between what is brought into view and the edge."""
GROUPS = (
    ("unit.head.", "单位负责人"),
    ("unit.partners", "联合申报（没有就留空）"),
    ("unit.lead", "联合申报（没有就留空）"),
    ("unit.", "单位信息"),
    ("application_date", "封面"),
    ("project.leader.", "项目负责人"),
    ("project.contact.", "项目联系人"),
    ("project.start", "起止时间"),
    ("project.end", "起止时间"),
    ("project.completion", "起止时间"),
    ("project.", "项目信息"),
    ("party.", "学会党建基本情况"),
    ("meeting.", "会议信息"),
    ("content.", "正文"),
    ("budget.items", "支出明细"),
    ("budget.", "经费总额"),
)
"""The small headings, by the beginning of the field's id; the first that fits. A field of no group simply follows."""


def group_of(name: str) -> str:
    """The heading that a field stands under; ``""`` for none."""
    return next((heading for start, heading in GROUPS if name.startswith(start)), "")


class Group(QWidget):
    """Related fields under a small heading."""

    def __init__(self, heading: str, entries: Sequence[Field], session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._placed: list[tuple[FieldRow, int, int, int]] = []
        self.heading = QLabel(heading)
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.heading.setFont(emphasised(self.font(), 1.05, bold=True))
        self._rule = QFrame()
        self._rule.setProperty("look", "rule")
        self._rule.setMinimumHeight(1)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(20)
        self._grid.setVerticalSpacing(12)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 8)
        column.addWidget(self.heading)
        column.addWidget(self._rule)
        column.addLayout(self._grid, 1)
        if not heading:
            self.heading.hide()
            self._rule.hide()
        self.rows = [FieldRow(entry, session, self) for entry in entries]

    def arrange(self, columns: int) -> None:
        """Put the rows that are asked into the grid; wide ones over all columns."""
        placed: list[tuple[FieldRow, int, int, int]] = []
        line = column = 0
        asked = [row for row in self.rows if not row.isHidden()]
        for place, row in enumerate(asked):
            alone = not column and (place + 1 == len(asked) or asked[place + 1].wide)
            wide = row.wide or columns == 1 or (alone and row.stretches)
            if wide and column:
                line, column = line + 1, 0
            placed.append((row, line, column, columns if wide else 1))
            column = 0 if wide else (column + 1) % columns
            line += not column
        if placed != self._placed:
            self._placed = placed
            for row in self.rows:
                self._grid.removeWidget(row)  # not takeAt: its item lives on, and the row's new height never reaches the new one
            for row, at, place, span in placed:
                self._grid.addWidget(row, at, place, 1, span)
            for place in (0, 1):
                self._grid.setColumnStretch(place, int(place < columns))
        self.setVisible(bool(placed))  # last: a widget that comes up is given room for what is in it by then


class FieldPage(Page):
    """A section's fields."""

    touched = Signal()  # something that is remembered, but is no answer, has changed

    def __init__(self, section: Section, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(section.id, session, parent)
        self.section = section
        self._columns = 0
        self._worked_on = False
        self._make()
        self._connect()
        self.refresh()

    # --- building --------------------------------------------------------------------------------------------------------

    def _make(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.area)
        heading, bracket, demand = (self.section.heading or self.section.title).partition("（")
        self.title = QLabel(heading)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        self.title.setFont(emphasised(self.font(), 1.3, bold=True))
        self.demand = QLabel(bracket + demand)
        self.demand.setTextFormat(Qt.TextFormat.PlainText)
        self.demand.setWordWrap(True)
        self.demand.setProperty("look", "muted")
        grouped = [(heading, list(entries)) for heading, entries in groupby(self.section.fields, lambda entry: group_of(entry.id))]
        single = len(grouped) == 1
        self.groups = [Group("" if single else heading, entries, self.session, self.body) for heading, entries in grouped]
        self.rows = {row.entry.id: row for group in self.groups for row in group.rows}
        column = QVBoxLayout(self.body)
        column.setContentsMargins(4, 4, 12, 8)
        column.addWidget(self.title)
        column.addWidget(self.demand)
        if not demand:
            self.demand.hide()
        for group in self.groups:
            column.addWidget(group, int(any(row.entry.kind is Kind.LONG for row in group.rows)))
        if not any(row.entry.kind is Kind.LONG for row in self.rows.values()):
            column.addStretch(1)
        self.area.setWidget(self.body)

    def _connect(self) -> None:
        for row in self.rows.values():
            row.edited.connect(self._edited)
            row.left.connect(self.left)
            row.confirmed.connect(self._confirmed)
            row.moved.connect(self._follow)
            row.spoke.connect(self._show_words)
            for widget in row.stops:
                widget.installEventFilter(self)

    # --- methods ---------------------------------------------------------------------------------------------------------

    @property
    def spare(self) -> bool:
        """Where nobody has changed anything there is nothing to undo."""
        return not self._worked_on

    def refresh(self, changed: AbstractSet[str] | None = None) -> None:
        """Show the session as it is now; only what differs is touched."""
        moved = False
        for name, row in self.rows.items():
            asked = self.session.asked(row.entry)
            if row.isHidden() == asked:
                row.setVisible(asked)
                moved = True
            if asked or changed is None or name in changed:
                row.refresh(answer=changed is None or name in changed)
        if moved or not self._columns:
            self._arrange()

    def focus_field(self, name: str, row: int | None = None, column: str = "") -> None:
        """Bring a field into view and put the cursor there."""
        found = self.rows.get(name)
        if found is not None and not found.isHidden():
            found.editor.focus(row, column)
            self._reveal(found)

    def begin(self) -> None:
        """Put the cursor into the first field that can be answered, the heading in view."""
        first = next((row for row in self.rows.values() if not row.isHidden() and row.editor.main.isEnabled()), None)
        if first is not None:
            self.focus_field(first.entry.id)
        self.area.verticalScrollBar().setValue(0)
        if first is not None and (first.height() < self.area.viewport().height() or first.editor.visibleRegion().isEmpty()):
            self._reveal(first)

    def composing(self) -> bool:
        """Whether an input method has a composition open."""
        return any(row.editor.composing() for row in self.rows.values())

    def settle(self) -> None:
        """Finish what is open: a composition, a cell."""
        for row in self.rows.values():
            row.editor.settle()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A field that the keyboard comes to is brought into view; the mouse only goes where one sees already."""
        if event.type() == QEvent.Type.FocusIn and isinstance(event, QFocusEvent):
            row = self._row_of(watched)
            if row is not None and event.reason() in BY_KEYBOARD:
                self._reveal(row)
        return False

    def showEvent(self, event: QShowEvent) -> None:
        """In its place from the first moment: whoever is led to a field is led to where it stays."""
        super().showEvent(event)
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One column or two."""
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Larger type leaves room for fewer columns; headings are the look's to enlarge."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._arrange()

    def _arrange(self) -> None:
        self._columns = 2 if self.width() >= TWO_COLUMNS * self.fontMetrics().horizontalAdvance("字") else 1
        for group in self.groups:
            group.arrange(self._columns)

    def _row_of(self, watched: QObject) -> FieldRow | None:
        return next((row for row in self.rows.values() if isinstance(watched, QWidget) and row.isAncestorOf(watched)), None)

    def _reveal(self, row: FieldRow) -> None:
        """The row as far as it fits; of a tall one its beginning, unless the cursor is further down."""
        self._lay_out()
        if row.height() < self.area.viewport().height():
            self.area.ensureWidgetVisible(row, 0, MARGIN)
        elif not self._cursor_seen(row):
            self.area.verticalScrollBar().setValue(row.mapTo(self.body, QPoint(0, -MARGIN)).y())
            self._show_cursor(row)

    def _cursor_seen(self, row: FieldRow, growth: int = 0) -> bool:
        """Whether the place one writes at lies in view, with a little air, and will when the row is so many pixels taller; so it is,
        too, when nobody writes in the row."""
        place = row.editor.cursor_place()
        if place is None:
            return True
        top = row.editor.mapTo(self.area.viewport(), place.topLeft()).y()
        return top >= MARGIN and top + place.height() + growth + MARGIN <= self.area.viewport().height()

    def _show_cursor(self, row: FieldRow) -> None:
        if (place := row.editor.cursor_place()) is not None:
            middle = row.editor.mapTo(self.body, place.center())
            self.area.ensureVisible(middle.x(), middle.y(), 0, place.height() // 2 + 1 + MARGIN)

    def _lay_out(self) -> None:
        lay_out(self.area, *(row.editor for row in self.rows.values()), *self.rows.values(), *self.groups, self.body)

    # --- slots -----------------------------------------------------------------------------------------------------------

    @Slot(str, object)
    def _edited(self, name: str, value: object) -> None:
        self._worked_on = True
        self.edited.emit(name, value)

    @Slot(str)
    def _follow(self, name: str) -> None:
        """The cursor has moved, in a text or table that may be taller than the view: Qt would only scroll inside it. Where the mouse
        set the cursor one sees it."""
        row = self.rows[name]
        if not row.editor.by_keyboard or row.editor.composing():
            return
        growth = max(0, row.editor.minimumSizeHint().height() - row.editor.height())  # by what was typed or pasted just now
        if not self._cursor_seen(row, growth):
            if growth:
                self._lay_out()
            self._show_cursor(row)

    @Slot(str)
    def _show_words(self, name: str) -> None:
        """Words came up under the field one is at, or has just left: they are brought into view as long as that does not put the
        place one writes at out of it. The page stays where somebody works with the mouse, or has scrolled away from the field."""
        row, body, bar = self.rows[name], self.body, self.area.verticalScrollBar()
        if not row.editor.by_keyboard or self.composing() or row.editor.visibleRegion().isEmpty():
            return
        self._lay_out()
        cursor = row.editor.cursor_place()
        written = cursor.top() if cursor is not None else row.editor.height() - self.fontMetrics().lineSpacing()
        place = row.mapTo(body, row.rect().bottomLeft()).y() + MARGIN - self.area.viewport().height()
        if bar.value() < place <= row.editor.mapTo(body, QPoint(0, written)).y():
            bar.setValue(place)

    @Slot(str)
    def _confirmed(self, name: str) -> None:
        self.session.confirm_carried([name])
        self.rows[name].refresh(answer=False)
        self.touched.emit()
