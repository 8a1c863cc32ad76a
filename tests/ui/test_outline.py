"""What the outline says of 检查与导出: not that it is ready while warnings are still to be read."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from rules_support import TECH, of, working

from app.session import REVIEW_PAGE
from app.ui.desk import Desk

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),  # the offscreen platform, of every window
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]


def test_ready_only_when_the_warnings_are_acknowledged(qtbot: Any, desk: Desk) -> None:
    desk.today = lambda: date(2022, 4, 1)  # after the deadline, which is a warning
    person = working(qtbot, desk, REVIEW_PAGE, of(TECH))
    assert person.outline(REVIEW_PAGE).endswith("! 1处提醒待确认")
    assert not person.finish.bar.final.isEnabled()
    person.click(person.finish.acknowledge)
    assert person.outline(REVIEW_PAGE).endswith("✓ 可以导出")
    assert person.finish.bar.final.isEnabled()
