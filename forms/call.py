"""The call for applications: everything of the notice that changes from year to year, loaded from ``calls/*.toml``.

A new year's notice is a new data file beside ``changde_2022.toml`` (or in the user's own ``calls`` folder), never new code.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

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
    ``period``, ``attachments``, ``conditions`` and ``commitments`` to the clause that says so.
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


def load_call(path: Path) -> Call:
    """Read one call file. Raises :class:`CallError` naming the file and what is wrong in it."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CallError(f"{path.name}: {error}") from error
    try:
        return _call(data, path.parent)
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation, OSError) as error:
        raise CallError(f"{path.name}: {type(error).__name__} {error}") from error


def _call(data: Mapping[str, Any], folder: Path) -> Call:
    plain = {name: data[name] for name in ("id", "year", "title", "programme", "document", "issuer", "address", "email", "phone")}
    dates = {name: _date(data[name]) for name in ("issued", "deadline", "completion")}
    lists = ("contacts", "applicants", "attachment_types", "placeholders", "classified")
    return Call(
        **plain,
        **dates,
        **{name: tuple(data[name]) for name in lists},
        imprint=(data["imprint"][0], data["imprint"][1]),
        website=data["website"],
        mail_tag=data["mail_tag"],
        postcode_prefix=data["postcode_prefix"],
        limits=Limits(**data["limits"]),
        categories=tuple(_category(entry) for entry in data["categories"]),
        requirements=_guidance(data["requirements"]),
        volunteer_platform=_guidance(data.get("volunteer_platform", [])),
        clauses=dict(data["clauses"]),
        notice=(folder / data["notice"]).read_text(encoding="utf-8"),
    )


def _category(data: Mapping[str, Any]) -> Category:
    names = ("id", "form", "label", "heading", "awards", "grant_text")
    return Category(
        **{name: data[name] for name in names},
        applicants=tuple(data["applicants"]),
        grant_lower=_money(data.get("grant_lower")),
        grant_upper=_money(data.get("grant_upper")),
        required=tuple(data.get("required", ())),
        preferred=tuple(data.get("preferred", ())),
        new_in_year=data.get("new_in_year", False),
        period_by_agreement=data.get("period_by_agreement", False),
        always_meeting=data.get("always_meeting", False),
        commitments=tuple(Commitment(entry["id"], entry["text"]) for entry in data.get("commitments", ())),
        guidance=_guidance(data["guidance"]),
        clauses=dict(data["clauses"]),
    )


def _guidance(entries: Sequence[Mapping[str, str]]) -> tuple[Guidance, ...]:
    return tuple(Guidance(entry["heading"], entry["text"].strip()) for entry in entries)


def _money(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _date(value: Any) -> date:
    if not isinstance(value, date):
        raise TypeError(f"{value!r} is not a date")
    return value


@cache
def calls(*folders: Path) -> tuple[Call, ...]:
    """Every call found in the bundled folder and in ``folders``, the newest deadline first; a later folder wins an id."""
    found: dict[str, Call] = {}
    for folder in (BUNDLED, *folders):
        for path in sorted(folder.glob("*.toml")):
            entry = load_call(path)
            found[entry.id] = entry
    return tuple(sorted(found.values(), key=lambda entry: entry.deadline, reverse=True))
