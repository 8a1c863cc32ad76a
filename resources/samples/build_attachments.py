"""Make the attachments of the samples: one-page PDF files that say 样例, the same bytes on every run.

Run ``python resources/samples/build_attachments.py`` from the checkout. Needs reportlab and fontTools; the only font is the
bundled 黑体, of which each file embeds the few characters it uses. Nothing in them is real: units, people, figures are invented.
"""

from __future__ import annotations

import io
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont as SourceFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

HERE = Path(__file__).resolve().parent
FONT_FILE = HERE.parent / "fonts" / "hei.ttf"
FONT = "hei"
MARK = "（样例，内容虚构）"
LEFT, TOP, LEADING = 30 * mm, 250 * mm, 11 * mm

PAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "station-setup": (
        "服务站筹建申请及申报表",
        (
            "申请单位：沅澧应用技术学院科学技术协会",
            "服务站：澧县葡萄产业科技服务站",
            "共建单位：张公新镇葡萄产业园",
            "专家团队：9人",
            "申请单位与共建单位申请筹建服务站。",
            "2022年3月20日",
        ),
    ),
    "agreement-government-functions": (
        "承接项目委托书",
        (
            "受托单位：常德市市政水务工程学会",
            "委托项目：二次供水技术导则研制与成果评审",
            "完成时间：2022年11月20日",
            "成果归委托单位所有。",
            "2022年3月10日",
        ),
    ),
    "agreement-tech-service": (
        "科技服务合作协议",
        (
            "甲方：橘香坪柑橘专业合作社",
            "乙方：常德市柑橘产业技术学会",
            "一、乙方组织9名专家服务甲方柑橘园。",
            "二、甲方提供示范园600亩。",
            "三、合作时间：2022年4月至11月。",
            "2022年3月15日",
        ),
    ),
    "agreement-society-locality": (
        "交流合作意向书",
        (
            "甲方：湘楚特种水产科技学会",
            "乙方：常德市特种水产技术学会汉寿服务站",
            "一、共建联合技术中心。",
            "二、甲方专家到乙方服务。",
            "三、合作三年。",
            "2022年3月16日",
        ),
    ),
    "roster": (
        "专家、志愿者名册",
        ("序号　姓名　专业", "1　样例甲　园艺", "2　样例乙　植保", "3　样例丙　土肥", "4　样例丁　加工", "5　样例戊　科普"),
    ),
    "signed-scan": ("签字盖章扫描件", ("申报单位：样例学会", "签字、盖章处")),
    "other": ("其他材料", ("申报单位：样例学会", "材料说明")),
}


def register() -> None:
    """Make the font known to reportlab, cut to the characters of all pages.

    It is cut first, because reportlab always embeds whatever ASCII a font has, 9 kB of it. All files share the one cut:
    reportlab keeps the first font of a name, so a second cut of its own would lack glyphs.
    """
    text = "".join("".join((title, MARK, *lines)) for title, lines in PAGES.values())
    cutter = subset.Subsetter(subset.Options(layout_features=[], hinting=False))
    with SourceFont(FONT_FILE, recalcTimestamp=False) as font:
        cutter.populate(text=text)
        cutter.subset(font)
        stream = io.BytesIO()
        font.save(stream)
    stream.seek(0)
    pdfmetrics.registerFont(TTFont(FONT, stream))


def build(name: str, folder: Path) -> Path:
    """Write ``name``.pdf into ``folder``: a title, the mark 样例, then one sentence a line."""
    title, lines = PAGES[name]
    path = folder / f"{name}.pdf"
    canvas = Canvas(str(path), pagesize=A4, invariant=1, pageCompression=1, initialFontName=FONT, lang="zh-CN")
    canvas.setTitle(title + MARK)
    canvas.setFont(FONT, 20)
    canvas.drawCentredString(A4[0] / 2, TOP, title)
    canvas.setFont(FONT, 12)
    canvas.drawCentredString(A4[0] / 2, TOP - LEADING, MARK)
    for place, line in enumerate(lines, 3):
        canvas.drawString(LEFT, TOP - place * LEADING, line)
    canvas.save()
    return path


def main() -> None:
    """Write every attachment beside this script."""
    register()
    for name in PAGES:
        path = build(name, HERE)
        print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
