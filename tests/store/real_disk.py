"""A disk that is really full, and folders that really may not be written: run by test_real_disk.py on a small tmpfs, and as a process whom
permissions bind. ``python real_disk.py full|forbidden FOLDER``; a broken promise ends it with a traceback."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parent)]

from fault_sweep import held  # noqa: E402
from store_support import application, pdf, refused, save, snapshot  # noqa: E402

from app.errors import AppError  # noqa: E402
from app.export import job  # noqa: E402
from app.opening.openers import open_application  # noqa: E402
from app.samples import sample  # noqa: E402
from app.store import Saver, Store, StoreError  # noqa: E402

TODAY = date(2022, 3, 25)
BIG = application(project="写不下", content__main="".join(chr(0x4E00 + n * 37 % 20000) for n in range(19000)))


def fill(place: Path) -> None:
    """Until not one byte more goes in."""
    handle = os.open(place, os.O_CREAT | os.O_WRONLY)
    try:
        for size in (1 << 20, 1 << 12, 1):
            while _goes_in(handle, b"x" * size):
                pass
    finally:
        os.close(handle)


def _goes_in(handle: int, data: bytes) -> bool:
    try:
        return os.write(handle, data) > 0
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return False


def full(place: Path) -> None:
    """Everything that writes is refused in one sentence and changes nothing; what is typed is saved once there is room again."""
    store = Store.open(place / "data")
    kept, typed = store.create(application(project="原来")), store.create(application(project="正在写"))
    store.set_attachments(kept, [pdf(size=20_000)])
    before = held(store)
    filler = place / "filler"
    fill(filler)
    works: dict[str, Any] = {
        "save": lambda: save(store, typed, BIG), "create": lambda: store.create(BIG), "backup": store.backup,
        "attach": lambda: store.set_attachments(kept, [pdf(size=300_000)]),
    }  # fmt: skip
    for name, work in works.items():
        assert "磁盘已满" in refused(StoreError, work), name
        assert held(store) == before, name
    refused_export(place / "out", "磁盘已满")
    saved, failed = Event(), Event()
    saver = Saver(store, on_saved=lambda *_: saved.set(), on_failed=lambda _, message: failed.set() if "磁盘已满" in message else None)
    saver.edited(typed, snapshot(BIG))
    assert failed.wait(60)
    assert not saved.is_set()
    assert saver.pending(typed) is not None
    filler.unlink()
    assert saved.wait(60), "not saved by itself once there was room"
    assert saver.close()
    after = held(store)
    assert after[kept] == before[kept]
    assert after[typed] != before[typed]
    store.close()
    reopened(place / "data", after)
    exported = job.export(sample("party"), place / "out", today=TODAY)
    assert exported.pdf.stat().st_size > 10_000


def refused_export(folder: Path, words: str) -> None:
    folder.mkdir(exist_ok=True)
    message = refused(AppError, lambda: job.export(sample("party"), folder, today=TODAY))
    assert words in message, message
    assert not list(folder.iterdir())


def reopened(folder: Path, expected: object) -> None:
    store = Store.open(folder)
    assert (store.notices, held(store)) == ([], expected)
    store.close()


def forbidden(place: Path) -> None:
    """A folder, a database, a target and a file to read, each without the right to it: one sentence, and nothing else has changed."""
    data = place / "data"
    store = Store.open(data)
    kept = store.create(application(project="原来"))
    before = held(store)
    store.close()
    bytes_before = (data / "drafts.sqlite").read_bytes()
    for path, mode, usual in ((data / "lock", 0o400, 0o600), (data / "drafts.sqlite", 0o400, 0o600), (data / "backups", 0o500, 0o700)):
        path.chmod(mode)
        message = ""
        try:
            Store.open(data).close()  # a store may put its own folders right; what it may not do is to lose anything
        except StoreError as error:
            message = error.message
        assert not message or "不能写入" in message, (path.name, message)
        path.chmod(usual)
        assert (data / "drafts.sqlite").read_bytes() == bytes_before, path.name
        reopened(data, before)
    (place / "nothing").mkdir(mode=0o500)
    assert "不能写入" in refused(StoreError, lambda: Store.open(place / "nothing" / "data"))
    (place / "out").mkdir()
    (place / "out").chmod(0o500)
    refused_export(place / "out", "不允许写入")
    (place / "out").chmod(0o700)
    exported = job.export(sample("party"), place / "out", today=TODAY)
    exported.pdf.chmod(0)
    message = refused(AppError, lambda: open_application(exported.pdf))
    assert "\n" not in message
    assert str(place) not in message
    assert kept in before
    shutil.rmtree(place / "nothing")


if __name__ == "__main__":
    {"full": full, "forbidden": forbidden}[sys.argv[1]](Path(sys.argv[2]))
