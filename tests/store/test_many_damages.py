"""Hundreds of flipped bits and cut-off files: each damaged draft is named, each whole one is kept."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from store_support import Clock, filled, held

from app.store import NewerStore, Store


def judge(original: Path, damaged: bytes, texts: dict[str, bytes], work: Path, clock: Clock) -> str:
    """Open a damaged copy without backups: each draft is as it was, or named as older or lost."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    (work / "drafts.sqlite").write_bytes(damaged)
    try:
        store = Store.open(work, now=clock)
    except NewerStore:
        assert (work / "drafts.sqlite").read_bytes() == damaged
        return "refused"
    try:
        found = held(store)
        said = "".join(store.notices)
        for draft, text in texts.items():
            if found.get(draft) != text:
                assert "请核对" in said or "没能找回" in said
        assert not found.keys() - texts.keys()
        return "whole" if found == texts else "told"
    finally:
        store._database.close(for_good=True)
        store._lock.release()


@pytest.mark.slow
def test_six_hundred_flipped_bits(tmp_path: Path, clock: Clock) -> None:
    outcomes = flips(tmp_path, clock, 600)
    print(outcomes)
    assert outcomes["whole"] >= 480
    assert outcomes["refused"] <= 10


def flips(tmp_path: Path, clock: Clock, count: int) -> dict[str, int]:
    """Flip one bit at a time; AssertionError for damage that nobody is told of."""
    texts = filled(tmp_path / "original", clock, 3)
    original = (tmp_path / "original" / "drafts.sqlite").read_bytes()
    rng = random.Random(600)
    outcomes = {"whole": 0, "told": 0, "refused": 0}
    for number in range(count):
        damaged = bytearray(original)
        # every sixth in the header and schema page, where a bit does most harm
        place = rng.randrange(4096 if number % 6 == 0 else len(damaged))
        damaged[place] ^= 1 << rng.randrange(8)
        outcomes[judge(tmp_path, bytes(damaged), texts, tmp_path / "work", clock)] += 1
    return outcomes


@pytest.mark.slow
def test_two_hundred_truncations(tmp_path: Path, clock: Clock) -> None:
    assert cuts(tmp_path, clock, 200) < 80


def cuts(tmp_path: Path, clock: Clock, count: int) -> int:
    """Cut the file off; AssertionError for a loss that nobody is told of. How many times no draft came back."""
    texts = filled(tmp_path / "original", clock, 3)
    original = (tmp_path / "original" / "drafts.sqlite").read_bytes()
    rng = random.Random(200)
    lost_all = 0
    for number in range(count):
        length = rng.randrange(len(original)) if number % 4 else rng.randrange(len(original) // 4096) * 4096
        outcome = judge_cut(tmp_path, original[:length], texts, clock)
        lost_all += outcome == 0
    return lost_all


def judge_cut(tmp_path: Path, data: bytes, texts: dict[str, bytes], clock: Clock) -> int:
    """As :func:`judge`; where even the rows' ids are cut off the damage itself must still be told. How many drafts came back."""
    work = tmp_path / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    (work / "drafts.sqlite").write_bytes(data)
    store = Store.open(work, now=clock)
    found = held(store)
    # cut zeros at the very end are no loss: SQLite takes a short last page for one that ends in zeros
    if found != texts:
        assert "损坏" in store.notices[0]
    whole = sum(found.get(draft) == text for draft, text in texts.items())
    if whole < len(found):
        assert "请核对" in "".join(store.notices)
    store._database.close(for_good=True)
    store._lock.release()
    return whole
