"""The export from the window: progress, cancel, asking before anything is replaced, failures in words."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.errors import AppError
from app.export import job as exports
from app.samples import sample
from app.session import Session
from app.store import State, Store
from app.ui.desk import Desk
from app.ui.export_dialog import ExportDialog, existing
from app.ui.export_worker import BROKEN, Job

if TYPE_CHECKING:
    from conftest import Recorder

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)  # the offscreen platform's own word, about every window
Open = Callable[..., ExportDialog]
LEFT = Qt.MouseButton.LeftButton
LONG = 60


@pytest.fixture
def opened(qtbot: QtBot, desk: Desk, tmp_path: Path) -> Open:
    """A dialog for a complete, stored application."""

    def make(*, draft: bool = False, change: tuple[str, str] | None = None, folder: Path | None = None) -> ExportDialog:
        application = sample("capability", "tech-service")
        if change:
            application.set(*change)
        stored = desk.store.load(desk.store.create(application))
        session = Session(stored.application, stored.memory, today=desk.today)
        dialog = ExportDialog(desk, stored.id, session, folder or tmp_path / "out", draft=draft)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return make


def run(qtbot: QtBot, dialog: ExportDialog) -> None:
    assert dialog.start()
    qtbot.waitUntil(lambda: dialog.exported is not None)


def words(dialog: ExportDialog) -> str:
    return "\n".join(label.text() for label in dialog.result_page.findChildren(QLabel))


def test_final_export(qtbot: QtBot, opened: Open, desk: Desk, tmp_path: Path) -> None:
    dialog = opened()
    run(qtbot, dialog)
    found = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"申报书.pdf", "申报书.docx", "邮件.eml"} < found
    assert "正式稿已导出，尚未报送" in words(dialog)
    assert dialog.session.application.code in words(dialog)
    summary = desk.store.summary(dialog.draft_id)
    assert (summary.exported_code, summary.state) == (dialog.session.application.code, State.EXPORTED)
    assert any("导出" in version.reason for version in desk.store.versions(dialog.draft_id))
    assert dialog.mail is not None
    assert dialog.files is not None
    assert dialog.files.print_button.text().startswith("打印4份")


def test_draft_export_is_always_possible(qtbot: QtBot, opened: Open, desk: Desk, tmp_path: Path) -> None:
    dialog = opened(draft=True, change=("unit.email", "nonsense"))
    run(qtbot, dialog)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"申报书（草稿）.pdf", "申报书（草稿）.docx"}
    assert "不能用来报送" in words(dialog)
    assert dialog.mail is None
    assert desk.store.summary(dialog.draft_id).exported_code == ""


def test_asks_before_replacing(qtbot: QtBot, opened: Open, recorder: Recorder, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "申报书.pdf").write_bytes(b"old")
    dialog = opened()
    recorder.answers = [False]
    assert not dialog.start()
    assert "“申报书.pdf”" in recorder.texts("confirm")[0]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["申报书.pdf"]
    recorder.answers = [True]
    run(qtbot, dialog)
    assert (tmp_path / "out" / "申报书.pdf").read_bytes().startswith(b"%PDF")


def test_a_file_that_appears_meanwhile_is_not_replaced(
    qtbot: QtBot, opened: Open, recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.ui import export_dialog

    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "申报书.pdf").write_bytes(b"old")
    monkeypatch.setattr(export_dialog, "existing", lambda *_, **__: [])  # nothing was there when the person was asked
    dialog = opened()
    with qtbot.waitSignal(dialog.rejected):
        assert dialog.start()
    assert "“申报书.pdf”" in recorder.texts("alarm")[0]
    assert (tmp_path / "out" / "申报书.pdf").read_bytes() == b"old"


def test_existing_names_what_would_go(opened: Open, tmp_path: Path) -> None:
    dialog = opened()
    folder = tmp_path / "out"
    folder.mkdir()
    assert existing(dialog.session.application, folder, draft=False) == []
    (folder / "邮件.eml").write_bytes(b"x")
    (folder / "申报书（草稿）.docx").write_bytes(b"x")
    assert existing(dialog.session.application, folder, draft=False) == ["邮件.eml"]
    assert existing(dialog.session.application, folder, draft=True) == ["申报书（草稿）.docx"]


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Set when the export's first step is on its way to the window, and to be set for the export to go on."""
    begun, go_on = threading.Event(), threading.Event()
    export = exports.export

    def waiting(*args: Any, progress: exports.Progress, **options: Any) -> exports.Exported:
        progress("检查", 0.0)
        begun.set()
        assert go_on.wait(LONG)
        return export(*args, progress=progress, **options)

    monkeypatch.setattr(exports, "export", waiting)
    return begun, go_on


def test_cancelled(qtbot: QtBot, opened: Open, tmp_path: Path, held: tuple[threading.Event, threading.Event]) -> None:
    begun, go_on = held
    dialog = opened()
    assert dialog.start()
    assert begun.wait(LONG)
    with qtbot.waitSignal(dialog.rejected):
        qtbot.mouseClick(dialog.progress.cancel, LEFT)
        QApplication.processEvents()  # the step that was on its way arrives
        assert "正在取消" in dialog.progress.text.text()
        go_on.set()
    assert dialog.exported is None
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


def test_escape_cancels_first(qtbot: QtBot, opened: Open, held: tuple[threading.Event, threading.Event]) -> None:
    dialog = opened()
    assert dialog.start()
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        assert dialog.isVisible()
        held[1].set()
    assert dialog.exported is None


def test_a_failure_is_told_in_words(qtbot: QtBot, opened: Open, recorder: Recorder, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    dialog = opened(folder=tmp_path / "file" / "out")
    with qtbot.waitSignal(dialog.rejected):
        assert dialog.start()
    assert len(recorder.texts("alarm")) == 1
    assert "文件夹" in recorder.texts("alarm")[0]


def test_errors_stop_the_final_export(qtbot: QtBot, opened: Open, recorder: Recorder, desk: Desk) -> None:
    dialog = opened(change=("unit.email", "nonsense"))
    with qtbot.waitSignal(dialog.rejected):
        assert dialog.start()
    assert "还有1处错误" in recorder.texts("alarm")[0]
    assert desk.store.summary(dialog.draft_id).exported_code == ""


def test_an_export_that_cannot_be_noted_says_so(qtbot: QtBot, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise AppError("磁盘已满")

    monkeypatch.setattr(Store, "mark_exported", full)
    dialog = opened()
    run(qtbot, dialog)
    assert "文件已导出，但草稿里没能记下这次导出：磁盘已满" in words(dialog)


def test_the_window_lives_during_an_export(qtbot: QtBot, opened: Open) -> None:
    dialog = opened()
    seen: list[str] = []
    assert dialog.start()
    assert dialog._job is not None
    dialog._job.progress.connect(lambda text, _fraction: seen.append(text))
    qtbot.waitUntil(lambda: dialog.exported is not None)
    assert len(seen) >= 5
    assert dialog.progress.bar.value() == 1000


# --- the worker ----------------------------------------------------------------------------------------------------------


def test_a_bug_is_told_and_raised(qtbot: QtBot) -> None:
    job = Job(lambda _progress, _cancelled: 1 // 0)
    with qtbot.captureExceptions() as caught, qtbot.waitSignal(job.failed) as failed:
        job.start()
    assert failed.args == [BROKEN]
    assert caught[0][0] is ZeroDivisionError


def test_an_owner_that_is_gone_does_no_harm(qtbot: QtBot) -> None:
    go = threading.Event()
    job = Job(lambda progress, cancelled: (go.wait(LONG), progress("x", 0.5), cancelled()))
    job.start()
    thread = job._thread
    import shiboken6

    shiboken6.delete(job)
    go.set()
    thread.join(LONG)
    assert not thread.is_alive()
