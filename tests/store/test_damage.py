"""Damaged, missing and newer stores: nothing is made worse, all that is whole comes back, the rest is named."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from store_support import DAY, DRAFTS, Clock, application, filled, held, pdf, refused, save

from app.application import dump
from app.store import NewerStore, Store, StoreError, recovery, schema
from app.store.carve import read_wal
from app.store.errors import Damage
from app.store.schema import MIGRATIONS, TABLES


def test_a_newer_store_is_refused_and_not_touched(folder: Path, clock: Clock) -> None:
    filled(folder, clock)
    path = folder / "drafts.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 2")
    connection.execute("CREATE TABLE later (a)")
    connection.commit()
    connection.close()
    before = {entry: (entry.read_bytes(), entry.stat().st_mtime_ns) for entry in folder.rglob("*") if entry.is_file()}
    assert "更新版本" in refused(NewerStore, lambda: Store.open(folder))
    assert {entry: (entry.read_bytes(), entry.stat().st_mtime_ns) for entry in folder.rglob("*") if entry.is_file()} == before


def test_a_newer_version_that_only_the_log_knows_is_refused_too(folder: Path, clock: Clock, tmp_path: Path) -> None:
    filled(folder, clock)
    connection = sqlite3.connect(folder / "drafts.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA user_version = 9")
    crashed = tmp_path / "crashed"
    shutil.copytree(folder, crashed)
    connection.close()
    before = (crashed / "drafts.sqlite-wal").read_bytes()
    assert len(before) > 4096
    refused(NewerStore, lambda: Store.open(crashed))
    assert (crashed / "drafts.sqlite-wal").read_bytes() == before


def test_a_migration_is_one_transaction_and_leaves_a_backup(folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = filled(folder, clock)
    before = (folder / "drafts.sqlite").read_bytes()

    def second(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE notes (draft TEXT PRIMARY KEY, text TEXT NOT NULL)")
        connection.execute("INSERT INTO notes SELECT id, project FROM drafts")

    def failing(connection: sqlite3.Connection) -> None:
        second(connection)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(schema, "MIGRATIONS", (*MIGRATIONS, failing))
    assert "磁盘已满" in refused(StoreError, lambda: Store.open(folder, now=clock))
    assert (folder / "drafts.sqlite").read_bytes() == before
    clock.advance(DAY)
    monkeypatch.setattr(schema, "MIGRATIONS", (*MIGRATIONS, second))
    store = Store.open(folder, now=clock)
    assert held(store) == texts
    with store._database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM notes").fetchone()[0] == DRAFTS
        assert connection.execute("PRAGMA user_version").fetchone()[0] == 2
    assert store.backups()[0].drafts == DRAFTS
    older = store.backups()[-1]
    assert any("相同" in line for line in store.restore_backup(older))
    store.close()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_changed_cell_in_any_table_is_noticed(folder: Path, clock: Clock, table: schema.Table) -> None:
    texts = filled(folder, clock)
    column = {"drafts": "project", "documents": "memory", "versions": "reason", "blobs": "size", "settings": "value"}[table.name]
    connection = sqlite3.connect(folder / "drafts.sqlite")
    connection.execute(f"UPDATE {table.name} SET {column} = '{{}}' WHERE rowid = (SELECT max(rowid) FROM {table.name})")
    connection.commit()
    connection.close()
    store = Store.open(folder, now=clock)
    assert "已找回5份草稿" in store.notices[0]
    assert len(list(folder.glob("damaged-*.sqlite"))) == 1
    assert len(held(store)) == DRAFTS
    assert {key: value for key, value in held(store).items() if texts[key] != value} == {}
    store.close()


def test_a_lost_document_comes_from_the_newest_of_versions_and_backups(folder: Path, clock: Clock) -> None:
    texts = filled(folder, clock)
    ids = list(texts)
    store = Store.open(folder, now=clock)
    clock.advance(DAY)
    store.backup()
    save(store, ids[0], application(project="备份之后"))
    save(store, ids[1], application(project="备份之后1"))
    clock.advance(DAY)
    save(store, ids[1], application(project="很久之后"))
    new = store.create(application(project="刚建"))
    with store._database.writing() as connection:
        connection.execute("UPDATE documents SET document = x'00' WHERE draft IN (?, ?, ?)", (ids[0], ids[1], new))
    store.close()
    store = Store.open(folder, now=clock)
    found = {entry.id: entry.facts.project for entry in store.summaries()}
    assert found[ids[0]] == "项目0"
    assert found[ids[1]] == "备份之后1"
    assert new not in found
    said = "\n".join(store.notices)
    assert "备份" in said
    assert "“刚建”" in said
    assert "“备份之后1”" in said
    assert dump(store.load(ids[0]).application) == texts[ids[0]]
    store.close()


def test_damage_met_while_running_is_mended_on_the_spot(folder: Path, clock: Clock) -> None:
    texts = filled(folder, clock)
    store = Store.open(folder, now=clock)
    draft = list(texts)[2]
    with store._database.writing() as connection:
        connection.execute("UPDATE documents SET memory = 'x' WHERE draft = ?", (draft,))
    assert store.load(draft).application.values["project.name"] in ("项目2", "起初2")
    assert store.notices
    save(store, draft, application(project="接着写"))
    assert store.load(draft).application.values["project.name"] == "接着写"
    store.close()


def test_a_damaged_attachment_is_taken_from_a_backup_or_asked_for_again(folder: Path, clock: Clock) -> None:
    texts = filled(folder, clock)
    draft = list(texts)[-1]
    for backups in (True, False):
        if not backups:
            for path in (folder / "backups").iterdir():
                path.unlink()
        connection = sqlite3.connect(folder / "drafts.sqlite")
        connection.execute("UPDATE blobs SET data = zeroblob(9000)")
        connection.commit()
        connection.close()
        store = Store.open(folder, now=clock)
        attachment = store.load(draft).application.attachments[0]
        assert attachment.present is backups
        assert attachment.sha256() == pdf(size=9000).sha256()
        assert ("重新添加" in attachment.fact().trouble) is not backups
        if not backups:
            store.set_attachments(draft, [pdf(size=9000)])
            assert store.load(draft).application.attachments[0].open().read() == pdf(size=9000).data
        else:
            for path in (folder / "backups").iterdir():
                path.unlink()
        with store._database.reading():
            store._database.close()
        store._lock.release()


def _zero_pages(data: bytes) -> bytes:
    return data[:4096] + bytes(8192) + data[12288:]


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "no header": lambda data: b"x" * 100 + data[100:],
    "no first page": lambda data: bytes(4096) + data[4096:],
    "half": lambda data: data[: len(data) // 2],
    "zeroed": lambda data: bytes(len(data)),
    "some pages": _zero_pages,
    "other program's": lambda data: data[:68] + b"\0\0\0\1" + data[72:],
    "version 0": lambda data: data[:60] + b"\0\0\0\0" + data[64:],
    "UTF-16": lambda data: data[:56] + b"\0\0\0\2" + data[60:],
    "text": lambda data: "这不是数据库".encode() * 100,
}


@pytest.mark.parametrize("name", BROKEN)
def test_with_a_backup_every_draft_survives_any_damage(folder: Path, clock: Clock, name: str) -> None:
    texts = filled(folder, clock)
    path = folder / "drafts.sqlite"
    broken = BROKEN[name](path.read_bytes())
    path.write_bytes(broken)
    store = Store.open(folder, now=clock)
    assert held(store) == texts
    assert store.profile() == {"unit.name": "常德市某某学会"}
    assert store.notices
    assert next(folder.glob("damaged-*.sqlite")).read_bytes() == broken
    store.close()
    again = Store.open(folder, now=clock)
    assert again.notices == []
    again.close()


def test_a_missing_store_comes_back_from_the_backup(folder: Path, clock: Clock) -> None:
    texts = filled(folder, clock)
    (folder / "drafts.sqlite").unlink()
    store = Store.open(folder, now=clock)
    assert held(store) == texts
    assert "备份" in "".join(store.notices)
    store.close()


def test_without_anything_left_it_starts_empty_and_says_so(folder: Path, clock: Clock) -> None:
    filled(folder, clock)
    shutil.rmtree(folder / "backups")
    (folder / "drafts.sqlite").write_bytes(b"")
    store = Store.open(folder, now=clock)
    assert store.summaries() == []
    assert store.notices
    store.create(application())
    store.close()


@pytest.mark.parametrize("stage", ["_write", "put_in_place"])
def test_a_recovery_cut_short_is_carried_on(folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    texts = filled(folder, clock)
    shutil.rmtree(folder / "backups")
    path = folder / "drafts.sqlite"
    path.write_bytes(b"x" * 100 + path.read_bytes()[100:])

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(recovery, stage, fails)
    assert "磁盘已满" in refused(StoreError, lambda: Store.open(folder, now=clock))
    monkeypatch.undo()
    store = Store.open(folder, now=clock)
    assert held(store) == texts
    assert len(list(folder.glob("damaged-*.sqlite"))) == 1
    assert not (folder / "recovering").exists()
    assert not list(folder.glob("*.part"))
    store.close()


# --- the log after a crash --------------------------------------------------------------------------------------------------


def crashed(folder: Path, clock: Clock, to: Path) -> dict[str, bytes]:
    """A copy of a store's files as a kill leaves them, with several commits in the log; the documents by id."""
    texts = filled(folder, clock)
    store = Store.open(folder, now=clock)
    for step in range(3):
        for draft in texts:
            clock.advance(1)
            made = application(project=f"步骤{step}", project__place=draft[:8], content__main=f"{step}" * 50)
            save(store, draft, made)
            texts[draft] = dump(made)
    texts |= {draft: dump(application(project="日志里新建的")) for draft in [store.create(application(project="日志里新建的"))]}
    shutil.copytree(folder, to)
    store.close()
    # the last attachment list was written by set_attachments before
    return texts


def test_after_a_kill_all_is_as_it_was_without_a_word(folder: Path, clock: Clock, tmp_path: Path) -> None:
    texts = crashed(folder, clock, tmp_path / "copy")
    log = read_wal(tmp_path / "copy" / "drafts.sqlite-wal")
    assert log.valid == len(log.frames) > 10
    store = Store.open(tmp_path / "copy", now=clock)
    assert {key: found["project.place"] if "project.place" in (found := store.load(key).application.values) else "" for key in texts}
    assert {entry.id for entry in store.summaries()} == texts.keys()
    assert store.notices == []
    store.close()


@pytest.mark.parametrize("place", [0, 4, 17, 26, 32 + 2, 32 + 9, 32 + 24 + 2000, 32 + 4120 * 3 + 11, 32 + 4120 * 4 + 1000])
def test_a_bit_flipped_in_the_log_hides_no_commit(folder: Path, clock: Clock, tmp_path: Path, place: int) -> None:
    texts = crashed(folder, clock, tmp_path / "copy")
    path = tmp_path / "copy" / "drafts.sqlite-wal"
    data = bytearray(path.read_bytes())
    data[place] ^= 4
    path.write_bytes(data)
    store = Store.open(tmp_path / "copy", now=clock)
    values = {key: store.load(key).application.values["project.name"] for key in texts}
    assert {name for key, name in values.items()} == {"步骤2", "日志里新建的"}
    assert store.notices
    store.close()


def test_a_torn_end_of_the_log_is_no_damage(folder: Path, clock: Clock, tmp_path: Path) -> None:
    texts = crashed(folder, clock, tmp_path / "copy")
    path = tmp_path / "copy" / "drafts.sqlite-wal"
    path.write_bytes(path.read_bytes() + b"\x55" * 3000)
    store = Store.open(tmp_path / "copy", now=clock)
    assert {entry.id for entry in store.summaries()} == texts.keys()
    assert store.notices == []
    store.close()


def test_an_older_state_in_the_log_is_not_passed_off_as_the_newest(folder: Path, clock: Clock, tmp_path: Path) -> None:
    """The newest state is in the file, and damaged; of an earlier use of the log something older is left."""
    texts = crashed(folder, clock, tmp_path / "copy")
    draft = list(texts)[2]
    log = (tmp_path / "copy" / "drafts.sqlite-wal").read_bytes()
    connection = sqlite3.connect(folder / "drafts.sqlite")  # which was closed, so that it holds the log's end
    connection.execute("UPDATE documents SET hash = zeroblob(16) WHERE draft = ?", (draft,))
    connection.commit()
    connection.close()
    (folder / "drafts.sqlite-wal").write_bytes(bytes(32) + log[32 : len(log) // 2])
    store = Store.open(folder, now=clock)
    assert store.load(draft).application.values["project.name"] in ("步骤0", "步骤1")
    told = next(line for line in store.notices if "请核对" in line)
    assert "“步骤" in told
    assert held(store).keys() == texts.keys()
    store.close()


def test_damage_met_within_a_change_undoes_the_change_before_it_is_mended(folder: Path, clock: Clock) -> None:
    texts = filled(folder, clock)
    store = Store.open(folder, now=clock)
    draft, other = list(texts)[-1], next(iter(texts))
    attachment = store.load(draft).application.attachments[0]
    with store._database.writing() as connection:
        connection.execute("UPDATE blobs SET data = zeroblob(9000)")

    def change() -> None:
        with store._changing() as connection:
            connection.execute("DELETE FROM documents WHERE draft = ?", (other,))
            attachment.open().read()

    refused(Damage, change)
    assert store.notices == []
    assert attachment.open().read() == pdf(size=9000).data
    assert store.notices
    assert held(store) == texts
    store.close()


def test_in_a_large_store_a_row_is_checked_when_it_is_used(folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.store import opening

    texts = filled(folder, clock)
    draft = list(texts)[1]
    connection = sqlite3.connect(folder / "drafts.sqlite")
    connection.execute("UPDATE drafts SET exported_code = 'AAAA-AAAA' WHERE id = ?", (draft,))
    connection.execute("UPDATE documents SET memory = 'x' WHERE draft = ?", (list(texts)[2],))
    connection.commit()
    connection.close()
    monkeypatch.setattr(opening, "CHECK_ALL_BYTES", 0)
    store = Store.open(folder, now=clock)
    assert store.notices == []
    save(store, draft, application(project="接着写"))
    assert len(store.notices) == 2
    assert store.summary(draft).exported_code == ""
    assert store.load(draft).application.values["project.name"] == "接着写"
    store.close()


def test_a_store_that_is_large_by_its_attachments_has_its_texts_checked_at_opening(folder: Path, clock: Clock) -> None:
    from app.store.opening import CHECK_ALL_BYTES

    texts = filled(folder, clock)
    store = Store.open(folder, now=clock)
    store.set_attachments(next(iter(texts)), [pdf(size=CHECK_ALL_BYTES)])
    with store._database.writing() as connection:
        connection.execute("UPDATE documents SET memory = 'x' WHERE draft = ?", (list(texts)[2],))
    store.close()
    assert (folder / "drafts.sqlite").stat().st_size > CHECK_ALL_BYTES
    store = Store.open(folder, now=clock)
    assert "已找回5份草稿" in store.notices[0]
    store.close()
