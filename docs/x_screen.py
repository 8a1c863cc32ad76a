"""An X screen with a window manager, the real program on it, and what a person has there: keys, a mouse, a clipboard and eyes.

Needs Debian's xvfb, openbox, xdotool, xclip and imagemagick.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STEADY, PATIENCE, STEP = 3, 15.0, 0.1
"""Equal looks at the screen until it counts as still; seconds until something has to be there; seconds between looks."""
STILL_PATIENCE = 3.0
"""Seconds until the screen is taken as it is: a cursor blinks."""
FRAME = (2, 24)
"""What openbox adds to a window, in pixels."""
ACCENTS = {False: (0x1C, 0x5A, 0x9E), True: (0x84, 0xB6, 0xF2)}
"""The colour of the button that leads on, by scheme (dark or not): by it the eyes find the button."""
ABOVE_WORDS = (44, 5)
"""The unbroken part of such a button above its words, in pixels without scaling; a ring around what has the keyboard is thinner."""
BUTTON_HEIGHT = 33


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

    def place(self, x: int, y: int) -> tuple[int, int]:
        """A place without scaling, as the mouse wants it."""
        return x * self.scale, y * self.scale

    @property
    def by_mouse(self) -> bool:
        """Half of the runs click where one can; the others never touch the mouse. Each scale and each scheme sees both."""
        return self.dark == (self.scale == 1)


@dataclass
class Desk:
    """An X screen with a window manager and the program on it."""

    run: Run
    photos: Path
    home: Path
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)
    clipboards: list[subprocess.Popen[bytes]] = field(default_factory=list)
    count: int = 0

    def __enter__(self) -> Desk:
        read, write = os.pipe()
        width, height = self.run.size
        # -r: a key that a busy machine lets go late must not repeat itself
        server = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-r"]
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
        for process in (*self.clipboards, *reversed(self.started)):
            process.terminate()
            process.wait(10)

    def _begin(self, command: list[str], environment: dict[str, str], pass_fds: tuple[int, ...] = ()) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            command, env=environment, cwd=ROOT, pass_fds=pass_fds, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )  # fmt: skip
        self.started.append(process)
        return process

    def say(self, *command: str) -> bytes:
        """What a command answers on this screen."""
        return subprocess.run(command, env=self.environment, capture_output=True, check=True).stdout

    def fail(self, words: str) -> SystemExit:
        """The end of the run, with a last photograph."""
        self.photo("failed")
        return SystemExit(f"{self.run.name}: {words}, see the last photograph")

    # --- the program -----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """The program, until its window is there and as large as the screen."""
        self.program = self._begin([sys.executable, "-m", "app"], self.environment)
        window = self.say("xdotool", "search", "--sync", "--onlyvisible", "--name", "提能申报").decode().split()[-1]
        self.still()  # the window manager has put its frame around it by then
        self.photo("opened")
        width, height = self.run.size
        self.say("xdotool", "windowmove", "--sync", window, "0", "0")
        self.say("xdotool", "windowsize", window, str(width - FRAME[0]), str(height - FRAME[1]))
        self.still()

    def stop(self) -> None:
        """Quit by Ctrl+Q, and see that the program ends."""
        self.keys("ctrl+q")
        if status := self.program.wait(20):
            raise self.fail(f"the program ended with {status}")

    def wait_for(self, title: str) -> None:
        """Until a window with this title has the keyboard."""
        self.wait_until(f"window “{title}”", lambda: self.active() == title)
        self.still()

    def wait_until(self, what: str, there: Callable[[], object], patience: float = PATIENCE) -> None:
        """Until something is there."""
        end = time.monotonic() + patience
        while not there():
            if time.monotonic() > end:
                raise self.fail(f"no {what}")
            time.sleep(STEP)

    def active(self) -> str:
        """The title of the window that has the keyboard, without the program's name behind it."""
        words = ["xdotool", "getactivewindow", "getwindowname"]
        found = subprocess.run(words, env=self.environment, capture_output=True, check=False).stdout.decode().strip()
        return found.removesuffix(" — 提能申报")

    # --- keys, mouse and clipboard ---------------------------------------------------------------------------------------

    def keys(self, *names: str, times: int = 1) -> None:
        """Press keys where the keyboard goes now. They wait in line for the program, so nothing is waited for here."""
        self.say("xdotool", "key", "--clearmodifiers", "--delay", "20", *(names * times))

    def type(self, text: str) -> None:
        """Short texts key by key. Chinese comes from the clipboard: as keys X would have to learn it first, and loses characters."""
        if text.isascii() and "\n" not in text and "\t" not in text:
            self.say("xdotool", "type", "--clearmodifiers", "--delay", "20", text)
        else:
            self.paste(text)

    def paste(self, text: str) -> None:
        """From the clipboard, which answers until it holds something else; so what was pasted has to stand there before one goes on."""
        self.still()
        holder = subprocess.Popen(
            ["xclip", "-quiet", "-selection", "clipboard"], env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert holder.stdin is not None
        holder.stdin.write(text.encode())
        holder.stdin.close()
        self.clipboards.append(holder)
        self.wait_until("clipboard", lambda: self.clipboard() == text)
        self.keys("ctrl+v")
        self.still()

    def clipboard(self) -> str:
        """What the clipboard holds."""
        words = ["xclip", "-selection", "clipboard", "-out"]
        return subprocess.run(words, env=self.environment, capture_output=True, check=False).stdout.decode()

    def click(self, place: tuple[int, int], button: int = 1, times: int = 1) -> None:
        """Click on a place, in pixels of the screen without scaling."""
        where = [str(side) for side in self.run.place(*place)]
        self.say("xdotool", "mousemove", *where, "click", "--repeat", str(times), "--delay", "60", str(button))
        self.still()

    # --- looking ---------------------------------------------------------------------------------------------------------

    def look(self) -> bytes:
        """The screen, three bytes a pixel, row by row."""
        return self.say("import", "-silent", "-window", "root", "-depth", "8", "rgb:-")

    def still(self) -> None:
        """Wait until the screen does not change any more; a blinking cursor is outwaited."""
        seen: list[bytes] = []
        end = time.monotonic() + STILL_PATIENCE
        while time.monotonic() < end:
            seen.append(self.look())
            if len(seen) >= STEADY and len(set(seen[-STEADY:])) == 1:
                return
            time.sleep(STEP)

    def buttons(self) -> list[tuple[int, int]]:
        """Where the buttons that lead on are (look ``primary``): a point inside each, from above to below, without scaling."""
        screen, (width, height), scale = self.look(), self.run.size, self.run.scale
        accent = bytes(ACCENTS[self.run.dark])
        run, deep = accent * (ABOVE_WORDS[0] * scale), ABOVE_WORDS[1] * scale * width * 3
        found: list[tuple[int, int]] = []
        for y in range(0, height, 2 * scale):
            end = (y + 1) * width * 3
            at = screen.find(run, y * width * 3, end)
            while at >= 0:
                x, top = at // 3 % width // scale, y // scale
                new = all(abs(x - left) > ABOVE_WORDS[0] or top - known > BUTTON_HEIGHT for left, known in found)
                if new and screen[at + deep : at + deep + len(run)] == run:
                    found.append((x, top))
                at = screen.find(run, at + len(run), end)
        return [(x + ABOVE_WORDS[0] // 2, y + BUTTON_HEIGHT // 3) for x, y in found]

    def photo(self, name: str) -> None:
        """The whole screen as ``NN-name.png``, once it is still."""
        self.still()
        self.count += 1
        self.say("import", "-silent", "-window", "root", str(self.photos / f"{self.count:03d}-{name}.png"))
