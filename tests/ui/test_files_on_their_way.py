"""Files that are still being copied when somebody exports, goes home or quits: all wait for them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from journeys_support import CONTROL, Person
from PySide6.QtCore import Qt
from rules_support import at_work

from app.application import Application
from app.opening.openers import open_application
from app.samples import sample
from app.session import REVIEW_PAGE
from app.ui import attachment_jobs
from app.ui.attachments_page import AttachmentsPage
from app.ui.desk import Desk
from app.ui.export_dialog import ExportDialog
from app.ui.export_worker import Job
from forms.shared import ATTACHMENTS
from tests.ui.conftest import Recorder

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),  # the offscreen platform, of every window
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]


@pytest.fixture
def slow_stick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that come from the stick only when somebody waits for them."""
    waited_for = threading.Event()
    read, wait = attachment_jobs._parts, Job.wait

    def held(path: Path, name: str) -> Iterator[bytes]:
        assert waited_for.wait(60)
        return read(path, name)

    def release(job: Job, seconds: float = 30.0) -> bool:
        waited_for.set()
        return wait(job, seconds)

    monkeypatch.setattr(attachment_jobs, "_parts", held)
    monkeypatch.setattr(Job, "wait", release)


def adding(qtbot: Any, desk: Desk, recorder: Recorder, tmp_path: Path) -> tuple[Person, Application]:
    """A person who has just chosen the one file that a complete application still needs."""
    wanted = sample("capability", "service-station")
    file = tmp_path / wanted.attachments[0].name
    assert wanted.attachments[0].path is not None
    file.write_bytes(wanted.attachments[0].path.read_bytes())
    begun = sample("capability", "service-station")
    begun.attachments = wanted.attachments[1:]
    person = at_work(qtbot, desk, ATTACHMENTS, begun)
    recorder.answers.append([file])
    page = person.wizard.page
    assert isinstance(page, AttachmentsPage)
    person.click(page.add)
    assert page.busy
    return person, wanted


@pytest.mark.usefixtures("slow_stick")
def test_an_export_waits_for_files_that_are_being_added(qtbot: Any, desk: Desk, recorder: Recorder, tmp_path: Path) -> None:
    person, wanted = adding(qtbot, desk, recorder, tmp_path)
    person.open_page(REVIEW_PAGE)
    folder = tmp_path / "导出"
    folder.mkdir()
    recorder.answers.append(folder)
    person.click(person.finish.bar.choose)
    person.meanwhile(ExportDialog, person._close_export, lambda: person.click(person.finish.bar.draft))
    [printed] = folder.glob("*.pdf")
    assert len(open_application(printed).application.attachments) == len(wanted.attachments)


@pytest.mark.usefixtures("slow_stick")
def test_leaving_waits_for_files_that_are_being_added(qtbot: Any, desk: Desk, recorder: Recorder, tmp_path: Path) -> None:
    person, wanted = adding(qtbot, desk, recorder, tmp_path)
    draft = person.wizard.draft_id
    person.click(person.wizard.bar.home)
    assert person.window.wizard is None
    assert len(desk.store.load(draft).application.attachments) == len(wanted.attachments)


@pytest.mark.usefixtures("slow_stick")
def test_quitting_waits_for_files_that_are_being_added(qtbot: Any, desk: Desk, recorder: Recorder, tmp_path: Path) -> None:
    person, wanted = adding(qtbot, desk, recorder, tmp_path)
    draft = person.wizard.draft_id
    person.key(Qt.Key.Key_Q, CONTROL)
    qtbot.waitUntil(lambda: not person.window.isVisible())
    assert len(desk.store.load(draft).application.attachments) == len(wanted.attachments)
