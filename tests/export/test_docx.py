"""The docx: every answer and every fixed word is in it as typed, the same bytes each time, and the draft file inside."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from lxml import etree

from app import application as draft
from app.application import Application
from app.errors import AppError
from app.export import ooxml
from app.export.context import Printed, printed
from app.export.docx import context, names, read_docx, render_docx
from app.samples import sample
from forms.schema import Cell, Form, Grid, Review, Rows, Sentences, Signed, SubHeading, pieces

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CALL = draft.call_of("changde-2022")
SAMPLES = [(entry.form, entry.id) for entry in CALL.categories]

HOSTILE = [
    "{{7*7}}", "{{ unit_name }}", "{% if %}", "{# gone #}", "{_{x}_}", "{_% x %_}", "{%p for a in b %}", "<b>粗</b>", "&amp;", "a<b & c>d",
    "</w:t></w:r></w:p>", "<img src=x>", "=1+1", "“引号”'\"`", "]]>", "<!--", "&#x41;", "𠮷𰻝", "\u00a0不换行\u00a0空格", "多  个   空格",
    "%s {0} {name}", "\\n \\u4e00", "{{ cycler.__init__.__globals__ }}", "None",
]  # fmt: skip


def complete(form_id: str = "party") -> Application:
    return sample(form_id, "" if form_id == "party" else "academic-exchange", CALL)


def export(application: Application, **options: Any) -> bytes:
    return render_docx(printed(application, **options), draft.dump(application, hashes=True), pages=8)


def part(data: bytes, name: str) -> Any:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(name))


def paragraphs(data: bytes) -> list[str]:
    """Every paragraph of the body and its tables in order, merged cells once, as python-docx reads them."""
    document = docx.Document(io.BytesIO(data))
    return [docx.text.paragraph.Paragraph(entry, document).text for entry in document.element.body.iter(f"{W}p")]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def fixed_words(form: Form) -> Iterator[str]:
    yield from form.title
    yield from (f"{label}：" for label, _ in form.cover)
    for section in form.sections:
        if section.heading:
            yield section.heading
        for block in section.blocks:
            yield from block_words(block)


def block_words(block: Any) -> Iterator[str]:
    match block:
        case Grid():
            yield from (word for row in block.rows for cell in row for word in cell_words(cell))
        case Sentences() | Signed():
            yield from (text for line in block.lines for text, _ in pieces(line))
        case SubHeading():
            yield block.text
        case Rows():
            yield from (head for _, head, _ in block.heads)
        case Review():
            yield from (word for lines, signature in block.rows for word in (*lines, signature.label, signature.seal))
        case _:
            pass
    if isinstance(block, Signed):
        yield from (block.signature.label, block.signature.seal)


def cell_words(cell: Cell) -> Iterator[str]:
    yield cell.text
    yield from (text for line in cell.lines for text, _ in pieces(line))


def printed_words(answers: Printed) -> Iterator[str]:
    used = names(answers.form)
    yield from (value for name, value in answers.values.items() if name.replace(".", "_") in used)
    yield from (line for lines in answers.lines.values() for line in lines)
    yield from (box for rows in answers.boxes.values() for row in rows for box in row)
    for name, rows in answers.tables.items():
        block = next(b for s in answers.form.sections for b in s.blocks if isinstance(b, Rows) and b.value == name)
        yield from (row[column] for row in rows for column, _, _ in block.heads)
    yield from answers.call.imprint


@pytest.mark.parametrize(("form_id", "category"), SAMPLES)
def test_every_answer_and_every_fixed_word_is_in_the_document(form_id: str, category: str) -> None:
    application = sample(form_id, category, CALL)
    text = squeezed("".join(paragraphs(export(application))))
    words = [*fixed_words(application.form), *printed_words(printed(application))]
    assert len(words) > 60
    assert [word for word in words if squeezed(word) not in text] == []
    assert "None" not in text
    assert "{{" not in text
    assert "{%" not in text


@pytest.mark.parametrize("hostile", HOSTILE)
def test_text_is_only_ever_text(hostile: str) -> None:
    application = complete()
    application.set("unit.name", hostile)
    application.set("pledge.meeting", hostile)
    application.set("content.main", f"前\n{hostile}\n后")
    application.values["people"][1]["duty"] = hostile
    data = export(application)
    document = docx.Document(io.BytesIO(data))
    texts = paragraphs(data)
    kept = application.values["unit.name"]
    assert [texts[texts.index("前") + 1], texts[texts.index("前") + 2]] == [application.values["content.main"].split("\n")[1], "后"]
    assert texts.count(kept) >= 2 + (kept == hostile)  # outer blanks are gone from a name, not from a cell that nobody normalised
    assert any(f"经{kept}会议研究审议" in text for text in texts)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert hostile in cells
    assert document.core_properties.author == kept


def test_lines_of_a_long_text_are_paragraphs_and_blanks_are_kept() -> None:
    application = complete()
    lines = ["第一行", "", "　　自己空两格", "左\t右", "  半角  空格", "\u00a0NBSP"]
    application.set("content.main", "\n".join(lines))
    data = export(application)
    texts = paragraphs(data)
    start = texts.index("第一行")
    assert texts[start : start + len(lines)] == lines
    body = list(part(data, "word/document.xml").iter(f"{W}p"))[start : start + len(lines)]
    styles = [entry.find(f"{W}pPr/{W}pStyle").get(f"{W}val") for entry in body]
    assert styles == ["Body", "Body", "BodyTyped", "Body", "BodyTyped", "BodyTyped"]
    assert len(list(body[3].iter(f"{W}tab"))) == 1
    indent = part(data, "word/styles.xml").find(f"{W}style[@{W}styleId='Body']/{W}pPr/{W}ind")
    assert indent.get(f"{W}firstLineChars") == "200"


def test_an_empty_application_prints_the_paper_form() -> None:
    application = draft.new("capability", CALL)
    data = export(application, open_errors=30)
    text = squeezed("".join(paragraphs(data)))
    assert [word for word in fixed_words(application.form) if squeezed(word) not in text] == []
    assert "None" not in text
    assert "☑" not in text
    for cell in part(data, "word/document.xml").iter(f"{W}tc"):
        assert cell[-1].tag == f"{W}p", "a cell must end with a paragraph"


def test_the_same_arguments_give_the_same_bytes() -> None:
    assert export(complete()) == export(complete())
    with zipfile.ZipFile(io.BytesIO(export(complete()))) as archive:
        entries = archive.infolist()
    assert entries[0].filename == "[Content_Types].xml"
    found = {(entry.date_time, entry.create_system, entry.external_attr, entry.compress_type) for entry in entries}
    assert found == {((1980, 1, 1, 0, 0, 0), 0, 0o600 << 16, zipfile.ZIP_STORED)}


def test_the_bytes_do_not_depend_on_the_process() -> None:
    code = (
        "import hashlib;from tests.export.test_docx import complete,export;"
        "print(hashlib.sha256(export(complete('capability'))).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed, "TZ": zone}, cwd=Path(__file__).parents[2],
            check=True, capture_output=True, text=True,
        ).stdout.strip()
        for seed, zone in (("1", "UTC"), ("77", "Asia/Shanghai"))
    }  # fmt: skip
    assert found == {hashlib.sha256(export(complete("capability"))).hexdigest()}


def test_properties_are_the_applications_and_nothing_of_a_machine() -> None:
    application = complete()
    data = export(application)
    found = docx.Document(io.BytesIO(data)).core_properties
    assert found.title == printed(application).title
    assert found.author == application.values["unit.name"] == found.last_modified_by
    assert found.language == "zh-CN"
    assert found.created == found.modified
    assert found.created.date().isoformat() == application.values["application_date"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        listed = archive.namelist()
        everything = b"".join(archive.read(name) for name in listed)
    assert "docProps/app.xml" not in listed
    assert not [name for name in listed if "thumbnail" in name or "theme" in name]
    assert b"python-docx" not in everything
    assert b"rsid" not in everything
    assert b"Macintosh" not in everything


def test_without_a_date_no_date_is_made_up() -> None:
    application = complete()
    application.set("application_date", "")
    assert b"dcterms:created" not in ooxml.core_properties("t", "a", None)
    with zipfile.ZipFile(io.BytesIO(export(application, open_errors=1))) as archive:
        assert b"dcterms:created" not in archive.read("docProps/core.xml")


def test_the_pages_after_the_cover_are_numbered_and_carry_the_code() -> None:
    application = complete()
    data = export(application)
    cover, rest = docx.Document(io.BytesIO(data)).sections
    assert cover.footer.is_linked_to_previous  # to nothing: it is the first section
    assert not rest.footer.is_linked_to_previous
    assert rest.footer.paragraphs[0].text.replace("\u3000", " ") == f"校验码 {application.code}\t第1页 共7页"
    foot = part(data, "word/footer1.xml")
    assert [entry.text.strip() for entry in foot.iter(f"{W}instrText")] == ["PAGE", "SECTIONPAGES"]
    numbering = list(part(data, "word/document.xml").iter(f"{W}pgNumType"))
    assert [entry.get(f"{W}start") for entry in numbering] == ["1"]


def test_only_a_draft_is_marked() -> None:
    application = complete()
    marked, final = export(application, open_errors=3), export(application)
    assert docx.Document(io.BytesIO(marked)).sections[0].header.paragraphs[0].text == "草稿　还有3处错误"
    shape = next(part(marked, "word/header1.xml").iter("{urn:schemas-microsoft-com:vml}textpath"), None)
    assert "草稿" in [entry.get("string", "")[:2] for entry in part(marked, "word/header1.xml").iter() if entry.get("string")]
    assert shape is not None
    assert docx.Document(io.BytesIO(final)).sections[0].header.paragraphs[0].text == ""
    assert "草稿" not in etree.tostring(part(final, "word/header1.xml"), encoding="unicode")
    assert not list(part(final, "word/header1.xml").iter(f"{W}pict"))


def test_many_rows_and_long_texts_all_arrive() -> None:
    application = complete("capability")
    long = "\n".join(f"第{number}段：" + "常德市护理学会组织专家。" * 30 for number in range(50))
    application.set("content.main", long)
    people = [{"name": f"人员{number}", "note": "备注"} for number in range(30)]
    application.set("people", people)
    application.set("budget.items", [{"what": f"支出{number}", "amount": "0.1", "note": ""} for number in range(40)])
    texts = paragraphs(export(application))
    start = texts.index(long.split("\n")[0])
    assert texts[start : start + 50] == long.split("\n")
    assert [text for text in texts if re.fullmatch(r"人员\d+", text)] == [f"人员{number}" for number in range(30)]
    assert [text for text in texts if re.fullmatch(r"支出\d+", text)] == [f"支出{number}" for number in range(40)]


# --- the draft file inside -----------------------------------------------------------------------------------------------


def test_the_draft_file_comes_back() -> None:
    application = complete()
    assert read_docx(export(application)) == (draft.dump(application, hashes=True), True)


def rewritten(data: bytes, change: Any) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return ooxml.pack(change(parts))


def test_the_part_is_found_whatever_its_name() -> None:
    def rename(parts: dict[str, bytes]) -> dict[str, bytes]:
        return {name.replace("customXml/item1.xml", "customXml/item7.xml"): data for name, data in parts.items()}

    assert read_docx(rewritten(export(complete()), rename))[1] is True


def test_python_docx_keeps_the_draft_and_an_edit_is_noticed() -> None:
    document = docx.Document(io.BytesIO(export(complete())))
    saved = io.BytesIO()
    document.save(saved)
    assert read_docx(saved.getvalue())[1] is True
    paragraph = next(
        entry for table in document.tables for row in table.rows for cell in row.cells for entry in cell.paragraphs if entry.text
    )
    paragraph.runs[0].text += "改"
    edited = io.BytesIO()
    document.save(edited)
    data, unchanged = read_docx(edited.getvalue())
    assert not unchanged
    assert data == draft.dump(complete(), hashes=True)


@pytest.mark.parametrize("trouble", ["none", "two", "base64", "dtd", "cut", "no zip"])
def test_a_document_without_usable_data_is_refused_in_one_sentence(trouble: str) -> None:
    whole = export(complete())

    def spoil(parts: dict[str, bytes]) -> dict[str, bytes]:
        item = parts.pop("customXml/item1.xml")
        match trouble:
            case "none":
                return parts
            case "two":
                return parts | {"customXml/item1.xml": item, "customXml/item2.xml": item}
            case "base64":
                return parts | {"customXml/item1.xml": re.sub(rb">[^<]+</application>", b">?</application>", item)}
            case "dtd":
                head = b'<!DOCTYPE application [<!ENTITY a "b">]>\n<application'
                return parts | {"customXml/item1.xml": item.replace(b"<application", head, 1)}
            case _:
                return parts | {"customXml/item1.xml": item[:-20]}

    with pytest.raises(AppError) as caught:
        read_docx(b"PK\x03\x04rest" if trouble == "no zip" else rewritten(whole, spoil))
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 80


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.usefixtures("utf8")
def test_libreoffice_keeps_the_draft_and_the_text(tmp_path: Path) -> None:
    (tmp_path / "in.docx").write_bytes(export(complete()))
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "docx:MS Word 2007 XML"]
    subprocess.run([*command, "--outdir", str(tmp_path / "out"), str(tmp_path / "in.docx")], check=True, capture_output=True, timeout=600)
    assert read_docx((tmp_path / "out" / "in.docx").read_bytes()) == (draft.dump(complete(), hashes=True), True)


# --- the template's environment ------------------------------------------------------------------------------------------


def test_what_is_no_text_is_never_printed() -> None:
    from jinja2 import UndefinedError

    from app.export.strict_template import as_text, environment

    for value in (None, 7, ["a"], {"a": 1}):
        with pytest.raises(TypeError):
            as_text(value)
    with pytest.raises(UndefinedError):
        environment().from_string("{{ unknown }}").render()
    assert as_text("a\x00\x0b\ufffe\ud800&<") == "a&amp;&lt;"


def test_the_context_is_what_the_form_prints() -> None:
    for form_id in ("party", "capability"):
        answers = printed(complete(form_id))
        assert set(context(answers, 8)) == names(answers.form)


def test_a_cover_alone_still_counts_one_page() -> None:
    assert context(printed(complete()), 1)["pages"] == "1"


def test_starting_the_program_does_not_load_docxtpl() -> None:
    code = "import sys, app.export.docx, app.export.ooxml; print({'docxtpl', 'docx', 'lxml', 'jinja2'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=True, capture_output=True, text=True)
    assert found.stdout.strip() == "set()"
