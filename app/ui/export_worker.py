"""Long work beside the window: one thread, its progress, its end, and a way to stop it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.errors import AppError
from app.ui.queued_call import QueuedCall

BROKEN = "程序内部出了意外的问题，这一步没有完成；填写的内容没有丢失。请再试一次，仍不行请重新打开程序"

Work = Callable[[Callable[[str, float], None], Callable[[], bool]], Any]
"""Takes ``progress(text, fraction)`` and ``cancelled()``; what it returns is handed to ``done``. Told failures are AppErrors."""


class Job(QObject):
    """One piece of work; its signals arrive in the thread that made it. Where it is thrown away, with the window that it belongs to, the
    work is asked to stop and nobody hears of its end."""

    progress = Signal(str, float)  # what is being done, 0 to 1
    done = Signal(object)
    failed = Signal(str)  # one plain sentence
    cancelled = Signal()

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop = threading.Event()
        self.destroyed.connect(partial(_ask_to_stop, self._stop))
        self._calls = QueuedCall(self._advance), QueuedCall(self._tell)
        task = _Task(work, self._stop, *self._calls)
        self._thread = threading.Thread(target=task.run, name="job", daemon=True)

    @property
    def running(self) -> bool:
        """Whether the thread is still at work."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin; to be called once."""
        self._thread.start()

    def cancel(self) -> None:
        """Ask the work to stop; it does at its next step."""
        self._stop.set()

    def wait(self, seconds: float = 30.0) -> bool:
        """Wait for the thread's end; whether it has ended."""
        if self._thread.ident is not None:
            self._thread.join(seconds)
        return not self.running

    def catch_up(self) -> None:
        """Send the signals that are on their way now; after :meth:`wait`, the job's end among them."""
        for call in self._calls:
            call.catch_up()

    def _advance(self, text: str, fraction: float) -> None:
        self.progress.emit(text, fraction)

    def _tell(self, result: Any, trouble: BaseException | None) -> None:
        if trouble is None:
            self.done.emit(result)
        elif isinstance(trouble, AppError):
            if self._stop.is_set():
                self.cancelled.emit()
            else:
                self.failed.emit(trouble.message)
        else:
            self.failed.emit(BROKEN)
            raise trouble  # a bug of ours: the program's own hook reports it


class _Task:
    """What the thread holds of a job: nothing of Qt's."""

    def __init__(self, work: Work, stop: threading.Event, advance: QueuedCall, tell: QueuedCall) -> None:
        self._work: Work | None = work
        self._stop, self._advance, self._tell = stop, advance, tell

    def run(self) -> None:
        work, self._work = self._work, None
        assert work is not None
        ending: list[Any] = [None, None]  # handed over whole: the thread is not to be the last to hold what the work has seen
        try:
            ending[0] = work(self._advance, self._stop.is_set)
        except BaseException as error:  # shown, and raised again in the window's thread
            ending[1] = error
        del work
        self._tell(ending.pop(0), ending.pop())


def _ask_to_stop(stop: threading.Event) -> None:
    """A job is thrown away. A function that the connection holds: a method would be held weakly, and taken apart where the thread ends."""
    stop.set()
