"""A strip across the page that says what happened and offers a step, without standing in the way."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget


class Strip(QFrame):
    """Hidden until something is said. ``look`` is banner-note, banner-warning or banner-error."""

    def __init__(self, look: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", look)
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.action = QPushButton()
        self.dismiss = QPushButton("知道了")
        self._step: Callable[[], object] | None = None
        self._closing: Callable[[], object] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 10, 4)
        row.addWidget(self.text, 1)
        row.addWidget(self.action)
        row.addWidget(self.dismiss)
        self._connect()
        self.hide()

    def _connect(self) -> None:
        self.action.clicked.connect(self._act)
        self.dismiss.clicked.connect(self._dismiss)

    def say(
        self, text: str, action: str = "", step: Callable[[], object] | None = None,
        dismiss: str = "知道了", closing: Callable[[], object] | None = None,
    ) -> None:  # fmt: skip
        """Show a text with at most one step; ``closing`` is done when the strip is put away instead."""
        self.text.setText(text)
        self.action.setText(action)
        self.action.setVisible(bool(action))
        self.dismiss.setText(dismiss)
        self._step, self._closing = step, closing
        self.show()

    def _act(self) -> None:
        self.hide()
        if self._step is not None:
            self._step()

    def _dismiss(self) -> None:
        self.hide()
        if self._closing is not None:
            self._closing()
