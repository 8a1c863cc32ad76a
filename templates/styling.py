"""The look of the docx templates: page, paragraph styles, settings. What stands in them is ``build_templates.py``'s matter.

Fonts are those of every Chinese Windows and of WPS; 仿宋_GB2312 and 小标宋 are not among them. Sizes are points, lengths mm.
"""

from __future__ import annotations

from dataclasses import dataclass

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
FANG, HEI, SONG, LATIN = "仿宋", "黑体", "宋体", "Times New Roman"
RED = "C00000"

MARGIN_SIDE, MARGIN_TOP, MARGIN_BOTTOM, HEADER, FOOTER = 22, 25, 25, 14, 14
"""mm of A4; the sides leave forms.schema.PAGE_WIDTH."""


def dxa(mm: float) -> int:
    """Millimetres as twentieths of a point, Word's unit of length."""
    return round(mm * 1440 / 25.4)


@dataclass(frozen=True)
class Style:
    """One paragraph style. ``line`` is points (exact if ``exact``, else at least); ``first`` indents hundredths of a character;
    ``tabs`` are (kind, mm) pairs; ``tighter`` is points taken out between characters, for an e-mail address in a narrow cell."""

    id: str
    name: str
    font: str = FANG
    size: float = 12
    bold: bool = False
    align: str = "left"
    line: float = 18
    exact: bool = False
    first: int = 0
    keep: bool = False
    tabs: tuple[tuple[str, float], ...] = ()
    outline: int | None = None
    colour: str = ""
    tighter: float = 0
    based_on: str = "Normal"
    hidden: bool = False


BOX_TABS = (("left", 45), ("left", 90))
SIGN_TABS = (("left", 68), ("right", 134))
SIGN_WIDE_TABS = (("left", 84), ("right", 158))

STYLES = (
    Style("Heading1", "heading 1", HEI, keep=True, outline=0),
    Style("CoverTitle", "封面标题", SONG, 22, bold=True, align="center", line=40),
    Style("CoverForm", "封面表名", SONG, 26, bold=True, align="center", line=46),
    Style("CoverLabel", "封面栏目", FANG, 16, align="center", line=24),
    Style("CoverText", "封面内容", FANG, 16, align="center", line=24),
    Style("Imprint", "封面落款", FANG, 16, align="center", line=32),
    Style("SectionHead", "栏目标题", HEI, line=20, keep=True, based_on="Heading1"),
    Style("SubHead", "栏内标题", HEI, align="center", keep=True),
    Style("Label", "表格标签", align="center"),
    Style("ColumnHead", "表头", align="center", keep=True),
    Style("CellText", "表格正文"),
    Style("CellCentre", "表格正文居中", align="center"),
    Style("CellNarrow", "表格窄字", size=10, align="center", tighter=0.5),
    Style("Boxes", "选项行", line=20, tabs=BOX_TABS),
    Style("Sentence", "填空文句", line=22, exact=True),
    Style("Body", "正文段落", align="both", line=22, exact=True, first=200),
    Style("BodyTyped", "正文段落（自带缩进）", align="both", line=22, exact=True),
    Style("Sign", "签名行", line=22, tabs=SIGN_TABS),
    Style("SignWide", "签名行（通栏）", line=22, tabs=SIGN_WIDE_TABS),
    Style("Gap", "表间空行", size=1, line=1, exact=True, keep=True, hidden=True),
    Style("Break", "分节行", size=1, line=1, exact=True),
    Style("DraftMark", "草稿标记", HEI, 14, bold=True, align="center", colour=RED),
    Style("FooterLine", "页脚校验码", SONG, 10.5, tabs=(("right", 166),)),
)


def styles_xml() -> str:
    """``word/styles.xml``: the defaults of a Chinese document, and :data:`STYLES`."""
    fixed = (
        f'<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
        f'<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/>'
        f'<w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        f'<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:semiHidden/><w:tblPr>'
        f'<w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:left w:w="{dxa(1.5)}" w:type="dxa"/>'
        f'<w:right w:w="{dxa(1.5)}" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    )
    return f'<w:styles xmlns:w="{W}">{_defaults()}{fixed}{"".join(map(_style_xml, STYLES))}</w:styles>'


def _defaults() -> str:
    return (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{_fonts(FANG)}"
        f'<w:kern w:val="0"/><w:sz w:val="24"/><w:szCs w:val="24"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
        f"</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:widowControl/><w:kinsoku/><w:wordWrap/><w:overflowPunct/>"
        f'<w:autoSpaceDE/><w:autoSpaceDN/><w:snapToGrid w:val="0"/></w:pPr></w:pPrDefault></w:docDefaults>'
    )


def _fonts(east_asian: str) -> str:
    return f'<w:rFonts w:hint="eastAsia" w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{east_asian}" w:cs="{LATIN}"/>'


def _style_xml(style: Style) -> str:
    keep = "<w:keepNext/>" if style.keep else ""
    tabs = "".join(f'<w:tab w:val="{kind}" w:pos="{dxa(place)}"/>' for kind, place in style.tabs)
    rule = "exact" if style.exact else "atLeast"
    indent = f'<w:ind w:firstLineChars="{style.first}" w:firstLine="{round(style.first / 100 * style.size * 20)}"/>' if style.first else ""
    outline = "" if style.outline is None else f'<w:outlineLvl w:val="{style.outline}"/>'
    tabs = f"<w:tabs>{tabs}</w:tabs>" if tabs else ""
    colour = f'<w:color w:val="{style.colour}"/>' if style.colour else ""
    spacing = f'<w:spacing w:val="{-round(style.tighter * 20)}"/>' if style.tighter else ""
    own = "" if style.id == "Heading1" else ' w:customStyle="1"'
    paragraph = (
        f"<w:pPr>{keep}{tabs}"
        f'<w:spacing w:before="0" w:after="0" w:line="{round(style.line * 20)}"'
        f' w:lineRule="{rule}"/>{indent}<w:jc w:val="{style.align}"/>{outline}</w:pPr>'
    )
    character = (
        f"<w:rPr>{_fonts(style.font)}{'<w:b/>' if style.bold else ''}{'<w:vanish/>' if style.hidden else ''}"
        f'{colour}{spacing}<w:sz w:val="{round(style.size * 2)}"/><w:szCs w:val="{round(style.size * 2)}"/></w:rPr>'
    )
    return (
        f'<w:style w:type="paragraph" w:styleId="{style.id}"{own}>'
        f'<w:name w:val="{style.name}"/><w:basedOn w:val="{style.based_on}"/><w:qFormat/>{paragraph}{character}</w:style>'
    )


def settings_xml() -> str:
    """``word/settings.xml``: Word 2013's layout (compatibility mode 15), Chinese punctuation, nothing of a machine."""
    modern = (
        "overrideTableStyleFontSizeAndJustification", "enableOpenTypeFeatures", "doNotFlipMirrorIndents",
        "differentiateMultirowTableHeaders",
    )  # fmt: skip
    uri = "http://schemas.microsoft.com/office/word"
    compat = f'<w:compatSetting w:name="compatibilityMode" w:uri="{uri}" w:val="15"/>' + "".join(
        f'<w:compatSetting w:name="{name}" w:uri="{uri}" w:val="1"/>' for name in modern
    )
    return (
        f'<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/><w:defaultTabStop w:val="480"/>'
        f'<w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:useFELayout/>{compat}</w:compat>'
        f'<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
    )


def section_properties(*, numbered: bool, references: str) -> str:
    """A4; the cover has the draft mark's header but no footer, the pages after it count from 1."""
    numbers = '<w:pgNumType w:start="1"/>' if numbered else ""
    return (
        f'<w:sectPr>{references}<w:type w:val="nextPage"/><w:pgSz w:w="{dxa(210)}" w:h="{dxa(297)}"/>'
        f'<w:pgMar w:top="{dxa(MARGIN_TOP)}" w:right="{dxa(MARGIN_SIDE)}" w:bottom="{dxa(MARGIN_BOTTOM)}" w:left="{dxa(MARGIN_SIDE)}"'
        f' w:header="{dxa(HEADER)}" w:footer="{dxa(FOOTER)}" w:gutter="0"/>{numbers}</w:sectPr>'
    )
