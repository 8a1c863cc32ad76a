"""What stands in the texts: too short, too long, placeholders, classified markings, characters that cannot be printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from unicodedata import category

from forms.answers import TEXTUAL
from forms.checks.base import Found, Sheet, Spot, label, one_line, quoted
from forms.graphemes import count
from forms.schema import ATTACHMENT_LIMIT, Kind
from forms.shared import ATTACHMENTS
from forms.text import same_name


def short(sheet: Sheet) -> Iterator[Found]:
    """三.1 要素齐全、结构清晰: a section of a few words tells the reviewers too little."""
    least = sheet.call.limits.short_text
    for spot in sheet.of(Kind.LONG):
        text = spot.text.strip()
        # a cut never adds a character, so the head of a long text settles it without counting the rest
        if count(text[: least * 4]) < least and (length := count(text)) < least:
            yield spot.found(f"只有{length}字，少于{least}字，请写得具体一些")


def long(sheet: Sheet) -> Iterator[Found]:
    """三.1 格式规范: no text, table or list is longer than its limit (forms.md, "Length limits"); nothing is cut."""
    for spot in sheet.spots:
        limit = spot.entry.limit
        # a character has at least one code point: the dear count is only for texts that may be too long
        if spot.entry.kind in TEXTUAL and len(spot.text) > limit and (length := count(spot.text)) > limit:
            yield spot.found(f"有{length}字，最多{limit}字，请删减{length - limit}字")
    for entry in sheet.asked:
        rows = len(sheet.answers.rows(entry.id)) if entry.kind is Kind.TABLE else len(sheet.answers.items(entry.id))
        if entry.kind in (Kind.TABLE, Kind.CHOICES) and rows > entry.limit:
            yield Found(entry.id, f"{label(sheet, entry.id)}有{rows}行，最多{entry.limit}行，请删减{rows - entry.limit}行")
    files = len(sheet.answers.attachments)
    if files > ATTACHMENT_LIMIT:
        yield Found(ATTACHMENTS, f"附件有{files}个，最多{ATTACHMENT_LIMIT}个，请合并或移除{files - ATTACHMENT_LIMIT}个")


_AROUND = "()[]{}<>【】《》〈〉「」“”‘’\"':;,、!. "
_RUN = re.compile(r"[xX\uff38\uff58×✕╳?？*＊….．。·\-－\u2010-\u2015_＿]+")
_ROOM = 8  # for brackets, spaces and marks around a placeholder


def placeholder(sheet: Sheet) -> Iterator[Found]:
    """三.1 要素齐全: no answer consists of XXX, 待填, 同上 or the like; inside a longer text such words are the writer's."""
    words = _bare_words(sheet.call.placeholders)
    longest = max(map(len, words)) + _ROOM
    for spot in sheet.spots:
        text = spot.text.strip()
        if _RUN.fullmatch(text) or (len(text) <= longest and _bare(text) in words):
            yield spot.found(f"写的是{quoted(text)}，像是还没有填写，请换成实际内容{spot.or_nothing}")


@lru_cache(maxsize=8)
def _bare_words(placeholders: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_bare(word) for word in placeholders) | {""}


@lru_cache(maxsize=1024)
def _bare(text: str) -> str:
    """Of a short text; all of them are asked for at each key press, and one has changed."""
    return same_name(text).strip(_AROUND)


def classified(sheet: Sheet) -> Iterator[Found]:
    """二.3 非涉密: words that mark secret papers. They also occur by chance (手机密码), hence the context and only a warning."""
    pattern = _any_of(sheet.call.classified)
    for spot in sheet.spots:
        found = list(dict.fromkeys(pattern.findall(spot.text)))
        if found:
            words = "、".join(quoted(word) for word in found)
            message = f"中有{words}（{_context(spot, found[0])}），申报材料不得涉密，请核对：涉密内容必须删去，普通词语可以保留"
            yield spot.found(message)


@lru_cache(maxsize=8)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    # longest first, so that a word is not reported as a shorter one that it begins with; "(?!)" matches nothing
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True) if word) or "(?!)")


def _context(spot: Spot, word: str) -> str:
    at = spot.text.index(word)
    start, end = max(0, at - 6), at + len(word) + 6
    return ("…" if start else "") + one_line(spot.text[start:end]) + ("…" if end < len(spot.text) else "")


_NAMED = 8


def unprintable(sheet: Sheet) -> Iterator[Found]:
    """三.1 表述严谨: a character without a glyph would be missing on paper, so it is named and must be replaced."""
    if sheet.unprintable is None:
        return
    for spot in sheet.spots:
        characters = list(dict.fromkeys(sheet.unprintable(spot.text)))
        if characters:
            names = "、".join(_named(spot, character) for character in characters[:_NAMED])
            more = f"等{len(characters)}个字符" if len(characters) > _NAMED else ""
            yield spot.found(f"中的{names}{more}没有可用的字形，印不出来，请删去或换成别的字符")


def _named(spot: Spot, character: str) -> str:
    """The character itself where it can be shown, what stands around one that cannot be seen, and its code points always."""
    codes = " ".join(f"U+{ord(point):04X}" for point in character)
    if category(character[0]) == "Cf":
        return f"看不见的{codes}（在{quoted(_context(spot, character))}中）"
    return f"{quoted(character)}（{codes}）" if character.isprintable() else codes
