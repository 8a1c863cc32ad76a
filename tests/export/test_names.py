"""File names: cleaned, cut and unique, whatever people type."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.application import new as new_application
from app.application import newest_call
from app.attachments import Attachment
from app.errors import AppError
from app.export import names
from forms.capability import FORM
from forms.graphemes import graphemes

FORBIDDEN = set('<>:"/\\|?*')
FLAG = "🇨🇳"  # one character for people, two code points, four UTF-16 units


def application(unit: str, project: str, category: str = "tech-service"):
    found = new_application("capability", newest_call(), category)
    found.values |= {"unit.name": unit, "project.name": project}
    return found


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("常德市护理学会", "常德市护理学会"),
        ('甲<乙>:"丙"/丁\\戊|己?庚*', "甲-乙-丙-丁-戊-己-庚-"),
        ("学会\u202e会学", "学会会学"),
        ("一\u200b二\ufeff三\u0007", "一二三"),
        ("一\n二\t三  四", "一 二 三 四"),
        ("尾巴... ", "尾巴"),
        ("..隐藏", "隐藏"),
        ("~$临时", "$临时"),
        ("\u3000空格\u3000", "空格"),
        ("...", "未命名"),
        ("", "未命名"),
        ("\ue000私用", "私用"),
    ],
)
def test_part_is_cleaned(typed: str, wanted: str) -> None:
    assert names.part(typed, 80) == wanted


def test_part_is_cut_between_characters_as_people_see_them() -> None:
    assert names.part("a" * 7 + FLAG, 10) == "a" * 7
    assert names.part("a" * 6 + FLAG, 10) == "a" * 6 + FLAG
    assert names.part("a" * 8 + "e\u0301", 9) == "a" * 8
    assert names.units(names.part("𠮷" * 50, 79)) == 78


def test_a_cut_does_not_leave_a_space_or_dot_at_the_end() -> None:
    assert names.part("abcd efg", 5) == "abcd"
    assert names.part("abcd.efg", 5) == "abcd"


@pytest.mark.parametrize("name", ["CON", "con", "NUL.txt", "Com1.pdf", "COM¹.pdf", "lpt9.docx", "CONIN$", "aux .pdf"])
def test_reserved_names_are_not_left(name: str) -> None:
    assert names.unreserved(name) == f"_{name}"


@pytest.mark.parametrize("name", ["CONFIG.txt", "COM10.pdf", "COM.pdf", "申报书.pdf", "LPT.docx"])
def test_near_misses_of_reserved_names_stay(name: str) -> None:
    assert names.unreserved(name) == name


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [("nul.pdf", "_nul.pdf"), ("扫描.件.PDF", "扫描.件.PDF"), ("a/b.docx", "a-b.docx"), (".pdf", "未命名.pdf"), ("没有后缀", "没有后缀")],
)
def test_file_name_keeps_the_ending(typed: str, wanted: str) -> None:
    assert names.file_name(typed) == wanted


def test_zip_name_is_unit_category_project() -> None:
    found = names.zip_name(application("常德市护理学会", "护理/培训"), Path("/d"))
    assert found == "常德市护理学会_科技服务_护理-培训.zip"


def test_zip_name_of_the_party_form_has_its_category() -> None:
    found = new_application("party", newest_call())
    found.values |= {"unit.name": "甲", "project.name": "乙"}
    assert names.zip_name(found, Path("/d")) == "甲_学会党的建设_乙.zip"


def test_long_names_share_the_room() -> None:
    found = names.zip_name(application("甲" * 100, "乙" * 120), Path("/d"))
    assert names.units(found) == names.NAME_UNITS
    assert found.count("甲") >= 30
    assert found.count("乙") >= 30


def test_a_short_project_leaves_its_room_to_the_unit() -> None:
    found = names.zip_name(application("甲" * 100, "乙"), Path("/d"))
    assert found.count("甲") == 80 - len("_科技服务_乙.zip")


def test_whole_path_stays_short_in_a_deep_folder() -> None:
    folder = Path("/" + "深" * 150)
    found = names.zip_name(application("甲" * 100, "乙" * 120), folder)
    assert names.units(str(folder / found)) <= names.PATH_UNITS


def test_a_folder_that_is_too_deep_is_refused() -> None:
    with pytest.raises(AppError, match="路径太长"):
        names.zip_name(application("甲", "乙"), Path("/" + "深" * 180))


def test_attachments_are_named_by_role_or_by_their_own_name() -> None:
    attachments = [
        Attachment("station-setup", "我的 扫描.PDF", data=b""),
        Attachment("agreement", "协议一.pdf", data=b""),
        Attachment("agreement", "协议二.pdf", data=b""),
        Attachment("other", "照片.jpg", data=b""),
        Attachment("roster", "名册", data=b""),
    ]
    assert names.attachment_names(FORM, attachments) == [
        "附件/01_服务站筹建申请及申报表.pdf",
        "附件/02_协议一.pdf",
        "附件/03_协议二.pdf",
        "附件/04_照片.jpg",
        "附件/05_专家-志愿者名册",
    ]


@given(st.lists(st.text(max_size=120), max_size=45))
def test_attachment_names_are_safe_and_unique(typed: list[str]) -> None:
    found = names.attachment_names(FORM, [Attachment("other", name, data=b"") for name in typed])
    assert len({name.casefold() for name in found}) == len(typed)
    for name in found:
        assert_safe(PurePosixPath(name).name)


@given(st.text(max_size=200), st.text(max_size=200))
def test_zip_names_are_safe(unit: str, project: str) -> None:
    found = names.zip_name(application(unit, project), Path("/d"))
    assert_safe(found)
    assert "".join(graphemes(found)) == found


def assert_safe(name: str) -> None:
    assert not FORBIDDEN & set(name)
    assert name.isprintable() or "\u3000" in name or "\u00a0" in name
    assert name == name.strip(". ")
    assert names.units(name) <= names.NAME_UNITS
    assert len(name.encode()) <= 255
    assert names.unreserved(name) == name
