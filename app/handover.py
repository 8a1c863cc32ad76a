"""What comes after the export, in words: the steps that no program takes, the days that are left, the e-mail. No Qt here.

Every figure, address and name is the call's (notice 二.3, 三.2, 三.6, 四).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.application import Application
from app.export import bundle, mail, names
from app.export.job import Exported
from forms.call import Call

MEETING, PRINT, LEADER, HEAD, SEAL, DELIVER, MAIL = "meeting", "print", "leader", "head", "seal", "deliver", "mail"
STEP_IDS = (MEETING, PRINT, LEADER, HEAD, SEAL, DELIVER, MAIL)
ON_PAPER = frozenset(STEP_IDS) - {MEETING}
"""Steps that are done to one printed version: after another export they are open again."""
UNSENT = "已填完，尚未报送"
WEB_MAIL = "网页邮箱不能自动带上附件：请复制收件人、主题、正文，再把选中的压缩包拖进邮件或手动添加为附件，确认后自己点发送。"


@dataclass(frozen=True)
class Step:
    """One thing to do by hand: ``title`` in a few words, ``text`` in a sentence."""

    id: str
    title: str
    text: str


def steps(call: Call) -> list[Step]:
    """The hand-over's steps in the order in which they are done, as 提交清单.txt lists them; its last line is the deadline."""
    titles = (
        "单位会议研究",
        f"打印{call.limits.copies}份",
        "项目负责人签名",
        "单位负责人签署意见、签名",
        "加盖公章",
        f"送达{call.address.split('，')[0]}",
        "发送电子版",
    )
    texts = bundle.by_hand(call)[: len(titles)]
    return [Step(*entry) for entry in zip(STEP_IDS, titles, texts, strict=True)]


def chinese(day: date) -> str:
    """2022年3月31日."""
    return f"{day.year}年{day.month}月{day.day}日"


def days_words(call: Call, today: date) -> str:
    """How much time is left until the call's deadline (notice 三.6)."""
    left = (call.deadline - today).days
    day = chinese(call.deadline)
    if left < 0:
        return f"已于{day}截止，逾期概不受理"
    return f"今天（{day}）截止，逾期概不受理" if left == 0 else f"距{day}截止还有{left}天"


def status_words(*, ready: bool, exported: bool, changed: bool, done: AbstractSet[str]) -> str:
    """How far the application is, without claiming more than the program can know."""
    if not ready:
        return "还没有填完，请先改正上面的错误"
    if not exported:
        return f"{UNSENT}（还没有导出正式稿）"
    if changed:
        return f"{UNSENT}（导出后又有修改，请重新导出、打印、签字）"
    if done >= set(STEP_IDS):
        return "各步都已勾选。本程序不会代为报送，是否收到以市科协的答复为准"
    return f"{UNSENT}，还要做下面{len(set(STEP_IDS) - done)}步"


def changed_words(exported_code: str, code: str) -> str:
    """The strip above an application that was edited after its final export; ``""`` where it was not."""
    if not exported_code or exported_code == code:
        return ""
    return f"导出后已修改，需重新打印签字。上次导出的校验码是{exported_code}，现在是{code}。"


# --- the e-mail ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Letter:
    """What web mail asks for; ``warning`` is ``""`` or says that the message may be too large."""

    address: str
    subject: str
    body: str
    warning: str


def letter(application: Application, packed: Path) -> Letter:
    """The e-mail's parts for the bundle at ``packed``. Never raises: a bundle that is gone counts as small."""
    try:
        size = packed.stat().st_size
    except OSError:
        size = 0
    body = mail.body(application, packed.name)
    return Letter(mail.address(application), mail.subject(application), body, mail_warning(application.call, size))


def mail_warning(call: Call, size: int) -> str:
    """That a bundle of ``size`` bytes makes a message over the call's limit; ``""`` where it does not."""
    estimate = round(size * mail.GROWTH)
    if estimate <= call.limits.mail_warning_bytes:
        return ""
    return f"压缩包有{size / (1 << 20):.0f}MB，作为邮件约{estimate / (1 << 20):.0f}MB，有的邮箱收不下，请用网页邮箱的超大附件发送。"


# --- an export made earlier ----------------------------------------------------------------------------------------------

LETTER_HEAD = 1 << 16
"""Bytes of a letter that hold its boundary, however long the subject is."""


def find_exported(application: Application, folder: Path, code: str) -> Exported | None:
    """The final export with this 校验码, if its files still lie in ``folder`` as they were written.

    Every application's documents have the same names, so 申报书.pdf counts only if the bundle's own list has its hash, and 邮件.eml
    only if its boundary names the same 校验码: a kill while an export was replaced leaves files of two states beside each other.
    """
    from app.errors import AppError
    from app.opening.safezip import BUNDLE, SafeZip

    try:
        packed = folder / names.zip_name(application, folder)
        archive = SafeZip(packed.read_bytes(), BUNDLE)
        found, listed = bundle.read_list(archive.read(names.LIST))
        hashes = {entry.name: entry.sha256 for entry in listed}
        same = all(_digest(folder / name) == hashes.get(name) for name in (names.PDF, names.DOCX))
        letter_path = folder / names.MAIL if os.path.lexists(folder / names.MAIL) else None
        same = same and (letter_path is None or f"=_tineng_{code}".encode() in _head(letter_path))
    except (OSError, AppError, KeyError):
        return None
    return Exported(folder / names.PDF, folder / names.DOCX, packed, letter_path, code, 0) if found == code and same else None


def _head(letter_path: Path) -> bytes:
    with letter_path.open("rb") as stream:
        return stream.read(LETTER_HEAD)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
