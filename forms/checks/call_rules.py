"""Who may apply, how often, under which conditions and declarations (notice 二.3, 三.3, 三.5 and 附件1)."""

from __future__ import annotations

from collections.abc import Iterator

from forms.checks.base import Found, Sheet, label, quoted
from forms.shared import CONFIRMATIONS
from forms.text import same_name


def applicant_category(sheet: Sheet) -> Iterator[Found]:
    """附件1, each category's 申报主体: the unit is of a sort that may apply."""
    unit, category = sheet.answers.text("unit.category"), sheet.category
    if category is None or unit not in sheet.call.applicants or unit in category.applicants:
        return
    other = "改用另一种申报书" if sheet.answers.form.category else "改选项目类型"
    message = f"{quoted(category.label)}的申报主体是{category.applicants_text}，{unit}不能申报，请核对单位类别或{other}"
    yield Found("unit.category", message)


def applicant_new(sheet: Sheet) -> Iterator[Found]:
    """附件1（二）1(2): 本年度新成立的市级学会."""
    founded, category = sheet.answers.partial_date("unit.founded"), sheet.category
    if category is None or not category.new_in_year or founded is None or founded.year == sheet.call.year:
        return
    message = f"{quoted(category.label)}只限{sheet.call.year}年新成立的学会申报，成立时间是{founded.chinese()}，请核对或改选项目类型"
    yield Found("unit.founded", message)


def party_branch(sheet: Sheet) -> Iterator[Found]:
    """附件1（一）6(1): 已成立学会党支部."""
    if _asks(sheet, "party.branch_founded") and not sheet.answers.filled("party.branch_founded"):
        yield Found("party.branch_founded", "申报条件是已成立学会党支部：已成立的请填写支部成立时间，未成立的不能申报")


def party_venue(sheet: Sheet) -> Iterator[Found]:
    """附件1（一）6(2): 有相对稳定的办公及党员活动场所."""
    if _asks(sheet, "party.has_venue") and sheet.answers.flag("party.has_venue") is not True:
        yield Found("party.has_venue", "申报条件是有相对稳定的办公及党员活动场所：有活动阵地的请选“是”，没有的不能申报")


def party_members(sheet: Sheet) -> Iterator[Found]:
    """附件1（一）6(1): a branch needs its least number of members (call.limits.branch_members)."""
    members = sheet.answers.count("party.members") if _asks(sheet, "party.members") else None
    least = sheet.call.limits.branch_members
    if members is not None and members < least:
        yield Found("party.members", f"现有党员{members}名，成立党支部一般至少要有{least}名正式党员，请核对")


def _asks(sheet: Sheet, field: str) -> bool:
    return field in sheet.answers.form.fields


def joint_lead(sheet: Sheet) -> Iterator[Found]:
    """三.3: 两个以上单位联合申报的请注明牵头单位."""
    entry = sheet.answers.form.fields.get("unit.lead")
    if entry is None or not sheet.answers.partners or sheet.answers.choice(entry) is not None:
        return
    chosen = sheet.answers.text("unit.lead")
    wrong = f"所选的{quoted(chosen)}不在申报单位和联合申报单位之中，" if chosen.strip() else ""
    yield Found("unit.lead", f"联合申报须注明牵头单位，{wrong}请选择牵头单位")


def commitments(sheet: Sheet) -> Iterator[Found]:
    """附件1, 应完成以下内容: every item of the category's list is covered by the plan, that is, ticked."""
    wanted = sheet.category.commitments if sheet.category else ()
    ticked = set(sheet.answers.items("commitments"))
    open_items = [f"第{place}项{quoted(item.text)}" for place, item in enumerate(wanted, 1) if item.id not in ticked]
    if open_items and _asks(sheet, "commitments"):
        message = f"“应完成以下内容”还有{len(open_items)}项没有勾选：{'、'.join(open_items)}，请在申报内容中安排后勾选"
        yield Found("commitments", message)


def confirmed(sheet: Sheet) -> Iterator[Found]:
    """二.3 (真实性、可行性、合规性; 非涉密) and 三.5 (不转包): the three declarations are made."""
    for field, clause in zip(CONFIRMATIONS, (0, 0, 1), strict=True):
        answer = sheet.answers.flag(field) if _asks(sheet, field) else True
        if answer is None:
            yield Found(field, f"请核实后声明{label(sheet, field)}", clause=clause)
        elif answer is False:
            yield Found(field, f"{label(sheet, field)}选了“否”，不符合申报要求，请改正申报内容后再声明", clause=clause)


def limit_three(sheet: Sheet) -> Iterator[Found]:
    """三.3: 每个单位申报项目最多不超过3个."""
    total, most = 1 + len(sheet.siblings), sheet.call.limits.applications
    if total > most:
        name = quoted(sheet.answers.text("unit.name"))
        yield Found("unit.name", f"{name}共有{total}个申报项目，每个单位最多{most}个，请去掉{total - most}个")


def same_project(sheet: Sheet) -> Iterator[Found]:
    """三.3: two applications of one unit under the same name are most likely one, counted twice."""
    project = same_name(sheet.answers.text("project.name"))
    if project and any(same_name(peer.project) == project for peer in sheet.siblings):
        name = quoted(sheet.answers.text("project.name"))
        yield Found("project.name", f"本单位另有一个申报项目也叫{name}，请删去重复的，或改用不同的项目名称")
