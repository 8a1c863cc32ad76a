"""Numbers, addresses and dates that cannot be right as they stand (notice 三.1: 数据准确，格式规范完整).

Nothing is stripped here: input is normalised before it is stored, and what is stored is what is printed and summed up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from forms.checks.base import Found, Sheet, quoted
from forms.schema import Kind
from forms.text import MOBILE, parse_date, parse_money, parse_partial_date

# Area codes of the Chinese numbering plan: 010 and 02x have three digits, all others four.
_AREA, _DASH = "(?:010|02[0-9]|0[3-9][0-9]{2})", "[-\u2010-\u2015]{1,2}"
_PHONE = re.compile(
    rf"(?:(?:{_AREA}|\({_AREA}\)) ?(?:{_DASH})? ?)?[1-9][0-9]{{6,7}}(?: ?(?:{_DASH}|转|分机|ext\.?|x) ?[0-9]{{1,6}})?",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"[0-9]{6}")


def mobile(sheet: Sheet) -> Iterator[Found]:
    """三.1: a mobile number has 11 digits and begins with 13 to 19."""
    for spot in sheet.of(Kind.MOBILE):
        text = spot.text
        if MOBILE.fullmatch(text):
            continue
        digits = sum(character.isdigit() for character in text)
        hint = f"现在是{digits}位" if digits != 11 else f"现在是{quoted(text)}"
        yield spot.found(f"应是13至19开头的11位手机号码，{hint}，请核对")


def phone(sheet: Sheet) -> Iterator[Found]:
    """三.1: 7 or 8 digits, with or without area code and extension, or a mobile number."""
    for spot in sheet.of(Kind.PHONE):
        if not _PHONE.fullmatch(spot.text) and not MOBILE.fullmatch(spot.text):
            way = "请写成0736-7256979、7256979转801或手机号码的样子"
            yield spot.found(f"填的{quoted(spot.text)}不是有效的电话号码，{way}{spot.or_nothing}")


def email(sheet: Sheet) -> Iterator[Found]:
    """三.1: exactly one e-mail address of valid form."""
    for spot in sheet.of(Kind.EMAIL):
        if fault := email_fault(spot.text):
            yield spot.found(f"填的{quoted(spot.text)}不是有效的邮箱地址：{fault}")


_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")
_TOP = re.compile(r"[A-Za-z]{2,63}|[Xx][Nn]--[A-Za-z0-9-]{1,59}")


def email_fault(text: str) -> str:
    """What is wrong with an address and what to do; ``""`` for a valid one.

    RFC 5321 4.1.2 with the lengths of 4.5.3.1 (octets): a dot-atom of at most 64, ``@``, a domain name of at most 255 with
    labels of at most 63 (RFC 1035 2.3.4), the path 254 in all. Quoted local parts and address literals are legal there but
    no mail provider hands them out, so here they are taken for slips.
    """
    if text.count("@") > 1 or re.search(r"[;,，；、\s]", text):
        return "请只填一个地址，中间不留空格和分隔符"
    local, at, domain = text.partition("@")
    if not at:
        return "缺少“@”，请写成name@163.com的样子"
    if strange := re.search(r"[^\x21-\x7e]", text):
        return f"含有不能用的字符{quoted(strange[0])}，请核对"
    if len(local) > 64 or len(text) > 254:
        return "太长，请核对"
    if not _LOCAL.fullmatch(local) or local.startswith(".") or local.endswith(".") or ".." in local:
        return "“@”前面的部分不正确，请核对"
    labels = domain.split(".")
    if len(labels) < 2 or not all(len(part) <= 63 and _LABEL.fullmatch(part) for part in labels):
        return "“@”后面的部分不正确，应像163.com这样，请核对"
    return "" if _TOP.fullmatch(labels[-1]) else "结尾不正确，应像.com、.cn这样，请核对"


def postcode(sheet: Sheet) -> Iterator[Found]:
    """三.1: a postcode has 6 digits."""
    for spot in sheet.of(Kind.POSTCODE):
        if not _POSTCODE.fullmatch(spot.text):
            yield spot.found(f"填的{quoted(spot.text)}不是有效的邮政编码，请填写6位数字")


def postcode_local(sheet: Sheet) -> Iterator[Found]:
    """No clause: a postcode of another city than the call's is more often a slip than meant."""
    prefix = sheet.call.postcode_prefix
    for spot in sheet.of(Kind.POSTCODE):
        if _POSTCODE.fullmatch(spot.text) and not spot.text.startswith(prefix):
            yield spot.found(f"填的{spot.text}不以{prefix}开头，不像是本市的邮政编码，请核对")


def dates(sheet: Sheet) -> Iterator[Found]:
    """三.1: a date exists in the calendar; a partial date is a year, a month or a day."""
    for spot in sheet.of(Kind.DATE):
        if parse_date(spot.text) is None:
            fault = "不完整，请写全年月日" if parse_partial_date(spot.text) else "不是日历上的日期，请核对"
            yield spot.found(f"填的{quoted(spot.text)}{fault}，例如2022年4月1日")
    for spot in sheet.of(Kind.PARTIAL_DATE):
        if parse_partial_date(spot.text) is None:
            way = "请写成2016年、2016年5月或2016年5月12日的样子"
            yield spot.found(f"填的{quoted(spot.text)}不是日历上的日期，{way}{spot.or_nothing}")


def money(sheet: Sheet) -> Iterator[Found]:
    """三.1: a sum in 万元 is at least 0 and has at most 4 decimals."""
    for spot in sheet.of(Kind.MONEY):
        if parse_money(spot.text) is None:
            yield spot.found(f"填的{quoted(spot.text)}{_money_fault(spot.text.strip())}")


def _money_fault(text: str) -> str:
    if parse_money(text):
        return "前后有空格，请重新填写"
    if re.fullmatch(r"-[0-9]+(\.[0-9]+)?", text):
        return "小于0，请填写0或大于0的金额"
    if re.fullmatch(r"[0-9]+\.[0-9]{5,}", text):
        return "的小数超过4位，请最多写到元，即以万元为单位的4位小数"
    if re.fullmatch(r"[0-9]{10,}(\.[0-9]*)?", text):
        return "太大，请核对，单位是万元"
    return "不是有效的金额，请只填数字，单位是万元，例如1.5"
