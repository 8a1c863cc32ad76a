"""The unit's profile: offered once, replaced only when asked, typed and kept."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from home_support import Show, press, put, shown
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.errors import AppError
from app.ui.desk import Desk
from app.ui.home import OFFERED
from app.ui.profile import ProfileDialog

if TYPE_CHECKING:
    from conftest import Recorder

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform's own words


@pytest.fixture
def show(qtbot: QtBot, desk: Desk) -> Show:
    return partial(shown, qtbot, desk)


def test_the_newest_unit_is_offered_once(show: Show, desk: Desk, qtbot: QtBot) -> None:
    put(desk, "甲项目", unit="常德市柑橘学会")
    page = show()
    assert "常德市柑橘学会" in page.strip.text.text()
    press(qtbot, page.strip.dismiss)
    assert desk.store.setting(OFFERED) is True
    page.after_start()
    assert not page.strip.isVisible()
    assert desk.store.profile() == {}


def test_an_accepted_offer_becomes_the_profile(show: Show, desk: Desk, qtbot: QtBot) -> None:
    put(desk, "甲项目", unit="常德市柑橘学会")
    page = show()
    press(qtbot, page.strip.action)
    assert desk.store.profile() == {"unit.name": "常德市柑橘学会"}


def test_replacing_a_profile_is_asked_first(show: Show, desk: Desk, recorder: Recorder) -> None:
    desk.store.set_profile({"unit.name": "常德市测绘学会"})
    put(desk, "甲项目", unit="常德市柑橘学会")
    page = show()
    page.adopt_action.trigger()
    assert desk.store.profile() == {"unit.name": "常德市测绘学会"}
    recorder.answers = [True]
    page.adopt_action.trigger()
    assert desk.store.profile() == {"unit.name": "常德市柑橘学会"}


@pytest.fixture
def profile(qtbot: QtBot, desk: Desk) -> ProfileDialog:
    desk.store.set_profile({"unit.name": "常德市测绘学会", "unit.phone": "0736-7256979"})
    dialog = ProfileDialog(desk)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def test_the_profile_is_typed_and_kept(profile: ProfileDialog, desk: Desk, qtbot: QtBot) -> None:
    profile.page.focus_field("unit.founded")
    qtbot.keyClicks(QApplication.focusWidget(), "2016.5")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)  # must not close the dialog half filled in
    assert profile.isVisible()
    assert QApplication.activePopupWidget() is None  # nor open a calendar
    profile.save.setFocus()
    qtbot.keyClick(profile.save, Qt.Key.Key_Return)
    assert not profile.isVisible()
    assert desk.store.profile() == {"unit.name": "常德市测绘学会", "unit.phone": "0736-7256979", "unit.founded": "2016-05"}


def test_leaving_the_profile_with_changes_is_asked(profile: ProfileDialog, desk: Desk, qtbot: QtBot, recorder: Recorder) -> None:
    profile.page.focus_field("unit.address")
    qtbot.keyClicks(QApplication.focusWidget(), "A")
    qtbot.keyClick(profile, Qt.Key.Key_Escape)
    assert profile.isVisible()
    recorder.answers = [True]
    qtbot.keyClick(profile, Qt.Key.Key_Escape)
    assert not profile.isVisible()
    assert "unit.address" not in desk.store.profile()


def test_a_profile_that_cannot_be_saved_stays_open(
    profile: ProfileDialog, desk: Desk, qtbot: QtBot, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise AppError("磁盘已满")

    monkeypatch.setattr(desk.store, "set_profile", full)
    press(qtbot, profile.save)
    assert profile.isVisible()
    assert recorder.texts("alarm") == ["磁盘已满"]
