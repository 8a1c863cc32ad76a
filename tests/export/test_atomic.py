"""Whole or absent: every single write, sync, read, link and move is made to fail once."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from app.errors import AppError
from app.export import atomic

OLD = {"一.txt": b"old one", "二.txt": b"old two", "三.txt": b"old three"}
NEW = {"一.txt": b"new one" * 1000, "二.txt": b"new two", "三.txt": b"new three"}
OPERATIONS = ("write", "sync", "read", "replace", "link")


class FailingDisk(atomic.Disk):
    """A disk whose n-th operation of the watched kinds fails; ``tear`` leaves half a file behind, as a full disk does."""

    def __init__(self, fail_at: int, code: int, watched: tuple[str, ...] = OPERATIONS) -> None:
        self.left = fail_at
        self.code = code
        self.watched = watched
        self.seen: list[str] = []

    def _count(self, kind: str) -> None:
        if kind not in self.watched:
            return
        self.seen.append(kind)
        self.left -= 1
        if self.left == 0:
            raise OSError(self.code, os.strerror(self.code))

    def write(self, path: Path, data: bytes) -> None:
        try:
            self._count("write")
        except OSError:
            path.write_bytes(data[: len(data) // 2])
            raise
        super().write(path, data)

    def sync(self, descriptor: int) -> None:
        self._count("sync")
        super().sync(descriptor)

    def read(self, path: Path) -> bytes:
        self._count("read")
        return super().read(path)

    def replace(self, source: Path, target: Path) -> None:
        self._count("replace")
        super().replace(source, target)

    def link(self, source: Path, target: Path) -> None:
        self._count("link")
        super().link(source, target)


def fill(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).write_bytes(data)


def held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def operations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **words: Any) -> int:
    probe = tmp_path / "probe"
    probe.mkdir()
    if words.get("force"):
        fill(probe, OLD)
    counting = FailingDisk(0, 0)
    monkeypatch.setattr(atomic, "disk", counting)
    atomic.publish(probe, NEW, **words)
    return len(counting.seen)


def test_writes_the_set(tmp_path: Path) -> None:
    found = atomic.publish(tmp_path / "new" / "folder", NEW)
    assert held(tmp_path / "new" / "folder") == NEW
    assert found == {name: tmp_path / "new" / "folder" / name for name in NEW}


def test_replaces_only_with_force(tmp_path: Path) -> None:
    fill(tmp_path, {"二.txt": b"mine"})
    with pytest.raises(AppError, match=r"已经有“二\.txt”"):
        atomic.publish(tmp_path, NEW)
    assert held(tmp_path) == {"二.txt": b"mine"}
    atomic.publish(tmp_path, NEW, force=True)
    assert held(tmp_path) == NEW


def test_a_file_that_appears_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    def appear(_: Any) -> None:
        (tmp_path / "三.txt").write_bytes(b"someone else's")

    with pytest.raises(AppError, match=r"已经有“三\.txt”"):
        atomic.publish(tmp_path, NEW, check=appear)
    assert held(tmp_path) == {"三.txt": b"someone else's"}


def test_a_refusing_check_leaves_nothing(tmp_path: Path) -> None:
    def refuse(found: Any) -> None:
        assert found == NEW
        raise AppError("不对")

    fill(tmp_path, OLD)
    with pytest.raises(AppError, match="不对"):
        atomic.publish(tmp_path, NEW, force=True, check=refuse)
    assert held(tmp_path) == OLD


def test_what_comes_back_from_the_disk_is_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class LyingDisk(atomic.Disk):
        def read(self, path: Path) -> bytes:
            return super().read(path)[:-1]

    monkeypatch.setattr(atomic, "disk", LyingDisk())
    with pytest.raises(AppError, match="不一样"):
        atomic.publish(tmp_path, NEW)
    assert held(tmp_path) == {}


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.EPERM])
def test_no_single_failure_harms_what_was_there(code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    total = operations(tmp_path, monkeypatch, force=True)
    assert total >= 12
    for number in range(1, total + 1):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        fill(folder, OLD)
        failing = FailingDisk(number, code)
        monkeypatch.setattr(atomic, "disk", failing)
        _publish_failing(folder, failing, OLD, force=True)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_no_single_failure_leaves_half_a_set(code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    total = operations(tmp_path, monkeypatch)
    for number in range(1, total + 1):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        failing = FailingDisk(number, code)
        monkeypatch.setattr(atomic, "disk", failing)
        _publish_failing(folder, failing, {}, force=False)


def _publish_failing(folder: Path, failing: FailingDisk, before: dict[str, bytes], *, force: bool) -> None:
    """Old files and one clear message, or, where there is another way to do the failed step, the new files."""
    message = ""
    try:
        atomic.publish(folder, NEW, force=force)
    except AppError as error:
        message = error.message
    if message:
        assert held(folder) == before, failing.seen
        assert "\n" not in message
        assert "没有改动" in message
        assert str(folder.parent) not in message
    else:
        assert failing.left <= 0
        assert failing.code in (errno.EACCES, errno.EPERM)
        assert held(folder) == NEW


def test_file_systems_without_links_work_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Fat(atomic.Disk):
        def link(self, source: Path, target: Path) -> None:
            raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(atomic, "disk", Fat())
    atomic.publish(tmp_path, OLD)
    assert held(tmp_path) == OLD
    atomic.publish(tmp_path, NEW, force=True)
    assert held(tmp_path) == NEW


def test_without_links_a_failed_move_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Fat(FailingDisk):
        def link(self, source: Path, target: Path) -> None:
            raise OSError(errno.EPERM, "no links here")

    fill(tmp_path, OLD)
    monkeypatch.setattr(atomic, "disk", Fat(3, errno.EACCES, ("replace",)))
    with pytest.raises(AppError, match="三"):
        atomic.publish(tmp_path, NEW, force=True)
    assert held(tmp_path) == OLD


@pytest.mark.parametrize(
    ("kind", "code", "words"),
    [
        ("write", errno.ENOSPC, "磁盘已满"),
        ("write", errno.EROFS, "不允许写入"),
        ("write", errno.EACCES, "不允许写入"),
        ("replace", errno.EACCES, "正被其他程序打开"),
        ("write", errno.EIO, "没有写成"),
    ],
)
def test_each_fault_has_its_sentence(kind: str, code: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, OLD)
    monkeypatch.setattr(atomic, "disk", FailingDisk(1, code, (kind,)))
    with pytest.raises(AppError, match=words):
        atomic.publish(tmp_path, NEW, force=True)


def test_a_folder_of_that_name_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "二.txt").mkdir()
    with pytest.raises(AppError, match="文件夹"):
        atomic.publish(tmp_path, NEW, force=True)
    assert [path.name for path in tmp_path.iterdir()] == ["二.txt"]


def test_a_file_is_no_target_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"x")
    with pytest.raises(AppError, match="不是文件夹"):
        atomic.publish(tmp_path / "out", NEW)


def test_an_interrupt_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted(atomic.Disk):
        def sync_folder(self, folder: Path) -> None:
            raise KeyboardInterrupt

    fill(tmp_path, OLD)
    monkeypatch.setattr(atomic, "disk", Interrupted())
    with pytest.raises(KeyboardInterrupt):
        atomic.publish(tmp_path, NEW, force=True)
    assert held(tmp_path) == OLD


class StuckDisk(atomic.Disk):
    """A move to 三.txt fails, and then each back to 二.txt, which another program has opened meanwhile."""

    def __init__(self, *stuck: str) -> None:
        self.stuck = stuck
        self.placed = False

    def replace(self, source: Path, target: Path) -> None:
        if target.name == "三.txt" or (self.placed and target.name.startswith(self.stuck)):
            raise PermissionError(errno.EACCES, "in use")
        self.placed |= target.name == "二.txt"
        super().replace(source, target)


def test_what_cannot_be_put_back_stays_and_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, OLD)
    for name in OLD:
        os.utime(tmp_path / name, (1, 1))
    with monkeypatch.context() as broken:
        broken.setattr(atomic, "disk", StuckDisk("二.txt"))
        with pytest.raises(AppError, match=r"三\.txt.*“二\.txt”没能放回原处，现在叫“二（原有[0-9a-f]{4}）\.txt”") as refusal:
            atomic.publish(tmp_path, NEW, force=True)
    assert atomic.UNHARMED not in refusal.value.message
    atomic.publish(tmp_path, NEW, force=True)  # sweeps what was left behind
    (other,) = set(held(tmp_path)) - set(NEW)
    assert other in refusal.value.message
    assert held(tmp_path) == NEW | {other: OLD["二.txt"]}


def test_what_cannot_be_renamed_either_is_named_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, OLD)
    monkeypatch.setattr(atomic, "disk", StuckDisk("二"))
    with pytest.raises(AppError) as refusal:
        atomic.publish(tmp_path, NEW, force=True)
    (other,) = set(held(tmp_path)) - set(NEW)
    assert f"现在叫“{other}”" in refusal.value.message
    assert held(tmp_path) == OLD | {"二.txt": NEW["二.txt"], other: OLD["二.txt"]}


def test_leftovers_of_a_killed_export_are_swept_and_fresh_ones_stay(tmp_path: Path) -> None:
    stale, fresh = tmp_path / ".tineng-aa-n0.tmp", tmp_path / ".tineng-bb-n0.tmp"
    stale.write_bytes(b"x")
    fresh.write_bytes(b"x")
    os.utime(stale, (1, 1))
    atomic.publish(tmp_path, NEW)
    assert set(held(tmp_path)) == {*NEW, fresh.name}
