"""A disk whose n-th write, sync, opening, renaming, deletion or new folder fails, once or until it is mended.

What SQLite does passes through a VFS (apsw's, which lets each step be refused with SQLite's own codes), what the store does itself
through the functions of ``os`` wrapped; both count into one :class:`Faults`. The store's code is the ordinary one, and so are the errors
it meets: what apsw raises is handed on as the ``sqlite3`` module would raise it.
"""

from __future__ import annotations

import errno
import io
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import apsw

from app.store import database

NAME = "failing"
KINDS: tuple[str, ...] = ("open", "write", "sync", "rename", "delete", "folder")
CODES = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS)
_SQLITE = {  # what SQLite's own layer for Unix answers
    "open": ("CANTOPEN", apsw.CantOpenError), "write": ("IOERR_WRITE", apsw.IOError), "sync": ("IOERR_FSYNC", apsw.IOError),
    "delete": ("IOERR_DELETE", apsw.IOError),
}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """The ``number``-th step of a kind fails with ``code``; if ``lasting``, all later ones of that kind as well."""

    kind: str
    number: int
    code: int
    lasting: bool


class Faults:
    """Counts the steps below ``root`` while armed, and lets the planned one fail."""

    def __init__(self, root: Path) -> None:
        self.root = str(root.resolve())
        self.counted: dict[str, int] = {}
        self.struck = False
        self._plan: Fault | None = None
        self._armed = False

    @contextmanager
    def armed(self, plan: Fault | None) -> Iterator[None]:
        """Within it the disk fails as planned; None only counts."""
        self.counted = dict.fromkeys(KINDS, 0)
        self._plan, self._armed, self.struck = plan, True, False
        try:
            yield
        finally:
            self._armed = False

    def fails(self, kind: str) -> int:
        """One step; the errno that it meets, or 0."""
        if not self._armed:
            return 0
        self.counted[kind] += 1
        plan = self._plan
        if plan is None or kind != plan.kind or self.counted[kind] < plan.number or (self.struck and not plan.lasting):
            return 0
        self.struck = True
        return plan.code

    def step(self, kind: str, path: Any = "") -> None:
        """One step of the store's own; raises OSError. A path that is not below the root counts for nothing."""
        if path and not os.path.realpath(os.fspath(path)).startswith(self.root):
            return
        if code := self.fails(kind):
            raise OSError(code, os.strerror(code))

    def step_in_sqlite(self, kind: str) -> None:
        """One step of SQLite's; raises what SQLite takes for that failure."""
        code = self.fails(kind)
        if not code:
            return
        name, error = ("FULL", apsw.FullError) if kind == "write" and code == errno.ENOSPC else _SQLITE[kind]
        failure: Any = error(os.strerror(code))
        failure.extendedresult = getattr(apsw, f"SQLITE_{name}")
        raise failure


# --- SQLite's side -----------------------------------------------------------------------------------------------------------


class FailingVFS(apsw.VFS):
    """The system's own, whose steps are counted."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        super().__init__(NAME, "")

    def xOpen(self, name: Any, flags: list[int]) -> FailingFile:  # noqa: N802
        self.faults.step_in_sqlite("open")
        return FailingFile(self.faults, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        self.faults.step_in_sqlite("delete")
        super().xDelete(filename, syncdir)


class FailingFile(apsw.VFSFile):
    """One open file."""

    def __init__(self, faults: Faults, filename: Any, flags: list[int]) -> None:
        self._faults = faults
        super().__init__("", filename, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._faults.step_in_sqlite("write")
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        self._faults.step_in_sqlite("write")
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._faults.step_in_sqlite("sync")
        super().xSync(flags)


@contextmanager
def _as_sqlite3() -> Iterator[None]:
    try:
        yield
    except apsw.Error as error:
        told = sqlite3.OperationalError(str(error))
        code: int = getattr(error, "extendedresult")  # noqa: B009 - set when it is raised, and so unknown to a type checker
        told.sqlite_errorname = str(apsw.mapping_extended_result_codes.get(code) or apsw.mapping_result_codes.get(code & 0xFF) or "")
        raise told from error


class _Rows:
    def __init__(self, cursor: apsw.Cursor) -> None:
        self._cursor = cursor

    def fetchone(self) -> Any:
        with _as_sqlite3():
            return self._cursor.fetchone()

    def fetchall(self) -> list[Any]:
        with _as_sqlite3():
            return self._cursor.fetchall()

    def __iter__(self) -> Iterator[Any]:
        while (row := self.fetchone()) is not None:
            yield row


class _Connection:
    """As much of ``sqlite3.Connection`` as the store uses."""

    def __init__(self, path: Path, **_: Any) -> None:
        with _as_sqlite3():
            self._connection = apsw.Connection(str(path), vfs=NAME)

    def execute(self, sql: str, given: Any = ()) -> _Rows:
        with _as_sqlite3():
            return _Rows(self._connection.execute(sql, tuple(given)))

    @property
    def in_transaction(self) -> bool:
        return self._connection.in_transaction

    def close(self) -> None:
        with suppress(apsw.Error):  # as sqlite3: what emptying the log meets stays in the log
            self._connection.close()


# --- the store's own side ----------------------------------------------------------------------------------------------------


class _CountedFile(io.FileIO):
    def __init__(self, faults: Faults, handle: int) -> None:
        super().__init__(handle, "wb")
        self._faults = faults

    def write(self, data: Any) -> int | None:
        self._faults.step("write")
        return super().write(data)


def _counting(faults: Faults, kind: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def call(path: Any, *given: Any, **named: Any) -> Any:
        if kind == "sync":
            faults.step(kind)
        else:
            faults.step(kind, path)
        return function(path, *given, **named)

    return call


@contextmanager
def failing_disk(root: Path, patch: Callable[[Any, str, Any], None]) -> Iterator[Faults]:
    """A disk under the store in ``root``; ``patch`` is ``monkeypatch.setattr`` or ``setattr``."""
    faults = Faults(root)
    steps = {"open": "open", "fsync": "sync", "unlink": "delete", "mkdir": "folder"} | dict.fromkeys(
        ("replace", "rename", "link"), "rename"
    )
    plain = {(os, name): getattr(os, name) for name in (*steps, "fdopen")} | {(io, "open"): io.open, (database, "sqlite3"): sqlite3}

    def opened(path: Any, *given: Any, **named: Any) -> Any:
        if isinstance(path, (str, os.PathLike)):
            faults.step("open", path)
        return plain[io, "open"](path, *given, **named)

    vfs = FailingVFS(faults)
    try:
        for name, kind in steps.items():
            patch(os, name, _counting(faults, kind, plain[os, name]))
        patch(os, "fdopen", lambda handle, _mode: io.BufferedWriter(_CountedFile(faults, handle)))
        patch(io, "open", opened)
        patch(database, "sqlite3", SimpleNamespace(**{**vars(sqlite3), "connect": _Connection}))
        yield faults
    finally:
        for (owner, name), function in plain.items():
            patch(owner, name, function)
        vfs.unregister()
