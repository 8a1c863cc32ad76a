"""The self-test's part that needs Qt: one window, drawn on no screen."""

from __future__ import annotations

import os

from PySide6.QtCore import QLibraryInfo, QTranslator, qVersion
from PySide6.QtGui import QImageReader
from PySide6.QtWidgets import QDialogButtonBox

from app import paths
from app.errors import AppError


def draw() -> str:
    """Draw a few buttons in the program's look, in Chinese and in its own fonts; what to say of it. AppError if anything is amiss."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from app.ui import theme
    from app.ui.start import make_application

    application = make_application()
    theme.apply(application, dark=False)
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    text = box.button(QDialogButtonBox.StandardButton.Cancel).text()
    picture = box.grab().toImage()
    if picture.isNull() or picture.width() < box.minimumSizeHint().width():
        raise AppError("画不出窗口")
    if not QTranslator().load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)) or not text.startswith("取消"):
        raise AppError("Qt 的中文翻译没有装好")
    if QImageReader(str(paths.icon())).read().isNull():
        raise AppError("程序图标没有装好")
    return f"Qt {qVersion()}，界面字体 {application.font().family()}"
