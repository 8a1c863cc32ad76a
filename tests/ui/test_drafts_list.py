"""The list of drafts: order, words, states, search as one types, and 10,000 of them."""

from __future__ import annotations

from functools import partial
from time import process_time
from typing import Any

import pytest
from home_support import TODAY, Show, names, put, shown
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QProxyStyle, QStyle
from pytestqt.qtbot import QtBot

from app.application import newest_call
from app.drafts import facts_now
from app.samples import sample
from app.store import State, Summary
from app.ui import theme
from app.ui.desk import Desk
from app.ui.drafts_model import SIGNS, DraftList, DraftModel, state_colour, state_text
from app.ui.home import LIST_PAGE, NOTHING_PAGE

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform's own words


@pytest.fixture
def show(qtbot: QtBot, desk: Desk) -> Show:
    return partial(shown, qtbot, desk)


# --- the list --------------------------------------------------------------------------------------------------------


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


class SingleClick(QProxyStyle):
    """What KDE asks of every list unless it is told otherwise."""

    def styleHint(self, hint: QStyle.StyleHint, *rest: Any) -> int:  # noqa: N802
        return 1 if hint is QStyle.StyleHint.SH_ItemView_ActivateItemOnSingleClick else super().styleHint(hint, *rest)


def test_a_click_only_chooses_on_every_desktop(show: Show, desk: Desk, qtbot: QtBot) -> None:
    """Else nobody could choose a draft to copy by mouse, and each click in the bin would bring one back."""
    first = put(desk, "甲项目")
    put(desk, "乙项目")
    page = show()
    style = SingleClick("Fusion")
    style.setParent(page)
    page.list.setStyle(style)
    place = page.list.visualRect(page.list.drafts.index(1)).center()
    with qtbot.assertNotEmitted(page.open_draft):
        qtbot.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.current is not None
    assert page.current.id == first


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


# --- the model -------------------------------------------------------------------------------------------------------


def test_the_model_keeps_search_texts_of_what_did_not_change(qapp: QApplication) -> None:
    application = sample("party")
    facts = facts_now(application, TODAY)
    drafts = [Summary(str(number), *facts._replace(project=f"项目{number}"), 0.0, 0.0) for number in range(5)]
    model = DraftModel([newest_call()], lambda: TODAY)
    model.show(drafts)
    assert model.warm(3)
    assert not model.warm(3)
    model.search("项目3")
    assert [entry.id for entry in model.shown] == ["3"]
    changed = drafts[3]._replace(project="别的")
    model.show([*drafts[:3], changed, drafts[4]])
    assert model.shown == []
    model.search("别的")
    assert [entry.id for entry in model.shown] == ["3"]
    assert model.rowCount() == 1
    assert model.row_of("3") == 0
    assert model.row_of("4") == -1


@pytest.mark.slow
def test_ten_thousand_drafts_open_and_search_at_once(qtbot: QtBot) -> None:
    """screens.md: works with 10,000 drafts. Processor time, since the machine may be busy, and much of it, since that may be slow; what it
    takes on one is told by ``benchmarks/window.py --many``."""
    facts = facts_now(sample("capability", "tech-service"), TODAY)
    parts = ("测绘", "柑橘", "水稻", "学术", "科普")
    projects = [f"{parts[number % 5]}{parts[number // 5 % 5]}项目{number}" for number in range(10_000)]
    drafts = [Summary(str(number), *facts._replace(project=project), 0.0, 0.0) for number, project in enumerate(projects)]
    view = DraftList([newest_call()], lambda: TODAY, "申报")
    qtbot.addWidget(view)
    view.resize(1200, 600)
    view.show()
    start = process_time()
    view.show_drafts(drafts)
    view.grab()
    assert process_time() - start < 1.0
    qtbot.waitUntil(lambda: not view.drafts.warm(0))
    keys: list[float] = []
    for query in ("水", "水稻", "水稻 9", "水稻 99", "", "没有", "项目", ""):
        start = process_time()
        view.search(query)
        view.grab()
        keys.append(process_time() - start)
    assert sorted(keys)[len(keys) // 2] < 0.3
    assert len(view.drafts.shown) == 10_000
