"""Each operation of the store, as the window uses it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import pytest
from store_support import DAY, Clock, application, pdf, refused, save

from app.application import dump
from app.attachments import Attachment
from app.errors import AppError
from app.session import Memory, Session
from app.store import State, Store, StoreError, StoreInUse, UnknownDraft, facts_of, snapshot_of
from app.store.errors import FULL
from app.store.records import Facts, Summary
from app.store.schema import DRAFTS
from app.store.versions import superfluous
from forms.checks import Peer


def test_the_list_holds_rows_as_they_are() -> None:
    assert Summary._fields == DRAFTS.columns
    facts = Facts(*(f"value of {name}" if kind == "str" else len(name) for name, kind in Facts.__annotations__.items()))
    assert Summary("id", *facts, 1.0, 2.0).facts == facts


def test_who_looks_at_the_list_does_not_wait_for_a_save(store: Store) -> None:
    """The window looks at it at each key in the unit's name, and a disk may take its time."""
    draft = store.load(store.create(application()))
    other = store.create(application(project="另一个"))
    seen: list[object] = []

    def look() -> None:
        seen.extend((store.peers(draft)[0].project, len(store.summaries()), store.newest()[1], store.summary(other).project))

    with store._database.lock:
        looking = Thread(target=look, daemon=True)
        looking.start()
        looking.join(10)
    assert seen == ["另一个", 2, 2, "另一个"]


def test_a_draft_comes_back_as_it_was_saved(store: Store, folder: Path, clock: Clock) -> None:
    made = application(content__main="第一段\n第二段 <b>&amp;</b> 𠮷", people=[{"name": "张三", "note": "项目负责人"}])
    made.extras["later"] = {"kept": [1, "a"]}
    memory = Memory(left={"unit.name"}, steps={"print"}, page="project")
    draft = store.create(made, memory)
    made.set("project.place", "石门县")
    shot = snapshot_of(Session(made, memory))
    clock.advance(5)
    assert store.save(draft, shot.document, shot.memory, shot.facts) == clock.now
    store.close()
    with_store = Store.open(folder, now=clock)
    found = with_store.load(draft)
    assert dump(found.application) == dump(made)
    assert found.memory == memory
    assert found.summary.facts == shot.facts
    assert (found.summary.created, found.summary.saved) == (clock.now - 5, clock.now)
    assert with_store.notices == []
    with_store.close()


def test_the_list_is_newest_first_and_says_each_state(store: Store, clock: Clock) -> None:
    ids = []
    for number in range(4):
        ids.append(store.create(application(project=f"项目{number}")))
        clock.advance(1)
    assert [entry.id for entry in store.summaries()] == ids[::-1]
    made = application(project="项目0")
    save(store, ids[0], made, errors=0)
    assert store.summaries()[0].id == ids[0]
    assert store.summary(ids[0]).state is State.READY
    assert store.summary(ids[1]).state is State.DRAFT
    store.mark_exported(ids[0], made.code)
    assert store.summary(ids[0]).state is State.EXPORTED
    made.set("project.place", "别处")
    save(store, ids[0], made, errors=0)
    assert store.summary(ids[0]).state is State.CHANGED
    made.set("project.place", "")
    save(store, ids[0], made, errors=0)
    assert store.summary(ids[0]).state is State.EXPORTED


def test_search_text_holds_what_the_list_shows(store: Store) -> None:
    draft = store.create(application("常德市 气象学会", "Ａ1 工程"))
    text = store.summary(draft).search_text
    assert "常德市气象学会" in text
    assert "a1工程" in text
    assert "草稿" in text


def test_attachments_are_copied_once_and_read_when_wanted(store: Store, folder: Path, tmp_path: Path) -> None:
    draft = store.create(application())
    large = b"%PDF-1.7\n" + bytes(range(256)) * 10_000
    source = tmp_path / "original.pdf"
    source.write_bytes(large)
    given = [
        Attachment("agreement", "协议.pdf", path=source),
        pdf(),
        Attachment("other", "空.txt", data=b""),
        Attachment("roster", "再一份.pdf", path=source),
    ]
    stored = store.set_attachments(draft, given)
    source.unlink()
    assert [(entry.role, entry.name, entry.size()) for entry in stored] == [
        ("agreement", "协议.pdf", len(large)),
        ("other", "名册.pdf", 100),
        ("other", "空.txt", 0),
        ("roster", "再一份.pdf", len(large)),
    ]
    found = store.load(draft).application.attachments
    with found[0].open() as stream:
        assert stream.read() == large
        stream.seek(-5, 2)
        assert stream.read() == large[-5:]
        stream.seek(1 << 20)
        assert stream.read(3) == large[1 << 20 : (1 << 20) + 3]
    assert found[2].open().read() == b""
    assert [entry.sha256() for entry in found] == [entry.sha256() for entry in stored]
    assert found[0].fact().content == "pdf"
    with store._database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM blobs").fetchone()[0] == 3 + 1 + 1
    # what was loaded can be given back in another order, without a file being read
    store.set_attachments(draft, found[::-1])
    assert [entry.name for entry in store.load(draft).application.attachments] == ["再一份.pdf", "空.txt", "名册.pdf", "协议.pdf"]


def test_an_attachment_that_cannot_be_read_changes_nothing(store: Store, tmp_path: Path) -> None:
    draft = store.create(application())
    store.set_attachments(draft, [pdf()])
    with pytest.raises(AppError, match="重新添加"):
        store.set_attachments(draft, [pdf(b"y"), Attachment("other", "没有了.pdf", path=tmp_path / "gone.pdf")])
    assert [entry.sha256() for entry in store.load(draft).application.attachments] == [pdf().sha256()]


def test_a_file_known_by_its_hash_alone_is_listed_without_bytes(store: Store) -> None:
    made = application()
    made.attachments = [Attachment("other", "只有名.pdf", digest="ab" * 32)]
    found = store.load(store.create(made)).application
    assert not found.attachments[0].present
    assert found.code == made.code


def test_a_code_from_the_store_is_the_code_of_the_files(store: Store) -> None:
    made = application()
    made.attachments = [pdf(), pdf(b"z", 3000)]
    draft = store.create(made)
    assert store.load(draft).application.code == made.code == store.summary(draft).facts.code


def test_files_that_no_draft_and_no_version_needs_are_removed(store: Store, clock: Clock) -> None:
    made = application()
    made.attachments = [pdf()]
    draft = store.create(made)
    store.set_attachments(draft, [])
    assert store.version(draft, 1).attachments[0].open().read() == pdf().data
    clock.advance(61 * DAY)
    for step in range(2):
        clock.advance(DAY)
        made.set("project.place", str(step))
        save(store, draft, made)
    store.set_attachments(draft, [])
    with store._database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM blobs").fetchone()[0] == 0


def test_a_duplicate_is_a_draft_of_its_own(store: Store) -> None:
    made = application()
    made.attachments = [pdf()]
    draft = store.create(made, Memory(left={"unit.name"}, steps={"print"}))
    store.mark_exported(draft, made.code)
    copy = store.duplicate(draft)
    found = store.load(copy)
    assert found.application.code == made.code
    assert (found.memory.left, found.memory.steps) == ({"unit.name"}, set())
    assert found.summary.exported_code == ""
    assert store.versions(copy) == []
    made.set("project.name", "改过的")
    save(store, copy, made)
    assert store.load(draft).application.values["project.name"] == "送科技下乡"


def test_the_bin_takes_and_gives_back(store: Store) -> None:
    draft, other = store.create(application()), store.create(application())
    store.bin(draft)
    assert [entry.id for entry in store.summaries()] == [other]
    assert [entry.id for entry in store.summaries(binned=True)] == [draft]
    store.restore(draft)
    assert store.summaries(binned=True) == []
    assert store.summary(draft).binned is None


def test_a_removed_draft_is_unknown(store: Store) -> None:
    draft = store.create(application())
    store.purge(draft)
    for call in (
        lambda: store.load(draft),
        lambda: save(store, draft, application()),
        lambda: store.bin(draft),
        lambda: store.purge(draft),
        lambda: store.versions(draft),
        lambda: store.duplicate(draft),
        lambda: store.mark_exported(draft, ""),
    ):
        assert "不在草稿库里" in refused(UnknownDraft, call)


def test_peers_are_the_units_other_drafts_of_the_call(store: Store) -> None:
    first = store.create(application("常德市 某某学会", "甲"))
    store.create(application("常德市某某学会", "乙"))
    binned = store.create(application("常德市某某学会", "丙"))
    store.bin(binned)
    store.create(application("别的学会", "丁"))
    draft = store.load(first)
    assert store.peers(draft) == [Peer("常德市某某学会", "乙")]
    draft.application.set("unit.name", "别的学会")
    assert store.peers(draft) == [Peer("别的学会", "丁")]
    draft.application.set("unit.name", "")
    assert store.peers(draft) == []


def test_profile_and_settings_are_kept(store: Store, folder: Path) -> None:
    assert store.profile() == {}
    assert store.setting("font", 12) == 12
    store.set_profile({"unit.name": "常德市某某学会", "unit.partners": [{"name": "乙"}]})
    store.set_setting("font", {"size": 14.5, "bold": None})
    store.close()
    again = Store.open(folder)
    assert again.profile() == {"unit.name": "常德市某某学会", "unit.partners": [{"name": "乙"}]}
    assert again.setting("font") == {"size": 14.5, "bold": None}
    again.close()


# --- versions --------------------------------------------------------------------------------------------------------------


def test_the_state_before_a_session_is_kept_and_then_one_in_five_minutes(store: Store, clock: Clock) -> None:
    draft = store.create(application(project="起初"))
    clock.advance(DAY)
    for key in range(700):
        save(store, draft, application(project=f"第{key}次"))
        clock.advance(1)
    kept = store.versions(draft)
    assert [entry.facts.project for entry in kept] == ["第599次", "第299次", "起初"]
    assert [entry.reason for entry in kept] == ["自动保留"] * 3
    assert store.version(draft, 1).values["project.name"] == "起初"


def test_restoring_a_version_loses_nothing(store: Store, clock: Clock) -> None:
    made = application(project="起初")
    made.attachments = [pdf()]
    draft = store.create(made)
    clock.advance(DAY)
    save(store, draft, application(project="后来"))
    store.set_attachments(draft, [])
    store.restore_version(draft, 1)
    found = store.load(draft)
    assert found.application.values["project.name"] == "起初"
    assert found.application.attachments[0].open().read() == pdf().data
    assert found.summary.facts.project == "起初"
    newest = store.versions(draft)[0]
    assert (newest.reason, newest.facts.project) == ("恢复之前", "后来")
    store.restore_version(draft, newest.number)
    assert store.load(draft).application.values["project.name"] == "后来"
    assert store.load(draft).application.attachments == []


def test_versions_kept_by_hand_and_exports_stay_for_good(store: Store, clock: Clock) -> None:
    draft = store.create(application(project="导出的"))
    store.mark_exported(draft, "AAAA-BBBB")
    save(store, draft, application(project="导入前的"))
    store.keep_version(draft, "导入之前")
    for day in range(70):
        clock.advance(DAY)
        save(store, draft, application(project=f"第{day}天"))
    reasons = [entry.reason for entry in store.versions(draft)]
    assert reasons[-2:] == ["导入之前", "导出"]
    assert len(reasons) <= 64


def test_a_version_that_was_thinned_out_is_refused_in_words(store: Store) -> None:
    draft = store.create(application())
    assert "不再保留" in refused(StoreError, lambda: store.version(draft, 7))
    assert "不再保留" in refused(StoreError, lambda: store.restore_version(draft, 7))


def test_thinning_keeps_five_minutes_hours_and_days() -> None:
    now = 100 * DAY
    made = [(number, now - number * 60.0, 0) for number in range(1, 100 * 24 * 60)]
    gone = set(superfluous([(-number, when, kept) for number, when, kept in made], now))
    ages = sorted(now - when for number, when, _ in made if -number not in gone)
    assert sum(age <= 3600 for age in ages) in (12, 13)
    assert sum(3600 < age <= DAY for age in ages) in (23, 24)
    assert sum(DAY < age <= 60 * DAY for age in ages) in (59, 60)
    assert ages[-1] <= 60 * DAY
    assert superfluous([(1, now - 99 * DAY, 1), (2, now + 99, 0)], now) == []


# --- the folder ------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a person's folder private by itself")
def test_only_the_owner_may_read(tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "a" / "store"
    folder.mkdir(parents=True, mode=0o755)
    store = Store.open(folder, now=clock)
    made = application()
    made.attachments = [pdf()]
    store.create(made)
    store.backup()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.rglob("*")]}
    assert {name for name, mode in modes.items() if mode == 0o700} == {"store", "backups"}
    assert {mode for name, mode in modes.items() if name not in ("store", "backups")} == {0o600}
    assert "drafts.sqlite-wal" in modes
    store.close()


def test_a_second_opening_is_refused_and_the_next_is_not(store: Store, folder: Path) -> None:
    assert "已经打开" in refused(StoreInUse, lambda: Store.open(folder))
    script = (
        "import sys; from pathlib import Path; from app.store import *\ntry: Store.open(Path(sys.argv[1]))\nexcept StoreInUse: sys.exit(7)"
    )
    assert subprocess.run([sys.executable, "-c", script, folder], check=False).returncode == 7
    draft = store.create(application())
    store.close()
    store.close()
    again = Store.open(folder)
    assert again.load(draft).id == draft
    again.close()


def test_a_closed_store_is_not_used_by_mistake(store: Store) -> None:
    import sqlite3

    store.close()
    with pytest.raises(sqlite3.ProgrammingError):
        store.create(application())


def test_importing_the_store_loads_nothing_heavy() -> None:
    heavy = ["PySide6", "reportlab", "docx", "docxtpl", "lxml", "PIL", "pypdf", "zipfile"]
    script = f"import sys, app.store; print(*[name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert found.stdout.strip() == ""


def test_messages_hold_no_field_content() -> None:
    assert "常德" not in FULL


def test_facts_say_how_complete_an_application_is() -> None:
    facts = facts_of(application(), 3, 2)
    assert (facts.call, facts.form, facts.category) == ("changde-2022", "capability", "tech-service")
    assert 0 < facts.filled < facts.required
    assert (facts.errors, facts.warnings) == (3, 2)


def test_saving_in_one_thread_does_not_undo_what_another_does(store: Store) -> None:
    draft = store.create(application())
    started, stop = Event(), Event()

    def work() -> None:
        while not stop.is_set():
            save(store, draft, application(project="边写"))
            started.set()

    thread = Thread(target=work)
    thread.start()
    assert started.wait(60)
    for _ in range(100):
        store.bin(draft)
        assert [entry.id for entry in store.summaries(binned=True)] == [draft]
        store.restore(draft)
        assert [entry.id for entry in store.summaries()] == [draft]
    stop.set()
    thread.join(60)


def test_a_refused_opening_leaves_the_other_windows_unfinished_files(store: Store, folder: Path) -> None:
    unfinished = folder / "backups" / "drafts-20220101-000000.sqlite.part"
    unfinished.write_bytes(b"being written")
    refused(StoreInUse, lambda: Store.open(folder))
    assert unfinished.exists()
    store.close()
    Store.open(folder).close()
    assert not unfinished.exists()


def test_a_failed_change_does_not_show_in_the_list(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = store.create(application(project="原来"))

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.store.core.put", fails)
    for call in (lambda: save(store, draft, application(project="新")), lambda: store.bin(draft), lambda: store.duplicate(draft)):
        assert "磁盘已满" in refused(StoreError, call)
    assert [(entry.facts.project, entry.binned) for entry in store.summaries()] == [("原来", None)]
    assert store.load(draft).application.values["project.name"] == "原来"


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names there are always Unicode")
def test_a_folder_whose_name_is_no_utf8(tmp_path: Path, clock: Clock) -> None:
    """Older Chinese systems wrote names in GBK."""
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + "/草稿".encode("gbk")))
    store = Store.open(folder, now=clock)
    draft = store.create(application())
    store.close()
    assert [entry.drafts for entry in store.backups()] == [1]
    (folder / "drafts.sqlite").unlink()
    store = Store.open(folder, now=clock)
    assert store.load(draft).id == draft
    store.purge(draft)
    store.close()
