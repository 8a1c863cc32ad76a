"""Drafts in SQLite: autosave, versions, bin, backups, migrations, recovery. Knows nothing of the window.

:class:`Store` is one folder's store, :class:`Saver` the thread that saves what is typed.
"""

from __future__ import annotations

from app.store.errors import DamagedStore, NewerStore, StoreError, StoreInUse, UnknownDraft
from app.store.records import Backup, Draft, Facts, Snapshot, State, Summary, Version, facts_of, snapshot_of
from app.store.saver import Saver
from app.store.store import Store

__all__ = [
    "Backup",
    "DamagedStore",
    "Draft",
    "Facts",
    "NewerStore",
    "Saver",
    "Snapshot",
    "State",
    "Store",
    "StoreError",
    "StoreInUse",
    "Summary",
    "UnknownDraft",
    "Version",
    "facts_of",
    "snapshot_of",
]
