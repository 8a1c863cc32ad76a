"""The editors in which an answer is picked: radio buttons, a list of categories with reasons, a drop-down list, ticks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QPointF, Qt, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QVBoxLayout,
    QWidget,
)

from app.session import Session
from app.ui.editor_base import Editor, set_look
from app.ui.theme import current
from forms.checks import Level
from forms.schema import Choice, Field, Source, yes_no

RADIO_MOST = 4
"""Up to so many options are radio buttons; more are a drop-down list."""
ROW_CHARACTERS = 8
"""Options together no longer than this stand in one row, else two to a row."""
CHOOSE = "（请选择）"


class _Radio(QRadioButton):
    """One option; Delete takes the answer back."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Delete go on to the editor."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            event.ignore()
        else:
            super().keyPressEvent(event)


class RadioEditor(Editor):
    """One of a few options as radio buttons; Delete takes the answer back."""

    def __init__(self, entry: Field, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(entry, session, parent)
        self.group = QButtonGroup(self)
        self.options = self.make_options()
        self.buttons = [_Radio(option.label) for option in self.options]
        for place, button in enumerate(self.buttons):
            self.group.addButton(button, place)
        self.layout_buttons()
        self.setFocusProxy(self.buttons[0])
        self.group.idClicked.connect(self._clicked)
        self.watch(*self.buttons)

    # --- properties ------------------------------------------------------------------------------------------------------

    @property
    def main(self) -> QWidget:
        """The chosen button, else the first."""
        return self.group.checkedButton() or self.buttons[0]

    # --- methods ---------------------------------------------------------------------------------------------------------

    def make_options(self) -> Sequence[Choice]:
        """What there is to choose from."""
        return self.session.application.answers_without_files().choices(self.entry)

    def layout_buttons(self) -> None:
        """Short options in one row, longer ones two to a row."""
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        across = len(self.buttons) if sum(len(option.label) for option in self.options) <= ROW_CHARACTERS else 2
        for place, button in enumerate(self.buttons):
            grid.addWidget(button, place // across, place % across)
        grid.setColumnStretch(across, 1)
        grid.setHorizontalSpacing(16)

    def stored(self, place: int) -> object:
        """The value of an option."""
        return self.options[place].id

    def value(self) -> object:
        """The chosen option's id; ``""`` for none."""
        place = self.group.checkedId()
        return self.stored(place) if place >= 0 else ""

    def show_value(self, value: object) -> None:
        """Choose without saying so."""
        place = next((place for place in range(len(self.options)) if self.stored(place) == value), -1)
        if place == self.group.checkedId():
            return
        self.group.setExclusive(False)
        for number, button in enumerate(self.buttons):
            button.setChecked(number == place)
        self.group.setExclusive(True)
        self.setFocusProxy(self.main)

    def name(self, words: str) -> None:
        """Each option says what it answers."""
        self.setAccessibleName(words)
        for button in self.buttons:
            button.setAccessibleName(f"{words}：{button.text()}")

    def describe(self, words: str) -> None:
        """Each option says it: any of them may have the keyboard, and with another answer another one has it."""
        for button in self.buttons:
            button.setAccessibleDescription(words)

    def set_problem_level(self, level: Level | None) -> None:
        """The words under the options say enough."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes the answer back."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.group.checkedId() >= 0 and self.isEnabled():
            self.show_value("")
            self.edited.emit("")
        else:
            super().keyPressEvent(event)

    @Slot(int)
    def _clicked(self, place: int) -> None:
        self.setFocusProxy(self.buttons[place])
        self.edited.emit(self.stored(place))


class YesNoEditor(RadioEditor):
    """是 or 否; 是 and disabled where the category leaves no choice."""

    _forced = False  # as of the last reload

    def make_options(self) -> Sequence[Choice]:
        """The two answers."""
        return yes_no()

    @property
    def note(self) -> str:
        """Why there is no choice."""
        if not self._forced:
            return ""
        category = self.session.application.answers_without_files().category
        return f"“{category.label if category else ''}”类项目都按会议填写，这里固定为“是”"

    def stored(self, place: int) -> object:
        """True for 是."""
        return place == 0

    def reload(self) -> None:
        """The category may decide."""
        self._forced = self._is_forced()
        for button in self.buttons:
            button.setEnabled(not self._forced)
        self.show_value(self.session.value(self.entry.id))

    def show_value(self, value: object) -> None:
        """Choose without saying so; what the category demands comes first."""
        super().show_value(True if self._forced else value)

    def _is_forced(self) -> bool:
        """Whether the answer would be 是 even if the person said nothing."""
        application = self.session.application
        rest = {name: value for name, value in application.values.items() if name != self.entry.id}
        return replace(application.answers_without_files(), values=rest).flag(self.entry.id) is True


class CategoryEditor(RadioEditor):
    """The categories one below the other, each with who may apply and the money, and why this unit may not."""

    wide = True
    _described = ""

    def layout_buttons(self) -> None:
        """One option a row; what is to be said of it beside it."""
        self.reasons = [QLabel() for _ in self.buttons]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(1, 1)
        for place, (button, reason) in enumerate(zip(self.buttons, self.reasons, strict=True)):
            reason.setTextFormat(Qt.TextFormat.PlainText)
            reason.setWordWrap(True)
            grid.addWidget(button, place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(reason, place, 1)

    def reload(self) -> None:
        """The unit's kind decides what it may apply for."""
        unit = self.session.application.answers_without_files().text("unit.category")
        for option, reason in zip(self.options, self.reasons, strict=True):
            category = self.session.application.call.category(option.id)
            if category is None:
                continue
            barred = bool(unit) and unit not in category.applicants
            words = f"{category.applicants_text}；{category.grant_text}"
            words = f"✕ {unit}不能申报，申报主体：{category.applicants_text}" if barred else words
            if reason.text() != words:
                reason.setText(words)
                self.describe(self._described)
            set_look(reason, "warning" if barred else "muted")

    def describe(self, words: str) -> None:
        """Each option says who may apply besides."""
        self._described = words
        for button, reason in zip(self.buttons, self.reasons, strict=True):
            button.setAccessibleDescription("；".join(part for part in (words, reason.text()) if part))


class _Drop(QComboBox):
    """A drop-down list that the wheel only turns while it is open: a page is scrolled over it."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()


class ComboEditor(Editor):
    """One of many options, or of options that change."""

    def __init__(self, entry: Field, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(entry, session, parent)
        self.drop = _Drop()
        self.drop.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.drop.setMinimumContentsLength(8)
        self._options: list[Choice] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.drop)
        self.setFocusProxy(self.drop)
        self.drop.activated.connect(self._activated)
        self.watch(self.drop)

    @property
    def main(self) -> QWidget:
        """The list."""
        return self.drop

    def value(self) -> object:
        """The chosen option's id; ``""`` for none."""
        return self.drop.currentData() or ""

    def show_value(self, value: object) -> None:
        """Choose without saying so; an answer that is no option any more is shown as what it is."""
        wanted = "" if value is None else str(value)
        if self.value() != wanted or not self.drop.count():
            self._fill(wanted)

    def reload(self) -> None:
        """The options may have changed."""
        options = list(self.session.application.answers_without_files().choices(self.entry))
        if options != self._options or not self.drop.count():
            self._options = options
            self._fill(str(self.session.value(self.entry.id) or ""))

    def _fill(self, wanted: str) -> None:
        self.drop.clear()
        self.drop.addItem(CHOOSE, "")
        for option in self._options:
            self.drop.addItem(option.label, option.id)
        if wanted and all(option.id != wanted for option in self._options):
            self.drop.addItem(f"{wanted}（已不在可选项中）", wanted)
        self.drop.setCurrentIndex(max(self.drop.findData(wanted), 0))

    @Slot(int)
    def _activated(self, place: int) -> None:
        self.edited.emit(self.drop.itemData(place))


class Tick(QCheckBox):
    """A check box with a tick in it: the style sheet can only fill the box."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tick into the filled box."""
        super().paintEvent(event)
        if not self.isChecked():
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        box = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        corners = ((0.24, 0.54), (0.43, 0.73), (0.78, 0.3))
        points = [QPointF(box.x() + across * box.width(), box.y() + down * box.height()) for across, down in corners]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(current().on_accent), max(box.width() / 8, 1.5)))
        painter.drawPolyline(points)
        painter.end()


class _TickText(QLabel):
    """The words beside a tick; a click on them ticks. QCheckBox itself cannot wrap."""

    def __init__(self, words: str, tick: QCheckBox) -> None:
        super().__init__(words)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._tick = tick

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tick."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._tick.setFocus(Qt.FocusReason.MouseFocusReason)
            self._tick.click()


class TicksEditor(Editor):
    """Any of several sentences, in the notice's own words."""

    wide = True

    def __init__(self, entry: Field, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(entry, session, parent)
        self.ticks: list[Tick] = []
        self._options: tuple[Choice, ...] = ()
        self._words = entry.label
        self._kept: list[str] = []  # ticked ids that are no option now: not ours to drop
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    @property
    def main(self) -> QWidget:
        """The first tick."""
        return self.ticks[0] if self.ticks else self

    def reload(self) -> None:
        """The category decides what there is to tick."""
        options = self.session.application.answers_without_files().choices(self.entry)
        if options == self._options:
            return
        self._options = options
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.ticks = []
        for option in options:
            self._column.addWidget(self._line(option))
        if self.ticks:
            self.setFocusProxy(self.ticks[0])
        self.name(self._words)
        self.show_value(self.session.value(self.entry.id))

    def _line(self, option: Choice) -> QWidget:
        tick = Tick()
        tick.setObjectName(option.id)
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(tick, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(_TickText(option.label, tick), 1)
        tick.clicked.connect(self._clicked)
        self.watch(tick)
        self.ticks.append(tick)
        return line

    def value(self) -> object:
        """The ticked ids, in the notice's order."""
        return [tick.objectName() for tick in self.ticks if tick.isChecked()] + self._kept

    def show_value(self, value: object) -> None:
        """Tick without saying so."""
        wanted = [str(entry) for entry in value] if isinstance(value, list) else []
        known = {tick.objectName() for tick in self.ticks}
        self._kept = [entry for entry in wanted if entry not in known]
        for tick in self.ticks:
            tick.setChecked(tick.objectName() in wanted)

    def name(self, words: str) -> None:
        """Each tick is called by its sentence."""
        self._words = words
        self.setAccessibleName(words)
        for tick, option in zip(self.ticks, self._options, strict=True):
            tick.setAccessibleName(option.label)
            tick.setAccessibleDescription(words)

    def set_problem_level(self, level: Level | None) -> None:
        """The words under the ticks say enough."""

    @Slot()
    def _clicked(self) -> None:
        self.edited.emit(self.value())


def choice_editor(entry: Field, session: Session, parent: QWidget | None = None) -> Editor:
    """The editor of a choice: categories with their reasons, a few fixed options as radio buttons, anything else as a list."""
    if entry.source is Source.CATEGORIES:
        return CategoryEditor(entry, session, parent)
    if entry.source is Source.UNITS:
        return ComboEditor(entry, session, parent)
    few = len(session.application.answers_without_files().choices(entry)) <= RADIO_MOST
    return RadioEditor(entry, session, parent) if few else ComboEditor(entry, session, parent)
