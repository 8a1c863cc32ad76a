"""附件3 · 能力建设与创新发展项目申报表 (form ``capability``): every field and every printed word of the paper."""

from __future__ import annotations

from forms import shared
from forms.schema import (
    LONG_LIMIT,
    MEETING_LIMIT,
    Field,
    Form,
    Grid,
    Kind,
    LongText,
    Section,
    Signature,
    Source,
)

UNIT = Section(
    "unit", "申报单位基本情况", "一、申报单位基本情况",
    (
        shared.UNIT_NAME, shared.UNIT_CATEGORY, shared.UNIT_FOUNDED, shared.UNIT_ADDRESS,
        Field("unit.postcode", "邮政编码", Kind.POSTCODE, example="415000"),
        Field("unit.email", "电子邮箱", Kind.EMAIL, example="name@163.com"),
        Field("unit.fax", "传真", Kind.PHONE, optional=True, example="0736-7256979"),
        *shared.person("unit.head", "单位负责人"), *shared.JOINT, shared.APPLICATION_DATE,
    ),
    (
        Grid((
            shared.two(("单位名称", "unit.name"), ("成立时间", "unit.founded")),
            shared.two(("通讯地址", "unit.address"), ("邮政编码", "unit.postcode")),
            shared.two(("电子邮箱", "unit.email"), ("传  真", "unit.fax")),
            shared.head_row(),
        )),
    ),
)  # fmt: skip

PROJECT = Section(
    "project", "项目基本概况", "二、项目基本概况",
    (
        shared.PROJECT_NAME,
        Field("project.theme", "项目主题"),
        Field("project.category", "项目类型", Kind.CHOICE, source=Source.CATEGORIES),
        Field("project.place", "项目地点"),
        *shared.PROJECT_DATES, *shared.person("project.leader", "项目负责人"),
        shared.CONTACT_NAME, shared.CONTACT_EMAIL, shared.CONTACT_MOBILE,
    ),
    (
        Grid((
            shared.whole("项目名称", name="project.name"),
            shared.whole("项目主题", name="project.theme"),
            shared.whole("项目类型", boxes="project.category"),
            shared.whole("项目地点", name="project.place"),
            shared.whole("起止时间", lines=("{project.start}起至{project.end}，于{project.completion}",)),
            shared.leader_row(),
            shared.three(
                ("项目联系人", "project.contact.name"), ("电子邮箱", "project.contact.email"), ("移动电话", "project.contact.mobile")
            ),
        )),
    ),
)  # fmt: skip

IS_MEETING = "meeting.is_meeting"


def _meeting(name: str, label: str, hint: str, kind: Kind = Kind.TEXT) -> Field:
    return Field(f"meeting.{name}", label, kind, limit=MEETING_LIMIT, shown_when=IS_MEETING, hint=hint)


MEETING = (
    _meeting("name", "会议名称", ""),
    _meeting("theme", "会议主题", ""),
    _meeting("scale", "会议规模", "例如“120人”"),
    _meeting("time", "会议时间", "例如“2022年9月16日”"),
    _meeting("place", "会议地点", ""),
    _meeting("duration", "会期", "例如“1天”"),
    _meeting("experts", "邀请院士专家姓名", "逐一写出姓名；尚未确定的写明拟邀请"),
    _meeting("expert_count", "邀请院士专家人数", "", Kind.COUNT),
    _meeting("reports", "学术报告场次", "没有填 0", Kind.COUNT),
    _meeting("lectures", "科普讲座场次", "没有填 0", Kind.COUNT),
)

MAIN_HEADING = (
    "四、项目实施主要内容（学术交流、科普讲座等会议类项目必须标明会议名称、主题、规模、时间、地点及会期、"
    "邀请院士专家姓名及人数，学术报告、科普讲座场次等方面信息）"
)

MAIN = Section(
    "main", "项目实施主要内容", MAIN_HEADING,
    (
        Field(IS_MEETING, "是否会议类项目", Kind.YES_NO, hint="学术交流、科普讲座等会议类项目必须标明会议信息（附件3 四）"),
        *MEETING,
        Field("content.main", "项目实施主要内容", Kind.LONG, limit=LONG_LIMIT),
    ),
    (LongText("content.main", before="meeting.lines"),),
)  # fmt: skip


def _long(section_id: str, number: str, title: str) -> Section:
    entry = Field(f"content.{section_id}", title, Kind.LONG, limit=LONG_LIMIT)
    return Section(section_id, title, f"{number}、{title}", (entry,), (LongText(entry.id),))


COMMITMENTS = Field(
    "commitments", "应完成以下内容", Kind.CHOICES, optional=True, source=Source.COMMITMENTS,
    hint="逐项勾选申报内容已经安排的事项（附件1“应完成以下内容”）",
)  # fmt: skip

FORM = Form(
    id="capability",
    title=("常德市科协学会服务能力提升计划", "能力建设与创新发展项目申报表"),
    short_title="能力建设与创新发展项目申报表",
    cover=(("项目名称", "project.name"), ("申报单位", "cover.unit"), ("申报日期", "application_date")),
    sections=(
        UNIT,
        PROJECT,
        _long("background", "三", "项目选题背景依据"),
        MAIN,
        _long("plan", "五", "项目实施方案及保障措施"),
        _long("outcome", "六", "项目实施预期成果"),
        shared.people_section("七", "people", "项目实施主要参与人员", "社团职务", "项目中承担的主要工作"),
        shared.budget_section("八", "项目经费预算（单位：万元）", "经费支出预算情况"),
        shared.pledge_section("九"),
        shared.opinion_section("十"),
        shared.review_section(
            "十一", ("学会部", "初 审", "意 见"),
            (Signature("负责人签名：", "（公章）"), Signature("分管领导签名：", "（公章）")),
        ),
        *shared.declaration_sections(COMMITMENTS),
    ),
    attachment_roles=shared.ATTACHMENT_ROLES,
)  # fmt: skip
