"""The store against a plain dict: edit, undo, attach, keep and restore versions, bin, export, purge, read, kill, restart, in any order."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from store_support import Clock, application, files_holding, pdf, save

from app.application import Application
from app.store import Store
from app.store.versions import EXPORTED, plain

Content = tuple[tuple[tuple[str, Any], ...], tuple[tuple[str, bytes], ...]]
"""A draft's answers and its attachments' names and bytes."""

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30) | st.sampled_from(["长" * 3000, "", "a\nb", "{{7*7}}"])
SIZES = st.lists(st.sampled_from([20, 21, 5000, 1_200_000]), max_size=3)


@dataclass
class Expected:
    """What one draft should be. ``past`` is every state that it ever had, ``for_good`` those whose versions must stay."""

    values: dict[str, Any]
    files: list[tuple[str, bytes]] = field(default_factory=list)
    binned: bool = False
    code: str = ""
    undo: list[dict[str, Any]] = field(default_factory=list)
    past: set[Content] = field(default_factory=set)
    for_good: list[Content] = field(default_factory=list)

    @property
    def content(self) -> Content:
        return tuple(sorted(self.values.items())), tuple(self.files)

    def settle(self) -> None:
        self.past.add(self.content)


def content_of(made: Application) -> Content:
    return tuple(sorted(made.values.items())), tuple((entry.name, entry.open().read()) for entry in made.attachments)


class StoreMachine(RuleBasedStateMachine):
    """One store and its model; each rule does the same to both."""

    drafts = Bundle("drafts")

    @initialize()
    def begin(self) -> None:
        self.root = Path(tempfile.mkdtemp())
        self.count = 0
        self.folder = self.root / "0"
        self.clock = Clock()
        self.store = Store.open(self.folder, now=self.clock)
        self.model: dict[str, Expected] = {}

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.root)

    # --- what people do --------------------------------------------------------------------------------------------------

    @rule(target=drafts, text=TEXTS)
    def create(self, text: str) -> str:
        made = application(content__main=text)
        draft = self.store.create(made)
        self.model[draft] = Expected(dict(made.values))
        self.model[draft].settle()
        return draft

    @rule(draft=drafts, name=st.sampled_from(["content.main", "project.name", "content.plan"]), text=TEXTS)
    def edit(self, draft: str, name: str, text: str) -> None:
        expected = self.model[draft]
        made = self.store.load(draft).application
        made.set(name, text)
        expected.undo.append(dict(expected.values))
        self._save(draft, made)

    @rule(draft=drafts)
    def undo(self, draft: str) -> None:
        expected = self.model[draft]
        if expected.undo:
            made = self.store.load(draft).application
            made.values = expected.undo.pop()
            self._save(draft, made)

    def _save(self, draft: str, made: Application) -> None:
        save(self.store, draft, made)
        self.model[draft].values = dict(made.values)
        self.model[draft].settle()

    @rule(draft=drafts, sizes=SIZES)
    def attach(self, draft: str, sizes: list[int]) -> None:
        given = [pdf(size=size, name=f"{number}.pdf") for number, size in enumerate(sizes)]
        self.store.set_attachments(draft, given)
        self.model[draft].files = [(entry.name, entry.data or b"") for entry in given]
        self.model[draft].settle()

    @rule(draft=drafts, reason=TEXTS)
    def keep_version(self, draft: str, reason: str) -> None:
        self.store.keep_version(draft, reason)
        self.model[draft].for_good.append(self.model[draft].content)
        assert plain(reason) in [version.reason for version in self.store.versions(draft)] or reason != EXPORTED

    @rule(draft=drafts, which=st.integers(0, 5))
    def restore_version(self, draft: str, which: int) -> None:
        versions = self.store.versions(draft)
        if not versions:
            return
        chosen, expected = versions[which % len(versions)], self.model[draft]
        found = content_of(self.store.version(draft, chosen.number))
        assert found in expected.past
        expected.for_good.append(expected.content)
        self.store.restore_version(draft, chosen.number)
        expected.values, expected.files = dict(found[0]), list(found[1])

    @rule(draft=drafts)
    def bin_or_take_out(self, draft: str) -> None:
        expected = self.model[draft]
        (self.store.restore if expected.binned else self.store.bin)(draft)
        expected.binned = not expected.binned

    @rule(draft=drafts)
    def export(self, draft: str) -> None:
        code = self.store.load(draft).application.code
        self.store.mark_exported(draft, code)
        self.model[draft].code = code
        self.model[draft].for_good.append(self.model[draft].content)
        assert self.store.versions(draft)[0].reason == EXPORTED

    @rule(target=drafts, draft=drafts)
    def duplicate(self, draft: str) -> str:
        copy, original = self.store.duplicate(draft), self.model[draft]
        self.model[copy] = Expected(dict(original.values), list(original.files))
        self.model[copy].settle()
        return copy

    @rule(draft=consumes(drafts))
    def purge(self, draft: str) -> None:
        self.store.purge(draft)
        del self.model[draft]
        assert files_holding(self.folder, draft) == []

    # --- what happens to them --------------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([1.0, 400.0, 90_000.0, 6_000_000.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @rule()
    def restart(self) -> None:
        self.store.close()
        self._open()

    @rule()
    def kill(self) -> None:
        """The process ends with the log as it is: the folder is copied under the open store, and the copy opened."""
        self.count += 1
        former, self.folder = self.folder, self.root / str(self.count)
        shutil.copytree(former, self.folder)
        self.store._database.close(for_good=True)
        self.store._lock.release()
        shutil.rmtree(former)
        self._open()

    @precondition(lambda self: self.model)
    @rule()
    def back_up(self) -> None:
        assert self.store.backup() is not None

    def _open(self) -> None:
        self.store = Store.open(self.folder, now=self.clock)
        assert self.store.notices == []
        assert not list(self.folder.glob("damaged-*"))

    # --- what must hold at any time ----------------------------------------------------------------------------------------

    @invariant()
    def the_store_is_as_the_model_says(self) -> None:
        if not hasattr(self, "store"):
            return
        listed = {entry.id: entry for binned in (False, True) for entry in self.store.summaries(binned)}
        assert listed.keys() == self.model.keys()
        for draft, expected in self.model.items():
            assert content_of(self.store.load(draft).application) == expected.content
            assert (listed[draft].binned is not None) == expected.binned
            assert listed[draft].exported_code == expected.code

    @rule(draft=drafts)
    def what_is_kept_for_good_stays(self, draft: str) -> None:
        kept = [content_of(self.store.version(draft, version.number)) for version in self.store.versions(draft)]
        assert set(kept) <= self.model[draft].past
        assert set(self.model[draft].for_good) <= set(kept)


def run(examples: int, steps: int) -> None:
    quiet = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(StoreMachine, settings=quiet)


def test_a_few_histories() -> None:
    run(8, 25)


@pytest.mark.slow
def test_many_histories() -> None:
    run(40, 50)
