"""我的申报: the call, the drafts with all that can be done to them, and the ways to begin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QMenu, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.drafts import clean_profile, is_sample, profile_of
from app.errors import AppError
from app.store import Summary
from app.ui.actions import add_action
from app.ui.call_card import CallCard
from app.ui.desk import Desk
from app.ui.drafts_model import NAMELESS, DraftList
from app.ui.importing import PATTERNS
from app.ui.search_line import SearchLine
from app.ui.strip import Strip
from app.ui.theme import emphasised
from app.ui.welcome import SAMPLE_CATEGORY, WelcomePanel, open_sample
from forms.checks.base import quoted

Dialog = TypeVar("Dialog", bound=QDialog)
TITLE = "我的申报"
OFFERED = "profile.offered"
"""Setting: the person does not want the unit's data to be taken from an application, and is not asked again."""
LOW, NARROW = 25, 60
"""Below this many lines, or characters in a line, the page has its compact form."""
LIST_PAGE, WELCOME_PAGE, NOTHING_PAGE = range(3)


class HomePage(QWidget):
    """The first page of the window."""

    open_draft = Signal(str)
    export_draft = Signal(str)
    show_versions = Signal(str)
    open_file = Signal(object)  # Path
    show_help = Signal(str)  # topic

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._partial = False  # as long as only the newest drafts are shown
        self._begun = ""  # a draft made here: the current one when the person comes back
        self._calls, self._trouble = desk.calls()
        self.card = CallCard(self._calls[0])
        self.recovery = Strip("banner-warning")
        self.strip = Strip("banner-note")
        self.list = DraftList(self._calls, desk.today, "申报列表，最近保存的在前")
        self.welcome = WelcomePanel(self._calls[0])
        self._make_head()
        self._make_actions()
        self._lay_out()
        self._connect()
        self._show(*desk.store.newest())
        if self._partial:
            QTimer.singleShot(0, self, self._show_rest)  # the window is on the screen by then

    # --- properties ------------------------------------------------------------------------------------------------------

    @property
    def current(self) -> Summary | None:
        """The draft that the buttons and keys act on."""
        return self.list.summary() if self.stack.currentIndex() == LIST_PAGE else None

    # --- building --------------------------------------------------------------------------------------------------------

    def _make_head(self) -> None:
        self.heading = QLabel(TITLE)
        self.heading.setFont(emphasised(self.font(), 1.15, bold=True))
        self.count = QLabel()
        self.count.setProperty("look", "muted")
        self.search = SearchLine("搜索（项目、单位、类别、状态、校验码）")
        self.search.setAccessibleName("搜索申报")
        self.search.setMaxLength(200)
        policy = self.search.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # else the buttons beside it would swell
        self.search.setSizePolicy(policy)
        self.new_button = QPushButton("新建申报…")
        self.new_button.setProperty("look", "primary")
        self.open_button = QPushButton("打开文件…")
        self.open_button.setToolTip("申报数据、报送压缩包、导出的docx或PDF；也可以拖到窗口上")
        self.profile_button = QPushButton("单位信息…")
        self.bin_button = QPushButton()

    def _make_actions(self) -> None:
        """Everything that can be done to a draft, once: for the buttons, the context menu and the keys."""
        self.open_action = add_action(self.list, "打开(&O)", "", self._open)
        self.copy_action = add_action(self.list, "复制一份(&C)", "Ctrl+D", self.duplicate)
        self.export_action = add_action(self.list, "检查与导出(&E)", "", self._export)
        self.versions_action = add_action(self.list, "历史版本(&L)…", "", self._versions)
        self.adopt_action = add_action(self.list, "存为单位信息(&U)", "", self.adopt_profile)
        self.bin_action = add_action(self.list, "移入回收站(&B)", "Del", self.move_to_bin)
        self._actions = [
            self.open_action, self.copy_action, self.export_action, self.versions_action, self.adopt_action, self.bin_action,
        ]  # fmt: skip
        for action in self._actions:
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        for widget in (self.heading, self.count):
            head.addWidget(widget)
        head.addWidget(self.search, 1)
        for button in (self.new_button, self.open_button, self.profile_button, self.bin_button):
            head.addWidget(button)
        self.nothing = QLabel()
        self.nothing.setTextFormat(Qt.TextFormat.PlainText)
        self.nothing.setWordWrap(True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stack = QStackedWidget()
        for page in (self.list, self.welcome, self.nothing):
            self.stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        for widget in (self.card, self.recovery, self.strip):
            layout.addWidget(widget)
        layout.addLayout(head)
        layout.addWidget(self.stack, 1)
        layout.addWidget(self._foot())

    def _foot(self) -> QWidget:
        self.foot = QWidget()
        row = QHBoxLayout(self.foot)
        row.setContentsMargins(0, 0, 0, 0)
        self.foot_buttons = {action: QPushButton(action.text()) for action in self._actions if action is not self.adopt_action}
        for action, button in self.foot_buttons.items():
            if keys := action.shortcut().toString(QKeySequence.SequenceFormat.NativeText):
                button.setToolTip(f"在列表里按 {keys}")
            button.clicked.connect(action.trigger)
            if action is self.bin_action:
                row.addStretch(1)
            row.addWidget(button)
        return self.foot

    def _connect(self) -> None:
        self.card.show_help.connect(self.show_help)
        self.search.sought.connect(self._search)
        self.search.returnPressed.connect(self._to_list)
        self.list.opened.connect(self.open_draft)
        self.list.moved.connect(self._enable)
        self.list.customContextMenuRequested.connect(self._menu)
        self.new_button.clicked.connect(self.new_application)
        self.open_button.clicked.connect(self._choose_file)
        self.profile_button.clicked.connect(self.edit_profile)
        self.bin_button.clicked.connect(self.show_bin)
        self.welcome.begin.connect(self.new_application)
        self.welcome.profile.connect(self.edit_profile)
        self.welcome.look.connect(self._open_sample)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self).activated.connect(self._to_search)
        down = QShortcut(QKeySequence(Qt.Key.Key_Down), self.search)
        down.setContext(Qt.ShortcutContext.WidgetShortcut)
        down.activated.connect(self._to_list)

    # --- methods ---------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the drafts as they are now; the current one and the place in the list stay."""
        try:
            drafts, binned = self.desk.store.summaries(), len(self.desk.store.summaries(binned=True))
        except AppError as error:  # what is shown is better than nothing
            self.strip.say(error.message)
            return
        self._show(drafts, len(drafts), binned)

    def _show(self, drafts: Sequence[Summary], total: int, binned: int) -> None:
        self._partial = len(drafts) < total
        self.card.refresh(self.desk.today())
        self.list.show_drafts(drafts)
        if self._begun and self.list.select(self._begun):
            self._begun = ""
        self.bin_button.setText(f"回收站（{binned}）…" if binned else "回收站…")
        self._settle()

    @Slot()
    def _show_rest(self) -> None:
        """Of a very long list only the newest drafts are there from the first moment."""
        if self._partial:
            self.refresh()

    def after_start(self) -> None:
        """Say what recovery did, and what is wrong with a call file; put the cursor where one begins."""
        said = [*self.desk.store.notices, *([self._trouble] if self._trouble else [])]
        if said:
            self.recovery.say("\n".join(said), "查看备份…", lambda: self.show_help.emit("data"))
        self._offer_profile()
        self._focus()

    def new_application(self) -> None:
        """Choose a form and a category and begin."""
        from app.ui.new_application import NewApplicationDialog

        dialog = self._opened(lambda: NewApplicationDialog(self.desk, self))
        if dialog is not None:
            dialog.accepted.connect(lambda: self._open_begun(dialog.draft_id))

    def edit_profile(self) -> None:
        """单位信息."""
        from app.ui.profile import ProfileDialog  # late: it brings all editors

        dialog = self._opened(lambda: ProfileDialog(self.desk, self))
        if dialog is not None:
            dialog.accepted.connect(lambda: self.strip.say("单位信息已保存，以后新建的申报会自动带入。"))

    def show_bin(self) -> None:
        """回收站."""
        from app.ui.bin import BinDialog

        dialog = self._opened(lambda: BinDialog(self.desk, self))
        if dialog is not None:
            dialog.finished.connect(lambda: self._bin_closed(dialog.changed))

    def _opened(self, make: Callable[[], Dialog]) -> Dialog | None:
        """A dialog over the window, gone when it is closed; None where the store does not allow it."""
        try:
            dialog = make()
        except AppError as error:
            self.desk.messages.alarm(self, TITLE, error.message)
            return None
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def duplicate(self) -> None:
        """A copy of the current draft, which becomes the current one."""
        summary = self.current
        copies: list[str] = []
        if summary is not None and self._do(lambda: copies.append(self.desk.store.duplicate(summary.id))):
            self.search.clear()
            self.refresh()
            self.list.select(copies[0])
            self.strip.say(f"已复制{quoted(summary.project or NAMELESS)}，新的一份在列表最前面。")

    def move_to_bin(self) -> None:
        """Put the current draft away, with a way back."""
        summary = self.current
        if summary is not None and self._do(lambda: self.desk.store.bin(summary.id)):
            self.refresh()
            name = quoted(summary.project or NAMELESS)
            self.strip.say(f"已把{name}移入回收站。", "撤销", lambda: self._take_back(summary.id))

    def adopt_profile(self) -> None:
        """Make the current draft's unit the one that new applications are for."""
        summary = self.current
        if summary is None:
            return
        from app.ui.profile import unit_line

        known = clean_profile(self.desk.store.profile())
        words = f"现有的单位信息（{unit_line(known)}）会被“{summary.unit}”的替换。要替换吗？"
        if not known or self.desk.messages.confirm(self, TITLE, words, "替换"):
            self._adopt(summary.id)

    # --- slots and steps -------------------------------------------------------------------------------------------------

    def _do(self, work: Callable[[], object]) -> bool:
        """Carry out a change in the store; whether it was done."""
        try:
            work()
        except AppError as error:
            self.desk.messages.alarm(self, TITLE, error.message)
            return False
        return True

    def _bin_closed(self, changed: bool) -> None:
        """The list anew; what was said of a draft in the bin, and its 撤销, may hold no more."""
        if changed:
            self.strip.hide()
        self.refresh()

    def _take_back(self, draft_id: str) -> None:
        if self._do(lambda: self.desk.store.restore(draft_id)):
            self.refresh()
            self.list.select(draft_id)
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _adopt(self, draft_id: str) -> None:
        def adopt() -> None:
            application = self.desk.store.load(draft_id, *self.desk.call_folders).application
            self.desk.store.set_profile(clean_profile(profile_of(application)))

        if self._do(adopt):
            self.strip.say("已存为单位信息，以后新建的申报会自动带入。", "查看…", self.edit_profile)

    def _offer_profile(self) -> None:
        """As long as there is no profile, the newest application's unit may become it; samples are fictitious and do not count."""
        real = [entry for entry in self.list.drafts.shown[:20] if entry.unit and not is_sample(entry.project)]
        busy = not self.strip.isHidden() or not self.recovery.isHidden()
        if not real or busy or clean_profile(self.desk.store.profile()) or self.desk.store.setting(OFFERED):
            return
        text = f"要把“{real[0].unit}”存为单位信息，供以后的申报自动带入吗？"
        self.strip.say(text, "存为单位信息", lambda: self._adopt(real[0].id), "不用", self._decline_profile)

    def _decline_profile(self) -> None:
        self._do(lambda: self.desk.store.set_setting(OFFERED, True))

    @Slot()
    def _open_sample(self) -> None:
        made: list[str] = []
        call = self._calls[0]
        category = call.category(SAMPLE_CATEGORY) or call.categories[0]
        if self._do(lambda: made.append(open_sample(self.desk.store, call, category.form, category.id, self.desk.today))):
            self._open_begun(made[0])

    def _open_begun(self, draft_id: str) -> None:
        self._begun = draft_id
        self.search.clear()  # what was searched before would hide it from who comes back
        self.open_draft.emit(draft_id)

    @Slot()
    def _choose_file(self) -> None:
        path = self.desk.messages.open_file(self, "打开", PATTERNS)
        if path is not None:
            self.open_file.emit(path)

    @Slot(str)
    def _search(self, text: str) -> None:
        self._show_rest()  # what is sought may be there
        self.list.search(text)
        self._settle()

    @Slot()
    def _to_list(self) -> None:
        self.search.composition.keep()  # what stands in it may leave nothing in the list
        if self.list.drafts.shown:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _to_search(self) -> None:
        self.search.composition.keep()
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    @Slot(QPoint)
    def _menu(self, place: QPoint) -> None:
        if self.current is None:
            return
        menu = QMenu(self)
        menu.addActions(self._actions)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.list.viewport().mapToGlobal(place))

    def _open(self) -> None:
        if self.current is not None:
            self.open_draft.emit(self.current.id)

    def _export(self) -> None:
        if self.current is not None:
            self.export_draft.emit(self.current.id)

    def _versions(self) -> None:
        if self.current is not None:
            self.show_versions.emit(self.current.id)

    def _settle(self) -> None:
        """Show the list, or what stands in its place, and what can be done now."""
        total, shown = self.list.drafts.total, len(self.list.drafts.shown)
        page = LIST_PAGE if shown else NOTHING_PAGE if total else WELCOME_PAGE
        self.stack.setCurrentIndex(page)
        self.nothing.setText(f"没有找到与“{self.search.text().strip()}”相符的申报。可以换个词，或清空搜索框。")
        count = f"{shown} / {total} 份" if shown != total else f"{total} 份"
        self.count.setText("" if self._partial else count)
        for widget in (self.count, self.search, self.foot, self.new_button, self.profile_button):
            widget.setVisible(total > 0)  # the welcome page has its own buttons
        self._enable()

    def showEvent(self, event: QShowEvent) -> None:
        """Coming back from a draft, the keys go to the list at once."""
        super().showEvent(event)
        if not event.spontaneous():
            self._focus()

    def changeEvent(self, event: QEvent) -> None:
        """Who left the window open comes back to the days that are left now."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.card.refresh(self.desk.today())

    def _focus(self) -> None:
        found = self.search if self.list.drafts.total else self.welcome.begin_button
        (self.list if self.list.drafts.shown else found).setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A low or narrow window, or large type, leaves the room to the drafts."""
        self.card.set_compact(self.height() < LOW * self.fontMetrics().height())
        self.heading.setVisible(self.width() >= NARROW * self.fontMetrics().horizontalAdvance("国"))
        super().resizeEvent(event)

    @Slot()
    def _enable(self) -> None:
        current = self.current
        able = current is not None
        for action in self._actions:
            action.setEnabled(able)
        self.adopt_action.setEnabled(current is not None and current.unit != "")
        for button in self.foot_buttons.values():
            button.setEnabled(able)
