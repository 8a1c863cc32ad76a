"""问题: all problems in the paper's order; errors, warnings and notes are told apart by sign, word and colour."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QListView, QSizePolicy, QStyle, QStyleOptionViewItem, QVBoxLayout, QWidget

from app.session import Session
from app.ui.theme import current
from app.ui.tips import tip
from forms.checks import Level, Problem
from forms.shared import labels

FRAME = 2
"""Pixels around a list as high as its rows (resources/style/tineng.qss)."""
SIGNS = {Level.ERROR: "✕ 错误", Level.WARNING: "! 提醒", Level.NOTE: "i 建议"}
Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


def colour_of(level: Level) -> str:
    """The colour of a level in the scheme in force."""
    colours = current()
    return {Level.ERROR: colours.error, Level.WARNING: colours.warning, Level.NOTE: colours.note}[level]


def look_of(level: Level) -> str:
    """The ``look`` property of a label that shows a problem of that level."""
    return level.value


class ProblemModel(QAbstractListModel):
    """Problems as rows of two lines: what kind and where, then what to do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problems: list[Problem] = []
        self._names: dict[str, str] = {}

    def show(self, session: Session) -> None:
        """Take over the session's problems, if they changed."""
        if session.problems == self.problems:
            return
        self.beginResetModel()
        self.problems = list(session.problems)
        self._names = labels(session.application.form)
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        """One row a problem."""
        return 0 if parent.isValid() else len(self.problems)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The text and the colour of a row."""
        if not index.isValid():
            return None
        problem = self.problems[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            text = f"{SIGNS[problem.level]}　{self._names.get(problem.field, problem.field)}\n{problem.message}"
            return tip(text) if role == Qt.ItemDataRole.ToolTipRole else text
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(colour_of(problem.level))
        return None


class ProblemList(QListView):
    """The rows. With ``most`` it is as high as its rows, or as the first so many of them; with 0 it takes what room there is."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        if most:
            self.setProperty("look", "rows")
            policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)

    def heightForWidth(self, width: int) -> int:
        """What the first rows take, laid out as Qt does it."""
        model, paint, option = self.model(), self.itemDelegate(), QStyleOptionViewItem()
        more = model.rowCount() > self.most
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self.verticalScrollBar()) if more else 0
        self.initViewItemOption(option)
        option.rect = QRect(0, 0, width - bar - 2 * (FRAME + self.spacing()), 1)
        rows = [paint.sizeHint(option, model.index(row, 0)).height() for row in range(min(model.rowCount(), self.most))]
        return sum(rows) + 2 * (len(rows) * self.spacing() + FRAME)

    def reset(self) -> None:
        """Other rows need another height, and a scroll bar or none, so that it is known how wide they are."""
        super().reset()
        if self.most:
            more, policy = self.model().rowCount() > self.most, Qt.ScrollBarPolicy
            self.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOn if more else policy.ScrollBarAlwaysOff)
            self.updateGeometry()


class ProblemsPanel(QWidget):
    """The list; Enter or a click jumps to the field. ``most`` is how many rows are in view at once, 0 as many as there is room for."""

    jump = Signal(str, object, str)  # field id, row or None, column id or ""

    def __init__(self, most: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.model = ProblemModel(self)
        self.view = ProblemList(most)
        self.view.setModel(self.model)
        self.view.setWordWrap(True)
        self.view.setSpacing(2)
        self.view.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.view.setResizeMode(QListView.ResizeMode.Adjust)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setAccessibleName("问题列表")
        layout = QVBoxLayout(self)
        layout.addWidget(self.summary)
        layout.addWidget(self.view, 1)
        self._connect()

    def _connect(self) -> None:
        self.view.activated.connect(self._activated)
        self.view.clicked.connect(self._activated)

    def refresh(self, session: Session) -> None:
        """Show the session's problems."""
        self.model.show(session)
        self.summary.setText(summary(session.problems))

    def sizeHint(self) -> QSize:
        """Room for a problem's sentence on two lines."""
        return QSize(360, 480)

    def _activated(self, index: QModelIndex) -> None:
        problem = self.model.problems[index.row()]
        self.jump.emit(problem.field, problem.row, problem.column)


def summary(problems: Sequence[Problem]) -> str:
    """How many of each level, in words."""
    counts = {level: sum(problem.level is level for problem in problems) for level in Level}
    if not problems:
        return "没有问题，可以导出正式稿。"
    words = {Level.ERROR: "处错误（须改正才能导出正式稿）", Level.WARNING: "处提醒（请确认）", Level.NOTE: "条建议"}
    return "，".join(f"{counts[level]}{words[level]}" for level in Level if counts[level]) + "。"
