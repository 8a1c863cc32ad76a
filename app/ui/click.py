"""The end of a click that is under way."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication


class Click(QObject):
    """Says when a click is over that took the focus from a field.

    If the field said between press and release that it was left, the words that come up under it would push what was pressed away
    from under the mouse, and the click would come to nothing.
    """

    over = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self.finish)
        self._waiting = False

    def wait(self) -> None:
        """Say it once, after the next release of a mouse button."""
        self._waiting = True
        self._listen(True)

    @Slot()
    def finish(self) -> None:
        """Say it now, if it is still to be said."""
        if self._waiting:
            self._waiting = False
            self._listen(False)
            self.over.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A release is still on its way to what was pressed."""
        if event.type() == QEvent.Type.MouseButtonRelease:
            self._soon.start()
        return False

    def _listen(self, on: bool) -> None:
        application = QApplication.instance()
        if application is not None:
            (application.installEventFilter if on else application.removeEventFilter)(self)
