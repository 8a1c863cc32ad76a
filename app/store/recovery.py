"""A damaged store: set it aside, find every whole row in it, and fill the gaps from earlier versions and backups."""

from __future__ import annotations

import json
import mmap
import re
import sqlite3
import zlib
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from app.lasting import patiently, sync_folder
from app.store import backup, blobs
from app.store.carve import Wal, carve, read_wal
from app.store.database import connect_new
from app.store.files import Folder, copy_private, create_private, free_stamp, put_in_place, write_private
from app.store.records import Facts
from app.store.schema import BLOBS, DOCUMENTS, DRAFTS, SETTINGS, VERSIONS, Row, Table, check_all, migrate, put
from app.store.versions import AUTOMATIC, facts_from, facts_json, with_facts
from forms.text import same_name

_ID = re.compile("[0-9a-f]{32}")
Carved = Iterable[tuple[Table, Row, bool]]
PURGING = "store.purging"
"""The setting that lists the drafts being removed for good, so that a purge cut short is carried on."""


def purging(row: Row | None) -> list[str]:
    """The ids in that setting's row."""
    return [str(entry) for entry in cast(list[Any], json.loads(row[1]))] if row else []


@dataclass
class Found:
    """Whole rows by their keys, the newest of each; ``broken`` are the ids of drafts of which a row was not whole, ``torn`` the highest
    revision of a document that was not."""

    drafts: dict[str, Row] = field(default_factory=dict[str, Row])
    documents: dict[str, Row] = field(default_factory=dict[str, Row])
    versions: dict[tuple[str, int], Row] = field(default_factory=dict[tuple[str, int], Row])
    settings: dict[str, Row] = field(default_factory=dict[str, Row])
    broken: set[str] = field(default_factory=set[str])
    torn: dict[str, int] = field(default_factory=dict[str, int])

    def take(self, rows: Carved) -> None:
        """Add rows; of two with the same key the one of the higher revision stays."""
        keyed = {DRAFTS.name: self.drafts, DOCUMENTS.name: self.documents, SETTINGS.name: self.settings}
        for table, row, whole in rows:
            if not whole:
                if table in (DRAFTS, DOCUMENTS, VERSIONS) and isinstance(row[0], str) and _ID.fullmatch(row[0]):
                    self.broken.add(row[0])
                    if table is DOCUMENTS and isinstance(row[2], int):
                        self.torn[row[0]] = max(row[2], self.torn.get(row[0], 0))
            elif table is VERSIONS:
                self.versions[row[0], row[1]] = row
            elif table is not BLOBS:
                place = keyed[table.name]
                known = place.get(row[0])
                if known is None or known[table.revision] < row[table.revision]:
                    place[row[0]] = row

    def forget(self, ids: Iterable[str]) -> None:
        """Leave out drafts that a person was about to remove for good."""
        for draft in ids:
            self.drafts.pop(draft, None)
            self.documents.pop(draft, None)
            self.broken.discard(draft)
            self.torn.pop(draft, None)
            for key in [key for key in self.versions if key[0] == draft]:
                del self.versions[key]

    @property
    def ids(self) -> set[str]:
        """Every draft that there is a sign of."""
        return self.drafts.keys() | self.documents.keys() | self.broken | {draft for draft, _ in self.versions}

    @property
    def revision(self) -> int:
        """The highest one among the rows."""
        found = [row[DRAFTS.revision] for row in self.drafts.values()] + [row[DOCUMENTS.revision] for row in self.documents.values()]
        return max(found + [row[SETTINGS.revision] for row in self.settings.values()], default=0)


@contextmanager
def bytes_of(path: Path) -> Generator[memoryview]:
    """A file's bytes without reading it whole into memory; none for a file that is empty or not there."""
    if not path.exists() or not path.stat().st_size:
        yield memoryview(b"")
        return
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        view = memoryview(data)
        try:
            yield view
        finally:
            view.release()


def tail_of(folder: Folder, wal: Wal) -> Found:
    """The rows that the log holds beyond what SQLite will take from it: the last save before a crash, or what a flipped bit hides."""
    found = Found()
    if wal.odd:
        with bytes_of(folder.database) as data:
            found.take(list(carve(data, wal, tail_only=True)))
    return found


# --- the gaps --------------------------------------------------------------------------------------------------------------


@dataclass
class Report:
    """What to tell: names of drafts by where their text came from, and what could not be had."""

    whole: int = 0
    from_versions: list[str] = field(default_factory=list[str])
    from_backups: list[tuple[str, datetime]] = field(default_factory=list[tuple[str, datetime]])
    lost: list[str] = field(default_factory=list[str])

    def sentences(self, aside: Path | None) -> list[str]:
        """Plain sentences for the person."""
        total = self.whole + len(self.from_versions) + len(self.from_backups)
        where = f"损坏的文件已另存为“{aside.name}”，" if aside else ""
        said = [f"草稿库{'有损坏' if aside else '的文件不见了'}，{where}已找回{total}份草稿"]
        if self.from_versions:
            said.append("以下草稿的最新内容已损坏，已换成较早保留的版本，请核对：" + "、".join(self.from_versions))
        if self.from_backups:
            names = "、".join(f"{name}（{date.year}年{date.month}月{date.day}日 {date:%H:%M}）" for name, date in self.from_backups)
            said.append("以下草稿取自备份，备份之后的修改没有了，请核对：" + names)
        if self.lost:
            said.append(f"有{len(self.lost)}份草稿没能找回：" + "、".join(self.lost) + "；如有导出过的文件，可以打开它重新生成草稿")
        return said


def step_back(found: Found) -> None:
    """Make what is left of a draft's text an earlier version where a newer state of it is damaged: it must not pass for the newest."""
    for draft, revision in found.torn.items():
        row = found.documents.get(draft)
        if row is not None and row[DOCUMENTS.revision] < revision:
            del found.documents[draft]
            facts = facts_json(_facts_in(row[5]))
            found.versions[draft, 0] = (draft, 0, row[1], row[1], AUTOMATIC, 0, facts, row[3], row[5])


def fill_gaps(found: Found, backups: list[tuple[datetime, Found]]) -> Report:
    """Give each draft that lost its text the newest whole one from its versions or the backups; says what was done."""
    report, lacking = Report(whole=len(found.documents)), found.ids - found.documents.keys()
    for _, other in backups:
        lacking |= other.documents.keys() - found.documents.keys()
        for name, row in other.settings.items():
            if name != backup.UNTOLD:
                found.settings.setdefault(name, row)
    for draft in sorted(lacking):
        _fill(found, draft, backups, report)
    complete_list(found, [other for _, other in backups])
    return report


def complete_list(found: Found, others: Sequence[Found] = ()) -> None:
    """Give each document a row of the list, from elsewhere or made anew, and leave out rows that have no document."""
    for draft, row in found.documents.items():
        if draft not in found.drafts:
            older = next((other.drafts[draft] for other in others if draft in other.drafts), None)
            found.drafts[draft] = _list_row(row, older)
    for draft in found.drafts.keys() - found.documents.keys():
        del found.drafts[draft]
    for key in [key for key in found.versions if key[0] not in found.documents]:
        del found.versions[key]


def _fill(found: Found, draft: str, backups: list[tuple[datetime, Found]], report: Report) -> None:
    version = max((row for key, row in found.versions.items() if key[0] == draft), key=lambda row: row[2], default=None)
    date, other = next(((date, other) for date, other in backups if draft in other.documents), (datetime.min, Found()))
    saved = other.documents.get(draft)
    if saved is not None and (version is None or saved[1] >= version[2]):
        found.documents[draft] = saved
        if draft in other.drafts:
            found.drafts[draft] = _latest(found.drafts.get(draft), other.drafts[draft], saved)
        found.versions |= {key: row for key, row in other.versions.items() if key[0] == draft and key not in found.versions}
        report.from_backups.append((_name(found.drafts.get(draft)), date))
    elif version is not None:
        found.documents[draft] = (draft, version[2], found.revision + 1, version[7], "{}", version[8])
        former = found.drafts.get(draft)
        facts = facts_from(version[6])
        found.drafts[draft] = _latest(former, with_facts(former or empty_row(draft), facts, same_name(facts.unit)), found.documents[draft])
        report.from_versions.append(_name(found.drafts[draft]))
    else:
        report.lost.append(_name(found.drafts.get(draft)))


def _latest(former: Row | None, row: Row, document: Row) -> Row:
    """A list row that goes with the text, while what is known of exports and the bin stays the newest."""
    values = dict(zip(DRAFTS.columns, row, strict=True)) | {"saved": document[1], "created": row[11] or document[1]}
    if former is not None:
        known = dict(zip(DRAFTS.columns, former, strict=True))
        values |= {name: known[name] for name in ("created", "exported_code", "exported", "binned", "revision")}
    return tuple(values[name] for name in DRAFTS.columns)


def empty_row(draft: str) -> Row:
    """A row of the list for a draft of which nothing is known yet."""
    return (draft, "", "", "", "", "", 0, 0, 1, 0, "", 0.0, 0.0, "", None, None, "", 0)


def _list_row(document: Row, older: Row | None) -> Row:
    """The list's row made anew from a document; the next save makes its counts right, until then it counts as unfinished."""
    facts = _facts_in(document[5])
    row = with_facts(older or empty_row(document[0]), facts, same_name(facts.unit), saved=document[1], revision=document[2])
    return row if older else with_facts(row, facts, same_name(facts.unit), created=document[1])


def _facts_in(document: bytes) -> Facts:
    found: dict[str, Any] = json.loads(zlib.decompress(document))
    values = cast(dict[str, Any], found.get("values", {}))
    category, unit, project = (str(values.get(name, "")) for name in ("project.category", "unit.name", "project.name"))
    return Facts(str(found.get("call", "")), str(found.get("form", "")), category, unit, project, 0, 0, 1, 0, "")


def _name(row: Row | None) -> str:
    return f"“{row[5] or row[4] or '未命名'}”" if row else "“名称不详”"


# --- the whole of it -------------------------------------------------------------------------------------------------------


def recover(folder: Folder, now: datetime, extra: Found | None = None) -> list[str]:
    """Replace a damaged or missing database by one with everything that can be found; sentences for the person.

    May be cut short at any point and run again: until the new database is in place the copies set aside are the source. Raises
    OSError or sqlite3.Error when the disk does not let us; nothing is lost then.
    """
    again = folder.recovering.exists()
    stamp = _set_aside(folder, now)
    aside = folder.damaged(stamp)
    damaged = [(aside, aside.with_name(aside.name + "-wal"))]
    if again:
        # A running program went on with the database after the attempt that failed: what it saved is nowhere else.
        damaged += [(folder.database, folder.old_wal), (folder.database, folder.wal)]
    found = extra or Found()
    for path, log in damaged:
        with bytes_of(path) as data:
            found.take(list(carve(data, read_wal(log))))
    found.forget(purging(found.settings.get(PURGING)))
    step_back(found)
    found.broken -= found.documents.keys()
    sources = backup.paths(folder, now)
    backups = [(backup.date_of(path), rows_of(path)) for path in sources]
    for _, other in backups:
        other.forget(purging(found.settings.get(PURGING)))
    report = fill_gaps(found, backups)
    part = folder.part("drafts.sqlite")
    part.unlink(missing_ok=True)
    create_private(part)
    _write(part, found, [*damaged, *((path, path.with_name(path.name + "-wal")) for path in sources)])
    _replace(folder, part)
    return report.sentences(aside if aside.exists() else None)


def _replace(folder: Folder, part: Path) -> None:
    """The new database for the old one, whose log it must not meet; that stays until the new one stands, for it may hold the last saves."""
    if folder.wal.exists():
        patiently(lambda: folder.wal.replace(folder.old_wal))
    put_in_place(part, folder.database)
    patiently(lambda: folder.old_wal.unlink(missing_ok=True))
    sync_folder(folder.root)
    patiently(folder.recovering.unlink)
    sync_folder(folder.root)


def _set_aside(folder: Folder, now: datetime) -> str:
    """Copy the damaged files to a name of their own, safely, before anything is changed; the stamp in that name."""
    if folder.recovering.exists():
        stamp = folder.recovering.read_text("ascii")
        if re.fullmatch(r"[0-9]{8}-[0-9]{6}(-[0-9]+)?", stamp):
            return stamp
    stamp = free_stamp(folder.root, "damaged-{}.sqlite", now)
    aside = folder.damaged(stamp)
    log = aside.with_name(aside.name + "-wal")
    try:
        if folder.database.exists():
            copy_private(folder.database, aside)
        if folder.wal.exists() and folder.wal.stat().st_size:
            copy_private(folder.wal, log)
        write_private(folder.recovering, stamp.encode())
    except OSError:
        # Half a copy would take the room for which the saving waits, and the next attempt makes another.
        for path in (folder.recovering, log, aside):
            path.unlink(missing_ok=True)
        raise
    return stamp


def rows_of(path: Path) -> Found:
    """The whole rows of a database without a log, such as a backup."""
    found = Found()
    with bytes_of(path) as data:
        found.take(list(carve(data, Wal())))
    return found


def _write(part: Path, found: Found, sources: list[tuple[Path, Path]]) -> None:
    with closing(connect_new(part)) as connection:
        migrate(connection)
        connection.execute("BEGIN")
        for table, rows in (
            (DRAFTS, found.drafts.values()),
            (DOCUMENTS, found.documents.values()),
            (VERSIONS, found.versions.values()),
            (SETTINGS, found.settings.values()),
        ):
            for row in rows:
                put(connection, table, row)
        wanted = {entry[2] for row in found.documents.values() for entry in blobs.entries_of(row[3])}
        wanted |= {entry[2] for row in found.versions.values() for entry in blobs.entries_of(row[7])}
        if wanted - {""}:
            write_blobs(connection, wanted, sources)
        connection.execute("COMMIT")
        check_all(connection)


def write_blobs(connection: sqlite3.Connection, wanted: set[str], sources: list[tuple[Path, Path]]) -> None:
    """The attached files' parts, wherever a whole copy of each lies."""
    for path, log in sources:
        with bytes_of(path) as data:
            for table, row, whole in carve(data, read_wal(log), parts=True):
                if whole and table is BLOBS and row[0] in wanted:
                    put(connection, BLOBS, row)


def merge_tail(connection: sqlite3.Connection, tail: Found, skip: Callable[[str], bool], source: tuple[Path, Path]) -> int:
    """Put rows from the log's hidden end into an open store where they are newer; how many drafts that concerns. ``source`` is the
    database with its log, where attached files are looked for that such a row wants."""
    changed: set[str] = set()
    _whole_attachments(connection, tail, source)
    for table, rows in ((DRAFTS, tail.drafts), (DOCUMENTS, tail.documents), (SETTINGS, tail.settings)):
        name, revision = table.columns[0], table.columns[table.revision]
        for key, row in rows.items():
            known = connection.execute(f"SELECT {revision} FROM {table.name} WHERE {name} = ?", (key,)).fetchone()
            if (known is None or known[0] < row[table.revision]) and not skip(key):
                put(connection, table, row)
                changed.add(key)
    for draft in {row[0] for row in connection.execute("SELECT draft FROM documents EXCEPT SELECT id FROM drafts")}:
        if draft in tail.documents:
            put(connection, DRAFTS, _list_row(tail.documents[draft], None))
    for row in connection.execute("SELECT id FROM drafts EXCEPT SELECT draft FROM documents").fetchall():
        connection.execute("DELETE FROM drafts WHERE id = ?", row)
    return len(changed)


def _whole_attachments(connection: sqlite3.Connection, tail: Found, source: tuple[Path, Path]) -> None:
    """Let no half-written list of attachments take the place of a whole one: where a power cut came while files were being added,
    the log may hold the new list and not all of the files."""
    lists = {draft: blobs.entries_of(row[3]) for draft, row in tail.documents.items()}
    if wanted := {entry[2] for entries in lists.values() for entry in entries if not _at_hand(connection, entry)}:
        write_blobs(connection, wanted, [source])
    for draft, entries in lists.items():
        if all(_at_hand(connection, entry) for entry in entries):
            continue
        known = connection.execute("SELECT attached FROM documents WHERE draft = ?", (draft,)).fetchone()
        if known is not None:
            row = tail.documents[draft]
            tail.documents[draft] = (*row[:3], known[0], *row[4:])


def _at_hand(connection: sqlite3.Connection, entry: blobs.Entry) -> bool:
    return entry[3] < 0 or blobs.complete(connection, entry[2], entry[3])
