"""An application checked again and again has the problems that it has when it is looked at for the first time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from checks_support import CALL, CATEGORIES, PEOPLE, TODAY, attached, files, values
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forms.answers import Answers, AttachmentFact
from forms.catalogue import FORMS
from forms.checks import RULES, Checker, Peer, run
from forms.checks.checker import Noting
from forms.schema import Form


def foreign(text: str) -> list[str]:
    """Stands in for the fonts: what is beyond the basic plane has no glyph."""
    return [character for character in text if character > "\uffff"]


def of(category: str, **changed: Any) -> Answers:
    """A valid application with some answers replaced (``__`` for the dot); None takes one away."""
    chosen = CALL.category(category)
    assert chosen is not None
    over = {name.replace("__", "."): value for name, value in changed.items()}
    merged = {name: value for name, value in (values(category) | over).items() if value is not None}
    return Answers(FORMS[chosen.form], CALL, merged, files(category))


# --- any history of answers ----------------------------------------------------------------------------------------------

TOLD = {
    name: [values(other)[name] for other in CATEGORIES if name in values(other)] for category in CATEGORIES for name in values(category)
}
"""For each field, the answers of the eight valid applications: any of them changes what other rules say."""
ODD: Sequence[Any] = (
    None, "", "XX", "绝密", "\U0001f600", "x", "0", "9999", "2022-12-31", "2021", True, False, 1, 0, [], ["c1"], [{}], [None],
    [{"name": "李二"}, {"name": "李二"}], [{"name": "乙学会"}], [{"what": "x", "amount": "y"}], [{"name": True}], [{"name": 1}], {"a": 1},
)  # fmt: skip
UNITS = ("常德市测绘学会", "乙学会", "")


@st.composite
def answers_to(draw: st.DrawFn, form: Form) -> tuple[str, Any]:
    """A field and what it is changed to."""
    name = draw(st.sampled_from([*form.fields, "unknown"]))
    if name in TOLD and draw(st.booleans()):
        return name, draw(st.sampled_from(TOLD[name]))
    return name, draw(st.sampled_from(ODD))


PEERS = st.lists(st.builds(Peer, unit=st.sampled_from(UNITS), project=st.sampled_from(("测绘新技术下乡", "别的"))), max_size=4)
FACTS = st.lists(
    st.builds(attached, role=st.sampled_from(("agreement", "")), name=st.sampled_from(("a.pdf", "a.exe")), size=st.sampled_from((0, 1000))),
    max_size=3,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_was_checked_before_the_problems_are_those_of_a_first_look(data: st.DataObject) -> None:
    category = data.draw(st.sampled_from(CATEGORIES))
    start = of(category)
    checker, stored = Checker(RULES, foreign), dict(start.values)
    answers = Answers(start.form, CALL, stored, start.attachments)
    peers: list[Peer] = []
    today = TODAY
    for _ in range(data.draw(st.integers(1, 12))):
        match data.draw(st.sampled_from(("answer",) * 9 + ("row", "files", "peers", "today"))):
            case "answer":
                name, value = data.draw(answers_to(start.form))
                stored.pop(name, None)
                if value is not None:
                    stored[name] = value
            case "row" if isinstance(rows := stored.get("people"), list) and rows and isinstance(rows[0], dict):
                stored["people"] = rows = [dict(rows[0]), *rows[1:]]
                checker.run(answers, today, peers)
                rows[0]["name"] = data.draw(st.sampled_from(("", "李二", "王三")))  # a table may be changed where it stands
            case "files":
                answers = replace(answers, attachments=data.draw(FACTS))
            case "peers":
                peers = data.draw(PEERS)
            case "today":
                today = data.draw(st.sampled_from((TODAY, date(2022, 4, 1))))
            case _:
                continue
        answers = replace(answers)  # which remembers its category
        assert checker.run(answers, today, peers) == run(answers, today, peers=peers, unprintable=foreign)


@pytest.mark.parametrize("category", CATEGORIES)
def test_each_application_after_each_other(category: str) -> None:
    checker = Checker(RULES, foreign)
    for other in CATEGORIES:
        for answers in (of(other), of(category)):
            assert checker.run(answers, TODAY) == run(answers, TODAY, unprintable=foreign)


# --- what is looked at again ---------------------------------------------------------------------------------------------


class Looked:
    """Notes which texts the rule about glyphs is asked for."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, text: str) -> list[str]:
        self.texts.append(text)
        return []


def test_of_a_changed_field_only_its_own_text_is_looked_at_again() -> None:
    looked = Looked()
    checker = Checker(RULES, looked)
    checker.run(of("tech-service"), TODAY)
    assert len(looked.texts) > 30
    looked.texts.clear()
    checker.run(of("tech-service", content__main="换成另一段话"), TODAY)
    assert looked.texts == ["换成另一段话"]
    looked.texts.clear()
    checker.run(of("tech-service", content__main="换成另一段话"), TODAY)
    assert looked.texts == []


def test_of_a_changed_table_its_cells_are_looked_at_again() -> None:
    looked = Looked()
    checker = Checker(RULES, looked)
    checker.run(of("party"), TODAY)
    looked.texts.clear()
    checker.run(of("party", people=[*PEOPLE, {"name": "钱五"}]), TODAY)
    assert looked.texts == [cell for row in PEOPLE for cell in row.values()] + ["钱五"]


def test_a_field_that_another_answer_brings_up_is_looked_at() -> None:
    checker = Checker(RULES, foreign)
    before = checker.run(of("tech-service", meeting__name="绝密"), TODAY)
    assert before == []
    after = checker.run(of("tech-service", meeting__name="绝密", meeting__is_meeting=True), TODAY)
    assert ("text.classified", "meeting.name") in {(problem.rule, problem.field) for problem in after}


def test_a_yes_is_not_taken_for_a_one() -> None:
    checker = Checker(RULES, foreign)
    assert checker.run(of("party"), TODAY) == []
    assert [problem.field for problem in checker.run(of("party", party__has_venue=1), TODAY)] == ["party.has_venue", "party.has_venue"]
    assert checker.run(of("party"), TODAY) == []


def test_files_are_looked_at_when_they_change() -> None:
    checker = Checker(RULES, foreign)
    answers = of("tech-service")
    assert checker.run(answers, TODAY) == []
    many = replace(answers, attachments=[AttachmentFact("agreement", f"{number}.pdf", 10, "pdf") for number in range(60)])
    assert "text.long" in {problem.rule for problem in checker.run(many, TODAY)}
    assert checker.run(answers, TODAY) == []


def test_who_goes_through_all_answers_reads_them_all() -> None:
    noting = Noting({"a": 1})
    assert noting.get("b") is None
    assert (noting.read, noting.all) == ({"b"}, False)
    assert list(noting) == ["a"]
    assert noting.all
