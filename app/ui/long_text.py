"""The editor of long texts: plain paragraphs with a character counter."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QInputMethodEvent, QKeyEvent, QMouseEvent, QTextCursor
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from app.session import Session
from app.ui.composition import Composition
from app.ui.editor_base import Editor, excess, removed_words, set_look
from forms.graphemes import count
from forms.schema import Field
from forms.text import clean, removed

LEAST_LINES, MOST_LINES = 10, 28
"""The editor grows with its text between these many lines; beyond, it scrolls."""


MODIFIERS = frozenset({Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta, Qt.Key.Key_CapsLock})
"""Keys that switch an input method over while it composes."""


class Paper(QPlainTextEdit):
    """Plain text that keeps every character, takes nothing far too long, and says nothing while a composition is open."""

    changed = Signal(str)
    told = Signal(str)

    def __init__(self, limit: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.limit = limit
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.composition = Composition(self)
        self._said = ""
        self._dirty = False
        self._lines = 0
        self.textChanged.connect(self._typed)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)

    # --- properties ------------------------------------------------------------------------------------------------------

    def preedit(self) -> str:
        """The open composition; ``""`` for none."""
        return self.composition.text

    def raw(self) -> str:
        """The text with LF between paragraphs; unlike toPlainText it leaves no-break spaces alone."""
        return self.document().toRawText().replace("\u2029", "\n").replace("\u2028", "\n")

    def selected(self) -> str:
        """The selected text, as :meth:`raw` gives it."""
        return self.textCursor().selectedText().replace("\u2029", "\n").replace("\u2028", "\n")

    def all_selected(self) -> bool:
        """Whether the whole text is selected."""
        cursor = self.textCursor()
        return cursor.hasSelection() and cursor.selectionEnd() - cursor.selectionStart() == self.document().characterCount() - 1

    # --- methods ---------------------------------------------------------------------------------------------------------

    def show_text(self, text: str) -> None:
        """Replace the text without saying that the person did."""
        self._said = text
        self.setPlainText(text)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Text; a file is for the window, not its path for the text."""
        return source.hasText() and not source.hasUrls()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Pasted or dropped text, as text only, unless it is far too long."""
        raw = source.text()
        kept = self._said.replace(self.selected(), "", 1) if self.textCursor().hasSelection() else self._said
        reason = excess(raw, self.limit) or excess(kept + raw, self.limit)
        if reason:
            self.told.emit(reason)
            return
        self.textCursor().insertText(clean(raw))
        self.ensureCursorVisible()
        if gone := removed(raw):
            self.told.emit(removed_words(gone))

    def createMimeDataFromSelection(self) -> QMimeData:
        """The selection as it is; Qt's own would turn no-break spaces into spaces."""
        mime = QMimeData()
        mime.setText(self.selected())
        return mime

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Follow the composition; what it changed is said when it is over."""
        self.composition.follow(event)
        committed = event.commitString()
        if gone := removed(committed):
            event.setCommitString(clean(committed), event.replacementStart(), event.replacementLength())
        super().inputMethodEvent(event)
        if gone:
            self.told.emit(removed_words(gone))
        if self._dirty:
            self._typed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys during a composition are the input method's. One that it lets through all the same ends the composition first:
        QPlainTextEdit moves its cursor by a layout that still holds the composition, and crashes (seen with 6.12, arrows and page keys)."""
        if self.composition.text and event.key() not in MODIFIERS:
            self.composition.keep()
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click elsewhere in the text ends a composition; it is kept."""
        self.composition.keep()
        super().mousePressEvent(event)

    def sizeHint(self) -> QSize:
        """Room for the lines that are there, within reason."""
        lines = min(max(self._lines + 1, LEAST_LINES), MOST_LINES)
        height = QFontMetricsF(self.font()).lineSpacing() * lines + 2 * self.document().documentMargin() + 2 * self.frameWidth() + 12
        return QSize(super().sizeHint().width(), round(height))

    def minimumSizeHint(self) -> QSize:
        """Never smaller than its text wants: the page scrolls, not a slit."""
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())

    # --- slots -----------------------------------------------------------------------------------------------------------

    @Slot()
    def _typed(self) -> None:
        self._dirty = bool(self.composition.text)
        if self._dirty:
            return
        text = self.raw()
        if text != self._said:
            self._said = text
            self.changed.emit(text)

    @Slot()
    def _grow(self) -> None:
        lines = round(self.document().documentLayout().documentSize().height())
        if lines != self._lines:
            before, self._lines = self.sizeHint(), lines
            if self.sizeHint() != before:
                self.updateGeometry()


class LongEditor(Editor):
    """A long text and its counter."""

    wide = True

    def __init__(self, entry: Field, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(entry, session, parent)
        self.paper = Paper(entry.limit)
        self.always = f"最多{entry.limit:,}字；Tab 键转到下一项"
        self.counter = QLabel()
        self.counter.setTextFormat(Qt.TextFormat.PlainText)
        self.counter.setAlignment(Qt.AlignmentFlag.AlignRight)
        set_look(self.counter, "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.paper, 1)
        layout.addWidget(self.counter)
        self.setFocusProxy(self.paper)
        self._connect()
        self._tally("")
        self.watch(self.paper)

    @property
    def main(self) -> QWidget:
        """The paper."""
        return self.paper

    def _connect(self) -> None:
        self.paper.changed.connect(self._changed)
        self.paper.told.connect(self.told)
        self.paper.cursorPositionChanged.connect(self._moved)

    def value(self) -> object:
        """The text as it stands."""
        return self.paper.raw()

    def show_value(self, value: object) -> None:
        """The stored text, or nothing where it is already there."""
        if not self.echoed(value) and not self.holds(value):
            self.paper.show_text("" if value is None else str(value))
            self._tally(self.paper.raw())

    def composing(self) -> bool:
        """Whether a composition is open."""
        return bool(self.paper.preedit())

    def keep_composition(self) -> None:
        """Of the paper."""
        self.paper.composition.keep()

    def focus(self, row: int | None = None, column: str = "") -> None:
        """Put the cursor where it was; at the end, the first time."""
        super().focus(row, column)
        if self.paper.textCursor().atStart():
            self.paper.moveCursor(QTextCursor.MoveOperation.End)

    def _tally(self, text: str) -> None:
        length, limit = count(text), self.entry.limit
        over = f"，超出{length - limit:,}字" if length > limit else ""
        self.counter.setText(f"{length:,} 字（最多 {limit:,} 字）{over}")
        set_look(self.counter, "error" if over else "muted")

    @Slot()
    def _moved(self) -> None:
        if not self.paper.all_selected():  # who selects all goes on seeing what was seen
            self.moved.emit()

    @Slot(str)
    def _changed(self, text: str) -> None:
        self._tally(text)
        self.told.emit("")
        self.say(text)
