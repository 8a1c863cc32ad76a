"""Opening files: a look at what they hold, always a new copy, and one sentence for what cannot be opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.application import Application, dump
from app.drafts import facts_now
from app.errors import AppError
from app.samples import sample
from app.ui import theme
from app.ui.background import in_background
from app.ui.desk import Desk
from app.ui.importing import Found, PreviewDialog, import_file

if TYPE_CHECKING:
    from conftest import Recorder

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform's own words
TODAY = date(2022, 3, 25)
Answer = Callable[[bool], list[str]]


@pytest.fixture
def answer(qtbot: QtBot) -> Answer:
    """Press a button of the preview once it is there; returns the list in which its words will stand."""

    def prepare(agree: bool) -> list[str]:
        seen: list[str] = []

        def press() -> None:
            dialog = QApplication.activeModalWidget()
            if not isinstance(dialog, PreviewDialog):
                QTimer.singleShot(20, press)
                return
            seen.extend(label.text() for label in dialog.findChildren(QLabel))
            if agree:
                qtbot.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
            else:
                qtbot.keyClick(dialog, Qt.Key.Key_Escape)

        QTimer.singleShot(0, press)
        return seen

    return prepare


def write(folder: Path, application: Application, files: Sequence[str] = ()) -> Path:
    path = folder / "申报数据.json"
    path.write_bytes(dump(application, dict(enumerate(files))))
    return path


def test_a_draft_file_becomes_a_new_draft_after_a_look(desk: Desk, answer: Answer, tmp_path: Path, recorder: Recorder) -> None:
    application = sample("capability", "tech-service")
    application.attachments = []
    application.values["unknown.x"] = "保留"
    path = write(tmp_path, application)
    before = path.read_bytes()
    seen = answer(True)
    draft_id = import_file(desk, None, path)
    assert draft_id is not None
    draft = desk.store.load(draft_id)
    assert draft.application.values == application.values
    assert draft.summary.facts == facts_now(application, TODAY)
    assert path.read_bytes() == before
    words = "\n".join(seen)
    for part in ("申报数据.json", "申报数据文件", "科技服务", str(application.values["unit.name"]), str(application.values["project.name"]),
                 desk.call.title, application.code, "不认识的填报项"):  # fmt: skip
        assert part in words
    assert recorder.shown == []


def test_looking_alone_changes_nothing(desk: Desk, answer: Answer, tmp_path: Path) -> None:
    answer(False)
    assert import_file(desk, None, write(tmp_path, sample("party"))) is None
    assert desk.store.summaries() == []


def test_the_same_again_is_a_second_copy_and_is_said(desk: Desk, answer: Answer, tmp_path: Path) -> None:
    application = sample("party")
    application.attachments = []
    path = write(tmp_path, application)
    seen_first = answer(True)
    first = import_file(desk, None, path)
    assert seen_first
    assert "内容完全相同" not in "\n".join(seen_first)
    seen = answer(True)
    second = import_file(desk, None, path)
    assert len({first, second} - {None}) == 2
    assert "内容完全相同" in "\n".join(seen)


def test_attachments_come_along_and_the_original_may_go(desk: Desk, answer: Answer, tmp_path: Path) -> None:
    application = sample("capability", "service-station")
    first = application.attachments[0]
    application.attachments = [first]
    data = first.loaded().data or b""
    (tmp_path / "a.pdf").write_bytes(data)
    path = write(tmp_path, application, ["a.pdf"])
    seen = answer(True)
    draft_id = import_file(desk, None, path)
    assert draft_id is not None
    (tmp_path / "a.pdf").unlink()
    stored = desk.store.load(draft_id).application.attachments[0]
    assert stored.loaded().sha256() == first.sha256()
    assert first.name in "\n".join(seen)


def test_a_missing_attachment_does_not_keep_the_rest_from_opening(desk: Desk, answer: Answer, tmp_path: Path) -> None:
    application = sample("capability", "service-station")
    application.attachments = [replace(application.attachments[0], digest="")]
    seen = answer(True)
    draft_id = import_file(desk, None, write(tmp_path, application, ["fehlt.pdf"]))
    assert draft_id is not None
    assert not desk.store.load(draft_id).application.attachments[0].present
    assert "请重新添加" in "\n".join(seen)


@pytest.mark.parametrize(
    "data", [b"", b"{", b"PK\x03\x04 no zip", b"%PDF-1.4 nothing", b"\xff\xfe\x00", b'{"format": "kexie-application", "version": 99}']
)
def test_what_cannot_be_opened_is_one_sentence(desk: Desk, tmp_path: Path, recorder: Recorder, data: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    assert import_file(desk, None, path) is None
    assert import_file(desk, None, tmp_path / "none.json") is None
    assert len(recorder.texts("alarm")) == 2
    assert "Traceback" not in "".join(recorder.texts())
    assert str(tmp_path) not in "".join(recorder.texts())
    assert desk.store.summaries() == []


def test_a_store_that_cannot_take_it_is_told(
    desk: Desk, answer: Answer, tmp_path: Path, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> str:
        raise AppError("磁盘已满")

    monkeypatch.setattr(desk.store, "create", full)
    answer(True)
    assert import_file(desk, None, write(tmp_path, sample("party"))) is None
    assert recorder.texts("alarm") == ["磁盘已满"]


def test_text_in_the_preview_is_only_text(desk: Desk, answer: Answer, tmp_path: Path) -> None:
    application = sample("party")
    application.attachments = []
    application.set("project.name", "<b>粗</b>&amp;")
    seen = answer(False)
    import_file(desk, None, write(tmp_path, application))
    assert "<b>粗</b>&amp;" in seen


@pytest.mark.parametrize("percent", [100, 150])
def test_many_things_to_say_leave_the_buttons_on_the_screen(qtbot: QtBot, qapp: QApplication, percent: int) -> None:
    application = sample("capability", "service-station")
    missing = [f"附件“任务书扫描件{number}.pdf”读不出来，请重新添加（文件不存在）" for number in range(30)]
    theme.apply(qapp, dark=False, percent=percent)
    try:
        dialog = PreviewDialog(Found("申报数据文件", application, missing, facts_now(application, TODAY), None), "申报数据.json")
        qtbot.addWidget(dialog)
        dialog.show()
        assert dialog.height() <= 700  # of the 768 of a small screen
        first = next(label for label in dialog.findChildren(QLabel) if label.text() == missing[0])
        assert not first.visibleRegion().isEmpty()
        for text in missing:
            assert text in [label.text() for label in dialog.findChildren(QLabel)]
    finally:
        theme.apply(qapp, dark=False)


# --- work beside the window --------------------------------------------------------------------------------------------------


def test_results_and_errors_come_back(qtbot: QtBot) -> None:
    assert in_background(None, "…", lambda: 3) == 3

    def fail() -> None:
        raise AppError("不行")

    with pytest.raises(AppError, match="不行"):
        in_background(None, "…", fail)


def test_long_work_shows_itself_and_can_be_left(qtbot: QtBot) -> None:
    go = Event()
    ticks: list[int] = []
    ticking = QTimer(interval=10)
    ticking.timeout.connect(lambda: ticks.append(1))
    ticking.start()

    def leave() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None or len(ticks) <= 5:  # the window goes on meanwhile
            QTimer.singleShot(10, leave)
            return
        qtbot.mouseClick(dialog.findChild(QPushButton), Qt.MouseButton.LeftButton)

    QTimer.singleShot(0, leave)
    assert in_background(None, "正在打开…", lambda: go.wait(60), cancel=True) is None
    go.set()


def test_work_that_must_be_waited_for_cannot_be_left(qtbot: QtBot) -> None:
    go = Event()

    def press() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            QTimer.singleShot(10, press)
            return
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        assert dialog.isVisible()
        go.set()

    QTimer.singleShot(0, press)
    assert in_background(None, "正在清空…", lambda: go.wait(60)) is True
