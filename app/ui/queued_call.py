"""How a thread is heard in the window: a QObject that may be short-lived must never be in a thread's hands.

A thread that sends a signal while its sender is thrown away, or that is the last to let go of one, ends the program with a segmentation
fault: Qt and PySide take such an object apart in the thread that it lives in, and nowhere else. So threads hold a :class:`QueuedCall`,
which holds the object weakly and looks at it in the window's thread alone; between the two stands one object that lives as long as the
program.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any
from weakref import WeakMethod

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid


class QueuedCall:
    """Calls a method of a QObject of the window's, soon and in the window's thread; nothing once the object is gone.

    To be made in the window's thread. May be called, kept and let go of in any; the calls arrive in the order in which they were made.
    """

    def __init__(self, method: Callable[..., object]) -> None:
        self._method = WeakMethod(method)
        self._waiting: deque[tuple[Any, ...]] = deque()
        self._relay = _relay()

    def __call__(self, *words: Any) -> None:
        self._waiting.append(words)
        self._relay.announce(self)

    def catch_up(self) -> None:
        """In the window's thread: carry out now what was called until now."""
        for _ in range(len(self._waiting)):
            self.carry_out()

    def carry_out(self) -> None:
        """In the window's thread: the next call, unless it was caught up on."""
        if not self._waiting:
            return
        words, method = self._waiting.popleft(), self._method()
        if method is not None and isValid(method.__self__):
            method(*words)


class _Relay(QObject):
    _came = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._calls: SimpleQueue[QueuedCall] = SimpleQueue()
        self._came.connect(self._carry_out, Qt.ConnectionType.QueuedConnection)

    def announce(self, call: QueuedCall) -> None:
        self._calls.put(call)
        self._came.emit()

    @Slot()
    def _carry_out(self) -> None:
        """One call for each signal, so that what a call throws, or waits for, keeps none of the others back."""
        self._calls.get_nowait().carry_out()


_RELAY: list[_Relay] = []


def _relay() -> _Relay:
    if not _RELAY:
        _RELAY.append(_Relay())
    return _RELAY[0]
