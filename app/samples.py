"""Complete, fictitious applications that pass every check: ``resources/samples``, adapted to whichever call is asked for.

A sample is an ordinary draft file of the 2022 call, one for each category. For another call its texts stay and its dates,
money, applicant, ticks and attachments follow that call's data, so a new year's call has samples without any new file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from typing import Any, cast

from app import paths
from app.application import Application, all_calls, beside, load, new
from app.attachments import Attachment
from app.errors import AppError
from forms.call import Call, Category
from forms.schema import Kind
from forms.text import PartialDate, money_text, parse_date, parse_money, parse_partial_date

NEAREST = "tech-service"
"""Stands in for a category that has no sample of its own: its texts suit most kinds of project."""
NEAREST_MEETING = "academic-exchange"
"""The same for a category whose projects are always meetings."""
ROLE_FILES = {
    "station-setup": ("station-setup.pdf", "服务站筹建申请及申报表（样例）.pdf"),
    "agreement": ("agreement-tech-service.pdf", "合作协议（样例）.pdf"),
    "signed-scan": ("signed-scan.pdf", "签字盖章扫描件（样例）.pdf"),
    "roster": ("roster.pdf", "名册（样例）.pdf"),
    "other": ("other.pdf", "其他材料（样例）.pdf"),
}
"""The file and the shown name of an attachment that a call demands or prefers and the sample does not have."""
POSTCODE_DIGITS = 6
DAYS_TO_SPARE = 9
"""The application is dated this many days before the deadline, as somebody does who is not late."""


def folder() -> Path:
    """Where the samples and their attachments lie."""
    return paths.resources() / "samples"


def sample(form_id: str, category: str = "", call: Call | None = None) -> Application:
    """A complete application for ``category`` of ``call`` (default: the newest bundled call; its 科技服务, else its first category).

    Raises AppError, naming the known choices, for a form or category that the call does not have.
    """
    call = call or all_calls()[0]
    form = new(form_id, call, category).form
    known = call.categories_of(form.id)
    wanted = form.category or category or next((entry.id for entry in known if entry.id == NEAREST), known[0].id if known else "")
    found = call.category(wanted)
    if found is None or found.form != form.id:
        raise AppError(f"{call.title}没有用{form.short_title}申报的项目类型")
    application = load(_file(found))
    return application if application.call == call else adapt(application, call, found)


def _file(category: Category) -> Path:
    own = folder() / f"{category.id}.json"
    if own.is_file() and _form_fits(category):
        return own
    return folder() / f"{NEAREST_MEETING if category.always_meeting else NEAREST}.json"


def _form_fits(category: Category) -> bool:
    """Another call may use a known id with the other form: 附件2 has one category only, ``party``."""
    return (category.id == "party") == (category.form == "party")


# --- another call --------------------------------------------------------------------------------------------------------


def adapt(application: Application, call: Call, category: Category) -> Application:
    """The application rewritten for a category of another call, so that it passes that call's checks; a new object.

    What no data of a call says (how a text fits an invented category) stays as it is.
    """
    values = dict(application.values)
    if not application.form.category:
        values["project.category"] = category.id
    _move_years(application, values, call)
    _move_dates(values, application.call.year, call, category)
    _fit_unit(values, call, category)
    _fit_grant(values, category)
    values["commitments"] = [entry.id for entry in category.commitments]
    if not category.commitments:
        del values["commitments"]
    return replace(application, call=call, values=values, attachments=_fit_attachments(application, category))


def _move_years(application: Application, values: dict[str, Any], call: Call) -> None:
    """The old call's year gives way to the new one wherever a text says 2022年; other years are history and stay."""
    old, year = f"{application.call.year}年", f"{call.year}年"
    for name, value in values.items():
        if isinstance(value, str):
            values[name] = value.replace(old, year)
        elif isinstance(value, list) and application.form.fields[name].kind is Kind.TABLE:
            rows = cast(list[Mapping[str, str]], value)
            values[name] = [{column: cell.replace(old, year) for column, cell in row.items()} for row in rows]


def _move_dates(values: dict[str, Any], old_year: int, call: Call, category: Category) -> None:
    applied = max(call.issued, call.deadline - timedelta(days=DAYS_TO_SPARE))
    values["application_date"] = applied.isoformat()
    completion = min(_shifted(values["project.completion"], call.year - old_year), call.completion)
    end = min(_shifted(values["project.end"], call.year - old_year), completion)
    start = min(max(_shifted(values["project.start"], call.year - old_year), call.deadline + timedelta(days=1)), end)
    dates = {"project.start": start, "project.end": end, "project.completion": completion}
    values.update((name, day.isoformat()) for name, day in dates.items())
    founded = parse_partial_date(values["unit.founded"])
    if category.new_in_year and founded is not None:
        moved = replace(founded, year=call.year)
        values["unit.founded"] = (PartialDate(call.year, applied.month) if moved.after(applied) else moved).iso()


def _shifted(text: str, years: int) -> date:
    """A sample's date some years on. None of them is 29 February, which not every year has."""
    day = parse_date(text)
    if day is None:
        raise ValueError(text)
    return day.replace(year=day.year + years)


def _fit_unit(values: dict[str, Any], call: Call, category: Category) -> None:
    if values["unit.category"] not in category.applicants:
        values["unit.category"] = category.applicants[0]
    postcode = values.get("unit.postcode")
    if postcode and not postcode.startswith(call.postcode_prefix):
        values["unit.postcode"] = call.postcode_prefix.ljust(POSTCODE_DIGITS, "0")[:POSTCODE_DIGITS]
    if category.form == "party":
        values["party.members"] = max(values["party.members"], call.limits.branch_members)


def _fit_grant(values: dict[str, Any], category: Category) -> None:
    """A grant within the category's range; the items grow or shrink with the total, so that every sum still holds."""
    grant, own = _money(values["budget.grant"]), _money(values["budget.own"])
    fitted = max(grant, category.grant_lower or grant)
    fitted = min(fitted, category.grant_upper or fitted)
    if fitted == grant:
        return
    total = own + fitted
    values["budget.grant"], values["budget.total"] = money_text(fitted), money_text(total)
    rows = cast(list[Mapping[str, str]], values["budget.items"])
    amounts = _scaled([_money(row["amount"]) for row in rows], total)
    values["budget.items"] = [{**row, "amount": money_text(amount)} for row, amount in zip(rows, amounts, strict=True)]


def _scaled(amounts: list[Decimal], total: Decimal) -> list[Decimal]:
    """The amounts in the same proportion, in whole 0.01 万元, the first taking what rounding leaves over."""
    scale = total / sum(amounts)
    rest = [(amount * scale).quantize(Decimal("0.01"), ROUND_DOWN) for amount in amounts[1:]]
    return [total - sum(rest), *rest]


def _money(text: str) -> Decimal:
    amount = parse_money(text)
    if amount is None:
        raise ValueError(text)
    return amount


def _fit_attachments(application: Application, category: Category) -> list[Attachment]:
    """The sample's own attachments, and one for every role that the category demands or prefers beyond them."""
    return [*application.attachments, *_missing({entry.role for entry in application.attachments}, category)]


def _missing(roles: set[str], category: Category) -> Iterator[Attachment]:
    for role in dict.fromkeys((*category.required, *category.preferred)):
        if role not in roles:
            file, name = ROLE_FILES[role]
            yield Attachment(role, name, beside(folder(), file))
