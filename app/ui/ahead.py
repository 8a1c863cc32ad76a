"""What the first opened draft will need, loaded while nobody waits for it: a module at a time, so that a key waits for one at most."""

from __future__ import annotations

import gc
from importlib import import_module

from PySide6.QtCore import QObject, QTimer, Slot

MODULES = tuple(
    f"app.ui.{name}" for name in ("editors", "field_page", "attachments_page", "handover", "export_dialog", "finish", "preview", "wizard")
)
IDLE = 1000
"""Milliseconds after the start: the list of drafts is on the screen, and the person is looking at it."""
BREATH = 60
"""Milliseconds between two modules."""


class Ahead(QObject):
    """Loads :data:`MODULES` in the idle time of its parent's thread. It is only sooner, never needed: whatever uses them imports them."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._names = iter(MODULES)
        self._timer = QTimer(self, interval=IDLE)
        self._timer.timeout.connect(self._load)
        self._timer.start()

    @Slot()
    def _load(self) -> None:
        name = next(self._names, None)
        if name is None:
            self._timer.stop()
            gc.freeze()  # what is loaded now stays: to go through all of it again now and then took a key 10 ms
            return
        import_module(name)
        self._timer.setInterval(BREATH)
