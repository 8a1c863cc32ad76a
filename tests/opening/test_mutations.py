"""Thousands of damaged files: each is read, or refused with an AppError, and nothing else ever comes out."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hostile_files import DATA, unzipped, zipped

from app.errors import AppError
from app.export import job
from app.export.verify import verify
from app.opening.openers import open_application
from app.samples import sample

QUICK, WHOLE = 300, 5200
SEED = 2022
Maker = Callable[[random.Random], bytes]
TOKENS = (
    b"\x00", b"\xff\xff\xff\xff", b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"<!DOCTYPE a>", b"&a;", b"<w:p>", b"</w:t>", b"[", b"{",
    b'"', b"NaN", b"1e999", b"null", b"true", b"endstream", b" obj", b">>stream\n", b"/Length 99999999", b"../", "附件/".encode(),
    b"\xed\xa0\x80",
)  # fmt: skip


def mutate(data: bytes, chance: random.Random) -> bytes:
    """``data`` with one to six small wrongs."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(found) + 1)
        length = chance.choice((1, 2, 4, 16, 300))
        match chance.randrange(7):
            case 0 if place < len(found):
                found[place] ^= 1 << chance.randrange(8)
            case 1:
                del found[place : place + length]
            case 2:
                found[place:place] = found[place : place + length]
            case 3:
                found[place : place + length] = chance.randbytes(length)
            case 4:
                token = chance.choice(TOKENS)
                found[place : place + chance.choice((0, len(token)))] = token
            case 5:
                other = chance.randrange(len(found) + 1)
                found[place : place + length] = found[other : other + length]
            case _ if chance.random() < 0.3:
                del found[place:]
            case _:
                end = max(len(found) - 400, 0)
                found[end:] = mutate(bytes(found[end:]), chance) if len(found) > 400 else found[end:]
    return bytes(found)


def in_part(whole: bytes, choose: Callable[[list[str], random.Random], str]) -> Maker:
    """A maker that damages one file inside a zip and packs it anew, so that no CRC gives it away."""
    parts = unzipped(whole)

    def make(chance: random.Random) -> bytes:
        name = choose(list(parts), chance)
        return zipped(parts | {name: mutate(parts[name], chance)}, chance.choice((0, 8)))

    return make


@pytest.fixture(scope="module")
def makers(tmp_path_factory: pytest.TempPathFactory) -> list[Maker]:
    return makers_in(tmp_path_factory.mktemp("mutations"))


def makers_in(folder: Path) -> list[Maker]:
    """Makers of damaged files from an export into ``folder``."""
    made = job.export(sample("capability", "service-station"), folder, today=date(2022, 3, 20))
    bundle, docx, pdf = (path.read_bytes() for path in (made.zip, made.docx, made.pdf))
    draft = unzipped(bundle)[DATA]
    visible = [name for name in unzipped(docx) if name.startswith(("word/document", "customXml", "[", "_rels", "word/_rels"))]
    return [
        lambda chance: mutate(bundle, chance),
        lambda chance: mutate(docx, chance),
        lambda chance: mutate(pdf, chance),
        lambda chance: mutate(draft, chance),
        in_part(bundle, lambda parts, chance: chance.choice(parts)),
        in_part(bundle, lambda parts, chance: DATA),
        in_part(docx, lambda parts, chance: chance.choice(visible)),
        in_part(bundle, lambda parts, chance: "申报书.pdf"),
    ]


def run(makers: list[Maker], count: int, folder: Path) -> tuple[int, int]:
    """``(read, refused)``; anything but an AppError fails the test with the seed's number."""
    read = refused = 0
    path = folder / "damaged"
    for number in range(count):
        chance = random.Random(SEED * 1_000_000 + number)
        data = makers[number % len(makers)](chance)
        path.write_bytes(data)
        for action in (open_application, verify) if data.startswith(b"PK") else (open_application,):
            try:
                action(path)
                read += 1
            except AppError as error:
                refused += 1
                said = error.message
            except Exception as error:
                pytest.fail(f"file {number}: {type(error).__name__}: {error}")
            else:
                said = ""
            assert "\n" not in said, number
    assert {entry.name for entry in folder.iterdir()} == {"damaged"}
    return read, refused


def test_some_damaged_files(makers: list[Maker], tmp_path: Path) -> None:
    read, refused = run(makers, QUICK, tmp_path)
    assert read > QUICK / 10
    assert refused > QUICK / 10


@pytest.mark.slow
def test_many_damaged_files(makers: list[Maker], tmp_path: Path) -> None:
    read, refused = run(makers, WHOLE, tmp_path)
    assert read > WHOLE / 10
    assert refused > WHOLE / 10
