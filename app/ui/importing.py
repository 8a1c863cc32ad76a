"""Opening a file of this program from anywhere: a look at what it holds, then always a new copy among the drafts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.application import Application
from app.drafts import attachments_text, category_labels, facts_now, readable
from app.errors import AppError
from app.store import Facts
from app.ui.background import in_background
from app.ui.desk import Desk
from app.ui.drafts_model import NAMELESS
from app.ui.fitting import fit_screen
from app.ui.theme import emphasised

TITLE = "打开文件"
PATTERNS = "申报数据、压缩包、docx、PDF (*.json *.zip *.docx *.pdf);;所有文件 (*)"
COPY = "打开后另存为一份新的申报，不会改动这个文件，也不会覆盖已有的申报。"


@dataclass(frozen=True)
class Found:
    """What a file holds. ``twin`` is the project of a draft with the same 校验码, if there is one."""

    source: str
    application: Application
    notices: list[str]
    facts: Facts
    twin: str | None


def import_file(desk: Desk, parent: QWidget | None, path: Path) -> str | None:
    """Open a draft file, a bundle, a docx or a PDF as a new draft, after the person has seen what it holds; the draft's id or None."""
    try:
        found = in_background(parent, f"正在打开“{path.name}”…", lambda: _read(desk, path), cancel=True)
        if found is None:
            return None
        dialog = PreviewDialog(found, path.name, parent)
        agreed = bool(dialog.exec())
        dialog.deleteLater()
        if not agreed:
            return None
        return in_background(parent, "正在存入…", lambda: desk.store.create(found.application, None, found.facts))
    except AppError as error:
        desk.messages.alarm(parent, TITLE, error.message)
        return None


def _read(desk: Desk, path: Path) -> Found:
    """Everything that the preview shows. Runs beside the window; raises AppError."""
    from app.opening.openers import open_application

    opened = open_application(path, *desk.call_folders)
    missing = _let_go_of_unreadable(opened.application)
    facts = facts_now(opened.application, desk.today())
    twin = next((entry.project for entry in desk.store.summaries() if entry.code == facts.code), None)
    notices = list(dict.fromkeys([*opened.notices, *opened.application.notices, *missing]))
    return Found(opened.source.value, opened.application, notices, facts, twin)


def _let_go_of_unreadable(application: Application) -> list[str]:
    """Keep of an attachment that cannot be read only its name, so that the rest of the file can be opened; a notice for each."""
    notices: list[str] = []
    for place, entry in enumerate(application.attachments):
        try:
            entry.sha256()
        except AppError as error:
            application.attachments[place] = replace(entry, path=None, digest="")
            notices.append(error.message)
    return notices


class PreviewDialog(QDialog):
    """What the file holds, in short, with what is odd about it."""

    def __init__(self, found: Found, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(TITLE)
        self.rows = overview(found, name)
        inside = QWidget()
        column = QVBoxLayout(inside)
        for notice in [*found.notices, *_twin(found)]:  # there may be one for each attachment
            column.addWidget(_banner(notice))
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for label, text in self.rows:
            head = _plain(label)
            head.setWordWrap(False)
            head.setProperty("look", "muted")
            body = _plain(text)
            body.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            form.addRow(head, body)
        column.addLayout(form, 1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName("文件内容")
        heading = _plain("这个文件里有一份申报：")
        heading.setFont(emphasised(self.font(), 1.1, bold=True))
        self.buttons = QDialogButtonBox()
        self.take = self.buttons.addButton("打开为新的一份", QDialogButtonBox.ButtonRole.AcceptRole)
        self.take.setProperty("look", "primary")
        self.take.setDefault(True)
        self.buttons.addButton("取消", QDialogButtonBox.ButtonRole.RejectRole)
        layout = QVBoxLayout(self)
        layout.addWidget(heading)
        layout.addWidget(area, 1)
        copy = _plain(COPY)
        copy.setProperty("look", "muted")
        layout.addWidget(copy)
        layout.addWidget(self.buttons)
        self.resize(680, 480)
        fit_screen(self)
        self._connect()

    def _connect(self) -> None:
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)


def overview(found: Found, name: str) -> list[tuple[str, str]]:
    """The preview's rows: label and text."""
    application, facts = found.application, found.facts
    label = category_labels([application.call]).get((facts.call, facts.category), "（未选）")
    problems = "，".join(part for part in (_count(facts.errors, "处错误"), _count(facts.warnings, "处提醒")) if part)
    return [
        ("文件", f"{name}（{found.source}）"),
        ("通知", application.call.title),
        ("申报书", application.form.short_title),
        ("项目类型", label),
        ("申报单位", facts.unit or "（空）"),
        ("项目名称", facts.project or "（空）"),
        ("完成情况", f"已填{facts.filled}/{facts.required}项，共{len(readable(application))}项有内容"),
        ("检查结果", problems or "没有错误"),
        ("附件", attachments_text(application.form, application.attachments) or "没有"),
        ("校验码", facts.code),
    ]


def _count(number: int, unit: str) -> str:
    return f"{number}{unit}" if number else ""


def _twin(found: Found) -> list[str]:
    return [] if found.twin is None else [f"“我的申报”里已有内容完全相同的一份：{found.twin or NAMELESS}"]


def _banner(text: str) -> QFrame:
    frame = QFrame()
    frame.setProperty("look", "banner-warning")
    layout = QVBoxLayout(frame)
    layout.addWidget(_plain(text))
    return frame


def _plain(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
