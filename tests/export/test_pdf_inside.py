"""The PDF as a file: what is embedded, its metadata, the same bytes for the same answers, sound to pypdf, fontTools and qpdf."""

from __future__ import annotations

import io
import os
import re
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pypdf
import pytest
from fontTools.ttLib import TTFont
from pdf_support import page_texts, render, solid

from app.application import Application, dump, new
from app.export.context import printed
from app.export.pdf import Cancelled, render_pdf
from app.paths import root
from forms.call import Call


def test_the_draft_file_is_inside(sample: Application) -> None:
    reader = pypdf.PdfReader(io.BytesIO(render(sample).data))
    assert reader.attachments["申报数据.json"] == [dump(sample)]
    entry = reader.trailer["/Root"]["/AF"][0].get_object()
    assert entry["/AFRelationship"] == "/Data"


def test_metadata_and_bookmarks(sample: Application) -> None:
    reader = pypdf.PdfReader(io.BytesIO(render(sample).data))
    info, root = reader.metadata, reader.trailer["/Root"]
    assert info is not None
    assert info.title == f"{sample.values['project.name']}——{sample.form.short_title}"
    assert info.author == sample.values["unit.name"]
    assert info.creator == "提能申报"
    assert info.subject == "".join(sample.form.title)
    assert info.creation_date is not None
    assert info.creation_date.date() == date.fromisoformat(sample.values["application_date"])
    assert info.modification_date is None
    assert root["/Lang"] == "zh-CN"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712 - a BooleanObject
    headings = [section.heading for section in sample.form.sections if section.heading]
    assert [str(entry["/Title"]) for entry in reader.outline][1:] == [heading.partition("（")[0] for heading in headings]
    texts = page_texts(render(sample).data)
    for entry in reader.outline:
        page = reader.get_destination_page_number(entry)
        assert page is not None
        assert entry["/Title"] == "封面" or solid(str(entry["/Title"])) in solid(texts[page])


def test_an_undated_application_has_no_date(sample: Application) -> None:
    sample.set("application_date", "")
    info = pypdf.PdfReader(io.BytesIO(render(sample).data)).metadata
    assert info is not None
    assert info.creation_date is None


def test_a_year_of_less_than_four_digits_is_a_date_all_the_same(sample: Application) -> None:
    sample.set("application_date", "0202-03-22")
    info = pypdf.PdfReader(io.BytesIO(render(sample).data)).metadata
    assert info is not None
    assert info["/CreationDate"] == "D:02020322000000+08'00'"


def test_same_answers_same_bytes_other_answers_other_bytes(sample: Application) -> None:
    first = render(sample).data
    assert render(sample).data == first
    sample.set("project.contact.name", "另一人")
    assert render(sample).data != first


def test_threads_do_not_disturb_each_other(sample: Application, call: Call) -> None:
    other = new("capability", call)
    expected = [render(sample).data, render(other).data]
    with ThreadPoolExecutor(4) as pool:
        for at, rendered in enumerate(pool.map(render, [sample, other] * 6)):
            assert rendered.data == expected[at % 2]


def test_the_bytes_do_not_hang_on_the_process() -> None:
    """Another hash seed, another day, another place: the same file."""
    code = (
        "import hashlib, sys; from app import samples; from app.application import call_of, dump;"
        "from app.export.context import printed; from app.export.pdf import render_pdf;"
        "a = samples.sample('party', '', call_of('changde-2022'));"
        "print(hashlib.sha256(render_pdf(printed(a), dump(a)).data).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, text=True, cwd=root(),
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "SOURCE_DATE_EPOCH": seed},
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Shanghai"))
    }  # fmt: skip
    assert len(found) == 1


def test_fonts_are_embedded_and_nothing_of_the_machine_is_inside(sample: Application) -> None:
    data = render(sample).data
    reader = pypdf.PdfReader(io.BytesIO(data))
    fonts = {name: font.get_object() for page in reader.pages for name, font in page["/Resources"]["/Font"].items()}
    assert len(fonts) >= 4
    for font in fonts.values():
        assert re.fullmatch(r"/[A-Z]{6}\+Tineng\w+(-\w+)?", font["/BaseFont"])
        assert font["/DescendantFonts"][0].get_object()["/FontDescriptor"]["/FontFile2"].get_data()[:4] == b"\0\1\0\0"
    assert b"Helvetica" not in data
    assert b"/home" not in data
    assert b"/root" not in data


def test_embedded_fonts_are_sound_files(sample: Application) -> None:
    reader = pypdf.PdfReader(io.BytesIO(render(sample).data))
    for font in reader.pages[1]["/Resources"]["/Font"].values():
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        data = descriptor["/FontFile2"].get_data()
        opened = TTFont(io.BytesIO(data), checkChecksums=2)
        assert all(opened["glyf"][name] is not None for name in opened.getGlyphOrder())
        assert sum(struct.unpack(f">{len(data) // 4}I", data)) & 0xFFFFFFFF == 0xB1B0AFBA
    # é is made of two parts, which must be found under their new numbers
    sample.set("content.main", "Québec é")
    reader = pypdf.PdfReader(io.BytesIO(render(sample).data))
    latin = next(font for font in reader.pages[1]["/Resources"]["/Font"].values() if "TinengLatin" in font["/BaseFont"])
    opened = TTFont(io.BytesIO(latin["/DescendantFonts"][0].get_object()["/FontDescriptor"]["/FontFile2"].get_data()))
    composites = [glyph for glyph in map(opened["glyf"].__getitem__, opened.getGlyphOrder()) if glyph.isComposite()]
    assert composites
    for glyph in composites:
        assert len(glyph.components) == 2
        assert all(opened["glyf"][part.glyphName].numberOfContours > 0 for part in glyph.components)


def test_qpdf_finds_nothing(sample: Application, tmp_path: Path) -> None:
    found = shutil.which("qpdf")
    if found is None:
        pytest.skip("qpdf is not installed")
    path = tmp_path / "a.pdf"
    path.write_bytes(render(sample, open_errors=2).data)
    result = subprocess.run([found, "--check", str(path)], capture_output=True, check=False)
    assert result.returncode == 0, result.stderr


def test_cancelled_is_asked_often(sample: Application) -> None:
    asked: list[int] = []

    def after(times: int) -> Callable[[], bool]:
        def cancelled() -> bool:
            asked.append(0)
            return len(asked) > times

        return cancelled

    paper = printed(sample)
    render_pdf(paper, b"{}", cancelled=after(10**6))
    assert len(asked) > 40
    for times in (0, 5, len(asked) - 1):
        asked.clear()
        with pytest.raises(Cancelled):
            render_pdf(paper, b"{}", cancelled=after(times))
