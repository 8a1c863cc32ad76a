"""Attached files: what their bytes show, how large they are, and that no check decodes or hangs on one."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

import pytest

from app import attachments
from app.attachments import Attachment, content_type
from app.errors import AppError
from app.opening.limits import IMAGE_PIXELS, OFFICE_ENTRIES

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def png(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))


def jpeg(width: int, height: int, frame: int = 0xC0, before: bytes = b"\xff\xe0\x00\x04ab") -> bytes:
    return b"\xff\xd8" + before + bytes((0xFF, frame)) + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00\xff\xd9"


def office(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, b"<a/>")
    return target.getvalue()


def kind(data: bytes) -> str:
    return content_type(io.BytesIO(data))


def trouble(data: bytes) -> str:
    return Attachment("other", "x", data=data).fact().trouble


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"%PDF-1.4", "pdf"),
        (png(1, 1), "png"),
        (jpeg(1, 1), "jpg"),
        (OLE + "WordDocument".encode("utf-16-le"), "doc"),
        (OLE + "Workbook".encode("utf-16-le"), "xls"),
        (OLE + b"WordDocument", ""),
        (office("[Content_Types].xml", "word/document.xml"), "docx"),
        (office("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), ""),
        (office("[Content_Types].xml", "word/document.xml", "word/VBAPROJECT.BIN"), ""),
        (office("word/document.xml"), ""),
        (office("a.txt"), ""),
        (b"PK\x03\x04 and then nothing", ""),
        (b"MZ\x90", ""),
        (b" %PDF-1.4", ""),
        (b"", ""),
        (b"Rar!\x1a\x07", ""),
    ],
)
def test_content_is_told_from_the_bytes(data: bytes, wanted: str) -> None:
    assert kind(data) == wanted


def test_an_office_file_of_too_many_parts_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"p{number}" for number in range(OFFICE_ENTRIES)]
    large = office("[Content_Types].xml", "word/document.xml", *names)
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("the directory was read"))
    assert kind(large) == ""


@pytest.mark.parametrize(
    "make", [png, jpeg, lambda w, h: jpeg(w, h, 0xC2), lambda w, h: jpeg(w, h, before=b"\xff\xe1\xff\xff" + b"x" * 0xFFFD)]
)
def test_a_picture_of_too_many_pixels_is_not_decoded_but_named(make) -> None:
    assert "50000×50000" in trouble(make(50_000, 50_000))
    assert trouble(make(IMAGE_PIXELS // 10_000, 10_000)) == ""
    assert trouble(make(IMAGE_PIXELS // 10_000 + 1, 10_000)) != ""


@pytest.mark.parametrize(
    "data", [png(9, 9)[:12], jpeg(9, 9)[:8], b"\xff\xd8\xff\xe0\x00\x00" * 99, b"\xff\xd8\xff" + b"\x00" * 50, b"\xff\xd8\xff\xe0"]
)
def test_broken_pictures_are_no_trouble_here(data: bytes) -> None:
    assert trouble(data) == ""


def test_tables_of_a_jpeg_are_not_its_frame() -> None:
    table = b"\xff\xc4\x00\x09" + b"\xff" * 7
    assert trouble(jpeg(50_000, 50_000, before=table)) != ""
    assert trouble(jpeg(10, 10, before=table)) == ""


def test_bytes_in_memory_are_hashed_and_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = Attachment("other", "x.pdf", data=b"%PDF-1.4")
    calls: list[object] = []
    real = attachments.content_type
    monkeypatch.setattr(attachments, "content_type", lambda stream: calls.append(stream) or real(stream))
    assert entry.sha256() == entry.sha256() == hashlib.sha256(b"%PDF-1.4").hexdigest()
    assert entry.fact() == entry.fact()
    assert len(calls) == 1


def test_a_file_on_the_disk_is_looked_at_anew(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(b"%PDF-1.4")
    entry = Attachment("other", "x.pdf", path=path)
    first = entry.sha256()
    path.write_bytes(b"other")
    assert entry.sha256() != first
    assert entry.fact().content == ""


def test_loaded_does_not_follow_later_changes(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(b"%PDF-1.4")
    loaded = Attachment("other", "x.pdf", path=path).loaded()
    path.unlink()
    assert loaded.data == b"%PDF-1.4"
    assert loaded.fact().trouble == ""


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    gone = Attachment("other", "x.pdf", path=tmp_path / "gone")
    for action in (gone.loaded, gone.sha256):
        with pytest.raises(AppError, match="读不出来"):
            action()
    assert "读不出来" in gone.fact().trouble
    nowhere = Attachment("other", "x.pdf", digest="ab")
    assert nowhere.loaded() is nowhere
    assert nowhere.sha256() == "ab"
    assert "没有文件本身" in nowhere.fact().trouble


def test_too_large_a_file_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MAX_BYTES", 10)
    path = tmp_path / "x"
    path.write_bytes(b"x" * 11)
    for action in (Attachment("other", "x", path=path).loaded, Attachment("other", "x", path=path).sha256):
        with pytest.raises(AppError, match="太大"):
            action()


def test_the_store_is_asked_once_for_a_picture() -> None:
    opened: list[int] = []

    def opener() -> io.BytesIO:
        opened.append(1)
        return io.BytesIO(png(50_000, 50_000))

    entry = Attachment("other", "x.png", digest="ab", opener=opener, length=5, content="png")
    assert "50000" in entry.fact().trouble
    assert "50000" in entry.fact().trouble
    assert len(opened) == 1
    assert entry.loaded().data == png(50_000, 50_000)
    plain = Attachment("other", "x.pdf", digest="ab", opener=opener, length=5, content="pdf")
    assert plain.fact().trouble == ""
    assert len(opened) == 2


def test_a_picture_in_a_store_that_cannot_be_read_is_a_trouble_and_no_error() -> None:
    """A stick pulled out: the store says so in a sentence of its own."""

    def pulled() -> BinaryIO:
        raise AppError("磁盘读写出错。请检查磁盘或U盘是否仍然连着")

    fact = Attachment("other", "合影.jpg", digest="ab" * 32, opener=pulled, length=9, content="jpg").fact()
    assert fact.trouble == "文件读不出来（磁盘读写出错）"
