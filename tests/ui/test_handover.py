"""The hand-over: steps and days in honest words, copying for web mail, showing files in their folder."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app import handover
from app.application import all_calls
from app.export.job import Exported, export
from app.export.mail import message
from app.samples import sample
from app.ui import handover as window
from app.ui.desk import Desk
from app.ui.handover import FilesBox, MailBox, StepsBox

if TYPE_CHECKING:
    from conftest import Recorder

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)  # the offscreen platform's own word, about every window
LEFT = Qt.MouseButton.LeftButton
NEXT_YEAR = Path(__file__).parents[1] / "data" / "calls"


@pytest.fixture
def opened_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the system was asked to open."""
    seen: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: not seen.append(url.toLocalFile()))
    return seen


@pytest.fixture
def exported(tmp_path: Path, desk: Desk) -> Exported:
    return export(sample("capability", "tech-service"), tmp_path / "out", today=desk.today())


# --- words ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (6, "距2022年3月31日截止还有6天"),
        (1, "距2022年3月31日截止还有1天"),
        (0, "今天（2022年3月31日）截止，逾期概不受理"),
        (-1, "已于2022年3月31日截止，逾期概不受理"),
    ],
)
def test_days_left(desk: Desk, days: int, words: str) -> None:
    assert handover.days_words(desk.call, desk.call.deadline - timedelta(days=days)) == words


def test_steps_come_from_the_call() -> None:
    call = all_calls(NEXT_YEAR)[0]
    assert call.id != "changde-2022"
    found = handover.steps(call)
    assert [step.id for step in found] == list(handover.STEP_IDS)
    assert found[1].title == f"打印{call.limits.copies}份"
    assert call.address.split("，")[0] in found[5].title
    assert call.address in found[5].text
    assert call.email in found[6].text


def test_status_claims_no_more_than_is_known() -> None:
    every = set(handover.STEP_IDS)
    assert handover.status_words(ready=False, exported=False, changed=False, done=every).startswith("还没有填完")
    assert handover.status_words(ready=True, exported=False, changed=False, done=every) == "已填完，尚未报送（还没有导出正式稿）"
    assert "重新导出" in handover.status_words(ready=True, exported=True, changed=True, done=every)
    assert handover.status_words(ready=True, exported=True, changed=False, done={"meeting"}) == "已填完，尚未报送，还要做下面6步"
    assert "本程序不会代为报送" in handover.status_words(ready=True, exported=True, changed=False, done=every)


def test_changed_words_name_both_codes() -> None:
    assert handover.changed_words("", "AAAA-AAAA") == ""
    assert handover.changed_words("AAAA-AAAA", "AAAA-AAAA") == ""
    words = handover.changed_words("AAAA-AAAA", "BBBB-BBBB")
    assert "导出后已修改，需重新打印签字" in words
    assert "AAAA-AAAA" in words
    assert "BBBB-BBBB" in words


def test_a_large_bundle_is_told(desk: Desk) -> None:
    limit = desk.call.limits.mail_warning_bytes
    assert handover.mail_warning(desk.call, int(limit / 1.38)) == ""
    assert handover.mail_warning(desk.call, limit + 1) != ""
    assert "超大附件" in handover.mail_warning(desk.call, limit + 1)


def test_an_earlier_export_is_found_only_whole(exported: Exported) -> None:
    application, folder = sample("capability", "tech-service"), exported.pdf.parent
    found = handover.find_exported(application, folder, exported.code)
    assert found is not None
    assert (found.pdf, found.zip, found.eml) == (exported.pdf, exported.zip, exported.eml)
    assert handover.find_exported(application, folder, "0000-0000") is None
    assert handover.find_exported(application, folder.parent, exported.code) is None
    exported.docx.write_bytes(b"edited")
    assert handover.find_exported(application, folder, exported.code) is None
    assert exported.zip is not None
    exported.zip.write_bytes(b"broken")
    assert handover.find_exported(application, folder, exported.code) is None


def test_the_letter_of_another_state_is_not_sent_with_an_export(exported: Exported) -> None:
    """As a kill leaves them in the middle of replacing an export: each file whole, but the letter still the old one."""
    application, folder = sample("capability", "tech-service"), exported.pdf.parent
    assert exported.eml is not None
    assert exported.zip is not None
    changed = sample("capability", "tech-service")
    changed.set("project.place", "别处")
    exported.eml.write_bytes(message(changed, exported.zip.name, exported.zip.read_bytes()))
    assert handover.find_exported(application, folder, exported.code) is None
    exported.eml.write_bytes(message(application, exported.zip.name, exported.zip.read_bytes()))
    assert handover.find_exported(application, folder, exported.code) is not None
    exported.eml.unlink()  # web mail does without it
    found = handover.find_exported(application, folder, exported.code)
    assert found is not None
    assert found.eml is None
    exported.eml.mkdir()
    assert handover.find_exported(application, folder, exported.code) is None


@pytest.mark.parametrize("fresh", ["pdf", "docx", "zip", "eml"])
def test_no_mixture_of_two_exports_is_found(exported: Exported, tmp_path: Path, desk: Desk, fresh: str) -> None:
    old, new = sample("capability", "tech-service"), sample("capability", "tech-service")
    new.set("project.place", "别处")
    again = export(new, tmp_path / "again", today=desk.today())
    order = ["pdf", "docx", "zip", "eml"]
    for kind in order[: order.index(fresh) + 1]:  # as far as the renames came
        made, stood = again.files()[kind], exported.files()[kind]
        assert made is not None
        assert stood is not None
        stood.write_bytes(made.read_bytes())
    folder = exported.pdf.parent
    assert handover.find_exported(old, folder, exported.code) is None
    assert (handover.find_exported(new, folder, again.code) is None) is (fresh != "eml")


# --- the e-mail ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def mail(qtbot: QtBot, desk: Desk, exported: Exported) -> MailBox:
    assert exported.zip is not None
    box = MailBox(desk, handover.letter(sample("capability", "tech-service"), exported.zip), exported)
    qtbot.addWidget(box)
    box.show()
    return box


def test_each_part_is_copied_whole(qtbot: QtBot, mail: MailBox) -> None:
    for words, text in (("收件人", mail.letter.address), ("主题", mail.letter.subject), ("正文", mail.letter.body)):
        qtbot.mouseClick(mail.copies[words], LEFT)
        assert QGuiApplication.clipboard().text() == text
        assert mail.copied.text() == f"✓ 已复制{words}"
    assert mail.letter.subject.startswith("【2022提能计划申报】")
    assert "\n" in mail.letter.body


def test_web_mail_is_told_to_attach_by_hand(mail: MailBox) -> None:
    assert any("手动添加为附件" in label.text() for label in mail.findChildren(QLabel))


def test_the_letter_opens_in_the_mail_program(qtbot: QtBot, mail: MailBox, exported: Exported, opened_files: list[str]) -> None:
    qtbot.mouseClick(mail.open_letter, LEFT)
    assert opened_files == [str(exported.eml)]


def test_no_mail_program_is_told(qtbot: QtBot, mail: MailBox, recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    qtbot.mouseClick(mail.open_letter, LEFT)
    assert "网页邮箱" in recorder.texts("alarm")[0]


def test_the_zip_is_shown_in_its_folder(qtbot: QtBot, mail: MailBox, exported: Exported, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Path] = []
    monkeypatch.setattr(window, "reveal", seen.append)
    qtbot.mouseClick(mail.show_zip, LEFT)
    assert seen == [exported.zip]


def test_the_warning_is_shown(qtbot: QtBot, desk: Desk, exported: Exported) -> None:
    box = MailBox(desk, handover.Letter("a@b.cn", "主题", "正文", "压缩包有30MB"), exported)
    qtbot.addWidget(box)
    assert any(label.text() == "! 提醒　压缩包有30MB" for label in box.findChildren(QLabel))


# --- files ---------------------------------------------------------------------------------------------------------------


def test_files_open_and_print(qtbot: QtBot, desk: Desk, exported: Exported, opened_files: list[str], recorder: Recorder) -> None:
    box = FilesBox(desk, exported, 4)
    qtbot.addWidget(box)
    box.show()
    button = next(button for button in box.findChildren(QPushButton) if button.accessibleName() == "打开：申报书.docx")
    qtbot.mouseClick(button, LEFT)
    assert opened_files == [str(exported.docx)]
    with qtbot.waitSignal(box.print_wanted) as caught:
        qtbot.mouseClick(box.print_button, LEFT)
    assert caught.args == [exported.pdf, 4]
    exported.docx.unlink()
    qtbot.mouseClick(button, LEFT)
    assert "请重新导出" in recorder.texts("alarm")[0]


def test_a_draft_is_printed_once(qtbot: QtBot, desk: Desk, exported: Exported) -> None:
    box = FilesBox(desk, replace(exported, zip=None, eml=None), 4)
    qtbot.addWidget(box)
    assert box.print_button.text().startswith("打印1份")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What is started beside the window."""
    seen: list[object] = []
    monkeypatch.setattr(subprocess, "Popen", seen.append)
    return seen


def test_reveal_on_windows(started: list[object], exported: Exported, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("SYSTEMROOT", r"D:\Windows")
    window.reveal(exported.docx)
    assert started == [rf'"D:\Windows\explorer.exe" /select,"{exported.docx}"']


def test_reveal_on_macos(started: list[object], exported: Exported, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    window.reveal(exported.docx)
    assert started == [["open", "-R", str(exported.docx)]]


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_reveal_of_a_file_that_is_gone_opens_its_folder(
    started: list[object], opened_files: list[str], tmp_path: Path, platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    window.reveal(tmp_path / "甲 乙.zip")
    assert started == []
    assert opened_files == [str(tmp_path)]


def test_reveal_without_a_desktop_opens_the_folder(
    qtbot: QtBot, tmp_path: Path, opened_files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    window.reveal(tmp_path / "a.zip")
    qtbot.waitUntil(lambda: opened_files == [str(tmp_path)])


def test_what_cannot_be_looked_at_is_told(qtbot: QtBot, desk: Desk, exported: Exported, recorder: Recorder) -> None:
    """The stick with the export is out, or its share asks for a password now."""
    gone = Path("长" * 300)
    assert exported.zip is not None
    there = replace(exported, docx=gone, eml=gone)
    box = FilesBox(desk, there, 4)
    letter = MailBox(desk, handover.letter(sample("capability", "tech-service"), exported.zip), there)
    for widget in (box, letter):
        qtbot.addWidget(widget)
        widget.show()
    qtbot.mouseClick(next(button for button in box.findChildren(QPushButton) if button.accessibleName() == f"打开：{gone}"), LEFT)
    qtbot.mouseClick(letter.open_letter, LEFT)
    assert all("已不在那个文件夹里" in text for text in recorder.texts("alarm"))
    assert len(recorder.texts("alarm")) == 2


# --- steps ---------------------------------------------------------------------------------------------------------------


def test_steps_are_ticked_by_keyboard(qtbot: QtBot, desk: Desk) -> None:
    box = StepsBox(handover.steps(desk.call))
    qtbot.addWidget(box)
    box.show()
    with qtbot.waitSignal(box.ticked) as caught:
        qtbot.keyClick(box.boxes["seal"], Qt.Key.Key_Space)
    assert caught.args == ["seal", True]
    box.refresh("", "", {"mail"})
    assert [name for name, tick in box.boxes.items() if tick.isChecked()] == ["mail"]
