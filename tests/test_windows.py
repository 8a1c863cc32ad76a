"""What Windows does otherwise, held here without one: by what is missing there, and by what its calls answer."""

from __future__ import annotations

import ast
import ctypes
import errno
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from app import cli, lasting
from app.crash import Records
from app.errors import AppError
from app.export import atomic
from app.store.errors import StoreError, explained
from app.store.files import Folder, put_in_place

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted([*ROOT.glob("forms/**/*.py"), *ROOT.glob("app/**/*.py")])
ABSENT_MODULES = ("fcntl", "grp", "pwd", "resource", "termios", "tty", "pty", "posix", "syslog")
ABSENT_NAMES = (
    "O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "chown", "fchmod", "fchown", "fork", "getegid", "geteuid", "getgid", "getuid",
    "killpg", "mkfifo", "nice", "openpty", "posix_fadvise", "sched_yield", "setpriority", "sync", "uname",
)  # fmt: skip
WITHOUT = f"""
import sys, os, importlib, pathlib
import platform, tempfile, threading, subprocess, uuid, mmap, sqlite3, ctypes, PySide6.QtWidgets  # which have their own ways there
for name in {ABSENT_MODULES!r}:
    sys.modules[name] = None
for name in {ABSENT_NAMES!r}:
    if hasattr(os, name):
        delattr(os, name)
for path in sorted([*pathlib.Path("app").glob("**/*.py"), *pathlib.Path("forms").glob("**/*.py")]):
    name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
    if name != "app.__main__":
        importlib.import_module(name)
"""


def formats(path: Path) -> Iterator[str]:
    """What a file has dates and times spelled by: in f-strings, and in calls of strftime."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            yield from (part.value for part in ast.walk(node.format_spec) if isinstance(part, ast.Constant) and "%" in str(part.value))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "strftime":
            yield from (str(part.value) for part in node.args if isinstance(part, ast.Constant))


def test_no_date_is_spelled_by_the_language_of_windows() -> None:
    """strftime goes through the system's code page there: with an English one 年 is an error."""
    found = [(path.name, text) for path in SOURCES for text in formats(path)]
    assert len(found) > 3
    assert [entry for entry in found if not entry[1].isascii()] == []


def test_every_module_loads_without_what_windows_lacks() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# --- files that another program has open -----------------------------------------------------------------------------------

OLD = {"申报书.pdf": b"old pdf", "申报书.docx": b"old docx"}
NEW = {"申报书.pdf": b"new pdf", "申报书.docx": b"new docx"}
SHARING_VIOLATION = 32


class Windows:
    """Moving and removing as Windows does it: not while a program has the file open under any of its names, and nothing is renamed
    onto a name that is taken."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.held: dict[int, float] = {}
        """The file's number, and how many more refusals there are."""
        self.waited: list[float] = []
        self._unlink, self._replace, self._rename = Path.unlink, Path.replace, Path.rename
        patch.setattr(sys, "platform", "win32")
        patch.setattr(lasting, "sleep", self.waited.append)
        patch.setattr(Path, "unlink", lambda path, missing_ok=False: self.unlink(path, missing_ok))
        patch.setattr(Path, "replace", lambda *paths: self.replace(*paths))  # noqa: PLW0108 - the method of an object takes no path
        patch.setattr(Path, "rename", lambda *paths: self.rename(*paths))  # noqa: PLW0108

    def hold(self, path: Path, refusals: float = math.inf) -> None:
        self.held[path.stat().st_ino] = refusals

    def _ask(self, path: Path) -> None:
        number = path.stat().st_ino if path.exists() else 0
        if self.held.get(number, 0) > 0:
            self.held[number] -= 1
            error = PermissionError(errno.EACCES, "in use")
            error.winerror = SHARING_VIOLATION  # type: ignore[attr-defined]
            raise error

    def unlink(self, path: Path, missing_ok: bool) -> None:
        self._ask(path)
        self._unlink(path, missing_ok=missing_ok)

    def replace(self, path: Path, target: Path) -> Path:
        self._ask(path)
        self._ask(Path(target))
        return self._replace(path, target)

    def rename(self, path: Path, target: Path) -> Path:
        if Path(target).exists():
            raise FileExistsError(errno.EEXIST, "exists")
        self._ask(path)
        return self._rename(path, target)


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Windows:
    return Windows(monkeypatch)


def fill(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).write_bytes(data)


def in_folder(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_an_export_over_a_file_that_is_open_leaves_the_folder_as_it_was(windows: Windows, tmp_path: Path) -> None:
    """A second name, made to go back by, could not be removed either: it stayed beside the documents."""
    fill(tmp_path, OLD)
    windows.hold(tmp_path / "申报书.docx")
    with pytest.raises(AppError, match=r"“申报书\.docx”正被其他程序打开"):
        atomic.publish(tmp_path, NEW, force=True)
    assert in_folder(tmp_path) == OLD
    assert 1 <= sum(windows.waited) <= 3


def test_an_export_waits_for_a_scanner(windows: Windows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = atomic.Disk.write

    def scanned(disk: atomic.Disk, path: Path, data: bytes) -> None:
        write(disk, path, data)
        windows.hold(path, 2)

    monkeypatch.setattr(atomic.Disk, "write", scanned)
    atomic.publish(tmp_path, OLD)
    atomic.publish(tmp_path, NEW, force=True)
    assert in_folder(tmp_path) == NEW
    assert windows.waited


def test_an_export_overwrites_nothing_that_comes_meanwhile(windows: Windows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "lexists", lambda _: False)  # looked before it came
    fill(tmp_path, {"申报书.pdf": b"mine"})
    with pytest.raises(AppError, match="没有覆盖"):
        atomic.publish(tmp_path, NEW)
    assert in_folder(tmp_path) == {"申报书.pdf": b"mine"}


def test_a_store_waits_for_a_scanner(windows: Windows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part, target = tmp_path / "drafts.sqlite.part", tmp_path / "drafts.sqlite"
    part.write_bytes(b"new")
    target.write_bytes(b"old")
    windows.hold(target, 3)
    put_in_place(part, target)
    assert target.read_bytes() == b"new"
    assert len(windows.waited) == 3


def test_a_store_that_is_held_says_so(windows: Windows, tmp_path: Path) -> None:
    part = tmp_path / "drafts.sqlite.part"
    part.write_bytes(b"new")
    windows.hold(part)
    with pytest.raises(StoreError, match="正被其他程序使用"), explained():
        put_in_place(part, tmp_path / "drafts.sqlite")


def test_a_missing_right_is_not_waited_for() -> None:
    calls: list[int] = []

    def refused() -> None:
        calls.append(1)
        raise PermissionError(errno.EACCES, "no right")

    with pytest.raises(PermissionError):
        lasting.patiently(refused)
    assert calls == [1]


# --- folders ---------------------------------------------------------------------------------------------------------------


def test_no_folder_belongs_to_one_account_of_one_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python gives a folder of mode 0o700 to its maker alone there: on a stick, that is nobody on the next machine."""
    modes: list[int] = []
    mkdir = Path.mkdir

    def made(path: Path, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:
        modes.append(mode)
        mkdir(path, mode, parents, exist_ok)

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(Path, "mkdir", made)
    Folder(tmp_path / "申报数据").make()
    Records(tmp_path / "申报数据").note("start")
    assert len(modes) >= 3
    assert 0o700 not in modes
    assert (tmp_path / "申报数据" / "logs" / "tineng.log").is_file()


# --- windows ---------------------------------------------------------------------------------------------------------------


class User32:
    """What the program asks of Windows' windows."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []

    def MessageBoxW(self, *words: object) -> int:  # noqa: N802
        self.asked.append(words)
        return 1


@pytest.fixture
def user32(monkeypatch: pytest.MonkeyPatch) -> User32:
    made = User32()
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(user32=made), raising=False)
    return made


def test_the_program_without_a_console_says_why_it_does_not_start(user32: User32, monkeypatch: pytest.MonkeyPatch) -> None:
    """PyInstaller gives it no stdout and no stderr; a scanner that has taken a library away is the usual reason."""
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setitem(sys.modules, "app.ui.start", None)
    assert cli.run([]) == cli.FAILED
    for stream in (sys.stdout, sys.stderr):
        stream.close()
    [(_, message, title, _)] = user32.asked
    assert "请重新安装程序" in str(message)
    assert title == "提能申报"


def test_with_a_console_it_is_said_there(user32: User32, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["a", "b"]) == cli.FAILED
    assert "命令参数不对" in capsys.readouterr().err
    assert user32.asked == []


# --- the console -----------------------------------------------------------------------------------------------------------


def test_several_files_are_checked_by_a_pattern(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The console of Windows hands patterns over as they are."""
    for name in ("甲[1].json", "乙.json"):
        (tmp_path / name).write_bytes((ROOT / "resources/samples/party.json").read_bytes())
    monkeypatch.setenv("TINENG_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(sys, "platform", "win32")
    assert cli.run(["check", str(tmp_path / "*.json"), "--today", "2022-03-25"]) != cli.FAILED
    said = capsys.readouterr().out
    assert "甲[1].json：" in said
    assert "乙.json：" in said
    assert cli.run(["check", str(tmp_path / "*].json"), "--today", "2022-03-25"]) != cli.FAILED
    assert "乙" not in capsys.readouterr().out
    assert cli.run(["check", str(tmp_path / "*.zip")]) == cli.FAILED
    assert "找不到“*.zip”" in capsys.readouterr().err


@pytest.mark.parametrize(("platform", "heard"), [("win32", ""), ("linux", "命令没有执行成")])
def test_a_reader_that_went_away_is_no_failing_disk(
    platform: str, heard: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Windows calls a pipe that nobody reads any more an invalid argument."""

    def gone(*_: object) -> int:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setitem(cli.COMMANDS, "schema", gone)
    monkeypatch.setattr(cli, "_silence", lambda _: None)
    assert cli.run(["schema", "party"]) == cli.FAILED
    said = capsys.readouterr().err
    assert said.startswith(heard)
    assert bool(said) == bool(heard)
