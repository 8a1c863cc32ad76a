"""Editors: every kind of field of both forms has one, and each behaves as the person at the keyboard expects."""

from __future__ import annotations

from typing import Any

import pytest
from editors_support import clip, clipped, empty, enter, field, filled, open_row
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from app.session import Session
from app.ui.choice_editors import CategoryEditor, ComboEditor, RadioEditor, TicksEditor, YesNoEditor
from app.ui.editor_base import CODE_POINTS, excess, printed
from app.ui.editors import EDITORS, DateEditor, LineEditor, MoneyEditor, make_editor
from app.ui.field_row import FieldRow, hint_of
from app.ui.long_text import LongEditor
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


# --- one line --------------------------------------------------------------------------------------------------------


def test_typing_is_said_at_once_and_respelled_only_when_left(qtbot: Any) -> None:
    session = empty()
    row, wired = open_row(qtbot, session, "unit.head.mobile")
    qtbot.keyClicks(row.editor.main, "139 0736-0000")
    assert row.editor.value() == "139 0736-0000"
    assert session.value("unit.head.mobile") == "13907360000"
    assert len(wired.edits) == 13
    qtbot.keyClick(row.editor.main, Qt.Key.Key_Home)
    row.refresh()
    assert row.editor.main.cursorPosition() == 0
    row.confirm.show()
    row.carried.show()
    row.confirm.setFocus(Qt.FocusReason.TabFocusReason)
    assert wired.lefts == ["unit.head.mobile"]
    assert row.editor.value() == "13907360000"


def test_a_change_from_elsewhere_reaches_the_editor_that_has_the_cursor(qtbot: Any) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, "project.name")
    qtbot.keyClicks(row.editor.main, "abc")
    session.set("project.name", "旧版本的名称")
    row.refresh()
    assert row.editor.value() == "旧版本的名称"


@pytest.mark.parametrize(
    ("name", "typed", "stored", "shown"),
    [
        ("project.start", "20220401", "2022-04-01", "2022年4月1日"),
        ("project.start", "2022.4.1", "2022-04-01", "2022年4月1日"),
        ("project.start", "2022.13.1", "2022.13.1", "2022.13.1"),
        ("unit.founded", "2016", "2016", "2016年"),
        ("unit.founded", "2016.5", "2016-05", "2016年5月"),
        ("budget.grant", "1.50", "1.5", "1.5"),
        ("budget.grant", "１．５万元", "1.5", "1.5"),
        ("unit.postcode", "４１５０００", "415000", "415000"),
        ("meeting.reports", "007", 7, "7"),
        ("project.theme", "  两头的空格  ", "两头的空格", "两头的空格"),
    ],
)
def test_spellings(qtbot: Any, name: str, typed: str, stored: object, shown: str) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, name)
    enter(qtbot, row.editor.main, typed)
    assert session.value(name) == stored
    assert row.editor.value() == typed
    row.editor.tidy()
    assert row.editor.value() == shown


def test_undo_leads_back_to_what_was_typed(qtbot: Any) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, "project.start")
    qtbot.keyClicks(row.editor.main, "20220401")
    row.editor.tidy()
    qtbot.keyClick(row.editor.main, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert row.editor.value() == "20220401"


def test_over_the_limit_nothing_is_cut(qtbot: Any) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, "unit.head.name")
    clip("王" * 60)
    qtbot.keyClick(row.editor.main, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert session.value("unit.head.name") == "王" * 60
    assert "60 / 50 字" in row.hint.text()
    row.editor.left.emit()
    assert any("最多50字" in label.text() for label in row.findChildren(QLabel))


def test_a_paste_far_over_the_limit_is_refused_and_the_clipboard_kept(qtbot: Any) -> None:
    session = empty()
    row, wired = open_row(qtbot, session, "unit.head.name")
    qtbot.keyClicks(row.editor.main, "ab")
    clip("王" * 99)
    qtbot.keyClick(row.editor.main, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert row.editor.value() == "ab"
    assert len(wired.edits) == 2
    assert "没有粘贴" in row.word.text()
    assert clipped() == "王" * 99
    qtbot.keyClick(row.editor.main, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(row.editor.main, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert row.editor.value() == "王" * 99  # in place of the selection it is below twice the limit
    assert row.word.isHidden()


def test_the_menus_paste_is_the_same_paste(qtbot: Any) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, "unit.head.name")
    clip("王" * 500)
    menu = row.editor.main.make_menu()
    assert not any(action.objectName() == "edit-paste" for action in menu.actions())
    QApplication.processEvents()
    row.editor.main._paste()
    assert row.editor.value() == ""


def drop(qtbot: Any, target: QWidget, mime: QMimeData) -> bool:
    """Drag over and drop in the middle; whether the target took it."""
    middle, action = target.rect().center(), Qt.DropAction.CopyAction
    enter = QDragEnterEvent(middle, action, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(target, enter)
    if not enter.isAccepted():
        return False
    move = QDragMoveEvent(middle, action, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(target, move)
    QApplication.sendEvent(target, QDropEvent(QPointF(middle), action, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))
    return True


@pytest.mark.filterwarnings("ignore:.*QDrag(Enter|Move)Event:DeprecationWarning")  # PySide 6.12 has new ones, 6.8 has only these
@pytest.mark.parametrize("name", ["project.name", "content.main"])
def test_dropped_text_is_taken_within_the_limit_and_files_are_left_to_the_window(qtbot: Any, name: str) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, name)
    target = row.editor.paper.viewport() if isinstance(row.editor, LongEditor) else row.editor.main
    words, much, file = QMimeData(), QMimeData(), QMimeData()
    words.setText("甲\x01乙")
    much.setText("字" * 200_000)
    file.setText("file:///x.docx")
    file.setUrls([QUrl.fromLocalFile("x.docx")])
    assert not drop(qtbot, target, file)
    assert drop(qtbot, target, words)
    assert session.value(name) == "甲乙"
    drop(qtbot, target, much)
    assert session.value(name) == "甲乙"
    assert "没有粘贴" in row.word.text()


def test_excess_counts_characters_as_a_person_does() -> None:
    family = "👨‍👩‍👧"
    assert excess(family * 100, 50) == ""
    assert excess(family * 101, 50)
    assert excess("字" * (CODE_POINTS + 1), 20_000)


def test_unprintable_characters_go_with_a_word(qtbot: Any) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, "project.name")
    clip("甲\x01乙\x02\x7f丙\n丁")
    qtbot.keyClick(row.editor.main, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert row.editor.value() == "甲乙丙 丁"
    assert row.word.text() == "已去掉3个无法打印的字符"
    qtbot.keyClicks(row.editor.main, "x")
    assert row.word.isHidden()


def test_a_text_that_no_line_can_hold_is_shown_in_part_and_kept_whole(qtbot: Any) -> None:
    session = empty()
    monster = "字" * (CODE_POINTS + 1)
    session.application.values["project.theme"] = monster
    session.check()
    row, wired = open_row(qtbot, session, "project.theme")
    assert row.editor.value() == monster
    assert len(row.editor.main.text()) < 300
    qtbot.keyClicks(row.editor.main, "x")
    assert wired.edits == []
    qtbot.keyClick(row.editor.main, Qt.Key.Key_Delete)
    assert session.value("project.theme") is None
    qtbot.keyClicks(row.editor.main, "x")
    assert session.value("project.theme") == "x"


def test_titles_are_suggested_and_free_text_allowed(qtbot: Any) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, "unit.head.title")
    qtbot.keyClick(row.editor.main, Qt.Key.Key_Down)
    popup = row.editor.main.completer().popup()
    assert popup.isVisible()
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert session.value("unit.head.title") == "正高级工程师"
    popup.hide()
    row.editor.main.selectAll()
    qtbot.keyClicks(row.editor.main, "x9")
    assert session.value("unit.head.title") == "x9"


def test_the_total_cannot_be_typed(qtbot: Any) -> None:
    session = filled()
    row, wired = open_row(qtbot, session, "budget.total")
    qtbot.keyClicks(row.editor.main, "9")
    assert wired.edits == []
    assert isinstance(row.editor, MoneyEditor)


# --- dates -----------------------------------------------------------------------------------------------------------


def test_the_calendar_opens_by_keyboard_and_fills_in_a_day(qtbot: Any) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, "project.start")
    qtbot.keyClicks(row.editor.main, "2022.5")
    editor = row.editor
    assert isinstance(editor, DateEditor)
    qtbot.keyClick(editor.main, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    popup = editor.calendar.popup
    assert popup is not None
    assert popup.isVisible()
    assert popup.sheet.firstDayOfWeek() == Qt.DayOfWeek.Monday
    assert (popup.sheet.selectedDate().year(), popup.sheet.selectedDate().month()) == (2022, 5)
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    assert popup.isHidden()
    assert session.value("project.start") == "2022.5"
    editor.calendar.click()
    popup.sheet.activated.emit(popup.sheet.selectedDate().addDays(8))
    assert session.value("project.start") == "2022-05-09"
    assert editor.value() == "2022年5月9日"


# --- choices ---------------------------------------------------------------------------------------------------------


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
    session.set("unit.name", "丙学会")
    row.refresh()
    assert editor.value() == "甲学会"
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


# --- long texts ------------------------------------------------------------------------------------------------------


def test_a_long_text_keeps_its_spaces_and_counts_as_a_person_does(qtbot: Any) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, "content.main")
    editor = row.editor
    assert isinstance(editor, LongEditor)
    clip("第一段\u00a0有不换行空格\n\n👨‍👩‍👧结尾")
    qtbot.keyClick(editor.paper, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert session.value("content.main") == "第一段\u00a0有不换行空格\n\n👨‍👩‍👧结尾"
    assert editor.counter.text().startswith("15 字")
    qtbot.keyClick(editor.paper, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(editor.paper, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "\u00a0" in clipped()
    qtbot.keyClick(editor.paper, Qt.Key.Key_Delete)
    assert session.value("content.main") is None
    qtbot.keyClick(editor.paper, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.value("content.main").startswith("第一段")


def test_a_long_text_refuses_a_megabyte_and_takes_out_what_cannot_be_printed(qtbot: Any) -> None:
    session = empty()
    row, wired = open_row(qtbot, session, "content.main")
    clip("字" * 1_000_000)
    qtbot.keyClick(row.editor.main, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert wired.edits == []
    assert "没有粘贴" in row.word.text()
    clip("甲\x0b乙")
    qtbot.keyClick(row.editor.main, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert session.value("content.main") == "甲乙"
    assert row.word.text() == "已去掉1个无法打印的字符"


def test_a_long_text_grows_and_tab_leaves_it(qtbot: Any) -> None:
    session = empty()
    row, wired = open_row(qtbot, session, "content.main")
    before = row.editor.main.sizeHint().height()
    clip("一行\n" * 15)
    qtbot.keyClick(row.editor.main, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert row.editor.main.sizeHint().height() > before
    row.carried.show()
    row.confirm.show()
    qtbot.keyClick(row.editor.main, Qt.Key.Key_Tab)
    assert wired.lefts == ["content.main"]
    assert "\t" not in str(session.value("content.main"))


def test_trailing_white_space_does_not_fight_the_typing(qtbot: Any) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, "content.main")
    qtbot.keyClicks(row.editor.main, "ab ")
    qtbot.keyClick(row.editor.main, Qt.Key.Key_Return)
    qtbot.keyClicks(row.editor.main, "c")
    assert row.editor.value() == "ab \nc"
    assert session.value("content.main") == "ab\nc"


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
