"""Rules that are broken and mended in the window by attachments, and by several drafts of one unit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from journeys_support import CONTROL, Person
from PySide6.QtCore import Qt
from rules_support import (
    BROKEN_HERE,
    FUNCTIONS,
    STATION,
    TECH,
    breaks,
    gone,
    jump,
    of,
    put,
    raised,
    rules,
    seen,
    sign,
    unchanged,
    under,
    working,
)

from app.attachments import Attachment
from app.ui.attachment_card import CHOOSE
from app.ui.desk import Desk
from forms.checks import Level
from forms.schema import ATTACHMENT_LIMIT
from forms.shared import ATTACHMENTS
from tests.ui.conftest import Recorder

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),  # the offscreen platform, of every window
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]
PDF = b"%PDF-1.4\n" + b"x" * 2000
HUGE_PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (60_000).to_bytes(4) * 2 + b"\x08\0\0\0\0" + b"x" * 2000
MEBIBYTE = 1 << 20


# --- attachments -----------------------------------------------------------------------------------------------------------


def copied(entry: Attachment, folder: Path) -> Path:
    """The sample's file under the name that it has in the application."""
    path = folder / entry.name
    assert entry.path is not None
    path.write_bytes(entry.path.read_bytes())
    return path


ABSENT = [
    (STATION, "attachment.required", "该类项目必须附上“服务站筹建申请及申报表”", "✕ 还缺　必须附上：服务站筹建申请及申报表"),
    (TECH, "attachment.preferred", "附有“协议书/委托书/意向书”的优先", "! 还没有　附有的优先：协议书/委托书/意向书"),
]
BROKEN_HERE |= {rule for _, rule, *_ in ABSENT}


@pytest.mark.parametrize(("category", "rule", "words", "line"), ABSENT)
def test_a_wanted_file_is_missing(qtbot: Any, desk: Desk, tmp_path: Path, category: str, rule: str, words: str, line: str) -> None:
    wanted = of(category)
    wanted.attachments = wanted.attachments[:1]
    file = copied(wanted.attachments[0], tmp_path)
    person = working(qtbot, desk, ATTACHMENTS, wanted)
    calm = person.outline(ATTACHMENTS)
    assert rule not in rules(person)
    person.remove_file(0)
    problem = raised(person, rule, ATTACHMENTS, words)
    assert line in seen(person.attachments.wanted)
    assert ("1处问题" in person.outline(ATTACHMENTS)) is (problem.level is Level.ERROR)
    jump(person, problem)
    assert person.attachments.add.hasFocus()
    person.add_files(file)  # the role that is missing is proposed
    gone(person, problem)
    assert line.replace(line.split("　", 1)[0], "✓ 已添加") in seen(person.attachments.wanted)

    person.choose_role(0, "other")
    raised(person, rule, ATTACHMENTS, words)
    assert line in seen(person.attachments.wanted)
    person.choose_role(0, wanted.attachments[0].role)
    gone(person, problem)
    assert person.outline(ATTACHMENTS) == calm
    unchanged(person, wanted)


@breaks("attachment.kind")
@pytest.mark.parametrize(("name", "data"), [("名册.pdf", "名册".encode()), ("名册.docx", PDF), ("名册.jpg", PDF)])
def test_a_file_is_not_what_its_name_says(qtbot: Any, desk: Desk, tmp_path: Path, name: str, data: bytes, rule: str) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    person = working(qtbot, desk, ATTACHMENTS, of(TECH))
    calm = person.outline(ATTACHMENTS)
    person.add_files(file)
    problem = raised(person, rule, ATTACHMENTS, f"附件第2个“{name}”的内容不是{file.suffix[1:]}文件", 1)
    page = person.attachments
    qtbot.waitUntil(lambda: sign(problem) in seen(page.cards[1]))
    assert sign(problem) not in seen(page.cards[0])
    assert not page.general.isVisible()
    assert "1处问题" in person.outline(ATTACHMENTS)
    jump(person, problem)
    assert page.cards[1].role.hasFocus()
    person.remove_file(1)
    gone(person, problem)
    assert person.outline(ATTACHMENTS) == calm
    unchanged(person, of(TECH))


@breaks("attachment.kind")
def test_a_file_without_a_role(qtbot: Any, desk: Desk, rule: str) -> None:
    wanted = of(TECH)
    wanted.attachments = [replace(wanted.attachments[0], role="")]  # as in a draft file that another program has written
    person = working(qtbot, desk, ATTACHMENTS, wanted)
    problem = raised(person, rule, ATTACHMENTS, "没有类别，请选择附件类别", 0)
    [card] = person.attachments.cards
    assert sign(problem) in seen(card)
    assert card.role.currentText() == CHOOSE
    person.choose_role(0, "agreement")
    gone(person, problem)
    assert card.role.findText(CHOOSE) < 0
    unchanged(person, of(TECH))


@breaks("attachment.kind")
def test_a_file_of_which_only_the_name_is_known(qtbot: Any, desk: Desk, tmp_path: Path, rule: str) -> None:
    wanted = of(TECH)
    [entry] = wanted.attachments
    wanted.attachments = [Attachment(entry.role, entry.name)]  # as read back from a printed application
    person = working(qtbot, desk, ATTACHMENTS, wanted)
    problem = raised(person, rule, ATTACHMENTS, "不能使用：只有文件名，没有文件本身，请重新添加", 0)
    [card] = person.attachments.cards
    assert sign(problem) in seen(card)
    assert not card.open.isEnabled()
    person.remove_file(0)
    assert rule not in rules(person)
    person.add_files(copied(entry, tmp_path))
    gone(person, problem)
    unchanged(person, of(TECH))


REFUSED = [
    ("工具.exe", b"MZ", 0, "“工具.exe”：这种类型不能提交，请换成pdf、docx"),
    ("资料.zip", b"PK\x03\x04", 0, "“资料.zip”：这种类型不能提交"),
    ("空.pdf", b"", 0, "“空.pdf”：是空文件"),
    ("大.pdf", PDF, 20 * MEBIBYTE + 1, "“大.pdf”：有20.01MB，超过20MB"),
    ("图.png", HUGE_PNG, 0, "“图.png”没有添加：图片有60000×60000个像素"),
]


@pytest.mark.parametrize(("name", "data", "size", "words"), REFUSED)
def test_a_file_that_cannot_be_used_is_not_added(
    qtbot: Any, desk: Desk, recorder: Recorder, tmp_path: Path, name: str, data: bytes, size: int, words: str
) -> None:
    file = tmp_path / name
    with file.open("wb") as stream:
        stream.write(data)
        stream.truncate(size or len(data))
    person = working(qtbot, desk, ATTACHMENTS, of(TECH))
    person.add_files(file)
    [told] = recorder.texts("alarm")
    assert words in told
    assert "attachment.kind" not in rules(person)
    assert len(person.attachments.cards) == 1
    unchanged(person, of(TECH))


def test_more_files_than_a_mail_takes_are_not_added(qtbot: Any, desk: Desk, recorder: Recorder, tmp_path: Path) -> None:
    files = [tmp_path / f"扫描件{place}.pdf" for place in range(ATTACHMENT_LIMIT + 1)]
    for file in files:
        file.write_bytes(PDF)
    with files[1].open("r+b") as stream:
        stream.truncate(18 * MEBIBYTE)
    with files[2].open("r+b") as stream:
        stream.truncate(18 * MEBIBYTE)
    person = working(qtbot, desk, ATTACHMENTS, of(TECH))
    person.add_files(*files)
    [told] = recorder.texts("alarm")
    assert "“扫描件2.pdf”：加上它全部附件共36.02MB，超过30MB" in told
    assert f"“扫描件{ATTACHMENT_LIMIT}.pdf”：附件最多{ATTACHMENT_LIMIT}个" in told
    assert len(told.splitlines()) == 1 + 2
    assert len(person.attachments.cards) == ATTACHMENT_LIMIT
    assert not {"attachment.kind", "text.long"} & rules(person)


@breaks("dates.period")
def test_an_agreement_allows_a_later_end(qtbot: Any, desk: Desk, rule: str) -> None:
    person = working(qtbot, desk, "project", of(FUNCTIONS))
    person.retype("project.completion", "2022年12月15日")
    problem = raised(person, rule, "project.completion", "可按所附协议书约定的时间完成，请核对日期与协议书一致", level=Level.WARNING)
    assert sign(problem) in under(person, "project.completion")
    person.open_page(ATTACHMENTS)
    person.choose_role(0, "other")
    person.open_page("project")
    problem = raised(person, rule, "project.completion", "请附上协议书或调整日期", level=Level.ERROR)
    assert sign(problem) in under(person, "project.completion")
    person.retype("project.completion", "2022年11月30日")
    gone(person, problem)


# --- several drafts --------------------------------------------------------------------------------------------------------


def another(desk: Desk, project: str, unit: str = "") -> str:
    """A draft of the same unit, or of another one."""
    application = of(TECH)
    application.set("project.name", project)
    if unit:
        application.set("unit.name", unit)
    return put(desk, application)


def open_newest(person: Person, page: str) -> None:
    """From the list into the newest draft."""
    person.key(Qt.Key.Key_Home)
    person.key(Qt.Key.Key_Return)
    person.open_page(page)
    person.click(person.wizard.side.tabBar(), person.wizard.side.tabBar().tabRect(2).center())


@breaks("same.project")
def test_two_projects_of_one_name(qtbot: Any, desk: Desk, rule: str) -> None:
    another(desk, "柑橘防冻 技术推广")
    another(desk, "柑橘防冻", unit="常德市气象学会")
    person = working(qtbot, desk, "project", of(TECH))
    good = person.value("project.name")
    person.retype("project.name", "柑橘防冻")  # another unit's may have the same name
    assert rule not in rules(person)
    person.retype("project.name", "柑橘防冻技术推广")
    problem = raised(person, rule, "project.name", "另有一个申报项目也叫“柑橘防冻技术推广”，请删去重复的，或改用不同的项目名称")
    assert sign(problem) in under(person, "project.name")
    assert "1处提醒" in person.outline("project")
    person.retype("project.name", good)
    gone(person, problem)
    unchanged(person, of(TECH))


@breaks("limit.three")
def test_a_fourth_application_is_one_too_many(qtbot: Any, desk: Desk, rule: str) -> None:
    for project in ("甲项目", "乙项目"):
        another(desk, project)
    another(desk, "丙项目", unit="常德市气象学会")
    person = working(qtbot, desk, "unit", of(TECH))
    assert rule not in rules(person)
    person.click(person.wizard.bar.home)
    qtbot.waitUntil(person.window.home.list.hasFocus)
    person.key(Qt.Key.Key_D, CONTROL)
    open_newest(person, "unit")
    problem = raised(person, rule, "unit.name", "“常德市柑橘产业技术学会”共有4个申报项目，每个单位最多3个，请去掉1个")
    raised(person, "same.project", "project.name", "本单位另有一个申报项目也叫")
    jump(person, problem)
    assert person.row("unit.name").editor.active()
    assert sign(problem) in under(person, "unit.name")
    assert "1处问题" in person.outline("unit")

    person.click(person.wizard.bar.home)
    qtbot.waitUntil(person.window.home.list.hasFocus)
    person.key(Qt.Key.Key_End)
    person.key(Qt.Key.Key_Delete)  # 甲项目, the oldest one
    assert [entry.facts.project for entry in desk.store.summaries(binned=True)] == ["甲项目"]
    open_newest(person, "unit")
    gone(person, problem)


@breaks("limit.three")
def test_a_unit_named_otherwise(qtbot: Any, desk: Desk, rule: str) -> None:
    for project in ("甲项目", "乙项目", "丙项目"):
        another(desk, project)
    person = working(qtbot, desk, "unit", of(TECH))
    problem = raised(person, rule, "unit.name", "共有4个申报项目")
    person.retype("unit.name", "石门县柑橘协会")
    gone(person, problem)
    person.retype("unit.name", "常德市柑橘产业技术学会")
    raised(person, rule, "unit.name", "共有4个申报项目")
    assert sign(problem) in under(person, "unit.name")


def test_a_unit_named_in_the_wizard_meets_its_other_applications(qtbot: Any, desk: Desk) -> None:
    for project in ("甲项目", "乙项目", "丙项目"):
        another(desk, project)
    application = of(TECH)
    application.set("unit.name", "")  # somebody who begins without 单位信息
    person = working(qtbot, desk, "unit", application)
    person.retype("unit.name", "常德市柑橘产业技术学会")
    problem = raised(person, "limit.three", "unit.name", "共有4个申报项目")
    assert sign(problem) in under(person, "unit.name")
