"""Whatever was answered, and every word of the paper, is read back from the PDF by PDFium and poppler."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pdf_support import SPACES, content, page_texts, poppler, render, shown_names, solid

from app import coverage
from app.application import Application, new
from app.export.context import printed
from app.export.pdf import render_pdf
from forms.call import Call


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


def test_values_of_any_length_are_laid_out(sample: Application) -> None:
    """A draft may hold what a final form may not: nothing is cut, nothing loops."""
    paper = printed(sample)
    long = dict.fromkeys(("pledge.meeting", "unit.name", "project.leader.name"), "很长" * 800)
    rendered = render_pdf(replace(paper, values=paper.values | long), b"{}")
    text = content(rendered.data)
    assert text.count("很") >= 3 * 800
    assert "很长会议研究审议" in text
