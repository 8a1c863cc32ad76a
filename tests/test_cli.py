"""The commands as a script sees them: what is printed where, and the exit status (spec package.md)."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from app.application import load
from app.cli import FAILED, FINE, HAS_ERRORS, run

ROOT = Path(__file__).resolve().parent.parent
DAY = ("--today", "2022-03-25")
EVERY = [
    ("party", ""), ("capability", "key-society"), ("capability", "service-station"), ("capability", "government-functions"),
    ("capability", "academic-exchange"), ("capability", "tech-service"), ("capability", "science-popularization"),
    ("capability", "society-locality"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINENG_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture
def out(capfd: pytest.CaptureFixture[str]):
    """Carry out a command in this process: ``(exit status, stdout, lines of stderr)``."""

    def call(*words: object) -> tuple[int, str, list[str]]:
        status = run([str(word) for word in words])
        printed = capfd.readouterr()
        return status, printed.out, printed.err.splitlines()

    return call


@pytest.fixture
def sample_file(out, tmp_path: Path):
    """Write a sample to a file."""

    def make(form: str = "party", category: str = "", **changes: object) -> Path:
        words = ["sample", form] + (["--category", category] if category else [])
        document = json.loads(out(*words)[1])
        document["values"].update(changes)
        for name in [name for name, value in changes.items() if value is None]:
            del document["values"][name]
        path = tmp_path / f"{form}{category}{len(list(tmp_path.iterdir()))}.json"
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        return path

    return make


@pytest.mark.parametrize(("form", "category"), EVERY)
def test_every_sample_passes_every_check_and_exports(out, sample_file, tmp_path: Path, form: str, category: str) -> None:
    path = sample_file(form, category)
    status, printed, errors = out("check", path, "--json", *DAY)
    assert (status, errors) == (FINE, [])
    assert json.loads(printed)["files"] == [{"file": str(path), "errors": 0, "warnings": 0, "notes": 0, "problems": []}]
    status, printed, errors = out("export", path, "--out", tmp_path / "包", "--json", *DAY)
    assert (status, errors) == (FINE, [])
    made = json.loads(printed)
    assert all(Path(name).is_file() for name in made["files"].values())
    assert 6 <= made["pages"] <= 10
    assert out("verify", made["files"]["zip"])[0] == FINE
    data = json.loads(path.read_text(encoding="utf-8"))
    for name in ("zip", "pdf", "docx"):
        status, printed, _ = out("read", made["files"][name])
        assert status == FINE
        again = json.loads(printed)
        assert again["values"] == data["values"]
        assert [entry["name"] for entry in again["attachments"]] == [entry["name"] for entry in data["attachments"]]


def test_new_prints_an_empty_draft(out) -> None:
    status, printed, _ = out("new", "capability", "--category", "tech-service")
    document = json.loads(printed)
    assert status == FINE
    assert document["values"] == {"project.category": "tech-service"}
    assert (document["format"], document["version"], document["call"]) == ("kexie-application", 1, "changde-2022")


def test_schema_names_every_field(out) -> None:
    for form in ("party", "capability"):
        status, printed, _ = out("schema", form)
        document = json.loads(printed)
        assert status == FINE
        sample = json.loads(out("sample", form)[1])["values"]
        assert set(sample) <= set(document["properties"])
        assert document["properties"]["people"]["items"]["properties"].keys() == {"name", "post", "title", "duty", "note"}


def test_errors_are_told_and_block_the_final_export(out, sample_file, tmp_path: Path) -> None:
    path = sample_file("party", **{"budget.grant": "1.2", "project.leader.mobile": "1390736"})
    status, printed, _ = out("check", path, "--json", *DAY)
    assert status == HAS_ERRORS
    found = {problem["rule"]: problem for problem in json.loads(printed)["files"][0]["problems"]}
    assert {"budget.grant", "format.mobile", "budget.sum"} <= set(found)
    assert found["budget.grant"].keys() == {"rule", "level", "field", "row", "message", "clause"}
    assert found["budget.grant"]["clause"] == "附件1（一）4"
    target = tmp_path / "out"
    status, printed, errors = out("export", path, "--out", target, *DAY)
    assert status == HAS_ERRORS
    assert printed == ""
    assert any("上限0.5万元" in line for line in errors)
    assert not target.exists() or not list(target.iterdir())


def test_a_draft_export_is_always_possible_and_has_no_bundle(out, tmp_path: Path) -> None:
    path = tmp_path / "empty.json"
    path.write_text(out("new", "party")[1], encoding="utf-8")
    status, printed, errors = out("export", path, "--out", tmp_path / "out", "--draft", "--json", *DAY)
    assert (status, errors) == (FINE, [])
    files = json.loads(printed)["files"]
    assert files["zip"] is None
    assert files["eml"] is None
    assert Path(files["pdf"]).is_file()
    assert Path(files["docx"]).is_file()


def test_several_files_are_checked_together(out, sample_file) -> None:
    paths = [sample_file("party", **{"project.name": f"项目{n}"}) for n in range(4)]
    assert out("check", *paths[:3], *DAY)[0] == FINE
    status, printed, _ = out("check", *paths, "--json", *DAY)
    assert status == HAS_ERRORS
    assert [[problem["rule"] for problem in entry["problems"]] for entry in json.loads(printed)["files"]] == [["limit.three"]] * 4
    twice = [sample_file("party"), sample_file("party")]
    status, printed, _ = out("check", *twice, "--json", *DAY)
    assert status == FINE
    assert {problem["rule"] for entry in json.loads(printed)["files"] for problem in entry["problems"]} == {"same.project"}


FAILURES = [
    ["check"], ["check", "none.json"], ["export", "none.json"], ["export", "x", "--out", "y", "--today", "2022-02-30"],
    ["new", "nothing"], ["sample", "party", "--category", "tech-service"], ["schema"], ["verify", "none.zip"], ["read", "none.pdf"],
    ["new", "party", "--odd"], ["--odd"],
]  # fmt: skip


@pytest.mark.parametrize("words", FAILURES, ids=" ".join)
def test_what_cannot_be_carried_out(out, words: list[str]) -> None:
    status, printed, errors = out(*words)
    assert status == FAILED
    assert printed == ""
    assert len(errors) == 1
    assert any("\u4e00" <= char <= "\u9fff" for char in errors[0])


def test_a_folder_is_named_where_a_file_is_wanted(out, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert out("read", ".")[2] == ["“.”不是文件"]
    assert out("read", tmp_path)[2] == [f"“{tmp_path.name}”不是文件"]


def test_a_path_left_empty_is_not_the_current_folder(out, sample_file, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a script writes it whose variable is not set."""
    path = sample_file()
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    for words in (["export", path, "--out", "", "--force", *DAY], ["read", path, "--out", ""], ["check", "", *DAY], ["verify", ""]):
        status, printed, errors = out(*words)
        assert (status, printed, len(errors)) == (FAILED, "", 1)
        assert "参数" in errors[0]
    assert sorted(tmp_path.iterdir()) == before


def test_nothing_is_overwritten_unasked(out, sample_file, tmp_path: Path) -> None:
    path, target = sample_file(), tmp_path / "out"
    assert out("export", path, "--out", target, *DAY)[0] == FINE
    before = {entry.name: entry.read_bytes() for entry in target.iterdir()}
    status, _, errors = out("export", path, "--out", target, *DAY)
    assert status == FAILED
    assert "--force" in errors[0] or "已经有" in errors[0] or "已存在" in errors[0]
    assert {entry.name: entry.read_bytes() for entry in target.iterdir()} == before
    assert out("export", path, "--out", target, "--force", *DAY)[0] == FINE
    assert {entry.name: entry.read_bytes() for entry in target.iterdir()} == before  # the same bytes again


@pytest.mark.parametrize("ready", [True, False])
def test_progress_leaves_its_line_and_needs_no_escapes(
    ready: bool, out, sample_file, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A console of Windows shows escapes as signs unless it is told otherwise."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    path = sample_file("party", **({} if ready else {"unit.phone": None}))
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    status, _, _ = out("export", path, "--out", tmp_path / "out", *DAY)
    assert status == (FINE if ready else HAS_ERRORS)
    said = terminal.getvalue()
    assert "\x1b" not in said
    *steps, blank, after = said.split("\r")
    assert [step.strip() for step in steps if "检查" in step] == ["检查 0%"]
    assert blank.strip() == ""
    assert len(blank) >= max(len(step.rstrip()) + 5 for step in steps), "a Chinese character takes two columns"
    assert (after == "") if ready else after.startswith("[错误]")


def test_unknown_keys_are_said_and_kept(out, sample_file) -> None:
    path = sample_file("party", **{"unit.motto": "x"})
    status, _, errors = out("check", path, *DAY)
    assert status == FINE
    assert len(errors) == 1
    assert "unit.motto" in errors[0]
    assert json.loads(out("read", path)[1])["values"]["unit.motto"] == "x"


def test_what_is_read_from_an_incomplete_bundle_has_the_code_that_was_signed(out, sample_file, tmp_path: Path) -> None:
    path = sample_file("capability", "tech-service")
    document = json.loads(path.read_text(encoding="utf-8"))
    document["attachments"] = []
    for name in ("合同.pdf", "名单.pdf"):
        (tmp_path / name).write_bytes(b"%PDF-1.4 " + name.encode())
        document["attachments"].append({"role": "other", "name": name, "file": name})
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    made = json.loads(out("export", path, "--out", tmp_path / "out", "--json", *DAY)[1])
    with zipfile.ZipFile(made["files"]["zip"]) as whole, zipfile.ZipFile(tmp_path / "less.zip", "w") as less:
        for name in whole.namelist():
            if not name.startswith("附件/02"):
                less.writestr(name, whole.read(name))
    status, printed, errors = out("read", tmp_path / "less.zip", "--out", tmp_path / "read")
    assert status == FINE
    assert any("缺少1个附件" in line for line in errors)
    again = tmp_path / "read" / "again.json"
    again.write_text(printed, encoding="utf-8")
    assert load(again).code == made["code"]


def test_results_are_utf8_in_any_locale(tmp_path: Path) -> None:
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "TINENG_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-m", "app", "sample", "party"], cwd=ROOT, env=environment, capture_output=True, check=True)
    assert "科学技术" in done.stdout.decode("utf-8") or "学会" in done.stdout.decode("utf-8")
    failed = subprocess.run([sys.executable, "-m", "app", "new", "x"], cwd=ROOT, env=environment, capture_output=True, check=False)
    assert failed.returncode == FAILED
    assert "可选" in failed.stderr.decode("utf-8")
    assert b"Traceback" not in failed.stderr


def _process(words: list[str], tmp_path: Path, redirect: str, *, buffered: bool = True) -> subprocess.CompletedProcess[bytes]:
    """A command in a shell that sets its streams, as scripts do."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"} | {"TINENG_HOME": str(tmp_path)}
    if not buffered:
        environment["PYTHONUNBUFFERED"] = "1"
    line = f'exec "$0" -m app "$@" {redirect}'
    return subprocess.run(["sh", "-c", line, sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, check=False)


needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")


@needs_full
@pytest.mark.parametrize("buffered", [True, False])
@pytest.mark.parametrize("words", [["new", "party"], ["schema", "party"], ["--help"]], ids=" ".join)
def test_results_that_cannot_be_written_are_told(words: list[str], buffered: bool, tmp_path: Path) -> None:
    done = _process(words, tmp_path, ">/dev/full", buffered=buffered)
    assert done.returncode == FAILED
    assert done.stderr.decode().splitlines() == ["命令没有执行成：磁盘已满"]


@needs_full
def test_messages_that_cannot_be_written_change_no_status(tmp_path: Path) -> None:
    assert _process(["new", "x"], tmp_path, "2>/dev/full").returncode == FAILED


@pytest.mark.skipif(os.name != "posix", reason="shell")
@pytest.mark.parametrize("words", [["new", "party"], ["schema", "party"]], ids=" ".join)
def test_nobody_who_listens_is_no_error(words: list[str], tmp_path: Path) -> None:
    done = _process(words, tmp_path, ">&-")
    assert (done.returncode, done.stderr) == (FINE, b"")


@pytest.mark.skipif(os.name != "posix", reason="shell")
def test_without_a_place_for_messages_results_stay_clean(tmp_path: Path) -> None:
    done = _process(["new", "x"], tmp_path, "2>&-")
    assert (done.returncode, done.stdout) == (FAILED, b"")
    path = tmp_path / "x.json"
    path.write_bytes(_process(["sample", "party"], tmp_path, "").stdout)
    done = _process(["export", str(path), "--out", str(tmp_path / "o"), "--json", *DAY], tmp_path, "2>&-")
    assert done.returncode == FINE
    assert json.loads(done.stdout)["pages"] >= 6


@pytest.mark.parametrize("words", [["sample", "capability"], ["--help"]], ids=" ".join)
@pytest.mark.parametrize("buffered", [True, False])
def test_a_reader_that_goes_away_is_no_error_of_ours(words: list[str], buffered: bool, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"} | {"TINENG_HOME": str(tmp_path)}
    if not buffered:
        environment["PYTHONUNBUFFERED"] = "1"
    command = [sys.executable, "-m", "app", *words]
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (FAILED, b"")
