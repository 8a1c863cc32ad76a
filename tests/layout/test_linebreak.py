"""Break opportunities: the default algorithm against Unicode's whole test file; the Chinese rules case by case."""

import gzip
from pathlib import Path

from app.layout.linebreak import CHINESE, break_opportunities
from app.layout.linebreak_classes import VERSION

DATA = Path(__file__).parent / "data" / "LineBreakTest-15.0.0.txt.gz"


def pieces(text: str, tailoring: str | None = CHINESE) -> str:
    """The text with | at each break opportunity inside it."""
    cuts = break_opportunities(text, tailoring)  # pyright: ignore[reportArgumentType]
    return "|".join(text[a:b] for a, b in zip([0, *cuts], cuts, strict=False))


def unicode_cases() -> list[list[str]]:
    lines = gzip.decompress(DATA.read_bytes()).decode().splitlines()
    return [
        ["".join(chr(int(point, 16)) for point in part.split("×")) for part in line.strip("×÷ ").split("÷")]
        for line in lines
        if line and not line.startswith("#")
    ]


def test_unicode_test_file_passes_whole() -> None:
    cases = unicode_cases()
    assert len(cases) == 7654
    assert VERSION in DATA.name
    failed = [case for case in cases if pieces("".join(case), None) != "|".join(case)]
    assert failed == []
