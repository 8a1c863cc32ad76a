"""The export as a whole, with the real documents."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import threading
import time
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.application import Application
from app.attachments import Attachment
from app.errors import AppError
from app.export import atomic, job, pdf, readback
from app.export.job import CancelledError, NotReady, export
from app.samples import sample

TODAY = date(2022, 3, 20)
KILLS = 40
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def application() -> Application:
    return sample("capability", "service-station")


@pytest.fixture(scope="module")
def exported(application: Application, tmp_path_factory: pytest.TempPathFactory) -> job.Exported:
    return export(application, tmp_path_factory.mktemp("job") / "报送 材料", today=TODAY)


def changed(application: Application, **values: object) -> Application:
    return replace(application, values=application.values | values)


def held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_final_export_makes_four_files(exported: job.Exported, application: Application) -> None:
    folder = exported.pdf.parent
    assert set(held(folder)) == {"申报书.pdf", "申报书.docx", "邮件.eml", exported.zip.name}
    assert exported.zip.name == "沅澧应用技术学院科学技术协会_服务站建设_澧县葡萄产业科技服务站建设.zip"
    assert exported.code == application.code
    assert exported.pages > 3
    assert exported.notices == ()
    with zipfile.ZipFile(exported.zip) as archive:
        assert archive.read("申报书.pdf") == exported.pdf.read_bytes()
        assert archive.read("申报书.docx") == exported.docx.read_bytes()


def test_the_same_bytes_again_on_another_day(exported: job.Exported, application: Application, tmp_path: Path) -> None:
    export(application, tmp_path, today=date(2022, 3, 25))
    assert held(tmp_path) == held(exported.pdf.parent)


def test_nothing_of_the_machine_is_in_any_file(exported: job.Exported) -> None:
    secrets = [str(exported.pdf.parent), str(ROOT), atomic.PREFIX, "报送 材料"]
    for path in exported.files().values():
        for secret in secrets:
            assert secret.encode() not in path.read_bytes()
            assert secret.encode("utf-16-be") not in path.read_bytes()


def test_errors_stop_the_final_export_and_are_told(application: Application, tmp_path: Path) -> None:
    with pytest.raises(NotReady) as refusal:
        export(changed(application, **{"project.name": "", "unit.postcode": "12"}), tmp_path / "out", today=TODAY)
    assert {problem.rule for problem in refusal.value.problems} == {"required", "format.postcode"}
    assert "2处错误" in refusal.value.message
    assert not (tmp_path / "out").exists()


def test_warnings_do_not(application: Application, tmp_path: Path) -> None:
    export(changed(application, **{"content.outcome": "很短的一句。"}), tmp_path, today=date(2023, 1, 1))


def test_draft_export_is_two_marked_files(application: Application, tmp_path: Path) -> None:
    lacking = replace(application, attachments=[Attachment("roster", "没了.pdf", path=tmp_path / "gone.pdf")])
    made = export(lacking, tmp_path / "out", draft=True, today=TODAY)
    assert set(held(tmp_path / "out")) == {"申报书（草稿）.pdf", "申报书（草稿）.docx"}
    assert (made.zip, made.eml) == (None, None)
    text = readback.bare("".join(readback.pdf_pages(made.pdf.read_bytes())))
    assert "草稿" in text
    assert made.files() == {"pdf": made.pdf, "docx": made.docx, "zip": None, "eml": None}


def test_a_draft_without_answers_is_exported_too(tmp_path: Path) -> None:
    from app.application import new, newest_call

    for form in ("party", "capability"):
        made = export(new(form, newest_call()), tmp_path / form, draft=True, today=TODAY)
        assert made.pages > 1


def test_what_exists_is_only_replaced_with_force(application: Application, tmp_path: Path) -> None:
    (tmp_path / "邮件.eml").write_bytes(b"mine")
    with pytest.raises(AppError, match=r"邮件\.eml"):
        export(application, tmp_path, today=TODAY)
    assert held(tmp_path) == {"邮件.eml": b"mine"}
    export(application, tmp_path, today=TODAY, force=True)
    assert len(held(tmp_path)) == 4


def test_progress_runs_up_to_one(application: Application, tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    export(application, tmp_path, today=TODAY, progress=lambda text, fraction: told.append((text, fraction)))
    fractions = [fraction for _, fraction in told]
    assert fractions == sorted(fractions)
    assert fractions[0] == 0
    assert told[-1] == ("完成", 1.0)


@pytest.mark.parametrize("asked", [1, 2, 3, 5, 8])
def test_cancelling_leaves_nothing(asked: int, application: Application, tmp_path: Path) -> None:
    count = iter(range(1, 1000))
    with pytest.raises(CancelledError):
        export(application, tmp_path, today=TODAY, cancelled=lambda: next(count) >= asked)
    assert held(tmp_path) == {}


def test_a_pdf_that_lost_an_answer_is_not_exported(application: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = pdf.render_pdf

    def forgetful(sheet, data, **words):
        return real(replace(sheet, values=sheet.values | {"project.theme": "别的主题"}), data, **words)

    monkeypatch.setattr(pdf, "render_pdf", forgetful)
    (tmp_path / "申报书.pdf").write_bytes(b"old")
    with pytest.raises(AppError, match="核对时发现"):
        export(application, tmp_path, today=TODAY, force=True)
    assert held(tmp_path) == {"申报书.pdf": b"old"}


def test_what_only_one_reader_misses_is_no_loss(application: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = readback.pdf_pages
    monkeypatch.setattr(readback, "pdf_pages", lambda data: [page.replace("学", "") for page in read(data)])
    assert export(application, tmp_path / "one", today=TODAY).pdf.is_file()
    monkeypatch.setattr(readback, "pdf_pages_again", readback.pdf_pages)
    with pytest.raises(AppError, match="核对"):
        export(application, tmp_path / "both", today=TODAY)


def test_pdfium_is_read_by_one_thread_at_a_time(exported: job.Exported) -> None:
    data = exported.pdf.read_bytes()
    done: list[int] = []
    threads = [threading.Thread(target=lambda: done.append(len(readback.pdf_pages(data)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [exported.pages] * 4


def test_a_docx_that_lost_an_answer_is_not_exported(application: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.export import docx

    real = docx.render_docx

    def forgetful(sheet, data, *, pages):
        return real(replace(sheet, tables=sheet.tables | {"people": sheet.tables["people"][:-1]}), data, pages=pages)

    monkeypatch.setattr(docx, "render_docx", forgetful)
    wordy = changed(application, people=[*application.values["people"], {"name": "最后一人", "post": "委员", "duty": "记录"}])
    with pytest.raises(AppError, match=r"申报书\.docx.*核对时发现"):
        export(wordy, tmp_path, today=TODAY)
    assert held(tmp_path) == {}


def test_a_zip_that_lost_a_file_is_not_exported(application: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.export import bundle

    real = bundle.pack
    for change in (lambda files: files.popitem(), lambda files: files.update({"附件/多.pdf": b"x"}), _swap_attachment):
        monkeypatch.setattr(bundle, "pack", lambda files, change=change: _packed(real, files, change))
        with pytest.raises(AppError, match=r"\.zip”核对时发现"):
            export(application, tmp_path, today=TODAY)
        assert held(tmp_path) == {}


def _packed(real, files, change):
    changed = dict(files)
    change(changed)
    return real(changed)


def _swap_attachment(files: dict[str, bytes]) -> None:
    files[next(name for name in files if name.startswith("附件/"))] = b"%PDF-1.4 another"


def test_an_unreadable_store_does_not_stop_a_draft(application: Application, tmp_path: Path) -> None:
    def broken():
        raise OSError(5, "I/O error")

    entry = Attachment("other", "x.pdf", digest="ab" * 32, opener=broken, length=9, content="pdf")
    lacking = replace(application, attachments=[entry])
    assert export(lacking, tmp_path / "draft", draft=True, today=TODAY).pages > 3
    with pytest.raises(AppError, match="读不出来"):
        export(lacking, tmp_path / "final", today=TODAY)


def test_long_texts_over_many_pages_are_found_again(application: Application, tmp_path: Path) -> None:
    text = "\n".join(f"第{number}段：" + "在全市范围内开展技术培训与现场指导，组织专家团队服务葡萄种植户。" * 9 for number in range(60))
    people = [
        {"name": f"成员{number}", "post": "理事", "title": "高级农艺师", "duty": f"负责第{number}项工作" * 12, "note": ""}
        for number in range(40)
    ]
    people = [application.values["people"][0], *people]
    made = export(changed(application, **{"content.main": text, "people": people}), tmp_path, today=TODAY)
    assert made.pages > 15


@pytest.mark.parametrize(
    "text", ["a<b & c>d", "{{7*7}} {% x %}", "<img src=x> &amp; </w:t>", "=1+1 #$%^~\\", "a-b-c " * 60, "10-20、30—40" * 40]
)
def test_odd_texts_are_found_again(text: str, application: Application, tmp_path: Path) -> None:
    export(changed(application, **{"content.main": text + "。" + text}), tmp_path, today=TODAY)


@pytest.mark.parametrize("text", ["好😀", "العربية", "한국어 नमस्ते", "\u200e左", "家👩‍👩‍👧"])
def test_a_draft_is_exported_with_what_no_font_has(text: str, application: Application, tmp_path: Path) -> None:
    unfinished = changed(application, **{"unit.name": text, "content.main": f"甲{text * 40}乙"})
    with pytest.raises(NotReady):
        export(unfinished, tmp_path / "final", today=TODAY)
    made = export(unfinished, tmp_path, draft=True, today=TODAY)
    assert "〔U+" in "".join(readback.pdf_pages(made.pdf.read_bytes()))


def test_a_draft_that_lost_what_no_font_has_is_not_exported(
    application: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.export.pdf_type.printable", lambda text: text.replace("😀", ""))
    with pytest.raises(AppError, match="不一致"):
        export(changed(application, **{"project.theme": "改😀"}), tmp_path, draft=True, today=TODAY)


def test_attachments_are_read_once(application: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    real = Attachment.open

    def counting(self: Attachment):
        if self.path is not None:
            opened.append(self.name)
        return real(self)

    monkeypatch.setattr(Attachment, "open", counting)
    export(application, tmp_path, today=TODAY)
    assert sorted(opened) == sorted(entry.name for entry in application.attachments)


def test_large_attachments_bring_a_notice(application: Application, tmp_path: Path) -> None:
    large = Attachment("other", "大.pdf", data=b"%PDF-1.4\n" + os.urandom(16 << 20))
    made = export(replace(application, attachments=[*application.attachments, large]), tmp_path, today=TODAY)
    assert len(made.notices) == 1
    assert "MB" in made.notices[0]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs kill -9")
def test_kills_while_overwriting_leave_whole_files(application: Application, tmp_path: Path) -> None:
    """kill -9 at random moments of an export over an old one: each file is the old or the new one."""
    broken, states = overwritten_and_killed(application, tmp_path, KILLS)
    assert broken == []
    assert states > 1


def overwritten_and_killed(application: Application, folder: Path, kills: int) -> tuple[list[str], int]:
    """The names of files that were neither old nor new, and in how many different states the kills left the folder."""
    old, new = folder / "old", folder / "new"
    export(changed(application, **{"project.theme": "旧的主题"}), old, today=TODAY)
    export(application, new, today=TODAY)
    before, after = held(old), held(new)
    target = folder / "target"
    target.mkdir()
    chance = random.Random(20220331)
    states: set[tuple[bool, ...]] = set()
    broken: list[str] = []
    span = _writing_seconds(target)
    for _ in range(kills):
        for name, data in before.items():
            (target / name).write_bytes(data)
        delay = chance.uniform(0, 1.2 * span)
        _export_and_kill(target, delay)
        found = held(target)
        broken += [name for name in sorted(after) if found.get(name) not in (before[name], after[name])]
        states.add(tuple(found.get(name) == after[name] for name in sorted(after)))
        if delay > span and found != after:
            span *= 1.5  # the machine is busier than it was; else no kill would come late enough
        for path in target.glob(f"{atomic.PREFIX}*"):
            path.unlink()
    return broken, len(states)


CHILD = """
import sys
from datetime import date
from pathlib import Path
from app.export import atomic, job
from app.samples import sample
def say(text, fraction):
    if fraction >= 0.7:
        sys.stdout.write("x"); sys.stdout.flush()
job.export(sample("capability", "service-station"), Path(sys.argv[1]), today=date(2022, 3, 20), force=True, progress=say)
"""


def _writing_seconds(target: Path) -> float:
    """How long an export takes on this machine, as busy as it is, from where :func:`_export_and_kill` counts."""
    with subprocess.Popen([sys.executable, "-c", CHILD, str(target)], stdout=subprocess.PIPE, cwd=ROOT) as child:
        assert child.stdout is not None
        assert child.stdout.read(1) == b"x"
        begun = time.monotonic()
        child.stdout.read()
        return time.monotonic() - begun


def _export_and_kill(target: Path, delay: float) -> None:
    """Kill the child ``delay`` seconds after it began to write; it may have finished by then."""
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(target)], stdout=subprocess.PIPE, cwd=ROOT)
    assert child.stdout is not None
    assert child.stdout.read(1) == b"x"
    waiting = select.poll()
    waiting.register(child.stdout, select.POLLHUP)
    waiting.poll(delay * 1000)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
