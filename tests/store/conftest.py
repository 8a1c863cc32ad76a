from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from store_support import Clock

from app.store import Store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def store(folder: Path, clock: Clock) -> Iterator[Store]:
    opened = Store.open(folder, now=clock)
    yield opened
    opened.close()
