"""What the tests of the home page share: the page in a window, drafts in its store, a look at its list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.drafts import begin, facts_now
from app.ui.bin import BinDialog
from app.ui.desk import Desk
from app.ui.home import HomePage

Show = Callable[[], HomePage]
TODAY = date(2022, 3, 25)


def shown(qtbot: QtBot, desk: Desk) -> HomePage:
    """The page as it stands after the start."""
    page = HomePage(desk)
    qtbot.addWidget(page)
    page.resize(1200, 640)
    page.show()
    page.after_start()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    return page


def put(desk: Desk, project: str, unit: str = "常德市测绘学会", category: str = "tech-service") -> str:
    application, memory = begin(desk.call, "capability", category, {"unit.name": unit})
    application.set("project.name", project)
    return desk.store.create(application, memory, facts_now(application, TODAY))


def names(page: HomePage) -> list[str]:
    return [entry.facts.project for entry in page.list.drafts.shown]


def press(qtbot: QtBot, button: QPushButton) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def put_back_first(qtbot: QtBot, page: HomePage) -> None:
    """Out of the bin, by keys: the draft that was put there last."""
    press(qtbot, page.bin_button)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, BinDialog)
    qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
