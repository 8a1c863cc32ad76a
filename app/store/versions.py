"""Earlier states of a draft: when one is kept, and which go as they age."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from app.store.records import Facts, Version
from app.store.schema import DRAFTS, VERSIONS, Row, put, verified

AUTOMATIC, EXPORTED, BEFORE_RESTORE = "自动保留", "导出", "恢复之前"
SPACING = 300.0
"""Seconds between automatic versions while someone types; after a longer pause the state found is kept before the first change."""
HOUR, DAY = 3600.0, 86400.0
STEPS = ((HOUR, SPACING), (DAY, HOUR), (60 * DAY, DAY))
"""Up to an age, one version in each stretch of that many seconds; beyond the last age none but those kept for good."""

_COLUMNS = "draft, number, saved, made, reason, kept, facts, attached, document"


def facts_json(facts: Facts) -> str:
    """The column ``facts``."""
    return json.dumps(facts._asdict(), separators=(",", ":"))


def facts_from(text: str) -> Facts:
    """The facts in that column."""
    return Facts(**json.loads(text))


def keep(connection: sqlite3.Connection, document: Row, facts: Facts, reason: str, made: float, *, for_good: bool) -> None:
    """Keep a document row as the draft's next version, unless the newest version holds the same (an export is
    noted all the same, and what is to stay for good is not left to one that may go)."""
    draft, saved, _, attached, _, data = document
    newest = connection.execute(f"SELECT {_COLUMNS}, hash FROM versions WHERE draft = ? ORDER BY number DESC LIMIT 1", (draft,)).fetchone()
    last = verified(VERSIONS, newest) if newest else None
    if last is not None and (last[7], last[8]) == (attached, data) and (not for_good or (last[5] and reason != EXPORTED)):
        return
    number = last[1] + 1 if last else 1
    put(connection, VERSIONS, (draft, number, saved, made, reason, int(for_good), facts_json(facts), attached, data))


def due(connection: sqlite3.Connection, draft: str, now: float) -> bool:
    """Whether the state about to be replaced should be kept: the last version was made some time ago (or by a clock ahead)."""
    made = connection.execute("SELECT made FROM versions WHERE draft = ? ORDER BY number DESC LIMIT 1", (draft,)).fetchone()
    return made is None or abs(now - made[0]) >= SPACING


def superfluous(entries: Iterable[tuple[int, float, int]], now: float) -> list[int]:
    """The numbers of the versions that may go, of (number, made, kept): the newest of each stretch stays."""
    taken: set[tuple[float, int]] = set()
    gone: list[int] = []
    for number, made, kept in sorted(entries, reverse=True):
        if kept:
            continue
        step = next((step for age, step in STEPS if now - made <= age), None)
        stretch = (step, int(made // step)) if step else None
        if stretch is None or stretch in taken:
            gone.append(number)
        else:
            taken.add(stretch)
    return gone


def thin(connection: sqlite3.Connection, draft: str, now: float) -> None:
    """Remove a draft's superfluous versions; the very newest one always stays."""
    entries: list[tuple[int, float, int]] = connection.execute(
        "SELECT number, made, kept FROM versions WHERE draft = ? ORDER BY number", (draft,)
    ).fetchall()
    for number in superfluous(entries[:-1], now):
        connection.execute("DELETE FROM versions WHERE draft = ? AND number = ?", (draft, number))


def listed(connection: sqlite3.Connection, draft: str) -> list[Version]:
    """A draft's versions, the newest first. Raises Damage."""
    rows = connection.execute(f"SELECT {_COLUMNS}, hash FROM versions WHERE draft = ? ORDER BY number DESC", (draft,))
    return [Version(row[1], row[2], row[4], facts_from(row[6])) for row in (verified(VERSIONS, row) for row in rows)]


def row_of(connection: sqlite3.Connection, draft: str, number: int) -> Row | None:
    """One version's row, None where there is none (any more). Raises Damage."""
    row = connection.execute(f"SELECT {_COLUMNS}, hash FROM versions WHERE draft = ? AND number = ?", (draft, number)).fetchone()
    return verified(VERSIONS, row) if row else None


# --- the rows of the list --------------------------------------------------------------------------------------------------


def with_facts(row: Row, facts: Facts, unit_key: str, **changes: Any) -> Row:
    """A row of ``drafts`` with other facts and other named columns."""
    values = dict(zip(DRAFTS.columns, row, strict=True)) | {name: plain(value) for name, value in facts._asdict().items()}
    return tuple((values | {"unit_key": unit_key} | changes)[name] for name in DRAFTS.columns)


def plain(value: Any) -> Any:
    """Text without lone surrogates, which SQLite cannot hold; anything else as it is."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
