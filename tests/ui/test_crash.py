"""Unexpected errors in the window: one message, the draft kept, a report, and forty canaries that are found nowhere."""

from __future__ import annotations

import errno
import gc
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer, qWarning
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QPushButton, QWidget

from app.application import new
from app.crash import KEEP
from app.errors import AppError
from app.session import Session
from app.store.errors import FULL
from app.ui import crash
from app.ui.desk import Desk
from forms.schema import Kind
from tests.ui.conftest import Recorder

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform, of every window


class Window(QWidget):
    """A window that is asked to save."""

    def __init__(self) -> None:
        super().__init__()
        self.saved = 0
        self.fails: Exception | None = None

    def save_now(self) -> bool:
        self.saved += 1
        if self.fails is not None:
            raise self.fails
        return True


@pytest.fixture
def window(qtbot: Any) -> Window:
    made = Window()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def watch(desk: Desk, window: Window) -> Iterator[crash.Watch]:
    made = crash.install(desk, window)
    yield made
    made.stop()
    made.deleteLater()


def raising(error: BaseException) -> Callable[..., None]:
    """A slot that raises."""

    def slot(*_: object) -> None:
        raise error

    return slot


def click(qtbot: Any, window: QWidget, slot: Callable[..., None]) -> None:
    """A person clicks a button whose slot fails."""
    button = QPushButton("试", window)
    button.clicked.connect(slot)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    button.deleteLater()


def reports(watch: crash.Watch) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(watch.records.reports.glob("*"))]


def log(watch: crash.Watch) -> str:
    return watch.records.log_file.read_text(encoding="utf-8")


def test_an_error_in_a_slot_is_told_and_the_draft_saved(qtbot: Any, watch: crash.Watch, window: Window, recorder: Recorder) -> None:
    click(qtbot, window, raising(ValueError("秘密")))
    qtbot.waitUntil(lambda: bool(recorder.shown))
    assert recorder.texts() == recorder.texts("alarm")
    (text,) = recorder.texts()
    assert crash.SAVED in text
    assert crash.REPORTED in text
    assert window.saved == 1
    (report,) = reports(watch)
    assert "ValueError" in report
    assert "秘密" not in report + text + log(watch)


def test_the_same_error_again_and_again_is_one_message(qtbot: Any, watch: crash.Watch, window: Window, recorder: Recorder) -> None:
    for _ in range(50):
        click(qtbot, window, raising(ValueError("x")))
    qtbot.waitUntil(lambda: bool(recorder.shown))
    click(qtbot, window, raising(KeyError("x")))
    qtbot.waitUntil(lambda: len(recorder.shown) == 2)
    assert len(reports(watch)) == 2
    assert log(watch).count(" error ") == 2


def test_no_storm_of_different_errors(qtbot: Any, watch: crash.Watch, window: Window, recorder: Recorder) -> None:
    for number in range(150):
        click(qtbot, window, raising(type(f"Odd{number}", (Exception,), {"__module__": "app.made"})()))
    qtbot.waitUntil(lambda: len(recorder.shown) == crash.MAX_SHOWN)
    done = []
    QTimer.singleShot(0, lambda: done.append(True))
    qtbot.waitUntil(lambda: bool(done))
    assert len(recorder.shown) == crash.MAX_SHOWN
    assert len(reports(watch)) == KEEP
    assert log(watch).count(" error ") == crash.MAX_DISTINCT


def test_a_second_error_while_the_message_stands_is_only_recorded(
    qtbot: Any, watch: crash.Watch, window: Window, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []

    def alarm(_parent: object, _title: str, text: str) -> None:
        shown.append(text)
        click(qtbot, window, raising(KeyError("within")))
        ended: list[bool] = []
        QTimer.singleShot(0, lambda: ended.append(True))
        qtbot.waitUntil(lambda: bool(ended))  # as a real box would: the events go on

    monkeypatch.setattr(recorder, "alarm", alarm)
    click(qtbot, window, raising(ValueError("x")))
    qtbot.waitUntil(lambda: bool(shown))
    assert len(shown) == 1
    assert len(reports(watch)) == 2


def test_an_error_while_painting_opens_no_dialog_within_the_painting(qtbot: Any, watch: crash.Watch, recorder: Recorder) -> None:
    during: list[int] = []

    class Broken(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
            try:
                raise RuntimeError("x")
            finally:
                during.append(len(recorder.shown))

    widget = Broken()
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitUntil(lambda: bool(recorder.shown))
    assert during[0] == 0
    assert len(reports(watch)) == 1


def test_an_error_in_a_thread_is_told_in_the_window(qtbot: Any, watch: crash.Watch, recorder: Recorder) -> None:
    thread = threading.Thread(target=raising(ValueError("x")))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(recorder.shown))
    assert crash.THREAD in reports(watch)[0]


def test_an_error_in_a_finaliser_is_told(qtbot: Any, watch: crash.Watch, recorder: Recorder) -> None:
    class Broken:
        def __del__(self) -> None:
            raise ValueError("x")

    Broken()
    gc.collect()
    qtbot.waitUntil(lambda: bool(recorder.shown))
    assert crash.FINALISER in reports(watch)[0]


def test_what_a_person_can_act_on_is_told_in_its_own_words_and_not_reported(
    qtbot: Any, watch: crash.Watch, window: Window, recorder: Recorder
) -> None:
    click(qtbot, window, raising(AppError("磁盘已满，请清理")))
    qtbot.waitUntil(lambda: bool(recorder.shown))
    assert recorder.texts() == ["磁盘已满，请清理"]
    assert reports(watch) == []


def test_a_page_that_cannot_be_read_does_not_keep_the_rest_from_being_saved(
    qtbot: Any, watch: crash.Watch, window: Window, recorder: Recorder, desk: Desk
) -> None:
    draft_id = desk.store.create(new("party", desk.call))
    draft = desk.store.load(draft_id)
    session = Session(draft.application, draft.memory)
    session.set("unit.name", "常德市某某学会")
    desk.autosave.edited(draft_id, session)
    window.fails = RuntimeError("settling fails too")
    click(qtbot, window, raising(ValueError("x")))
    qtbot.waitUntil(lambda: bool(recorder.shown))
    assert crash.SAVED in recorder.texts()[0]
    assert desk.store.load(draft_id).application.values["unit.name"] == "常德市某某学会"
    assert len(recorder.shown) == 1


def test_it_says_so_when_the_draft_could_not_be_saved(
    qtbot: Any, watch: crash.Watch, window: Window, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "save_now", lambda: False)
    click(qtbot, window, raising(ValueError("x")))
    qtbot.waitUntil(lambda: bool(recorder.shown))
    assert crash.NOT_SAVED in recorder.texts()[0]
    assert crash.SAVED not in recorder.texts()[0]


def test_an_error_while_reporting_ends_there(
    qtbot: Any, watch: crash.Watch, window: Window, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(crash, "report_of", raising(RuntimeError("the reporter is broken")))
        watch.caught(ValueError("x"), crash.THREAD)  # raises nothing
    click(qtbot, window, raising(ValueError("x")))
    qtbot.waitUntil(lambda: bool(recorder.shown))
    assert len(reports(watch)) == 1


def test_a_failed_save_is_in_the_log_by_its_number(watch: crash.Watch, desk: Desk) -> None:
    desk.autosave.failed.emit("0123", FULL)
    desk.autosave.failed.emit("0123", "别的什么")
    lines = log(watch).splitlines()
    assert [line.split(" ", 2)[2] for line in lines[1:]] == ["save-failed ENOSPC", "save-failed other"]
    assert "0123" not in log(watch)


def test_stopping_gives_the_hooks_back(desk: Desk, window: Window) -> None:
    import sys

    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    watch = crash.install(desk, window)
    assert sys.excepthook != before[0]
    watch.stop()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before


# --- canaries --------------------------------------------------------------------------------------------------------------


def canaries(desk: Desk) -> tuple[Session, list[str]]:
    """A session with a unique string in each field and cell that takes one, and those strings."""
    session = Session(new("capability", desk.call, "academic-exchange"), today=desk.today)
    planted: list[str] = []

    def plant() -> str:
        planted.append(f"Canary{len(planted):03}鸟{len(planted):03}")
        return planted[-1]

    session.set("meeting.is_meeting", True)
    for entry in session.application.form:
        if entry.kind is Kind.TABLE:
            session.set(entry.id, [{column.id: plant() for column in entry.columns} for _ in range(3)])
        elif entry.kind not in (Kind.YES_NO, Kind.CHOICE, Kind.CHOICES):
            session.set(entry.id, plant())
    return session, planted


def errors_with(words: str) -> list[BaseException]:
    """Every way in which a text could get into an exception."""
    chained = RuntimeError(words)
    chained.__cause__ = OSError(errno.EACCES, words, f"/home/{words}/x")
    noted = ValueError(words)
    noted.add_note(words)
    return [
        ValueError(words),
        KeyError(words),
        OSError(errno.ENOSPC, words, f"/home/{words}/x"),
        UnicodeDecodeError("utf-8", words.encode(), 0, 1, words),
        SyntaxError(words, (words, 1, 1, words)),
        type(words, (Exception,), {})(words),
        chained,
        noted,
        ExceptionGroup(words, [ValueError(words)]),
        AttributeError(words, name=words, obj=words),
        ImportError(words, name=words, path=words),
    ]


def test_forty_canaries_are_found_nowhere(
    qtbot: Any,
    watch: crash.Watch,
    window: Window,
    desk: Desk,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = "canary-of-a-user"  # the machine's own may be a word of a report
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, user)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / user))
    session, planted = canaries(desk)
    assert len(planted) >= 40
    draft_id = desk.store.create(session.application)
    desk.autosave.edited(draft_id, session)
    kept: list[str] = []
    for words in planted:
        for error in errors_with(words):
            watch._seen.clear()
            click(qtbot, window, raising(error))
            watch.caught(error, crash.THREAD)
        kept += reports(watch)
        qWarning(f"QFile::open: cannot open {words}")
        qWarning(words)
        logging.getLogger("app.store.saver").error("saving failed: %s", words)
        desk.autosave.failed.emit(draft_id, f"存不下：{words}")
        session.set("project.name", words)
    assert len(kept) > len(planted)
    written = "\n".join([*kept, *(path.read_text(encoding="utf-8") for path in watch.records.logs.iterdir())])
    printed = capfd.readouterr()
    everything = written + printed.out + printed.err
    for secret in (*planted, "Canary", "鸟", str(tmp_path), user, draft_id):
        assert secret not in everything
    assert "QFile::open" in written
    assert "app.store.saver" in written
