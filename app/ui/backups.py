"""The backups by date, to bring one back: beside what is there, never in its place."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.about import NAME
from app.errors import AppError
from app.store import Backup
from app.ui.background import in_background
from app.ui.desk import Desk

NONE_YET = "还没有备份"
QUESTION = "恢复{when}的备份（{drafts}份草稿）？\n\n现在的草稿不会被删除或替换：已经没有的会加回来，不一样的会作为另一份副本放在旁边。"
NO_FOLDER = "打不开文件夹，请在文件管理器里打开：\n{folder}"
ALL_THERE = "备份里的草稿现在都在，没有要加回来的。"
LONGEST = 250
"""Characters of one sentence: it names every draft that came back, and with fifty of them the message was taller than the screen."""
ROWS = 5
"""Backups seen without scrolling."""


class BackupsPanel(QWidget):
    """The list of backups, and what can be done with them and with the data folder."""

    restored = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._backups: list[Backup] = []
        self.list = QListWidget()
        self.list.setAccessibleName("备份，新的在前")
        self.restore = QPushButton("恢复选中的备份(&R)…")
        self.backup = QPushButton("立即备份(&B)")
        self.folder = QPushButton("打开数据文件夹(&O)")
        label = QLabel("已有的备份，新的在前(&L)：")
        label.setBuddy(self.list)
        row = QHBoxLayout()
        for button in (self.restore, self.backup, self.folder):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        layout.addWidget(label)
        layout.addWidget(self.list)
        layout.addLayout(row)
        self._connect()

    def _connect(self) -> None:
        self.list.itemActivated.connect(self.restore_chosen)
        self.list.currentRowChanged.connect(self._enable)
        self.restore.clicked.connect(self.restore_chosen)
        self.backup.clicked.connect(self.back_up)
        self.folder.clicked.connect(self.open_folder)

    # --- methods ---------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the list anew."""
        try:
            self._backups = self._desk.store.backups()
        except AppError as error:
            self._backups = []
            self._desk.messages.alarm(self, NAME, error.message)
        self.list.clear()
        for entry in self._backups:
            self.list.addItem(QListWidgetItem(f"{spelled(entry.date)}　{entry.drafts}份草稿"))
        if self._backups:
            self.list.setCurrentRow(0)
        else:
            self.list.addItem(NONE_YET)
        self.list.setMaximumHeight(self.list.sizeHintForRow(0) * ROWS + 2 * self.list.frameWidth() + 4)
        self._enable()

    def _chosen(self) -> Backup | None:
        row = self.list.currentRow()
        return self._backups[row] if 0 <= row < len(self._backups) else None

    # --- slots -----------------------------------------------------------------------------------------------------------

    @Slot()
    def _enable(self) -> None:
        self.restore.setEnabled(self._chosen() is not None)

    @Slot()
    def restore_chosen(self) -> None:
        """Ask, bring the backup back, and say what came back."""
        chosen = self._chosen()
        if chosen is None:
            return
        question = QUESTION.format(when=spelled(chosen.date), drafts=chosen.drafts)
        if not self._desk.messages.confirm(self, "恢复备份", question, "恢复"):
            return
        self._desk.autosave.flush()
        try:
            said = in_background(self, "正在恢复备份…", lambda: self._desk.store.restore_backup(chosen))
        except AppError as error:
            self._desk.messages.alarm(self, NAME, error.message)
            return
        words = [line if len(line) <= LONGEST else line[:LONGEST] + "……" for line in said or [ALL_THERE]]
        self._desk.messages.inform(self, "恢复备份", "\n".join(words))
        self.refresh()
        self.restored.emit()

    @Slot()
    def back_up(self) -> None:
        """A backup now."""
        self._desk.autosave.flush()
        try:
            made = in_background(self, "正在备份…", self._desk.store.backup)
        except AppError as error:
            self._desk.messages.alarm(self, NAME, error.message)
            return
        self.refresh()
        if made is None:
            self._desk.messages.inform(self, NAME, "还没有草稿，没有要备份的。")

    @Slot()
    def open_folder(self) -> None:
        """The data folder in the file manager."""
        folder = self._desk.store.folder.root
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self._desk.messages.alarm(self, NAME, NO_FOLDER.format(folder=folder))


def spelled(when: datetime) -> str:
    """A time as people write it: 2022年3月25日 14:05."""
    return f"{when.year}年{when.month}月{when.day}日 {when:%H:%M}"
