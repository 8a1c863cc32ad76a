"""Normalising and reading what people type: full-width digits, dates in many spellings, sums of money, telephone numbers.

Sources: spec forms.md ("Input is normalised before it is checked and stored").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from forms.schema import Field, Kind

NUMBER_LIKE = frozenset({Kind.DATE, Kind.PARTIAL_DATE, Kind.MONEY, Kind.COUNT, Kind.MOBILE, Kind.PHONE, Kind.EMAIL, Kind.POSTCODE})
"""Kinds in which full-width digits, letters and signs become half-width."""

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x3002: 0x2E, 0x2212: 0x2D}
_PLAIN = re.compile("[\n\t -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd]*")
"""What needs no cleaning at all: nearly every text; matching it is far faster than looking for what does."""
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
"""Format characters that programs leave around what is copied from them: a number with one is still that number."""
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\ufdd0-\ufdef]")
_ASTRAL_NONCHARACTERS = re.compile(
    "[" + "".join(chr(plane + 0xFFFE) + chr(plane + 0xFFFF) for plane in range(0x10000, 0x110000, 0x10000)) + "]"
)


def clean(text: str) -> str:
    """Text as it is stored: LF line ends; control characters other than LF and TAB, lone surrogates and non-characters gone."""
    if _PLAIN.fullmatch(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = _UNWANTED.sub("", text)
    return text if text.isascii() else _ASTRAL_NONCHARACTERS.sub("", text)


def removed(text: str) -> int:
    """How many characters :func:`clean` takes out of a text, line ends not counted: for saying so to the person."""
    return len(_UNWANTED.findall(text.replace("\r", "\n"))) + len(_ASTRAL_NONCHARACTERS.findall(text))


def normalise(entry: Field, raw: Any) -> Any:
    """A field's value as it is checked and stored; tables cell by cell. Values of another JSON type come back unchanged."""
    if entry.kind is Kind.TABLE and isinstance(raw, list):
        return [_row(entry, row) for row in cast(list[Any], raw)]
    if entry.kind is Kind.CHOICES and isinstance(raw, list):
        return [_cleaned(item) for item in cast(list[Any], raw)]
    if entry.kind is Kind.COUNT and isinstance(raw, str):
        text = _number_like(raw, Kind.COUNT)
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else text
    if not isinstance(raw, str):
        return raw
    return _number_like(raw, entry.kind) if entry.kind in NUMBER_LIKE else _words(raw, entry.kind)


def _row(entry: Field, row: Any) -> Any:
    if not isinstance(row, Mapping):
        return row
    columns = {column.id: column for column in entry.columns}
    cells = cast(Mapping[str, Any], row)
    return {name: normalise(columns[name], cell) if name in columns else _cleaned(cell) for name, cell in cells.items()}


def _cleaned(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


def _words(raw: str, kind: Kind) -> str:
    text = clean(raw)
    if kind is Kind.LONG:
        tidy = "\n".join(map(str.rstrip, text.split("\n"))).strip("\n")
        return text if tidy == text else tidy  # the same object: what was worked out for a long text is found again without reading it
    return re.sub(r"[\n\t]+", " ", text).strip()


def _number_like(raw: str, kind: Kind) -> str:
    text = _INVISIBLE.sub("", clean(raw)).translate(_HALF_WIDTH).strip()
    if kind is Kind.MOBILE or (kind is Kind.PHONE and MOBILE.fullmatch(mobile(text))):
        return mobile(text)
    if kind in (Kind.DATE, Kind.PARTIAL_DATE):
        return _iso(text, kind)
    if kind is Kind.MONEY:
        return _plain_money(text)
    return re.sub(r"\s+", "" if kind in (Kind.EMAIL, Kind.POSTCODE, Kind.COUNT) else " ", text)


MOBILE = re.compile(r"1[3-9][0-9]{9}")
"""A mobile number as it is stored: 11 digits that begin with 13 to 19."""


def mobile(text: str) -> str:
    """A mobile number without spaces, dashes and a leading ``+86``."""
    bare = re.sub(r"[\s\-\u2010-\u2015]", "", text)
    return re.sub(r"^(\+86|0086)+", "", bare)


def _iso(text: str, kind: Kind) -> str:
    if kind is Kind.DATE:
        found = parse_date(text)
        return found.isoformat() if found else text
    partial = parse_partial_date(text)
    return partial.iso() if partial else text


def _plain_money(text: str) -> str:
    # "1,5" and "1 5" are slips for 1.5 sooner than ways to write 15: they stay, and are reported
    if re.search(r"[0-9]\s+[0-9]", text):
        return text
    bare = re.sub(r"(万元?)+$", "", "".join(text.split()))
    if _THOUSANDS.fullmatch(bare):
        bare = bare.replace(",", "")
    amount = parse_money(bare)
    return bare if amount is None else money_text(amount)


_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?")
_DATE = re.compile(r"([0-9]{4})(?:[-./年]([0-9]{1,2})(?:[-./月]([0-9]{1,2})[日号]?|月)?|年)?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})?")


@dataclass(frozen=True, order=True)
class PartialDate:
    """A year, a month of a year, or a day: 成立时间 is often known only so far. Missing parts are 0."""

    year: int
    month: int = 0
    day: int = 0

    def iso(self) -> str:
        """``2016``, ``2016-05`` or ``2016-05-12``, as it is stored."""
        return f"{self.year:04d}" + (f"-{self.month:02d}" if self.month else "") + (f"-{self.day:02d}" if self.day else "")

    def chinese(self) -> str:
        """``2016年``, ``2016年5月`` or ``2016年5月12日``, as it is printed."""
        return f"{self.year}年" + (f"{self.month}月" if self.month else "") + (f"{self.day}日" if self.day else "")

    def after(self, limit: date) -> bool:
        """Whether it certainly lies after a day: 2022 is not after 2022-03-20, 2022-04 is."""
        given = (limit.year, limit.month if self.month else 0, limit.day if self.day else 0)
        return (self.year, self.month, self.day) > given


def parse_partial_date(text: str) -> PartialDate | None:
    """``2016``, ``2016.5``, ``201605``, ``2016年5月12日`` …; None for what is no real year, month or day."""
    text = re.sub(r"\s", "", text)
    found = _DATE.fullmatch(text) or _COMPACT.fullmatch(text)
    if not found:
        return None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    if (found.group(2) and not month) or (found.group(3) and not day):
        return None
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return None
    return PartialDate(year, month, day)


def parse_date(text: str) -> date | None:
    """A whole day in any spelling that :func:`parse_partial_date` takes (20220401, 2022.4.1, 2022年4月1日), or None."""
    found = parse_partial_date(text)
    return date(found.year, found.month, found.day) if found and found.day else None


_MONEY = re.compile(r"[0-9]{1,9}(\.[0-9]{1,4})?")


def parse_money(text: str) -> Decimal | None:
    """A sum in 万元: at least 0, at most 4 decimals (that is, whole yuan), below 10⁹; None for anything else."""
    return Decimal(text) if _MONEY.fullmatch(text) else None


def money_text(amount: Decimal) -> str:
    """A sum as it is printed and stored: no exponent, no needless zeros (1.50 → 1.5, 2.0 → 2)."""
    plain = f"{amount:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def parse_count(text: str) -> int | None:
    """An integer ≥ 0 of at most 9 digits, or None."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def same_name(name: str) -> str:
    """A name for comparing: white space, what cannot be seen, width and case of Latin letters do not count."""
    return re.sub(r"\s", "", _INVISIBLE.sub("", name).translate(_HALF_WIDTH)).casefold()
