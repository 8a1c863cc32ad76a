"""A zip archive that is read as if its author meant harm: everything is checked before anything is unpacked.

``zipfile`` unpacks; this module decides. An archive is refused as a whole, in one sentence, for what no honest packer writes:
names that leave the folder, links, two entries of one name, entries that overlap or lie about their size, encryption, odd methods.
Sources: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12, 4.3.16, 4.4.4.
"""

from __future__ import annotations

import io
import stat
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from app.errors import AppError
from app.opening import limits

END_SIGNATURE, LOCAL_SIGNATURE = b"PK\x05\x06", b"PK\x03\x04"
END_SIZE, LOCAL_SIZE, LONGEST_COMMENT = 22, 30, 65535
ENCRYPTED, STRONG, PATCHED, MASKED = 0x1, 0x40, 0x20, 0x2000
UTF8_FLAG = 0x800
CHUNK = 1 << 18
BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, RuntimeError, OSError, ValueError, KeyError,
    OverflowError, MemoryError,
)  # fmt: skip
"""Whatever ``zipfile`` raises on a damaged archive."""


class RefusedError(AppError):
    """The archive was made to do harm, or is damaged beyond use."""


@dataclass(frozen=True)
class Limits:
    """What is allowed of an archive: entries, bytes of one unpacked entry and of all together."""

    entries: int
    entry_bytes: int
    total_bytes: int


BUNDLE = Limits(limits.BUNDLE_ENTRIES, limits.ENTRY_BYTES, limits.BUNDLE_BYTES)
OFFICE = Limits(limits.OFFICE_ENTRIES, limits.PART_BYTES, limits.DOCUMENT_BYTES)


class SafeZip:
    """An archive whose directory has passed every check; entries are unpacked into memory one at a time.

    ``kind`` is what messages call the file (压缩包, docx文件). Raises :class:`RefusedError`.
    """

    def __init__(self, data: bytes, allowed: Limits, kind: str = "压缩包") -> None:
        self._kind = kind
        count, start = _end_record(data, allowed.entries, kind)
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            infos = self._archive.infolist()
        except BROKEN as error:
            raise RefusedError(f"{kind}已损坏，打不开") from error
        if len(infos) != count:
            raise RefusedError(f"{kind}的目录与内容不符，已拒绝")
        self._check_sizes(infos, allowed)
        _check_places(data, infos, start, kind)
        self._entries = self._named(infos)

    @property
    def names(self) -> list[str]:
        """The names of all files, in the archive's order; folders are left out."""
        return list(self._entries)

    def size(self, name: str) -> int:
        """Bytes of an unpacked entry."""
        return self._entries[name].file_size

    def read(self, name: str) -> bytes:
        """An entry's bytes; RefusedError if it is damaged, longer than it says, or not there."""
        info = self._entries.get(name)
        if info is None:
            raise RefusedError(f"{self._kind}里没有“{name}”")
        found = bytearray()
        try:
            with self._archive.open(info) as stream:
                while chunk := stream.read(CHUNK):
                    found += chunk
                    if len(found) > info.file_size:
                        raise RefusedError(f"{self._kind}里有文件比它声明的大，已拒绝")
        except BROKEN as error:
            raise RefusedError(f"{self._kind}里的“{shown(name)}”已损坏") from error
        if len(found) != info.file_size:
            raise RefusedError(f"{self._kind}里的“{shown(name)}”不完整")
        return bytes(found)

    def _check_sizes(self, infos: list[zipfile.ZipInfo], allowed: Limits) -> None:
        total = 0
        for info in infos:
            total += info.file_size
            if info.file_size > allowed.entry_bytes or total > allowed.total_bytes:
                raise RefusedError(f"{self._kind}解开后太大，已拒绝")
            if info.file_size > limits.RATIO_FROM and info.file_size > limits.RATIO * info.compress_size:
                raise RefusedError(f"{self._kind}的压缩率不正常（可能是压缩炸弹），已拒绝")
            if info.compress_type == zipfile.ZIP_STORED and info.file_size != info.compress_size:
                raise RefusedError(f"{self._kind}里有文件的大小不实，已拒绝")

    def _named(self, infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
        """Files by their checked names, none of them twice whatever the file system makes of case and composition."""
        found: dict[str, zipfile.ZipInfo] = {}
        files: set[str] = set()
        folders: set[str] = set()
        for info in infos:
            _check_flags(info, self._kind)
            name = _real_name(info)
            _check_name(name, info, self._kind)
            folded = unicodedata.normalize("NFC", name.rstrip("/")).casefold()
            parents = folded.split("/")[:-1]
            folders.update("/".join(parents[: end + 1]) for end in range(len(parents)))
            if name.endswith("/"):
                folders.add(folded)
                continue
            if folded in files:
                raise RefusedError(f"{self._kind}里有重名的文件，已拒绝")
            files.add(folded)
            found[name] = info
        if files & folders:
            raise RefusedError(f"{self._kind}里有重名的文件，已拒绝")
        return found


def shown(name: str) -> str:
    """A foreign name for a message: no invisible character, not long."""
    seen = "".join(char for char in name if char.isprintable())
    return seen if len(seen) <= 60 else seen[:60] + "…"


def entry_names(stream: BinaryIO) -> list[str]:
    """The names in an attached office file, or none for what is no archive or too large a one; nothing is unpacked."""
    size = stream.seek(0, io.SEEK_END)
    tail_size = min(size, END_SIZE + LONGEST_COMMENT)
    stream.seek(size - tail_size)
    try:
        _end_fields(stream.read(tail_size), limits.OFFICE_ENTRIES, "文件")
        with zipfile.ZipFile(stream) as archive:
            return archive.namelist()
    except (AppError, *BROKEN):
        return []


def _end_fields(tail: bytes, entries: int, kind: str) -> tuple[int, int, int, int]:
    """``(position in tail, entries, size, offset of the directory)`` from the end record, before any library sees it."""
    place = tail.rfind(END_SIGNATURE)
    if place < 0 or len(tail) - place < END_SIZE:
        raise RefusedError(f"{kind}已损坏或不完整，打不开")
    disk, first_disk, here, count, size, offset, comment = struct.unpack("<4H2LH", tail[place + 4 : place + END_SIZE])
    if disk or first_disk or here != count or 0xFFFF in (count, here) or 0xFFFFFFFF in (size, offset):
        raise RefusedError(f"{kind}是分卷的或特大的，不是本程序做的，已拒绝")
    if count > entries or size > limits.DIRECTORY_BYTES:
        raise RefusedError(f"{kind}里的文件太多，已拒绝")
    if place + END_SIZE + comment != len(tail):
        raise RefusedError(f"{kind}末尾有多余的内容，已拒绝")
    return place, count, size, offset


def _end_record(data: bytes, entries: int, kind: str) -> tuple[int, int]:
    """``(entries, offset of the directory)``; the directory must stand right before the end record."""
    tail = data[-(END_SIZE + LONGEST_COMMENT) :]
    place, count, size, offset = _end_fields(tail, entries, kind)
    if offset + size != len(data) - len(tail) + place:
        raise RefusedError(f"{kind}的目录位置不对，已拒绝")
    return count, offset


def _check_places(data: bytes, infos: list[zipfile.ZipInfo], directory: int, kind: str) -> None:
    """Each entry's local header must say what the directory says, and no entry may reach into the next one."""
    end = 0
    for info in sorted(infos, key=lambda entry: entry.header_offset):
        start = info.header_offset
        head = data[start : start + LOCAL_SIZE]
        if start < end or len(head) < LOCAL_SIZE or head[:4] != LOCAL_SIGNATURE:
            raise RefusedError(f"{kind}里的文件互相重叠或位置不对，已拒绝")
        flags, method, _, _, _, packed, size, name_size, extra_size = struct.unpack("<HHHHLLLHH", head[6:])
        name = data[start + LOCAL_SIZE : start + LOCAL_SIZE + name_size]
        known = packed in (info.compress_size, 0) and size in (info.file_size, 0) if flags & 0x8 else True
        honest = flags & 0x8 or (packed == info.compress_size and size == info.file_size)
        if not (known and honest) or method != info.compress_type or name != _raw_name(info) or (flags ^ info.flag_bits) & ENCRYPTED:
            raise RefusedError(f"{kind}的目录与内容不符，已拒绝")
        end = start + LOCAL_SIZE + name_size + extra_size + info.compress_size
    if end > directory:
        raise RefusedError(f"{kind}里的文件互相重叠或位置不对，已拒绝")


def _raw_name(info: zipfile.ZipInfo) -> bytes:
    return info.orig_filename.encode("utf-8" if info.flag_bits & UTF8_FLAG else "cp437", "replace")


def _real_name(info: zipfile.ZipInfo) -> str:
    """The name as its packer meant it: Chinese Windows writes GBK without saying so, old programs UTF-8 likewise."""
    name = info.orig_filename
    if info.flag_bits & UTF8_FLAG or name.isascii():
        return name
    raw = _raw_name(info)
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _check_flags(info: zipfile.ZipInfo, kind: str) -> None:
    if info.flag_bits & (ENCRYPTED | STRONG | MASKED):
        raise RefusedError(f"{kind}加了密码，请解除密码后再打开")
    if info.flag_bits & PATCHED or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise RefusedError(f"{kind}用了不支持的压缩方法，已拒绝")
    mode = stat.S_IFMT(info.external_attr >> 16)
    if mode not in (0, stat.S_IFREG, stat.S_IFDIR) or (mode == stat.S_IFDIR) > info.orig_filename.endswith("/"):
        raise RefusedError(f"{kind}里有链接或特殊文件，已拒绝")


def _check_name(name: str, info: zipfile.ZipInfo, kind: str) -> None:
    """Only plain relative names: ``附件/01.pdf``; a folder's entry ends in ``/`` and is empty."""
    parts = name.rstrip("/").split("/")
    bad = (
        name.startswith("/")
        or name.endswith("//")
        or any(part in ("", ".", "..") or part != part.rstrip(". ") for part in parts)
        or any(char in '\\:*?"<>|' or not (char.isprintable() or char in "\u3000\u00a0") for char in name)
        or len(name) > limits.NAME_CHARACTERS
        or len(parts) > limits.NAME_DEPTH
        or (name.endswith("/") and info.file_size > 0)
    )
    if bad:
        raise RefusedError(f"{kind}里有不安全的文件名，已拒绝")
