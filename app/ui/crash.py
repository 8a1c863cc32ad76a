"""Unexpected errors in the running window: one plain message, the draft kept, a local report without anybody's words.

Errors are caught wherever Python or Qt let them out: slots and event handlers, threads, finalisers, Qt's own messages. What is
written down is settled in :mod:`app.crash`.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
from datetime import datetime
from types import TracebackType
from typing import Protocol

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, Slot, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QWidget

from app.about import NAME, VERSION
from app.crash import Records, Report, report_of
from app.errors import AppError
from app.store import errors as store_errors
from app.ui.desk import Desk

MAX_DISTINCT = 100
"""Distinct errors taken note of in one run; beyond that something repeats itself in ever new places."""
MAX_SHOWN = 5
"""Messages shown in one run."""
UI, THREAD, FINALISER = "界面", "后台线程", "收尾"
QT_LEVELS = {
    QtMsgType.QtWarningMsg: "warning",
    QtMsgType.QtCriticalMsg: "critical",
    QtMsgType.QtFatalMsg: "fatal",
}
QT_PLACE = re.compile(r"Q[A-Za-z0-9]+(::~?[A-Za-z0-9]+)*")
"""How Qt's messages begin. The rest of a message may name a file or quote a text and is never kept."""
CAUSES = (
    (store_errors.FULL, "ENOSPC"),
    (store_errors.READ_ONLY, "EACCES"),
    (store_errors.IN_USE, "EBUSY"),
    (store_errors.INPUT_OUTPUT, "EIO"),
    (store_errors.NO_MEMORY, "ENOMEM"),
)

HAPPENED = "程序出了一个意外的错误，刚才的操作可能没有完成。"
SAVED = "已填写的内容都已保存。"
NOT_SAVED = "最近的填写还没有保存成功，请先用“文件”菜单里的“另存数据到别处”存一份。"
REPORTED = "错误报告只存在本机，不含填写的内容、文件路径和用户名；在“帮助”菜单的“数据位置与备份”里可以打开它所在的文件夹。"
GO_ON = "可以继续使用；如果反复出现，请退出程序再打开。"


class Window(Protocol):
    """What is needed of the main window."""

    def save_now(self) -> bool:
        """Take over what stands in the editors, save and wait; whether everything is on disk."""
        ...


class Watch(QObject):
    """Catches what nobody else did, from :meth:`start` to :meth:`stop`."""

    happened = Signal(object, bool)  # Report, whether it is on disk; from any thread
    refused = Signal(str)  # an AppError that nobody caught: its sentence

    def __init__(self, desk: Desk, window: QWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.records = Records(desk.store.folder.root)
        self._desk = desk
        self._window = window
        self._seen: set[tuple[str, str]] = set()
        self._seen_qt: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        self._within = threading.local()
        self._shown = 0
        self._showing = False
        self._log = _Log(self.records)
        self._connect()

    def _connect(self) -> None:
        # Queued: an error in a paint event or in another thread must not open a dialog where it happened.
        self.happened.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self.refused.connect(self._show_refusal, Qt.ConnectionType.QueuedConnection)
        self._desk.autosave.failed.connect(self._save_failed)

    # --- methods ---------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Take over Python's and Qt's hooks."""
        self._former = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._excepthook, self._thread_hook, self._unraisable_hook
        self._former_qt = qInstallMessageHandler(self._qt_message)
        logger = logging.getLogger("app")
        logger.addHandler(self._log)
        self._propagated, logger.propagate = logger.propagate, False
        self.records.note("start", VERSION)

    def stop(self) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._former
        qInstallMessageHandler(self._former_qt)
        logger = logging.getLogger("app")
        logger.removeHandler(self._log)
        logger.propagate = self._propagated

    def caught(self, error: BaseException, where: str) -> None:
        """Deal with an error; may be called from any thread, never raises, and an error within it ends here."""
        if getattr(self._within, "on", False):
            return
        self._within.on = True
        try:
            if isinstance(error, AppError):
                self.refused.emit(error.message)
            else:
                self._record(report_of(error, where))
        except Exception:
            return
        finally:
            self._within.on = False

    def _record(self, report: Report) -> None:
        """Once for each distinct error: a report, a line in the log, a message."""
        with self._lock:
            place = (report.kinds[0], report.frames[-1] if report.frames else "")
            if place in self._seen or len(self._seen) >= MAX_DISTINCT:
                return
            self._seen.add(place)
        kept = self.records.keep(report, datetime.now())
        self.records.note("error", *place)
        if sys.stderr is not None:
            print(f"{NAME}：意外错误 {place[0]} {place[1]}", file=sys.stderr)
        self.happened.emit(report, kept)

    def _keep_draft(self) -> bool:
        """Save whatever can be saved, even where the page that failed cannot be read."""
        window: Window = self._window  # pyright: ignore[reportAssignmentType]
        for save in (window.save_now, self._desk.autosave.flush):
            try:
                return save()
            except Exception as error:
                self.records.note("error", type(error).__name__)
        return False

    # --- hooks -----------------------------------------------------------------------------------------------------------

    def _excepthook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not isinstance(error, Exception):
            sys.__excepthook__(kind, error, trace)
            return
        if sys.flags.dev_mode:
            sys.__excepthook__(kind, error, trace)
        self.caught(error, UI if threading.current_thread() is threading.main_thread() else THREAD)

    def _thread_hook(self, told: threading.ExceptHookArgs) -> None:
        if isinstance(told.exc_value, Exception):
            self.caught(told.exc_value, THREAD)

    def _unraisable_hook(self, told: sys.UnraisableHookArgs) -> None:
        if isinstance(told.exc_value, Exception):
            self.caught(told.exc_value, FINALISER)

    def _qt_message(self, kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        """Qt's warnings go into the log by the class and function that they name; nothing of them is printed."""
        level = QT_LEVELS.get(kind)
        if level is None:
            return
        place = QT_PLACE.match(text)
        entry = (level, place[0] if place else "?")
        with self._lock:
            if entry in self._seen_qt or len(self._seen_qt) >= MAX_DISTINCT:
                return
            self._seen_qt.add(entry)
        self.records.note("qt", *entry)

    # --- slots -----------------------------------------------------------------------------------------------------------

    @Slot(object, bool)
    def _show(self, _report: Report, kept: bool) -> None:
        """The one message. While it stands, what else goes wrong is only recorded."""
        if self._showing or self._shown >= MAX_SHOWN:
            return
        self._showing, self._shown = True, self._shown + 1
        try:
            saved = SAVED if self._keep_draft() else NOT_SAVED
            paragraphs = [HAPPENED + saved, GO_ON, *([REPORTED] if kept else [])]
            self._desk.messages.alarm(self._window, NAME, "\n\n".join(paragraphs))
        finally:
            self._showing = False

    @Slot(str)
    def _show_refusal(self, message: str) -> None:
        """An error that a person can act on is told in its own words, even where its place forgot to catch it."""
        if not self._showing:
            self._showing = True
            try:
                self._desk.messages.alarm(self._window, NAME, message)
            finally:
                self._showing = False

    @Slot(str, str)
    def _save_failed(self, _draft_id: str, message: str) -> None:
        self.records.note("save-failed", next((name for words, name in CAUSES if message.startswith(words)), "other"))


class _Log(logging.Handler):
    """What our modules log, by place; the text and its arguments may carry contents and are not written."""

    def __init__(self, records: Records) -> None:
        super().__init__(logging.WARNING)
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        """One line: level and place."""
        self._records.note(record.levelname.lower(), record.name, record.funcName, record.lineno)


def install(desk: Desk, window: QWidget) -> Watch:
    """Watch over the running window; called once, after the window is made. ``window`` has :meth:`Window.save_now`."""
    watch = Watch(desk, window, QApplication.instance())
    watch.start()
    return watch
