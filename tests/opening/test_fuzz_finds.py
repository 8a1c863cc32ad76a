"""What fuzz_openers.py found, each as the smallest file that showed it; and that the harness itself sees a broken promise."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("resource")  # Windows has no such module

import fuzz_openers
from hostile_files import draft

from app.errors import AppError
from app.opening.openers import open_application


def opened_with(folder: Path, **changes: Any) -> list[str]:
    """What is said of a draft file with some top-level entries changed."""
    path = folder / "draft.json"
    path.write_text(json.dumps(json.loads(draft()) | changes), "ascii")
    try:
        return open_application(path).notices
    except AppError as error:
        return [error.message]


@pytest.mark.parametrize("odd", ["a\nb", "a\r\nb", "a\u2028b", "a\u0085b", "\n"])
@pytest.mark.parametrize("name", ["form", "call", "extra", "value"])
def test_a_foreign_word_in_a_message_stays_on_one_line(odd: str, name: str, tmp_path: Path) -> None:
    """A form called by two lines was refused in two lines."""
    changes: dict[str, Any] = {"form": odd} if name == "form" else {"call": odd} if name == "call" else {odd: 1}
    said = opened_with(tmp_path, **({"values": {odd: "x"}} if name == "value" else changes))
    assert said
    assert [len(line.splitlines()) for line in said] == [1] * len(said)


@pytest.mark.parametrize("digest", ["", "f" * 64])
@pytest.mark.parametrize("name", ["\ud800", "附件/a\udcff.pdf", "\0", "字" * 300, "a/" * 3000 + "b", "\n", ".", ""])
def test_an_attachment_under_a_name_that_no_file_has(name: str, digest: str, tmp_path: Path) -> None:
    """A lone surrogate in a ``file`` entry, and with a hash beside it a name of 900 bytes, ended in an unexpected error."""
    said = opened_with(tmp_path, attachments=[{"role": "other", "name": "a.pdf", "file": name, "sha256": digest}])
    assert all(len(line.splitlines()) == 1 for line in said)


# --- the harness -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["draft", "attachment", "pdf"])
def test_every_seed_is_read(name: str, tmp_path: Path) -> None:
    judge = fuzz_openers.Judge(fuzz_openers.opener(name), tmp_path)
    seeds = judge.subject.seeds()
    for seed in seeds:
        judge(seed)
    assert (judge.read, judge.refused) == (len(seeds), 0)


def _writes_elsewhere(path: Path, _: Path) -> None:
    (path.parent.parent / "elsewhere").write_bytes(b"x")


def _writes_beside(_: Path, folder: Path) -> None:
    (folder / "run.exe").write_bytes(b"x")


def _starts_something(_: Path, __: Path) -> None:
    subprocess.run([sys.executable, "-c", ""], check=True)


def _says_two_lines(_: Path, __: Path) -> None:
    raise AppError("一\n二")


def _takes_memory(_: Path, __: Path) -> None:
    bytearray(b"x") * (fuzz_openers.GROWTH_KB * 1024 + (8 << 20))


@pytest.mark.parametrize("action", [_writes_elsewhere, _writes_beside, _starts_something, _says_two_lines, _takes_memory])
def test_a_broken_promise_is_seen(action: Callable[[Path, Path], None], tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    judge = fuzz_openers.Judge(fuzz_openers.Opener(action, []), tmp_path / "in")
    with pytest.raises(fuzz_openers.BrokenPromise):
        judge(b"\0")


def test_another_exception_is_passed_on(tmp_path: Path) -> None:
    def fails(_: Path, __: Path) -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        fuzz_openers.Judge(fuzz_openers.Opener(fails, []), tmp_path)(b"\0")


def test_a_draft_file_is_changed_as_json() -> None:
    data = b"\0" + draft()
    found = {fuzz_openers.mutate_json(data, random.Random(seed)) for seed in range(20)}
    assert len(found) > 15
    assert all(entry and isinstance(json.loads(entry[1:]), dict) for entry in found)
    assert fuzz_openers.mutate_json(b"\0%PDF-", random.Random(0)) is None
