"""What happens before the window is furnished: until then nothing of it can tell that something went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QStandardPaths, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from app import paths
from app.paths import HOME_VARIABLE
from app.store import Store
from app.ui import crash, messages
from app.ui.main_window import MainWindow
from app.ui.start import NOT_WHOLE, furnish, leave_program_folder

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),  # the offscreen platform, of every window
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]


@pytest.fixture
def window(qtbot: Any, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    made = MainWindow()
    qtbot.addWidget(made)
    made.show()
    yield made
    for watch in qapp.findChildren(crash.Watch):
        watch.stop()
        watch._desk.autosave.close()
        watch._desk.store.close()
        watch.deleteLater()


def test_an_error_while_the_window_is_furnished_is_told_and_reported(
    qtbot: Any, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("x")

    told: list[str] = []

    def look() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            told.append(box.text())
            box.reject()

    watching = QTimer(window, interval=10)
    watching.timeout.connect(look)
    watching.start()
    monkeypatch.setattr(MainWindow, "_restore_geometry", broken)
    QTimer.singleShot(0, window, lambda: furnish(window, None))
    qtbot.waitUntil(lambda: bool(told))
    watching.stop()
    assert told[0].startswith(crash.HAPPENED)
    [report] = (tmp_path / "reports").iterdir()
    assert "KeyError" in report.read_text(encoding="utf-8")


@pytest.mark.parametrize("error", [ImportError("DLL load failed while importing _sqlite3"), ValueError("x")])
def test_an_error_before_the_store_is_open_is_told(
    qapp: QApplication, window: MainWindow, recorder: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """A scanner of Windows has taken a library away: nobody watches yet, and the window said 正在打开 for ever."""

    def broken(*_: object) -> None:
        raise error

    ended: list[int] = []
    monkeypatch.setattr(messages, "Messages", lambda: recorder)
    monkeypatch.setattr(Store, "open", broken)
    monkeypatch.setattr(QApplication, "exit", ended.append)
    with pytest.raises(type(error)):
        furnish(window, None)
    assert recorder.texts("alarm") == [NOT_WHOLE]
    assert ended == [2]


def test_no_dialog_begins_in_the_folder_of_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shortcut of Windows' menu starts it there, and what was saved elsewhere lay among its libraries."""
    program, documents = tmp_path / "program", tmp_path / "documents"
    for folder in (program, documents):
        folder.mkdir()
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _: str(documents))
    monkeypatch.setattr(paths, "program_folder", lambda: program)
    monkeypatch.chdir(tmp_path)
    leave_program_folder()
    assert Path.cwd() == tmp_path
    monkeypatch.chdir(program)
    leave_program_folder()
    assert Path.cwd() == documents
    monkeypatch.chdir(program)
    documents.rmdir()
    leave_program_folder()
    assert Path.cwd() == program
