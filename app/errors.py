"""The one exception that people see. Anything else that escapes is a bug of ours."""

from __future__ import annotations

import errno


class AppError(Exception):
    """Something a person can act on. ``message`` is one plain Chinese sentence without a traceback or a field's content."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


_REASONS = {
    errno.ENOENT: "文件不存在", errno.ENOTDIR: "文件不存在", errno.EACCES: "没有权限", errno.EPERM: "没有权限", errno.EISDIR: "这是文件夹",
    errno.ENOSPC: "磁盘已满", errno.EROFS: "磁盘只能读", errno.ENAMETOOLONG: "名称太长", errno.EBUSY: "正被其他程序使用",
    errno.ETXTBSY: "正被其他程序使用", errno.EMFILE: "打开的文件太多", errno.ENFILE: "打开的文件太多",
    getattr(errno, "EDQUOT", errno.ENOSPC): "磁盘已满",
}  # fmt: skip
SHARING_VIOLATIONS = frozenset({32, 33})
"""Sharing and lock violation by Windows' own number: it gives both the errno of a missing right."""
_OF_WINDOWS = dict.fromkeys(SHARING_VIOLATIONS, "正被其他程序使用") | {206: "名称太长"}
"""By Windows' own number, too: the last one has the errno of a missing file."""


def reason(error: Exception, otherwise: str = "磁盘读写出错") -> str:
    """Why a file cannot be read or written, in a few words: the system's own are English, or of a language that we do not know."""
    known = _OF_WINDOWS.get(getattr(error, "winerror", None) or 0)
    return known or _REASONS.get(getattr(error, "errno", None) or 0, otherwise)
