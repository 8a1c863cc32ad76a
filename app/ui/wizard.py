"""The wizard: outline · page · side panel, over one session. Pages and editors are made from the form's declaration."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from app.session import REVIEW_PAGE, Place, Session
from app.store import Draft
from app.ui.attachments_page import AttachmentsPage
from app.ui.desk import Desk
from app.ui.field_page import FieldPage
from app.ui.finish import FinishPage
from app.ui.guide import GuidePanel
from app.ui.outline import Outline
from app.ui.page import Page
from app.ui.preview import PreviewPanel
from app.ui.problems import ProblemsPanel
from app.ui.wizard_bar import WizardBar
from forms.checks import Level
from forms.shared import ATTACHMENTS

SIDE_DELAY = 120
"""Milliseconds of quiet before the list of problems and the guide follow: they are beside the typing, not under it."""


class Wizard(QWidget):
    """One application being filled in."""

    closed = Signal()  # the person wants to go home
    save_elsewhere = Signal()  # saving fails and the person wants a copy in another place

    def __init__(self, desk: Desk, draft: Draft, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.draft_id = draft.id
        self._draft = draft
        self._last_jump: Place | None = None
        self.session = Session(draft.application, draft.memory, peers=desk.store.peers(draft), today=desk.today)
        self._pages: dict[str, Page] = {}
        self._make_columns()
        self._make_frame()
        self._side_timer = QTimer(self, interval=SIDE_DELAY, singleShot=True)
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._connect()
        self._soon.start()
        self.open_page(self.session.memory.page)
        self._refresh_all()

    # --- properties ------------------------------------------------------------------------------------------------------

    @property
    def page(self) -> Page:
        """The page that is shown, or is about to be."""
        self._open_first()
        return self._pages[self.session.memory.page]

    @property
    def page_ids(self) -> list[str]:
        """All pages in order, 检查与导出 last."""
        return [section.id for section in self.session.pages] + [REVIEW_PAGE]

    # --- building --------------------------------------------------------------------------------------------------------

    def _make_columns(self) -> None:
        self.outline = Outline(self.session)
        self.stack = QStackedWidget()
        self.preview = PreviewPanel()
        self.guide = GuidePanel()
        self.problems = ProblemsPanel()
        self.side = QTabWidget()
        self.side.addTab(self.preview, "打印预览")
        self.side.addTab(self.guide, "指南")
        self.side.addTab(self.problems, "问题")
        self.side.tabBar().setAccessibleName("侧栏：打印预览、指南、问题")
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        for widget in (self.outline, self._middle(), self.side):
            self.splitter.addWidget(widget)
        self.splitter.setSizes([216, 640, 480])
        self.splitter.setStretchFactor(1, 3)
        self.splitter.setStretchFactor(2, 2)
        self.splitter.setChildrenCollapsible(True)

    def _middle(self) -> QWidget:
        self.back = QPushButton("‹ 上一步(&B)")
        self.next = QPushButton("下一步 ›(&N)")
        self.next.setProperty("look", "primary")
        self.position = QLabel()
        self.position.setProperty("look", "muted")
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addStretch(1)
        row.addWidget(self.position)
        row.addStretch(1)
        row.addWidget(self.next)
        middle = QWidget()
        layout = QVBoxLayout(middle)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.addWidget(self.stack, 1)
        layout.addLayout(row)
        return middle

    def _make_frame(self) -> None:
        self.bar = WizardBar(self.desk.autosave, self.draft_id, self._draft.summary.saved)
        self.bar.add_fold("目录", self.outline)
        self.bar.add_fold("预览与指南", self.side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 8)
        layout.addWidget(self.bar)
        layout.addWidget(self.splitter, 1)

    def _connect(self) -> None:
        self.bar.home_wanted.connect(self.closed)
        self.bar.elsewhere_wanted.connect(self.save_elsewhere)
        self.back.clicked.connect(self.go_back)
        self.next.clicked.connect(self.go_on)
        self.outline.chosen.connect(self.open_page)
        self.problems.jump.connect(self.jump)
        self._side_timer.timeout.connect(self._refresh_side)
        self._soon.timeout.connect(self._open_first)
        self.side.currentChanged.connect(self._refresh_side)
        for keys, slot in self._shortcuts():
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    def _shortcuts(self) -> list[tuple[str, Callable[[], object]]]:
        return [
            ("F8", lambda: self._jump_by(1)),
            ("Shift+F8", lambda: self._jump_by(-1)),
            ("Ctrl+PgDown", self.go_on),
            ("Ctrl+PgUp", self.go_back),
        ]

    # --- pages -----------------------------------------------------------------------------------------------------------

    @Slot()
    def _open_first(self) -> None:
        """The first page, a turn after the wizard, which is on the screen by then: neither takes so long that keys would wait for it."""
        if not self._pages:
            self._soon.stop()
            self.open_page(self.session.memory.page)

    @Slot(str)
    def open_page(self, page_id: str) -> None:
        """Show a page, made when it is first needed. What stands in the page before is taken over first."""
        if page_id not in self.page_ids:
            page_id = self.page_ids[0]
        current = self._pages.get(self.session.memory.page)
        if current is not None and current.page_id != page_id:
            current.settle()
        moved = self.session.memory.page != page_id
        self.session.visit(page_id)
        if moved:
            self._hand_over()
        if self._soon.isActive():  # the first page is made a turn later; whoever asks for another before that gets that one alone
            self.outline.select(page_id)
            return
        page = self._pages.get(page_id) or self._make_page(page_id)
        page.refresh()
        self.stack.setCurrentWidget(page)
        self.outline.select(page_id)
        self.outline.refresh(self.session)
        place = self.page_ids.index(page_id)
        self.back.setEnabled(place > 0)
        self.next.setEnabled(place < len(self.page_ids) - 1)
        self.position.setText(f"{place + 1} / {len(self.page_ids)}")
        self.preview.follow(page_id)
        self._side_timer.start()

    def let_spare_pages_go(self) -> None:
        """Let the pages go that are not shown and hold nothing that would be lost; they are made anew when they are visited. Whoever has
        to walk through all widgets, as a change of look does, has half the way."""
        for page_id, page in list(self._pages.items()):
            if page.spare and page is not self.stack.currentWidget():
                del self._pages[page_id]
                self.stack.removeWidget(page)
                page.deleteLater()

    def _make_page(self, page_id: str) -> Page:
        if page_id == REVIEW_PAGE:
            page: Page = FinishPage(self.desk, self.draft_id, self.session, self.stack)
            page.jump.connect(self.jump)
            page.touched.connect(self._reviewed)
            page.exporting.connect(self.settle)
        elif page_id == ATTACHMENTS:
            page = AttachmentsPage(self.desk, self.draft_id, self.session, self.stack)
            page.changed.connect(self._attached)
        else:
            section = next(entry for entry in self.session.pages if entry.id == page_id)
            page = FieldPage(section, self.session, self.stack)
            page.touched.connect(self._hand_over)
        page.edited.connect(self._take)
        page.left.connect(self._left)
        self._pages[page_id] = page
        self.stack.addWidget(page)
        self._tab_after(page)
        return page

    def _tab_after(self, page: Page) -> None:
        """Tab goes from a page's last field to the buttons beneath it and on to the side panel. A page made later would come after them."""
        last = last_in_tab_order(self.window())
        order: list[QWidget] = [last] if last is not None and page.isAncestorOf(last) else []
        order += (self.back, self.next, self.side)
        for panel in (self.preview, self.guide, self.problems):
            order += (widget for widget in (panel, *panel.findChildren(QWidget)) if widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        for first, second in pairwise(order):
            QWidget.setTabOrder(first, second)

    @Slot()
    def go_on(self) -> None:
        """The next page; problems never hold anyone back."""
        self._step(1)

    @Slot()
    def go_back(self) -> None:
        """The page before."""
        self._step(-1)

    def _step(self, by: int) -> None:
        place = self.page_ids.index(self.session.memory.page) + by
        if 0 <= place < len(self.page_ids):
            self.open_page(self.page_ids[place])
            self._begin()

    def _begin(self) -> None:
        """The cursor at the beginning of the page: on the button beneath it, the next Tab would lead past the page."""
        if isinstance(self.page, FieldPage):
            self.page.begin()
        else:
            self.page.focus_field(ATTACHMENTS)

    @Slot(str, object, str)
    def jump(self, name: str, row: int | None = None, column: str = "") -> None:
        """Go to a field, wherever it is asked; a page's own id goes to the page (``people`` is both: the field it is)."""
        if name in self.page_ids and name != ATTACHMENTS and name not in self.session.application.form.fields:
            self.open_page(name)
            return
        self.open_page(self.session.page_of(name))
        self.page.focus_field(name, row, column)

    def _jump_by(self, step: int) -> None:
        """F8 and Shift+F8: the next or previous problem, round and round. What is being composed may be just what was missing."""
        if self.page.composing():
            self.page.settle()
        place = self.session.next_problem(self._last_jump, step)
        if place is not None:
            self._last_jump = place
            self.jump(*place)

    # --- answers ---------------------------------------------------------------------------------------------------------

    @Slot(str, object)
    def _take(self, name: str, value: object) -> None:
        """An editor says that the person changed an answer."""
        changed = self.session.set(name, value)
        if not changed:
            return
        if "unit.name" in changed:  # the rules over several drafts go by the unit's other ones
            self.session.peers = self.desk.store.peers(self._draft)
            self.session.check()
        self._hand_over()
        self.page.refresh(changed)
        self.outline.refresh(self.session)
        self._show_title()
        self.preview.draw(self.session.application)
        self._side_timer.start()

    @Slot(str)
    def _left(self, name: str) -> None:
        self.session.leave(name)
        self.page.refresh(set())
        self.outline.refresh(self.session)
        self.desk.autosave.hurry()

    @Slot()
    def _attached(self) -> None:
        self._hand_over()
        if self.page.page_id != ATTACHMENTS:
            self.page.refresh()
        self._refresh_all()

    @Slot()
    def _hand_over(self) -> None:
        """Give the newest state to the saving thread."""
        self.desk.autosave.edited(self.draft_id, self.session)

    @Slot()
    def _reviewed(self) -> None:
        self._hand_over()
        self.outline.refresh(self.session)

    def settle(self) -> None:
        """Take over whatever stands in the editors and the files that are being stored, before leaving, quitting or exporting."""
        if self._pages:
            self.page.settle()
        self.await_files()

    def await_files(self) -> None:
        """Wait until the session holds the attachments that the person sees."""
        attachments = self._pages.get(ATTACHMENTS)
        if isinstance(attachments, AttachmentsPage):
            attachments.await_files()

    def dispose(self) -> None:
        """End what goes on beside the window: the preview."""
        self._side_timer.stop()
        self.preview.dispose()

    # --- showing ---------------------------------------------------------------------------------------------------------

    def _refresh_all(self) -> None:
        self._show_title()
        self.outline.refresh(self.session)
        self.preview.draw(self.session.application)
        self._refresh_side()

    def _show_title(self) -> None:
        self.bar.show_title(str(self.session.application.values.get("project.name") or ""))

    @Slot()
    def _refresh_side(self) -> None:
        self.guide.refresh(self.session)
        errors = self.session.count(Level.ERROR)
        self.side.setTabText(2, f"问题 {errors}" if errors else "问题")
        if self.side.currentWidget() is self.problems:
            self.problems.refresh(self.session)

    def changeEvent(self, event: QEvent) -> None:
        """Colours in lists are set by hand, so a change of scheme shows everything again."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._pages:
            self._refresh_all()


def last_in_tab_order(window: QWidget) -> QWidget | None:
    """The widget that Tab reaches last before it begins anew; of what was put into ``window`` last, as long as nobody sets another order.

    The ring is not walked farther than that: Shiboken takes each widget that such a getter returns for a child of the one asked, and with
    the whole ring one family, taking a wizard down made it go through all of the window anew for every single widget: seconds.
    """
    widget = window.previousInFocusChain()
    while widget is not None and widget is not window and not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        widget = widget.previousInFocusChain()
    return widget
