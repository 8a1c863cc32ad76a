"""One door for every message box and file dialog, so that tests can stand in it and read what a person would have read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget


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
        name, _ = QFileDialog.getOpenFileName(parent, title, "", patterns)
        return Path(name) if name else None

    def open_files(self, parent: QWidget | None, title: str, patterns: str) -> list[Path]:
        """Files to open; empty when the person cancels."""
        names, _ = QFileDialog.getOpenFileNames(parent, title, "", patterns)
        return [Path(name) for name in names]

    def save_file(self, parent: QWidget | None, title: str, name: str, patterns: str) -> Path | None:
        """Where to save; the dialog itself asks before overwriting."""
        chosen, _ = QFileDialog.getSaveFileName(parent, title, name, patterns)
        return Path(chosen) if chosen else None

    def choose_folder(self, parent: QWidget | None, title: str, start: Path) -> Path | None:
        """A folder, or None."""
        name = QFileDialog.getExistingDirectory(parent, title, str(start))
        return Path(name) if name else None

    def _box(self, parent: QWidget | None, icon: QMessageBox.Icon, title: str, text: str, buttons: Sequence[str], default: int = 0) -> int:
        box = QMessageBox(icon, title, text, QMessageBox.StandardButton.NoButton, parent)
        box.setTextFormat(box.textFormat().PlainText)
        made = [box.addButton(label, QMessageBox.ButtonRole.AcceptRole) for label in buttons]
        box.setDefaultButton(made[default])
        box.setEscapeButton(made[-1])
        box.exec()
        clicked = box.clickedButton()
        return next((place for place, button in enumerate(made) if button is clicked), len(made) - 1)
