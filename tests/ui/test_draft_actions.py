"""What can be done to a draft in the list, by key, button and menu; and the bin."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from home_support import Show, names, press, put, put_back_first, shown
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.errors import AppError
from app.ui.bin import BinDialog
from app.ui.desk import Desk

if TYPE_CHECKING:
    from conftest import Recorder

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform's own words


@pytest.fixture
def show(qtbot: QtBot, desk: Desk) -> Show:
    return partial(shown, qtbot, desk)


def test_delete_moves_to_the_bin_and_undo_brings_it_back(show: Show, desk: Desk, qtbot: QtBot, recorder: Recorder) -> None:
    put(desk, "甲项目")
    draft = put(desk, "乙项目")
    put(desk, "丙项目")
    page = show()
    page.list.select(draft)
    qtbot.keyClick(page.list, Qt.Key.Key_Delete)
    assert names(page) == ["丙项目", "甲项目"]
    assert "乙项目" in page.strip.text.text()
    assert page.current is not None
    assert page.current.facts.project == "甲项目"  # the next one, so that one can go on
    press(qtbot, page.strip.action)
    assert names(page) == ["丙项目", "乙项目", "甲项目"]
    assert page.current.id == draft
    assert not page.strip.isVisible()
    assert recorder.shown == []


def test_a_name_with_quotation_marks_stands_in_others(show: Show, desk: Desk, qtbot: QtBot) -> None:
    put(desk, "“藕乡先锋”行动")
    page = show()
    page.duplicate()
    assert "“‘藕乡先锋’行动”" in page.strip.text.text()
    qtbot.keyClick(page.list, Qt.Key.Key_Delete)
    assert "“‘藕乡先锋’行动”" in page.strip.text.text()


def test_what_the_bin_gave_back_needs_no_undo(show: Show, desk: Desk, qtbot: QtBot) -> None:
    put(desk, "甲项目")
    put(desk, "乙项目")
    page = show()
    qtbot.keyClick(page.list, Qt.Key.Key_Delete)
    assert page.strip.isVisible()
    page.show_bin()
    dialog = page.findChild(BinDialog)
    assert dialog is not None
    dialog.reject()
    assert page.strip.isVisible()  # nothing has changed
    page.show_bin()
    dialog = page.findChildren(BinDialog)[-1]
    press(qtbot, dialog.restore)
    dialog.reject()
    assert not page.strip.isVisible()
    assert len(names(page)) == 2


def test_delete_in_the_search_box_deletes_letters_only(show: Show, desk: Desk, qtbot: QtBot) -> None:
    put(desk, "甲项目")
    page = show()
    page.search.setText("甲")
    page.search.setFocus()
    page.search.home(False)
    qtbot.keyClick(page.search, Qt.Key.Key_Delete)
    assert page.search.text() == ""
    assert names(page) == ["甲项目"]


def test_duplicate_by_key_becomes_the_current_one(show: Show, desk: Desk, qtbot: QtBot) -> None:
    draft = put(desk, "甲项目")
    put(desk, "乙项目")
    page = show()
    page.list.select(draft)
    qtbot.keyClick(page.list, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert sorted(names(page)) == ["乙项目", "甲项目", "甲项目"]
    assert page.current is not None
    assert page.current.id != draft
    assert page.current.facts.project == "甲项目"


def test_buttons_and_menu_do_the_same(show: Show, desk: Desk, qtbot: QtBot) -> None:
    draft = put(desk, "甲项目")
    page = show()
    pairs = [(page.export_action, page.export_draft), (page.versions_action, page.show_versions), (page.open_action, page.open_draft)]
    for action, signal in pairs:
        with qtbot.waitSignal(signal) as said:
            press(qtbot, page.foot_buttons[action])
        assert said.args == [draft]
    page.list.customContextMenuRequested.emit(QPoint(10, 10))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()] == [action.text() for action in page.list.actions()]
    menu.close()


def test_a_failing_store_is_told_and_the_list_stays(
    show: Show, desk: Desk, qtbot: QtBot, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(desk, "甲项目")
    page = show()

    def full(*_: object) -> None:
        raise AppError("磁盘已满")

    for method in ("bin", "duplicate", "load"):
        monkeypatch.setattr(desk.store, method, full)
    qtbot.keyClick(page.list, Qt.Key.Key_Delete)
    qtbot.keyClick(page.list, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    page.adopt_action.trigger()
    assert recorder.texts("alarm") == ["磁盘已满"] * 3
    assert names(page) == ["甲项目"]


def test_a_draft_without_a_unit_does_not_wipe_what_is_known_of_it(show: Show, desk: Desk, recorder: Recorder) -> None:
    desk.store.set_profile({"unit.name": "常德市测绘学会", "unit.address": "柳叶大道1号"})
    put(desk, "甲项目", unit="")
    put(desk, "乙项目")
    page = show()
    assert page.adopt_action.isEnabled()
    page.list.setCurrentIndex(page.list.drafts.index(1))
    assert page.open_action.isEnabled()
    assert not page.adopt_action.isEnabled()
    recorder.answers = [True]
    page.adopt_action.trigger()
    assert desk.store.profile()["unit.name"] == "常德市测绘学会"


# --- the bin ---------------------------------------------------------------------------------------------------------


def test_the_bin_restores_and_removes_for_good_only_when_asked(desk: Desk, qtbot: QtBot, recorder: Recorder) -> None:
    ids = [put(desk, name) for name in ("甲项目", "乙项目", "丙项目", "丁项目")]
    for draft in ids:
        desk.store.bin(draft)
    dialog = BinDialog(desk)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.list.select(ids[0])
    press(qtbot, dialog.restore)
    assert [entry.id for entry in desk.store.summaries()] == [ids[0]]
    dialog.list.select(ids[1])
    press(qtbot, dialog.purge)  # answered with Esc
    assert len(desk.store.summaries(binned=True)) == 3
    recorder.answers = [True]
    press(qtbot, dialog.purge)
    assert {entry.id for entry in desk.store.summaries(binned=True)} == {ids[2], ids[3]}
    assert "乙项目" in recorder.texts("confirm")[-1]
    press(qtbot, dialog.empty)
    assert len(desk.store.summaries(binned=True)) == 2
    recorder.answers = [True]
    press(qtbot, dialog.empty)
    assert desk.store.summaries(binned=True) == []
    assert not dialog.purge.isEnabled()
    assert "空" in dialog.words.text()


def test_the_bin_opens_from_home_and_home_follows(show: Show, desk: Desk, qtbot: QtBot) -> None:
    draft = put(desk, "甲项目")
    desk.store.bin(draft)
    page = show()
    put_back_first(qtbot, page)
    qtbot.waitUntil(lambda: names(page) == ["甲项目"])
