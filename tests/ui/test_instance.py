"""A second start raises the first window and hands its file over."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from journeys_support import Person
from PySide6.QtCore import Qt
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QApplication, QDialog

from app.application import dump
from app.samples import sample
from app.ui.desk import Desk
from app.ui.importing import PreviewDialog
from app.ui.instance import Instance
from app.ui.presence import is_perhaps_running, socket_name
from app.ui.settings import SettingsDialog
from app.ui.start import raise_window

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),  # the offscreen platform, of every window
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]


@pytest.fixture
def first(qapp: Any, tmp_path: Path) -> Iterator[Instance]:
    instance = Instance(tmp_path)
    instance.listen()
    yield instance
    instance.deleteLater()


@pytest.fixture
def asked(first: Instance) -> list[str]:
    names: list[str] = []
    first.asked.connect(names.append)
    return names


def test_nobody_is_there(qapp: Any, tmp_path: Path) -> None:
    assert not Instance(tmp_path).hand_over(None)


@pytest.mark.skipif(sys.platform == "win32", reason="always asked")
def test_only_a_listening_one_is_asked(first: Instance, tmp_path: Path) -> None:
    assert is_perhaps_running(tmp_path)
    assert not is_perhaps_running(tmp_path / "another")


def test_the_first_start_hears_of_the_second(qtbot: Any, first: Instance, asked: list[str], tmp_path: Path) -> None:
    assert Instance(tmp_path).hand_over(None)
    qtbot.waitUntil(lambda: asked == [""])


def test_any_path_arrives(qtbot: Any, first: Instance, asked: list[str], tmp_path: Path) -> None:
    path = tmp_path / ("申报 数据" * 8 + "㛃.json")
    assert Instance(tmp_path).hand_over(path)
    qtbot.waitUntil(lambda: asked == [str(path)])


def test_a_second_start_lets_the_first_one_come_to_the_front(
    qtbot: Any, first: Instance, asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows, whom the person has just started may give that away; the first one alone would only blink in the task bar."""
    let: list[int] = []
    user32 = SimpleNamespace(AllowSetForegroundWindow=lambda process: let.append(process) or first.asked.connect(lambda _: let.append(0)))
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(user32=user32), raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    assert Instance(tmp_path).hand_over(None)
    qtbot.waitUntil(lambda: asked == [""])
    assert let == [-1, 0]  # before it was asked


@pytest.mark.skipif(sys.platform != "linux", reason="file names are Unicode there")
@pytest.mark.parametrize("name", [os.fsdecode("申报.json".encode("gbk")), "申报.json ", "申\u3000"], ids=["GBK", "space", "wide space"])
def test_odd_file_names_arrive_too(qtbot: Any, first: Instance, asked: list[str], tmp_path: Path, name: str) -> None:
    assert Instance(tmp_path).hand_over(tmp_path / name)
    qtbot.waitUntil(lambda: asked == [str(tmp_path / name)])


def test_a_path_that_comes_in_pieces_is_one(qtbot: Any, first: Instance, asked: list[str], tmp_path: Path) -> None:
    socket = QLocalSocket()
    socket.connectToServer(socket_name(tmp_path))
    assert socket.waitForConnected()
    [there] = waited(qtbot, first)
    socket.write(b"/a/b")
    with qtbot.waitSignal(there.readyRead):
        socket.flush()
    assert asked == []
    socket.write(b"c.json\n")
    socket.flush()
    qtbot.waitUntil(lambda: asked == ["/a/bc.json"])
    socket.close()


def waited(qtbot: Any, instance: Instance) -> list[QLocalSocket]:
    """The connections that the listening one has taken."""
    qtbot.waitUntil(lambda: bool(instance._server.findChildren(QLocalSocket)))
    return instance._server.findChildren(QLocalSocket)


def test_a_relative_path_is_made_whole(
    qtbot: Any, first: Instance, asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the first start may stand in another folder
    assert Instance(tmp_path).hand_over(Path("申报.json"))
    qtbot.waitUntil(lambda: asked == [str(tmp_path / "申报.json")])


def test_several_starts_at_once(qtbot: Any, first: Instance, asked: list[str], tmp_path: Path) -> None:
    paths = [tmp_path / f"{place}.json" for place in range(5)]
    for path in paths:
        assert Instance(tmp_path).hand_over(path)  # the first window has not come to answer any of them
    qtbot.waitUntil(lambda: sorted(asked) == [str(path) for path in paths])


def test_another_data_folder_is_another_instance(first: Instance, tmp_path: Path) -> None:
    other = tmp_path / "portable"
    other.mkdir()
    assert not Instance(other).hand_over(None)


@pytest.mark.skipif(os.name == "nt", reason="named pipes leave nothing behind")
def test_what_a_crash_left_behind_does_not_matter(qtbot: Any, qapp: Any, tmp_path: Path) -> None:
    crashed = Instance(tmp_path)
    crashed.listen()
    left = Path(crashed._server.fullServerName())
    held = left.with_suffix(".held")
    left.rename(held)
    crashed._server.close()
    held.rename(left)  # the socket's file, to which nobody listens
    assert not Instance(tmp_path).hand_over(None)
    later = Instance(tmp_path)
    later.listen()
    names: list[str] = []
    later.asked.connect(names.append)
    assert Instance(tmp_path).hand_over(None)
    qtbot.waitUntil(lambda: names == [""])


def test_the_window_comes_to_the_front_with_the_file(qtbot: Any, desk: Desk, first: Instance, tmp_path: Path) -> None:
    wanted = sample("party")
    path = tmp_path / "申报数据.json"
    path.write_bytes(dump(wanted))
    person = Person(qtbot, desk)
    first.asked.connect(partial(raise_window, person.window))
    person.window.showMinimized()
    heard: list[str] = []
    first.asked.connect(heard.append)

    def second_start() -> None:
        assert Instance(tmp_path).hand_over(path)
        qtbot.waitUntil(lambda: bool(heard))  # told after the window is done with the file

    person.meanwhile(PreviewDialog, lambda dialog: person.click(dialog.take), second_start)
    assert heard == [str(path)]
    assert not person.window.windowState() & Qt.WindowState.WindowMinimized
    assert person.wizard.session.application.values == wanted.values


def test_the_window_comes_to_the_front_and_keeps_its_draft(qtbot: Any, desk: Desk, first: Instance, tmp_path: Path) -> None:
    person = Person(qtbot, desk)
    person.begin("tech-service")
    first.asked.connect(partial(raise_window, person.window))
    person.window.showMinimized()
    assert Instance(tmp_path).hand_over(None)
    qtbot.waitUntil(lambda: not person.window.windowState() & Qt.WindowState.WindowMinimized)
    assert person.window.wizard is not None


def test_the_file_waits_until_the_window_is_free(qtbot: Any, desk: Desk, first: Instance, asked: list[str], tmp_path: Path) -> None:
    """Opening it takes the wizard away, and whatever was going on in that would come back to nothing."""
    path = tmp_path / "申报数据.json"
    path.write_bytes(dump(sample("party")))
    person = Person(qtbot, desk)
    person.begin("tech-service")
    draft = person.wizard.draft_id
    first.asked.connect(partial(raise_window, person.window))
    done: list[str] = []

    def take(dialog: PreviewDialog) -> None:
        done.append("opened")
        person.click(dialog.take)

    def second_start(dialog: QDialog) -> None:
        assert Instance(tmp_path).hand_over(path)
        qtbot.waitUntil(lambda: bool(asked))
        qtbot.waitUntil(lambda: QApplication.activeModalWidget() is dialog)
        dialog.reject()

    def one_dialog_after_the_other() -> None:
        person.meanwhile(SettingsDialog, second_start, person.window.settings_action.trigger)
        assert person.wizard.draft_id == draft
        done.append("left")
        qtbot.waitUntil(lambda: len(desk.store.summaries()) == 2)

    person.meanwhile(PreviewDialog, take, one_dialog_after_the_other)
    assert done == ["left", "opened"]
    assert person.wizard.draft_id != draft


def test_a_folder_whose_name_is_no_utf8_has_a_socket_name_too() -> None:
    assert socket_name(Path("/home/\udcb2\udcdd")) != socket_name(Path("/home/\udcb2\udcde"))
