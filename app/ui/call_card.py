"""The call at the head of home: its title, the days left, and where the papers go."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.drafts import deadline_text
from app.ui.theme import emphasised
from forms.call import Call


class CallCard(QFrame):
    """Read from the call's data; the two buttons open the notice and the help."""

    show_help = Signal(str)

    def __init__(self, call: Call, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._call = call
        self.setProperty("look", "card")
        self.title = _label(call.title)
        self.title.setFont(emphasised(self.font(), 1.2, bold=True))
        self.deadline = _label("")
        self.deadline.setFont(emphasised(self.font(), 1.0, bold=True))
        self.sending = _label(sending_text(call))
        self.sending.setProperty("look", "muted")
        flags = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        self.sending.setTextInteractionFlags(flags)
        self.sending.setAccessibleName(f"报送方式：{self.sending.text()}")
        self.unfold = QPushButton("报送方式(&W)")
        self.unfold.setCheckable(True)
        self.unfold.setToolTip("显示或收起报送地址、邮箱和电话")
        self.unfold.hide()
        self.notice = QPushButton("通知原文(&T)")
        self.guide = QPushButton("使用帮助(&P)")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(4)
        for label in (self.title, self.deadline, self.sending):
            words.addWidget(label)
        buttons = QHBoxLayout()
        for button in (self.unfold, self.notice, self.guide):
            button.setProperty("look", "flat")
            buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 10, 10)
        row.addLayout(words, 1)
        row.addLayout(buttons)

    def _connect(self) -> None:
        self.unfold.toggled.connect(self.sending.setVisible)
        self.notice.clicked.connect(lambda: self.show_help.emit("notice"))
        self.guide.clicked.connect(lambda: self.show_help.emit(""))

    def set_compact(self, compact: bool) -> None:
        """In a low window where the papers go is folded away behind a button, so that the drafts have the room."""
        if compact is not self.unfold.isHidden():
            return
        self.unfold.setVisible(compact)
        self.sending.setVisible(not compact or self.unfold.isChecked())

    def refresh(self, today: date) -> None:
        """Count the days left."""
        words, level = deadline_text(self._call, today)
        self.deadline.setText(words)
        self.deadline.setProperty("look", level.value)
        self.deadline.style().unpolish(self.deadline)
        self.deadline.style().polish(self.deadline)


def sending_text(call: Call) -> str:
    """Where the papers and the electronic copy go, and whom to ask (notice 四)."""
    people = "、".join(call.contacts)
    copies = call.limits.copies
    return f"纸质材料一式{copies}份送：{call.address}\n电子版发：{call.email}　电话：{call.phone}（{people}）"


def _label(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
