"""The store's saving thread, heard in the window: its callbacks become signals that arrive in the UI thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.session import Session
from app.store import Saver, Store, snapshot_of
from app.ui.queued_call import QueuedCall


class Autosave(QObject):
    """Saves a session's newest state a moment after the person types (promises.md: at the latest 800 ms after the first key)."""

    saved = Signal(str, float)  # draft id, time of the commit (seconds since the epoch)
    failed = Signal(str, str)  # draft id, what to do about it
    pending = Signal(str)  # draft id: something is not yet on disk

    def __init__(self, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._saver = Saver(store, on_saved=QueuedCall(self._saved), on_failed=QueuedCall(self._failed))

    def edited(self, draft_id: str, session: Session) -> None:
        """Something changed: hand the newest state over; returns at once."""
        self._saver.edited(draft_id, snapshot_of(session))
        self.pending.emit(draft_id)

    def hurry(self) -> None:
        """Save at once, without waiting for it: a field or a page was left, or the window lost the focus."""
        self._saver.flush(0.0)

    def is_pending(self, draft_id: str) -> bool:
        """Whether a state of the draft is not yet on disk."""
        return self._saver.pending(draft_id) is not None

    def flush(self, timeout: float = 5.0) -> bool:
        """Save now and wait for it; whether everything is on disk."""
        return self._saver.flush(timeout)

    def forget(self, draft_id: str) -> None:
        """Let go of what could not be saved, since the person has agreed to."""
        self._saver.forget(draft_id)

    def close(self) -> bool:
        """Save what is left and end the thread; whether everything is on disk."""
        return self._saver.close()

    def _saved(self, draft_id: str, time: float) -> None:
        self.saved.emit(draft_id, time)

    def _failed(self, draft_id: str, message: str) -> None:
        self.failed.emit(draft_id, message)
