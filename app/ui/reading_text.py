"""Texts that are there to be read: an input method never writes into them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QPlainTextEdit, QTextBrowser, QWidget


class _Unwritten:
    """Turns an input method away.

    ibus and fcitx send what was being composed to whatever has the focus when the answer comes (F1 opens the help meanwhile), and Qt's
    text widgets take it even when they are read-only: the words stand in the middle of the text, and a second composition after the
    cursor has moved ends the program (seen with Qt 6.11).
    """

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        event.ignore()


class ReadingBrowser(_Unwritten, QTextBrowser):
    """A formatted text, read and copied from by mouse and by keys; Tab goes on to the next control."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setOpenLinks(False)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)


class ReadingPane(_Unwritten, QPlainTextEdit):
    """A plain text, read and copied from; Tab goes on to the next control."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setAccessibleName(name)
