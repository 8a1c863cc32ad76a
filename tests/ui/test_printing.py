"""Printing: what the dialog is told, which pages go where, the paper, and the file that stands in a printer's place."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdf
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPageLayout, QPageRanges, QPageSize
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

import app.ui.printing
from app.errors import AppError
from app.export.job import export
from app.samples import sample
from app.ui.desk import Desk
from app.ui.printing import PrintProgress, ask_system, make_printer, page_order, paper, print_pdf, printing, render

if TYPE_CHECKING:
    from conftest import Recorder

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)  # the offscreen platform's own word, about every window


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    """The window that printing is asked for in."""
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    application = sample("capability", "tech-service")
    return export(application, tmp_path_factory.mktemp("print"), today=date(2022, 3, 25)).pdf


def to_file(path: Path, copies: int) -> QPrinter:
    """A printer that writes a PDF: a coarse one, so that the test is quick."""
    printer = make_printer("申报书", copies)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    printer.setResolution(72)
    return printer


def pages_of(path: Path) -> int:
    return len(pypdf.PdfReader(path).pages)


@pytest.mark.parametrize(("copies", "ranges", "count"), [(1, "", 8), (4, "", 32), (2, "2-3", 4), (1, "1,3-4,90", 3)])
def test_printed_whole(qtbot: QtBot, pdf: Path, tmp_path: Path, copies: int, ranges: str, count: int) -> None:
    target = tmp_path / "printed.pdf"
    printer = to_file(target, copies)
    printer.setPageRanges(QPageRanges.fromString(ranges))
    assert printing(pdf, printer)(lambda *_: None, lambda: False) == count
    assert pages_of(target) == count


class Printer:
    """What page_order asks of a QPrinter."""

    def __init__(self, *, own: bool, collate: bool, last_first: bool = False, ranges: str = "") -> None:
        self.supportsMultipleCopies, self.collateCopies = (lambda: own), (lambda: collate)
        self.pageRanges = lambda: QPageRanges.fromString(ranges)
        self.copyCount = lambda: 2
        self.pageOrder = lambda: QPrinter.PageOrder.LastPageFirst if last_first else QPrinter.PageOrder.FirstPageFirst


def order(**printer: Any) -> list[int]:
    return page_order(3, Printer(**printer))  # type: ignore[arg-type]


def test_copies_are_collated() -> None:
    assert order(own=False, collate=True) == [0, 1, 2, 0, 1, 2]
    assert order(own=False, collate=False) == [0, 0, 1, 1, 2, 2]
    assert order(own=True, collate=True) == [0, 1, 2]
    assert order(own=True, collate=True, last_first=True) == [2, 1, 0]
    assert order(own=True, collate=True, ranges="1,3") == [0, 2]


def test_what_the_dialog_makes_of_the_paper_does_not_count(
    qtbot: QtBot, desk: Desk, parent: QWidget, pdf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.ui.printing, "chosen_file", lambda _: None)  # this one paints, as a real printer does
    target = tmp_path / "printed.pdf"
    asked: list[tuple[int, int]] = []

    def ask(printer: QPrinter, _parent: object, pages: int) -> bool:
        asked.append((printer.copyCount(), pages))
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.Letter))
        printer.setPageOrientation(QPageLayout.Orientation.Landscape)
        printer.setColorMode(QPrinter.ColorMode.Color)
        printer.setFullPage(False)
        return True

    assert print_pdf(desk, parent, pdf, 1, ask, to_file(target, 1))
    assert asked == [(1, 8)]
    box = pypdf.PdfReader(target).pages[0].mediabox
    assert (round(box.width), round(box.height)) == (595, 842)
    image = pypdf.PdfReader(target).pages[0].images[0]
    assert image.image is not None
    assert image.image.mode == "L"


def test_a_page_is_never_out_of_proportion() -> None:
    printer = make_printer("申报书", 1)
    whole = paper(printer)
    assert whole.topLeft() == QPoint(0, 0)
    assert whole.height() / whole.width() == pytest.approx(297 / 210, rel=1e-3)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.Letter))
    fitted, sheet = paper(printer), printer.pageLayout().fullRectPixels(printer.resolution()).size()
    assert fitted.height() / fitted.width() == pytest.approx(297 / 210, rel=1e-3)
    assert fitted.height() == sheet.height()
    assert abs((sheet.width() - fitted.width()) - 2 * fitted.x()) <= 1


@pytest.mark.parametrize("copies", [1, 4])
def test_a_file_gets_the_exported_bytes(desk: Desk, parent: QWidget, recorder: Recorder, pdf: Path, tmp_path: Path, copies: int) -> None:
    target = tmp_path / "save.pdf"
    target.write_bytes(b"before")  # the system's dialog has asked about it
    assert not print_pdf(desk, parent, pdf, copies, lambda *_: True, to_file(target, copies))  # nothing is on paper
    assert target.read_bytes() == pdf.read_bytes()
    (told,) = recorder.texts("inform")
    assert "save.pdf" in told
    assert "共8页" in told
    assert ("请打印4份" in told) is (copies == 4)


def test_a_file_of_some_pages_has_their_text(desk: Desk, parent: QWidget, recorder: Recorder, pdf: Path, tmp_path: Path) -> None:
    target = tmp_path / "save.pdf"
    printer = to_file(target, 1)
    printer.setPageRanges(QPageRanges.fromString("2,4"))
    print_pdf(desk, parent, pdf, 1, lambda *_: True, printer)
    whole, part = pypdf.PdfReader(pdf).pages, pypdf.PdfReader(target).pages
    assert [page.extract_text() for page in part] == [whole[1].extract_text(), whole[3].extract_text()]
    assert "申报单位基本情况" in part[0].extract_text()
    assert "共2页" in recorder.texts("inform")[0]


def test_the_export_is_not_replaced_by_some_of_its_pages(
    desk: Desk, parent: QWidget, recorder: Recorder, pdf: Path, tmp_path: Path
) -> None:
    own = tmp_path / "申报书.pdf"
    own.write_bytes(pdf.read_bytes())
    printer = to_file(own, 1)
    printer.setPageRanges(QPageRanges.fromString("2"))
    assert not print_pdf(desk, parent, own, 1, lambda *_: True, printer)
    assert own.read_bytes() == pdf.read_bytes()
    assert "请换一个文件名" in recorder.texts("alarm")[0]
    assert recorder.texts("inform") == []


def test_a_file_that_cannot_be_written_is_told(desk: Desk, parent: QWidget, recorder: Recorder, pdf: Path, tmp_path: Path) -> None:
    (tmp_path / "folder.pdf").mkdir()
    assert not print_pdf(desk, parent, pdf, 1, lambda *_: True, to_file(tmp_path / "folder.pdf", 1))
    assert "folder.pdf" in recorder.texts("alarm")[0]
    assert list(tmp_path.glob("*.pdf")) == [tmp_path / "folder.pdf"]
    assert list(tmp_path.glob(".*")) == []


def test_the_dialog_knows_how_many_pages_there_are(qtbot: QtBot, parent: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[tuple[int, int, int, int]] = []

    def execute(dialog: QPrintDialog) -> int:
        found.append((dialog.minPage(), dialog.maxPage(), dialog.fromPage(), dialog.toPage()))
        return QDialog.DialogCode.Accepted

    monkeypatch.setattr(QPrintDialog, "exec", execute)
    assert ask_system(make_printer("申报书", 4), parent, 8)
    assert found == [(1, 8, 1, 8)]


def test_printer_is_preset() -> None:
    printer = make_printer("申报书", 4)
    assert (printer.copyCount(), printer.collateCopies(), printer.fullPage()) == (4, True, True)


def test_not_printed_when_the_person_says_no(desk: Desk, parent: QWidget, pdf: Path, tmp_path: Path) -> None:
    target = tmp_path / "printed.pdf"
    assert not print_pdf(desk, parent, pdf, 4, lambda *_: False, to_file(target, 4))
    assert not target.exists()


@pytest.mark.parametrize("names", [[], ["办公室"]])
def test_without_a_printer_a_word_and_no_dialog(
    desk: Desk, parent: QWidget, recorder: Recorder, pdf: Path, monkeypatch: pytest.MonkeyPatch, names: list[str]
) -> None:
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", lambda: names)
    asked: list[int] = []
    assert not print_pdf(desk, parent, pdf, 4, lambda printer, *_: bool(asked.append(printer.copyCount())))
    assert asked == [4] * len(names)
    told = recorder.texts("inform")
    assert bool(told) is not bool(names)
    assert all(pdf.name in text and "4份" in text for text in told)


def test_cancelling_says_so_until_the_page_in_hand_is_done(qtbot: QtBot, desk: Desk, parent: QWidget, recorder: Recorder) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work(progress: Callable[[str, float], None], cancelled: Callable[[], bool]) -> None:
        progress("正在打印第1页，共8页次", 0.0)
        begun.set()
        assert go_on.wait(60)
        if cancelled():
            raise AppError("已取消打印")

    dialog = PrintProgress(desk, work, parent)
    dialog.show()
    dialog.job.start()
    assert begun.wait(60)
    with qtbot.waitSignal(dialog.rejected):
        qtbot.mouseClick(dialog.box.cancel, Qt.MouseButton.LeftButton)
        QApplication.processEvents()  # the step that was on its way arrives
        assert "正在取消" in dialog.box.text.text()
        assert dialog.isVisible()
        go_on.set()
    assert recorder.shown == []


def test_printing_what_is_gone_is_told(desk: Desk, parent: QWidget, recorder: Recorder, tmp_path: Path) -> None:
    assert not print_pdf(desk, parent, tmp_path / "gone.pdf", 4, lambda *_: True, to_file(tmp_path / "x.pdf", 4))
    assert recorder.texts("alarm") == ["“gone.pdf”读不出来，请重新导出后再打印"]
    (tmp_path / "bad.pdf").write_bytes(b"no pdf")
    assert not print_pdf(desk, parent, tmp_path / "bad.pdf", 4, lambda *_: True, to_file(tmp_path / "x.pdf", 4))
    assert "已损坏" in recorder.texts("alarm")[1]


def test_a_page_is_rendered_at_the_printers_resolution(pdf: Path) -> None:
    image = render(pdf.read_bytes(), 0, 150)
    assert (image.width(), image.height()) == (1241, 1755) or abs(image.width() - 1240) <= 2
    assert image.isGrayscale()
    dark = sum(image.pixelColor(x, y).lightness() < 128 for x in range(0, image.width(), 3) for y in range(0, image.height(), 3))
    assert dark > 50
