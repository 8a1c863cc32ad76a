"""The editors on one line, and the table that says which editor each kind of field gets."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.session import Session
from app.ui.choice_editors import TicksEditor, YesNoEditor, choice_editor
from app.ui.date_editor import DateButton
from app.ui.editor_base import CODE_POINTS, Editor, Line, printed
from app.ui.long_text import LongEditor
from app.ui.table_editor import TableEditor
from forms.graphemes import count
from forms.schema import Field, Kind

COMPUTED = frozenset({"budget.total"})
"""Answers that the session works out: shown, never typed."""
SHOWN_HEAD = 200
NEARLY = 0.8
"""A line's counter appears from this part of its limit on."""

NUMBER_LIMIT = 40
"""Longest text, in graphemes, that a number or a date may be spelled in."""
TYPED = frozenset({Kind.TEXT, Kind.MOBILE, Kind.PHONE, Kind.EMAIL, Kind.POSTCODE})


class LineEditor(Editor):
    """Text, numbers and dates on one line, with suggestions where the field has some."""

    def __init__(self, entry: Field, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(entry, session, parent)
        self.line = Line(entry.limit if entry.kind in TYPED else NUMBER_LIMIT)
        self._monster: str | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.line, 1)
        self._beside = self.make_beside()
        for widget in self._beside:
            row.addWidget(widget)
        self.setFocusProxy(self.line)
        if entry.kind in TYPED:
            self.always = f"最多{entry.limit}字"
        self.line.setReadOnly(entry.id in COMPUTED)
        if entry.suggestions:
            self.line.suggest(entry.suggestions)
        self._connect()
        self.watch(self.line, *self._beside)

    # --- properties ------------------------------------------------------------------------------------------------------

    @property
    def main(self) -> QWidget:
        """The line."""
        return self.line

    @property
    def note(self) -> str:
        """The counter, once the limit is near; and what can be done about a text that no line can hold."""
        if self._monster is not None:
            return f"内容有{len(self._monster):,}字，这里显示不下，也不能修改；按 Delete 清空后重新填写"
        text = self.line.text()
        if self.entry.kind not in TYPED or len(text) < NEARLY * self.entry.limit:
            return ""
        length = count(text)
        return f"{length} / {self.entry.limit} 字" if length >= NEARLY * self.entry.limit else ""

    # --- methods ---------------------------------------------------------------------------------------------------------

    def make_beside(self) -> list[QWidget]:
        """What stands to the right of the line."""
        return []

    def _connect(self) -> None:
        self.line.changed.connect(self._changed)
        self.line.told.connect(self.told)
        if self.line.suggestions is not None:
            self.line.suggestions.activated.connect(self._completed)
            self.line.installEventFilter(self)

    def value(self) -> object:
        """The text as typed."""
        return self.line.text() if self._monster is None else self._monster

    def show_value(self, value: object) -> None:
        """The stored spelling, or nothing where the person is typing just that."""
        if self._monster == value if self._monster is not None else self.active() and self.holds(value):
            return
        text = printed(self.entry, value)
        huge = len(text) > CODE_POINTS
        self._monster = str(value) if huge else None
        self.line.setReadOnly(huge or self.entry.id in COMPUTED)
        self.line.show_text(text[:SHOWN_HEAD] + "…" if huge else text)

    def tidy(self) -> None:
        """The stored spelling; undo leads back to the typed one."""
        stored = self.session.value(self.entry.id)
        if self._monster is None and self.holds(stored):
            self.line.respell(printed(self.entry, stored))

    def composing(self) -> bool:
        """Whether a composition is open."""
        return bool(self.line.preedit())

    def keep_composition(self) -> None:
        """Of the line."""
        self.line.composition.keep()

    def focus(self, row: int | None = None, column: str = "") -> None:
        """Put the cursor at the end."""
        super().focus(row, column)
        self.line.end(False)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Arrow down lists the suggestions; Delete clears what cannot be edited."""
        if event.type() == QEvent.Type.KeyPress and watched is self.line and isinstance(event, QKeyEvent) and self._key(event):
            return True
        return super().eventFilter(watched, event)  # pyright: ignore[reportArgumentType]

    def _key(self, event: QKeyEvent) -> bool:
        if self._monster is not None and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.show_value("")
            self.edited.emit("")
            return True
        suggestions = self.line.suggestions
        if suggestions is None or event.key() != Qt.Key.Key_Down or self.line.preedit() or suggestions.open:
            return False
        suggestions.setCompletionPrefix("" if self.line.text() in self.entry.suggestions else self.line.text())
        suggestions.complete()
        return True

    # --- slots -----------------------------------------------------------------------------------------------------------

    @Slot()
    def _changed(self) -> None:
        self.told.emit("")
        self.edited.emit(self.value())

    @Slot(str)
    def _completed(self, text: str) -> None:
        self.edited.emit(text)


class MoneyEditor(LineEditor):
    """A sum in 万元."""

    def make_beside(self) -> list[QWidget]:
        """The unit."""
        unit = QLabel("万元")
        unit.setTextFormat(Qt.TextFormat.PlainText)
        return [unit]


class DateEditor(LineEditor):
    """A date in any spelling, or picked from a calendar (button or Alt+↓)."""

    def make_beside(self) -> list[QWidget]:
        """The calendar's button."""
        self.calendar = DateButton(self)
        return [self.calendar]

    def _connect(self) -> None:
        super()._connect()
        self.calendar.picked.connect(self._picked)
        self.calendar.pressed.connect(self._aim)

    def name(self, words: str) -> None:
        """The line and its button."""
        super().name(words)
        self.calendar.setAccessibleName(f"{self.entry.label}：打开日历")

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier and not self.composing():
            self._aim()
            self.calendar.open()
            return True
        return super()._key(event)

    @Slot()
    def _aim(self) -> None:
        self.calendar.aim(self.line.text(), self.session.today)

    @Slot(str)
    def _picked(self, text: str) -> None:
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.line.respell(text)
        self._changed()


EDITORS: dict[Kind, Callable[[Field, Session, QWidget | None], Editor]] = {
    Kind.TEXT: LineEditor,
    Kind.LONG: LongEditor,
    Kind.DATE: DateEditor,
    Kind.PARTIAL_DATE: DateEditor,
    Kind.MONEY: MoneyEditor,
    Kind.COUNT: LineEditor,
    Kind.CHOICE: choice_editor,
    Kind.CHOICES: TicksEditor,
    Kind.YES_NO: YesNoEditor,
    Kind.TABLE: TableEditor,
    Kind.MOBILE: LineEditor,
    Kind.PHONE: LineEditor,
    Kind.EMAIL: LineEditor,
    Kind.POSTCODE: LineEditor,
}
"""The editor of each kind of field; every one is made from the field's declaration."""


def make_editor(entry: Field, session: Session, parent: QWidget | None = None) -> Editor:
    """The editor of a field, showing its answer."""
    editor = EDITORS[entry.kind](entry, session, parent)
    editor.reload()
    editor.show_value(session.value(entry.id))
    return editor
