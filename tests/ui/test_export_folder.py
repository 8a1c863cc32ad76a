"""Where an export is proposed to go: never over another application's documents, which have the same names."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest
from rules_support import STATION, TECH, of, working

from app.export import job, names
from app.session import REVIEW_PAGE
from app.ui.desk import Desk
from app.ui.export_bar import FOLDER, own_folder
from tests.ui.conftest import TODAY

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),  # the offscreen platform, of every window
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]


def test_an_empty_folder_and_the_own_export_again(tmp_path: Path) -> None:
    mine = of(TECH)
    assert own_folder(tmp_path, mine, "") == tmp_path
    exported = job.export(mine, tmp_path, today=TODAY)
    assert own_folder(tmp_path, mine, exported.code) == tmp_path


def test_beside_another_ones_export(tmp_path: Path) -> None:
    other, mine = of(STATION), of(TECH)
    job.export(other, tmp_path, today=TODAY)
    proposed = own_folder(tmp_path, mine, "")
    assert proposed.parent == tmp_path
    assert proposed.name
    exported = job.export(mine, proposed, today=TODAY)  # made by the export
    assert own_folder(tmp_path, mine, exported.code) == proposed
    assert own_folder(tmp_path, other, other.code) == tmp_path
    (tmp_path / "another").mkdir()
    (tmp_path / "another" / names.PDF).write_bytes(b"of a draft without a bundle")
    assert own_folder(tmp_path / "another", mine, exported.code).parent == tmp_path / "another"


def test_the_window_proposes_it_and_takes_what_is_chosen(qtbot: Any, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job.export(of(STATION), tmp_path, today=TODAY)
    desk.store.set_setting(FOLDER, str(tmp_path))
    person = working(qtbot, desk, REVIEW_PAGE, of(TECH))
    bar = person.finish.bar
    assert bar.folder.parent == tmp_path
    assert bar.place.text() == str(bar.folder)
    before = bar.folder
    person.open_page("project")
    person.retype("project.name", "另一个名称")
    person.open_page(REVIEW_PAGE)
    assert bar.folder == tmp_path / "另一个名称" != before
    monkeypatch.setattr(desk.messages, "choose_folder", lambda *_: tmp_path)
    person.click(bar.choose)
    assert bar.folder == tmp_path
    person.open_page("unit")
    person.open_page(REVIEW_PAGE)
    assert bar.folder == tmp_path


def test_a_share_that_does_not_answer_keeps_no_draft_closed(
    qtbot: Any, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder of the last export on a server that is gone, or that asks for a password: looking at it is an error there."""
    share = tmp_path / "share"
    share.mkdir()
    desk.store.set_setting(FOLDER, str(share))
    look = Path.stat

    def stat(path: Path, **words: Any) -> Any:
        if path.is_relative_to(share):
            raise OSError(errno.EINVAL, "the network name is no longer available")
        return look(path, **words)

    monkeypatch.setattr(Path, "stat", stat)
    person = working(qtbot, desk, REVIEW_PAGE, of(TECH))
    bar = person.finish.bar
    assert share not in (bar.folder, *bar.folder.parents)
    assert own_folder(share, of(TECH), "") == share
    bar.folder = share
    monkeypatch.setattr(desk.messages, "choose_folder", lambda *_: tmp_path)
    person.click(bar.choose)
    assert bar.folder == tmp_path
