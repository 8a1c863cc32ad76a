"""The tables, the hash that every row carries, and the migrations.

Each row ends in ``hash``, over the table's name and all other columns: SQLite's own ``integrity_check`` does not notice most
flipped bits inside a row. ``revision`` grows with every change to the store, so that of two copies of a row the newer one is known
without trusting the clock.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.store.errors import Damage, NewerStore

APPLICATION_ID = 0x54694E65
PAGE = 4096
"""Bytes per page, fixed so that a file with a damaged header can still be read page by page."""
HASH_BYTES = 16

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    """One table: ``columns`` without the hash, ``key`` and ``reals`` as positions, ``revision`` the position of that column."""

    name: str
    columns: tuple[str, ...]
    key: tuple[int, ...]
    reals: frozenset[int] = frozenset()
    revision: int = -1

    @property
    def width(self) -> int:
        """Columns in the file, the hash included; no two tables have the same number, so a stray record shows its table."""
        return len(self.columns) + 1

    def key_of(self, row: Row) -> Row:
        """A row's primary key."""
        return tuple(row[place] for place in self.key)


def _table(name: str, columns: str, keys: int, reals: Sequence[str] = ()) -> Table:
    names = tuple(columns.split())
    place = names.index("revision") if "revision" in names else -1
    return Table(name, names, tuple(range(keys)), frozenset(names.index(real) for real in reals), place)


DRAFTS = _table(
    "drafts",
    "id call form category unit project filled required errors warnings code created saved exported_code exported binned unit_key revision",
    1,
    ("created", "saved", "exported", "binned"),
)
DOCUMENTS = _table("documents", "draft saved revision attached memory document", 1, ("saved",))
VERSIONS = _table("versions", "draft number saved made reason kept facts attached document", 2, ("saved", "made"))
BLOBS = _table("blobs", "sha256 part size data", 2)
SETTINGS = _table("settings", "name value revision", 1)
TABLES = (DRAFTS, DOCUMENTS, VERSIONS, BLOBS, SETTINGS)
TEXTS = tuple(table for table in TABLES if table is not BLOBS)
"""Everything but the attached files."""


# --- hashes --------------------------------------------------------------------------------------------------------------


def digest(table: str, values: Row) -> bytes:
    """The hash over a row. ``ascii`` is the same in every Python version, unlike ``repr``, and tells 1 from 1.0 and "1"; of
    a tuple with names it is told the values alone."""
    if table not in _WITH_BYTES:
        return hashlib.sha256(ascii((table, tuple(values))).encode()).digest()[:HASH_BYTES]
    plain = tuple([len(value) if isinstance(value, bytes) else value for value in values])
    found = hashlib.sha256(ascii((table, plain)).encode())
    for value in values:
        if isinstance(value, bytes):
            found.update(value)
    return found.digest()[:HASH_BYTES]


_WITH_BYTES = frozenset({DOCUMENTS.name, VERSIONS.name, BLOBS.name})


def whole(table: Table, row: Row) -> bool:
    """Whether a row, its hash last, is as it was written."""
    try:
        return digest(table.name, row[:-1]) == row[-1]
    except (ValueError, UnicodeError):
        return False


def verified(table: Table, row: Row) -> Row:
    """The row without its hash; raises Damage."""
    if not whole(table, row):
        raise Damage(table.name)
    return row[:-1]


def put(connection: sqlite3.Connection, table: Table, values: Row) -> None:
    """Insert or replace one row."""
    connection.execute(_put_statement(table), (*values, digest(table.name, values)))


@lru_cache
def _put_statement(table: Table) -> str:
    names = (*table.columns, "hash")
    key = ", ".join(table.columns[place] for place in table.key)
    change = ", ".join(f"{name} = excluded.{name}" for index, name in enumerate(names) if index not in table.key)
    marks = ", ".join("?" * len(names))
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks}) ON CONFLICT ({key}) DO UPDATE SET {change}"


def check_rows(connection: sqlite3.Connection, tables: Sequence[Table]) -> None:
    """Check every row of some tables; raises Damage, or sqlite3.DatabaseError where SQLite itself stumbles."""
    for table in tables:
        for row in connection.execute(f"SELECT {', '.join(table.columns)}, hash FROM {table.name}"):
            verified(table, row)


def check_all(connection: sqlite3.Connection) -> None:
    """Everything: SQLite's own check, and every hash as well; raises Damage or sqlite3.DatabaseError."""
    check_structure(connection)
    check_texts(connection)
    check_rows(connection, (BLOBS,))


def check_structure(connection: sqlite3.Connection) -> None:
    """SQLite's own check; raises Damage or sqlite3.DatabaseError."""
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found is None or found[0] != "ok":
        raise Damage("integrity_check")


def check_some(connection: sqlite3.Connection, table: Table, after: int) -> int | None:
    """Check the rows of a table that follow one ``rowid``, at most some ms of them; the last one's, None at the end. Raises Damage or
    sqlite3.DatabaseError."""
    most = 1 if table is BLOBS else 20
    query = f"SELECT rowid, {', '.join(table.columns)}, hash FROM {table.name} WHERE rowid > ? ORDER BY rowid LIMIT {most}"
    rows = connection.execute(query, (after,)).fetchall()
    for row in rows:
        verified(table, row[1:])
    last = rows[-1][0] if rows else None
    if last is not None and last <= after:
        raise Damage("order")  # else the same rows would come again and again
    return last


def check_texts(connection: sqlite3.Connection) -> None:
    """Every hash but those of attached files, and that no draft lacks its document; raises Damage or sqlite3.DatabaseError."""
    check_rows(connection, TEXTS)
    unpaired = "SELECT id FROM drafts EXCEPT SELECT draft FROM documents"
    stray = "SELECT draft FROM documents EXCEPT SELECT id FROM drafts"
    if connection.execute(f"SELECT EXISTS ({unpaired}) OR EXISTS ({stray})").fetchone()[0]:
        raise Damage("unpaired")


def check_schema(connection: sqlite3.Connection) -> None:
    """The declared objects are all there and as declared; raises Damage."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID or objects(connection) != expected_objects():
        raise Damage("schema")


# --- versions of the schema ------------------------------------------------------------------------------------------------


def _first(connection: sqlite3.Connection) -> None:
    reals = {"created", "saved", "exported", "binned", "made"}
    counts = {"filled", "required", "errors", "warnings", "number", "kept", "part", "size", "revision"}
    blobs = {"document", "data"}
    for table in TABLES:
        kinds = ("REAL" if n in reals else "INTEGER" if n in counts else "BLOB" if n in blobs else "TEXT" for n in table.columns)
        optional = {"exported", "binned"}
        columns = [f"{n} {kind}{'' if n in optional else ' NOT NULL'}" for n, kind in zip(table.columns, kinds, strict=True)]
        key = ", ".join(table.columns[place] for place in table.key)
        connection.execute(f"CREATE TABLE {table.name} ({', '.join(columns)}, hash BLOB NOT NULL, PRIMARY KEY ({key}))")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


Migration = Callable[[sqlite3.Connection], None]
MIGRATIONS: tuple[Migration, ...] = (_first,)
"""Step n takes a store of version n to n + 1, within a transaction. A step that changes rows checks their hashes by the columns
of its own version and writes new ones; ``TABLES`` always describes the newest version."""


def current_version() -> int:
    """The version that this program writes (``PRAGMA user_version``)."""
    return len(MIGRATIONS)


def migrate(connection: sqlite3.Connection) -> int:
    """Bring a store to the current version, each step in one transaction; returns how many steps were taken."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > current_version():
        raise NewerStore
    for number in range(version, current_version()):
        connection.execute("BEGIN IMMEDIATE")
        try:
            MIGRATIONS[number](connection)
            connection.execute(f"PRAGMA user_version = {number + 1}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    return current_version() - version


def objects(connection: sqlite3.Connection) -> list[Row]:
    """What the file declares: (type, name, sql), sorted."""
    return sorted(connection.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master"))


def expected_objects() -> list[Row]:
    """What a store of the current version declares."""
    return _expected(MIGRATIONS)


@lru_cache(maxsize=2)
def _expected(steps: tuple[Migration, ...]) -> list[Row]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        for step in steps:
            step(connection)
        return objects(connection)
    finally:
        connection.close()
