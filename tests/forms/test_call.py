"""The call as data: the 2022 notice word for word and figure for figure, an invented year, and what the loader refuses."""

from __future__ import annotations

import re
import tomllib
from dataclasses import astuple
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from forms.call import BUNDLED, Call, CallError, Category, calls, load_call
from forms.toml_table import WORDS

SOURCE = BUNDLED / "changde_2022.toml"
ANOTHER_YEAR = Path(__file__).parents[1] / "data" / "calls"


def squeezed(text: str) -> str:
    """The text without any white space, ideographic spaces included."""
    return "".join(text.split())


@pytest.fixture(scope="module")
def call() -> Call:
    return load_call(SOURCE)


def category(call: Call, category_id: str) -> Category:
    found = call.category(category_id)
    assert found is not None
    return found


# --- the figures ---------------------------------------------------------------------------------------------------------

SOCIETY, UNIVERSITY, UNION, STATION = "市级学会", "高校科协", "学会联合体", "学会服务站"
TABLE = """
id                     | box            | applicants                  | awards | grant (万元) | required      | preferred | ticks
party                  | 学会党的建设   | 市级学会                    | 1个    | 0.5 0.5      |               |           | 0
key-society            | 重点学会建设   | 市级学会                    | 1个    | 0.5 0.5      |               |           | 0
service-station        | 服务站建设     | 市级学会 高校科协           | 1个    | 2 2          | station-setup |           | 7
government-functions   | 承接转移职能   | 市级学会                    | 1个    | 1 1          |               | agreement | 0
academic-exchange      | 学术交流       | 市级学会 学会联合体 高校科协 | 8-10个 | None None    |               |           | 0
tech-service           | 科技服务       | 市级学会 学会联合体 高校科协 | 2-3个  | 1 2          |               | agreement | 3
science-popularization | 重点与特色科普 | 市级学会 学会联合体 高校科协 | 3-5个  | 1 2          |               |           | 4
society-locality       | 会地合作       | 市级学会 学会服务站         | 1个    | 3 3          |               | agreement | 0
"""


def test_the_categories_are_those_of_the_table(call: Call) -> None:
    expected = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()[1:]]
    found = [
        [
            entry.id, entry.label, " ".join(entry.applicants), entry.awards, f"{entry.grant_lower} {entry.grant_upper}",
            " ".join(entry.required), " ".join(entry.preferred), str(len(entry.commitments)),
        ]
        for entry in call.categories
    ]  # fmt: skip
    assert found == expected


def test_the_call_has_the_figures_of_the_notice(call: Call) -> None:
    assert (call.id, call.year, call.document) == ("changde-2022", 2022, "常科协发〔2022〕4号")
    assert call.title == "2022年度常德市科协学会服务能力提升计划项目"
    assert call.programme == "常德市科协学会服务能力提升计划"
    assert (call.issuer, call.imprint) == ("常德市科学技术协会", ("常德市科学技术协会 制", "2022年3月"))
    assert (call.issued, call.deadline, call.completion) == (date(2022, 3, 8), date(2022, 3, 31), date(2022, 11, 30))
    assert call.address == "柳叶大道2999号常德市交通运输局10楼，常德市科协学会部1010室"
    assert (call.email, call.phone, call.contacts) == ("cdkx7256979@163.com", "7256979", ("李文庆", "谢坤"))
    assert (call.website, call.mail_tag) == ("http://cdkp.changde.gov.cn/", "2022提能计划申报")
    assert call.postcode_prefix == "415"
    assert call.applicants == (SOCIETY, UNIVERSITY, UNION, STATION)
    assert call.attachment_types == ("pdf", "docx", "doc", "xlsx", "xls", "jpg", "jpeg", "png")
    assert {"XXX", "xxx", "×××", "待填", "待定", "待补充", "同上", "略"} <= set(call.placeholders)
    assert "无" not in call.placeholders
    assert set(call.classified) == {"绝密", "机密", "秘密", "内部资料", "内部文件"}
    assert astuple(call.limits) == (3, 4, 3, 50, 20 << 20, 30 << 20, 20 << 20)


def test_forms_and_flags(call: Call) -> None:
    assert [entry.id for entry in call.categories_of("party")] == ["party"]
    assert len(call.categories_of("capability")) == 7
    assert [entry.id for entry in call.categories if entry.new_in_year] == ["key-society"]
    assert [entry.id for entry in call.categories if entry.period_by_agreement] == ["government-functions"]
    assert [entry.id for entry in call.categories if entry.always_meeting] == ["academic-exchange"]
    assert call.category("society") is None
    assert category(call, "society-locality").applicants_text == "市级学会、学会服务站"


def test_the_first_ticks_of_each_list(call: Call) -> None:
    ids = {entry.id: [item.id for item in entry.commitments] for entry in call.categories if entry.commitments}
    assert ids["tech-service"] == ["experts-5", "targeted-services", "service-publicity"]
    assert ids["science-popularization"] == ["themed-activities", "volunteer-team", "online-outreach", "records-submitted"]
    every = [name for names in ids.values() for name in names]
    assert len(set(every)) == len(every) == 14  # a tick must not carry over when the category changes


# --- the clauses ---------------------------------------------------------------------------------------------------------

RULES = """
required=三.1, 附件3 四; format.mobile=三.1; format.phone=三.1; format.email=三.1; format.postcode=三.1; postcode.local=—; format.date=三.1;
date.future=三.1; format.money=三.1; applicant.category=附件1; applicant.new=附件1（二）1(2); party.branch=附件1（一）6(1);
party.venue=附件1（一）6(2); party.members=附件1（一）6(1); joint.lead=三.3; dates.order=三.1; dates.year=附件1; dates.period=附件1;
deadline=三.6; budget.sum=三.1; budget.items=三.1; budget.grant=附件1; budget.grant-low=附件1; people.leader=附件2/3; people.row=三.1;
people.twice=三.1; text.short=三.1; text.long=三.1; text.placeholder=三.1; text.classified=二.3; text.unprintable=三.1;
attachment.required=附件1（二）2(6); attachment.preferred=附件1; attachment.kind=三.2; commitments=附件1; confirmed=二.3, 三.5;
limit.three=三.3; same.project=三.3
"""


def test_every_rule_has_its_clause(call: Call) -> None:
    expected = dict(entry.strip().split("=") for entry in RULES.split(";"))
    assert dict(call.clauses) == expected
    other = load_call(ANOTHER_YEAR / "nextyear_2031.toml")
    assert other.clauses.keys() == expected.keys()


ITEM_OF_CLAUSE = {
    "applicants": "申报主体", "grant": "经费额度", "period": "项目周期", "conditions": "申报条件", "commitments": "应完成以下内容",
}  # fmt: skip


def test_the_clauses_of_the_categories_number_the_items_they_mean(call: Call) -> None:
    for place, entry in enumerate(call.categories):
        headings = [item.heading for item in entry.guidance]
        # In 附件1 the order of the items is their number: every one of them stands in the guidance.
        number = {name: f"附件1（二）{place}({headings.index(name) + 1})" for name in headings}
        if entry.form == "party":
            number = {name: f"附件1（一）{headings.index(name) + 1}" for name in headings}
        expected = {key: number[name] for key, name in ITEM_OF_CLAUSE.items() if name in number}
        if entry.required:
            expected["attachments"] = number["申报材料"]
        if entry.preferred:
            expected["attachments"] = number["申报条件"]
            assert entry.guidance[headings.index("申报条件")].text.endswith("优先。")
        assert dict(entry.clauses) == expected, entry.id


# --- nothing is paraphrased, nothing is left out -------------------------------------------------------------------------


def test_every_text_is_the_notice_s_own(call: Call) -> None:
    notice = squeezed(call.notice)
    texts = [(entry.id, item.text) for entry in call.categories for item in entry.guidance]
    texts += [(entry.id, item.text) for entry in call.categories for item in entry.commitments]
    texts += [(entry.id, text) for entry in call.categories for text in (entry.heading, entry.label, entry.awards, entry.grant_text)]
    texts += [(item.heading, item.text) for item in (*call.requirements, *call.volunteer_platform)]
    texts += [("platform", item.heading) for item in call.volunteer_platform]
    texts += [("call", text) for text in (call.title, call.programme, call.document, call.issuer, call.address, call.email, call.website)]
    texts += [("call", text) for text in (call.phone, *call.contacts, *call.imprint)]
    assert [(where, text) for where, text in texts if squeezed(text) not in notice] == []


def test_the_guidance_leaves_nothing_of_the_notice_but_headings(call: Call) -> None:
    rest = between(call.notice, "二、项目内容及要求", "附件2\n")
    for entry in call.categories:
        opening = rf"(?:（[一二]）(?:学会党的建设|能力建设与创新发展))?(?:\d[.．])?(?:{re.escape(entry.heading)})?"
        for place, item in enumerate(entry.guidance, 1):
            before, found, rest = rest.partition(squeezed(item.text))
            assert found, (entry.id, item.heading)
            number = rf"(?:{place}\.|（{place}）){item.heading}[:：]?"
            assert re.fullmatch(opening + number, before), (entry.id, item.heading, before)
            opening = ""
    assert rest == ""


def between(notice: str, start: str, end: str) -> str:
    """What stands between two headings, squeezed."""
    return squeezed(notice.partition(start)[2].partition(end)[0])


@pytest.mark.parametrize(
    ("part", "start", "end", "count"),
    [("二", "二、项目申报程序", "三、项目申报要求", 4), ("三", "三、项目申报要求", "四、报送地址", 6)],
)
def test_the_requirements_leave_nothing_but_numbers(call: Call, part: str, start: str, end: str, count: int) -> None:
    items = [item for item in call.requirements if item.heading.startswith(part)]
    assert [item.heading for item in items] == [f"{part}.{place} {start[2:]}" for place in range(1, count + 1)]
    written = "".join(f"{place}.{squeezed(item.text)}" for place, item in enumerate(items, 1))
    assert written == between(call.notice, start, end)


def test_the_platform_s_procedure_is_whole(call: Call) -> None:
    written = "".join(squeezed(item.heading + item.text) for item in call.volunteer_platform)
    assert written == squeezed(call.notice.partition("“科技志愿服务信息平台”操作流程")[2])


def test_ticks_are_the_items_of_the_notice_s_list(call: Call) -> None:
    for entry in call.categories:
        lists = [item.text for item in entry.guidance if item.heading == "应完成以下内容"]
        lines = lists[0].splitlines() if lists else []
        assert [f"{'①②③④⑤⑥⑦'[place]}{item.text}" for place, item in enumerate(entry.commitments)] == [line.rstrip("；。") for line in lines]


def test_sub_items_stand_on_their_own_lines_and_sentences_are_whole(call: Call) -> None:
    for entry in call.categories:
        for item in entry.guidance:
            lines = item.text.splitlines()
            assert all(line.endswith(("。", "；")) for line in lines), (entry.id, item.heading)
            assert len(lines) == 1 or all(re.match(r"[①-⑦]|（\d）", line) for line in lines), (entry.id, item.heading)
            assert not re.search(r".[①-⑦]", item.text)


# --- another year --------------------------------------------------------------------------------------------------------


def test_another_year_is_only_another_file() -> None:
    newest, bundled = calls(ANOTHER_YEAR)
    assert (newest.id, bundled.id) == ("changde-2031", "changde-2022")
    assert (newest.deadline, newest.completion) == (date(2031, 5, 20), date(2031, 12, 15))
    assert (newest.limits.applications, newest.limits.copies) == (2, 6)
    assert newest.applicants == ("市级学会", "企业科协", "农技协")
    assert newest.attachment_types == ("pdf", "png")
    assert newest.category("society-locality") is None
    assert category(newest, "youth-science").grant_lower == Decimal("0.25")
    only_upper = category(newest, "science-popularization")
    assert (only_upper.grant_lower, only_upper.grant_upper) == (None, Decimal("1.8"))
    assert newest.volunteer_platform == ()
    differing = ("title", "document", "imprint", "address", "email", "phone", "contacts", "website", "mail_tag", "limits", "notice")
    assert [name for name in differing if getattr(newest, name) == getattr(bundled, name)] == []


def test_another_year_is_worded_as_its_own_notice() -> None:
    other = load_call(ANOTHER_YEAR / "nextyear_2031.toml")
    notice = squeezed(other.notice)
    texts = [item.text for item in other.requirements]
    texts += [item.text for entry in other.categories for item in (*entry.guidance, *entry.commitments)]
    assert [text for text in texts if squeezed(text) not in notice] == []


def test_bundled_calls_alone_and_a_missing_folder(tmp_path: Path) -> None:
    assert [entry.id for entry in calls()] == ["changde-2022"]
    assert calls(tmp_path / "nowhere") == calls()


def test_a_later_folder_wins_an_id(tmp_path: Path) -> None:
    write(tmp_path, ("copies = 4", "copies = 9"))
    assert [entry.limits.copies for entry in calls(tmp_path)] == [9]


def test_one_id_in_two_files_of_a_folder(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, name="copy.toml")
    with pytest.raises(CallError, match=r"copy\.toml：id（代号）“changde-2022”与 call\.toml 重复|call\.toml：.*copy\.toml 重复"):
        calls(tmp_path)


# --- what the loader refuses ---------------------------------------------------------------------------------------------


def write(folder: Path, *changes: tuple[str, str], name: str = "call.toml") -> Path:
    """The bundled call with the first occurrence of each old text replaced, beside its notice."""
    text = SOURCE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    (folder / "changde_2022.txt").write_text("通知原文", encoding="utf-8")
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_unchanged_copy_loads(tmp_path: Path) -> None:
    assert load_call(write(tmp_path)).notice == "通知原文"


def test_windows_notepad_marks_a_file_as_utf_8_with_three_bytes(tmp_path: Path) -> None:
    path = write(tmp_path)
    for file in (path, tmp_path / "changde_2022.txt"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert load_call(path).notice == "通知原文"


REFUSED = {
    "missing text": ("email = 'cdkx7256979@163.com'\n", "", "email（电子邮箱）没有填写"),
    "missing date": ("deadline = 2022-03-31\n", "", "deadline（申报截止日期）没有填写"),
    "missing limit": ("copies = 4\n", "", "limits.copies（纸质份数）没有填写"),
    "missing in a category": ("label = '服务站建设'\n", "", "categories[3].label（纸面方框名称）没有填写"),
    "missing in guidance": ("text = '1个。'\n", "", "categories[1].guidance[3].text（内容）没有填写"),
    "misspelt key": ("deadline = 2022", "dealine = 2022", "deadline（申报截止日期）没有填写"),
    "misspelt optional key": ("new_in_year = true", "new_in_yaer = true", "categories[2].new_in_yaer 是不认识的键，是否应为 new_in_year？"),
    "unknown key": ("year = 2022", "year = 2022\ncolour = 'red'", "colour 是不认识的键"),
    "unknown limit": ("copies = 4", "copies = 4\ncopy = 4", "limits.copy 是不认识的键，是否应为 copies？"),
    "unknown key in guidance": ("text = '1个。'", "text = '1个。'\nnote = 'x'", "categories[1].guidance[3].note 是不认识的键"),
    "quoted date": ("deadline = 2022-03-31", "deadline = '2022-03-31'", "deadline（申报截止日期）应为不带引号的日期"),
    "date with a time": ("deadline = 2022-03-31", "deadline = 2022-03-31T17:00:00", "deadline（申报截止日期）应为不带引号的日期"),
    "quoted number": ("copies = 4", "copies = '4'", "limits.copies（纸质份数）应为整数，现为 “4”"),
    "boolean number": ("copies = 4", "copies = true", "limits.copies（纸质份数）应为整数，现为 true"),
    "zero": ("copies = 4", "copies = 0", "limits.copies（纸质份数）应为正整数，现为 0"),
    "number for a text": ("phone = '7256979'", "phone = 7256979", "phone（联系电话）应为带引号的文字，现为 7256979"),
    "empty text": ("phone = '7256979'", "phone = '  '", "phone（联系电话）不能为空"),
    "float money": ("grant_lower = '0.5'", "grant_lower = 0.5", "categories[1].grant_lower（经费额度下限）应为带引号的万元数"),
    "negative money": ("grant_lower = '0.5'", "grant_lower = '-1'", "categories[1].grant_lower（经费额度下限）应为不小于 0"),
    "five decimals": ("grant_lower = '0.5'", "grant_lower = '0.50001'", "categories[1].grant_lower（经费额度下限）应为不小于 0"),
    "not a number": ("grant_lower = '0.5'", "grant_lower = 'NaN'", "categories[1].grant_lower（经费额度下限）应为不小于 0"),
    "lower over upper": ("grant_lower = '0.5'", "grant_lower = '0.6'", "categories[1].grant_lower（经费额度下限）大于上限 0.5"),
    "lower alone": ("grant_upper = '0.5'\n", "", "categories[1].grant_upper（经费额度上限）没有填写，却有下限"),
    "flag as text": ("new_in_year = true", "new_in_year = '是'", "categories[2].new_in_year（限本年度新成立）应为 true 或 false"),
    "text for a list": ("contacts = ['李文庆', '谢坤']", "contacts = '李文庆'", "contacts（联系人）应为方括号中的列表"),
    "number in a list": ("'谢坤'", "7", "contacts[2]（联系人）应为带引号、不为空的文字，现为 7"),
    "twice in a list": ("'谢坤'", "'李文庆'", "contacts[2]（联系人）重复：“李文庆”"),
    "empty list": ("contacts = ['李文庆', '谢坤']", "contacts = []", "contacts（联系人）至少要有一项"),
    "one line of imprint": ("['常德市科学技术协会 制', '2022年3月']", "['2022年3月']", "imprint（封面落款两行）应为两行，现为 1 行"),
    "dotted type": ("'pdf'", "'.pdf'", "attachment_types[1]（允许的附件类型）应为 pdf、docx、"),
    "a type that no check can tell": ("'pdf'", "'wps'", "之一，现为 “wps”"),
    "no such form": ("form = 'party'", "form = 'paty'", "categories[1].form（所用表格）应为 party、capability 之一，现为 “paty”"),
    "a key of two lines": ("year = 2022", 'year = 2022\n"a\\nb" = 1', "a b 是不认识的键"),
    "a value of two lines": ("form = 'party'", "form = '''a\nb'''", "之一，现为 “a b”"),
    "capital id": ("id = 'key-society'", "id = 'Key society'", "categories[2].id（代号）只能用小写字母"),
    "the party form's category under another id": ("id = 'party'", "id = 'party-building'", "categories[1].id（代号）须为 party"),
    "two categories of the party form": ("form = 'capability'", "form = 'party'", "categories[2].id（代号）须为 party"),
    "one id twice": ("id = 'key-society'", "id = 'tech-service'", "categories[6].id（代号）重复：“tech-service”"),
    "one label twice": ("label = '会地合作'", "label = '学术交流'", "categories[8].label（纸面方框名称）重复：“学术交流”"),
    "one tick twice": ("id = 'station-experts'", "id = 'station-founding'", "categories[3].commitments[2].id（代号）重复"),
    "no such role": ("required = ['station-setup']", "required = ['station']", "required[1]（必须附的材料）应为 station-setup、"),
    "no such applicant": ("applicants = ['市级学会']", "applicants = ['县级学会']", "applicants[1]（申报主体）应为 市级学会、"),
    "no clause": ("grant = '附件1（一）4'\n", "", "categories[1].clauses.grant（经费额度）没有填写"),
    "no clause for ticks": ("commitments = '附件1（二）2(7)'\n", "", "categories[3].clauses.commitments（应完成以下内容）没有填写"),
    "no clause for roles": ("attachments = '附件1（二）2(6)'\n", "", "categories[3].clauses.attachments（附件）没有填写"),
    "unknown clause": ("grant = '附件1（一）4'", "grant = '附件1（一）4'\nmoney = '四'", "categories[1].clauses.money 是不认识的键"),
    "clause as a number": ("'budget.sum' = '三.1'", "'budget.sum' = 3.1", "clauses.budget.sum 应为带引号的文字，现为 3.1"),
    "deadline before the notice": ("deadline = 2022-03-31", "deadline = 2022-03-07", "deadline（申报截止日期）早于发文日期 2022-03-08"),
    "completion before deadline": ("completion = 2022-11-30", "completion = 2022-03-30", "completion（项目最迟完成日期）早于申报截止日期"),
    "one file over all": ("attachment_bytes = 20_971_520", "attachment_bytes = 40_000_000", "attachments_bytes（附件总字节数上限）小于"),
    "no such notice": ("notice = 'changde_2022.txt'", "notice = 'other.txt'", "notice（通知原文的文件名）“other.txt”无法读取"),
    "notice elsewhere": ("notice = 'changde_2022.txt'", "notice = '../other.txt'", "notice（通知原文的文件名）只写同一文件夹中的文件名"),
    "table for a list": ("[[requirements]]\nheading = '二.1", "[requirements]\nheading = '二.1", "不合 TOML 格式"),
    "broken quote": ("phone = '7256979'", "phone = '7256979", "第18行第17列不合 TOML 格式"),
    "no such date": ("deadline = 2022-03-31", "deadline = 2022-02-30", "不合 TOML 格式"),
    "endless number": ("copies = 4", f"copies = {'9' * 5000}", "有无法识别的数值"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_a_mistake_is_named_with_file_and_key(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(CallError) as caught:
        load_call(write(tmp_path, (old, new)))
    text = str(caught.value)
    assert text.startswith("call.toml：")
    assert message in text
    assert str(tmp_path) not in text
    assert "\n" not in text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe", "不是 UTF-8 编码的文本"),
        (b"", "applicants（申报主体）没有填写"),
        (b"a = " + b"[" * 20_000, "嵌套层次太深|不合 TOML 格式"),
        (b"categories = 1", "applicants"),
    ],
    ids=["not UTF-8", "empty", "deep", "nearly nothing"],
)
def test_a_file_that_is_no_call_at_all(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "call.toml"
    path.write_bytes(content)
    with pytest.raises(CallError, match=rf"^call\.toml：.*({message})"):
        load_call(path)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    for name in ("nowhere.toml", "folder.toml"):
        with pytest.raises(CallError, match=rf"^{name}：无法读取") as caught:
            load_call(tmp_path / name)
        assert str(tmp_path) not in str(caught.value)


def test_a_notice_in_another_encoding(tmp_path: Path) -> None:
    path = write(tmp_path)
    (tmp_path / "changde_2022.txt").write_bytes("各市级学会".encode("gb18030"))
    with pytest.raises(CallError, match=r"notice（通知原文的文件名）“changde_2022\.txt”不是 UTF-8"):
        load_call(path)


def test_every_key_has_a_word_for_people() -> None:
    def keys(table: dict[str, object]) -> set[str]:
        found = set(table) - {"clauses"}
        for name, value in table.items():
            entries = value if isinstance(value, list) else [value]
            for entry in entries:
                found |= keys(entry) if isinstance(entry, dict) and name != "clauses" else set()
        return found

    assert keys(tomllib.loads(SOURCE.read_text(encoding="utf-8"))) - WORDS.keys() == set()
