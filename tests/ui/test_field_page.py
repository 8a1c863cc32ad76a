"""Pages: every field of every section in the paper's order, shown when it is asked, found by focus, readable at any size."""

from __future__ import annotations

from typing import Any

import pytest
from editors_support import clip, empty, filled, open_page
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from app.ui import theme
from app.ui.field_page import FieldPage, group_of
from forms.catalogue import FORMS

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform, of every window
PAGES = [
    pytest.param(form.id, section.id, id=f"{form.id}-{section.id}")
    for form in FORMS.values()
    for section in form.sections
    if section.fields
]


def page_of(qtbot: Any, session: Any, section: str) -> FieldPage:
    found = next(entry for entry in session.application.form.sections if entry.id == section)
    page = FieldPage(found, session)
    qtbot.addWidget(page)
    return page


@pytest.mark.parametrize(("form", "section"), PAGES)
def test_a_page_asks_what_its_section_declares(qtbot: Any, form: str, section: str) -> None:
    session = filled(form)
    page = page_of(qtbot, session, section)
    page.resize(640, 600)
    page.show()
    assert list(page.rows) == [entry.id for entry in page.section.fields]
    for name, row in page.rows.items():
        assert row.isVisible() is session.asked(row.entry), name
        assert row.editor.holds(session.value(name)) or name == "meeting.is_meeting"
    assert page.page_id == section


@pytest.mark.parametrize("percent", [100, 150])
@pytest.mark.parametrize(("form", "section"), PAGES)
def test_no_words_are_cut_off(qtbot: Any, qapp: QApplication, form: str, section: str, percent: int) -> None:
    theme.apply(qapp, dark=False, percent=percent)
    try:
        for session in (empty(form), filled(form, "" if form == "party" else "academic-exchange")):
            session.memory.visited |= {entry.id for entry in session.pages}
            page = page_of(qtbot, session, section)
            page.resize(560, 600)
            page.show()
            qtbot.waitUntil(lambda page=page: page.area.widget().width() == page.area.viewport().width())
            QApplication.processEvents()
            for widget in page.findChildren(QWidget):
                if isinstance(widget, (QLabel, QAbstractButton)) and widget.isVisible() and widget.text():
                    assert_whole(widget)
                    assert right_edge(widget, page) <= page.area.viewport().width(), widget.text()
            page.hide()
    finally:
        theme.apply(qapp, dark=False)


def assert_whole(widget: QLabel | QAbstractButton) -> None:
    if isinstance(widget, QLabel) and widget.wordWrap():
        assert widget.height() >= widget.heightForWidth(widget.width()), widget.text()
    else:
        assert widget.width() >= widget.minimumSizeHint().width(), widget.text()
        assert widget.height() >= widget.minimumSizeHint().height(), widget.text()


def right_edge(widget: QWidget, page: FieldPage) -> int:
    return widget.mapTo(page.area.widget(), widget.rect().topRight()).x()


def test_fields_appear_and_go_without_losing_their_values(qtbot: Any) -> None:
    session = filled(category="tech-service")
    page, wired = open_page(qtbot, session, "main")
    yes, no = page.rows["meeting.is_meeting"].editor.buttons
    assert page.rows["meeting.name"].isHidden()
    yes.click()
    assert page.rows["meeting.name"].isVisible()
    place = page.area.verticalScrollBar().value()
    page.focus_field("meeting.name")
    qtbot.keyClicks(QApplication.focusWidget(), "abc")
    no.click()
    assert page.rows["meeting.name"].isHidden()
    assert session.value("meeting.name") == "abc"
    yes.click()
    assert page.rows["meeting.name"].editor.value() == "abc"
    assert place == 0
    assert wired.edits[-1] == ("meeting.is_meeting", True)


def test_the_lead_is_asked_once_there_are_partners(qtbot: Any) -> None:
    session = empty()
    page, _ = open_page(qtbot, session, "unit")
    assert page.rows["unit.lead"].isHidden()
    page.focus_field("unit.partners", 0)
    clip("乙学会")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert page.rows["unit.lead"].isVisible()


def test_the_total_follows_the_typing(qtbot: Any) -> None:
    session = empty()
    page, _ = open_page(qtbot, session, "budget")
    page.focus_field("budget.own")
    qtbot.keyClicks(QApplication.focusWidget(), "0.5")
    page.focus_field("budget.grant")
    qtbot.keyClicks(QApplication.focusWidget(), "1.25")
    assert page.rows["budget.total"].editor.value() == "1.75"


def test_two_columns_where_there_is_room(qtbot: Any) -> None:
    page, _ = open_page(qtbot, empty(), "unit", width=900)
    first, second = page.rows["unit.postcode"], page.rows["unit.email"]
    qtbot.waitUntil(lambda: first.y() == second.y() and first.x() < second.x())
    page.resize(420, 600)
    qtbot.waitUntil(lambda: first.y() < second.y() and first.x() == second.x())
    assert page.rows["unit.name"].width() > 300


def test_tab_goes_through_the_paper_in_its_order_and_brings_each_field_into_view(qtbot: Any) -> None:
    session = empty("party")
    page, wired = open_page(qtbot, session, "project", width=900)
    page.resize(900, 300)
    page.focus_field("project.name")
    for _ in range(40):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        if not page.isAncestorOf(focused):
            break
        row = next(row for row in page.rows.values() if row.isAncestorOf(focused))
        assert not row.visibleRegion().isEmpty()
        if row.entry.id == "party.activities":
            break
    asked = [name for name in page.rows if name != "party.activities"]
    assert wired.lefts == asked
    assert page.area.verticalScrollBar().value() > 0


def test_focus_field_finds_the_row_of_a_table(qtbot: Any) -> None:
    session = filled()
    page, _ = open_page(qtbot, session, "people")
    page.focus_field("people", 2)
    sheet = page.rows["people"].editor.sheet
    assert sheet.hasFocus()
    assert sheet.currentIndex().row() == 2


def test_typing_shows_problems_only_after_leaving(qtbot: Any) -> None:
    session = empty()
    page, _ = open_page(qtbot, session, "unit")
    page.focus_field("unit.postcode")
    qtbot.keyClicks(QApplication.focusWidget(), "41")
    assert problems(page, "邮政编码") == 0
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert problems(page, "邮政编码") == 1


def problems(page: FieldPage, name: str) -> int:
    texts = [label.text() for label in page.findChildren(QLabel) if label.isVisible()]
    return sum(text.startswith("✕") and name in text for text in texts)


@pytest.mark.parametrize("late", [False, True])
def test_tab_goes_from_a_carried_value_to_its_button_and_on_to_the_next_field(qtbot: Any, late: bool) -> None:
    session = filled()
    session.memory.carried |= set() if late else {"unit.name"}
    page, _ = open_page(qtbot, session, "unit")
    session.memory.carried |= {"unit.name"}
    page.refresh()
    page.focus_field("unit.name")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is page.rows["unit.name"].confirm
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert list(page.rows.values())[1].editor.active()


def test_confirming_a_carried_value(qtbot: Any) -> None:
    session = filled()
    session.memory.carried |= {"unit.name"}
    page, wired = open_page(qtbot, session, "unit")
    with qtbot.waitSignal(page.touched):
        qtbot.mouseClick(page.rows["unit.name"].confirm, Qt.MouseButton.LeftButton)
    assert session.memory.carried == set()
    assert page.rows["unit.name"].carried.isHidden()
    assert wired.edits == []
    assert page.rows["unit.name"].editor.active()


def test_settling_reports_an_open_cell(qtbot: Any) -> None:
    session = empty()
    page, _ = open_page(qtbot, session, "budget")
    page.focus_field("budget.items", 0)
    qtbot.keyClicks(QApplication.focusWidget(), "a")
    page.settle()
    assert page.rows["budget.items"].editor.delegate.line is None
    assert session.value("budget.items") == [{"what": "a"}]


def test_related_fields_stand_together() -> None:
    for form in FORMS.values():
        for section in form.sections:
            headings = [group_of(entry.id) for entry in section.fields]
            changes = [heading for place, heading in enumerate(headings) if not place or headings[place - 1] != heading]
            assert len(changes) == len(set(changes)), section.id  # no heading twice on a page
