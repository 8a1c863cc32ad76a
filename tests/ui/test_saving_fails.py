"""A full disk while somebody types, and closing the window over what cannot be saved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from journeys_support import CONTROL, Person
from PySide6.QtCore import Qt
from rules_support import at_work, put

from app.application import load
from app.samples import sample
from app.store import Store
from app.store.errors import FULL, StoreError
from app.ui.desk import Desk
from tests.ui.conftest import Recorder

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),  # the offscreen platform, of every window
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]
NEW_TEXT = "在原有工作的基础上增加一次回访。"


@contextmanager
def full_disk(store: Store) -> Iterator[None]:
    """SQLite itself finds no room, as on a full disk."""
    with store._database.reading() as connection:
        [pages] = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
    try:
        yield
    finally:
        with store._database.reading() as connection:
            connection.execute("PRAGMA max_page_count = 1000000")


def test_a_full_disk_while_typing(qtbot: Any, desk: Desk) -> None:
    person = at_work(qtbot, desk, "plan")
    assert desk.autosave.flush()
    wizard = person.wizard
    assert not wizard.bar.banner.isVisible()
    with full_disk(desk.store):
        person.retype("content.plan", "实施步骤：调查、试验、推广。" * 900)
        qtbot.waitUntil(wizard.bar.banner.isVisible)
        assert wizard.bar.banner.text.text() == FULL
        assert wizard.bar.status.text() == "尚未保存"
        person.reach(person.row("content.plan"))
        person.key(Qt.Key.Key_End, CONTROL)
        person.write(NEW_TEXT)
        wanted = person.value("content.plan")
        assert wanted.endswith(NEW_TEXT)
        assert desk.store.load(wizard.draft_id).application.values["content.plan"] != wanted
    qtbot.waitUntil(lambda: not wizard.bar.banner.isVisible())
    assert wizard.bar.status.text().startswith("已保存")
    assert desk.store.load(wizard.draft_id).application.values["content.plan"] == wanted


@pytest.fixture
def unsaved(qtbot: Any, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Somebody who has typed what cannot be saved."""
    person = at_work(qtbot, desk, "project")
    assert desk.autosave.flush()

    def fails(*_: Any) -> float:
        raise StoreError(FULL)

    monkeypatch.setattr(desk.store, "save", fails)
    person.reach(person.row("project.theme"))
    person.key(Qt.Key.Key_A, CONTROL)
    person.write("新的主题")
    return person


def test_one_does_not_leave_the_draft_unasked(unsaved: Person, recorder: Recorder) -> None:
    """The list would open what is on disk, and whoever types on in that has lost the rest."""
    recorder.answers = [0, 3, 3]  # 再试一次, 取消; 取消
    unsaved.click(unsaved.wizard.bar.home)
    assert len(recorder.texts("choose")) == 2
    assert unsaved.value("project.theme") == "新的主题"
    assert unsaved.wizard.isVisible()
    another = put(unsaved.desk)
    unsaved.window.open_draft(another)
    assert unsaved.wizard.draft_id != another
    assert unsaved.value("project.theme") == "新的主题"


def test_leaving_after_saving_elsewhere(unsaved: Person, recorder: Recorder, tmp_path: Path) -> None:
    path = tmp_path / "副本.json"
    recorder.answers = [1, path]
    unsaved.click(unsaved.wizard.bar.home)
    assert unsaved.window.wizard is None
    assert unsaved.window.home.isVisible()
    assert load(path).values["project.theme"] == "新的主题"


def test_what_was_given_up_does_not_come_back_over_what_one_sees(
    unsaved: Person, recorder: Recorder, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = unsaved.wizard.draft_id
    recorder.answers = [2]
    unsaved.click(unsaved.wizard.bar.home)
    assert unsaved.window.wizard is None
    monkeypatch.undo()  # the disk has room again
    unsaved.window.open_draft(draft)
    seen = unsaved.value("project.theme")
    assert seen == sample("capability", "tech-service").values["project.theme"]
    assert unsaved.window.close()
    assert desk.store.load(draft).application.values["project.theme"] == seen
    assert len(recorder.texts("choose")) == 1


def test_versions_wait_until_all_is_saved(unsaved: Person, recorder: Recorder) -> None:
    """They would be compared with what is on disk, and one brought back would be overwritten by what is saved after it."""
    unsaved.window.versions_action.trigger()
    assert "还没有保存成功" in recorder.texts("alarm")[-1]
    assert unsaved.value("project.theme") == "新的主题"


def test_closing_is_put_off(unsaved: Person, recorder: Recorder) -> None:
    recorder.answers = [0, 3]  # 再试一次, 取消
    assert not unsaved.window.close()
    assert unsaved.window.isVisible()
    assert len(recorder.texts("choose")) == 2
    assert unsaved.value("project.theme") == "新的主题"


def test_closing_after_saving_elsewhere(unsaved: Person, recorder: Recorder, tmp_path: Path) -> None:
    path = tmp_path / "副本.json"
    recorder.answers = [1, None, 1, path]  # 另存, given up, 另存
    assert unsaved.window.close()
    assert load(path).values["project.theme"] == "新的主题"


def test_closing_without_saving(unsaved: Person, recorder: Recorder, desk: Desk) -> None:
    recorder.answers = [2]
    draft = unsaved.wizard.draft_id
    assert unsaved.window.close()
    assert desk.store.load(draft).application.values == sample("capability", "tech-service").values


def test_closing_once_it_works_again(unsaved: Person, recorder: Recorder, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = unsaved.wizard.draft_id
    choose = recorder.choose

    def relieved(*args: Any) -> int:
        monkeypatch.undo()  # the person has made room meanwhile
        return choose(*args)

    recorder.answers = [0]
    recorder.choose = relieved  # type: ignore[method-assign]
    assert unsaved.window.close()
    assert desk.store.load(draft).application.values["project.theme"] == "新的主题"
