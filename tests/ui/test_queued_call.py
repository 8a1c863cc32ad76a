"""How a thread is heard in the window."""

from __future__ import annotations

import threading
import weakref
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from shiboken6 import Shiboken

from app.ui.queued_call import QueuedCall


class Listener(QObject):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.heard: list[tuple[object, bool]] = []

    def hear(self, word: object) -> None:
        self.heard.append((word, threading.current_thread() is threading.main_thread()))
        if word == "bad":
            raise ValueError(word)


def in_a_thread(call: QueuedCall, *words: object) -> None:
    def say() -> None:
        for word in words:
            call(word)

    thread = threading.Thread(target=say)
    thread.start()
    thread.join()


def test_it_arrives_in_the_windows_thread_and_in_order(qtbot: Any) -> None:
    listener = Listener()
    in_a_thread(QueuedCall(listener.hear), *range(100))
    assert listener.heard == []
    qtbot.waitUntil(lambda: len(listener.heard) == 100)
    assert listener.heard == [(number, True) for number in range(100)]


def test_from_the_windows_own_thread_it_comes_later_too(qtbot: Any) -> None:
    listener = Listener()
    QueuedCall(listener.hear)(1)
    assert listener.heard == []
    qtbot.waitUntil(lambda: listener.heard == [(1, True)])


def test_what_one_throws_keeps_none_of_the_others_back(qtbot: Any) -> None:
    listener = Listener()
    with qtbot.captureExceptions() as thrown:
        in_a_thread(QueuedCall(listener.hear), "bad", "good")
        qtbot.waitUntil(lambda: len(listener.heard) == 2)
    assert [str(error) for _, error, _ in thrown] == ["bad"]


def test_what_is_gone_hears_nothing(qapp: QApplication) -> None:
    parent = QObject()
    listener = Listener(parent)
    in_a_thread(QueuedCall(listener.hear), 1)
    Shiboken.delete(parent)  # as a closed window goes, with what belongs to it
    qapp.processEvents()
    assert listener.heard == []


def test_a_thread_keeps_nothing_alive(qapp: QApplication) -> None:
    listener = Listener()
    call, watched = QueuedCall(listener.hear), weakref.ref(listener)
    in_a_thread(call, 1)
    del listener
    assert watched() is None
    qapp.processEvents()
    call(2)
    qapp.processEvents()


def test_it_is_caught_up_on_where_somebody_waits(qtbot: Any) -> None:
    listener, other = Listener(), Listener()
    first, second = QueuedCall(listener.hear), QueuedCall(other.hear)
    in_a_thread(second, "before")
    in_a_thread(first, 1, 2)
    first.catch_up()
    assert listener.heard == [(1, True), (2, True)]
    assert other.heard == []
    in_a_thread(first, 3)
    qtbot.waitUntil(lambda: len(listener.heard) == 3)
    assert other.heard == [("before", True)]  # each once, and nothing twice
    assert listener.heard == [(1, True), (2, True), (3, True)]
