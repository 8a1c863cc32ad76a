"""Every sample passes every check, for the bundled call and for an invented one; and each is a proper draft file."""

from __future__ import annotations

import ast
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app import samples
from app.application import Application, all_calls, dump, load
from app.attachments import bundled
from app.checking import problems_of
from app.errors import AppError
from forms.call import Call, load_call
from forms.text import parse_date, parse_partial_date

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2022, 3, 25)
CALL = all_calls()[0]
NEXT = load_call(ROOT / "tests/data/calls/nextyear_2031.toml")
CASES = [(call, category.form, category.id) for call in (CALL, NEXT) for category in call.categories]
IDS = [f"{call.year}-{category}" for call, _, category in CASES]
FILES = sorted(samples.folder().glob("*.json"))


def own_categories() -> list[str]:
    return sorted(category.id for category in CALL.categories)


def problems(application: Application, today: date) -> list[str]:
    return [f"{entry.rule} {entry.field} {entry.message}" for entry in problems_of(application, today)]


def test_every_category_of_the_bundled_call_has_its_own_sample() -> None:
    assert [path.stem for path in FILES] == own_categories()


@pytest.mark.parametrize(("call", "form", "category"), CASES, ids=IDS)
def test_no_error_no_warning_no_note(call: Call, form: str, category: str) -> None:
    application = samples.sample(form, category, call)
    assert application.call == call
    assert application.answers().category == call.category(category)
    assert problems(application, min(TODAY, call.deadline) if call is CALL else call.deadline) == []


@pytest.mark.parametrize(("call", "form", "category"), CASES, ids=IDS)
def test_every_asked_field_that_must_be_filled_is(call: Call, form: str, category: str) -> None:
    answers = samples.sample(form, category, call).answers()
    assert [entry.id for entry in answers.form if answers.asked(entry) and not entry.optional and not answers.filled(entry.id)] == []


@pytest.mark.parametrize(("call", "form", "category"), CASES, ids=IDS)
def test_sums_hold(call: Call, form: str, category: str) -> None:
    values = samples.sample(form, category, call).values
    total = Decimal(values["budget.total"])
    assert sum(Decimal(row["amount"]) for row in values["budget.items"]) == total
    assert Decimal(values["budget.own"]) + Decimal(values["budget.grant"]) == total
    assert all(Decimal(row["amount"]) > 0 for row in values["budget.items"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_is_what_dump_writes(path: Path) -> None:
    application = load(path)
    files = {index: entry.path.name for index, entry in enumerate(application.attachments) if entry.path}
    assert application.notices == []
    assert dump(application, files) == path.read_bytes()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_long_texts_are_long_enough_to_test_typesetting(path: Path) -> None:
    application = load(path)
    texts = {name: value for name, value in application.values.items() if name.startswith("content.")}
    assert all(300 <= len(text) <= 1100 and text.count("\n") >= 5 for text in texts.values())
    together = "".join(texts.values())
    assert 2400 <= len(together) <= 3500
    assert [mark for mark in "“”（）《》—%" if mark not in together] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_in_a_sample_can_be_a_real_persons(path: Path) -> None:
    values = load(path).values
    mobiles = [value for name, value in values.items() if name.endswith(".mobile")]
    addresses = [value for name, value in values.items() if name.endswith("email")]
    assert len(mobiles) == 3
    assert all("13900000001" <= mobile <= "13900009999" for mobile in mobiles)
    assert addresses
    assert all(address.endswith(("@example.com", "@example.cn")) for address in addresses)
    assert all("样例" in row["note"] for row in values["people"][1:])


def test_no_two_samples_share_a_unit_a_project_or_a_text() -> None:
    loaded = [load(path).values for path in FILES]
    for name in ("unit.name", "project.name", "content.main", "content.outcome"):
        assert len({values[name] for values in loaded}) == len(FILES)


def test_rare_characters_and_a_joint_application_are_among_them() -> None:
    values = load(samples.folder() / "academic-exchange.json").values
    text = str(values)
    assert all(char in text for char in "䶮㛃㑇𬱖")
    assert values["unit.lead"] == values["unit.name"]
    assert len(values["unit.partners"]) == 2


def attachment_pages() -> dict[str, tuple[str, tuple[str, ...]]]:
    """PAGES of the script that makes the attachments, read without its libraries."""
    tree = ast.parse((samples.folder() / "build_attachments.py").read_text("utf-8"))
    found = next(node for node in tree.body if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "PAGES")
    assert found.value is not None
    return ast.literal_eval(found.value)


def test_every_attachment_comes_from_the_script() -> None:
    assert {path.stem for path in samples.folder().glob("*.pdf")} == set(attachment_pages())
    assert {Path(file).stem for file, _ in samples.ROLE_FILES.values()} <= set(attachment_pages())


@pytest.mark.parametrize("name", sorted(attachment_pages()))
def test_attachments_are_small_pdf_files_with_every_word_of_the_script(name: str) -> None:
    from pypdf import PdfReader

    path = samples.folder() / f"{name}.pdf"
    title, lines = attachment_pages()[name]
    assert path.stat().st_size <= 15_000
    pages = PdfReader(path).pages
    assert len(pages) == 1
    assert [line.strip() for line in pages[0].extract_text().splitlines()] == [title, "（样例，内容虚构）", *lines]


def test_a_bundled_attachment_is_found_by_its_hash() -> None:
    attached = samples.sample("capability", "service-station").attachments[0]
    assert bundled(attached.sha256()) == attached.path
    assert bundled("0" * 64) is None
    assert bundled("") is None


@pytest.mark.parametrize(
    ("form", "category", "says"),
    [
        ("capability", "no-such", "tech-service"),
        ("capability", "party", "tech-service"),
        ("party", "tech-service", "没有项目类型"),
        ("letter", "", "capability"),
        ("capability", "../samples/party", "tech-service"),
    ],
)
def test_what_the_call_does_not_have_is_refused(form: str, category: str, says: str) -> None:
    with pytest.raises(AppError) as raised:
        samples.sample(form, category)
    assert says in raised.value.message


def test_defaults() -> None:
    assert samples.sample("capability").values["project.category"] == "tech-service"
    assert samples.sample("party", "party").values == samples.sample("party").values


def test_without_tech_service_the_first_category_is_taken() -> None:
    from dataclasses import replace

    call = replace(NEXT, categories=tuple(entry for entry in NEXT.categories if entry.id != "tech-service"))
    assert samples.sample("capability", call=call).values["project.category"] == "key-society"


def test_a_call_without_a_form_has_no_sample_for_it() -> None:
    from dataclasses import replace

    with pytest.raises(AppError, match="没有用学会党建项目申报书申报的项目类型"):
        samples.sample("party", call=replace(NEXT, categories=NEXT.categories_of("capability")))


def test_adapting_leaves_the_original_alone() -> None:
    application = samples.sample("capability", "tech-service")
    before, attached = dump(application), list(application.attachments)
    category = NEXT.category("youth-science")
    assert category is not None
    adapted = samples.adapt(application, NEXT, category)
    assert dump(application) == before
    assert application.attachments == attached
    assert adapted.call is NEXT


def test_an_invented_category_gets_the_nearest_sample_within_its_range() -> None:
    values = samples.sample("capability", "youth-science", NEXT).values
    assert values["project.category"] == "youth-science"
    assert Decimal(values["budget.grant"]) == Decimal("0.75")
    assert values["commitments"] == ["mentoring-3", "salons-2", "year-report"]
    assert "2031年" in values["content.main"] + values["content.background"]
    assert "2022年" not in str(values)


def test_an_invented_meeting_category_gets_the_meeting() -> None:
    from dataclasses import replace

    meeting = next(entry for entry in NEXT.categories if entry.always_meeting)
    call = replace(NEXT, categories=(replace(meeting, id="summit"),))
    application = samples.sample("capability", "summit", call)
    assert application.values["meeting.name"]
    assert problems(application, call.deadline) == []


def test_a_call_late_in_its_year_and_a_new_unit() -> None:
    from dataclasses import replace

    issued, deadline = date(2031, 1, 3), date(2031, 1, 8)
    call = replace(NEXT, issued=issued, deadline=deadline, completion=deadline + timedelta(days=30))
    application = samples.sample("capability", "key-society", call)
    founded, applied = parse_partial_date(application.values["unit.founded"]), parse_date(application.values["application_date"])
    assert founded is not None
    assert applied is not None
    assert founded.year == 2031
    assert not founded.after(applied)
    assert problems(application, deadline) == []


def test_loading_pulls_in_no_heavy_library() -> None:
    code = (
        "import sys; from app.samples import sample; sample('capability', 'service-station');"
        "bad = {'PySide6', 'reportlab', 'lxml', 'docxtpl', 'docx', 'PIL', 'pypdf'} & set(sys.modules); print(*bad)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")
