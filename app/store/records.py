"""What the store gives out and takes in."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from app.application import Application, dump
from app.session import Memory, Session, completeness
from forms.catalogue import FORMS
from forms.checks import Level
from forms.text import same_name


class State(Enum):
    """How far a draft has come; the value is the word that people see."""

    DRAFT = "草稿"
    READY = "可导出"
    EXPORTED = "已导出"
    CHANGED = "导出后已修改，需重新打印签字"


class Facts(NamedTuple):
    """What the list of drafts shows: computed from an application at each save, so that the list reads no documents.

    ``category`` is the id of the 项目类型 or ``""``; ``filled`` of ``required`` answers are given; ``code`` is the 校验码.
    """

    call: str
    form: str
    category: str
    unit: str
    project: str
    filled: int
    required: int
    errors: int
    warnings: int
    code: str


def facts_of(application: Application, errors: int, warnings: int) -> Facts:
    """The facts of an application as it stands; the caller has counted its problems."""
    answers = application.answers_without_files()
    filled, required = completeness(application)
    return Facts(
        call=application.call.id,
        form=application.form.id,
        category=application.form.category or answers.text("project.category"),
        unit=answers.text("unit.name"),
        project=answers.text("project.name"),
        filled=filled,
        required=required,
        errors=errors,
        warnings=warnings,
        code=application.code,
    )


class Summary(NamedTuple):
    """One draft in the list: its row of the table ``drafts``, as it is, since 10,000 of them are read at once.

    From ``call`` to ``code`` it is the draft's :class:`Facts`. Times are seconds since 1970 (UTC); ``exported_code`` is the 校验码 of the
    last final export, ``unit_key`` the unit's name normalised, by which other applications of the same unit are found.
    """

    id: str
    call: str
    form: str
    category: str
    unit: str
    project: str
    filled: int
    required: int
    errors: int
    warnings: int
    code: str
    created: float
    saved: float
    exported_code: str = ""
    exported: float | None = None
    binned: float | None = None
    unit_key: str = ""
    revision: int = 0

    @property
    def facts(self) -> Facts:
        """What was computed from the application."""
        return Facts._make(self[1 : 1 + len(Facts._fields)])

    @property
    def state(self) -> State:
        """An export counts only as long as the answers are the exported ones."""
        if self.exported_code:
            return State.EXPORTED if self.exported_code == self.code else State.CHANGED
        return State.DRAFT if self.errors else State.READY

    @property
    def search_text(self) -> str:
        """What a search looks through, normalised by :func:`forms.text.same_name` as the words searched for should be."""
        form = FORMS.get(self.form)
        fixed = (_normal(form.short_title if form else ""), self.code.casefold(), _normal(self.state.value))
        return "\x1f".join((same_name(self.project), _normal(self.unit), *fixed))


_normal = lru_cache(maxsize=1024)(same_name)
"""Normalising what many drafts share: a search's first key goes through 10,000 of them."""


@dataclass(frozen=True)
class Draft:
    """A draft that was loaded: its application is the caller's own to change."""

    id: str
    application: Application
    memory: Memory
    summary: Summary


@dataclass(frozen=True)
class Version:
    """An earlier state of a draft; ``saved`` is when that state was saved, ``reason`` why it was kept, for people."""

    number: int
    saved: float
    reason: str
    facts: Facts


@dataclass(frozen=True)
class Backup:
    """A backup on disk, made at ``date`` (local time), holding ``drafts`` drafts, those in the bin included."""

    path: Path
    date: datetime
    drafts: int


@dataclass(frozen=True)
class Snapshot:
    """One state of a draft, ready to be saved by another thread: the draft file's bytes, the memory as JSON values, the facts."""

    document: bytes
    memory: dict[str, Any]
    facts: Facts


class Frozen(Snapshot):
    """A session's state that becomes bytes and facts only when it is saved, in the saving thread: most states of someone who
    types are overtaken before that. Answers are replaced whole and never changed in place, so one level of copying holds them."""

    def __init__(self, session: Session) -> None:
        application = copy.copy(session.application)
        application.values = dict(application.values)
        application.attachments = list(application.attachments)
        values: dict[str, Any] = {
            "memory": session.memory.as_json(),
            "_application": application,
            "_counts": (session.count(Level.ERROR), session.count(Level.WARNING)),
        }
        self.__dict__.update(values)  # the dataclass is frozen

    @cached_property
    def document(self) -> bytes:  # type: ignore[override]
        """The draft file's bytes."""
        return dump(self.__dict__["_application"])

    @cached_property
    def facts(self) -> Facts:  # type: ignore[override]
        """What the list of drafts shows."""
        return facts_of(self.__dict__["_application"], *self.__dict__["_counts"])


def snapshot_of(session: Session) -> Snapshot:
    """The session's present state; to be called in the thread that changes the session."""
    return Frozen(session)
