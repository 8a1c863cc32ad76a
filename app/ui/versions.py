"""历史版本: earlier states of a draft, compared field by field with the present one before going back to one of them."""

from __future__ import annotations

from difflib import SequenceMatcher

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from app.drafts import Difference, differences, moment_text
from app.errors import AppError
from app.store import Version
from app.ui.desk import Desk
from app.ui.quiet_dialog import QuietDialog
from app.ui.reading_text import ReadingPane
from app.ui.theme import current

TITLE = "历史版本"
SAFE = "恢复之前会先把现在的内容留成一个版本，什么都不会丢。"
NONE_YET = "还没有历史版本。填写过程中每隔几分钟、每次导出时会自动保留一个版本。"
SAME = "这个版本与现在的内容完全相同。"
EXCERPT = 60
"""Characters of a long answer that the table shows, from shortly before the first difference on."""
BEFORE = 12
FINE = 800
"""Longest passage, in characters, that is compared character by character: the time grows with its square."""


class VersionsDialog(QuietDialog):
    """Left the versions, right what differs; ``exec`` is true when a version was restored."""

    def __init__(self, desk: Desk, draft_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._draft_id = desk, draft_id
        self._versions: list[Version] = []
        self._differences: list[Difference] = []
        self.setWindowTitle(TITLE)
        self._make_list()
        self._make_comparison()
        self._lay_out()
        self._connect()
        self._load()
        self.list.setFocus()

    # --- building --------------------------------------------------------------------------------------------------------

    def _make_list(self) -> None:
        self.list = QListWidget()
        self.list.setAccessibleName("历史版本，最新的在前")
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _make_comparison(self) -> None:
        self.words = _plain("")
        self.table = QTableWidget(0, 3)
        self.table.setHorizontalHeaderLabels(["填报项", "当时", "现在"])
        self.table.setAccessibleName("与现在的内容不同的填报项")
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.then, self.now = ReadingPane("当时的内容"), ReadingPane("现在的内容")

    def _lay_out(self) -> None:
        panes = QHBoxLayout()
        for title, pane in (("当时(&O)：", self.then), ("现在(&C)：", self.now)):
            label = QLabel(title)
            label.setBuddy(pane)
            column = QVBoxLayout()
            column.addWidget(label)
            column.addWidget(pane)
            panes.addLayout(column)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(8, 0, 0, 0)
        column.addWidget(self.words)
        column.addWidget(self.table, 1)
        column.addLayout(panes, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.list)
        split.addWidget(right)
        split.setSizes([240, 700])
        split.setStretchFactor(1, 1)
        self.restore = QPushButton("恢复到这个版本(&R)")
        self.restore.setProperty("look", "primary")
        self.close_button = QPushButton("关闭")
        row = QHBoxLayout()
        row.addWidget(_muted(SAFE), 1)
        row.addWidget(self.restore)
        row.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.addWidget(split, 1)
        layout.addLayout(row)
        self.resize(1000, 600)

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(self._compare)
        self.table.currentCellChanged.connect(lambda row, *_: self._show(row))
        self.restore.clicked.connect(self._restore)
        self.close_button.clicked.connect(self.reject)

    # --- showing ---------------------------------------------------------------------------------------------------------

    def _load(self) -> None:
        try:
            self._present = self._desk.store.load(self._draft_id, *self._desk.call_folders).application
            self._versions = self._desk.store.versions(self._draft_id)
        except AppError as error:
            self._fail(error)
            return
        today = self._desk.today()
        for version in self._versions:
            facts = version.facts
            lines = f"{moment_text(version.saved, today)}　{version.reason}\n已填{facts.filled}/{facts.required}项"
            self.list.addItem(QListWidgetItem(lines))
        if self._versions:
            self.list.setCurrentRow(0)
        else:
            self._fill([], NONE_YET)

    @Slot(int)
    def _compare(self, row: int) -> None:
        if not 0 <= row < len(self._versions):
            return
        try:
            old = self._desk.store.version(self._draft_id, self._versions[row].number, *self._desk.call_folders)
        except AppError as error:
            self._fail(error)
            return
        found = differences(old, self._present)
        self._fill(found, f"与现在的内容相比，有{len(found)}处不同：" if found else SAME)

    def _fail(self, error: AppError) -> None:
        self._fill([], error.message)

    def _fill(self, found: list[Difference], words: str) -> None:
        self._differences = found
        self.words.setText(words)
        self.restore.setEnabled(bool(found))
        self.table.setRowCount(len(found))
        for row, entry in enumerate(found):
            for column, text in enumerate((entry.label, *excerpts(entry.old, entry.new))):
                self.table.setItem(row, column, QTableWidgetItem(text))
        self.table.setCurrentCell(0, 0)
        self._show(0)

    def _show(self, row: int) -> None:
        """The whole texts of one difference, the passages that differ marked."""
        entry = self._differences[row] if 0 <= row < len(self._differences) else Difference("", "", "")
        self.then.setPlainText(entry.old)
        self.now.setPlainText(entry.new)
        for start, end, start_now, end_now in passages(entry.old, entry.new):
            _mark(self.then, entry.old, start, end)
            _mark(self.now, entry.new, start_now, end_now)

    @Slot()
    def _restore(self) -> None:
        row = self.list.currentRow()
        try:
            self._desk.store.restore_version(self._draft_id, self._versions[row].number)
        except AppError as error:
            self._desk.messages.alarm(self, TITLE, error.message)
            return
        self.accept()


def passages(old: str, new: str) -> list[tuple[int, int, int, int]]:
    """Where two texts differ: (start, end) in the old one and (start, end) in the new one, for each passage."""
    shortest = min(len(old), len(new))
    head = next((place for place in range(shortest) if old[place] != new[place]), shortest)
    tail = next((back for back in range(shortest - head) if old[-1 - back] != new[-1 - back]), shortest - head)
    middle, middle_now = old[head : len(old) - tail], new[head : len(new) - tail]
    if max(len(middle), len(middle_now)) > FINE:
        return [(head, head + len(middle), head, head + len(middle_now))]
    codes = SequenceMatcher(None, middle, middle_now, autojunk=False).get_opcodes()
    return [(head + a1, head + a2, head + b1, head + b2) for kind, a1, a2, b1, b2 in codes if kind != "equal"]


def excerpts(old: str, new: str) -> tuple[str, str]:
    """Two texts on one line each, from shortly before the place where they begin to differ."""
    place = next((index for index, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), min(len(old), len(new)))
    start = max(0, place - BEFORE) if max(len(old), len(new)) > EXCERPT else 0
    return _cut(old, start), _cut(new, start)


def _cut(text: str, start: int) -> str:
    shown = " ".join(text[start : start + EXCERPT].split())
    if not shown:
        return "（空）" if not text else "…"
    return ("…" if start else "") + shown + ("…" if start + EXCERPT < len(text) else "")


def _mark(pane: QPlainTextEdit, text: str, start: int, end: int) -> None:
    """Give a passage a ground; Qt counts UTF-16 units."""
    style = QTextCharFormat()
    style.setBackground(QColor(current().warning_ground))
    style.setFontUnderline(True)
    cursor = QTextCursor(pane.document())
    cursor.setPosition(_units(text[:start]))
    cursor.setPosition(_units(text[:end]), QTextCursor.MoveMode.KeepAnchor)
    cursor.mergeCharFormat(style)


def _units(text: str) -> int:
    return len(text) + sum(ord(sign) > 0xFFFF for sign in text)


def _plain(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _muted(text: str) -> QLabel:
    label = _plain(text)
    label.setProperty("look", "muted")
    return label
