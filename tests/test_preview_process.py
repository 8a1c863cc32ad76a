"""The preview's process: it draws the newest state, survives its own death, and goes when it is idle or the program is gone."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app import preview_process
from app.preview_process import DIED, PreviewProcess, PreviewWorker
from app.previewing import Pages, Picture
from app.samples import sample

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 120


class Heard:
    """A listener that keeps what it is told."""

    def __init__(self) -> None:
        self.told: queue.Queue[Any] = queue.Queue()
        self.worker = PreviewWorker(self.told.put, self.told.put, self.told.put)

    def next(self, kind: type) -> Any:
        """The next thing of a kind, others left out."""
        while not isinstance(found := self.told.get(timeout=PATIENCE), kind):
            pass
        return found


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., PreviewProcess]]:
    """A process of the test's own, in place of the program's."""
    made: list[PreviewProcess] = []

    def make(**options: Any) -> PreviewProcess:
        made.append(PreviewProcess(**options))
        monkeypatch.setattr(preview_process, "_SHARED", made[-1:])
        return made[-1]

    yield make
    for entry in made:
        entry.stop()


def until(shown: Callable[[], bool]) -> None:
    """Wait for something that other processes do."""
    limit = time.monotonic() + PATIENCE
    while not shown():
        assert time.monotonic() < limit
        os.sched_yield() if hasattr(os, "sched_yield") else None


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] not in "ZX"
    except FileNotFoundError:
        return False


def test_nobody_is_thrown_away_while_being_told(process: Callable[..., PreviewProcess]) -> None:
    """A signal sent from the thread that reads while its window goes ended the program (seen once in some 500,000 random events)."""
    process()
    begun, go_on, over = threading.Event(), threading.Event(), threading.Event()

    def slow(_: object) -> None:
        begun.set()
        go_on.wait(PATIENCE)
        over.set()

    worker = PreviewWorker(slow, slow, slow)
    worker.show(sample("party"))
    assert begun.wait(PATIENCE)
    closing = threading.Thread(target=worker.close)
    closing.start()
    closing.join(0.2)
    early = not closing.is_alive()
    go_on.set()
    closing.join(PATIENCE)
    assert over.is_set()
    assert not early


def test_pages_and_pictures_of_the_newest_state(process: Callable[..., PreviewProcess]) -> None:
    process()
    heard, application = Heard(), sample("party")
    for number in range(5):
        application.set("project.name", f"项目{number}")
        heard.worker.show(application)
    while (pages := heard.next(Pages)).generation < 5:
        pass
    assert len(pages.sizes) >= 4
    assert "people" in pages.places
    heard.worker.want([(0, 0.5)])
    picture = heard.next(Picture)
    assert (picture.generation, picture.index) == (5, 0)
    assert len(picture.pixels) == picture.stride * picture.height
    assert len(set(picture.pixels)) > 10  # something is drawn


def test_the_caller_may_go_on_changing_the_answers(process: Callable[..., PreviewProcess]) -> None:
    process()
    heard, application = Heard(), sample("party")
    heard.worker.show(application)
    application.values.clear()
    assert "people" in heard.next(Pages).places


def test_another_listener_hears_nothing_of_what_was_drawn_before(process: Callable[..., PreviewProcess]) -> None:
    process()
    first = Heard()
    first.worker.show(sample("party"))
    second = Heard()
    first.worker.close()  # later than the second came: it stays
    second.worker.show(sample("capability", "academic-exchange"))
    assert second.next(Pages).generation == 2
    assert first.told.empty()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_one_that_was_killed_is_started_again_with_the_newest_state(process: Callable[..., PreviewProcess]) -> None:
    running = process()
    heard = Heard()
    heard.worker.show(sample("party"))
    before = heard.next(Pages)
    assert running.pid is not None
    os.kill(running.pid, signal.SIGKILL)
    again = heard.next(Pages)
    assert again.generation == before.generation
    heard.worker.want([(0, 0.3)])
    assert heard.next(Picture).index == 0


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_one_that_dies_at_every_drawing_is_given_up_until_the_next_change(
    process: Callable[..., PreviewProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    program = "from app import previewing, preview_process as p; previewing.Painter._draw = lambda *_: __import__('os')._exit(3); p.serve()"
    sound = preview_process._command
    monkeypatch.setattr(preview_process, "_command", lambda: [sys.executable, "-c", program])
    process()
    heard = Heard()
    heard.worker.show(sample("party"))
    assert heard.next(str) == DIED
    monkeypatch.setattr(preview_process, "_command", sound)
    heard.worker.show(sample("party"))
    assert len(heard.next(Pages).sizes) >= 4


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_one_that_dies_at_every_painting_is_given_up_too(process: Callable[..., PreviewProcess], monkeypatch: pytest.MonkeyPatch) -> None:
    program = (
        "from app import previewing, preview_process as p; previewing.Painter._paint = lambda *_: __import__('os')._exit(3); p.serve()"
    )
    monkeypatch.setattr(preview_process, "_command", lambda: [sys.executable, "-c", program])
    process()
    heard = Heard()
    heard.worker.show(sample("party"))
    for _ in range(2):
        heard.next(Pages)
        heard.worker.want([(0, 0.3)])  # as the window asks whenever there are pages
    assert heard.next(str) == DIED


@pytest.mark.parametrize("command", [["/nowhere/at-all"], [sys.executable, "-c", "raise SystemExit(1)"]], ids=["absent", "useless"])
def test_where_no_process_can_be_started_a_thread_draws(
    process: Callable[..., PreviewProcess], monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setattr(preview_process, "_command", lambda: command)
    running = process()
    heard = Heard()
    heard.worker.show(sample("party"))
    assert len(heard.next(Pages).sizes) >= 4
    heard.worker.want([(0, 0.3)])
    assert heard.next(Picture).index == 0
    assert running.pid is None


def test_an_idle_one_goes_and_comes_back_for_a_page(process: Callable[..., PreviewProcess]) -> None:
    running = process(idle=0.2)
    heard = Heard()
    heard.worker.show(sample("party"))
    generation = heard.next(Pages).generation
    until(lambda: running.pid is None)
    heard.worker.want([(1, 0.3)])
    assert heard.next(Pages).generation == generation
    assert heard.next(Picture).index == 1


def test_a_change_in_the_moment_in_which_an_idle_one_goes_is_drawn(process: Callable[..., PreviewProcess]) -> None:
    """It would go to the one that is being ended."""
    running = process(idle=0.2)
    heard = Heard()

    class Door(threading.Condition):
        def __exit__(self, *trouble: Any) -> None:
            super().__exit__(*trouble)
            if running._writer is None and running._deaths == 0 and not again:
                again.append(threading.current_thread())
                heard.worker.show(sample("party"))
                until(lambda: not running._unsent)

    again: list[threading.Thread] = []
    running._changed = Door()
    heard.worker.show(sample("party"))
    first = heard.next(Pages)
    assert heard.next(Pages).generation == first.generation + 1
    assert [thread.name for thread in again] == ["preview"]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes")
def test_it_goes_with_the_program_however_that_ends() -> None:
    program = (
        "import sys, time; from app.preview_process import *; from app.samples import sample\n"
        "done = lambda found: print(shared().pid, flush=True)\n"
        "worker = PreviewWorker(done, done, done); worker.show(sample('party')); time.sleep(600)"
    )
    window = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert window.stdout is not None
    pid = int(window.stdout.readline())
    assert alive(pid)
    window.kill()
    window.wait()
    window.stdout.close()
    until(lambda: not alive(pid))


def test_what_a_library_prints_does_not_get_between_the_frames(
    process: Callable[..., PreviewProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    program = (
        "import os; from app import previewing, preview_process as p; draw = previewing.Painter._draw\n"
        "previewing.Painter._draw = lambda *words: (os.write(1, b'noise'), print('noise', flush=True), draw(*words)); p.serve()"
    )
    monkeypatch.setattr(preview_process, "_command", lambda: [sys.executable, "-c", program])
    process()
    heard = Heard()
    heard.worker.show(sample("party"))
    assert len(heard.next(Pages).sizes) >= 4


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks at an open file of another process")
def test_nothing_that_is_loaded_waits_at_the_input(process: Callable[..., PreviewProcess]) -> None:
    """A library with a C runtime of its own, as PDFium is on Windows, asks what standard input is, and would wait there until the
    reading from that pipe is over: the pages would come with the next key."""
    drawing, heard = process(), Heard()
    heard.worker.show(sample("party"))
    heard.next(Pages)
    assert Path(f"/proc/{drawing.pid}/fd/0").readlink() == Path(os.devnull)
