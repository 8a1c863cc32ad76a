"""Work that may take a while, beside the window: at first nobody notices, then a small dialog says what is going on."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.ui.queued_call import QueuedCall

PATIENCE = 300
"""Milliseconds before the dialog is shown: most files are open by then, and a dialog that flashes up is only a nuisance."""

WORKS = "works"
"""The property of a window that counts what it is waiting for. A count: a screen reader's press, which is no user input to Qt, can begin
a second work in the wait for the first."""

T = TypeVar("T")


class _Work(Generic[T]):
    """The thread's part. Nothing of Qt's: the thread may well be the last to hold it."""

    def __init__(self, work: Callable[[], T], ended: QueuedCall) -> None:
        self._work: Callable[[], T] | None = work
        self._ended = ended
        self.finished = False
        self.result: T | None = None
        self.error: BaseException | None = None

    def run(self) -> None:
        assert self._work is not None
        try:
            self.result = self._work()
        except BaseException as error:  # whatever it is, it belongs to the thread that waits
            self.error = error
        self._work = None  # with the windows that it may refer to, as long as the one who waits holds them, too
        self.finished = True
        self._ended()


class _Waiter(QObject):
    """The waiting thread's part."""

    over = Signal()

    def tell(self) -> None:
        self.over.emit()


class _Held(QObject):
    """Keeps the windows open: user input is held back meanwhile, but a window manager's wish to close one is none."""

    def __init__(self) -> None:
        super().__init__()
        self._windows = [window for window in QApplication.topLevelWidgets() if window.isVisible()]

    def __enter__(self) -> None:
        for window in self._windows:
            window.installEventFilter(self)
            window.setProperty(WORKS, works(window) + 1)

    def __exit__(self, *_: object) -> None:
        for window in filter(isValid, self._windows):
            window.setProperty(WORKS, works(window) - 1)
            window.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Refuse to be closed, by Esc as well."""
        if event.type() in (QEvent.Type.Close, QEvent.Type.KeyPress):
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def works(window: QObject) -> int:
    """How many works ``window`` is waiting for; until there are none it must not go, since they come back to it."""
    return int(window.property(WORKS) or 0)


def in_background(parent: QWidget | None, words: str, work: Callable[[], T], *, cancel: bool = False) -> T | None:
    """Carry ``work`` out on a thread of its own and wait for it while the window goes on painting; its result or its exception.

    With ``cancel`` the person may stop waiting: then None is returned, and what the thread still finds is thrown away.
    """
    with _Held():
        return _carried_out(parent, words, work, cancel=cancel)


def _carried_out(parent: QWidget | None, words: str, work: Callable[[], T], *, cancel: bool) -> T | None:
    waiter, loop = _Waiter(), QEventLoop()
    task = _Work(work, QueuedCall(waiter.tell))
    waiter.over.connect(loop.quit)
    QTimer.singleShot(PATIENCE, loop, loop.quit)
    Thread(target=task.run, daemon=True, name="background").start()
    if not task.finished:
        loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    if not task.finished and not _wait(parent, words, task, waiter, cancel):
        return None
    if task.error is not None:
        raise task.error
    return task.result


def _wait(parent: QWidget | None, words: str, task: _Work[T], waiter: _Waiter, cancel: bool) -> bool:
    """Show that something is going on; whether it came to its end."""
    dialog = _Waiting(words, cancel, parent)
    waiter.over.connect(dialog.accept)
    if not task.finished:
        dialog.exec()
    dialog.deleteLater()
    return task.finished


class _Waiting(QDialog):
    def __init__(self, words: str, cancel: bool, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._cancel = cancel
        self.setWindowTitle("请稍候")
        label = QLabel(words)
        label.setTextFormat(Qt.TextFormat.PlainText)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setAccessibleName(words)
        layout = QVBoxLayout(self)
        layout.addWidget(label)
        layout.addWidget(bar)
        if cancel:
            button = QPushButton("取消")
            button.clicked.connect(super().reject)
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignRight)

    def reject(self) -> None:
        """Esc and the window's cross stop the waiting only where that is allowed."""
        if self._cancel:
            super().reject()
