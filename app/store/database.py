"""The one connection to the drafts' database: pragmas, transactions, and errors in plain words."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from app.store.errors import INPUT_OUTPUT, Damage, StoreError, explain
from app.store.schema import PAGE

PRAGMAS = (
    "locking_mode = EXCLUSIVE",  # before WAL: no shared memory, no second process
    "journal_mode = WAL",
    "synchronous = FULL",  # NORMAL loses commits in a power cut
    "trusted_schema = OFF",
    "secure_delete = ON",
    "cell_size_check = ON",
    "temp_store = MEMORY",  # nothing of a draft in the system's temporary folder
    "wal_autocheckpoint = 512",
    "foreign_keys = OFF",
)


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A finished copy, such as a backup."""
    return sqlite3.connect(path, isolation_level=None)


def connect(path: Path) -> sqlite3.Connection:
    """Open an existing database file for writing. Raises sqlite3.Error, FileNotFoundError."""
    if not path.is_file():
        raise FileNotFoundError(path.name)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
    try:
        for pragma in PRAGMAS:
            found = connection.execute(f"PRAGMA {pragma}").fetchone()
            if pragma.startswith("journal_mode") and found != ("wal",):
                raise sqlite3.OperationalError("no WAL")
    except BaseException:
        connection.close()
        raise
    return connection


def connect_new(path: Path) -> sqlite3.Connection:
    """A database being made under a temporary name: no journal, since after a failure the file is thrown away."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=0)
    for pragma in (f"page_size = {PAGE}", "journal_mode = OFF", "synchronous = OFF", "secure_delete = ON", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


class Database:
    """One connection behind one lock: any thread may use it, one at a time. The lock is re-entrant."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._broken = False
        self.ended = False
        self.lock = RLock()

    def open(self) -> sqlite3.Connection:
        """The connection, opened when there is none, and anew after the disk failed under it."""
        if self.ended:
            raise sqlite3.ProgrammingError("the store is closed")
        if self._broken:
            self.close()
        if self._connection is None:
            self._connection = connect(self._path)
            self._broken = False
        return self._connection

    def close(self, *, for_good: bool = False) -> None:
        """Close the connection; SQLite then empties its log into the database. Without ``for_good`` it is opened anew when needed."""
        with self.lock:
            self.ended |= for_good
            connection, self._connection, self._broken = self._connection, None, False
            if connection is not None:
                connection.close()

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is under way (in this thread, if it holds the lock)."""
        return self._connection is not None and self._connection.in_transaction

    @contextmanager
    def reading(self) -> Generator[sqlite3.Connection]:
        """The connection for reading. Raises StoreError, Damage."""
        with self.lock, self._explained():
            yield self.open()

    @contextmanager
    def writing(self) -> Generator[sqlite3.Connection]:
        """The connection within one transaction: committed at the end, undone on any error. Raises StoreError, Damage."""
        with self.lock, self._explained():
            connection = self.open()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                self._roll_back(connection)
                raise

    def _roll_back(self, connection: sqlite3.Connection) -> None:
        """SQLite undoes a transaction by itself after some errors; where undoing fails the connection is not used again."""
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            self._broken = True

    @contextmanager
    def _explained(self) -> Generator[None]:
        try:
            yield
        except FileNotFoundError as error:
            raise StoreError(INPUT_OUTPUT) from error
        except UnicodeDecodeError as error:
            # SQLite's own message quoted a damaged name.
            raise Damage("text") from error
        except (sqlite3.Error, OSError) as error:
            found = explain(error)
            if isinstance(found, StoreError):
                self._broken = True
            if found is error:
                raise
            raise found from error

    def truncate_log(self) -> None:
        """Empty the write-ahead log into the database and cut it to nothing."""
        with self.reading() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def vacuum(self, in_memory: int = 256 << 20) -> None:
        """Rewrite the file from what is still there, so that no trace of deleted rows remains between live ones.

        A store of more than ``in_memory`` bytes is rewritten by way of a temporary file (which holds only what is kept).
        """
        with self.reading() as connection:
            if self._path.stat().st_size > in_memory:
                connection.execute("PRAGMA temp_store = FILE")
            try:
                connection.execute("VACUUM")
            finally:
                connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
