"""What can be done by a menu, a key or a button, said once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


def add_action(owner: QWidget, text: str, keys: str, slot: Callable[[], object]) -> QAction:
    """An action of a menu or another widget; ``keys`` such as ``Ctrl+D``, or ``""``."""
    action = QAction(text, owner)
    if keys:
        action.setShortcut(QKeySequence(keys))
    action.triggered.connect(lambda _checked=False: slot())
    owner.addAction(action)
    return action
