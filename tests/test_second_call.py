"""Next year's notice is a data file: an invented call is brought in from data alone and runs from end to end."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from app.cli import FINE, HAS_ERRORS, run
from forms.call import calls, load_call

DATA = Path(__file__).parent / "data" / "calls"
CALL = load_call(DATA / "nextyear_2031.toml")
DAY = ("--today", "2031-03-01")


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]):
    """Commands on a machine where the new call's file was put into the person's own folder of calls."""
    monkeypatch.setenv("TINENG_HOME", str(tmp_path / "home"))
    shutil.copytree(DATA, tmp_path / "home" / "calls")
    calls.cache_clear()

    def call(*words: object) -> tuple[int, str, list[str]]:
        status = run([str(word) for word in words])
        printed = capfd.readouterr()
        return status, printed.out, printed.err.splitlines()

    yield call
    calls.cache_clear()


@pytest.mark.parametrize("category", [entry.id for entry in CALL.categories])
def test_every_category_runs_from_sample_to_bundle(out, tmp_path: Path, category: str) -> None:
    form = next(entry.form for entry in CALL.categories if entry.id == category)
    status, printed, errors = out("sample", form, *(() if form == "party" else ("--category", category)))
    assert (status, errors) == (FINE, [])
    path = tmp_path / "a.json"
    path.write_text(printed, encoding="utf-8")
    assert json.loads(printed)["call"] == CALL.id
    status, printed, errors = out("check", path, "--json", *DAY)
    assert json.loads(printed)["files"][0]["problems"] == []
    status, printed, errors = out("export", path, "--out", tmp_path / "out", "--json", *DAY)
    assert (status, errors) == (FINE, [])
    made = json.loads(printed)
    message = Path(made["files"]["eml"]).read_bytes().decode("ascii")
    assert CALL.email in message
    assert out("verify", made["files"]["zip"])[0] == FINE
    import zipfile

    with zipfile.ZipFile(made["files"]["zip"]) as bundle:
        todo = bundle.read("提交清单.txt").decode("utf-8-sig")
    assert CALL.address in todo
    assert f"{CALL.limits.copies}份" in todo.replace(" ", "")
    assert "2022年" not in todo


def test_the_new_call_is_the_one_for_new_applications(out) -> None:
    assert json.loads(out("new", "capability", "--category", "youth-science")[1])["call"] == CALL.id
    status, _, errors = out("new", "capability", "--category", "society-locality")
    assert status == 2
    assert "youth-science" in errors[0]
    schema = json.loads(out("schema", "capability")[1])
    assert "youth-science" in schema["properties"]["project.category"]["enum"]


def test_the_new_calls_own_limits_hold(out, tmp_path: Path) -> None:
    document = json.loads(out("sample", "party")[1])
    paths = []
    for number in range(CALL.limits.applications + 1):
        document["values"]["project.name"] = f"项目{number}"
        paths.append(tmp_path / f"{number}.json")
        paths[-1].write_text(json.dumps(document), encoding="utf-8")
    assert out("check", *paths[:-1], *DAY)[0] == FINE
    status, printed, _ = out("check", *paths, "--json", *DAY)
    assert status == HAS_ERRORS
    assert {problem["rule"] for entry in json.loads(printed)["files"] for problem in entry["problems"]} == {"limit.three"}


def test_an_application_of_the_old_call_is_still_checked_by_its_own_notice(out, tmp_path: Path) -> None:
    old = Path(__file__).parent.parent / "resources" / "samples" / "party.json"
    status, printed, _ = out("check", old, "--json", "--today", "2022-03-25")
    assert status == FINE
    assert json.loads(printed)["files"][0]["problems"] == []
