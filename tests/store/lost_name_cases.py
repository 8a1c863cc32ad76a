"""The works that power cuts interrupt in test_lost_renames.py, and who judges what is left: see lost_names.py.

Each case is a function ``(disk, patch) -> Recorder`` that lets the real code work below the folder ``disk``, and a judge.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fault_sweep import second
from lost_names import Judge, Recorder
from store_support import DAY, Clock, application, files_holding, pdf, save

from app.export import atomic, copying
from app.opening.openers import open_application
from app.store import Store, backup, schema
from app.store.database import connect_to_read
from app.store.files import Folder
from app.store.schema import check_all

HOME = "home/tineng"
CANARY = "金丝雀甲乙丙丁"
START = 1_650_000_000.0
Patch = Callable[[Any, str, Any], None]


@dataclass(frozen=True)
class Claim:
    """What is safe: each draft's project and attachments, the backups by name, files that are whole."""

    drafts: dict[str, tuple[str, tuple[bytes, ...]]]
    backups: frozenset[str] = frozenset()
    purged: bool = False


def claim(store: Store) -> Claim:
    drafts: dict[str, tuple[str, tuple[bytes, ...]]] = {}
    for entry in store.summaries():
        made = store.load(entry.id).application
        files = tuple(file.open().read() if file.present else b"absent" for file in made.attachments)
        drafts[entry.id] = (made.values.get("project.name", ""), files)
    return Claim(drafts, frozenset(path.name for path in backup.paths(store.folder)))


def prepared(folder: Path, clock: Clock) -> list[str]:
    """A store with three drafts, one with an attachment, and a backup; then one draft is changed."""
    store = Store.open(folder, now=clock)
    drafts = [store.create(application(project=f"项目{number}")) for number in range(3)]
    store.set_attachments(drafts[0], [pdf(b"a", 900)])
    store.backup()
    clock.advance(DAY)
    save(store, drafts[1], application(project="改过"))
    store.close()
    clock.advance(60)
    return drafts


# --- judging a store ---------------------------------------------------------------------------------------------------------


def judged(work: Path, older: Claim, newer: Claim, now: float) -> str:
    """Open what is left with the ordinary program."""
    root = work / HOME
    kept = {path.name for path in backup.paths(Folder(root))}
    if not (older.backups & newer.backups) <= kept <= (older.backups | newer.backups):
        return f"backups {sorted(kept)}"
    for path in backup.paths(Folder(root)):
        if wrong := broken(path):
            return f"backup {path.name}: {wrong}"
    store = Store.open(root, now=Clock(now))
    try:
        found = claim(store)
        if found.drafts not in (older.drafts, newer.drafts):
            return f"neither: {found.drafts}"
    finally:
        store.close()
    return f"purged but there: {files_holding(work, CANARY)}" if older.purged and files_holding(work, CANARY) else ""


def broken(path: Path) -> str:
    """Why a backup is not whole."""
    try:
        with closing(connect_to_read(path)) as connection:
            if connection.execute("PRAGMA user_version").fetchone()[0] == schema.current_version():
                check_all(connection)
            return "" if connection.execute("SELECT count(*) FROM drafts").fetchone()[0] else "empty"
    except (sqlite3.Error, schema.Damage) as error:
        return type(error).__name__


def store_judge(now: float) -> Judge:
    return lambda work, older, newer: judged(work, older, newer, now)


# --- the store's cases -------------------------------------------------------------------------------------------------------


def first_start(disk: Path, patch: Patch) -> tuple[Recorder, Judge]:
    """The first start on a machine: no folder is there yet."""
    clock = Clock(START)
    record = Recorder(disk)
    with record.watching(patch):
        record.say(Claim({}))
        store = Store.open(disk / HOME, now=clock)
        record.say(claim(store))
        store.create(application(project="第一份"))
        record.say(claim(store))
        store.backup()
        record.say(claim(store))
        store.close()
    return record, store_judge(START)


def backing_up(disk: Path, patch: Patch) -> tuple[Recorder, Judge]:
    """A backup is made and the oldest goes."""
    clock = Clock(START)
    prepared(disk / HOME, clock)
    patch(backup, "KEEP", 3)
    store = Store.open(disk / HOME, now=clock)
    record = Recorder(disk)
    with record.watching(patch):
        record.say(claim(store))
        for _ in range(3):
            clock.advance(60)
            store.backup()
            record.say(claim(store))
        store.close()
    return record, store_judge(clock.now)


def restoring(disk: Path, patch: Patch) -> tuple[Recorder, Judge]:
    """A backup is restored: a draft comes back as a copy beside the changed one."""
    clock = Clock(START)
    prepared(disk / HOME, clock)
    store = Store.open(disk / HOME, now=clock)
    record = Recorder(disk)
    with record.watching(patch):
        record.say(claim(store))
        store.restore_backup(store.backups()[-1])
        record.say(claim(store))
        store.close()
    return record, store_judge(clock.now)


def opened_again(disk: Path, patch: Patch, meanwhile: Callable[[], object]) -> tuple[Recorder, Judge]:
    """A store that was closed is opened; ``meanwhile`` does something to it first."""
    clock = Clock(START)
    prepared(disk / HOME, clock)
    store = Store.open(disk / HOME, now=clock)
    before = claim(store)
    store.close()
    meanwhile()
    record = Recorder(disk)
    with record.watching(patch):
        record.say(before)
        store = Store.open(disk / HOME, now=clock)
        record.say(claim(store))
        store.close()
    return record, store_judge(clock.now)


def recovering(disk: Path, patch: Patch) -> tuple[Recorder, Judge]:
    """A damaged store is set aside and made anew."""
    path = disk / HOME / "drafts.sqlite"
    return opened_again(disk, patch, lambda: path.write_bytes(b"x" * 100 + path.read_bytes()[100:]))


def migrating(disk: Path, patch: Patch) -> tuple[Recorder, Judge]:
    """A store of an older version is opened: a backup first, then the migration."""
    return opened_again(disk, patch, lambda: patch(schema, "MIGRATIONS", (*schema.MIGRATIONS, second)))


def purging(disk: Path, patch: Patch) -> tuple[Recorder, Judge]:
    """A draft is removed for good: from the store, from the backups, and with a damaged file and an unreadable backup that hold it."""
    clock = Clock(START)
    prepared(disk / HOME, clock)
    store = Store.open(disk / HOME, now=clock)
    draft = store.create(application(project=CANARY, content__main=CANARY * 50))
    store.backup()
    data = (disk / HOME / "drafts.sqlite").read_bytes()
    (disk / HOME / "damaged-20220101-000000.sqlite").write_bytes(b"x" * 100 + data[100:] + draft.encode() + CANARY.encode())
    (disk / HOME / "backups" / "drafts-20220101-000000.sqlite").write_bytes(b"x" * 100 + draft.encode() + CANARY.encode())
    record = Recorder(disk)
    with record.watching(patch):
        record.say(claim(store))
        store.purge(draft)
        record.say(replace(claim(store), purged=True))
        store.close()

    def judge(work: Path, older: Claim, newer: Claim) -> str:
        if not older.purged:  # a backup that is not readable was so before
            (work / HOME / "backups" / "drafts-20220101-000000.sqlite").unlink(missing_ok=True)
        names = older.backups & newer.backups
        return judged(work, replace(older, backups=names), replace(newer, backups=names), clock.now)

    return record, judge


# --- files of the person -----------------------------------------------------------------------------------------------------

OLD = {"申报书.pdf": b"old" * 999, "申报书.docx": b"older" * 99, "包.zip": b"o" * 5000}
NEW = {name: b"new" + bytes(reversed(data)) * 2 for name, data in OLD.items()}


def exporting(disk: Path, patch: Patch) -> tuple[Recorder, Judge]:
    """An export into a folder that is not there yet."""
    return _published(disk, patch, {})


def overwriting(disk: Path, patch: Patch) -> tuple[Recorder, Judge]:
    """An export over an older one."""
    (disk / "导出" / "2022").mkdir(parents=True)
    for name, data in OLD.items():
        (disk / "导出" / "2022" / name).write_bytes(data)
    return _published(disk, patch, OLD)


def _published(disk: Path, patch: Patch, before: dict[str, bytes]) -> tuple[Recorder, Judge]:
    record = Recorder(disk)
    with record.watching(patch):
        record.say(before)
        atomic.publish(disk / "导出" / "2022", NEW, force=bool(before))
        record.say(NEW)

    def judge(work: Path, older: dict[str, bytes], newer: dict[str, bytes]) -> str:
        folder = work / "导出" / "2022"
        for name in NEW:
            found = (folder / name).read_bytes() if (folder / name).exists() else None
            if found not in (older.get(name), newer.get(name)):
                return f"neither: {name}"
        return ""

    return record, judge


def copying_elsewhere(disk: Path, patch: Patch) -> tuple[Recorder, Judge]:
    """另存到别处 over an older copy: the draft file never names an attachment that is not there."""
    former, latter = application(project="旧"), application(project="新")
    former.attachments = [pdf(b"a", 900, name="甲.pdf")]
    latter.attachments = [pdf(b"a", 900, name="甲.pdf"), pdf(b"b", 700, name="乙.pdf")]
    (disk / "U盘").mkdir()
    record = Recorder(disk)
    with record.watching(patch):
        record.say([None])
        for made in (former, latter):
            copying.save_copy(made, disk / "U盘" / "数据.json")
            record.say([made.values["project.name"], *(file.data for file in made.attachments)])

    def judge(work: Path, older: list[Any], newer: list[Any]) -> str:
        path = work / "U盘" / "数据.json"
        found: list[Any] = [None]
        if path.exists():
            made = open_application(path).application
            found = [made.values["project.name"]]
            for file in made.attachments:
                there = file.path is not None and file.path.exists()
                found.append(file.loaded().data if there else b"absent")
        return "" if found in (older, newer) else f"neither: {found}"

    return record, judge


CASES = (first_start, backing_up, restoring, recovering, migrating, purging, exporting, overwriting, copying_elsewhere)
