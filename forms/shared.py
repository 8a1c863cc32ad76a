"""The parts that 附件2 and 附件3 have in common: the unit's head, the project's people and dates, the budget, the pledge.

Labels are the paper's own (notice-2022, 附件2 and 附件3). What differs between the two papers is an argument.
"""

from __future__ import annotations

from forms.schema import (
    CELL_LIMIT,
    NAME_LIMIT,
    PARTNER_LIMIT,
    ROW_LIMIT,
    TITLE_LIMIT,
    Block,
    Cell,
    Choice,
    Field,
    Form,
    Kind,
    Review,
    Rows,
    Section,
    Sentences,
    Signature,
    Signed,
    Source,
    SubHeading,
)

TITLES = (
    "正高级工程师", "高级工程师", "工程师", "助理工程师", "教授", "副教授", "讲师", "研究员", "副研究员", "助理研究员",
    "主任医师", "副主任医师", "主治医师", "主任护师", "副主任护师", "推广研究员", "高级农艺师", "农艺师", "正高级教师", "高级教师",
    "正高级经济师", "高级经济师", "高级会计师",
)  # fmt: skip
"""Suggested 专技职称; any other text is allowed."""

ATTACHMENT_ROLES = (
    Choice("station-setup", "服务站筹建申请及申报表"),
    Choice("agreement", "协议书/委托书/意向书"),
    Choice("signed-scan", "签字盖章扫描件"),
    Choice("roster", "专家/志愿者名册"),
    Choice("other", "其他"),
)

ATTACHMENT_TYPES = ("pdf", "docx", "doc", "xlsx", "xls", "jpg", "jpeg", "png")
"""File endings that a call may allow: those whose content can be told from the bytes. Any other file would be taken for a renamed one."""

CONFIRMATIONS = ("confirmed.truthful", "confirmed.unclassified", "confirmed.not_subcontracted")
ATTACHMENTS = "attachments"
"""The pseudo field id under which problems of the attachments are reported."""

UNIT_NAME = Field("unit.name", "单位名称", limit=TITLE_LIMIT, example="常德市某某学会", hint="与公章上的全称一致，封面与第一部分各印一次")
UNIT_CATEGORY = Field("unit.category", "单位类别", Kind.CHOICE, source=Source.APPLICANTS, hint="决定可以申报哪些类别（附件1“申报主体”）")
UNIT_FOUNDED = Field("unit.founded", "成立时间", Kind.PARTIAL_DATE, hint="可以只填年或年月", example="2016年5月")
UNIT_ADDRESS = Field("unit.address", "通讯地址", limit=TITLE_LIMIT, example="常德市武陵区某某路1号")
JOINT = (
    Field(
        "unit.partners", "联合申报单位", Kind.TABLE, optional=True, limit=PARTNER_LIMIT,
        columns=(Field("name", "单位名称", limit=TITLE_LIMIT),), hint="没有联合申报就留空（三.3：两个以上单位联合申报的请注明牵头单位）",
    ),
    Field("unit.lead", "牵头单位", Kind.CHOICE, optional=True, source=Source.UNITS, hint="联合申报时必须选定"),
)  # fmt: skip
APPLICATION_DATE = Field("application_date", "申报日期", Kind.DATE, hint="印在封面上", example="2022年3月20日")

PROJECT_NAME = Field("project.name", "项目名称", limit=TITLE_LIMIT, hint="封面与第二部分各印一次")
PROJECT_DATES = (
    Field("project.start", "项目开始日期", Kind.DATE, example="2022年4月1日"),
    Field("project.end", "项目结束日期", Kind.DATE, same_year_as="project.start", example="2022年10月31日"),
    Field("project.completion", "项目完成日期", Kind.DATE, example="2022年11月15日"),
)


def person(prefix: str, label: str) -> tuple[Field, Field, Field]:
    """Name, 专技职称 and 移动电话 of ``unit.head`` or ``project.leader``."""
    return (
        Field(f"{prefix}.name", label, limit=NAME_LIMIT),
        Field(f"{prefix}.title", f"{label}专技职称", optional=True, suggestions=TITLES),
        Field(f"{prefix}.mobile", f"{label}移动电话", Kind.MOBILE, example="13907360000"),
    )


CONTACT_NAME = Field("project.contact.name", "项目联系人", limit=NAME_LIMIT)
CONTACT_MOBILE = Field("project.contact.mobile", "项目联系人移动电话", Kind.MOBILE, example="13907360000")
CONTACT_EMAIL = Field("project.contact.email", "项目联系人电子邮箱", Kind.EMAIL, example="name@163.com")

# The six-cell rows of the paper share their vertical rules: 26 | 24 | 22 | 36 | 22 | 36 mm.
LABEL, NARROW, MIDDLE, WIDE = 26, 24, 22, 36


def label(text: str, width: int = LABEL) -> Cell:
    """A printed label cell."""
    return Cell(width, text=text)


def value(name: str, width: int) -> Cell:
    """A cell that holds one answer."""
    return Cell(width, value=name)


def two(first: tuple[str, str], second: tuple[str, str]) -> tuple[Cell, ...]:
    """A row ``L v L v`` from two (label, field id) pairs."""
    return (label(first[0]), value(first[1], NARROW + MIDDLE + WIDE), label(second[0], MIDDLE), value(second[1], WIDE))


def three(first: tuple[str, str], second: tuple[str, str], third: tuple[str, str]) -> tuple[Cell, ...]:
    """A row ``L v L v L v`` from three (label, field id) pairs."""
    return (
        label(first[0]), value(first[1], NARROW), label(second[0], MIDDLE), value(second[1], WIDE),
        label(third[0], MIDDLE), value(third[1], WIDE),
    )  # fmt: skip


def whole(text: str, *, name: str = "", lines: tuple[str, ...] = (), boxes: str = "") -> tuple[Cell, ...]:
    """A row ``L v`` whose value cell takes all the rest of the width."""
    return (label(text), Cell(140, value=name, lines=lines, boxes=boxes))


def head_row() -> tuple[Cell, ...]:
    """单位负责人 · 专技职称 · 移动电话."""
    return three(("单位负责人", "unit.head.name"), ("专技职称", "unit.head.title"), ("移动电话", "unit.head.mobile"))


def leader_row() -> tuple[Cell, ...]:
    """项目负责人 · 专技职称 · 移动电话."""
    names = ("project.leader.name", "project.leader.title", "project.leader.mobile")
    return three(("项目负责人", names[0]), ("专技职称", names[1]), ("移动电话", names[2]))


def people_section(number: str, section_id: str, title: str, post: str, duty: str) -> Section:
    """The people's table; ``post`` and ``duty`` are the two column heads that differ (学会职务 / 社团职务)."""
    columns = (
        Field("name", "姓名", limit=NAME_LIMIT),
        Field("post", post, optional=True, limit=CELL_LIMIT),
        Field("title", "专技职称", optional=True, limit=CELL_LIMIT, suggestions=TITLES),
        Field("duty", duty, optional=True, limit=CELL_LIMIT),
        Field("note", "备注", optional=True, limit=CELL_LIMIT),
    )
    table = Field("people", title, Kind.TABLE, limit=ROW_LIMIT, columns=columns, hint="第一行是项目负责人，自动填写")
    heads = (("name", "姓 名", 24), ("post", post, 28), ("title", "专技职称", 34), ("duty", duty, 54), ("note", "备  注", 26))
    return Section(section_id, title, f"{number}、{title}", (table,), (Rows("people", heads, 6),))


def budget_section(number: str, heading: str, table_heading: str) -> Section:
    """The budget: three sums in sentences, then the table of items."""
    columns = (
        Field("what", "支出项目内容", limit=CELL_LIMIT),
        Field("amount", "金额", Kind.MONEY, example="0.5"),
        Field("note", "备注", optional=True, limit=CELL_LIMIT),
    )
    fields = (
        Field("budget.own", "单位自筹经费", Kind.MONEY, hint="万元；没有自筹填 0", example="0.5"),
        Field("budget.grant", "市科协“提能计划”项目经费", Kind.MONEY, hint="万元", example="1.5"),
        Field("budget.total", "经费总预算", Kind.MONEY, hint="万元；由上面两项相加得出"),
        Field("budget.items", "经费支出预算", Kind.TABLE, limit=ROW_LIMIT, columns=columns, hint="各项金额之和等于经费总预算"),
    )
    sums = (
        "经费总预算{budget.total}万元",
        "其中：1.单位自筹经费{budget.own}万元，",
        "2.市科协“提能计划”项目经费{budget.grant}万元。",
    )
    heads = (("#", "序号", 18), ("what", "支出项目内容", 78), ("amount", "金  额", 28), ("note", "备  注", 42))
    blocks: tuple[Block, ...] = (Sentences(sums), SubHeading(table_heading), Rows("budget.items", heads, 4))
    return Section("budget", "项目经费预算", f"{number}、{heading}", fields, blocks)


PLEDGE_TEXT = (
    "我单位对提交的项目申报材料全部内容进行了认真审查，符合申报要求。经{pledge.meeting}会议研究审议，"
    "负责人签名确认后提出申报，并对申报项目的真实性、可行性、合规性负责。"
)


def pledge_section(number: str) -> Section:
    """申报单位承诺: who deliberated, and the project leader's signature."""
    meeting = Field(
        "pledge.meeting", "研究审议的会议", example="学会常务理事会",
        hint="只填会议的名称，例如“学会常务理事会”；印成“经学会常务理事会会议研究审议”",
    )  # fmt: skip
    block = Signed(Signature("项目负责人签名：", date_beside=True), (PLEDGE_TEXT,))
    return Section("pledge", "申报单位承诺", f"{number}、申报单位承诺", (meeting,), (block,))


def opinion_section(number: str) -> Section:
    """申报单位意见: written by hand, so only blank room and the signature line."""
    block = Signed(Signature("单位负责人签名：", "（单位公章）"), room=38)
    return Section("opinion", "申报单位意见", f"{number}、申报单位意见", (), (block,))


def review_section(number: str, first: tuple[str, ...], signatures: tuple[Signature, Signature]) -> Section:
    """常德市科协审查审核意见: filled in by the office."""
    block = Review(((first, signatures[0]), (("领 导", "审 核", "意 见"), signatures[1])))
    return Section("review", "常德市科协审查审核意见", f"{number}、常德市科协审查审核意见", (), (block,))


def declaration_sections(*extra: Field) -> tuple[Section, ...]:
    """The two pages that only the program has: attachments, and the self-declarations of clauses 二.3 and 三.5."""
    confirmations = (
        Field(CONFIRMATIONS[0], "材料内容真实、可行、合规", Kind.YES_NO, hint="二.3：对所申报项目的真实性、可行性、合规性负责"),
        Field(CONFIRMATIONS[1], "材料内容不涉密", Kind.YES_NO, hint="二.3：对申报材料内容的非涉密进行审查把关"),
        Field(CONFIRMATIONS[2], "谁申报谁实施，不转包", Kind.YES_NO, hint="三.5：严禁将申报的项目进行转包"),
    )
    return (Section("attachments", "附件", "", extra), Section("declarations", "申报声明", "", confirmations))


def labels(form: Form) -> dict[str, str]:
    """What each field is called in messages: its label, by id; attachments included."""
    return {name: entry.label for name, entry in form.fields.items()} | {ATTACHMENTS: "附件"}
