"""The PDF as others read it, for the tests: with PDFium and poppler, never with our own code."""

from __future__ import annotations

import re
import shutil
import subprocess

import pypdfium2
import pytest

from app.application import Application, dump
from app.export.context import Printed, printed
from app.export.pdf import Rendered, render_pdf
from forms.schema import blanks

SPACES = re.compile(r"\s")


def render(application: Application, *, open_errors: int | None = None) -> Rendered:
    return render_pdf(printed(application, open_errors=open_errors), dump(application))


def page_texts(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    try:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]
    finally:
        document.close()


def solid(text: str) -> str:
    """The text without white space and without what stands at the foot of each page."""
    return SPACES.sub("", re.sub(r"校验码.*第\d+页.*", "", text))


def content(data: bytes) -> str:
    return solid("\n".join(page_texts(data)))


def poppler(data: bytes, *options: str) -> str:
    found = shutil.which("pdftotext")
    if found is None:
        pytest.skip("poppler is not installed")
    return subprocess.run([found, *options, "-", "-"], input=data, capture_output=True, check=True).stdout.decode()


def shown_names(paper: Printed) -> set[str]:
    """The fields whose values stand on the paper as they are."""
    names = {name for _, name in paper.form.cover}
    for section in paper.form.sections:
        for block in section.blocks:
            for row in getattr(block, "rows", ()):
                for cell in row:
                    names.add(getattr(cell, "value", ""))
                    names |= {name for line in getattr(cell, "lines", ()) for name in blanks(line)}
            names.add(getattr(block, "value", ""))
            names |= {name for line in getattr(block, "lines", ()) for name in blanks(line)}
    return names & set(paper.values)
