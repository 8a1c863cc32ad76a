"""Long work beside the window: whoever asked for it may be thrown away at any moment."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication
from shiboken6 import Shiboken

from app.ui.export_worker import Job

PATIENCE = 60


def test_a_job_is_not_thrown_away_in_the_middle_of_a_signal(qapp: QApplication) -> None:
    """Its thread would go on in what is gone; afterwards nothing is sent, and the work is told to stop."""
    begun, go_on, over, stopped = (threading.Event() for _ in range(4))

    def work(progress: Callable[[str, float], None], cancelled: Callable[[], bool]) -> None:
        progress("一", 0.1)
        over.set()
        progress("二", 0.2)
        if cancelled():
            stopped.set()

    def slow(*_: object) -> None:
        begun.set()
        go_on.wait(PATIENCE)

    parent = QObject()
    job = Job(work, parent)
    job.progress.connect(slow, Qt.ConnectionType.DirectConnection)  # in the job's own thread
    thread = job._thread
    job.start()
    assert begun.wait(PATIENCE)
    threading.Timer(0.2, go_on.set).start()
    Shiboken.delete(parent)
    assert go_on.is_set()
    thread.join(PATIENCE)
    assert over.is_set()
    assert stopped.is_set()
