"""The house: imports run one way, start-up stays light, and every field is declared once."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from forms.catalogue import FORMS
from forms.schema import PAGE_WIDTH, Form, Grid, Kind, Rows, blanks

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted([*ROOT.glob("forms/**/*.py"), *ROOT.glob("app/**/*.py")])


def imported(path: Path) -> set[str]:
    """The top names of every module that a file imports, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way(path: Path) -> None:
    place = path.relative_to(ROOT).parts
    names = imported(path)
    tops = {name.split(".")[0] for name in names}
    if place[0] == "forms":
        assert tops <= {"forms", *sys.stdlib_module_names}
    elif place[1] != "ui":
        assert "PySide6" not in tops
        allowed = {"app.ui.start", "app.ui.self_test"} if path.name == "cli.py" else set()
        assert {name for name in names if name.startswith("app.ui")} <= allowed


def emitters(tree: ast.AST) -> list[int]:
    """The lines on which a signal's ``emit`` is handed on as a callback."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    wired = {
        id(word)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "connect"
        for word in node.args
    }
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "emit"]
    return [node.lineno for node in found if id(node) not in called | wired]


def test_no_thread_is_given_a_signal() -> None:
    """Threads are heard by a QueuedCall: one that sends a signal may outlive its sender, and end the program."""
    assert emitters(ast.parse("Saver(on_saved=self.saved.emit)")) == [1]
    assert emitters(ast.parse("a.connect(self.left.emit); self.left.emit(); b(partial(x.emit, 1))")) == [1]
    assert {str(path.relative_to(ROOT)): emitters(ast.parse(path.read_text(encoding="utf-8"))) for path in SOURCES} == {
        str(path.relative_to(ROOT)): [] for path in SOURCES
    }


LIGHT = [["new", "party"], ["sample", "party"], ["schema", "party"], ["check", "SAMPLE", "--today", "2022-03-25"]]


@pytest.mark.parametrize("words", LIGHT, ids=lambda words: words[0])
def test_light_commands_load_no_heavy_library(words: list[str]) -> None:
    sample = ROOT / "resources" / "samples" / "party.json"
    words = [str(sample) if word == "SAMPLE" else word for word in words]
    program = (
        f"import sys; from app.cli import run; status = run({words!r}); "
        "heavy = {'PySide6', 'reportlab', 'lxml', 'docx', 'docxtpl', 'PIL', 'pypdf', 'pypdfium2', 'sqlite3'} & set(sys.modules); "
        "sys.exit(f'{status} {heavy}' if status or heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.id)
def test_grid_rows_are_as_wide_as_the_page(form: Form) -> None:
    for section in form.sections:
        for block in section.blocks:
            if isinstance(block, Grid):
                assert {sum(cell.width for cell in row) for row in block.rows} == {PAGE_WIDTH}, section.id
            if isinstance(block, Rows):
                assert sum(width for _, _, width in block.heads) == PAGE_WIDTH, section.id


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.id)
def test_every_printed_name_is_a_field_and_every_paper_field_is_printed(form: Form) -> None:
    derived = {"cover.unit", "meeting.lines"}
    printed = {name for _, name in form.cover}
    for section in form.sections:
        for block in section.blocks:
            if isinstance(block, Grid):
                cells = [cell for row in block.rows for cell in row]
                printed |= {cell.value or cell.boxes for cell in cells if cell.value or cell.boxes}
                printed |= {name for cell in cells for line in cell.lines for name in blanks(line)}
            else:
                printed |= {name for line in getattr(block, "lines", ()) for name in blanks(line)}
                printed |= {getattr(block, "value", "")} - {""}
    program_only = {"unit.category", "unit.partners", "unit.lead", "commitments", "meeting.is_meeting"}
    program_only |= {name for name in form.fields if name.startswith(("meeting.", "confirmed."))}
    assert printed - derived <= set(form.fields)
    assert set(form.fields) - printed == program_only & set(form.fields)


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.id)
def test_choices_have_options_from_somewhere(form: Form) -> None:
    for entry in form:
        if entry.kind in (Kind.CHOICE, Kind.CHOICES):
            assert bool(entry.choices) != bool(entry.source.value), entry.id
        assert bool(entry.columns) == (entry.kind is Kind.TABLE), entry.id
