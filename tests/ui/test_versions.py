"""历史版本: compared field by field before going back, and going back loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from app.application import Application, dump
from app.drafts import facts_now
from app.errors import AppError
from app.samples import sample
from app.ui.desk import Desk
from app.ui.versions import NONE_YET, SAME, VersionsDialog, excerpts, passages

if TYPE_CHECKING:
    from conftest import Recorder

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform's own words
TODAY = date(2022, 3, 25)
Open = Callable[[], VersionsDialog]


@pytest.fixture
def draft(desk: Desk) -> str:
    application = sample("capability", "tech-service")
    return desk.store.create(application, None, facts_now(application, TODAY))


@pytest.fixture
def opened(qtbot: QtBot, desk: Desk, draft: str) -> Open:
    def make() -> VersionsDialog:
        dialog = VersionsDialog(desk, draft)
        qtbot.addWidget(dialog)
        dialog.show()
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        return dialog

    return make


def save(desk: Desk, draft: str, **answers: str) -> Application:
    application = desk.store.load(draft).application
    for name, value in answers.items():
        application.set(name.replace("__", "."), value)
    desk.store.save(draft, dump(application), {}, facts_now(application, TODAY))
    return application


def cells(dialog: VersionsDialog) -> list[tuple[str, ...]]:
    table = dialog.table
    return [tuple(table.item(row, column).text() for column in range(3)) for row in range(table.rowCount())]


def test_nothing_to_go_back_to_is_said(opened: Open) -> None:
    dialog = opened()
    assert dialog.words.text() == NONE_YET
    assert not dialog.restore.isEnabled()


def test_a_version_is_compared_and_restored_and_nothing_is_lost(opened: Open, desk: Desk, draft: str, qtbot: QtBot) -> None:
    desk.store.keep_version(draft, "手动保留")
    before = desk.store.load(draft).application.values
    save(desk, draft, project__name="新的名称", unit__founded="2020", project__leader__title="")
    dialog = opened()
    assert "手动保留" in dialog.list.item(0).text()
    assert "3处不同" in dialog.words.text()
    shown = cells(dialog)
    assert [row[0] for row in shown] == ["成立时间", "项目名称", "项目负责人专技职称"]
    assert shown[0][2] == "2020年"
    assert shown[1][1:] == (before["project.name"], "新的名称")
    assert shown[2][2] == "（空）"
    qtbot.mouseClick(dialog.restore, Qt.MouseButton.LeftButton)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert desk.store.load(draft).application.values == before
    again = opened()
    assert "恢复之前" in again.list.item(0).text()
    assert cells(again)[1][1:] == ("新的名称", before["project.name"])


def test_the_keys_choose_a_version_and_a_difference(opened: Open, desk: Desk, draft: str, qtbot: QtBot) -> None:
    desk.store.keep_version(draft, "第一个")
    save(desk, draft, project__name="第二个名称", unit__fax="0736-7256979")
    desk.store.keep_version(draft, "第二个")
    dialog = opened()
    assert dialog.words.text() == SAME
    assert not dialog.restore.isEnabled()
    assert dialog.list.hasFocus()
    qtbot.keyClick(dialog.list, Qt.Key.Key_Down)
    assert dialog.restore.isEnabled()
    assert len(cells(dialog)) == 2
    dialog.table.setFocus()
    qtbot.keyClick(dialog.table, Qt.Key.Key_Down)
    assert dialog.now.toPlainText() == "第二个名称"
    qtbot.keyClick(dialog.table, Qt.Key.Key_Up)
    assert dialog.now.toPlainText() == "0736-7256979"
    assert dialog.then.toPlainText() == ""


def test_text_is_only_ever_text(opened: Open, desk: Desk, draft: str) -> None:
    desk.store.keep_version(draft, "手动保留")
    save(desk, draft, content__main="<b>粗</b>&amp;𠀀\n<img src=x>")
    dialog = opened()
    assert dialog.now.toPlainText() == "<b>粗</b>&amp;𠀀\n<img src=x>"


def test_failures_are_told(opened: Open, desk: Desk, draft: str, qtbot: QtBot, recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.store.keep_version(draft, "手动保留")
    save(desk, draft, project__name="新的名称")
    dialog = opened()

    def gone(*_: object) -> None:
        raise AppError("这个版本已经不在了")

    monkeypatch.setattr(desk.store, "restore_version", gone)
    qtbot.mouseClick(dialog.restore, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    assert recorder.texts("alarm") == ["这个版本已经不在了"]
    monkeypatch.setattr(desk.store, "version", gone)
    assert "不在了" in opened().words.text()


def test_a_draft_that_is_gone_is_told(qtbot: QtBot, desk: Desk) -> None:
    dialog = VersionsDialog(desk, "0" * 32)
    qtbot.addWidget(dialog)
    assert "草稿" in dialog.words.text()
    assert not dialog.restore.isEnabled()


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("", "", []),
        ("甲乙", "甲乙", []),
        ("", "甲", [(0, 0, 0, 1)]),
        ("甲乙丙", "甲丙", [(1, 2, 1, 1)]),
        ("甲甲", "甲甲甲", [(2, 2, 2, 3)]),
        ("a" * 2000, "b" * 2000, [(0, 2000, 0, 2000)]),
    ],
)
def test_passages_that_differ(old: str, new: str, found: list[tuple[int, int, int, int]]) -> None:
    assert passages(old, new) == found


def test_excerpts_start_shortly_before_the_difference() -> None:
    same = "前面相同的文字" * 20
    old, new = excerpts(same + "旧", same + "新")
    assert old.startswith("…")
    assert old.endswith("旧")
    assert new.endswith("新")
    assert excerpts("甲\n乙", "") == ("甲 乙", "（空）")
    assert excerpts("短", "长" * 100)[1].endswith("…")
    assert excerpts("长" * 100, "长" * 50)[1] == "…" + "长" * 12
