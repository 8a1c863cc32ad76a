"""What can go wrong with the draft store, in words that say what to do."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager

from app.errors import SHARING_VIOLATIONS, AppError

FULL = "磁盘已满，暂时存不进去。请清理出一些磁盘空间；正在填写的内容仍在窗口里，腾出空间后会自动保存"
READ_ONLY = "草稿所在的文件夹不能写入（只读或没有权限）。请检查文件夹的权限或U盘的写保护；正在填写的内容仍在窗口里，解除后会自动保存"
INPUT_OUTPUT = "磁盘读写出错。请检查磁盘或U盘是否仍然连着；正在填写的内容仍在窗口里，恢复后会自动保存，也可以先另存到别处"
IN_USE = "草稿的文件正被其他程序使用（如杀毒、备份或同步软件），暂时存不进去。正在填写的内容仍在窗口里，之后会自动保存"
NO_MEMORY = "电脑内存不足，暂时存不进去。请关闭一些别的程序；正在填写的内容仍在窗口里，之后会自动保存"


class StoreError(AppError):
    """The store could not do what was asked; nothing that was stored before has changed."""


class NewerStore(StoreError):  # noqa: N818
    """The store was written by a newer version of the program; its bytes are left alone."""

    def __init__(self) -> None:
        super().__init__("草稿库是用更新版本的程序建的，请安装最新版本的提能申报再打开；草稿没有改动")


class StoreInUse(StoreError):  # noqa: N818
    """Another process has the store open."""

    def __init__(self) -> None:
        super().__init__("提能申报已经打开着，请使用已打开的窗口；如果看不到窗口，请稍等片刻或重启电脑后再试")


class DamagedStore(StoreError):  # noqa: N818
    """Something in the store is damaged and could not be recovered by itself."""


class UnknownDraft(StoreError):  # noqa: N818
    """There is no such draft (any more)."""

    def __init__(self) -> None:
        super().__init__("这份草稿已不在草稿库里，可能已被彻底删除")


class Damage(Exception):  # noqa: N818
    """Internal: a row does not match its hash, or SQLite finds the file malformed. Leads to recovery, never to the person."""


def explain(error: sqlite3.Error | OSError) -> Exception:
    """The StoreError for a failure of the disk, Damage for a malformed file, or the error itself where it is a bug of ours."""
    if isinstance(error, OSError):
        return _explain_os(error)
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return Damage(name)
    if str(error).startswith("Could not decode to UTF-8"):
        return Damage("text")
    for prefixes, message in _SQLITE:
        if name.startswith(prefixes):
            return StoreError(message)
    return StoreInUse() if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) else error


def _explain_os(error: OSError) -> StoreError:
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return StoreError(FULL)
    if getattr(error, "winerror", None) in SHARING_VIOLATIONS:
        return StoreError(IN_USE)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StoreError(READ_ONLY)
    return StoreError(INPUT_OUTPUT)


def disk_failed(error: Exception) -> bool:
    """Whether it was the disk that failed: nothing is known then about what was being read or written."""
    return isinstance(error, sqlite3.Error | OSError) and isinstance(explain(error), StoreError)


@contextmanager
def explained() -> Generator[None]:
    """Within it a failure of the disk becomes a StoreError, and a malformed file Damage."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        found = explain(error)
        if found is error:
            raise
        raise found from error


_SQLITE = (
    (("SQLITE_FULL",), FULL),
    (("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH", "SQLITE_CANTOPEN"), READ_ONLY),
    (("SQLITE_IOERR", "SQLITE_PROTOCOL"), INPUT_OUTPUT),
    (("SQLITE_NOMEM",), NO_MEMORY),
)
