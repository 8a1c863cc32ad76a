"""Writes that fail: whatever the point of failure, the old or the new state is there, one message, and it works again later."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from store_support import Clock, application, pdf, refused, save

from app.store import Store, StoreError, backup
from app.store.database import Database
from app.store.errors import Damage

SWEEP = Path(__file__).with_name("fault_sweep.py")


def test_a_read_only_database_is_told_and_recovers(store: Store) -> None:
    draft = store.create(application(project="原来"))
    with store._database.reading() as connection:
        connection.execute("PRAGMA query_only = ON")
    for call in (lambda: save(store, draft, application(project="新")), lambda: store.bin(draft), lambda: store.set_setting("a", 1)):
        # a failure closes the connection for good measure: the next attempt opens a fresh one
        with store._database.reading() as connection:
            connection.execute("PRAGMA query_only = ON")
        assert "不能写入" in refused(StoreError, call)
    assert store.summary(draft).facts.project == "原来"
    assert store.summary(draft).binned is None
    save(store, draft, application(project="新"))
    assert store.load(draft).application.values["project.name"] == "新"


def test_a_full_disk_is_told_and_nothing_half_done(store: Store) -> None:
    draft = store.create(application(project="原来"))
    with store._database.reading() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 20}")
    assert "磁盘已满" in refused(StoreError, lambda: store.set_attachments(draft, [pdf(), pdf(b"y", 5_000_000)]))
    assert store.load(draft).application.attachments == []
    store.set_attachments(draft, [pdf(), pdf(b"y", 5_000_000)])
    assert len(store.load(draft).application.attachments) == 2


def test_a_disk_that_is_unplugged_and_comes_back(folder: Path, clock: Clock) -> None:
    store = Store.open(folder, now=clock)
    draft = store.create(application(project="原来"))
    store._database._broken = True  # as after an input/output error: the file must be opened anew
    away = folder.with_name("away")
    store._database.close()
    folder.rename(away)
    assert "磁盘读写出错" in refused(StoreError, lambda: save(store, draft, application(project="新")))
    assert not folder.exists()
    away.rename(folder)
    save(store, draft, application(project="新"))
    assert store.load(draft).application.values["project.name"] == "新"
    store.close()


@pytest.mark.parametrize(
    ("code", "word"), [(errno.EACCES, "不能写入"), (errno.EROFS, "不能写入"), (errno.ENOSPC, "磁盘已满"), (errno.EIO, "磁盘读写出错")]
)
def test_a_folder_that_cannot_be_made_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch, code: int, word: str) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "mkdir", fails)
    assert word in refused(StoreError, lambda: Store.open(folder))


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_a_folder_without_the_right_to_write_is_told(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)  # not the store's own, whose rights it puts right
    assert "不能写入" in refused(StoreError, lambda: Store.open(tmp_path / "closed" / "data", now=clock))


def test_a_bug_of_ours_is_no_store_error(tmp_path: Path, store: Store) -> None:
    import sqlite3

    with pytest.raises(sqlite3.OperationalError), store._database.writing() as connection:
        connection.execute("SELECT nothing FROM nowhere")
    store.create(application())
    with pytest.raises(StoreError):
        _read(Database(tmp_path / "none"))


def _read(database: Database) -> None:
    with database.reading():
        raise AssertionError


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files with setrlimit")
@pytest.mark.slow
@pytest.mark.parametrize("work", ["save", "create", "attach", "backup", "purge", "restore", "migrate", "recover"])
def test_writes_cut_off_at_every_point(tmp_path: Path, work: str) -> None:
    """A process whose files may grow to n pages and no further, for each n: the write at that point fails."""
    shutil.rmtree(tmp_path / "sweep", ignore_errors=True)
    found = subprocess.run([sys.executable, SWEEP, work, tmp_path / "sweep"], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout[-2000:] + found.stderr[-3000:]
    failed, worked = map(int, found.stdout.split())
    assert failed >= 3
    assert worked >= 1


def test_a_folder_of_backups_that_cannot_be_listed_is_told(folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stick pulled out without a word: the folder is still there, and every look at it fails."""
    store = Store.open(folder, now=clock)
    draft = store.create(application())

    def fails(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "glob", fails)
        for call in (store.backups, store.backup_if_due):
            assert "磁盘读写出错" in refused(StoreError, call)
        store.close()
    with monkeypatch.context() as patch:
        patch.setattr(backup, "paths", fails)
        store = Store.open(folder, now=clock)
        assert store.load(draft).id == draft
        store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="patches what other systems have")
@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOTSUP, errno.EIO])
def test_a_lock_that_the_disk_cannot_give_is_no_second_window(folder: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    import fcntl

    def fails(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", fails)
    assert "磁盘" in refused(StoreError, lambda: Store.open(folder))
    monkeypatch.undo()
    Store.open(folder).close()


@pytest.mark.skipif(sys.platform == "win32", reason="sets no permissions")
@pytest.mark.parametrize("code", [errno.EPERM, errno.ENOTSUP, errno.ENOSYS])
def test_a_disk_without_permissions_is_used_as_it_is(folder: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "chmod", fails)
    store = Store.open(folder)
    store.create(application())
    store.close()


@pytest.mark.parametrize("error", [None, StoreError("磁盘已满"), Damage("SQLITE_CORRUPT")])
def test_large_files_do_not_stay_in_the_log(store: Store, monkeypatch: pytest.MonkeyPatch, error: Exception | None) -> None:
    """After a kill the whole log is read and its checksums are made anew, at some 12 MB a second."""

    def fails(_: Database) -> None:
        raise error or AssertionError

    if error is not None:
        monkeypatch.setattr(Database, "truncate_log", fails)
    made = application()
    made.attachments = [pdf(size=9_000_000)]
    draft = store.create(made)
    assert (store.folder.wal.stat().st_size < 5_000_000) is (error is None)
    assert store.load(draft).application.attachments[0].open().read() == made.attachments[0].data
    assert len(store.summaries()) == 1


def test_an_unfinished_file_that_another_program_holds_keeps_nobody_out(
    folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A virus scanner on Windows, over what a crash left: it goes the next time."""
    Store.open(folder, now=clock).close()
    left = folder / "backups" / "drafts-20220101-000000.sqlite.part"
    left.write_bytes(b"half")
    unlink = Path.unlink

    def held(path: Path, missing_ok: bool = False) -> None:
        if path == left:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", held)
        store = Store.open(folder, now=clock)
        store.create(application())
        store.close()
    assert left.exists()
    Store.open(folder, now=clock).close()
    assert not left.exists()
