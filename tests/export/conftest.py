"""Two applications that the tests of documents begin with, one of each form."""

from __future__ import annotations

import pytest

from app import samples
from app.application import Application, call_of
from forms.call import Call


@pytest.fixture(scope="module")
def call() -> Call:
    return call_of("changde-2022")


@pytest.fixture(params=["party", "capability"])
def form_id(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def sample(form_id: str, call: Call) -> Application:
    return samples.sample(form_id, "" if form_id == "party" else "academic-exchange", call)


@pytest.fixture
def utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    """LibreOffice waits for ever over a path with Chinese in it where the locale is C, as on a bare machine."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
