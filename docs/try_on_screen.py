"""A new user at the real program: ``python docs/try_on_screen.py FOLDER`` photographs every screen on the way to a final package.

The program is started as a person starts it (``python -m app``) on an X screen of its own and driven by X key events: first
start, settings, a new application begun and some fields typed, a filled draft file opened through the window's own dialog and
edited, attachments, 检查与导出, the final export, the print dialog. At 1366×768, and at 2732×1536 with 200 % scaling; light and dark.

Needs Debian's xvfb, openbox, xdotool, xclip and imagemagick. ``--only 100-light`` makes one of the four runs.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATEGORIES = ("party", "tech-service", "academic-exchange")
TEXT = "学会党组织定期开展主题党日活动，组织科技工作者深入企业、社区和乡村，开展科技咨询与科普宣传。" * 8
"""Pasted where a person would paste."""
STEADY, PATIENCE, STEP = 3, 12.0, 0.12
"""Equal looks at the screen until it counts as still; seconds until it is photographed all the same; seconds between looks."""
EXPORT_PATIENCE = 60.0
FRAME = (2, 24)
"""What openbox adds to a window, in pixels."""
PAGES = 10
FIRST_FIELD = (520, 190)
"""Where the first field of a page lies, in pixels without scaling."""
PAUSE = 2.0


@dataclass(frozen=True)
class Run:
    """One screen and one scheme."""

    scale: int
    dark: bool

    @property
    def name(self) -> str:
        """100-light and so on: the photographs' folder."""
        return f"{self.scale * 100}-{'dark' if self.dark else 'light'}"

    @property
    def size(self) -> tuple[int, int]:
        """Of the screen, in pixels."""
        return 1366 * self.scale, 768 * self.scale


@dataclass
class Desk:
    """An X screen with a window manager and the program on it."""

    run: Run
    photos: Path
    home: Path
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)
    count: int = 0

    def __enter__(self) -> Desk:
        read, write = os.pipe()
        width, height = self.run.size
        server = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"]
        self._begin(server, dict(os.environ), pass_fds=(write,))
        os.close(write)
        with os.fdopen(read) as told:
            display = f":{told.readline().strip()}"
        self.environment = {
            **os.environ, "DISPLAY": display, "TINENG_HOME": str(self.home / "data"), "HOME": str(self.home), "QT_QPA_PLATFORM": "xcb",
            "QT_SCALE_FACTOR": str(self.run.scale), "LANG": "C.UTF-8", "QT_IM_MODULE": "none",
        }  # fmt: skip
        for name in ("WAYLAND_DISPLAY", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
            self.environment.pop(name, None)
        self._begin(["openbox"], self.environment)
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self.started):
            process.terminate()
            process.wait(10)

    def _begin(self, command: list[str], environment: dict[str, str], pass_fds: tuple[int, ...] = ()) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            command, env=environment, cwd=ROOT, pass_fds=pass_fds, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )  # fmt: skip
        self.started.append(process)
        return process

    def _say(self, *command: str, words: str = "") -> str:
        return subprocess.run(command, env=self.environment, input=words, capture_output=True, text=True, check=True).stdout

    # --- the program -----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """The program, until its window is there and as large as the screen."""
        self.program = self._begin([sys.executable, "-m", "app"], self.environment)
        window = self._say("xdotool", "search", "--sync", "--onlyvisible", "--name", "提能申报").split()[-1]
        self.still()  # the window manager has put its frame around it by then
        self.photo("opened")
        width, height = self.run.size
        self._say("xdotool", "windowmove", "--sync", window, "0", "0")
        self._say("xdotool", "windowsize", window, str(width - FRAME[0]), str(height - FRAME[1]))
        self.still()

    def stop(self) -> None:
        """Quit by Ctrl+Q, and see that the program ends."""
        self.keys("ctrl+q")
        status = self.program.wait(20)
        if status:
            raise SystemExit(f"the program ended with {status}")

    def keys(self, *names: str, times: int = 1) -> None:
        """Press keys where the keyboard goes now, and let the window answer."""
        for _ in range(times):
            self._say("xdotool", "key", "--clearmodifiers", "--delay", "30", *names)
        self.still()

    def type(self, text: str) -> None:
        """Short texts key by key. Chinese comes from the clipboard: as keys X would have to learn it first, and loses characters."""
        if not text.isascii():
            self.paste(text)
            return
        self._say("xdotool", "type", "--clearmodifiers", "--delay", "25", text)
        self.still()

    def paste(self, text: str) -> None:
        """Long texts from the clipboard. xclip stays behind to answer, so that it must not hold our pipes."""
        subprocess.run(
            ["xclip", "-selection", "clipboard"], env=self.environment, input=text.encode(), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, check=True,
        )  # fmt: skip
        self.keys("ctrl+v")

    def click(self, place: tuple[int, int]) -> None:
        """Click on a place, in pixels of the screen without scaling."""
        self._say("xdotool", "mousemove", *(str(side * self.run.scale) for side in place), "click", "1")
        self.still()

    def wait_for(self, title: str, patience: float = PATIENCE) -> None:
        """Until a window with this title is there."""
        search = ["xdotool", "search", "--onlyvisible", "--name", f"^{title}$"]
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if subprocess.run(search, env=self.environment, capture_output=True, check=False).stdout:
                self.still()
                return
            time.sleep(STEP)
        self.photo("missing")
        raise SystemExit(f"{self.run.name}: window “{title}”, see the last photograph")

    # --- looking ---------------------------------------------------------------------------------------------------------

    def still(self) -> None:
        """Wait until the screen does not change any more; a blinking cursor is outwaited by the patience."""
        seen: list[bytes] = []
        end = time.monotonic() + PATIENCE / 4
        while time.monotonic() < end:
            seen.append(
                subprocess.run(
                    ["import", "-silent", "-window", "root", "ppm:-"], env=self.environment, capture_output=True, check=True
                ).stdout
            )
            if len(seen) >= STEADY and len(set(seen[-STEADY:])) == 1:
                return
            time.sleep(STEP)

    def photo(self, name: str) -> None:
        """The whole screen as ``NN-name.png``."""
        self.count += 1
        self._say("import", "-window", "root", str(self.photos / f"{self.count:02d}-{name}.png"))


# --- what a new user does ----------------------------------------------------------------------------------------------------


def choose_scheme(desk: Desk) -> None:
    """查看 → 设置, by its keys."""
    desk.keys("ctrl+comma")
    desk.wait_for("设置")
    desk.photo("settings")
    desk.keys("End" if desk.run.dark else "Home")
    desk.keys("Down" if not desk.run.dark else "End")
    desk.photo("settings-chosen")
    desk.keys("Escape")


def begin_an_empty_one(desk: Desk) -> None:
    """A new application by the dialog, its pages empty, some fields typed."""
    desk.keys("ctrl+n")
    desk.wait_for("新建申报")
    desk.photo("new-application")
    desk.keys("Tab")
    desk.keys("Return")
    desk.still()
    if "新建申报" in desk._say("xdotool", "getactivewindow", "getwindowname"):
        desk.photo("new-application-doubts")
        desk.keys("Left", "Return")
    desk.photo("wizard-empty")
    desk.click(FIRST_FIELD)
    desk.type("常德市某某学会")
    desk.keys("Tab")
    desk.keys("space")
    desk.keys("Tab")
    desk.type("2030")
    desk.keys("Tab")
    desk.photo("wizard-typed")
    for number in range(3):
        desk.keys("F8")
        desk.photo(f"wizard-f8-{number}")
    desk.keys("ctrl+Next")
    desk.photo("wizard-second-page")
    desk.keys("ctrl+Next")
    desk.click(FIRST_FIELD)
    desk.paste(TEXT)
    desk.photo("wizard-pasted")
    desk.keys("ctrl+e")
    desk.photo("review-empty")
    desk.keys("alt+Home")
    desk.photo("home")


def open_a_filled_one(desk: Desk, category: str) -> None:
    """A draft file through the window's own dialog, what it holds, and a field edited."""
    desk.keys("ctrl+o")
    desk.wait_for("打开")
    desk.paste(str(ROOT / "resources" / "samples" / f"{category}.json"))
    desk.photo(f"{category}-open-dialog")
    desk.keys("Return")
    desk.wait_for("打开文件")
    desk.photo(f"{category}-opening")
    desk.keys("Return")
    time.sleep(PAUSE)
    desk.keys("ctrl+Next")
    desk.click(FIRST_FIELD)
    desk.keys("End")
    desk.type("（第一期）")
    desk.keys("Tab")


def read_through(desk: Desk, category: str) -> None:
    """Every page of a filled application."""
    desk.keys("ctrl+Prior")
    for number in range(PAGES):
        desk.photo(f"{category}-page-{number}")
        desk.keys("ctrl+Next")


def export(desk: Desk, category: str, out: Path) -> None:
    """检查与导出: warnings read, into a folder, then printing."""
    desk.keys("ctrl+e")
    desk.photo(f"{category}-review")
    desk.keys("alt+k")
    desk.keys("alt+d")
    desk.wait_for("选择导出文件夹")
    out.mkdir()
    desk.paste(str(out))
    desk.photo(f"{category}-folder-dialog")
    desk.keys("Return")
    desk.photo(f"{category}-ready")
    desk.keys("alt+e")
    end = time.monotonic() + EXPORT_PATIENCE
    while not list(out.glob("*.zip")) and time.monotonic() < end:
        time.sleep(STEP)
    time.sleep(PAUSE)
    desk.photo(f"{category}-exported")
    desk.keys("alt+p")
    time.sleep(PAUSE)
    desk.photo(f"{category}-print")  # without a printer, a word about it
    desk.keys("Escape")
    desk.keys("Escape")
    desk.photo(f"{category}-steps")
    desk.keys("alt+Home")


def journey(run: Run, folder: Path) -> None:
    """One run from the first start to three packages."""
    photos = folder / run.name
    shutil.rmtree(photos, ignore_errors=True)
    photos.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as name, Desk(run, photos, Path(name)) as desk:
        home = Path(name)
        desk.start()
        desk.photo("first-start")
        choose_scheme(desk)
        begin_an_empty_one(desk)
        for category in CATEGORIES:
            open_a_filled_one(desk, category)
            read_through(desk, category)
            export(desk, category, home / category)
        desk.photo("home-at-the-end")
        desk.keys("F1")
        desk.photo("help")
        desk.keys("Escape")
        desk.stop()
        made = {category: sorted(path.name for path in (home / category).iterdir()) for category in CATEGORIES}
        print(run.name, made)


def main() -> None:
    """All runs, or one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="")
    words = parser.parse_args()
    for run in (Run(scale, dark) for scale in (1, 2) for dark in (False, True)):
        if words.only in ("", run.name):
            journey(run, words.folder.resolve())


if __name__ == "__main__":
    main()
