"""The rules of the 2022 call: every case of the table, the contract of a problem, and that nothing makes the checks fail."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forms.answers import Answers, AttachmentFact
from forms.catalogue import FORMS
from forms.checks import RULES, Level, Peer, Problem, run
from forms.checks.base import quoted
from forms.schema import Kind
from tests.forms.checks_cases import CASES
from tests.forms.checks_support import CALL, CATEGORIES, TODAY, Case, attached, files, values

# spec rules.md, "The checks": the ids and levels are a contract with whoever reads `check --json`.
CONTRACT = """
required error, format.mobile error, format.phone error, format.email error, format.postcode error, postcode.local note,
format.date error, date.future error, format.money error, applicant.category error, applicant.new error, party.branch error,
party.venue error, party.members warning, joint.lead error, dates.order error, dates.year warning, dates.period error,
deadline warning, budget.sum error, budget.items error, budget.grant error, budget.grant-low warning, people.leader error,
people.row error, people.twice warning, text.short warning, text.long error, text.placeholder warning, text.classified warning,
text.unprintable error, attachment.required error, attachment.preferred note, attachment.kind error, commitments warning,
confirmed error, limit.three error, same.project warning
"""
LEVELS = dict(entry.split() for entry in CONTRACT.replace("\n", " ").split(","))


def of(rule: str, problems: list[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.rule == rule]


def only(case: Case) -> Problem:
    (problem,) = of(case.rule, case.problems())
    return problem


# --- the table -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    problems = case.problems()
    assert [(problem.level, problem.field, problem.row) for problem in of(case.rule, problems)] == list(case.expect)
    assert {problem.rule for problem in problems} - {case.rule} == set(case.also)


def test_the_rules_are_the_contract() -> None:
    assert {rule.id: rule.level.value for rule in RULES} == LEVELS
    assert len(RULES) == len(LEVELS)


@pytest.mark.parametrize("rule", LEVELS)
def test_every_rule_has_raising_cases_and_near_misses(rule: str) -> None:
    cases = [case for case in CASES if case.rule == rule]
    assert any(case.expect for case in cases)
    assert any(not case.expect for case in cases)


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_valid_application_has_no_problem(category: str) -> None:
    assert Case("", category=category).problems() == []


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_application_lacks_exactly_what_is_required(form: str) -> None:
    problems = run(Answers(FORMS[form], CALL, {}), TODAY)
    chosen = FORMS[form].category == ""
    demanded = [entry.id for entry in FORMS[form] if not entry.optional and not entry.shown_when and not entry.id.startswith("confirmed.")]
    assert [problem.field for problem in of("required", problems)] == demanded
    assert len(of("confirmed", problems)) == 3
    assert {problem.rule for problem in problems} == {"required", "confirmed"} | (set() if chosen else {"party.branch", "party.venue"})


# --- what a problem says -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", [case for case in CASES if case.expect], ids=str)
def test_every_problem_is_complete(case: Case) -> None:
    fields = FORMS["party" if case.category == "party" else "capability"].fields
    for problem in case.problems():
        assert problem.clause or problem.rule == "postcode.local"
        assert problem.message.endswith(f"（{problem.clause}）") or not problem.clause
        assert "请" in problem.message, "says what to do"
        assert "\n" not in problem.message
        assert problem.message.encode("utf-8")
        assert problem.field in fields or problem.field == "attachments"
        table = problem.field in fields and fields[problem.field].kind is Kind.TABLE
        assert problem.row is None or table or problem.field == "attachments"
        if problem.row is not None:
            assert f"第{problem.row + 1}" in problem.message
        if problem.column:
            assert problem.column in {column.id for column in fields[problem.field].columns}


@pytest.mark.parametrize(
    ("case", "clause"),
    [
        (Case("budget.grant", {"budget.grant": "1.2"}, category="government-functions"), "附件1（二）3(4)"),
        (Case("applicant.category", {"unit.category": "高校科协"}, category="society-locality"), "附件1（二）7(2)"),
        (Case("applicant.new", {"unit.founded": "2021"}, category="key-society"), "附件1（二）1(2)"),
        (Case("party.venue", {"party.has_venue": False}, category="party"), "附件1（一）6(2)"),
        (Case("dates.period", {"project.completion": "2022-12-01"}), "附件1（二）5(5)"),
        (Case("attachment.required", category="service-station", attachments=()), "附件1（二）2(6)"),
        (Case("attachment.preferred", attachments=()), "附件1（二）5(6)"),
        (Case("commitments", {"commitments": []}), "附件1（二）5(8)"),
        (Case("deadline", today=date(2022, 4, 1)), "三.6"),
        (Case("required", {"unit.name": ""}), "三.1"),
        (Case("required", {"meeting.name": ""}, category="academic-exchange"), "附件3 四"),
        (Case("confirmed", {"confirmed.truthful": False}), "二.3"),
        (Case("confirmed", {"confirmed.unclassified": False}), "二.3"),
        (Case("confirmed", {"confirmed.not_subcontracted": False}), "三.5"),
        (Case("postcode.local", {"unit.postcode": "100000"}), ""),
    ],
    ids=str,
)
def test_the_most_exact_clause_is_cited(case: Case, clause: str) -> None:
    assert only(case).clause == clause


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (Case("budget.grant", {"budget.grant": "1.20"}, category="government-functions"), ["1.2万元", "1万元"]),
        (Case("budget.items", {"budget.items": [{"what": "甲", "amount": "2.1"}]}), ["2.1万元", "1.8万元", "多出0.3万元"]),
        (Case("budget.items", {"budget.items": [{"what": "甲", "amount": "1.75"}]}), ["1.75万元", "1.8万元", "少了0.05万元"]),
        (Case("text.long", {"unit.head.name": "字" * 53}), ["“单位负责人”有53字，最多50字，请删减3字"]),
        (Case("text.unprintable", {"project.name": "测\U00020bb7"}, without_glyph="\U00020bb7"), ["“项目名称”", "U+20BB7", "\U00020bb7"]),
        (Case("text.unprintable", {"project.name": "测\ue000"}, without_glyph="\ue000"), ["中的U+E000没有", "请删去或换成"]),
        (
            Case("text.unprintable", {"project.name": "组织专家到企业\u202d和乡村开展培训"}, without_glyph="\u202d"),
            ["中的看不见的U+202D（在“…织专家到企业和乡村开展培…”中）没有可用的字形，印不出来，请删去或换成"],
        ),
        (Case("text.classified", {"project.place": "更换手机密码"}), ["“机密”（更换手机密码）"]),
        (Case("text.classified", {"project.place": "不得泄露任何机密，违者必究之"}), ["（不得泄露任何机密，违者必究之）"]),
        (Case("text.classified", {"project.place": "均不得泄露任何机密，违者必究之！"}), ["（…不得泄露任何机密，违者必究之…）"]),
        (Case("text.classified", {"project.place": "机密文件由专人保管"}), ["（机密文件由专人保…）"]),
        (Case("people.twice", {"people": [{"name": "李二"}, {"name": "李二"}]}), ["第2行", "“李二”", "第1行"]),
        (Case("limit.three", peers=[Peer("常德市测绘学会", "甲")] * 4), ["5个", "最多3个", "请去掉2个"]),
        (Case("attachment.kind", attachments=[attached(size=20 * 1024 * 1024 + 1)]), ["20.01MB", "超过20MB", "“协议书.pdf”"]),
        (Case("attachment.kind", attachments=[attached(name="协议书.zip", content="docx")]), ["类型不能提交，请换成pdf、docx"]),
        (Case("attachment.kind", attachments=[attached(content="docx")]), ["内容不是pdf文件", "另存为pdf"]),
        (Case("attachment.kind", attachments=[attached(size=0)]), ["是空文件"]),
        (Case("attachment.kind", attachments=[attached(trouble="文件不存在")]), ["不能使用：文件不存在，请重新添加（"]),
        (Case("attachment.kind", attachments=[attached(trouble="图片太大，请缩小")]), ["不能使用：图片太大，请缩小（"]),
        (Case("attachment.kind", attachments=[attached("合同")]), ["没有类别"]),
        (Case("attachment.kind", attachments=[attached(size=16 << 20)] * 2), ["全部附件共32MB，超过30MB"]),
        (Case("format.mobile", {"unit.head.mobile": "1390736"}), ["现在是7位"]),
        (Case("format.mobile", {"unit.head.mobile": "07367256979"}), ["现在是“07367256979”"]),
        (Case("format.date", {"application_date": "2022-02-30"}), ["“2022-02-30”不是日历上的日期"]),
        (Case("format.email", {"unit.email": "cehui.163.com"}), ["缺少“@”"]),
        (Case("format.money", {"budget.own": "-0.3"}), ["小于0"]),
        (Case("format.money", {"budget.own": "0.30001"}), ["小数超过4位"]),
        (Case("format.money", {"budget.own": "1" * 10}), ["太大", "单位是万元"]),
        (Case("format.money", {"budget.own": "15000元"}), ["不是有效的金额，请只填数字，单位是万元"]),
        (Case("confirmed", {"confirmed.truthful": None}), ["请核实后声明"]),
        (Case("confirmed", {"confirmed.truthful": False}), ["选了“否”"]),
        (Case("format.email", {"unit.email": "a@b.cn;c@d.cn"}), ["“a@b.cn;c@d.cn”", "请只填一个地址"]),
        (Case("format.email", {"unit.email": "a@常德.cn"}), ["不能用的字符“常”"]),
        (Case("format.money", {"budget.own": "0.3 "}), ["前后有空格"]),
        (Case("format.phone", {"unit.fax": "无"}), ["转801", "没有内容的请留空"]),
        (Case("format.date", {"party.reelected": "未改选"}, category="party"), ["没有内容的请留空"]),
        (Case("text.placeholder", {"unit.head.title": "XX"}), ["没有内容的请留空"]),
        (Case("format.date", {"application_date": "2022-03"}), ["“2022-03”不完整，请写全年月日"]),
        (Case("joint.lead", {"unit.partners": [{"name": "乙学会"}], "unit.lead": " "}), ["须注明牵头单位，请选择牵头单位"]),
        (Case("applicant.category", {"unit.category": "高校科协"}, category="party"), ["高校科协不能申报", "另一种申报书"]),
        (Case("required", {"budget.total": None}), ["请先填写这两项"]),
        (Case("required", {"budget.own": None}), ["请填写“单位自筹经费”"]),
        (Case("required", {"people": None}), ["请填写“项目实施主要参与人员”，至少一行"]),
        (Case("required", {"meeting.name": None}, category="academic-exchange"), ["会议类项目必须标明会议信息，请填写“会议名称”"]),
        (Case("required", {"unit.category": None}), ["请选择“单位类别”"]),
        (Case("required", {"meeting.is_meeting": None}), ["请选择“是否会议类项目”"]),
        (Case("required", {"meeting.is_meeting": "true"}), ["无法识别，请重新选择"]),
        (Case("required", {"budget.grant": 1.5}), ["无法识别，请重新填写"]),
        (Case("people.leader", {"project.leader.name": "李三"}), ["项目负责人“李三”，现在是“李二”"]),
        (Case("people.leader", {"people": [{"name": " ", "duty": "总负责"}]}), ["第1行应是项目负责人“李二”，现在是空的"]),
        (Case("people.row", {"people": [{"duty": "总负责"}]}), ["第1行没有写姓名，请填写项目负责人的姓名（"]),
        (Case("people.row", {"people": [{"name": "李二"}, {"duty": "培训"}]}), ["第2行没有写姓名，请填写姓名或删去这一行（"]),
        (Case("commitments", {"commitments": ["experts-5", "service-publicity"]}), ["还有1项", "第2项"]),
    ],
    ids=str,
)
def test_a_message_names_the_values_in_question(case: Case, words: list[str]) -> None:
    message = only(case).message
    for word in words:
        assert word in message


def test_of_many_characters_that_cannot_be_printed_eight_are_named() -> None:
    def message(number: int) -> str:
        strange = "".join(chr(0xE000 + place) for place in range(number))
        return only(Case("text.unprintable", {"project.name": strange}, without_glyph=strange)).message

    assert "U+E007没有" in message(8)
    assert "U+E007等9个字符没有" in message(9)
    assert "\ue000" not in message(1)


def test_a_problem_of_a_cell_names_its_column() -> None:
    rows = {"people": [{"name": "李二", "duty": "同上"}], "budget.items": [{"what": "培训", "amount": "x"}], "project.place": "XX"}
    places = {(problem.field, problem.row, problem.column) for problem in Case("", rows).problems()}
    assert places == {("people", 0, "duty"), ("budget.items", 0, "amount"), ("project.place", None, "")}


def test_a_long_answer_is_cut_in_a_message() -> None:
    assert quoted("字" * 24) == "“" + "字" * 24 + "”"
    assert quoted("字" * 25) == "“" + "字" * 24 + "…”"
    assert quoted("“甲”\n 乙") == "“‘甲’ 乙”"


def test_a_message_carries_no_character_that_cannot_be_written() -> None:
    case = Case("format.mobile", {"unit.head.mobile": "\ud800\x00139\n" + "x" * 1000})
    assert only(case).message.encode("utf-8")
    assert len(only(case).message) < 120


@pytest.mark.parametrize(
    "case",
    [
        Case("format.phone", {"unit.phone": "无"}, category="party"),
        Case("format.date", {"unit.founded": "未定"}),
        Case("text.placeholder", {"unit.head.name": "XX"}),
    ],
    ids=str,
)
def test_what_is_required_is_not_to_be_left_out(case: Case) -> None:
    assert "留空" not in only(case).message


def test_a_message_reads_in_the_order_it_is_written_in() -> None:
    """A mark that turns the direction of writing would turn the rest of the message, and make fdp.exe of exe.pdf."""
    turned = "协议\u202efdp.exe"
    case = Case("", {"project.name": turned, "content.main": turned + "绝密" + turned}, attachments=[attached(name=turned)])
    messages = [problem.message for problem in case.problems()]
    assert any("“协议fdp.exe”" in message for message in messages)
    assert any("（…dp.exe绝密协议fdp" in message for message in messages)
    assert not any("\u202e" in message for message in messages)


def test_the_units_of_a_joint_application_are_named_once_each() -> None:
    """Who lists all units lists the own one as well; the cover would name it twice, and the choice of the lead offer it twice."""
    rows = [{"name": name} for name in ("乙学会", "常德市 测绘学会", "丙学会", "", "乙学会\u200b")]
    answers = Answers(FORMS["capability"], CALL, {"unit.name": "常德市测绘学会", "unit.partners": rows})
    assert answers.partners == ["乙学会", "丙学会"]
    assert [choice.id for choice in answers.choices(FORMS["capability"].fields["unit.lead"])] == ["常德市测绘学会", "乙学会", "丙学会"]


@pytest.mark.parametrize(
    ("field", "change", "asked"),
    [
        ("unit.lead", {}, False),
        ("unit.lead", {"unit.partners": [{"name": "乙学会"}]}, True),
        ("commitments", {}, True),
        ("commitments", {"project.category": "society-locality"}, False),
        ("commitments", {"project.category": None}, False),
        ("meeting.name", {}, False),
        ("meeting.name", {"meeting.is_meeting": True}, True),
        ("unit.fax", {}, True),
    ],
)
def test_a_field_is_asked_for_only_where_it_applies(field: str, change: dict[str, Any], asked: bool) -> None:
    form = FORMS["capability"]
    assert Answers(form, CALL, values("tech-service") | change).asked(form.fields[field]) is asked


# --- order ---------------------------------------------------------------------------------------------------------------


def test_problems_stand_in_the_papers_order_with_attachments_last() -> None:
    change = {
        "confirmed.truthful": False, "unit.name": "XX", "unit.postcode": "1", "content.main": "略",
        "people": [{"name": "李二"}, {"name": "", "duty": "同上"}, {"name": "李二"}, {"name": "", "note": "字" * 201}],
    }  # fmt: skip
    case = Case("", change, attachments=[attached(name="协议书.zip")])
    problems = case.problems()
    position = FORMS["capability"].position
    keys = [
        (position.get(problem.field, 999), list(Level).index(problem.level), -1 if problem.row is None else problem.row)
        for problem in problems
    ]
    assert keys == sorted(keys)
    assert problems[0].field == "unit.name"
    assert problems[-1].field == "attachments"
    assert [(p.rule, p.row) for p in problems if p.field == "people"] == [
        ("people.row", 1), ("people.row", 3), ("text.long", 3), ("text.placeholder", 1), ("people.twice", 2),
    ]  # fmt: skip
    assert case.problems() == problems


def test_the_order_of_keys_in_the_draft_does_not_matter() -> None:
    answers = values("tech-service") | {"unit.name": "XX", "budget.own": "x", "project.end": "?"}
    backwards = dict(reversed(answers.items()))
    form = FORMS["capability"]
    assert run(Answers(form, CALL, answers), TODAY) == run(Answers(form, CALL, backwards), TODAY)


def test_text_that_is_not_asked_for_is_not_looked_at() -> None:
    change = {"meeting.name": "绝密", "meeting.reports": "x", "unit.lead": "丙学会", "unknown": {"deep": [None]}}
    assert Case("", change).problems() == []


# --- nothing makes the checks fail ---------------------------------------------------------------------------------------

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30),
    st.sampled_from(["2022-04-01", "9999-12-31", "0000", "1.5", "NaN", "-0", "1e9", "tech-service", "academic-exchange", "市级学会", "XX"]),
)  # fmt: skip
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)  # lone surrogates too
JSON = st.recursive(
    SCALARS | ANY_TEXT, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4), max_leaves=8
)
ROWS = st.lists(
    st.dictionaries(st.sampled_from(["name", "post", "duty", "note", "what", "amount", "other"]), JSON, max_size=4) | JSON, max_size=4
)
FACTS = st.lists(
    st.builds(AttachmentFact, role=ANY_TEXT, name=ANY_TEXT, size=st.integers(), content=ANY_TEXT, trouble=ANY_TEXT), max_size=3
)


@st.composite
def drafts(draw: st.DrawFn) -> Answers:
    """A form with anything at all in some of its fields, on top of nothing or of a valid application."""
    form = FORMS[draw(st.sampled_from(list(FORMS)))]
    base = values(draw(st.sampled_from(CATEGORIES))) if draw(st.booleans()) else {}
    names = draw(st.lists(st.sampled_from([*form.fields, "unknown"]), max_size=12, unique=True))
    table = {name for name, entry in form.fields.items() if entry.kind is Kind.TABLE}
    changed: dict[str, Any] = {name: draw(ROWS | JSON if name in table else JSON) for name in names}
    return Answers(form, CALL, {**base, **changed}, draw(FACTS))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drafts(), st.dates(), st.lists(st.builds(Peer, unit=ANY_TEXT, project=ANY_TEXT), max_size=3))
def test_no_draft_makes_the_checks_fail(answers: Answers, today: date, peers: list[Peer]) -> None:
    problems = run(answers, today, peers=peers, unprintable=lambda text: [character for character in text if character > "\uffff"])
    for problem in problems:
        assert problem.field in answers.form.fields or problem.field == "attachments"
        json.dumps(problem.message, ensure_ascii=False).encode("utf-8")
    assert problems == run(answers, today, peers=peers, unprintable=lambda text: [character for character in text if character > "\uffff"])


def test_a_call_without_clauses_still_checks() -> None:
    categories = tuple(replace(entry, clauses={}) for entry in CALL.categories)
    bare = replace(CALL, clauses={}, categories=categories, placeholders=(), classified=())
    problems = run(Answers(FORMS["party"], bare, values("party") | {"unit.name": "", "budget.grant": "9"}, files("party")), TODAY)
    assert {(problem.rule, problem.clause) for problem in problems} == {("required", ""), ("budget.sum", ""), ("budget.grant", "")}
    assert not any(problem.message.endswith("（）") for problem in problems)
