"""Personal data stays where it belongs (promises.md): forty words that occur nowhere else, looked for in all that the program writes."""

from __future__ import annotations

import email
import email.policy
import getpass
import io
import os
import re
import socket
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pypdf
import pytest

from app import crash
from app.application import Application, dump
from app.attachments import Attachment
from app.errors import AppError
from app.export import job
from app.samples import sample
from app.store import Store, facts_of
from forms.schema import Kind

COUNT = 40
TODAY = date(2022, 3, 20)
NOW = datetime(2022, 3, 20, 9, 0, 0)
FILE_NAME, USER, HOST = "canary-of-a-path", "canary-of-a-user", "canary-of-a-host"
"""The folder in which everything happens, the user's home among it; and what the machine says when it is asked. Its own names may be
ordinary words of a document, or none at all."""
LEADER = "project.leader.name"
"""Stands in the first row of the people too, and must be the same."""
SHOWN_PROPERTIES = ("unit.name", "project.name")
"""What the documents' properties may show (spec package.md): author and title."""


def canaries() -> list[str]:
    return [f"QZ{number:02}XV" for number in range(COUNT)]


def marked(words: Iterator[str]) -> tuple[Application, dict[str, str]]:
    """A complete application with a canary in every text that a person types, and which field each is in."""
    made, places = sample("capability", "academic-exchange"), dict[str, str]()

    def mark(text: str, name: str) -> str:
        word = next(words, "")
        if word:
            places[word] = name
        return text + word

    for entry in made.form:
        value = made.values.get(entry.id)
        if entry.kind in (Kind.TEXT, Kind.LONG) and isinstance(value, str) and entry.id != LEADER:
            made.values[entry.id] = mark(value, entry.id)
        elif entry.kind is Kind.TABLE and isinstance(value, list):
            made.values[entry.id] = [_marked_row(entry.columns, row, entry.id, mark) for row in value]
    made.values[LEADER] = made.values["people"][0]["name"]
    made.values["unit.lead"] = made.values["unit.name"]
    return made, places


def _marked_row(columns: Any, row: dict[str, str], name: str, mark: Any) -> dict[str, str]:
    free = {column.id for column in columns if column.kind is Kind.TEXT} - {"note"}
    return {key: mark(text, name) if key in free and text else text for key, text in row.items()}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Everything that the program may write to: the store's folder, the temporary folder, the exports'. And whose it is."""
    root = tmp_path / FILE_NAME
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, USER)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(root))
    for name in ("gethostname", "getfqdn"):
        monkeypatch.setattr(socket, name, lambda *_: HOST)
    for name in ("data", "temporary", "export"):
        (root / name).mkdir(parents=True)
    monkeypatch.setenv("TMPDIR", str(root / "temporary"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return root


@pytest.fixture
def canary(home: Path) -> tuple[Application, dict[str, str]]:
    made, places = marked(iter(canaries()))
    assert len(places) == COUNT, len(places)
    return made, places


def unpacked(data: bytes) -> bytes:
    """A file's bytes with everything in it that is packed: zips within zips, PDF streams, texts in hex and UTF-16."""
    found = [data]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found += [name.encode() + unpacked(archive.read(name)) + repr(archive.getinfo(name)).encode() for name in archive.namelist()]
    for match in re.finditer(rb"stream\r?\n", data):
        try:
            found.append(zlib.decompressobj().decompress(data[match.end() :]))
        except zlib.error:
            continue
    return b"\n".join(found)


def holds(data: bytes, word: str) -> bool:
    text = word.encode()
    return any(form in data for form in (text, word.encode("utf-16-le"), word.encode("utf-16-be"), text.hex().encode()))


def personal(home: Path) -> list[str]:
    """What is the machine's and no application's: where files lie, who is logged in, what the machine is called."""
    assert (getpass.getuser(), Path.home(), socket.gethostname()) == (USER, home, HOST)
    return [str(home), FILE_NAME, USER, HOST]


def held(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): unpacked(path.read_bytes()) for path in folder.rglob("*") if path.is_file()}


def offenders(files: dict[str, bytes], words: list[str]) -> list[tuple[str, str]]:
    return [(name, word) for name, data in files.items() for word in words if holds(data, word) or word in name]


# --- the store ---------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of Unix")
def test_the_store_is_for_its_owner_alone_whatever_the_mask(home: Path, canary: tuple[Application, dict[str, str]]) -> None:
    former = os.umask(0)
    try:
        store = Store.open(home / "data" / "store")
        draft = store.create(canary[0])
        store.backup()
        modes = {path: path.stat().st_mode & 0o777 for path in (home / "data" / "store").rglob("*")}
        assert (home / "data" / "store").stat().st_mode & 0o777 == 0o700
        assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
        assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}
        assert {path.name for path in modes} >= {"drafts.sqlite", "drafts.sqlite-wal", "backups", "lock"}
        store.purge(draft)
        store.close()
    finally:
        os.umask(former)


def test_what_is_purged_leaves_no_word(home: Path, canary: tuple[Application, dict[str, str]]) -> None:
    made, places = canary
    store = Store.open(home / "data" / "store")
    draft = store.create(made)
    changed = replace(made, values=made.values | {"content.main": "别的内容"})
    store.save(draft, dump(changed), {}, facts_of(changed, 0, 0))
    store.mark_exported(draft, made.code)
    store.backup()
    found = {word for _, word in offenders(_inflated(home / "data"), list(places))}
    assert len(found) > 10  # near miss: while the draft is there, so are its words
    store.purge(draft)
    store.close()
    assert offenders(_inflated(home / "data"), [*places, draft]) == []
    assert offenders(held(home / "temporary"), list(places)) == []


def _inflated(folder: Path) -> dict[str, bytes]:
    """All files with every zlib stream in them, which is how the store keeps a draft's text, as far as each can be unpacked."""
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for name, data in files.items():
        files[name] = data + b"".join(_as_far_as_it_goes(data[match.start() :]) for match in re.finditer(rb"\x78\x01", data))
    return files


def _as_far_as_it_goes(data: bytes) -> bytes:
    """A text that goes on over several pages of the database breaks off at the first one's end."""
    stream, found = zlib.decompressobj(), b""
    try:
        for start in range(0, len(data), 32):
            found += stream.decompress(data[start : start + 32])
            if stream.eof:
                break
    except zlib.error:
        pass
    return found


# --- the documents -----------------------------------------------------------------------------------------------------------


def test_exported_files_say_what_is_meant_and_nothing_of_the_machine(home: Path, canary: tuple[Application, dict[str, str]]) -> None:
    made, places = canary
    outside = home / "temporary" / "scan.pdf"
    outside.write_bytes(b"%PDF-1.4\n")
    made.attachments.append(Attachment("other", "名册.pdf", path=outside))
    done = job.export(made, home / "export", today=TODAY)
    outside.unlink()
    files = held(home / "export")
    assert len(files) == 4
    assert offenders(files, personal(home)) == []
    assert held(home / "temporary") == {}
    hidden = [word for word, field in places.items() if field not in SHOWN_PROPERTIES]
    assert offenders(dict.fromkeys(files, b""), hidden) == []
    assert done.eml is not None
    letter = email.message_from_bytes(done.eml.read_bytes(), policy=email.policy.default)
    body = letter.get_body()
    assert body is not None
    visible = {"letter": f"{letter.items()}{body.get_content()}".encode()}
    unmeant = [word for word in hidden if places[word] != "project.contact.name"]  # who is to be called
    assert offenders(visible, [*unmeant, *personal(home)]) == []
    assert offenders(visible, list(places))  # near miss: unit and project are named


def test_document_properties_show_author_and_title_only(home: Path, canary: tuple[Application, dict[str, str]]) -> None:
    made, places = canary
    done = job.export(made, home / "export", today=TODAY)
    hidden = [word for word, field in places.items() if field not in SHOWN_PROPERTIES]
    shown = [word for word, field in places.items() if field in SHOWN_PROPERTIES]
    reader = pypdf.PdfReader(done.pdf)
    info = str(reader.metadata) + str(reader.xmp_metadata and reader.xmp_metadata.stream.get_data())
    with zipfile.ZipFile(done.docx) as archive:
        parts = [name for name in archive.namelist() if name.startswith("docProps/")]
        properties = "".join(archive.read(name).decode() for name in parts)
        assert {"docProps/core.xml"} <= set(parts)
    for text in (info, properties):
        assert [word for word in (*hidden, *personal(home)) if word in text] == []
        assert [word for word in shown if word in text] == shown  # near miss: properties are read at all


def test_a_refused_export_leaves_nothing(home: Path, canary: tuple[Application, dict[str, str]]) -> None:
    made, places = canary
    (home / "export" / "申报书.pdf").write_bytes(b"old")
    with pytest.raises(AppError) as refusal:
        job.export(made, home / "export", today=TODAY)
    assert offenders({"message": refusal.value.message.encode()}, [*places, *personal(home)]) == []
    assert set(held(home / "export")) == {"申报书.pdf"}
    assert held(home / "temporary") == {}


# --- logs and reports ----------------------------------------------------------------------------------------------------------


def test_reports_and_log_hold_no_word(home: Path, canary: tuple[Application, dict[str, str]]) -> None:
    made, places = canary
    records = crash.Records(home / "data")
    broken = replace(made, attachments=[Attachment(word, word, path=home / word) for word in places])
    calls = [
        lambda: broken.code,
        lambda: job.export(replace(made, values=made.values | {"people": places}), home / "export", today=TODAY),
        (home / next(iter(places)) / "x").read_bytes,
        lambda: made.set(next(iter(places)), next(iter(places))),
    ]
    for call in calls:
        with pytest.raises(Exception) as found:
            call()
        assert records.keep(crash.report_of(found.value, "界面"), NOW)
        records.note("failed", f"第{found.value}", str(home))
    files = held(home / "data")
    assert len(files) == len(calls) + 1
    assert offenders(files, [*places, *personal(home)]) == []
