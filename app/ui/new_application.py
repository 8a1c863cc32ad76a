"""新建申报: the two forms and their categories as cards, made from the call's data, with what speaks against each for this unit."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from app.drafts import begin, clean_profile, facts_now, guidance_text, obstacles, papers_text, room_text, siblings
from app.errors import AppError
from app.ui.desk import Desk
from app.ui.profile import ProfileDialog, unit_line
from app.ui.quiet_dialog import QuietDialog
from app.ui.theme import emphasised
from app.ui.welcome import open_sample
from forms.call import Call, Category
from forms.catalogue import FORMS
from forms.schema import Form

TITLE = "新建申报"
NO_PROFILE = "还没有单位信息。先填一次，以后每份申报自动带入，也能看出哪些类别可以申报。"
WORD_JOINER = "\u2060"
"""Between characters that a line must not be broken between."""
APPENDIX = {"party": "附件2", "capability": "附件3"}


class CategoryCard(QFrame):
    """One category: who may apply, money, awards, extra papers, and why not, if so."""

    chosen = Signal(str)  # category id
    sample = Signal(str)

    def __init__(self, call: Call, category: Category, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.category = category
        self.setProperty("look", "card")
        self.title = _plain(category.label)
        self.title.setFont(emphasised(self.font(), 1.1, bold=True))
        self.facts = _plain("\n".join(card_lines(category, FORMS[category.form])))
        self.reason = _plain("")
        self.reason.setProperty("look", "warning")
        self.reason.hide()
        self.button = QPushButton("填写这一类")
        self.look = QPushButton("看样例")
        self.look.setProperty("look", "flat")
        self.look.setAccessibleName(f"看样例：{category.label}")
        row = QHBoxLayout()
        row.addWidget(self.button)
        row.addWidget(self.look)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addWidget(self.title)
        layout.addWidget(self.facts)
        layout.addWidget(self.reason)
        layout.addStretch(1)
        layout.addLayout(row)
        self._connect()

    def _connect(self) -> None:
        self.button.clicked.connect(lambda: self.chosen.emit(self.category.id))
        self.look.clicked.connect(lambda: self.sample.emit(self.category.id))

    def mark(self, reasons: list[str]) -> None:
        """Say what speaks against this category; choosing it stays possible."""
        self.reason.setText("▲ " + "\n▲ ".join(reasons) if reasons else "")
        self.reason.setVisible(bool(reasons))
        self.button.setText("仍要填写这一类…" if reasons else "填写这一类")
        self.button.setAccessibleName(f"{self.button.text()}：{self.category.label}")
        self.button.setAccessibleDescription("；".join(reasons))
        self.button.setProperty("look", "" if reasons else "primary")
        self.button.style().unpolish(self.button)
        self.button.style().polish(self.button)


class NewApplicationDialog(QuietDialog):
    """All categories of the call; ``draft_id`` is the draft that was made."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._call = desk, desk.call
        self.draft_id = ""
        self.setWindowTitle(TITLE)
        self.cards = {category.id: CategoryCard(self._call, category) for category in self._call.categories}
        self.unit = _plain("")
        self.room = _plain("")
        self.edit_profile = QPushButton()
        self.buttons = QDialogButtonBox()
        self.buttons.addButton("取消", QDialogButtonBox.ButtonRole.RejectRole)
        self._lay_out()
        self._connect()
        self.refresh()

    # --- building --------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.addWidget(self.unit)
        words.addWidget(self.room)
        head = QHBoxLayout()
        head.addLayout(words, 1)
        head.addWidget(self.edit_profile)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 6, 0)
        for form in FORMS.values():
            column.addWidget(self._heading(form))
            column.addLayout(self._grid([card for card in self.cards.values() if card.category.form == form.id]))
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidget(inside)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.addLayout(head)
        layout.addWidget(self.area, 1)
        layout.addWidget(self.buttons)
        self.resize(960, 620)

    def _heading(self, form: Form) -> QLabel:
        heading = _plain(f"{form.short_title}（{APPENDIX.get(form.id, '')}）" if form.id in APPENDIX else form.short_title)
        heading.setFont(emphasised(self.font(), 1.1, bold=True))
        return heading

    def _grid(self, cards: list[CategoryCard]) -> QGridLayout:
        grid = QGridLayout()
        for column in range(2):
            grid.setColumnStretch(column, 1)
        for place, card in enumerate(cards):
            grid.addWidget(card, place // 2, place % 2)
        return grid

    def _connect(self) -> None:
        for card in self.cards.values():
            card.chosen.connect(self._choose)
            card.sample.connect(self._open_sample)
        self.edit_profile.clicked.connect(self._edit_profile)
        self.buttons.rejected.connect(self.reject)

    # --- showing ---------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the unit, how many applications it has, and what speaks against each category."""
        self._profile = clean_profile(self._desk.store.profile())
        line = unit_line(self._profile)
        self.unit.setText(f"申报单位：{line}" if line else NO_PROFILE)
        self.edit_profile.setText("修改单位信息…" if line else "填写单位信息…")
        unit = str(self._profile.get("unit.name", ""))
        self._count = len(siblings(self._desk.store.summaries(), unit, self._call))
        self.room.setText(room_text(self._call, self._count))
        self.room.setProperty("look", "warning" if self._full else "muted")
        self.room.style().unpolish(self.room)
        self.room.style().polish(self.room)
        self.room.setVisible(bool(unit))
        for card in self.cards.values():
            card.mark(obstacles(self._call, card.category, self._profile, self._desk.today()))

    @property
    def _full(self) -> bool:
        return self._count >= self._call.limits.applications

    # --- slots -----------------------------------------------------------------------------------------------------------

    @Slot(str)
    def _choose(self, category_id: str) -> None:
        """Begin an application; where something speaks against it the person confirms first."""
        category = self.cards[category_id].category
        doubts = obstacles(self._call, category, self._profile, self._desk.today())
        doubts += [room_text(self._call, self._count)] if self._full else []
        if doubts:
            text = "\n".join([*doubts, "", "仍要新建的话，检查时会报错，改正之前不能导出正式稿。"])
            if not self._desk.messages.confirm(self, TITLE, text, "仍要新建"):
                return
        try:
            application, memory = begin(self._call, category.form, category.id, self._profile)
            self.draft_id = self._desk.store.create(application, memory, facts_now(application, self._desk.today()))
        except AppError as error:
            self._desk.messages.alarm(self, TITLE, error.message)
            return
        self.accept()

    @Slot(str)
    def _open_sample(self, category_id: str) -> None:
        category = self.cards[category_id].category
        try:
            self.draft_id = open_sample(self._desk.store, self._call, category.form, category.id, self._desk.today)
        except AppError as error:
            self._desk.messages.alarm(self, TITLE, error.message)
            return
        self.accept()

    @Slot()
    def _edit_profile(self) -> None:
        dialog = ProfileDialog(self._desk, self)
        dialog.accepted.connect(self.refresh)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def card_lines(category: Category, form: Form) -> list[str]:
    """What a card says of a category, in the notice's own figures."""
    return [
        f"申报主体：{guidance_text(category, '申报主体', category.applicants_text).replace(',', '，')}",  # the notice's slip
        f"经费额度：{guidance_text(category, '经费额度', category.grant_text)}　{WORD_JOINER.join('名额：')}{category.awards}",
        f"附加材料：{papers_text(category, form)}",
    ]


def _plain(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
