"""The help's words: made from the forms and the call wherever those say it already, so that nothing is described twice. No Qt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from app.about import COMPONENTS, NAME, versions
from forms.call import Call, Guidance
from forms.catalogue import FORMS
from forms.schema import Field, Form, Kind, Section, Signed, Source


class Rank(Enum):
    """How a passage stands on the page."""

    HEADING = "heading"
    FIELD = "field"
    TEXT = "text"


@dataclass(frozen=True)
class Passage:
    """One paragraph, or several lines of text that belong together; tabs in them separate columns."""

    rank: Rank
    text: str


@dataclass(frozen=True)
class Topic:
    """One page of the help. ``id`` may be asked for by other windows."""

    id: str
    title: str
    passages: tuple[Passage, ...]

    @property
    def text(self) -> str:
        """All its words, as a search sees them."""
        return "\n".join([self.title, *(passage.text for passage in self.passages)])


@dataclass(frozen=True)
class Key:
    """One line of the keyboard's table."""

    group: str
    keys: str
    what: str


EVERYWHERE, LIST, WIZARD, FIELDS, TABLES, PREVIEW = "全程序", "我的申报", "填写", "填写框", "表格", "打印预览"
KEYS = (
    # group     keys                   what it does
    Key(LIST, "Ctrl+F", "到搜索框"),
    Key(LIST, "↓", "从搜索框到列表"),
    Key(LIST, "Enter", "打开选中的申报"),
    Key(LIST, "Ctrl+D", "复制一份"),
    Key(LIST, "Del", "移入回收站（可以恢复）"),
    Key(WIZARD, "F8", "到下一处问题"),
    Key(WIZARD, "Shift+F8", "到上一处问题"),
    Key(WIZARD, "Ctrl+PgDown", "下一步"),
    Key(WIZARD, "Ctrl+PgUp", "上一步"),
    Key(FIELDS, "Tab", "到下一项"),
    Key(FIELDS, "Shift+Tab", "到上一项"),
    Key(FIELDS, "Ctrl+Z", "撤销"),
    Key(FIELDS, "Ctrl+Y", "重做"),
    Key(FIELDS, "↓", "在有建议的填写框里打开建议（如专技职称）"),
    Key(FIELDS, "Alt+↓", "在日期框里打开日历"),
    Key(FIELDS, "空格", "勾选或取消勾选"),
    Key(FIELDS, "Del", "清除单选的选择"),
    Key(TABLES, "Tab", "到下一格；在最后一格会添加一行"),
    Key(TABLES, "Enter", "到下一行"),
    Key(TABLES, "Del", "清空选中的格子"),
    Key(TABLES, "Alt+↑", "整行上移"),
    Key(TABLES, "Alt+↓", "整行下移"),
    Key(TABLES, "Ctrl+C", "复制选中的格子"),
    Key(TABLES, "Ctrl+X", "剪切选中的格子"),
    Key(TABLES, "Ctrl+V", "粘贴，可以是从Excel、WPS表格复制的一块"),
    Key(TABLES, "Ctrl+Z", "撤销"),
    Key(TABLES, "Ctrl+Y", "重做"),
    Key(PREVIEW, "+", "放大"),
    Key(PREVIEW, "-", "缩小"),
    Key(PREVIEW, "PgDown", "下一页"),
    Key(PREVIEW, "PgUp", "上一页"),
)
"""The keys that no menu shows; those of the menus are read from the menus."""

KINDS = {
    Kind.TEXT: "填一行文字",
    Kind.LONG: "填一段或几段文字，可以分段",
    Kind.DATE: "填日期，20220401、2022.4.1、2022年4月1日都可以，也可以从日历里选",
    Kind.PARTIAL_DATE: "填日期，可以只到年或月，如2016、2016.5",
    Kind.MONEY: "填以万元为单位的数，最多4位小数",
    Kind.COUNT: "填整数",
    Kind.CHOICE: "选一项",
    Kind.CHOICES: "可以选几项",
    Kind.YES_NO: "选是或否",
    Kind.TABLE: "填表格",
    Kind.MOBILE: "填11位手机号码",
    Kind.PHONE: "填电话号码，带区号的写成0736-7256979",
    Kind.EMAIL: "填电子邮箱",
    Kind.POSTCODE: "填6位邮政编码",
}
LIMITED = (Kind.TEXT, Kind.LONG)
"""Kinds whose limit a person can reach; the others are short by their nature."""
PRINTED_ONLY = "这一部分由人手写、签字或盖章，程序只留出空白，不用填写。"


def topics(call: Call, start: Sequence[tuple[str, str]], keys: Sequence[Key], folder: Path) -> tuple[Topic, ...]:
    """Every page, in the order of the list. ``start`` are (heading, text) of the first page, ``keys`` those of the menus."""
    return (
        Topic("", "开始使用", tuple(_paired(start))),
        *(_form_topic(form, call) for form in FORMS.values()),
        Topic("guide", "申报指南", tuple(_guide(call))),
        Topic("platform", "附件4　科技志愿服务信息平台操作流程", tuple(_guidance(call.volunteer_platform))),
        Topic("notice", "通知原文", (Passage(Rank.TEXT, call.notice),)),
        Topic("keys", "键盘快捷键", tuple(_keys((*keys, *KEYS)))),
        Topic("data", "数据位置与备份", tuple(_data(folder))),
        Topic("about", "关于", tuple(_about(call))),
        Topic("licences", "许可", tuple(_licences())),
    )


def _paired(pairs: Sequence[tuple[str, str]]) -> Iterator[Passage]:
    for heading, text in pairs:
        yield Passage(Rank.HEADING, heading)
        yield Passage(Rank.TEXT, text)


def _guidance(entries: Sequence[Guidance]) -> Iterator[Passage]:
    return _paired([(entry.heading, entry.text.strip("\n")) for entry in entries])


def _guide(call: Call) -> Iterator[Passage]:
    yield from _guidance(call.requirements)
    for category in call.categories:
        yield Passage(Rank.HEADING, category.heading)
        for entry in category.guidance:
            yield Passage(Rank.FIELD, entry.heading)
            yield Passage(Rank.TEXT, entry.text.strip("\n"))


# --- how to fill in each section -------------------------------------------------------------------------------------------


def _form_topic(form: Form, call: Call) -> Topic:
    passages = [passage for section in form.sections for passage in _section(section, form, call)]
    return Topic(f"sections/{form.id}", f"怎样填写：{form.short_title}", tuple(passages))


def _section(section: Section, form: Form, call: Call) -> Iterator[Passage]:
    yield Passage(Rank.HEADING, section.heading or section.title)
    for block in section.blocks:
        if isinstance(block, Signed) and block.signature.label:
            yield Passage(Rank.TEXT, f"打印后由本人在“{block.signature.label.rstrip('：')}”处亲笔签字{_seal(block)}，不得代签。")
    if not section.fields and section.id != "attachments":
        yield Passage(Rank.TEXT, PRINTED_ONLY)
    if section.id == "attachments":
        yield Passage(Rank.TEXT, _attachments(form, call))
    for entry in section.fields:
        yield Passage(Rank.FIELD, f"{entry.label}（{'选填' if entry.optional else '必填'}）")
        yield Passage(Rank.TEXT, "\n".join(_lines(entry, form, call)))


def _seal(block: Signed) -> str:
    return f"并加盖{block.signature.seal.strip('（）')}" if block.signature.seal else ""


def _attachments(form: Form, call: Call) -> str:
    limits = call.limits
    kinds = "、".join(role.label for role in form.attachment_roles)
    return (
        f"附件的种类：{kinds}。\n文件类型：{'、'.join(call.attachment_types)}。\n"
        f"单个文件不超过{limits.attachment_bytes >> 20}MB，合计不超过{limits.attachments_bytes >> 20}MB。"
    )


def _lines(entry: Field, form: Form, call: Call) -> Iterator[str]:
    """What a field takes: its kind, its limit, its hint, its example, its options and columns."""
    limit = f"，最多{entry.limit}字" if entry.kind in LIMITED else f"，最多{entry.limit}行" if entry.kind is Kind.TABLE else ""
    condition = f"只在“{form.fields[entry.shown_when].label}”选“是”时填。" if entry.shown_when else ""
    yield f"{condition}{KINDS[entry.kind]}{limit}。"
    if entry.hint:
        yield f"提示：{entry.hint}。" if not entry.hint.endswith("。") else f"提示：{entry.hint}"
    if entry.example:
        yield f"例如：{entry.example}"
    options = _options(entry, form, call)
    if options:
        yield f"选项：{'、'.join(options)}"
    if entry.suggestions:
        yield f"可以从建议里选，也可以填别的：{'、'.join(entry.suggestions)}"
    for column in entry.columns:
        bound = f"，最多{column.limit}字" if column.kind in LIMITED else ""
        example = f"，例如{column.example}" if column.example else ""
        yield f"· {column.label}（{'选填' if column.optional else '必填'}）：{KINDS[column.kind]}{bound}{example}"


def _options(entry: Field, form: Form, call: Call) -> list[str]:
    match entry.source:
        case Source.CATEGORIES:
            return [category.label for category in call.categories_of(form.id)]
        case Source.APPLICANTS:
            return list(call.applicants)
        case Source.UNITS:
            return ["申报单位和各联合申报单位"]
        case Source.COMMITMENTS:
            return ["所选项目类型的“应完成以下内容”"]
        case Source.NONE:
            return [choice.label for choice in entry.choices]


# --- the program itself ----------------------------------------------------------------------------------------------------


def _keys(keys: Sequence[Key]) -> Iterator[Passage]:
    groups = list(dict.fromkeys(key.group for key in keys))
    for group in groups:
        yield Passage(Rank.HEADING, group)
        entries = [key for key in keys if key.group == group]
        yield Passage(Rank.TEXT, "\n".join(f"{key.keys}\t{key.what}" for key in entries))


def _data(folder: Path) -> Iterator[Passage]:
    yield Passage(Rank.HEADING, "数据在哪里")
    yield Passage(Rank.TEXT, f"草稿、附件、单位信息、设置和备份都在这个文件夹里，只在这台电脑上，程序不联网：\n{folder}")
    yield Passage(Rank.HEADING, "备份")
    yield Passage(
        Rank.TEXT,
        "程序每天自动备份一次，较早的备份会自动清理。恢复备份不会删除或替换现在的草稿：已经没有的草稿会加回来，"
        "不一样的会作为另一份副本放在旁边。换电脑时，请用“文件”菜单的“另存数据到别处”，或用导出的报送压缩包。",
    )
    yield Passage(Rank.HEADING, "错误报告")
    yield Passage(
        Rank.TEXT,
        "程序出现意外错误时，会在这个文件夹的reports里写一份报告，只记出错的位置和程序的版本，"
        "不含填写的内容、文件路径和用户名，也不会自动发出去。",
    )


def _about(call: Call) -> Iterator[Passage]:
    yield Passage(Rank.TEXT, f"{NAME}：{call.programme}的离线申报程序。\n当前通知：{call.document}，{call.title}。")
    yield Passage(Rank.HEADING, "版本")
    yield Passage(Rank.TEXT, "\n".join(f"{name}\t{number}" for name, number in versions()))
    yield Passage(Rank.HEADING, "许可")
    yield Passage(Rank.TEXT, "本程序按MIT许可证发布。所用的字体和程序库及其许可见“许可”。")


def _licences() -> Iterator[Passage]:
    yield Passage(Rank.TEXT, "本程序按MIT许可证发布，并使用以下程序库和字体，版权归各自的作者所有。全文请在下面选择。")
    yield Passage(Rank.TEXT, "\n".join(f"{part.name}\t{part.use}\t{part.licence}" for part in COMPONENTS))
