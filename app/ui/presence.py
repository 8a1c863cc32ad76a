"""Whether a window over a data folder may be open already, known at once; who asks it is in :mod:`app.ui.instance`."""

from __future__ import annotations

import os
import sys
import zlib
from pathlib import Path

from PySide6.QtCore import QDir


def is_perhaps_running(folder: Path) -> bool:
    """Whether a first window may be there to be asked, known without loading what asks: its socket lies in the temporary folder.
    On Windows, where looking at a pipe uses it up, always."""
    return sys.platform == "win32" or Path(QDir.tempPath(), socket_name(folder)).exists()


def socket_name(folder: Path) -> str:
    """The name under which the window over a data folder listens."""
    place = os.fsencode(folder.resolve())  # which may be no UTF-8
    return f"tineng-{zlib.crc32(place):08x}{zlib.adler32(place):08x}"
