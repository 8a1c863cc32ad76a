"""Reports and the log: where and what kind, and never a word of anybody's."""

from __future__ import annotations

import errno
import os
import sqlite3
import sys
import tomllib
from datetime import datetime
from pathlib import Path

import pytest

from app import about, crash
from app.crash import KEEP, LOG_BYTES, Records, Report, report_of
from forms.text import money_text

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2022, 3, 25, 14, 32, 5)
SECRET = "赵钱孙李-13907361234"


def caught(error: BaseException) -> Report:
    """The report of an error raised here, in code that is not the program's."""
    try:
        raise error
    except BaseException as found:
        return report_of(found, "界面")


def own_error() -> Report:
    """The report of an error that passes through the program's own code."""
    with pytest.raises(Exception) as found:
        money_text(SECRET)  # type: ignore[arg-type]
    return report_of(found.value, "界面")


def test_frames_are_module_function_and_line_of_our_own_code_only() -> None:
    report = own_error()
    assert report.frames
    for frame in report.frames:
        module, function, line = frame.split(":")
        assert module == "forms.text"
        assert function.isidentifier()
        assert int(line) > 0
    assert caught(ValueError("x")).frames == ()


def test_the_message_of_an_exception_is_never_kept() -> None:
    assert SECRET not in own_error().text(NOW)
    for kind in (ValueError, KeyError, RuntimeError, UnicodeError, SystemError):
        text = caught(kind(SECRET)).text(NOW)
        assert SECRET not in text
        assert kind.__name__ in text


def test_a_failed_system_call_keeps_its_number_and_not_its_path() -> None:
    report = caught(OSError(errno.ENOSPC, SECRET, "/home/zhaoliu/草稿.sqlite"))
    assert report.kinds == ("OSError ENOSPC",)
    text = report.text(NOW)
    assert SECRET not in text
    assert "zhaoliu" not in text
    assert "草稿" not in text


def test_a_database_error_keeps_its_name() -> None:
    with pytest.raises(sqlite3.Error) as found:
        sqlite3.connect(":memory:").execute(f"SELECT '{SECRET}' FROM nowhere")
    report = report_of(found.value, "界面")
    assert report.kinds == ("sqlite3.OperationalError SQLITE_ERROR",)


def test_causes_are_named_and_a_circle_of_them_ends() -> None:
    first, second = ValueError(SECRET), KeyError(SECRET)
    first.__cause__, second.__cause__ = second, first
    assert report_of(first, "界面").kinds == ("ValueError", "KeyError")
    outer = RuntimeError(SECRET)
    outer.__context__ = OSError(errno.EIO, SECRET)
    assert caught(outer).kinds == ("RuntimeError", "OSError EIO")


def test_names_that_are_no_identifiers_are_left_out() -> None:
    odd = type(SECRET, (Exception,), {"__module__": "/home/zhaoliu"})
    report = caught(odd(SECRET))
    assert report.kinds == ("?",)
    assert "?" in report.text(NOW)


def test_a_file_name_never_gets_in_by_way_of_a_frame() -> None:
    names = {"__name__": "app.made"}
    code = compile("def broken():\n    raise ValueError\nbroken()", f"/home/zhaoliu/{SECRET}.py", "exec")
    with pytest.raises(ValueError) as found:
        exec(code, names)
    report = report_of(found.value, "界面")
    assert report.frames == ("app.made:<module>:3", "app.made:broken:2")
    assert "zhaoliu" not in report.text(NOW)


def test_a_deep_recursion_gives_a_short_report() -> None:
    code = compile("def down():\n    down()\ndown()", "x", "exec")
    with pytest.raises(RecursionError) as found:
        exec(code, {"__name__": "app.made"})
    assert len(report_of(found.value, "界面").frames) == crash.MAX_FRAMES


def test_reports_are_private_and_the_oldest_go(tmp_path: Path) -> None:
    records = Records(tmp_path / "data")
    for second in range(KEEP + 5):
        assert records.keep(caught(ValueError("x")), NOW.replace(second=second))
    left = sorted(records.reports.iterdir())
    assert len(left) == KEEP
    assert left[0].name == "report-20220325-143205-000.txt"
    if sys.platform != "win32":
        assert records.reports.stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o777 for path in left} == {0o600}


def test_two_reports_of_one_second_are_both_kept(tmp_path: Path) -> None:
    records = Records(tmp_path)
    records.keep(caught(ValueError("x")), NOW)
    records.keep(caught(KeyError("x")), NOW)
    assert len(list(records.reports.iterdir())) == 2


def test_a_report_that_cannot_be_written_is_no_second_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    records = Records(tmp_path)
    monkeypatch.setattr(os, "open", full)
    assert not records.keep(caught(ValueError("x")), NOW)
    records.note("start")


def test_the_log_takes_identifiers_only_and_is_put_aside_when_large(tmp_path: Path) -> None:
    records = Records(tmp_path)
    records.note("save-failed", "ENOSPC", 3, SECRET, "C:\\Users\\zhaoliu", "两个 词")
    line = records.log_file.read_text(encoding="utf-8")
    assert line.endswith(" save-failed ENOSPC 3 ? ? ?\n")
    records.log_file.write_text("x" * (LOG_BYTES + 1), encoding="utf-8")
    records.note("start")
    assert records.log_file.read_text(encoding="utf-8").endswith(" start\n")
    assert (records.logs / "tineng.1.log").stat().st_size == LOG_BYTES + 1
    if sys.platform != "win32":
        assert records.logs.stat().st_mode & 0o777 == 0o700
        assert records.log_file.stat().st_mode & 0o777 == 0o600


def test_versions_name_no_person_and_no_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    found = dict(about.versions())
    assert found[about.NAME] == about.VERSION
    assert found["Python"]
    everything = " ".join(number for _, number in about.versions())
    assert str(tmp_path) not in everything
    assert os.uname().nodename not in everything.split() if hasattr(os, "uname") else True
    assert about.version_of("no-such-distribution") == ""


def test_the_version_is_the_one_of_the_project_file() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"] == about.VERSION


def test_every_library_that_is_shipped_comes_with_its_licence() -> None:
    lock = (ROOT / "packaging" / "requirements.txt").read_text(encoding="utf-8")
    shipped = {line.split("==")[0].strip().lower().replace("_", "-") for line in lock.splitlines() if "==" in line}
    known = {component.distribution.lower().replace("_", "-") for component in about.COMPONENTS}
    assert shipped
    assert shipped <= known
    fonts = {path.name for path in (ROOT / "resources" / "fonts" / "licences").iterdir()}
    assert fonts == {Path(component.text).name for component in about.COMPONENTS if component.text.startswith("fonts/")}
    for component in about.COMPONENTS:
        assert len(about.licence_text(component)) > 100, component.name
