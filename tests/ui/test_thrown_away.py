"""Long work beside the window: whoever asked for it may be thrown away at any moment, and never in the work's own thread."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from shiboken6 import Shiboken

from app.ui import queued_call
from app.ui.background import in_background
from app.ui.export_worker import Job

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
TIMES = 5_000


def of_qt(thread: threading.Thread) -> list[QObject]:
    """The objects of Qt's that a thread holds, but for the one that lives as long as the program."""
    found: list[QObject] = []
    seen: set[int] = set()
    ahead: list[Any] = [vars(thread).get("_target"), vars(thread).get("_args"), vars(thread).get("_kwargs")]
    while ahead:
        held = ahead.pop()
        if id(held) in seen or isinstance(held, type | ModuleType | queued_call._Relay):
            continue
        seen.add(id(held))
        if isinstance(held, QObject):
            found.append(held)
        elif isinstance(held, FunctionType):  # without its module
            ahead += [held.__closure__, held.__defaults__]
        else:
            ahead += gc.get_referents(held)
    return found


def test_the_thread_of_a_job_holds_nothing_of_the_windows(qapp: QApplication) -> None:
    parent = QObject()
    job = Job(lambda *_: None, parent)
    assert job._thread._target.__self__  # type: ignore[attr-defined]
    assert of_qt(job._thread) == []


def test_nor_does_that_of_a_work_beside_the_window(qapp: QApplication) -> None:
    held = in_background(None, "……", lambda: of_qt(threading.current_thread()))
    assert held == []


def test_of_qt_finds_what_a_thread_holds(qapp: QApplication) -> None:
    class Holder(QObject):
        def run(self) -> None: ...

    holder = Holder()
    assert of_qt(threading.Thread(target=holder.run)) == [holder]
    assert of_qt(threading.Thread(target=lambda: holder)) == [holder]
    assert of_qt(threading.Thread(target=print, args=({"a": [holder]},))) == [holder]


def test_the_work_of_a_job_that_is_thrown_away_is_told_to_stop(qapp: QApplication) -> None:
    begun, gone, stopped = (threading.Event() for _ in range(3))

    def work(progress: Callable[[str, float], None], cancelled: Callable[[], bool]) -> None:
        progress("一", 0.1)
        begun.set()
        gone.wait(PATIENCE)
        progress("二", 0.2)
        if cancelled():
            stopped.set()

    parent = QObject()
    job = Job(work, parent)
    heard: list[str] = []
    job.progress.connect(lambda text, _: heard.append(text))
    thread = job._thread
    job.start()
    assert begun.wait(PATIENCE)
    Shiboken.delete(parent)
    gone.set()
    thread.join(PATIENCE)
    qapp.processEvents()
    assert stopped.is_set()
    assert heard == []  # of what is gone nobody tells


JOBS = """
for number in range(times):
    window = QDialog()
    window.job = Job(lambda progress, cancelled: progress("", 0.5), window)
    loop = QEventLoop()
    window.job.done.connect(loop.quit)
    window.job.start()
    if number % 2:
        loop.exec()
    window.deleteLater()
    del window
    application.processEvents()
"""
WORKS = """
window = QDialog()
window.show()
for number in range(times):
    go_on = threading.Event()
    def begin():
        in_background(window, "", lambda: None)
        go_on.set()
    QTimer.singleShot(0, begin)
    assert in_background(window, "", lambda: go_on.wait(60))
"""
HEAD = """
import sys, threading
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QDialog
from app.ui.background import in_background
from app.ui.export_worker import Job
sys.setswitchinterval(1e-6)
application, times = QApplication([]), int(sys.argv[1])
"""


@pytest.mark.slow
@pytest.mark.parametrize("program", [JOBS, WORKS], ids=["jobs", "works"])
def test_thousands_of_threads_end_without_taking_the_program_along(program: str) -> None:
    done = subprocess.run([sys.executable, "-c", HEAD + program, str(TIMES)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
