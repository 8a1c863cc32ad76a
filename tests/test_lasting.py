"""A folder is synced where that can be done; a file system without such a call is no failure, a failing disk is."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.lasting import make_folder, sync_folder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such call")


def failing(number: int) -> Callable[[int], None]:
    def sync(_: int) -> None:
        raise OSError(number, os.strerror(number))

    return sync


def test_the_folder_itself_is_synced(tmp_path: Path) -> None:
    seen: list[bool] = []
    sync_folder(tmp_path, lambda handle: seen.append(os.path.samestat(os.fstat(handle), tmp_path.stat())))
    assert seen == [True]


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP, errno.ENOSYS])
def test_a_file_system_that_knows_no_such_call(tmp_path: Path, number: int) -> None:
    sync_folder(tmp_path, failing(number))


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_a_disk_that_fails(tmp_path: Path, number: int) -> None:
    with pytest.raises(OSError, match=os.strerror(number)):
        sync_folder(tmp_path, failing(number))


def test_a_folder_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> int:
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr(os, "open", refused)
    sync_folder(tmp_path, failing(errno.EIO))  # which is never called


def test_no_handle_stays_open(tmp_path: Path) -> None:
    handles: list[int] = []
    sync_folder(tmp_path, handles.append)
    with pytest.raises(OSError, match=os.strerror(errno.EBADF)):
        os.fstat(handles[0])


def test_each_new_folder_lasts_in_the_one_above(tmp_path: Path) -> None:
    seen: list[int] = []
    make_folder(tmp_path / "a" / "b", sync=lambda handle: seen.append(os.fstat(handle).st_ino))
    assert (tmp_path / "a" / "b").is_dir()
    assert seen == [(tmp_path / "a").stat().st_ino, tmp_path.stat().st_ino]
    make_folder(tmp_path / "a" / "b", sync=lambda _: seen.clear())  # there already: nothing to do
    assert len(seen) == 2
