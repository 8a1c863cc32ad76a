"""Whole journeys through the window, with keys and clicks: from empty to exported, and the mishaps on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from journeys_support import Person, kinds_of

from app.application import newest_call
from app.opening.openers import open_application
from app.samples import sample
from app.session import REVIEW_PAGE
from app.store import State
from app.ui.desk import Desk
from forms.shared import CONFIRMATIONS

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),  # the offscreen platform, of every window
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]
CATEGORIES = [(category.form, category.id) for category in newest_call().categories]
KEYBOARD = [("party", "party"), ("capability", "academic-exchange")]


# --- from empty to exported ------------------------------------------------------------------------------------------------


def answers(values: dict[str, Any]) -> dict[str, Any]:
    """Answers as they are compared: in a table an empty cell and an absent one are the same."""
    return {
        name: [{column: cell for column, cell in row.items() if cell} if isinstance(row, dict) else row for row in value]
        if isinstance(value, list)
        else value
        for name, value in values.items()
    }


def complete(person: Person, form: str, category: str, folder: Path) -> None:
    wanted = sample(form, category)
    found = wanted.call.category(category)
    if found is not None and found.always_meeting:
        del wanted.values["meeting.is_meeting"]  # not asked: the category leaves no choice
    out = folder / "out"
    out.mkdir()
    person.begin(category)
    person.fill(wanted, folder / "files")
    asked = {name: value for name, value in wanted.values.items() if name not in CONFIRMATIONS}
    assert answers(person.wizard.session.application.values) == answers(asked)
    person.declare()
    assert person.outline(REVIEW_PAGE).endswith("可以导出")
    person.export(out)
    [bundle] = out.glob("*.zip")
    opened = open_application(bundle)
    assert not opened.notices
    assert answers(opened.application.values) == answers(wanted.values)
    assert kinds_of(opened.application) == kinds_of(wanted)
    assert answers(person.stored().values) == answers(wanted.values)
    assert person.desk.store.summary(person.wizard.draft_id).state is State.EXPORTED


@pytest.mark.parametrize(("form", "category"), CATEGORIES)
def test_from_empty_to_exported(qtbot: Any, desk: Desk, tmp_path: Path, form: str, category: str) -> None:
    complete(Person(qtbot, desk), form, category, tmp_path)


@pytest.mark.parametrize(("form", "category"), KEYBOARD)
def test_from_empty_to_exported_by_tab(qtbot: Any, desk: Desk, tmp_path: Path, form: str, category: str) -> None:
    complete(Person(qtbot, desk, by_keyboard=True), form, category, tmp_path)
