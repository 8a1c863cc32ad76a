"""A set of files put into a folder whole or not at all (spec promises.md, "Exports are whole or absent").

Each file is written to a temporary name in that folder, forced to the disk, read back and handed to the caller's check; only then
are the files moved into place. What a replaced file held is kept beside it until the whole set is in place, so that a failure in
the middle is undone.
"""

from __future__ import annotations

import errno
import os
import secrets
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from app.errors import AppError, reason
from app.lasting import make_folder, patiently, sync_folder

PREFIX, SUFFIX = ".tineng-", ".tmp"
STALE_SECONDS = 900
"""Temporary files older than this were left by a process that died; a living export takes seconds."""

Check = Callable[[Mapping[str, bytes]], None]


class Disk:
    """Every change to the disk goes through here, so that tests can make any single one fail."""

    def write(self, path: Path, data: bytes) -> None:
        """Create ``path``, which must not exist, and force its bytes to the disk."""
        with path.open("xb") as stream:
            stream.write(data)
            stream.flush()
            self.sync(stream.fileno())

    def sync(self, descriptor: int) -> None:
        """Force an open file to the disk."""
        os.fsync(descriptor)

    def read(self, path: Path) -> bytes:
        """The bytes of a file."""
        return path.read_bytes()

    def replace(self, source: Path, target: Path) -> None:
        """Move ``source`` over ``target`` in one step."""
        patiently(lambda: source.replace(target))

    def move(self, source: Path, target: Path) -> None:
        """Move ``source`` to a name that was free a moment ago; Windows refuses one that is taken."""
        patiently(lambda: source.rename(target))

    def link(self, source: Path, target: Path) -> None:
        """A second name for ``source``; fails where ``target`` exists. None on Windows: while a program has the file open, none of its
        names can be removed there, and the second one would be left over."""
        if sys.platform == "win32":
            raise OSError(errno.ENOTSUP, "no links")
        os.link(source, target)

    def remove(self, path: Path) -> None:
        """Delete a file; one that is gone already is fine."""
        patiently(lambda: path.unlink(missing_ok=True))

    def sync_folder(self, folder: Path) -> None:
        """Make the folder's new names last; Windows has no such call and needs none."""
        sync_folder(folder, self.sync)


disk = Disk()


def publish(folder: Path, files: Mapping[str, bytes], *, force: bool = False, check: Check | None = None) -> dict[str, Path]:
    """Write ``files`` (name to bytes) into ``folder`` and return their paths, all of them or none.

    ``check`` gets each file's bytes as read back from the disk and raises AppError if something is wrong with them. Without
    ``force`` an existing file is an AppError naming it. Every failure is one AppError, and what was there before stays.
    """
    _prepare(folder, files, force)
    mark = secrets.token_hex(6)
    fresh = {name: _temporary(folder, mark, f"n{index}") for index, name in enumerate(files)}
    try:
        _write_all(fresh, files, check)
        _move_all(folder, fresh, mark, force)
    finally:
        for path in fresh.values():
            _discard(path)
    return {name: folder / name for name in files}


def refuse_existing(folder: Path, names: Mapping[str, bytes] | list[str], force: bool) -> None:
    """AppError naming the first file that exists already, unless ``force``."""
    existing = next((name for name in names if os.path.lexists(folder / name)), None)
    if existing is not None and not force:
        raise AppError(f"文件夹里已经有“{existing}”，没有覆盖；要覆盖请确认后重新导出（命令行加 --force），或换一个文件夹")


def _prepare(folder: Path, files: Mapping[str, bytes], force: bool) -> None:
    try:
        make_folder(folder, sync=disk.sync)
        refuse_existing(folder, files, force)
        _sweep(folder)
    except OSError as error:
        raise AppError(explain(error, folder.name, "folder")) from error


def _sweep(folder: Path) -> None:
    """Remove what an export that was killed left behind."""
    now = time.time()
    for path in folder.glob(f"{PREFIX}*{SUFFIX}"):
        try:
            if now - path.lstat().st_mtime > STALE_SECONDS:
                disk.remove(path)
        except OSError:
            continue


def _temporary(folder: Path, mark: str, tail: str) -> Path:
    return folder / f"{PREFIX}{mark}-{tail}{SUFFIX}"


def _discard(path: Path) -> None:
    try:
        disk.remove(path)
    except OSError:
        pass  # swept by the next export into this folder; the person can do nothing about it now


def _write_all(fresh: Mapping[str, Path], files: Mapping[str, bytes], check: Check | None) -> None:
    found: dict[str, bytes] = {}
    for name, path in fresh.items():
        try:
            disk.write(path, files[name])
            found[name] = disk.read(path)
        except OSError as error:
            raise AppError(explain(error, name, "write")) from error
        if found[name] != files[name]:
            raise AppError(f"“{name}”写到磁盘后读出来不一样，磁盘可能有问题，请换一个文件夹导出；原有文件没有改动")
    if check is not None:
        check(found)


def _move_all(folder: Path, fresh: Mapping[str, Path], mark: str, force: bool) -> None:
    """Move every file into place; at the first failure put back what stood there."""
    kept: dict[Path, Path] = {}
    placed: list[Path] = []
    name = ""
    try:
        for index, (name, path) in enumerate(fresh.items()):
            target = folder / name
            if placed and placed[-1].parent != target.parent:
                disk.sync_folder(placed[-1].parent)  # a draft file comes after its attachments, also on the disk
            if force and os.path.lexists(target):
                backup = _temporary(folder, mark, f"o{index}")
                kept[target] = backup
                _keep(target, backup)
                disk.replace(path, target)
            else:
                _place(path, target)
            placed.append(target)
        disk.sync_folder(placed[-1].parent if placed else folder)
    except OSError as error:
        elsewhere = _undo(placed, kept)
        message = explain(error, name, "move")
        raise AppError(message.removesuffix(UNHARMED) + elsewhere if elsewhere else message) from error
    except BaseException:
        _undo(placed, kept)
        raise
    finally:
        for backup in kept.values():
            _discard(backup)


def _keep(target: Path, backup: Path) -> None:
    """Keep what ``target`` holds under a second name: a link where the file system has them, else a copy."""
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a folder", target.name)
    try:
        disk.link(target, backup)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EIO, errno.EROFS):
            raise
        disk.write(backup, disk.read(target))


def _place(path: Path, target: Path) -> None:
    """Move a file to a name that must be free, so that two exports at once cannot overwrite each other."""
    try:
        disk.link(path, target)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EIO, errno.EROFS):
            raise
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, "exists", target.name) from error
        disk.move(path, target)  # a file system without links


def _undo(placed: list[Path], kept: dict[Path, Path]) -> str:
    """Put back what stood there. Says what of it could only be put beside the new file, under a name that no export sweeps."""
    elsewhere = ""
    for target in placed:
        backup = kept.get(target)
        if backup is None:
            _discard(target)
            continue
        try:
            disk.replace(backup, target)
        except OSError:
            beside = _beside(kept.pop(target), target)
            elsewhere += f"；原有的“{target.name}”没能放回原处，现在叫“{beside.name}”"
    return elsewhere


def _beside(backup: Path, target: Path) -> Path:
    """The kept file under a free name that people see; under its own where that cannot be done."""
    name = target.with_name(f"{target.stem}（原有{secrets.token_hex(2)}）{target.suffix}")
    try:
        disk.replace(backup, name)
    except OSError:
        return backup
    return name


FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
UNHARMED = "；原有文件没有改动"


def explain(error: OSError, name: str, stage: str) -> str:
    """One sentence for a failed write: ``stage`` is ``folder``, ``write`` or ``move``."""
    if error.errno in FULL or getattr(error, "winerror", None) == 112:
        return f"磁盘已满，“{name}”写不下，请清理后再导出{UNHARMED}"
    if isinstance(error, FileExistsError) and stage == "move":
        return f"文件夹里已经有“{name}”，没有覆盖；请确认后重新导出或换一个文件夹"
    if isinstance(error, (FileExistsError, NotADirectoryError)) and stage == "folder":
        return f"“{name}”不是文件夹，请另选导出位置{UNHARMED}"
    if isinstance(error, IsADirectoryError):
        return f"已有一个叫“{name}”的文件夹，请把它改名或换一个导出位置{UNHARMED}"
    if isinstance(error, PermissionError) and stage == "move":
        return f"“{name}”正被其他程序打开（如Word、WPS或PDF阅读器）或不许改动，请关闭后再导出{UNHARMED}"
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return f"导出文件夹不允许写入，请换一个文件夹{UNHARMED}"
    return f"“{name}”没有写成（{reason(error)}），请换一个文件夹再试{UNHARMED}"
