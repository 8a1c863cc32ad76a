"""Making the names in a folder last: a file is only safe from a power cut once its folder is on the disk, too."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path
from time import sleep
from typing import TypeVar

from app.errors import SHARING_VIOLATIONS

UNKNOWN = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})
"""What file systems answer that know no such thing (some network shares and sticks): no more can be done there, nothing is wrong."""
HELD = SHARING_VIOLATIONS | {5}
"""What Windows answers while another program has a file open; 5 is access denied."""
WAITS = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between the attempts: a virus scanner has a new file open for about so long."""

T = TypeVar("T")


def patiently(step: Callable[[], T]) -> T:
    """Move or remove a file, on Windows again and again for 1.5 s while another program has it open. Raises OSError."""
    for seconds in WAITS:
        try:
            return step()
        except PermissionError as error:
            if getattr(error, "winerror", None) not in HELD:
                raise
        sleep(seconds)
    return step()


def sync_folder(folder: Path, sync: Callable[[int], object] | None = None) -> None:
    """Make new, renamed and removed entries of a folder last. Windows has no such call and needs none; a folder that one may write into
    but not read cannot be opened for it. Raises OSError where the disk fails."""
    if sys.platform == "win32":
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return
    try:
        (sync or os.fsync)(handle)
    except OSError as error:
        if error.errno not in UNKNOWN:
            raise
    finally:
        os.close(handle)


def make_folder(folder: Path, *, mode: int = 0o777, sync: Callable[[int], object] | None = None) -> None:
    """Create a folder with those above it, each made to last in the one that holds it: a power cut must not take a new one away with all
    that was saved in it since. One that is there stays as it is. Raises OSError."""
    if sys.platform == "win32":
        mode = 0o777  # Python makes a folder of 0o700 its maker's alone there: on a stick, nobody's on the next machine
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(mode=mode, parents=True, exist_ok=True)
    for made in missing:
        sync_folder(made.parent, sync)
