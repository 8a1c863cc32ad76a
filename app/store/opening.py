"""Opening a store: create, check, migrate, recover."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime

from app.store import backup, blobs, recovery
from app.store.carve import MAGIC, header, read_wal
from app.store.database import Database, connect_new
from app.store.errors import Damage, DamagedStore, NewerStore, StoreError, explain
from app.store.files import Folder, create_private, put_in_place, restrict
from app.store.schema import SETTINGS, check_all, check_rows, check_schema, check_texts, current_version, migrate

CHECK_ALL_BYTES = 8 << 20
"""A store up to this size (some 1,000 drafts, or fewer with attachments) is checked row by row at each opening, in some 50 ms at
most; one that is larger by its attachments alone in all but those. The rest is checked when it is used, at each backup, and soon
after the opening by :meth:`app.store.Store.check_slowly`."""

HALF_SAVED = "上次没有正常退出，最后的修改已找回"


def start(database: Database, folder: Folder, now: Callable[[], datetime]) -> list[str]:
    """Leave ``database`` open on a checked store of the current version; sentences on what was recovered.

    Raises NewerStore (before anything is written), StoreError, DamagedStore.
    """
    notices: list[str] = []
    try:
        if not folder.recovering.exists() and not folder.database.exists() and not folder.wal.exists() and not backup.paths(folder):
            create(folder)
        tail = recovery.Found()
        try:
            tail = _look(folder)
            _open(database, folder, now, tail, notices)
        except Damage:
            database.close()
            notices += recovery.recover(folder, now(), tail)
            _open(database, folder, now, recovery.Found(), notices)
    except Damage as error:
        raise DamagedStore("草稿库损坏，也没能自动修复。请把草稿文件夹整个复制一份保存好，再联系技术人员") from error
    except (sqlite3.Error, OSError) as error:
        found = explain(error)
        raise found if isinstance(found, StoreError) else error from error
    return notices


def create(folder: Folder) -> None:
    """An empty store, built under a temporary name: a database of 0 bytes is therefore always a damaged one."""
    part = folder.part("drafts.sqlite")
    create_private(part)
    connection = connect_new(part)
    try:
        migrate(connection)
    finally:
        connection.close()
    put_in_place(part, folder.database)


def _look(folder: Folder) -> recovery.Found:
    """Judge the file by its bytes before SQLite opens it, which may write; what the log holds beyond SQLite's reach."""
    if folder.recovering.exists() or not folder.database.exists():
        raise Damage("missing")
    log = read_wal(folder.wal)
    head = header(folder.database, log)
    if len(head) < 100 or not head.startswith(MAGIC):
        raise Damage("header")
    version = int.from_bytes(head[60:64], "big", signed=True)
    if version > current_version():
        raise NewerStore
    if version < 1:
        raise Damage("version")
    return recovery.tail_of(folder, log)


def _open(database: Database, folder: Folder, now: Callable[[], datetime], tail: recovery.Found, notices: list[str]) -> None:
    restrict(folder.database, 0o600)
    with _judging(), database.reading() as connection:
        older = connection.execute("PRAGMA user_version").fetchone()[0] < current_version()
    if older:
        with database.reading() as connection:
            backup.make(database, folder, now())
            migrate(connection)
    with _judging(), database.reading() as connection:
        check_schema(connection)
        size = folder.database.stat().st_size
        if size <= CHECK_ALL_BYTES:
            check_all(connection)
        elif size - blobs.total(connection) <= CHECK_ALL_BYTES:
            check_texts(connection)
        else:
            check_rows(connection, (SETTINGS,))
    if tail.ids or tail.settings:
        with database.writing() as connection:
            removed = set(recovery.purging(tail.settings.get(recovery.PURGING)))
            if recovery.merge_tail(connection, tail, removed.__contains__, (folder.database, folder.wal)):
                notices.append(HALF_SAVED)


@contextmanager
def _judging() -> Generator[None]:
    """While a file is being judged, a statement that SQLite cannot carry out is the file's fault: a flipped bit may have renamed a
    column or raised the file format."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise Damage(str(error)) from error
