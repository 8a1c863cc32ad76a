"""Attachments: added by button and by dropping, told before copying, moved, removed, flagged; never a frozen window."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from app.application import new
from app.samples import sample
from app.session import Session
from app.store import Store
from app.ui import attachment_jobs
from app.ui.attachment_jobs import size_words, weigh
from app.ui.attachments_page import AttachmentsPage
from app.ui.desk import Desk
from forms.schema import ATTACHMENT_LIMIT

if TYPE_CHECKING:
    from conftest import Recorder

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)  # the offscreen platform's own word, about every window
PDF = b"%PDF-1.4\n" + b"x" * 2000
Open = Callable[..., AttachmentsPage]
PATIENCE = 60
"""Seconds that nobody waits for unless something is wrong."""


@pytest.fixture
def opened(qtbot: QtBot, desk: Desk) -> Open:
    """A page over a stored draft of a category, shown."""

    def make(category: str = "service-station", *, complete: bool = False) -> AttachmentsPage:
        application = sample("capability", category) if complete else new("capability", desk.call, category)
        draft = desk.store.load(desk.store.create(application))
        page = AttachmentsPage(desk, draft.id, Session(draft.application, draft.memory, today=desk.today))
        qtbot.addWidget(page)
        page.resize(700, 600)
        page.show()
        page.activateWindow()
        qtbot.waitUntil(page.isActiveWindow)
        return page

    return make


def put(folder: Path, name: str, data: bytes = PDF) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(data)
    return path


def names(page: AttachmentsPage) -> list[str]:
    return [entry.name for entry in page.session.application.attachments]


def settled(qtbot: QtBot, page: AttachmentsPage) -> None:
    qtbot.waitUntil(lambda: not page.busy)


def test_added_by_button_and_copied(qtbot: QtBot, opened: Open, desk: Desk, recorder: Recorder, tmp_path: Path) -> None:
    page = opened()
    file = put(tmp_path / "in", "筹建申请.pdf")
    recorder.answers = [[file]]
    with qtbot.waitSignal(page.changed):
        qtbot.mouseClick(page.add, Qt.MouseButton.LeftButton)
    file.unlink()
    stored = desk.store.load(page.draft_id).application.attachments
    assert [(entry.role, entry.name) for entry in stored] == [("station-setup", "筹建申请.pdf")]
    with stored[0].open() as stream:
        assert stream.read() == PDF
    assert page.cards[0].role.hasFocus()
    assert "1. 筹建申请.pdf" in page.cards[0].name.text()
    assert page.cards[0].kind.text() == "PDF　2KB"


def test_missing_ones_are_flagged_in_words_and_sign(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    page = opened()
    assert page.wanted.words()[0] == "✕ 还缺　必须附上：服务站筹建申请及申报表"
    with qtbot.waitSignal(page.changed):
        page.add_files([put(tmp_path / "in", "a.pdf")])
    assert page.wanted.words()[0] == "✓ 已添加　必须附上：服务站筹建申请及申报表"


def test_preferred_ones_are_a_reminder(opened: Open) -> None:
    page = opened("tech-service")
    assert any(line.startswith("! 还没有　附有的优先：") for line in page.wanted.words())


@pytest.mark.parametrize("action", [Qt.DropAction.CopyAction, Qt.DropAction.MoveAction])
def test_dropped_files(qtbot: QtBot, opened: Open, tmp_path: Path, action: Qt.DropAction) -> None:
    page = opened()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(put(tmp_path / "in", name))) for name in ("a.pdf", "b.pdf")])
    event = QDropEvent(QPoint(50, 50).toPointF(), action, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(page.changed):
        page.dropEvent(event)
        assert page.progress_row.isHidden()  # until the drop is over the file manager hangs
    assert event.isAccepted()
    assert event.dropAction() is not Qt.DropAction.MoveAction  # it would take the files away
    assert names(page) == ["a.pdf", "b.pdf"]


def test_refused_before_anything_is_copied(qtbot: QtBot, opened: Open, recorder: Recorder, tmp_path: Path) -> None:
    page = opened()
    big = tmp_path / "in" / "big.pdf"
    put(tmp_path / "in", "big.pdf")
    with big.open("r+b") as stream:
        stream.truncate(page.session.application.call.limits.attachment_bytes + 1)
    files = [big, put(tmp_path / "in", "x.exe"), put(tmp_path / "in", "empty.pdf", b""), tmp_path / "in", tmp_path / "gone.pdf"]
    page.add_files(files)
    assert not page.busy
    text = recorder.texts("alarm")[0]
    assert "“big.pdf”：有20.01MB，超过20MB" in text
    assert "“x.exe”：这种类型不能提交" in text
    assert "“empty.pdf”：是空文件" in text
    assert "“in”：这是文件夹" in text
    assert "“gone.pdf”：读不出来" in text


def test_exactly_the_limits_are_taken(tmp_path: Path, opened: Open) -> None:
    page = opened()
    call, file = page.session.application.call, put(tmp_path / "in", "a.pdf")
    with file.open("r+b") as stream:
        stream.truncate(call.limits.attachment_bytes)
    assert weigh([file], [], call) == ([file], [])
    twice = weigh([file, file], [], call)
    assert twice[0] == [file]
    assert "加上它全部附件共40MB，超过30MB" in twice[1][0]
    small = put(tmp_path / "in", "b.pdf")
    taken, refused = weigh([small] * (ATTACHMENT_LIMIT + 1), [], call)
    assert (len(taken), len(refused)) == (ATTACHMENT_LIMIT, 1)


def test_moved_by_button_and_keys_and_removed(qtbot: QtBot, opened: Open, desk: Desk, recorder: Recorder, tmp_path: Path) -> None:
    page = opened()
    with qtbot.waitSignal(page.changed):
        page.add_files([put(tmp_path / "in", f"{name}.pdf") for name in "abc"])
    qtbot.mouseClick(page.cards[0].down, Qt.MouseButton.LeftButton)
    settled(qtbot, page)
    assert names(page) == ["b.pdf", "a.pdf", "c.pdf"]
    assert page.cards[1].down.hasFocus()
    qtbot.keyClick(page.cards[1].down, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    settled(qtbot, page)
    assert names(page) == ["b.pdf", "c.pdf", "a.pdf"]
    recorder.answers = [False, True]
    qtbot.mouseClick(page.cards[0].remove, Qt.MouseButton.LeftButton)
    assert names(page) == ["b.pdf", "c.pdf", "a.pdf"]
    qtbot.mouseClick(page.cards[0].remove, Qt.MouseButton.LeftButton)
    settled(qtbot, page)
    assert names(page) == ["c.pdf", "a.pdf"]
    assert [entry.name for entry in desk.store.load(page.draft_id).application.attachments] == ["c.pdf", "a.pdf"]


def test_quick_moves_end_where_the_person_put_it(qtbot: QtBot, opened: Open, desk: Desk, tmp_path: Path) -> None:
    page = opened()
    with qtbot.waitSignal(page.changed):
        page.add_files([put(tmp_path / "in", f"{name}.pdf") for name in "abcde"])
    for place in range(4):
        qtbot.mouseClick(page.cards[place].down, Qt.MouseButton.LeftButton)
    settled(qtbot, page)
    assert names(page) == ["b.pdf", "c.pdf", "d.pdf", "e.pdf", "a.pdf"]
    assert [entry.name for entry in desk.store.load(page.draft_id).application.attachments] == names(page)


def test_role_is_chosen(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    page = opened()
    with qtbot.waitSignal(page.changed):
        page.add_files([put(tmp_path / "in", "a.pdf")])
    with qtbot.waitSignal(page.changed):
        qtbot.keyClick(page.cards[0].role, Qt.Key.Key_End)
    assert page.session.application.attachments[0].role == "other"
    assert page.wanted.words()[0].startswith("✕ 还缺")


def test_a_problem_stands_at_its_row(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    page = opened()
    with qtbot.waitSignal(page.changed):
        page.add_files([put(tmp_path / "in", "good.pdf"), put(tmp_path / "in", "false.pdf", b"not a pdf")])
    assert page.cards[0].problems.isHidden()
    assert page.cards[1].problems.text().startswith("✕ 错误　附件第2个“false.pdf”的内容不是pdf文件")
    page.focus_field("attachments", 1)
    assert page.cards[1].role.hasFocus()


@pytest.fixture
def go_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Files are read only once this is set: a fast disk would be done before anybody looks."""
    read, gate = attachment_jobs._parts, threading.Event()

    def held(path: Path, name: str) -> Iterator[bytes]:
        assert gate.wait(PATIENCE)
        return read(path, name)

    monkeypatch.setattr(attachment_jobs, "_parts", held)
    yield gate
    gate.set()


def test_the_window_goes_on_while_files_are_read(qtbot: QtBot, opened: Open, tmp_path: Path, go_on: threading.Event) -> None:
    page = opened()
    beats: list[bool] = []

    def beat() -> None:
        beats.append(page.progress_row.isVisible())
        if len(beats) == 5:
            go_on.set()

    pulse = QTimer(interval=5)
    pulse.timeout.connect(beat)
    pulse.start()
    with qtbot.waitSignal(page.changed):
        page.add_files([put(tmp_path / "in", "large.pdf", b"%PDF-1.4\n" + bytes(range(256)) * (20 * 4096 - 1))])
        assert page.progress_row.isVisible()
    pulse.stop()
    assert page.progress_row.isHidden()
    assert beats[:5] == [True] * 5


def test_cancelled_adding_leaves_the_list(qtbot: QtBot, opened: Open, desk: Desk, tmp_path: Path, go_on: threading.Event) -> None:
    page = opened()
    page.add_files([put(tmp_path / "in", "large.pdf", b"%PDF-1.4\n" + bytes(10 << 20))])
    qtbot.mouseClick(page.cancel, Qt.MouseButton.LeftButton)
    go_on.set()
    settled(qtbot, page)
    assert names(page) == []
    assert desk.store.load(page.draft_id).application.attachments == []
    assert page.add.isEnabled()


def test_cancelled_by_keyboard_the_cursor_is_back_at_adding(qtbot: QtBot, opened: Open, tmp_path: Path, go_on: threading.Event) -> None:
    """It would come to the first file's role, which the next key changes."""
    page = opened("tech-service", complete=True)
    page.add.setFocus()
    page.add_files([put(tmp_path / "in", "a.pdf")])
    assert page.cards
    assert page.cancel.hasFocus()
    qtbot.keyClick(page.cancel, Qt.Key.Key_Space)
    go_on.set()
    settled(qtbot, page)
    assert page.add.hasFocus()


def test_a_failing_store_is_told_and_nothing_changes(
    qtbot: QtBot, opened: Open, recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.store.errors import FULL, StoreError

    def full(*_: object) -> None:
        raise StoreError(FULL)

    page = opened()
    with qtbot.waitSignal(page.changed):
        page.add_files([put(tmp_path / "in", name) for name in ("a.pdf", "b.pdf")])
    monkeypatch.setattr(Store, "set_attachments", full)
    qtbot.mouseClick(page.cards[0].down, Qt.MouseButton.LeftButton)
    settled(qtbot, page)
    assert recorder.texts("alarm") == [FULL]
    assert names(page) == ["a.pdf", "b.pdf"]
    assert page.cards[0].name.text() == "1. a.pdf"


def test_opened_as_a_private_copy(qtbot: QtBot, opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from PySide6.QtGui import QDesktopServices

    seen: list[Path] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: not seen.append(Path(url.toLocalFile())))
    page = opened()
    with qtbot.waitSignal(page.changed):
        page.add_files([put(tmp_path / "in", "协议.pdf")])
    qtbot.mouseClick(page.cards[0].open, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0].name == "协议.pdf"
    assert seen[0].read_bytes() == PDF


def test_commitments_are_asked_here(qtbot: QtBot, opened: Open) -> None:
    page = opened()
    assert page.commitments is not None
    assert page.commitments.isVisible()
    with qtbot.waitSignal(page.edited) as caught:
        qtbot.keyClick(page.commitments.ticks.ticks[1], Qt.Key.Key_Space)
    assert caught.args == ["commitments", ["station-experts"]]
    page.focus_field("commitments")
    assert page.commitments.ticks.ticks[0].hasFocus()


def test_no_commitments_without_a_list(opened: Open) -> None:
    page = opened("academic-exchange")
    assert page.commitments is not None
    assert page.commitments.isHidden()


@pytest.mark.parametrize(("size", "words"), [(0, "0字节"), (1024, "1KB"), (20 << 20, "20MB"), ((20 << 20) + 1, "20.01MB")])
def test_sizes_in_words(size: int, words: str) -> None:
    assert size_words(size) == words
