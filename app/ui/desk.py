"""What every part of the window works with: the store, the saving, the messages and the day. Passed on, never global."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from app import paths
from app.application import all_calls, newest_call
from app.errors import AppError
from app.store import Store
from app.ui.autosave import Autosave
from app.ui.messages import Messages
from forms.call import Call


@dataclass
class Desk:
    """The services of one running window."""

    store: Store
    autosave: Autosave
    messages: Messages
    today: Callable[[], date] = date.today
    call_folders: tuple[Path, ...] = field(default_factory=lambda: (paths.call_folder(),))

    @property
    def call(self) -> Call:
        """The call that new applications are for."""
        return newest_call(*self.call_folders)

    def calls(self) -> tuple[tuple[Call, ...], str]:
        """All calls, the newest first; the bundled ones alone where a person's own call file is broken, and then what is wrong with it."""
        try:
            return all_calls(*self.call_folders), ""
        except AppError as error:
            return all_calls(), error.message
