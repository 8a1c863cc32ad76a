"""Random keys and clicks, seeded: no error, no Qt warning, and whatever was typed is on disk as the window has it.

TINENG_MONKEY is the number of events of the slow run (4,000 unless told), TINENG_MONKEY_SEED its first seed.
"""

from __future__ import annotations

import gc
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from editors_support import commit, compose
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.application import dump
from app.drafts import facts_now
from app.samples import folder as samples
from app.samples import sample
from app.ui import export_dialog
from app.ui.ahead import Ahead
from app.ui.desk import Desk
from app.ui.main_window import MainWindow
from tests.ui.conftest import TODAY, Recorder

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),  # the offscreen platform, of every window
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]
QUICK, SLOW = 1_500, 4_000
CHECK_EVERY = 250
MOST_STALLS = 6
STALL = 0.2
"""Seconds without a sign of life that count as a freeze (promises: the window never freezes). Told, not asserted: another program can take
the processor away."""
KEY = Qt.Key
CONTROL, ALT, SHIFT, NONE = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.NoModifier,
)
HOSTILE = (
    "{{7*7}}{% for x in y %}", "<b>粗</b><img src='http://example.invalid/x.png'>&amp;</w:t>",
    "=1+1\t@SUM(A1)\n+2", "\x00\x07\x1b[31m\ufffe字",
    "一\u2028二\u2029三\u00a0四\u200b五\ufeff", "👨‍👩‍👧‍👦e\u0301\u0302\u0303𠀀𪚥",
    "\u202e反写\u2066", "字" * 30_000, "a" * 120_000, "\n" * 500,
    "甲\t乙\t丙\t丁\t戊\n" * 12, "甲\t0.5\n" * 80, "\t" * 400, '"多\n行"\t"引""号"\n', "2022-02-30", "1e309", "-0", "０．５万元", "",
)  # fmt: skip
PLAIN_KEYS = (
    KEY.Key_Tab, KEY.Key_Tab, KEY.Key_Backtab, KEY.Key_Return, KEY.Key_Escape, KEY.Key_Delete, KEY.Key_Backspace, KEY.Key_Up, KEY.Key_Down,
    KEY.Key_Left, KEY.Key_Right, KEY.Key_Home, KEY.Key_End, KEY.Key_PageUp, KEY.Key_PageDown, KEY.Key_Space, KEY.Key_F2, KEY.Key_F8,
)  # fmt: skip
CHORDS = (
    (KEY.Key_Z, CONTROL), (KEY.Key_Z, CONTROL), (KEY.Key_Z, CONTROL | SHIFT),
    (KEY.Key_Y, CONTROL), (KEY.Key_A, CONTROL), (KEY.Key_C, CONTROL),
    (KEY.Key_X, CONTROL), (KEY.Key_V, CONTROL), (KEY.Key_Up, ALT),
    (KEY.Key_Down, ALT), (KEY.Key_PageDown, CONTROL), (KEY.Key_PageUp, CONTROL),
    (KEY.Key_Home, CONTROL), (KEY.Key_End, CONTROL), (KEY.Key_End, SHIFT),
    (KEY.Key_Left, SHIFT), (KEY.Key_Down, SHIFT), (KEY.Key_F8, SHIFT),
    (KEY.Key_D, CONTROL), (KEY.Key_F, CONTROL),
)  # fmt: skip
TYPED = "abcxyz 0123456789.-/@<&{%="
SYLLABLES = ("学会", "常德市", "，", "㛃", "𪚥", "一项", "万元")


class Careless(Recorder):
    """Answers dialogs at random and chooses files of the samples."""

    def __init__(self, dice: random.Random, folder: Path) -> None:
        super().__init__()
        self.dice, self.folder = dice, folder
        self.files = sorted(samples().iterdir())

    def confirm(self, *_: Any, **__: Any) -> bool:
        return self.dice.random() < 0.5

    def choose(self, _parent: Any, _title: str, _text: str, options: Any) -> int:
        return self.dice.randrange(len(options))

    def open_file(self, *_: Any) -> Path | None:
        return self.dice.choice([None, *self.files])

    def open_files(self, *_: Any) -> list[Path]:
        return self.dice.sample(self.files, 2)

    def save_file(self, *_: Any) -> Path | None:
        return self.dice.choice([None, self.folder / "副本.json"])

    def choose_folder(self, *_: Any) -> Path | None:
        return self.folder


class Monkey:
    """Does one thing after the other, each from a timer of its own, so that it goes on inside dialogs too."""

    def __init__(self, window: MainWindow, dice: random.Random, number: int) -> None:
        self.window, self.dice, self.left = window, dice, number
        self.done = False
        self.failure: BaseException | None = None
        self.last = "start"
        self.stalls: list[tuple[float, str]] = []  # the longest ones: seconds, at what
        self.freezes = 0
        self._started = 0.0
        self._deeds: list[tuple[Callable[[], str], int]] = [
            (self.type, 30), (self.press, 22), (self.chord, 12), (self.click, 24), (self.paste, 4), (self.input_method, 8),
            (self.menu, 2), (self.turn, 5), (self.resize, 1), (self.act, 1), (self.begin, 1),
        ]  # fmt: skip

    def start(self) -> None:
        self._started = time.perf_counter()
        QTimer.singleShot(0, self.window, self.step)

    def step(self) -> None:
        """One event; the next one is set up first, since this one may open a dialog and stay in it."""
        now = time.perf_counter()
        self.freezes += now - self._started > STALL
        self.stalls = sorted([*self.stalls, (now - self._started, self.last)], reverse=True)[:MOST_STALLS]
        self._started = now
        if self.failure is not None or self.left <= 0:
            self.finish()
            return
        self.left -= 1
        QTimer.singleShot(0, self.window, self.step)
        try:
            if not self.left % CHECK_EVERY:
                self.check()
                self._started = time.perf_counter()
            [deed] = self.dice.choices([deed for deed, _ in self._deeds], [weight for _, weight in self._deeds])
            self.last = deed.__name__
            self.last = deed()
        except BaseException as failure:
            self.failure = failure

    def finish(self) -> None:
        """Leave all dialogs, innermost first."""
        inner = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        self.done = inner is None
        if isinstance(inner, QDialog):
            inner.reject()
        elif inner is not None:
            inner.close()
        if not self.done:
            QTimer.singleShot(5, self.window, self.finish)

    def check(self) -> None:
        """What is open is on disk as the window has it."""
        desk, wizard = self.window.desk, self.window.wizard
        if wizard is not None:
            wizard.await_files()  # the store has another list of files a moment before the window hears of it
        assert desk.autosave.flush(20.0)
        if wizard is not None:
            stored = desk.store.load(wizard.draft_id)
            assert dump(stored.application) == dump(wizard.session.application)
            assert stored.memory == wizard.session.memory

    # --- where -----------------------------------------------------------------------------------------------------------

    @property
    def top(self) -> QWidget:
        """The window in front; one that was closed and is not yet gone is none for a person."""
        front = QApplication.activePopupWidget() or QApplication.activeModalWidget() or QApplication.activeWindow()
        return front if front is not None and front.isVisible() else self.window

    @property
    def focus(self) -> QWidget:
        """Where keys go."""
        focused = QApplication.activePopupWidget() or QApplication.focusWidget()
        return focused if focused is not None and focused.isVisible() else self.top

    # --- what ------------------------------------------------------------------------------------------------------------

    def type(self) -> str:
        letter = self.dice.choice(TYPED)
        QTest.keyClick(self.focus, letter)
        return f"type {letter}"

    def press(self) -> str:
        key = self.dice.choice(PLAIN_KEYS)
        QTest.keyClick(self.focus, key)
        return f"press {key.name}"

    def chord(self) -> str:
        key, modifiers = self.dice.choice(CHORDS)
        QTest.keyClick(self.focus, key, modifiers)
        return f"press {modifiers.name}+{key.name}"

    def click(self) -> str:
        top = self.top
        there = [
            widget for widget in [top, *top.findChildren(QWidget)] if widget.isVisible() and widget.isEnabled() and widget.window() is top
        ]
        seen = [widget for widget in self.dice.sample(there, min(12, len(there))) if not widget.visibleRegion().isEmpty()]
        if not seen:
            return "click nothing"
        widget = seen[0]
        place = QPoint(self.dice.randrange(max(1, widget.width())), self.dice.randrange(max(1, widget.height())))
        words = f"click {type(widget).__name__} {widget.accessibleName() or widget.property('text') or ''}"
        if self.dice.random() < 0.1:
            QTest.mouseDClick(widget, Qt.MouseButton.LeftButton, NONE, place)
        else:
            QTest.mouseClick(widget, Qt.MouseButton.LeftButton, NONE, place)
        return words

    def paste(self) -> str:
        text = self.dice.choice(HOSTILE)
        QApplication.clipboard().setText(text)
        QTest.keyClick(self.focus, KEY.Key_V, CONTROL)
        return f"paste {text[:12]!r} ({len(text)})"

    def input_method(self) -> str:
        text = self.dice.choice(SYLLABLES)
        (compose if self.dice.random() < 0.4 else commit)(self.focus, text)
        return f"input method {text}"

    def menu(self) -> str:
        focus = self.focus
        place = focus.rect().center()
        QApplication.sendEvent(focus, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, focus.mapToGlobal(place)))
        return "context menu"

    def turn(self) -> str:
        """Go somewhere in the wizard, or into it."""
        wizard = self.window.wizard
        if QApplication.activePopupWidget() or QApplication.activeModalWidget():
            QTest.keyClick(self.focus, KEY.Key_Escape)
        elif wizard is not None:
            wizard.outline.setCurrentRow(self.dice.randrange(wizard.outline.count()))
            return f"page {wizard.session.memory.page}"
        else:
            QTest.keyClick(self.window.home.list, KEY.Key_Return)
        return "turn"

    def resize(self) -> str:
        self.window.resize(self.dice.randrange(720, 1700), self.dice.randrange(400, 1000))
        return "resize"

    def act(self) -> str:
        """Something of the menus; leaving the program is left out."""
        if QApplication.activePopupWidget() or QApplication.activeModalWidget():
            return "no act"
        window = self.window
        actions = [
            action for action in window.menuBar().findChildren(type(window.quit_action)) if action.isEnabled() and action.menu() is None
        ]
        action = self.dice.choice([entry for entry in actions if entry is not window.quit_action and not entry.isSeparator()])
        action.trigger()
        return f"act {action.text()}"

    def begin(self) -> str:
        """Open another draft."""
        found = self.window.desk.store.summaries()
        if found and not (QApplication.activePopupWidget() or QApplication.activeModalWidget()):
            self.window.open_draft(self.dice.choice(found).id)
        return "open a draft"


@contextmanager
def unencumbered() -> Iterator[None]:
    """What pytest holds is not for the window's garbage collections to go through."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def let_loose(qtbot: Any, desk: Desk, folder: Path, seed: int, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(seed)
    desk.messages = Careless(dice, folder)
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda *_: True)
    monkeypatch.setattr(export_dialog, "print_pdf", lambda *_: None)
    for form, category in (("party", "party"), ("capability", "academic-exchange"), ("capability", "service-station")):
        application = sample(form, category)
        desk.store.create(application, None, facts_now(application, TODAY))
    window = MainWindow(desk)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    Ahead(window)  # as the program starts it: a hasty person is at work before it is through
    monkey = Monkey(window, dice, number)
    with unencumbered():
        monkey.start()
        qtbot.waitUntil(lambda: monkey.done, timeout=600_000 + 100 * number)
    if monkey.failure is not None:
        raise AssertionError(f"seed {seed}, {monkey.left} events before the end, after “{monkey.last}”") from monkey.failure
    monkey.check()
    for binned in (False, True):
        for summary in desk.store.summaries(binned):
            desk.store.load(summary.id)
    assert window.close()
    longest = "; ".join(f"{seconds * 1000:.0f} ms at “{what}”" for seconds, what in monkey.stalls)
    print(f"\nseed {seed}: {number} events, {monkey.freezes} stalls over {STALL * 1000:.0f} ms; the longest {longest}")


@pytest.mark.parametrize("seed", [1])
def test_a_monkey(qtbot: Any, desk: Desk, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    let_loose(qtbot, desk, tmp_path, seed, QUICK, monkeypatch)


@pytest.mark.slow
def test_a_patient_monkey(qtbot: Any, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seed = int(os.environ.get("TINENG_MONKEY_SEED", "2022"))
    let_loose(qtbot, desk, tmp_path, seed, int(os.environ.get("TINENG_MONKEY", str(SLOW))), monkeypatch)
