"""The n-th write, sync, opening, renaming, deletion and new folder fails, for every n, in everything the store does."""

from __future__ import annotations

import itertools
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from fault_sweep import Held, attempt, damage, do, held, made, second
from nth_fault import CODES, KINDS, Fault, Faults, failing_disk
from store_support import Clock

from app.store import Store, schema

# apsw reports what a VFS raises after the first failure of one call, which SQLite passes over
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
WORKS = ("save", "create", "attach", "backup", "purge", "restore", "migrate", "recover")
WAYS = [(code, lasting) for lasting in (False, True) for code in CODES]


def plans(counted: dict[str, int], ways: int) -> Iterator[Fault]:
    """Every step, each in ``ways`` ways: in all eight, or in those whose turn it is."""
    turn = itertools.cycle(WAYS)
    for kind in KINDS:
        for number in range(1, counted[kind] + 1):
            for code, lasting in itertools.islice(turn, ways):
                yield Fault(kind, number, code, lasting)


def sweep(work: str, folder: Path, monkeypatch: pytest.MonkeyPatch, ways: int = 1) -> Counter[str]:
    """All faults of one work; how many attempts failed and how many worked all the same."""
    clock = Clock()
    names = made(folder / "original", clock)
    if work == "migrate":
        monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, second))
    if work == "recover":
        damage(folder / "original")
    place, tally = folder / "work", Counter[str]()
    with failing_disk(place, monkeypatch.setattr) as faults:
        after = rehearse(work, folder / "original", place, clock, names, faults)
        for plan in list(plans(faults.counted, ways)):
            shutil.rmtree(place)
            shutil.copytree(folder / "original", place)
            try:
                worked = attempt(work, place, clock, names, faults.armed(plan), after)
            except BaseException as error:
                error.add_note(f"{work}: {plan}")
                raise
            assert faults.struck, plan
            tally["worked" if worked else "failed"] += 1
    return tally


def rehearse(work: str, original: Path, place: Path, clock: Clock, names: tuple[str, str], faults: Faults) -> Held:
    """The work on a sound disk: its steps are counted, and what it leads to is given back."""
    shutil.copytree(original, place)
    if work in ("migrate", "recover"):
        with faults.armed(None):
            Store.open(place, now=clock).close()
    store = Store.open(place, now=clock)
    if work not in ("migrate", "recover"):
        with faults.armed(None):
            do(work, store, names[1])
    found = held(store)
    store.close()
    return found


@pytest.mark.parametrize("work", ["save", "backup"])
def test_every_step_fails_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: str) -> None:
    tally = sweep(work, tmp_path, monkeypatch)
    assert tally["failed"] >= 3, tally


@pytest.mark.slow
@pytest.mark.parametrize("work", [work for work in WORKS if work not in ("save", "backup")])
def test_every_step_fails_once_in_all_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: str) -> None:
    tally = sweep(work, tmp_path, monkeypatch)
    assert tally["failed"] >= 3, tally
