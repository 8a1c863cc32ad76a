"""What the window's tests share: a desk with a store of its own, a recorder in place of real dialogs, and the look."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LC_ALL"] = "C.UTF-8"  # the same words on every machine; of a locale without UTF-8 Qt would warn

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.store import Store
from app.ui import theme
from app.ui.autosave import Autosave
from app.ui.desk import Desk
from app.ui.help import HelpWindow
from app.ui.messages import Messages

TODAY = date(2022, 3, 25)
PATIENCE = 60_000  # milliseconds


@dataclass
class Recorder(Messages):
    """Stands in the door of all dialogs: keeps what would have been shown and answers as scripted, else as Esc would."""

    shown: list[tuple[str, str]] = field(default_factory=list)  # (method, text)
    answers: list[object] = field(default_factory=list)  # what the next questions are answered with

    def _answer(self, otherwise: object) -> object:
        return self.answers.pop(0) if self.answers else otherwise

    def inform(self, parent: QWidget | None, title: str, text: str) -> None:
        self.shown.append(("inform", text))

    def alarm(self, parent: QWidget | None, title: str, text: str) -> None:
        self.shown.append(("alarm", text))

    def confirm(self, parent: QWidget | None, title: str, text: str, yes: str, no: str = "取消") -> bool:
        self.shown.append(("confirm", text))
        return bool(self._answer(False))

    def choose(self, parent: QWidget | None, title: str, text: str, options: Sequence[str]) -> int:
        self.shown.append(("choose", text))
        return int(self._answer(len(options) - 1))  # type: ignore[call-overload]

    def open_file(self, parent: QWidget | None, title: str, patterns: str) -> Path | None:
        self.shown.append(("open_file", title))
        return self._answer(None)  # type: ignore[return-value]

    def open_files(self, parent: QWidget | None, title: str, patterns: str) -> list[Path]:
        self.shown.append(("open_files", title))
        return self._answer([])  # type: ignore[return-value]

    def save_file(self, parent: QWidget | None, title: str, name: str, patterns: str) -> Path | None:
        self.shown.append(("save_file", name))
        return self._answer(None)  # type: ignore[return-value]

    def choose_folder(self, parent: QWidget | None, title: str, start: Path) -> Path | None:
        self.shown.append(("choose_folder", title))
        return self._answer(None)  # type: ignore[return-value]

    def texts(self, method: str = "") -> list[str]:
        """What was shown, of one method or of all."""
        return [text for name, text in self.shown if method in ("", name)]


class PatientBot(QtBot):
    """Waits long where a test says nothing: five seconds are little on a machine that is slow or busy, and only a failure takes them."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE) -> None:  # noqa: N802
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, **options: Any) -> Any:  # noqa: N802
        return super().waitSignal(signal, **{"timeout": PATIENCE, **options})


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


@pytest.fixture(scope="session")
def qapp(qapp_args: list[str], qapp_cls: type[QApplication]) -> QApplication:
    """The application in the light look at 100 %. ``app.ui.start.make_application`` finds and completes it where a test needs that."""
    application = QApplication.instance() or qapp_cls(qapp_args)
    assert isinstance(application, QApplication)
    theme.apply(application, dark=False)
    return application


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def desk(qapp: QApplication, tmp_path: Path, recorder: Recorder) -> Iterator[Desk]:
    """A desk over a new store; the notice is the bundled one and the day is six days before the deadline."""
    store = Store.open(tmp_path / "store")
    made = Desk(store, Autosave(store), recorder, today=lambda: TODAY, call_folders=())
    yield made
    made.autosave.close()
    store.close()


@pytest.fixture
def help_window(qtbot: QtBot, desk: Desk) -> HelpWindow:
    """The help in a window that has the keyboard."""
    window = HelpWindow(desk)
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # qtbot deletes it
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window
