# reportlab has no type stubs, hence:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""The PDF: the paper form itself, laid out here and written with reportlab's PDF objects. Import late.

First everything is laid out, then drawn: the number of pages is known before the first is drawn. The same input gives the
same bytes; the only date inside is 申报日期.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFDocument, PDFPage, PDFString

from app.export import pdf_cover, pdf_draw
from app.export.context import Printed
from app.export.pdf_draw import HEIGHT, LEFT, WIDTH, Text
from app.export.pdf_fonts import FontSet, stream
from app.export.pdf_rows import section_rows
from app.export.pdf_type import MM
from app.layout.boxes import Row
from app.layout.page import Page, paginate

TOP, BOTTOM = 30 * MM, HEIGHT - 26 * MM
"""Where the table's page begins and ends, below the paper's upper edge."""
DATA_NAME = "申报数据.json"
CREATOR, PRODUCER = "提能申报", "tineng (reportlab)"

Place = tuple[int, float, float]


class Cancelled(Exception):  # noqa: N818 - it is no error
    """The caller no longer wants the document."""


@dataclass(frozen=True)
class Rendered:
    """A finished PDF. ``pages`` counts all, the cover too; ``places`` maps section ids and field ids to (page index from 0, top
    below the page's upper edge in pt, height in pt) of the row that first prints them."""

    data: bytes
    pages: int
    places: dict[str, Place]


def render_pdf(printed: Printed, data: bytes, *, cancelled: Callable[[], bool] | None = None) -> Rendered:
    """The paper form of an application, with ``data`` (the draft file's bytes) attached to the PDF as 申报数据.json.

    ``cancelled`` is asked now and then, and :class:`Cancelled` raised when it says so. A draft (``printed.open_errors`` is not
    None) is watermarked.
    """

    def poll() -> None:
        if cancelled is not None and cancelled():
            raise Cancelled

    covers = pdf_cover.pages(printed)
    body = paginate(_rows(printed, poll), TOP, BOTTOM, poll)
    font_set = FontSet()
    contents = list(_contents(printed, covers, body, font_set, poll))
    places = _places(covers, body)
    written = _Document(printed, font_set).write(contents, data, places)
    return Rendered(written, len(contents), places)


def _rows(printed: Printed, poll: Callable[[], None]) -> Iterator[Row]:
    for section in printed.form.sections:
        poll()
        yield from section_rows(printed, section)


def _places(covers: list[Page], body: list[Page]) -> dict[str, Place]:
    """Where each name is first printed in the form itself; on the cover only what stands nowhere else."""
    places: dict[str, Place] = {}
    numbered = [*enumerate(body, len(covers)), *enumerate(covers)]
    for number, page in numbered:
        for band in page:
            for name in band.row.names:
                places.setdefault(name, (number, band.y, band.height))
    cover_unit = places.get("cover.unit")
    if cover_unit is not None:
        places.setdefault("unit.partners", cover_unit)
        places.setdefault("unit.lead", cover_unit)
    return places


def _contents(printed: Printed, covers: list[Page], body: list[Page], font_set: FontSet, poll: Callable[[], None]) -> Iterator[bytes]:
    """Each page's content stream."""
    under = "/Draft Do" if printed.draft_mark else ""
    for number, page in enumerate([*covers, *body], 1 - len(covers)):
        poll()
        text = Text(font_set)
        if printed.draft_mark:
            pdf_draw.draft_mark(text, printed.draft_mark)
        lines = pdf_cover.lines(printed) if page is covers[0] else []
        above = [line for line in lines if line[1] < pdf_cover.TABLE_TOP]
        for slug, y in above:
            text.slug(LEFT, y, slug)
        text.table(page)
        for slug, y in lines[len(above) :]:
            text.slug(LEFT, y, slug)
        if number > 0:
            pdf_draw.footer(text, printed.footer, number, len(body))
        yield pdf_draw.joined((under, pdf_draw.rules(page), text.code()))


class _Document:
    """The PDF's objects around the pages."""

    def __init__(self, printed: Printed, font_set: FontSet) -> None:
        self.printed = printed
        self.font_set = font_set
        self.doc: Any = PDFDocument(compression=0, invariant=1, pdfVersion=(1, 7))

    def write(self, contents: list[bytes], data: bytes, places: dict[str, Place]) -> bytes:
        """The whole file."""
        doc, printed = self.doc, self.printed
        mark = pdf_draw.watermark(self.font_set) if printed.draft_mark else b""
        fonts = doc.Reference(self.font_set.add_to(doc))
        entries: dict[str, Any] = {"Font": fonts}
        if mark:
            form = stream(mark, Type="/XObject", Subtype="/Form", BBox=_media_box(), Resources=PDFDictionary(entries))
            entries = entries | {"XObject": PDFDictionary({"Draft": doc.Reference(form)})}
        resources = doc.Reference(PDFDictionary(entries))
        pages = [self._page(content, resources) for content in contents]
        doc.Catalog = self._catalog(pages, data, places)
        doc.info = self._info()
        about = "\0".join([printed.title, printed.author, str(printed.applied)])
        digest = hashlib.sha256(b"\0".join([*contents, data, about.encode("utf-8", "replace")])).hexdigest()[:32]
        doc._ID = f"[<{digest}> <{digest}>]\n".encode("ascii")
        return doc.format()

    def _page(self, content: bytes, resources: Any) -> Any:
        page: Any = PDFPage()
        page.MediaBox = _media_box()
        page.Contents = stream(content)
        page.Resources = resources
        reference = self.doc.Reference(page, self.doc.thisPageName())
        self.doc.addPage(page)
        return reference

    def _catalog(self, pages: list[Any], data: bytes, places: dict[str, Place]) -> PDFDictionary:
        attached = self._attached(data)
        names = PDFDictionary({"Names": PDFArray([PDFString(DATA_NAME), attached])})
        return PDFDictionary(
            {
                "Type": "/Catalog", "Pages": self.doc.Reference(self.doc.Pages), "Lang": PDFString("zh-CN"),
                "ViewerPreferences": PDFDictionary({"DisplayDocTitle": "true"}),
                "Names": PDFDictionary({"EmbeddedFiles": names}), "AF": PDFArray([attached]),
                "Outlines": self._outlines(pages, places), "PageMode": "/UseOutlines",
            }
        )  # fmt: skip

    def _attached(self, data: bytes) -> Any:
        # readers compare this sum; it protects nothing
        check = hashlib.md5(data, usedforsecurity=False).hexdigest()
        params = PDFDictionary({"Size": len(data), "CheckSum": f"<{check}>"})
        file = self.doc.Reference(stream(data, Type="/EmbeddedFile", Subtype="/application#2Fjson", Params=params))
        entry = {
            "Type": "/Filespec", "F": PDFString(DATA_NAME), "UF": PDFString(DATA_NAME), "AFRelationship": "/Data",
            "EF": PDFDictionary({"F": file, "UF": file}),
        }  # fmt: skip
        return self.doc.Reference(PDFDictionary(entry))

    def _outlines(self, pages: list[Any], places: dict[str, Place]) -> Any:
        """The bookmarks: the cover, then a section each."""
        root = PDFDictionary({"Type": "/Outlines"})
        parent = self.doc.Reference(root)
        targets = [("封面", 0, 0.0)]
        for section in self.printed.form.sections:
            if section.heading:
                page, y, _ = places[section.id]
                targets.append((section.heading.split("（")[0], page, y))
        items = [
            PDFDictionary(
                {
                    "Title": PDFString(title), "Parent": parent,
                    "Dest": PDFArray([pages[page], "/XYZ", "null", round(HEIGHT - max(0.0, y - 12), 2), "null"]),
                }
            )
            for title, page, y in targets
        ]  # fmt: skip
        references = [self.doc.Reference(item) for item in items]
        for at, item in enumerate(items):
            if at:
                item["Prev"] = references[at - 1]
            if at + 1 < len(items):
                item["Next"] = references[at + 1]
        root.dict |= {"First": references[0], "Last": references[-1], "Count": len(items)}
        return parent

    def _info(self) -> PDFDictionary:
        printed = self.printed
        entries: dict[str, Any] = {
            "Title": _answer(printed.title), "Author": _answer(printed.author),
            "Subject": PDFString("".join(printed.form.title)), "Creator": PDFString(CREATOR), "Producer": PDFString(PRODUCER),
        }  # fmt: skip
        if printed.applied is not None:
            entries["CreationDate"] = PDFString(f"D:{printed.applied.isoformat().replace('-', '')}000000+08'00'")
        return PDFDictionary(entries)


def _answer(text: str) -> str:
    """A text string in hex (ISO 32000-1, 7.9.2.2): as letters, an answer could read like the inside of a PDF to those who look for harm."""
    return f"<feff{text.encode('utf-16-be').hex()}>"


def _media_box() -> PDFArray:
    return PDFArray([0, 0, round(WIDTH, 2), round(HEIGHT, 2)])
