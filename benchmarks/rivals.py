"""The same application made into a PDF in other ways: what our own PDF is measured against.

Each rival prints the same words in a bordered table with the same fonts. They are simpler than the paper form (no kept-together
signature blocks, no 校验码, no attached data), so a rival's time is rather too short than too long.
"""

from __future__ import annotations

import html
import subprocess
import tempfile
from pathlib import Path

from app import paths
from app.export.context import Printed
from forms.schema import Grid, LongText, Review, Rows, Sentences, Signed, SubHeading

FONTS = paths.resources() / "fonts"

Rows_ = list[list[str]]


def rows_of(printed: Printed) -> Rows_:
    """The form as rows of cells: one cell for headings and long texts, several for grids and tables."""
    rows: Rows_ = [[text] for text in printed.form.title]
    rows += [[label, printed.values[name]] for label, name in printed.form.cover]
    for section in printed.form.sections:
        if section.heading:
            rows.append([section.heading])
            for block in section.blocks:
                rows += _block(printed, block)
    return rows


def _block(printed: Printed, block: object) -> Rows_:
    match block:
        case Grid():
            return [[_cell(printed, cell) for cell in row] for row in block.rows]
        case LongText():
            return [["\n".join([*printed.lines.get(block.before, []), printed.values[block.value]])]]
        case Sentences():
            return [["\n".join(printed.fill(line) for line in block.lines)]]
        case SubHeading():
            return [[block.text]]
        case Rows():
            heads = [head for _, head, _ in block.heads]
            return [heads, *([row[name] for name, _, _ in block.heads] for row in printed.tables[block.value])]
        case Signed():
            return [["\n".join([*(printed.fill(line) for line in block.lines), block.signature.label + block.signature.seal])]]
        case Review():
            return [["".join(label), signature.label + signature.seal] for label, signature in block.rows]
        case _:
            return []


def _cell(printed: Printed, cell: object) -> str:
    boxes = getattr(cell, "boxes", "")
    if boxes:
        return "\n".join("　".join(row) for row in printed.boxes[boxes])
    lines = "\n".join(printed.fill(line) for line in getattr(cell, "lines", ()))
    return lines or printed.values.get(getattr(cell, "value", ""), "") or getattr(cell, "text", "")


def typst(rows: Rows_) -> bytes:
    """With typst, a compiled typesetter with its own CJK rules."""
    import typst as compiler

    lines = [
        '#set page(paper: "a4", margin: (x: 22mm, y: 28mm), numbering: "1")',
        '#set text(font: ("Tineng Fang", "Tineng Song"), size: 12pt, lang: "zh")',
    ]
    lines.append("#set par(justify: true, leading: 0.8em)")
    for row in rows:
        cells = ", ".join(f"[#{_quoted(cell)}]" for cell in row)
        lines.append(f"#table(columns: {len(row)} * (1fr,), {cells})")
    return compiler.compile("\n".join(lines).encode(), font_paths=[str(FONTS)])


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def weasyprint(rows: Rows_) -> bytes:
    """With WeasyPrint, HTML and CSS through Pango."""
    import weasyprint as printer

    faces = "".join(f'@font-face {{ font-family: {name}; src: url("{(FONTS / name).as_uri()}.ttf") }}' for name in ("fang", "song"))
    style = "@page { size: A4; margin: 28mm 22mm } table { width: 100%; border-collapse: collapse }"
    style += "td { border: 0.5pt solid; padding: 2mm; white-space: pre-wrap }"
    body = "".join("<table><tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr></table>" for row in rows)
    text = f'<html lang="zh"><style>{faces}{style} body {{ font: 12pt/1.8 fang, song }}</style><body>{body}</body></html>'
    return printer.HTML(string=text).write_pdf() or b""


def qt(rows: Rows_) -> bytes:
    """With Qt's own PDF writer, a rich-text document."""
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF
    from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QPageLayout, QPageSize, QPdfWriter, QTextDocument

    application = QGuiApplication.instance() or QGuiApplication([])
    families = [
        QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(FONTS / name)))[0] for name in ("fang.ttf", "song.ttf")
    ]
    document = QTextDocument()
    font = QFont(families)
    font.setPointSize(12)
    document.setDefaultFont(font)
    body = "".join(
        '<table width="100%" border="1" cellspacing="0" cellpadding="6"><tr>'
        + "".join(f"<td>{html.escape(cell).replace(chr(10), '<br>')}</td>" for cell in row)
        + "</tr></table>"
        for row in rows
    )
    document.setHtml(body)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(22, 28, 22, 28), QPageLayout.Unit.Millimeter
        )
    )
    document.print_(writer)
    del writer
    buffer.close()
    assert application is not None
    return bytes(data.data())


def libreoffice(docx: bytes) -> bytes:
    """Our own docx through LibreOffice without a window; always a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "a.docx").write_bytes(docx)
        profile = f"-env:UserInstallation={(folder.parent / 'tineng-benchmark-profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", name, str(folder / "a.docx")]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return (folder / "a.pdf").read_bytes()
