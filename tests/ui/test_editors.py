"""Every kind of field of both forms has an editor and a row that says what it is, what is wrong with it and where its answer came from."""

from __future__ import annotations

from typing import Any

import pytest
from editors_support import empty, field, filled, open_row
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from app.session import Session
from app.ui.choice_editors import TicksEditor
from app.ui.editor_base import printed
from app.ui.editors import EDITORS, make_editor
from app.ui.field_row import FieldRow, hint_of
from forms.schema import Field, Kind

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform, of every window
SESSIONS = {form: filled(form) for form in ("party", "capability")}
FIELDS = [pytest.param(form, name, id=f"{form}-{name}") for form, session in SESSIONS.items() for name in session.application.form.fields]


def test_every_kind_has_an_editor() -> None:
    assert set(EDITORS) == set(Kind)


@pytest.mark.parametrize(("form", "name"), FIELDS)
def test_an_editor_gives_back_what_it_shows(qtbot: Any, form: str, name: str) -> None:
    session = SESSIONS[form]
    editor = make_editor(field(session, name), session)
    qtbot.addWidget(editor)
    said: list[object] = []
    editor.edited.connect(said.append)
    stored = session.value(name)
    editor.show_value(stored)
    assert editor.holds(stored)
    editor.show_value(None)
    assert editor.holds(None)
    editor.show_value(stored)
    assert editor.holds(stored)
    assert said == []
    assert not editor.composing()


@pytest.mark.parametrize(("form", "name"), FIELDS)
def test_every_control_is_named_and_says_whether_it_is_demanded(qtbot: Any, form: str, name: str) -> None:
    row = FieldRow(field(SESSIONS[form], name), SESSIONS[form])
    qtbot.addWidget(row)
    assert row.label.buddy() is not None
    assert row.label.text().endswith("*") is row.required
    words = row.editor.main.accessibleName() or row.editor.accessibleName()
    assert words
    if not isinstance(row.editor, TicksEditor):
        assert ("必填" in words) is row.required
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in row.findChildren(QLabel) if label.text())


# --- the row ---------------------------------------------------------------------------------------------------------


def test_problems_wait_until_the_field_was_left(qtbot: Any) -> None:
    session = empty()
    row, wired = open_row(qtbot, session, "unit.head.mobile")
    qtbot.keyClicks(row.editor.main, "139")
    assert row.editor.main.property("look") in ("", None)
    row.editor.left.emit()
    texts = [label.text() for label in row.findChildren(QLabel) if label.isVisible()]
    assert any(text.startswith("✕ 错误") for text in texts)
    assert row.editor.main.property("look") == "error"
    qtbot.keyClicks(row.editor.main, "07360000")
    assert row.editor.main.property("look") == ""
    assert not any(label.text().startswith("✕") for label in row.findChildren(QLabel) if label.isVisible())
    assert wired.lefts == ["unit.head.mobile"]


def test_a_carried_value_is_marked_until_it_is_confirmed_or_edited(qtbot: Any) -> None:
    session = filled()
    session.memory.carried |= {"unit.name", "unit.address"}
    row, _ = open_row(qtbot, session, "unit.name")
    asked: list[str] = []
    row.confirmed.connect(asked.append)
    assert row.carried.isVisible()
    qtbot.mouseClick(row.confirm, Qt.MouseButton.LeftButton)
    assert asked == ["unit.name"]
    other, _ = open_row(qtbot, session, "unit.address")
    qtbot.keyClicks(other.editor.main, "x")
    assert other.carried.isHidden()


def test_markup_in_a_problem_is_only_text(qtbot: Any, qapp: QApplication) -> None:
    session: Session = empty()
    row, _ = open_row(qtbot, session, "unit.head.mobile")
    qtbot.keyClicks(row.editor.main, "<b>1</b>")
    row.editor.left.emit()
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in row.findChildren(QLabel))


def test_hints_and_spellings() -> None:
    assert hint_of(Field("a", "甲", Kind.MONEY, hint="万元；没有填 0", example="0.5")) == "没有填 0；例如：0.5"
    assert printed(Field("a", "甲", Kind.PARTIAL_DATE), "2016-05") == "2016年5月"
    assert printed(Field("a", "甲", Kind.DATE), "不是日期") == "不是日期"
