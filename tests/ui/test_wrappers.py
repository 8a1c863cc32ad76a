"""Python's side of the widgets: who is whose child there, which Qt does not look at and Shiboken goes by when one is deleted."""

from __future__ import annotations

from typing import Any

import shiboken6
from PySide6.QtWidgets import QWidget

from app.samples import sample
from app.ui.desk import Desk
from app.ui.main_window import MainWindow


def parent_of(widget: QWidget) -> str:
    """What Shiboken has as the widget's parent."""
    return next((line for line in shiboken6.dump(widget).splitlines() if line.startswith("parent...")), "")


def test_opening_pages_takes_no_widget_from_its_parent(qtbot: Any, desk: Desk) -> None:
    """A walk around the ring of Tab makes all widgets of the window one family, and one wizard's end takes seconds."""
    window = MainWindow(desk)
    qtbot.addWidget(window)
    window.show()
    window.open_draft(desk.store.create(sample("party")))
    wizard = window.wizard
    assert wizard is not None
    wizard.open_page("people")
    known = (window.home.search, window.home.bin_button, wizard.outline, wizard.back, wizard.next, wizard.side, wizard.preview, wizard.page)
    parents = [parent_of(widget) for widget in known]
    for page in wizard.page_ids:
        wizard.open_page(page)
    assert [parent_of(widget) for widget in known] == parents
