"""The PDF's pages: numbers, heads, breaks, places, the draft's mark."""

from __future__ import annotations

import re

import pypdfium2
import pytest
from pdf_support import SPACES, content, page_texts, poppler, render, shown_names, solid

from app.application import Application, new
from app.export import pdf_type
from app.export.context import printed
from forms.call import Call

A4 = (595.28, 841.89)


def test_paragraphs_and_empty_lines_are_kept(call: Call) -> None:
    application = new("party", call)
    application.set("content.main", "第一段。\n\n\n　　第二段。")
    (page,) = (page for page in pypdfium2.PdfDocument(render(application).data) if "第一段" in page.get_textpage().get_text_range())
    tops = [
        box[3]
        for word in ("第一段", "第二段")
        for box in [page.get_textpage().get_charbox(page.get_textpage().get_text_range().replace("\r\n", "\r\n").index(word))]
    ]
    assert tops[0] - tops[1] == pytest.approx(3 * 21, abs=2)


def test_a_line_that_introduces_others_holds_on_to_the_first_of_them() -> None:
    """Whatever that one's length; what is no introduction, or introduces nothing, may end a page."""
    long = "很长的一段，" * 20 + "完。"
    texts = ["首句。", "（一）只有一行", "1.一行写完。", "2.又一行。", "（二）有几行", long, "（三）空着", "", "甲", "乙", "末句。", "尾。"]
    slugs = pdf_type.long_text(texts, pdf_type.BODY, 480)
    holds = [slug.holds for slug in slugs]
    several = len(slugs) - len(texts) + 1  # lines of the long one
    assert several > 3
    inside = [True, *[False] * (several - 3), True, False]
    assert holds == [True, True, False, False, True, *inside, False, False, False, True, True, False]


@pytest.mark.parametrize(
    ("text", "align", "shown"),
    [
        ("常务副理事长", pdf_type.CENTRE, ["常务副", "理事长"]),
        ("合作社常务副理事长兼秘", pdf_type.CENTRE, ["合作社常", "务副理事", "长兼秘"]),
        ("理事长", pdf_type.CENTRE, ["理事长"]),
        ("常务副理事长", pdf_type.LEFT, ["常务副理事", "长"]),
        ("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳", pdf_type.CENTRE, ["甲乙丙丁戊", "己庚辛壬癸", "子丑寅卯辰", "巳"]),
    ],
)
def test_few_lines_in_the_middle_of_a_table_s_cell_are_alike(text: str, align: str, shown: list[str]) -> None:
    slugs = pdf_type.entry(text, 5.2 * pdf_type.VALUE.size, align)
    assert ["".join(chunk.text for chunk in slug.ink.chunks) for slug in slugs] == shown


def test_cover_without_number_then_pages_numbered_from_one(sample: Application) -> None:
    rendered = render(sample)
    texts = page_texts(rendered.data)
    assert len(texts) == rendered.pages
    assert "校验码" not in texts[0]
    assert "共" not in texts[0]
    assert all(title in texts[0] for title in sample.form.title)
    for number, text in enumerate(texts[1:], 1):
        assert re.search(f"校验码 {sample.code}", text)
        assert re.search(rf"第{number}页\s*共{rendered.pages - 1}页", text)
    for page in pypdfium2.PdfDocument(rendered.data):
        assert page.get_size() == pytest.approx(A4, abs=0.02)


def test_heads_come_again_and_long_tables_lose_nothing(sample: Application) -> None:
    sample.set("people", [{"name": f"姓名{at:02}", "duty": "工作" * (at * 3)} for at in range(60)])
    sample.set("budget.items", [{"what": f"内容{at:02}", "amount": "0.1"} for at in range(60)])
    texts = page_texts(render(sample).data)
    for mark, head in (("姓名", "专技职称"), ("内容", "序号")):
        found = [text for text in texts if re.search(mark + r"\d\d", text)]
        assert len(found) > 1
        assert all(head in text for text in found)
        assert re.findall(mark + r"(\d\d)", "".join(found)) == [f"{at:02}" for at in range(60)]
        assert all(len(re.findall(mark + r"\d\d", text)) > 1 for text in (found[0], found[-1]))


@pytest.mark.parametrize("lines", range(0, 40, 3))
def test_signatures_stay_with_what_they_sign(form_id: str, call: Call, lines: int) -> None:
    application = new(form_id, call)
    application.set("content.outcome", "\n".join(f"第{at}项成果。" for at in range(lines)))
    texts = page_texts(render(application).data)
    (pledge,) = (text for text in texts if "真实性、可行性、合规性负责" in SPACES.sub("", text))
    assert "项目负责人签名：" in pledge
    assert "申报单位承诺" in pledge
    (opinion,) = (text for text in texts if "单位负责人签名：" in text)
    assert "申报单位意见" in opinion
    (review,) = (text for text in texts if "常德市科协审查审核意见" in text)
    assert "分管" in review
    assert re.search(r"(?m)^.*[^管位目]负责人签名：|^负责人签名：", review) or "负责人签名：" in review
    for text in texts[1:]:
        assert len(solid(text)) > 20


def test_long_texts_lose_nothing_over_many_pages(form_id: str, call: Call) -> None:
    application = new(form_id, call)
    text = "\n".join(f"第{at}段：" + "组织专家团队开展针对性的科技服务活动，" * (at % 7 + 1) for at in range(300))
    application.set("content.main", text)
    rendered = render(application)
    assert rendered.pages > 25
    assert SPACES.sub("", text) in content(rendered.data)


def test_many_long_names_on_the_cover(sample: Application) -> None:
    sample.set("unit.partners", [{"name": f"第{at}合作单位" + "名" * 110} for at in range(10)])
    sample.set("project.name", "项" * 120)
    text = content(render(sample).data)
    # the table goes on over a second cover, so that the imprint stands between
    assert text.count("名") >= 10 * 110
    assert all(f"第{at}合作单位名" in text for at in range(10))
    assert "项" * 120 in text


def test_places(sample: Application) -> None:
    rendered = render(sample)
    texts = page_texts(rendered.data)
    for section in sample.form.sections:
        if section.heading:
            page, top, height = rendered.places[section.id]
            assert solid(section.title) in solid(texts[page])
            assert 80 < top < 760
            assert 20 < height < 120
    for name in ("unit.name", "project.name", "content.main", "people", "budget.total", "budget.items", "pledge.meeting"):
        assert rendered.places[name][0] >= 1
    assert rendered.places["application_date"][0] == 0
    assert rendered.places["unit.name"] < rendered.places["unit.address"] < rendered.places["content.main"]
    assert set(rendered.places) >= shown_names(printed(sample)) - {"cover.unit"}


def test_draft_is_marked_and_final_is_not(sample: Application) -> None:
    draft = page_texts(render(sample, open_errors=3).data)
    assert all("还有3处错误" in text and "草稿" in text for text in draft)
    assert not any("草稿" in text for text in page_texts(render(sample).data))
    # the mark lies under the text: a reader that honours ActualText finds only the words in the head
    assert poppler(render(sample, open_errors=3).data).count("草稿") == len(draft)


def test_a_draft_of_an_empty_form_prints_the_paper(form_id: str, call: Call) -> None:
    application = new(form_id, call)
    rendered = render(application, open_errors=20)
    assert 4 <= rendered.pages <= 7
    text = content(rendered.data)
    assert text.count("□") == (7 if form_id == "capability" else 6)
    assert "☑" not in text
