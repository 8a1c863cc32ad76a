"""The bar above the wizard: the way home, which application this is, whether all of it is on disk, and the columns that fold away."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.ui.autosave import Autosave
from app.ui.drafts_model import NAMELESS
from app.ui.theme import emphasised
from app.ui.tips import tip

LONGEST = 24
"""Characters of a project's name that are shown."""


class WizardBar(QWidget):
    """The bar of one draft; ``saved`` is when it was saved last, in seconds since 1970. A failed save shows the banner beneath it."""

    home_wanted = Signal()
    elsewhere_wanted = Signal()  # saving fails and the person wants a copy in another place

    def __init__(self, autosave: Autosave, draft_id: str, saved: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._autosave = autosave
        self._draft_id = draft_id
        self._make()
        self._connect()
        self._show_saved(saved)

    def _make(self) -> None:
        self.home = QPushButton("‹ 我的申报(&H)")
        self.home.setProperty("look", "flat")
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setFont(emphasised(self.font(), 1.15, bold=True))
        self.status = QLabel()
        self.status.setProperty("look", "saved")
        self.status.setAccessibleName("保存状态")
        self.banner = Banner()
        self._row = QHBoxLayout()
        for widget in (self.home, self.title):
            self._row.addWidget(widget)
        self._row.addStretch(1)
        self._row.addWidget(self.status)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._row)
        column.addWidget(self.banner)

    def _connect(self) -> None:
        self.home.clicked.connect(self.home_wanted)
        self.banner.action.clicked.connect(self.elsewhere_wanted)
        self._autosave.saved.connect(self._saved)
        self._autosave.failed.connect(self._failed)
        self._autosave.pending.connect(self._pending)

    def add_fold(self, name: str, column: QWidget) -> None:
        """A button that shows a column of the wizard, or folds it away."""
        button = QPushButton(name)
        button.setProperty("look", "flat")
        button.setCheckable(True)
        button.setChecked(True)
        button.setToolTip(f"显示或收起{name}")
        button.toggled.connect(column.setVisible)
        self._row.addWidget(button)

    def show_title(self, name: str) -> None:
        """The project's name, shortened."""
        name = name or NAMELESS
        shown = name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
        if self.title.text() != shown:
            self.title.setText(shown)
            self.title.setToolTip(tip(name))

    def _show_saved(self, when: float) -> None:
        self.status.setText(f"已保存 {datetime.fromtimestamp(when):%H:%M:%S}")

    @Slot(str)
    def _pending(self, draft_id: str) -> None:
        if draft_id == self._draft_id:
            self.status.setText("正在保存…")

    @Slot(str, float)
    def _saved(self, draft_id: str, when: float) -> None:
        if draft_id == self._draft_id and not self._autosave.is_pending(draft_id):
            self._show_saved(when)
            self.banner.hide()

    @Slot(str, str)
    def _failed(self, draft_id: str, message: str) -> None:
        if draft_id == self._draft_id:
            self.status.setText("尚未保存")
            self.banner.show_message(message)


class Banner(QFrame):
    """The red banner of a failed save: what to do, and one button."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "banner-error")
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setProperty("look", "error")
        self.action = QPushButton("另存到别处…")
        row = QHBoxLayout(self)
        row.addWidget(self.text, 1)
        row.addWidget(self.action)
        self.hide()

    def show_message(self, message: str) -> None:
        """Show what to do."""
        self.text.setText(message)
        self.show()
