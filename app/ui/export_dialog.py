"""The export under way and what it made: progress and cancel, then the files, printing and the e-mail."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.application import Application
from app.errors import AppError
from app.export import names
from app.export.job import Exported
from app.handover import letter
from app.session import Session
from app.ui.attachment_card import plain_label
from app.ui.desk import Desk
from app.ui.export_worker import Job, Work
from app.ui.handover import FilesBox, MailBox
from app.ui.printing import ProgressBox, print_pdf
from app.ui.quiet_dialog import QuietDialog
from app.ui.theme import emphasised


def existing(application: Application, folder: Path, *, draft: bool) -> list[str]:
    """The names of the files that an export would replace. Raises AppError where the folder's path is too long for the bundle."""
    wanted = [names.DRAFT_PDF, names.DRAFT_DOCX] if draft else [names.PDF, names.DOCX, names.zip_name(application, folder), names.MAIL]
    return [name for name in wanted if os.path.lexists(folder / name)]


def exporting(desk: Desk, draft_id: str, session: Session, folder: Path, *, draft: bool, force: bool) -> Work:
    """Work that exports the session's present state and notes a final export in the draft."""
    # a copy: the session goes on living in the window's thread
    application = replace(session.application, values=copy.deepcopy(session.application.values))
    application.attachments = list(application.attachments)
    today, peers = desk.today(), list(session.peers)

    def work(progress: Callable[[str, float], None], cancelled: Callable[[], bool]) -> Exported:
        from app.export.job import export

        desk.autosave.flush()
        made = export(
            application, folder, draft=draft, force=force, today=today, progress=progress, cancelled=cancelled, peers=peers
        )  # fmt: skip
        if draft:
            return made
        try:
            desk.store.mark_exported(draft_id, made.code)
        except AppError as error:
            return replace(made, notices=(*made.notices, f"文件已导出，但草稿里没能记下这次导出：{error.message}"))
        return made

    return work


class ExportDialog(QuietDialog):
    """Made for one export. ``exported`` is what it made, None as long as it made nothing."""

    def __init__(self, desk: Desk, draft_id: str, session: Session, folder: Path, *, draft: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.draft_id, self.session, self.folder, self.draft = desk, draft_id, session, folder, draft
        self.exported: Exported | None = None
        self.files: FilesBox | None = None
        self.mail: MailBox | None = None
        self._job: Job | None = None
        self.setWindowTitle("导出草稿" if draft else "导出正式稿")
        self.progress = ProgressBox()
        self.close_button = QPushButton("关闭")
        self.result_page = QWidget()
        self._column = QVBoxLayout(self.result_page)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(self.result_page)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.progress)
        self.stack.addWidget(self._results())
        QVBoxLayout(self).addWidget(self.stack)
        self.resize(self.sizeHint())
        self._connect()

    def _results(self) -> QWidget:
        page = QWidget()
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.close_button)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.area, 1)
        column.addLayout(row)
        return page

    def _connect(self) -> None:
        self.progress.cancel.clicked.connect(self._cancel)
        self.close_button.clicked.connect(self.accept)

    def sizeHint(self) -> QSize:
        """Wide enough for a file's name beside its buttons, within a small screen; a draft has two files and no e-mail."""
        wide = self.fontMetrics().horizontalAdvance("字" * 50)
        return QSize(min(wide, 1000), min(self.fontMetrics().lineSpacing() * (20 if self.draft else 34), 680))

    # --- running ---------------------------------------------------------------------------------------------------------

    def start(self) -> bool:
        """Ask about files that exist, then begin; whether the export runs."""
        try:
            there = existing(self.session.application, self.folder, draft=self.draft)
        except AppError as error:
            self.desk.messages.alarm(self.parentWidget(), self.windowTitle(), error.message)
            return False
        if there:
            listed = "、".join(f"“{name}”" for name in there)
            text = f"文件夹里已经有{listed}，可能是这份申报以前导出的，也可能是别的申报的。要用新导出的替换吗？"
            if not self.desk.messages.confirm(self.parentWidget(), self.windowTitle(), text, "替换"):
                return False
        work = exporting(self.desk, self.draft_id, self.session, self.folder, draft=self.draft, force=bool(there))
        self._job = Job(work, self)
        self._job.progress.connect(self.progress.show_progress)
        self._job.done.connect(self._done)
        self._job.failed.connect(self._failed)
        self._job.cancelled.connect(self._stopped)
        self._job.start()
        return True

    def reject(self) -> None:
        """Esc and the window's cross cancel a running export; the dialog goes when it has stopped."""
        if self._job is not None:
            self._cancel()
        else:
            super().reject()

    @Slot()
    def _cancel(self) -> None:
        if self._job is not None:
            self.progress.show_cancelling()
            self._job.cancel()

    @Slot()
    def _stopped(self) -> None:
        self._job = None
        super().reject()

    @Slot(str)
    def _failed(self, message: str) -> None:
        self._job = None
        self.desk.messages.alarm(self.parentWidget(), self.windowTitle(), message)
        super().reject()

    @Slot(object)
    def _done(self, exported: Exported) -> None:
        self._job = None
        self.show_exported(exported)

    # --- the result ------------------------------------------------------------------------------------------------------

    def show_exported(self, exported: Exported) -> None:
        """Show what was made, now or earlier, and what can be done with it."""
        self.exported = exported
        call = self.session.application.call
        title = plain_label("草稿已导出" if self.draft else "正式稿已导出，尚未报送")
        title.setFont(emphasised(self.font(), 1.3, bold=True))
        pages = f"　共{exported.pages}页（含封面）" if exported.pages else ""
        lines = [title, plain_label(f"校验码 {exported.code}{pages}", "muted"), plain_label(f"文件夹：{exported.pdf.parent}", "muted")]
        if self.draft:
            lines.append(plain_label("草稿带“草稿”水印，只供自己核对、内部讨论，不能用来报送。", "warning"))
        lines += [plain_label(f"! 提醒　{notice}", "warning") for notice in exported.notices]
        self.files = FilesBox(self.desk, exported, call.limits.copies)
        self.files.print_wanted.connect(self._print)
        widgets: list[QWidget] = [*lines, self.files]
        if exported.zip is not None:
            self.mail = MailBox(self.desk, letter(self.session.application, exported.zip), exported)
            widgets.append(self.mail)
        for widget in widgets:
            self._column.addWidget(widget)
        self._column.addStretch(1)
        self.stack.setCurrentIndex(1)
        self.files.print_button.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object, int)
    def _print(self, pdf: Path, copies: int) -> None:
        print_pdf(self.desk, self, pdf, copies)
