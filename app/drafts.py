"""The logic around the list of drafts, without its window: the unit's profile, beginning an application, comparing two states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import compress
from typing import Any

from app.application import LEADER_NOTE, Application, new
from app.attachments import Attachment
from app.checking import problems_of
from app.session import Memory
from app.store.records import Facts, Summary, facts_of
from forms.answers import Answers
from forms.call import Call, Category
from forms.catalogue import FORMS
from forms.checks import Level, run
from forms.checks.base import chinese
from forms.schema import Field, Form, Kind, Section, Source
from forms.shared import ATTACHMENTS
from forms.text import money_text, normalise, parse_money, same_name

SAMPLE_MARK = "【样例】"
"""Stands before the project name of a sample that was opened to be looked at."""
ELIGIBILITY = ("applicant.category", "applicant.new")
"""The rules that say which categories a unit may not apply for at all (spec rules.md)."""

# --- the unit's profile --------------------------------------------------------------------------------------------------


def unit_fields() -> tuple[Field, ...]:
    """What both papers ask about the unit itself, each field once; partners and their lead belong to one project only."""
    found: list[Field] = []
    for form in FORMS.values():
        place = 0
        for entry in form:
            if not entry.id.startswith("unit.") or entry.kind is Kind.TABLE or entry.source is Source.UNITS:
                continue
            names = [other.id for other in found]
            place = names.index(entry.id) if entry.id in names else place
            if entry.id not in names:
                found.insert(place, entry)
            place += 1
    return tuple(found)


PROFILE_FORM = Form(
    id="profile", title=("单位信息", ""), short_title="单位信息", cover=(),
    sections=(Section("unit", "单位信息", "单位信息", unit_fields()),), attachment_roles=(),
)  # fmt: skip
"""The profile is filled in as a form of its own, so that its editors, hints and problems are those of the papers."""


def profile_of(application: Application) -> dict[str, Any]:
    """An application's answers about the unit, as a profile: field ids to stored values."""
    return {name: application.values[name] for name in PROFILE_FORM.fields if name in application.values}


def clean_profile(profile: Mapping[str, Any] | None) -> dict[str, Any]:
    """A stored profile without what is no field of it, or empty; None counts as an empty one."""
    settled = {name: normalise(entry, (profile or {}).get(name)) for name, entry in PROFILE_FORM.fields.items()}
    return {name: value for name, value in settled.items() if isinstance(value, str) and value}


# --- beginning an application --------------------------------------------------------------------------------------------


def begin(call: Call, form_id: str, category: str, profile: Mapping[str, Any] | None) -> tuple[Application, Memory]:
    """A new application with the unit's answers carried over, and the memory that marks them 沿用上次，请核对.

    Raises AppError for a form or category that the call does not have.
    """
    application = new(form_id, call, category)
    for name, value in clean_profile(profile).items():
        if name in application.form.fields:
            application.set(name, value)
    carried = {name for name in PROFILE_FORM.fields if name in application.values}
    return application, Memory(carried=carried)


def facts_now(application: Application, today: date) -> Facts:
    """What the list shows of an application that is about to become a draft."""
    problems = problems_of(application, today)
    counts = [sum(entry.level is level for entry in problems) for level in (Level.ERROR, Level.WARNING)]
    return facts_of(application, counts[0], counts[1])


def obstacles(call: Call, category: Category, profile: Mapping[str, Any] | None, today: date) -> list[str]:
    """Why the unit of the profile may not apply for a category, each in a sentence with its clause; none as far as is known."""
    application, _ = begin(call, category.form, category.id, profile)
    return [entry.message for entry in run(application.answers_without_files(), today) if entry.rule in ELIGIBILITY]


def siblings(summaries: Iterable[Summary], unit: str, call: Call) -> list[Summary]:
    """The unit's applications of one call (三.3), names compared as the rule ``limit.three`` does; none without a name."""
    wanted = same_name(unit)
    return [entry for entry in summaries if wanted and entry.call == call.id and entry.unit_key == wanted]


def room_text(call: Call, count: int) -> str:
    """How many of the allowed applications a unit has begun, in words."""
    most = call.limits.applications
    if count >= most:
        return f"本单位已有{count}个申报项目，每个单位最多{most}个（三.3）。再新建的话，须先删去一个才能导出。"
    return f"本单位已有{count}个申报项目，还可以申报{most - count}个（每个单位最多{most}个，三.3）。"


def as_sample(application: Application) -> Application:
    """The application with 样例 before its project name, so that nobody takes it for a real one. Changed in place."""
    name = str(application.values.get("project.name", ""))
    if not is_sample(name):
        application.set("project.name", SAMPLE_MARK + name)
    return application


def is_sample(project: str) -> bool:
    """Whether a project's name marks a sample."""
    return project.startswith(SAMPLE_MARK)


def papers_text(category: Category, form: Form) -> str:
    """The extra papers of a category: what must and what should be attached."""
    names = {role.id: role.label for role in form.attachment_roles}
    must = [f"须附：{names.get(role, role)}" for role in category.required]
    better = [f"附有的优先：{names.get(role, role)}" for role in category.preferred]
    return "；".join(must + better) or "不另附材料"


def guidance_text(category: Category, heading: str, otherwise: str) -> str:
    """The notice's own words under one of a category's headings, on one line."""
    found = next((entry.text for entry in category.guidance if entry.heading == heading), otherwise)
    return " ".join(found.split()).rstrip("。")


# --- words for the list --------------------------------------------------------------------------------------------------


def deadline_text(call: Call, today: date) -> tuple[str, Level]:
    """The deadline in words, and how urgent it is (三.6: 逾期概不受理)."""
    left = (call.deadline - today).days
    if left < 0:
        return f"已于{chinese(call.deadline)}截止，逾期概不受理", Level.ERROR
    if left == 0:
        return f"今天（{chinese(call.deadline)}）截止，逾期概不受理", Level.ERROR
    return f"{chinese(call.deadline)}截止，还有{left}天", Level.WARNING if left <= 7 else Level.NOTE


def category_labels(calls: Iterable[Call]) -> dict[tuple[str, str], str]:
    """The printed label of each category, by call and category id."""
    return {(call.id, entry.id): entry.label for call in calls for entry in call.categories}


def progress_text(summary: Summary) -> str:
    """How complete a draft is, and its problems."""
    parts = [f"已填{summary.filled}/{summary.required}项"]
    parts += [f"{summary.errors}处错误"] if summary.errors else []
    parts += [f"{summary.warnings}处提醒"] if summary.warnings else []
    return "，".join(parts)


def moment_text(seconds: float, today: date) -> str:
    """A moment for a list, local time: 今天14:32, 昨天09:05, 3月20日14:32; with the year where it is another one."""
    moment = datetime.fromtimestamp(seconds)
    days = (today - moment.date()).days
    day = {0: "今天", 1: "昨天"}.get(days) or f"{moment.month}月{moment.day}日"
    year = f"{moment.year}年" if moment.year != today.year and days not in (0, 1) else ""
    return f"{year}{day}{moment:%H:%M}"


# --- comparing two states ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """One answer that is not the same in two states; an absent answer is an empty text."""

    label: str
    old: str
    new: str


def differences(old: Application, new: Application) -> list[Difference]:
    """What differs between two states of one draft, in the paper's order, attachments last, unknown entries after them."""
    before, after = readable(old), readable(new)
    names = [*before, *(name for name in after if name not in before)]
    place = {name: index for index, name in enumerate([*new.form.fields, ATTACHMENTS])}
    names.sort(key=lambda name: place.get(name, len(place)))
    pairs = [(name, before.get(name, ("", "")), after.get(name, ("", ""))) for name in names]
    return [Difference(was[0] or now[0], was[1], now[1]) for _, was, now in pairs if was[1] != now[1]]


def readable(application: Application) -> dict[str, tuple[str, str]]:
    """Every given answer as people read it: id to (label, text), in the paper's order; attachments and unknown entries last."""
    answers = application.answers_without_files()
    found: dict[str, tuple[str, str]] = {}
    for entry in application.form:
        if text := answer_text(answers, entry):
            found[entry.id] = (entry.label, text)
    if application.attachments:
        found[ATTACHMENTS] = ("附件", attachments_text(application.form, application.attachments))
    for name, value in application.values.items():
        if name not in application.form.fields:
            found[name] = (f"不认识的填报项“{name}”", str(value))
    return found


def answer_text(answers: Answers, entry: Field) -> str:
    """One answer as people read it; ``""`` where there is none."""
    match entry.kind:
        case Kind.TABLE:
            return _table_text(answers, entry)
        case Kind.CHOICES:
            labels = {option.id: option.label for option in answers.choices(entry)}
            return "\n".join(labels.get(name, name) for name in answers.items(entry.id))
        case Kind.CHOICE:
            chosen = answers.choice(entry)
            return chosen.label if chosen else answers.text(entry.id)
        case Kind.DATE | Kind.PARTIAL_DATE:
            found = answers.partial_date(entry.id)
            return found.chinese() if found else answers.text(entry.id)
        case Kind.MONEY:
            return _money(answers.text(entry.id))
        case _:
            return answers.text(entry.id)


def _table_text(answers: Answers, entry: Field) -> str:
    rows = [[_cell(column, row.get(column.id, "")) for column in entry.columns] for row in answers.rows(entry.id)]
    lines = ["　".join(cell for cell in cells if cell) for cells in rows]
    while lines and lines[-1] in ("", LEADER_NOTE):
        lines.pop()
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))


def _cell(column: Field, text: str) -> str:
    return _money(text) if column.kind is Kind.MONEY else text.strip()


def _money(text: str) -> str:
    amount = parse_money(text)
    return text if amount is None else f"{money_text(amount)}万元"


def attachments_text(form: Form, attachments: Sequence[Attachment]) -> str:
    """The attachments, one a line: what it is, and the file's name. A changed file shows by its hash."""
    roles = {role.id: role.label for role in form.attachment_roles}
    return "\n".join(f"{roles.get(entry.role, entry.role)}：{entry.name}{_mark(entry)}" for entry in attachments)


def _mark(entry: Attachment) -> str:
    return f"（{entry.digest[:8]}）" if entry.digest else ""


def matching(summaries: Sequence[Summary], texts: Sequence[str], query: str) -> list[Summary]:
    """The drafts in whose search text, normalised like ``Summary.search_text``, every word of the query stands; order kept."""
    for word in (same_name(part) for part in query.split()):
        # No object is made for each draft, since making 10,000 of them sets the garbage collector to work for 30 ms.
        holds = [word in text for text in texts]
        summaries, texts = list(compress(summaries, holds)), list(compress(texts, holds))
    return list(summaries)
