"""File dialogs: what they ask for, large enough, and legible on a dark ground."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QToolButton, QTreeView

from app.ui import theme
from app.ui.messages import Messages

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),  # the offscreen platform, of every window
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]


@pytest.fixture
def dark(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp, dark=True)
    yield
    theme.apply(qapp, dark=False)


def during(qtbot: Any, asks: Callable[[], Any], look: Callable[[QFileDialog], None]) -> Any:
    """What is answered when ``look`` has worked in the dialog."""
    failures: list[BaseException] = []
    timer = QTimer(interval=10)

    def work() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QFileDialog):
            return  # not there yet
        timer.stop()
        try:
            look(dialog)
        except BaseException as failure:
            failures.append(failure)
        while (left := QApplication.activeModalWidget()) is not None:  # it, or a question that it asks
            assert isinstance(left, QDialog)
            left.reject()

    timer.timeout.connect(work)
    timer.start()
    answer = asks()
    if failures:
        raise failures[0]
    return answer


def test_a_file_is_chosen(qtbot: Any, tmp_path: Path) -> None:
    (tmp_path / "甲.json").write_text("{}")

    def look(dialog: QFileDialog) -> None:
        assert dialog.windowTitle() == "打开"
        assert dialog.fileMode() is QFileDialog.FileMode.ExistingFile
        dialog.setDirectory(str(tmp_path))
        dialog.selectFile("甲.json")
        dialog.accept()

    assert during(qtbot, lambda: Messages().open_file(None, "打开", "数据 (*.json)"), look) == tmp_path / "甲.json"


def test_several_files_or_none(qtbot: Any, tmp_path: Path) -> None:
    def look(dialog: QFileDialog) -> None:
        assert dialog.fileMode() is QFileDialog.FileMode.ExistingFiles
        dialog.reject()

    assert during(qtbot, lambda: Messages().open_files(None, "添加", "附件 (*.pdf)"), look) == []


def test_a_new_file_gets_its_ending(qtbot: Any, tmp_path: Path) -> None:
    def look(dialog: QFileDialog) -> None:
        assert dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
        dialog.setDirectory(str(tmp_path))
        name = dialog.findChild(QLineEdit)
        assert name.text() == "申报数据.json"
        name.setText("副本")
        dialog.accept()

    assert during(qtbot, lambda: Messages().save_file(None, "另存", "申报数据.json", "数据 (*.json)"), look) == tmp_path / "副本.json"


def test_a_folder_from_where_one_was(qtbot: Any, tmp_path: Path) -> None:
    def look(dialog: QFileDialog) -> None:
        assert Path(dialog.directory().absolutePath()) == tmp_path
        dialog.accept()

    assert during(qtbot, lambda: Messages().choose_folder(None, "选择", tmp_path), look) == tmp_path


@pytest.mark.usefixtures("dark")
def test_buttons_are_seen_on_a_dark_ground_and_dates_are_whole(qtbot: Any) -> None:
    def look(dialog: QFileDialog) -> None:
        text = theme.current().text
        shown = [button for button in dialog.findChildren(QToolButton) if button.isVisible() and not button.icon().isNull()]
        assert len(shown) >= 5
        for button in shown:
            picture = button.icon().pixmap(button.iconSize()).toImage()
            inks = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())
                    if picture.pixelColor(x, y).alpha() > 250}  # fmt: skip
            drawn_in_colours = button.objectName() in ("newFolderButton", "listModeButton", "detailModeButton")
            assert len(inks) > 10 if drawn_in_colours else inks == {text}, button.objectName()
        view = dialog.findChild(QTreeView)
        for column, words in ((1, "95.67 KiB"), (2, "Word 文档"), (3, "24 11月 2026 10:53")):
            assert view.columnWidth(column) > view.fontMetrics().horizontalAdvance(words)
        dialog.reject()

    assert during(qtbot, lambda: Messages().open_file(None, "打开", "数据 (*.json)"), look) is None


@pytest.mark.parametrize("percent", [100, 150])
def test_a_dialog_is_no_wider_than_the_screen(qtbot: Any, tmp_path: Path, qapp: QApplication, percent: int) -> None:
    """Its buttons would be out of reach: the average character of a Chinese font is twice as wide as a digit."""
    theme.apply(qapp, dark=False, percent=percent)

    def look(dialog: QFileDialog) -> None:
        assert dialog.width() <= dialog.screen().availableGeometry().width()
        dialog.reject()

    assert during(qtbot, lambda: Messages().choose_folder(None, "选择", tmp_path), look) is None
    theme.apply(qapp, dark=False)
