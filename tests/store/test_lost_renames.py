"""A power cut that also loses names: what is found afterwards is the older or the newer whole, never neither (promises.md).

All cases at full size are a matter of ``benchmarks/reliability.py renames``; here each is tried in a part of its states.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path
from typing import Any

import lost_name_cases
import lost_names
import pytest

from app import lasting
from app.store import files

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux which file an open handle belongs to")

QUICK = 40
Case = Any


def hunted(case: Case, folder: Path, patch: pytest.MonkeyPatch, most: int) -> dict[str, int]:
    (folder / "disk").mkdir()
    record, judge = case((folder / "disk").resolve(), patch.setattr)
    return lost_names.hunt(record, judge, folder / "work", most)


@pytest.mark.parametrize("case", lost_name_cases.CASES, ids=lambda case: case.__name__)
def test_the_older_or_the_newer_whole(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = hunted(case, tmp_path, monkeypatch, QUICK)
    assert list(found) == [""]
    assert found[""] >= 5


@pytest.mark.parametrize("case", [lost_name_cases.first_start, lost_name_cases.backing_up, lost_name_cases.purging])
def test_without_folders_being_synced_something_is_lost(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The near miss: the same cuts find losses where the store does not wait for its folders."""
    for module in (files, lost_name_cases.backup, lasting):
        monkeypatch.setattr(module, "sync_folder", lambda *_: None)
    assert set(hunted(case, tmp_path, monkeypatch, 0)) - {""}


@pytest.mark.parametrize("case", [lost_name_cases.exporting, lost_name_cases.copying_elsewhere])
def test_an_export_that_does_not_sync_its_folders_is_caught(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lost_name_cases.atomic.Disk, "sync_folder", lambda _, __: None)
    monkeypatch.setattr(lasting, "sync_folder", lambda *_: None)
    assert set(hunted(case, tmp_path, monkeypatch, 0)) - {""}


# --- the harness -------------------------------------------------------------------------------------------------------------


def recorded(folder: Path, patch: pytest.MonkeyPatch, *, file: bool, names: bool) -> lost_names.Recorder:
    """A file replaced, with and without the syncs that this takes."""
    (folder / "a").write_bytes(b"old!")
    record = lost_names.Recorder(folder)
    with record.watching(patch.setattr):
        record.say("old")
        (folder / "b").write_bytes(b"new!")
        if file:
            files.sync_file(folder / "b")
        (folder / "b").replace(folder / "a")
        if names:
            files.sync_folder(folder)
        record.say("new")
    return record


@pytest.mark.parametrize(
    ("file", "names", "left"),
    [(True, True, {b"new!"}), (True, False, {b"old!", b"new!"}), (False, True, {b"", b"ne", b"new!"})],
)
def test_what_is_left_after_the_end(file: bool, names: bool, left: set[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = recorded(tmp_path, monkeypatch, file=file, names=names)
    assert {tree["a"] for place, tree, _, _ in lost_names.cuts(record) if place == len(record.events)} == left
    assert os.replace is not None
    assert os.fsync.__module__ == "posix"


def test_a_file_in_a_folder_that_was_not_synced_goes_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = lost_names.Recorder(tmp_path)
    with record.watching(monkeypatch.setattr):
        record.say("")
        (tmp_path / "new").mkdir()
        files.write_private(tmp_path / "new" / "a", b"x")
    disk = lost_names.disk_at(record.before, record.events)
    assert {frozenset(tree) for tree in lost_names.trees(disk, random.Random(0))} == {frozenset(), frozenset({"new", "new/a"})}
