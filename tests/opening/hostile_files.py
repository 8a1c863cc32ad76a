"""Archives as no honest packer writes them, built byte by byte; and a small honest bundle to start from."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

from app.application import dump, new, newest_call

DATA = "申报数据.json"
UTF8 = 0x800


@dataclass
class Entry:
    """One zip entry; whatever is given here is written, true or not. None means the true value."""

    name: bytes
    data: bytes = b"hello"
    method: int = 0
    flags: int = UTF8
    mode: int = 0
    packed: bytes | None = None
    size: int | None = None
    packed_size: int | None = None
    crc: int | None = None
    local_name: bytes | None = None
    offset: int | None = None
    local_size: int | None = None

    def raw(self) -> bytes:
        """The bytes as they stand in the archive."""
        if self.packed is not None:
            return self.packed
        if self.method == 8:
            packer = zlib.compressobj(9, zlib.DEFLATED, -15)
            return packer.compress(self.data) + packer.flush()
        return self.data


def build(entries: list[Entry], *, count: int | None = None, comment: bytes = b"", tail: bytes = b"", head: bytes = b"") -> bytes:
    """A zip of ``entries``; ``count`` overrides what the end record says."""
    body, directory = bytearray(head), bytearray()
    for entry in entries:
        raw = entry.raw()
        size = len(entry.data) if entry.size is None else entry.size
        packed = len(raw) if entry.packed_size is None else entry.packed_size
        crc = zlib.crc32(entry.data) if entry.crc is None else entry.crc
        start = len(body) if entry.offset is None else entry.offset
        local = entry.name if entry.local_name is None else entry.local_name
        local_size = size if entry.local_size is None else entry.local_size
        if entry.offset is None:
            body += struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, entry.flags, entry.method, 0, 33, crc, packed, local_size, len(local), 0)
            body += local + raw
        directory += struct.pack(
            "<4s6H3L5H2L", b"PK\x01\x02", 0x0314, 20, entry.flags, entry.method, 0, 33, crc, packed, size, len(entry.name), 0, 0, 0, 0,
            entry.mode << 16, start,
        ) + entry.name  # fmt: skip
    number = len(entries) if count is None else count
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, number & 0xFFFF, number & 0xFFFF, len(directory), len(body), len(comment))
    return bytes(body + directory) + end + comment + tail


def draft(**values: Any) -> bytes:
    """A small draft file."""
    application = new("party", newest_call())
    application.values |= {"unit.name": "常德市护理学会", "project.name": "支部共建"} | values
    return dump(application)


def with_data(*entries: Entry) -> bytes:
    """A bundle that is honest but for ``entries``."""
    return build([Entry(DATA.encode(), draft()), *entries])


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An honest zip."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    """The parts of an honest zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
