"""The line that one searches in: it says what stands in it as one types, and an input method's composition only when it is over."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QInputMethodEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.ui.composition import Composition


class SearchLine(QLineEdit):
    """A line that loses no composition. ``sought`` carries the text whenever it has changed and none is open."""

    sought = Signal(str)

    def __init__(self, hint: str, parent: QWidget | None = None) -> None:
        """``hint`` says in the empty line what is searched."""
        super().__init__(parent)
        self.setPlaceholderText(hint)
        self.setClearButtonEnabled(True)
        self.composition = Composition(self)
        self._said = ""
        self.textChanged.connect(self._say)

    def event(self, event: QEvent) -> bool:
        """Going elsewhere keeps what is being composed."""
        if event.type() == QEvent.Type.FocusAboutToChange:
            self.composition.keep()
        return super().event(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Follow the composition; what was put in its way, such as a selection that it replaces, is said when it is over."""
        self.composition.follow(event)
        super().inputMethodEvent(event)
        self._say()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click elsewhere in the line ends a composition; it is kept."""
        self.composition.keep()
        super().mousePressEvent(event)

    @Slot()
    def _say(self) -> None:
        if not self.composition.text and self.text() != self._said:
            self._said = self.text()
            self.sought.emit(self._said)
