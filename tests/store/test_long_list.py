"""Of a long list the newest drafts are read at opening and the rest when it is wanted: nothing that is done to the store notices."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from store_support import Clock, application, refused, save

from app.store import Store, StoreError, UnknownDraft, core, opening
from app.store.database import Database

COUNT, READ = 7, 3


@pytest.fixture
def drafts(folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The oldest first; the second is in the bin."""
    monkeypatch.setattr(core, "LONG_LIST", COUNT - 1)
    monkeypatch.setattr(core, "NEWEST", READ)
    with_all = Store.open(folder, now=clock)
    made: list[str] = []
    for number in range(COUNT):
        clock.advance(1)
        made.append(with_all.create(application(project=f"第{number}个")))
    with_all.bin(made[1])
    with_all.close()
    return made


@pytest.fixture
def long_store(drafts: list[str], folder: Path, clock: Clock) -> Iterator[Store]:
    opened = Store.open(folder, now=clock)
    yield opened
    opened.close()


def test_the_newest_are_there_at_once_and_all_when_they_are_wanted(long_store: Store, drafts: list[str]) -> None:
    newest, total, binned = long_store.newest()
    assert [entry.id for entry in newest] == drafts[: -READ - 1 : -1]
    assert (total, binned) == (COUNT - 1, 1)
    shown = [name for name in reversed(drafts) if name != drafts[1]]
    assert [entry.id for entry in long_store.summaries()] == shown
    assert [entry.id for entry in long_store.summaries(binned=True)] == [drafts[1]]
    assert long_store.newest() == (long_store.summaries(), COUNT - 1, 1)


def test_a_list_that_is_not_long_is_read_whole(long_store: Store, drafts: list[str], folder: Path) -> None:
    long_store.purge(drafts[0])
    long_store.close()
    again = Store.open(folder)
    assert len(again.newest()[0]) == again.newest()[1] == COUNT - 2
    again.close()


def test_an_old_draft_is_found(long_store: Store, drafts: list[str]) -> None:
    assert long_store.load(drafts[0]).application.values["project.name"] == "第0个"
    assert long_store.summary(drafts[1]).binned is not None
    refused(UnknownDraft, lambda: long_store.summary("0" * 32))


def test_other_applications_of_the_unit_are_all_counted(long_store: Store, drafts: list[str]) -> None:
    draft = long_store.load(drafts[-1])
    assert sorted(peer.project for peer in long_store.peers(draft)) == ["第0个", "第2个", "第3个", "第4个", "第5个"]


def test_the_first_change_leaves_the_others_in_the_list(long_store: Store, drafts: list[str]) -> None:
    save(long_store, drafts[0], application(project="改了"))
    assert long_store.summary(drafts[0]).project == "改了"
    assert {entry.id for entry in long_store.summaries()} == {*drafts} - {drafts[1]}


def test_the_revisions_go_on_from_the_newest(long_store: Store, drafts: list[str]) -> None:
    before = max(entry.revision for entry in [*long_store.summaries(), *long_store.summaries(binned=True)])
    save(long_store, drafts[3], application())
    assert long_store.summary(drafts[3]).revision == before + 1


def test_the_bin_is_emptied_of_all(long_store: Store, drafts: list[str]) -> None:
    long_store.empty_bin()
    assert long_store.summaries(binned=True) == []
    assert long_store.newest()[1:] == (COUNT - 1, 0)


def test_a_damaged_row_beyond_the_newest_is_mended(drafts: list[str], folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(folder / "drafts.sqlite")) as connection, connection:
        connection.execute("UPDATE drafts SET project = '坏了' WHERE id = ?", (drafts[0],))
    monkeypatch.setattr(opening, "CHECK_ALL_BYTES", 0)  # as with a store too large to be checked at once
    opened = Store.open(folder, now=clock)
    try:
        assert opened.summary(drafts[0]).project == "第0个"
        assert {entry.project for entry in opened.summaries()} == {f"第{number}个" for number in range(COUNT) if number != 1}
    finally:
        opened.close()


def broken(_: Database) -> None:
    raise OSError(5, "Input/output error")


def test_a_disk_that_fails_then_is_told_and_the_next_attempt_gets_all(long_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as failing:
        failing.setattr(Database, "open", broken)
        refused(StoreError, long_store.summaries)
        assert len(long_store.newest()[0]) == READ
    assert len(long_store.summaries()) == COUNT - 1
