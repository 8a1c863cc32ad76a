"""Fields in which an answer is picked: the kind fits the choice, the keyboard is enough, the options follow the other answers."""

from __future__ import annotations

from typing import Any

import pytest
from editors_support import empty, field, filled, open_row
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from app.ui.choice_editors import CategoryEditor, ComboEditor, RadioEditor, TicksEditor, YesNoEditor
from app.ui.editors import LineEditor, make_editor
from app.ui.long_text import LongEditor

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform, of every window


def test_kinds_of_choices(qtbot: Any) -> None:
    session = filled()
    kinds = {
        "unit.category": RadioEditor,
        "project.category": CategoryEditor,
        "unit.lead": ComboEditor,
        "meeting.is_meeting": YesNoEditor,
        "commitments": TicksEditor,
        "project.name": LineEditor,
        "content.main": LongEditor,
    }
    for name, kind in kinds.items():
        editor = make_editor(field(session, name), session)
        qtbot.addWidget(editor)
        assert type(editor) is kind


def test_a_category_that_the_unit_may_not_apply_for_says_why_and_can_be_chosen(qtbot: Any) -> None:
    session = empty()
    session.set("unit.category", "高校科协")
    row, _ = open_row(qtbot, session, "project.category")
    editor = row.editor
    assert isinstance(editor, CategoryEditor)
    place = [option.id for option in editor.options].index("key-society")
    assert "高校科协不能申报" in editor.reasons[place].text()
    assert "不能" not in editor.reasons[place + 1].text()
    editor.buttons[place].click()
    assert session.value("project.category") == "key-society"
    assert any(problem.rule == "applicant.category" for problem in session.problems)


def test_radio_buttons_by_keyboard(qtbot: Any) -> None:
    session = empty("party")
    row, _ = open_row(qtbot, session, "party.has_venue")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert session.value("party.has_venue") is True
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert session.value("party.has_venue") is False
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Delete)
    assert session.value("party.has_venue") is None
    assert row.editor.value() == ""


def test_an_academic_exchange_is_always_a_meeting(qtbot: Any) -> None:
    session = empty(category="tech-service")
    row, wired = open_row(qtbot, session, "meeting.is_meeting")
    assert row.editor.buttons[0].isEnabled()
    session.set("project.category", "academic-exchange")
    row.refresh()
    assert row.editor.value() is True
    assert not row.editor.buttons[1].isEnabled()
    assert "学术交流" in row.hint.text()
    session.set("project.category", "tech-service")
    row.refresh()
    assert row.editor.value() == ""
    assert wired.edits == []


def test_the_lead_is_one_of_the_units(qtbot: Any) -> None:
    session = empty()
    session.set("unit.name", "甲学会")
    session.set("unit.partners", [{"name": "乙学会"}])
    row, _ = open_row(qtbot, session, "unit.lead")
    editor = row.editor
    assert isinstance(editor, ComboEditor)
    assert [editor.drop.itemText(place) for place in range(editor.drop.count())] == ["（请选择）", "甲学会", "乙学会"]
    qtbot.keyClick(editor.drop, Qt.Key.Key_Down)
    assert session.value("unit.lead") == "甲学会"
    session.set("unit.name", "丙学会")  # the same unit under another name
    row.refresh()
    assert editor.value() == "丙学会"
    session.set("unit.name", "")
    row.refresh()
    assert editor.value() == "丙学会"
    assert "不在可选项中" in editor.drop.currentText()


def test_the_wheel_does_not_turn_a_list(qtbot: Any) -> None:
    session = filled(category="academic-exchange")
    row, wired = open_row(qtbot, session, "unit.lead")
    centre = QPointF(row.editor.drop.rect().center())
    idle, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    turn = QWheelEvent(centre, centre, QPoint(), QPoint(0, -120), idle, Qt.KeyboardModifier.NoModifier, phase, False)
    QApplication.sendEvent(row.editor.drop, turn)
    assert wired.edits == []


def test_ticks_use_the_notices_words_and_follow_the_category(qtbot: Any) -> None:
    session = empty(category="service-station")
    row, _ = open_row(qtbot, session, "commitments")
    editor = row.editor
    assert isinstance(editor, TicksEditor)
    assert len(editor.ticks) == 7
    qtbot.keyClick(editor.ticks[1], Qt.Key.Key_Space)
    chosen = session.value("commitments")
    assert chosen == [editor.ticks[1].objectName()]
    session.set("project.category", "tech-service")
    row.refresh()
    assert len(editor.ticks) == 3
    session.set("project.category", "service-station")
    row.refresh()
    assert editor.value() == chosen
