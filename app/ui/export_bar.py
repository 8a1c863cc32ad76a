"""The bar at the foot of the last page: where to, the two kinds of export, and why the final one is not possible yet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app import handover
from app.application import Application
from app.errors import AppError
from app.export import names
from app.session import Session
from app.ui.attachment_card import plain_label
from app.ui.desk import Desk
from app.ui.editor_base import set_look
from app.ui.tips import tip
from forms.checks import Level

FOLDER = "export.folder"
FOLDER_UNITS = 30
"""Longest name of a folder that is proposed, in UTF-16 units: the bundle's name has to fit behind it."""


def seen(look: Callable[[], bool]) -> bool:
    """What a look at the disk finds; nothing where it is an error, as on a share whose server is gone or asks for a password."""
    try:
        return look()
    except OSError:
        return False


def export_folder(desk: Desk) -> Path:
    """The folder of the last export if it is still there, else the person's documents."""
    saved = desk.store.setting(FOLDER)
    if isinstance(saved, str) and saved and seen(Path(saved).is_dir):
        return Path(saved)
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents) if documents else Path.home()


def own_folder(base: Path, application: Application, exported_code: str) -> Path:
    """``base``, or where another application's export lies in it, a folder of its own there: the documents of all have the same names, and
    whoever agrees to replace them has lost the others'."""
    taken = any(seen((base / name).exists) for name in (names.PDF, names.DOCX))
    if not taken or (exported_code and handover.find_exported(application, base, exported_code) is not None):
        return base
    return base / names.part(application.answers_without_files().text("project.name"), FOLDER_UNITS)


def obstacle(session: Session) -> str:
    """Why the final export is not possible yet; ``""`` if it is."""
    errors = session.count(Level.ERROR)
    if errors:
        return f"还有{errors}处错误，改正后才能导出正式稿；现在可以导出草稿。"
    warnings = len(session.unacknowledged())
    if warnings:
        return f"还有{warnings}处提醒没有确认，请看过上面的提醒，再点“我已阅读以上提醒，继续”。"
    return ""


class ExportBar(QFrame):
    """The folder and the two buttons."""

    wanted = Signal(bool)  # whether a draft is wanted

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.desk = desk
        self.folder = export_folder(desk)
        self.chosen = False
        self.place = QLineEdit()
        self.place.setReadOnly(True)
        self.choose = QPushButton("更改(&D)…")
        self.final = QPushButton("导出正式稿(&E)")
        self.final.setProperty("look", "primary")
        self.draft = QPushButton("导出草稿(&R)")
        self.reason = plain_label("")
        self._make()
        self._connect()
        self._show_folder()

    def _make(self) -> None:
        label = QLabel("导出到")
        label.setBuddy(self.place)
        self.choose.setAccessibleName("更改导出文件夹")
        where = QHBoxLayout()
        for widget, stretch in ((label, 0), (self.place, 1), (self.choose, 0)):
            where.addWidget(widget, stretch)
        buttons = QHBoxLayout()
        for widget in (self.final, self.draft):
            buttons.addWidget(widget)
        buttons.addWidget(self.reason, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.addLayout(where)
        column.addLayout(buttons)

    def _connect(self) -> None:
        self.choose.clicked.connect(self._choose)
        self.final.clicked.connect(lambda: self.wanted.emit(False))
        self.draft.clicked.connect(lambda: self.wanted.emit(True))

    def refresh(self, session: Session) -> None:
        """Show whether the final export is possible, else why not."""
        words = obstacle(session)
        self.final.setEnabled(not words)
        self.final.setToolTip(words)
        self.final.setAccessibleDescription(words)
        self.reason.setText(words or "没有错误，可以导出正式稿。")
        set_look(self.reason, "warning" if words else "note")

    def suggest(self, application: Application, exported_code: str) -> None:
        """Propose a folder for the application, unless the person has chosen one here. ``exported_code`` is that of its last export."""
        if not self.chosen:
            self.folder = own_folder(export_folder(self.desk), application, exported_code)
            self._show_folder()

    def _show_folder(self) -> None:
        self.place.setText(str(self.folder))
        self.place.setToolTip(tip(str(self.folder)))

    @Slot()
    def _choose(self) -> None:
        there = self.folder if seen(self.folder.is_dir) else self.folder.parent  # a proposed one is made by the export
        found = self.desk.messages.choose_folder(self, "选择导出文件夹", there)
        if found is None:
            return
        self.folder, self.chosen = found, True
        self._show_folder()
        try:
            self.desk.store.set_setting(FOLDER, str(found))
        except AppError:
            return  # the folder is used all the same; that it is not remembered is not worth a message
