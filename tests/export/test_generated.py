"""The export equals the input, for applications made by chance (promises.md); 5,000 are a matter of ``benchmarks/reliability.py``."""

from __future__ import annotations

from dataclasses import replace

import generated
import pytest

from app.export import context, docx, pdf

QUICK, WHOLE = 40, 100


def test_forty_generated_applications_are_read_back() -> None:
    assert generated.hunt(0, QUICK) == {}


@pytest.mark.slow
def test_a_hundred_generated_applications_are_read_back() -> None:
    assert generated.hunt(QUICK, WHOLE) == {}


def test_one_that_pdfium_alone_does_not_read_whole() -> None:
    assert generated.hunt(1426, 1) == {}


def test_they_hold_what_careless_programs_break_on() -> None:
    every = "".join(str(generated.generate(seed).values) for seed in range(QUICK))
    assert [scrap for scrap in ("{{7*7}}", "</w:t>", "&amp;", "<img", "\U00028678", "=1+1") if scrap not in every] == []
    assert len(set(every)) > 5000


@pytest.mark.parametrize("module", [pdf, docx])
def test_one_lost_letter_is_seen(module, monkeypatch: pytest.MonkeyPatch) -> None:
    """The near miss: a document that lost the last letter of one answer is found out."""
    application = generated.generate(3)
    application.set("project.name", "某某项目名称之独此一家")
    name = f"render_{module.__name__.rsplit('.', 1)[1]}"
    real = getattr(module, name)

    def forgetful(sheet: context.Printed, data: bytes, **words):
        return real(replace(sheet, values=sheet.values | {"project.name": "某某项目名称之独此一"}), data, **words)

    monkeypatch.setattr(module if module is pdf else generated, name, forgetful)
    assert generated.differences(application)[:1] == [f"{name.removeprefix('render_').replace('pdf', 'PDF')} project.name"]
