"""The only place that knows where things lie: the program's own files and the person's data."""

from __future__ import annotations

import os
import sys
from pathlib import Path

HOME_VARIABLE = "TINENG_HOME"
"""Overrides the data folder: for tests, and for a helper who keeps several stores apart."""


def root() -> Path:
    """The folder that holds ``resources`` and ``templates``: the checkout, or the bundle that PyInstaller unpacked."""
    bundle = getattr(sys, "_MEIPASS", None)
    return Path(bundle) if bundle else Path(__file__).resolve().parent.parent


def resources() -> Path:
    """Fonts, icons, style and texts."""
    return root() / "resources"


def templates() -> Path:
    """The docx templates."""
    return root() / "templates"


def data_folder() -> Path:
    """Where drafts are kept: local to the machine (LOCALAPPDATA on Windows), never a roaming or synced folder.

    The folder is not created here; the store does that, with the permissions it needs.
    """
    override = os.environ.get(HOME_VARIABLE)
    if override:
        return Path(override)
    from platformdirs import user_data_path

    return user_data_path("tineng", appauthor=False, roaming=False)


def call_folder() -> Path:
    """Where a person may drop a later year's call file; need not exist."""
    return data_folder() / "calls"
