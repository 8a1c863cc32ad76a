"""verify: each way in which a bundle can be other than what was exported has its finding."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.errors import AppError
from app.export import bundle, job
from app.export.verify import verify
from app.opening.openers import open_application
from app.samples import sample

Change = Callable[[dict[str, bytes]], None]
TODAY = date(2022, 3, 20)
DATA, LIST, PDF, DOCX = "申报数据.json", "提交清单.txt", "申报书.pdf", "申报书.docx"
STATION = "附件/01_服务站筹建申请及申报表.pdf"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> job.Exported:
    return job.export(sample("capability", "service-station"), tmp_path_factory.mktemp("verify"), today=TODAY)


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of another version of the same application."""
    application = sample("capability", "service-station")
    application = replace(application, values=application.values | {"project.theme": "改过的主题"})
    return contents(job.export(application, tmp_path_factory.mktemp("other"), today=TODAY))


def contents(made: job.Exported) -> dict[str, bytes]:
    with zipfile.ZipFile(made.zip) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def relist(files: dict[str, bytes], code: str) -> None:
    """A list that fits the files, as somebody writes it who wants to deceive."""
    import hashlib

    lines = [f"校验码：{code}"]
    for number, (name, data) in enumerate(((n, d) for n, d in files.items() if n != LIST), 1):
        lines += [f"{number}. {name}", f"　　{len(data)} 字节　SHA-256 {hashlib.sha256(data).hexdigest()}"]
    files[LIST] = "\n".join(lines).encode()


def rules(path: Path) -> set[str]:
    return {finding.rule for finding in verify(path).findings}


def changed(made: job.Exported, folder: Path, change: Change) -> Path:
    files = contents(made)
    change(files)
    path = folder / "变了.zip"
    path.write_bytes(bundle.pack(files))
    return path


def test_an_exported_bundle_is_sound(made: job.Exported) -> None:
    result = verify(made.zip)
    assert result.findings == []
    assert result.sound
    assert result.code == made.code
    assert (result.unit, result.category) == ("沅澧应用技术学院科学技术协会", "服务站建设")
    assert len(result.files) == 6
    assert "核对无误" in result.lines()[-1]


def test_what_a_version_that_normalised_otherwise_exported_keeps_its_code(tmp_path: Path) -> None:
    application = sample("capability", "service-station")
    people = [row | {"duty": row["duty"] + "\u2003"} for row in application.values["people"]]
    ended = {"unit.address": "常德市武陵区\u00a0", "content.main": "头一段。\u00a0\n" * 20 + "尾"}
    older = replace(application, values=application.values | ended | {"people": people})
    made = job.export(older, tmp_path, today=TODAY)
    assert made.code != application.code
    assert made.zip is not None
    assert verify(made.zip).findings == []
    for path in (made.zip, made.pdf, made.docx):
        opened = open_application(path)
        assert opened.application.code == made.code
        assert not any("改动过" in notice for notice in opened.notices)
        assert opened.application.values == older.values


@pytest.mark.parametrize("unit", ["Changde C/AA Club", "Club 1 0 obj", "R&D /Form #1", "常德⽊台协会", "a(b\\c"])
def test_a_name_that_reads_like_the_inside_of_a_pdf_is_only_a_name(unit: str, tmp_path: Path) -> None:
    application = sample("capability", "service-station")
    made = job.export(replace(application, values=application.values | {"unit.name": unit}), tmp_path, today=TODAY)
    assert verify(made.zip).findings == []


@pytest.mark.parametrize("form", ["party", "capability"])
def test_every_sample_is_sound(form: str, tmp_path: Path) -> None:
    application = sample(form)
    for category in application.call.categories_of(form):
        folder = tmp_path / category.id
        found = verify(job.export(sample(form, "" if form == "party" else category.id), folder, today=TODAY).zip)
        assert found.findings == []


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (lambda files: files.pop(STATION), {"file.missing", "data.attachments"}),
        (lambda files: files.pop(PDF), {"file.missing"}),
        (lambda files: files.pop(LIST), {"list.missing"}),
        (lambda files: files.pop(DATA), {"file.missing"}),
        (lambda files: files.update({"附件/99_多的.pdf": b"%PDF-1.4"}), {"file.extra"}),
        (lambda files: files.update({STATION: files[STATION] + b" "}), {"file.hash", "list.code", "data.code", "pdf.data", "docx.data"}),
        (lambda files: files.update({DATA: b"{}"}), {"file.hash", "data.broken"}),
        (lambda files: files.update({PDF: b"%PDF-1.4 nothing"}), {"file.hash", "pdf.data"}),
        (lambda files: files.update({DOCX: b"PK nothing"}), {"file.hash", "docx.data"}),
        (lambda files: files.update({LIST: files[LIST].replace("校验码：".encode(), "校验码：无".encode())}), {"list.code"}),
    ],
)
def test_what_was_changed_is_found(change: Change, wanted: set[str], made: job.Exported, tmp_path: Path) -> None:
    path = changed(made, tmp_path, change)
    if wanted >= {"file.hash", "list.code"}:
        assert rules(path) >= {"file.hash", "list.code", "pdf.data", "docx.data"}
    else:
        assert rules(path) - {"pdf.text", "docx.text"} == wanted


def test_a_fitting_list_does_not_hide_another_pdf(made: job.Exported, other: dict[str, bytes], tmp_path: Path) -> None:
    def deceive(files: dict[str, bytes]) -> None:
        files[PDF] = other[PDF]
        relist(files, made.code)

    assert rules(changed(made, tmp_path, deceive)) == {"pdf.data", "pdf.text"}


def test_a_fitting_list_does_not_hide_another_docx(made: job.Exported, other: dict[str, bytes], tmp_path: Path) -> None:
    def deceive(files: dict[str, bytes]) -> None:
        files[DOCX] = other[DOCX]
        relist(files, made.code)

    assert rules(changed(made, tmp_path, deceive)) == {"docx.data", "docx.text"}


def test_a_fitting_list_does_not_hide_other_data(made: job.Exported, other: dict[str, bytes], tmp_path: Path) -> None:
    def deceive(files: dict[str, bytes]) -> None:
        files[DATA] = other[DATA]
        relist(files, made.code)

    found = rules(changed(made, tmp_path, deceive))
    assert found == {"list.code", "pdf.data", "pdf.text", "docx.data", "docx.text"}


def test_a_docx_edited_in_place_is_found(made: job.Exported, tmp_path: Path) -> None:
    def edit(files: dict[str, bytes]) -> None:
        import io

        source = zipfile.ZipFile(io.BytesIO(files[DOCX]))
        parts = {name: source.read(name) for name in source.namelist()}
        parts["word/document.xml"] = parts["word/document.xml"].replace("葡萄".encode(), "柑橘".encode())
        files[DOCX] = bundle.pack(parts)
        relist(files, made.code)

    assert rules(changed(made, tmp_path, edit)) == {"docx.text"}


def test_a_flipped_bit_in_the_zip_is_a_finding(made: job.Exported, tmp_path: Path) -> None:
    data = bytearray(made.zip.read_bytes())
    data[made.zip.read_bytes().find(b"%PDF") + 5000] ^= 1
    path = tmp_path / "坏.zip"
    path.write_bytes(data)
    assert rules(path) == {"file.damaged"}


def test_what_is_no_bundle_is_refused(made: job.Exported, tmp_path: Path) -> None:
    for data in (b"", b"hello", made.pdf.read_bytes(), made.docx.read_bytes(), made.zip.read_bytes()[:-100]):
        path = tmp_path / "x.zip"
        path.write_bytes(data)
        with pytest.raises(AppError):
            verify(path)


def test_json_shape(made: job.Exported, tmp_path: Path) -> None:
    found = json.loads(json.dumps(verify(changed(made, tmp_path, lambda files: files.pop(STATION))).as_json()))
    assert list(found) == ["file", "sound", "code", "unit", "project", "category", "files", "findings"]
    assert found["sound"] is False
    assert {"rule", "file", "message"} == set(found["findings"][0])
    assert {"name", "size", "sha256"} == set(found["files"][0])
