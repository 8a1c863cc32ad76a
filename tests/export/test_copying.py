"""另存数据到别处: the copy reads back the same, nothing of another copy is overwritten, what cannot be read does not hold back the text."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.application import load
from app.attachments import Attachment
from app.errors import AppError
from app.export import atomic
from app.export.copying import save_copy
from app.samples import sample

NAME = "申报数据.json"


def test_copy_reads_back(tmp_path: Path) -> None:
    application = sample("capability", "service-station")
    save_copy(application, tmp_path / NAME)
    again = load(tmp_path / NAME)
    assert again.values == application.values
    assert again.code == application.code
    assert all(entry.path is not None and entry.path.parent.name == "附件" for entry in again.attachments)


def test_another_copys_attachments_stay(tmp_path: Path) -> None:
    first, second = sample("capability", "service-station"), sample("capability", "service-station")
    save_copy(first, tmp_path / "一.json")
    second.attachments[0] = Attachment(second.attachments[0].role, "别的.pdf", data=b"%PDF-other")
    save_copy(second, tmp_path / "二.json")
    assert load(tmp_path / "一.json").code == first.code
    assert load(tmp_path / "二.json").code == second.code


def test_saving_again_makes_no_second_file(tmp_path: Path) -> None:
    application = sample("capability", "service-station")
    save_copy(application, tmp_path / NAME)
    before = sorted(path.name for path in (tmp_path / "附件").iterdir())
    application.set("project.place", "别处")
    save_copy(application, tmp_path / NAME)
    assert sorted(path.name for path in (tmp_path / "附件").iterdir()) == before
    assert load(tmp_path / NAME).values["project.place"] == "别处"


def test_an_unreadable_attachment_does_not_hold_back_the_text(tmp_path: Path) -> None:
    application = sample("capability", "service-station")
    application.attachments.append(Attachment("other", "没了", path=tmp_path / "gone.pdf"))
    with pytest.raises(AppError, match="申报数据已另存，但附件“没了”读不出来"):
        save_copy(application, tmp_path / NAME)
    assert load(tmp_path / NAME).values == application.values


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    application = sample("capability", "tech-service")
    save_copy(application, tmp_path / NAME)
    before = (tmp_path / NAME).read_bytes()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(atomic.disk, "write", full)
    application.set("project.place", "别处")
    with pytest.raises(AppError, match="磁盘已满"):
        save_copy(application, tmp_path / NAME)
    assert (tmp_path / NAME).read_bytes() == before
