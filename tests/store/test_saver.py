"""When the saver saves, with a clock that the test moves: nothing here waits for time to pass."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest
from store_support import Clock, application, save, snapshot

from app.errors import AppError
from app.store import Facts, Saver, Snapshot, Store, StoreError, UnknownDraft

WAIT = 60


class Disk:
    """A store that notes what is saved, and fails or blocks when told to."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.saved: list[tuple[str, bytes, float]] = []
        self.attempts = 0
        self.error: Exception | None = None
        self.entered, self.gate = Event(), Event()
        self.gate.set()

    def save(self, draft_id: str, document: bytes, memory: dict[str, Any], facts: Facts) -> float:
        self.attempts += 1
        self.entered.set()
        assert self.gate.wait(WAIT)
        if self.error is not None:
            raise self.error
        self.saved.append((draft_id, document, self.clock.now))
        return self.clock.now


class Bench:
    def __init__(self) -> None:
        self.clock = Clock(0.0)
        self.disk = Disk(self.clock)
        self.told: list[tuple[str, str, Any]] = []
        self.saver = Saver(
            self.disk,
            on_saved=lambda draft, when: self.told.append(("saved", draft, when)),
            on_failed=lambda draft, message: self.told.append(("failed", draft, message)),
            clock=self.clock,
        )
        self.shot = snapshot(application())

    def type(self, text: str, draft: str = "a") -> None:
        self.saver.edited(draft, Snapshot(text.encode(), {}, self.shot.facts))

    def at(self, seconds: float) -> None:
        self.clock.now = seconds
        self.saver.look(WAIT)


@pytest.fixture
def bench():
    made = Bench()
    yield made
    made.disk.gate.set()
    made.disk.error = None
    made.saver.close(WAIT)


def test_it_saves_soon_after_the_last_key(bench: Bench) -> None:
    bench.type("1")
    bench.at(0.29)
    assert bench.disk.saved == []
    assert bench.saver.unsaved == ["a"]
    bench.at(0.31)
    assert bench.disk.saved == [("a", b"1", 0.31)]
    assert bench.told == [("saved", "a", 0.31)]
    assert bench.saver.unsaved == []


def test_someone_who_types_on_is_saved_all_the_same(bench: Bench) -> None:
    for key in range(33):
        bench.at(key * 0.0625)
        bench.type(str(key))
    assert [round(when, 4) for _, _, when in bench.disk.saved] == [0.8125, 1.625]
    assert [document for _, document, _ in bench.disk.saved] == [b"12", b"25"]


def test_drafts_are_saved_each_in_its_time(bench: Bench) -> None:
    bench.type("1", "a")
    bench.at(0.2)
    bench.type("2", "b")
    bench.at(0.3)
    assert [draft for draft, _, _ in bench.disk.saved] == ["a"]
    bench.at(0.5)
    assert [draft for draft, _, _ in bench.disk.saved] == ["a", "b"]


def test_flush_saves_at_once(bench: Bench) -> None:
    bench.type("1", "a")
    bench.type("2", "b")
    assert bench.saver.flush(WAIT, "b")
    assert bench.disk.saved == [("b", b"2", 0.0)]
    assert bench.saver.flush(WAIT)
    assert bench.disk.saved[1:] == [("a", b"1", 0.0)]
    assert bench.saver.flush(0)


def test_flush_waits_for_a_save_under_way(bench: Bench) -> None:
    bench.disk.gate.clear()
    bench.type("1")
    assert not bench.saver.flush(0)
    assert bench.disk.entered.wait(WAIT)
    assert bench.saver.pending("a") is not None
    bench.type("2")
    assert not bench.saver.flush(0)
    bench.disk.gate.set()
    assert bench.saver.flush(WAIT)
    assert [document for _, document, _ in bench.disk.saved] == [b"1", b"2"]


def test_a_failure_is_told_once_and_tried_each_second_with_the_newest_state(bench: Bench) -> None:
    bench.disk.error = StoreError("磁盘已满")
    bench.type("1")
    bench.at(0.3)
    assert bench.told == [("failed", "a", "磁盘已满")]
    bench.type("2")
    bench.at(1.2)
    assert bench.disk.attempts == 1
    bench.at(1.3)
    bench.at(2.3)
    assert bench.disk.attempts == 3
    assert len(bench.told) == 1
    bench.disk.error = StoreError("只读")
    bench.at(3.3)
    assert bench.told[1:] == [("failed", "a", "只读")]
    assert bench.saver.pending("a").document == b"2"  # type: ignore[union-attr]
    bench.disk.error = None
    bench.at(4.3)
    assert bench.told[2:] == [("saved", "a", 4.3)]
    assert bench.disk.saved == [("a", b"2", 4.3)]
    assert bench.saver.pending("a") is None
    bench.disk.error = StoreError("只读")
    bench.type("3")
    bench.at(4.7)
    assert bench.told[3:] == [("failed", "a", "只读")]


def test_what_is_typed_during_a_failing_save_is_not_replaced_by_the_older_state(bench: Bench) -> None:
    bench.disk.error = StoreError("磁盘已满")
    bench.disk.gate.clear()
    bench.type("1")
    bench.clock.now = 0.3
    bench.saver.look(0)
    assert bench.disk.entered.wait(WAIT)
    bench.type("2")
    bench.disk.gate.set()
    bench.at(0.3)
    bench.disk.error = None
    bench.at(1.3)
    assert [document for _, document, _ in bench.disk.saved] == [b"2"]


def test_flush_and_close_say_when_saving_fails(bench: Bench) -> None:
    bench.disk.error = StoreError("磁盘已满")
    bench.type("1")
    assert not bench.saver.flush(WAIT)
    assert not bench.saver.close(WAIT)
    assert bench.saver.pending("a").document == b"1"  # type: ignore[union-attr]


def test_close_saves_what_is_left(bench: Bench) -> None:
    bench.type("1")
    assert bench.saver.close(WAIT)
    assert bench.disk.saved == [("a", b"1", 0.0)]


@pytest.mark.parametrize("error", [RuntimeError("含有内容：王五"), OSError(5, "x")])
def test_a_bug_is_survived_and_told_without_contents(bench: Bench, error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    bench.disk.error = error
    bench.type("1")
    bench.at(0.3)
    assert bench.told[0][:2] == ("failed", "a")
    assert "王五" not in str(bench.told) + caplog.text
    bench.disk.error = None
    bench.at(1.3)
    assert bench.told[1][0] == "saved"


def test_a_removed_draft_is_not_tried_again(bench: Bench) -> None:
    bench.disk.error = UnknownDraft()
    bench.type("1")
    bench.at(0.3)
    bench.at(5)
    assert bench.disk.attempts == 1
    assert [what for what, _, _ in bench.told] == ["failed"]
    bench.type("2", "b")
    bench.saver.forget("b")
    bench.at(9)
    assert bench.disk.attempts == 1


def test_a_listener_that_raises_does_not_stop_the_saving(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock(0.0)
    disk = Disk(clock)

    def broken(*_: Any) -> None:
        raise ValueError

    saver = Saver(disk, on_saved=broken, on_failed=broken, clock=clock)
    shot = snapshot(application())
    for draft in "ab":
        saver.edited(draft, shot)
        assert saver.flush(WAIT)
    assert saver.close(WAIT)
    assert [draft for draft, _, _ in disk.saved] == ["a", "b"]
    assert "ValueError" in caplog.text


def test_the_true_store_is_saved_from_the_thread(store: Store) -> None:
    draft = store.create(application())
    saved = Event()
    saver = Saver(store, on_saved=lambda *_: saved.set(), on_failed=lambda *_: None)
    saver.edited(draft, snapshot(application(project="线程里存的")))
    assert saved.wait(WAIT)
    assert store.load(draft).application.values["project.name"] == "线程里存的"
    assert saver.close(WAIT)


def test_the_text_survives_a_full_disk_and_is_saved_once_there_is_room(store: Store) -> None:
    draft = store.create(application(project="原来"))
    failed, saved, clock = Event(), Event(), Clock(0.0)
    messages: list[str] = []

    def on_failed(_: str, message: str) -> None:
        messages.append(message)
        failed.set()

    saver = Saver(store, on_saved=lambda *_: saved.set(), on_failed=on_failed, clock=clock)
    with store._database.reading() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
    made = application(project="新的", content__main="".join(chr(0x4E00 + number * 7 % 20000) for number in range(18_000)))
    saver.edited(draft, snapshot(made))
    assert not saver.flush(WAIT)
    assert failed.wait(WAIT)
    assert "磁盘已满" in messages[0]
    assert store.load(draft).application.values["project.name"] == "原来"
    with store._database.reading() as connection:
        connection.execute("PRAGMA max_page_count = 1000000")
    clock.advance(1.0)
    saver.look(WAIT)
    assert saved.wait(WAIT)
    assert saver.close(WAIT)
    assert store.load(draft).application.values == made.values


def test_saving_what_was_never_created_is_refused(store: Store) -> None:
    with pytest.raises(AppError):
        save(store, "0" * 32, application())
