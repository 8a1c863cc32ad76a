"""Values taken over from the unit's profile: what counts as having looked at one."""

from __future__ import annotations

from typing import Any

import pytest
from editors_support import filled
from PySide6.QtCore import QPoint, Qt

from app.ui.desk import Desk
from app.ui.wizard import Wizard

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),  # the offscreen platform, of every window
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]


def test_choosing_the_same_again_confirms_it(qtbot: Any, desk: Desk) -> None:
    """Nothing has changed, but the mark goes, here and in what is kept."""
    draft_id = desk.store.create(filled().application)
    draft = desk.store.load(draft_id)
    draft.memory.carried |= {"unit.category", "unit.name"}
    wizard = Wizard(desk, draft)
    qtbot.addWidget(wizard)
    wizard.show()
    wizard.open_page("unit")
    row = wizard.page.rows["unit.category"]
    assert row.carried.isVisible()
    button = row.editor.main
    assert button.isChecked()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(8, button.height() // 2))
    assert row.carried.isHidden()
    assert wizard.page.rows["unit.name"].carried.isVisible()
    desk.autosave.hurry()
    qtbot.waitUntil(lambda: not desk.autosave.is_pending(draft_id))
    assert desk.store.load(draft_id).memory.carried == {"unit.name"}
    wizard.dispose()
