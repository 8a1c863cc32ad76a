"""邮件.eml: the application as an e-mail that a mail program opens as a draft, and the same words for web mail.

RFC 5322 without Date and Message-ID, which the sending program adds; ``X-Unsent: 1`` makes Outlook and Thunderbird open it for
sending. The attachment's name is given twice, by RFC 2231 and as RFC 2047 words in the old ``name`` parameter, for Foxmail's sake.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from app.application import Application
from app.export import names
from forms.graphemes import graphemes

if TYPE_CHECKING:  # 3 MB that a window without a letter does not need
    from email.message import EmailMessage

_WORD_BYTES = 42
"""UTF-8 bytes in one encoded word: 56 characters of Base64 and 12 around them stay below RFC 2047's 75."""
GROWTH = 1.37
"""An attachment in Base64 with line ends, compared with the file."""


def address(application: Application) -> str:
    """Where the electronic copy goes (notice 四)."""
    return application.call.email


def subject(application: Application) -> str:
    """``【2022提能计划申报】单位名称-项目类型-项目名称``, one line."""
    answers = application.answers_without_files()
    parts = (answers.text("unit.name"), names.category_label(application), answers.text("project.name"))
    return f"【{application.call.mail_tag}】" + "-".join(" ".join(part.split()) for part in parts)


def body(application: Application, zip_name: str = "", zip_bytes: int = 0) -> str:
    """The short letter. With ``zip_bytes`` a message over the call's limit begins with a warning for the sender."""
    answers, call = application.answers_without_files(), application.call
    estimate = round(zip_bytes * GROWTH)
    lines: list[str] = []
    if estimate > call.limits.mail_warning_bytes:
        lines += [f"（发送前请看，并删去这一行：本邮件约{estimate / (1 << 20):.0f}MB，有的邮箱收不下，请改用网页邮箱的超大附件。）", ""]
    lines += [
        f"{call.issuer}：",
        "",
        f"　　现报送{call.title}的申报材料电子版，请查收。纸质材料一式{call.limits.copies}份另行送达。",
        "",
        f"申报单位：{answers.text('unit.name')}",
        f"项目类型：{names.category_label(application)}",
        f"项目名称：{answers.text('project.name')}",
        f"项目联系人：{answers.text('project.contact.name')}　{answers.text('project.contact.mobile')}",
        f"校验码：{application.code}（与纸质申报书页脚一致）",
    ]
    if zip_name:
        lines.append(f"附件：{zip_name}")
    return "\n".join(lines) + "\n"


def message(application: Application, zip_name: str, zip_data: bytes) -> bytes:
    """The whole ``.eml``; the same bytes for the same application."""
    letter = _blank()
    letter["To"] = address(application)
    letter["Subject"] = subject(application)
    letter["X-Unsent"] = "1"
    letter.set_content(body(application, zip_name, len(zip_data)), charset="utf-8", cte="base64")
    letter.make_mixed()
    letter.attach(_enclosed(zip_name, zip_data))
    letter.set_boundary(f"=_tineng_{application.code}")  # Base64 has no underscore, so no line of a part can be taken for it
    return letter.as_bytes()


def _blank() -> EmailMessage:
    from email.message import EmailMessage
    from email.policy import SMTP

    return EmailMessage(SMTP.clone(refold_source="none"))


def _enclosed(name: str, data: bytes) -> EmailMessage:
    part = _blank()
    words = "\n ".join(_encoded_words(name))
    part.set_raw("Content-Type", f'application/zip;\n name="{words}"')
    part.add_header("Content-Disposition", "attachment", filename=name)
    part["Content-Transfer-Encoding"] = "base64"
    del part["MIME-Version"]
    part.set_payload(base64.encodebytes(data).decode("ascii"))
    return part


def _encoded_words(text: str) -> list[str]:
    """``text`` as RFC 2047 words, cut between graphemes so that each decodes by itself."""
    groups: list[str] = [""]
    for cluster in graphemes(text):
        if groups[-1] and len((groups[-1] + cluster).encode()) > _WORD_BYTES:
            groups.append("")
        groups[-1] += cluster
    return [f"=?utf-8?B?{base64.b64encode(group.encode()).decode()}?=" for group in groups]
