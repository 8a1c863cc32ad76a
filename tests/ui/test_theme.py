"""The look: contrast that is computed, colours that exist, type that grows."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app import paths
from app.ui import theme
from app.ui.theme import DARK, LIGHT, Colours, contrast, text_pairs

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform, of every window
ENOUGH = 4.5
"""WCAG 2.1, 1.4.3."""
SCHEMES = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])


def test_contrast_is_the_one_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert contrast("#ffffff", "#777777") == contrast("#777777", "#ffffff")


@SCHEMES
def test_every_text_stands_out_from_its_ground(colours: Colours) -> None:
    pairs = text_pairs(colours)
    assert len(pairs) > 20
    faint = [(ink, ground, round(contrast(ink, ground), 2)) for ink, ground in pairs if contrast(ink, ground) < ENOUGH]
    assert faint == []


@SCHEMES
def test_every_rule_that_sets_both_ink_and_ground_is_legible(colours: Colours) -> None:
    """Over the style sheet itself, so that a pair that :func:`text_pairs` forgets is found."""
    checked = 0
    for body in re.findall(r"\{([^{}]*)\}", theme.style_sheet(colours)):
        ink = re.search(r"(?<![-\w])color:\s*(#[0-9a-f]{6})", body)
        ground = re.search(r"(?<![-\w])background(?:-color)?:\s*(#[0-9a-f]{6})", body)
        if ink and ground:
            checked += 1
            assert contrast(ink[1], ground[1]) >= ENOUGH, body
    assert checked >= 10


def test_every_name_in_the_style_sheet_is_a_colour() -> None:
    text = (paths.resources() / "style" / "tineng.qss").read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    names = set(re.findall(r"@(\w+)", text))
    assert names <= set(LIGHT._fields)
    for colours in (LIGHT, DARK):
        assert "@" not in re.sub(r"/\*.*?\*/", "", theme.style_sheet(colours), flags=re.DOTALL)


@SCHEMES
def test_colours_are_whole(colours: Colours) -> None:
    for name, colour in colours._asdict().items():
        assert re.fullmatch(r"#[0-9a-f]{6}", colour), name


def test_the_style_sheet_sets_no_type_size_and_no_colour_of_its_own() -> None:
    text = (paths.resources() / "style" / "tineng.qss").read_text(encoding="utf-8")
    assert "font-size" not in text
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(", text)


def test_the_look_can_be_changed_at_any_time(qapp: QApplication) -> None:
    small = qapp.font().pointSizeF()
    try:
        theme.apply(qapp, dark=True, percent=150)
        assert theme.current() is DARK
        assert qapp.font().pointSizeF() == pytest.approx(small * 1.5)
        assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.window
    finally:
        theme.apply(qapp, dark=False)
    assert theme.current() is LIGHT
    assert qapp.font().pointSizeF() == pytest.approx(small)


class Colourings(QObject):
    """Counts how often a widget is told of other colours: the wizard shows everything again each time."""

    def __init__(self) -> None:
        super().__init__()
        self.number = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        self.number += event.type() == QEvent.Type.PaletteChange
        return False


def test_a_change_of_look_colours_a_window_few_times(qtbot: QtBot, qapp: QApplication) -> None:
    window, heard = QWidget(), Colourings()
    button = QPushButton("确认", window)
    qtbot.addWidget(window)
    window.show()
    button.installEventFilter(heard)
    try:
        theme.apply(qapp, dark=True)
        assert 0 < heard.number <= 3  # twice as often with one style sheet put over another
    finally:
        theme.apply(qapp, dark=False)


def test_a_change_serves_keys_between_its_parts_and_the_last_one_counts(qtbot: QtBot, qapp: QApplication) -> None:
    window, dialog, line = QWidget(), QWidget(), QLineEdit()
    QVBoxLayout(window).addWidget(line)
    qtbot.addWidget(window)
    heading = QLabel("标题", dialog)
    heading.setFont(theme.emphasised(heading.font(), 1.3, bold=True))
    for shown in (dialog, window):
        shown.show()
    seen: list[tuple[str, bool, bool]] = []

    def key() -> None:
        qtbot.keyClick(line, "a")
        seen.append((line.text(), window.updatesEnabled(), bool(qapp.styleSheet())))
        if not window.updatesEnabled():
            QTimer.singleShot(0, window, key)

    QTimer.singleShot(0, window, key)
    try:
        theme.change(dark=True, percent=100)
        theme.change(dark=True, percent=150)
        dialog.deleteLater()
        qtbot.waitUntil(lambda: bool(seen) and window.updatesEnabled())
        assert [shown for _, shown, _ in seen[:3]] == [False, False, False]
        assert [sheet for _, _, sheet in seen[:3]] == [False, False, True]
        assert line.text().startswith("aaa")
        assert theme.current() is theme.DARK
        assert line.updatesEnabled()
        assert qapp.styleSheet() == theme.style_sheet(theme.DARK)
        assert line.font().pointSizeF() == pytest.approx(theme.BASE_POINTS * 1.5)
        theme.change(dark=False, percent=100)
        qtbot.waitUntil(window.updatesEnabled)
        assert theme.current() is theme.LIGHT
    finally:
        theme.apply(qapp, dark=False)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_heading_keeps_its_proportion_whenever_another_look_is_asked_for(qtbot: QtBot, qapp: QApplication, turns: int) -> None:
    window = QWidget()
    heading = QLabel("标题", window)
    heading.setFont(theme.emphasised(heading.font(), 1.3, bold=True))
    qtbot.addWidget(window)
    window.show()
    before = heading.font().pointSizeF() / qapp.font().pointSizeF()
    try:
        theme.change(dark=True, percent=150)
        for _ in range(turns):  # so many parts are through
            qtbot.wait(0)
            QApplication.processEvents()
        theme.change(dark=False, percent=125)
        qtbot.waitUntil(lambda: window.updatesEnabled() and qapp.styleSheet() == theme.style_sheet(theme.LIGHT))
        assert qapp.font().pointSizeF() == pytest.approx(theme.BASE_POINTS * 1.25)
        assert heading.font().pointSizeF() / qapp.font().pointSizeF() == pytest.approx(before)
    finally:
        theme.apply(qapp, dark=False)


def test_headings_follow_the_type_size(qtbot: QtBot, qapp: QApplication) -> None:
    window, heading = QWidget(), QLabel("标题")
    QVBoxLayout(window).addWidget(heading)
    heading.setFont(theme.emphasised(window.font(), 1.3, bold=True))
    qtbot.addWidget(window)
    window.show()
    small = heading.font().pointSizeF()
    try:
        for percent in (150, 150, 125, 100, 150):
            theme.apply(qapp, dark=percent == 125, percent=percent)
            assert heading.font().pointSizeF() == pytest.approx(small * percent / 100)
            assert heading.font().bold()
    finally:
        theme.apply(qapp, dark=False)
    assert heading.font().pointSizeF() == pytest.approx(small)


def test_a_chinese_windows_calls_its_face_by_a_chinese_name(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme.QFontDatabase, "families", lambda: ["宋体", "微软雅黑"])
    assert theme._font(100).family() == "微软雅黑"
