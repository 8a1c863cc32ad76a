"""What was pasted, deleted or overwritten can be had back: by undo, and from the versions."""

from __future__ import annotations

from typing import Any

import pytest
from journeys_support import CONTROL, SHIFT
from PySide6.QtCore import Qt
from rules_support import at_work

from app.application import new
from app.ui.desk import Desk
from app.ui.long_text import LongEditor
from app.ui.table_editor import TableEditor
from app.ui.versions import VersionsDialog

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),  # the offscreen platform, of every window
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]
NEW_TEXT = "在原有工作的基础上增加一次回访。"


def twelve() -> list[list[str]]:
    return [[f"某{chr(0x4E00 + place)}", "理事", "工程师", f"第{place + 1}组", "样例"] for place in range(12)]


def test_twelve_rows_from_a_spreadsheet(qtbot: Any, desk: Desk) -> None:
    application = new("capability", desk.call, "tech-service")
    person = at_work(qtbot, desk, "project", application)
    person.retype("project.leader.name", "荀若谷")
    person.open_page("people")
    editor = person.row("people").editor
    assert isinstance(editor, TableEditor)
    leader = {"name": "荀若谷", "note": "项目负责人"}
    assert person.value("people") == [leader]
    person.cell(editor, 1, 0)
    person.paste_block(twelve())
    names = [column.id for column in editor.model.columns]
    wanted = [leader, *(dict(zip(names, row, strict=True)) for row in twelve())]
    assert person.stored().values["people"] == wanted
    person.key(Qt.Key.Key_Z, CONTROL)
    assert person.stored().values["people"] == [leader]
    person.key(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert person.stored().values["people"] == wanted


def test_undo_in_a_long_text(qtbot: Any, desk: Desk) -> None:
    person = at_work(qtbot, desk, "plan")
    before = person.value("content.plan")
    row = person.row("content.plan")
    assert isinstance(row.editor, LongEditor)
    person.reach(row)
    person.key(Qt.Key.Key_End, CONTROL)
    person.write(NEW_TEXT)
    assert person.value("content.plan") == before + NEW_TEXT
    person.key(Qt.Key.Key_A, CONTROL)
    person.key(Qt.Key.Key_Delete)
    assert not person.value("content.plan")
    for _ in range(2):
        person.key(Qt.Key.Key_Z, CONTROL)
    assert person.value("content.plan") == before
    assert person.stored().values["content.plan"] == before


def test_a_version_comes_back_and_nothing_is_lost(qtbot: Any, desk: Desk) -> None:
    person = at_work(qtbot, desk, "project")
    draft, before = person.wizard.draft_id, person.value("project.theme")
    desk.autosave.flush()
    desk.store.keep_version(draft, "测试")
    person.retype("project.theme", "另一个主题")
    person.reach(person.row("project.place"))
    person.write("，以及")  # not yet left, not yet saved
    changed = person.value("project.place")

    def restore(dialog: VersionsDialog) -> None:
        assert dialog.table.rowCount() == 2
        person.click(dialog.restore)

    person.meanwhile(VersionsDialog, restore, person.window.versions_action.trigger)
    assert person.page.page_id == "project"
    assert person.value("project.theme") == before
    assert person.row("project.theme").editor.value() == before
    kept = [desk.store.version(draft, entry.number).values for entry in desk.store.versions(draft)]
    assert any(values["project.theme"] == "另一个主题" and values["project.place"] == changed for values in kept)
