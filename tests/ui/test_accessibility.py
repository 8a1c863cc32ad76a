"""Every screen: names for all controls, all of them reached by Tab, no text cut off, at 100 % and 150 % type and 200 % scaling.

The screen has 1366×768 pixels, scaled ones where it is scaled.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.desk import Desk
from app.ui.main_window import MainWindow
from tests.ui.accessibility import SCREEN, cut_off, nameless, unreachable
from tests.ui.screens import SCREENS

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform, of every window
QUIET = 8
"""Looks in a row, 10 ms apart, at which nothing has moved."""


@pytest.fixture(params=[pytest.param(100, marks=pytest.mark.slow), max(theme.TYPE_SIZES)])
def size(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[int]:
    """The smallest and the largest type: pages fold differently with them."""
    theme.apply(qapp, dark=False, percent=request.param)
    yield request.param
    theme.apply(qapp, dark=False)


def settled(window: QWidget) -> Callable[[], bool]:
    """Whether the layout has come to rest: pages that fill themselves when the window is idle are done, and nothing moves any more."""
    seen: list[list[tuple[int, int, int, int]]] = []

    def still() -> bool:
        seen.append([widget.geometry().getRect() for widget in window.findChildren(QWidget)])
        return len(seen) > QUIET and all(entry == seen[-1] for entry in seen[-QUIET:])

    return still


def faults(qtbot: Any, window: QWidget) -> list[str]:
    """Show a window as large as it would be on a small screen, and look for all that is wrong."""
    if isinstance(window, QDialog):
        window.resize(window.size().boundedTo(QSize(*SCREEN)))
    else:
        window.resize(*SCREEN)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    if isinstance(window, MainWindow) and window.wizard is not None:
        status = window.wizard.bar.status
        qtbot.waitUntil(lambda: status.text().startswith("已保存"))
    qtbot.waitUntil(settled(window))
    return [*cut_off(window), *nameless(window), *unreachable(window)]


@pytest.mark.parametrize("name", SCREENS)
def test_every_screen(qtbot: Any, desk: Desk, size: int, tmp_path: Path, name: str) -> None:
    window = SCREENS[name](desk, tmp_path)
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # qtbot deletes it
    qtbot.addWidget(window)
    try:
        assert faults(qtbot, window) == []
    finally:
        if isinstance(window, MainWindow):
            window.leave_wizard()


@pytest.mark.slow
def test_every_screen_at_200_per_cent_scaling(tmp_path: Path) -> None:
    """Scaling is settled when Qt starts, so that it takes a process of its own, with a screen of twice the pixels."""
    screen = {"name": "large", "x": 0, "y": 0, "width": 2 * SCREEN[0], "height": 2 * SCREEN[1], "logicalDpi": 96, "dpr": 1}
    (tmp_path / "screens.json").write_text(json.dumps({"screens": [screen]}))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "test_every_screen and 150-", __file__]
    environment = {**os.environ, "QT_SCALE_FACTOR": "2", "QT_QPA_PLATFORM": "offscreen:configfile=screens.json"}
    # in the folder itself, since Qt takes no path with Chinese in it from there
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    assert f"{len(SCREENS)} passed" in run.stdout


LIVE = (
    "home", "capability main filled", "party unit empty", "party finish filled", "finish exported", "help data", "settings",
    "exported final", "bin", "versions compared", "opening", "printing",
)  # fmt: skip


@pytest.mark.parametrize("name", LIVE)
def test_a_change_of_the_look_leaves_nothing_cut_off_or_in_the_former_colours(
    qtbot: Any, desk: Desk, qapp: QApplication, tmp_path: Path, name: str
) -> None:
    window = SCREENS[name](desk, tmp_path)
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # qtbot deletes it
    qtbot.addWidget(window)
    window.resize(*SCREEN if isinstance(window, MainWindow) else window.size().toTuple())
    window.show()
    qtbot.waitUntil(settled(window))
    try:
        theme.apply(qapp, dark=True, percent=150)
        qtbot.waitUntil(settled(window))
        assert list(cut_off(window)) == []
        if isinstance(window, MainWindow) and window.wizard is not None:
            outline = window.wizard.outline
            inks = {outline.item(row).foreground().color().name() for row in range(outline.count())}
            assert inks <= set(theme.DARK)
    finally:
        theme.apply(qapp, dark=False)
        if isinstance(window, MainWindow):
            window.leave_wizard()


# --- the test of the test --------------------------------------------------------------------------------------------------


def screen_with(qtbot: Any, *widgets: QWidget) -> QWidget:
    window = QWidget()
    layout = QVBoxLayout(window)
    for widget in widgets:
        layout.addWidget(widget)
    qtbot.addWidget(window)
    return window


def test_a_control_without_a_name_is_found(qtbot: Any) -> None:
    window = screen_with(qtbot, QLineEdit(), QPushButton("好"))
    assert faults(qtbot, window) == ["no name: QLineEdit“” in ?"]


def test_a_label_with_a_buddy_is_a_name(qtbot: Any) -> None:
    line, label = QLineEdit(), QLabel("姓名(&N)：")
    label.setBuddy(line)
    window = screen_with(qtbot, label, line)
    assert faults(qtbot, window) == []


def test_a_control_that_keeps_tab_is_found(qtbot: Any) -> None:
    text = QPlainTextEdit()
    text.setAccessibleName("正文")
    window = screen_with(qtbot, QPushButton("一"), text, QPushButton("二"))
    assert "Tab does not get out: QPlainTextEdit“正文” in ?" in faults(qtbot, window)
    text.setTabChangesFocus(True)
    assert faults(qtbot, window) == []


def test_a_control_that_tab_skips_is_found(qtbot: Any) -> None:
    class Skipping(QPushButton):
        def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802
            last.setFocus()
            return True

    last = QPushButton("三")
    window = screen_with(qtbot, Skipping("一"), QPushButton("二"), last)
    assert faults(qtbot, window) == ["not reached by Tab: QPushButton“二” in ?"]


def test_contents_wider_than_what_scrolls_them_are_found(qtbot: Any) -> None:
    area = QScrollArea()
    area.setAccessibleName("正文")
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setMaximumWidth(200)
    label = QLabel("a" * 400)
    label.setWordWrap(True)
    area.setWidget(label)
    window = screen_with(qtbot, area)
    assert any("wider than its place" in fault for fault in faults(qtbot, window))


def test_text_that_is_cut_off_is_found(qtbot: Any) -> None:
    narrow, low = QLabel("这句话比它的地方长得多，所以看不全"), QLabel("这句话要占好几行，可是只给了一行的高度" * 3)
    narrow.setMaximumWidth(60)
    low.setWordWrap(True)
    low.setMaximumHeight(12)
    button = QPushButton("放不下的按钮文字")
    button.setMaximumWidth(40)
    window = screen_with(qtbot, narrow, low, button)
    found = faults(qtbot, window)
    assert len([fault for fault in found if fault.startswith("cut by")]) == 3
