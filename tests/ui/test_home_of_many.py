"""A home page with very many drafts: the newest from the first moment, all of them a moment later."""

from __future__ import annotations

import pytest
from home_support import names, put, shown
from pytestqt.qtbot import QtBot

from app.store import Store, StoreError, core
from app.ui.desk import Desk
from app.ui.home import HomePage

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform's own words
COUNT, READ = 6, 2


@pytest.fixture
def desk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    for number in range(COUNT):
        put(desk, f"项目{number}")
    desk.store.bin(desk.store.summaries()[-1].id)
    monkeypatch.setattr(core, "LONG_LIST", 0)
    monkeypatch.setattr(core, "NEWEST", READ)
    desk.store._read_list()  # as at opening
    return desk


ALL = [f"项目{number}" for number in range(COUNT - 1, 0, -1)]


def test_the_rest_follows_by_itself(qtbot: QtBot, desk: Desk) -> None:
    page = HomePage(desk)
    qtbot.addWidget(page)
    page.show()
    assert names(page) == ALL[:READ]
    assert page.count.text() == ""  # rather than a number that is wrong for a moment
    assert page.bin_button.text() == "回收站（1）…"
    qtbot.waitUntil(lambda: names(page) == ALL)
    assert page.count.text() == f"{len(ALL)} 份"


def test_who_is_at_a_draft_stays_there(qtbot: QtBot, desk: Desk) -> None:
    page = HomePage(desk)
    qtbot.addWidget(page)
    page.show()
    second = page.list.drafts.shown[1].id
    page.list.select(second)
    qtbot.waitUntil(lambda: names(page) == ALL)
    assert page.current is not None
    assert page.current.id == second


def test_a_search_finds_the_oldest_at_once(qtbot: QtBot, desk: Desk) -> None:
    page = HomePage(desk)
    qtbot.addWidget(page)
    page.search.setText("项目1")
    page._search("项目1")
    assert names(page) == ["项目1"]


def test_a_disk_that_fails_is_told_and_what_is_shown_stays(qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Store) -> None:
        raise StoreError("磁盘读不出来")

    with monkeypatch.context() as failing:
        failing.setattr(Store, "_complete", fail)
        page = shown(qtbot, desk)
        qtbot.waitUntil(lambda: not page.strip.isHidden())
        assert "磁盘读不出来" in page.strip.text.text()
        assert names(page) == ALL[:READ]
    page.refresh()
    assert names(page) == ALL
