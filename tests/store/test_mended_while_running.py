"""Damage that is met while the program runs: what was saved meanwhile stays, and the person hears of it."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import BinaryIO

import pytest
from store_support import DAY, DRAFTS, Clock, application, files_holding, filled, held, pdf, refused, save

from app.application import dump
from app.store import Store, StoreError, UnknownDraft, backup, core, opening, recovery
from app.store.schema import TABLES, Table


def spoil(folder: Path, statement: str, *values: object) -> None:
    """Change rows behind the store's back, so that their hashes are wrong."""
    connection = sqlite3.connect(folder / "drafts.sqlite")
    connection.execute(statement, values)
    connection.commit()
    connection.close()


@pytest.fixture
def texts(folder: Path, clock: Clock) -> dict[str, bytes]:
    return filled(folder, clock)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every store counts as too large to be checked whole at opening."""
    monkeypatch.setattr(opening, "CHECK_ALL_BYTES", 0)


def full(*_: object) -> None:
    raise OSError(28, "No space left on device")


# --- a recovery for which there was no room ----------------------------------------------------------------------------------


def without_room(folder: Path, clock: Clock, broken: str, monkeypatch: pytest.MonkeyPatch) -> Store:
    """An open store that met damage in a draft, and had no room for mending it."""
    spoil(folder, "UPDATE documents SET memory = 'x' WHERE draft = ?", broken)
    store = Store.open(folder, now=clock)
    with monkeypatch.context() as patch:
        patch.setattr(recovery, "_write", full)
        assert "磁盘已满" in refused(StoreError, lambda: store.load(broken))
    return store


def test_what_is_saved_after_a_recovery_failed_is_not_undone_by_the_next(
    texts: dict[str, bytes], folder: Path, clock: Clock, large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, other = list(texts)[1:3]
    store = without_room(folder, clock, broken, monkeypatch)
    made = application(project="一小时的填写")
    save(store, other, made)
    added = store.create(application(project="其间新建的"))
    assert store.load(broken).application.values["project.name"] in ("项目1", "起初1")
    assert dump(store.load(other).application) == dump(made)
    assert store.load(added).application.values["project.name"] == "其间新建的"
    assert not (folder / "recovering").exists()
    store.close()


@pytest.mark.parametrize("stage", ["_write", "put_in_place"])
def test_nor_is_it_where_the_next_is_cut_short_as_well(
    texts: dict[str, bytes], folder: Path, clock: Clock, large: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, stage: str
) -> None:
    """What was saved since lies in the log alone: the program was killed."""
    broken, other = list(texts)[1:3]
    store = without_room(folder, clock, broken, monkeypatch)
    made = application(project="一小时的填写")
    save(store, other, made)
    shutil.copytree(folder, tmp_path / "killed")
    store.close()
    with monkeypatch.context() as patch:
        patch.setattr(recovery, stage, full)
        refused(StoreError, lambda: Store.open(tmp_path / "killed", now=clock))
    store = Store.open(tmp_path / "killed", now=clock)
    assert dump(store.load(other).application) == dump(made)
    assert held(store).keys() == texts.keys()
    store.close()


def test_a_purge_after_a_recovery_failed_takes_no_other_draft_along(
    texts: dict[str, bytes], folder: Path, clock: Clock, large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, gone, other = list(texts)[1:4]
    store = without_room(folder, clock, broken, monkeypatch)
    made = application(project="一小时的填写")
    save(store, other, made)
    store.purge(gone)
    store.close()
    store = Store.open(folder, now=clock)
    assert {entry.id for entry in store.summaries()} == texts.keys() - {gone}
    assert dump(store.load(other).application) == dump(made)
    store.close()


def test_a_log_that_a_recovery_left_goes_with_the_draft_that_it_holds(texts: dict[str, bytes], folder: Path, clock: Clock) -> None:
    kept, gone = list(texts)[1:3]
    store = Store.open(folder, now=clock)
    store.folder.old_wal.write_bytes(b"x" + gone.encode())
    store.purge(kept)
    assert store.folder.old_wal.exists()
    store.purge(gone)
    assert not store.folder.old_wal.exists()
    store.close()


def test_a_copy_that_found_no_room_leaves_none_of_it_taken(
    texts: dict[str, bytes], folder: Path, clock: Clock, large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = list(texts)[1]
    spoil(folder, "UPDATE documents SET memory = 'x' WHERE draft = ?", broken)
    store = Store.open(folder, now=clock)

    def half(reader: BinaryIO, writer: BinaryIO, _: int) -> None:
        writer.write(reader.read(4096))
        full()

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfileobj", half)
        for _ in range(3):
            assert "磁盘已满" in refused(StoreError, lambda: store.load(broken))
    with monkeypatch.context() as patch:
        patch.setattr(recovery, "write_private", full)
        assert "磁盘已满" in refused(StoreError, lambda: store.load(broken))
    assert list(folder.glob("damaged-*")) == []
    store.load(broken)
    assert len(list(folder.glob("damaged-*"))) == 1
    store.close()


# --- a damaged list -------------------------------------------------------------------------------------------------------------


def test_a_list_that_cannot_be_read_is_mended_at_opening(texts: dict[str, bytes], folder: Path, clock: Clock, large: None) -> None:
    path = folder / "drafts.sqlite"
    with sqlite3.connect(path) as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'drafts'").fetchone()[0]
    connection.close()
    data = path.read_bytes()
    path.write_bytes(data[: (page - 1) * 4096] + bytes(4096) + data[page * 4096 :])
    store = Store.open(folder, now=clock)
    assert held(store) == texts
    assert "已找回5份草稿" in store.notices[0]
    store.close()


def test_a_draft_whose_row_of_the_list_is_damaged_can_be_purged(texts: dict[str, bytes], folder: Path, clock: Clock, large: None) -> None:
    draft = list(texts)[1]
    spoil(folder, "UPDATE drafts SET project = 'x' WHERE id = ?", draft)
    store = Store.open(folder, now=clock)
    store.purge(draft)
    refused(UnknownDraft, lambda: store.summary(draft))
    assert len(store.summaries()) == DRAFTS - 1
    store.close()


# --- the word for it ------------------------------------------------------------------------------------------------------------


def test_what_was_mended_while_running_is_told_at_the_next_opening(
    texts: dict[str, bytes], folder: Path, clock: Clock, large: None
) -> None:
    draft = list(texts)[1]
    spoil(folder, "UPDATE documents SET memory = 'x' WHERE draft = ?", draft)
    store = Store.open(folder, now=clock)
    store.load(draft)
    said = store.notices
    assert said
    store.close()
    store = Store.open(folder, now=clock)
    assert store.notices == said
    store.close()
    store = Store.open(folder, now=clock)
    assert store.notices == []
    store.close()


def test_what_was_told_is_not_told_again(texts: dict[str, bytes], folder: Path, clock: Clock, large: None) -> None:
    draft = list(texts)[1]
    spoil(folder, "UPDATE documents SET memory = 'x' WHERE draft = ?", draft)
    store = Store.open(folder, now=clock)
    heard: list[int] = []
    store.on_mended = lambda: heard.append(len(store.notices))
    assert store.news() == []
    store.load(draft)
    assert heard == [len(store.notices)]
    assert store.news() == store.notices != []
    assert store.news() == []
    store.close()
    store = Store.open(folder, now=clock)
    assert store.notices == []
    store.close()


def test_a_kill_right_after_does_not_silence_it(texts: dict[str, bytes], folder: Path, clock: Clock, large: None, tmp_path: Path) -> None:
    draft = list(texts)[1]
    spoil(folder, "UPDATE documents SET memory = 'x' WHERE draft = ?", draft)
    store = Store.open(folder, now=clock)
    store.load(draft)
    shutil.copytree(folder, tmp_path / "killed")
    after = Store.open(tmp_path / "killed", now=clock)
    assert after.notices == store.notices != []
    after.close()
    store.close()


def test_what_is_mended_at_opening_is_told_there_and_then_alone(texts: dict[str, bytes], folder: Path, clock: Clock, large: None) -> None:
    spoil(folder, "UPDATE settings SET value = '' WHERE name = 'profile'")
    store = Store.open(folder, now=clock)
    assert "已找回5份草稿" in store.notices[0]
    assert store.news() == []
    store.close()
    store = Store.open(folder, now=clock)
    assert store.notices == []
    store.close()


def test_what_is_found_at_closing_is_told_by_this_store_alone(
    texts: dict[str, bytes], folder: Path, clock: Clock, large: None, tmp_path: Path
) -> None:
    store = Store.open(folder, now=clock)
    with store._database.writing() as connection:
        connection.execute("UPDATE documents SET memory = 'x' WHERE draft = ?", (list(texts)[1],))
    clock.advance(2 * DAY)
    store.set_setting("font", 14)
    store.close()
    again = Store.open(folder, now=clock)
    assert "已找回5份草稿" in again.notices[0]
    newest = again.backups()[0]
    assert newest.date.timestamp() == clock.now
    again.close()
    other = Store.open(tmp_path / "other", now=clock)
    other.restore_backup(newest)
    assert other.setting(backup.UNTOLD, "none") == "none"
    other.close()
    (tmp_path / "other" / "drafts.sqlite").unlink()
    shutil.copy(newest.path, tmp_path / "other" / "backups")
    other = Store.open(tmp_path / "other", now=clock)
    assert [line for line in again.notices if line in other.notices] == []
    assert other.setting(backup.UNTOLD, "none") == "none"
    other.close()


# --- the check that nobody waits for ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_damage_at_rest_in_a_large_store_is_found_soon_after_the_start(
    texts: dict[str, bytes], folder: Path, clock: Clock, large: None, table: Table
) -> None:
    store = Store.open(folder, now=clock)
    store.set_attachments(next(iter(texts)), [pdf(size=2_500_000)])
    for number in range(45):
        store.set_setting(f"s{number}", number)
    with store._database.writing() as connection:
        connection.execute(f"UPDATE {table.name} SET hash = zeroblob(16) WHERE rowid = (SELECT max(rowid) FROM {table.name})")
    store.check_slowly()
    assert "已找回5份草稿" in store.news()[0]
    assert len(held(store)) == DRAFTS
    store.check_slowly()
    assert store.news() == []
    store.close()


def test_a_damaged_structure_is_found_too(texts: dict[str, bytes], folder: Path, clock: Clock, large: None) -> None:
    path = folder / "drafts.sqlite"
    data = bytearray(path.read_bytes())
    data[36:40] = (7).to_bytes(4, "big")  # the header's count of free pages
    path.write_bytes(data)
    store = Store.open(folder, now=clock)
    store.check_slowly()
    assert "已找回5份草稿" in store.news()[0]
    assert held(store) == texts
    store.close()


def test_rows_out_of_order_do_not_keep_the_check_going_round(
    texts: dict[str, bytes], folder: Path, clock: Clock, large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row's number, which its hash does not cover, is damaged into that of a row looked at long ago."""
    store = Store.open(folder, now=clock)
    for number in range(10, 55):
        store.set_setting(f"s{number}", number)
    with store._database.reading() as connection:
        name, value = connection.execute("SELECT name, value FROM settings WHERE rowid = 40").fetchone()
    store.close()
    path = folder / "drafts.sqlite"
    data = path.read_bytes()
    place = data.index((name + value).encode()) - 6  # behind the number come five bytes that say what the row holds
    assert data[place] == 40
    path.write_bytes(data[:place] + bytes([20]) + data[place + 1 :])
    store = Store.open(folder, now=clock)
    left = iter(range(100))
    monkeypatch.setattr(core, "time", SimpleNamespace(sleep=lambda _: next(left)))
    store.check_slowly()
    assert "已找回5份草稿" in store.news()[0]
    assert store.setting(name) == int(value)
    store.close()


def test_a_whole_store_is_left_alone_by_the_check(texts: dict[str, bytes], folder: Path, clock: Clock, large: None) -> None:
    store = Store.open(folder, now=clock)
    before = (folder / "drafts.sqlite").read_bytes()
    store.check_slowly()
    assert (store.news(), (folder / "drafts.sqlite").read_bytes()) == ([], before)
    store.close()


def test_the_check_lets_others_in_and_ends_with_the_store(
    texts: dict[str, bytes], folder: Path, clock: Clock, large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(folder, now=clock)
    draft = list(texts)[1]
    saved: list[float] = []

    def breath(_: float) -> None:
        """In each one another thread saves; after the fourth save the store is closed."""
        if len(saved) == 4:
            store.close()
            return
        thread = Thread(target=lambda: saved.append(save(store, draft, application(project="其间"))))
        thread.start()
        thread.join(60)

    monkeypatch.setattr(core, "time", SimpleNamespace(sleep=breath))
    store.check_slowly()
    assert len(saved) == 4
    assert store._database.ended


def test_a_large_store_that_cannot_be_mended_is_told(
    texts: dict[str, bytes], folder: Path, clock: Clock, large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(folder, now=clock)
    heard: list[str] = []
    store.on_mended = lambda: heard.extend(store.news())
    with store._database.writing() as connection:
        connection.execute("UPDATE documents SET memory = 'x' WHERE draft = ?", (list(texts)[1],))
    with monkeypatch.context() as patch:
        patch.setattr(recovery, "_write", full)
        store.check_slowly()
    assert len(heard) == 1
    assert heard[0].startswith("草稿库有损坏，还没能修复。磁盘已满")
    store.check_slowly()
    assert "已找回5份草稿" in heard[1]
    store.close()


def test_what_was_said_of_a_draft_goes_with_it(texts: dict[str, bytes], folder: Path, clock: Clock, large: None) -> None:
    store = Store.open(folder, now=clock)
    draft = list(texts)[1]
    with store._database.writing() as connection:
        connection.execute("UPDATE documents SET memory = 'x' WHERE draft = ?", (draft,))
    clock.advance(2 * DAY)
    store.set_setting("font", 14)
    store.close()
    assert len(files_holding(folder, "项目1".encode("unicode_escape").decode())) >= 2  # the store and the backup of the day
    store = Store.open(folder, now=clock)
    store.purge(draft)
    store.close()
    assert files_holding(folder, "项目1".encode("unicode_escape").decode()) == files_holding(folder, "项目1") == []
