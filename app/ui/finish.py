"""检查与导出: everything to read through once more, the problems, the declarations, the export, and what remains to be done."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app import handover
from app.errors import AppError
from app.session import REVIEW_PAGE, Session
from app.ui.attachment_card import plain_label
from app.ui.choice_editors import Tick
from app.ui.desk import Desk
from app.ui.export_bar import ExportBar, obstacle
from app.ui.export_dialog import ExportDialog
from app.ui.handover import StepsBox
from app.ui.page import Page, lay_out
from app.ui.problems import ProblemsPanel
from app.ui.review import Content, SectionReview, contents
from app.ui.theme import emphasised
from forms.shared import CONFIRMATIONS

PROBLEMS, READING, DECLARATIONS, STEPS = "问题", "通读全文", "声明", "报送步骤"
SHOWN_PROBLEMS = 4
"""Problems that are in view at once; the rest is scrolled to."""


class FinishPage(Page):
    """The wizard's last page."""

    jump = Signal(str, object, str)  # field or page id, row or None, column id or ""
    touched = Signal()  # what the draft remembers has changed: warnings acknowledged, steps ticked
    exporting = Signal()  # an export is about to begin: the session must hold all that the person has done

    def __init__(self, desk: Desk, draft_id: str, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(REVIEW_PAGE, session, parent)
        self.desk = desk
        self.draft_id = draft_id
        self.exported_code = self._stored_code()
        self.headings: dict[str, QLabel] = {}
        self.declarations: dict[str, QCheckBox] = {}
        self._hints: list[QLabel] = []
        self.reviews: dict[str, SectionReview] = {}
        self._read: dict[str, Content] = {}
        self._unshown: list[str] = []
        self._turn = QTimer(self, interval=0)
        self._make()
        self._connect()
        self.refresh()

    def _stored_code(self) -> str:
        try:
            return self.desk.store.summary(self.draft_id).exported_code
        except AppError:
            return ""  # the draft is being removed; nothing was exported as far as this page can tell

    # --- properties ------------------------------------------------------------------------------------------------------

    @property
    def changed_since_export(self) -> bool:
        """Whether the answers are no longer those of the last final export."""
        return bool(self.exported_code) and self.exported_code != self.session.application.code

    @property
    def complete(self) -> bool:
        """Whether all sections are shown; they are made one after the other, so that the page opens at once."""
        return not self._unshown

    @property
    def spare(self) -> bool:
        """All but a folder chosen here comes from the session."""
        return not self.bar.chosen

    # --- building --------------------------------------------------------------------------------------------------------

    def _make(self) -> None:
        self._column = QVBoxLayout(self.body)
        self._column.setContentsMargins(4, 4, 12, 4)
        self._column.setSpacing(8)
        self._make_head()
        self._make_problems()
        self._heading(READING)
        for section in self.session.pages:
            self.reviews[section.id] = SectionReview(section, self.body)
            self._column.addWidget(self.reviews[section.id])
        self._make_declarations()
        self._make_steps()
        self._column.addStretch(1)
        self.area.setWidget(self.body)
        self.bar = ExportBar(self.desk)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        for widget, stretch in ((self.strip, 0), (self.area, 1), (self.bar, 0)):
            outer.addWidget(widget, stretch)

    def _make_head(self) -> None:
        title = plain_label("检查与导出")
        title.setFont(emphasised(self.font(), 1.3, bold=True))
        self.to = {name: QPushButton(name) for name in (PROBLEMS, READING, DECLARATIONS, STEPS)}
        row = QHBoxLayout()
        for name, button in self.to.items():
            button.setProperty("look", "flat")
            button.setAccessibleName(f"转到“{name}”")
            row.addWidget(button)
        row.addStretch(1)
        self.strip = QFrame()
        self.strip.setProperty("look", "banner-warning")
        self.strip_text = plain_label("", "warning")
        QHBoxLayout(self.strip).addWidget(self.strip_text)
        self._column.addWidget(title)
        self._column.addLayout(row)

    def _heading(self, name: str) -> None:
        label = plain_label(name)
        label.setFont(emphasised(self.font(), 1.15, bold=True))
        self.headings[name] = label
        self._column.addWidget(label)

    def _make_problems(self) -> None:
        self._heading(PROBLEMS)
        self.problems = ProblemsPanel(SHOWN_PROBLEMS)
        if (layout := self.problems.layout()) is not None:
            layout.setContentsMargins(0, 0, 0, 0)
        self.acknowledge = QPushButton("我已阅读以上提醒，继续(&K)")
        self._column.addWidget(self.problems)
        self._column.addWidget(self.acknowledge, 0, Qt.AlignmentFlag.AlignLeft)

    def _make_declarations(self) -> None:
        self._heading(DECLARATIONS)
        card = QFrame()
        card.setProperty("look", "card")
        column = QVBoxLayout(card)
        for name in CONFIRMATIONS:
            entry = self.session.application.form.fields[name]
            box = Tick(entry.label.replace("&", "&&"))
            box.setAccessibleDescription(entry.hint)
            hint = plain_label(entry.hint, "muted")
            self._hints.append(hint)
            column.addWidget(box)
            column.addWidget(hint)
            self.declarations[name] = box
        self._column.addWidget(card)
        self._indent()

    def _indent(self) -> None:
        for hint in self._hints:
            hint.setIndent(self.fontMetrics().horizontalAdvance("字字"))

    def _make_steps(self) -> None:
        self._heading(STEPS)
        self.steps = StepsBox(handover.steps(self.session.application.call))
        self.again = QPushButton("打印、发邮件(&L)…")
        self._column.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addWidget(self.steps)

    def _connect(self) -> None:
        self.problems.jump.connect(self.jump)
        self.acknowledge.clicked.connect(self._acknowledge)
        for name, box in self.declarations.items():
            box.clicked.connect(lambda checked=False, name=name: self.edited.emit(name, checked))
        for review in self.reviews.values():
            review.change.connect(self._change)
        for name, button in self.to.items():
            button.clicked.connect(lambda _checked=False, name=name: self.go_to(name))
        self.steps.ticked.connect(self._ticked)
        self.again.clicked.connect(self._hand_over)
        self.bar.wanted.connect(self._export)
        self._turn.timeout.connect(self._show_next)

    # --- showing ---------------------------------------------------------------------------------------------------------

    def refresh(self, changed: AbstractSet[str] | None = None) -> None:
        """Show the session as it is now; sections that did not change are left alone."""
        below = self._below()
        self._show_problems()
        self._read = contents(self.session)
        self._unshown = [name for name, review in self.reviews.items() if review.content != self._read[name]]
        self._turn.start()
        answers = self.session.application.answers_without_files()
        for name, box in self.declarations.items():
            box.setChecked(answers.flag(name) is True)
        words = handover.changed_words(self.exported_code, self.session.application.code)
        self.strip_text.setText(words)
        self.strip.setVisible(bool(words))
        self._show_steps()
        self._hold(below)
        if changed is None:
            self.bar.suggest(self.session.application, self.exported_code)
        self.bar.refresh(self.session)

    @Slot()
    def _show_next(self) -> None:
        """Show one section more: all of them at once would hold up the window."""
        if self._unshown:
            name = self._unshown.pop(0)
            self.reviews[name].show_content(self._read[name])
        if not self._unshown:
            self._turn.stop()

    def _show_problems(self) -> None:
        self.problems.refresh(self.session)
        self.problems.view.setVisible(bool(self.session.problems))
        self.acknowledge.setVisible(bool(self.session.unacknowledged()))

    def _below(self) -> int:
        """Where on the screen what follows the list of problems begins."""
        return self.headings[READING].mapTo(self, QPoint()).y()

    def _hold(self, below: int) -> None:
        """What is in view stays where it is, also when the strip or the list of problems above it gets another height; ``below`` is where
        that ended."""
        bar = self.area.verticalScrollBar()
        if bar.value() > self.headings[PROBLEMS].y():
            self._lay_out()
            bar.setValue(bar.value() + self._below() - below)

    def _show_steps(self) -> None:
        changed = self.changed_since_export
        exported = bool(self.exported_code)
        done = self.session.memory.steps
        status = handover.status_words(ready=self.session.ready, exported=exported, changed=changed, done=done)
        self.steps.refresh(status, handover.days_words(self.session.application.call, self.session.today), done)
        self.again.setVisible(exported and not changed)

    def focus_field(self, name: str, row: int | None = None, column: str = "") -> None:
        """Put the cursor on a declaration, else at the beginning of the page."""
        target = self.declarations.get(name, self.to[PROBLEMS])
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.area.ensureWidgetVisible(target)

    def go_to(self, name: str) -> None:
        """Bring a part of the page to the top of the view, and the cursor into it: the next Tab goes on from there."""
        while not self.complete:
            self._show_next()
        self._first_of(name).setFocus(Qt.FocusReason.OtherFocusReason)
        self._lay_out()
        self.area.verticalScrollBar().setValue(self.headings[name].y())

    def _lay_out(self) -> None:
        lay_out(self.area, self.problems, self.body, self)

    def _first_of(self, name: str) -> QWidget:
        """What takes the cursor in a part of the page."""
        found: dict[str, QWidget] = {
            PROBLEMS: self.problems.view,
            READING: next(iter(self.reviews.values())).button,
            DECLARATIONS: next(iter(self.declarations.values())),
            STEPS: next(iter(self.steps.boxes.values())) if self.again.isHidden() else self.again,
        }
        return self.to[name] if found[name].isHidden() else found[name]

    def changeEvent(self, event: QEvent) -> None:
        """Another type size needs other indents."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._indent()

    # --- what the person does --------------------------------------------------------------------------------------------

    @Slot(str)
    def _change(self, section: str) -> None:
        self.jump.emit(section, None, "")

    @Slot()
    def _acknowledge(self) -> None:
        self.bar.draft.setFocus(Qt.FocusReason.OtherFocusReason)  # now: from a button that goes Qt would scroll to the next control
        self.session.acknowledge(self.session.unacknowledged())
        self.refresh(set())
        if self.bar.final.isEnabled():
            self.bar.final.setFocus(Qt.FocusReason.OtherFocusReason)
        self.touched.emit()

    @Slot(str, bool)
    def _ticked(self, step: str, done: bool) -> None:
        (self.session.memory.steps.add if done else self.session.memory.steps.discard)(step)
        self._show_steps()
        self.touched.emit()

    @Slot(bool)
    def _export(self, draft: bool) -> None:
        self.exporting.emit()
        if not draft and obstacle(self.session):
            return  # files that were still being stored have changed the checks' answer; the bar says so
        self.desk.autosave.edited(self.draft_id, self.session)
        dialog = ExportDialog(self.desk, self.draft_id, self.session, self.bar.folder, draft=draft, parent=self)
        if dialog.start():
            dialog.exec()
        exported = dialog.exported
        dialog.deleteLater()
        if exported is not None and not draft:
            self._exported(exported.code)

    def _exported(self, code: str) -> None:
        """A final export is done: what was done to an earlier printed version is open again."""
        if code != self.exported_code:
            self.session.memory.steps -= handover.ON_PAPER
        self.exported_code = code
        self.refresh(set())
        self.go_to(STEPS)
        self.touched.emit()

    @Slot()
    def _hand_over(self) -> None:
        """The files of the last final export, where they still are."""
        found = handover.find_exported(self.session.application, self.bar.folder, self.exported_code)
        if found is None:
            text = "上次导出的文件不在这个文件夹里，或者已被改动。请把“导出到”改成上次的文件夹，或重新导出正式稿。"
            self.desk.messages.inform(self, "打印、发邮件", text)
            return
        dialog = ExportDialog(self.desk, self.draft_id, self.session, self.bar.folder, draft=False, parent=self)
        dialog.show_exported(found)
        dialog.exec()
        dialog.deleteLater()
