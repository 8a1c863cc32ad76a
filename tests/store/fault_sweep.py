"""Run one kind of work again and again, each time with files that may grow a little further; see test_faults.py.

``setrlimit`` makes the operating system itself refuse the write, so SQLite and our own code meet a true failure in the middle of
whatever they were writing. Prints how many attempts failed and how many worked; any broken promise ends it with a traceback.
"""

from __future__ import annotations

import resource
import shutil
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parent)]

from store_support import Clock, application, pdf, save  # noqa: E402

from app.application import dump  # noqa: E402
from app.store import Store, StoreError, restoring, schema  # noqa: E402
from app.store.files import Folder  # noqa: E402

STEP, LAST = 2048, 400_000
Held = dict[str, tuple[bytes, list[str]]]


def made(folder: Path, clock: Clock) -> tuple[str, str]:
    store = Store.open(folder, now=clock)
    kept = store.create(application(project="别动", content__main="字" * 3000))
    draft = store.create(application(project="原来", content__main="写" * 3000))
    store.set_attachments(kept, [pdf(size=20_000)])
    store.bin(store.create(application(project="废的")))
    clock.advance(90000)
    store.backup()
    save(store, kept, application(project="别动2", content__main="字" * 3000))
    store.close()
    return kept, draft


def held(store: Store) -> Held:
    return {
        entry.id: (dump(found.application), [item.sha256() for item in found.application.attachments])
        for entry in store.summaries()
        for found in [store.load(entry.id)]
    }


def do(work: str, store: Store, draft: str) -> None:
    match work:
        case "save":
            save(store, draft, application(project="新的", content__main="".join(chr(0x4E00 + n * 37 % 20000) for n in range(9000))))
        case "create":
            store.create(application(project="又一份"))
        case "attach":
            store.set_attachments(draft, [pdf(size=100_000), pdf(b"y")])
        case "backup":
            store.backup()
        case "purge":
            store.empty_bin()
        case "restore":
            for chosen in store.backups()[:1]:
                store.restore_backup(chosen)


def second(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE notes (draft TEXT PRIMARY KEY, text TEXT NOT NULL)")
    connection.execute("INSERT INTO notes SELECT draft, hex(document) FROM documents")


def damage(folder: Path) -> None:
    path = folder / "drafts.sqlite"
    path.write_bytes(b"x" * 100 + path.read_bytes()[100:])


@contextmanager
def limit(size: int) -> Iterator[None]:
    """Files may grow to ``size`` bytes and no further."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def attempt(
    work: str, folder: Path, clock: Clock, names: tuple[str, str], fault: AbstractContextManager[None], after: Held | None = None
) -> bool:
    """One try on a failing disk; True when it worked. Whatever happened, the other draft is whole, here and in each backup, before and
    after reopening, and a work that failed changed nothing. ``after`` is what the work leads to, allowed as well where the disk took it
    all and failed then."""
    kept, draft = names
    backups = sorted(Folder(folder).backups.glob("*.sqlite"))
    assert backups
    if work in ("migrate", "recover"):
        return attempt_opening(folder, clock, fault, kept)
    store = Store.open(folder, now=clock)
    before = held(store)
    worked, message = True, ""
    try:
        with fault:
            do(work, store, draft)
    except StoreError as error:
        worked, message = False, error.message
    assert len(message) < 120, message
    assert held(store)[kept] == before[kept]
    if not worked and work != "purge":
        assert contents(store) in (sorted(before.values()), sorted((after or before).values())), "a failure changed something"
    for path in backups:
        assert kept in restoring.read(path, store.folder).documents, f"{path.name} no longer holds it"
    do(work, store, draft)
    done = held(store)
    assert done[kept] == before[kept]
    store.close()
    store = Store.open(folder, now=clock)
    assert store.notices == [], store.notices
    assert held(store) == done
    assert not list(folder.rglob("*.part"))
    store.close()
    return worked


def contents(store: Store) -> list[tuple[bytes, list[str]]]:
    """What all drafts hold; a new draft's name is another each time."""
    return sorted(held(store).values())


def attempt_opening(folder: Path, clock: Clock, fault: AbstractContextManager[None], kept: str) -> bool:
    worked = True
    try:
        with fault:
            Store.open(folder, now=clock).close()
    except StoreError:
        worked = False
    store = Store.open(folder, now=clock)
    found = held(store)
    assert len(found) == 2
    assert not list(folder.rglob("*.part"))
    assert b"\xe5\x88\xab\xe5\x8a\xa8" in found[kept][0]
    store.close()
    return worked


def main(work: str, folder: Path) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    clock = Clock()
    original = folder / "original"
    names = made(original, clock)
    if work == "migrate":
        schema.MIGRATIONS = (*schema.MIGRATIONS, second)
    if work == "recover":
        damage(original)
    largest = max(path.stat().st_size for path in original.rglob("*") if path.is_file())
    failed = worked = 0
    for size in range(0, min(LAST, largest + 300_000), STEP):
        shutil.rmtree(folder / "work", ignore_errors=True)
        shutil.copytree(original, folder / "work")
        if attempt(work, folder / "work", clock, names, limit(size)):
            worked += 1
            if worked >= 3:
                break
        else:
            failed += 1
    print(failed, worked)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
