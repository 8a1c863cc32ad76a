"""帮助: topics on the left, their words on the right, and a search through all of them as one types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QColor, QFont, QGuiApplication, QKeySequence, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMainWindow,
    QMenu,
    QPushButton,
    QSplitter,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.about import COMPONENTS, licence_text, versions
from app.help_texts import EVERYWHERE, Key, Passage, Rank, Topic, topics
from app.ui.backups import BackupsPanel
from app.ui.desk import Desk
from app.ui.quiet_dialog import QuietDialog
from app.ui.reading_text import ReadingBrowser
from app.ui.search_line import SearchLine
from app.ui.theme import current, emphasised
from app.ui.welcome import PRIVACY, STEPS
from forms.call import Call

ALIASES = {"sections": "sections/party"}
"""Topics that are asked for by a wider name."""
MOST_MARKS = 500
"""Matches marked on one page: a single common character has hundreds, and marking them all helps nobody."""
WHOLE_LIST = "（清单）"


class HelpWindow(QuietDialog):
    """A window of its own beside the work; Esc closes it."""

    restored = Signal()  # a backup was brought back

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("使用帮助")
        call = desk.calls()[0][0]
        self._topics = topics(call, _start(call), menu_keys(parent), desk.store.folder.root)
        self._full = ""
        self._make_left()
        self._make_right(desk)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.left)
        splitter.addWidget(self.right)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([300, 700])
        splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.addWidget(splitter)
        self.resize(1020, 640)
        self._later = QTimer(self, interval=0, singleShot=True)
        self._connect()
        self._filter("")
        self.list.setCurrentRow(0)
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- properties ------------------------------------------------------------------------------------------------------

    @property
    def topic(self) -> Topic:
        """The page that is shown."""
        return self._topics[self.list.currentRow()]

    # --- building --------------------------------------------------------------------------------------------------------

    def _make_left(self) -> None:
        self.search = SearchLine("在帮助里查找")
        label = QLabel("查找(&F)：")
        label.setBuddy(self.search)
        self.found = QLabel()
        self.found.setProperty("look", "muted")
        self.found.setWordWrap(True)
        self.list = QListWidget()
        self.list.setAccessibleName("帮助目录")
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for topic in self._topics:
            self.list.addItem(QListWidgetItem(topic.title))
        self.left = QWidget()
        column = QVBoxLayout(self.left)
        column.setContentsMargins(0, 0, 6, 0)
        for widget in (label, self.search, self.found):
            column.addWidget(widget)
        column.addWidget(self.list, 1)

    def _make_right(self, desk: Desk) -> None:
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        self.page = ReadingBrowser("帮助内容")
        self.backups = BackupsPanel(desk)
        self._feet = {"data": self.backups, "about": self._about_foot(), "licences": self._licences_foot()}
        self.right = QWidget()
        column = QVBoxLayout(self.right)
        column.setContentsMargins(6, 0, 0, 0)
        column.addWidget(self.title)
        column.addWidget(self.page, 1)
        for foot in self._feet.values():
            column.addWidget(foot)
            foot.hide()

    def _about_foot(self) -> QWidget:
        self.copy = QPushButton("复制版本信息(&C)")
        self.copy.setAutoDefault(False)
        return _row(self.copy)

    def _licences_foot(self) -> QWidget:
        self.licence = QComboBox()
        self.licence.addItems([WHOLE_LIST, *(component.name for component in COMPONENTS)])
        label = QLabel("全文(&L)：")
        label.setBuddy(self.licence)
        return _row(label, self.licence)

    def _connect(self) -> None:
        self.search.sought.connect(self._filter)
        self.search.returnPressed.connect(self.find_next)
        self.list.currentRowChanged.connect(self._turn)
        self.licence.currentIndexChanged.connect(self._show_licence)
        self.copy.clicked.connect(self._copy_versions)
        self.backups.restored.connect(self.restored)
        self._later.timeout.connect(self._rewrite)

    # --- methods ---------------------------------------------------------------------------------------------------------

    def show_topic(self, topic: str) -> None:
        """Turn to a topic by its id; an unknown one is the first page."""
        wanted = ALIASES.get(topic, topic)
        rows = [row for row, entry in enumerate(self._topics) if entry.id == wanted]
        self.search.clear()
        self.list.setCurrentRow(rows[0] if rows else 0)

    def _write(self) -> None:
        """The page's words with their ranks; everything is inserted as plain text."""
        topic = self.topic
        self.title.setText(topic.title)
        self.title.setFont(emphasised(self.font(), 1.3, bold=True))
        self.page.clear()
        passages = (Passage(Rank.TEXT, self._full),) if self._full else topic.passages
        self.page.setTabStopDistance(self._column(passages))
        cursor = QTextCursor(self.page.document())
        cursor.beginEditBlock()
        for place, passage in enumerate(passages):
            if place:
                cursor.insertBlock()
            cursor.setBlockFormat(_spacing(passage.rank, self.fontMetrics().lineSpacing(), first=not place))
            cursor.insertText(passage.text, _ink(passage.rank, self.font()))
        cursor.endEditBlock()
        self.page.moveCursor(QTextCursor.MoveOperation.Start)
        self.page.verticalScrollBar().setValue(0)

    def _column(self, passages: tuple[Passage, ...]) -> float:
        """The width of the first column of the page's tables, in pixels, so that all of them stand in line."""
        heads = [line.split("\t")[0] for passage in passages for line in passage.text.split("\n") if "\t" in line]
        metrics = self.page.fontMetrics()
        widest = max((metrics.horizontalAdvance(head) for head in heads), default=metrics.horizontalAdvance("汉") * 2)
        return float(min(widest, self.page.width() // 2) + metrics.horizontalAdvance("汉"))

    def _matches(self) -> Iterator[QTextCursor]:
        """Every place of the page that the search finds, from the top."""
        words = self.search.text().strip()
        cursor = QTextCursor(self.page.document())
        while words and not (cursor := self.page.document().find(words, cursor)).isNull():
            yield cursor

    def _mark(self) -> None:
        """Mark what the search finds on the page, and bring the first place into view."""
        colours = current()
        marks: list[QTextEdit.ExtraSelection] = []
        for _, cursor in zip(range(MOST_MARKS), self._matches(), strict=False):
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(cursor)  # pyright: ignore[reportAttributeAccessIssue]
            mark.format.setBackground(QColor(colours.selection))  # pyright: ignore[reportAttributeAccessIssue]
            mark.format.setForeground(QColor(colours.text))  # pyright: ignore[reportAttributeAccessIssue]
            marks.append(mark)
        self.page.setExtraSelections(marks)
        if marks:
            self._go_to(marks[0].cursor)  # pyright: ignore[reportAttributeAccessIssue]

    def _go_to(self, place: QTextCursor) -> None:
        """Select a match; its line comes into view."""
        self.page.setTextCursor(place)
        self.page.ensureCursorVisible()

    def _shown_rows(self) -> list[int]:
        return [row for row in range(self.list.count()) if not self.list.item(row).isHidden()]

    # --- slots -----------------------------------------------------------------------------------------------------------

    @Slot(str)
    def _filter(self, text: str) -> None:
        """Leave the topics that hold the words, each with how often."""
        words = text.strip().casefold()
        for row, topic in enumerate(self._topics):
            times = topic.text.casefold().count(words) if words else 0
            self.list.item(row).setText(f"{topic.title}（{times}处）" if times else topic.title)
            self.list.item(row).setHidden(bool(words) and not times)
        rows = self._shown_rows()
        self.found.setText("" if not words else f"{len(rows)}个主题里有" if rows else "没有找到，请换个词")
        self.found.setVisible(bool(words))
        if rows and self.list.currentRow() not in rows:
            self.list.setCurrentRow(rows[0])
        else:
            self._mark()

    @Slot()
    def find_next(self) -> None:
        """Enter: the next place on this page, then the next topic that has one."""
        self.search.composition.keep()
        here = self.page.textCursor()
        after = next((cursor for cursor in self._matches() if cursor.selectionStart() >= here.selectionEnd()), None)
        if after is not None:
            self._go_to(after)
            return
        rows = self._shown_rows()
        if self.search.text().strip() and rows:
            later = [row for row in rows if row > self.list.currentRow()]
            if (later or rows)[0] == self.list.currentRow():
                self._mark()
            self.list.setCurrentRow((later or rows)[0])

    @Slot(int)
    def _turn(self, row: int) -> None:
        """Another topic."""
        if row < 0:
            return
        if self.topic.id == "data":
            self.backups.refresh()
        for topic, foot in self._feet.items():
            foot.setVisible(topic == self.topic.id)
        self._full = ""
        blocked = self.licence.blockSignals(True)
        self.licence.setCurrentIndex(0)
        self.licence.blockSignals(blocked)
        self._write()
        self._mark()

    @Slot(int)
    def _show_licence(self, index: int) -> None:
        """One licence in full, or the list again."""
        self._full = licence_text(COMPONENTS[index - 1]) if index else ""
        self._rewrite()

    @Slot()
    def _copy_versions(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(f"{name} {number}" for name, number in versions()))

    @Slot()
    def _rewrite(self) -> None:
        self._write()
        self._mark()

    def changeEvent(self, event: QEvent) -> None:
        """Sizes and inks on the page are set by hand, so a change of the look writes it again: afterwards, since Qt gives the widgets
        within their fonts back while it changes the style."""
        super().changeEvent(event)
        changes = (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange)
        if event.type() in changes and hasattr(self, "_later"):
            self._later.start()


def menu_keys(window: QWidget | None) -> list[Key]:
    """The shortcuts of the window's menus, read from the menus."""
    if not isinstance(window, QMainWindow):
        return []
    found: list[Key] = []
    for entry in window.menuBar().actions():
        menu = cast("QMenu | None", entry.menu())
        for action in menu.actions() if menu else []:
            if not action.shortcut().isEmpty():
                found.append(Key(EVERYWHERE, action.shortcut().toString(QKeySequence.SequenceFormat.NativeText), _words(action)))
    return found


def _words(action: QAction) -> str:
    """A menu entry's words without its mnemonic and dots."""
    text = action.text().rstrip("…")
    before, mark, after = text.partition("(&")
    return before + after[2:] if mark else text


def _start(call: Call) -> list[tuple[str, str]]:
    steps = [(heading, text.format(copies=call.limits.copies)) for heading, text in STEPS]
    return [*steps, ("只在本机", PRIVACY), ("找不到怎么办", "在左上角查找任何词；也可以按F1随时回到这里。")]


def _row(*widgets: QWidget) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    return row


def _ink(rank: Rank, font: QFont) -> QTextCharFormat:
    ink = QTextCharFormat()
    if rank is Rank.HEADING:
        ink.setFont(emphasised(font, 1.15, bold=True))
    elif rank is Rank.FIELD:
        ink.setFont(emphasised(font, 1.0, bold=True))
    return ink


def _spacing(rank: Rank, line: int, *, first: bool) -> QTextBlockFormat:
    """Room above headings and fields, none above the page's first line; 1.25 lines apart."""
    block = QTextBlockFormat()
    above = {Rank.HEADING: line * 0.9, Rank.FIELD: line * 0.45, Rank.TEXT: line * 0.15}
    block.setTopMargin(0 if first else above[rank])
    block.setLineHeight(120, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    return block
