"""The exports read back by readers that share no code with the program: poppler, qpdf, python-docx and LibreOffice.

The fixed words are taken from the notice's own text of 附件2 and 附件3, not from our declaration of the forms.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from office_fonts import write_configuration

from app.application import Application
from app.export.context import Printed, printed
from app.export.job import export
from app.samples import sample
from forms.catalogue import FORMS
from forms.text import parse_date

SAMPLES = [
    ("party", "party"), ("capability", "key-society"), ("capability", "service-station"), ("capability", "government-functions"),
    ("capability", "academic-exchange"), ("capability", "tech-service"), ("capability", "science-popularization"),
    ("capability", "society-locality"),
]  # fmt: skip
IDS = [category for _, category in SAMPLES]
PLAIN = re.compile("[\u4e00-\u9fff0-9A-Za-z，。、；：（）“”《》？！%./@]+")
TODAY = parse_date("2022-03-25")
needs_readers = pytest.mark.skipif(
    not shutil.which("pdftotext") or not shutil.which("qpdf"), reason="poppler-utils and qpdf are not installed"
)
needs_libreoffice = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")


@dataclass(frozen=True)
class Made:
    """One exported sample."""

    application: Application
    printed: Printed
    pdf: Path
    docx: Path
    pages: int


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    """All eight samples, exported once."""
    found: dict[str, Made] = {}
    for form, category in SAMPLES:
        application = sample(form, "" if form == "party" else category)
        assert TODAY is not None
        done = export(application, tmp_path_factory.mktemp(category), today=TODAY)
        found[category] = Made(application, printed(application), done.pdf, done.docx, done.pages)
    return found


def squeezed(text: str) -> str:
    """Text without white space and hyphens (poppler takes one at a line's end for a torn word), the colon in one width."""
    return re.sub(r"[\s\u00a0\u3000\f-]", "", text).replace(":", "：")


def answers(entry: Made) -> list[str]:
    """Every answer as it must be found: values, table cells, derived lines; fixed sentences with their blanks filled."""
    page = entry.printed
    words = [
        text
        for name, text in page.values.items()
        if name in page.form.fields and not name.startswith(("project.category", "unit.lead", "unit.category", "confirmed", "meeting"))
    ]
    words += [line for lines in page.lines.values() for line in lines]
    words += [cell for rows in page.tables.values() for row in rows for cell in row.values()]
    words += [box for rows in page.boxes.values() for row in rows for box in row]
    words = [line for text in words for line in text.split("\n")]
    return [word for word in map(squeezed, words) if word]


def paper_words(form_id: str, notice: str) -> list[str]:
    """The words of the paper form in the notice: 附件2 for party, 附件3 for capability; blanks, box marks and lone numbers left out."""
    start, end = ("附件2\n", "附件3\n") if form_id == "party" else ("附件3\n", "附件4\n")
    body = notice[notice.rindex(start) : notice.rindex(end)]
    tokens = [squeezed(token) for token in re.split(r"[\s(□]+", body.removeprefix(start))]
    return [token for token in tokens if len(token) > 1 and not token.isdigit()]


def missing(words: list[str], text: str) -> list[str]:
    # A text that flows over a page is interrupted by the footer, which is told by its pattern.
    found = re.sub(r"校验码[0-9A-F]{8}|第\d+页共\d+页", "", squeezed(text))
    return [word for word in words if word not in found]


def run(*words: object) -> str:
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, check=True).stdout


def pdfium_text(path: Path) -> str:
    """The text of all pages in the order in which it is drawn."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def docx_text(path: Path) -> str:
    """All paragraphs of the body in order, tables included."""
    import docx

    body = docx.Document(str(path)).element.body
    return "\n".join(
        "".join(node.text or "" for node in paragraph.iter() if node.tag.endswith("}t"))
        for paragraph in body.iter()
        if paragraph.tag.endswith("}p")
    )


@needs_readers
@pytest.mark.parametrize("category", IDS)
def test_poppler_finds_every_answer_and_every_word_of_the_paper(made: dict[str, Made], category: str) -> None:
    entry = made[category]
    text = run("pdftotext", "-raw", entry.pdf, "-")
    assert missing(answers(entry), text) == []
    assert missing(paper_words(entry.application.form.id, entry.application.call.notice), text) == []
    assert entry.application.code in text


@needs_readers
@pytest.mark.parametrize("category", IDS)
def test_the_pdf_is_sound_and_carries_its_fonts(made: dict[str, Made], category: str) -> None:
    entry = made[category]
    assert "No syntax or stream encoding errors found" in run("qpdf", "--check", entry.pdf)
    fonts = run("pdffonts", entry.pdf).splitlines()[2:]
    assert fonts
    for line in fonts:
        embedded, subset, unicode = line.split()[-5:-2]
        assert (embedded, subset, unicode) == ("yes", "yes", "yes"), line
    info = run("pdfinfo", entry.pdf)
    assert f"Pages:           {entry.pages}" in info
    assert "(A4)" in info
    assert entry.application.values["unit.name"] in info


@pytest.mark.parametrize("category", IDS)
def test_python_docx_finds_every_answer_and_every_word_of_the_paper(made: dict[str, Made], category: str) -> None:
    entry = made[category]
    text = docx_text(entry.docx)
    assert missing(answers(entry), text) == []
    assert missing(paper_words(entry.application.form.id, entry.application.call.notice), text) == []


@needs_readers
@needs_libreoffice
@pytest.mark.usefixtures("utf8")
def test_libreoffice_makes_the_same_document_of_the_docx(made: dict[str, Made], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for category, entry in made.items():
        shutil.copy(entry.docx, tmp_path / f"{category}.docx")
    monkeypatch.setenv("FONTCONFIG_FILE", str(write_configuration(tmp_path)))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, *sorted(tmp_path.glob("*.docx")))
    for category, entry in made.items():
        path = tmp_path / f"{category}.pdf"
        text = pdfium_text(path)
        # LibreOffice draws signs of another face (☑ — ³ ·) as runs of their own, which readers find apart from their words.
        plain = [piece for word in answers(entry) for piece in PLAIN.findall(word)]
        strange = {char for word in answers(entry) for char in PLAIN.sub("", word)}
        assert missing(plain, "".join(PLAIN.findall(squeezed(text)))) == [], category
        assert strange <= set(text), category
        ticked = 3 if category == "party" else 1  # three choices of the branch's state; one 项目类型
        assert text.count("☑") == ticked, category
        assert missing(paper_words(entry.application.form.id, entry.application.call.notice), text) == [], category
        pages = int(re.search(r"Pages:\s+(\d+)", run("pdfinfo", path)).group(1))  # type: ignore[union-attr]
        assert abs(pages - entry.pages) <= 1, category


def test_the_notice_gives_enough_words_to_look_for() -> None:
    notice = sample("party").call.notice
    counts = {form: len(paper_words(form, notice)) for form in FORMS}
    assert counts["party"] > 60
    assert counts["capability"] > 60
