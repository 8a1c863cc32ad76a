"""What is written down when something unexpected happens: reports and a log without a word of anybody's (promises.md).

Neither ever holds a field's content, a path or a user name. An exception's message may carry all three, so that it is dropped;
what stays is its type, the number of a failed system call, and where in our own code it happened. No Qt here.
"""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType

from app.about import versions
from app.lasting import make_folder

KEEP = 20
"""Reports kept; the oldest go."""
LOG_BYTES = 64 * 1024
"""The log is put aside at this size; the one put aside before it goes."""
MAX_FRAMES, MAX_CAUSES = 40, 8
OUR_MODULES = re.compile(r"(app|forms)(\.[A-Za-z0-9_]+)*|__main__")
PLAIN = re.compile(r"[A-Za-z0-9_.<>:+-]{1,120}")
"""What a name in a report may consist of: identifiers of code. Anything else is not one of ours and is left out."""
ADVICE = "本文件只记程序出错的位置，不含填写的内容、文件路径和用户名，可以放心发给维护程序的人。"


@dataclass(frozen=True)
class Report:
    """One unexpected error. ``kinds`` are the type and its causes, ``frames`` are ``module:function:line``, the innermost last."""

    where: str
    kinds: tuple[str, ...]
    frames: tuple[str, ...]

    def text(self, now: datetime) -> str:
        """The report as it is stored."""
        lines = ["提能申报 错误报告", ADVICE, "", f"时间　{now:%Y-%m-%d %H:%M:%S}", f"发生于　{self.where}", "", "错误"]
        lines += [f"  {kind}" for kind in self.kinds]
        lines += ["", "位置（由外到内）", *(f"  {frame}" for frame in self.frames or ("（不在本程序的代码里）",)), "", "版本"]
        lines += [f"  {name} {number}" for name, number in versions()]
        return "\n".join(lines) + "\n"


def report_of(error: BaseException, where: str) -> Report:
    """The report of an exception; ``where`` is one of our own words (界面, 后台线程 …). Never raises for an odd exception."""
    chain = list(_chain(error))
    frames = [frame for link in reversed(chain) for frame in frames_of(link.__traceback__)]
    return Report(where, tuple(kind_of(link) for link in chain), tuple(frames[-MAX_FRAMES:]))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception, then what it came from, and so on; a chain that bites its tail ends."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen and len(seen) < MAX_CAUSES:
        seen.add(id(link))
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def kind_of(error: BaseException) -> str:
    """The exception's type, and for a failed system call the name of its number; never its message."""
    kind = type(error)
    name = plain(f"{kind.__module__}.{kind.__qualname__}").removeprefix("builtins.")
    number = getattr(error, "errno", None)
    if isinstance(error, OSError) and isinstance(number, int):
        return f"{name} {errno.errorcode.get(number, str(number))}"
    code = plain(str(getattr(error, "sqlite_errorname", "")))
    return f"{name} {code}" if code.startswith("SQLITE_") else name


def frames_of(trace: TracebackType | None) -> list[str]:
    """Where an exception passed through our own code, the innermost last; a file's name is never used, only the module's."""
    found: list[str] = []
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if OUR_MODULES.fullmatch(module):
            found.append(f"{module}:{plain(trace.tb_frame.f_code.co_qualname)}:{trace.tb_lineno}")
        trace = trace.tb_next
    return found


def plain(name: str) -> str:
    """The name if it is an identifier of code, else ``?``."""
    return name if PLAIN.fullmatch(name) else "?"


class Records:
    """The folder of reports and the log, for its owner alone. Nothing here raises: a failing disk is told of elsewhere."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is the data folder; ``reports`` and ``logs`` are made in it when they are first needed."""
        self.reports = folder / "reports"
        self.logs = folder / "logs"

    @property
    def log_file(self) -> Path:
        """The log that is being written."""
        return self.logs / "tineng.log"

    def keep(self, report: Report, now: datetime) -> bool:
        """Store a report and let the oldest go; whether it is on disk."""
        try:
            _private_folder(self.reports)
            _write(self._free_name(now), report.text(now), os.O_CREAT | os.O_EXCL)
            for path in sorted(self.reports.glob("report-*.txt"))[:-KEEP]:
                path.unlink()
        except OSError:
            return False
        return True

    def _free_name(self, now: datetime) -> Path:
        """A name that sorts by time; several reports of one second are numbered."""
        stamp = f"report-{now:%Y%m%d-%H%M%S}"
        return next(path for path in (self.reports / f"{stamp}-{count:03}.txt" for count in range(1000)) if not path.exists())

    def note(self, event: str, *details: str | int) -> None:
        """One line in the log: time, event, details. Words that are not identifiers of code are left out."""
        words = [plain(str(word)) for word in (event, *details)]
        try:
            _private_folder(self.logs)
            if self.log_file.exists() and self.log_file.stat().st_size > LOG_BYTES:
                self.log_file.replace(self.log_file.with_name("tineng.1.log"))
            _write(self.log_file, f"{datetime.now():%Y-%m-%d %H:%M:%S} {' '.join(words)}\n", os.O_CREAT | os.O_APPEND)
        except OSError:
            return


def _private_folder(path: Path) -> None:
    make_folder(path, mode=0o700)
    if sys.platform != "win32" and path.stat().st_mode & 0o077:
        path.chmod(0o700)


def _write(path: Path, text: str, flags: int) -> None:
    handle = os.open(path, flags | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
