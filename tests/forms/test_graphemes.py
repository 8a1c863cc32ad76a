"""Grapheme clusters against the whole of Unicode's own test file, and the plain-text shortcut against the tables."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import graphemes
from forms.grapheme_classes import VERSION

DATA = Path(__file__).parent / "data" / "GraphemeBreakTest-15.0.0.txt.gz"


def unicode_cases() -> list[list[str]]:
    lines = gzip.decompress(DATA.read_bytes()).decode().splitlines()
    cases = [line for line in lines if line and not line.startswith("#")]
    return [["".join(chr(int(point, 16)) for point in part.split("×")) for part in line.strip("÷ ").split("÷")] for line in cases]


def test_unicode_test_file_passes_whole() -> None:
    cases = unicode_cases()
    assert len(cases) == 602
    assert VERSION in DATA.name
    assert [clusters for clusters in cases if graphemes.graphemes("".join(clusters)) != clusters] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("常德市", 3),
        ("2022年8月", 7),
        ("a\r\nb", 3),
        ("\r", 1),
        ("e\u0301", 1),
        ("é", 1),
        ("葛\U000e0100城", 2),  # an ideographic variation selector belongs to its ideograph
        ("👨\u200d👩\u200d👧", 1),
        ("👍🏽", 1),
        ("🇨🇳🇨🇳", 2),
        ("🇨🇳🇨", 2),
        ("1️⃣", 1),
        ("각각", 2),
        ("\u1100\u1161\u11a8", 1),
        ("\u0600", 1),
        ("\u0600中", 1),
        ("か\u3099", 1),
        ("一\u302a", 1),
        ("\u200b中", 2),
        ("\ud800中", 2),
    ],
)
def test_count(text: str, expected: int) -> None:
    assert graphemes.count(text) == expected


@given(st.text())
def test_parts_join_to_the_text(text: str) -> None:
    parts = graphemes.graphemes(text)
    assert "".join(parts) == text
    assert all(parts)
    assert len(parts) == graphemes.count(text) == len(graphemes.boundaries(text))


def test_every_plain_character_is_a_cluster_beside_every_kind_of_neighbour() -> None:
    plain = [chr(point) for point in range(0x110000) if graphemes.is_plain(chr(point))]
    assert len(plain) > 27_000
    letters = set("".join(plain).translate(graphemes._letters()))  # pyright: ignore[reportPrivateUsage]
    assert letters <= {"O", "C", "N", "X"}  # none of these joins a neighbour of the same set
