"""附件: what the category wants, the files that are there, and the copying of files into the store."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.attachments import Attachment
from app.session import Session
from app.ui.attachment_card import AttachmentCard, plain_label
from app.ui.attachment_jobs import bytes_of, copy_out, size_words, store_all, weigh
from app.ui.attachment_parts import COMMITMENTS, MISSING_RULES, CommitmentsBox, WantedBox, show_problems
from app.ui.desk import Desk
from app.ui.drops import local_files, take_copy
from app.ui.export_worker import Job
from app.ui.page import Page
from app.ui.theme import emphasised
from forms.schema import ATTACHMENT_LIMIT
from forms.shared import ATTACHMENTS

PATIENCE = 30.0
"""Seconds that leaving waits for files that are being copied: the largest one from a slow USB stick."""


class AttachmentsPage(Page):
    """The page ``attachments``; for categories with 应完成以下内容 it asks for these too."""

    changed = Signal()  # the list of attachments is another one, stored and in the session

    def __init__(self, desk: Desk, draft_id: str, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(ATTACHMENTS, session, parent)
        self.desk = desk
        self.draft_id = draft_id
        self.cards: list[AttachmentCard] = []
        self._shown: list[Attachment] = []
        self._order: list[QWidget] = []  # by Tab, as last set
        self._goal: tuple[list[Attachment], int | None, str] | None = None  # what to store next, the row and control to go to
        self._job: Job | None = None
        self._opening: Job | None = None
        self.setAcceptDrops(True)
        self._make()
        self._connect()
        self.refresh()

    # --- properties ------------------------------------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether files are being copied or the list is being stored."""
        return self._job is not None

    # --- building --------------------------------------------------------------------------------------------------------

    def _make(self) -> None:
        self.title = plain_label("附件")
        self.title.setFont(emphasised(self.font(), 1.3, bold=True))
        self.limits = plain_label("", "muted")
        self.add = QPushButton("添加文件(&A)…")
        self.add.setProperty("look", "primary")
        self.drop_hint = plain_label("也可以把文件拖到这里", "muted")
        row = QHBoxLayout()
        row.addWidget(self.add)
        row.addWidget(self.drop_hint, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.area)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(4, 4, 12, 4)
        self.wanted = WantedBox()
        for widget in (self.title, self.wanted, self.limits):
            column.addWidget(widget)
        column.addLayout(row)
        column.addWidget(self._make_progress())
        self.general = plain_label("")
        column.addWidget(self.general)
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        column.addLayout(self._list)
        self.empty = plain_label("还没有附件。", "muted")
        column.addWidget(self.empty)
        entry = self.session.application.form.fields.get(COMMITMENTS)
        self.commitments = CommitmentsBox(entry, self.session) if entry is not None else None
        if self.commitments is not None:
            column.addWidget(self.commitments)
        column.addStretch(1)
        self.area.setWidget(self.body)

    def _make_progress(self) -> QWidget:
        self.progress_row = QWidget()
        self.progress = QProgressBar()
        self.progress.setAccessibleName("添加附件的进度")
        self.progress.setRange(0, 1000)
        self.cancel = QPushButton("取消添加")
        row = QHBoxLayout(self.progress_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.progress, 1)
        row.addWidget(self.cancel)
        self.progress_row.hide()
        return self.progress_row

    def _connect(self) -> None:
        self.add.clicked.connect(self._choose)
        self.cancel.clicked.connect(self._cancel)
        if self.commitments is not None:
            self.commitments.edited.connect(self._ticked)
            self.commitments.left.connect(self._ticks_left)

    # --- showing ---------------------------------------------------------------------------------------------------------

    def refresh(self, changed: AbstractSet[str] | None = None) -> None:
        """Show the session as it is now."""
        if not self.busy:
            self._show(self.session.application.attachments)
        self.wanted.refresh(self.session)
        self._show_limits()
        self._show_problems()
        if self.commitments is not None:
            self.commitments.refresh(self.session)
        self._set_tab_order()

    def await_files(self) -> None:
        """Wait until what is being stored is stored, and let the session have it: before leaving the wizard, or an export."""
        while self._job is not None:
            job = self._job
            if not job.wait(PATIENCE):
                job.cancel()
                job.wait()
            job.catch_up()  # on its end, which starts the next one or clears it
            if self._job is job:
                return

    def focus_field(self, name: str, row: int | None = None, column: str = "") -> None:
        """A row of the attachments, the button for adding, or the first tick."""
        target: QWidget = self.add
        if name == COMMITMENTS and self.commitments is not None:
            target = self.commitments.ticks.main
        elif row is not None and row < len(self.cards):
            target = self.cards[row].role
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.area.ensureWidgetVisible(target)

    def sizeHint(self) -> QSize:
        """Room for some files."""
        return QSize(640, 520)

    def _show(self, attachments: Sequence[Attachment]) -> None:
        self._shown = list(attachments)
        roles = self.session.application.form.attachment_roles
        while len(self.cards) > len(attachments):
            card = self.cards.pop()
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        while len(self.cards) < len(attachments):
            card = AttachmentCard(roles, self.body)
            card.role_chosen.connect(self._set_role)
            card.moved.connect(self._move)
            card.removed.connect(self._remove)
            card.opened.connect(self._open)
            self.cards.append(card)
            self._list.addWidget(card)
        for place, (card, entry) in enumerate(zip(self.cards, attachments, strict=True)):
            card.show_attachment(place, len(attachments), entry)
        self.empty.setVisible(not attachments)

    def _set_tab_order(self) -> None:
        """Cards and ticks are made when they are needed, and what is made late would come last in the whole window. Each is put
        behind the one before it, so that what followed on the page, or beneath it, goes on following."""
        order: list[QWidget] = [self.cancel]
        for card in self.cards:
            order += (card.role, card.open, card.up, card.down, card.remove)
        if self.commitments is not None:
            order += self.commitments.ticks.ticks
        if order != self._order:
            self._order = order
            for first, second in pairwise(order):
                QWidget.setTabOrder(first, second)

    def _show_limits(self) -> None:
        call = self.session.application.call
        used = sum(bytes_of(entry) for entry in self._shown)
        each, whole = size_words(call.limits.attachment_bytes), size_words(call.limits.attachments_bytes)
        text = (
            f"可添加 {'、'.join(call.attachment_types)}；每个不超过{each}，合计不超过{whole}，最多{ATTACHMENT_LIMIT}个。"
            f"现有{len(self._shown)}个，共{size_words(used)}。文件会复制一份存进草稿，原文件可以移走。"
        )
        if self.limits.text() != text:
            self.limits.setText(text)

    def _show_problems(self) -> None:
        found = self.session.problems_of(ATTACHMENTS)
        for place, card in enumerate(self.cards):
            card.show_problems([problem for problem in found if problem.row == place])
        show_problems(self.general, [entry for entry in found if entry.row is None and entry.rule not in MISSING_RULES])

    # --- adding ----------------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files of this machine may be dropped."""
        if local_files(event):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """The same while moving."""
        if local_files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add the dropped files, once the drop is over; the window behind must not open them as drafts."""
        files = local_files(event)
        if files:
            take_copy(event)
            QTimer.singleShot(0, self, lambda: self.add_files(files))  # what it may have to say would hold up the file manager

    @Slot()
    def _choose(self) -> None:
        types = self.session.application.call.attachment_types
        patterns = f"附件 ({' '.join(f'*.{ending}' for ending in types)});;所有文件 (*)"
        self.add_files(self.desk.messages.open_files(self, "添加附件", patterns))

    def add_files(self, files: Sequence[Path]) -> None:
        """Copy files into the store; those that cannot be taken are named with the reason, before anything is copied."""
        if not files:
            return
        if self.busy:
            self.desk.messages.inform(self, "添加附件", "正在存入附件，请等它完成后再添加。")
            return
        taken, refused = weigh(files, self._shown, self.session.application.call)
        if refused:
            self.desk.messages.alarm(self, "添加附件", "下面的文件没有添加：\n" + "\n".join(refused))
        if taken:
            role = self._likely_role()
            self._goal = ([*self._shown, *(Attachment(role, path.name, path=path) for path in taken)], len(self._shown), "role")
            self._start(copying=True)

    def _likely_role(self) -> str:
        """The first demanded role without a file, else the first preferred one; 其他 where the category names none."""
        category = self.session.application.answers_without_files().category
        there = {entry.role for entry in self._shown}
        wanted = [*category.required, *category.preferred] if category else []
        roles = [role.id for role in self.session.application.form.attachment_roles]
        return next((name for name in wanted if name not in there), "other" if "other" in roles else roles[-1])

    # --- changing --------------------------------------------------------------------------------------------------------

    @Slot(int, str)
    def _set_role(self, place: int, role: str) -> None:
        wanted = list(self._shown)
        wanted[place] = replace(wanted[place], role=role)
        self._want(wanted, place, "role")

    @Slot(int, int)
    def _move(self, place: int, by: int) -> None:
        wanted, target = list(self._shown), place + by
        if 0 <= target < len(wanted):
            wanted[place], wanted[target] = wanted[target], wanted[place]
            self._want(wanted, target, "up" if by < 0 else "down")

    @Slot(int)
    def _remove(self, place: int) -> None:
        wanted = list(self._shown)
        name = wanted[place].name
        if self.desk.messages.confirm(self, "移除附件", f"从这份申报里移除“{name}”？原文件不受影响。", "移除"):
            del wanted[place]
            self._want(wanted, min(place, len(wanted) - 1) if wanted else None, "remove")

    def _want(self, attachments: list[Attachment], row: int | None, control: str) -> None:
        """Show and store another list; while one is being stored the newest waits."""
        self._goal = (attachments, row, control)
        self._show(attachments)
        self._focus(row, control)
        if not self.busy:
            self._start(copying=False)

    # --- storing ---------------------------------------------------------------------------------------------------------

    def _start(self, *, copying: bool) -> None:
        assert self._goal is not None
        (attachments, row, control), self._goal = self._goal, None
        self._after = (row, control) if copying else None
        job = Job(store_all(self.desk.store, self.draft_id, attachments), self)
        self._job = job
        self.progress_row.setVisible(copying)
        self.add.setEnabled(not copying)
        for card in self.cards:
            card.setEnabled(not copying)
        self.progress.setValue(0)
        job.progress.connect(self._show_progress)
        job.done.connect(self._stored)
        job.failed.connect(self._not_stored)
        job.cancelled.connect(self._stop)
        job.start()

    @Slot(str, float)
    def _show_progress(self, text: str, fraction: float) -> None:
        self.progress.setValue(round(fraction * 1000))
        self.progress.setFormat(text.replace("%", "%%") if text else "%p%")

    @Slot()
    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    @Slot(object)
    def _stored(self, attachments: list[Attachment]) -> None:
        self._job = None
        if self._goal is not None:
            self._start(copying=False)
            return
        self._stop()
        self.session.attach(attachments)
        self.refresh()
        if self._after is not None:
            self._focus(*self._after)
        self.changed.emit()

    @Slot(str)
    def _not_stored(self, message: str) -> None:
        self._goal = None
        self._stop()
        self.desk.messages.alarm(self, "附件没有存好", message)

    @Slot()
    def _stop(self) -> None:
        """Back to rest, showing what the session holds."""
        self._job = None
        self.add.setEnabled(True)
        if self.cancel.hasFocus():
            self.add.setFocus(Qt.FocusReason.OtherFocusReason)  # Qt would choose the first file's role, which the next key changes
        self.progress_row.hide()
        for card in self.cards:
            card.setEnabled(True)
        self.refresh()

    def _focus(self, row: int | None, control: str) -> None:
        if not self.isVisible():
            return
        if row is None or row >= len(self.cards):
            self.add.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        card = self.cards[row]
        card.focus_control(control)
        self.area.ensureWidgetVisible(card)

    # --- looking at a file -----------------------------------------------------------------------------------------------

    @Slot(int)
    def _open(self, place: int) -> None:
        """Open a copy in the program that the system has for it."""
        if self._opening is not None:
            return
        self._opening = Job(copy_out(self._shown[place]), self)
        self._opening.done.connect(self._opened)
        self._opening.failed.connect(self._not_opened)
        self._opening.start()

    @Slot(object)
    def _opened(self, path: Path) -> None:
        self._opening = None
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self.desk.messages.alarm(self, "打开附件", "这台电脑没有能打开这类文件的程序。")

    @Slot(str)
    def _not_opened(self, message: str) -> None:
        self._opening = None
        self.desk.messages.alarm(self, "打开附件", message)

    # --- 应完成以下内容 ------------------------------------------------------------------------------------------------------

    @Slot(object)
    def _ticked(self, value: object) -> None:
        self.edited.emit(COMMITMENTS, value)

    @Slot()
    def _ticks_left(self) -> None:
        self.left.emit(COMMITMENTS)
