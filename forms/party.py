"""附件2 · 学会党建项目申报书 (form ``party``): every field and every printed word of the paper."""

from __future__ import annotations

from forms import shared
from forms.schema import LONG_LIMIT, NAME_LIMIT, Choice, Field, Form, Grid, Kind, LongText, Section, Signature

STATES = (Choice("normal", "正常"), Choice("fair", "一般"))

BRANCH_LINES = (
    "1.学会支部成立时间{party.branch_founded}，支部书记{party.secretary}。",
    "2.学会支部改选时间{party.reelected}，现有党员个数{party.members}。",
    "3.支部活动阵地情况：是否有活动阵地　{party.has_venue}",
    "4.支部“三会一课”情况：{party.meetings}",
    "5.支部活动等开展情况：{party.activities}",
)

UNIT = Section(
    "unit", "申报单位基本情况", "一、申报单位基本情况",
    (
        shared.UNIT_NAME, shared.UNIT_CATEGORY, shared.UNIT_FOUNDED, shared.UNIT_ADDRESS,
        Field("unit.phone", "办公电话", Kind.PHONE, example="0736-7256979"),
        *shared.person("unit.head", "单位负责人"), *shared.JOINT, shared.APPLICATION_DATE,
    ),
    (
        Grid((
            shared.two(("单位名称", "unit.name"), ("成立时间", "unit.founded")),
            shared.two(("通讯地址", "unit.address"), ("办公电话", "unit.phone")),
            shared.head_row(),
        )),
    ),
)  # fmt: skip

PROJECT = Section(
    "project", "项目基本概况", "二、项目基本概况",
    (
        shared.PROJECT_NAME, *shared.person("project.leader", "项目负责人"),
        shared.CONTACT_NAME, shared.CONTACT_MOBILE, shared.CONTACT_EMAIL, *shared.PROJECT_DATES,
        Field("party.branch_founded", "学会支部成立时间", Kind.PARTIAL_DATE, hint="申报条件：已成立学会党支部", example="2018年6月"),
        Field("party.secretary", "支部书记", limit=NAME_LIMIT),
        Field("party.reelected", "学会支部改选时间", Kind.PARTIAL_DATE, optional=True),
        Field("party.members", "现有党员个数", Kind.COUNT),
        Field("party.has_venue", "是否有活动阵地", Kind.YES_NO, hint="申报条件：有相对稳定的办公及党员活动场所"),
        Field("party.meetings", "支部“三会一课”情况", Kind.CHOICE, choices=STATES),
        Field("party.activities", "支部活动等开展情况", Kind.CHOICE, choices=STATES),
    ),
    (
        Grid((
            shared.whole("项目名称", name="project.name"),
            shared.leader_row(),
            shared.three(
                ("项目联系人", "project.contact.name"), ("移动电话", "project.contact.mobile"), ("电子邮箱", "project.contact.email")
            ),
            shared.whole("起止时间", lines=("{project.start}起至{project.end}，于{project.completion}完成",)),
            shared.whole("学会党建\n基本情况", lines=BRANCH_LINES),
        )),
    ),
)  # fmt: skip


def _long(section_id: str, number: str, title: str) -> Section:
    entry = Field(f"content.{section_id}", title, Kind.LONG, limit=LONG_LIMIT)
    return Section(section_id, title, f"{number}、{title}", (entry,), (LongText(entry.id),))


FORM = Form(
    id="party",
    title=("常德市科协学会服务能力提升计划", "学会党建项目申报书"),
    short_title="学会党建项目申报书",
    cover=(("申报单位", "cover.unit"), ("项目名称", "project.name"), ("申报日期", "application_date")),
    sections=(
        UNIT,
        PROJECT,
        _long("main", "三", "项目实施主要内容"),
        _long("conditions", "四", "项目实施基础条件及保障措施"),
        _long("outcome", "五", "项目实施预期成效"),
        shared.people_section("六", "people", "项目主要参与人员", "学会职务", "在项目中承担的主要工作"),
        shared.budget_section("七", "项目经费预算", "经费支出预算表（单位：万元）"),
        shared.pledge_section("八"),
        shared.opinion_section("九"),
        shared.review_section(
            "十", ("学会部", "审 查", "意 见"),
            (Signature("负责人签名：", "（公章）"), Signature("分管负责人签名：", "（单位公章）", date_beside=True)),
        ),
        *shared.declaration_sections(),
    ),
    attachment_roles=shared.ATTACHMENT_ROLES,
    category="party",
)  # fmt: skip
