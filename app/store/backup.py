"""Backups: whole copies of the store by date, checked when made; taking purged drafts out of them again."""

from __future__ import annotations

import mmap
import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from app.lasting import sync_folder
from app.store import blobs
from app.store.database import Database, connect_new, connect_to_read
from app.store.errors import Damage, disk_failed, explained
from app.store.files import PART, Folder, copy_private, create_private, free_stamp, put_in_place, stamped
from app.store.records import Backup
from app.store.schema import check_all, check_schema, current_version

PATTERN = "drafts-{}.sqlite"
KEEP = 14
"""Backups kept, made on different days as a rule."""
KEEP_AT_LEAST, KEEP_BYTES = 3, 1 << 30
"""Attachments make backups large: beyond the newest three, all together take at most 1 GB."""
EVERY = 86400.0
UNTOLD = "store.notices"
"""The setting that holds what the next opening has to say of this very store: a backup's is none of its business."""
AHEAD = timedelta(days=1)
"""How far a backup's date may be ahead of the clock: by more than time zones, and it was made while the clock was wrong."""


@explained()
def make(database: Database, folder: Folder, now: datetime) -> Path:
    """Write a backup and check it row by row before it gets its name. Raises StoreError, Damage (in the store itself)."""
    name = PATTERN.format(free_stamp(folder.backups, PATTERN, now))
    part = folder.backups / (name + PART)
    try:
        with database.reading() as connection:
            part.unlink(missing_ok=True)  # of one whose removal failed
            create_private(part)
            # As bytes: a folder's name may hold some that are no UTF-8, of which a text cannot be made.
            connection.execute("VACUUM INTO CAST(? AS TEXT)", (os.fsencode(part),))
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            with closing(connect_to_read(part)) as copy:
                # Before a migration the rows are of an older layout, which only that migration can check.
                if version == current_version():
                    check_schema(copy)
                    check_all(copy)
            put_in_place(part, folder.backups / name)
    finally:
        part.unlink(missing_ok=True)
    rotate(folder, now)
    return folder.backups / name


def paths(folder: Folder, now: datetime = datetime.max - AHEAD) -> list[Path]:
    """The backups' files, the newest first; those dated after ``now`` are older than all that were made since."""

    def rank(path: Path) -> tuple[bool, datetime, int, str]:
        date, number = stamped(path)
        return date <= now + AHEAD, date, number, path.name

    return sorted(folder.backups.glob(PATTERN.format("*")), key=rank, reverse=True)


def date_of(path: Path) -> datetime:
    """When a backup was made, by its name; a name of another shape counts as oldest."""
    return stamped(path)[0]


def rotate(folder: Folder, now: datetime) -> None:
    """Remove the oldest backups beyond the number and the room that they may take."""
    total, removed = 0, False
    for index, path in enumerate(paths(folder, now)):
        total += path.stat().st_size
        if index >= KEEP or (index >= KEEP_AT_LEAST and total > KEEP_BYTES):
            path.unlink(missing_ok=True)
            removed = True
    if removed:
        # One that came back after a power cut would also bring back what is purged in the meantime.
        sync_folder(folder.backups)


def listed(folder: Folder, now: datetime) -> list[Backup]:
    """The backups that can be read, the newest first."""
    found: list[Backup] = []
    for path in paths(folder, now):
        try:
            with closing(connect_to_read(path)) as connection:
                count = connection.execute("SELECT count(*) FROM drafts").fetchone()[0]
        except sqlite3.Error:
            continue
        found.append(Backup(path, date_of(path), count))
    return found


def newest_revision(path: Path) -> int:
    """The highest revision in a backup, -1 where it cannot be read: tells whether anything changed since."""
    query = "SELECT max(coalesce((SELECT max(revision) FROM drafts), 0), coalesce((SELECT max(revision) FROM settings), 0))"
    try:
        with closing(connect_to_read(path)) as connection:
            return int(connection.execute(query).fetchone()[0])
    except sqlite3.Error:
        return -1


# --- purging ---------------------------------------------------------------------------------------------------------------


def remove_drafts(connection: sqlite3.Connection, ids: Sequence[str]) -> None:
    """Delete drafts with everything of theirs, what was said of them, and the attached files that no other one uses."""
    for draft in ids:
        connection.execute("DELETE FROM versions WHERE draft = ?", (draft,))
        connection.execute("DELETE FROM documents WHERE draft = ?", (draft,))
        connection.execute("DELETE FROM drafts WHERE id = ?", (draft,))
    connection.execute("DELETE FROM settings WHERE name = ?", (UNTOLD,))  # it names drafts
    blobs.remove_orphans(connection)


def scrub(folder: Folder, ids: Sequence[str]) -> None:
    """Take purged drafts out of every backup. A backup that cannot be rewritten, and a damaged database set aside that holds
    one of the drafts, is deleted: what is purged is gone. Raises OSError or sqlite3.Error where the disk does not let us."""
    for path in paths(folder):
        if not any(_mentions(path, draft) for draft in ids):
            continue
        part = path.with_name(path.name + PART)
        try:
            copy_private(path, part)
            _rewrite(part, ids)
            put_in_place(part, path)
        except (sqlite3.Error, Damage) as error:
            if disk_failed(error):
                raise  # nothing is wrong with the backup, which holds other drafts as well; the next opening purges on
            path.unlink()
        finally:
            part.unlink(missing_ok=True)
    for path in folder.all_damaged():
        log = path.with_name(path.name + "-wal")
        if any(_mentions(file, draft) for file in (path, log) for draft in ids):
            path.unlink()
            log.unlink(missing_ok=True)
    if any(_mentions(folder.old_wal, draft) for draft in ids):
        folder.old_wal.unlink()
    for place in (folder.backups, folder.root):
        if place.is_dir():
            sync_folder(place)  # before the purge counts as done: a power cut must not bring a deleted file back


def _rewrite(path: Path, ids: Sequence[str]) -> None:
    with closing(connect_new(path)) as connection:
        check_schema(connection)
        connection.execute("BEGIN")
        remove_drafts(connection, ids)
        connection.execute("COMMIT")
        connection.execute("VACUUM")
        check_all(connection)


def _mentions(path: Path, draft: str) -> bool:
    """Whether a file holds a draft's id, which all rows of a draft begin with."""
    if not path.exists() or not path.stat().st_size:
        return False
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.find(draft.encode()) >= 0
