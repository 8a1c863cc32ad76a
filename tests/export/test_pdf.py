"""The PDF as others read it: with PDFium, pypdf and qpdf, never with our own code."""

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
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import coverage, samples
from app.application import Application, call_of, dump, new
from app.export.context import Printed, printed
from app.export.pdf import Cancelled, Rendered, render_pdf
from app.paths import root
from forms.call import Call
from forms.schema import blanks

A4 = (595.28, 841.89)
SPACES = re.compile(r"\s")


@pytest.fixture(scope="module")
def call() -> Call:
    return call_of("changde-2022")


@pytest.fixture(params=["party", "capability"])
def form_id(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def sample(form_id: str, call: Call) -> Application:
    return samples.sample(form_id, "" if form_id == "party" else "academic-exchange", call)


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


# --- what stands in it ---------------------------------------------------------------------------------------------------


def test_every_answer_can_be_read_back(sample: Application) -> None:
    paper = printed(sample)
    text = content(render(sample).data)
    names = shown_names(paper)
    assert len(names) > 20
    for name in names:
        assert solid(paper.values[name]) in text, name
    for rows in paper.tables.values():
        for row in rows:
            assert all(solid(cell) in text for cell in row.values())
    for lines in paper.lines.values():
        assert all(solid(line) in text for line in lines)
    for rows_of_boxes in paper.boxes.values():
        assert all(box in text for row in rows_of_boxes for box in row)


def test_poppler_reads_the_long_texts_too(sample: Application) -> None:
    paper = printed(sample)
    text = solid(poppler(render(sample).data, "-raw"))
    for name in shown_names(paper):
        assert solid(paper.values[name]) in text, name


def test_every_fixed_word_of_the_paper(sample: Application) -> None:
    paper = printed(sample)
    text = content(render(sample).data)
    fixed = [*paper.form.title, *paper.call.imprint]
    for section in paper.form.sections:
        fixed.append(section.heading)
        for block in section.blocks:
            fixed += [text for text in (getattr(block, "text", ""),) if text]
            fixed += [head for _, head, _ in getattr(block, "heads", ())]
            fixed += [paper.fill(line) for line in getattr(block, "lines", ())]
            for row in getattr(block, "rows", ()):
                fixed += [cell.text for cell in row if getattr(cell, "text", "")]
    assert len(fixed) > 40
    for words in fixed:
        assert solid(words) in text, words


def test_no_blank_is_read_within_chinese(call: Call) -> None:
    application = new("party", call)
    # letters and digits among the Chinese, and a word that cannot be parted, make every line a different one
    text = "围绕2022年工作要点，组织PCR检测3次、DNA测序15次，具备ISO9001认证http://cdkp.changde.gov.cn/a/b。" * 12
    application.set("content.main", text)
    data = render(application).data
    for found in ("\n".join(page_texts(data)), poppler(data, "-raw")):
        answer = found.partition("三、")[2].partition("四、")[0]
        assert SPACES.sub("", text) in solid(answer)
        assert not re.search("[\u4e00-\u9fff，、。A-Z0-9] +[\u4e00-\u9fff，、。A-Z0-9]", re.sub("校验码.*", "", answer))


def test_markup_is_only_text(sample: Application) -> None:
    wild = 'a<b & c>d <b>粗</b> <img src="file:///etc/passwd"/> {{x}} %s \\ ( ) ]]> &amp;'
    for name in ("project.name", "content.main", "pledge.meeting"):
        sample.set(name, wild)
    assert content(render(sample).data).count(SPACES.sub("", wild)) == 4  # the name stands on the cover too


def test_characters_beyond_the_bmp_are_copied_as_themselves(sample: Application) -> None:
    sample.set("project.leader.name", "𬱖怀瑾")
    assert "𬱖怀瑾" in content(render(sample).data)


def test_every_character_of_the_fonts_is_copied_as_itself(call: Call) -> None:
    ligatures = set("\ufb00\ufb01\ufb02\ufb03\ufb04")  # PDFium spells these out
    unseen = set("\u00ad\u200b\u200c\u200d\u2060\ufeff\ufe0e\ufe0f")
    characters = sorted(char for char in coverage.characters() - ligatures - unseen if not char.isspace())
    assert len(characters) > 26_000
    application = new("party", call)
    words = [f"中{char}国" for char in characters]
    application.values["content.main"] = "\n".join("".join(words[at : at + 11]) for at in range(0, len(words), 11))
    text = content(render(application).data)
    assert [word for word in words if word not in text] == []


PIECES = [
    "，", "。", "（", "）", "“", "”", "《", "》", "——", "……", "！", "·", "-", "_", "/", "@", "%", "<", "&", "½", "①", "☑", "→", "℃",
    "m²", "α", "か", "𬱖", "ǎ", "5G", "COVID-19", "http://a-b.cn/x-y?z=1&w=2", "2022年3月", "学会", "well-known", "12.5%",
    "组织专家团队开展针对性的科技服务活动", " ", "\u3000", "\u00a0", "\u2003", "\t", "e\u0301",
]  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), min_size=1, max_size=12))
def test_mixed_text_is_read_back_whole(call: Call, paragraphs: list[str]) -> None:
    application = new("capability", call)
    cells = [paragraph[:60] for paragraph in paragraphs]  # of a row that is parted, pieces stand apart
    application.values |= {"content.main": "\n".join(paragraphs), "project.place": cells[0], "unit.address": cells[-1]}
    application.values["people"] = [{"name": "甲", "duty": cell} for cell in cells]
    # PDFium marks a hyphen at a line's end as one that parts a word
    text = re.sub("[\x02\ufffe]", "-", content(render(application).data))
    for paragraph in [*paragraphs, *cells]:
        assert solid(paragraph) in text


def test_a_draft_shows_what_no_font_has(sample: Application) -> None:
    sample.set("content.main", "目标😀明确\t具体")
    text = content(render(sample, open_errors=1).data)
    assert "目标〔U+1F600〕明确具体" in text
    assert "〓" not in text


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


# --- pages ---------------------------------------------------------------------------------------------------------------


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


# --- the file ------------------------------------------------------------------------------------------------------------


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


def test_values_of_any_length_are_laid_out(sample: Application) -> None:
    """A draft may hold what a final form may not: nothing is cut, nothing loops."""
    paper = printed(sample)
    long = dict.fromkeys(("pledge.meeting", "unit.name", "project.leader.name"), "很长" * 800)
    rendered = render_pdf(replace(paper, values=paper.values | long), b"{}")
    text = content(rendered.data)
    assert text.count("很") >= 3 * 800
    assert "很长会议研究审议" in text
