"""Two parts of the attachments page: what the category wants to see attached, and its 应完成以下内容."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from app.session import Session
from app.ui.attachment_card import plain_label
from app.ui.choice_editors import TicksEditor
from app.ui.editor_base import set_look
from app.ui.problems import SIGNS, look_of
from app.ui.theme import emphasised
from forms.checks import Problem
from forms.schema import Field

COMMITMENTS = "commitments"
MISSING_RULES = ("attachment.required", "attachment.preferred")
"""What these rules say stands in :class:`WantedBox`."""


class WantedBox(QFrame):
    """Each role that the category demands or prefers, and whether a file has it: in sign, word and colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self._labels: list[QLabel] = []
        self._column = QVBoxLayout(self)

    def refresh(self, session: Session) -> None:
        """Show the session's category and attachments."""
        fill_lines(self._column, self._labels, wanted_lines(session))

    def words(self) -> list[str]:
        """The lines as they are shown."""
        return [label.text() for label in self._labels]


def wanted_lines(session: Session) -> list[tuple[str, str]]:
    """``(words, look)`` of each line."""
    category = session.application.answers_without_files().category
    if category is None:
        return [("选定项目类型以后，这里列出该类别要求的附件。", "muted")]
    roles = {role.id: role.label for role in session.application.form.attachment_roles}
    there = {entry.role for entry in session.application.attachments}
    lines = [_line(name in there, "✕ 还缺", "error", f"必须附上：{roles.get(name, name)}") for name in category.required]
    lines += [_line(name in there, "! 还没有", "warning", f"附有的优先：{roles.get(name, name)}") for name in category.preferred]
    return lines or [(f"“{category.label}”没有规定必须的附件。", "muted")]


def _line(given: bool, missing: str, look: str, words: str) -> tuple[str, str]:
    return (f"✓ 已添加　{words}", "note") if given else (f"{missing}　{words}", look)


class CommitmentsBox(QFrame):
    """The ticks of 应完成以下内容; hidden where the category has none."""

    edited = Signal(object)
    left = Signal()

    def __init__(self, entry: Field, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.entry = entry
        self.ticks = TicksEditor(entry, session)
        self.ticks.name(entry.label)
        self.problems = plain_label("")
        heading = plain_label(entry.label)
        heading.setFont(emphasised(self.font(), 1.1, bold=True))
        column = QVBoxLayout(self)
        for widget in (heading, plain_label(entry.hint, "muted"), self.ticks, self.problems):
            column.addWidget(widget)
        self.ticks.edited.connect(self.edited)
        self.ticks.left.connect(self.left)

    def refresh(self, session: Session) -> None:
        """Show the session's ticks."""
        asked = session.asked(self.entry)
        self.setVisible(asked)
        if asked:
            self.ticks.reload()
            # the page puts the ticks before their editor in the Tab order, and as a proxy's owner that would send Tab back to the first
            self.ticks.setFocusProxy(None)  # pyright: ignore[reportArgumentType] - Qt's way to have none
            self.ticks.show_value(session.value(self.entry.id))
            show_problems(self.problems, session.shown(self.entry.id))


def show_problems(label: QLabel, problems: Sequence[Problem]) -> None:
    """Problems in sign and words on one label, which hides where there are none."""
    words = "\n".join(f"{SIGNS[problem.level]}　{problem.message}" for problem in problems)
    if label.text() != words:
        label.setText(words)
    set_look(label, look_of(problems[0].level) if problems else "")
    label.setVisible(bool(problems))


def fill_lines(column: QVBoxLayout, labels: list[QLabel], lines: Sequence[tuple[str, str]]) -> None:
    """One label for each ``(words, look)``; labels are kept, so that nothing flickers."""
    while len(labels) > len(lines):
        old = labels.pop()
        column.removeWidget(old)
        old.hide()
        old.deleteLater()
    while len(labels) < len(lines):
        labels.append(plain_label(""))
        column.addWidget(labels[-1])
    for label, (text, look) in zip(labels, lines, strict=True):
        if label.text() != text:
            label.setText(text)
        set_look(label, look)
