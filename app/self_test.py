"""``tineng --self-test``: whether this installation can do its work, told line by line as a helper on the telephone would ask.

Every sample is exported, checked as a received bundle is and read back from each of its files; the fonts are held against their
hashes; a window is drawn where nobody sees it. No draft of the person's is touched or looked at, and no path is printed.
"""

from __future__ import annotations

import queue
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app import about, paths
from app.application import Application, newest_call
from app.errors import AppError
from forms.text import parse_date

Say = Callable[[str], object]
WINDOW = "--self-test-window"
"""The word that has the program try its window in a process of its own: Qt ends a process that it cannot start in."""
WINDOW_WAIT = 120
"""Seconds that the window may take, on the slowest machine that still makes sense."""


PREVIEW_WAIT = 60
"""Seconds that the first page of a preview may take."""


@dataclass(frozen=True)
class Finding:
    """One thing that was tried: what, whether it works, and what to say of it (a figure, or what is wrong)."""

    what: str
    fine: bool
    said: str = ""

    def line(self) -> str:
        """The finding for a person."""
        return f"[{'正常' if self.fine else '不正常'}] {self.what}" + (f"：{self.said}" if self.said else "")


def run_all(say: Say) -> bool:
    """Say the versions, try everything, say each finding as it comes and a verdict; whether all is well."""
    for name, number in about.versions():
        say(f"{name} {number}")
    say(f"数据位置 {'便携：程序旁边' if paths.is_portable() else '本机用户文件夹'}")
    wrong = 0
    for finding in findings():
        say(finding.line())
        wrong += not finding.fine
    say(f"自检没有通过：{wrong}项不正常。请重新安装程序；仍不行时把以上内容发给技术人员。" if wrong else "自检通过")
    return not wrong


def findings() -> Iterator[Finding]:
    """Everything that is tried, in order, each found when it is asked for."""
    yield tried("字体与登记的校验值一致", check_fonts)
    yield tried("授权文件齐全", check_licences)
    for category in newest_call().categories:
        yield tried(f"样例导出并读回（{category.label}）", lambda found=category: check_sample(found.form, found.id))
    yield tried("数据文件夹可写", check_room)
    yield tried("打印预览", check_preview)
    yield tried("窗口界面能启动", check_window)


def tried(what: str, check: Callable[[], str]) -> Finding:
    """What a check finds. It says something good, or raises: an AppError says what is wrong, anything else is named by its kind."""
    try:
        return Finding(what, True, check())
    except AppError as error:
        return Finding(what, False, error.message)
    except Exception as error:  # a broken installation breaks anywhere, and the other checks still tell something
        missing = f"（{error.name}）" if isinstance(error, ImportError) and error.name else ""
        return Finding(what, False, type(error).__name__ + missing)


def check_fonts() -> str:
    """Each font file against its SHA-256."""
    from app.export.fonts import verify

    wrong = verify()
    if wrong:
        raise AppError("已损坏或缺少 " + "、".join(wrong))
    return ""


def check_licences() -> str:
    """The licence of everything that is shipped."""
    missing = [entry.name for entry in about.COMPONENTS if not (paths.resources() / entry.text).is_file()]
    if missing:
        raise AppError("缺少 " + "、".join(missing))
    return f"{len(about.COMPONENTS)}份"


def check_sample(form_id: str, category: str) -> str:
    """A sample exported into a folder that is taken away again, and every file of it read back."""
    from app.export.job import export
    from app.export.verify import verify
    from app.samples import sample

    application = sample(form_id, category)
    day = parse_date(str(application.values["application_date"]))
    if day is None:
        raise AppError("样例没有申报日期")
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="tineng-") as folder:
        made = export(application, Path(folder), today=day)
        if made.zip is None:
            raise AppError("没有生成压缩包")
        result = verify(made.zip)
        if not result.sound:
            raise AppError("；".join(entry.message for entry in result.findings))
        for path in (made.zip, made.pdf, made.docx):
            compare(path, application)
    return f"{made.pages}页，{time.perf_counter() - begun:.1f}秒"


def compare(path: Path, application: Application) -> None:
    """The answers that a file carries, against those that it was made from."""
    from app.opening.openers import open_application

    if open_application(path).application.values != application.values:
        raise AppError(f"从{path.suffix}读回的内容与填写的不同")


def check_preview() -> str:
    """A sample's pages and the picture of one, as the window's preview gets them."""
    from app.preview_process import PreviewWorker, shared
    from app.previewing import Pages, Picture
    from app.samples import sample

    told: queue.Queue[Pages | Picture | str] = queue.Queue()
    worker = PreviewWorker(told.put, told.put, told.put)
    begun = time.perf_counter()
    worker.show(sample("party"))
    try:
        while not isinstance(found := told.get(timeout=PREVIEW_WAIT), Picture):
            if isinstance(found, str):
                raise AppError(found)
            worker.want([(0, 1.0)])
    except queue.Empty:
        raise AppError("没有画出来") from None
    way = "独立进程" if shared().pid else "本进程"
    worker.close()
    shared().stop()
    return f"{way}，{time.perf_counter() - begun:.1f}秒"


def check_room() -> str:
    """The data folder, or where it would be made: writable, and with room."""
    wanted = paths.data_folder()
    folder = next((place for place in (wanted, *wanted.parents) if place.is_dir()), None)
    if folder is None:
        raise AppError("找不到数据文件夹所在的磁盘或U盘")
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".tineng-"):
        pass
    return f"剩余{shutil.disk_usage(folder).free // 2**20} MB"


def check_window() -> str:
    """A window drawn in another process, without a display."""
    try:
        done = subprocess.run(
            [*paths.own_command(), WINDOW], cwd=None if getattr(sys, "frozen", False) else paths.root(),
            stdin=subprocess.DEVNULL, capture_output=True, timeout=WINDOW_WAIT, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise AppError("没有反应") from None
    said = (done.stdout or done.stderr).decode("utf-8", "replace").strip()
    if done.returncode:
        raise AppError(said or f"退出码 {done.returncode}")
    return said
