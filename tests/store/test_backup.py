"""Backups, restoring them, and that what is purged is gone."""

from __future__ import annotations

import random
import sqlite3
import uuid
from pathlib import Path

import pytest
from store_support import DAY, Clock, application, files_holding, pdf, refused, save

from app.store import NewerStore, Store, StoreError, facts_of
from app.store import backup as backups_on_disk

CANARY = "金丝雀甲乙丙丁"


def test_a_backup_is_made_once_a_day_and_fourteen_are_kept(folder: Path, clock: Clock) -> None:
    for day in range(17):
        store = Store.open(folder, now=clock)
        store.create(application(project=f"第{day}天"))
        store.close()
        clock.advance(3600)
        Store.open(folder, now=clock).close()
        clock.advance(DAY)
    store = Store.open(folder, now=clock)
    found = store.backups()
    assert [entry.drafts for entry in found] == list(range(17, 3, -1))
    assert found[0].date > found[1].date
    store.close()


def test_backups_of_one_second_are_listed_in_the_order_in_which_they_were_made(store: Store, clock: Clock) -> None:
    for number in range(12):
        store.create(application(project=f"第{number}份"))
        store.backup()
    clock.advance(1)
    store.create(application())
    store.backup()
    assert [entry.drafts for entry in store.backups()] == list(range(13, 0, -1))
    assert len({entry.date for entry in store.backups()}) == 2


def test_a_name_that_is_free_again_is_not_given_to_a_newer_backup(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups_on_disk, "KEEP", 2)
    for number in range(5):
        store.create(application(project=f"第{number}份"))
        store.backup()
    assert [entry.drafts for entry in store.backups()] == [5, 4]


def test_backups_of_a_clock_that_was_ahead_count_as_the_older_ones(folder: Path, clock: Clock) -> None:
    right = clock.now
    clock.advance(70 * 365 * DAY)
    store = Store.open(folder, now=clock)
    draft = store.create(application(project="那时"))
    for _ in range(backups_on_disk.KEEP):
        store.backup()
        clock.advance(DAY)
    clock.now = right
    save(store, draft, application(project="现在"))
    made = store.backup()
    assert store.backups()[0].path == made
    assert len(store.backups()) == backups_on_disk.KEEP
    store.set_setting("font", 14)
    assert store.backup_if_due() is None
    store.close()
    (folder / "drafts.sqlite").unlink()
    store = Store.open(folder, now=clock)
    assert store.load(draft).application.values["project.name"] == "现在"
    store.close()


def test_another_time_zone_makes_no_backup_older(store: Store, clock: Clock) -> None:
    draft = store.create(application(project="东"))
    store.backup()
    clock.advance(DAY)
    save(store, draft, application(project="后来"))
    newest = store.backup()
    clock.advance(-8 * 3600)
    store.set_setting("font", 14)
    assert store.backups()[0].path == newest
    assert store.backup_if_due() is None


def test_nothing_changed_means_no_new_backup(store: Store, clock: Clock) -> None:
    store.create(application())
    assert store.backup_if_due() is not None
    clock.advance(2 * DAY)
    assert store.backup_if_due() is None
    store.set_setting("font", 14)
    assert store.backup_if_due() is not None


def test_an_empty_store_needs_no_backup(store: Store) -> None:
    assert store.backup() is None
    assert store.backups() == []


def test_old_backups_also_go_when_they_take_too_much_room(store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups_on_disk, "KEEP_BYTES", 1)
    for _ in range(6):
        store.create(application())
        store.backup()
        clock.advance(DAY)
    assert len(store.backups()) == backups_on_disk.KEEP_AT_LEAST


def test_restoring_deletes_nothing(store: Store, clock: Clock) -> None:
    changed, gone, same = (store.create(application(project=name)) for name in ("会改", "会删", "不变"))
    store.set_attachments(gone, [pdf()])
    clock.advance(DAY)
    save(store, gone, application(project="会删2"))
    chosen_path = store.backup()
    chosen = store.backups()[0]
    assert chosen.path == chosen_path
    save(store, changed, application(project="改了"))
    with store._database.writing() as connection:  # removed without the backup's being told
        backups_on_disk.remove_drafts(connection, [gone])
    store.close()
    store = Store.open(store.folder.root, now=clock)
    said = store.restore_backup(chosen)
    assert any("已恢复1份" in line and "会删2" in line for line in said)
    assert any("副本" in line and "会改" in line for line in said)
    assert any("1份草稿与备份里的相同" in line for line in said)
    assert sorted(entry.facts.project for entry in store.summaries()) == ["不变", "会删2", "会改", "改了"]
    assert store.load(gone).application.attachments[0].open().read() == pdf().data
    assert store.version(gone, 2).values["project.name"] == "会删"
    assert store.load(same).application.values["project.name"] == "不变"
    assert store.load(changed).application.values["project.name"] == "改了"
    store.close()


def test_a_copy_from_a_backup_stands_in_the_list_whatever_was_in_the_bin_then(store: Store) -> None:
    draft = store.create(application(project="那时"))
    store.bin(draft)
    store.backup()
    store.restore(draft)
    save(store, draft, application(project="现在"))
    assert any("副本" in line for line in store.restore_backup(store.backups()[0]))
    assert sorted(entry.facts.project for entry in store.summaries()) == ["现在", "那时"]
    assert store.summaries(binned=True) == []


def test_a_backup_that_is_no_backup_is_refused(store: Store, clock: Clock) -> None:
    store.create(application())
    store.backup()
    chosen = store.backups()[0]
    data = chosen.path.read_bytes()
    chosen.path.write_bytes(data[:60] + (99).to_bytes(4, "big") + data[64:])
    refused(NewerStore, lambda: store.restore_backup(chosen))
    chosen.path.write_bytes(b"x" * 5000)
    assert "选择另一个" in refused(StoreError, lambda: store.restore_backup(chosen))
    assert store.backups() == []
    chosen.path.unlink()
    assert "选择另一个" in refused(StoreError, lambda: store.restore_backup(chosen))


def _full_of(store: Store, clock: Clock) -> tuple[str, str]:
    """A store in which a draft's text has been in every place; the ids of that draft and of another."""
    other = store.create(application(project="留下的"))
    draft = store.create(application(project=CANARY, unit__address=CANARY, content__main=CANARY * 900))
    canary = CANARY.encode() * 40
    store.set_attachments(draft, [pdf(canary, 3000, name=f"{CANARY}.pdf"), pdf(b"shared")])
    store.set_attachments(other, [pdf(b"shared")])
    for step in range(30):
        clock.advance(400)
        save(
            store,
            draft,
            application(
                project=f"{CANARY}{step}",
                content__main="".join(chr(0x4E00 + (number * step * 7919 + number) % 20000) for number in range(900)),
            ),
        )
        save(store, other, application(project=f"留下的{step}"))
    store.mark_exported(draft, "1234-5678")
    store.backup()
    clock.advance(DAY)
    return draft, other


def _pieces(store: Store, draft: str) -> list[bytes]:
    """Stretches of a draft's compressed documents, present and earlier: a canary's own letters do not show in those."""
    with store._database.reading() as connection:
        rows = connection.execute(
            "SELECT document FROM documents WHERE draft = ?1 UNION ALL SELECT document FROM versions WHERE draft = ?1", (draft,)
        )
        return [data[start : start + 20] for (data,) in rows for start in range(60, len(data) - 20, 60)]


def _files_with(folder: Path, pieces: list[bytes]) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and any(piece in path.read_bytes() for piece in pieces)]


def test_what_is_purged_is_gone_from_every_file(store: Store, folder: Path, clock: Clock) -> None:
    draft, other = _full_of(store, clock)
    store.backup()
    assert len(files_holding(folder, CANARY)) >= 3
    pieces = [piece for piece in _pieces(store, draft) if piece not in b"".join(_pieces(store, other))]
    assert len(pieces) > 100
    assert len(_files_with(folder, pieces)) >= 3
    store.bin(draft)
    store.empty_bin()
    assert files_holding(folder, CANARY) == []
    assert _files_with(folder, pieces) == []
    assert files_holding(folder, draft) == []
    assert (folder / "drafts.sqlite-wal").stat().st_size == 0
    assert [entry.drafts for entry in store.backups()] == [1, 1]
    store.set_setting("x", 1)
    store.close()
    assert files_holding(folder, CANARY) == []
    again = Store.open(folder, now=clock)
    assert again.notices == []
    assert again.load(other).application.attachments[0].open().read() == pdf(b"shared").data
    again.close()


def test_a_purge_cut_short_is_carried_on(folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.open(folder, now=clock)
    draft, other = _full_of(store, clock)

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backups_on_disk, "scrub", fails)
    assert "磁盘已满" in refused(StoreError, lambda: store.purge(draft))
    assert [entry.id for entry in store.summaries()] == [other]
    store.close()
    assert files_holding(folder, CANARY) != []
    monkeypatch.undo()
    Store.open(folder, now=clock).close()
    assert files_holding(folder, CANARY) == []


def test_a_purge_also_takes_the_damaged_file_that_holds_the_draft(folder: Path, clock: Clock) -> None:
    store = Store.open(folder, now=clock)
    draft = store.create(application(project=CANARY))
    store.close()
    data = bytearray((folder / "drafts.sqlite").read_bytes())
    data[0:4] = b"oops"
    (folder / "drafts.sqlite").write_bytes(data)
    store = Store.open(folder, now=clock)
    assert len(list(folder.glob("damaged-*"))) == 1
    store.purge(draft)
    assert files_holding(folder, CANARY) == []
    store.close()


def test_a_backup_never_gets_its_name_unfinished(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.create(application())

    def fails(connection: sqlite3.Connection) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(backups_on_disk, "check_all", fails)
    assert "磁盘读写出错" in refused(StoreError, store.backup)
    assert list((folder / "backups").iterdir()) == []


@pytest.mark.parametrize("seed", [21, 26, 41])
def test_no_trace_stays_between_rows_that_moved(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """``secure_delete`` alone leaves one now and then (some 1 purge in 400; the seeds are such cases with SQLite 3.40): rows that grow
    move to other pages, and their old places are not always cleared."""
    rng = random.Random(seed)
    monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=rng.getrandbits(128)))
    names = [f"废{number:03d}" for number in range(80)]
    ids: list[str] = []
    for name in names:
        made = application(project=name + "名" * rng.randrange(2, 90))
        ids.append(store.create(made, facts=facts_of(made, 1, 0)))
    for _ in range(600):
        number = rng.randrange(80)
        save(store, ids[number], application(project=names[number] + "名" * rng.randrange(2, 90)))
    for number in rng.sample(range(80), 40):
        store.purge(ids[number])
        assert files_holding(folder, names[number]) == files_holding(folder, ids[number]) == []
