"""Reading rows out of a store's bytes without SQLite: what is left when the file is damaged, and what a damaged WAL hides.

Every page of the file, and every state that the WAL describes, is searched for leaf pages of tables; a record counts only if its
hash is right, so nothing here has to trust a header, a page number or a checksum. Format: https://www.sqlite.org/fileformat2.html
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.store.schema import PAGE, TABLES, Row, Table, whole

MAGIC = b"SQLite format 3\0"
LEAF = 0x0D
WAL_HEADER, FRAME_HEADER = 32, 24
LARGEST_RECORD = 80 << 20
"""Beyond this a record's length is taken for damage: an attachment's part has 1 MB, a document at most 16 MB."""
_LOCAL = PAGE - 35
_LEAST = (PAGE - 12) * 32 // 255 - 23
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_WIDTHS = {table.width: table for table in TABLES}


@dataclass(frozen=True)
class Wal:
    """A write-ahead log. ``frames`` are (page number, bytes) in order; the first ``valid`` of them are what SQLite would use;
    ``odd`` tells that something follows those (after a power cut, a kill, a flipped bit, or from an earlier use of the log)."""

    frames: list[tuple[int, memoryview]] = field(default_factory=list[tuple[int, memoryview]])
    valid: int = 0

    @property
    def odd(self) -> bool:
        """Whether frames follow the valid ones."""
        return len(self.frames) > self.valid


def read_wal(path: Path) -> Wal:
    """The frames of a ``-wal`` file; an absent or empty one has none. Raises OSError."""
    try:
        data = memoryview(path.read_bytes())
    except FileNotFoundError:
        return Wal()
    frames: list[tuple[int, memoryview]] = []
    for start in range(WAL_HEADER, len(data) - FRAME_HEADER - PAGE + 1, FRAME_HEADER + PAGE):
        number = int.from_bytes(data[start : start + 4], "big")
        frames.append((number, data[start + FRAME_HEADER : start + FRAME_HEADER + PAGE]))
    return Wal(frames, _valid_frames(data, len(frames)))


def _valid_frames(data: memoryview, count: int) -> int:
    """How many frames SQLite accepts: salts equal, checksums chained, up to the last commit."""
    if len(data) < WAL_HEADER:
        return 0
    magic, _, size, _, salt1, salt2, want0, want1 = struct.unpack(">8I", data[:WAL_HEADER])
    if magic not in (0x377F0682, 0x377F0683) or size != PAGE:
        return 0
    words = "<II" if magic == 0x377F0682 else ">II"
    sums = _checksum(words, data[:24], 0, 0)
    if sums != (want0, want1):
        return 0
    valid = 0
    for index in range(count):
        start = WAL_HEADER + index * (FRAME_HEADER + PAGE)
        _, commit, frame1, frame2, want0, want1 = struct.unpack(">6I", data[start : start + FRAME_HEADER])
        if (frame1, frame2) != (salt1, salt2):
            break
        sums = _checksum(words, data[start : start + 8], *sums)
        sums = _checksum(words, data[start + FRAME_HEADER : start + FRAME_HEADER + PAGE], *sums)
        if sums != (want0, want1):
            break
        if commit:
            valid = index + 1
    return valid


def _checksum(words: str, data: memoryview, first: int, second: int) -> tuple[int, int]:
    for even, odd in struct.iter_unpack(words, data):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second


def header(path: Path, wal: Wal) -> bytes:
    """The 100 bytes of the database header as SQLite would see them, the log included. Raises OSError."""
    with path.open("rb") as stream:
        found = stream.read(100)
    for number, page in wal.frames[: wal.valid]:
        if number == 1:
            found = bytes(page[:100])
    return found


# --- pages and records -----------------------------------------------------------------------------------------------------


class Image:
    """The pages of a database file, over which the frames of a log are laid one by one."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._over: dict[int, memoryview] = {}

    def lay(self, number: int, page: memoryview) -> None:
        """Put a frame's page in place of the file's."""
        self._over[number] = page

    @property
    def laid(self) -> list[int]:
        """The numbers of the pages that were put in place of the file's."""
        return list(self._over)

    @property
    def count(self) -> int:
        """Whole or cut-off pages in the file."""
        return -(-len(self._data) // PAGE)

    def page(self, number: int) -> memoryview:
        """A page by its number from 1; shorter than a page at the end of a truncated file, empty beyond it."""
        over = self._over.get(number)
        return over if over is not None else self._data[(number - 1) * PAGE : number * PAGE]


def carve(data: memoryview, wal: Wal, *, tail_only: bool = False, parts: bool = False) -> Iterator[tuple[Table, Row, bool]]:
    """Every record that looks like a row of ours: (table, row without its hash, whether the hash is right).

    The file first, then each state of the log in order; ``tail_only`` yields only what the log holds beyond its valid frames.
    Attachments' bytes are read only with ``parts``. A row may come several times, also in older states: ``revision`` tells.
    """
    image = Image(data)
    if not tail_only:
        for number in range(1, image.count + 1):
            yield from _rows(image, number, parts)
    pending: list[int] = []
    for index, (number, page) in enumerate(wal.frames):
        if pending and number <= pending[-1]:  # SQLite writes a transaction's pages in the order of their numbers: this is another's first
            yield from _changed(image, pending, tail_only and index <= wal.valid, parts)
            pending = []
        image.lay(number, page)
        pending.append(number)
        if index + 1 == wal.valid:
            yield from _changed(image, image.laid, tail_only, parts)
            pending = []
    yield from _changed(image, image.laid, tail_only and not wal.odd, parts)  # also where a transaction was too long to come in order


def _changed(image: Image, numbers: Iterable[int], skip: bool, parts: bool) -> Iterator[tuple[Table, Row, bool]]:
    """The rows of pages that a stretch of the log changed, once all of it is laid: a row may go on in a later page of its transaction."""
    if not skip:
        for number in numbers:
            yield from _rows(image, number, parts)


def _rows(image: Image, number: int, parts: bool) -> Iterator[tuple[Table, Row, bool]]:
    page = image.page(number)
    start = 100 if number == 1 else 0
    if len(page) < start + 8 or (page[start] ^ LEAF).bit_count() > 1:
        return
    lowest = len(page)
    for place in range(start + 8, len(page) - 1, 2):
        if place >= lowest:
            break
        cell = page[place] << 8 | page[place + 1]
        if start + 8 < cell < len(page):
            found = _record(image, page, cell, parts)
            if found is not None:
                lowest = min(lowest, cell)
                yield found


def _record(image: Image, page: memoryview, cell: int, parts: bool) -> tuple[Table, Row, bool] | None:
    """The record of one cell, or None where it cannot be one of ours."""
    length, place = _varint(page, cell)
    _, place = _varint(page, place)
    if not 0 < length <= LARGEST_RECORD or place >= len(page):
        return None
    local = length if length <= _LOCAL else _LEAST + (length - _LEAST) % (PAGE - 4)
    if local > _LOCAL:
        local = _LEAST
    kinds = _kinds(page[place : place + local])
    table = _WIDTHS.get(len(kinds))
    if table is None or (table.name == "blobs" and not parts):
        return None
    payload = bytes(page[place : place + local])
    if length > local:
        payload += _overflow(image, page[place + local : place + local + 4], length - local)
    row = _values(table, kinds, payload)
    return (table, row[:-1], whole(table, row)) if row is not None else None


def _overflow(image: Image, link: memoryview, length: int) -> bytes:
    found = bytearray()
    number = int.from_bytes(link, "big")
    while number and len(found) < length:
        page = image.page(number)
        if len(page) < 8:
            break
        found += page[4 : 4 + min(PAGE - 4, length - len(found))]
        number = int.from_bytes(page[:4], "big")
    return bytes(found)


def _varint(data: memoryview | bytes, place: int) -> tuple[int, int]:
    value = 0
    for count in range(9):
        if place >= len(data):
            return 0, place
        byte = data[place]
        place += 1
        if count == 8:
            return value << 8 | byte, place
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place
    return value, place


def _kinds(payload: memoryview) -> list[int]:
    """The serial types in a record's header; none where the header does not hold together."""
    size, place = _varint(payload, 0)
    if not 1 < size <= min(len(payload), 200):
        return []
    kinds: list[int] = []
    while place < size:
        kind, place = _varint(payload, place)
        kinds.append(kind)
    return kinds if place == size else []


def _values(table: Table, kinds: list[int], payload: bytes) -> Row | None:
    place, _ = _varint(payload, 0)
    values: list[object] = []
    for index, kind in enumerate(kinds):
        value, width = _value(kind, payload, place)
        if place + width > len(payload):
            return None
        # SQLite stores a whole number in a REAL column as an integer to save room.
        values.append(float(value) if index in table.reals and isinstance(value, int) else value)
        place += width
    return tuple(values)


def _value(kind: int, payload: bytes, place: int) -> tuple[object, int]:
    if kind in _INTEGERS:
        width = _INTEGERS[kind]
        return int.from_bytes(payload[place : place + width], "big", signed=True), width
    if kind == 7:
        part = payload[place : place + 8]
        return (struct.unpack(">d", part)[0] if len(part) == 8 else None), 8
    if kind >= 12:
        width = (kind - 12) // 2
        part = payload[place : place + width]
        return (part.decode("utf-8", "replace") if kind % 2 else part), width
    constants: Mapping[int, int] = {8: 0, 9: 1}
    return constants.get(kind), 0
