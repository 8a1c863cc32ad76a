"""A dialog in which Enter presses the button that has the focus and nothing else, and which stays while it waits for its work."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QPushButton

from app.ui.background import works
from app.ui.fitting import fit_screen


class QuietDialog(QDialog):
    """Qt lets Enter in a field or a list press some button of the dialog: a form would close half filled in, a list act twice."""

    def showEvent(self, event: QShowEvent) -> None:
        """It fits the screen; and no button looks like the default one, not even one deep inside a page."""
        if not event.spontaneous():
            fit_screen(self)
        super().showEvent(event)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)
            button.setDefault(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the focused button; Esc closes as always."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        focus = self.focusWidget()
        if isinstance(focus, QPushButton) and focus.isEnabled():
            focus.click()

    def done(self, result: int) -> None:
        """Close, but not under a work that comes back to this window."""
        if not works(self):
            super().done(result)
