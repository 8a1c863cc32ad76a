"""Qt's own words are Chinese: standard buttons, the menus of fields, the file, print and colour dialogs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QColorDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
    QWidget,
)

from app.ui.start import make_application
from app.ui.translations import MISSING

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform, of every window
HAN = re.compile(r"[一-鿿]")
WORDS = re.compile(r"[A-Za-z]{3,}")
KEPT = {"HTML", "RGB", "PDF", "DPI", "CUPS"}
"""Names that stay as they are in Chinese."""


@pytest.fixture(autouse=True)
def chinese(qapp: QApplication) -> None:
    assert make_application() is qapp


def english(texts: list[str]) -> list[str]:
    """The texts with a word of Latin letters and no Chinese in them."""
    return [text for text in texts if not HAN.search(text) and set(WORDS.findall(text.replace("&", ""))) - KEPT]


def words(window: QWidget) -> list[str]:
    """What the labels and buttons of a dialog say."""
    labels = [label.text() for label in window.findChildren(QLabel)]
    return labels + [button.text() for button in window.findChildren(QAbstractButton)]


def test_the_translation_is_in_the_wheel() -> None:
    assert (Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)) / "qtbase_zh_CN.qm").is_file()
    assert QLocale().language() is QLocale.Language.Chinese


@pytest.mark.parametrize("box", [QDialogButtonBox, QMessageBox], ids=lambda box: box.__name__)
def test_every_standard_button(qtbot: Any, box: Any) -> None:
    made = box()
    qtbot.addWidget(made)
    for button in box.StandardButton:
        if button.name not in ("NoButton", "FirstButton", "LastButton", "YesAll", "NoAll", "Default", "Escape", "FlagMask", "ButtonMask"):
            text = made.addButton(button).text()
            assert HAN.search(text), button.name


@pytest.mark.parametrize("field", [QLineEdit, QPlainTextEdit], ids=lambda field: field.__name__)
def test_the_menus_of_fields(qtbot: Any, field: Any) -> None:
    made = field()
    qtbot.addWidget(made)
    menu: QMenu = made.createStandardContextMenu()
    texts = [action.text() for action in menu.actions() if action.text()]
    assert len(texts) >= 6
    assert english(texts) == []
    menu.deleteLater()


def test_the_file_dialog(qtbot: Any) -> None:
    dialog = QFileDialog()
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    qtbot.addWidget(dialog)
    dialog.show()
    texts = [text for text in words(dialog) if "/" not in text]  # not the names of folders
    assert "文件类型(&T)：" in texts
    assert english(texts) == []


def test_the_colour_dialog(qtbot: Any) -> None:
    dialog = QColorDialog()
    dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
    qtbot.addWidget(dialog)
    dialog.show()
    assert any(HAN.search(text) for text in words(dialog))
    assert english(words(dialog)) == []


def test_a_word_that_qt_has_is_qts_own() -> None:
    own = QTranslator()
    assert own.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    assert QCoreApplication.translate("QFileDialog", "File &name:") == own.translate("QFileDialog", "File &name:") != ""
    for context, text in MISSING:
        assert QCoreApplication.translate(context, text) == (own.translate(context, text) or MISSING[context, text])


def test_a_word_that_nobody_knows_stays_as_it_is() -> None:
    """Not an empty text, as the … on the button of the print dialog that chooses a file once was."""
    assert QCoreApplication.translate("Nowhere", "Unknown words") == "Unknown words"


def test_the_print_dialog(qtbot: Any) -> None:
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    dialog = QPrintDialog(printer)
    qtbot.addWidget(dialog)
    texts = words(dialog)
    assert any(HAN.search(text) for text in texts)
    assert english(texts) == []
