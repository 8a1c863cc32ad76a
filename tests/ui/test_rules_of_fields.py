"""What is typed into a single field breaks a rule and mends it: said under it, in the list and the outline, and not too early."""

from __future__ import annotations

from typing import Any

import pytest
from journeys_support import CONTROL
from PySide6.QtCore import Qt
from rules_support import at_work, listed, rules, under

from app.application import Application, new
from app.samples import sample
from app.ui.desk import Desk
from forms.checks import Level
from forms.schema import TITLE_LIMIT
from forms.shared import CONFIRMATIONS

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),  # the offscreen platform, of every window
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]
TECH = "tech-service"
BROKEN = [
    (TECH, "budget.grant", "5", "budget.grant"),
    (TECH, "budget.own", "9.9", "budget.items"),
    (TECH, "budget.grant", "0.5", "budget.grant-low"),
    (TECH, "budget.grant", "一点五", "format.money"),
    (TECH, "project.leader.mobile", "1390000060", "format.mobile"),
    (TECH, "project.leader.name", "", "required"),
    (TECH, "unit.email", "ganju@", "format.email"),
    (TECH, "unit.fax", "12", "format.phone"),
    (TECH, "unit.postcode", "41500", "format.postcode"),
    (TECH, "unit.postcode", "410000", "postcode.local"),
    (TECH, "unit.founded", "2009-13", "format.date"),
    (TECH, "unit.founded", "2022-03-30", "date.future"),
    (TECH, "application_date", "2022-04-01", "deadline"),
    (TECH, "project.end", "2022-03-01", "dates.order"),
    (TECH, "project.start", "2021-12-01", "dates.year"),
    (TECH, "project.completion", "2022-12-15", "dates.period"),
    (TECH, "project.name", "长" * (TITLE_LIMIT + 1), "text.long"),
    (TECH, "project.theme", "待定", "text.placeholder"),
    (TECH, "project.place", "\U0010fffd", "text.unprintable"),
    (TECH, "content.plan", "太短了。", "text.short"),
    (TECH, "content.plan", "机密文件" * 13, "text.classified"),
    ("key-society", "unit.founded", "2019-10", "applicant.new"),
    ("party", "party.branch_founded", "", "required"),
    ("party", "party.members", "2", "party.members"),
]


@pytest.mark.parametrize(("category", "name", "text", "rule"), BROKEN, ids=[f"{rule}-{name}" for _, name, _, rule in BROKEN])
def test_a_rule_is_broken_and_mended(qtbot: Any, desk: Desk, category: str, name: str, text: str, rule: str) -> None:
    wanted = sample("party" if category == "party" else "capability", category)
    page = wanted.form.section_of(name).id
    person = at_work(qtbot, desk, page, wanted)
    good = str(person.value(name) or "")
    person.click(person.wizard.side.tabBar(), person.wizard.side.tabBar().tabRect(2).center())
    calm = person.outline(page)
    assert rule not in rules(person)

    person.retype(name, text)
    found = next(problem for problem in person.wizard.session.problems if problem.rule == rule)
    if found.field == name:
        assert any(found.message in words for words in under(person, name))
    person.key(Qt.Key.Key_PageDown, CONTROL)  # on the way back everything on the page has been seen
    person.key(Qt.Key.Key_PageUp, CONTROL)
    assert any(found.message in words for words in under(person, found.field))
    qtbot.waitUntil(lambda: any(found.message in words for words in listed(person)))
    signs = {Level.ERROR: ("处问题",), Level.WARNING: ("处问题", "处提醒"), Level.NOTE: ("已完成",)}[found.level]
    assert any(sign in person.outline(page) for sign in signs)

    person.retype(name, good)
    assert rule not in rules(person)
    assert not any(found.message in words for words in under(person, found.field))
    qtbot.waitUntil(lambda: not any(found.message in words for words in listed(person)))
    assert person.outline(page) == calm
    assert answers(person.stored()) == answers(sample(wanted.form.id, category))


def answers(application: Application) -> dict[str, Any]:
    return {name: value for name, value in application.values.items() if value != ""}


def test_a_declaration_taken_back_stops_the_export(qtbot: Any, desk: Desk) -> None:
    person = at_work(qtbot, desk, "finish")
    if person.finish.acknowledge.isVisible():
        person.click(person.finish.acknowledge)
    assert person.finish.bar.final.isEnabled()
    box = person.finish.declarations[CONFIRMATIONS[0]]
    person.click(box)
    assert not person.finish.bar.final.isEnabled()
    person.click(box)
    assert person.finish.bar.final.isEnabled()


def test_nothing_is_said_before_a_field_is_left(qtbot: Any, desk: Desk) -> None:
    person = at_work(qtbot, desk, "unit", new("capability", desk.call, "tech-service"))
    person.reach(person.row("unit.email"))
    person.write("ganju@")
    assert "format.email" in rules(person)
    assert not any("✕" in words for words in under(person, "unit.email"))
    person.key(Qt.Key.Key_Tab)
    assert any("✕" in words for words in under(person, "unit.email"))
    assert not any("✕" in words for words in under(person, "unit.postcode"))  # nobody has been there
