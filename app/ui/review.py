"""通读全文: the whole application as it will be printed, section by section, each with a way back to change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.export.context import TICKED, Printed, printed
from app.session import Session
from app.ui.attachment_card import plain_label, soft
from app.ui.attachment_jobs import size_of
from app.ui.theme import emphasised
from forms.answers import Answers
from forms.schema import Field, Kind, Section
from forms.shared import ATTACHMENTS

EMPTY = "未填"
SHORT, SHORT_LINES = 160, 4
"""A longer text (code points, lines) is abbreviated until the person asks for all of it."""
SHOWN_ROWS = 12
"""Rows of a table that are shown at first."""
LABEL_CHARACTERS = 9
"""The width of the column of labels."""


@dataclass(frozen=True)
class Entry:
    """One answer to read: ``text`` is as printed, ``""`` where nothing is filled in."""

    label: str
    text: str
    optional: bool = False


@dataclass(frozen=True)
class Table:
    """A table to read: its heads and its filled rows."""

    label: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    optional: bool = False


Content = tuple[Entry | Table, ...]


def contents(session: Session) -> dict[str, Content]:
    """What there is to read on each page of the wizard, by section id."""
    sheet = printed(session.application)
    answers = session.application.answers_without_files()
    return {section.id: _section(section, session, sheet, answers) for section in session.pages}


def _section(section: Section, session: Session, sheet: Printed, answers: Answers) -> Content:
    found = [_entry(entry, sheet, answers) for entry in section.fields if answers.asked(entry)]
    if section.id == ATTACHMENTS:
        found.insert(0, _attachments(session))
    return tuple(found)


def _attachments(session: Session) -> Table:
    roles = {role.id: role.label for role in session.application.form.attachment_roles}
    rows = tuple((entry.name, roles.get(entry.role, "（没有类别）"), size_of(entry)) for entry in session.application.attachments)
    return Table("附件", ("文件名", "类别", "大小"), rows, optional=True)


def _entry(entry: Field, sheet: Printed, answers: Answers) -> Entry | Table:
    if entry.kind is Kind.TABLE:
        # the sheet fills tables up to the paper's number of rows; here only what was filled in is read
        cells = sheet.tables.get(entry.id) or [
            {column.id: row.get(column.id, "") for column in entry.columns} for row in answers.rows(entry.id)
        ]
        kept = cells[: len(answers.rows(entry.id))]
        rows = tuple(tuple(row.get(column.id, "") for column in entry.columns) for row in kept)
        return Table(entry.label, tuple(column.label for column in entry.columns), rows, entry.optional)
    return Entry(entry.label, _text(entry, sheet, answers), entry.optional)


def _text(entry: Field, sheet: Printed, answers: Answers) -> str:
    if entry.kind is Kind.CHOICES:
        chosen = answers.items(entry.id)
        return "\n".join(f"{TICKED}{option.label}" for option in answers.choices(entry) if option.id in chosen)
    if entry.kind is Kind.YES_NO:
        flag = answers.flag(entry.id)
        return "" if flag is None else "是" if flag else "否"
    if not answers.filled(entry.id):
        return ""
    chosen_option = answers.choice(entry) if entry.kind is Kind.CHOICE else None
    return chosen_option.label if chosen_option else sheet.values[entry.id]


# --- widgets -------------------------------------------------------------------------------------------------------------


class SectionReview(QFrame):
    """One section: heading, 修改, and its answers."""

    change = Signal(str)  # section id

    def __init__(self, section: Section, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.section = section
        self.heading = plain_label(section.heading.split("（")[0] or section.title)
        self.heading.setFont(emphasised(self.font(), 1.1, bold=True))
        self.button = QPushButton("修改")
        self.button.setProperty("look", "flat")
        self.button.setAccessibleName(f"修改“{section.title}”")
        self.content: Content | None = None
        self._body: QWidget | None = None
        head = QHBoxLayout()
        head.addWidget(self.heading, 1)
        head.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout(self)
        self._column.addLayout(head)
        self._connect()

    def _connect(self) -> None:
        self.button.clicked.connect(self._change)

    def show_content(self, content: Content) -> None:
        """Show a section's answers; one that is shown already is left as it is, opened texts too."""
        if content == self.content:
            return
        self.content = content
        if self._body is not None:
            self._column.removeWidget(self._body)
            self._body.hide()
            self._body.deleteLater()
        self._body = Body(content)
        self._body.opened.connect(self._take_cursor)
        self._column.addWidget(self._body)
        for first, second in pairwise((self.button, *self._body.findChildren(QPushButton))):
            QWidget.setTabOrder(first, second)  # else what is made late comes last in the whole window
        self._body.show()  # a layout shows what it is given a turn later; until then the page would be measured without it

    @Slot()
    def _take_cursor(self) -> None:
        self.button.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _change(self) -> None:
        self.change.emit(self.section.id)


class Body(QWidget):
    """A section's answers in two columns; tables below their label have the whole width."""

    opened = Signal()  # a table shows all its rows, and the button with the cursor goes

    def __init__(self, content: Content, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: list[QLabel] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setColumnStretch(1, 1)
        for row, entry in enumerate(content):
            self._add(grid, row * 2, entry)
        self._measure()

    def _add(self, grid: QGridLayout, row: int, entry: Entry | Table) -> None:
        label = plain_label(entry.label, "muted")
        if isinstance(entry, Table) and entry.rows:
            grid.addWidget(label, row, 0, 1, 2)
            table = TableValue(entry)
            table.opened.connect(self.opened)
            grid.addWidget(table, row + 1, 0, 1, 2)
            return
        self._labels.append(label)
        grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(_value(entry), row, 1, Qt.AlignmentFlag.AlignTop)

    def _measure(self) -> None:
        width = self.fontMetrics().horizontalAdvance("字") * LABEL_CHARACTERS
        for label in self._labels:
            label.setFixedWidth(width)

    def changeEvent(self, event: QEvent) -> None:
        """Another type size needs other widths."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._measure()


def _value(entry: Entry | Table) -> QWidget:
    if isinstance(entry, Entry) and entry.text:
        return LongValue(entry.text) if abbreviated(entry.text) != entry.text else plain_label(soft(entry.text))
    return plain_label(EMPTY + ("（可不填）" if entry.optional else ""), "muted" if entry.optional else "error")


class LongValue(QWidget):
    """A text, abbreviated with 展开 where it is long."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._whole = text, False
        self.label = plain_label("")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.label)
        self.more: QPushButton | None = None
        self._short = abbreviated(text)
        self.label.setText(soft(self._short))
        if self._short != text:
            self.more = QPushButton(f"展开全文（{len(text):,}字）")
            self.more.setProperty("look", "flat")
            self.more.clicked.connect(self._toggle)
            column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)

    @Slot()
    def _toggle(self) -> None:
        self._whole = not self._whole
        self.label.setText(soft(self._text if self._whole else self._short))
        if self.more is not None:
            self.more.setText("收起" if self._whole else f"展开全文（{len(self._text):,}字）")


def abbreviated(text: str) -> str:
    """The beginning of a long text with ``……``; a short one as it is."""
    lines = text.split("\n")
    short = "\n".join(lines[:SHORT_LINES])[:SHORT]
    return text if short == text else short.rstrip() + "……"


class TableValue(QWidget):
    """A table's rows under their heads; what is beyond the first rows is shown on demand."""

    opened = Signal()

    def __init__(self, table: Table, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(2)
        for place, head in enumerate(("序号", *table.heads)):
            self._grid.addWidget(plain_label(head, "muted"), 0, place)
            self._grid.setColumnStretch(place, 0 if place == 0 else _weight(table, place - 1))
        self._add(table.rows[:SHOWN_ROWS], 1)
        self.more: QPushButton | None = None
        if len(table.rows) > SHOWN_ROWS:
            self.more = QPushButton(f"展开全部{len(table.rows)}行")
            self.more.setProperty("look", "flat")
            self.more.clicked.connect(self._open)
            self._grid.addWidget(self.more, len(table.rows) + 2, 0, 1, -1, Qt.AlignmentFlag.AlignLeft)

    def _add(self, rows: Sequence[Sequence[str]], first: int) -> None:
        for number, row in enumerate(rows, first):
            for place, cell in enumerate((str(number), *row)):
                self._grid.addWidget(plain_label(soft(cell)), number, place, Qt.AlignmentFlag.AlignTop)

    @Slot()
    def _open(self) -> None:
        if self.more is not None:
            if self.more.hasFocus():
                self.opened.emit()  # else Qt would give the cursor to the next control, and scroll to that
            self.more.hide()
            self.more = None
            self._add(self._table.rows[SHOWN_ROWS:], SHOWN_ROWS + 1)


def _weight(table: Table, column: int) -> int:
    """A column's share of the width: the longest cell of its first rows, within reason."""
    return min(max(len(row[column]) for row in (table.heads, *table.rows[:SHOWN_ROWS])), 24) + 2
