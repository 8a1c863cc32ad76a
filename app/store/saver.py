"""The thread that saves what is typed: soon after the last key, but never long after the first unsaved one."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition, Thread
from typing import Any, Protocol

from app.errors import AppError
from app.store.errors import UnknownDraft
from app.store.records import Facts, Snapshot

QUIET, LONGEST = 0.3, 0.8
"""Seconds after the last key, and at most after the first unsaved one: someone who types on without a pause loses no more than
the last second (promise 1)."""
RETRY = 1.0
UNEXPECTED = "保存时出现意外问题，填写的内容还在窗口里，正在重试；如果一直这样，请先另存到别处"

_log = logging.getLogger(__name__)


class Saving(Protocol):
    """What the saver needs of a store."""

    def save(self, draft_id: str, document: bytes, memory: dict[str, Any], facts: Facts) -> float:
        """Save and return the time of the commit; raises AppError."""
        ...


@dataclass
class _Unsaved:
    """A draft's newest unsaved state; ``first`` and ``last`` are the times of its first and last unsaved edit."""

    snapshot: Snapshot
    first: float
    last: float
    urgent: bool = False
    retry: float | None = None
    message: str = ""

    def due(self, quiet: float, longest: float) -> float:
        if self.urgent:
            return float("-inf")
        return self.retry if self.retry is not None else min(self.last + quiet, self.first + longest)


class Saver:
    """Saves drafts on a thread of its own. ``on_saved(draft, time of commit)`` and ``on_failed(draft, message)`` are called on that
    thread; a failure is reported once per message, kept and tried again each second, and followed by ``on_saved`` once it works."""

    def __init__(
        self,
        store: Saving,
        *,
        on_saved: Callable[[str, float], None],
        on_failed: Callable[[str, str], None],
        quiet: float = QUIET,
        longest: float = LONGEST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._on_saved, self._on_failed = store, on_saved, on_failed
        self._quiet, self._longest, self._clock = quiet, longest, clock
        self._changed = Condition()
        self._unsaved: dict[str, _Unsaved] = {}
        self._saving: tuple[str, _Unsaved] | None = None
        self._attempts: dict[str, int] = {}
        self._looks_asked = self._looks_done = 0
        self._closing = False
        self._thread = Thread(target=self._run, name="saver", daemon=True)
        self._thread.start()

    def edited(self, draft_id: str, snapshot: Snapshot) -> None:
        """Hand over a draft's newest state; an earlier one that is not saved yet is dropped."""
        with self._changed:
            now, former = self._clock(), self._unsaved.get(draft_id)
            if former is None:
                self._unsaved[draft_id] = _Unsaved(snapshot, now, now)
                self._changed.notify_all()
            else:
                # The thread looks again when the earlier state would have been due: woken at each key it would be in the window's way.
                former.snapshot, former.last = snapshot, now

    def pending(self, draft_id: str) -> Snapshot | None:
        """The newest state that is not yet committed, if any: for the word 正在保存… and for saving it elsewhere."""
        with self._changed:
            if draft_id in self._unsaved:
                return self._unsaved[draft_id].snapshot
            return self._saving[1].snapshot if self._saving and self._saving[0] == draft_id else None

    @property
    def unsaved(self) -> list[str]:
        """The drafts with a state that is not yet committed."""
        with self._changed:
            return [*self._unsaved, *([self._saving[0]] if self._saving and self._saving[0] not in self._unsaved else [])]

    def forget(self, draft_id: str) -> None:
        """Drop a draft's unsaved state, when the draft itself is being removed."""
        with self._changed:
            self._unsaved.pop(draft_id, None)
            self._changed.notify_all()

    def flush(self, timeout: float | None = 5.0, draft_id: str | None = None) -> bool:
        """Save now and wait; True when all that was handed over before (of one draft, or of all) is committed, False when saving
        failed or took longer than ``timeout`` seconds."""
        with self._changed:
            asked = [name for name in self._unsaved if draft_id in (None, name)]
            running = self._saving[0] if self._saving and draft_id in (None, self._saving[0]) else None
            goals = {name: self._attempts.get(name, 0) + (2 if name == running else 1) for name in asked}
            if running is not None and running not in goals:
                goals[running] = self._attempts.get(running, 0) + 1
            for name in asked:
                self._unsaved[name].urgent = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._closing or all(self._settled(name, goal) for name, goal in goals.items()), timeout)
            return all(self._settled(name, goal) and not self._failing(name) for name, goal in goals.items())

    def _settled(self, name: str, goal: int) -> bool:
        """Whether as many attempts as wanted were made, or nothing is left to save."""
        held = name in self._unsaved or (self._saving is not None and self._saving[0] == name)
        return self._attempts.get(name, 0) >= goal or not held

    def _failing(self, name: str) -> bool:
        entry = self._unsaved.get(name)
        return entry is not None and bool(entry.message)

    def close(self, timeout: float | None = 5.0) -> bool:
        """Save what is left and end the thread; False when something could not be saved (it is still in :meth:`pending`)."""
        done = self.flush(timeout)
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(timeout)
        return done and not self._thread.is_alive()

    def look(self, timeout: float = 5.0) -> None:
        """Have the thread look at the clock now, and wait until all that is due by it was tried: for a clock that jumps (after the
        computer slept, or in a test)."""
        with self._changed:
            self._looks_asked += 1
            asked = self._looks_asked
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._looks_done >= asked, timeout)

    # --- the thread --------------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while (work := self._next()) is not None:
            self._save(*work)

    def _next(self) -> tuple[str, _Unsaved] | None:
        """Wait for the next draft that is due and take it; None at the end."""
        with self._changed:
            while not self._closing:
                now, looks = self._clock(), self._looks_asked
                wait = None
                if self._unsaved:
                    name, entry = min(self._unsaved.items(), key=lambda item: item[1].due(self._quiet, self._longest))
                    wait = entry.due(self._quiet, self._longest) - now
                    if wait <= 0:
                        self._saving = (name, self._unsaved.pop(name))
                        return self._saving
                self._looks_done = looks
                self._changed.notify_all()
                if looks == self._looks_asked:
                    self._changed.wait(wait)
            return None

    def _save(self, name: str, entry: _Unsaved) -> None:
        saved, message = 0.0, ""
        try:
            saved = self._store.save(name, entry.snapshot.document, entry.snapshot.memory, entry.snapshot.facts)
        except UnknownDraft as error:
            # It was removed for good meanwhile: there is nothing to try again.
            self._settle(name, None)
            self._call(self._on_failed, name, error.message)
            return
        except AppError as error:
            message = error.message
        except Exception as error:
            # A bug of ours must not stop the saving of other drafts; its text may hold field contents and stays out of the log.
            _log.error("saving failed: %s", type(error).__name__)
            message = UNEXPECTED
        if message:
            repeated = message == entry.message
            entry.urgent, entry.retry, entry.message = False, self._clock() + RETRY, message
            self._settle(name, entry)
            if not repeated:
                self._call(self._on_failed, name, message)
        else:
            self._settle(name, None)
            self._call(self._on_saved, name, saved)

    def _settle(self, name: str, failed: _Unsaved | None) -> None:
        """Note an attempt's end; after a failure the newest state waits for the next one."""
        with self._changed:
            self._saving = None
            self._attempts[name] = self._attempts.get(name, 0) + 1
            if failed is not None:
                newer = self._unsaved.get(name)
                if newer is not None:
                    newer.first, newer.retry, newer.message = failed.first, failed.retry, failed.message
                else:
                    self._unsaved[name] = failed
            self._changed.notify_all()

    def _call(self, told: Callable[[str, Any], None], name: str, what: Any) -> None:
        try:
            told(name, what)
        except Exception as error:
            _log.error("a saver's listener failed: %s", type(error).__name__)
