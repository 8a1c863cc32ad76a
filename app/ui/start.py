"""Starting the window: one instance, Chinese dialogs, the store, and the window before anything that can wait.

Until the window is on the screen every import counts: ``PySide6.QtCore.Qt`` alone, with all its enumerations, takes some 15 ms.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QStandardPaths, QTimer, QTranslator
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from app import paths
from app.errors import AppError
from app.ui import session_bus, theme
from app.ui.fitting import fit_screen
from app.ui.main_window import NAME, MainWindow, apply_look
from app.ui.presence import is_perhaps_running
from app.ui.translations import MissingWords

SWITCH = 0.0005
"""Seconds after which the saving thread has to let the window's thread go on (Python's own 0.005 can be felt in a key press)."""

NOT_WHOLE = "程序的文件不全或出了意外的错误，打不开。请重新安装程序，并看看杀毒软件有没有隔离它的文件；填写过的草稿没有改动。"
"""Said where nobody watches over errors yet: without it the window would stand there empty for ever."""


def make_application() -> QApplication:
    """The application object with its names, Chinese dialogs and look."""
    if sys.platform.startswith("linux"):
        session_bus.settle()
        session_bus.choose_input_method(Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforminputcontexts")
    existing = QApplication.instance()
    if isinstance(existing, QApplication) and existing.applicationName() == "tineng":
        return existing
    application = existing if isinstance(existing, QApplication) else QApplication([NAME])
    sys.setswitchinterval(SWITCH)
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
    if is_perhaps_running(paths.data_folder()):
        from app.ui.instance import Instance

        if Instance(paths.data_folder()).hand_over(path):
            return 0
    theme.apply(application, dark=theme.ground_is_dark(application))
    window = MainWindow()
    fit_screen(window)
    window.on_screen.connect(lambda: QTimer.singleShot(0, window, lambda: furnish(window, path)))
    window.show()
    return application.exec()


def furnish(window: MainWindow, path: Path | None) -> None:
    """Everything behind the window, once it is on the screen: the store, saving, crash reports, the list of drafts."""
    from app.ui.messages import Messages

    application, messages = make_application(), Messages()
    try:
        from app.store import Store
        from app.ui import crash
        from app.ui.autosave import Autosave
        from app.ui.desk import Desk
        from app.ui.instance import Instance

        store = Store.open(paths.data_folder())
    except Exception as error:
        told = isinstance(error, AppError)
        messages.alarm(window, NAME, error.message if told else NOT_WHOLE)
        application.exit(2)
        if told:
            return
        raise
    instance = Instance(paths.data_folder(), window)
    instance.listen()
    desk = Desk(store, Autosave(store), messages)
    crash.install(desk, window)
    apply_look(application, desk)
    window.furnish(desk)
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
        window.open_when_free(Path(name))


def after_start(window: MainWindow, path: Path | None) -> None:
    """What can wait until the window stands: what recovery did, the first start's page, and the file from the command line."""
    from app.ui.ahead import Ahead
    from app.ui.mending import Mending

    Ahead(window)
    Mending(window)
    window.home.after_start()
    if path is not None:
        window.open_path(path)
    else:
        leave_program_folder()


def leave_program_folder() -> None:
    """Dialogs begin in the current folder. Where that is the program's own, as after a start from the menu of Windows, they begin among
    the person's documents."""
    if paths.program_folder() == Path.cwd():
        with suppress(OSError):
            os.chdir(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
