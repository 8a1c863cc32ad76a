"""Work beside the window: a window that somebody asks to close meanwhile stays until the work is done."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog

from app.ui.background import in_background
from app.ui.quiet_dialog import QuietDialog

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform, of every window


def test_a_window_is_not_closed_under_the_work(qtbot: Any) -> None:
    dialog, go_on, seen = QDialog(), threading.Event(), []
    qtbot.addWidget(dialog)
    dialog.show()

    def close() -> None:
        seen.append(dialog.close())
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        go_on.set()

    QTimer.singleShot(0, close)
    assert in_background(dialog, "……", lambda: go_on.wait(60) and 7) == 7
    assert seen == [False]
    assert dialog.isVisible()
    assert dialog.close()  # afterwards it may go


def test_a_failure_is_the_callers(qtbot: Any) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)

    def fail() -> None:
        raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        in_background(dialog, "……", fail)


def test_a_button_does_not_close_it_either_even_after_a_second_work_in_the_first(qtbot: Any) -> None:
    dialog, go_on, seen = QuietDialog(), threading.Event(), []
    qtbot.addWidget(dialog)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()

    def press() -> None:  # as a screen reader does, which Qt does not count as user input
        dialog.reject()
        seen.append(dialog.isVisible())
        in_background(dialog, "……", lambda: None)
        dialog.accept()
        seen.append(dialog.isVisible())
        go_on.set()

    QTimer.singleShot(0, press)
    assert in_background(dialog, "……", lambda: go_on.wait(60) and 7) == 7
    assert seen == [True, True]
    with qtbot.waitSignal(dialog.destroyed):
        dialog.reject()
