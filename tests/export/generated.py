"""Applications made by chance, hostile but valid, and their documents read back by PDFium, pypdf and python-docx.

Every answer that a person may type is drawn from all printable characters and from scraps that break careless programs. What is
looked for is the stored answer itself; white space and characters of no width do not count, since lines are broken anew.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from app import coverage
from app.application import LEADER_NOTE, Application, dump, new, newest_call, parse
from app.export import ooxml, pdf
from app.export.context import printed
from app.export.docx import render_docx
from app.opening import pdf_file
from forms.schema import Field, Kind

SCRAPS = (
    "{{7*7}}", "{% for x in y %}", "{#", "<b>粗</b>", "&amp;", "&#x4e00;",
    "</w:t></w:r>", '<img src="x">', "a<b & c>d", "=1+1", "%s%n", "\\n",
    "${x}", "]]>", "<![CDATA[", "--", "——", "……", "“”‘’", "（）", "①②③",
    "㎡", "10%", "https://a.b/c?d=e&f=g", "x" * 60, "，，，", "1,234.56",
    "e\u0301", "\u00a0", "\u3000", "\u200b",
    "\u00ad", "ffi fl ff", "\U00028678", "常德市科协学会", "提能计划", "The quick brown fox", "0736-7256979",
)  # fmt: skip
_NO_WIDTH = re.compile("[\\s\u00ad\u200b-\u200d\u2060\ufeff\ufe0e\ufe0f\x02\ufffe-]+")
"""White space, what has no width, and the hyphen, for which PDFium gives other signs at the end of a line."""
_FOOTER = re.compile(r"校验码[0-9A-F]{8}第\d+页共\d+页")
_LIGATURES = str.maketrans({"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl"})
_TWICE = re.compile("([\u0300-\u036f])\\1+")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TYPED = (Kind.TEXT, Kind.LONG, Kind.PHONE, Kind.EMAIL, Kind.POSTCODE, Kind.MOBILE)


# --- making -------------------------------------------------------------------------------------------------------------------


def characters() -> list[str]:
    """Every character that the fonts print, the usual ones many times."""
    every = sorted(coverage.characters())
    usual = [char for char in every if "\u4e00" <= char <= "\u6fff" or char.isascii()]
    return every + usual * 3


def words(chance: random.Random, pool: list[str], most: int) -> str:
    """Text of at most ``most`` code points."""
    found = ""
    while len(found) < most and chance.random() < 0.92:
        found += chance.choice(SCRAPS) if chance.random() < 0.4 else "".join(chance.choices(pool, k=chance.randrange(1, 12)))
    return found[:most]


def long_text(chance: random.Random, pool: list[str], most: int) -> str:
    """Paragraphs, now and then many."""
    paragraphs = chance.choice((0, 1, 3, 12))
    return "\n".join(words(chance, pool, most) for _ in range(paragraphs))[:1800]


def answer(chance: random.Random, pool: list[str], entry: Field, application: Application) -> Any:
    """A raw answer for one field, None for none."""
    if chance.random() < 0.08:
        return None
    if entry.kind in FIGURES:
        return FIGURES[entry.kind](chance)
    if entry.kind is Kind.TEXT:
        return words(chance, pool, min(entry.limit, 90))
    if entry.kind is Kind.LONG:
        return long_text(chance, pool, 200)
    if entry.kind is Kind.TABLE:
        columns = {column.id: column for column in entry.columns}
        rows = range(chance.choice((0, 1, 3, min(entry.limit, 14))))
        return [{name: answer(chance, pool, column, application) or "" for name, column in columns.items()} for _ in rows]
    options = [option.id for option in application.answers_without_files().choices(entry)]
    if entry.kind is Kind.CHOICES:
        return [option for option in options if chance.random() < 0.5]
    return chance.choice(options) if options else None


def some_day(chance: random.Random) -> str:
    return (date(2022, 1, 1) + timedelta(chance.randrange(500))).isoformat()


FIGURES: dict[Kind, Callable[[random.Random], Any]] = {
    Kind.YES_NO: lambda chance: chance.random() < 0.6,
    Kind.DATE: some_day,
    Kind.PARTIAL_DATE: some_day,
    Kind.MONEY: lambda chance: f"{chance.randrange(10**6) / 10**4:f}",
    Kind.COUNT: lambda chance: str(chance.randrange(1000)),
    Kind.MOBILE: lambda chance: f"139{chance.randrange(10**8):08}",
    Kind.POSTCODE: lambda chance: f"{chance.randrange(10**6):06}",
    Kind.EMAIL: lambda chance: f"a{chance.randrange(10**6)}.b-c_d@例.example",
    Kind.PHONE: lambda chance: f"0736-{chance.randrange(10**7):07}",
}


def generate(seed: int) -> Application:
    """The application of that number, the same on every machine."""
    chance, pool = random.Random(seed), characters()
    application = new(chance.choice(("party", "capability")), newest_call())
    for entry in application.form:
        given = answer(chance, pool, entry, application)
        if given is not None:
            application.set(entry.id, given)
    for person in application.values.get("people", [])[:1]:
        person["note"] = LEADER_NOTE
    return application


# --- reading back -----------------------------------------------------------------------------------------------------------


def bare(text: str) -> str:
    return _TWICE.sub(r"\1", _NO_WIDTH.sub("", text).translate(_LIGATURES))


def answers(application: Application) -> dict[str, str]:
    """Each answer as it must stand on paper: the stored text, cell by cell. Dates, sums and ticks as both documents format them."""
    form, found = application.form, {}
    page = printed(application)
    for entry in form:
        value = application.values.get(entry.id)
        if value is None or (entry.shown_when and application.values.get(entry.shown_when) is not True):
            continue
        if entry.kind is Kind.TABLE:
            if entry.id in page.tables:
                names = [name for name in page.tables[entry.id][0] if name in {column.id for column in entry.columns}]
                texts = [(number, name, row.get(name, "")) for number, row in enumerate(value) for name in names if name != "note"]
                found |= {f"{entry.id}[{number}].{name}": text for number, name, text in texts}
        elif entry.kind in TYPED:
            found[entry.id] = value
        elif entry.kind in (Kind.DATE, Kind.PARTIAL_DATE, Kind.MONEY, Kind.COUNT):
            found[entry.id] = page.values[entry.id]
    return {name: bare(text) for name, text in found.items() if bare(text)}


def pdf_pages(data: bytes) -> list[str]:
    """Each page's text by PDFium, without the footer."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        pages: list[str] = []
        for page in document:
            text = page.get_textpage()
            pages.append(_FOOTER.sub("", bare(text.get_text_range())))
            text.close()
            page.close()
        return pages
    finally:
        document.close()


def pdf_pages_again(data: bytes) -> list[str]:
    """The same by pypdf. PDFium leaves out a character after a combining mark that begins a text (poppler and pypdf have it)."""
    import pypdf

    return [_FOOTER.sub("", bare(page.extract_text())) for page in pypdf.PdfReader(io.BytesIO(data)).pages]


def docx_text(data: bytes) -> str:
    """The body's text by python-docx, paragraph by paragraph."""
    import docx

    signs = {f"{_W}noBreakHyphen": "\u2011"}
    body = docx.Document(io.BytesIO(data)).element.body
    return "\n".join(
        bare("".join((node.text or "") if node.tag == f"{_W}t" else signs.get(node.tag, "") for node in paragraph.iter()))
        for paragraph in body.iter(f"{_W}p")
    )


def stands(wanted: str, pages: list[str]) -> bool:
    """Whether a text stands in one piece, or cut once or several times by page ends."""
    if any(wanted in page for page in pages) or wanted in "".join(pages):
        return True
    for number in range(len(pages) - 1):
        cut = max((size for size in range(1, len(wanted)) if wanted[:size] in pages[number]), default=0)
        if any(stands(wanted[size:], pages[number + 1 : number + 2] or [""]) for size in range(cut, max(cut - 64, 0), -1)):
            return True
    return False


def differences(application: Application) -> list[str]:
    """Render both documents, read them back, and name what is not as it was typed."""
    sheet, draft = printed(application), dump(application)
    rendered = pdf.render_pdf(sheet, draft)
    document = render_docx(sheet, draft, pages=rendered.pages)
    wanted = answers(application)
    pages, body = pdf_pages(rendered.data), docx_text(document)
    flat = body.replace("\n", "")
    missed = {name: text for name, text in wanted.items() if not stands(text, pages)}
    again = pdf_pages_again(rendered.data) if missed else []
    wrong = [f"PDF {name}" for name, text in missed.items() if not stands(text, again)]
    wrong += [f"docx {name}" for name, text in wanted.items() if text not in flat]
    return wrong + _carried(application, draft, rendered.data, document)


def _carried(application: Application, draft: bytes, paper: bytes, document: bytes) -> list[str]:
    """Whether the data inside both documents is the application."""
    import pypdf

    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        in_docx, untouched = ooxml.embedded({name: archive.read(name) for name in archive.namelist()})
    files = [data for named in pypdf.PdfReader(io.BytesIO(paper)).attachments.values() for data in named]
    wrong = [] if files == [draft] else ["the PDF's attachment"]
    for name, data in (("PDF", pdf_file.embedded(paper, b"kexie-application")), ("docx", in_docx)):
        again = parse(data, lambda _: None)
        if (again.values, dump(again)) != (application.values, draft):
            wrong.append(f"the data in the {name}")
    return wrong if untouched else [*wrong, "the docx counts as touched"]


def hunt(first: int, count: int) -> dict[int, list[str]]:
    """What is wrong, by the number of the application."""
    found = {seed: differences(generate(seed)) for seed in range(first, first + count)}
    return {seed: wrong for seed, wrong in found.items() if wrong}
