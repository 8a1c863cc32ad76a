"""What home shows while there is no draft: how the program goes, in one screen, and where to begin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.drafts import as_sample, facts_now
from app.store import Store
from app.ui.theme import emphasised
from forms.call import Call

STEPS = (
    ("填写", "按申报书的各个部分填写，边填边检查。填的内容随时自动保存，关掉程序、断电都不会丢。"),
    ("检查", "哪里没填、填错、不符合通知要求，都用一句话说明，并注明通知的条款。"),
    ("导出", "一次得到排好版的申报书（PDF和docx）、报送压缩包和邮件。"),
    ("报送", "打印{copies}份，签名、盖章后送达，电子版发到指定邮箱。程序会逐步提示，但不会代为报送。"),
)
PRIVACY = "所有内容只保存在这台电脑上，程序不联网。"
SAMPLE_CATEGORY = "tech-service"


class WelcomePanel(QScrollArea):
    """Four steps and three ways to begin."""

    begin = Signal()
    look = Signal()
    profile = Signal()

    def __init__(self, call: Call, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.begin_button = QPushButton("新建申报…")
        self.begin_button.setProperty("look", "primary")
        self.profile_button = QPushButton("先填单位信息…")
        self.sample_button = QPushButton("看一份填好的样例")
        inside = QWidget()
        layout = QVBoxLayout(inside)
        for words, part in (("还没有申报。从这里开始：", self._buttons()), ("一份申报共四步：", self._steps(call))):
            heading = QLabel(words)
            heading.setFont(emphasised(self.font(), 1.1, bold=True))
            layout.addWidget(heading)
            layout.addLayout(part)
        privacy = QLabel(PRIVACY)
        privacy.setProperty("look", "muted")
        privacy.setWordWrap(True)
        layout.addWidget(privacy)
        layout.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._connect()

    def _steps(self, call: Call) -> QGridLayout:
        grid = QGridLayout()
        for column in range(2):
            grid.setColumnStretch(column, 1)
        for place, (title, text) in enumerate(STEPS):
            card = QFrame()
            card.setProperty("look", "card")
            head = QLabel(f"{place + 1}. {title}")
            head.setFont(emphasised(self.font(), 1.05, bold=True))
            body = QLabel(text.format(copies=call.limits.copies))
            body.setWordWrap(True)
            inner = QVBoxLayout(card)
            inner.addWidget(head)
            inner.addWidget(body, 1, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(card, place // 2, place % 2)
        return grid

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        for button in (self.begin_button, self.profile_button, self.sample_button):
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _connect(self) -> None:
        self.begin_button.clicked.connect(self.begin)
        self.profile_button.clicked.connect(self.profile)
        self.sample_button.clicked.connect(self.look)


def open_sample(store: Store, call: Call, form_id: str, category: str, today: Callable[[], date]) -> str:
    """A filled sample as a draft of its own, marked 样例 in its project name; the draft's id. Raises AppError."""
    from app.samples import sample

    application = as_sample(sample(form_id, category, call))
    return store.create(application, None, facts_now(application, today()))
