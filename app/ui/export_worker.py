"""Long work beside the window: one thread, its progress, its end, and a way to stop it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.errors import AppError

BROKEN = "程序内部出了意外的问题，这一步没有完成；填写的内容没有丢失。请再试一次，仍不行请重新打开程序"

Work = Callable[[Callable[[str, float], None], Callable[[], bool]], Any]
"""Takes ``progress(text, fraction)`` and ``cancelled()``; what it returns is handed to ``done``. Told failures are AppErrors."""


class Job(QObject):
    """One piece of work; its signals arrive in the thread that made it."""

    progress = Signal(str, float)  # what is being done, 0 to 1
    done = Signal(object)
    failed = Signal(str)  # one plain sentence
    cancelled = Signal()
    _ended = Signal(object, object)  # result, exception or None

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._stop = threading.Event()
        self._sending, self._gone = threading.RLock(), threading.Event()  # re-entrant: Python may throw a window away in this thread
        self.destroyed.connect(partial(_let_go, self._sending, self._gone))
        self._thread = threading.Thread(target=self._run, name="job", daemon=True)
        self._ended.connect(self._tell)

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

    def _run(self) -> None:
        result: Any = None
        trouble: BaseException | None = None
        try:
            result = self._work(self._report, self._stop.is_set)
        except BaseException as error:  # shown, and raised again in the window's thread
            trouble = error
        self._send(lambda: self._ended.emit(result, trouble))

    def _report(self, text: str, fraction: float) -> None:
        self._send(lambda: self.progress.emit(text, fraction))

    def _send(self, signal: Callable[[], object]) -> None:
        """From the thread; nothing where the window that asked is gone, which waits for what is being sent. The signal is only asked for
        then: of what is gone there is none."""
        with self._sending:
            if self._gone.is_set():
                self._stop.set()
                return
            try:
                signal()
            except RuntimeError:  # it is about to go
                self._stop.set()

    @Slot(object, object)
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


def _let_go(sending: AbstractContextManager[Any], gone: threading.Event) -> None:
    """A job is thrown away, with the window that it belongs to: not in the middle of a signal from its thread."""
    with sending:
        gone.set()
