"""Printing an exported PDF: the system's print dialog, then page by page beside the window, at the printer's own resolution.

Where the person chooses a PDF file instead of a printer, the file gets the exported pages themselves, not pictures of them.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, Qt, Slot
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.errors import AppError
from app.ui.desk import Desk
from app.ui.export_worker import Job, Work
from app.ui.quiet_dialog import QuietDialog

MOST_DPI = 600
"""A grey A4 page at 600 dpi takes 35 MB; finer than that no office printer is."""
POINTS = 72
NO_PRINTER = (
    "这台电脑上没有找到打印机，请装好打印机再打印。\n\n"
    "也可以点“打开”，用看PDF的程序打印；或者把“{name}”拷到能打印的电脑上，打印{copies}份。"
)
SAVED = "“{name}”已存好，共{pages}页，与导出的一样。"
SAVED_ONCE = "\n\n文件里只有一份，拿去打印时请打印{copies}份。"
Ask = Callable[[QPrinter, QWidget, int], bool]
"""Takes the printer to set up, the window, and how many pages there are."""


class ProgressBox(QWidget):
    """What is being done, how far it is, and a button to stop it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QLabel()
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setAccessibleName("进度")
        self.bar.setRange(0, 1000)
        self.cancel = QPushButton("取消(&C)")
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(self.bar)
        column.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignRight)
        column.addStretch(1)

    @Slot(str, float)
    def show_progress(self, text: str, fraction: float) -> None:
        """Show a step. One that was on its way when the person cancelled does not take the words about that away."""
        if self.cancel.isEnabled():
            self.text.setText(f"{text}……" if text else "")
        self.bar.setValue(round(fraction * 1000))

    def show_cancelling(self) -> None:
        """Show that it stops at its next step; cancelling again would change nothing."""
        self.cancel.setEnabled(False)
        self.text.setText("正在取消……")


def ask_system(printer: QPrinter, parent: QWidget, pages: int) -> bool:
    """The system's print dialog, which sets the printer up; whether the person wants to print."""
    dialog = QPrintDialog(printer, parent)
    dialog.setOption(QPrintDialog.PrintDialogOption.PrintToFile, True)
    dialog.setMinMax(1, pages)
    dialog.setFromTo(1, pages)
    dialog.setPrintRange(QPrintDialog.PrintRange.AllPages)
    wanted = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return wanted


def make_printer(name: str, copies: int) -> QPrinter:
    """A printer set to A4, ``copies`` collated; the PDF has its own margins."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(name)
    printer.setCopyCount(copies)
    printer.setCollateCopies(True)
    settle_paper(printer)
    return printer


def settle_paper(printer: QPrinter) -> None:
    """Grey on A4, whatever the dialog has made of it: Qt's own puts in what the queue begins with (with CUPS 2.4 Letter and colour,
    where nobody has set it up), and the pages would be stretched and blurred."""
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setPageOrientation(QPageLayout.Orientation.Portrait)
    printer.setFullPage(True)
    printer.setColorMode(QPrinter.ColorMode.GrayScale)


def print_pdf(desk: Desk, parent: QWidget, pdf: Path, copies: int, ask: Ask = ask_system, printer: QPrinter | None = None) -> bool:
    """Print a PDF after asking how; whether all pages went to a printer. Tells what went wrong through ``desk.messages``.

    Without any printer Qt's dialog would only offer to print into a file, which the PDF is already.
    """
    if printer is None and not QPrinterInfo.availablePrinterNames():
        desk.messages.inform(parent, "打印", NO_PRINTER.format(name=pdf.name, copies=copies))
        return False
    try:
        pages = page_count(_read(pdf))
    except AppError as error:
        desk.messages.alarm(parent, "打印", error.message)
        return False
    printer = printer or make_printer(pdf.stem, copies)
    if not ask(printer, parent, pages):
        return False
    settle_paper(printer)
    target = chosen_file(printer)
    dialog = PrintProgress(desk, printing(pdf, printer) if target is None else saving(pdf, printer, target), parent)
    done = dialog.run()
    dialog.deleteLater()
    if done and target is not None:
        words = SAVED + SAVED_ONCE * (printer.copyCount() > 1)
        told = words.format(name=target.name, pages=len(chosen_pages(pages, printer)), copies=printer.copyCount())
        desk.messages.inform(parent, "打印", told)
    return done and target is None


class PrintProgress(QuietDialog):
    """Shown while pages go to the printer."""

    def __init__(self, desk: Desk, work: Work, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("打印")
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("字" * 24))
        self.desk = desk
        self.box = ProgressBox()
        self.job = Job(work, self)
        QVBoxLayout(self).addWidget(self.box)
        self._connect()

    def _connect(self) -> None:
        self.box.cancel.clicked.connect(self.reject)
        self.job.progress.connect(self.box.show_progress)
        self.job.done.connect(self.accept)
        self.job.failed.connect(self._failed)
        self.job.cancelled.connect(self._end)

    def run(self) -> bool:
        """Do the work and wait for its end, the window staying alive."""
        self.job.start()
        return self.exec() == QDialog.DialogCode.Accepted

    def reject(self) -> None:
        """Esc and the window's cross cancel; the dialog goes when the page in hand is done."""
        self.box.show_cancelling()
        self.job.cancel()

    @Slot()
    def _end(self) -> None:
        super().reject()

    @Slot(str)
    def _failed(self, message: str) -> None:
        self.desk.messages.alarm(self, "打印", message)
        super().reject()


def printing(pdf: Path, printer: QPrinter) -> Work:
    """Work that paints a PDF's pages on a printer. Qt allows painting on a QPrinter outside the window's thread.

    A page is rendered once for each time it is printed, so that only one is in memory. Where the printer system does not make
    the copies itself they are made here, collated. Its result is the number of sheets' sides sent.
    """

    def work(progress: Callable[[str, float], None], cancelled: Callable[[], bool]) -> int:
        data = _read(pdf)
        order = page_order(page_count(data), printer)
        painter = QPainter()
        try:
            for place, index in enumerate(order):
                if cancelled():
                    printer.abort()
                    raise AppError("已取消打印")
                progress(f"正在打印第{index + 1}页，共{len(order)}页次", place / len(order))
                image = render(data, index, min(printer.resolution(), MOST_DPI))
                if not (painter.begin(printer) if place == 0 else printer.newPage()):
                    raise AppError("打印机没有接受打印，请检查打印机是否接通、有纸，再试一次")
                painter.drawImage(paper(printer), image)
        finally:
            if painter.isActive():
                painter.end()
        return len(order)

    return work


def chosen_file(printer: QPrinter) -> Path | None:
    """The PDF file that the person wants instead of paper."""
    name = printer.outputFileName()
    return Path(name) if name and printer.outputFormat() is QPrinter.OutputFormat.PdfFormat else None


def saving(pdf: Path, printer: QPrinter, target: Path) -> Work:
    """Work that writes a PDF's chosen pages into a file, once: all of them as the very same bytes. The dialog has asked whether an
    existing file may go; the export itself stays as it is."""

    def work(progress: Callable[[str, float], None], cancelled: Callable[[], bool]) -> int:
        from app.export.atomic import publish

        data = _read(pdf)
        count = page_count(data)
        pages = chosen_pages(count, printer)
        if pages != list(range(count)):
            if target.exists() and target.samefile(pdf):
                raise AppError(f"“{pdf.name}”就是导出的全文，不能换成其中几页，请换一个文件名")
            data = excerpt(data, pages)
        publish(target.parent, {target.name: data}, force=True)
        return len(pages)

    return work


def chosen_pages(count: int, printer: QPrinter) -> list[int]:
    """The pages (from 0) that the person wants, in the order in which the sheets are to come out."""
    wanted = printer.pageRanges()
    pages = [page for page in range(count) if wanted.isEmpty() or wanted.contains(page + 1)]
    return pages[::-1] if printer.pageOrder() is QPrinter.PageOrder.LastPageFirst else pages


def page_order(count: int, printer: QPrinter) -> list[int]:
    """The pages (from 0) in the order in which they are sent: the chosen ones, repeated where the printer system does not."""
    pages = chosen_pages(count, printer)
    times = 1 if printer.supportsMultipleCopies() else printer.copyCount()
    return pages * times if printer.collateCopies() else [page for page in pages for _ in range(times)]


def paper(printer: QPrinter) -> QRect:
    """Where an A4 page goes, in the printer's pixels, the sheet's corner at the painter's origin (the printer is set to full pages): on
    the whole sheet, and where there is no A4, in the middle of a smaller one, never out of proportion."""
    sheet = printer.pageLayout().fullRectPixels(printer.resolution()).size()
    page = QPageSize(QPageSize.PageSizeId.A4).sizePixels(printer.resolution())
    if page.width() > sheet.width() or page.height() > sheet.height():
        page.scale(sheet, Qt.AspectRatioMode.KeepAspectRatio)
    return QRect(QPoint((sheet.width() - page.width()) // 2, (sheet.height() - page.height()) // 2), page)


def _read(pdf: Path) -> bytes:
    try:
        return pdf.read_bytes()
    except OSError as error:
        raise AppError(f"“{pdf.name}”读不出来，请重新导出后再打印") from error


def page_count(data: bytes) -> int:
    """How many pages a PDF has; AppError for what is none."""
    import pypdfium2

    from app.pdfium import opened

    try:
        with opened(data) as document:
            return len(document)
    except pypdfium2.PdfiumError as error:
        raise AppError("PDF文件已损坏，请重新导出后再打印") from error


def excerpt(data: bytes, pages: list[int]) -> bytes:
    """A PDF of some of the pages (from 0), with their text as text."""
    import pypdfium2

    from app.pdfium import opened

    found = BytesIO()
    with opened(data) as document:
        part = pypdfium2.PdfDocument.new()
        part.import_pages(document, pages)
        part.save(found)
        part.close()
    return found.getvalue()


def render(data: bytes, index: int, dpi: int) -> QImage:
    """One page in grey, at ``dpi``; the library is held for one page only, since the preview uses it too."""
    from app.pdfium import opened

    with opened(data) as document:
        bitmap = document[index].render(scale=dpi / POINTS, grayscale=True)
        pixels = bytes(bitmap.buffer)
        image = QImage(pixels, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_Grayscale8)
        return image.copy()
