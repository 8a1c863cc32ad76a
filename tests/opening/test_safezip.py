"""Each way to do harm with a zip is refused in one sentence, before anything is unpacked."""

from __future__ import annotations

import stat
import zlib

import pytest
from hostile_files import DATA, UTF8, Entry, build, draft, with_data, zipped

from app.errors import AppError
from app.opening import limits
from app.opening.safezip import BUNDLE, Limits, SafeZip, entry_names


def names(data: bytes) -> list[str]:
    return SafeZip(data, BUNDLE).names


def everything(data: bytes) -> dict[str, bytes]:
    archive = SafeZip(data, BUNDLE)
    return {name: archive.read(name) for name in archive.names}


def test_an_honest_archive_is_read() -> None:
    parts = {DATA: b"{}", "附件/01_a b.pdf": b"x" * 3000}
    assert everything(zipped(parts)) == parts
    assert everything(build([Entry("附件/".encode(), b""), Entry("附件/一　二.pdf".encode(), b"x" * 99, method=8)])) == {
        "附件/一　二.pdf": b"x" * 99
    }


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_of_other_packers_are_understood(encoding: str) -> None:
    assert names(build([Entry(DATA.encode(encoding), flags=0)])) == [DATA]


@pytest.mark.parametrize(
    "name",
    [
        b"../evil.txt", b"a/../../evil.txt", b"a/..", b"/etc/passwd", b"//server/x", b"C:/x", b"C:x", b"a\\b", b"..\\x", b"\\\\host\\x",
        b"./x", b"a//b", b"", b"/", b"a\0b", b"a\nb", b"a\x1bb", "a\u202eb".encode(), b"a.", b"a ", b"a /b", b"a./b", b"x:y", b"a*", b"a?b",
        b"n" * 201, b"/".join([b"d"] * 7), b"a<b", b"a|b", b'a"b',
    ],
)  # fmt: skip
def test_unsafe_names_are_refused(name: bytes) -> None:
    with pytest.raises(AppError, match=r"不安全的文件名|损坏"):
        names(with_data(Entry(name)))


@pytest.mark.parametrize("name", [b"a..b", b"..a", b"a/b/c/d/e/f", b"n" * 200, "附件/一（二）.pdf".encode()])
def test_near_misses_are_read(name: bytes) -> None:
    assert name.decode() in names(with_data(Entry(name)))


@pytest.mark.parametrize("mode", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK, stat.S_IFDIR])
def test_links_and_special_files_are_refused(mode: int) -> None:
    with pytest.raises(AppError, match="链接或特殊文件"):
        names(with_data(Entry(b"x", mode=mode | 0o777)))


@pytest.mark.parametrize(
    ("first", "second"),
    [(b"a.txt", b"a.txt"), (b"a.txt", b"A.TXT"), (b"d/x", b"D/X"), ("é".encode(), "e\u0301".encode()), (b"a", b"a/b"), (b"a/b", b"A")],
)
def test_two_entries_of_one_name_are_refused(first: bytes, second: bytes) -> None:
    with pytest.raises(AppError, match="重名"):
        names(with_data(Entry(first), Entry(second)))


@pytest.mark.parametrize("flags", [0x1, 0x41, 0x2000])
def test_encryption_is_refused(flags: int) -> None:
    with pytest.raises(AppError, match="密码"):
        names(with_data(Entry(b"x", flags=UTF8 | flags)))


@pytest.mark.parametrize("method", [1, 6, 9, 12, 14, 93, 95, 97, 99])
def test_odd_methods_are_refused(method: int) -> None:
    with pytest.raises(AppError, match="不支持的压缩方法"):
        names(with_data(Entry(b"x", method=method)))


def test_a_bomb_is_refused_by_its_ratio() -> None:
    with pytest.raises(AppError, match="压缩炸弹"):
        names(with_data(Entry(b"x", bytes(20 << 20), method=8)))


def test_too_much_in_total_is_refused() -> None:
    noise = zlib.compress(b"", 0)
    entries = [Entry(f"{number}".encode(), noise, method=8, size=60 << 20, packed_size=len(noise), packed=noise) for number in range(3)]
    with pytest.raises(AppError, match=r"太大|炸弹"):
        names(build(entries))
    with pytest.raises(AppError, match="太大"):
        SafeZip(build([Entry(b"x", b"y" * 11)]), Limits(10, 10, 100))
    with pytest.raises(AppError, match="太大"):
        SafeZip(build([Entry(b"x", b"y" * 9), Entry(b"z", b"y" * 9)]), Limits(10, 10, 17))
    assert SafeZip(build([Entry(b"x", b"y" * 9), Entry(b"z", b"y" * 9)]), Limits(10, 10, 18)).names == ["x", "z"]


def test_an_entry_larger_than_it_says_is_refused() -> None:
    lying = Entry(b"x", b"y" * 5000, method=8, size=10)
    with pytest.raises(AppError):
        everything(build([lying]))
    with pytest.raises(AppError, match="大小不实"):
        everything(build([Entry(b"x", b"y" * 50, size=10)]))


def test_an_entry_smaller_than_it_says_is_refused() -> None:
    with pytest.raises(AppError, match=r"损坏|不完整"):
        everything(build([Entry(b"x", b"y" * 50, method=8, size=60)]))


def test_a_local_header_that_says_otherwise_is_refused() -> None:
    for entry in (Entry(b"x", local_name=b"z"), Entry(b"x", local_size=9)):
        with pytest.raises(AppError, match="目录与内容不符"):
            names(with_data(entry))


def test_overlapping_entries_are_refused() -> None:
    first = Entry(b"x", b"y" * 100)
    with pytest.raises(AppError, match="重叠"):
        names(build([first, Entry(b"z", b"y" * 100, offset=0, local_name=b"x")]))
    with pytest.raises(AppError, match="重叠"):
        names(build([first, Entry(b"x", packed_size=400, size=400)]))


def test_wrong_crc_is_refused() -> None:
    with pytest.raises(AppError, match="损坏"):
        everything(build([Entry(b"x", crc=1)]))


def test_too_many_entries_are_refused_before_the_directory_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    import zipfile

    many = build([Entry(f"{number}".encode(), b"") for number in range(70_000)])
    honest = build([Entry(f"{number}".encode(), b"") for number in range(limits.BUNDLE_ENTRIES + 1)])
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("the library saw it"))
    for data in (many, honest):
        with pytest.raises(AppError, match=r"太多|目录位置|特大"):
            names(data)


@pytest.mark.parametrize("count", [0, 1, 3, 5000, 0xFFFF])
def test_a_count_that_is_not_so_is_refused(count: int) -> None:
    with pytest.raises(AppError):
        names(build([Entry(b"a"), Entry(b"b")], count=count))


def test_what_stands_around_the_archive_is_refused() -> None:
    for words in ({"tail": b"x"}, {"head": b"x" * 100, "tail": b""}):
        data = build([Entry(b"a")], **words)
        if words.get("head"):
            assert names(data) == ["a"]  # the offsets count it: a self-extracting stub is no harm
        else:
            with pytest.raises(AppError, match="多余"):
                names(data)
    with pytest.raises(AppError, match="目录位置"):
        names(b"stub" + build([Entry(b"a")]))
    assert names(build([Entry(b"a")], comment=b"hello")) == ["a"]


def test_zip64_is_refused() -> None:
    data = bytearray(build([Entry(b"a")]))
    data[-6:-2] = b"\xff\xff\xff\xff"
    with pytest.raises(AppError, match="特大"):
        names(bytes(data))


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x05\x06", b"PK\x03\x04" * 50, bytes(22)])
def test_fragments_are_refused(data: bytes) -> None:
    with pytest.raises(AppError, match="损坏"):
        names(data)


def test_truncation_at_every_place_is_refused() -> None:
    data = build([Entry(DATA.encode(), draft()[:200], method=8), Entry(b"b")])
    for end in range(len(data)):
        with pytest.raises(AppError):
            everything(data[:end])


def test_names_of_an_attached_office_file() -> None:
    import io

    assert entry_names(io.BytesIO(zipped({"word/document.xml": b"", "a": b""}))) == ["word/document.xml", "a"]
    assert entry_names(io.BytesIO(b"PK\x03\x04 nothing")) == []
    assert entry_names(io.BytesIO(build([Entry(f"{n}".encode(), b"") for n in range(limits.OFFICE_ENTRIES + 1)]))) == []
