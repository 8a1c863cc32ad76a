"""How long the packed program takes to its first painted window, beside an empty PySide6 window packed in the same way.

    python packaging/measure_start.py dist/tineng [--runs 15]

Needs PyInstaller (the empty window is packed into a temporary folder), Xvfb and libX11. The two start in turn, so that a busy machine
slows both. A window counts when it is mapped and the pixel at its centre is no longer the black of the display.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EMPTY = """\
import sys
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
application = QApplication([])
window = QMainWindow()
window.setCentralWidget(QLabel("x"))
window.resize(1320, 720)
window.show()
sys.exit(application.exec())
"""
DISPLAY = ":86"
WIDTH, HEIGHT = 1366, 768
PATIENCE = 60.0
Z_PIXMAP, ALL_PLANES = 2, 0xFFFFFFFF


class Screen:
    """The pixels of the display."""

    def __init__(self) -> None:
        self.x = ctypes.CDLL("libX11.so.6")
        for name, result in (
            ("XOpenDisplay", ctypes.c_void_p),
            ("XDefaultRootWindow", ctypes.c_ulong),
            ("XGetImage", ctypes.c_void_p),
            ("XGetPixel", ctypes.c_ulong),
        ):
            getattr(self.x, name).restype = result
        self.display = ctypes.c_void_p(self.x.XOpenDisplay(DISPLAY.encode()))
        if not self.display:
            sys.exit("no display")
        self.root = ctypes.c_ulong(self.x.XDefaultRootWindow(self.display))

    def painted(self) -> bool:
        """Whether anything but black stands where every window of these two has its background: near the top, and at the centre."""
        return all(self.pixel(x, y) & 0xFFFFFF for x, y in ((400, 300), (600, 400)))

    def pixel(self, x: int, y: int) -> int:
        """The colour at one place of the root window, with the windows on it."""
        image = ctypes.c_void_p(self.x.XGetImage(self.display, self.root, x, y, 1, 1, ctypes.c_ulong(ALL_PLANES), Z_PIXMAP))
        colour = int(self.x.XGetPixel(image, 0, 0))
        self.x.XFree(image)
        return colour


def start_time(screen: Screen, program: Path, home: Path) -> float:
    """Seconds from the start of the process to the painted window."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(home), "DISPLAY": DISPLAY, "LC_ALL": "C.UTF-8", "XDG_RUNTIME_DIR": str(home)}
    begun = time.perf_counter()
    running = subprocess.Popen([str(program)], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not screen.painted():
        if time.perf_counter() - begun > PATIENCE or running.poll() is not None:
            sys.exit(f"{program.name} showed no window")
        time.sleep(0.002)
    taken = time.perf_counter() - begun
    running.terminate()
    running.wait()
    while screen.painted():
        time.sleep(0.01)
    return taken


def pack_empty(folder: Path) -> Path:
    """The empty window as a program of its own."""
    (folder / "empty.py").write_text(EMPTY)
    places = ["--distpath", str(folder), "--workpath", str(folder / "work"), "--specpath", str(folder)]
    command = [
        sys.executable,
        "-m",
        "PyInstaller",
        "--onedir",
        "--log-level",
        "ERROR",
        "--name",
        "empty",
        *places,
        str(folder / "empty.py"),
    ]
    subprocess.run(command, check=True, cwd=folder)
    return folder / "empty" / "empty"


def main() -> int:
    """Print both medians and their ratio; status 1 where the ratio is over 1.5."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=15)
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        programs = {"empty": pack_empty(folder), "tineng": words.folder.resolve() / "tineng"}
        display = subprocess.Popen(["Xvfb", DISPLAY, "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-noreset"], stderr=subprocess.DEVNULL)
        try:
            while not Path(f"/tmp/.X11-unix/X{DISPLAY[1:]}").exists():
                time.sleep(0.05)
            screen = Screen()
            times: dict[str, list[float]] = {kind: [] for kind in programs}
            for number in range(words.runs + 1):
                for kind, program in programs.items():
                    taken = start_time(screen, program, folder)
                    if number:  # the first of each fills the disk cache and the person's folder
                        times[kind].append(taken)
        finally:
            display.terminate()
            display.wait()
    medians = {kind: statistics.median(found) for kind, found in times.items()}
    for kind, found in times.items():
        print(f"{kind}: median {medians[kind]:.3f} s, {min(found):.3f}–{max(found):.3f} s, {len(found)} starts")
    ratio = medians["tineng"] / medians["empty"]
    print(f"ratio {ratio:.2f}, load {os.getloadavg()[0]:.1f}")
    return 0 if ratio <= 1.5 else 1


if __name__ == "__main__":
    sys.exit(main())
