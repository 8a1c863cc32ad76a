"""回收站: drafts that were put away; they can be taken back, or removed so that no trace is left."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.errors import AppError
from app.ui.background import in_background
from app.ui.desk import Desk
from app.ui.drafts_model import NAMELESS, DraftList
from app.ui.quiet_dialog import QuietDialog
from forms.checks.base import quoted

TITLE = "回收站"
FOREVER = "彻底删除后，备份里的也一并删除，再也找不回来。"


class BinDialog(QuietDialog):
    """The binned drafts, the last binned first. ``changed`` tells whether anything was restored or removed."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.changed = False
        self.setWindowTitle(TITLE)
        self.words = QLabel()
        self.words.setProperty("look", "muted")
        self.words.setWordWrap(True)
        self.list = DraftList(desk.calls()[0], desk.today, "回收站里的申报")
        self.restore = QPushButton("恢复(&R)")
        self.restore.setProperty("look", "primary")
        self.purge = QPushButton("彻底删除(&D)…")
        self.empty = QPushButton("清空回收站(&E)…")
        self.close_button = QPushButton("关闭")
        row = QHBoxLayout()
        for button in (self.restore, self.purge, self.empty):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.addWidget(self.words)
        layout.addWidget(self.list, 1)
        layout.addLayout(row)
        self.resize(820, 480)
        self._connect()
        self.refresh()

    def _connect(self) -> None:
        self.restore.clicked.connect(self._restore)
        self.list.opened.connect(lambda _: self._restore())
        self.purge.clicked.connect(self._purge)
        self.empty.clicked.connect(self._empty)
        self.close_button.clicked.connect(self.reject)

    def refresh(self) -> None:
        """Show what is in the bin now."""
        self.list.show_drafts(sorted(self._desk.store.summaries(binned=True), key=lambda entry: -(entry.binned or 0)))
        count = self.list.drafts.total
        self.words.setText(f"回收站里有{count}份申报。恢复后回到原来的列表，内容不变。" if count else "回收站是空的。")
        for button in (self.restore, self.purge, self.empty):
            button.setEnabled(count > 0)

    @Slot()
    def _restore(self) -> None:
        summary = self.list.summary()
        if summary is not None:
            self._do(lambda: self._desk.store.restore(summary.id), "")

    @Slot()
    def _purge(self) -> None:
        summary = self.list.summary()
        if summary is None:
            return
        name = summary.project or NAMELESS
        if self._desk.messages.confirm(self, TITLE, f"要彻底删除{quoted(name)}吗？{FOREVER}", "彻底删除"):
            self._do(lambda: self._desk.store.purge(summary.id), "正在彻底删除…")

    @Slot()
    def _empty(self) -> None:
        count = self.list.drafts.total
        if self._desk.messages.confirm(self, TITLE, f"要彻底删除回收站里的全部{count}份申报吗？{FOREVER}", "全部彻底删除"):
            self._do(self._desk.store.empty_bin, "正在清空回收站…")

    def _do(self, work: Callable[[], object], words: str) -> None:
        """Carry out a change; removing for good rewrites the store and its backups, which takes a while."""
        try:
            if words:
                in_background(self, words, work)
            else:
                work()
        except AppError as error:
            self._desk.messages.alarm(self, TITLE, error.message)
        self.changed = True
        self.refresh()
