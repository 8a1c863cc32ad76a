"""Reading a hand-written TOML table key by key, so that every mistake in it is named in words its author understands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, cast

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MONEY = re.compile(r"[0-9]{1,9}(\.[0-9]{1,4})?")

WORDS = {
    "id": "代号", "year": "年度", "title": "项目全称", "programme": "计划名称", "document": "文号", "issuer": "发文单位",
    "imprint": "封面落款两行", "issued": "发文日期", "deadline": "申报截止日期", "completion": "项目最迟完成日期",
    "address": "报送地址", "email": "电子邮箱", "phone": "联系电话", "contacts": "联系人", "website": "网址",
    "mail_tag": "邮件主题标记", "postcode_prefix": "当地邮编前几位", "applicants": "申报主体",
    "attachment_types": "允许的附件类型", "placeholders": "视为未填的字样", "classified": "疑似涉密的字样", "limits": "限额",
    "categories": "申报类别", "requirements": "申报程序和要求", "volunteer_platform": "志愿服务平台操作流程",
    "clauses": "依据条款", "notice": "通知原文的文件名", "form": "所用表格", "label": "纸面方框名称", "heading": "标题",
    "awards": "项目数量", "grant_text": "经费额度原文", "grant_lower": "经费额度下限", "grant_upper": "经费额度上限",
    "required": "必须附的材料", "preferred": "附有则优先的材料", "new_in_year": "限本年度新成立",
    "period_by_agreement": "可按协议约定时间完成", "always_meeting": "一律按会议填写", "commitments": "应完成以下内容",
    "guidance": "通知原文各项", "text": "内容", "applications": "每单位最多申报数", "copies": "纸质份数",
    "branch_members": "支部最少党员数", "short_text": "长文本最少字数", "attachment_bytes": "单个附件字节数上限",
    "attachments_bytes": "附件总字节数上限", "mail_warning_bytes": "邮件过大提示字节数", "grant": "经费额度",
    "period": "项目周期", "attachments": "附件", "conditions": "申报条件",
}  # fmt: skip
"""What each key means, for people who write a call file."""


class KeyProblemError(ValueError):
    """Something is wrong with one key; :func:`forms.call.load_call` puts the file's name before it."""

    def __init__(self, where: str, message: str) -> None:
        words = WORDS.get(re.sub(r"\[\d+\]$", "", where).rpartition(".")[2])
        text = f"{where}（{words}）{message}" if words else f"{where} {message}"
        super().__init__(" ".join(text.split()))  # one line, whatever the file's keys and values hold


class Table:
    """One TOML table that is read key by key; :meth:`done` then reports what nobody asked for, such as a misspelt key."""

    def __init__(self, data: Mapping[str, Any], where: str = "") -> None:
        self._data = data
        self._where = where
        self._seen: set[str] = set()

    def path(self, key: str) -> str:
        """The key as it is named in messages: ``categories[2].label``."""
        return f"{self._where}.{key}" if self._where else key

    def problem(self, key: str, message: str) -> KeyProblemError:
        """The error to raise about one key of this table."""
        return KeyProblemError(self.path(key), message)

    def has(self, key: str) -> bool:
        """Whether the file gives the key at all; from then on it is a known key."""
        self._seen.add(key)
        return key in self._data

    def _get(self, key: str, kind: type, words: str) -> Any:
        self._seen.add(key)
        if key not in self._data:
            raise self.problem(key, "没有填写")
        value = self._data[key]
        # bool is an int and datetime is a date to isinstance, but neither is meant
        if type(value) is not kind:
            raise self.problem(key, f"应为{words}，现为 {_shown(value)}")
        return value

    def text(self, key: str) -> str:
        """A text that is not empty; outer white space goes."""
        value = cast(str, self._get(key, str, "带引号的文字")).strip()
        if not value:
            raise self.problem(key, "不能为空")
        return value

    def slug(self, key: str) -> str:
        """An id: small letters, digits, single hyphens."""
        value = self.text(key)
        if not _ID.fullmatch(value):
            raise self.problem(key, f"只能用小写字母、数字和短横线，现为 {_shown(value)}")
        return value

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        """One of the given texts."""
        value = self.text(key)
        if value not in allowed:
            raise self.problem(key, f"应为 {'、'.join(allowed)} 之一，现为 {_shown(value)}")
        return value

    def count(self, key: str) -> int:
        """A whole number of at least 1."""
        value = cast(int, self._get(key, int, "整数"))
        if value < 1:
            raise self.problem(key, f"应为正整数，现为 {value}")
        return value

    def day(self, key: str) -> date:
        """A date without a time."""
        return cast(date, self._get(key, date, "不带引号的日期，如 2022-03-31"))

    def flag(self, key: str) -> bool:
        """true or false; false where the key is absent."""
        return cast(bool, self._get(key, bool, " true 或 false")) if self.has(key) else False

    def money(self, key: str) -> Decimal | None:
        """万元, at most 4 decimals; None where the key is absent. A number without quotes would be a float and is refused."""
        if not self.has(key):
            return None
        text = cast(str, self._get(key, str, '带引号的万元数，如 "0.5"'))
        if not _MONEY.fullmatch(text):
            raise self.problem(key, f"应为不小于 0、至多 4 位小数的万元数，现为 {_shown(text)}")
        return Decimal(text)

    def texts(self, key: str, *, optional: bool = False, allowed: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of different texts, none of them empty."""
        if optional and not self.has(key):
            return ()
        found: list[str] = []
        for place, value in enumerate(cast(list[Any], self._get(key, list, "方括号中的列表")), 1):
            item = f"{key}[{place}]"
            if not isinstance(value, str) or not value.strip():
                raise self.problem(item, f"应为带引号、不为空的文字，现为 {_shown(value)}")
            if value in found:
                raise self.problem(item, f"重复：{_shown(value)}")
            if allowed is not None and value not in allowed:
                raise self.problem(item, f"应为 {'、'.join(allowed)} 之一，现为 {_shown(value)}")
            found.append(value)
        if not found and not optional:
            raise self.problem(key, "至少要有一项")
        return tuple(found)

    def table(self, key: str) -> Table:
        """The table ``[key]``; the caller ends with its :meth:`done`."""
        return Table(cast(dict[str, Any], self._get(key, dict, f"一节，即 [{key}]")), self.path(key))

    def tables(self, key: str, *, optional: bool = False) -> Iterator[Table]:
        """The entries of ``[[key]]``, each checked for unknown keys once the caller is through with it."""
        if optional and not self.has(key):
            return
        entries = cast(list[Any], self._get(key, list, f"若干节，即 [[{key}]]"))
        if not entries and not optional:
            raise self.problem(key, "至少要有一项")
        for place, data in enumerate(entries, 1):
            if not isinstance(data, dict):
                raise self.problem(f"{key}[{place}]", f"应为一节，即 [[{key}]]，现为 {_shown(data)}")
            entry = Table(cast(dict[str, Any], data), self.path(f"{key}[{place}]"))
            yield entry
            entry.done()

    def mapping(self, key: str) -> dict[str, str]:
        """A table of texts under names of the file's own choice."""
        entry = self.table(key)
        return {name: entry.text(name) for name in entry._data}

    def done(self) -> None:
        """Report the first key that was not read."""
        unknown = next((key for key in self._data if key not in self._seen), None)
        if unknown is not None:
            from difflib import get_close_matches  # only for the message, and slow to import

            close = get_close_matches(unknown, self._seen, 1)
            raise self.problem(unknown, "是不认识的键" + (f"，是否应为 {close[0]}？" if close else ""))


def _shown(value: object) -> str:
    """A wrong value, short enough for one line."""
    text = f"“{value}”" if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
