"""The only place that knows where things lie: the program's own files and the person's data."""

from __future__ import annotations

import os
import sys
from pathlib import Path

HOME_VARIABLE = "TINENG_HOME"
"""Overrides the data folder: for tests, and for a helper who keeps several stores apart."""

PORTABLE_MARKS = ("便携模式.txt", "portable.txt")
"""A file of one of these names beside the packed program keeps the data beside it too: on a USB stick, say."""
PORTABLE_DATA = "申报数据"
"""The folder beside the program that holds the data of the portable form."""


def root() -> Path:
    """The folder that holds ``resources`` and ``templates``: the checkout, or the bundle that PyInstaller unpacked."""
    bundle = getattr(sys, "_MEIPASS", None)
    return Path(bundle) if bundle else Path(__file__).resolve().parent.parent


def resources() -> Path:
    """Fonts, icons, style and texts."""
    return root() / "resources"


def icon() -> Path:
    """The program's icon for windows."""
    return resources() / "icons" / "tineng-256.png"


def templates() -> Path:
    """The docx templates."""
    return root() / "templates"


def program_folder() -> Path | None:
    """The folder that a person sees the packed program in (on macOS the one with the .app); None when it runs from source."""
    if not getattr(sys, "frozen", False):
        return None
    folder = Path(sys.executable).resolve().parent
    package = next((parent for parent in folder.parents if parent.suffix == ".app"), None)
    return package.parent if package else folder


def own_command() -> list[str]:
    """The words that start this same program once more, with an input and an output: packed, or from source (in :func:`root`)."""
    if not getattr(sys, "frozen", False):
        return [sys.executable, "-m", "app"]
    with_console = Path(sys.executable).with_name("tineng.exe")  # on Windows the program of the menu has neither
    return [str(with_console) if with_console.is_file() else sys.executable]


def is_portable() -> bool:
    """Whether this is the packed program with a portable mark beside it."""
    folder = program_folder()
    return folder is not None and any((folder / mark).is_file() for mark in PORTABLE_MARKS)


def data_folder() -> Path:
    """Where drafts are kept: local to the machine (LOCALAPPDATA on Windows), never a roaming or synced folder; for the portable
    form beside the program.

    The folder is not created here; the store does that, with the permissions it needs.
    """
    override = os.environ.get(HOME_VARIABLE)
    if override:
        return Path(override)
    folder = program_folder()
    if folder is not None and is_portable():
        return folder / PORTABLE_DATA
    from platformdirs import user_data_path

    return user_data_path("tineng", appauthor=False, roaming=False)


def call_folder() -> Path:
    """Where a person may drop a later year's call file; need not exist."""
    return data_folder() / "calls"
