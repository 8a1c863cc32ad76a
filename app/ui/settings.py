"""设置: every option is one row of a table; the dialog is made from the table and takes effect at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from app.about import NAME
from app.errors import AppError
from app.ui.desk import Desk
from app.ui.theme import SCHEME, TYPE_SIZE, TYPE_SIZES

Value = str | int


@dataclass(frozen=True)
class Option:
    """One setting: its name in the store, its words, its values with theirs, and the value that holds when nothing is stored."""

    name: str
    label: str
    choices: tuple[tuple[Value, str], ...]
    default: Value
    hint: str


SCHEMES: tuple[tuple[Value, str], ...] = (("system", "跟随系统"), ("light", "浅色"), ("dark", "深色"))
SIZES: tuple[tuple[Value, str], ...] = tuple((size, f"{size}%") for size in TYPE_SIZES)

OPTIONS = (
    #      name       label         values   default   hint
    Option(SCHEME,    "配色(&C)：", SCHEMES, "system", "跟随系统时，系统改成深色，窗口也随之改变。"),
    Option(TYPE_SIZE, "字号(&S)：", SIZES,   100,      "只改变窗口里的字号，不影响打印和导出的申报书。"),
)  # fmt: skip

WIDTH = 36
"""Of the dialog, in characters: the hints stand on one line each."""


class SettingsDialog(QDialog):
    """What is chosen is stored and shown at once; there is nothing to confirm."""

    look_changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle("设置")
        self.boxes: dict[str, QComboBox] = {}
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for option in OPTIONS:
            self._add(form, option)
        self.buttons = QDialogButtonBox()
        self.buttons.addButton("关闭", QDialogButtonBox.ButtonRole.RejectRole)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self._measure()
        self._connect()

    def _add(self, form: QFormLayout, option: Option) -> None:
        box = QComboBox()
        for value, words in option.choices:
            box.addItem(words, value)
        box.setCurrentIndex(max(0, box.findData(self._value(option))))
        box.setAccessibleDescription(option.hint)
        hint = QLabel(option.hint)
        hint.setTextFormat(Qt.TextFormat.PlainText)
        hint.setProperty("look", "muted")
        hint.setWordWrap(True)
        form.addRow(option.label, box)
        form.addRow("", hint)
        self.boxes[option.name] = box

    def _measure(self) -> None:
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("字") * WIDTH)

    def changeEvent(self, event: QEvent) -> None:
        """A larger type size, chosen in this dialog, needs a wider one."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._measure()

    def _connect(self) -> None:
        self.buttons.rejected.connect(self.reject)
        for option in OPTIONS:
            self.boxes[option.name].currentIndexChanged.connect(partial(self._choose, option))

    def _value(self, option: Option) -> Value:
        """The stored value, or the default where nothing usable is stored."""
        stored = self._desk.store.setting(option.name, option.default)
        return stored if stored in [value for value, _ in option.choices] else option.default

    def _choose(self, option: Option, _index: int) -> None:
        """Store a choice and show it; where it cannot be stored the box goes back."""
        box = self.boxes[option.name]
        try:
            self._desk.store.set_setting(option.name, box.currentData())
        except AppError as error:
            blocked = box.blockSignals(True)
            box.setCurrentIndex(max(0, box.findData(self._value(option))))
            box.blockSignals(blocked)
            self._desk.messages.alarm(self, NAME, error.message)
            return
        self.look_changed.emit()
