"""One door for every message box and file dialog, so that tests can stand in it and read what a person would have read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QColor, QIcon, QPainter
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QMessageBox, QToolButton, QTreeView, QWidget

from app.ui.theme import current

WIDE = 110
"""Digits across Qt's own file dialog: the places at its side, names, sizes, kinds and whole dates. Not average characters, which in a
Chinese font are as wide as any of its own."""
COLUMNS = {1: "0000.00 KiB　", 2: "Word 文档　　", 3: "0000 00月 00 00:00　"}
"""What has to be whole behind a name: size, kind and date."""
OPAQUE = 255
MARGIN = 40
"""Left free beside such a dialog on a small screen."""


class Messages:
    """Asks and tells through real dialogs. Tests replace it by a recorder with the same methods."""

    def inform(self, parent: QWidget | None, title: str, text: str) -> None:
        """Something the person should know."""
        self._box(parent, QMessageBox.Icon.Information, title, text, ["知道了"])

    def alarm(self, parent: QWidget | None, title: str, text: str) -> None:
        """Something that went wrong, and what to do about it."""
        self._box(parent, QMessageBox.Icon.Warning, title, text, ["知道了"])

    def confirm(self, parent: QWidget | None, title: str, text: str, yes: str, no: str = "取消") -> bool:
        """A question with a verb on each button; Esc and Enter mean ``no``."""
        return self._box(parent, QMessageBox.Icon.Question, title, text, [yes, no], default=1) == 0

    def choose(self, parent: QWidget | None, title: str, text: str, options: Sequence[str]) -> int:
        """The index of the chosen button; the last one is what Esc means."""
        return self._box(parent, QMessageBox.Icon.Question, title, text, options, default=len(options) - 1)

    def open_file(self, parent: QWidget | None, title: str, patterns: str) -> Path | None:
        """A file to open, or None."""
        return next(iter(self._files(parent, title, QFileDialog.FileMode.ExistingFile, patterns)), None)

    def open_files(self, parent: QWidget | None, title: str, patterns: str) -> list[Path]:
        """Files to open; empty when the person cancels."""
        return self._files(parent, title, QFileDialog.FileMode.ExistingFiles, patterns)

    def save_file(self, parent: QWidget | None, title: str, name: str, patterns: str) -> Path | None:
        """Where to save; the dialog itself asks before overwriting."""
        return next(iter(self._files(parent, title, QFileDialog.FileMode.AnyFile, patterns, name)), None)

    def choose_folder(self, parent: QWidget | None, title: str, start: Path) -> Path | None:
        """A folder, or None."""
        return next(iter(self._files(parent, title, QFileDialog.FileMode.Directory, "", str(start))), None)

    def _files(self, parent: QWidget | None, title: str, mode: QFileDialog.FileMode, patterns: str, chosen: str = "") -> list[Path]:
        """The system's own dialog where it has one, else Qt's, large enough for its columns and in the colours of the window."""
        dialog = QFileDialog(parent, title, chosen if mode is QFileDialog.FileMode.Directory else "", patterns)
        dialog.setFileMode(mode)
        if mode is QFileDialog.FileMode.Directory:
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        if mode is QFileDialog.FileMode.AnyFile:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix(Path(chosen).suffix.lstrip("."))
            dialog.selectFile(chosen)
        for button in dialog.findChildren(QToolButton):
            tint(button)
        _measure(dialog)
        accepted = dialog.exec() == QFileDialog.DialogCode.Accepted
        found = [Path(name) for name in dialog.selectedFiles()] if accepted else []
        dialog.deleteLater()
        return found

    def _box(self, parent: QWidget | None, icon: QMessageBox.Icon, title: str, text: str, buttons: Sequence[str], default: int = 0) -> int:
        box = QMessageBox(icon, title, text, QMessageBox.StandardButton.NoButton, parent)
        box.setTextFormat(box.textFormat().PlainText)
        made = [box.addButton(label, QMessageBox.ButtonRole.AcceptRole) for label in buttons]
        box.setDefaultButton(made[default])
        box.setEscapeButton(made[-1])
        box.exec()
        clicked = box.clickedButton()
        box.deleteLater()
        return next((place for place, button in enumerate(made) if button is clicked), len(made) - 1)


def _measure(dialog: QFileDialog) -> None:
    """Wide enough for its columns, but not for more than the screen."""
    metrics = dialog.fontMetrics()
    width = min(metrics.horizontalAdvance("0") * WIDE, dialog.screen().availableGeometry().width() - MARGIN)
    dialog.resize(width, dialog.sizeHint().height())
    view = dialog.findChild(QTreeView)
    if view is not None:
        for column, words in COLUMNS.items():
            view.header().resizeSection(column, metrics.horizontalAdvance(words))


def tint(button: QAbstractButton) -> None:
    """Draw a button's picture in the colour of text: some of those that come with Qt are black, also on a dark ground. One that is
    drawn in several colours would become a block."""
    picture = button.icon().pixmap(button.iconSize(), button.devicePixelRatioF())
    image = picture.toImage()
    inks = {image.pixel(x, y) for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y).alpha() == OPAQUE}
    if len(inks) != 1:
        return
    painter = QPainter(picture)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(picture.rect(), QColor(current().text))
    painter.end()
    button.setIcon(QIcon(picture))
