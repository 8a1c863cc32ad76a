"""Home: the call, the first start, and what it has to tell when it opens."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import pytest
from home_support import Show, names, press, put, put_back_first, shown
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.application import newest_call
from app.ui.desk import Desk
from app.ui.help import HelpWindow
from app.ui.home import WELCOME_PAGE
from app.ui.new_application import NewApplicationDialog

if TYPE_CHECKING:
    from conftest import Recorder

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform's own words


@pytest.fixture
def show(qtbot: QtBot, desk: Desk) -> Show:
    return partial(shown, qtbot, desk)


# --- the call --------------------------------------------------------------------------------------------------------


def test_the_call_says_when_and_where(show: Show, desk: Desk) -> None:
    page = show()
    assert page.card.title.text() == desk.call.title
    assert "还有6天" in page.card.deadline.text()
    for words in (desk.call.address, desk.call.email, desk.call.phone, *desk.call.contacts):
        assert words in page.card.sending.text()
    desk.today = lambda: date(2022, 4, 1)
    page.refresh()
    assert page.card.deadline.text() == "已于2022年3月31日截止，逾期概不受理"
    assert page.card.deadline.property("look") == "error"


def test_the_days_left_are_counted_anew_when_one_comes_back_the_next_morning(show: Show, desk: Desk, qtbot: QtBot) -> None:
    page, other = show(), QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(other.isActiveWindow)
    desk.today = lambda: date(2022, 3, 31)
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    qtbot.waitUntil(lambda: page.card.deadline.text() == "今天（2022年3月31日）截止，逾期概不受理")
    assert page.card.deadline.property("look") == "error"


def test_notice_and_help_open(show: Show, qtbot: QtBot) -> None:
    page = show()
    with qtbot.waitSignal(page.show_help) as asked:
        press(qtbot, page.card.notice)
    assert asked.args == ["notice"]
    with qtbot.waitSignal(page.show_help) as asked:
        press(qtbot, page.card.guide)
    assert asked.args == [""]


def test_a_low_window_folds_the_addresses_away_but_not_for_good(show: Show, qtbot: QtBot) -> None:
    page = show()
    assert page.card.sending.isVisible()
    page.resize(1200, 300)
    qtbot.waitUntil(lambda: not page.card.sending.isVisible())
    press(qtbot, page.card.unfold)
    assert page.card.sending.isVisible()
    page.resize(1200, 700)
    qtbot.waitUntil(lambda: not page.card.unfold.isVisible())
    assert page.card.sending.isVisible()


# --- the first start -------------------------------------------------------------------------------------------------


def test_the_first_start_explains_itself_and_the_keyboard_begins(show: Show, qtbot: QtBot) -> None:
    page = show()
    assert page.stack.currentIndex() == WELCOME_PAGE
    assert page.welcome.begin_button.hasFocus()
    assert not page.search.isVisible()
    qtbot.keyClick(page.welcome.begin_button, Qt.Key.Key_Space)
    assert isinstance(QApplication.activeModalWidget(), NewApplicationDialog)
    qtbot.keyClick(QApplication.activeModalWidget(), Qt.Key.Key_Escape)


def test_the_sample_opens_as_a_deletable_draft_that_says_what_it_is(show: Show, desk: Desk, qtbot: QtBot) -> None:
    page = show()
    with qtbot.waitSignal(page.open_draft) as opened:
        press(qtbot, page.welcome.sample_button)
    page.refresh()
    assert names(page)[0].startswith("【样例】")
    draft = desk.store.load(opened.args[0])
    assert draft.summary.facts.errors == 0
    assert all(entry.present for entry in draft.application.attachments)
    page.after_start()
    assert not page.strip.isVisible()  # a fictitious unit is never offered as the person's own
    page.list.setFocus()
    qtbot.keyClick(page.list, Qt.Key.Key_Delete)
    assert page.stack.currentIndex() == WELCOME_PAGE
    assert "回收站（1）" in page.bin_button.text()


# --- what it tells ---------------------------------------------------------------------------------------------------


def test_open_a_file(show: Show, desk: Desk, qtbot: QtBot, recorder: Recorder, tmp_path: object) -> None:
    page = show()
    with qtbot.assertNotEmitted(page.open_file):
        press(qtbot, page.open_button)
    recorder.answers = [tmp_path]
    with qtbot.waitSignal(page.open_file) as asked:
        press(qtbot, page.open_button)
    assert asked.args == [tmp_path]


def test_recovery_is_told_on_home(show: Show, desk: Desk, qtbot: QtBot) -> None:
    desk.store.notices.append("上次没有正常退出，最后的修改已找回")
    page = show()
    assert page.recovery.isVisible()
    assert "最后的修改已找回" in page.recovery.text.text()
    with qtbot.waitSignal(page.show_help) as asked:
        press(qtbot, page.recovery.action)
    assert asked.args == ["data"]
    assert not page.recovery.isVisible()


def test_a_broken_call_file_does_not_keep_home_from_opening(show: Show, desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("calls")
    (folder / "x.toml").write_text("id = ", encoding="utf-8")
    desk.call_folders = (folder,)
    page = show()
    assert page.card.title.text() == newest_call().title
    assert "x.toml" in page.recovery.text.text()


def test_a_broken_call_file_keeps_neither_the_bin_nor_the_help_from_opening(
    show: Show, desk: Desk, qtbot: QtBot, recorder: Recorder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The help is where the page itself sends whoever reads of the file, and what was put away by mistake is wanted all the same."""
    folder = tmp_path_factory.mktemp("calls")
    (folder / "x.toml").write_text("id = ", encoding="utf-8")
    desk.store.bin(put(desk, "甲项目"))
    desk.call_folders = (folder,)
    page = show()
    put_back_first(qtbot, page)
    qtbot.waitUntil(lambda: names(page) == ["甲项目"])
    window = HelpWindow(desk, page)
    window.show_topic("notice")
    assert newest_call().title in window.page.toPlainText()
    assert recorder.shown == []
