"""The self-test finds what is broken, says so in Chinese, and goes on with the rest."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app import about, paths, preview_process, self_test
from app.cli import run
from app.errors import AppError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def own_resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the program's files that a test may break."""
    folder = tmp_path / "bundle"
    shutil.copytree(ROOT / "resources", folder / "resources")
    monkeypatch.setattr(paths, "root", lambda: folder)
    return folder / "resources"


def test_all_is_well_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "not" / "there" / "yet"))
    assert run(["--self-test"]) == 0
    said = capfd.readouterr().out
    assert said.rstrip().endswith("自检通过")
    assert said.count("样例导出并读回") == 8
    assert said.count("[正常]") == 13
    assert f"{about.NAME} {about.VERSION}" in said
    assert str(tmp_path) not in said
    assert not (tmp_path / "not").exists()


def test_status_is_1_when_something_is_wrong(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(self_test, "findings", lambda: iter([self_test.Finding("甲", True), self_test.Finding("乙", False, "坏了")]))
    assert run(["--self-test"]) == 1
    said = capfd.readouterr().out.splitlines()
    assert "[正常] 甲" in said
    assert "[不正常] 乙：坏了" in said
    assert "1项不正常" in said[-1]


@pytest.mark.parametrize("damage", ["flip", "missing"])
def test_a_damaged_font_is_named(own_resources: Path, damage: str) -> None:
    font = own_resources / "fonts" / "box.ttf"
    data = font.read_bytes()
    if damage == "flip":
        font.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    else:
        font.unlink()
    assert hashlib.sha256(data).hexdigest() in (own_resources / "fonts" / "SHA256SUMS").read_text()
    finding = self_test.tried("字体", self_test.check_fonts)
    assert not finding.fine
    assert "box.ttf" in finding.said


def test_a_missing_licence_is_named(own_resources: Path) -> None:
    (own_resources / "licences" / "lxml.txt").unlink()
    with pytest.raises(AppError, match="lxml"):
        self_test.check_licences()


def test_a_file_that_reads_back_otherwise_is_found(tmp_path: Path) -> None:
    from app.application import load
    from app.samples import sample

    application = sample("party")
    document = json.loads((ROOT / "resources/samples/party.json").read_bytes())
    document["attachments"] = []
    path = tmp_path / "同.json"
    path.write_text(json.dumps(document), "utf-8")
    self_test.compare(path, load(path))
    document["values"]["project.name"] += "改"
    other = tmp_path / "异.json"
    other.write_text(json.dumps(document), "utf-8")
    with pytest.raises(AppError, match="json"):
        self_test.compare(other, application)


def broken() -> str:
    raise ModuleNotFoundError("No module named 'lxml'", name="lxml")


def test_an_unforeseen_error_is_a_finding_too() -> None:
    assert self_test.tried("甲", broken) == self_test.Finding("甲", False, "ModuleNotFoundError（lxml）")


@pytest.mark.parametrize(
    ("program", "found"), [("print('好')", "好"), ("import sys; sys.exit('坏')", None), ("import os; os.abort()", None)]
)
def test_a_window_that_ends_its_process_is_a_finding(program: str, found: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "own_command", lambda: [sys.executable, "-X", "utf8", "-c", program])
    finding = self_test.tried("窗口", self_test.check_window)
    assert (finding.said == found) if found else not finding.fine


def test_no_display_is_needed() -> None:
    words = [sys.executable, "-m", "app", self_test.WINDOW]
    done = subprocess.run(words, cwd=ROOT, env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert "Qt 6." in done.stdout.decode()
    assert "Tineng" in done.stdout.decode()


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A packed program, as far as paths can tell."""
    monkeypatch.delenv(paths.HOME_VARIABLE, raising=False)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "tineng"))
    return tmp_path


@pytest.mark.parametrize("mark", paths.PORTABLE_MARKS)
def test_the_portable_form_keeps_its_data_beside_itself(program: Path, mark: str) -> None:
    usual = paths.data_folder()
    assert not usual.is_relative_to(program)
    (program / mark).touch()
    assert paths.data_folder() == program / paths.PORTABLE_DATA
    assert paths.call_folder() == program / paths.PORTABLE_DATA / "calls"
    (program / mark).unlink()
    (program / mark).mkdir()
    assert paths.data_folder() == usual, "a folder is no mark"


def test_a_mark_beside_the_source_changes_nothing(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (program / paths.PORTABLE_MARKS[0]).touch()
    monkeypatch.delattr(sys, "frozen")
    assert not paths.is_portable()
    assert not paths.data_folder().is_relative_to(program)


def test_the_variable_goes_before_the_mark(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (program / paths.PORTABLE_MARKS[0]).touch()
    monkeypatch.setenv(paths.HOME_VARIABLE, str(program / "other"))
    assert paths.data_folder() == program / "other"


def test_on_a_mac_the_mark_lies_beside_the_app(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(program / "提能申报.app/Contents/MacOS/tineng"))
    (program / paths.PORTABLE_MARKS[0]).touch()
    assert paths.data_folder() == program / paths.PORTABLE_DATA


def test_the_preview_is_tried_in_its_process() -> None:
    finding = self_test.tried("预览", self_test.check_preview)
    assert finding.fine, finding.said
    assert finding.said.startswith("独立进程")


def test_a_preview_without_its_process_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "own_command", lambda: [sys.executable, "-c", "raise SystemExit(1)"])
    monkeypatch.setattr(preview_process, "_SHARED", [])
    finding = self_test.tried("预览", self_test.check_preview)
    assert finding.said.startswith("本进程")


def test_a_data_folder_on_a_drive_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "data_folder", lambda: Path("/stick/tineng"))
    monkeypatch.setattr(Path, "is_dir", lambda _: False)  # as on Windows, where even the root of an absent drive is no folder
    finding = self_test.tried("数据文件夹", self_test.check_room)
    assert not finding.fine
    assert "盘" in finding.said
    assert "stick" not in finding.said
