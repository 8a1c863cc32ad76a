"""On a small screen nothing hangs over its edge: the screen of the offscreen platform is one, of 800×800."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from app.samples import sample
from app.ui import start
from app.ui.desk import Desk
from app.ui.field_page import FieldPage
from app.ui.fitting import FRAME, fit_screen
from app.ui.help import HelpWindow
from app.ui.main_window import MainWindow
from app.ui.new_application import NewApplicationDialog
from app.ui.table_sheet import Sheet

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)  # the offscreen platform's own word, about every window

LEFT_OF_IT = (910 - FRAME.width(), 485 - FRAME.height())
"""Of an office screen of 1366×768 at 150 %, less the task bar: what a window can have of it."""


def fits(window: QWidget) -> bool:
    room = window.screen().availableGeometry().size() - FRAME
    return window.width() <= room.width() and window.height() <= room.height()


@pytest.mark.parametrize("make", [HelpWindow, NewApplicationDialog])
def test_a_dialog_is_no_larger_than_the_screen(qtbot: Any, desk: Desk, make: Callable[[Desk], QWidget]) -> None:
    dialog = make(desk)
    qtbot.addWidget(dialog)
    assert not fits(dialog)
    dialog.show()
    assert fits(dialog)


def test_what_fits_and_what_is_maximised_is_left_alone(qtbot: Any, desk: Desk) -> None:
    window = HelpWindow(desk)
    qtbot.addWidget(window)
    window.resize(500, 400)
    window.show()
    assert (window.width(), window.height()) == (500, 400)
    window.showMaximized()
    full = window.size()
    fit_screen(window)
    assert window.isMaximized()
    assert window.size() == full


def test_the_window_begins_no_larger_than_the_screen(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []

    def furnish(window: MainWindow, _path: Path | None) -> None:
        seen.append(fits(window))
        window.close()
        QTimer.singleShot(0, qapp.quit)

    monkeypatch.setenv("TINENG_HOME", str(tmp_path))
    monkeypatch.setattr(start, "furnish", furnish)
    monkeypatch.setattr(start, "make_application", lambda: qapp)
    assert start.open_window(None) == 0
    assert seen == [True]


def test_a_wizard_has_room_in_what_is_left_of_a_small_screen(qtbot: Any, desk: Desk) -> None:
    """Every page: the buttons at the bottom are where they can be clicked."""
    window = MainWindow(desk)
    qtbot.addWidget(window)
    window.resize(*LEFT_OF_IT)
    window.show()
    window.open_draft(desk.store.create(sample("capability", "academic-exchange")))
    assert window.wizard is not None
    for place in range(window.wizard.outline.count()):
        window.wizard.outline.setCurrentRow(place)
        QApplication.processEvents()
        assert (window.width(), window.height()) == LEFT_OF_IT, window.wizard.page.page_id
        assert window.rect().contains(window.wizard.next.mapTo(window, window.wizard.next.rect().bottomRight()))


@pytest.mark.parametrize(("form", "category"), [("party", "party"), ("capability", "tech-service")])
def test_a_page_has_room_for_its_fields_beside_the_other_columns(qtbot: Any, desk: Desk, form: str, category: str) -> None:
    """What is wider than the page cannot be scrolled to: the columns beside it give way."""
    window = MainWindow(desk)
    qtbot.addWidget(window)
    window.resize(*LEFT_OF_IT)
    window.show()
    window.open_draft(desk.store.create(sample(form, category)))
    assert window.wizard is not None
    for section in window.wizard.session.pages:
        window.wizard.open_page(section.id)
        page = window.wizard.page
        if isinstance(page, FieldPage):
            qtbot.waitUntil(lambda area=page.area: area.widget().width() <= area.viewport().width())
            for sheet in page.findChildren(Sheet):
                assert sheet.horizontalHeader().length() <= sheet.viewport().width(), section.id
