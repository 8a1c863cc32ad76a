"""Windows that are no larger than the screen: what hangs over its lower edge cannot be clicked, and that is where the buttons are."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

FRAME = QSize(16, 40)
"""Room for what the desktop draws around a window; before the window stands nobody knows its true size."""


def fit_screen(window: QWidget) -> None:
    """Make a window that is about to be shown smaller where its screen, less the task bar, has no room for it.

    An office screen of 1366×768 at 125 % has 1092×574 of it left.
    """
    if not window.isMaximized():
        window.resize(window.size().boundedTo(window.screen().availableGeometry().size() - FRAME))
