"""The logic around the list of drafts: profile, new applications, comparing states, words for the list."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from app.application import Application, dump, new, newest_call, parse
from app.attachments import Attachment
from app.drafts import (
    PROFILE_FORM,
    Difference,
    answer_text,
    as_sample,
    begin,
    category_labels,
    clean_profile,
    deadline_text,
    differences,
    guidance_text,
    is_sample,
    matching,
    moment_text,
    obstacles,
    papers_text,
    profile_of,
    progress_text,
    readable,
    room_text,
    siblings,
    unit_fields,
)
from app.errors import AppError
from app.samples import sample
from app.store.records import Facts, Summary
from forms.call import Call
from forms.catalogue import FORMS
from forms.checks import Level, run
from forms.schema import Kind
from forms.text import same_name

TODAY = date(2022, 3, 25)
UNIT = {"unit.name": "常德市测绘学会", "unit.category": "市级学会", "unit.founded": "2016-05", "unit.phone": "0736-7256979"}


@pytest.fixture
def call() -> Call:
    return newest_call()


def summary(name: str = "a", **facts: object) -> Summary:
    plain = Facts("changde-2022", "capability", "tech-service", "常德市测绘学会", "送科技下乡", 12, 40, 0, 0, "3F9A-12BC")
    known = plain._replace(**facts)  # pyright: ignore[reportArgumentType]
    return Summary(name, *known, 0.0, 0.0, unit_key=same_name(known.unit))


def copy(application: Application) -> Application:
    return parse(dump(application), lambda _: None)


# --- profile -------------------------------------------------------------------------------------------------------------


def test_the_profile_asks_what_both_forms_ask_of_the_unit_once_and_nothing_else() -> None:
    names = [entry.id for entry in unit_fields()]
    assert len(names) == len(set(names))
    for form in FORMS.values():
        own = [entry.id for entry in form if entry.id.startswith("unit.") and entry.id not in ("unit.partners", "unit.lead")]
        assert [name for name in names if name in own] == own  # all of them, in the paper's order
    assert all(name.startswith("unit.") for name in names)
    assert not {"unit.partners", "unit.lead"} & set(names)


def test_the_checks_run_over_the_profile_form(call: Call) -> None:
    problems = run(Application(PROFILE_FORM, call, {"unit.phone": "12"}).answers(), TODAY)
    assert {"format.phone", "required"} <= {entry.rule for entry in problems if entry.field.startswith("unit.")}


def test_a_profile_is_read_from_an_application_and_carried_into_the_other_form(call: Call) -> None:
    party = sample("party")
    profile = profile_of(party)
    assert profile["unit.phone"] == party.values["unit.phone"]
    application, memory = begin(call, "capability", "tech-service", profile)
    assert application.values["unit.name"] == party.values["unit.name"]
    assert "unit.phone" not in application.values  # 附件3 does not ask for it
    assert application.values["project.category"] == "tech-service"
    assert memory.carried == {name for name in application.values if name.startswith("unit.")}
    assert "project.category" not in memory.carried


def test_without_a_profile_nothing_is_carried(call: Call) -> None:
    for nothing in (None, {}, {"unit.name": "", "unit.lead": "甲", "x": 1}):
        application, memory = begin(call, "party", "party", nothing)
        assert application.values == {}
        assert memory.carried == set()


def test_a_stored_profile_is_cleaned() -> None:
    odd = {"unit.name": " 常德市测绘学会 ", "unit.founded": "2016.5", "unit.lead": "甲", "unit.email": 3, "unit.fax": ["1"], "other": "x"}
    assert clean_profile(odd) == {"unit.name": "常德市测绘学会", "unit.founded": "2016-05"}


def test_an_unknown_category_is_refused(call: Call) -> None:
    with pytest.raises(AppError):
        begin(call, "capability", "party", {})


# --- categories ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["市级学会", "高校科协", "学会联合体", "学会服务站"])
def test_categories_not_for_a_unit_name_the_reason_and_the_clause(call: Call, unit: str) -> None:
    for category in call.categories:
        found = obstacles(call, category, {**UNIT, "unit.category": unit, "unit.founded": "2022-02"}, TODAY)
        if unit in category.applicants:
            assert found == []
        else:
            assert len(found) == 1
            assert unit in found[0]
            assert category.clauses["applicants"] in found[0]


def test_a_key_society_is_founded_in_the_calls_year(call: Call) -> None:
    category = call.category("key-society")
    assert category is not None
    assert obstacles(call, category, {**UNIT, "unit.founded": "2022"}, TODAY) == []
    assert "2022年新成立" in obstacles(call, category, {**UNIT, "unit.founded": "2021-12-31"}, TODAY)[0]


def test_a_unit_that_is_not_known_yet_may_apply_for_everything(call: Call) -> None:
    assert not any(obstacles(call, category, profile, TODAY) for category in call.categories for profile in (None, {}, {"unit.name": "甲"}))


def test_the_units_applications_are_counted_by_normalised_name_and_call(call: Call) -> None:
    drafts = [summary("a"), summary("b", unit="常德市 测绘学会"), summary("c", unit="常德市测绘学会二"), summary("d", call="changde-2023")]
    assert [entry.id for entry in siblings(drafts, "常德市测绘学会", call)] == ["a", "b"]
    assert siblings([summary(unit="")], "", call) == []


def test_the_room_left_is_told(call: Call) -> None:
    assert "还可以申报3个" in room_text(call, 0)
    assert "还可以申报1个" in room_text(call, 2)
    assert "已有3个" in room_text(call, 3)
    assert "删去" in room_text(call, 3)


def test_papers_and_applicants_in_words(call: Call) -> None:
    form = FORMS["capability"]
    words = {category.id: papers_text(category, form) for category in call.categories}
    assert words["service-station"] == "须附：服务站筹建申请及申报表"
    assert words["tech-service"] == "附有的优先：协议书/委托书/意向书"
    assert words["academic-exchange"] == "不另附材料"
    key = call.category("key-society")
    assert key is not None
    assert guidance_text(key, "申报主体", "") == "本年度新成立的市级学会"
    assert guidance_text(key, "没有这一条", "市级学会") == "市级学会"


def test_a_sample_is_marked_once() -> None:
    application = as_sample(as_sample(sample("party")))
    name = application.values["project.name"]
    assert is_sample(name)
    assert name.count("样例】") == 1
    assert not is_sample("送科技下乡样例")


# --- words ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "words", "level"),
    [
        (date(2022, 3, 8), "2022年3月31日截止，还有23天", Level.NOTE),
        (date(2022, 3, 24), "2022年3月31日截止，还有7天", Level.WARNING),
        (date(2022, 3, 30), "2022年3月31日截止，还有1天", Level.WARNING),
        (date(2022, 3, 31), "今天（2022年3月31日）截止，逾期概不受理", Level.ERROR),
        (date(2022, 4, 1), "已于2022年3月31日截止，逾期概不受理", Level.ERROR),
    ],
)
def test_the_deadline_in_words(call: Call, today: date, words: str, level: Level) -> None:
    assert deadline_text(call, today) == (words, level)


def test_moments_in_words() -> None:
    def words(*parts: int) -> str:
        return moment_text(datetime(*parts).timestamp(), TODAY)  # type: ignore[arg-type]

    assert words(2022, 3, 25, 14, 32) == "今天14:32"
    assert words(2022, 3, 24, 9, 5) == "昨天09:05"
    assert words(2022, 3, 20, 0, 0) == "3月20日00:00"
    assert words(2021, 12, 31, 23, 59) == "2021年12月31日23:59"


def test_progress_in_words() -> None:
    assert progress_text(summary()) == "已填12/40项"
    assert progress_text(summary(errors=3, warnings=1)) == "已填12/40项，3处错误，1处提醒"


def test_labels_of_categories(call: Call) -> None:
    labels = category_labels([call])
    assert labels[call.id, "society-locality"] == "会地合作"
    assert len(labels) == len(call.categories)


def test_a_search_wants_every_word_and_keeps_the_order() -> None:
    drafts = [summary("a", project="送科技下乡"), summary("b", project="Ｇ20 论坛"), summary("c", project="科技下乡论坛")]

    def found(query: str) -> list[str]:
        return [entry.id for entry in matching(drafts, [entry.search_text for entry in drafts], query)]

    assert found("") == found("  ") == ["a", "b", "c"]
    assert found("下乡") == ["a", "c"]
    assert found("论坛 下乡") == ["c"]
    assert found("g20") == ["b"]
    assert found("3f9a") == ["a", "b", "c"]
    assert found("没有") == []


# --- comparing -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["party", "capability"])
def test_equal_states_do_not_differ(form: str) -> None:
    application = sample(form)
    application.attachments = []
    assert differences(application, copy(application)) == []


def test_differences_stand_in_the_papers_order_and_read_as_people_write() -> None:
    old = sample("capability", "tech-service")
    old.attachments = []
    old.set("unit.fax", "0736-7256979")
    later = copy(old)
    later.set("budget.own", "9.50")
    later.set("project.category", "academic-exchange")
    later.set("unit.founded", "2019.7")
    later.set("unit.fax", "")
    later.set("project.start", "20220402")
    found = differences(old, later)
    assert [entry.label for entry in found][:4] == ["成立时间", "传真", "项目类型", "项目开始日期"]
    shown = {entry.label: (entry.old, entry.new) for entry in found}
    assert shown["成立时间"][1] == "2019年7月"
    assert shown["传真"][1] == ""
    assert shown["项目类型"] == ("科技服务", "学术交流")
    assert shown["项目开始日期"][1] == "2022年4月2日"
    assert shown["单位自筹经费"][1] == "9.5万元"


def test_tables_commitments_and_attachments_are_compared(call: Call) -> None:
    old = new("capability", call, "service-station")
    later = copy(old)
    later.set("people", [{"name": "张三", "title": "工程师"}, {}, {"name": "李四"}, {}])
    later.set("budget.items", [{"what": "场地", "amount": "0.50"}])
    category = call.category("service-station")
    assert category is not None
    later.set("commitments", [category.commitments[0].id, "unknown"])
    later.attachments = [Attachment("agreement", "协议.pdf", data=b"x")]
    shown = {entry.label: entry.new for entry in differences(old, later)}
    assert shown["项目实施主要参与人员"] == "1. 张三　工程师\n2. \n3. 李四"
    assert shown["经费支出预算"] == "1. 场地　0.5万元"
    assert category.commitments[0].text in "".join(shown.values())
    assert shown["附件"] == "协议书/委托书/意向书：协议.pdf"


def test_an_attachment_that_was_exchanged_under_the_same_name_shows(call: Call) -> None:
    first, second = new("party", call), new("party", call)
    first.attachments = [Attachment("other", "a.pdf", digest="1" * 64)]
    second.attachments = [Attachment("other", "a.pdf", digest="2" * 64)]
    assert differences(first, second) == [Difference("附件", "其他：a.pdf（11111111）", "其他：a.pdf（22222222）")]


def test_unknown_entries_and_wrong_types_are_compared_too(call: Call) -> None:
    first, second = new("party", call), new("party", call)
    first.values["unknown.x"] = {"a": 1}
    second.values["project.start"] = "下个月"
    second.values["people"] = "无"
    found = differences(first, second)
    assert ("项目开始日期", "", "下个月") in [(entry.label, entry.old, entry.new) for entry in found]
    assert "unknown.x" in found[-1].label


@pytest.mark.parametrize("form", ["party", "capability"])
def test_every_answer_of_a_sample_can_be_read(form: str) -> None:
    application = sample(form)
    shown = readable(application)
    answers = application.answers_without_files()
    for name, entry in application.form.fields.items():
        assert (name in shown) == answers.filled(name)
        if entry.kind is Kind.YES_NO and name in shown:
            assert answer_text(answers, entry) in ("是", "否")
