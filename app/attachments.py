"""Attached files: where their bytes are, and what the checks need to know of them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from app import paths
from app.errors import AppError, reason
from forms.answers import AttachmentFact

HEAD = 8
"""Bytes that tell a PDF, JPEG, PNG, OLE or zip file apart."""
CHUNK = 1 << 20
MAX_BYTES = 64 << 20
"""No attachment is read beyond this: over twice the call's limit, so that the check can still name the true size."""

JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a frame header; C4, C8 and CC are tables."""
JPEG_SEGMENTS = 200
"""Segments before the frame header: a camera writes some ten."""


@dataclass(frozen=True)
class Attachment:
    """One attached file. Its bytes are at ``path`` or in ``data``; with neither, only the name and ``digest`` are known,
    as in an application that was read back from an exported docx or PDF. ``digest`` is the SHA-256 in hex.

    The draft store keeps files under their SHA-256, so what it gives out cannot change: it sets ``opener`` (a stream over the
    bytes), ``length`` in bytes, ``digest`` and ``content`` (see :func:`content_type`), and a check reads no file at all.
    """

    role: str
    name: str
    path: Path | None = None
    data: bytes | None = field(default=None, repr=False)
    digest: str = ""
    opener: Callable[[], BinaryIO] | None = field(default=None, repr=False, compare=False)
    length: int = 0
    content: str | None = None

    @property
    def present(self) -> bool:
        """Whether the bytes are at hand."""
        return self.data is not None or self.path is not None or self.opener is not None

    @property
    def suffix(self) -> str:
        """The file name's ending in lower case, without the dot."""
        return Path(self.name).suffix.lower().lstrip(".")

    def size(self) -> int:
        """Bytes. Raises OSError when the file cannot be reached."""
        if self.data is not None:
            return len(self.data)
        if self.opener is not None:
            return self.length
        return self.path.stat().st_size if self.path is not None else 0

    def open(self) -> BinaryIO:
        """A stream over the bytes. Raises OSError; FileNotFoundError when they are not at hand."""
        if self.data is not None:
            return io.BytesIO(self.data)
        if self.opener is not None:
            return self.opener()
        if self.path is None:
            raise FileNotFoundError(self.name)
        return self.path.open("rb")

    def sha256(self) -> str:
        """The SHA-256 in hex: computed where the bytes are at hand, else the one that was read with the application."""
        if not self.present or (self.opener is not None and self.digest):
            return self.digest
        if self.data is not None:
            return self._data_sha256
        total, digest = 0, hashlib.sha256()
        try:
            with self.open() as stream:
                while chunk := stream.read(CHUNK):
                    total += len(chunk)
                    if total > MAX_BYTES:
                        raise AppError(f"附件“{self.name}”太大，无法处理")
                    digest.update(chunk)
        except OSError as error:
            raise self._unreadable(error) from error
        return digest.hexdigest()

    @cached_property
    def _data_sha256(self) -> str:
        return hashlib.sha256(self.data or b"").hexdigest()

    def loaded(self) -> Attachment:
        """The same with its bytes in memory, so that later changes of the file do not matter. AppError if it cannot be read.

        One whose bytes are not at hand comes back as it is.
        """
        if self.data is not None or not self.present:
            return self
        try:
            with self.open() as stream:
                data = stream.read(MAX_BYTES + 1)
        except OSError as error:
            raise self._unreadable(error) from error
        if len(data) > MAX_BYTES:
            raise AppError(f"附件“{self.name}”太大，无法处理")
        return replace(self, path=None, data=data, opener=None)

    def _unreadable(self, error: OSError) -> AppError:
        return AppError(f"附件“{self.name}”读不出来，请重新添加（{reason(error)}）")

    def fact(self) -> AttachmentFact:
        """What the checks know of this file; never raises."""
        if not self.present:
            return AttachmentFact(self.role, self.name, 0, "", "只有文件名，没有文件本身，请重新添加")
        try:
            if self.opener is not None and self.content is not None:
                trouble = self._settled[1] if self.content in ("jpg", "png") else ""
                return AttachmentFact(self.role, self.name, self.length, self.content, trouble)
            content, trouble = self._look() if self.data is None else self._settled
            return AttachmentFact(self.role, self.name, self.size(), content, trouble)
        except (OSError, AppError) as error:  # the store's own are of the second kind
            return AttachmentFact(self.role, self.name, 0, "", f"文件读不出来（{reason(error)}）")

    @cached_property
    def _settled(self) -> tuple[str, str]:
        """:meth:`_look`, for bytes that cannot change: each check would look again otherwise."""
        return self._look()

    def _look(self) -> tuple[str, str]:
        """``(content, trouble)`` of the bytes at hand. Raises OSError."""
        with self.open() as stream:
            content = content_type(stream)
            return content, _picture_trouble(stream, content)


def content_type(stream: BinaryIO) -> str:
    """What a file's bytes show it to be: ``pdf``, ``docx``, ``xlsx``, ``doc``, ``xls``, ``jpg``, ``png`` or ``""``.

    An office file is looked into only as far as its list of parts; one that carries macros is none of the allowed kinds.
    """
    head = stream.read(HEAD)
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_type(stream)
    return _office_type(stream) if head.startswith(b"PK\x03\x04") else ""


def _ole_type(stream: BinaryIO) -> str:
    """Old Office files name their main stream in UTF-16; a workbook is told from a document by it."""
    stream.seek(0)
    data = stream.read(MAX_BYTES)
    if "Workbook".encode("utf-16-le") in data:
        return "xls"
    return "doc" if "WordDocument".encode("utf-16-le") in data else ""


def _office_type(stream: BinaryIO) -> str:
    from app.opening.safezip import entry_names

    names = {name.lower() for name in entry_names(stream)}
    if "[content_types].xml" not in names or any(name.endswith("vbaproject.bin") for name in names):
        return ""
    if "word/document.xml" in names:
        return "docx"
    return "xlsx" if "xl/workbook.xml" in names else ""


# --- pictures: their size, without decoding them -------------------------------------------------------------------------


def _picture_trouble(stream: BinaryIO, content: str) -> str:
    """Why a picture cannot be used: one of so many pixels would take a reader's whole memory. ``""`` for anything else."""
    from app.opening.limits import IMAGE_PIXELS

    size = _png_size(stream) if content == "png" else _jpeg_size(stream) if content == "jpg" else None
    if size is None or size[0] * size[1] <= IMAGE_PIXELS:
        return ""
    return f"图片有{size[0]}×{size[1]}个像素，对方的电脑打不开，请缩小后再添加"


def _png_size(stream: BinaryIO) -> tuple[int, int] | None:
    """Width and height from IHDR, which comes first (PNG specification, 11.2.2)."""
    stream.seek(HEAD)
    head = stream.read(16)
    if len(head) < 16 or head[4:8] != b"IHDR":
        return None
    return int.from_bytes(head[8:12]), int.from_bytes(head[12:16])


def _jpeg_size(stream: BinaryIO) -> tuple[int, int] | None:
    """Width and height from the frame header; segments before it are stepped over (ITU-T T.81, B.2)."""
    stream.seek(2)
    for _ in range(JPEG_SEGMENTS):
        head = stream.read(4)
        if len(head) < 4 or head[0] != 0xFF:
            return None
        if head[1] in JPEG_FRAMES:
            frame = stream.read(5)
            return (int.from_bytes(frame[3:5]), int.from_bytes(frame[1:3])) if len(frame) == 5 else None
        length = int.from_bytes(head[2:4])
        if length < 2:
            return None
        stream.seek(length - 2, io.SEEK_CUR)
    return None


def bundled(digest: str) -> Path | None:
    """The sample attachment with this SHA-256 (hex), if any: a sample that was printed or moved still finds its attachments."""
    if not digest:
        return None
    files = sorted((paths.resources() / "samples").glob("*.pdf"))
    return next((path for path in files if Attachment("", path.name, path).sha256() == digest), None)
