"""The draft file inside an exported PDF, found without building the PDF's structure (ISO 32000-1, 7.3.8, 7.11.4).

A stream is never inside another one, so one pass over the bytes finds every embedded file whatever the cross-reference table says;
its cost grows with the file and with nothing that the file claims. :func:`guard` decides whether a foreign PDF may be handed to a
library that does build the structure: only one that is written the plain way in which this program writes.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from app.errors import AppError
from app.opening import limits

_STREAM = re.compile(rb">>\s*stream(\r\n|\n)")
_OBJECT = re.compile(rb"(\d{1,10})\s+\d{1,5}\s+obj\b")
_LENGTH = re.compile(rb"/Length\s+(\d{1,10})(?!\d*\s+\d+\s+R)\b")
_FILTER = re.compile(rb"/Filter\s*(\[[^\]]{0,200}\]|/\w{1,40})")
_EMBEDDED = re.compile(rb"/Type\s*/EmbeddedFile\b")
_CONTENTS = re.compile(rb"/Contents\b\s*(?:(\d{1,10})\s+\d{1,5}\s+R)?")
_FOREIGN = re.compile(rb"/(ObjStm|XRef|Encrypt|JavaScript|JS|Launch|Form|Type3|PatternType|OpenAction|AA|URI|RichMedia|Movie|XFA)\b")
_ESCAPED_NAME = re.compile(rb"[\s<>\[\]]/[A-Za-z0-9_.+-]*#(?!2Fjson\b)")
"""A name in other letters, which would get by the list above; the embedded file's own media type is written so."""
_DICTIONARY = 4096
"""How far before ``stream`` its dictionary may begin; ours have under 300 bytes."""
PLAIN_STREAM_BYTES = 1 << 20
"""A stream that is no font and no embedded file: a page has some 30 kB, a font's table of characters at most 0.5 MB."""


@dataclass(frozen=True)
class Stream:
    """One stream object: its number, its dictionary as written and its raw bytes."""

    number: int
    dictionary: bytes
    raw: bytes

    @property
    def filters(self) -> list[bytes]:
        """The filters' names, the outermost first."""
        found = _FILTER.search(self.dictionary)
        return re.findall(rb"/(\w+)", found[1]) if found else []

    def content(self, most: int) -> bytes:
        """The unpacked bytes; AppError beyond ``most`` of them or for a filter that this program does not use."""
        data = self.raw
        if self.filters == [b"FlateDecode"]:
            return _inflate(data, most)
        if self.filters or len(data) > most:
            raise AppError("PDF里的数据用了本程序不用的编码，已拒绝读取")
        return data


def _inflate(data: bytes, most: int) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        found = unpacker.decompress(data, most + 1)
    except zlib.error as error:
        raise AppError("PDF文件已损坏") from error
    if len(found) > most:
        raise AppError("PDF里有一部分解开后太大，已拒绝读取")
    if not unpacker.eof:
        raise AppError("PDF文件不完整")
    return found


def streams(data: bytes) -> Iterator[Stream]:
    """Every stream object of the file in order; AppError if there are too many."""
    for _, stream in _pieces(data):
        if stream is not None:
            yield stream


def _pieces(data: bytes) -> Iterator[tuple[bytes, Stream | None]]:
    """The file as ``(what stands between streams, the stream after it)``; the last piece has no stream."""
    place = count = 0
    while found := _STREAM.search(data, place):
        count += 1
        if count > limits.PDF_STREAMS:
            raise AppError("PDF里的对象太多，已拒绝读取")
        start, end = _body(data, found)
        between = data[place : found.start() + 2]
        yield between, _stream(between, data[start:end])
        place = end
    yield data[place:], None


def _stream(between: bytes, raw: bytes) -> Stream:
    heads = list(_OBJECT.finditer(between, max(len(between) - _DICTIONARY, 0)))
    number, begin = (int(heads[-1][1]), heads[-1].end()) if heads else (-1, max(len(between) - _DICTIONARY, 0))
    return Stream(number, between[begin:], raw)


def _body(data: bytes, found: re.Match[bytes]) -> tuple[int, int]:
    """Where a stream's bytes begin and end: by its length if ``endstream`` stands there, else at the next ``endstream``."""
    start = found.end()
    for length in _LENGTH.finditer(data, max(found.start() - _DICTIONARY, 0), found.end()):
        end = start + int(length[1])
        if data[end : end + 12].lstrip(b"\r\n ").startswith(b"endstream"):
            return start, end
    end = data.find(b"endstream", start)
    return start, end if end >= 0 else len(data)


def embedded(data: bytes, wanted: bytes) -> bytes:
    """The embedded file that holds ``wanted``; the last one, since a later save appends. AppError where there is none."""
    if re.search(rb"/Encrypt\b", data):
        raise AppError("PDF加了密码，请解除密码后再打开")
    kept: bytes | None = None
    total = 0
    for stream in streams(data):
        if _EMBEDDED.search(stream.dictionary):
            content = stream.content(limits.PDF_STREAM_BYTES)
            total += len(content)
            if total > limits.PDF_BYTES:
                raise AppError("PDF解开后太大，已拒绝读取")
            kept = content if wanted in content else kept
    if kept is None:
        raise AppError("这份PDF里没有申报数据，可能不是本程序导出的，或另存时丢失了")
    return kept


def guard(data: bytes) -> None:
    """AppError unless the PDF is built as plainly as this program builds it, so that a library reads it in bounded time."""
    if len(data) > limits.PAPER_BYTES:
        raise AppError("PDF文件太大，已拒绝读取")
    total = 0
    numbers: set[int] = set()
    pages: set[int] = set()
    seen: set[bytes] = set()
    for between, stream in _pieces(data):
        if _FOREIGN.search(between) or _ESCAPED_NAME.search(between):
            raise AppError("这份PDF不是本程序导出的原样文件（被其他程序另存过）")
        own = [found[1] for found in _OBJECT.finditer(between)]
        pages |= {int(found[1] or -1) for found in _CONTENTS.finditer(between)}
        if seen.intersection(own) or len(set(own)) != len(own):
            raise AppError("这份PDF在导出后被改动过")
        seen.update(own)
        if stream is not None:
            numbers.add(stream.number)
            total += len(stream.content(_most(stream)))
        if total > limits.PDF_BYTES:
            raise AppError("PDF解开后太大，已拒绝读取")
    if not pages <= numbers:
        raise AppError("这份PDF不是本程序导出的原样文件（被其他程序另存过）")


def _most(stream: Stream) -> int:
    large = _EMBEDDED.search(stream.dictionary) or b"/Length1" in stream.dictionary
    return limits.PDF_STREAM_BYTES if large else PLAIN_STREAM_BYTES
