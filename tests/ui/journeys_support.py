"""A person at the window: what the journeys share. Everything goes through keys, clicks and the clipboard, as on a real desk."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from editors_support import commit
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialog, QScrollArea, QWidget
from shiboken6 import isValid

from app.application import Application
from app.session import REVIEW_PAGE
from app.ui.attachments_page import AttachmentsPage
from app.ui.choice_editors import ComboEditor, RadioEditor, TicksEditor
from app.ui.desk import Desk
from app.ui.editors import COMPUTED, LineEditor
from app.ui.export_dialog import ExportDialog
from app.ui.field_page import FieldPage
from app.ui.field_row import FieldRow
from app.ui.finish import FinishPage
from app.ui.long_text import LongEditor
from app.ui.main_window import MainWindow
from app.ui.new_application import NewApplicationDialog
from app.ui.table_block import format_block
from app.ui.table_editor import TableEditor
from app.ui.wizard import Wizard
from forms.shared import ATTACHMENTS, CONFIRMATIONS

LEFT = Qt.MouseButton.LeftButton
CONTROL, ALT, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
PASTED = 120
"""Characters from which on a person pastes a text rather than typing it."""
MOST_TABS = 120


class Person:
    """Somebody who works with the window; ``by_keyboard`` somebody who never touches the mouse in a page."""

    def __init__(self, qtbot: Any, desk: Desk, *, by_keyboard: bool = False) -> None:
        self.qtbot, self.desk, self.by_keyboard = qtbot, desk, by_keyboard
        self.window = MainWindow(desk)
        qtbot.addWidget(self.window)
        self.window.show()
        self.activate(self.window)
        self.window.home.after_start()

    # --- looking ---------------------------------------------------------------------------------------------------------

    @property
    def wizard(self) -> Wizard:
        assert self.window.wizard is not None
        return self.window.wizard

    @property
    def page(self) -> FieldPage:
        found = self.wizard.page
        assert isinstance(found, FieldPage)
        return found

    @property
    def finish(self) -> FinishPage:
        found = self.wizard.page
        assert isinstance(found, FinishPage)
        return found

    @property
    def attachments(self) -> AttachmentsPage:
        found = self.wizard.page
        assert isinstance(found, AttachmentsPage)
        return found

    def row(self, name: str) -> FieldRow:
        return self.page.rows[name]

    def table(self, name: str) -> TableEditor:
        found = self.row(name).editor
        assert isinstance(found, TableEditor)
        return found

    def value(self, name: str) -> Any:
        return self.wizard.session.value(name)

    def stored(self) -> Application:
        """What is on disk once everything is saved."""
        assert self.desk.autosave.flush()
        return self.desk.store.load(self.wizard.draft_id).application

    def outline(self, page: str) -> str:
        """What the outline says of a page."""
        outline = self.wizard.outline
        return next(outline.item(at).text() for at in range(outline.count()) if outline.item(at).data(Qt.ItemDataRole.UserRole) == page)

    def activate(self, window: QWidget) -> None:
        """Make a window the active one, as a window manager does with one that comes up, and with the one behind a dialog that goes."""
        window.activateWindow()
        self.qtbot.waitUntil(window.isActiveWindow)

    def focused(self) -> QWidget:
        """Where the keyboard goes. A list that has folded out and gone again leaves no window active: here, with no window manager."""
        if QApplication.activeWindow() is None:
            self.activate(self.window)
        found = QApplication.focusWidget()
        assert found is not None
        return found

    # --- keys and clicks -------------------------------------------------------------------------------------------------

    def key(self, key: Qt.Key, modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the keyboard goes now."""
        self.qtbot.keyClick(QApplication.activePopupWidget() or self.focused(), key, modifiers)

    def click(self, widget: QWidget, place: QPoint | None = None) -> None:
        """Click on something that can be seen, after scrolling to it."""
        reveal(widget)
        at = place or (QPoint(12, widget.height() // 2) if isinstance(widget, QAbstractButton) else widget.rect().center())
        assert widget.isEnabled(), widget
        assert widget.visibleRegion().contains(at), f"cannot be seen: {widget} {widget.accessibleName()}"
        self.qtbot.mouseClick(widget, LEFT, pos=at)

    def write(self, text: str) -> None:
        """Type; Chinese through the input method, long texts from the clipboard."""
        focused = self.focused()
        if len(text) >= PASTED or "\n" in text:
            QApplication.clipboard().setText(text)
            self.key(Qt.Key.Key_V, CONTROL)
        elif text.isascii():
            for character in text:  # the first one opens a cell, and the others go into it
                self.qtbot.keyClicks(QApplication.focusWidget(), character)
        else:
            commit(focused, text)

    def retype(self, name: str, text: str) -> None:
        """Write something else into a field of the open page, and leave it."""
        self.reach(self.row(name))
        self.key(Qt.Key.Key_A, CONTROL)
        if text:
            self.write(text)
        else:
            self.key(Qt.Key.Key_Delete)
        while self.row(name).editor.active():  # a date has a button beside it
            self.key(Qt.Key.Key_Tab)

    def retype_cell(self, name: str, row: int, column: str, text: str) -> None:
        """Write something else into a cell of the open page, and finish it."""
        editor = self.table(name)
        self.cell(editor, row, [entry.id for entry in editor.model.columns].index(column))
        if text:
            self.write(text)
            self.key(Qt.Key.Key_Return)
        else:
            self.key(Qt.Key.Key_Delete)

    def open_page(self, page: str) -> None:
        """Choose a page in the outline."""
        outline = self.wizard.outline
        item = next(outline.item(at) for at in range(outline.count()) if outline.item(at).data(Qt.ItemDataRole.UserRole) == page)
        outline.scrollToItem(item)
        self.click(outline.viewport(), outline.visualItemRect(item).center())
        assert self.wizard.page.page_id == page

    def reach(self, row: FieldRow) -> None:
        """Bring the cursor into a field: by a click, or by Tab."""
        if not self.by_keyboard:
            if isinstance(row.editor, TableEditor):
                self.cell(row.editor, 0, 0)
            else:
                self.click(row.editor.paper.viewport() if isinstance(row.editor, LongEditor) else row.editor.main)
            return
        if not self.wizard.page.isAncestorOf(QApplication.focusWidget() or self.window):
            self.wizard.outline.setFocus(Qt.FocusReason.ShortcutFocusReason)
        for _ in range(MOST_TABS):
            if row.editor.active():
                return
            self.key(Qt.Key.Key_Tab)
        raise AssertionError(f"Tab does not lead to {row.entry.id}")

    def cell(self, editor: TableEditor, row: int, column: int) -> None:
        """Click on a cell of a table."""
        index = editor.model.index(row, column)
        editor.sheet.scrollTo(index)
        self.click(editor.sheet.viewport(), editor.sheet.visualRect(index).center())

    # --- filling in ------------------------------------------------------------------------------------------------------

    def begin(self, category: str) -> None:
        """A new application by the dialog."""
        home = self.window.home
        self.click(home.new_button if home.new_button.isVisible() else home.welcome.begin_button)
        self.qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), NewApplicationDialog))
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, NewApplicationDialog)
        self.click(dialog.cards[category].button)
        self.qtbot.waitUntil(lambda: self.window.wizard is not None)
        self.activate(self.window)

    def fill(self, sample: Application, folder: Path) -> None:
        """Everything that a sample holds, page by page with 下一步."""
        session = self.wizard.session
        while self.wizard.page.page_id != REVIEW_PAGE:
            page = self.wizard.page
            if isinstance(page, AttachmentsPage):
                self.attach(page, sample, folder)
            elif isinstance(page, FieldPage):
                for name, row in page.rows.items():
                    if (
                        name in sample.values
                        and name not in COMPUTED
                        and session.asked(row.entry)
                        and not row.editor.holds(sample.values[name])
                    ):
                        self.fill_in(row, sample.values[name])
            if self.by_keyboard:
                self.key(Qt.Key.Key_PageDown, CONTROL)
            else:
                self.click(self.wizard.next)

    def fill_in(self, row: FieldRow, value: Any) -> None:
        """One answer by the means of its editor, then on with Tab."""
        editor = row.editor
        if isinstance(editor, RadioEditor):
            self._choose(editor, value)
        elif isinstance(editor, ComboEditor):
            self.reach(row)
            self.pick(editor.drop, value)
        elif isinstance(editor, TicksEditor):
            self.tick(editor, value)
        elif isinstance(editor, TableEditor):
            self._fill_table(row, editor, value)
        else:
            assert isinstance(editor, (LineEditor, LongEditor))
            self.reach(row)
            self.write(str(value))
            self.key(Qt.Key.Key_Tab)
            if (popup := QApplication.activePopupWidget()) is not None:
                raise AssertionError(f"still open after Tab: {popup}")

    def _choose(self, editor: RadioEditor, value: Any) -> None:
        place = next(place for place in range(len(editor.options)) if editor.stored(place) == value)
        if self.by_keyboard:
            self.reach(_row_of(editor))
            if editor.group.checkedId() < 0:
                self.key(Qt.Key.Key_Space)
            for _ in range(len(editor.options)):
                if editor.value() == value:
                    return
                self.key(_arrow(editor.main.pos(), editor.buttons[place].pos()))
            assert editor.value() == value
        else:
            self.click(editor.buttons[place])

    def pick(self, drop: QComboBox, value: Any) -> None:
        """The arrows in a list, unfolded or not, until it stands at a value."""
        view = drop.view()
        target = view if view.isVisible() else drop
        steps = drop.findData(value) - drop.currentIndex()
        for _ in range(abs(steps)):
            self.qtbot.keyClick(target, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)
        if target is view:
            self.qtbot.keyClick(view, Qt.Key.Key_Return)
        assert drop.currentData() == value, value

    def tick(self, editor: TicksEditor, value: Any) -> None:
        """Tick sentences."""
        for tick in editor.ticks:
            if (tick.objectName() in value) != tick.isChecked():
                self.click(tick)

    def _fill_table(self, row: FieldRow, editor: TableEditor, rows: Any) -> None:
        """A block from a spreadsheet, from the first cell on."""
        self.reach(row)
        self.key(Qt.Key.Key_Home, CONTROL)
        self.paste_block([[str(entry.get(column.id, "")) for column in editor.model.columns] for entry in rows])

    def paste_block(self, cells: list[list[str]]) -> None:
        """What a spreadsheet leaves in the clipboard, at the current cell."""
        QApplication.clipboard().setText(format_block(cells))
        self.key(Qt.Key.Key_V, CONTROL)

    def attach(self, page: AttachmentsPage, sample: Application, folder: Path) -> None:
        """Add the sample's files, give each its role, and tick what has to be done."""
        folder.mkdir(exist_ok=True)
        for place, entry in enumerate(sample.attachments):
            assert entry.path is not None
            self.add_files(Path(shutil.copy(entry.path, folder / entry.name)))
            assert len(page.cards) == place + 1
            self.choose_role(place, entry.role)
        if page.commitments is not None and page.commitments.isVisible():
            self.tick(page.commitments.ticks, sample.values["commitments"])

    def add_files(self, *files: Path) -> None:
        """Choose files in the dialog of the attachments page, and wait until they are stored or refused."""
        self.desk.messages.answers.append(list(files))  # type: ignore[attr-defined]
        self.click(self.attachments.add)
        self._await_files()

    def choose_role(self, place: int, role: str) -> None:
        """Say what kind of paper an attachment is."""
        self.pick(self.attachments.cards[place].role, role)
        self._await_files()

    def remove_file(self, place: int) -> None:
        """Take an attachment out, and confirm it."""
        self.desk.messages.answers.append(True)  # type: ignore[attr-defined]
        self.click(self.attachments.cards[place].remove)
        self._await_files()

    def _await_files(self) -> None:
        page = self.attachments
        self.qtbot.waitUntil(lambda: not page.busy)

    # --- the end ---------------------------------------------------------------------------------------------------------

    def declare(self) -> None:
        """The three declarations, and the warnings if there are any."""
        for name in CONFIRMATIONS:
            self.click(self.finish.declarations[name])
        if self.finish.acknowledge.isVisible():
            self.click(self.finish.acknowledge)

    def export(self, folder: Path) -> None:
        """The final export into a folder, until its dialog is closed."""
        self.desk.messages.answers.append(folder)  # type: ignore[attr-defined]
        self.click(self.finish.bar.choose)
        assert self.finish.bar.final.isEnabled(), self.finish.bar.reason.text()
        self.meanwhile(ExportDialog, self._close_export, lambda: self.click(self.finish.bar.final))

    def _close_export(self, dialog: Any) -> None:
        self.qtbot.waitUntil(lambda: dialog.exported is not None)
        self.click(dialog.close_button)

    def meanwhile(self, kind: type[QDialog], work: Callable[[Any], None], opens: Callable[[], None]) -> None:
        """Do ``opens``, which runs a modal dialog, and ``work`` in that dialog; the dialog is ended even if the work fails."""
        failures: list[BaseException] = []
        timer = QTimer(self.window, interval=10)
        timer.timeout.connect(partial(self._work, kind, work, failures, timer))
        timer.start()
        behind = QApplication.activeWindow()
        opens()
        assert not timer.isActive(), f"no {kind.__name__} was opened"
        self.qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
        if failures:
            raise failures[0]
        if behind is not None and isValid(behind) and behind.isVisible():
            self.activate(behind)

    def _work(self, kind: type[QDialog], work: Callable[[Any], None], failures: list[BaseException], timer: QTimer) -> None:
        """Look whether the dialog is there. Waiting in here would keep a loop that runs before it from ever ending."""
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, kind):
            return
        timer.stop()
        try:
            work(dialog)
        except BaseException as failure:
            failures.append(failure)
        finally:
            while (left := QApplication.activeModalWidget()) is not None:
                assert isinstance(left, QDialog)
                left.done(0)


def reveal(widget: QWidget) -> None:
    """Scroll whatever a widget lies in."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(widget, 0, 8)
        parent = parent.parentWidget()


def _arrow(here: QPoint, there: QPoint) -> Qt.Key:
    """The arrow key that leads nearer; Qt goes by where the buttons stand."""
    if here.y() != there.y():
        return Qt.Key.Key_Down if here.y() < there.y() else Qt.Key.Key_Up
    return Qt.Key.Key_Right if here.x() < there.x() else Qt.Key.Key_Left


def _row_of(widget: QWidget) -> FieldRow:
    parent = widget.parentWidget()
    while not isinstance(parent, FieldRow):
        assert parent is not None
        parent = parent.parentWidget()
    return parent


def kinds_of(sample: Application) -> list[tuple[str, str, str]]:
    """The attachments as they are compared: role, name, SHA-256."""
    return [(entry.role, entry.name, entry.sha256()) for entry in sample.attachments]


__all__ = ["ALT", "ATTACHMENTS", "CONTROL", "LEFT", "SHIFT", "Person", "kinds_of", "reveal"]
