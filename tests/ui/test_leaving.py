"""Leaving a draft and coming back to it, by the list, by quitting, by a dropped file: nothing is lost, and nothing piles up."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from editors_support import compose
from journeys_support import CONTROL, Person
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox
from rules_support import at_work, put

from app.application import dump
from app.errors import AppError
from app.samples import sample
from app.store import Store
from app.ui.autosave import Autosave
from app.ui.background import in_background
from app.ui.desk import Desk
from app.ui.help import HelpWindow
from app.ui.importing import PreviewDialog
from app.ui.main_window import MainWindow
from app.ui.messages import Messages
from app.ui.wizard import Wizard
from tests.ui.conftest import TODAY, Recorder

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),  # the offscreen platform, of every window
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]
NEW_TEXT = "在原有工作的基础上增加一次回访。"


def test_home_stands_at_the_draft_that_was_open(qtbot: Any, desk: Desk) -> None:
    person = at_work(qtbot, desk, "plan")
    first = person.wizard.draft_id
    another = put(desk)
    person.window.open_draft(another)
    person.click(person.wizard.bar.home)
    assert person.window.home.current is not None
    assert person.window.home.current.id == another != first


def test_a_new_draft_is_seen_on_home_whatever_was_searched(qtbot: Any, desk: Desk) -> None:
    """And it becomes the current one then, not some time later, when Del was meant for another."""
    for project in ("甲项目", "乙项目", "丙项目"):
        application = sample("party")
        application.set("project.name", project)
        put(desk, application)
    person = Person(qtbot, desk)
    home = person.window.home
    home.search.setFocus()
    person.write("甲")
    person.begin("tech-service")
    begun = person.wizard.draft_id
    person.click(person.wizard.bar.home)
    assert home.current is not None
    assert home.current.id == begun
    home.search.clear()
    home.list.setCurrentIndex(home.list.drafts.index(2))
    home.list.setFocus()
    person.key(Qt.Key.Key_Delete)
    assert home.current.id != begun


def test_home_and_back(qtbot: Any, desk: Desk) -> None:
    person = at_work(qtbot, desk, "plan")
    person.reach(person.row("content.plan"))
    person.key(Qt.Key.Key_End, CONTROL)
    person.write(NEW_TEXT)
    wanted = person.value("content.plan")
    assert NEW_TEXT in wanted
    person.click(person.wizard.bar.home)  # the cursor is still in the field
    assert person.window.wizard is None
    qtbot.waitUntil(person.window.home.list.hasFocus)
    person.key(Qt.Key.Key_Return)
    assert person.page.page_id == "plan"
    assert person.value("content.plan") == wanted
    assert person.row("content.plan").editor.value() == wanted


def test_a_draft_that_cannot_be_opened_leads_home_as_it_is_now(
    qtbot: Any, desk: Desk, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = at_work(qtbot, desk, "project")
    left, another = person.wizard.draft_id, put(desk)
    person.retype("project.name", "新的项目名称")

    def unreadable(*_: object) -> None:
        raise AppError("这份草稿读不出来")

    monkeypatch.setattr(desk.store, "load", unreadable)
    person.window.open_draft(another)
    assert recorder.texts("alarm") == ["这份草稿读不出来"]
    home = person.window.home
    assert home.isVisible()
    assert {entry.id: entry.facts.project for entry in home.list.drafts.shown}[left] == "新的项目名称"


def test_quit_and_start_again(qtbot: Any, desk: Desk, recorder: Recorder, tmp_path: Path) -> None:
    person = at_work(qtbot, desk, "project")
    person.retype("project.place", "常德市石门县")
    person.reach(person.row("project.theme"))
    person.key(Qt.Key.Key_A, CONTROL)
    compose(person.row("project.theme").editor.main, "驻点服务")  # quit in the middle of a composition
    assert person.window.close()
    wanted = person.desk.store.load(desk.store.summaries()[0].id).application.values
    desk.autosave.close()
    desk.store.close()
    store = Store.open(tmp_path / "store")
    again = Desk(store, Autosave(store), recorder, today=lambda: TODAY, call_folders=())
    try:
        later = Person(qtbot, again)
        later.key(Qt.Key.Key_Return)
        assert later.page.page_id == "project"
        assert later.wizard.session.application.values == wanted
        assert later.row("project.place").editor.value() == "常德市石门县"
        assert later.row("project.theme").editor.value() == "驻点服务"
        assert later.window.close()
    finally:
        again.autosave.close()
        store.close()
    assert not recorder.shown


def drop_on(window: MainWindow, path: Path) -> bool:
    """Drag a file from elsewhere over the window and let it go; whether it was taken."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    place, none = window.rect().center(), Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(place, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, none)
    QApplication.sendEvent(window, entering)
    drop = QDropEvent(QPointF(place), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, none)
    QApplication.sendEvent(window, drop)
    return entering.isAccepted() and drop.isAccepted()


def test_a_dropped_file_opens(qtbot: Any, desk: Desk, tmp_path: Path) -> None:
    wanted = sample("party")
    path = tmp_path / "申报数据.json"
    path.write_bytes(dump(wanted))
    person = Person(qtbot, desk)
    dropped: list[bool] = []

    def let_go() -> None:
        dropped.append(drop_on(person.window, path))
        qtbot.waitUntil(lambda: len(desk.store.summaries()) == 1)

    def take(dialog: PreviewDialog) -> None:
        assert dropped == [True]  # until the drop is over the file manager hangs
        person.click(dialog.take)

    person.meanwhile(PreviewDialog, take, let_go)
    qtbot.waitUntil(lambda: person.window.wizard is not None)
    assert person.wizard.session.application.values == wanted.values
    assert len(desk.store.summaries()) == 1


@pytest.mark.parametrize("possible", [Qt.DropAction.CopyAction | Qt.DropAction.MoveAction, Qt.DropAction.MoveAction], ids=["any", "move"])
def test_a_dropped_file_is_never_said_to_have_been_moved(
    qtbot: Any, desk: Desk, recorder: Recorder, tmp_path: Path, possible: Qt.DropAction
) -> None:
    """The file manager takes away what has been moved, and with Shift that is what it proposes."""
    path = tmp_path / "申报数据.json"
    path.write_bytes(b"{}")
    person = Person(qtbot, desk)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    place, shift = person.window.rect().center(), Qt.KeyboardModifier.ShiftModifier
    entering = QDragEnterEvent(place, possible, mime, Qt.MouseButton.LeftButton, shift)
    assert entering.proposedAction() is Qt.DropAction.MoveAction
    QApplication.sendEvent(person.window, entering)
    drop = QDropEvent(QPointF(place), possible, mime, Qt.MouseButton.LeftButton, shift)
    QApplication.sendEvent(person.window, drop)
    assert entering.isAccepted()
    assert drop.isAccepted()
    assert drop.dropAction() is not Qt.DropAction.MoveAction
    qtbot.waitUntil(lambda: bool(recorder.texts("alarm")))  # it was opened, and is none of ours


def test_a_file_that_is_dropped_during_a_work_waits_for_it(qtbot: Any, desk: Desk, tmp_path: Path) -> None:
    """Drops come also while user input is held back, and the work comes back to the wizard."""
    path = tmp_path / "申报数据.json"
    path.write_bytes(dump(sample("party")))
    person = at_work(qtbot, desk, "plan")
    draft = person.wizard.draft_id
    over, seen = threading.Event(), []

    def during() -> None:
        assert drop_on(person.window, path)
        QTimer.singleShot(50, end)

    def end() -> None:
        seen.append(isinstance(QApplication.activeModalWidget(), PreviewDialog))  # a slow machine may say that it is at work
        over.set()

    def work() -> None:
        QTimer.singleShot(0, during)
        assert in_background(person.window, "……", lambda: over.wait(60))
        assert person.wizard.draft_id == draft
        qtbot.waitUntil(lambda: len(desk.store.summaries()) == 2)

    person.meanwhile(PreviewDialog, lambda dialog: person.click(dialog.take), work)
    assert seen == [False]
    qtbot.waitUntil(lambda: person.wizard.draft_id != draft)


def test_what_is_closed_is_gone(qtbot: Any, desk: Desk) -> None:
    """Whoever leaves the program open for weeks must not fill the memory with closed dialogs and wizards."""
    desk.messages = Messages()
    person = at_work(qtbot, desk, "plan")
    window = person.window
    for action in (window.settings_action, window.versions_action):
        person.meanwhile(QDialog, lambda dialog: dialog.reject(), action.trigger)
    person.meanwhile(QMessageBox, lambda box: box.reject(), lambda: desk.messages.inform(window, "题", "话"))
    window.help_action.trigger()
    qtbot.waitUntil(lambda: window.findChild(HelpWindow) is not None)
    window.findChild(HelpWindow).close()
    person.click(person.wizard.bar.home)
    kinds = (QDialog, HelpWindow, Wizard)
    qtbot.waitUntil(lambda: not [left for kind in kinds for left in window.findChildren(kind)])
