"""Reading the finished documents back with readers that had no part in writing them, and comparing them with the answers.

The PDF is read by PDFium, the docx as zip and XML. White space does not count: lines are broken anew in each document.
"""

# lxml has no type stubs, hence:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from app.errors import AppError
from app.export.context import NUMBER, Printed
from app.opening import limits
from forms.schema import Block, Cell, Grid, LongText, Review, Rows, Sentences, Signature, Signed, SubHeading

_UNSEEN = re.compile("[\\s\u00ad\u200b-\u200d\u2060\ufeff\ufe0e\ufe0f]+")
_FOOTER = re.compile(r"校验码[0-9A-F]{4}-[0-9A-F]{4}第\d+页共\d+页")
_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-"})
"""PDFium's marks for a hyphen that ends a line."""
_LIGATURES = str.maketrans({"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl"})
"""PDFium gives them as letters, so they count as those on both sides."""
_SAME_MARKS = re.compile("([\u0300-\u036f])\\1+")
"""A mark that stands twice on one letter is drawn twice at one place, which PDFium takes for bold and gives once."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PDF_SECONDS = 6.0
"""A foreign PDF is not read for longer than this; ours take 10 ms a page."""
SEARCH_CHARACTERS = 300_000_000
"""Work on texts that page ends cut, for one document: a fullest form of 180 pages takes a tenth of it, one that repeats itself half."""
_OVERLAP = 64
"""How many characters of a text may by chance also continue what follows it on the page."""


def bare(text: str) -> str:
    """Text without white space and characters of no width, ligatures as letters."""
    seen = _UNSEEN.sub("", text)
    return seen if seen.isascii() else _SAME_MARKS.sub(r"\1", seen.translate(_LIGATURES))


# --- what must be there --------------------------------------------------------------------------------------------------


def expected(printed: Printed) -> Iterator[tuple[str, str]]:
    """``(what it is, text)`` for every word that the documents print, fixed words and answers, in the paper's order."""
    form = printed.form
    yield from (("封面", line) for line in form.title)
    yield from ((label, printed.values.get(name, "")) for label, name in form.cover)
    for section in form.sections:
        yield section.title, section.heading
        for block in section.blocks:
            yield from ((section.title, text) for text in _texts(printed, block))
    yield "校验码", printed.footer


def _texts(printed: Printed, block: Block) -> Iterator[str]:
    match block:
        case Grid():
            for cell in (cell for row in block.rows for cell in row):
                yield from _cell(printed, cell)
        case LongText():
            yield from printed.lines.get(block.before, [])
            yield printed.values[block.value]
        case Sentences():
            yield from (printed.fill(line) for line in block.lines)
        case SubHeading():
            yield block.text
        case Rows():
            yield from (head for _, head, _ in block.heads)
            columns = [column for column, _, _ in block.heads if column != NUMBER]
            yield from (row[column] for row in printed.tables[block.value] for column in columns)
        case Signed():
            yield from (printed.fill(line) for line in block.lines)
            yield from _signature(block.signature)
        case Review():
            for label, signature in block.rows:
                yield from label
                yield from _signature(signature)


def _cell(printed: Printed, cell: Cell) -> Iterator[str]:
    yield cell.text
    if cell.value:
        yield printed.values.get(cell.value, "")
    yield from (printed.fill(line) for line in cell.lines)
    if cell.boxes:
        yield from (box for row in printed.boxes[cell.boxes] for box in row)


def _signature(signature: Signature) -> Iterator[str]:
    yield signature.label
    yield signature.seal


def missing(printed: Printed, pages: Sequence[str], shown: Callable[[str], str] = str) -> list[str]:
    """What of :func:`expected` cannot be found in a document's pages (one string for a docx), each named once.

    A text may be cut by page ends; then its pieces must follow each other on consecutive pages. ``shown`` gives a text as the
    document has it.
    """
    texts = [_FOOTER.sub("", page) for page in map(bare, pages)]
    whole = "\n".join([*texts, *map(bare, pages)])
    search = _Search(texts)
    absent: dict[str, None] = {}
    for label, text in expected(printed):
        wanted = bare(shown(text))
        if wanted and wanted not in whole and not search.over_pages(wanted):
            absent[label] = None
    return list(absent)


class _Search:
    """Finding texts that page ends cut, with a bound on the work that a foreign document can cause."""

    def __init__(self, pages: Sequence[str]) -> None:
        self._pages = pages
        self._signs = [frozenset(page) for page in pages]
        self._left = SEARCH_CHARACTERS
        self._near = 0

    def over_pages(self, wanted: str) -> bool:
        """Whether ``wanted`` stands on consecutive pages without a gap; False too when the work grows out of bounds.

        Texts are asked for in the paper's order, so each is looked for first near the last one: from the first page on, the
        fullest form would take more work than is allowed.
        """
        return self._stands(wanted, self._near) or self._stands(wanted, 0)

    def _stands(self, wanted: str, first: int) -> bool:
        """All beginnings at once, since a text that repeats itself begins on nearly every page, and goes on from there for long."""
        done: set[int] = set()
        for number in range(first, len(self._pages)):
            done = self._after(number, wanted, done | {0})
            if len(wanted) in done:
                self._near = max(number - 2, 0)
                return True
            if self._left <= 0:
                break
        return False

    def _after(self, number: int, wanted: str, done: set[int]) -> set[int]:
        """How much of ``wanted`` may have been said when a page ends, where ``done`` may have been when it began.

        Of amounts that follow each other the largest leads furthest, so it alone is tried for more than one character; and of what
        it leads to, the largest go on furthest.
        """
        self._left -= len(done)
        here = {size for size in done if wanted[size] in self._signs[number]}
        after = {size + 1 for size in here}
        for size in after - here:
            end = size + self._longest(wanted, size - 1, self._pages[number])
            after.update(range(max(size, end - _OVERLAP), end))
        return after

    def _longest(self, wanted: str, begin: int, page: str) -> int:
        """Length of the longest piece of ``wanted`` from ``begin`` that stands on the page, which has its first character."""
        size = step = 1  # short by chance most often, so steps grow first
        while step:
            self._left -= len(page)
            if size + step <= len(wanted) - begin and wanted[begin : begin + size + step] in page:
                size += step
                step *= 2
            else:
                step //= 2
        return size


# --- the readers ---------------------------------------------------------------------------------------------------------


def pdf_pages(data: bytes) -> list[str]:
    """The text of each page of a PDF. AppError if PDFium cannot read it, or not in time."""
    import pypdfium2

    from app.pdfium import opened

    begun = time.monotonic()
    try:
        with opened(data) as document:
            if len(document) > limits.PDF_PAGES:
                raise AppError("PDF页数太多，不是申报书")
            pages: list[str] = []
            for number in range(len(document)):
                if time.monotonic() - begun > PDF_SECONDS:
                    raise AppError("PDF太复杂，没有读完")
                pages.append(_page_text(document, number))
            return pages
    except pypdfium2.PdfiumError as error:
        raise AppError("PDF已损坏，打不开") from error


def pdf_pages_again(data: bytes) -> list[str]:
    """The same by pypdf, for a PDF of our own: a second opinion where PDFium leaves a character out, as it now and then does
    behind a bare combining mark. Slow, so only asked where PDFium misses something."""
    from io import BytesIO

    from pypdf import PdfReader

    return [page.extract_text() for page in PdfReader(BytesIO(data)).pages]


def _page_text(document: object, number: int) -> str:
    page = document[number]  # pyright: ignore[reportIndexIssue]
    text_page = page.get_textpage()
    try:
        return text_page.get_text_range().translate(_HYPHENS)
    finally:
        text_page.close()
        page.close()


def docx_text(parts: Mapping[str, bytes]) -> str:
    """The visible text of a docx's parts: the body, then headers and footers, paragraph by paragraph."""
    from app.export.ooxml import parse

    wanted = [name for name in sorted(parts) if name.startswith(("word/document", "word/header", "word/footer"))]
    texts: list[str] = []
    for name in wanted:
        for paragraph in parse(parts[name]).iter(f"{_W}p"):
            texts.append("".join(_run_text(node.tag, node.text) for node in paragraph.iter()))
    return "\n".join(texts)


_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}noBreakHyphen": "\u2011", f"{_W}softHyphen": "\u00ad"}


def _run_text(tag: object, text: str | None) -> str:
    if tag == f"{_W}t":
        return text or ""
    return _SIGNS.get(tag, "") if isinstance(tag, str) else ""
