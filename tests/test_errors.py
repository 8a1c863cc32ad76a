"""The few words for what the system says about a file."""

from __future__ import annotations

import errno
import os

import pytest

from app.errors import reason


@pytest.mark.parametrize("code", sorted(errno.errorcode))
def test_every_reason_is_chinese(code: int) -> None:
    said = reason(OSError(code, os.strerror(code)))
    assert said
    assert not any(char.isascii() and char.isalpha() for char in said), said


def test_what_people_can_do_something_about() -> None:
    assert reason(FileNotFoundError(errno.ENOENT, "")) == "文件不存在"
    assert reason(PermissionError(errno.EACCES, "")) == "没有权限"
    assert reason(OSError(errno.EIO, "")) == "磁盘读写出错"
    assert reason(OSError(getattr(errno, "EDQUOT", errno.ENOSPC), "")) == "磁盘已满"
    assert reason(ValueError("embedded null byte"), "读取失败") == "读取失败"


def test_a_file_that_another_program_holds_on_windows() -> None:
    held = PermissionError(errno.EACCES, "")
    held.winerror = 32  # type: ignore[attr-defined]
    assert reason(held) == "正被其他程序使用"


def test_a_name_too_long_for_windows() -> None:
    """Windows gives it the errno of a missing file."""
    long = FileNotFoundError(errno.ENOENT, "")
    long.winerror = 206  # type: ignore[attr-defined]
    assert reason(long) == "名称太长"
