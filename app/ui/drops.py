"""Files that are dropped on the window from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the main window, which is up before all else, asks too
    from PySide6.QtGui import QDropEvent


def local_files(event: QDropEvent) -> list[Path]:
    """Those of this machine, in their order."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def take_copy(event: QDropEvent) -> None:
    """Take what is dropped, as a copy whatever is proposed: a file manager takes away what it is told has been moved."""
    copy, nothing = event.dropAction().CopyAction, event.dropAction().IgnoreAction
    event.setDropAction(copy if event.possibleActions() & copy else nothing)
    event.accept()
