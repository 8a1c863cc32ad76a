"""What the outline says of a page that is being filled in (spec screens.md: untouched, in progress, problems n, complete)."""

from __future__ import annotations

from datetime import date

import pytest

from app.application import all_calls, new
from app.session import Progress, Session

BEFORE, AFTER = date(2022, 3, 25), date(2022, 4, 1)


@pytest.mark.parametrize("today", [BEFORE, AFTER])
def test_a_page_that_is_being_filled_in_has_no_problems_yet(today: date) -> None:
    """After the deadline the date's field has a warning from the beginning; it must not turn what is still empty into problems."""
    session = Session(new("party", all_calls()[0]), today=lambda: today)
    unit = session.pages[0]
    session.visit(unit.id)
    assert session.state(unit).progress is Progress.UNTOUCHED
    session.set("unit.name", "常德市测绘学会")
    session.leave("unit.name")
    assert session.state(unit).progress is Progress.STARTED
    session.set("unit.phone", "1")
    assert session.state(unit).progress is Progress.PROBLEMS


def test_a_page_that_was_left_has_problems() -> None:
    session = Session(new("party", all_calls()[0]), today=lambda: BEFORE)
    session.visit(session.pages[0].id)
    session.visit(session.pages[1].id)
    assert session.state(session.pages[0]).progress is Progress.PROBLEMS


def test_the_leading_unit_goes_on_leading_under_another_name() -> None:
    session = Session(new("capability", all_calls()[0], "academic-exchange"), today=lambda: BEFORE)
    session.set("unit.name", "常德市测绘学会")
    session.set("unit.partners", [{"name": "常德市林学会"}, {"name": "常德市水利学会"}])
    session.set("unit.lead", "常德市测绘学会")
    assert "unit.lead" in session.set("unit.name", "常德市测绘与地理信息学会")
    assert session.value("unit.lead") == "常德市测绘与地理信息学会"
    session.set("unit.lead", "常德市水利学会")
    session.set("unit.partners", [{"name": "常德市林学会"}, {"name": "常德市水利水电学会"}])
    assert session.value("unit.lead") == "常德市水利水电学会"
    session.set("unit.partners", [{"name": "常德市林学会"}])  # gone, not renamed: the person has to choose
    assert session.value("unit.lead") == "常德市水利水电学会"
    session.set("unit.name", "常德市地理学会")
    assert session.value("unit.lead") == "常德市水利水电学会"
