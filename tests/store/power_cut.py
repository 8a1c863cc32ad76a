"""Power cuts without pulling a plug: what SQLite writes is recorded, and a disk that lost part of it is put together from the record.

A recording VFS notes every write, truncation and sync while the real store works. A cut at any place of that record leaves each file
as of its last sync, plus any part of what was written since: a disk may have kept, dropped or torn (by sectors of 512 bytes) each of
those writes, in any order. The plain store, on the plain SQLite, must then open what is left.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw
from store_support import Clock, application, pdf, save

from app.store import Store, database
from app.store.schema import check_all

SECTOR = 512
NAME = "recorder"
WATCHED = ("drafts.sqlite", "drafts.sqlite-wal")
State = dict[str, tuple[str, str, tuple[bytes, ...], bool]]
"""Per draft: its text, its project's name, its attachments' bytes, whether it is in the bin."""


@dataclass(frozen=True)
class Op:
    """One thing that happened: ``kind`` is write, truncate, sync, delete, or saved (the store said so; ``state`` is what it holds)."""

    kind: str
    name: str = ""
    offset: int = 0
    data: bytes = b""
    state: State | None = None


class Recorder(apsw.VFS):
    """The system's own VFS, with a record of what is written to the store's two files."""

    def __init__(self) -> None:
        self.log: list[Op] = []
        super().__init__(NAME, "")

    def xOpen(self, name: Any, flags: list[int]) -> RecordedFile:  # noqa: N802
        return RecordedFile(self.log, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        super().xDelete(filename, syncdir)
        if Path(filename).name in WATCHED:
            self.log.append(Op("delete", Path(filename).name))


class RecordedFile(apsw.VFSFile):
    """One open file."""

    def __init__(self, log: list[Op], filename: Any, flags: list[int]) -> None:
        path = filename.filename() if isinstance(filename, apsw.URIFilename) else filename
        self._name = Path(path or "").name
        self._log = log if self._name in WATCHED else []
        super().__init__("", filename, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        super().xWrite(data, offset)
        self._log.append(Op("write", self._name, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        super().xTruncate(newsize)
        self._log.append(Op("truncate", self._name, newsize))

    def xSync(self, flags: int) -> None:  # noqa: N802
        super().xSync(flags)
        self._log.append(Op("sync", self._name))


def connector(recorder: Recorder, pragmas: tuple[str, ...]) -> Callable[[Path], Any]:
    """What stands in for :func:`app.store.database.connect` while a record is made."""

    def connect(path: Path) -> apsw.Connection:
        connection = apsw.Connection(str(path), vfs=NAME, flags=apsw.SQLITE_OPEN_READWRITE)
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").fetchall()
        return connection

    return connect


@dataclass(frozen=True)
class Record:
    """The files before anything was written, and all that happened to them."""

    before: dict[str, bytes]
    log: list[Op]


def state_of(store: Store) -> State:
    found: State = {}
    for binned in (False, True):
        for entry in store.summaries(binned):
            made = store.load(entry.id).application
            values = made.values
            files = tuple(file.open().read() if file.present else b"absent" for file in made.attachments)
            found[entry.id] = (values.get("content.main", ""), values.get("project.name", ""), files, binned)
    return found


def record(folder: Path, patch: Callable[[Any, str, Any], None], seed: int, pragmas: tuple[str, ...] = database.PRAGMAS) -> Record:
    """Let a store do some 90 changes; ``patch`` is ``monkeypatch.setattr`` or ``setattr``."""
    clock = Clock()
    store = Store.open(folder, now=clock)
    drafts = [store.create(application(project=f"项目{number}")) for number in range(4)]
    store.close()
    before = {name: (folder / name).read_bytes() for name in WATCHED if (folder / name).exists()}
    recorder, plain = Recorder(), database.connect
    patch(database, "connect", connector(recorder, pragmas))
    try:
        store = Store.open(folder, now=clock)
        recorder.log.append(Op("saved", state=state_of(store)))
        chance = random.Random(seed)
        for number in range(90):
            clock.advance(chance.choice((1, 400)))
            change(store, chance, drafts, number)
            recorder.log.append(Op("saved", state=state_of(store)))
        store.close()
    finally:
        patch(database, "connect", plain)
    return Record(before, recorder.log)


def change(store: Store, chance: random.Random, drafts: list[str], number: int) -> None:
    """One change, in one transaction; large enough that the log is emptied into the database several times."""
    draft = chance.choice(drafts)
    kind = chance.random()
    if kind < 0.7:
        text = "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(chance.choice((5, 300, 9000))))
        save(store, draft, application(project=f"第{number}次", content__main=text))
    elif kind < 0.85:
        sizes = [chance.choice((100, 90_000, 1_200_000)) for _ in range(chance.randrange(3))]
        files = [pdf(chance.randbytes(8), size, name=f"{part}.pdf") for part, size in enumerate(sizes)]
        store.set_attachments(draft, files)
    elif kind < 0.9:
        drafts.append(store.create(application(project=f"新{number}", content__main="新" * number)))
    else:
        binned = draft in {entry.id for entry in store.summaries(True)}
        (store.restore if binned else store.bin)(draft)


# --- the cut -----------------------------------------------------------------------------------------------------------------


def after_cut(recorded: Record, place: int, chance: random.Random) -> dict[str, bytes]:
    """The files as a disk may hold them when the power goes right before the op at ``place``."""
    held = {name: bytearray(data) for name, data in recorded.before.items()}
    pending: dict[str, list[Op]] = {name: [] for name in WATCHED}
    for op in recorded.log[:place]:
        if op.kind == "sync":
            for done in pending[op.name]:
                apply(held, done)
            pending[op.name].clear()
        elif op.kind != "saved":
            pending[op.name].append(op)
    for ops in pending.values():
        # most disks write nearly everything, or nearly nothing, of what is left
        share = chance.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        for op in ops:
            if chance.random() < share:
                apply(held, op, chance if chance.random() < 0.3 else None)
    return {name: bytes(data) for name, data in held.items()}


def apply(held: dict[str, bytearray], op: Op, tear: random.Random | None = None) -> None:
    """Carry out a write, truncation or removal; with ``tear`` only some sectors of a write reach the disk."""
    if op.kind == "delete":
        held.pop(op.name, None)
        return
    data = held.setdefault(op.name, bytearray())
    if op.kind == "truncate":
        del data[op.offset :]
        return
    width = SECTOR if tear is not None else max(1, len(op.data))
    for start in range(0, len(op.data), width):
        if tear is not None and tear.random() < 0.5:
            continue
        piece, at = op.data[start : start + width], op.offset + start
        data.extend(bytes(max(0, at - len(data))))
        data[at : at + len(piece)] = piece


def survivors(recorded: Record, place: int) -> tuple[State, State]:
    """What the store had said to be saved before a place of the record, and the state that it was working on."""
    states = [(number, op.state) for number, op in enumerate(recorded.log) if op.state is not None]
    last = max(index for index, (number, _) in enumerate(states) if number < place)
    found = [state for _, state in states[last : last + 2]]
    assert found[0] is not None
    return found[0], found[-1] or {}


def first_place(recorded: Record) -> int:
    """The first place at which something has been said to be saved."""
    return 1 + next(number for number, op in enumerate(recorded.log) if op.kind == "saved")


def cut(recorded: Record, place: int, chance: random.Random, work: Path) -> str:
    """Cut the power and open what is left: ``""``, or what is wrong."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for name, data in after_cut(recorded, place, chance).items():
        (work / name).write_bytes(data)
    saved, coming = survivors(recorded, place)
    store = Store.open(work, now=Clock(1_650_900_000.0))
    try:
        if list(work.glob("damaged-*")):
            return f"corrupt: {store.notices}"
        with store._database.reading() as connection:
            check_all(connection)
        found = state_of(store)
        return "" if all(found.get(key) in (saved[key], coming.get(key)) for key in saved) and found.keys() <= coming.keys() else "lost"
    finally:
        store._database.close(for_good=True)
        store._lock.release()


def hunt(recorded: Record, cuts: int, seed: int, work: Path) -> dict[str, int]:
    """Many cuts at places of one record: how often each outcome came (``""`` is the good one)."""
    chance = random.Random(seed)
    first = first_place(recorded)
    outcomes: dict[str, int] = {}
    for _ in range(cuts):
        place = chance.randrange(first, len(recorded.log) + 1)
        outcome = cut(recorded, place, chance, work)
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    return outcomes
