"""Bringing a backup's drafts back beside the present ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Container
from contextlib import closing
from pathlib import Path
from typing import Any

from app.store import backup, blobs, recovery
from app.store.carve import MAGIC, Wal, header
from app.store.database import connect_new
from app.store.errors import NewerStore, StoreError, disk_failed
from app.store.files import Folder, copy_private
from app.store.recovery import Found
from app.store.schema import DOCUMENTS, DRAFTS, SETTINGS, VERSIONS, Row, current_version, migrate, put

UNREADABLE = "备份“{}”读不出来，请选择另一个"


def read(path: Path, folder: Folder) -> Found:
    """The whole rows of a backup; one of an older version is migrated in a copy. Raises NewerStore, StoreError; OSError and
    sqlite3.Error where the disk fails."""
    if not path.is_file():
        raise StoreError(UNREADABLE.format(path.name))
    head = header(path, Wal())
    version = int.from_bytes(head[60:64], "big", signed=True) if head.startswith(MAGIC) else current_version()
    if version > current_version():
        raise NewerStore
    found = _read_older(path, folder) if version < current_version() else recovery.rows_of(path)
    if not found.documents:
        raise StoreError(f"备份“{path.name}”里没有可以恢复的草稿，请选择另一个")
    return found


def _read_older(path: Path, folder: Folder) -> Found:
    part = folder.part("older")
    try:
        copy_private(path, part)
        with closing(connect_new(part)) as connection:
            migrate(connection)
        return recovery.rows_of(part)
    except sqlite3.Error as error:
        raise error if disk_failed(error) else StoreError(UNREADABLE.format(path.name)) from error
    finally:
        part.unlink(missing_ok=True)


def add(
    connection: sqlite3.Connection, found: Found, path: Path, present: Container[str], revision: Callable[[], int], now: float
) -> tuple[list[Row], list[str]]:
    """Add what is missing and copies of what differs, within the caller's transaction; the new rows of the list, for the
    caller to write, and sentences."""
    recovery.complete_list(found)
    added: list[Row] = []
    copies: list[Row] = []
    for draft, document in found.documents.items():
        row = found.drafts[draft]
        if draft not in present:
            added.append(_add(connection, draft, row, document, revision(), row[12]))
            for version in (entry for key, entry in found.versions.items() if key[0] == draft):
                put(connection, VERSIONS, version)
        elif _differs(connection, document):
            copies.append(_add(connection, _new_id(), row, document, revision(), now, binned=None))
    for name, setting in found.settings.items():
        known = connection.execute("SELECT 1 FROM settings WHERE name = ?", (name,)).fetchone()
        if not known and name not in (recovery.PURGING, backup.UNTOLD):
            put(connection, SETTINGS, (*setting[:2], revision()))
    wanted = {entry[2] for document in found.documents.values() for entry in blobs.entries_of(document[3])}
    wanted |= {entry[2] for version in found.versions.values() for entry in blobs.entries_of(version[7])}
    if wanted - {""}:
        recovery.write_blobs(connection, wanted, [(path, path.with_name(path.name + "-wal"))])
        blobs.remove_orphans(connection)
    return added + copies, _sentences(added, copies, len(found.documents))


def _new_id() -> str:
    import uuid

    return uuid.uuid4().hex


def _differs(connection: sqlite3.Connection, document: Row) -> bool:
    """Whether the present text or attachments of a draft are other than the backup's."""
    query = "SELECT EXISTS (SELECT 1 FROM documents WHERE draft = ? AND attached = ? AND document = ?)"
    return not connection.execute(query, (document[0], document[3], document[5])).fetchone()[0]


def _add(connection: sqlite3.Connection, draft: str, row: Row, document: Row, revision: int, saved: float, **changes: Any) -> Row:
    put(connection, DOCUMENTS, (draft, saved, revision, document[3], document[4], document[5]))
    values = dict(zip(DRAFTS.columns, row, strict=True)) | {"id": draft, "saved": saved, "revision": revision} | changes
    return tuple(values[name] for name in DRAFTS.columns)


def _sentences(added: list[Row], copies: list[Row], total: int) -> list[str]:
    said: list[str] = []
    if added:
        said.append(f"已恢复{len(added)}份草稿：" + "、".join(map(_name, added)))
    if copies:
        said.append(f"{len(copies)}份草稿与备份里的不同，备份里的已另存为新的副本，现在的没有改动：" + "、".join(map(_name, copies)))
    same = total - len(added) - len(copies)
    if same:
        said.append(f"{same}份草稿与备份里的相同，没有改动")
    return said


def _name(row: Row) -> str:
    return f"“{row[5] or row[4] or '未命名'}”"
