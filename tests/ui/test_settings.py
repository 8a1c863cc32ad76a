"""The settings: every option of the table in the dialog, stored and shown at once."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from app.errors import AppError
from app.store import Store
from app.ui import theme
from app.ui.desk import Desk
from app.ui.main_window import apply_look
from app.ui.settings import OPTIONS, SettingsDialog
from app.ui.theme import SCHEME, TYPE_SIZE
from tests.ui.conftest import Recorder

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform, of every window


def opened(qtbot: Any, desk: Desk) -> SettingsDialog:
    dialog = SettingsDialog(desk)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_every_option_is_there_with_its_label_and_default(qtbot: Any, desk: Desk) -> None:
    dialog = opened(qtbot, desk)
    assert set(dialog.boxes) == {option.name for option in OPTIONS} == {SCHEME, TYPE_SIZE}
    labels = {label.buddy(): label.text() for label in dialog.findChildren(QLabel) if label.buddy()}
    for option in OPTIONS:
        box = dialog.boxes[option.name]
        assert labels[box] == option.label
        assert box.currentData() == option.default
        assert [box.itemData(place) for place in range(box.count())] == [value for value, _ in option.choices]


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_a_choice_is_stored_and_told_at_once(qtbot: Any, desk: Desk, option: Any) -> None:
    dialog = opened(qtbot, desk)
    with qtbot.waitSignal(dialog.look_changed):
        qtbot.keyClick(dialog.boxes[option.name], Qt.Key.Key_End)
    assert desk.store.setting(option.name) == option.choices[-1][0]
    assert opened(qtbot, desk).boxes[option.name].currentData() == option.choices[-1][0]


def test_the_look_follows_every_choice(qtbot: Any, desk: Desk, qapp: QApplication) -> None:
    dialog = opened(qtbot, desk)
    dialog.look_changed.connect(lambda: apply_look(qapp, desk))
    small = qapp.font().pointSizeF()
    try:
        qtbot.keyClick(dialog.boxes[SCHEME], Qt.Key.Key_End)
        assert theme.current() is theme.DARK
        qtbot.keyClick(dialog.boxes[TYPE_SIZE], Qt.Key.Key_End)
        assert qapp.font().pointSizeF() == pytest.approx(small * 1.5)
        qtbot.keyClick(dialog.boxes[SCHEME], Qt.Key.Key_Up)
        assert theme.current() is theme.LIGHT
    finally:
        theme.apply(qapp, dark=False)


@pytest.mark.parametrize("odd", ["purple", 3, None, [], {"a": 1}, True])
def test_an_odd_stored_value_counts_as_the_default(qtbot: Any, desk: Desk, odd: object) -> None:
    for option in OPTIONS:
        desk.store.set_setting(option.name, odd)
    dialog = opened(qtbot, desk)
    for option in OPTIONS:
        assert dialog.boxes[option.name].currentData() == option.default


def test_a_choice_that_cannot_be_stored_goes_back_with_a_word(
    qtbot: Any, desk: Desk, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise AppError("磁盘已满")

    dialog = opened(qtbot, desk)
    monkeypatch.setattr(Store, "set_setting", full)
    with qtbot.assertNotEmitted(dialog.look_changed):
        qtbot.keyClick(dialog.boxes[SCHEME], Qt.Key.Key_End)
    assert recorder.texts("alarm") == ["磁盘已满"]
    assert dialog.boxes[SCHEME].currentData() == "system"


def test_esc_closes_it(qtbot: Any, desk: Desk) -> None:
    dialog = opened(qtbot, desk)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
