"""Builds ``party.docx`` and ``capability.docx`` from the declared forms: run ``python -m templates.build_templates``.

The template is one table after another, as on the paper, with docxtpl's tags in it. Fixed words are the declaration's own. A
person may restyle the result in Word or WPS instead of running this again, as long as the tags stay.

Where a table's heads have to be repeated on a new page, a new table begins, since Word repeats only a table's first rows. The
tables follow each other with a hidden paragraph of 1 pt between them, so that they look like the paper's single one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml

from app.export.docx import boxes_name, flat, package_parts
from app.export.ooxml import core_properties, pack
from forms.catalogue import FORMS
from forms.schema import (
    PAGE_WIDTH,
    Block,
    Cell,
    Form,
    Grid,
    Kind,
    LongText,
    Review,
    Rows,
    Section,
    Sentences,
    Signature,
    Signed,
    SubHeading,
    pieces,
)
from templates.styling import W, dxa, section_properties, settings_xml, styles_xml

HERE = Path(__file__).parent
DATE = "\u3000\u3000\u3000年\u3000\u3000月\u3000\u3000日"
COVER_LABEL, COVER_TEXT = 40, 114
LONG_ROOM = 30
"""Least height of a long text's cell, mm: an unanswered form shows a place to write."""
SHORT_VALUE = 40
"""Values in cells up to this many mm are centred."""
SIGN_HEIGHT = 20
"""Height of the signature lines themselves, mm, beside the blank room above them."""
SIGN_AFTER = 120
"""Room under the last of them, 1/20 pt."""

PADDING = 50
"""Room above and below the text of a cell, 1/20 pt. Not paragraph spacing: LibreOffice drops that at a cell's end."""

Edges = tuple[int, ...]


# --- text ----------------------------------------------------------------------------------------------------------------


def run(text: str, *, properties: str = "") -> str:
    """A run; TAB and LF become Word's elements. ``text`` may hold tags."""
    inside = escape(text).replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">').replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
    return f'<w:r><w:rPr><w:rFonts w:hint="eastAsia"/>{properties}</w:rPr><w:t xml:space="preserve">{inside}</w:t></w:r>'


def paragraph(style: str, content: str, *, more: str = "") -> str:
    """A paragraph of runs; ``more`` is properties that are its own."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{content}</w:p>'


def text(style: str, words: str, *, more: str = "") -> str:
    """A paragraph of one run."""
    return paragraph(style, run(words), more=more)


def answer(style: str, name: str) -> str:
    """A paragraph that holds one answer."""
    return text(style, f"{{{{ {name} }}}}")


def sentence(style: str, line: str) -> str:
    """A fixed sentence, its blanks as tags in runs of their own."""
    runs = (run(fixed) * bool(fixed) + (run(f"{{{{ {flat(name)} }}}}") if name else "") for fixed, name in pieces(line))
    return paragraph(style, "".join(runs))


def value_style(width: int) -> str:
    """Narrow values stand in the middle, wide ones begin at the left, where a second line looks right."""
    return "CellCentre" if width <= SHORT_VALUE else "CellText"


def tag(code: str) -> str:
    """A paragraph that is only a tag and vanishes with it: ``for line in content_main``."""
    return text("CellText", f"{{%p {code} %}}")


# --- tables --------------------------------------------------------------------------------------------------------------


def cell(edges: Edges, left: int, width: int, content: str, *, middle: bool = True) -> str:
    """A cell from ``left`` mm, ``width`` mm wide, over as many columns of the table's grid as that takes."""
    span = edges.index(left + width) - edges.index(left)
    where = "center" if middle else "top"
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{dxa(left + width) - dxa(left)}" w:type="dxa"/><w:gridSpan w:val="{span}"/>'
        f'<w:vAlign w:val="{where}"/></w:tcPr>{content}</w:tc>'
    )


def row(cells: str, *, height: float = 9, split: bool = False, head: bool = False) -> str:
    """A row of at least ``height`` mm; ``split`` lets it go over a page's end, ``head`` repeats it on every page."""
    properties = ("" if split else "<w:cantSplit/>") + f'<w:trHeight w:val="{dxa(height)}" w:hRule="atLeast"/>'
    return f"<w:tr><w:trPr>{properties}{'<w:tblHeader/>' if head else ''}</w:trPr>{cells}</w:tr>"


def whole(edges: Edges, content: str, *, middle: bool = True) -> str:
    """The one cell of a full-width row."""
    return cell(edges, 0, edges[-1], content, middle=middle)


def table(rows: Sequence[str], edges: Edges) -> str:
    """A table of fixed widths in the middle of the page."""
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{dxa(right) - dxa(left)}"/>' for left, right in pairwise(edges))
    padding = "".join(f'<w:{side} w:w="{PADDING}" w:type="dxa"/>' for side in ("top", "bottom"))
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{dxa(edges[-1])}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{sides}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{padding}</w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def block_edges(block: Block) -> set[int]:
    """Where a block's cells end, mm from the table's left."""
    match block:
        case Grid():
            return {edge for cells in block.rows for edge in accumulate(entry.width for entry in cells)}
        case Rows():
            return set(accumulate(width for _, _, width in block.heads))
        case Review():
            return {block.label_width}
        case _:
            return set()


# --- blocks --------------------------------------------------------------------------------------------------------------


def grid_rows(form: Form, block: Grid, edges: Edges) -> Iterator[str]:
    """Label and value cells."""
    for cells in block.rows:
        lefts = accumulate((entry.width for entry in cells), initial=0)
        yield row("".join(cell(edges, left, entry.width, cell_content(form, entry)) for left, entry in zip(lefts, cells, strict=False)))


def cell_content(form: Form, entry: Cell) -> str:
    """The paragraphs of a grid's cell."""
    if entry.lines:
        return "".join(sentence("Sentence", line) for line in entry.lines)
    if entry.boxes:
        return tag(f"for line in {boxes_name(entry.boxes)}") + answer("Boxes", "line") + tag("endfor")
    if entry.value:
        field = form.fields.get(entry.value)
        narrow = entry.width <= SHORT_VALUE and field is not None and field.kind is Kind.EMAIL
        return answer("CellNarrow" if narrow else value_style(entry.width), flat(entry.value))
    return text("Label", entry.text)


def long_text(block: LongText, edges: Edges) -> str:
    """A cell with a paragraph for each line; the only kind of row that may go over a page's end."""
    lines = "".join(paragraph_loop(flat(name)) for name in (block.before, block.value) if name)
    return row(whole(edges, lines, middle=False), height=LONG_ROOM, split=True)


def paragraph_loop(name: str) -> str:
    """One paragraph a line; a line that was indented by hand keeps that indent only."""
    return (
        tag(f"for line in {name}")
        + tag("if line.indented") + answer("BodyTyped", "line.text")
        + tag("else") + answer("Body", "line.text") + tag("endif")
        + tag("endfor")
    )  # fmt: skip


def table_rows(block: Rows, edges: Edges) -> Iterator[str]:
    """Column heads, repeated on every page, and a loop over the rows."""
    lefts = list(accumulate((width for _, _, width in block.heads), initial=0))
    places = list(zip(lefts, block.heads, strict=False))
    yield row("".join(cell(edges, left, width, text("ColumnHead", head)) for left, (_, head, width) in places), head=True)
    yield row(whole(edges, text("CellText", f"{{%tr for row in {flat(block.value)} %}}")))
    yield row("".join(cell(edges, left, width, answer(value_style(width), f"row.{flat(name)}")) for left, (name, _, width) in places))
    yield row(whole(edges, text("CellText", "{%tr endfor %}")))


def signature(entry: Signature, style: str, room: int) -> str:
    """The lines to sign on, below ``room`` mm left blank: the label, the seal's place, and a date to fill in by pen."""
    space = f'<w:spacing w:before="{dxa(room)}" w:after="{SIGN_AFTER * entry.date_beside}" w:line="440" w:lineRule="atLeast"/>'
    seal = f"\t{entry.seal}" if entry.seal else "\t" * entry.date_beside
    if entry.date_beside:
        return text(style, f"{entry.label}{seal}\t{DATE}", more=space)
    first = text(style, f"{entry.label}{seal}", more="<w:keepNext/>" + space)
    return first + text(style, f"\t\t{DATE}", more=f'<w:spacing w:before="120" w:after="{SIGN_AFTER}" w:line="440" w:lineRule="atLeast"/>')


def signed(block: Signed, edges: Edges) -> str:
    """Sentences and the signature under them in one row that no page's end can part."""
    lines = "".join(sentence("Body", line) for line in block.lines)
    return row(whole(edges, lines + signature(block.signature, "SignWide", block.room), middle=False), height=block.room + SIGN_HEIGHT)


def review_rows(block: Review, edges: Edges) -> Iterator[str]:
    """The office's rows: a narrow label and blank room with its own signature."""
    for label, entry in block.rows:
        left = cell(edges, 0, block.label_width, "".join(text("Label", line) for line in label))
        right = cell(edges, block.label_width, edges[-1] - block.label_width, signature(entry, "Sign", block.room), middle=False)
        yield row(left + right, height=block.room + SIGN_HEIGHT)


def block_rows(form: Form, block: Block, edges: Edges, *, head: bool) -> Iterator[str]:
    """Every row of a block; ``head`` says that it belongs to the repeated top of a table."""
    match block:
        case Grid():
            yield from grid_rows(form, block, edges)
        case LongText():
            yield long_text(block, edges)
        case Sentences():
            yield row(whole(edges, "".join(sentence("Sentence", line) for line in block.lines)))
        case SubHeading():
            yield row(whole(edges, text("SubHead", block.text)), head=head)
        case Rows():
            yield from table_rows(block, edges)
        case Signed():
            yield signed(block, edges)
        case Review():
            yield from review_rows(block, edges)


Part = Section | Block


def chunks(form: Form) -> list[list[Part]]:
    """The form's headings and blocks, cut into tables: a :class:`Rows` block with its headings begins a table and ends one."""
    parts = [part for section in form.sections if section.heading for part in (section, *section.blocks)]
    found: list[list[Part]] = [[]]
    for place, part in enumerate(parts):
        after = next((entry for entry in parts[place + 1 :] if not isinstance(entry, SubHeading)), None)
        opens = isinstance(part, Rows) or (isinstance(part, (Section, SubHeading)) and isinstance(after, Rows))
        already = found[-1] and all(isinstance(entry, (Section, SubHeading)) for entry in found[-1])
        ended = bool(found[-1]) and isinstance(found[-1][-1], Rows)
        if ended or (opens and not already and found[-1]):
            found.append([])
        found[-1].append(part)
    return found


def chunk_table(form: Form, parts: Sequence[Part]) -> str:
    """One table of the form."""
    inner = {edge for part in parts if not isinstance(part, Section) for edge in block_edges(part)}
    edges = tuple(sorted(inner | {0, PAGE_WIDTH}))
    head = any(isinstance(part, Rows) for part in parts)
    rows: list[str] = []
    for part in parts:
        if isinstance(part, Section):
            rows.append(row(whole(edges, text("SectionHead", part.heading)), head=head))
        else:
            rows += block_rows(form, part, edges, head=head)
    return table(rows, edges)


# --- the document --------------------------------------------------------------------------------------------------------


def cover(form: Form) -> Iterator[str]:
    """Title, the three-row table, and the imprint in a frame at the page's foot, where a long table cannot push it."""
    yield text("CoverTitle", form.title[0], more=f'<w:spacing w:before="{dxa(28)}"/>')
    yield text("CoverForm", form.title[1], more=f'<w:spacing w:after="{dxa(42)}"/>')
    edges = (0, COVER_LABEL, COVER_LABEL + COVER_TEXT)
    yield table(
        [
            row(
                cell(edges, 0, COVER_LABEL, text("CoverLabel", f"{label}："))
                + cell(edges, COVER_LABEL, COVER_TEXT, answer("CoverText", flat(name))),
                height=17,
            )
            for label, name in form.cover
        ],
        edges,
    )
    frame = (
        f'<w:framePr w:w="{dxa(PAGE_WIDTH)}" w:wrap="notBeside" w:vAnchor="margin" w:hAnchor="margin" w:xAlign="center" w:yAlign="bottom"/>'
    )
    yield tag("for line in imprint") + text("Imprint", "{{ line }}", more=frame) + tag("endfor")


def computed(code: str, shown: str) -> str:
    """A field, and what is shown until the program has computed it.

    SECTIONPAGES and not NUMPAGES, which would count the cover. Word and WPS keep it up to date on every page; LibreOffice 7.4
    does not know it and goes on showing the PDF's number, which beats PAGEREF to a bookmark at the end: right in LibreOffice,
    but out of date in Word after every edit.
    """
    mark = '<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:fldChar w:fldCharType="{}"/></w:r>'
    instruction = f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
    return mark.format("begin") + instruction + mark.format("separate") + run(shown) + mark.format("end")


def footer() -> str:
    """校验码 and 第1页 共7页."""
    numbers = run("\t第") + computed("PAGE", "1") + run("页\u3000共") + computed("SECTIONPAGES", "{{ pages }}") + run("页")
    return paragraph("FooterLine", run("{{ check_code }}") + numbers)


def draft_header() -> str:
    """A draft's mark as a line and, behind the text, slanting over the page; a final export has neither."""
    shape = (
        '<w:pict xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">'
        '<v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>'
        '<v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/>'
        '<v:f eqn="if @0 @4 21600"/></v:formulas><v:path textpathok="t" o:connecttype="rect"/>'
        '<v:textpath on="t" fitshape="t"/></v:shapetype>'
        '<v:shape id="DraftWatermark" o:spid="_x0000_s2049" type="#_x0000_t136" stroked="f" fillcolor="#e0b4b4"'
        ' style="position:absolute;width:440pt;height:62pt;rotation:315;z-index:-251658752;'
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        'mso-position-vertical:center;mso-position-vertical-relative:margin">'
        '<v:fill opacity=".5"/><v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt" string="{{ draft_mark }}"/>'
        "</v:shape></w:pict>"
    )
    return paragraph("DraftMark", run("{{ draft_mark }}") + run("{%r if draft_mark %}") + f"<w:r>{shape}</w:r>" + run("{%r endif %}"))


def _part(element: str, content: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:{element} xmlns:w="{W}">{content}</w:{element}>'.encode()


def _relate(document: Any, kind: str, name: str, content: bytes) -> str:
    from docx.opc.packuri import PackURI
    from docx.opc.part import XmlPart

    media = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{name}+xml"
    part = XmlPart.load(PackURI(f"/word/{name}1.xml"), media, content, document.part.package)
    return document.part.relate_to(part, kind)


def build(form: Form) -> bytes:
    """The template of one form, the same bytes every time."""
    document = Document()
    strip(document)
    header = _relate(document, RELATIONSHIP_TYPE.HEADER, "header", _part("hdr", draft_header()))
    foot = _relate(document, RELATIONSHIP_TYPE.FOOTER, "footer", _part("ftr", footer()))
    reference = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    first = section_properties(numbered=False, references=f'<w:headerReference {reference} w:type="default" r:id="{header}"/>')
    last = section_properties(numbered=True, references=f'<w:footerReference {reference} w:type="default" r:id="{foot}"/>')
    gap = paragraph("Gap", "", more="<w:rPr><w:vanish/></w:rPr>")
    tables = gap.join(chunk_table(form, parts) for parts in chunks(form))
    end = paragraph("Break", "")
    body = "".join(cover(form)) + paragraph("Break", "", more=first) + tables + end + last
    new = parse_xml(f'<w:body xmlns:w="{W}">{body}</w:body>')
    root = document.element
    root.replace(root.body, new)
    parts = package_parts(document.part.package)
    return pack(parts | {"docProps/core.xml": core_properties(form.short_title, "", None)})


def strip(document: Any) -> None:
    """Leave of python-docx's own template only what is ours: its look, its thumbnail and its author go."""
    needed = (RELATIONSHIP_TYPE.STYLES, RELATIONSHIP_TYPE.SETTINGS)
    part, package = document.part, document.part.package
    for owner, kept in ((part, needed), (package, (RELATIONSHIP_TYPE.OFFICE_DOCUMENT, RELATIONSHIP_TYPE.CORE_PROPERTIES))):
        for key in [key for key, rel in owner.rels.items() if rel.reltype not in kept]:
            del owner.rels[key]
    part.part_related_by(RELATIONSHIP_TYPE.STYLES)._element = parse_xml(styles_xml())
    part.part_related_by(RELATIONSHIP_TYPE.SETTINGS)._element = parse_xml(settings_xml())


def main() -> None:
    """Write the templates beside this script."""
    for form in FORMS.values():
        (HERE / f"{form.id}.docx").write_bytes(build(form))


if __name__ == "__main__":
    main()
