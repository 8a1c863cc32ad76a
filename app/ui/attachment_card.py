"""One attached file on the page: its name, what it is, and what can be done with it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QWheelEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.attachments import Attachment
from app.ui.attachment_jobs import size_of
from app.ui.editor_base import set_look
from app.ui.problems import SIGNS, look_of
from forms.checks import Problem
from forms.schema import Choice

CHOOSE = "（请选择类别）"


def plain_label(text: str, look: str = "") -> QLabel:
    """A label of plain text that wraps."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if look:
        label.setProperty("look", look)
    return label


def soft(text: str) -> str:
    """A text to look at: long runs of Latin letters and digits may be broken, since a label breaks between words only."""
    return re.sub(r"([!-~]{16})(?=[!-~]{4})", "\\1\u200b", text)


class _Roles(QComboBox):
    """The roles; the wheel scrolls the page, not the choice."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()


class AttachmentCard(QFrame):
    """One row of the list. It says what the person wants; the page does it."""

    role_chosen = Signal(int, str)  # place, role id
    moved = Signal(int, int)  # place, -1 or 1
    removed = Signal(int)
    opened = Signal(int)

    def __init__(self, roles: Sequence[Choice], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.place = 0
        self._shown: tuple[int, int, Attachment] | None = None
        self.name = plain_label("")
        self.kind = plain_label("", "muted")
        self.kind.setWordWrap(False)
        self.role = _Roles()
        for role in roles:
            self.role.addItem(role.label, role.id)
        self.role.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.role.setMinimumContentsLength(10)
        self.problems = plain_label("")
        self._make()
        self._connect()

    def _make(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.kind, 0, Qt.AlignmentFlag.AlignTop)
        label = QLabel("类别")
        label.setBuddy(self.role)
        self.open, self.up, self.down, self.remove = (QPushButton(text) for text in ("打开", "上移", "下移", "移除"))
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.role, 1)
        for button in (self.open, self.up, self.down, self.remove):
            button.setProperty("look", "flat")
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addLayout(row)
        column.addWidget(self.problems)
        self.problems.hide()

    def _connect(self) -> None:
        self.role.activated.connect(self._role_chosen)
        self.open.clicked.connect(lambda: self.opened.emit(self.place))
        self.up.clicked.connect(lambda: self.moved.emit(self.place, -1))
        self.down.clicked.connect(lambda: self.moved.emit(self.place, 1))
        self.remove.clicked.connect(lambda: self.removed.emit(self.place))
        for keys, step in (("Alt+Up", self.up), ("Alt+Down", self.down), ("Delete", self.remove)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(step.click)

    def show_attachment(self, place: int, number: int, entry: Attachment) -> None:
        """Show one attachment, the ``place``-th (from 0) of ``number``."""
        if self._shown == (place, number, entry):
            return
        self._shown, self.place = (place, number, entry), place
        self.name.setText(soft(f"{place + 1}. {entry.name}"))
        kind = entry.suffix.upper() or "未知类型"
        self.kind.setText(f"{kind}　{size_of(entry)}" if entry.present else size_of(entry))
        self._show_role(entry.role)
        self.up.setEnabled(place > 0)
        self.down.setEnabled(place < number - 1)
        self.role.setAccessibleName(f"第{place + 1}个附件“{entry.name}”的类别")
        for button in (self.open, self.up, self.down, self.remove):
            button.setAccessibleName(f"{button.text()}第{place + 1}个附件“{entry.name}”")
        self.open.setEnabled(entry.present)

    def _show_role(self, role: str) -> None:
        index = self.role.findData(role)
        if index < 0 and self.role.itemData(0) != "":
            self.role.insertItem(0, CHOOSE, "")
        elif index >= 0 and self.role.itemData(0) == "":
            self.role.removeItem(0)
        self.role.setCurrentIndex(max(self.role.findData(role), 0))

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """What is wrong with this file, in words."""
        self.problems.setText("\n".join(f"{SIGNS[problem.level]}　{problem.message}" for problem in problems))
        self.problems.setVisible(bool(problems))
        set_look(self.problems, look_of(problems[0].level) if problems else "")

    def focus_control(self, name: str) -> None:
        """Put the cursor on ``role``, ``up``, ``down`` or ``remove``; where that one is off, on the list of roles."""
        control: QWidget = getattr(self, name)
        (control if control.isEnabled() else self.role).setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(int)
    def _role_chosen(self, index: int) -> None:
        role = self.role.itemData(index)
        if self._shown is not None and role and role != self._shown[2].role:
            self.role_chosen.emit(self.place, role)
