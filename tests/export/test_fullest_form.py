"""Every table and text as full as forms.md allows, and a text that has the characters but not the pages."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import docx
import pytest
from office_fonts import write_configuration
from pdf_support import content

from app.application import Application
from app.errors import AppError
from app.export import job
from app.export.verify import verify
from app.samples import sample
from forms.schema import Kind
from forms.text import parse_date

PEOPLE = BUDGET_ITEMS = 60


@pytest.fixture
def application() -> Application:
    return sample("capability", "academic-exchange")


def _export(application: Application, folder: Path, *, draft: bool = False) -> job.Exported:
    today = parse_date(str(application.values["application_date"]))
    assert today is not None
    return job.export(application, folder, draft=draft, today=today)


def _filled(application: Application) -> dict[str, Any]:
    """Texts and tables at their limits, of the sample's own characters in no order, so that nothing repeats itself."""
    chance = random.Random(1)
    pool = "".join(str(value) for name, value in application.values.items() if name.startswith("content.")).replace("\n", "")

    def text(size: int) -> str:
        return "字" + "".join(chance.choice(pool) for _ in range(size - 2)) + "字"

    values = dict(application.values)
    for entry in application.form:
        if entry.kind is Kind.LONG:
            values[entry.id] = "\n".join(text(399) for _ in range(entry.limit // 400))
    rows = [{name: text(200) for name in ("post", "title", "duty", "note")} | {"name": text(50)} for _ in range(PEOPLE)]
    values["people"] = [rows[0] | {"name": values["project.leader.name"], "note": "项目负责人"}, *rows[1:]]
    items = [{"what": text(200), "amount": "0", "note": text(200)} for _ in range(BUDGET_ITEMS)]
    values["budget.items"] = [items[0] | {"amount": values["budget.total"]}, *items[1:]]
    return values


def test_the_fullest_form_is_exported_and_verified(application: Application, tmp_path: Path) -> None:
    application.values = _filled(application)
    made = _export(application, tmp_path)
    assert made.pages > 150
    assert made.zip is not None
    assert verify(made.zip).findings == []


@pytest.mark.parametrize("draft", [False, True])
def test_more_pages_than_can_be_read_back_are_said_to_be_too_many(application: Application, tmp_path: Path, draft: bool) -> None:
    application.values["content.main"] = "头" + "\n" * 19_000 + "尾"
    with pytest.raises(AppError, match=r"页.*空行"):
        _export(application, tmp_path / "out", draft=draft)
    assert not (tmp_path / "out").exists()


def _with_long_cells(application: Application) -> Application:
    """A title and a note that are long in narrow columns, each with its end marked; the other rows as they were."""
    people = application.values["people"]
    people[1] |= {"title": "字" * 196 + "职称完了", "note": "字" * 196 + "备注完了", "post": "字" * 196 + "职务完了"}
    application.values["budget.items"][1] |= {"note": "字" * 196 + "说明完了"}
    return application


def test_only_long_rows_of_a_table_may_be_parted_in_the_docx(application: Application, tmp_path: Path) -> None:
    made = _export(_with_long_cells(application), tmp_path)
    rows = [row for table in docx.Document(str(made.docx)).tables for row in table.rows]
    parted = [row for row in rows if not row._tr.xpath("w:trPr/w:cantSplit")]
    short = [row for row in parted if max(len(cell.text) for cell in row.cells) <= 100]
    assert short == []
    assert sum("完了" in cell.text for row in parted for cell in row.cells) == 4
    assert not any("签名" in cell.text or cell.text == "备  注" for row in parted for cell in row.cells)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.usefixtures("utf8")
def test_libreoffice_shows_long_cells_to_their_end(application: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = _export(_with_long_cells(application), tmp_path)
    monkeypatch.setenv("FONTCONFIG_FILE", str(write_configuration(tmp_path)))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path / "office"), str(made.docx)]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    shown = content((tmp_path / "office" / made.pdf.name).read_bytes())
    assert [end for end in ("职称", "备注", "职务", "说明") if f"{end}完了" not in shown] == []
