"""新建申报: the cards, what speaks against them, how many there are already, and what a new draft starts with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.drafts import begin, facts_now
from app.errors import AppError
from app.ui.desk import Desk
from app.ui.home import HomePage
from app.ui.new_application import NewApplicationDialog
from app.ui.profile import ProfileDialog

if TYPE_CHECKING:
    from conftest import Recorder

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform's own words
TODAY = date(2022, 3, 25)
SOCIETY = {"unit.name": "常德市测绘学会", "unit.category": "市级学会", "unit.founded": "2016-05", "unit.email": "name@163.com"}
COLLEGE = {"unit.name": "常德文理学院科协", "unit.category": "高校科协"}
Open = Callable[..., NewApplicationDialog]


@pytest.fixture
def opened(qtbot: QtBot, desk: Desk) -> Open:
    def make(profile: dict[str, str] | None = None) -> NewApplicationDialog:
        if profile:
            desk.store.set_profile(profile)
        dialog = NewApplicationDialog(desk)
        qtbot.addWidget(dialog)
        dialog.show()
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        return dialog

    return make


def press(qtbot: QtBot, button: QPushButton) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def put(desk: Desk, unit: str) -> None:
    application, memory = begin(desk.call, "capability", "tech-service", {"unit.name": unit})
    desk.store.create(application, memory, facts_now(application, TODAY))


def test_there_is_a_card_for_every_category_with_the_notices_figures(opened: Open, desk: Desk) -> None:
    dialog = opened()
    assert list(dialog.cards) == [category.id for category in desk.call.categories]
    words = {name: card.facts.text() for name, card in dialog.cards.items()}
    assert "市级学会，学会联合体，高校科协" in words["tech-service"]
    assert "根据学术活动层次、规模等因素确定额度" in words["academic-exchange"]
    assert "名\u2060额\u2060：8-10个" in words["academic-exchange"]  # no line is broken in it
    assert "1-2万元/个" in words["tech-service"]
    assert "须附：服务站筹建申请及申报表" in words["service-station"]
    assert "本年度新成立的市级学会" in words["key-society"]
    assert not any(card.reason.isVisible() for card in dialog.cards.values())


def test_a_category_begins_a_draft_with_the_units_data_marked(opened: Open, desk: Desk, qtbot: QtBot, recorder: Recorder) -> None:
    dialog = opened(SOCIETY)
    press(qtbot, dialog.cards["tech-service"].button)
    assert not dialog.isVisible()
    draft = desk.store.load(dialog.draft_id)
    assert draft.application.values["project.category"] == "tech-service"
    assert {name: draft.application.values[name] for name in SOCIETY} == SOCIETY
    assert draft.memory.carried == set(SOCIETY)
    assert draft.summary.facts.errors > 0
    assert recorder.shown == []


def test_the_party_form_has_one_card(opened: Open, desk: Desk, qtbot: QtBot) -> None:
    dialog = opened(SOCIETY)
    dialog.cards["party"].button.setFocus()
    qtbot.keyClick(dialog.cards["party"].button, Qt.Key.Key_Return)
    draft = desk.store.load(dialog.draft_id)
    assert draft.application.form.id == "party"
    assert "unit.email" not in draft.application.values  # 附件2 does not ask for it


def test_what_is_not_for_the_unit_is_marked_and_asked(opened: Open, desk: Desk, qtbot: QtBot, recorder: Recorder) -> None:
    dialog = opened(COLLEGE)
    marked = {name for name, card in dialog.cards.items() if card.reason.isVisible()}
    assert marked == {category.id for category in desk.call.categories if "高校科协" not in category.applicants}
    card = dialog.cards["society-locality"]
    assert "高校科协不能申报" in card.reason.text()
    assert "高校科协不能申报" in card.button.accessibleDescription()
    press(qtbot, card.button)  # answered with Esc
    assert dialog.isVisible()
    assert desk.store.summaries() == []
    assert "不能导出正式稿" in recorder.texts("confirm")[0]
    recorder.answers = [True]
    press(qtbot, card.button)
    assert len(desk.store.summaries()) == 1


def test_a_key_society_must_be_new(opened: Open) -> None:
    dialog = opened(SOCIETY)
    assert "2016年5月" in dialog.cards["key-society"].reason.text()
    assert not dialog.cards["tech-service"].reason.isVisible()


def test_the_units_three_are_counted_and_the_fourth_is_asked(opened: Open, desk: Desk, qtbot: QtBot, recorder: Recorder) -> None:
    for unit in ("常德市测绘学会", "常德市 测绘学会", "另一个学会"):
        put(desk, unit)
    dialog = opened(SOCIETY)
    assert "已有2个" in dialog.room.text()
    assert dialog.room.property("look") == "muted"
    put(desk, "常德市测绘学会")
    dialog.refresh()
    assert "已有3个" in dialog.room.text()
    assert dialog.room.property("look") == "warning"
    press(qtbot, dialog.cards["tech-service"].button)
    assert dialog.isVisible()
    assert "最多3个" in recorder.texts("confirm")[0]
    recorder.answers = [True]
    press(qtbot, dialog.cards["tech-service"].button)
    assert len(desk.store.summaries()) == 5


def test_drafts_in_the_bin_and_samples_do_not_count(opened: Open, desk: Desk, qtbot: QtBot) -> None:
    put(desk, "常德市测绘学会")
    desk.store.bin(desk.store.summaries()[0].id)
    dialog = opened(SOCIETY)
    press(qtbot, dialog.cards["tech-service"].look)
    assert desk.store.load(dialog.draft_id).summary.facts.project.startswith("【样例】")
    dialog = opened()
    assert "已有0个" in dialog.room.text()


@pytest.mark.parametrize("name", ["party", "key-society", "service-station", "academic-exchange", "society-locality"])
def test_every_category_has_a_sample(opened: Open, desk: Desk, qtbot: QtBot, name: str) -> None:
    dialog = opened()
    press(qtbot, dialog.cards[name].look)
    facts = desk.store.load(dialog.draft_id).summary.facts
    assert (facts.category, facts.errors) == (name, 0)


def test_without_a_profile_it_is_asked_for_and_the_cards_follow(opened: Open, desk: Desk, qtbot: QtBot) -> None:
    dialog = opened()
    assert "还没有单位信息" in dialog.unit.text()
    assert not dialog.room.isVisible()
    press(qtbot, dialog.edit_profile)
    profile = QApplication.activeModalWidget()
    assert isinstance(profile, ProfileDialog)
    profile.session.set("unit.name", "常德文理学院科协")
    profile.session.set("unit.category", "高校科协")
    press(qtbot, profile.save)
    assert "常德文理学院科协 · 高校科协" in dialog.unit.text()
    assert dialog.cards["party"].reason.isVisible()


def test_the_keyboard_reaches_every_card_and_brings_it_into_view(opened: Open, qtbot: QtBot) -> None:
    dialog = opened()
    dialog.edit_profile.setFocus()
    reached: list[str] = []
    for _ in range(40):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        reached.append(focus.accessibleName())
        assert not focus.visibleRegion().isEmpty()
        if focus is dialog.edit_profile:
            break
    for card in dialog.cards.values():
        assert card.button.accessibleName() in reached
        assert card.look.accessibleName() in reached


def test_a_draft_that_cannot_be_made_leaves_the_dialog_open(
    opened: Open, desk: Desk, qtbot: QtBot, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> str:
        raise AppError("磁盘已满")

    monkeypatch.setattr(desk.store, "create", full)
    dialog = opened(SOCIETY)
    press(qtbot, dialog.cards["tech-service"].button)
    press(qtbot, dialog.cards["tech-service"].look)
    assert dialog.isVisible()
    assert recorder.texts("alarm") == ["磁盘已满"] * 2


def test_home_opens_what_was_begun(desk: Desk, qtbot: QtBot) -> None:
    page = HomePage(desk)
    qtbot.addWidget(page)
    page.show()
    page.new_application()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, NewApplicationDialog)
    with qtbot.waitSignal(page.open_draft) as asked:
        press(qtbot, dialog.cards["tech-service"].button)
    begun = desk.store.summaries()[0].id
    assert asked.args == [begun]
    put(desk, "另一个学会")  # newer, and yet the draft begun here is the current one on coming back
    page.hide()
    page.refresh()
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.list.hasFocus)
    assert page.current is not None
    assert page.current.id == begun
