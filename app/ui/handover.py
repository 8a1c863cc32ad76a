"""After the export: the files and what can be done with them, the e-mail, and the steps that remain to be done by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.export import names
from app.export.job import Exported
from app.handover import WEB_MAIL, Letter, Step
from app.ui.attachment_card import plain_label, soft
from app.ui.choice_editors import Tick
from app.ui.desk import Desk
from app.ui.export_bar import seen
from app.ui.theme import emphasised

BUS, OBJECT = "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1"
BUS_PATIENCE = 3000
"""Milliseconds that the desktop's file manager has to answer before the folder is opened without a selection."""

WINDOWS_FOLDER = r"C:\Windows"
"""Where explorer is on a machine that does not say."""
GONE = "“{name}”已不在那个文件夹里，请重新导出。"
INDENT = 2
"""Of a step's sentence, in characters."""
TELLING = 8
"""A step's sentence is shown where it is so many characters longer than its title; else it says nothing more."""


def open_file(path: Path) -> bool:
    """Open a file in the program that the system has for it; whether there was one."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def reveal(path: Path) -> None:
    """Open the folder with the file selected; where the desktop cannot select, the folder alone."""
    if sys.platform not in ("win32", "darwin"):
        _reveal_over_bus(path)
        return
    try:
        if path.exists():  # else explorer shows the documents
            subprocess.Popen(_explorer(path) if sys.platform == "win32" else ["open", "-R", str(path)])
            return
    except OSError:
        pass
    open_file(path.parent)


def _explorer(path: Path) -> str:
    """explorer wants one argument "/select,path" with the quotes only around the path; its exit code says nothing. By its whole name: a
    short one is first looked for in the current folder, which may be that of a file from anywhere."""
    return f'"{os.environ.get("SYSTEMROOT", WINDOWS_FOLDER)}\\explorer.exe" /select,"{path}"'


def _reveal_over_bus(path: Path) -> None:
    """The file manager's D-Bus interface (freedesktop.org, File Manager D-Bus Interface), without waiting for it."""
    from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        open_file(path.parent)
        return
    message = QDBusMessage.createMethodCall(BUS, OBJECT, BUS, "ShowItems")
    message.setArguments([[QUrl.fromLocalFile(str(path)).toString(QUrl.ComponentFormattingOption.FullyEncoded)], ""])
    watcher = QDBusPendingCallWatcher(bus.asyncCall(message, BUS_PATIENCE), QGuiApplication.instance())

    def answered(call: QDBusPendingCallWatcher) -> None:
        if call.isError():
            open_file(path.parent)
        call.deleteLater()

    watcher.finished.connect(answered)


def _call(step: Callable[[Path], object], path: Path, _checked: bool = False) -> None:
    """What a button of a file does."""
    step(path)


class FilesBox(QFrame):
    """The exported files, each with open and show in folder; the PDF with printing."""

    print_wanted = Signal(object, int)  # the PDF's path, copies

    def __init__(self, desk: Desk, exported: Exported, copies: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.desk = desk
        self.exported = exported
        self.copies = copies if exported.zip is not None else 1
        self.print_button = QPushButton(f"打印{self.copies}份(&P)…")
        self.print_button.setProperty("look", "primary")
        grid = QGridLayout(self)
        grid.setColumnStretch(1, 1)
        for row, (words, path) in enumerate(self._files()):
            kind = plain_label(words, "muted")
            kind.setWordWrap(False)
            grid.addWidget(kind, row, 0)
            grid.addWidget(plain_label(soft(path.name)), row, 1)
            self._add_buttons(grid, row, path)
        grid.addWidget(self.print_button, 0, 4)
        self._connect()

    def _files(self) -> list[tuple[str, Path]]:
        found = (("打印用", self.exported.pdf), ("可编辑", self.exported.docx), ("压缩包", self.exported.zip), ("邮件", self.exported.eml))
        return [(words, path) for words, path in found if path is not None]

    def _add_buttons(self, grid: QGridLayout, row: int, path: Path) -> None:
        for column, (words, step) in enumerate((("打开", self._open), ("在文件夹中显示", reveal)), 2):
            button = QPushButton(words)
            button.setProperty("look", "flat")
            button.setAccessibleName(f"{words}：{path.name}")
            button.clicked.connect(partial(_call, step, path))
            grid.addWidget(button, row, column)

    def _connect(self) -> None:
        self.print_button.clicked.connect(self._print)

    def _open(self, path: Path) -> None:
        if not seen(path.exists):
            self.desk.messages.alarm(self, "打开文件", GONE.format(name=path.name))
        elif not open_file(path):
            self.desk.messages.alarm(self, "打开文件", f"这台电脑没有能打开“{path.name}”的程序。")

    @Slot()
    def _print(self) -> None:
        self.print_wanted.emit(self.exported.pdf, self.copies)


class MailBox(QFrame):
    """Sending the electronic copy: by web mail, by copying; by a mail program, through the ``.eml``."""

    def __init__(self, desk: Desk, letter: Letter, exported: Exported, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.desk, self.letter, self.exported = desk, letter, exported
        self.copied = plain_label("", "note")
        self.copied.setAccessibleName("复制结果")
        self.show_zip = QPushButton("打开文件夹并选中压缩包(&Z)")
        self.open_letter = QPushButton("用邮件程序打开邮件(&M)")
        self.open_letter.setEnabled(exported.eml is not None)
        self.copies: dict[str, QPushButton] = {}
        self._make()
        self._connect()

    def _make(self) -> None:
        column = QVBoxLayout(self)
        heading = plain_label("发送电子版")
        heading.setFont(emphasised(self.font(), 1.1, bold=True))
        column.addWidget(heading)
        if self.letter.warning:
            column.addWidget(plain_label(f"! 提醒　{self.letter.warning}", "warning"))
        column.addWidget(plain_label(WEB_MAIL))
        column.addLayout(self._texts())
        row = QHBoxLayout()
        row.addWidget(self.show_zip)
        row.addWidget(self.copied, 1)
        column.addLayout(row)
        column.addWidget(plain_label("电脑上装有邮件程序（如Outlook、雷鸟）的，可以直接打开写好的邮件，检查后自己点发送：", "muted"))
        column.addWidget(self.open_letter, 0, Qt.AlignmentFlag.AlignLeft)

    def _texts(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        parts = (("收件人", self.letter.address), ("主题", self.letter.subject), ("正文", self.letter.body))
        for row, (words, text) in enumerate(parts):
            shown = QLineEdit(" ".join(text.split()))
            shown.setReadOnly(True)
            shown.setCursorPosition(0)
            label = QLabel(words)
            label.setBuddy(shown)
            button = QPushButton(f"复制{words}")
            button.clicked.connect(lambda _checked=False, words=words, text=text: self._copy(words, text))
            self.copies[words] = button
            for column, widget in enumerate((label, shown, button)):
                grid.addWidget(widget, row, column)
        return grid

    def _connect(self) -> None:
        self.show_zip.clicked.connect(self._reveal)
        self.open_letter.clicked.connect(self._open)

    def _copy(self, words: str, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.copied.setText(f"✓ 已复制{words}")

    @Slot()
    def _reveal(self) -> None:
        if self.exported.zip is not None:
            reveal(self.exported.zip)

    @Slot()
    def _open(self) -> None:
        path = self.exported.eml
        if path is None or not seen(path.exists):
            self.desk.messages.alarm(self, "打开邮件", GONE.format(name=names.MAIL))
        elif not open_file(path):
            text = "这台电脑没有能打开邮件文件的程序，请用上面的办法在网页邮箱里发送。"
            self.desk.messages.alarm(self, "打开邮件", text)


class StepsBox(QFrame):
    """What remains to be done by hand, with ticks that the draft remembers."""

    ticked = Signal(str, bool)  # step id

    def __init__(self, steps: list[Step], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.status = plain_label("")
        self.status.setFont(emphasised(self.font(), 1.1, bold=True))
        self.days = plain_label("")
        self.boxes: dict[str, QCheckBox] = {}
        self._texts: list[QLabel] = []
        column = QVBoxLayout(self)
        for widget in (self.status, self.days):
            column.addWidget(widget)
        for number, step in enumerate(steps, 1):
            box = Tick(f"{number}. {step.title}".replace("&", "&&"))
            box.setAccessibleDescription(step.text)
            box.clicked.connect(lambda checked=False, name=step.id: self.ticked.emit(name, checked))
            self.boxes[step.id] = box
            column.addWidget(box)
            if len(step.text) > len(step.title) + TELLING:
                text = plain_label(step.text, "muted")
                self._texts.append(text)
                column.addWidget(text)
        self._indent()

    def _indent(self) -> None:
        for text in self._texts:
            text.setIndent(self.fontMetrics().horizontalAdvance("字") * INDENT)

    def changeEvent(self, event: QEvent) -> None:
        """Another type size needs other indents."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._indent()

    def refresh(self, status: str, days: str, done: AbstractSet[str]) -> None:
        """Show how far the application is and which steps are ticked."""
        self.status.setText(status)
        self.days.setText(days)
        for name, box in self.boxes.items():
            box.setChecked(name in done)
