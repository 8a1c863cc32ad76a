"""The call for applications: everything of the notice that changes from year to year, loaded from ``calls/*.toml``.

A new year's notice is a new data file beside ``changde_2022.toml`` (or in the user's own ``calls`` folder), never new code.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from forms.catalogue import FORMS
from forms.shared import ATTACHMENT_ROLES, ATTACHMENT_TYPES
from forms.toml_table import KeyProblemError, Table

BUNDLED = Path(__file__).parent / "calls"


class CallError(ValueError):
    """A call's data file cannot be used; the message names the file and the key."""


@dataclass(frozen=True)
class Commitment:
    """One item of a category's 应完成以下内容, in the notice's own words."""

    id: str
    text: str


@dataclass(frozen=True)
class Guidance:
    """One numbered item of a category in the notice: its heading (项目内容, 申报主体 …) and its words."""

    heading: str
    text: str


@dataclass(frozen=True)
class Category:
    """One category of the call (附件1 二).

    ``label`` is the box on the paper, ``heading`` the notice's own heading. ``grant_lower``/``grant_upper`` are 万元; None where
    the notice fixes no figure, and lower == upper where it names one figure. ``clauses`` maps ``applicants``, ``grant``,
    ``period``, ``attachments``, ``conditions`` and ``commitments`` to the clause that says so; ``attachments`` is the clause that
    demands or prefers the ``required`` and ``preferred`` roles, so it exists only where there are any.
    """

    id: str
    form: str
    label: str
    heading: str
    applicants: tuple[str, ...]
    awards: str
    grant_text: str
    grant_lower: Decimal | None
    grant_upper: Decimal | None
    required: tuple[str, ...]
    preferred: tuple[str, ...]
    new_in_year: bool
    period_by_agreement: bool
    always_meeting: bool
    commitments: tuple[Commitment, ...]
    guidance: tuple[Guidance, ...]
    clauses: Mapping[str, str]

    @property
    def applicants_text(self) -> str:
        """Who may apply, as one phrase: 市级学会、高校科协."""
        return "、".join(self.applicants)


@dataclass(frozen=True)
class Limits:
    """The call's own figures. Sizes are bytes."""

    applications: int
    copies: int
    branch_members: int
    short_text: int
    attachment_bytes: int
    attachments_bytes: int
    mail_warning_bytes: int


@dataclass(frozen=True)
class Call:
    """One year's notice. ``clauses`` gives the clause of each rule that belongs to no single category."""

    id: str
    year: int
    title: str
    programme: str
    document: str
    issuer: str
    imprint: tuple[str, str]
    issued: date
    deadline: date
    completion: date
    address: str
    email: str
    phone: str
    contacts: tuple[str, ...]
    website: str
    mail_tag: str
    postcode_prefix: str
    applicants: tuple[str, ...]
    attachment_types: tuple[str, ...]
    placeholders: tuple[str, ...]
    classified: tuple[str, ...]
    limits: Limits
    categories: tuple[Category, ...]
    requirements: tuple[Guidance, ...]
    volunteer_platform: tuple[Guidance, ...]
    clauses: Mapping[str, str]
    notice: str

    def category(self, category_id: str) -> Category | None:
        """The category of that id, or None."""
        return next((entry for entry in self.categories if entry.id == category_id), None)

    def categories_of(self, form_id: str) -> tuple[Category, ...]:
        """The categories that are applied for with that form, in the paper's order."""
        return tuple(entry for entry in self.categories if entry.form == form_id)


ROLES = tuple(role.id for role in ATTACHMENT_ROLES)
CATEGORY_CLAUSES = ("applicants", "grant", "period", "attachments", "conditions", "commitments")

_POSITION = re.compile(r"at line (\d+), column (\d+)")


def load_call(path: Path) -> Call:
    """Read one call file (UTF-8 TOML). Raises :class:`CallError` naming the file, the key and what is wrong with it."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))  # Windows' editor writes a byte order mark
        return _call(Table(data), path.parent)
    except tomllib.TOMLDecodeError as error:
        place = _POSITION.search(str(error))
        where = f"第{place[1]}行第{place[2]}列" if place else "文件末尾"
        raise CallError(f"{path.name}：{where}不合 TOML 格式（{error}）") from error
    except UnicodeDecodeError as error:
        raise CallError(f"{path.name}：不是 UTF-8 编码的文本，请另存为 UTF-8") from error
    except RecursionError as error:
        raise CallError(f"{path.name}：嵌套层次太深") from error
    except OSError as error:
        # str(error) would show the full path, which may hold the person's name
        raise CallError(f"{path.name}：无法读取（{error.strerror}）") from error
    except KeyProblemError as error:
        raise CallError(f"{path.name}：{error}") from error
    except ValueError as error:
        # tomllib lets int() speak for itself about a number of thousands of digits
        raise CallError(f"{path.name}：有无法识别的数值（{error}）") from error


def _call(data: Table, folder: Path) -> Call:
    applicants = data.texts("applicants")
    texts = (
        "title", "programme", "document", "issuer", "address", "email", "phone", "website", "mail_tag", "postcode_prefix",
    )  # fmt: skip
    call = Call(
        **{name: data.text(name) for name in texts},
        id=data.slug("id"),
        year=data.count("year"),
        imprint=_imprint(data),
        issued=data.day("issued"),
        deadline=data.day("deadline"),
        completion=data.day("completion"),
        contacts=data.texts("contacts"),
        applicants=applicants,
        attachment_types=data.texts("attachment_types", allowed=ATTACHMENT_TYPES),
        placeholders=data.texts("placeholders", optional=True),
        classified=data.texts("classified", optional=True),
        limits=_limits(data.table("limits")),
        categories=tuple(_category(entry, applicants) for entry in data.tables("categories")),
        requirements=_guidance(data, "requirements"),
        volunteer_platform=_guidance(data, "volunteer_platform", optional=True),
        clauses=data.mapping("clauses"),
        notice=_notice(data, folder),
    )
    data.done()
    _distinct([(f"categories[{place}].id", entry.id) for place, entry in enumerate(call.categories, 1)])
    _distinct([(f"categories[{place}].label", entry.label) for place, entry in enumerate(call.categories, 1)])
    if call.issued > call.deadline:
        raise data.problem("deadline", f"早于发文日期 {call.issued}")
    if call.deadline > call.completion:
        raise data.problem("completion", f"早于申报截止日期 {call.deadline}")
    return call


def _imprint(data: Table) -> tuple[str, str]:
    lines = data.texts("imprint")
    if len(lines) != 2:
        raise data.problem("imprint", f"应为两行，现为 {len(lines)} 行")
    return (lines[0], lines[1])


def _limits(data: Table) -> Limits:
    limits = Limits(**{entry.name: data.count(entry.name) for entry in fields(Limits)})
    data.done()
    if limits.attachments_bytes < limits.attachment_bytes:
        raise data.problem("attachments_bytes", f"小于单个附件的上限 {limits.attachment_bytes}")
    return limits


def _notice(data: Table, folder: Path) -> str:
    name = data.text("notice")
    if re.search(r"[\\/:\0]", name) or name in {".", ".."}:
        raise data.problem("notice", f"只写同一文件夹中的文件名，现为“{name}”")
    try:
        return (folder / name).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise data.problem("notice", f"“{name}”无法读取（{error.strerror}）") from error
    except UnicodeDecodeError as error:
        raise data.problem("notice", f"“{name}”不是 UTF-8 编码的文本，请另存为 UTF-8") from error


def _category(data: Table, applicants: tuple[str, ...]) -> Category:
    category = Category(
        **{name: data.text(name) for name in ("label", "heading", "awards", "grant_text")},
        id=data.slug("id"),
        form=data.one_of("form", tuple(FORMS)),
        applicants=data.texts("applicants", allowed=applicants),
        grant_lower=data.money("grant_lower"),
        grant_upper=data.money("grant_upper"),
        required=data.texts("required", optional=True, allowed=ROLES),
        preferred=data.texts("preferred", optional=True, allowed=ROLES),
        new_in_year=data.flag("new_in_year"),
        period_by_agreement=data.flag("period_by_agreement"),
        always_meeting=data.flag("always_meeting"),
        commitments=_commitments(data),
        guidance=_guidance(data, "guidance"),
        clauses=data.mapping("clauses"),
    )
    only = FORMS[category.form].category
    if only and category.id != only:  # under another id the form would not find what is demanded of it
        raise data.problem("id", f"须为 {only}：这种申报书没有项目类型可选，只有这一个类别")
    lower, upper = category.grant_lower, category.grant_upper
    if lower is not None and upper is None:
        raise data.problem("grant_upper", "没有填写，却有下限；额度固定时上下限相同")
    if lower is not None and upper is not None and lower > upper:
        raise data.problem("grant_lower", f"大于上限 {upper}")
    _check_clauses(category, data.path("clauses"))
    return category


def _check_clauses(category: Category, where: str) -> None:
    """A clause for whatever the category demands, and none under a name that no rule looks up."""
    needed = {"applicants", "grant", "period"}
    if category.required or category.preferred:
        needed.add("attachments")
    if category.commitments:
        needed.add("commitments")
    for name in CATEGORY_CLAUSES:
        if name in needed and name not in category.clauses:
            raise KeyProblemError(f"{where}.{name}", "没有填写")
    for name in category.clauses:
        if name not in CATEGORY_CLAUSES:
            raise KeyProblemError(f"{where}.{name}", f"是不认识的键，应为 {'、'.join(CATEGORY_CLAUSES)} 之一")


def _commitments(data: Table) -> tuple[Commitment, ...]:
    entries = tuple(Commitment(entry.slug("id"), entry.text("text")) for entry in data.tables("commitments", optional=True))
    _distinct([(data.path(f"commitments[{place}].id"), entry.id) for place, entry in enumerate(entries, 1)])
    return entries


def _guidance(data: Table, key: str, *, optional: bool = False) -> tuple[Guidance, ...]:
    return tuple(Guidance(entry.text("heading"), entry.text("text")) for entry in data.tables(key, optional=optional))


def _distinct(entries: list[tuple[str, str]]) -> None:
    seen: set[str] = set()
    for where, value in entries:
        if value in seen:
            raise KeyProblemError(where, f"重复：“{value}”")
        seen.add(value)


@cache
def calls(*folders: Path) -> tuple[Call, ...]:
    """Every call found in the bundled folder and in ``folders``, the newest deadline first; a later folder wins an id.

    Raises :class:`CallError` for a file that cannot be used, and for an id that two files of one folder claim.
    """
    found: dict[str, Call] = {}
    for folder in (BUNDLED, *folders):
        names: dict[str, str] = {}
        for path in sorted(folder.glob("*.toml")):
            entry = load_call(path)
            if entry.id in names:
                raise CallError(f"{path.name}：id（代号）“{entry.id}”与 {names[entry.id]} 重复")
            names[entry.id] = path.name
            found[entry.id] = entry
    return tuple(sorted(found.values(), key=lambda entry: entry.deadline, reverse=True))
