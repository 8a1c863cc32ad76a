"""Dates against each other and against the call (notice 三.1, 三.6 and each category's 项目周期)."""

from __future__ import annotations

from collections.abc import Iterator

from forms.checks.base import Found, Level, Sheet, chinese, label

PAST = ("unit.founded", "party.branch_founded", "party.reelected")


def future(sheet: Sheet) -> Iterator[Found]:
    """三.1 数据准确: nothing that has happened lies after the day of the application."""
    applied = sheet.answers.date("application_date")
    if applied is None:
        return
    for field in PAST:
        given = sheet.answers.partial_date(field) if field in sheet.answers.form.fields else None
        if given is not None and given.after(applied):
            yield Found(field, f"{label(sheet, field)}{given.chinese()}晚于申报日期{chinese(applied)}，请核对这两个日期")


def order(sheet: Sheet) -> Iterator[Found]:
    """三.1: the project starts, ends and is completed in this order; the same day is allowed."""
    start, end, completion = (sheet.answers.date(f"project.{name}") for name in ("start", "end", "completion"))
    if start and end and end < start:
        yield Found("project.end", f"项目结束日期{chinese(end)}早于开始日期{chinese(start)}，请核对")
    if completion and end and completion < end:
        yield Found("project.completion", f"项目完成日期{chinese(completion)}早于结束日期{chinese(end)}，请核对")
    elif completion and start and completion < start:
        yield Found("project.completion", f"项目完成日期{chinese(completion)}早于开始日期{chinese(start)}，请核对")


def year(sheet: Sheet) -> Iterator[Found]:
    """附件1: it is the year's own programme, so the project starts in the call's year."""
    start = sheet.answers.date("project.start")
    if start and start.year != sheet.call.year:
        yield Found("project.start", f"项目开始日期{chinese(start)}不在{sheet.call.year}年内，请核对")


def period(sheet: Sheet) -> Iterator[Found]:
    """附件1, each category's 项目周期: completed by the call's last day; 承接政府转移职能 may follow its agreement instead."""
    completion, limit = sheet.answers.date("project.completion"), sheet.call.completion
    if completion is None or completion <= limit:
        return
    late = f"项目完成日期{chinese(completion)}晚于{chinese(limit)}"
    category = sheet.category
    if category is None or not category.period_by_agreement:
        yield Found("project.completion", f"{late}，该类项目须在{chinese(limit)}前完成，请调整")
    elif "agreement" in sheet.roles():
        message = f"{late}，可按所附协议书约定的时间完成，请核对日期与协议书一致"
        yield Found("project.completion", message, level=Level.WARNING)
    else:
        message = f"{late}；只有与有关部门或单位签订协议书的才可按约定时间完成，请附上协议书或调整日期"
        yield Found("project.completion", message)


def deadline(sheet: Sheet) -> Iterator[Found]:
    """三.6: handed in by the deadline, 逾期概不受理."""
    applied, limit = sheet.answers.date("application_date"), sheet.call.deadline
    if applied and applied > limit:
        yield Found("application_date", f"申报日期{chinese(applied)}晚于截止日期{chinese(limit)}，逾期概不受理，请核对")
    if sheet.today > limit:
        message = f"申报已于{chinese(limit)}截止，逾期概不受理；仍要报送请先致电{sheet.call.phone}问明是否受理"
        yield Found("application_date", message)
