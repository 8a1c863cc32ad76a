"""Break opportunities: the default algorithm against Unicode's whole test file; the Chinese rules case by case."""

import gzip
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.layout.linebreak import CHINESE, break_opportunities
from app.layout.linebreak_classes import VERSION
from forms.graphemes import boundaries

DATA = Path(__file__).parent / "data" / "LineBreakTest-15.0.0.txt.gz"


def pieces(text: str, tailoring: Literal["chinese"] | None = CHINESE) -> str:
    """The text with | at each break opportunity inside it."""
    cuts = break_opportunities(text, tailoring)
    return "|".join(text[a:b] for a, b in zip([0, *cuts], cuts, strict=False))


def unicode_cases() -> list[list[str]]:
    lines = gzip.decompress(DATA.read_bytes()).decode().splitlines()
    return [
        ["".join(chr(int(point, 16)) for point in part.split("×")) for part in line.strip("×÷ ").split("÷")]
        for line in lines
        if line and not line.startswith("#")
    ]


def test_unicode_test_file_passes_whole() -> None:
    cases = unicode_cases()
    assert len(cases) == 7654
    assert VERSION in DATA.name
    failed = [case for case in cases if pieces("".join(case), None) != "|".join(case)]
    assert failed == []


CLREQ = [
    # what the rule is about, the text with | at every break
    ("ideographs part anywhere", "提|能|申|报"),
    ("pause and stop marks open no line", "是，|否。|甲、|乙；|丙：|丁？|戊！|己"),
    ("closing marks open no line", "（甲）|《乙》|〈丙〉|【丁】|『戊』|「己」|〔庚〕|〖辛〗|壬"),
    ("nor several of them", "（他|说：|“好。”）。|完"),
    ("curly quotes open and close by code point", "称|“学|会”|为|‘甲’|乙"),
    ("also beside Latin", "用|“Word”|写|“a”|b"),
    ("an apostrophe is no closing quote", "it’s|中"),
    ("a dash is not torn and opens no line", "党|建——|能|力"),
    ("nor does a dash after a space", "党 ——|建"),
    ("a single dash connects", "北|京—|上|海|2022—|2023|年"),
    ("an ellipsis is not torn and opens no line", "等……|等"),
    ("four of them neither", "等…………|等"),
    ("connectors", "一～|二|三－|四"),
    ("middle dot in a name", "列|夫·|托|尔|斯|泰"),
    ("middle dot inside Latin", "x·y|中"),
    ("percent, permille, degree stay with what precedes", "百|分|之|5%|的|5‰|的|20℃|时|约％|的"),
    ("even after a space", "占|50 %|的"),
    ("squared units", "面|积|100㎡|的"),
    ("currency and number signs stay with what follows", "共|￥500|元|第|№5|号|＄（甲）"),
    ("even before a space", "共|￥ 500|元"),
    ("slash at neither end", "和/或|甲／乙"),
    ("numbers are whole", "1,234.56|万|元|2022|年|8|月-5|度|2022-05-01|日"),
    ("Latin words are whole", "使|用|Microsoft |Word|编|写"),
    ("a hyphen inside Latin parts words", "well-|known"),
    ("e-mail address", "邮|箱：|zhang-san@kx-changde.gov.cn|收"),
    ("web address", "见|https://www.example.com/a-b/?c=d&e=f!g|页"),
    ("web address without a scheme", "见|www.kx-cd.gov.cn/x?y|页"),
    ("near miss: no address", "a-|b?|c|页"),
    ("ambiguous symbols are ideographs", "①|甲|②|乙|★|丙"),
    ("multiplication stays with its operands", "3×4|米"),
    ("phone number", "电|话|0736-7256789|转|8"),
    ("no-break space", "甲\u00a0乙|丙"),
    ("word joiner", "甲\u2060乙|丙"),
    ("emoji sequences are whole", "好|👨\u200d👩\u200d👧|👍🏽|🇨🇳|🇨🇳|好"),
    ("variation selectors and marks", "葛\U000e0100|城|e\u0301|中"),
    ("a blank with a mark on it is a cluster", "甲 \u0301|乙"),
    ("full-width space belongs to the text before", "甲　|乙"),
    ("opening mark after opening mark", "（“甲|乙”）|丙"),
]


@pytest.mark.parametrize(("rule", "expected"), CLREQ, ids=[rule for rule, _ in CLREQ])
def test_chinese(rule: str, expected: str) -> None:
    assert pieces(expected.replace("|", "")) == expected


def test_tailoring_is_what_makes_the_difference() -> None:
    assert pieces("称“学会”为", None) == "称“学|会”为"
    assert pieces("北京—上海", None) == "北|京|—|上|海"
    assert pieces("和/或", None) == "和/|或"
    assert pieces("") == ""


@given(st.text(st.sampled_from("中文，。“”‘’（）《》—…·/%￥№1a.-@: \u3000\u0301\u200d👍🏽🇨\n") | st.characters()))
def test_offsets_are_ascending_cluster_boundaries_and_end_the_text(text: str) -> None:
    cuts = break_opportunities(text)
    assert cuts == sorted(set(cuts))
    assert set(cuts) <= set(boundaries(text))
    assert cuts[-1:] == ([len(text)] if text else [])
    assert break_opportunities(text) == cuts


@given(st.text(st.sampled_from("中文，。、；：？！“”‘（）《》【】—…·～－／/%‰℃㎡￥$№1a. "), max_size=40))
def test_no_opportunity_breaks_a_prohibition(text: str) -> None:
    text = "中" + text
    for cut in break_opportunities(text)[:-1]:
        assert text[cut] not in "，。、；：？！”）》】—…·～－／/%‰℃㎡"
        assert text[:cut].rstrip(" ")[-1] not in "“‘（《【￥$№"
        assert text[cut - 1] not in "/／"
