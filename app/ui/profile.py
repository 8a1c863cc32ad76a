"""单位信息: what is the same in every application of a unit, filled in once with the editors of the papers' own fields."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.application import Application
from app.drafts import PROFILE_FORM, clean_profile
from app.errors import AppError
from app.session import Session
from app.ui.desk import Desk
from app.ui.field_page import FieldPage
from app.ui.quiet_dialog import QuietDialog

TITLE = "单位信息"
PURPOSE = "填一次，以后每份新的申报自动带入，并标明“沿用上次，请核对”。已有的申报不会跟着改变。"


class ProfileDialog(QuietDialog):
    """The unit's own page, over a form made of the papers' fields on the unit."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle(TITLE)
        application = Application(PROFILE_FORM, desk.call, clean_profile(desk.store.profile()))
        self.session = Session(application, today=desk.today)
        self.page = FieldPage(PROFILE_FORM.sections[0], self.session)
        purpose = QLabel(PURPOSE)
        purpose.setProperty("look", "muted")
        purpose.setWordWrap(True)
        self.save = QPushButton("保存单位信息")
        self.save.setProperty("look", "primary")
        self.cancel = QPushButton("取消")
        row = QHBoxLayout()
        row.addStretch(1)
        for button in (self.save, self.cancel):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addWidget(purpose)
        layout.addWidget(self.page, 1)
        layout.addLayout(row)
        self.resize(760, 620)
        self._connect()
        self.page.refresh()
        self.page.focus_field("unit.name")

    def _connect(self) -> None:
        self.page.edited.connect(self._take)
        self.page.left.connect(self._left)
        self.save.clicked.connect(self.accept)
        self.cancel.clicked.connect(self.reject)

    def accept(self) -> None:
        """Keep the profile; where that fails the dialog stays open with what was typed."""
        self.page.settle()
        try:
            self._desk.store.set_profile(clean_profile(self.session.application.values))
        except AppError as error:
            self._desk.messages.alarm(self, TITLE, error.message)
            return
        super().accept()

    def reject(self) -> None:
        """Throw the changes away, after a question where there are any."""
        self.page.settle()
        changed = clean_profile(self.session.application.values) != clean_profile(self._desk.store.profile())
        if not changed or self._desk.messages.confirm(self, TITLE, "修改的内容还没有保存，要放弃吗？", "放弃修改", "继续填写"):
            super().reject()

    @Slot(str, object)
    def _take(self, name: str, value: object) -> None:
        if changed := self.session.set(name, value):
            self.page.refresh(changed)

    @Slot(str)
    def _left(self, name: str) -> None:
        self.session.leave(name)
        self.page.refresh(set())


def unit_line(profile: dict[str, object]) -> str:
    """The profile on one line; ``""`` where nothing is known."""
    parts = [str(profile[name]) for name in ("unit.name", "unit.category") if profile.get(name)]
    return " · ".join(parts)
