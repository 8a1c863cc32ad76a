"""A complete, valid application of every category, and how a test case departs from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from forms.answers import Answers, AttachmentFact
from forms.call import Call, calls
from forms.catalogue import FORMS
from forms.checks import Level, Peer, Problem, run

CALL: Call = next(call for call in calls() if call.id == "changde-2022")
CATEGORIES = tuple(category.id for category in CALL.categories)
TODAY = date(2022, 3, 20)
MEBIBYTE = 1024 * 1024
LONG = "组织专家到企业和乡村开展技术培训与咨询，帮助解决生产中的技术难题，做好活动宣传，并在年底前总结经验形成报告，送市科协备案。"

UNIT = {
    "unit.name": "常德市测绘学会", "unit.category": "市级学会", "unit.founded": "2016-05", "unit.address": "常德市武陵区某某路1号",
    "unit.head.name": "张一", "unit.head.title": "高级工程师", "unit.head.mobile": "13907360001", "application_date": "2022-03-20",
}  # fmt: skip
PROJECT = {
    "project.name": "测绘新技术下乡", "project.leader.name": "李二", "project.leader.mobile": "13907360002",
    "project.contact.name": "王三", "project.contact.mobile": "13907360003", "project.contact.email": "wang.san@163.com",
    "project.start": "2022-04-01", "project.end": "2022-10-31", "project.completion": "2022-11-15",
}  # fmt: skip
PEOPLE = [
    {"name": "李二", "post": "理事", "title": "工程师", "duty": "总负责", "note": "项目负责人"},
    {"name": "王三", "duty": "联络"},
    {"name": "赵四", "duty": "培训"},
]
MEETING: dict[str, Any] = {
    "meeting.name": "测绘年会", "meeting.theme": "新型测绘", "meeting.scale": "120人", "meeting.time": "2022年9月16日",
    "meeting.place": "常德", "meeting.duration": "1天", "meeting.experts": "陈五", "meeting.expert_count": 1, "meeting.reports": 0,
    "meeting.lectures": 2,
}  # fmt: skip
PARTY: dict[str, Any] = {
    "unit.phone": "0736-7256979", "party.branch_founded": "2018-06", "party.secretary": "张一", "party.members": 3,
    "party.has_venue": True, "party.meetings": "normal", "party.activities": "fair", "content.conditions": LONG,
}  # fmt: skip
CAPABILITY: dict[str, Any] = {
    "unit.postcode": "415000", "unit.email": "cehui@163.com", "project.theme": "测绘服务乡村", "project.place": "常德",
    "meeting.is_meeting": False, "content.background": LONG, "content.plan": LONG,
}  # fmt: skip
GRANTS = {
    "party": "0.5", "key-society": "0.5", "service-station": "2", "government-functions": "1", "academic-exchange": "1.5",
    "tech-service": "1.5", "science-popularization": "1", "society-locality": "3",
}  # fmt: skip


def attached(
    role: str = "agreement", name: str = "协议书.pdf", size: int = 1000, content: str = "pdf", trouble: str = ""
) -> AttachmentFact:
    """A file that is in order, unless told otherwise."""
    return AttachmentFact(role, name, size, content, trouble)


def values(category: str) -> dict[str, Any]:
    """The values of a valid application; grant and own money add up exactly, in tenths of 万元 that binary floats cannot hold."""
    grant = GRANTS[category]
    total = {"0.5": "0.8", "1": "1.3", "1.5": "1.8", "2": "2.3", "3": "3.3"}[grant]
    answers: dict[str, Any] = {
        **UNIT, **PROJECT, "people": PEOPLE, "content.main": LONG, "content.outcome": LONG, "pledge.meeting": "学会常务理事会",
        "budget.own": "0.3", "budget.grant": grant, "budget.total": total,
        "budget.items": [{"what": "专家咨询", "amount": grant}, {"what": "资料印刷", "amount": "0.1"}, {"what": "场地", "amount": "0.2"}],
        "confirmed.truthful": True, "confirmed.unclassified": True, "confirmed.not_subcontracted": True,
    }  # fmt: skip
    if category == "party":
        return answers | PARTY
    answers |= CAPABILITY | {"project.category": category}
    chosen = CALL.category(category)
    assert chosen is not None
    if chosen.commitments:
        answers["commitments"] = [item.id for item in chosen.commitments]
    if chosen.always_meeting:
        answers |= MEETING
    return answers | ({"unit.founded": "2022-02"} if chosen.new_in_year else {})


def files(category: str) -> tuple[AttachmentFact, ...]:
    """What the category requires and prefers."""
    chosen = CALL.category(category)
    assert chosen is not None
    return tuple(attached(role) for role in (*chosen.required, *chosen.preferred))


Place = tuple[Level, str, int | None]


@dataclass(frozen=True)
class Case:
    """``change`` is laid over the valid application (None takes an answer away). ``expect`` lists every problem of ``rule``,
    in order; empty for a near miss. ``also`` are the other rules that the same change breaks, and no more."""

    rule: str
    change: Mapping[str, Any] = field(default_factory=dict[str, Any])
    expect: tuple[Place, ...] = ()
    category: str = "tech-service"
    also: tuple[str, ...] = ()
    attachments: Sequence[AttachmentFact] | None = None
    peers: Sequence[Peer] = ()
    today: date = TODAY
    without_glyph: str = ""

    def problems(self) -> list[Problem]:
        """What the checks say of this application."""
        category = CALL.category(self.category)
        assert category is not None
        merged = {name: value for name, value in (values(self.category) | dict(self.change)).items() if value is not None}
        attachments = files(self.category) if self.attachments is None else self.attachments
        answers = Answers(FORMS[category.form], CALL, merged, attachments)
        return run(answers, self.today, peers=self.peers, unprintable=lambda text: [c for c in text if c in self.without_glyph])

    def __str__(self) -> str:
        """The test's id."""
        kind = "raises" if self.expect else "near-miss"
        extra = [name for name in ("attachments", "peers", "without_glyph") if getattr(self, name)]
        what = ",".join([*self.change, *extra]) or self.category
        return f"{self.rule}-{kind}-{what}"


def error(name: str, row: int | None = None) -> tuple[Place]:
    """One error there."""
    return ((Level.ERROR, name, row),)


def warning(name: str, row: int | None = None) -> tuple[Place]:
    """One warning there."""
    return ((Level.WARNING, name, row),)


def note(name: str, row: int | None = None) -> tuple[Place]:
    """One note there."""
    return ((Level.NOTE, name, row),)
