"""One field on a page: label, editor, hint, what is wrong with it, and whether it was carried over."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.session import Session
from app.ui.editor_base import Editor, set_look
from app.ui.editors import make_editor
from app.ui.problems import SIGNS, look_of
from forms.checks import Problem
from forms.schema import NAME_LIMIT, TITLE_LIMIT, Field, Kind

MOST_PROBLEMS = 8
"""So many lines under a field; a table of sixty faulty rows is better read in the list beside the page."""


def hint_of(entry: Field) -> str:
    """The muted line under a field: what it wants, an example, and where suggestions are."""
    unit = "万元" if entry.kind is Kind.MONEY else ""  # it stands behind the line already
    parts = [entry.hint.removeprefix(unit).removeprefix("；")]
    if entry.example and entry.example not in entry.hint:
        parts.append(f"例如：{entry.example}")
    if entry.suggestions:
        parts.append("输入时列出常用职称，按 ↓ 全部列出；也可自行填写")
    return "；".join(part for part in parts if part)


class FieldRow(QWidget):
    """A field's row. It passes on what its editor says, under the field's id."""

    edited = Signal(str, object)
    left = Signal(str)
    confirmed = Signal(str)  # the person has looked at a value that was carried over
    moved = Signal(str)  # the cursor stands elsewhere in the field
    spoke = Signal(str)  # words came up under the field upon what the person did in it

    def __init__(self, entry: Field, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self.session = session
        self.editor: Editor = make_editor(entry, session, self)
        self._hint_words = hint_of(entry)
        self._shown: list[Problem] | None = None
        self._fresh = False  # problems came up that did not stand here before
        self._lines: list[QLabel] = []
        self.word: QLabel | None = None
        self.carried: QWidget | None = None
        self._make()
        self._connect()
        self.refresh()

    # --- properties ------------------------------------------------------------------------------------------------------

    @property
    def wide(self) -> bool:
        """Whether the row takes the page's whole width."""
        return self.editor.wide or (self.entry.kind is Kind.TEXT and self.entry.limit >= TITLE_LIMIT)

    @property
    def stretches(self) -> bool:
        """Whether the row may take the whole width where nothing stands beside it: free text and choices, but no name or number."""
        if self.entry.kind in (Kind.YES_NO, Kind.CHOICE):
            return True
        return self.entry.kind is Kind.TEXT and self.entry.limit > NAME_LIMIT and not self.entry.suggestions

    @property
    def required(self) -> bool:
        """Whether an answer is demanded."""
        return not self.entry.optional

    @property
    def stops(self) -> list[QWidget]:
        """What Tab stops at in the editor."""
        inside = (self.editor.main, *self.editor.findChildren(QWidget))
        return [widget for widget in inside if widget.focusPolicy() & Qt.FocusPolicy.TabFocus]

    # --- building --------------------------------------------------------------------------------------------------------

    def _make(self) -> None:
        self.label = _plain(self.entry.label + ("　*" if self.required else ""))
        self.editor.name(self.entry.label + ("，必填" if self.required else ""))
        self.label.setBuddy(self.editor.main)
        self.hint = _plain("", "muted")
        self._problems = QVBoxLayout()
        self._problems.setSpacing(2)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.label)
        column.addWidget(self.editor, 1 if self.entry.kind is Kind.LONG else 0)
        column.addWidget(self.hint)
        column.addLayout(self._problems)
        if self.entry.kind is not Kind.LONG:
            column.addStretch(1)

    def _make_carried(self) -> None:
        """The mark of an answer that was carried over; few drafts have any, so that it is made when there is one."""
        chip = QLabel("沿用上次，请核对")
        chip.setTextFormat(Qt.TextFormat.PlainText)
        set_look(chip, "chip")
        self.confirm = QPushButton("确认")
        self.confirm.setAccessibleName(f"确认沿用的{self.entry.label}")
        set_look(self.confirm, "flat")
        self.confirm.clicked.connect(self._confirm)
        self.carried = QWidget()
        row = QHBoxLayout(self.carried)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(chip)
        row.addWidget(self.confirm)
        row.addStretch(1)
        self._column.insertWidget(2, self.carried)
        QWidget.setTabOrder(self.stops[-1], self.confirm)  # else what is made late comes last in the whole window

    def _connect(self) -> None:
        self.editor.edited.connect(self._edited)
        self.editor.left.connect(self._left)
        self.editor.told.connect(self.tell)
        self.editor.moved.connect(self._moved)

    # --- methods ---------------------------------------------------------------------------------------------------------

    def refresh(self, *, answer: bool = True) -> None:
        """Show the session: the answer (unless told not to), what is wrong with it, whether it was carried over."""
        self.editor.reload()
        if answer:
            self.editor.show_value(self.session.value(self.entry.id))
        self._show_problems(self.session.shown(self.entry.id))
        carried = self.entry.id in self.session.memory.carried
        if carried and self.carried is None:
            self._make_carried()
        if self.carried is not None:
            _set_visible(self.carried, carried)
        words = "；".join(part for part in (self._hint_words, self.editor.note) if part)
        if self.hint.text() != words:
            self.hint.setText(words)
        _set_visible(self.hint, bool(words))

    def _show_problems(self, problems: Sequence[Problem]) -> None:
        if problems == self._shown:
            return
        before = {(problem.rule, problem.row, problem.column) for problem in self._shown or ()}
        self._fresh = self._fresh or any((problem.rule, problem.row, problem.column) not in before for problem in problems)
        self._shown = list(problems)
        self.editor.set_problems(problems)
        lines = [(f"{SIGNS[problem.level]}　{problem.message}", look_of(problem.level)) for problem in problems[:MOST_PROBLEMS]]
        if len(problems) > MOST_PROBLEMS:
            lines.append((f"还有{len(problems) - MOST_PROBLEMS}处，见右侧“问题”", "muted"))
        while len(self._lines) < len(lines):
            self._lines.append(_plain(""))
            self._problems.addWidget(self._lines[-1])
        for place, label in enumerate(self._lines):
            words, look = lines[place] if place < len(lines) else ("", "")
            if words:
                label.setText(words)
                set_look(label, look)
            _set_visible(label, bool(words))
        self.editor.describe("；".join(words for words, _ in lines) or self._hint_words)

    # --- slots -----------------------------------------------------------------------------------------------------------

    @Slot(str)
    def tell(self, words: str) -> None:
        """A word about what just happened here; ``""`` takes it away."""
        if self.word is None and words:
            self.word = _plain("", "warning")
            self._column.insertWidget(self._column.indexOf(self.hint), self.word)
        if self.word is not None and self.word.text() != words:
            self.word.setText(words)
            _set_visible(self.word, bool(words))
            if words:
                self.spoke.emit(self.entry.id)

    @Slot(object)
    def _edited(self, value: object) -> None:
        self._fresh = False
        self.edited.emit(self.entry.id, value)
        self._speak()

    @Slot()
    def _left(self) -> None:
        self._fresh = False
        self.left.emit(self.entry.id)
        self._speak()

    @Slot()
    def _moved(self) -> None:
        self.moved.emit(self.entry.id)

    def _speak(self) -> None:
        if self._fresh:
            self.spoke.emit(self.entry.id)

    @Slot()
    def _confirm(self) -> None:
        self.editor.focus()  # before the button goes, else the focus would wander off
        self.confirmed.emit(self.entry.id)


def _plain(text: str, look: str = "") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    if look:
        set_look(label, look)
    return label


def _set_visible(widget: QWidget, visible: bool) -> None:
    if widget.isHidden() == visible:
        widget.setVisible(visible)
