"""The budget: sums that must agree, and the grant's limits (notice 三.1, each category's 经费额度). All in 万元, Decimal."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from forms.checks.base import Found, Sheet, row_filled
from forms.text import money_text, parse_money


def total(sheet: Sheet) -> Iterator[Found]:
    """三.1 数据准确: the total is the unit's own money and the grant together."""
    whole, own, grant = (sheet.answers.money(f"budget.{name}") for name in ("total", "own", "grant"))
    if whole is None or own is None or grant is None or whole == own + grant:
        return
    message = (
        f"经费总预算{money_text(whole)}万元不等于单位自筹{money_text(own)}万元与市科协经费{money_text(grant)}万元之和"
        f"{money_text(own + grant)}万元，请核对"
    )
    yield Found("budget.total", message)


def items(sheet: Sheet) -> Iterator[Found]:
    """三.1: each item says what it is for and how much, and together they are the total."""
    rows = sheet.rows("budget.items")
    spent: Decimal | None = Decimal(0)
    for number, row in enumerate(rows):
        if not row_filled(row):
            continue
        amount = row.get("amount", "").strip()
        if not row.get("what", "").strip():
            yield Found("budget.items", f"经费支出预算第{number + 1}行没有写支出项目内容，请填写", number, "what")
        if not amount:
            yield Found("budget.items", f"经费支出预算第{number + 1}行没有写金额，请填写", number, "amount")
        value = parse_money(amount)
        # a sum with an amount missing in it would only repeat that the amount is missing
        spent = None if spent is None or value is None else spent + value
    whole = sheet.answers.money("budget.total")
    if rows and whole is not None and spent is not None and spent != whole:
        over = "多出" if spent > whole else "少了"
        difference = f"{over}{money_text(abs(spent - whole))}万元"
        message = f"各项支出合计{money_text(spent)}万元，比经费总预算{money_text(whole)}万元{difference}，请调整"
        yield Found("budget.items", message)


def grant(sheet: Sheet) -> Iterator[Found]:
    """附件1, each category's 经费额度: more than nothing, and not more than the category's upper figure (if it names one)."""
    amount = sheet.answers.money("budget.grant")
    if amount is None:
        return
    upper = sheet.category.grant_upper if sheet.category else None
    if amount <= 0:
        yield Found("budget.grant", "市科协经费应大于0，请填写申请的金额（万元）")
    elif upper is not None and amount > upper:
        message = f"市科协经费{money_text(amount)}万元超过该类项目上限{money_text(upper)}万元，请调整"
        yield Found("budget.grant", message)


def grant_low(sheet: Sheet) -> Iterator[Found]:
    """附件1, each category's 经费额度: where it is a range (1-2万元/个), less than the range begins with is likely a slip."""
    amount, category = sheet.answers.money("budget.grant"), sheet.category
    if amount is None or amount <= 0 or category is None:
        return
    lower, upper = category.grant_lower, category.grant_upper
    if lower is not None and upper is not None and lower < upper and amount < lower:
        message = f"市科协经费{money_text(amount)}万元低于该类项目额度{money_text(lower)}至{money_text(upper)}万元，请核对"
        yield Found("budget.grant", message)
