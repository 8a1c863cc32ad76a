"""What Windows does otherwise, held here without one: by what is missing there, and by what its calls answer."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

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
