"""A real Chinese input method at the real program: ``python docs/try_input_method.py FOLDER``.

ibus with libpinyin, on an X screen and a session bus of its own; pinyin is typed with X events into a line, a long text, a table's cell, a
line with suggestions and the search on the home page, and photographed. What has to be so is read from the store afterwards: nothing of
an open composition is saved, and one that is open when the page changes, the cursor goes elsewhere, another window comes to the front
or the program ends is kept. At 100 % and 200 % scaling; ``--only 100-light`` makes one of the two runs.

Needs Debian's ibus, ibus-libpinyin and dbus-daemon beside what x_screen.py needs.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from x_screen import Desk, Run

from app.store import Store

METHOD = "libpinyin"
STAYS = 4
PATIENCE = 15.0
LONGER_THAN_SAVING = 1.5
"""Seconds; whatever is to be saved is on the disk after 0.8."""
MOMENT = 0.4
"""Seconds in which the input method has certainly answered: nothing on the screen says when."""
Values = dict[str, Any]


class ChineseDesk(Desk):
    """A screen with an input method that turns pinyin into Chinese."""

    def __enter__(self) -> ChineseDesk:
        super().__enter__()
        runtime = self.home / "run"
        runtime.mkdir(mode=0o700)
        self.environment |= {"QT_IM_MODULE": "ibus", "XDG_RUNTIME_DIR": str(runtime), "NO_AT_BRIDGE": "1"}
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self._bus()
        self.say("gsettings", "set", "org.freedesktop.ibus.general", "preload-engines", f"['{METHOD}']")
        self._begin(["ibus-daemon"], self.environment)
        return self

    def _bus(self) -> str:
        words = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
        bus = subprocess.Popen(words, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.started.append(bus)
        assert bus.stdout is not None
        return bus.stdout.readline().strip()

    def start(self) -> None:
        """The program, and the input method ready: its panel chooses a keyboard when it comes up, so it is asked until it stays chosen."""
        super().start()
        self.wait_until(f"input method {METHOD}", lambda: all(self._chosen() for _ in range(STAYS)))

    def _chosen(self) -> bool:
        """Choose it where it is not chosen; the command fails for want of a keyboard layout, and chooses all the same."""
        found = subprocess.run(["ibus", "engine"], env=self.environment, capture_output=True, check=False).stdout.decode().strip()
        if found != METHOD:
            subprocess.run(["ibus", "engine", METHOD], env=self.environment, capture_output=True, check=False)
        time.sleep(MOMENT)
        return found == METHOD

    def pinyin(self, text: str) -> None:
        """Letters for the input method, which shows a composition."""
        self.type(text)
        time.sleep(MOMENT)

    def press(self, *keys: str) -> None:
        """Keys, each after the input method has answered the one before."""
        for key in keys:
            self.keys(key)
            time.sleep(MOMENT)

    def new(self) -> None:
        """A new application of the first category, the cursor in its first field."""
        self.keys("ctrl+n")
        self.wait_for("新建申报")
        self.keys("Tab", "Return")
        self.wait_until("wizard", lambda: self.active() == "提能申报" or self._doubts())
        self.still()
        self.press("F8")

    def _doubts(self) -> None:
        """What is said against the category is read, and the application begun all the same."""
        self.keys("Left", "Return")

    def answers(self, *, killed: bool = False) -> Values:
        """What is on the disk of the newest draft, after the window manager closed the window, or the program was killed."""
        if killed:
            self.program.kill()
        else:
            self.keys("alt+F4")
        status = self.program.wait(PATIENCE)
        if status and not killed:
            raise self.fail(f"the program ended with {status}")
        store = Store.open(Path(self.environment["TINENG_HOME"]))
        try:
            return dict(store.load(store.summaries()[0].id).application.values)
        finally:
            store.close()


# --- what is tried: each begins a new application, and ends with what is to be on the disk -----------------------------------------


def half_typed(desk: ChineseDesk) -> tuple[Values, Values]:
    """A composition that stays open while the program is killed is saved nowhere, nor is it checked."""
    desk.pinyin("xuehui")
    desk.press("space")
    desk.pinyin("xuehui")
    time.sleep(LONGER_THAN_SAVING)
    desk.photo("line-composing")
    return {"unit.name": "学会"}, desk.answers(killed=True)


def keys_of_the_method(desk: ChineseDesk) -> tuple[Values, Values]:
    """Digits, arrows, Space, Enter, Tab and Esc go to the input method while it composes."""
    desk.pinyin("nihao")
    desk.press("Right", "Left", "Down", "Up", "1")
    desk.pinyin("ke")
    desk.press("Return")  # the letters themselves
    desk.pinyin("xuehui")
    desk.press("Tab")
    desk.photo("line-tab")
    desk.press("Escape", "Escape")
    return {"unit.name": "你好ke"}, desk.answers()


def next_problem(desk: ChineseDesk) -> tuple[Values, Values]:
    """F8 with an open composition keeps it."""
    desk.pinyin("xuehui")
    desk.press("F8")
    desk.photo("line-f8")
    return {"unit.name": "学会"}, desk.answers()


def another_window(desk: ChineseDesk) -> tuple[Values, Values]:
    """The help window comes to the front, and Alt+Tab leads back."""
    desk.pinyin("xuehui")
    desk.press("F1")
    desk.wait_for("使用帮助")
    desk.press("Escape")
    desk.wait_for("提能申报")
    desk.photo("line-help")
    return {"unit.name": "学会"}, desk.answers()


def long_text(desk: ChineseDesk) -> tuple[Values, Values]:
    """Enter ends a paragraph only where nothing is composed; the page changes under an open composition."""
    desk.press("ctrl+Next", "ctrl+Next")
    desk.pinyin("xuehui")
    desk.press("space", "Return")
    desk.pinyin("zuzhi")
    desk.press("Page_Down", "Page_Up", "Home", "End")
    desk.photo("long-composing")
    desk.press("ctrl+Next")
    desk.photo("long-next-page")
    return {"content.main": "学会\n组织"}, desk.answers()


def cells(desk: ChineseDesk) -> tuple[Values, Values]:
    """A composition opens its cell; Down and Space are the input method's, Tab then goes on; the last one is open at the end."""
    desk.press(*["ctrl+Next"] * 5)
    desk.still()
    desk.pinyin("peixun")
    desk.photo("cell-composing")
    desk.press("Down", "Up", "space", "Tab")
    desk.pinyin("zuzhi")
    desk.photo("cell-last")
    return {"people": [{"name": "培训", "post": "组织", "note": "项目负责人"}]}, desk.answers()


def suggestions(desk: ChineseDesk) -> tuple[Values, Values]:
    """The input method's choices are to be seen although titles are suggested; an arrow and Enter take one of these."""
    desk.press(*["Tab"] * 7)
    desk.pinyin("gao")
    desk.press("space")
    desk.photo("title-suggested")
    desk.pinyin("gao")
    desk.photo("title-composing")
    desk.press("Escape", "BackSpace")
    desk.pinyin("gao")
    desk.press("space", "Down", "Down", "Return")
    desk.photo("title-taken")
    return {"unit.head.title": "高级工程师"}, desk.answers()


def search(desk: ChineseDesk) -> tuple[Values, Values]:
    """The list on the home page is narrowed down by what is committed."""
    desk.pinyin("xuehui")
    desk.press("space", "alt+Home", "ctrl+f")
    desk.pinyin("xuexiao")
    desk.photo("search-composing")
    desk.press("Down", "Up", "space")
    desk.photo("search-none")
    return {"unit.name": "学会"}, desk.answers()


TRIED: tuple[Callable[[ChineseDesk], tuple[Values, Values]], ...] = (
    half_typed, keys_of_the_method, next_problem, another_window, long_text, cells, suggestions, search,
)  # fmt: skip


def one(run: Run, photos: Path, step: Callable[[ChineseDesk], tuple[Values, Values]]) -> bool:
    """A fresh desk for one of them; whether all was as it should be."""
    with tempfile.TemporaryDirectory() as name, ChineseDesk(run, photos, Path(name)) as desk:
        desk.count = len(list(photos.iterdir()))
        desk.start()
        desk.new()
        wanted, found = step(desk)
    print(f"{run.name} {step.__name__}: {'kept' if wanted == found else f'FAILED, wanted {wanted}, found {found}'}", flush=True)
    return wanted == found


def main() -> None:
    """Both runs, or one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--step", default="", help="the name of one of what is tried")
    words = parser.parse_args()
    os.environ.pop("DBUS_SESSION_BUS_ADDRESS", None)
    results: list[bool] = []
    for run in (Run(1, False), Run(2, False)):
        if words.only in ("", run.name):
            photos = words.folder.resolve() / run.name
            shutil.rmtree(photos, ignore_errors=True)
            photos.mkdir(parents=True)
            results += [one(run, photos, step) for step in TRIED if words.step in ("", step.__name__)]
    raise SystemExit(0 if results and all(results) else 1)


if __name__ == "__main__":
    main()
