"""A committed save survives power loss: unsynced writes are dropped or torn at any moment (promises.md).

1,500 cuts are a matter of ``benchmarks/reliability.py``.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

pytest.importorskip("apsw")

import power_cut

from app.store.database import PRAGMAS

QUICK, WHOLE = 60, 150


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> power_cut.Record:
    return power_cut.record(tmp_path_factory.mktemp("recorded") / "store", setattr, 1)


def test_the_record_shows_syncs_checkpoints_and_pages_in_both_files(recorded: power_cut.Record) -> None:
    kinds = {(op.kind, op.name) for op in recorded.log}
    assert {("write", name) for name in power_cut.WATCHED} | {("sync", name) for name in power_cut.WATCHED} <= kinds
    assert sum((op.kind, op.name) == ("sync", "drafts.sqlite") for op in recorded.log) >= 3


def test_a_cut_at_the_end_leaves_everything(recorded: power_cut.Record, tmp_path: Path) -> None:
    assert power_cut.cut(recorded, len(recorded.log), random.Random(0), tmp_path / "work") == ""


def test_sixty_power_cuts_lose_nothing(recorded: power_cut.Record, tmp_path: Path) -> None:
    assert power_cut.hunt(recorded, QUICK, 60, tmp_path / "work") == {"": QUICK}


@pytest.mark.slow
def test_many_power_cuts_lose_nothing(recorded: power_cut.Record, tmp_path: Path) -> None:
    assert power_cut.hunt(recorded, WHOLE, 300, tmp_path / "work") == {"": WHOLE}


def test_a_store_that_does_not_wait_for_the_disk_does_lose(tmp_path: Path) -> None:
    """The near miss: with ``synchronous = NORMAL`` the same cuts find lost saves, so that they can find some."""
    weak = tuple(pragma.replace("synchronous = FULL", "synchronous = NORMAL") for pragma in PRAGMAS)
    assert weak != PRAGMAS
    found = power_cut.hunt(power_cut.record(tmp_path / "store", setattr, 1, weak), 20, 60, tmp_path / "work")
    assert found.get("lost", 0) >= 2
