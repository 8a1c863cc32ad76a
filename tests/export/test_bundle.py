"""The bundle: what is in it, the list for people, and that it is the same bytes everywhere."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest

from app.application import parse
from app.export import bundle
from app.samples import sample

PDF, DOCX = b"%PDF-1.7 pretend", b"PK pretend"


@pytest.fixture(scope="module")
def application():
    return sample("capability", "service-station")


@pytest.fixture(scope="module")
def contents(application) -> dict[str, bytes]:
    return bundle.contents(application, PDF, DOCX)


def test_files_stand_in_the_order_of_the_spec(contents) -> None:
    assert list(contents)[:5] == ["申报书.pdf", "申报书.docx", "申报数据.json", "提交清单.txt", "附件/01_服务站筹建申请及申报表.pdf"]


def test_data_file_points_at_the_attachments_and_carries_the_code(application, contents) -> None:
    found = parse(contents["申报数据.json"], lambda name: contents[name])
    assert found.values == application.values
    assert [entry.sha256() for entry in found.attachments] == [entry.sha256() for entry in application.attachments]
    assert found.extras == {"code": application.code}


def test_list_names_every_file_with_size_and_hash(application, contents) -> None:
    code, listed = bundle.read_list(contents["提交清单.txt"])
    assert code == application.code
    assert {entry.name for entry in listed} == set(contents) - {"提交清单.txt"}
    for entry in listed:
        assert (entry.size, entry.sha256) == (len(contents[entry.name]), hashlib.sha256(contents[entry.name]).hexdigest())


def test_list_is_for_old_notepads_too(contents) -> None:
    data = contents["提交清单.txt"]
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n") > 20


def test_list_says_what_remains_with_the_figures_of_the_call(application, contents) -> None:
    text = contents["提交清单.txt"].decode("utf-8-sig")
    call = application.call
    for word in (f"打印申报书{call.limits.copies}份", "签名", "公章", "研究审议", call.address, call.email, call.phone, "2022年3月31日"):
        assert word in text


def test_by_hand_follows_another_call(application) -> None:
    from dataclasses import replace

    other = replace(application.call, limits=replace(application.call.limits, copies=7), email="a@b.cn", address="别处")
    text = "\n".join(bundle.by_hand(other))
    assert "7份" in text
    assert "a@b.cn" in text
    assert "别处" in text


def test_read_list_of_rubbish_is_empty() -> None:
    assert bundle.read_list(b"\xff\xfe\x00 1. x\n") == ("", [])


def test_zip_is_deterministic_and_plain(contents) -> None:
    packed = bundle.pack(contents)
    assert packed == bundle.pack(dict(contents))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == list(contents)
        for entry in archive.infolist():
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert (entry.create_system, entry.external_attr, entry.extra) == (0, 0x20, b"")
            assert entry.flag_bits & 0x800 or entry.filename.isascii()


def test_nothing_of_the_machine_is_inside(application, contents) -> None:
    folder = str(application.attachments[0].path.parent).encode()
    assert folder not in bundle.pack(contents)
