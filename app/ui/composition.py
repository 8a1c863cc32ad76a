"""The open composition of an input method, and how it outlives that the person goes elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtWidgets import QWidget


class Composition(QObject):
    """The composition in one widget.

    Before the focus goes anywhere Qt asks the input method to commit. Not every one does: ibus with libpinyin (seen with Qt 6.11) takes
    its composition back instead, as if the person had given it up with Esc. What stood there is therefore remembered until the
    event loop goes round: an Esc comes in an event of its own, but what Qt asked for is answered before it tells the widget that
    the focus goes.
    """

    def __init__(self, widget: QWidget, heir: Callable[[], QWidget] | None = None) -> None:
        """``heir`` tells where the text of a composition that was taken back belongs, if not into the widget itself."""
        super().__init__(widget)
        self.text = ""
        self._widget = widget
        self._heir = heir or (lambda: widget)
        self._dropped = ""
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._forget)

    def follow(self, event: QInputMethodEvent) -> None:
        """Take note of what the widget is about to be told."""
        before, self.text = self.text, event.preeditString()
        self._dropped = "" if self.text or event.commitString() else before
        if self._dropped:
            self._soon.start()

    def keep(self) -> None:
        """End an open composition, or one that was taken back just now, with its text kept: by the input method, else by hand."""
        if self.text and QGuiApplication.focusObject() is self._widget:
            ask_to_commit()
        if text := self.text or self._dropped:
            heir = self._widget if self.text else self._heir()
            event = QInputMethodEvent()
            event.setCommitString(text)
            QCoreApplication.sendEvent(heir, event)
            self._dropped = ""

    @Slot()
    def _forget(self) -> None:
        self._dropped = ""


def ask_to_commit() -> None:
    """Ask the input method to commit what it has open."""
    QGuiApplication.inputMethod().commit()
