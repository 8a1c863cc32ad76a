"""The table of cases: what breaks each rule, where its boundary lies, and what only looks like breaking it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from forms.checks import Peer
from tests.forms.checks_support import LONG, MEBIBYTE, MEETING, PEOPLE, Case, attached, error, note, values, warning

UNIT = "常德市测绘学会"


def people(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"people": [PEOPLE[0], *rows]}


def budget(grant: str, own: str = "0") -> dict[str, Any]:
    total = str(Decimal(grant) + Decimal(own))
    return {"budget.grant": grant, "budget.own": own, "budget.total": total, "budget.items": [{"what": "培训", "amount": total}]}


def spent(*items: dict[str, Any]) -> dict[str, Any]:
    """1.5 万元 granted, nothing of one's own."""
    return budget("1.5") | {"budget.items": list(items)}


REQUIRED = (
    Case("required", {"unit.name": None}, error("unit.name")),
    Case("required", {"unit.name": " \u3000"}, error("unit.name")),
    Case("required", {"unit.head.title": None, "unit.fax": None}),
    Case("required", {"unit.founded": None}, error("unit.founded")),
    Case("required", {"unit.category": "协会"}, error("unit.category")),
    Case("required", {"unit.category": "待定"}, error("unit.category")),
    Case("required", {"project.category": "party"}, error("project.category"), attachments=()),
    Case("required", {"meeting.is_meeting": None}, error("meeting.is_meeting")),
    Case("required", {"meeting.is_meeting": "false"}, error("meeting.is_meeting")),
    Case("required", {"meeting.is_meeting": None}, category="academic-exchange"),
    Case("required", MEETING | {"meeting.is_meeting": True}),
    Case("required", MEETING | {"meeting.is_meeting": True, "meeting.experts": ""}, error("meeting.experts")),
    Case("required", MEETING | {"meeting.is_meeting": False, "meeting.experts": ""}),
    Case("required", {"meeting.reports": None}, error("meeting.reports"), category="academic-exchange"),
    Case("required", {"meeting.reports": 0}, category="academic-exchange"),
    Case("required", {"meeting.reports": "12"}, category="academic-exchange"),
    Case("required", {"meeting.reports": -1}, error("meeting.reports"), category="academic-exchange"),
    Case("required", {"meeting.reports": 1.5}, error("meeting.reports"), category="academic-exchange"),
    Case("required", {"meeting.reports": True}, error("meeting.reports"), category="academic-exchange"),
    Case("required", {"people": None}, error("people")),
    Case("required", {"people": [{"name": ""}, {}]}, error("people")),
    Case("required", {"people": "李二"}, error("people")),
    Case("required", {"people": [PEOPLE[0], "王三", {"name": "赵四"}]}, error("people", 1)),
    Case("required", {"people": [PEOPLE[0], {"name": "王三", "note": 3}]}, error("people", 1)),
    Case("required", people({"name": "王三", "note": None})),
    Case("required", {"budget.items": []}, error("budget.items")),
    Case("required", {"budget.total": None}, error("budget.total")),
    Case("required", {"budget.grant": 1.5}, error("budget.grant")),
    Case("required", {"commitments": "experts-5"}, error("commitments"), also=("commitments",)),
    Case("required", {"party.has_venue": None}, error("party.has_venue"), "party", also=("party.venue",)),
    Case("required", {"party.reelected": None}, category="party"),
    Case("required", {"party.meetings": "good"}, error("party.meetings"), "party"),
    Case("required", {"confirmed.truthful": None}, also=("confirmed",)),
)

MOBILES = (
    Case("format.mobile", {"unit.head.mobile": "13000000000"}),
    Case("format.mobile", {"unit.head.mobile": "19999999999"}),
    Case("format.mobile", {"unit.head.mobile": "12907360001"}, error("unit.head.mobile")),
    Case("format.mobile", {"project.leader.mobile": "1390736000"}, error("project.leader.mobile")),
    Case("format.mobile", {"project.contact.mobile": "139073600011"}, error("project.contact.mobile")),
    Case("format.mobile", {"unit.head.mobile": "0736-7256979"}, error("unit.head.mobile")),
    Case("format.mobile", {"unit.head.mobile": ""}, also=("required",)),
)
PHONES = tuple(
    Case("format.phone", {"unit.fax": number})
    for number in (
        "7256979", "67256979", "07367256979", "0736-7256979", "(0736)7256979", "0736 7256979", "010-67256979", "13907360001",
        "0736-7256979-801", "7256979转801", "0736—7256979–801", "(0736)-7256979", "0736--7256979", "0736——7256979", "0736 - 7256979",
        "0736-7256979 转801", "0736-7256979 分机 8", "7256979ext.801",
    )
) + tuple(
    Case("format.phone", {"unit.fax": number}, error("unit.fax"))
    for number in (
        "725697", "0736-725697", "725697900", "07367-7256979", "7256979转", "7256979、7256980", "12907360001", "无", "(0736-7256979",
        "0736---7256979", "7256979-",
    )
) + (
    Case("format.phone", {"unit.phone": "0736-72569790"}, category="party"),
    Case("format.phone", {"unit.phone": "736"}, error("unit.phone"), "party"),
)  # fmt: skip
LONGEST_EMAIL = "aa@" + ".".join(["b" * 62] * 4)  # 254 characters
EMAILS = tuple(
    Case("format.email", {"unit.email": address})
    for address in (
        "a@b.cn", "first.last+tag@mail.example.com", "7256979@qq.com", "x_y-z@sub-domain.org", "a" * 64 + "@b.cn",
        "a@" + "b" * 63 + ".cn", "o'neil@b.cn", "a@b.xn--fiqs8s", "A@B.COM",
    )
) + tuple(
    Case("format.email", {"unit.email": address}, error("unit.email"))
    for address in (
        "a", "@b.cn", "a@", "a@b", "a@b.c", "a@b..cn", "a@.cn", "a@b.cn.", "a@-b.cn", "a@b-.cn", "a@b_c.cn", ".a@b.cn", "a.@b.cn",
        "a..b@c.cn", "a b@c.cn", "a@b.cn;c@d.cn", "a@b.cn,c@d.cn", "a@b.cn、c@d.cn", "a@@b.cn", "张三@b.cn", "a@常德.cn", "a@b.12",
        "a" * 65 + "@b.cn", "a@" + "b" * 64 + ".cn", "<a@b.cn>", '"a"@b.cn', "a@[127.0.0.1]", "a＠b.cn", "a@localhost",
    )
) + (
    Case("format.email", {"project.contact.email": "wang@"}, error("project.contact.email")),
    Case("format.email", {"unit.email": LONGEST_EMAIL}, also=("text.long",)),
    Case("format.email", {"unit.email": "a" + LONGEST_EMAIL}, error("unit.email"), also=("text.long",)),
    Case("format.email", {"unit.email": " a@b.cn"}, error("unit.email")),
    Case("format.email", {"unit.email": "a@" + ".".join(["b" * 60] * 5) + ".cn"}, error("unit.email"), also=("text.long",)),
)  # fmt: skip
POSTCODES = (
    Case("format.postcode", {"unit.postcode": "415999"}),
    Case("format.postcode", {"unit.postcode": "41500"}, error("unit.postcode")),
    Case("format.postcode", {"unit.postcode": "4150000"}, error("unit.postcode")),
    Case("format.postcode", {"unit.postcode": "41500O"}, error("unit.postcode")),
    Case("postcode.local", {"unit.postcode": "410000"}, note("unit.postcode")),
    Case("postcode.local", {"unit.postcode": "415000"}),
    Case("postcode.local", {"unit.postcode": "41000"}, also=("format.postcode",)),
)
MONEY = (
    Case("format.money", budget("1.2345")),
    Case("format.money", {"budget.own": "0.30001"}, error("budget.own")),
    Case("format.money", {"budget.own": "-0.3"}, error("budget.own")),
    Case("format.money", {"budget.own": "三千"}, error("budget.own")),
    Case("format.money", {"budget.own": "3e-1"}, error("budget.own")),
    Case("format.money", {"budget.own": "NaN"}, error("budget.own")),
    Case("format.money", {"budget.own": " 0.3"}, error("budget.own")),
    Case("format.money", spent({"what": "培训", "amount": "1"}, {"what": "交通", "amount": "0.5元"}), error("budget.items", 1)),
    Case("format.money", budget("1.5", "0")),
)

DATES = (
    Case("format.date", {"application_date": "2022-02-30"}, error("application_date")),
    Case("format.date", {"application_date": "2022-03"}, error("application_date")),
    Case("format.date", {"project.start": "下月"}, error("project.start")),
    Case("format.date", {"project.start": "2022年4月1日"}),
    Case("format.date", {"unit.founded": "2016"}),
    Case("format.date", {"unit.founded": "2016-02-29"}),
    Case("format.date", {"unit.founded": "2015-02-29"}, error("unit.founded")),
    Case("format.date", {"unit.founded": "2016-13"}, error("unit.founded")),
    Case("format.date", {"party.reelected": "去年"}, error("party.reelected"), "party"),
    Case("date.future", {"unit.founded": "2022-03-20"}),
    Case("date.future", {"unit.founded": "2022-03-21"}, error("unit.founded")),
    Case("date.future", {"unit.founded": "2022-03"}),
    Case("date.future", {"unit.founded": "2022-04"}, error("unit.founded")),
    Case("date.future", {"unit.founded": "2022"}),
    Case("date.future", {"unit.founded": "2023"}, error("unit.founded")),
    Case("date.future", {"unit.founded": "2023", "application_date": None}, also=("required",)),
    Case("date.future", {"party.branch_founded": "2022-04"}, error("party.branch_founded"), "party"),
    Case("date.future", {"party.reelected": "2022-12-31"}, error("party.reelected"), "party"),
    Case("date.future", {"party.reelected": "2022-12-31"}),
    Case("date.future", {"party.branch_founded": "2022-03-20", "party.reelected": "2022-03"}, category="party"),
    Case("dates.order", {"project.start": "2022-10-31"}),
    Case("dates.order", {"project.start": "2022-11-01"}, error("project.end")),
    Case("dates.order", {"project.completion": "2022-10-31"}),
    Case("dates.order", {"project.completion": "2022-10-30"}, error("project.completion")),
    Case("dates.order", {"project.end": None, "project.completion": "2022-03-31"}, error("project.completion"), also=("required",)),
    *(Case("dates.order", {f"project.{name}": None}, also=("required",)) for name in ("start", "end", "completion")),
    Case("dates.year", {"project.start": "2022-01-01"}),
    Case("dates.year", {"project.start": "2021-12-31"}, warning("project.start")),
    Case(
        "dates.year", {"project.start": "2023-01-01", "project.end": "2023-01-01", "project.completion": "2023-01-01"},
        warning("project.start"), also=("dates.period",),
    ),
    Case("dates.period", {"project.completion": "2022-11-30"}),
    Case("dates.period", {"project.completion": "2022-12-01", "project.category": None}, error("project.completion"), also=("required",)),
    Case("dates.period", {"project.completion": "2022-12-01"}, error("project.completion")),
    Case("dates.period", {"project.completion": "2022-12-01"}, warning("project.completion"), "government-functions"),
    Case("dates.period", {"project.completion": "2022-11-30"}, category="government-functions"),
    Case(
        "dates.period", {"project.completion": "2022-12-01"}, error("project.completion"), "government-functions",
        attachments=[attached("roster")], also=("attachment.preferred",),
    ),
    Case("deadline", {"application_date": "2022-03-31"}, today=date(2022, 3, 31)),
    Case("deadline", {"application_date": "2022-04-01"}, warning("application_date")),
    Case("deadline", {}, warning("application_date"), today=date(2022, 4, 1)),
    Case("deadline", {"application_date": "2022-04-01"}, warning("application_date") * 2, today=date(2022, 4, 1)),
)  # fmt: skip

APPLICANTS = (
    Case("applicant.category", {"unit.category": "学会联合体"}),
    Case("applicant.category", {"unit.category": "学会服务站"}, error("unit.category")),
    Case("applicant.category", {"unit.category": "学会服务站"}, category="society-locality"),
    Case("applicant.category", {"unit.category": "高校科协"}, error("unit.category"), "society-locality"),
    Case("applicant.category", {"unit.category": "高校科协"}, error("unit.category"), "party"),
    Case("applicant.category", {"unit.category": None}, category="party", also=("required",)),
    Case("applicant.new", {"unit.founded": "2022-01-01"}, category="key-society"),
    Case("applicant.new", {"unit.founded": "2022"}, category="key-society"),
    Case("applicant.new", {"unit.founded": "2021-12-31"}, error("unit.founded"), "key-society"),
    Case("applicant.new", {"unit.founded": "2021-12-31"}),
    Case("party.branch", {"party.branch_founded": None}, error("party.branch_founded"), "party", also=("required",)),
    Case("party.branch", {"party.branch_founded": "2018"}, category="party"),
    Case("party.branch", {"party.branch_founded": None}),
    Case("party.venue", {"party.has_venue": False}, error("party.has_venue"), "party"),
    Case("party.venue", {"party.has_venue": True}, category="party"),
    Case("party.venue", {"party.has_venue": False}),
    Case("party.members", {"party.members": 2}, warning("party.members"), "party"),
    Case("party.members", {"party.members": 3}, category="party"),
    Case("party.members", {"party.members": None}, category="party", also=("required",)),
    Case("joint.lead", {"unit.partners": [{"name": "乙学会"}]}, error("unit.lead")),
    Case("joint.lead", {"unit.partners": [{"name": "乙学会"}], "unit.lead": "乙学会"}),
    Case("joint.lead", {"unit.partners": [{"name": "乙学会"}], "unit.lead": UNIT}),
    Case("joint.lead", {"unit.partners": [{"name": "乙学会"}], "unit.lead": "丙学会"}, error("unit.lead")),
    Case("joint.lead", {"unit.partners": [{"name": " "}], "unit.lead": "丙学会"}),
    Case("joint.lead", {"unit.partners": [{"name": UNIT}]}),
    Case("joint.lead", {"unit.partners": [{"name": UNIT}, {"name": "乙学会"}]}, error("unit.lead")),
)

BUDGET = (
    Case("budget.sum", budget("1.1", "2.2")),
    Case("budget.sum", budget("1.5", "0.3") | {"budget.own": "0.3001"}, error("budget.total")),
    Case("budget.sum", {"budget.grant": None}, also=("required",)),
    Case("budget.sum", {"budget.own": "x"}, also=("format.money", "text.placeholder")),
    Case("budget.items", spent({"what": "甲", "amount": "1.4"}, {"what": "乙", "amount": "0.1"})),
    Case("budget.items", spent({"what": "甲", "amount": "1.4999"}), error("budget.items")),
    Case("budget.items", spent({"what": "甲", "amount": "1.5001"}), error("budget.items")),
    Case("budget.items", spent({"what": "", "amount": "1.5"}), error("budget.items", 0)),
    Case("budget.items", spent({"what": " ", "amount": "1.5"}), error("budget.items", 0)),
    Case("budget.items", spent({"what": "甲", "amount": "1.5"}, {"what": "乙", "amount": " "}), error("budget.items", 1)),
    Case("budget.items", spent({"what": "甲", "amount": "1.5"}, {"what": "乙"}), error("budget.items", 1)),
    Case("budget.items", spent({"what": "甲"}, {"what": "乙", "amount": "1.5"}), error("budget.items", 0)),
    Case("budget.items", spent({"what": "甲", "amount": "1.5"}, {"note": "备用"}), error("budget.items", 1) * 2),
    Case("budget.items", spent({"what": "甲", "amount": "1"}, {"what": ""}, {"what": "乙", "amount": "0.5"})),
    Case("budget.items", spent({"what": "甲", "amount": "一万五"}), also=("format.money",)),
    Case("budget.items", {"budget.total": None}, also=("required",)),
    Case("budget.grant", budget("2")),
    Case("budget.grant", budget("2.0001"), error("budget.grant")),
    Case("budget.grant", budget("0", "1"), error("budget.grant")),
    Case("budget.grant", budget("0.0001"), category="government-functions"),
    Case("budget.grant", budget("0.5"), category="party"),
    Case("budget.grant", budget("0.5001"), error("budget.grant"), "party"),
    Case("budget.grant", budget("3.01"), error("budget.grant"), "society-locality"),
    Case("budget.grant", budget("999"), category="academic-exchange"),
    Case("budget.grant", budget("0", "1"), error("budget.grant"), "academic-exchange"),
    Case("budget.grant-low", budget("1")),
    Case("budget.grant-low", budget("0.9999"), warning("budget.grant")),
    Case("budget.grant-low", budget("0.5"), warning("budget.grant"), "science-popularization"),
    Case("budget.grant-low", budget("0.5"), category="government-functions"),
    Case("budget.grant-low", budget("0.1"), category="academic-exchange"),
)

PERSONS = (
    Case("people.leader", {"project.leader.name": "李 二"}),
    Case("people.leader", {"project.leader.name": "李三"}, error("people", 0)),
    Case("people.leader", {"people": PEOPLE[1:] + PEOPLE[:1]}, error("people", 0)),
    Case("people.leader", {"people": [{}, *PEOPLE]}, error("people", 0)),
    Case("people.leader", {"project.leader.name": None}, also=("required",)),
    Case("people.leader", {"project.leader.name": " "}, also=("required",)),
    Case("people.row", people({"name": "", "duty": "培训"}), error("people", 1)),
    Case("people.row", people({"name": "", "duty": " "}, {"name": "王三"})),
    Case("people.row", people({"note": "待聘"}, {"name": "王三"}), error("people", 1)),
    Case("people.row", people({"name": " ", "duty": "培训"}), error("people", 1)),
    Case("people.twice", people({"name": "王三"}, {"name": "赵四"}, {"name": "王\u3000三"}), warning("people", 3)),
    Case("people.twice", people({"name": "李二"}), warning("people", 1)),
    Case("people.twice", people({"name": "王三"}, {"name": "王三丰"})),
    Case("people.twice", people({}, {}, {"name": "王三"})),
)

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"  # one character of five code points
CELLS = {"name": "王三"}
TEXTS = (
    Case("text.short", {"content.main": "字" * 50}),
    Case("text.short", {"content.main": "字" * 49}, warning("content.main")),
    Case("text.short", {"content.main": "字" * 49 + FAMILY}),
    Case("text.short", {"content.main": FAMILY * 49}, warning("content.main")),
    Case("text.short", {"content.main": FAMILY * 50}),
    Case("text.short", {"content.conditions": "字"}, warning("content.conditions"), "party"),
    Case("text.short", {"content.main": "字" + " " * 60}, warning("content.main")),
    Case("text.short", {"content.main": ""}, also=("required",)),
    Case("text.long", {"content.main": "字" * 20_000}),
    Case("text.long", {"content.main": "字" * 20_001}, error("content.main")),
    Case("text.long", {"content.main": "字" * 19_999 + FAMILY}),
    Case("text.long", {"unit.head.name": "e\u0301" * 50}),
    Case("text.long", {"unit.head.name": "字" * 51}, error("unit.head.name")),
    Case("text.long", {"unit.head.title": "字" * 100}),
    Case("text.long", {"unit.head.title": "字" * 101}, error("unit.head.title")),
    Case("text.long", {"unit.name": "字" * 120, "unit.address": "字" * 120, "project.name": "字" * 120}),
    Case("text.long", {"unit.address": "字" * 121}, error("unit.address")),
    Case("text.long", {"project.name": "字" * 121}, error("project.name")),
    Case("text.long", {"meeting.scale": "字" * 500}, category="academic-exchange"),
    Case("text.long", {"meeting.scale": "字" * 501}, error("meeting.scale"), "academic-exchange"),
    Case("text.long", {"meeting.scale": "字" * 501}),
    Case("text.long", people(CELLS | {"duty": "字" * 200})),
    Case("text.long", people(CELLS, {"name": "赵四", "duty": "字" * 201}), error("people", 2)),
    Case("text.long", people(*({"name": f"甲{n}"} for n in range(59)))),
    Case("text.long", people(*({"name": f"甲{n}"} for n in range(60))), error("people")),
    Case("text.long", people(*({"name": f"甲{n}"} for n in range(59)), {}, {})),
    Case("text.long", {"unit.partners": [{"name": f"{n}学会"} for n in range(10)], "unit.lead": UNIT}),
    Case("text.long", {"unit.partners": [{"name": f"{n}学会"} for n in range(11)], "unit.lead": UNIT}, error("unit.partners")),
    Case("text.long", spent(*({"what": "甲", "amount": "0"} for _ in range(60)), {"what": "乙", "amount": "1.5"}), error("budget.items")),
    Case("text.long", attachments=[attached()] * 40),
    Case("text.long", attachments=[attached()] * 41, expect=error("attachments")),
)

PLACEHOLDERS = (
    *(
        Case("text.placeholder", {"project.place": word}, warning("project.place"))
        for word in (
            "XXX", "xx", "ＸＸＸ", "×××", "待填", "（待填）", "待定。", "同上", "略", "……", "...", "。。。", "--", "？？", "待 定",
            " XX\u3000",
        )
    ),
    Case("text.placeholder", people(CELLS | {"duty": "同上"}), warning("people", 1)),
    Case("text.placeholder", spent({"what": "XX", "amount": "1.5"}), warning("budget.items", 0)),
    Case("text.placeholder", {"content.main": "略"}, warning("content.main"), also=("text.short",)),
    Case("text.placeholder", {"content.main": "x" * 60}, warning("content.main")),
    Case("text.placeholder", people(CELLS | {"note": "无"})),
    Case("text.placeholder", {"content.main": LONG + "具体时间待定。"}),
    *(Case("text.placeholder", {"project.place": word}) for word in ("略阳路", "XX路1号", "待定路口", "同上海合作", "C-X", "常德…")),
    Case("text.placeholder", {"meeting.place": "待定"}),
)  # fmt: skip
WORDS = (
    *(
        Case("text.classified", {"content.main": LONG + word}, warning("content.main"))
        for word in ("绝密", "机密", "秘密", "内部资料", "内部文件")
    ),
    Case("text.classified", people(CELLS | {"duty": "机密文件"}), warning("people", 1)),
    Case("text.classified", {"project.name": "机密与绝密"}, warning("project.name")),
    *(Case("text.classified", {"content.main": LONG + word}) for word in ("保密", "不涉密", "密机", "内部交流", "内部\n资料")),
    Case("text.unprintable", {"project.name": "测绘\U00020bb7野"}, error("project.name"), without_glyph="\U00020bb7"),
    Case("text.unprintable", people(CELLS | {"duty": "\ue000"}), error("people", 1), without_glyph="\ue000"),
    Case("text.unprintable", {"project.name": "测绘\U00020bb7野"}, without_glyph="\ue000"),
    Case("text.unprintable", {"meeting.name": "\ue000"}, without_glyph="\ue000"),
)

ATTACHMENTS = (
    Case("attachment.required", {}, error("attachments"), "service-station", attachments=()),
    Case("attachment.required", {}, error("attachments"), "service-station", attachments=[attached("other")]),
    Case("attachment.required", {}, category="service-station"),
    Case("attachment.required", {}, category="party"),
    Case("attachment.preferred", {}, note("attachments"), attachments=()),
    Case("attachment.preferred", {}, note("attachments"), "society-locality", attachments=[attached("roster")]),
    Case("attachment.preferred", {}, category="government-functions"),
    Case("attachment.preferred", {}, category="science-popularization"),
    *(
        Case("attachment.kind", attachments=[attached(name=f"协议书.{ending}", content=content)])
        for ending, content in (
            ("PDF", "pdf"), ("docx", "docx"), ("doc", "doc"), ("doc", "xls"), ("xls", "doc"), ("xlsx", "xlsx"), ("jpg", "jpg"),
            ("jpeg", "jpg"), ("png", "png"),
        )
    ),
    *(
        Case("attachment.kind", attachments=[attached(), attached(name=name, content=content)], expect=error("attachments", 1))
        for name, content in (
            ("协议书.zip", "docx"), ("协议书.exe", ""), ("协议书.pdf.exe", ""), ("协议书", "pdf"), (".pdf", "pdf"), ("协议书.pdf", ""),
            ("协议书.pdf", "docx"), ("协议书.docx", "doc"), ("协议书.docx", "xlsx"), ("协议书.jpg", "png"),
        )
    ),
    Case("attachment.kind", attachments=[attached(size=0)], expect=error("attachments", 0)),
    Case("attachment.kind", attachments=[attached(size=1)]),
    Case("attachment.kind", attachments=[attached(trouble="文件不存在")], expect=error("attachments", 0)),
    Case("attachment.kind", attachments=[attached(), attached("合同")], expect=error("attachments", 1)),
    Case("attachment.kind", attachments=[attached(size=20 * MEBIBYTE)]),
    Case("attachment.kind", attachments=[attached(size=20 * MEBIBYTE + 1)], expect=error("attachments", 0)),
    Case("attachment.kind", attachments=[attached(size=15 * MEBIBYTE)] * 2),
    Case("attachment.kind", attachments=[attached(size=15 * MEBIBYTE), attached(size=15 * MEBIBYTE + 1)], expect=error("attachments")),
)  # fmt: skip

TICKED = values("tech-service")["commitments"]
DECLARATIONS = (
    Case("commitments", {"commitments": None}, warning("commitments")),
    Case("commitments", {"commitments": TICKED[:-1]}, warning("commitments")),
    Case("commitments", {"commitments": TICKED[::-1]}),
    Case("commitments", {"commitments": None}, category="society-locality", also=()),
    Case("confirmed", {"confirmed.truthful": None}, error("confirmed.truthful")),
    Case("confirmed", {"confirmed.truthful": None}, error("confirmed.truthful"), "academic-exchange"),
    Case("confirmed", {"confirmed.unclassified": False}, error("confirmed.unclassified")),
    Case("confirmed", {"confirmed.not_subcontracted": "true"}, error("confirmed.not_subcontracted")),
    Case("confirmed", {"confirmed.not_subcontracted": True}),
    Case("limit.three", peers=[Peer(UNIT, "甲"), Peer(UNIT, "乙")]),
    Case("limit.three", expect=error("unit.name"), peers=[Peer(UNIT, "甲"), Peer("常德市 测绘学会", "乙"), Peer(UNIT, "丙")]),
    Case("limit.three", peers=[Peer(UNIT, "甲"), Peer(UNIT, "乙"), Peer("常德市测量学会", "丙")]),
    Case("limit.three", {"unit.name": None}, also=("required",), peers=[Peer("", "甲")] * 4),
    Case("same.project", expect=warning("project.name"), peers=[Peer(UNIT, "测绘新技术 下乡")]),
    Case("same.project", peers=[Peer(UNIT, "测绘新技术下乡二期")]),
    Case("same.project", {"project.name": None}, also=("required",), peers=[Peer(UNIT, "")]),
    Case("same.project", peers=[Peer("常德市测量学会", "测绘新技术下乡")]),
)

CASES = (
    *REQUIRED, *MOBILES, *PHONES, *EMAILS, *POSTCODES, *MONEY, *DATES, *APPLICANTS, *BUDGET, *PERSONS, *TEXTS, *PLACEHOLDERS, *WORDS,
    *ATTACHMENTS, *DECLARATIONS,
)  # fmt: skip
