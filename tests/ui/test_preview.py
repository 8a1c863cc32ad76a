"""The preview beside the page: the true pages, what of them is on the screen, and where in them one is."""

from __future__ import annotations

from typing import Any

import pytest
from journeys_support import Person
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from rules_support import STATION, of

from app.export.context import printed
from app.export.pdf import render_pdf
from app.pdfium import opened
from app.previewing import Pages, Picture
from app.ui.desk import Desk
from app.ui.preview import GAP, MARK_WIDTH, PageView
from app.ui.theme import current

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),  # the offscreen platform, of every window
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]


@pytest.fixture
def person(qtbot: Any, desk: Desk) -> Person:
    found = Person(qtbot, desk)
    found.window.resize(1366, 728)
    found.window.open_draft(desk.store.create(of(STATION)))
    settled(found)
    return found


def settled(person: Person) -> None:
    """Until the newest state is on the screen."""
    view = view_of(person)
    person.qtbot.waitUntil(lambda: view.painted)
    person.qtbot.wait(0)


def view_of(person: Person) -> PageView:
    return person.wizard.preview.view


def on_screen(person: Person) -> QImage:
    """What the view has really put on the screen, without a new painting."""
    view = view_of(person).viewport()
    place = view.mapTo(person.window, QPoint(0, 0))
    shot = person.window.screen().grabWindow(person.window.winId(), place.x(), place.y(), view.width(), view.height())
    return shot.toImage().convertToFormat(QImage.Format.Format_RGB32)


def page_on_screen(person: Person, index: int) -> QImage:
    """The visible part of one page."""
    view = view_of(person)
    box = view._seen(view._boxes()[index])
    return on_screen(person).copy(box.intersected(view.viewport().rect()))


def true_page(person: Person, index: int) -> QImage:
    """The same part of the page in the true PDF, drawn here by PDFium."""
    view = view_of(person)
    data = render_pdf(printed(person.wizard.session.application), b"").data
    with opened(data) as document:
        drawn = document[index].render(scale=view.scale, rev_byteorder=False, prefer_bgrx=True)
        image = QImage(bytes(drawn.buffer), drawn.width, drawn.height, drawn.stride, QImage.Format.Format_RGB32).copy()
    box = view._seen(view._boxes()[index])
    return image.copy(box.intersected(view.viewport().rect()).translated(-box.topLeft()))


def the_true_pages_come(person: Person) -> None:
    """What is on the screen becomes, pixel by pixel, what the PDF of these answers looks like."""

    def there() -> bool:
        view = view_of(person)
        return view.painted and all(page_on_screen(person, index) == true_page(person, index) for index in view._visible())

    person.qtbot.waitUntil(there)


def test_the_true_pages_at_the_section_that_one_is_in(person: Person) -> None:
    the_true_pages_come(person)
    view = view_of(person)
    assert person.wizard.preview.where.text() == f"第{view.current_page + 1}页，共{view.count}页（含封面）"
    mark = view._seen(view._mark())
    assert mark.width() == MARK_WIDTH
    assert on_screen(person).pixelColor(mark.center()).name() == current().accent
    person.open_page("budget")
    settled(person)
    assert view.verticalScrollBar().value() > 0
    moved = view._seen(view._mark())
    assert view.viewport().rect().contains(moved.topLeft())
    assert on_screen(person).pixelColor(moved.topLeft() + QPoint(1, 3)).name() == current().accent
    the_true_pages_come(person)


def test_a_key_changes_the_page_and_nothing_else(person: Person) -> None:
    person.open_page("budget")
    settled(person)
    view = view_of(person)
    bar = view.verticalScrollBar()
    bar.setValue(bar.value() + 37)  # somebody has scrolled by hand
    the_true_pages_come(person)
    before = on_screen(person)
    person.retype_cell("budget.items", 0, "note", "改过的备注")
    place = bar.value()
    the_true_pages_come(person)
    assert on_screen(person) != before
    assert bar.value() == place
    the_true_pages_come(person)


def test_the_old_pages_stay_until_the_new_ones_are_there(person: Person) -> None:
    before = on_screen(person)
    row = person.row("unit.address")
    person.qtbot.keyClicks(row.editor.main, "9")
    assert on_screen(person) == before
    the_true_pages_come(person)
    assert on_screen(person) != before


def test_of_many_states_the_last_one_is_shown(person: Person) -> None:
    row = person.row("unit.address")
    person.qtbot.keyClicks(row.editor.main, "0123456789")
    the_true_pages_come(person)


def test_larger_and_smaller_about_the_page_in_the_middle_and_page_by_page(person: Person) -> None:
    view = view_of(person)
    view.setFocus()
    first = view.current_page
    person.key(Qt.Key.Key_PageDown)
    assert view.current_page == first + 1
    the_true_pages_come(person)
    width = view.scale
    person.click(person.wizard.preview.larger)
    assert view.scale > width
    assert view.current_page == first + 1
    the_true_pages_come(person)
    view.horizontalScrollBar().setValue(view.horizontalScrollBar().maximum())
    the_true_pages_come(person)
    person.click(person.wizard.preview.smaller)
    assert view.scale == pytest.approx(width)
    the_true_pages_come(person)


def test_another_width_fits_the_pages_anew(person: Person) -> None:
    view = view_of(person)
    before = view.scale
    person.window.resize(1500, 760)
    person.wizard.splitter.setSizes([200, 600, 700])
    person.qtbot.waitUntil(lambda: view.scale > before)
    the_true_pages_come(person)


def test_what_was_typed_while_another_panel_was_in_view(person: Person) -> None:
    tabs = person.wizard.side.tabBar()
    person.click(tabs, tabs.tabRect(1).center())
    assert not view_of(person).isVisible()
    person.qtbot.keyClicks(person.row("unit.address").editor.main, "9")
    person.click(tabs, tabs.tabRect(0).center())
    the_true_pages_come(person)


def test_another_width_keeps_the_page_in_the_middle(person: Person) -> None:
    view = view_of(person)
    view.setFocus()
    for _ in range(5):
        person.key(Qt.Key.Key_PageDown)
    page = view.current_page
    assert 3 < page < view.count - 1
    for sizes in ([200, 400, 700], [200, 800, 300], [200, 400, 700]):
        before = view.scale
        person.wizard.splitter.setSizes(sizes)
        person.qtbot.waitUntil(lambda before=before: view.scale != before)
        assert view.current_page == page, sizes
    for button in (person.wizard.preview.smaller, person.wizard.preview.larger) * 8:
        person.click(button)
        assert view.current_page == page


def test_pages_are_turned_also_where_several_are_in_view(person: Person) -> None:
    view = view_of(person)
    bar = view.verticalScrollBar()
    person.wizard.splitter.setSizes([200, 900, 260])
    for _ in range(3):
        person.click(person.wizard.preview.smaller)
    person.qtbot.waitUntil(lambda: view.viewport().width() < 400)
    view.setFocus()
    bar.setValue(0)
    tops = [view._boxes()[index].top() - GAP for index in range(view.count)]
    assert tops[2] < view.viewport().height() < bar.maximum()
    places = [bar.value()]
    while bar.value() < bar.maximum():
        person.key(Qt.Key.Key_PageDown)
        places.append(bar.value())
    assert places == [top for top in tops if top < bar.maximum()] + [bar.maximum()]
    for place in places[-2::-1]:
        person.key(Qt.Key.Key_PageUp)
        assert bar.value() == place


def test_a_page_that_was_painted_for_another_width_is_painted_again(qtbot: Any) -> None:
    """It was on its way when the panel was made wider."""
    view = PageView()
    qtbot.addWidget(view)
    view.resize(300, 500)
    view.show()
    asked: list[list[tuple[int, float]]] = []
    view.wanted.connect(asked.append)
    view.show_pages(Pages(1, [(595.0, 842.0)], {}))
    [(page, scale)] = asked[-1]
    view.resize(400, 500)
    [(_, wider)] = asked[-1]
    assert wider > scale
    for late, again in ((scale, [(0, wider)]), (wider, [])):
        width, height = round(595 * late), round(842 * late)
        view.show_picture(Picture(1, page, late, width, height, 4 * width, bytes(4 * width * height)))
        view.resize(400, view.height() + 1)
        assert asked[-1] == again
