"""The people's table (notice 三.1; the paper prints 项目负责人 into its first row)."""

from __future__ import annotations

from collections.abc import Iterator

from forms.checks.base import Found, Sheet, quoted, row_filled
from forms.text import same_name

PEOPLE = "people"


def leader(sheet: Sheet) -> Iterator[Found]:
    """附件2 六, 附件3 七: the first row is the project leader's, under the same name as in section 二."""
    rows, name = sheet.rows(PEOPLE), sheet.answers.text("project.leader.name")
    if not rows or not name.strip():
        return
    first = rows[0].get("name", "")
    if same_name(first) != same_name(name):
        now = f"现在是{quoted(first)}" if first.strip() else "现在是空的"
        yield Found(PEOPLE, f"参与人员第1行应是项目负责人{quoted(name)}，{now}，请改为一致", 0, "name")


def row(sheet: Sheet) -> Iterator[Found]:
    """三.1 要素齐全: a row with anything in it has a name."""
    for number, entry in enumerate(sheet.rows(PEOPLE)):
        if row_filled(entry) and not entry.get("name", "").strip():
            way = "姓名或删去这一行" if number else "项目负责人的姓名"  # whose row stays
            yield Found(PEOPLE, f"参与人员第{number + 1}行没有写姓名，请填写{way}", number, "name")


def twice(sheet: Sheet) -> Iterator[Found]:
    """三.1 数据准确: nobody stands in the table twice, unless two people share a name."""
    seen: dict[str, int] = {}
    for number, entry in enumerate(sheet.rows(PEOPLE)):
        name = same_name(entry.get("name", ""))
        if not name:
            continue
        first = seen.setdefault(name, number)
        if first != number:
            message = f"参与人员第{number + 1}行{quoted(entry.get('name', ''))}与第{first + 1}行重名，重复的请删去，同名的两人可以保留"
            yield Found(PEOPLE, message, number, "name")
