"""Starting the window: one instance, Chinese dialogs, the store, and the window before anything that can wait."""

from __future__ import annotations

import hashlib
import importlib
import os
import sys
import threading
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, Qt, QTimer, QTranslator, Signal
from PySide6.QtGui import QIcon
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication

from app import paths
from app.errors import AppError
from app.ui import session_bus, theme
from app.ui.main_window import NAME, MainWindow, apply_look
from app.ui.translations import MissingWords

IDLE = 600
"""Milliseconds after the start when the heavy libraries begin to load."""
ANSWER_WAIT = 500
"""Milliseconds to wait for a running instance to answer."""


class Instance(QObject):
    """Sees to it that a second start raises the first window and hands its file over."""

    asked = Signal(str)  # the path that a second start was given, or ""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = "tineng-" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._heard)

    def hand_over(self, path: Path | None) -> bool:
        """Give the path to a running instance; whether there is one."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(ANSWER_WAIT):
            return False
        socket.write((str(path.resolve()) if path else "").encode() + b"\n")
        socket.waitForBytesWritten(ANSWER_WAIT)
        socket.disconnectFromServer()
        return True

    def listen(self) -> None:
        """Be the running instance from now on. A socket that a crash left behind is taken away first."""
        if not self._server.listen(self._name):
            QLocalServer.removeServer(self._name)
            self._server.listen(self._name)

    def _heard(self) -> None:
        socket = self._server.nextPendingConnection()
        if socket is not None:
            socket.readyRead.connect(lambda: self.asked.emit(bytes(socket.readLine().data()).decode("utf-8", "replace").strip()))


def make_application() -> QApplication:
    """The application object with its names, Chinese dialogs and look."""
    if sys.platform.startswith("linux"):
        session_bus.settle()
        # Only the ibus plug-in ships with Qt's wheel; fcitx5 answers to it too.
        os.environ.setdefault("QT_IM_MODULE", "ibus")
    existing = QApplication.instance()
    if isinstance(existing, QApplication) and existing.applicationName() == "tineng":
        return existing
    application = existing if isinstance(existing, QApplication) else QApplication([NAME])
    application.setApplicationName("tineng")
    application.setApplicationDisplayName(NAME)
    application.setDesktopFileName("tineng")
    application.setWindowIcon(QIcon(str(paths.icon())))
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    application.installTranslator(MissingWords(application))
    translator = QTranslator(application)
    if translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(translator)
    return application


def open_window(path: Path | None) -> int:
    """Open the program's window, with a file if one is given; the exit status when it closes."""
    application = make_application()
    instance = Instance(paths.data_folder())
    if instance.hand_over(path):
        return 0
    theme.apply(application, dark=theme.system_is_dark(application))
    window = MainWindow()
    window.on_screen.connect(lambda: furnish(window, instance, path), Qt.ConnectionType.QueuedConnection)
    window.show()
    return application.exec()


def furnish(window: MainWindow, instance: Instance, path: Path | None) -> None:
    """Everything behind the window, once it is on the screen: the store, saving, crash reports, the list of drafts."""
    from app.store import Store
    from app.ui import crash
    from app.ui.autosave import Autosave
    from app.ui.desk import Desk
    from app.ui.messages import Messages

    application, messages = make_application(), Messages()
    try:
        store = Store.open(paths.data_folder())
    except AppError as error:
        messages.alarm(window, NAME, error.message)
        application.exit(2)
        return
    instance.listen()
    desk = Desk(store, Autosave(store), messages)
    apply_look(application, desk)
    window.furnish(desk)
    crash.install(desk, window)
    instance.asked.connect(lambda name: raise_window(window, name))
    application.commitDataRequest.connect(lambda _: window.save_now())
    application.styleHints().colorSchemeChanged.connect(lambda _: window.apply_look())
    application.aboutToQuit.connect(lambda: (desk.autosave.close(), store.close()))
    after_start(window, path)


def raise_window(window: MainWindow, name: str) -> None:
    """A second start: bring the window to the front, with the file that it was given."""
    window.setWindowState(window.windowState() & ~window.windowState().WindowMinimized)
    window.raise_()
    window.activateWindow()
    if name:
        window.open_path(Path(name))


def after_start(window: MainWindow, path: Path | None) -> None:
    """What can wait until the window stands: what recovery did, the first start's page, and the file from the command line."""
    window.home.after_start()
    QTimer.singleShot(IDLE, warm_up)
    if path is not None:
        window.open_path(path)


def warm_up() -> None:
    """Load what the first preview and the first export need while the person is still looking at the list of drafts."""
    threading.Thread(target=_load_documents, name="warm-up", daemon=True).start()


def _load_documents() -> None:
    importlib.import_module("app.export.pdf")
    importlib.import_module("pypdfium2")
