"""Suggestions under a line of text, in a list that leaves the keyboard with the line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QCompleter, QLineEdit, QWidget

MOVING = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})
TAKING = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
AWAY = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.NonClientAreaMouseButtonPress})
MOVED = frozenset({QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.WindowDeactivate})


class Suggestions(QCompleter):
    """What a line may be filled in with, narrowed down as one types.

    Qt's own list is a popup, to which the keyboard goes. On X11 the input method follows it there, and shows its choices where nobody
    sees them (tried with ibus and Qt 6.11: whoever typed the second character of a title typed it blind). To close the list when
    a composition begins would end the composition. So here it is a window that never gets the keyboard, like a tool tip.
    """

    def __init__(self, words: Sequence[str], line: QLineEdit) -> None:
        super().__init__(list(words), line)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setMaxVisibleItems(10)
        shown = self.popup()
        if shown is None:
            raise RuntimeError("a completer without a list")
        self.list: QAbstractItemView = shown
        self.list.setWindowFlags(Qt.WindowType.ToolTip)
        self.list.setAccessibleName("可选的填法")
        self._watch = _Watch(self, line)

    @property
    def open(self) -> bool:
        """Whether the list is shown."""
        return self.list.isVisible()

    def wants(self, event: QKeyEvent) -> bool:
        """Whether a key is for the list that is shown: arrows and page keys choose, Enter takes, Esc closes. Enter is the line's where
        nothing is chosen."""
        if not self.open or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        key = event.key()
        return key in MOVING or key == Qt.Key.Key_Escape or (key in TAKING and self.list.currentIndex().isValid())

    def take(self, event: QKeyEvent) -> None:
        """Do what a key says."""
        if event.key() in MOVING:
            QCoreApplication.sendEvent(self.list, event)
        else:
            self.close()
        event.accept()

    def close(self) -> None:
        """Put the list away. The line shows what was chosen in it already: so that is said."""
        if self.open:
            chosen = self.list.currentIndex()
            self.list.hide()
            if chosen.isValid():
                self.activated.emit(str(chosen.data()))


class _Watch(QObject):
    """Puts the list away when the person turns to something else. It listens only while the list is shown."""

    def __init__(self, suggestions: Suggestions, line: QLineEdit) -> None:
        super().__init__(suggestions)
        self.suggestions = suggestions
        self.line = line
        suggestions.list.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A click or a turn of the wheel elsewhere, the focus going, the window moving."""
        kind, shown = event.type(), self.suggestions.list
        if watched is shown and kind == QEvent.Type.Show:
            shown.windowHandle().setTransientParent(self.line.window().windowHandle())
            self._listen(True)
        elif watched is shown and kind == QEvent.Type.Hide:
            self._listen(False)
        elif kind in AWAY and isinstance(watched, QWidget):
            if watched is not shown and not shown.isAncestorOf(watched):
                self.suggestions.close()
        elif (watched is self.line and kind in (QEvent.Type.FocusAboutToChange, QEvent.Type.Hide)) or (
            watched is self.line.window() and kind in MOVED
        ):
            self.suggestions.close()
        return False

    def _listen(self, on: bool) -> None:
        application = QCoreApplication.instance()
        if application is not None:
            (application.installEventFilter if on else application.removeEventFilter)(self)
