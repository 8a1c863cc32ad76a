"""Says in the window what the store recovers while the program runs, and has a large store checked when the program is at rest."""

from __future__ import annotations

from threading import Thread

from PySide6.QtCore import QObject, QTimer, Slot

from app.ui.main_window import NAME, MainWindow
from app.ui.queued_call import QueuedCall

REST = 10_000
"""Milliseconds after the start: what is loaded ahead is loaded, and the person has begun."""


class Mending(QObject):
    """Belongs to one window from its start to its end."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.desk.store.on_mended = QueuedCall(self._tell)  # the damage is met in any thread
        QTimer.singleShot(REST, self, self._check)

    @Slot()
    def _check(self) -> None:
        Thread(target=self._window.desk.store.check_slowly, name="check", daemon=True).start()

    def _tell(self) -> None:
        window = self._window
        text = "\n".join(window.desk.store.news())
        if not text:
            return
        if window.wizard is not None:
            # The store may have fallen back to an earlier state of the very draft that is on the screen.
            window.desk.autosave.edited(window.wizard.draft_id, window.wizard.session)
        window.home.refresh()
        window.home.recovery.say(text, "查看备份…", lambda: window.show_help("data"))
        if window.wizard is not None:
            window.desk.messages.alarm(window, NAME, text)
