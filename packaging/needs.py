"""Which libraries a built folder asks of the machine that it will run on. Linux only; ``objdump`` is what PyInstaller uses itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

OF_EVERY_SYSTEM = ("ld-linux", "libc.so", "libm.so", "libdl.so", "libpthread.so", "librt.so", "libutil.so", "libresolv.so")
OF_THE_PACKAGES_DEPENDED_ON = ("libGL.so", "libEGL.so", "libGLX.so", "libOpenGL.so", "libxcb.so")
OF_WHOEVER_PRINTS = ("libcups.so",)
"""Needed by Qt's printing plug-in alone, which is not loaded where it is missing."""
ALLOWED = OF_EVERY_SYSTEM + OF_THE_PACKAGES_DEPENDED_ON + OF_WHOEVER_PRINTS


def needed(path: Path) -> list[str]:
    """The names of the libraries that a binary asks for; none for what is no binary."""
    with path.open("rb") as file:
        if file.read(4) != b"\x7fELF":
            return []
    lines = subprocess.run(["objdump", "-p", str(path)], check=True, capture_output=True, text=True).stdout.splitlines()
    return [line.split()[1] for line in lines if line.split()[:1] == ["NEEDED"]]


def unmet(folder: Path) -> list[str]:
    """``binary: library`` for each library that is neither in the folder nor on every machine that the program is for."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    held = {path.name for path in files}
    binaries = [path for path in files if not path.is_symlink()]
    pairs = ((path.name, name) for path in binaries for name in needed(path))
    return [f"{binary}: {name}" for binary, name in pairs if name not in held and not name.startswith(ALLOWED)]
