"""What every editor has in common, and the one-line editor that most of them are built on.

An editor shows one answer and says what the person makes of it; it changes nothing itself. What is typed is never rewritten
under the cursor: the normalised spelling appears when the editor is left.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QObject, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QClipboard,
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QWidget

from app.session import Session
from app.ui.click import Click
from app.ui.composition import Composition
from app.ui.suggestions import Suggestions
from forms.checks import Level, Problem
from forms.graphemes import count
from forms.schema import Field, Kind
from forms.text import clean, normalise, parse_partial_date, removed

CODE_POINTS = 100_000
"""No editor takes more, whatever the limit: laying out a megabyte on one line takes Qt minutes."""
PATIENCE = 2
"""A paste is refused from this many times the limit; below that it is taken, and the check says how much to cut."""
NOTHING = object()
"""Is no stored answer."""
PASSING = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.MenuBarFocusReason)
"""Ways of losing the focus after which the person comes back to where the cursor was."""
BY_KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
"""Ways for the focus to come or go on which the person's eyes follow the cursor, not the mouse."""
HANDS = {
    QEvent.Type.KeyPress: True,
    QEvent.Type.InputMethod: True,
    QEvent.Type.MouseButtonPress: False,
    QEvent.Type.DragEnter: False,
}
"""What tells whether the keyboard is at work, or the mouse."""


def printed(entry: Field, value: object) -> str:
    """A stored answer as it is spelled when nobody is typing in it; dates as the paper prints them."""
    text = "" if value is None else str(value)
    if entry.kind in (Kind.DATE, Kind.PARTIAL_DATE):
        found = parse_partial_date(text)
        return found.chinese() if found else text
    return text


def excess(text: str, limit: int) -> str:
    """Why a text of this length is not taken at all, or ``""``; ``limit`` is in graphemes."""
    if len(text) <= PATIENCE * limit:
        return ""
    length = len(text) if len(text) > CODE_POINTS else count(text)
    if length <= PATIENCE * limit:
        return ""
    return f"没有粘贴：连同已有的一共有{length:,}字，这一项最多{limit:,}字。剪贴板里的内容还在，请删减后再粘贴"


def removed_words(number: int) -> str:
    """What the person is told when characters were taken out."""
    return f"已去掉{number}个无法打印的字符"


def one_line(text: str) -> str:
    """Text for a single line: line breaks and tabs become a space."""
    return re.sub(r" *[\n\t]+ *", " ", text)


def units(text: str) -> int:
    """Length in UTF-16 units, in which Qt counts cursor positions."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def set_look(widget: QWidget, look: str) -> None:
    """Give a widget another ``look`` of the style sheet."""
    if (widget.property("look") or "") != look:
        widget.setProperty("look", look)
        if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):  # else it gets its look when it is first shown
            widget.style().unpolish(widget)
            widget.style().polish(widget)


class Editor(QWidget):
    """The editor of one field.

    ``edited`` carries the value as typed (the session normalises it), ``told`` a word for the line under the field. ``wide``
    editors take the page's whole width.
    """

    edited = Signal(object)
    left = Signal()
    told = Signal(str)
    moved = Signal()  # the cursor stands elsewhere in what may be taller than the page
    wide = False
    always = ""  # what is to be known of the field whether or not something is wrong

    def __init__(self, entry: Field, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self.session = session
        self.by_keyboard = False  # whether it was keys that the person did the last thing with here
        self._elsewhere = Click(self)
        self._elsewhere.over.connect(self.left)
        self._saying = False
        self._echo: object = NOTHING  # the stored answer that what stands here became when it was last said

    @property
    def main(self) -> QWidget:
        """The widget that takes the focus first: the label's buddy."""
        return self

    @property
    def note(self) -> str:
        """A word about the answer as it stands, such as why it cannot be changed; shown with the hint."""
        return ""

    def value(self) -> object:
        """The answer as it stands in the editor."""
        raise NotImplementedError

    def show_value(self, value: object) -> None:
        """Show a stored answer. Says nothing, and leaves the cursor alone where the answer is already there."""
        raise NotImplementedError

    def reload(self) -> None:
        """Take over what the session says beside the answer, such as the options."""

    def name(self, words: str) -> None:
        """What a screen reader calls the editor."""
        self.main.setAccessibleName(words)

    def describe(self, words: str) -> None:
        """What a screen reader says after the name: what is wrong, or a hint, and what is always to be known."""
        self.main.setAccessibleDescription("；".join(part for part in (words, self.always) if part))

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Show how bad it is; the words stand under the field."""
        order = list(Level)
        self.set_problem_level(min((problem.level for problem in problems), key=order.index, default=None))

    def set_problem_level(self, level: Level | None) -> None:
        """Mark the editor; None unmarks it."""
        set_look(self.main, level.value if level else "")

    def composing(self) -> bool:
        """Whether an input method has a composition open here."""
        return False

    def keep_composition(self) -> None:
        """End an open composition, and report its text."""

    def settle(self) -> None:
        """Report what stands here but was not yet said."""
        self.keep_composition()
        self._elsewhere.finish()

    def focus(self, row: int | None = None, column: str = "") -> None:
        """Put the cursor here; of a table: into a row, at a column."""
        self.keep_composition()  # Qt would have it ended on the way, and not say that the focus goes when it is here already
        self.main.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def active(self) -> bool:
        """Whether the cursor is in this editor."""
        focused = QApplication.focusWidget()
        return focused is not None and (focused is self or self.isAncestorOf(focused))

    def cursor_place(self) -> QRect | None:
        """Where one writes, in the editor's own pixels; None where the cursor is elsewhere."""
        focused = QApplication.focusWidget()
        if focused is None or not self.isAncestorOf(focused):
            return None
        found = QRectF(focused.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle)).toRect()  # some answer with a QRect
        return QRect(focused.mapTo(self, found.topLeft()), found.size())

    def holds(self, value: object) -> bool:
        """Whether what stands here is, once normalised, the stored answer."""
        mine, stored = normalise(self.entry, self.value()), value
        return (mine in ("", None, []) and stored in ("", None, [])) or (mine == stored and type(mine) is type(stored))

    def say(self, value: object) -> None:
        """Report the answer, listening for what it becomes."""
        self._saying, self._echo = True, NOTHING
        self.edited.emit(value)
        self._saying = False

    def echoed(self, value: object) -> bool:
        """Whether a stored answer is what the editor itself has said last. To find that out by comparing would take longer than all
        the rest when a text has 40,000 characters or a table 60 rows."""
        if self._saying:
            self._echo = value
        return value is self._echo

    def watch(self, *widgets: QWidget) -> None:
        """Say ``left`` when the focus goes from one of these to somewhere outside the editor."""
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice the focus leaving, and what the person works with."""
        kind = event.type()
        if kind == QEvent.Type.FocusAboutToChange:
            self.keep_composition()
        elif kind in HANDS:
            self.by_keyboard = HANDS[kind]
        elif isinstance(event, QFocusEvent) and event.reason() not in PASSING:
            mouse = event.reason() == Qt.FocusReason.MouseFocusReason
            self.by_keyboard = not mouse and (self.by_keyboard or event.reason() in BY_KEYBOARD)
            if kind == QEvent.Type.FocusOut and not self.active():
                self.tidy()
                if mouse:
                    self._elsewhere.wait()
                else:
                    self.left.emit()
        return False

    def tidy(self) -> None:
        """Show the stored spelling, now that the person has left."""


class Line(QLineEdit):
    """One line that neither cuts nor freezes, and says nothing while a composition is open."""

    changed = Signal()
    told = Signal(str)

    def __init__(self, limit: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.limit = limit
        self.setMaxLength(CODE_POINTS * 2)  # in UTF-16 units; the default would cut silently at 32,767
        self.composition = Composition(self)
        self.suggestions: Suggestions | None = None
        self._dirty = False
        self.textEdited.connect(self._typed)

    # --- properties ------------------------------------------------------------------------------------------------------

    def preedit(self) -> str:
        """The open composition; ``""`` for none."""
        return self.composition.text

    # --- methods ---------------------------------------------------------------------------------------------------------

    def suggest(self, words: Sequence[str]) -> Suggestions:
        """Suggest these as one types."""
        self.suggestions = Suggestions(words, self)
        self.setCompleter(self.suggestions)
        return self.suggestions

    def show_text(self, text: str) -> None:
        """Replace the text without saying that the person did."""
        if self.text() != text:
            self.setText(text)
            self.setCursorPosition(0)

    def respell(self, text: str) -> None:
        """Replace the text by another spelling of it, so that undo still leads back to what was typed."""
        if self.text() != text:
            blocked = self.blockSignals(True)
            self.selectAll()
            self.insert(text)
            self.setCursorPosition(0)
            self.blockSignals(blocked)

    def take(self, raw: str) -> None:
        """Insert pasted or dropped text, unless it is far too long."""
        reason = excess(raw, self.limit)
        text = "" if reason else one_line(clean(raw).strip("\n"))
        kept = self.text()
        if self.hasSelectedText():
            kept = kept.replace(self.selectedText(), "", 1)
        reason = reason or excess(kept + text, self.limit)
        if reason:
            self.told.emit(reason)
            return
        gone = removed(raw)
        if text:
            self.insert(text)
        if gone:
            self.told.emit(removed_words(gone))

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Follow the composition; what it changed is said when it is over."""
        if event.preeditString() and self.suggestions is not None:
            self.suggestions.close()  # the input method's own choices come there; these come back with the committed text
        self.composition.follow(event)
        super().inputMethodEvent(event)
        self._say()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A paste goes through the limit; some keys are for the suggestions."""
        if self.suggestions is not None and self.suggestions.wants(event):
            self.suggestions.take(event)
        elif event.matches(QKeySequence.StandardKey.Paste) and not self.isReadOnly():
            self._paste()
            event.accept()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The usual menu; its paste goes through the limit too."""
        menu = self.make_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def make_menu(self) -> QMenu:
        """The context menu."""
        menu = self.createStandardContextMenu()
        for action in menu.actions():
            if action.objectName() == "edit-paste":
                own = menu.addAction(action.icon(), action.text())
                own.setEnabled(action.isEnabled())
                own.triggered.connect(self._paste)
                menu.insertAction(action, own)
                menu.removeAction(action)
        return menu

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click elsewhere in the line ends a composition; it is kept."""
        self.composition.keep()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The middle button pastes the selection where the desktop has one."""
        clipboard = QApplication.clipboard()
        if event.button() == Qt.MouseButton.MiddleButton and clipboard.supportsSelection() and not self.isReadOnly():
            self.setCursorPosition(self.cursorPositionAt(event.position().toPoint()))
            self.take(clipboard.text(QClipboard.Mode.Selection))
            event.accept()
        else:
            super().mouseReleaseEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file is for the window, not its path for the line."""
        if event.mimeData().hasUrls():
            event.ignore()
        else:
            super().dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Dropped text goes through the limit; moving a piece inside the line is left to Qt."""
        mime: QMimeData = event.mimeData()
        if event.source() is self or not mime.hasText():
            super().dropEvent(event)
            return
        self.deselect()
        self.setCursorPosition(self.cursorPositionAt(event.position().toPoint()))
        self.take(mime.text())
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    # --- slots -----------------------------------------------------------------------------------------------------------

    @Slot()
    def _paste(self) -> None:
        self.take(QApplication.clipboard().text())

    @Slot(str)
    def _typed(self, text: str) -> None:
        self._dirty = True
        self._say()

    def _say(self) -> None:
        if self._dirty and not self.composition.text:
            self._dirty = False
            gone = self._purge()
            self.changed.emit()
            if gone:
                self.told.emit(removed_words(gone))

    def _purge(self) -> int:
        """Take out what cannot be printed; the cursor stays where it was between the characters that remain."""
        text = self.text()
        tidy = one_line(clean(text))
        if tidy == text:
            return 0
        gone = removed(text)
        head = text.encode("utf-16-le", "surrogatepass")[: self.cursorPosition() * 2].decode("utf-16-le", "surrogatepass")
        self.respell(tidy)
        self.setCursorPosition(units(one_line(clean(head))))
        return gone
