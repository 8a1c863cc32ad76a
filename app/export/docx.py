# docxtpl has no type stubs, hence:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""The docx: a template that a person can restyle, filled from the same :class:`Printed` as the PDF.

The template's names are the form's ids with ``_`` for ``.`` (``unit.name`` is ``unit_name``): docxtpl reports the names that a
template uses only by their root, so they are flat. Libraries are imported inside functions, since most commands need none.
"""

from __future__ import annotations

import io
import zipfile
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from app import paths
from app.errors import AppError, reason
from app.export import ooxml
from forms.schema import Form, Grid, LongText, Rows, Sentences, Signed, blanks

if TYPE_CHECKING:
    from app.export.context import Printed

NUMBER = "number"
"""What the template calls 序号, whose column id ``#`` is no name."""

FRAME = frozenset({"check_code", "draft_mark", "imprint", "pages"})
"""Names that every template uses beside the form's own."""

LONG_CELL = 100
"""Characters of a cell from which its row may be parted: in the narrowest column they are 20 lines, half a page."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_READ = ("word/document.xml", "customxml/")
_BLANKS = " \t\u3000\u00a0"
_LEFT_OUT = ("/extended-properties", "/thumbnail", "/custom-properties")


def flat(name: str) -> str:
    """A field id or derived name as the template writes it."""
    return NUMBER if name == "#" else name.replace(".", "_")


def boxes_name(name: str) -> str:
    """The template's name of a choice that is printed as rows of boxes."""
    return f"{flat(name)}_boxes"


def names(form: Form) -> set[str]:
    """Every name that the form's template uses: no more and no fewer are declared printed."""
    found = {flat(name) for _, name in form.cover} | FRAME
    for section in form.sections:
        for block in section.blocks:
            match block:
                case Grid():
                    for cell in (cell for row in block.rows for cell in row):
                        found |= {flat(cell.value)} if cell.value else set()
                        found |= {boxes_name(cell.boxes)} if cell.boxes else set()
                        found |= {flat(name) for line in cell.lines for name in blanks(line)}
                case LongText():
                    found |= {flat(name) for name in (block.value, block.before) if name}
                case Sentences() | Signed():
                    found |= {flat(name) for line in block.lines for name in blanks(line)}
                case Rows():
                    found.add(flat(block.value))
                case _:
                    pass
    return found


def context(printed: Printed, pages: int) -> dict[str, Any]:
    """The template's names with their values: text, lists of lines (``text``, ``indented``), lists of rows by column."""
    found: dict[str, Any] = {flat(name): value for name, value in printed.values.items()}
    found |= {flat(name): _lines("\n".join(lines)) if lines else [] for name, lines in printed.lines.items()}
    found |= {boxes_name(name): ["\t".join(row) for row in rows] for name, rows in printed.boxes.items()}
    for section in printed.form.sections:
        for block in section.blocks:
            if isinstance(block, LongText):
                found[flat(block.value)] = _lines(printed.values[block.value])
    for name, rows in printed.tables.items():
        found[flat(name)] = [SimpleNamespace(**{flat(column): cell for column, cell in row.items()}) for row in rows]
    found["check_code"] = printed.footer
    found["draft_mark"] = printed.draft_mark
    found["imprint"] = list(printed.call.imprint)
    found["pages"] = str(max(pages - 1, 1))
    used = names(printed.form)
    return {name: value for name, value in found.items() if name in used}


def _lines(text: str) -> list[SimpleNamespace]:
    """A long text line by line; an empty one is one empty line, since a cell needs a paragraph (ECMA-376 part 1, 17.4.65).

    A line that a person indented by hand is not indented once more.
    """
    return [SimpleNamespace(text=line, indented=line[:1] in _BLANKS and line != "") for line in text.split("\n")]


def render_docx(printed: Printed, data: bytes, *, pages: int) -> bytes:
    """The docx of an application, the same bytes for the same arguments.

    ``data`` is the draft file that the docx carries; ``pages`` counts the PDF's pages with the cover: the number of pages that is
    shown until a program counts for itself. Raises AppError where the template cannot be used.
    """
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from jinja2 import TemplateError
    from lxml.etree import XMLSyntaxError

    from app.export.strict_template import StrictTemplate, environment

    path = paths.templates() / f"{printed.form.id}.docx"
    template = StrictTemplate(io.BytesIO(_template(path)))
    try:
        template.render(context(printed, pages), environment())
    except (TemplateError, XMLSyntaxError) as error:
        raise AppError(f"docx模板“{path.name}”有错误，不能导出：{error}") from error
    free_tall_rows(cast(Any, template.docx).element.body)
    package: Any = cast(Any, template.docx).part.package
    for key in [key for key, rel in package.rels.items() if rel.reltype.endswith(_LEFT_OUT)]:
        del package.rels[key]
    document = package.main_document_part
    item = Part(PackURI("/customXml/item1.xml"), "application/xml", ooxml.payload(data, printed.code, document.blob), package)
    kind = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
    about = Part(PackURI("/customXml/itemProps1.xml"), kind, ooxml.item_properties(), package)
    for key in [key for key, rel in document.rels.items() if rel.reltype == RELATIONSHIP_TYPE.CUSTOM_XML]:
        del document.rels[key]
    document.relate_to(item, RELATIONSHIP_TYPE.CUSTOM_XML)
    item.relate_to(about, RELATIONSHIP_TYPE.CUSTOM_XML_PROPS)
    parts = package_parts(package)
    return ooxml.pack(parts | {"docProps/core.xml": ooxml.core_properties(printed.title, printed.author, printed.applied)})


def free_tall_rows(body: Any) -> None:
    """Let a table's row with a long text go over the page's end: LibreOffice cuts off what no page can hold of a row that may not be
    parted, under heads that are repeated. Rows of a usual height stay whole."""
    for table in body.iter(f"{_W}tbl"):
        if table.find(f"{_W}tr/{_W}trPr/{_W}tblHeader") is None:
            continue
        for row in table.findall(f"{_W}tr"):
            if max(len("".join(cell.itertext())) for cell in row.iter(f"{_W}tc")) > LONG_CELL:
                for lock in row.findall(f"{_W}trPr/{_W}cantSplit"):
                    lock.getparent().remove(lock)


def _template(path: Any) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise AppError(f"docx模板“{path.name}”打不开：{reason(error)}") from error


def package_parts(package: Any) -> dict[str, bytes]:
    """The parts of a python-docx package by name, as its own writer gives them."""
    target = io.BytesIO()
    package.save(target)
    with zipfile.ZipFile(target) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def read_docx(data: bytes) -> tuple[bytes, bool]:
    """The draft file inside an exported docx, and whether its visible text is unchanged since. AppError if there is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            wanted = [entry for entry in archive.infolist() if entry.filename.lower().startswith(_READ)]
            if sum(entry.file_size for entry in wanted) > ooxml.MAX_PART:
                raise AppError("docx里的内容太大，已拒绝读取")
            return ooxml.embedded({entry.filename: archive.read(entry) for entry in wanted})
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise AppError("这不是完整的docx文件，可能已损坏") from error
