"""Reading rows without SQLite: all that it would read is found, in the file and in its log."""

from __future__ import annotations

import random
import shutil
import sqlite3
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from store_support import DRAFTS, Clock, application, filled, save

from app.store import Store, recovery
from app.store.carve import Wal, carve, read_wal
from app.store.schema import DOCUMENTS, TABLES, put


def test_carving_reads_what_sqlite_reads(folder: Path, clock: Clock) -> None:
    filled(folder, clock)
    data = memoryview((folder / "drafts.sqlite").read_bytes())
    carved = {table.name: set() for table in TABLES}
    for table, row, whole in carve(data, read_wal(folder / "none"), parts=True):
        if whole:
            carved[table.name].add(row)
    connection = sqlite3.connect(folder / "drafts.sqlite")
    for table in TABLES:
        rows = set(connection.execute(f"SELECT {', '.join(table.columns)} FROM {table.name}"))
        assert rows
        assert rows <= carved[table.name]
    assert len(carved[DOCUMENTS.name]) == DRAFTS
    connection.close()


def one_by_one(store: Store, drafts: list[str]) -> None:
    """Each save shares a later page with the change before it."""
    for draft in drafts[1::2]:
        store.bin(draft)
        save(store, draft, application(content__main=text(3000)))


def all_at_once(store: Store, drafts: list[str]) -> None:
    """More than SQLite holds in memory, so that pages go to the log as they come."""
    rng = random.Random(1)
    store._database.open().execute("PRAGMA cache_size = 10")
    with store._changing() as connection:
        for draft in rng.sample(drafts, len(drafts)):
            row = store._document(connection, draft)
            data = rng.choice([row[5], zlib.compress(text(50).encode()), zlib.compress(text(2000).encode())])
            put(connection, DOCUMENTS, (draft, row[1], store._next(), *row[3:5], data))


def text(length: int) -> str:
    return "".join(map(chr, range(0x4E00, 0x4E00 + length)))


def killed(folder: Path, clock: Clock, to: Path, change: Callable[[Store, list[str]], None]) -> tuple[Wal, dict[str, int]]:
    """The log of a store with 60 drafts after a change, and the revision of each draft's text; the database lies in ``to``."""
    store = Store.open(folder, now=clock)
    drafts = [store.create(application(content__main=text(3000 if number % 2 else 50))) for number in range(60)]
    store._database.truncate_log()
    change(store, drafts)
    shutil.copytree(folder, to)
    with store._database.reading() as connection:
        newest = dict(connection.execute("SELECT draft, revision FROM documents"))
    store.close()
    return read_wal(to / "drafts.sqlite-wal"), newest


def found(folder: Path, log: Wal) -> dict[str, int]:
    rows = recovery.Found()
    with recovery.bytes_of(folder / "drafts.sqlite") as data:
        rows.take(carve(data, log))
    return {draft: row[DOCUMENTS.revision] for draft, row in rows.documents.items()}


@pytest.mark.parametrize("hidden", [False, True], ids=["valid", "hidden"])
@pytest.mark.parametrize("change", [one_by_one, all_at_once])
def test_the_newest_state_of_each_draft_is_found_in_a_log(
    folder: Path, clock: Clock, tmp_path: Path, change: Callable[[Store, list[str]], None], hidden: bool
) -> None:
    """A row may go on in pages that come later in the log: it is whole only once those are laid."""
    log, newest = killed(folder, clock, tmp_path / "killed", change)
    assert found(tmp_path / "killed", Wal(log.frames) if hidden else log) == newest


def test_a_save_that_was_cut_off_hides_nothing_older(folder: Path, clock: Clock, tmp_path: Path) -> None:
    saved: list[tuple[str, int, int]] = []

    def change(store: Store, drafts: list[str]) -> None:
        for draft in drafts[1:25:2]:
            one_by_one(store, ["", draft])
            with store._database.reading() as connection:
                revision = connection.execute("SELECT revision FROM documents WHERE draft = ?", (draft,)).fetchone()[0]
            save(store, draft, application(content__main=text(3000)))
            saved.append((draft, revision, len(read_wal(store.folder.wal).frames)))

    log, _ = killed(folder, clock, tmp_path / "killed", change)
    for draft, revision, end in saved:
        assert found(tmp_path / "killed", Wal(log.frames[: end - 1]))[draft] >= revision
