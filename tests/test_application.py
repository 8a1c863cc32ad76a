"""The draft file: what is read, what is kept, what is refused, and the 校验码."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.application import Application, all_calls, beside, dump, fingerprint, load, new, parse
from app.attachments import Attachment
from app.errors import AppError

CALL = all_calls()[0]


def draft(values: dict[str, Any] | None = None, **top: Any) -> bytes:
    document = {"format": "kexie-application", "version": 1, "call": "changde-2022", "form": "capability", "values": values or {}}
    return json.dumps(document | top, ensure_ascii=False).encode()


def read(values: dict[str, Any] | None = None, **top: Any) -> Application:
    return parse(draft(values, **top), lambda name: None)


NORMALISED = [
    ("unit.head.mobile", "＋８６ 139-0736 0001", "13907360001"),
    ("unit.postcode", "４１５０００", "415000"),
    ("unit.email", " name＠163．com ", "name@163.com"),
    ("project.start", "2022年4月1日", "2022-04-01"),
    ("project.start", "20220401", "2022-04-01"),
    ("project.start", "2022-02-30", "2022-02-30"),
    ("unit.founded", "2016.5", "2016-05"),
    ("budget.grant", "１．50万元", "1.5"),
    ("budget.grant", 2, "2"),
    ("budget.grant", 1.5, "1.5"),
    ("budget.grant", "1.23456", "1.23456"),
    ("meeting.expert_count", "１２", 12),
    ("meeting.expert_count", 0, 0),
    ("unit.name", "  常德市\x00某某\x0b学会\r\n ", "常德市某某学会"),
    ("content.main", "第一行\r\n第二行 \n\n第四行\n", "第一行\n第二行\n\n第四行"),
    ("content.main", "中文，标点。ＡＢＣ", "中文，标点。ＡＢＣ"),
    ("content.main", "a\u00a0b\U0001f600e\u0301", "a\u00a0b\U0001f600e\u0301"),
]


@pytest.mark.parametrize(("name", "given", "stored"), NORMALISED)
def test_values_are_normalised(name: str, given: Any, stored: Any) -> None:
    assert read({name: given}).values[name] == stored


@pytest.mark.parametrize("empty", ["", "  ", None])
def test_an_empty_value_is_an_absent_key(empty: Any) -> None:
    assert "unit.name" not in read({"unit.name": empty}).values


def test_unknown_keys_are_reported_and_kept() -> None:
    application = read({"unit.motto": ["x", 1]}, later={"a": 1})
    assert application.values["unit.motto"] == ["x", 1]
    assert len(application.notices) == 2
    again = json.loads(dump(application))
    assert again["values"]["unit.motto"] == ["x", 1]
    assert again["later"] == {"a": 1}


ODD = "甲\ud800乙\x00\U0001f600\u00a0丙"


def test_what_is_unknown_can_be_written_and_read_again() -> None:
    """A lone surrogate that JSON brought in as an escape could be written, but not read: the saved draft was lost."""
    document = json.loads(draft({"unit.name": "某学会"})) | {ODD: ODD, "n": 1}
    document["values"] |= {"odd\udfff": [ODD, {ODD: {"deep": [ODD, 1, None, True]}}]}
    application = parse(json.dumps(document).encode(), lambda name: None)
    again = parse(dump(application), lambda name: None)
    kept = "甲乙\U0001f600\u00a0丙"
    assert again.values["odd"] == [kept, {kept: {"deep": [kept, 1, None, True]}}]
    assert again.extras == {kept: kept, "n": 1}
    assert (again.values, again.extras, dump(again)) == (application.values, application.extras, dump(application))


def test_the_first_person_is_noted_as_leader() -> None:
    people = read({"people": [{"name": "甲", "note": "别的"}, {"name": "乙", "note": "备注"}]}).values["people"]
    assert [row["note"] for row in people] == ["项目负责人", "备注"]


REFUSED = [
    (b"", "JSON"),
    (b"[]", "不是提能申报"),
    (b"\xff\xfe{}", "UTF-8"),
    (b'{"format": "kexie-application", "version": NaN}', "JSON"),
    (b"[" * 100_000, "JSON"),
    (b'{"a": 1, "a": 2}', "JSON"),
    (b'{"format": "other", "version": 1}', "不是提能申报"),
    (draft(version=2), "升级"),
    (draft(version=True), "版本号"),
    (draft(version=0), "版本号"),
    (draft(form="nothing"), "可选"),
    (draft(call="changde-1999"), "申报通知"),
    (draft({"unit.name": {"a": 1}}), "单位名称"),
    (draft({"confirmed.truthful": "yes"}), "真实"),
    (draft({"people": "甲"}), "people"),
    (draft({"people": ["甲"]}), "参与人员"),
    (draft({"people": [{"name": []}]}), "参与人员"),
    (draft({"people": [{}] * 1001}), "people"),
    (draft({"meeting.expert_count": True}), "人数"),
    (draft(attachments=[1]), "附件"),
    (draft(attachments=[{"role": "other"}]), "文件名"),
    (b'{"format": "kexie-application", "version": ' + b"9" * 5000 + b"}", "JSON"),
]


@pytest.mark.parametrize(("data", "word"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_no_draft_is_refused_in_one_sentence(data: bytes, word: str) -> None:
    with pytest.raises(AppError, match=word) as refusal:
        parse(data, lambda name: None)
    assert "\n" not in refusal.value.message


@pytest.mark.parametrize("name", ["../x.pdf", "/etc/passwd", "a/../../x", "C:\\x.pdf", "..\\x", "C:x", "a\0b", "", "."])
def test_attachments_may_not_leave_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(AppError, match="超出"):
        beside(tmp_path, name)


def test_a_link_may_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "secret.pdf").write_bytes(b"%PDF-")
    (inside / "link.pdf").symlink_to(tmp_path / "secret.pdf")
    with pytest.raises(AppError, match="超出"):
        beside(inside, "link.pdf")
    assert beside(inside, "附件/a.pdf") == inside / "附件" / "a.pdf"


def test_dump_and_parse_agree() -> None:
    application = read({"unit.name": "甲学会", "people": [{"name": "甲"}], "commitments": ["experts-5"], "meeting.is_meeting": False})
    again = parse(dump(application), lambda name: None)
    assert again.values == application.values
    assert dump(again) == dump(application)
    assert list(json.loads(dump(application))["values"]) == ["unit.name", "meeting.is_meeting", "people", "commitments"]


def test_the_code_follows_answers_and_attachments_alone(tmp_path: Path) -> None:
    first = read({"unit.name": "甲学会"})
    code = fingerprint(first)
    assert len(code) == 9
    assert code[4] == "-"
    assert code == code.upper()
    assert read({"unit.name": "甲学会 "}, later=1).code == code  # the same answer, whatever surrounds it
    assert read({"unit.name": "乙学会"}).code != code
    first.attachments = [Attachment("other", "a.pdf", data=b"%PDF-1")]
    with_file = first.code
    assert with_file != code
    path = tmp_path / "elsewhere.pdf"
    path.write_bytes(b"%PDF-1")
    first.attachments = [Attachment("other", "a.pdf", path=path)]
    assert first.code == with_file
    first.attachments = [Attachment("other", "a.pdf", data=b"%PDF-2")]
    assert first.code != with_file


def test_the_same_answers_have_the_same_code_however_they_came_about() -> None:
    typed = read({"people": [{"name": "张三"}, {"name": "李四"}]})
    emptied = read({"people": [{"name": "张三", "title": ""}, {"name": "李四", "note": ""}, {}]})
    assert emptied.code == typed.code
    assert read({"people": [{"name": "张三"}, {"title": "李四"}]}).code != typed.code
    decided = {"project.category": "academic-exchange"}
    assert read(decided).code == read({**decided, "meeting.is_meeting": True}).code
    free = {"project.category": "tech-service"}
    assert len({read({**free, "meeting.is_meeting": flag}).code for flag in (True, False, None)}) == 3


def test_new_applications() -> None:
    assert new("party", CALL).values == {}
    assert new("capability", CALL, "tech-service").values == {"project.category": "tech-service"}
    with pytest.raises(AppError, match="tech-service"):
        new("capability", CALL, "nothing")
    with pytest.raises(AppError, match="没有项目类型"):
        new("party", CALL, "tech-service")
    with pytest.raises(AppError, match="party"):
        new("nothing", CALL)


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(AppError, match="打不开"):
        load(tmp_path / "none.json")
    with pytest.raises(AppError, match="打不开"):
        load(tmp_path)
