"""Every rule is broken and mended in the window: here in table cells, by radios and ticks.

What is typed into a single field is broken in ``test_rules_of_fields.BROKEN``, what attachments and other drafts break in
``test_rules_of_files_and_drafts``. The last test sees to it that no rule is left out.
"""

from __future__ import annotations

from typing import Any

import pytest
import test_rules_of_files_and_drafts  # noqa: F401 - it says which rules it breaks
from journeys_support import Person
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from rules_support import (
    BROKEN_HERE,
    PARTY,
    STATION,
    TECH,
    breaks,
    come_back,
    gone,
    jump,
    of,
    raised,
    rules,
    seen,
    sign,
    unchanged,
    under,
    working,
)
from test_rules_of_fields import BROKEN

from app.session import REVIEW_PAGE
from app.ui.desk import Desk
from app.ui.problems import SIGNS
from app.ui.table_model import ground_of
from forms.checks import RULES, Level, Problem
from forms.schema import CELL_LIMIT
from forms.shared import ATTACHMENTS, CONFIRMATIONS

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),  # the offscreen platform, of every window
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]
PREVENTED = {"budget.sum": "the total is worked out from its two parts and cannot be typed"}
"""Rules that nobody can break in the window, and why; :func:`test_a_total_cannot_be_wrong` shows it."""

# --- table cells -----------------------------------------------------------------------------------------------------------

CELLS = [  # the cell, what is written into it, the rule, and its words; a whole table's problem stands in no cell
    ("people", 0, "name", "旁人甲", "people.leader", "第1行应是项目负责人“荀若谷”，现在是“旁人甲”，请改为一致"),
    ("people", 0, "name", "", "people.leader", "第1行应是项目负责人“荀若谷”，现在是空的"),
    ("people", 2, "name", "", "people.row", "第3行没有写姓名，请填写姓名或删去这一行"),
    ("people", 2, "name", "宗 政和", "people.twice", "第3行“宗 政和”与第2行重名"),
    ("people", 1, "duty", "字" * (CELL_LIMIT + 1), "text.long", "有201字，最多200字，请删减1字"),
    ("people", 1, "duty", "待定", "text.placeholder", "“项目中承担的主要工作”写的是“待定”，像是还没有填写"),
    ("people", 3, "duty", "整理机密文件", "text.classified", "第4行“项目中承担的主要工作”中有“机密”"),
    ("people", 1, "post", "\U0010fffd", "text.unprintable", "U+10FFFD没有可用的字形"),
    ("budget.items", 1, "what", "", "budget.items", "第2行没有写支出项目内容"),
    ("budget.items", 1, "amount", "", "budget.items", "第2行没有写金额"),
    ("budget.items", 1, "amount", "0.7", "budget.items", "合计2.72万元，比经费总预算2.7万元多出0.02万元"),
    ("budget.items", 1, "amount", "0.6799", "budget.items", "比经费总预算2.7万元少了0.0001万元"),
    ("budget.items", 1, "amount", "0.68001", "format.money", "第2行“金额”填的“0.68001”的小数超过4位"),
    ("budget.items", 2, "amount", "-0.6", "format.money", "第3行“金额”填的“-0.6”小于0"),
]
WHOLE = ("合计", "少了")
BROKEN_HERE |= {rule for *_, rule, _ in CELLS}


@pytest.mark.parametrize(("field", "row", "column", "text", "rule", "words"), CELLS)
def test_a_cell_is_broken_and_mended(qtbot: Any, desk: Desk, field: str, row: int, column: str, text: str, rule: str, words: str) -> None:
    wanted = of(TECH)
    page = wanted.form.section_of(field).id
    person = working(qtbot, desk, page, wanted)
    good = str(person.value(field)[row].get(column, ""))
    calm = person.outline(page)
    assert rule not in rules(person)

    person.retype_cell(field, row, column, text)
    assert person.value(field)[row].get(column, "") == text
    in_cell = not any(word in words for word in WHOLE)
    problem = raised(person, rule, field, words, *((row, column) if in_cell else ()))
    assert sign(problem) not in under(person, field)  # the person is still in the table
    jump(person, problem)
    assert person.page.page_id == page
    assert sign(problem) in under(person, field)
    marked(person, field, [(row, column)] if in_cell else [], problem)
    assert ("处提醒" if problem.level is Level.WARNING else "处问题") in person.outline(page)

    person.retype_cell(field, row, column, good)
    gone(person, problem)
    marked(person, field, [], problem)
    assert person.outline(page) == calm
    unchanged(person, of(TECH))


def lands(qtbot: Any, desk: Desk, field: str, row: int, column: str, rule: str) -> None:
    """A click on the problem of an emptied cell leads into it."""
    person = working(qtbot, desk, of(TECH).form.section_of(field).id, of(TECH))
    person.retype_cell(field, row, column, "")
    [problem] = [entry for entry in person.wizard.session.problems if entry.rule == rule]
    person.cell(person.table(field), 0, 0)
    jump(person, problem)
    editor = person.table(field)
    place = editor.sheet.currentIndex()
    assert editor.active()
    assert (place.row(), editor.model.columns[place.column()].id) == (row, column)


def test_a_problem_of_an_item_leads_to_its_row(qtbot: Any, desk: Desk) -> None:
    lands(qtbot, desk, "budget.items", 3, "what", "budget.items")


def test_a_problem_of_a_person_leads_to_the_row(qtbot: Any, desk: Desk) -> None:
    lands(qtbot, desk, "people", 3, "name", "people.row")


def marked(person: Person, field: str, cells: list[tuple[int, str]], problem: Problem) -> None:
    """These cells and no others show the problem: by colour, tool tip, to a screen reader and beside the row's number."""
    model = person.table(field).model
    names = [column.id for column in model.columns]
    indexes = [model.index(row, column) for row in range(model.rowCount()) for column in range(len(names))]
    for index in indexes:
        here = (index.row(), names[index.column()]) in cells
        ground = QColor(ground_of([problem])) if here else None
        assert index.data(Qt.ItemDataRole.BackgroundRole) == ground, (index.row(), index.column())
        assert (problem.message in (index.data(Qt.ItemDataRole.ToolTipRole) or "")) is here
        assert (problem.message in index.data(Qt.ItemDataRole.AccessibleTextRole)) is here
    heads = [model.headerData(row, Qt.Orientation.Vertical) for row in range(model.filled())]
    rows = {row for row, _ in cells}
    assert heads == [f"{SIGNS[problem.level][0]} {row + 1}" if row in rows else str(row + 1) for row in range(model.filled())]


def test_a_pasted_row_is_one_too_many(qtbot: Any, desk: Desk) -> None:
    person = working(qtbot, desk, "people", of(TECH))
    editor = person.table("people")
    place = editor.model.filled()
    person.cell(editor, place, 0)
    person.paste_block([["习远山", "合作社理事长", "农民技师", "农户组织", "样例"]])
    problem = raised(person, "people.twice", "people", "第9行“习远山”与第8行重名", place, "name")
    come_back(person)
    assert sign(problem) in under(person, "people")
    person.cell(editor, place, 0)
    person.click(next(button for button in editor._buttons if button.text() == "删除"))
    gone(person, problem)
    unchanged(person, of(TECH))


def test_a_total_cannot_be_wrong(qtbot: Any, desk: Desk) -> None:
    person = working(qtbot, desk, "budget", of(TECH))
    person.retype("budget.total", "9")
    assert person.value("budget.total") == "2.7"
    assert person.row("budget.total").editor.value() == "2.7"
    for own, total in (("2", "3.5"), ("", ""), ("一", ""), ("1.2", "2.7")):
        person.retype("budget.own", own)
        assert (person.value("budget.total") or "") == total
        assert "budget.sum" not in rules(person)
    unchanged(person, of(TECH))


def test_a_wrong_total_from_elsewhere_is_mended_by_its_parts(qtbot: Any, desk: Desk) -> None:
    application = of(TECH)
    application.set("budget.total", "2.8")
    person = working(qtbot, desk, "budget", application)
    problem = raised(person, "budget.sum", "budget.total", "经费总预算2.8万元不等于单位自筹1.2万元与市科协经费1.5万元之和2.7万元")
    jump(person, problem)
    assert person.row("budget.total").editor.active()
    assert sign(problem) in under(person, "budget.total")
    person.retype("budget.own", "1.2")
    gone(person, problem)
    unchanged(person, of(TECH))


# --- choices ---------------------------------------------------------------------------------------------------------------

CHOICES = [
    (TECH, "unit.category", "学会服务站", "applicant.category", "申报主体是市级学会、学会联合体、高校科协，学会服务站不能申报"),
    (PARTY, "unit.category", "高校科协", "applicant.category", "申报主体是市级学会，高校科协不能申报，请核对单位类别或改用另一种申报书"),
    (PARTY, "party.has_venue", False, "party.venue", "有活动阵地的请选“是”，没有的不能申报"),
]  # fmt: skip
BROKEN_HERE |= {rule for *_, rule, _ in CHOICES}


@pytest.mark.parametrize("by_keyboard", [False, True], ids=["mouse", "keys"])
@pytest.mark.parametrize(("category", "field", "bad", "rule", "words"), CHOICES)
def test_a_choice_is_broken_and_mended(
    qtbot: Any, desk: Desk, category: str, field: str, bad: Any, rule: str, words: str, by_keyboard: bool
) -> None:
    wanted = of(category)
    page = wanted.form.section_of(field).id
    person = working(qtbot, desk, page, wanted)
    person.by_keyboard = by_keyboard
    good, calm = person.value(field), person.outline(page)
    assert rule not in rules(person)
    person.fill_in(person.row(field), bad)
    problem = raised(person, rule, field, words)
    come_back(person)
    assert sign(problem) in under(person, field)
    assert "1处问题" in person.outline(page)
    person.fill_in(person.row(field), good)
    gone(person, problem)
    assert person.outline(page) == calm
    unchanged(person, of(category))


def test_a_unit_that_may_not_apply_is_mended_by_another_category(qtbot: Any, desk: Desk) -> None:
    person = working(qtbot, desk, "unit", of(TECH))
    person.fill_in(person.row("unit.category"), "学会服务站")
    problem = raised(person, "applicant.category", "unit.category", "学会服务站不能申报")
    person.open_page("project")
    assert sum("✕ 学会服务站不能申报" in words for words in under(person, "project.category")) == 6  # only 会地合作 is left
    person.fill_in(person.row("project.category"), "society-locality")
    gone(person, problem)
    person.open_page("unit")
    gone(person, problem)


@breaks("party.venue")
def test_an_answer_taken_back(qtbot: Any, desk: Desk, rule: str) -> None:
    person = working(qtbot, desk, "project", of(PARTY))
    person.reach(person.row("party.has_venue"))
    person.key(Qt.Key.Key_Delete)
    problem = raised(person, rule, "party.has_venue", "有相对稳定的办公及党员活动场所")
    come_back(person)
    assert [words for words in under(person, "party.has_venue") if "✕" in words][-1] == sign(problem)
    person.fill_in(person.row("party.has_venue"), True)
    gone(person, problem)
    unchanged(person, of(PARTY))


@breaks("party.branch")
def test_no_branch(qtbot: Any, desk: Desk, rule: str) -> None:
    person = working(qtbot, desk, "project", of(PARTY))
    person.retype("party.branch_founded", "")
    problem = raised(person, rule, "party.branch_founded", "已成立的请填写支部成立时间，未成立的不能申报")
    assert sign(problem) in under(person, "party.branch_founded")
    person.retype("party.branch_founded", "2017年9月")
    gone(person, problem)
    unchanged(person, of(PARTY))


@breaks("joint.lead")
def test_partners_without_a_lead(qtbot: Any, desk: Desk, rule: str) -> None:
    person = working(qtbot, desk, "unit", of(TECH))
    person.retype_cell("unit.partners", 0, "name", "石门县柑橘协会")
    problem = raised(person, rule, "unit.lead", "联合申报须注明牵头单位，请选择牵头单位")
    jump(person, problem)
    assert person.row("unit.lead").editor.active()
    assert sign(problem) in under(person, "unit.lead")
    person.pick(person.row("unit.lead").editor.drop, "石门县柑橘协会")
    gone(person, problem)

    person.retype_cell("unit.partners", 0, "name", "石门县柑桔协会")  # another spelling: it goes on leading
    gone(person, problem)
    assert person.value("unit.lead") == "石门县柑桔协会"
    person.retype_cell("unit.partners", 1, "name", "石门县果业协会")
    person.retype_cell("unit.partners", 0, "name", "")  # the lead is none of the two any more
    problem = raised(person, rule, "unit.lead", "所选的“石门县柑桔协会”不在申报单位和联合申报单位之中，请选择牵头单位")
    assert sign(problem) in under(person, "unit.lead")
    person.pick(person.row("unit.lead").editor.drop, "常德市柑橘产业技术学会")
    gone(person, problem)

    person.pick(person.row("unit.lead").editor.drop, "")
    problem = raised(person, rule, "unit.lead", "请选择牵头单位")
    person.retype_cell("unit.partners", 1, "name", "")
    gone(person, problem)
    assert not person.value("unit.partners")


# --- 应完成以下内容, and the declarations ------------------------------------------------------------------------------------


@breaks("commitments")
def test_a_commitment_taken_back(qtbot: Any, desk: Desk, rule: str) -> None:
    person = working(qtbot, desk, ATTACHMENTS, of(TECH))
    box, calm = person.attachments.commitments, person.outline(ATTACHMENTS)
    assert box is not None
    person.click(box.ticks.ticks[1])
    problem = raised(person, rule, "commitments", "“应完成以下内容”还有1项没有勾选：第2项")
    assert sign(problem) not in seen(box)
    come_back(person)
    assert sign(problem) in seen(box)
    assert person.outline(ATTACHMENTS).endswith("1处提醒")
    person.click(box.ticks.ticks[1])
    gone(person, problem)
    assert person.outline(ATTACHMENTS) == calm
    unchanged(person, of(TECH))


@breaks("confirmed")
@pytest.mark.parametrize(("name", "clause"), list(zip(CONFIRMATIONS, ("二.3", "二.3", "三.5"), strict=True)))
def test_a_declaration_taken_back(qtbot: Any, desk: Desk, name: str, clause: str, rule: str) -> None:
    person = working(qtbot, desk, REVIEW_PAGE, of(STATION))
    finish = person.finish
    assert person.outline(REVIEW_PAGE).endswith("可以导出")
    person.click(finish.declarations[name])
    problem = raised(person, rule, name, f"选了“否”，不符合申报要求，请改正申报内容后再声明（{clause}）")
    model = finish.problems.model
    assert [problem.message in str(model.data(model.index(row))) for row in range(model.rowCount())].count(True) == 1
    assert not finish.bar.final.isEnabled()
    assert finish.bar.reason.text().startswith("还有1处错误")
    assert not person.outline(REVIEW_PAGE).endswith("可以导出")
    person.click(finish.declarations[name])
    gone(person, problem)
    assert not model.rowCount()
    assert finish.bar.final.isEnabled()
    unchanged(person, of(STATION))


# --- and no rule is left out -------------------------------------------------------------------------------------------------


def test_every_rule_is_broken_somewhere() -> None:
    known = {rule.id for rule in RULES}
    broken = {rule for *_, rule in BROKEN} | BROKEN_HERE
    assert broken <= known
    assert known - broken == set(PREVENTED)
