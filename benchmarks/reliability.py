"""The long figures of reliability, by name, as a table: promise, figure, date, command.

    python benchmarks/reliability.py                     everything at full size: hours
    python benchmarks/reliability.py --quick             everything, small: some two minutes
    python benchmarks/reliability.py cuts generated      only these
    python benchmarks/reliability.py kills --count 500   another size

Names: kills, overwrite, cuts, faults, renames, flips, truncations, mutated, fuzz, generated, histories, monkey. The harness is that of
the tests.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), *(str(ROOT / "tests" / name) for name in ("store", "export", "opening"))]

LANES = 8


def kills(folder: Path, count: int) -> str:
    """A typing process killed at random moments, several at a time."""
    lane = ROOT / "tests" / "store" / "kill_lane.py"
    lanes = min(LANES, count)
    sizes = [count // lanes + (number < count % lanes) for number in range(lanes)]
    running = [
        subprocess.Popen([sys.executable, str(lane), str(folder / str(number)), str(size), str(number)], stdout=subprocess.PIPE, text=True)
        for number, size in enumerate(sizes)
    ]
    ages = sorted(float(age) for process in running for age in process.communicate()[0].split())
    failed = sum(process.returncode != 0 for process in running)
    return f"{len(ages)} kills, {failed} of {lanes} lanes met a loss or damage, oldest missing key {ages[-1]:.2f} s"


def overwrite(folder: Path, count: int) -> str:
    """An export killed while it overwrites an older one."""
    import test_job

    from app.samples import sample

    broken, states = test_job.overwritten_and_killed(sample("capability", "service-station"), folder, count)
    return f"{count} kills, {len(broken)} files neither old nor new, {states} different mixtures of old and new files"


def cuts(folder: Path, count: int) -> str:
    """Power cuts over several recorded histories of the store."""
    import power_cut

    outcomes: dict[str, int] = {}
    each = 300
    for number in range(-(-count // each)):
        recorded = power_cut.record(folder / f"recorded{number}", setattr, number)
        found = power_cut.hunt(recorded, min(each, count - number * each), number, folder / "work")
        for name, times in found.items():
            outcomes[name] = outcomes.get(name, 0) + times
    bad = {name: times for name, times in outcomes.items() if name}
    return f"{sum(outcomes.values())} cuts, lost or corrupt: {bad or 0}"


def renames(folder: Path, count: int) -> str:
    """Power cuts that also lose what was created, renamed and deleted; at most ``count`` states of each work."""
    import lost_name_cases
    import lost_names
    import pytest

    outcomes: dict[str, int] = {}
    for case in lost_name_cases.CASES:
        disk = folder / case.__name__
        disk.mkdir()
        with pytest.MonkeyPatch.context() as patch:
            record, judge = case(disk.resolve(), patch.setattr)
            for name, times in lost_names.hunt(record, judge, folder / "work", count).items():
                outcomes[name] = outcomes.get(name, 0) + times
    bad = {name[:80]: times for name, times in outcomes.items() if name}
    return f"{len(lost_name_cases.CASES)} works, {sum(outcomes.values())} states after a cut, neither older nor newer: {bad or 0}"


def flips(folder: Path, count: int) -> str:
    """Flipped bits in the store's file."""
    import test_many_damages
    from store_support import Clock

    found = test_many_damages.flips(folder, Clock(), count)
    return f"{count} flips, 0 silent; all drafts whole {found['whole']}, damage told {found['told']}, refused as newer {found['refused']}"


def truncations(folder: Path, count: int) -> str:
    """A store cut off at any place."""
    import test_many_damages
    from store_support import Clock

    return f"{count} truncations, 0 silent; no draft left to find in {test_many_damages.cuts(folder, Clock(), count)}"


def mutated(folder: Path, count: int) -> str:
    """Damaged bundles, docx, PDF and draft files."""
    import test_mutations

    (folder / "made").mkdir()
    (folder / "work").mkdir()
    read, refused = test_mutations.run(test_mutations.makers_in(folder / "made"), count, folder / "work")
    return f"{count} files (bundles also verified): {read} read, {refused} refused in one sentence, nothing else"


def fuzz(folder: Path, count: int) -> str:
    """Coverage-guided fuzzing, ``count`` seconds for each way in."""
    import fuzz_openers

    if importlib.util.find_spec("atheris") is None:
        return "skipped: atheris is not installed here (pip install atheris, in an environment with the program's libraries)"
    runs, told = 0, [""]
    for name in fuzz_openers.NAMES:
        command = [sys.executable, fuzz_openers.__file__, name, "--seconds", str(count), "--corpus", str(folder)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False)
        if done.returncode:
            wrong = next((line for line in done.stderr.splitlines() if line.startswith("SUMMARY")), f"exit {done.returncode}")
            return f"FAILED in {name}: {wrong}"
        found = re.findall(r"#(\d+)\s+DONE\s+cov: (\d+) ft: (\d+)", done.stderr)[-1]
        runs += int(found[0])
        told.append(f"{name} {int(found[0]):,} runs, {found[1]} edges, {found[2]} features")
    return f"{count} s for each opener, {runs:,} runs, 0 broken promises" + "; ".join(told)


def generated(folder: Path, count: int) -> str:
    """Applications made by chance, both documents read back."""
    import generated as harness

    wrong = harness.hunt(0, count)
    return f"{count} applications, {len(wrong)} with a difference {dict(list(wrong.items())[:5]) if wrong else ''}".rstrip()


def histories(folder: Path, count: int) -> str:
    """The state machine over the store."""
    import test_machine

    test_machine.run(count, 50)
    return f"{count} histories of up to 50 operations, 0 differences from the model"


def faults(folder: Path, count: int) -> str:
    """Each step of everything that the store does fails, in ``count`` ways (of eight: four errors, once or until mended)."""
    import pytest
    import test_nth_fault

    told: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        for work in test_nth_fault.WORKS:
            tally = test_nth_fault.sweep(work, folder / work, patch, ways=count)
            told.append(f"{work} {tally.total()}")
    return f"every step of the store's works fails, in {count} ways each ({', '.join(told)} attempts): nothing that was there is harmed"


def monkey(folder: Path, count: int) -> str:
    """Random events on the window, which is pytest's to set up."""
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", f"--basetemp={folder / 'pytest'}"]
    wanted = ["tests/ui/test_monkey.py", "-k", "patient"]
    environment = os.environ | {"TINENG_MONKEY": str(count), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([*command, *wanted], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = next((line for line in done.stdout.splitlines() if line.startswith("E  ")), "")
        # an end by a signal, or a warning of Qt, has no such line
        print(done.stdout[-4000:], done.stderr[-4000:], sep="\n", file=sys.stderr)
        return f"FAILED within {count} events, exit {done.returncode}: {said[:300]}".rstrip(": ")
    told = next((line.split(" events, ", 1)[1] for line in done.stdout.splitlines() if " stalls over " in line), "stalls not told")
    return f"{count} events, 0 errors, 0 warnings of Qt, the disk as the window; {told}"


@dataclass(frozen=True)
class Part:
    """One promise: how it reads in the table, the full and the quick size."""

    run: Callable[[Path, int], str]
    promise: str
    full: int
    quick: int


PARTS = {
    "kills": Part(kills, "A crash costs at most the last second of typing", 10_000, 16),
    "overwrite": Part(overwrite, "Exports are whole or absent", 2000, 8),
    "cuts": Part(cuts, "A committed save survives power loss", 1500, 40),
    "faults": Part(faults, "A fault never harms what was there", 8, 1),
    "renames": Part(renames, "A power cut that loses names: the older or the newer whole", 1000, 15),
    "flips": Part(flips, "A broken store is never made worse: flipped bits", 600, 60),
    "truncations": Part(truncations, "A broken store is never made worse: truncations", 200, 20),
    "mutated": Part(mutated, "A hostile file does nothing", 5200, 200),
    "fuzz": Part(fuzz, "A hostile file does nothing: guided by coverage", 180, 5),
    "generated": Part(generated, "The export equals the input", 5000, 30),
    "histories": Part(histories, "The store does what a plain dict does", 2000, 8),
    "monkey": Part(monkey, "The window never freezes", 100_000, 1000),
}


def main() -> None:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="name", help="、".join(PARTS))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--count", type=int, help="another size for what is named")
    asked = parser.parse_args()
    if unknown := [name for name in asked.names if name not in PARTS]:
        parser.error(f"unknown: {', '.join(unknown)}")
    print("| promise | figure | date | command |\n|---|---|---|---|", flush=True)
    for name in asked.names or PARTS:
        part = PARTS[name]
        count = asked.count or (part.quick if asked.quick else part.full)
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            figure = part.run(Path(folder), count)
        command = f"`python benchmarks/reliability.py {name} --count {count}`"
        print(f"| {part.promise} | {figure} ({time.monotonic() - begun:.0f} s) | {date.today()} | {command} |", flush=True)


if __name__ == "__main__":
    main()
