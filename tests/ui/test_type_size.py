"""Pages of fields at another type size, chosen while they are open."""

from __future__ import annotations

from typing import Any

import pytest
from editors_support import empty, open_page
from PySide6.QtWidgets import QApplication

from app.ui import theme

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform, of every window


def test_an_open_page_follows_the_type_size(qtbot: Any, qapp: QApplication) -> None:
    page, _ = open_page(qtbot, empty(), "unit")
    first, second = page.rows["unit.postcode"], page.rows["unit.email"]
    headings = [page.title, *(group.heading for group in page.groups)]
    small = [heading.font().pointSizeF() for heading in headings]
    try:
        for percent in (150, 125, 100, 150):
            theme.apply(qapp, dark=False, percent=percent)
            assert [heading.font().pointSizeF() for heading in headings] == pytest.approx([size * percent / 100 for size in small])
            columns = 2 if percent == 100 else 1  # what stood side by side has no room for larger type
            qtbot.waitUntil(lambda columns=columns: (first.y() == second.y()) is (columns == 2))
    finally:
        theme.apply(qapp, dark=False)
