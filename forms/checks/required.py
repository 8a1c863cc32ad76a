"""Is everything filled in that the paper asks for, and is it an answer of the right sort (notice 三.1)?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from forms.checks.base import Found, Sheet, items, label, quoted
from forms.schema import Field, Kind
from forms.shared import CONFIRMATIONS


def missing(sheet: Sheet) -> Iterator[Found]:
    """三.1 要素齐全, 附件3 四: every field not optional is answered; what is no possible answer counts as none."""
    for entry in sheet.asked:
        # the declarations are rule `confirmed`, the lead of a joint application is `joint.lead`
        if entry.id in CONFIRMATIONS or entry.id == "unit.lead":
            continue
        if message := _fault(sheet, entry):
            yield Found(entry.id, message, clause=1 if entry.shown_when else 0)
        elif entry.kind is Kind.TABLE:
            yield from _unreadable_rows(sheet, entry)


def _fault(sheet: Sheet, entry: Field) -> str:
    answers, value = sheet.answers, sheet.answers.values.get(entry.id)
    if entry.kind is Kind.YES_NO and answers.flag(entry.id) is not None:
        return ""
    if not _readable(entry.kind, value):
        return f"{label(sheet, entry.id)}的内容无法识别，请{_verb(entry)}"
    if not _given(sheet, entry):
        return "" if entry.optional else _empty(entry, label(sheet, entry.id))
    if entry.kind is Kind.CHOICE and answers.choice(entry) is None:
        return f"{label(sheet, entry.id)}所选的{quoted(answers.text(entry.id))}不在可选项中，请重新选择"
    if entry.kind is Kind.COUNT and answers.count(entry.id) is None:
        return f"{label(sheet, entry.id)}填的{quoted(answers.text(entry.id))}不是数目，请填写0或正整数（不超过9位）"
    return ""


def _given(sheet: Sheet, entry: Field) -> bool:
    return bool(sheet.answers.rows(entry.id)) if entry.kind is Kind.TABLE else sheet.answers.filled(entry.id)


def _empty(entry: Field, name: str) -> str:
    if entry.shown_when:
        return f"会议类项目必须标明会议信息，请填写{name}"
    if entry.id == "budget.total":
        return f"{name}由单位自筹经费与市科协经费相加得出，请先填写这两项"
    if entry.kind is Kind.TABLE:
        return f"请填写{name}，至少一行"
    return f"请选择{name}" if entry.kind in (Kind.CHOICE, Kind.YES_NO) else f"请填写{name}"


def _verb(entry: Field) -> str:
    return "重新选择" if entry.kind in (Kind.CHOICE, Kind.CHOICES, Kind.YES_NO) else "重新填写"


def _readable(kind: Kind, value: Any) -> bool:
    """Whether a JSON value has the type of its kind (forms.md, "The draft file")."""
    if value is None:
        return True
    match kind:
        case Kind.YES_NO:
            return isinstance(value, bool)
        case Kind.COUNT:
            return isinstance(value, (int, str)) and not isinstance(value, bool)
        case Kind.TABLE:
            return isinstance(value, list)
        case Kind.CHOICES:
            return isinstance(value, list) and all(isinstance(entry, str) for entry in items(value))
        case _:
            return isinstance(value, str)


def _unreadable_rows(sheet: Sheet, entry: Field) -> Iterator[Found]:
    for number, row in enumerate(items(sheet.answers.values.get(entry.id))):
        if not isinstance(row, dict):
            yield Found(entry.id, f"{label(sheet, entry.id)}第{number + 1}行的内容无法识别，请重新填写这一行", number, clause=0)
            continue
        cells = cast(dict[str, Any], row)
        for column in entry.columns:
            if not _readable(column.kind, cells.get(column.id)):
                message = f"{label(sheet, entry.id)}第{number + 1}行{quoted(column.label)}的内容无法识别，请重新填写"
                yield Found(entry.id, message, number, column.id, clause=0)
