"""What the draft store costs, and what it survives.

    python benchmarks/store.py                 times: save, list, open, backup
    python benchmarks/store.py --kills 10000   kill -9 while typing 16 keys a second (some 1.1 s a kill and lane)

The folder may be given with --folder, to measure another disk than that of the temporary files.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.application import Application, dump, new, newest_call
from app.session import Session
from app.store import Facts, Snapshot, Store, Summary, facts_of, snapshot_of

LONG = 40_000
MANY = 10_000
LANES = 8
LANE = ROOT / "tests" / "store" / "kill_lane.py"


def long_application() -> Application:
    """40,000 characters as in prose: a third of them from a small set, so that it compresses as text does."""
    rng = random.Random(1)
    common = [chr(0x4E00 + rng.randrange(20_000)) for _ in range(1500)]
    made = new("capability", newest_call(), "tech-service")
    made.set("unit.name", "常德市某某学会")
    for name in ("content.background", "content.main", "content.plan", "content.outcome"):
        made.set(name, "".join(rng.choice(common) for _ in range(LONG // 4)))
    return made


def timed(call: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each of some calls, sorted."""
    found: list[float] = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        found.append((time.perf_counter() - start) * 1000)
    return sorted(found)


def row(name: str, times: list[float], goal: str = "") -> None:
    """One line of the table."""
    p50, p99 = times[len(times) // 2], times[min(len(times) - 1, len(times) * 99 // 100)]
    print(f"| {name} | {p50:.2f} | {p99:.2f} | {len(times)} | {goal} |")


def saving(folder: Path) -> None:
    """Saves of a large draft in which each time a character changes."""
    store = Store.open(folder / "large")
    made = long_application()
    draft = store.create(made)
    session = Session(made)
    row("snapshot of a 40,000-character draft (window's thread)", timed(lambda: snapshot_of(session), 100))
    places = iter(range(10**6))
    text = made.values["content.main"]

    def next_shot() -> Snapshot:
        made.values["content.main"] = f"{text[:100]}{next(places)}{text[100:]}"
        return Snapshot(dump(made), {}, facts_of(made, 1, 0))

    def save(shot: Snapshot) -> None:
        store.save(draft, shot.document, shot.memory, shot.facts)

    shots = iter([next_shot() for _ in range(1000)])
    row("save of it, committed", timed(lambda: save(next(shots)), 1000), "p99 ≤ 20")
    row("load of it", timed(lambda: store.load(draft), 50))
    row("backup of that store", timed(store.backup, 10))
    store.close()
    row("open of that store", timed(lambda: Store.open(folder / "large").close(), 20))


def fill(folder: Path) -> None:
    """Make a store of 10,000 drafts: one that is whole, and rows as the store itself would have written them."""
    from app.store import recovery
    from app.store.schema import DOCUMENTS, DRAFTS, put
    from app.store.versions import with_facts

    store = Store.open(folder)
    store.create(long_application())
    facts = Facts("changde-2022", "capability", "tech-service", "常德市某某学会", "送科技下乡", 20, 35, 3, 1, "AAAA-BBBB")
    store.close()
    store = Store.open(folder)
    document = b"x\x9c" + random.Random(2).randbytes(2500)
    with store._database.writing() as connection:
        for number in range(MANY - 1):
            key = f"{number:032x}"
            listed = with_facts(
                recovery.empty_row(key), facts, f"unit{number % 900}", saved=float(number), created=1.0, revision=number + 9
            )
            put(connection, DRAFTS, listed)
            put(connection, DOCUMENTS, (key, float(number), number + 9, "[]", "{}", document))
    leave(store)


def leave(store: Store) -> None:
    """Let go of a store without what closing it does besides."""
    store._database.close(for_good=True)
    store._lock.release()


def listing(folder: Path) -> None:
    """A store of 10,000 drafts, opened three times."""
    fill(folder)
    for _ in range(3):
        start = time.perf_counter()
        store = Store.open(folder)
        store.summaries()
        row("10,000 drafts: open and list", [(time.perf_counter() - start) * 1000], "")
        row("10,000 drafts: summaries()", timed(store.summaries, 20))
        row("10,000 drafts: search, first key", timed(partial(search, store, "下乡"), 1))
        row("10,000 drafts: search, each further key", timed(partial(search, store, "下"), 20), "≤ 30")
        draft = store.load(next(entry.id for entry in store.summaries() if entry.facts.project == ""))
        row("10,000 drafts: peers", timed(partial(store.peers, draft), 20))
        leave(store)


def search(store: Store, words: str) -> list[Summary]:
    """The drafts in which the words stand."""
    return [entry for entry in store.summaries() if words in entry.search_text]


def kills(folder: Path, count: int) -> None:
    """Kill typing processes, several at a time, and print what was lost."""
    each = -(-count // LANES)
    command = [sys.executable, str(LANE)]
    lanes = [
        subprocess.Popen([*command, str(folder / f"lane{lane}"), str(each), str(lane)], stdout=subprocess.PIPE, text=True)
        for lane in range(LANES)
    ]
    ages = sorted(float(age) for lane in lanes for age in lane.communicate()[0].split())
    broken = sum(lane.returncode != 0 for lane in lanes)
    print("| kills | lanes that met a lost draft or a damaged file | oldest missing key, s | p99, s |\n|---|---|---|---|")
    print(f"| {len(ages)} | {broken} | {ages[-1]:.3f} | {ages[len(ages) * 99 // 100]:.3f} |")


def main() -> None:
    """Run what the words of the command line ask for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        if asked.kills:
            kills(Path(folder), asked.kills)
            return
        print("| what | p50, ms | p99, ms | times | goal |\n|---|---|---|---|---|")
        saving(Path(folder))
        listing(Path(folder) / "many")


if __name__ == "__main__":
    main()
