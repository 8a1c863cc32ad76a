"""What every operation of the store stands on: opening, closing, recovery, the list in memory, backups."""

from __future__ import annotations

import gc
import json
import sqlite3
import time
import zlib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeVar, cast

from app.application import Application, parse
from app.attachments import Attachment
from app.checking import problems_of
from app.store import backup, blobs, opening, recovery, restoring, versions
from app.store.backup import EVERY
from app.store.database import Database
from app.store.errors import Damage, DamagedStore, StoreError, UnknownDraft, explained
from app.store.files import Folder, Lock
from app.store.records import Backup, Facts, Summary, facts_of
from app.store.schema import DOCUMENTS, DRAFTS, SETTINGS, TABLES, Row, check_some, check_structure, put, verified
from forms.checks import Level

P = ParamSpec("P")
R = TypeVar("R")

LATE = 3 * EVERY
"""A large store, whose backup takes a while, is backed up at closing; at opening only when that has not happened for so long."""
LONG_LOG = 4 << 20
"""Beyond this, which only attached files bring about, the log is emptied at once: after a crash it is read at 12 MB a second."""
LONG_LIST, NEWEST = 1000, 200
"""Of a list of more drafts than the first, so many of the newest are read at opening, and the rest when it is wanted: 10,000 rows take a
slow machine a tenth of a second."""
BREATH = 0.01
"""Seconds between two steps of a check that nobody waits for: whoever wants the store gets it then."""


def healing(method: Callable[Concatenate[Any, P], R]) -> Callable[Concatenate[Any, P], R]:
    """Recover the store where a method meets damage, and carry the method out again."""

    @wraps(method)
    def healed(self: Core, *args: P.args, **kwargs: P.kwargs) -> R:
        generation = self.generation
        try:
            return method(self, *args, **kwargs)
        except Damage:
            self.heal(generation)
        try:
            return method(self, *args, **kwargs)
        except Damage as error:
            raise DamagedStore("草稿库损坏，这一部分没能修复；请从备份恢复，或重新打开导出过的文件") from error

    return healed


class Core:
    """The state of an open store. ``notices`` says in plain sentences what was recovered: who opens the store tells what is in it then,
    and the rest by :meth:`news`. ``on_mended`` is called, in any thread, when there are some."""

    def __init__(self, folder: Path, now: Callable[[], float]) -> None:
        """Use :meth:`open`."""
        self.folder = Folder(folder.absolute())
        self.notices: list[str] = []
        self.on_mended: Callable[[], object] = lambda: None
        self.generation = 0
        self._told: int | None = None
        self._now = now
        self._database = Database(self.folder.database)
        self._listed: dict[str, Summary] = {}
        self._partial: tuple[int, int] | None = None  # as long as only the newest are listed: how many drafts there are, and in the bin
        self._unchecked: set[str] = set()  # drafts of the list whose row was not compared with its hash yet
        self._fresh: list[Summary] = []
        self._revision = 0
        self.folder.make()
        self._lock = Lock(self.folder.root / "lock")
        self.folder.clear()

    # --- opening and closing -----------------------------------------------------------------------------------------------

    @classmethod
    def open(cls, folder: Path, *, now: Callable[[], float] = time.time) -> Self:
        """Open the store in a folder, creating it where there is none. Raises StoreInUse, NewerStore (the file's bytes untouched),
        DamagedStore, StoreError. ``now`` gives seconds since 1970."""
        store = cls(Path(folder), now)
        try:
            store.notices += opening.start(store._database, store.folder, store._date)
            store._begin()
            store._told = len(store.notices)
        except BaseException:
            store._database.close(for_good=True)
            store._lock.release()
            raise
        return store

    @healing
    def _begin(self) -> None:
        """Read the list, and do what is due at opening; where the disk does not allow that now, the next opening tries again."""
        self._read_list()
        try:
            if untold := self.setting(backup.UNTOLD, []):
                self.notices += untold
                self.set_setting(backup.UNTOLD, [])
            self._finish_purge()
            self._back_up_at_opening()
        except StoreError:
            pass

    def close(self) -> None:
        """Make the day's backup if it is due, and close; may be called twice. A failing backup does not keep the program open."""
        with self._database.lock:
            if self._database.ended:
                return
            try:
                self.backup_if_due()
            except StoreError:
                pass
            finally:
                self._database.close(for_good=True)
                self._lock.release()

    def check_slowly(self) -> None:
        """Check all of a store that was too large for it at opening, and recover it where it is damaged; for a thread of its own. The
        store is held for some ms at a time, at the end for 0.3 s per GB. Ends early where the store is closed or the disk fails."""
        generation = self.generation
        try:
            if self.folder.database.stat().st_size > opening.CHECK_ALL_BYTES:
                for table in TABLES:
                    place: int | None = 0
                    while place is not None:
                        time.sleep(BREATH)
                        place = self._look(check_some, table, place)
                self._look(check_structure)
        except Damage:
            try:
                self.heal(generation)
            except StoreError as error:
                self.notices.append(f"草稿库有损坏，还没能修复。{error.message}")
                self.on_mended()
        except (StoreError, OSError):
            pass  # of a disk that fails the saving speaks

    def _look(self, check: Callable[Concatenate[sqlite3.Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R | None:
        with self._database.lock:
            if self._database.ended:
                return None
            with self._database.reading() as connection:
                return check(connection, *args, **kwargs)

    def heal(self, generation: int) -> None:
        """Recover after damage was met, unless another thread has done so since ``generation``."""
        with self._database.lock:
            if self.generation != generation or self._database.ended:
                return
            if self._database.in_transaction:
                # Met in the middle of a change: that is undone first, and its own method comes back here.
                raise Damage("within a transaction")
            self._database.close()
            with explained():
                self.notices += recovery.recover(self.folder, self._date())
            self.notices += opening.start(self._database, self.folder, self._date)
            self._read_list()
            self.generation += 1
            if self._told is not None:
                self._keep_word()
                self.on_mended()

    def news(self) -> list[str]:
        """What was recovered and not told yet, for who tells it now. What nobody asks for, the next opening says."""
        with self._database.lock:
            found = self.notices[self._told :]
            self._told = len(self.notices)
            if found:
                self._keep_word()
        return found

    def _keep_word(self) -> None:
        try:
            self.set_setting(backup.UNTOLD, self.notices[self._told :])
        except StoreError:
            pass  # it may be told twice, or by the file set aside alone; the drafts matter more

    def _date(self) -> datetime:
        return datetime.fromtimestamp(self._now())

    def _read_list(self) -> None:
        with self._database.reading() as connection:
            figures = connection.execute("SELECT count(*) - count(binned), count(binned), max(revision) FROM drafts").fetchone()
            settings = connection.execute("SELECT max(revision) FROM settings").fetchone()[0]
            self._revision = max(figures[2] or 0, settings or 0)
            self._partial = figures[:2] if figures[0] + figures[1] > LONG_LIST else None
            self._read_rows(connection, f"WHERE binned IS NULL ORDER BY saved DESC LIMIT {NEWEST}" if self._partial else "")

    def _read_rows(self, connection: sqlite3.Connection, which: str) -> None:
        with uncollected():
            rows = connection.execute(f"SELECT {', '.join(DRAFTS.columns)} FROM drafts {which}")
            self._listed = {row[0]: row for row in map(_as_summary, rows)}
            self._unchecked = set(self._listed)

    def _complete(self) -> None:
        """See to it that the list holds every draft. Not within a change: it would take what is not committed for granted. The list itself
        is read without the lock: whoever looks at it does not wait for a disk that takes its time over somebody's save."""
        if self._partial is None:
            return
        with self._database.lock:
            if self._partial:
                with self._database.reading() as connection:
                    self._read_rows(connection, "")
                self._partial = None

    # --- rows --------------------------------------------------------------------------------------------------------------

    def _next(self) -> int:
        """The revision of the rows being written; one that is never committed leaves a gap, which does no harm."""
        self._revision += 1
        return self._revision

    @contextmanager
    def _changing(self) -> Generator[sqlite3.Connection]:
        """A transaction; what it puts into the list with :meth:`_list` is seen by others only once it is committed, and by then."""
        with self._database.lock:
            self._complete()
            self._fresh = []
            with self._database.writing() as connection:
                yield connection
            for row in self._fresh:
                self._listed[row.id] = row
                self._unchecked.discard(row.id)
            self._shorten_log()

    def _shorten_log(self) -> None:
        try:
            if self.folder.wal.stat().st_size > LONG_LOG:
                self._database.truncate_log()
        except (StoreError, Damage, OSError):
            pass  # the change itself is done

    def _list(self, connection: sqlite3.Connection, row: Row) -> None:
        """Write a row of the list."""
        put(connection, DRAFTS, row)
        self._fresh.append(Summary._make(row))

    def _known(self, draft_id: str) -> Summary:
        """What the list says of a draft. Raises UnknownDraft."""
        if draft_id not in self._listed:
            self._complete()
        summary = self._listed.get(draft_id)
        if summary is None:
            raise UnknownDraft
        return summary

    def _row(self, connection: sqlite3.Connection, draft_id: str) -> Summary:
        """A draft's row of ``drafts``, read anew. Raises UnknownDraft, Damage."""
        self._known(draft_id)
        row = connection.execute(f"SELECT {', '.join(DRAFTS.columns)}, hash FROM drafts WHERE id = ?", (draft_id,)).fetchone()
        if row is None:
            raise Damage("drafts")
        return Summary._make(verified(DRAFTS, row))

    def _document(self, connection: sqlite3.Connection, draft_id: str) -> Row:
        """A draft's row of ``documents``. Raises UnknownDraft, Damage."""
        self._known(draft_id)
        row = connection.execute(f"SELECT {', '.join(DOCUMENTS.columns)}, hash FROM documents WHERE draft = ?", (draft_id,)).fetchone()
        if row is None:
            raise Damage("documents")
        return verified(DOCUMENTS, row)

    def _version(self, connection: sqlite3.Connection, draft_id: str, number: int) -> Row:
        self._known(draft_id)
        row = versions.row_of(connection, draft_id, number)
        if row is None:
            raise StoreError("这个较早的版本已不再保留，请选择另一个")
        return row

    def _attachments(self, connection: sqlite3.Connection, attached: str) -> list[Attachment]:
        """Attachment objects; a file that is not whole in the store comes as one whose bytes are not at hand."""
        entries = blobs.entries_of(attached)
        whole = [entry if blobs.complete(connection, entry[2], entry[3]) else (*entry[:3], -1, "") for entry in entries]
        return blobs.attachments_of(whole, self._part)

    @healing
    def _part(self, sha256: str, part: int) -> bytes | None:
        with self._database.reading() as connection:
            return blobs.read_part(connection, sha256, part)

    # --- settings, and what a purge needs of them ---------------------------------------------------------------------------

    @healing
    def setting(self, name: str, default: Any = None) -> Any:
        """A setting's JSON value."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT name, value, revision, hash FROM settings WHERE name = ?", (name,)).fetchone()
            return json.loads(verified(SETTINGS, row)[1]) if row else default

    @healing
    def set_setting(self, name: str, value: Any) -> None:
        """Store a setting's JSON value."""
        with self._database.writing() as connection:
            put(connection, SETTINGS, (name, json.dumps(value), self._next()))

    @healing
    def _finish_purge(self) -> None:
        ids: list[str] = self.setting(recovery.PURGING, [])
        if not ids:
            return
        with self._database.lock:
            self._complete()
            with self._database.writing() as connection:
                backup.remove_drafts(connection, ids)
            for draft_id in ids:
                self._listed.pop(draft_id, None)
        with explained():
            backup.scrub(self.folder, ids)
        self._database.vacuum()
        self.set_setting(recovery.PURGING, [])
        self._database.truncate_log()

    # --- backups -----------------------------------------------------------------------------------------------------------

    @healing
    def backup(self) -> Path | None:
        """Make a backup now; its file, or None where there is nothing to back up."""
        return backup.make(self._database, self.folder, self._date()) if self._listed or self._revision else None

    @explained()
    def backup_if_due(self, after: float = EVERY) -> Path | None:
        """Make a backup unless the newest is younger than ``after`` seconds or nothing has changed since."""
        newest = next(iter(backup.paths(self.folder, self._date())), None)
        if newest is not None:
            if abs((self._date() - backup.date_of(newest)).total_seconds()) < after:
                return None
            if backup.newest_revision(newest) == self._revision:
                return None
        return self.backup()

    @explained()
    def _back_up_at_opening(self) -> None:
        small = self.folder.database.stat().st_size <= opening.CHECK_ALL_BYTES
        self.backup_if_due(EVERY if small else LATE)

    @explained()
    def backups(self) -> list[Backup]:
        """The backups that can be read, the newest first."""
        return backup.listed(self.folder, self._date())

    @healing
    def restore_backup(self, chosen: Backup) -> list[str]:
        """Bring back what a backup holds; sentences on what was done. Nothing is deleted or replaced: drafts that are no longer there
        are added, those that differ come as new copies beside the present ones. Raises NewerStore, StoreError."""
        with explained():
            found = restoring.read(chosen.path, self.folder)
        with self._changing() as connection:
            rows, said = restoring.add(connection, found, chosen.path, self._listed, self._next, self._now())
            for row in rows:
                self._list(connection, row)
        return said


@contextmanager
def uncollected() -> Generator[None]:
    """No garbage collection while many small objects are made that all stay: it would go through the whole program time and again,
    for 10,000 drafts half of the time that reading them takes."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


# --- rows and records --------------------------------------------------------------------------------------------------------


_as_summary = cast(Callable[[Row], Summary], partial(tuple.__new__, Summary))  # pyright: ignore[reportUnknownMemberType]
"""A row of ``drafts`` for the caller, which never leaves C: :meth:`Summary._make` takes 10,000 rows 10 ms."""


def application_of(document: bytes, attachments: list[Attachment], folders: tuple[Path, ...]) -> Application:
    """A stored document as an application. Raises AppError where its call is not at hand."""
    application = parse(zlib.decompress(document), lambda _: None, *folders)
    application.attachments = attachments
    return application


def checked_facts(application: Application) -> Facts:
    """The facts of an application that nobody has checked yet."""
    problems = problems_of(application, date.today())
    counts = [sum(problem.level is level for problem in problems) for level in (Level.ERROR, Level.WARNING)]
    return facts_of(application, *counts)
