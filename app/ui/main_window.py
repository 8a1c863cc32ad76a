"""The main window: home, one wizard at a time, and the menus. It connects the parts and knows little of any of them.

The module itself is light: the window is shown as soon as Qt stands, and furnished once it is on the screen.
"""

from __future__ import annotations

import linecache
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QMainWindow, QStackedWidget, QWidget

from app.errors import AppError
from app.ui import theme
from app.ui.drops import local_files, take_copy

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent

    from app.ui.desk import Desk
    from app.ui.home import HomePage
    from app.ui.wizard import Wizard

NAME = "提能申报"
GEOMETRY = "window.geometry"
LOOK_AGAIN = 100
"""Milliseconds between two looks whether the window is free for a file."""
APART = 150
"""Milliseconds after which a wizard that was left is taken apart: that takes time, and so does what comes up in its place."""
NOT_SAVED = "最近的填写还没有保存成功。"


class MainWindow(QMainWindow):
    """The one window. Without a desk it is an empty frame until :meth:`furnish` is called."""

    on_screen = Signal()  # painted for the first time
    desk: Desk
    home: HomePage

    def __init__(self, desk: Desk | None = None) -> None:
        super().__init__()
        self.wizard: Wizard | None = None
        self._furnished = self._seen = False
        self.setWindowTitle(NAME)
        self.setMinimumSize(720, 400)
        self.resize(1320, 720)
        self.stack = QStackedWidget()
        self.stack.addWidget(_opening())
        self.setCentralWidget(self.stack)
        if desk is not None:
            self.furnish(desk)

    def furnish(self, desk: Desk) -> None:
        """Fill the frame: home, menus, and the window's former place."""
        from app.ui.home import HomePage

        self.desk = desk
        self.home = HomePage(desk)
        self.stack.addWidget(self.home)
        self.stack.setCurrentWidget(self.home)
        self.setAcceptDrops(True)
        self._furnished = True
        self._make_menus()
        self._connect()
        self._restore_geometry()
        _forget_sources()

    # --- building --------------------------------------------------------------------------------------------------------

    def _make_menus(self) -> None:
        from app.ui.actions import add_action

        bar = self.menuBar()
        file = bar.addMenu("文件(&F)")
        self.new_action = add_action(file, "新建申报(&N)…", "Ctrl+N", self.home.new_application)
        self.open_action = add_action(file, "打开申报数据、压缩包、docx 或 PDF(&O)…", "Ctrl+O", self._choose_file)
        file.addSeparator()
        self.export_action = add_action(file, "检查与导出(&E)", "F9", self._go_to_export)
        self.save_action = add_action(file, "立即保存(&S)", "Ctrl+S", self._save_now)
        self.copy_action = add_action(file, "另存数据到别处(&A)…", "", self.save_elsewhere)
        self.versions_action = add_action(file, "历史版本(&V)…", "", self._show_versions)
        file.addSeparator()
        self.quit_action = add_action(file, "退出(&Q)", "Ctrl+Q", self.close)
        view = bar.addMenu("查看(&V)")
        self.home_action = add_action(view, "我的申报(&H)", "Alt+Home", self.go_home)
        view.addSeparator()
        self.settings_action = add_action(view, "设置(&S)…", "Ctrl+,", self._show_settings)
        help_menu = bar.addMenu("帮助(&H)")
        self.help_action = add_action(help_menu, "使用帮助(&H)", "F1", lambda: self.show_help(""))
        self.notice_action = add_action(help_menu, "通知原文(&T)", "", lambda: self.show_help("notice"))
        self.data_action = add_action(help_menu, "数据位置与备份(&D)", "", lambda: self.show_help("data"))
        self.about_action = add_action(help_menu, "关于(&A)", "", lambda: self.show_help("about"))
        self._enable_actions()

    def _connect(self) -> None:
        self.home.open_draft.connect(self.open_draft)
        self.home.export_draft.connect(self._export_draft)
        self.home.show_versions.connect(self._show_versions_of)
        self.home.open_file.connect(self.open_path)
        self.home.show_help.connect(self.show_help)

    def _restore_geometry(self) -> None:
        saved = self.desk.store.setting(GEOMETRY)
        if isinstance(saved, str):
            self.restoreGeometry(bytes.fromhex(saved))

    def _enable_actions(self) -> None:
        for action in (self.export_action, self.save_action, self.copy_action, self.versions_action, self.home_action):
            action.setEnabled(self.wizard is not None)

    # --- going about -----------------------------------------------------------------------------------------------------

    @Slot(str)
    def open_draft(self, draft_id: str) -> None:
        """Open a draft in its wizard."""
        from PySide6.QtCore import Qt

        from app.ui.wizard import Wizard

        if not self.leave_wizard():
            return
        try:
            draft = self.desk.store.load(draft_id, *self.desk.call_folders)
            wizard = Wizard(self.desk, draft, self.stack)
        except AppError as error:
            self.go_home()  # not to the list as it was before the draft just left
            self.desk.messages.alarm(self, NAME, error.message)
            return
        self.wizard = wizard
        self.wizard.closed.connect(self.go_home)
        self.wizard.save_elsewhere.connect(self.save_elsewhere)
        self.stack.addWidget(self.wizard)
        self.stack.setCurrentWidget(self.wizard)
        self.wizard.outline.setFocus(Qt.FocusReason.OtherFocusReason)
        self._enable_actions()
        _forget_sources()

    def leave_wizard(self) -> bool:
        """Take over what stands in the editors, save it and drop the wizard; whether it is gone."""
        if self.wizard is None:
            return True
        if not self._saved_or_agreed("离开"):
            return False
        self.desk.autosave.forget(self.wizard.draft_id)  # else it would be saved later, over what was done to the draft meanwhile
        self._drop_wizard()
        return True

    @Slot()
    def go_home(self) -> None:
        """Back to the list of drafts, brought up to date, at the draft that was open."""
        left = self.wizard.draft_id if self.wizard is not None else ""
        if not self.leave_wizard():
            return
        self.home.refresh()
        if left:
            self.home.list.select(left)
        self.stack.setCurrentWidget(self.home)

    @Slot(object)
    def open_path(self, path: Path) -> None:
        """Open a draft file, a bundle, a docx or a PDF: as a new copy, after a look at what it holds."""
        from app.ui.importing import import_file

        draft_id = import_file(self.desk, self, path)
        if draft_id:
            self.open_draft(draft_id)

    def open_when_free(self, path: Path) -> None:
        """Open a file from outside after the dialogs and works under way: they come back to a wizard, which it would take away."""
        from PySide6.QtCore import QTimer

        from app.ui.background import works

        if works(self) or QApplication.activeModalWidget() is not None:
            QTimer.singleShot(LOOK_AGAIN, self, lambda: self.open_when_free(path))
        else:
            self.open_path(path)

    @Slot(str)
    def show_help(self, topic: str) -> None:
        """The help, at a topic; one window of it."""
        from app.ui.help import HelpWindow

        window = next((entry for entry in self.findChildren(HelpWindow) if entry.isVisible()), None)
        if window is None:
            window = HelpWindow(self.desk, self)
            window.restored.connect(self.home.refresh)
        window.show_topic(topic)
        window.setWindowState(window.windowState() & ~window.windowState().WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()

    def _choose_file(self) -> None:
        from app.ui.importing import PATTERNS

        path = self.desk.messages.open_file(self, "打开", PATTERNS)
        if path is not None:
            self.open_path(path)

    def _go_to_export(self) -> None:
        from app.session import REVIEW_PAGE

        if self.wizard is not None:
            self.wizard.open_page(REVIEW_PAGE)

    @Slot(str)
    def _export_draft(self, draft_id: str) -> None:
        self.open_draft(draft_id)
        self._go_to_export()

    def _show_versions(self) -> None:
        if self.wizard is not None:
            self._show_versions_of(self.wizard.draft_id)

    @Slot(str)
    def _show_versions_of(self, draft_id: str) -> None:
        """Versions of a draft; after one was restored the draft is opened anew."""
        from app.ui.versions import VersionsDialog

        opened = self.wizard is not None
        if not self.save_now():
            self.desk.messages.alarm(self, NAME, NOT_SAVED + "保存成功以后才能看历史版本。")
            return
        dialog = VersionsDialog(self.desk, draft_id, self)
        restored = dialog.exec()
        dialog.deleteLater()
        if restored and opened:
            self._drop_wizard()
            self.open_draft(draft_id)
        elif not opened:
            self.home.refresh()

    def _drop_wizard(self) -> None:
        """Let the wizard go without taking anything over: the store has just been given another state."""
        wizard, self.wizard = self.wizard, None
        if wizard is not None:
            wizard.dispose()
            self.stack.removeWidget(wizard)
            QTimer.singleShot(APART, wizard, wizard.deleteLater)
            self._enable_actions()

    def _show_settings(self) -> None:
        from app.ui.settings import SettingsDialog

        dialog = SettingsDialog(self.desk, self)
        dialog.look_changed.connect(self.apply_look)
        dialog.exec()
        dialog.deleteLater()

    @Slot()
    def apply_look(self) -> None:
        """Colours and type size as the settings say, without holding up the keys."""
        if self.wizard is not None:
            self.wizard.let_spare_pages_go()
        dark, percent = look_of(self.desk)
        theme.change(dark=dark, percent=percent)

    # --- saving ----------------------------------------------------------------------------------------------------------

    def _save_now(self) -> None:
        self.save_now()

    def save_now(self) -> bool:
        """Save whatever is not yet on disk and wait; whether all of it is."""
        if self.wizard is not None:
            self.wizard.settle()
        return self.desk.autosave.flush()

    def _saved_or_agreed(self, leaving: str) -> bool:
        """Save everything; where that fails the person decides with open eyes. Whether to go on."""
        while not self.save_now():
            text = f"{NOT_SAVED}可以先另存到别处（例如U盘），再{leaving}。"
            choice = self.desk.messages.choose(self, NAME, text, ["再试一次", "另存到别处…", f"不保存，直接{leaving}", "取消"])
            if choice == 3:
                return False
            if choice == 2 or (choice == 1 and self.save_elsewhere()):
                break
        return True

    @Slot()
    def save_elsewhere(self) -> bool:
        """A copy of the open draft's data in a place that the person chooses; whether it was written."""
        if self.wizard is None:
            return False
        self.wizard.settle()
        path = self.desk.messages.save_file(self, "另存数据到别处", "申报数据.json", "申报数据 (*.json)")
        if path is None:
            return False
        from app.export.copying import save_copy

        try:
            save_copy(self.wizard.session.application, path)
        except AppError as error:
            self.desk.messages.alarm(self, NAME, error.message)
            return False
        return True

    # --- events ----------------------------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        """Losing the window saves at once."""
        super().changeEvent(event)
        if self._furnished and event.type() == event.Type.ActivationChange and not self.isActiveWindow():
            self.desk.autosave.hurry()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Say when the window is on the screen for the first time."""
        super().paintEvent(event)
        if not self._seen:
            self._seen = True
            self.on_screen.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Quit only when everything is on disk, or the person decides otherwise with open eyes."""
        if not self._furnished:
            return
        if not self._saved_or_agreed("退出"):
            event.ignore()
            return
        self._remember_geometry()
        self._drop_wizard()
        event.accept()

    def _remember_geometry(self) -> None:
        try:
            self.desk.store.set_setting(GEOMETRY, bytes(self.saveGeometry().data()).hex())
        except AppError:
            return  # the place of the window is not worth a message while the person is leaving

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere on the window."""
        if local_files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the first dropped file, once the drop is over: the file manager that it comes from waits for that."""
        from PySide6.QtCore import QTimer

        files = local_files(event)
        take_copy(event)
        if files:
            QTimer.singleShot(0, self, lambda: self.open_when_free(files[0]))


def _forget_sources() -> None:
    """PySide reads the source of every module that is imported after it, in case it asks for ``__feature__``, and Python keeps the lines:
    5 MB that serve nobody. Where the program is packed there are no sources to read."""
    linecache.clearcache()


def apply_look(application: QApplication, desk: Desk) -> None:
    """Colours and type size as the settings say, at once."""
    dark, percent = look_of(desk)
    theme.apply(application, dark=dark, percent=percent)


def look_of(desk: Desk) -> tuple[bool, int]:
    """Whether the look is dark, and the type size in per cent, as the settings say; 跟随系统 follows the desktop."""
    scheme = desk.store.setting(theme.SCHEME, "system")
    dark = theme.system_is_dark() if scheme == "system" else scheme == "dark"
    percent = desk.store.setting(theme.TYPE_SIZE, 100)
    return dark, percent if percent in theme.TYPE_SIZES else 100


def _opening() -> QWidget:
    """What the window shows until it is furnished."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.addStretch(1)
    row.addWidget(QLabel("正在打开…"))
    row.addStretch(1)
    return holder
