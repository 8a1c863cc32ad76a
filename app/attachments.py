"""Attached files: where their bytes are, and what the checks need to know of them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from app.errors import AppError
from forms.answers import AttachmentFact

HEAD = 8
"""Bytes that tell a PDF, JPEG, PNG, OLE or zip file apart."""
CHUNK = 1 << 20
MAX_BYTES = 64 << 20
"""No attachment is read beyond this: over twice the call's limit, so that the check can still name the true size."""


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
        total, digest = 0, hashlib.sha256()
        try:
            with self.open() as stream:
                while chunk := stream.read(CHUNK):
                    total += len(chunk)
                    if total > MAX_BYTES:
                        raise AppError(f"附件“{self.name}”太大，无法处理")
                    digest.update(chunk)
        except OSError as error:
            raise AppError(f"附件“{self.name}”读不出来，请重新添加（{error.strerror or '文件不存在'}）") from error
        return digest.hexdigest()

    def fact(self) -> AttachmentFact:
        """What the checks know of this file; never raises."""
        if not self.present:
            return AttachmentFact(self.role, self.name, 0, "", "只有文件名，没有文件本身，请重新添加")
        if self.opener is not None and self.content is not None:
            return AttachmentFact(self.role, self.name, self.length, self.content)
        try:
            with self.open() as stream:
                content = content_type(stream)
            return AttachmentFact(self.role, self.name, self.size(), content)
        except OSError as error:
            return AttachmentFact(self.role, self.name, 0, "", f"文件读不出来（{error.strerror or '文件不存在'}）")


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
    import zipfile

    try:
        with zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return ""
    if "[Content_Types].xml" not in names or any(name.lower().endswith("vbaproject.bin") for name in names):
        return ""
    if "word/document.xml" in names:
        return "docx"
    return "xlsx" if "xl/workbook.xml" in names else ""
