"""PDFs made to do harm: refused while looking for the data, and before a library builds their structure."""

from __future__ import annotations

import contextlib
import zlib
from datetime import date
from pathlib import Path

import pytest
from hostile_files import draft

from app.errors import AppError
from app.export import job
from app.opening import limits, pdf_file
from app.opening.openers import FORMAT_MARK, open_application
from app.samples import sample


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return job.export(sample("party"), tmp_path_factory.mktemp("pdf"), today=date(2022, 3, 20)).pdf.read_bytes()


def embedded(raw: bytes, extra: bytes = b"", length: int | None = None) -> bytes:
    size = len(raw) if length is None else length
    head = b"%%PDF-1.7\n1 0 obj\n<< /Type /EmbeddedFile %s /Length %d >>\nstream\n" % (extra, size)
    return head + raw + b"\nendstream\nendobj\n%%EOF\n"


def find(data: bytes) -> bytes:
    return pdf_file.embedded(data, FORMAT_MARK)


def test_our_own_pdf_passes_the_guard_and_gives_its_data(ours: bytes) -> None:
    pdf_file.guard(ours)
    assert FORMAT_MARK in find(ours)


@pytest.mark.parametrize("length", [None, 0, 7, 10**9])
def test_a_wrong_length_does_not_mislead(length: int | None) -> None:
    assert find(embedded(draft(), length=length)).strip() == draft().strip()


def test_filters_of_ours_are_read() -> None:
    packed = zlib.compress(draft())
    assert find(embedded(packed, b"/Filter /FlateDecode")) == draft()
    assert find(embedded(packed, b"/Filter [ /FlateDecode ]")) == draft()


@pytest.mark.parametrize(
    "extra", [b"/Filter /LZWDecode", b"/Filter [/FlateDecode /FlateDecode]", b"/Filter [/RunLengthDecode]", b"/Filter [/ASCII85Decode]"]
)
def test_other_filters_are_refused(extra: bytes) -> None:
    with pytest.raises(AppError, match=r"编码|损坏"):
        find(embedded(b"x", extra))


def test_a_bomb_is_refused() -> None:
    bomb = zlib.compress(bytes(200 << 20), 9)
    with pytest.raises(AppError, match="太大"):
        find(embedded(bomb, b"/Filter /FlateDecode"))
    with pytest.raises(AppError, match="太大"):
        pdf_file.guard(embedded(bomb, b"/Filter /FlateDecode"))


def test_many_large_files_are_refused() -> None:
    part = zlib.compress(bytes(limits.PDF_STREAM_BYTES), 9)
    with pytest.raises(AppError, match="太大"):
        find(embedded(part, b"/Filter /FlateDecode") * 10)


def test_many_streams_are_refused() -> None:
    with pytest.raises(AppError, match="太多"):
        find(b"%PDF-1.7\n" + b"1 0 obj << >>stream\nendstream " * (limits.PDF_STREAMS + 1))


def test_damaged_data_is_refused() -> None:
    packed = zlib.compress(draft())
    for raw in (packed[:-20], packed[:10] + b"\0" + packed[11:], b"", b"nonsense"):
        with pytest.raises(AppError):
            find(embedded(raw, b"/Filter /FlateDecode"))


@pytest.mark.parametrize(
    "addition",
    [
        b"90 0 obj << /Type /ObjStm >> endobj", b"90 0 obj << /S /JavaScript /JS (x) >> endobj", b"90 0 obj << /Subtype /Form >> endobj",
        b"90 0 obj << /Subtype /F#6frm >> endobj", b"90 0 obj << /Encrypt 3 0 R >> endobj", b"90 0 obj << /S /Launch >> endobj",
        b"90 0 obj << /Contents [1 0 R 1 0 R] >> endobj", b"90 0 obj << /Contents 91 0 R >> endobj 91 0 obj [1 0 R] endobj",
        b"1 0 obj << >> endobj", b"90 0 obj << /Subtype /Type3 >> endobj",
    ],
)  # fmt: skip
def test_what_we_do_not_write_is_not_handed_to_a_library(addition: bytes, ours: bytes) -> None:
    with pytest.raises(AppError, match=r"另存过|改动过"):
        pdf_file.guard(ours.replace(b"startxref", addition + b"\nstartxref"))


def test_a_large_page_is_not_handed_to_a_library(ours: bytes) -> None:
    page = b"90 0 obj << /Filter /FlateDecode /Length 1 >>\nstream\n" + zlib.compress(b"0 0 m\n" * 400_000) + b"\nendstream endobj\n"
    with pytest.raises(AppError, match="太大"):
        pdf_file.guard(ours.replace(b"startxref", page + b"startxref"))


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n" + b">> stream\n" * 30_000,
        b"%PDF-1.7\n" + b"1 0 obj " * 500_000,
        b"%PDF-1.7\n" + b"<<" * 2_000_000,
        b"%PDF-1.7\n" + b">>" + b" " * 4_000_000,
        b"%PDF-1.7\n" + b"/Filter [" * 400_000 + b">>stream\n",
        b"%PDF-1.7\n" + (b"/Type /EmbeddedFile /Length 1 0 R " * 100 + b">>stream\nendstream\n") * 1000,
    ],
)
def test_odd_structures_end(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "odd.pdf"
    path.write_bytes(data)
    with pytest.raises(AppError):
        open_application(path)
    with contextlib.suppress(AppError):
        pdf_file.guard(data)
