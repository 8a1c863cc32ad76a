"""Where a line may break: UAX #14, and on request the Chinese rules on top.

**Default** (`tailoring=None`): the algorithm of UAX #14 revision 49 (Unicode 15.0.0), rules LB1-LB31, with numbers by
the regular expression of its section 8.2, example 7, which Unicode's own test file presumes.

**Tailored** (`tailoring=CHINESE`), after W3C "Requirements for Chinese Text Layout" (clreq), section "Prohibition Rules
for Line Start and Line End" (basic level) and "Prohibition Rules for Unbreakable Marks", and GB/T 15834-2011, 5.1:

* “ and ‘ open, ” and ’ close (LB1: QU no longer ambiguous); ’ between letters is an apostrophe. · between letters joins
  them, elsewhere it belongs to the text before it (GB/T 15834 5.1.7).
* Ambiguous characters (AI: ①, ★, §) are ideographs, except × and ÷, which stay with their operands.
* No line starts with closing marks, — … · ～ － ／ or % ‰ ℃ ㎡, not even after a space (5.1.1-5.1.7).
* No line ends with an opening mark, or with a currency sign or № (also followed by spaces), or with / ／ (5.1.9).
* —— and …… are not torn (5.1.4, 5.1.5): LB17 and LB22 as they stand.
* An ASCII word containing `://`, `@` or starting with `www.` is one piece: addresses are not torn at - ? / of theirs.
* A number may part from the ideographs after it (3.5|万元): clreq allows it.
* No break falls inside a grapheme cluster (UAX #29).

The rules are functions of (state, next class); a table remembers their answers, so that a text costs one dictionary
look-up per code point.
"""

import re
from bisect import bisect_right
from functools import cache
from typing import Literal, NamedTuple

from forms.graphemes import joins

CHINESE: Literal["chinese"] = "chinese"

HARD = frozenset("\n\v\f\r\x85\u2028\u2029")
"""Characters after which a line must end (LB4, LB5); CR LF is one break, after the LF."""
NO_START = frozenset("，。、；：？！．,.;:?!）》〉】』」〕〗］｝)]}”’…—·～－／/%％‰℃°㎡")
"""What opens no line, for those who must break where no opportunity is (a measure narrower than a word)."""
NO_END = frozenset("（《〈【『「〔〖［｛([{“‘￥¥＄$€£№／/")
"""What closes no line, likewise."""

_NAMES = (  # noqa: SIM905 - a list of fifty quoted words would hide the words
    "AI AL B2 BA BB BK CB CL CM CP CPW CR EB EM EP EX GL H2 H3 HL HY ID IN IS JL JT JV LF NL NS NU OP OPW PO PR PRX QU"
    " RI SP SY WJ ZW ZWJ OPN OPWN HYN RQ MD"
).split()
_CODE = {name: chr(ord("A") + at) for at, name in enumerate(_NAMES)}
_NAME = {code: name for name, code in _CODE.items()}

# Chinese classes by character; RQ (right quote) and MD (middle dot) depend on their neighbours, see `_classes`.
_CHINESE = {
    **dict.fromkeys("“‘", "OPW"),
    "”": "CL",
    "’": "RQ",
    "·": "MD",
    **dict.fromkeys("～－〜", "NS"),
    "／": "SY",
    **dict.fromkeys("×÷", "AL"),
    **dict.fromkeys(map(chr, range(0x3380, 0x33E0)), "PO"),  # squared units: ㎡ ㎏ ㎞
}


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


_BREAKS = _set("BK LF NL CR")
_NO_ATTACH = _BREAKS | {"SP", "ZW", "sot"}
_OPEN, _CLOSE = _set("OP OPW OPN OPWN"), _set("CL CP CPW")
_CLOSE_PARENTHESIS = _set("CP CPW")
_LETTER = _set("AL HL")
_PREFIX = _set("PR PRX")
_NUMERIC_FIX = _PREFIX | {"PO"}
_IDEOGRAPH = _set("ID EB EM EP")
_HANGUL = _set("JL JV JT H2 H3")
_HYPHEN = _set("HY HYN")
_CHINESE_NO_START = _set("PO NS B2 IN EX")


class _State(NamedTuple):
    """What the rules remember of the text before the position in question."""

    base: str = "sot"  # class of the last character that is neither a space nor a mark attached to one
    spaced: bool = False  # spaces follow the base
    zwj: bool = False  # the last character is a ZWJ
    number: str = ""  # "N" inside NU (NU|SY|IS)*, "C" after the bracket closing it
    flag: bool = False  # odd number of regional indicators; or a hyphen after a Hebrew letter


def _breaks(state: _State, cls: str, chinese: bool) -> bool:
    """Whether the line may break between `state` and a character of class `cls` (marks are already resolved)."""
    for rules in (_hard_rules, _chinese_rules if chinese else None, _space_rules, _word_rules, _number_rules):
        verdict = rules(state, cls) if rules else None
        if verdict is not None:
            return verdict
    return not _joins(state, cls)


def _hard_rules(state: _State, cls: str) -> bool | None:
    """LB2 to LB12a: nothing may tailor these (12a aside)."""
    base, spaced = state.base, state.spaced
    if base == "sot" and not spaced:
        return False
    if base in _BREAKS and not spaced:
        return not (base == "CR" and cls == "LF")
    if cls in _BREAKS or cls in ("SP", "ZW"):
        return False
    if base == "ZW":
        return True
    if state.zwj or cls == "WJ" or (not spaced and base in ("WJ", "GL")):
        return False
    if cls == "GL" and not spaced and base != "BA" and base not in _HYPHEN:
        return False
    return None


def _chinese_rules(state: _State, cls: str) -> bool | None:
    """The prohibitions that the default algorithm lacks, or has only where no space stands between."""
    if cls in _CHINESE_NO_START and (state.base != "sot" or not state.spaced):
        return False
    if state.base == "PRX" or (not state.spaced and state.base in ("PR", "SY")):
        return False
    return None


def _space_rules(state: _State, cls: str) -> bool | None:
    """LB13 to LB18."""
    base = state.base
    if cls in _CLOSE or cls in ("EX", "IS", "SY"):
        return False
    if base in _OPEN or (base == "QU" and cls in _OPEN) or (base in _CLOSE and cls == "NS"):
        return False
    if base == "B2" and cls == "B2":
        return False
    return True if state.spaced else None


def _word_rules(state: _State, cls: str) -> bool | None:
    """LB19 to LB24."""
    base = state.base
    if "QU" in (base, cls):
        return False
    if "CB" in (base, cls):
        return True
    if cls in ("BA", "NS", "IN") or cls in _HYPHEN or base == "BB":
        return False
    if (state.flag and base != "RI") or (base == "SY" and cls == "HL"):
        return False
    if (base in _LETTER and cls == "NU") or (base == "NU" and cls in _LETTER):
        return False
    if (base in _PREFIX and cls in _IDEOGRAPH) or (base in _IDEOGRAPH and cls == "PO"):
        return False
    if (base in _NUMERIC_FIX and cls in _LETTER) or (base in _LETTER and cls in _NUMERIC_FIX):
        return False
    return None


def _number_rules(state: _State, cls: str) -> bool | None:
    """LB25 as the expression (PR|PO)? (OP|HY)? NU (NU|SY|IS)* (CL|CP)? (PR|PO)?"""
    if cls == "NU" and (state.base in _NUMERIC_FIX or state.base in _HYPHEN or state.number == "N"):
        return False
    if cls in ("OPN", "OPWN", "HYN") and state.base in _NUMERIC_FIX:
        return False
    if cls in _NUMERIC_FIX and state.number:
        return False
    return None


def _joins(state: _State, cls: str) -> bool:
    """LB26 to LB30b."""
    base = state.base
    return (
        (base == "JL" and cls in ("JL", "JV", "H2", "H3"))
        or (base in ("JV", "H2") and cls in ("JV", "JT"))
        or (base in ("JT", "H3") and cls == "JT")
        or (base in _HANGUL and cls == "PO")
        or (base in _PREFIX and cls in _HANGUL)
        or ((base in _LETTER or base == "IS") and cls in _LETTER)
        or ((base in _LETTER or base == "NU") and cls in ("OP", "OPN"))
        or (base == "CP" and (cls in _LETTER or cls == "NU"))
        or (base == "RI" and cls == "RI" and state.flag)
        or (base in ("EB", "EP") and cls == "EM")
    )


def _after(state: _State, cls: str) -> _State:
    """The state once a character of class `cls` (marks resolved, not a space) has been read."""
    near = not state.spaced
    number = ""
    if cls == "NU" or (near and state.number == "N" and cls in ("SY", "IS")):
        number = "N"
    elif near and state.number == "N" and cls in _CLOSE:
        number = "C"
    odd = cls == "RI" and not (near and state.base == "RI" and state.flag)
    hebrew_hyphen = near and state.base == "HL" and (cls == "BA" or cls in _HYPHEN)
    return _State(cls, number=number, flag=odd or hebrew_hyphen)


class _Row(dict[str, "tuple[_Row, bool]"]):
    """One state's answers: class code to (next row, whether the line may break before that class)."""

    def __init__(self, state: _State, chinese: bool, rows: "dict[_State, _Row]") -> None:
        super().__init__()
        self.state, self.chinese, self.rows = state, chinese, rows

    def __missing__(self, code: str) -> "tuple[_Row, bool]":
        state, cls = self.state, _NAME[code]
        if cls == "AI":
            cls = "ID" if self.chinese else "AL"
        if cls in ("CM", "ZWJ"):
            new, verdict = self._mark(cls == "ZWJ")
        elif cls == "SP":
            ended = state.base in _BREAKS and not state.spaced
            new = _State(spaced=True) if ended else state._replace(spaced=True, zwj=False)
            verdict = _breaks(state, cls, self.chinese)
        else:
            new, verdict = _after(state, cls), _breaks(state, cls, self.chinese)
        answer = self[code] = (self.rows.setdefault(new, _Row(new, self.chinese, self.rows)), verdict)
        return answer

    def _mark(self, zwj: bool) -> tuple[_State, bool]:
        """LB9 (a mark joins its base) and LB10 (a mark without one is a letter)."""
        state = self.state
        if not state.spaced and state.base not in _NO_ATTACH:
            return state._replace(zwj=zwj), False
        return _State("AL", zwj=zwj), _breaks(state, "AL", self.chinese)


@cache
def _start(chinese: bool) -> _Row:
    state = _State()
    rows: dict[_State, _Row] = {}
    rows[state] = _Row(state, chinese, rows)
    return rows[state]


class _Codes(dict[int, str]):
    """Code point to class code, for `str.translate`; looked up on first need."""

    def __init__(self, ranges: str, special: dict[str, str]) -> None:
        super().__init__({ord(char): _CODE[name] for char, name in special.items()})
        words = [word.replace("=", "-").split("-") for word in ranges.split()]
        self._first = [int(word[0], 16) for word in words]
        self._last = [int(word[-2], 16) for word in words]
        self._code = [_CODE[word[-1]] for word in words]

    def __missing__(self, point: int) -> str:
        if 0xAC00 <= point <= 0xD7A3:
            code = _CODE["H3" if (point - 0xAC00) % 28 else "H2"]
        else:
            at = bisect_right(self._first, point) - 1
            code = self._code[at] if at >= 0 and point <= self._last[at] else _CODE["AL"]
        self[point] = code
        return code


@cache
def _codes(chinese: bool) -> _Codes:
    from app.layout.linebreak_classes import RANGES

    return _Codes(RANGES, _CHINESE if chinese else {})


def _any(names: str) -> str:
    return "[" + re.escape("".join(_CODE[name] for name in names.split())) + "]"


# LB25 looks one character ahead: a bracket or hyphen before a number gets a class of its own.
_MARKS = _any("CM ZWJ") + "*"
_BEFORE_NUMBER = re.compile(f"(?<={_any('PR PRX PO CM ZWJ')}){_any('OP OPW HY')}(?={_MARKS}{_any('NU')})")
_BETWEEN_LETTERS = re.compile(f"(?<={_any('AL HL NU')}){_any('RQ MD')}(?={_any('AL HL NU')})")


def _before_number(match: re.Match[str]) -> str:
    return _CODE[_NAME[match[0]] + "N"]


def _classes(text: str, chinese: bool) -> str:
    """One class code per code point."""
    codes = text.translate(_codes(chinese))
    codes = _BEFORE_NUMBER.sub(_before_number, codes)
    if chinese and ("’" in text or "·" in text):
        codes = _BETWEEN_LETTERS.sub(_CODE["AL"], codes)
        codes = codes.replace(_CODE["RQ"], _CODE["CL"]).replace(_CODE["MD"], _CODE["NS"])
    return codes


_ASCII_WORD = re.compile("[!-~]{4,}")


def _addresses(text: str) -> set[int]:
    """Offsets inside e-mail and web addresses."""
    inside: set[int] = set()
    if "@" in text or "://" in text or "www." in text:
        for match in _ASCII_WORD.finditer(text):
            word = match[0]
            if "@" in word or "://" in word or word.startswith("www."):
                inside.update(range(match.start() + 1, match.end()))
    return inside


def break_opportunities(text: str, tailoring: Literal["chinese"] | None = CHINESE) -> list[int]:
    """Offsets (code points) before which a line may or must break, ascending; the last is `len(text)`.

    Empty for an empty text. A break at `p` is mandatory where `text[p - 1]` is in `HARD`. With `tailoring=None` the
    answer is exactly the default algorithm's.
    """
    if not text:
        return []
    chinese = tailoring is not None
    row = _start(chinese)
    found: list[int] = []
    for at, code in enumerate(_classes(text, chinese)):
        row, verdict = row[code]
        if verdict:
            found.append(at)
    if chinese:
        inside = _addresses(text).union(joins(text))
        if inside:
            found = [at for at in found if at not in inside]
    found.append(len(text))
    return found
