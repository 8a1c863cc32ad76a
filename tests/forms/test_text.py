"""What people type, as it is stored: the spellings of the same, what must not be guessed at, and that a stored answer stays."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.application import Application, dump, parse
from forms.catalogue import FORMS
from forms.schema import Field, Kind
from forms.text import normalise, same_name
from tests.forms.checks_support import CALL

MARKED = "\u202d{}\u202c"  # as Windows' contacts and some telephones copy a number
SPELLINGS = [
    (Kind.MONEY, "1.5万", "1.5"),
    (Kind.MONEY, "１．５ 万元", "1.5"),
    (Kind.MONEY, "1。5", "1.5"),
    (Kind.MONEY, "1,234.50", "1234.5"),
    (Kind.MONEY, "1，234，567", "1234567"),
    (Kind.MONEY, "1.5万元万元", "1.5"),
    (Kind.MONEY, "1 .5", "1.5"),
    (Kind.MONEY, "100", "100"),
    (Kind.MONEY, "10.0", "10"),
    (Kind.PHONE, "０７３６\u2212７２５６９７９\u3000转８", "0736-7256979 转8"),
    (Kind.PARTIAL_DATE, "2016年", "2016"),
    (Kind.TEXT, "甲\U0001fffe乙", "甲乙"),
    (Kind.PHONE, "139 0736 0001", "13907360001"),
    (Kind.PHONE, "+86 139-0736-0001", "13907360001"),
    (Kind.PHONE, "（０７３６）７２５６９７９", "(0736)7256979"),
    (Kind.PHONE, MARKED.format("0736-7256979"), "0736-7256979"),
    (Kind.MOBILE, MARKED.format("139-0736-0001"), "13907360001"),
    (Kind.MOBILE, "+86+8613907360001", "13907360001"),
    (Kind.EMAIL, "\u200bname@163.com\ufeff", "name@163.com"),
    (Kind.POSTCODE, "415000\u200b", "415000"),
    (Kind.DATE, "2022年4月1号", "2022-04-01"),
    (Kind.DATE, "2022年4月1日\u200b", "2022-04-01"),
    (Kind.PARTIAL_DATE, "2016年5月12号", "2016-05-12"),
    (Kind.COUNT, "\u200e12", 12),
    (Kind.TEXT, "\u00a0\u2003李\u00a0二\u00a0\n", "李\u00a0二"),
    (Kind.CHOICE, "市级学会\u00a0", "市级学会"),
    (Kind.LONG, "\u00a0\u3000第一段\u00a0\u2003\n\u00a0\n第二段\u00a0", "\u00a0\u3000第一段\n\n第二段"),
]


@pytest.mark.parametrize(("kind", "typed", "stored"), SPELLINGS, ids=repr)
def test_spellings_of_the_same(kind: Kind, typed: str, stored: object) -> None:
    assert normalise(Field("x", "某项", kind), typed) == stored


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (Kind.MONEY, "1，5", "1,5"),  # a slip for 1.5: never 15
        (Kind.MONEY, "0,125", "0,125"),
        (Kind.MONEY, "12,34", "12,34"),
        (Kind.MONEY, "1 5", "1 5"),
        (Kind.MONEY, "15000元", "15000元"),
        (Kind.PHONE, "139 0736 000", "139 0736 000"),
        (Kind.PHONE, "0736-139 0736", "0736-139 0736"),
        (Kind.TEXT, "甲\u200b乙", "甲\u200b乙"),
        (Kind.TEXT, "甲\U0001f600乙", "甲\U0001f600乙"),
        (Kind.PARTIAL_DATE, "2016-00", "2016-00"),
        (Kind.PARTIAL_DATE, "2016-05-00", "2016-05-00"),
        (Kind.DATE, "2016-05", "2016-05"),
        (Kind.COUNT, "1234567890", "1234567890"),
        (Kind.COUNT, "१२", "१२"),
    ],
    ids=repr,
)
def test_what_is_not_guessed_at(kind: Kind, typed: str, kept: str) -> None:
    assert normalise(Field("x", "某项", kind), typed) == kept


@pytest.mark.parametrize("other", ["李 二", "李\u200b二", "\ufeff李二", "李\u00a0二", "李\u2060二"])
def test_what_cannot_be_seen_makes_no_other_name(other: str) -> None:
    assert same_name(other) == same_name("李二")
    assert same_name(other) != same_name("李三")


@pytest.mark.parametrize("value", [None, True, 1, 1.5, "甲", ["甲", 1, None], [{"name": 1, "other": None}, "甲"], {"name": "甲"}])
@pytest.mark.parametrize("kind", Kind)
def test_a_value_of_another_type_comes_back_as_it_is(kind: Kind, value: Any) -> None:
    assert normalise(Field("x", "某项", kind, columns=(Field("name", "姓名"),)), value) == value


def test_width_and_case_make_no_other_name() -> None:
    assert same_name("常德市ＡＩ学会（筹）") == same_name("常德市ai学会(筹)")


# --- a stored answer stays as it is --------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    (
        "万元", "万", "元", "+86", "0086", "139", "07360001", "1.5", ",", "，", "2022", "年", "4月", "1日", "-", "—", " ", "\u3000",
        "\u00a0", "\u200b", "\u202d", "\n", "\r\n", "\t", "\x00", "\ud800", "。", "＠", "．", "１", "a@b.cn", "甲", "0", "(", ")",
    )
)  # fmt: skip
TYPED = st.lists(PIECES, max_size=8).map("".join) | st.text(st.characters(exclude_categories=()), max_size=12)
TEXTUAL_KINDS = [kind for kind in Kind if kind not in (Kind.TABLE, Kind.CHOICES, Kind.YES_NO)]


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(TEXTUAL_KINDS), TYPED)
@example(Kind.MOBILE, "+860086+8613907360001")
@example(Kind.MONEY, "1.5万元万万元")
def test_normalising_twice_changes_nothing(kind: Kind, typed: str) -> None:
    once = normalise(Field("x", "某项", kind), typed)
    assert normalise(Field("x", "某项", kind), once) == once


def test_what_could_not_be_written_does_not_get_in_beside_the_fields() -> None:
    """A tick and an unknown column's cell come from a draft file as they are; one lone surrogate, saved, and the file could not be read."""
    application = Application(FORMS["capability"], CALL)
    application.set("commitments", ["experts-5", "\ud800gone"])
    application.set("people", [{"name": "李二", "badge": "7\udfff\x00"}])
    opened = parse(dump(application), lambda name: None)
    assert opened.values["commitments"] == ["experts-5", "gone"]
    assert opened.values["people"][0]["badge"] == "7"


def typed_values(form_id: str) -> st.SearchStrategy[dict[str, Any]]:
    """Some answers of a form, as an editor or a draft file may bring them."""

    def of(entry: Field) -> st.SearchStrategy[Any]:
        if entry.kind is Kind.TABLE:
            cells = {column.id: TYPED for column in entry.columns}
            return st.lists(st.fixed_dictionaries({}, optional=cells | {"unknown": TYPED}), max_size=3)
        if entry.kind is Kind.YES_NO:
            return st.booleans()
        return st.lists(TYPED, max_size=3) if entry.kind is Kind.CHOICES else TYPED

    return st.fixed_dictionaries({}, optional={entry.id: of(entry) for entry in FORMS[form_id]})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data(), st.sampled_from(sorted(FORMS)))
def test_saving_and_opening_changes_no_answer(data: st.DataObject, form_id: str) -> None:
    application = Application(FORMS[form_id], CALL)
    for name, value in data.draw(typed_values(form_id)).items():
        application.set(name, value)
    opened = parse(dump(application), lambda name: None)
    again = parse(dump(opened), lambda name: None)
    assert dump(again) == dump(opened)
    for name, value in application.values.items():
        if name != "people":  # its first row is noted as the leader's on opening
            assert opened.values[name] == value
    assert not re.search("[\ud800-\udfff]", dump(opened).decode("utf-8"))
