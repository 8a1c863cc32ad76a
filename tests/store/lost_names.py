"""Power cuts that lose names: what is created, renamed and deleted is on the disk for certain only once its folder was fsynced.

While the real code works, every change of a folder and every fsync is recorded (the functions of ``os`` are wrapped; what SQLite does
by itself shows when the folder is looked at before and after each of them). A cut at any place of the record leaves of each folder what
was fsynced plus a beginning of what was done in it since, in order, as a file system with a journal does; a file that was not fsynced
holds its former bytes, its new ones or half of them. The ordinary program must then open what is left.

SQLite fsyncs a folder when it has created a log or a journal in it, and not when it deletes one (seen with strace). The bytes of the
live database and its log are taken as written: lost writes are the matter of power_cut.py.
"""

from __future__ import annotations

import itertools
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LIVE = ("drafts.sqlite", "drafts.sqlite-wal")
BY_SQLITE = ("-wal", "-journal")
ALL_COMBINATIONS = 24
"""Up to so many combinations of what the folders kept are all tried; of more, as many are drawn."""
Tree = dict[str, bytes | None]
"""Files by their path below the disk's root; None for a folder."""


@dataclass(frozen=True)
class Event:
    """``kind``: folder, add, write, sync (bytes of a file), move, link, gone, settle (a folder's names), said (the work claims
    ``value`` to be safe)."""

    kind: str
    path: str = ""
    other: str = ""
    data: bytes = b""
    value: Any = None

    @property
    def paths(self) -> set[str]:
        """The names that it changes."""
        return {self.path, self.other} - {""}

    @property
    def folders(self) -> set[str]:
        """The folders in which it changes a name."""
        changed = {self.other} if self.kind == "link" else self.paths
        return {os.path.dirname(path) for path in changed}  # noqa: PTH120 - a key, not a place


# --- the record --------------------------------------------------------------------------------------------------------------


class Recorder:
    """Notes what happens below ``root`` while it is :meth:`watching`."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.before = tree_of(self.root)
        self.events: list[Event] = []
        self._view = dict(self.before)

    def say(self, value: Any) -> None:
        """From here on ``value`` must survive."""
        self._look()
        self.events.append(Event("said", value=value))

    @contextmanager
    def watching(self, patch: Callable[[Any, str, Any], None]) -> Iterator[None]:
        """``patch`` is ``monkeypatch.setattr`` or ``setattr``."""
        plain = {name: getattr(os, name) for name in ("fsync", "replace", "rename", "link", "unlink", "remove", "mkdir", "rmdir")}
        for name, function in plain.items():
            patch(os, name, self._wrapped(name, function))
        try:
            yield
            self._look()
        finally:
            for name, function in plain.items():
                patch(os, name, function)

    def _wrapped(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            self._look()
            found = function(*given, **named)
            self._note(name, given)
            return found

        return call

    def _note(self, name: str, given: tuple[Any, ...]) -> None:
        if name == "fsync":
            place = Path(f"/proc/self/fd/{given[0]}").readlink()
            if place.is_relative_to(self.root):
                self.events.append(Event("settle" if place.is_dir() else "sync", self._key(place)))
        elif name in ("replace", "rename", "link"):
            source, target = map(self._key, given[:2])
            self.events.append(Event("link" if name == "link" else "move", source, target))
            self._view[target] = self._view[source] if name == "link" else self._view.pop(source)
        self._look()

    def _key(self, place: Any) -> str:
        found = os.path.relpath(place, self.root)
        return "" if found == "." else found

    def _look(self) -> None:
        """What has appeared, changed or gone since the last look."""
        found = tree_of(self.root)
        for path, data in found.items():
            if path not in self._view:
                self.events.append(Event("folder", path) if data is None else Event("add", path, data=data))
                if path.endswith(BY_SQLITE):
                    self.events.append(Event("settle", os.path.dirname(path)))  # noqa: PTH120
            elif data is not None and data != self._view[path]:
                self.events.append(Event("write", path, data=data))
            else:
                continue
            if path.rsplit("/", 1)[-1] in LIVE:
                self.events.append(Event("sync", path))
        # SQLite empties a log into the database before it deletes it.
        self.events += [Event("gone", path) for path in sorted(self._view.keys() - found.keys(), reverse=True)]
        self._view = found


def tree_of(root: Path) -> Tree:
    """Everything below a folder, parents first."""
    return {str(path.relative_to(root)): None if path.is_dir() else path.read_bytes() for path in sorted(root.rglob("*"))}


# --- the cut -----------------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Node:
    """A file, whatever its names; or a folder."""

    now: bytes = b""
    safe: bytes = b""
    is_folder: bool = False


@dataclass
class Disk:
    """What is there for certain, what a running program sees, and the changes in between in their order."""

    safe: dict[str, Node]
    now: dict[str, Node]
    pending: list[tuple[Event, Node]] = field(default_factory=list[tuple[Event, Node]])

    def do(self, event: Event) -> None:
        match event.kind:
            case "write":
                self.now[event.path].now = event.data
            case "sync" if event.path in self.now:
                self.now[event.path].safe = self.now[event.path].now
            case "settle":
                chosen = [number for number, (op, _) in enumerate(self.pending) if event.path in op.folders]
                done = self.with_earlier(chosen)
                self.carry_out(self.safe, done)
                self.pending = [entry for number, entry in enumerate(self.pending) if number not in done]
            case "folder" | "add" | "move" | "link" | "gone":
                fresh = Node(event.data, is_folder=event.kind == "folder")
                self.pending.append((event, fresh if event.kind in ("folder", "add") else self.now[event.path]))
                self.carry_out(self.now, {len(self.pending) - 1})

    def with_earlier(self, chosen: list[int]) -> set[int]:
        """The chosen changes and the earlier ones that they stand on."""
        found, paths = set(chosen), set[str]()
        for number in range(len(self.pending) - 1, -1, -1):
            event = self.pending[number][0]
            if number in found or paths & event.paths:
                found.add(number)
                paths |= event.paths
        return found

    def carry_out(self, names: dict[str, Node], numbers: set[int]) -> None:
        for number in sorted(numbers):
            event, node = self.pending[number]
            if event.kind in ("gone", "move"):
                names.pop(event.path, None)
            if event.kind != "gone":
                names[event.other or event.path] = node


def disk_at(before: Tree, events: list[Event]) -> Disk:
    """The disk after some events."""
    start = {path: Node(data or b"", data or b"", data is None) for path, data in before.items()}
    disk = Disk(dict(start), dict(start))
    for event in events:
        disk.do(event)
    return disk


def trees(disk: Disk, chance: random.Random) -> Iterator[Tree]:
    """What may be found after a cut."""
    folders = sorted({name for event, _ in disk.pending for name in event.folders})
    inside = [[number for number, (event, _) in enumerate(disk.pending) if name in event.folders] for name in folders]
    whole = [range(len(numbers) + 1) for numbers in inside]
    combinations = list(itertools.islice(itertools.product(*whole), ALL_COMBINATIONS + 1))
    if len(combinations) > ALL_COMBINATIONS:
        combinations = [tuple(chance.choice(sizes) for sizes in whole) for _ in range(ALL_COMBINATIONS)]
        combinations += [tuple(0 for _ in whole), tuple(len(numbers) for numbers in inside)]
    for lengths in combinations:
        names = dict(disk.safe)
        chosen = [number for numbers, length in zip(inside, lengths, strict=True) for number in numbers[:length]]
        disk.carry_out(names, disk.with_earlier(chosen))
        for kind in ("safe", "now", "half", "any"):
            yield _rooted({path: None if node.is_folder else _bytes(node, kind, chance) for path, node in names.items()})


def _bytes(node: Node, kind: str, chance: random.Random) -> bytes:
    choices = {"safe": node.safe, "now": node.now, "half": node.now[: len(node.now) // 2]}
    return node.now if node.safe == node.now else choices[kind if kind in choices else chance.choice(sorted(choices))]


def _rooted(tree: Tree) -> Tree:
    """Without what lies in a folder that is not there."""
    return {path: data for path, data in tree.items() if all(str(parent) in tree for parent in Path(path).parents if str(parent) != ".")}


# --- the hunt ----------------------------------------------------------------------------------------------------------------

Judge = Callable[[Path, Any, Any], str]
"""Opens what is left in a folder and says what is wrong, ``""`` for nothing; given what was claimed last and what is claimed next."""


def cuts(record: Recorder, seed: int = 0) -> Iterator[tuple[int, Tree, Any, Any]]:
    """Every different state after a cut at any place: ``(place, what is left, claimed last, claimed next)``."""
    chance = random.Random(seed)
    seen: set[Any] = set()
    said = [(number, event.value) for number, event in enumerate(record.events) if event.kind == "said"]
    for place in range(said[0][0] + 1, len(record.events) + 1):
        last = max(index for index, (number, _) in enumerate(said) if number < place)
        older, newer = said[last][1], said[min(last + 1, len(said) - 1)][1]
        for tree in trees(disk_at(record.before, record.events[:place]), chance):
            key = (last, frozenset(tree.items()))
            if key not in seen:
                seen.add(key)
                yield place, tree, older, newer


def hunt(record: Recorder, judge: Judge, work: Path, most: int = 0, seed: int = 0) -> dict[str, int]:
    """How often each outcome came (``""`` is the good one); of more than ``most`` states (0: no end) that many are drawn."""
    found = list(cuts(record, seed))
    if most and len(found) > most:
        found = random.Random(seed).sample(found, most)
    outcomes: dict[str, int] = {}
    for _, tree, older, newer in found:
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        for path, data in sorted(tree.items()):
            if data is None:
                (work / path).mkdir()
            else:
                (work / path).write_bytes(data)
        outcome = judge(work, older, newer)
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    return outcomes
