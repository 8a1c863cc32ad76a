"""The window's figures, all in one run on one machine: ``python benchmarks/window.py``.

Start is a whole process from its birth to the first painted window, beside an empty ``QMainWindow`` with a label. Keys are real key
events into the focused editor; *checked* ends when the problems of that key are on the screen, *preview* when the visible pages of
the new state are painted. Without a display the offscreen platform is used.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

TODAY = date(2022, 3, 25)
STARTS, KEYS, PREVIEWS, OPENINGS = 9, 300, 25, 15
EMPTY = """
import sys, time
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        print(time.time()); sys.stdout.flush()
        print([int(line.split()[1]) / 1024 for line in open('/proc/self/status') if line.startswith('VmRSS:')][0]); sys.stdout.flush()
        import os; os._exit(0)
application = QApplication([])
window = Window(); window.setCentralWidget(QLabel('x')); window.resize(1320, 720); window.show()
application.exec()
"""
OURS = """
import os, sys, time
from app.ui import main_window, start
class Window(main_window.MainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        print(time.time()); sys.stdout.flush()
        print([int(line.split()[1]) / 1024 for line in open('/proc/self/status') if line.startswith('VmRSS:')][0]); sys.stdout.flush()
        os._exit(0)
start.MainWindow = Window
start.open_window(None)
"""


LISTED = """
import os, sys, time
from app.ui import start
def after_start(window, path):
    start.make_application().processEvents()
    print(time.time()); print(0); sys.stdout.flush(); os._exit(0)
start.after_start = after_start
start.open_window(None)
"""


def percentile(values: list[float], share: float) -> float:
    """The value below which ``share`` of them lie."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def start_of(program: str, home: Path) -> tuple[float, float]:
    """Seconds from a process's birth to its first paint, and its memory then in MB."""
    before = time.time()
    environment = dict(os.environ, TINENG_HOME=str(home))
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is compiled
    shown = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stdout.split()
    return float(shown[0]) - before, float(shown[1])


def starts(home: Path) -> None:
    """Both programs in turn."""
    pairs = [tuple(start_of(program, home) for program in (EMPTY, OURS, LISTED)) for _ in range(STARTS)]
    empty, ours, listed = (statistics.median(pair[place][0] for pair in pairs) for place in (0, 1, 2))
    print(f"start to first paint: empty {empty:.3f} s, ours {ours:.3f} s, ratio {statistics.median(p[1][0] / p[0][0] for p in pairs):.2f}")
    print(f"start to the list of drafts on the screen: {listed:.3f} s")
    print(f"memory at first paint: empty {pairs[-1][0][1]:.0f} MB, ours {pairs[-1][1][1]:.0f} MB")


@contextmanager
def window(home: Path) -> Iterator[Any]:
    """The real window over a store of its own."""
    from app.store import Store
    from app.ui import theme
    from app.ui.autosave import Autosave
    from app.ui.desk import Desk
    from app.ui.main_window import MainWindow
    from app.ui.messages import Messages
    from app.ui.start import make_application

    application = make_application()
    if not application.styleSheet():  # once in a process, as the program does it: with widgets about it costs more
        theme.apply(application, dark=False)
    store = Store.open(home)
    desk = Desk(store, Autosave(store), Messages(), today=lambda: TODAY, call_folders=())
    made = MainWindow(desk)
    made.resize(1366, 728)
    made.show()
    yield made
    made.close()
    desk.autosave.close()
    store.close()


def wait(shown: Any, seconds: float = 20.0) -> float:
    """Run the window until something holds; seconds it took."""
    from PySide6.QtCore import QCoreApplication, QEventLoop

    before = time.perf_counter()
    while not shown():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
        if time.perf_counter() - before > seconds:
            raise TimeoutError
    return time.perf_counter() - before


def typing(home: Path, name: str, times: int) -> None:
    """Keys into a long text that holds the sample's text ``times`` times over."""
    from PySide6.QtWidgets import QPlainTextEdit

    from app.preview_process import shared
    from app.samples import sample

    application = sample("capability", "tech-service")
    application.set("content.main", "\n".join([str(application.values["content.main"])] * times))
    with window(home) as made:
        made.open_draft(made.desk.store.create(application))
        wizard = made.wizard
        wizard.open_page("main")
        editor = next(box for box in wizard.page.findChildren(QPlainTextEdit) if len(box.toPlainText()) > 100)
        editor.setFocus()
        wait(lambda: wizard.preview.view.painted)
        keys = [type_key(editor, "abcde "[number % 6]) for number in range(KEYS)]
        wizard.side.setCurrentIndex(2)
        beside_problems = [type_key(editor, "abcde "[number % 6]) for number in range(KEYS)]
        wizard.side.setCurrentIndex(0)
        wait(lambda: wizard.preview.view.painted)
        previews = [preview_of(wizard, editor, "xy"[number % 2]) for number in range(PREVIEWS)]
        pages, memory = wizard.preview.view.count, (resident(os.getpid()), resident(shared().pid))
    print(f"{name} ({len(str(application.values['content.main']))} characters in one text, {pages} pages)")
    for what, taken in (("checked and shown", keys), ("the same beside the list of problems", beside_problems)):
        whole, busy = ([pair[place] for pair in taken] for place in (0, 1))
        print(f"  key to {what}: p50 {percentile(whole, 0.5):.1f} ms, p99 {percentile(whole, 0.99):.1f} ms", end=" ")
        print(f"(processor: {percentile(busy, 0.5):.1f} and {percentile(busy, 0.99):.1f} ms)")
    print(f"  key to new preview: p50 {percentile(previews, 0.5):.0f} ms, p95 {percentile(previews, 0.95):.0f} ms")
    print(f"  memory: the window {memory[0]:.0f} MB, the process that draws {memory[1]:.0f} MB (gone after a minute without drawing)")


def type_key(editor: Any, letter: str) -> tuple[float, float]:
    """One key; milliseconds until the window has shown what it changed, and how long its thread had the processor for it: on a machine
    that others use as well, the rest is theirs."""
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtTest import QTest

    before, busy = time.perf_counter(), time.thread_time()
    QTest.keyClick(editor, letter)
    QCoreApplication.processEvents()
    taken, busy = (time.perf_counter() - before) * 1000, (time.thread_time() - busy) * 1000
    QTest.qWait(20)
    return taken, busy


def preview_of(wizard: Any, editor: Any, letter: str) -> float:
    """One key; milliseconds until the visible pages of the new state are painted. Waited for as the program waits, in its event loop:
    asking over and over would take the processor from the thread that reads the pages."""
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtTest import QTest

    drawn: list[int] = []
    loop = QEventLoop()
    wizard.preview.drawn.connect(drawn.append)
    wizard.preview.painted.connect(lambda _: loop.quit() if drawn and wizard.preview.view.painted else None)
    QTimer.singleShot(20_000, loop, loop.quit)
    before = time.perf_counter()
    QTest.keyClick(editor, letter)
    loop.exec()
    taken = (time.perf_counter() - before) * 1000
    wizard.preview.drawn.disconnect(drawn.append)
    QTest.qWait(20)
    return taken


def resident(pid: int | None) -> float:
    """A process's resident set in MB; where the system does not tell it, nothing."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return float("nan")
    return float(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))) / 1024


def many(home: Path) -> None:
    """Home with 10,000 drafts: opening, and a search key by key."""
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtTest import QTest

    from app.drafts import facts_now
    from app.samples import sample
    from app.store import Store

    application = sample("party")
    facts = facts_now(application, TODAY)
    store = Store.open(home)
    for _ in range(10_000):
        store.create(application, facts=facts)
    store.close()
    with window(home / "another"):
        pass  # what is loaded once, whatever the number of drafts, is the start's matter
    before = time.perf_counter()
    with window(home) as made:
        opened = time.perf_counter() - before
        complete = opened + wait(lambda: made.home.list.drafts.total == 10_000)
        before = time.perf_counter()
        made.home.refresh()
        QCoreApplication.processEvents()
        shown = time.perf_counter() - before
        QTest.qWait(1500)
        keys = []
        for letter in "33ff2022":
            before = time.perf_counter()
            QTest.keyClick(made.home.search, letter)
            QCoreApplication.processEvents()
            keys.append((time.perf_counter() - before) * 1000)
    print(f"10,000 drafts: store and window {opened * 1000:.0f} ms, with the whole list {complete * 1000:.0f} ms")
    print(f"10,000 drafts: list brought up to date {shown * 1000:.0f} ms")
    print(f"10,000 drafts: search key, largest {max(keys):.0f} ms")


def opening(home: Path) -> None:
    """Drafts opened one after the other, each until its first page is on the screen. The first loads what the others find loaded."""
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtTest import QTest

    from app.samples import sample

    with window(home) as made:
        drafts = [made.desk.store.create(sample("capability", "tech-service")) for _ in range(OPENINGS + 1)]
        taken: list[float] = []
        for draft in drafts:
            before = time.perf_counter()
            made.open_draft(draft)
            wait(lambda: made.wizard.stack.count() > 0)
            QCoreApplication.processEvents()
            taken.append((time.perf_counter() - before) * 1000)
            QTest.qWait(300)
            made.go_home()
            QTest.qWait(100)
    print(f"a draft opened: p50 {percentile(taken[1:], 0.5):.0f} ms, longest {max(taken[1:]):.0f} ms, the first {taken[0]:.0f} ms")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        home_of = Path(folder)
        match sys.argv[1:]:
            case ["--typing", label, repeats]:
                typing(home_of / "typing", label, int(repeats))
            case ["--opening"]:
                opening(home_of / "opening")
            case ["--many"]:
                many(home_of / "many")
            case _:
                starts(home_of / "start")
                for words in (
                    ["--typing", "usual", "1"],
                    ["--typing", "forty pages", "40"],
                    ["--typing", "longest", "36"],
                    ["--opening"],
                    ["--many"],
                ):
                    subprocess.run([sys.executable, __file__, *words], check=True)
