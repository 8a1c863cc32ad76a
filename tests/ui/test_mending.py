"""What the store recovers while the program runs is said in the window, and what stands in the window is not lost by it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import Recorder
from pytestqt.qtbot import QtBot

from app.application import new, newest_call
from app.store import opening
from app.ui import mending
from app.ui.desk import Desk
from app.ui.main_window import MainWindow
from app.ui.mending import Mending
from app.ui.start import after_start

Shown = Callable[[], MainWindow]


@pytest.fixture
def drafts(desk: Desk) -> list[str]:
    """Two drafts; the first was saved twice."""
    made = new("party", newest_call())
    made.set("project.name", "起初")
    found = [desk.store.create(made) for _ in range(2)]
    desk.store.keep_version(found[0], "手动")
    return found


@pytest.fixture
def shown(desk: Desk, qtbot: QtBot) -> Shown:
    def show() -> MainWindow:
        window = MainWindow(desk)
        qtbot.addWidget(window)
        window.show()
        return window

    return show


def spoil(desk: Desk, draft: str) -> None:
    with desk.store._database.writing() as connection:
        connection.execute("UPDATE documents SET memory = 'x' WHERE draft = ?", (draft,))


def test_a_large_store_is_checked_after_the_start_and_damage_is_told(
    shown: Shown, desk: Desk, drafts: list[str], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "CHECK_ALL_BYTES", 0)
    monkeypatch.setattr(mending, "REST", 0)
    window = shown()
    spoil(desk, drafts[0])
    Mending(window)
    qtbot.waitUntil(window.home.recovery.isVisible)
    assert "草稿库有损坏" in window.home.recovery.text.text()
    assert "“起初”" in window.home.recovery.text.text()
    assert desk.store.news() == []


def test_a_draft_that_opens_in_an_earlier_state_says_so_at_once(
    shown: Shown, desk: Desk, drafts: list[str], qtbot: QtBot, recorder: Recorder
) -> None:
    window = shown()
    Mending(window)
    spoil(desk, drafts[0])
    window.open_draft(drafts[0])
    qtbot.waitUntil(lambda: bool(recorder.texts("alarm")))
    assert "请核对：“起初”" in recorder.texts("alarm")[0]
    assert window.wizard is not None


def test_what_is_on_the_screen_is_saved_over_the_state_that_was_found(
    shown: Shown, desk: Desk, drafts: list[str], qtbot: QtBot, recorder: Recorder
) -> None:
    window = shown()
    Mending(window)
    window.open_draft(drafts[0])
    assert window.wizard is not None
    window.wizard.session.set("project.name", "后来")
    desk.autosave.edited(drafts[0], window.wizard.session)
    assert desk.autosave.flush()
    spoil(desk, drafts[0])
    assert desk.store.load(drafts[0]).application.values["project.name"] == "起初"
    qtbot.waitUntil(lambda: bool(recorder.texts("alarm")))
    assert desk.autosave.flush()
    assert desk.store.load(drafts[0]).application.values["project.name"] == "后来"


def test_the_program_has_it_from_its_start(shown: Shown, desk: Desk) -> None:
    window = shown()
    after_start(window, None)
    assert window.findChild(Mending) is not None
