"""The templates: exactly the declared names, the declared words, and what the script builds is what is committed."""

from __future__ import annotations

import dataclasses
import io
import itertools
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docxtpl import DocxTemplate
from lxml import etree

from app import paths
from app.export.docx import names
from app.export.strict_template import environment
from forms.catalogue import FORMS
from forms.schema import PAGE_WIDTH, Form, LongText, Review, Rows, Section, Signed
from templates.build_templates import build, chunks
from templates.styling import STYLES, dxa

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WIDTH = dxa(PAGE_WIDTH)


def committed(form: Form) -> Path:
    return paths.templates() / f"{form.id}.docx"


def body(path: Path) -> Any:
    return docx.Document(str(path)).element.body


def tables(form: Form) -> list[Any]:
    """The form's tables, without the cover's."""
    return body(committed(form)).findall(f"{W}tbl")[1:]


def used(source: Any) -> set[str]:
    return DocxTemplate(source).get_undeclared_template_variables(environment())


def canonical(xml: bytes) -> str:
    return etree.tostring(etree.fromstring(xml), method="c14n2").decode()


both = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)


@both
def test_the_template_uses_exactly_the_declared_names(form: Form) -> None:
    assert used(str(committed(form))) == names(form)


@both
def test_a_restyled_template_still_passes(form: Form) -> None:
    document = docx.Document(str(committed(form)))
    for style in document.styles:
        style.font.size = docx.shared.Pt(10.5)
    document.tables[1].rows[0].cells[0].paragraphs[0].runs[0].bold = True
    saved = io.BytesIO()
    document.save(saved)
    assert used(saved) == names(form)


def test_a_field_that_the_template_lacks_is_noticed() -> None:
    form = FORMS["party"]
    section = dataclasses.replace(form.sections[2], blocks=(LongText("content.new"),))
    changed = dataclasses.replace(form, sections=(*form.sections[:2], section, *form.sections[3:]))
    assert names(changed) - used(str(committed(form))) == {"content_new"}
    assert used(str(committed(form))) - names(changed) == {"content_main"}
    assert used(io.BytesIO(build(changed))) == names(changed)


@both
def test_the_committed_template_is_what_the_script_builds(form: Form) -> None:
    built = build(form)
    assert built == build(form)
    with zipfile.ZipFile(io.BytesIO(built)) as new, zipfile.ZipFile(committed(form)) as old:
        assert new.namelist() == old.namelist()
        for name in ("word/document.xml", "word/styles.xml", "word/settings.xml", "word/header1.xml", "word/footer1.xml"):
            assert canonical(new.read(name)) == canonical(old.read(name)), name


@both
def test_cells_fill_the_page_on_one_grid(form: Form) -> None:
    for table in tables(form):
        grid = [int(column.get(f"{W}w")) for column in table.find(f"{W}tblGrid")]
        assert sum(grid) == WIDTH
        for row in table.iter(f"{W}tr"):
            place = 0
            for cell in row.iter(f"{W}tc"):
                span = int(cell.find(f"{W}tcPr/{W}gridSpan").get(f"{W}val"))
                assert sum(grid[place : place + span]) == int(cell.find(f"{W}tcPr/{W}tcW").get(f"{W}w"))
                place += span
            assert place == len(grid)


@both
def test_the_heads_of_people_and_budget_are_repeated(form: Form) -> None:
    heads = [[row.find(f"{W}trPr/{W}tblHeader") is not None for row in table.findall(f"{W}tr")] for table in tables(form)]
    repeated = [rows for rows in heads if any(rows)]
    assert repeated == [[True, True, False, False, False]] * 2, "heading and column heads, then the loop's three rows"
    between = [entry.tag for entry in body(committed(form))]
    assert not any(one == two == f"{W}tbl" for one, two in itertools.pairwise(between)), "Word would join the tables"


@both
def test_only_long_texts_may_go_over_a_page(form: Form) -> None:
    rows = [row for table in tables(form) for row in table.findall(f"{W}tr")]
    splitting = [row for row in rows if row.find(f"{W}trPr/{W}cantSplit") is None]
    assert len(splitting) == sum(isinstance(block, LongText) for section in form.sections for block in section.blocks)


@both
def test_signatures_have_room_and_stay_with_their_sentence(form: Form) -> None:
    blocks = [block for section in form.sections for block in section.blocks]
    count = sum(1 for block in blocks if isinstance(block, Signed)) + sum(len(b.rows) for b in blocks if isinstance(b, Review))
    every = [row for table in tables(form) for row in table.findall(f"{W}tr")]
    rows = [row for row in every if "签名：" in "".join(row.itertext())]
    assert len(rows) == count == 4
    for row in rows:
        height = row.find(f"{W}trPr/{W}trHeight")
        assert row.find(f"{W}trPr/{W}cantSplit") is not None
        assert height.get(f"{W}hRule") == "atLeast"
        assert int(height.get(f"{W}val")) >= dxa(25)
        blank = [int(entry.get(f"{W}before", "0")) for entry in row.iter(f"{W}spacing")]
        assert max(blank) >= dxa(25)


@both
def test_styles_are_named_and_have_chinese_fonts(form: Form) -> None:
    document = docx.Document(str(committed(form)))
    used_styles = {entry.get(f"{W}val") for entry in document.element.body.iter(f"{W}pStyle")}
    assert used_styles <= {style.id for style in STYLES}
    for style in STYLES:
        fonts = document.styles.element.find(f"{W}style[@{W}styleId='{style.id}']/{W}rPr/{W}rFonts")
        assert fonts.get(f"{W}eastAsia") in ("仿宋", "黑体", "宋体")
        assert fonts.get(f"{W}ascii") == fonts.get(f"{W}hAnsi") == "Times New Roman"
    heading = document.styles["栏目标题"]
    assert heading.base_style.name == "Heading 1"
    headings = [
        entry.text for table in document.tables for row in table.rows for entry in row.cells[0].paragraphs if entry.style == heading
    ]
    assert headings == [section.heading for section in form.sections if section.heading]


def test_next_years_form_is_only_data() -> None:
    table = Rows("people", (("name", "姓名", 83), ("duty", "分工", 83)), 2)
    section = Section("x", "甲", "一、甲", (), (table, LongText("content.main"), table))
    form = dataclasses.replace(FORMS["party"], sections=(section, section))
    assert [len(parts) for parts in chunks(form)] == [2, 1, 1, 2, 1, 1]
    assert used(io.BytesIO(build(form))) == names(form)


@both
def test_nothing_of_a_machine_is_in_the_template(form: Form) -> None:
    with zipfile.ZipFile(committed(form)) as archive:
        assert not [name for name in archive.namelist() if name.startswith(("docProps/app", "docProps/thumb", "word/theme", "customXml"))]
    properties = docx.Document(str(committed(form))).core_properties
    assert (properties.author, properties.created, properties.comments) == ("", None, "")
