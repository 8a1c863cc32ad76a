"""邮件.eml as other programs read it."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from email.header import decode_header

import pytest

from app.export import mail
from app.samples import sample

NAME = "沅澧应用技术学院_服务站建设_很长的项目名称" + "很长" * 20 + ".zip"
DATA = bytes(range(256)) * 50


@pytest.fixture(scope="module")
def application():
    return sample("capability", "service-station")


@pytest.fixture(scope="module")
def raw(application) -> bytes:
    return mail.message(application, NAME, DATA)


@pytest.fixture(scope="module")
def message(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_headers(application, message) -> None:
    assert message["To"] == application.call.email
    assert message["X-Unsent"] == "1"
    answers = application.answers_without_files()
    assert message["Subject"] == f"【2022提能计划申报】{answers.text('unit.name')}-服务站建设-{answers.text('project.name')}"
    assert message["Date"] is None
    assert message["Message-ID"] is None
    assert message["From"] is None


def test_party_subject_has_its_category() -> None:
    assert "-学会党的建设-" in mail.subject(sample("party"))


def test_subject_is_one_line(application) -> None:
    odd = replace(application, values=application.values | {"project.name": "一\n二\r\nBcc: x@y.z"})
    assert "\n" not in mail.subject(odd)
    found = email.message_from_bytes(mail.message(odd, NAME, b"x"), policy=email.policy.default)
    assert found["Bcc"] is None


def test_the_zip_is_attached_whole(message) -> None:
    (part,) = message.iter_attachments()
    assert part.get_content_type() == "application/zip"
    assert part.get_content() == DATA


def test_the_name_is_given_by_both_standards(raw) -> None:
    (_, part) = email.message_from_bytes(raw).get_payload()
    assert part.get_filename() is not None
    assert email.utils.collapse_rfc2231_value(part.get_param("filename", header="content-disposition")) == NAME
    words = part.get_param("name")
    assert words.startswith("=?utf-8?B?")
    assert "".join(text.decode(charset) for text, charset in decode_header(words)) == NAME
    assert all(len(line) <= 78 for line in raw.split(b"\r\n"))


def test_lines_end_as_mail_does_and_bytes_repeat(application, raw) -> None:
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert raw == mail.message(application, NAME, DATA)
    assert raw.isascii()


def test_body_says_what_and_from_whom(application, message) -> None:
    text = message.get_body().get_content()
    answers = application.answers_without_files()
    for word in (answers.text("unit.name"), answers.text("project.name"), application.code, answers.text("project.contact.mobile"), NAME):
        assert word in text
    assert "发送前请看" not in text


def test_body_warns_only_above_the_limit(application) -> None:
    limit = application.call.limits.mail_warning_bytes
    assert "发送前请看" not in mail.body(application, NAME, int(limit / mail.GROWTH) - 10)
    assert "发送前请看" in mail.body(application, NAME, int(limit / mail.GROWTH) + 10)


def test_body_without_the_zip_is_for_web_mail(application) -> None:
    assert ".zip" not in mail.body(application)
