"""The store's folder: names, permissions, the lock, and writing that survives a power cut."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.lasting import UNKNOWN, make_folder, patiently, sync_folder
from app.store.errors import StoreInUse, explain, explained

STAMP = "%Y%m%d-%H%M%S"
PART = ".part"
"""The ending of files being made; what is left of them after a crash is removed at the next opening."""
TAKEN = frozenset({errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK, errno.EDEADLK})
"""What the systems answer where another process has the lock."""


@dataclass(frozen=True)
class Folder:
    """Where everything of one store lies."""

    root: Path

    @property
    def database(self) -> Path:
        """The drafts."""
        return self.root / "drafts.sqlite"

    @property
    def wal(self) -> Path:
        """SQLite's write-ahead log beside it."""
        return self.root / "drafts.sqlite-wal"

    @property
    def old_wal(self) -> Path:
        """The log of a database that a recovery is about to replace."""
        return self.root / "recovering-wal"

    @property
    def backups(self) -> Path:
        """The folder of backups."""
        return self.root / "backups"

    @property
    def recovering(self) -> Path:
        """There while a recovery is under way; holds the stamp of the damaged files set aside."""
        return self.root / "recovering"

    def damaged(self, stamp: str) -> Path:
        """Where a damaged database is set aside."""
        return self.root / f"damaged-{stamp}.sqlite"

    def all_damaged(self) -> list[Path]:
        """Databases set aside, the oldest first."""
        return sorted(self.root.glob("damaged-*.sqlite"), key=lambda path: (*stamped(path), path.name))

    def part(self, name: str) -> Path:
        """A file to build under a temporary name."""
        return self.root / f"{name}{PART}"

    def make(self) -> None:
        """Create the folders for their owner alone. Raises StoreError."""
        with explained():
            for path in (self.root, self.backups):
                make_folder(path, mode=0o700)
                restrict(path, 0o700)

    def clear(self) -> None:
        """Remove unfinished files; only for who holds the lock, since another process may be at work on them. Raises StoreError."""
        with explained():
            for path in (self.root, self.backups):
                for left in path.glob(f"*{PART}*"):
                    with suppress(PermissionError):  # on Windows, while a scanner looks at it: it goes the next time
                        left.unlink()


def restrict(path: Path, mode: int) -> None:
    """Set permissions where system and disk have them; a foreign owner's folder (a stick, a share) is used as it is."""
    if sys.platform != "win32":
        try:
            path.chmod(mode)
        except OSError as error:
            if not isinstance(error, PermissionError) and error.errno not in UNKNOWN:
                raise


def create_private(path: Path) -> None:
    """An empty file for its owner alone. SQLite gives its own files beside a database the permissions of the database."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def write_private(path: Path, data: bytes) -> None:
    """A small file, safely on disk."""
    handle = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    sync_folder(path.parent)


def copy_private(source: Path, target: Path) -> None:
    """Copy a file's bytes, safely on disk."""
    import shutil

    handle = os.open(target, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with source.open("rb") as reader, os.fdopen(handle, "wb") as writer:
        shutil.copyfileobj(reader, writer, 1 << 20)
        writer.flush()
        os.fsync(writer.fileno())
    sync_folder(target.parent)


def sync_file(path: Path) -> None:
    """Have the system write a file's bytes to the disk."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def put_in_place(part: Path, target: Path) -> None:
    """Replace ``target`` by a finished file in one step."""
    sync_file(part)
    patiently(lambda: part.replace(target))
    sync_folder(target.parent)


def free_stamp(taken: Path, pattern: str, now: datetime) -> str:
    """A time stamp later than all of its second in a folder; ``pattern`` holds ``{}`` for it. A number that has become free is not
    given again, for the order of the numbers is that of the making."""
    base = now.strftime(STAMP)
    last = max((stamped(path)[1] for path in taken.glob(pattern.format(base + "*"))), default=0)
    return f"{base}-{last + 1}" if last else base


def stamped(path: Path) -> tuple[datetime, int]:
    """When a file was made, by the stamp in its name, and as which one of that second (from 1): files sort by it. A name of another
    shape counts as oldest."""
    parts = path.stem.split("-")
    try:
        return datetime.strptime("-".join(parts[1:3]), STAMP), int(parts[3]) if len(parts) > 3 else 1
    except ValueError:
        return datetime.min, 0


class Lock:
    """The whole folder is one process's: an advisory lock on a file of its own, which the system drops when the process ends."""

    def __init__(self, path: Path) -> None:
        """Take the lock; raises StoreInUse, or StoreError where the file cannot be written or the disk gives no locks."""
        with explained():
            self._handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            _lock(self._handle)
        except OSError as error:
            os.close(self._handle)
            raise StoreInUse if error.errno in TAKEN else explain(error) from error

    def release(self) -> None:
        """Give the folder free; may be called twice."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
