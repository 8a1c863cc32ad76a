"""Home: the list, its search, what can be done to a draft, the bin, the profile, the first start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from time import process_time
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from app.application import newest_call
from app.drafts import begin, facts_now
from app.errors import AppError
from app.samples import sample
from app.store import State, Summary
from app.ui import theme
from app.ui.bin import BinDialog
from app.ui.desk import Desk
from app.ui.drafts_model import SIGNS, DraftList, DraftModel, state_colour, state_text
from app.ui.home import LIST_PAGE, NOTHING_PAGE, OFFERED, WELCOME_PAGE, HomePage
from app.ui.new_application import NewApplicationDialog
from app.ui.profile import ProfileDialog

if TYPE_CHECKING:
    from conftest import Recorder

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform's own words
TODAY = date(2022, 3, 25)
Show = Callable[[], HomePage]


@pytest.fixture
def show(qtbot: QtBot, desk: Desk) -> Show:
    def make() -> HomePage:
        page = HomePage(desk)
        qtbot.addWidget(page)
        page.resize(1200, 640)
        page.show()
        page.after_start()
        page.activateWindow()
        qtbot.waitUntil(page.isActiveWindow)
        return page

    return make


def put(desk: Desk, project: str, unit: str = "常德市测绘学会", category: str = "tech-service") -> str:
    application, memory = begin(desk.call, "capability", category, {"unit.name": unit})
    application.set("project.name", project)
    return desk.store.create(application, memory, facts_now(application, TODAY))


def names(page: HomePage) -> list[str]:
    return [entry.facts.project for entry in page.list.drafts.shown]


def press(qtbot: QtBot, button: QPushButton) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


# --- the call --------------------------------------------------------------------------------------------------------------


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


# --- the first start -------------------------------------------------------------------------------------------------------


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


# --- the list --------------------------------------------------------------------------------------------------------------


def test_the_newest_comes_first_and_every_row_says_all(show: Show, desk: Desk) -> None:
    put(desk, "甲项目")
    put(desk, "")
    page = show()
    assert names(page) == ["", "甲项目"]
    spoken = page.list.drafts.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    for words in ("甲项目", "常德市测绘学会", "科技服务", "能力建设与创新发展项目申报表", "已填", "处错误", "保存", "草稿"):
        assert words in spoken
    assert "还没有项目名称" in page.list.drafts.index(0).data(Qt.ItemDataRole.DisplayRole)


def test_states_differ_in_sign_word_and_colour() -> None:
    assert len(set(SIGNS.values())) == len(State) == len({state_text(state) for state in State})
    for colours in (theme.LIGHT, theme.DARK):
        inks = [state_colour(state, colours) for state in State]
        assert len(set(inks)) == len(inks)
        for ink in inks:
            assert theme.contrast(ink, colours.base) >= 4.5
        for ink in (colours.text, *(state_colour(state, colours) for state in State if state is not State.DRAFT)):
            assert theme.contrast(ink, colours.selection) >= 4.5


@pytest.mark.parametrize("text", ["甲", "<b>粗</b>&amp;<img src=x>", "很长的名称" * 40, ""])
def test_rows_are_painted_whatever_they_hold(show: Show, desk: Desk, text: str) -> None:
    put(desk, text)
    put(desk, "乙")
    page = show()
    for width in (1200, 500):
        page.resize(width, 640)
        assert not page.grab().isNull()
    assert page.list.drafts.index(1).data() == (text or "（还没有项目名称）")


def test_enter_and_double_click_open(show: Show, desk: Desk, qtbot: QtBot) -> None:
    first = put(desk, "甲项目")
    second = put(desk, "乙项目")
    page = show()
    assert page.list.hasFocus()
    with qtbot.waitSignal(page.open_draft) as opened:
        qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert opened.args == [second]
    place = page.list.visualRect(page.list.drafts.index(1)).center()
    qtbot.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    with qtbot.waitSignal(page.open_draft) as opened:
        qtbot.mouseDClick(page.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened.args == [first]


def test_search_as_one_types_and_on_into_the_list(show: Show, desk: Desk, qtbot: QtBot) -> None:
    for project in ("水稻绿色防控", "柑橘提质", "水产养殖"):
        put(desk, project)
    put(desk, "年会", category="academic-exchange")
    page = show()
    qtbot.keyClick(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.search.hasFocus()
    page.search.insert("水")
    assert names(page) == ["水产养殖", "水稻绿色防控"]
    assert page.count.text() == "2 / 4 份"
    page.search.insert(" 稻")
    assert names(page) == ["水稻绿色防控"]
    qtbot.keyClick(page.search, Qt.Key.Key_Down)
    assert page.list.hasFocus()
    page.search.setText("没有这样的")
    assert page.stack.currentIndex() == NOTHING_PAGE
    assert "没有这样的" in page.nothing.text()
    assert page.current is None
    assert not page.foot_buttons[page.open_action].isEnabled()
    page.search.setText("学术交流")
    assert names(page) == ["年会"]
    page.search.clear()
    assert page.stack.currentIndex() == LIST_PAGE
    assert len(names(page)) == 4


def test_an_open_composition_does_not_search(show: Show, desk: Desk) -> None:
    put(desk, "水稻")
    page = show()
    page.search.setFocus()
    QApplication.sendEvent(page.search, QInputMethodEvent("shui", []))
    assert names(page) == ["水稻"]
    done = QInputMethodEvent("", [])
    done.setCommitString("鱼")
    QApplication.sendEvent(page.search, done)
    assert names(page) == []


def test_refresh_keeps_the_draft_and_the_place(show: Show, desk: Desk) -> None:
    ids = [put(desk, f"项目{number}") for number in range(40)]
    page = show()
    page.list.select(ids[10])
    place = page.list.verticalScrollBar().value()
    assert place > 0
    put(desk, "新的一份")
    page.refresh()
    assert page.current is not None
    assert page.current.id == ids[10]
    assert page.list.verticalScrollBar().value() == place


# --- what can be done to a draft ---------------------------------------------------------------------------------------------


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


def test_open_a_file(show: Show, desk: Desk, qtbot: QtBot, recorder: Recorder, tmp_path: object) -> None:
    page = show()
    with qtbot.assertNotEmitted(page.open_file):
        press(qtbot, page.open_button)
    recorder.answers = [tmp_path]
    with qtbot.waitSignal(page.open_file) as asked:
        press(qtbot, page.open_button)
    assert asked.args == [tmp_path]


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


# --- the bin -----------------------------------------------------------------------------------------------------------------


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
    press(qtbot, page.bin_button)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, BinDialog)
    qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: names(page) == ["甲项目"])


# --- the unit's profile ------------------------------------------------------------------------------------------------------


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


# --- the model ---------------------------------------------------------------------------------------------------------------


def test_the_model_keeps_search_texts_of_what_did_not_change(qapp: QApplication) -> None:
    application = sample("party")
    facts = facts_now(application, TODAY)
    drafts = [Summary(str(number), replace(facts, project=f"项目{number}"), 0.0, 0.0) for number in range(5)]
    model = DraftModel([newest_call()], lambda: TODAY)
    model.show(drafts)
    assert model.warm(3)
    assert not model.warm(3)
    model.search("项目3")
    assert [entry.id for entry in model.shown] == ["3"]
    changed = replace(drafts[3], facts=replace(facts, project="别的"))
    model.show([*drafts[:3], changed, drafts[4]])
    assert model.shown == []
    model.search("别的")
    assert [entry.id for entry in model.shown] == ["3"]
    assert model.rowCount() == 1
    assert model.row_of("3") == 0
    assert model.row_of("4") == -1


@pytest.mark.slow
def test_ten_thousand_drafts_open_and_search_at_once(qtbot: QtBot) -> None:
    """screens.md: works with 10,000 drafts. Processor time, since the machine may be busy; a search key may take 30 ms."""
    facts = facts_now(sample("capability", "tech-service"), TODAY)
    parts = ("测绘", "柑橘", "水稻", "学术", "科普")
    projects = [f"{parts[number % 5]}{parts[number // 5 % 5]}项目{number}" for number in range(10_000)]
    drafts = [Summary(str(number), replace(facts, project=project), 0.0, 0.0) for number, project in enumerate(projects)]
    view = DraftList([newest_call()], lambda: TODAY, "申报")
    qtbot.addWidget(view)
    view.resize(1200, 600)
    view.show()
    start = process_time()
    view.show_drafts(drafts)
    view.grab()
    assert process_time() - start < 0.15
    qtbot.waitUntil(lambda: not view.drafts.warm(0))
    keys: list[float] = []
    for query in ("水", "水稻", "水稻 9", "水稻 99", "", "没有", "项目", ""):
        start = process_time()
        view.search(query)
        view.grab()
        keys.append(process_time() - start)
    assert sorted(keys)[len(keys) // 2] < 0.03
    assert len(view.drafts.shown) == 10_000
