"""Attached files in the store: kept once under their SHA-256, in parts of 1 MB, each with its own hash."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, BinaryIO, cast

from app.attachments import Attachment, content_type
from app.store.errors import StoreError
from app.store.schema import BLOBS, put, verified

PART_BYTES = 1 << 20

Entry = tuple[str, str, str, int, str]
"""role, name, SHA-256 in hex (``""`` if unknown), size in bytes, content type; size -1: the bytes are not in the store."""


def entries_json(entries: Sequence[Entry]) -> str:
    """The column ``attached`` of documents and versions."""
    return json.dumps(entries, separators=(",", ":"))


def entries_of(attached: str) -> list[Entry]:
    """The entries of that column."""
    return [cast(Entry, tuple(entry)) for entry in cast(list[list[Any]], json.loads(attached))]


def parts_of(size: int) -> int:
    """How many parts a file of that many bytes has; an empty one has one empty part."""
    return max(1, -(-size // PART_BYTES))


def complete(connection: sqlite3.Connection, sha256: str, size: int) -> bool:
    """Whether all parts of a file are in the store."""
    found = connection.execute("SELECT count(*) FROM blobs WHERE sha256 = ? AND size = ?", (sha256, size)).fetchone()
    return found[0] == parts_of(size)


def total(connection: sqlite3.Connection) -> int:
    """Bytes of all files in the store; SQLite reads their lengths alone."""
    return int(connection.execute("SELECT total(length(data)) FROM blobs").fetchone()[0])


def keep(connection: sqlite3.Connection, attachment: Attachment) -> Entry:
    """Copy one file into the store, unless its bytes are there; its entry. Raises AppError where it cannot be read."""
    sha256 = attachment.sha256()
    if not attachment.present:
        found = connection.execute("SELECT size FROM blobs WHERE sha256 = ? LIMIT 1", (sha256,)).fetchone() if sha256 else None
        return (attachment.role, attachment.name, sha256, found[0] if found else -1, attachment.content or "")
    try:
        size = attachment.size()
        if not complete(connection, sha256, size):
            _copy(connection, attachment, sha256, size)
        with attachment.open() as stream:
            content = content_type(stream) if attachment.content is None else attachment.content
    except OSError as error:
        raise StoreError(f"附件“{attachment.name}”读不出来，请确认文件还在原处，再重新添加") from error
    return (attachment.role, attachment.name, sha256, size, content)


def _copy(connection: sqlite3.Connection, attachment: Attachment, sha256: str, size: int) -> None:
    check, total = hashlib.sha256(), 0
    connection.execute("DELETE FROM blobs WHERE sha256 = ?", (sha256,))
    with attachment.open() as stream:
        for part in range(parts_of(size)):
            data = _read_part(stream)
            check.update(data)
            total += len(data)
            put(connection, BLOBS, (sha256, part, size, data))
    if check.hexdigest() != sha256 or total != size:
        raise StoreError(f"附件“{attachment.name}”在添加时被别的程序改动了，请保存并关闭它，再重新添加")


def _read_part(stream: BinaryIO) -> bytes:
    """One part; a stream may give less than it is asked for."""
    found = bytearray()
    while len(found) < PART_BYTES and (data := stream.read(PART_BYTES - len(found))):
        found += data
    return bytes(found)


def read_part(connection: sqlite3.Connection, sha256: str, part: int) -> bytes | None:
    """One part's bytes, None where it is missing; raises Damage."""
    row = connection.execute("SELECT sha256, part, size, data, hash FROM blobs WHERE sha256 = ? AND part = ?", (sha256, part)).fetchone()
    return verified(BLOBS, row)[3] if row else None


def remove_orphans(connection: sqlite3.Connection) -> int:
    """Remove the files that no draft and no version refers to; returns how many files went."""
    used: set[str] = set()
    for table in ("documents", "versions"):
        for (attached,) in connection.execute(f"SELECT attached FROM {table} WHERE attached <> '[]'"):
            used |= {entry[2] for entry in entries_of(attached)}
    stored = {row[0] for row in connection.execute("SELECT DISTINCT sha256 FROM blobs")}
    for sha256 in stored - used:
        connection.execute("DELETE FROM blobs WHERE sha256 = ?", (sha256,))
    return len(stored - used)


def attachments_of(entries: Iterable[Entry], read: Callable[[str, int], bytes | None]) -> list[Attachment]:
    """Attachment objects whose bytes come from the store when they are wanted."""
    found: list[Attachment] = []
    for role, name, sha256, size, content in entries:
        if size < 0:
            found.append(Attachment(role, name, digest=sha256))
        else:
            opener = _opener(sha256, size, read)
            found.append(Attachment(role, name, digest=sha256, opener=opener, length=size, content=content))
    return found


def _opener(sha256: str, size: int, read: Callable[[str, int], bytes | None]) -> Callable[[], BinaryIO]:
    return lambda: cast(BinaryIO, io.BufferedReader(PartStream(sha256, size, read), 1 << 16))


class PartStream(io.RawIOBase):
    """A seekable stream over a stored file that holds one part in memory."""

    def __init__(self, sha256: str, size: int, read: Callable[[str, int], bytes | None]) -> None:
        super().__init__()
        self._sha256, self._size, self._read_part = sha256, size, read
        self._place = 0
        self._held: int = -1
        self._data = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        if place < 0:
            raise ValueError("negative seek")
        self._place = place
        return place

    def readinto(self, buffer: Any) -> int:
        if self._place >= self._size:
            return 0
        part, start = divmod(self._place, PART_BYTES)
        if part != self._held:
            data = self._read_part(self._sha256, part)
            if data is None:
                raise OSError(errno.EIO, "附件在草稿库里的内容不完整")
            self._held, self._data = part, data
        data = self._data[start : start + len(buffer)]
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)
