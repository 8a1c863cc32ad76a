#!/usr/bin/env python3
"""One file that takes a bare machine to the running program: ``python3 start.py``; to its tests: ``python3 start.py test``; or to the
packages for machines without Python: ``python3 start.py build``.

Needs Python 3.11 or newer and nothing else. On Debian and its relatives it installs the system libraries that Qt needs (as root, or
through sudo), on every system it makes ``.venv`` and installs the locked versions into it. Whatever is there already is left
alone, so a second run starts at once. Any other words are handed to the program: ``python3 start.py check 申报数据.json``.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
FILES = {"run": "requirements.txt", "test": "requirements-test.txt", "build": "requirements-build.txt"}
LOCKS = {kind: HERE / "packaging" / name for kind, name in FILES.items()}
SAMPLE = HERE / "build" / "sample"
NOT_FETCHED = 3
"""The exit status when what is needed could not be downloaded."""

QT_LIBRARIES = [
    "libgl1",
    "libegl1",
    "libxkbcommon0",
    "libdbus-1-3",
    "libfontconfig1",
    "libglib2.0-0",
    "libgssapi-krb5-2",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xkb1",
    "libxkbcommon-x11-0",
]
READERS = ["poppler-utils", "qpdf", "libreoffice-writer-nogui", "xvfb", "xauth"]
"""What the tests read the exports back with: readers that share no code with the program."""


BUILDERS = ["binutils", "xz-utils", f"libpython3.{sys.version_info.minor}"]
"""What PyInstaller reads libraries with, and packs: the python3 of Debian has no library of its own."""


def say(text: str) -> None:
    """A line for the person, on stderr and in UTF-8 whatever the locale."""
    sys.stderr.buffer.write((text + "\n").encode())
    sys.stderr.flush()


def missing_packages(names: list[str]) -> list[str]:
    """The Debian packages among ``names`` that are not installed; none on a system without dpkg."""
    if not shutil.which("dpkg-query") or not shutil.which("apt-get"):
        return []
    shown = subprocess.run(
        ["dpkg-query", "-W", "-f=${Package} ${db:Status-Status}\n", *names], capture_output=True, text=True, check=False
    ).stdout
    installed = {line.split()[0] for line in shown.splitlines() if line.endswith(" installed")}
    return [name for name in names if name not in installed]


def install_packages(names: list[str]) -> None:
    """Install Debian packages as root or through sudo; without either, say what to run and go on."""
    missing = missing_packages(names)
    if not missing:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    prefix: list[str] = []
    if os.geteuid() != 0:
        if not shutil.which("sudo"):
            say("缺少系统组件，请管理员运行：" + " ".join(command))
            return
        prefix = ["sudo"]
    say("正在安装系统组件：" + " ".join(missing))
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for step in (["apt-get", "update"], command):
        if subprocess.run([*prefix, *step], env=environment, stdout=subprocess.DEVNULL, check=False).returncode:
            say("没有装上，请管理员运行：" + " ".join(step))
            return


def fingerprint(lock: Path) -> str:
    """What the environment was made from: the lock file and the Python that runs it."""
    return hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()


def prepare(kind: str) -> None:
    """Bring ``.venv`` to the locked versions; nothing is done where it has them."""
    lock, mark = LOCKS[kind], VENV / f"{kind}.lock"
    if PYTHON.exists() and mark.exists() and mark.read_text() == fingerprint(lock):
        return
    if not PYTHON.exists():
        say("正在建立运行环境 .venv …")
        venv.create(VENV, with_pip=True, clear=VENV.exists())
    say("正在安装程序所用的组件（首次约需几分钟）…")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", str(lock)]
    subprocess.run(pip, check=True, stdout=sys.stderr)
    mark.write_text(fingerprint(lock))


def run(*words: str) -> int:
    """Run the environment's Python in the checkout; its exit status."""
    return subprocess.run([str(PYTHON), *words], check=False).returncode


def demonstrate() -> int:
    """A fictitious application, checked and made into a package under ``build/sample``: shows that all of it works here."""
    SAMPLE.mkdir(parents=True, exist_ok=True)
    draft = SAMPLE / "样例.json"
    say("样例：生成 → 检查 → 打包")
    made = subprocess.run([str(PYTHON), "-m", "app", "sample", "party"], stdout=subprocess.PIPE, check=False)
    if made.returncode:
        return made.returncode
    draft.write_bytes(made.stdout)
    day = ("--today", "2022-03-25")
    return run("-m", "app", "check", str(draft), *day) or run("-m", "app", "export", str(draft), "--out", str(SAMPLE), "--force", *day)


def has_screen() -> bool:
    """Whether a window can be shown."""
    return os.name == "nt" or sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def test(words: list[str]) -> int:
    """Style, types, then the tests; with words only pytest with these words."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if words:
        return run("-m", "pytest", *words)
    return run("-m", "ruff", "check") or run("-m", "ruff", "format", "--check") or run("-m", "pyright") or run("-m", "pytest", "-q")


def main(words: list[str]) -> int:
    """Set up what the words need and run it."""
    if sys.version_info < (3, 11):  # noqa: UP036 — this file is what an older Python is given to run
        say("需要 Python 3.11 或更新的版本")
        return 2
    os.chdir(HERE)
    kind = words[0] if words[:1] in (["test"], ["build"]) else "run"
    packages = QT_LIBRARIES + {"test": READERS, "build": BUILDERS, "run": []}[kind]
    if importlib.util.find_spec("ensurepip") is None:
        packages = ["python3-venv", *packages]
    install_packages(packages)
    fresh = not PYTHON.exists()
    try:
        prepare(kind)
    except subprocess.CalledProcessError:
        say("组件没有下载成，请检查网络后再运行一次")
        return NOT_FETCHED
    if kind == "test":
        return test(words[1:])
    if kind == "build":
        return run("packaging/build.py", *words[1:])
    if words:
        return run("-m", "app", *words)
    if fresh or not has_screen():
        status = demonstrate()
        if status or not has_screen():
            return status
    return run("-m", "app")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
