"""What the documents print for an answer: blanks, boxes, dates, the cover's units, rows filled up."""

from __future__ import annotations

from typing import Any

import pytest

from app.application import all_calls, new
from app.export.context import BLANK, printed

CALL = all_calls()[0]


def show(values: dict[str, Any], form: str = "capability", errors: int | None = None):
    application = new(form, CALL)
    for name, value in values.items():
        application.set(name, value)
    return printed(application, open_errors=errors)


PERIODS = [
    ({}, "　　年　月　日起至　月　日，于　　年　月　日"),
    (
        {"project.start": "2022-04-01", "project.end": "2022-10-31", "project.completion": "2022-11-15"},
        "2022年4月1日起至10月31日，于2022年11月15日",
    ),
    (
        {"project.start": "2022-04-01", "project.end": "2023-01-05", "project.completion": "2023-02-01"},
        "2022年4月1日起至2023年1月5日，于2023年2月1日",
    ),
    ({"project.start": "2022-02-30", "project.end": "2022-10-31"}, "2022-02-30起至2022年10月31日，于　　年　月　日"),
]


@pytest.mark.parametrize(("values", "line"), PERIODS)
def test_the_period(values: dict[str, Any], line: str) -> None:
    text = "{project.start}起至{project.end}，于{project.completion}"
    assert show(values).fill(text) == line


VALUES = [
    ("capability", {"unit.founded": "2016"}, "unit.founded", "2016年"),
    ("capability", {"unit.founded": "2016-05"}, "unit.founded", "2016年5月"),
    ("capability", {"unit.founded": "2016-05-12"}, "unit.founded", "2016年5月12日"),
    ("capability", {}, "unit.founded", ""),
    ("party", {}, "party.branch_founded", BLANK),
    ("party", {"party.has_venue": True}, "party.has_venue", "☑是　□否"),
    ("party", {"party.has_venue": False}, "party.has_venue", "□是　☑否"),
    ("party", {}, "party.has_venue", "□是　□否"),
    ("party", {"party.meetings": "fair"}, "party.meetings", "□正常　☑一般"),
    ("party", {"party.meetings": "odd"}, "party.meetings", "□正常　□一般"),
    ("party", {"party.members": 12}, "party.members", "12"),
    ("party", {"budget.total": "2.50"}, "budget.total", "2.5"),
    ("party", {}, "budget.total", BLANK),
    ("party", {"application_date": "2022-03-20"}, "application_date", "2022年3月20日"),
]


@pytest.mark.parametrize(("form", "values", "name", "text"), VALUES)
def test_values(form: str, values: dict[str, Any], name: str, text: str) -> None:
    assert show(values, form).values[name] == text


COVERS = [
    ({"unit.name": "甲学会"}, "甲学会"),
    ({"unit.name": "甲学会", "unit.partners": [{"name": "乙学会"}]}, "甲学会、乙学会"),
    ({"unit.name": "甲学会", "unit.partners": [{"name": "乙学会"}], "unit.lead": "甲学会"}, "甲学会（牵头单位）、乙学会"),
    (
        {"unit.name": "甲学会", "unit.partners": [{"name": "乙学会"}, {"name": "丙学会"}], "unit.lead": "丙学会"},
        "丙学会（牵头单位）、甲学会、乙学会",
    ),
    ({"unit.name": "甲学会", "unit.partners": [{"name": "乙学会"}], "unit.lead": "丁学会"}, "甲学会、乙学会"),
]


@pytest.mark.parametrize(("values", "text"), COVERS)
def test_the_cover_names_the_lead_first(values: dict[str, Any], text: str) -> None:
    assert show(values).values["cover.unit"] == text


def test_seven_boxes_three_in_a_row() -> None:
    boxes = show({"project.category": "tech-service"}).boxes["project.category"]
    assert [len(row) for row in boxes] == [3, 3, 1]
    assert [box for row in boxes for box in row if box.startswith("☑")] == ["☑科技服务"]


def test_meeting_lines_stand_only_for_a_meeting() -> None:
    details = {"meeting.name": "年会", "meeting.reports": 3}
    assert show(details).lines["meeting.lines"] == []
    assert show(details | {"meeting.is_meeting": False}).lines["meeting.lines"] == []
    lines = show(details | {"meeting.is_meeting": True}).lines["meeting.lines"]
    assert lines[0] == "会议名称：年会"
    assert "学术报告场次：3" in lines
    assert len(lines) == 10
    assert len(show({"project.category": "academic-exchange"}).lines["meeting.lines"]) == 10


def test_tables_are_filled_up_to_the_paper_and_grow() -> None:
    empty = show({})
    assert len(empty.tables["people"]) == 6
    assert empty.tables["people"][0]["note"] == "项目负责人"
    assert [row["#"] for row in empty.tables["budget.items"]] == ["1", "2", "3", "4"]
    many = show({"budget.items": [{"what": f"项{n}", "amount": "0.10"} for n in range(9)]})
    assert len(many.tables["budget.items"]) == 9
    assert many.tables["budget.items"][8]["amount"] == "0.1"


def test_a_draft_says_how_many_errors_are_left() -> None:
    assert show({}).draft_mark == ""
    assert show({}, errors=3).draft_mark == "草稿　还有3处错误"
    assert show({}, errors=0).draft_mark == "草稿"
