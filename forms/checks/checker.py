"""Checking again and again while a person types: only what has changed is looked at anew.

An application is looked at in parts: each field by itself for the rules that need no more, the list of files, and one part for every
other rule. A part notes which answers it reads, the absent ones among them; as long as none of these changes, what was found stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, NamedTuple, cast

from forms.answers import Answers
from forms.checks.base import Level, Peer, Problem, Rule, Sheet

_SEVERITY = {level: place for place, level in enumerate(Level)}
_ABSENT = object()


class Noting(Mapping[str, Any]):
    """Answers that note which of them are read. Going through them all counts as reading each one there is, and any other."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self.read: set[str] = set()
        self.all = False

    def __getitem__(self, name: str) -> Any:
        self.read.add(name)
        return self._values[name]

    def get(self, name: str, default: Any = None) -> Any:
        """As of any mapping; by far the most frequent way in."""
        self.read.add(name)
        return self._values.get(name, default)

    def __iter__(self) -> Iterator[str]:
        self.all = True
        return iter(self._values)

    def __len__(self) -> int:
        self.all = True
        return len(self._values)


class _Part(NamedTuple):
    """Some rules over a piece of the application."""

    rules: tuple[Rule, ...]
    narrow: Callable[[Sheet], Sheet]


class _Kept(NamedTuple):
    """What a part found, and which answers it read for it; None for all of them."""

    problems: tuple[Problem, ...]
    read: frozenset[str] | None


class Checker:
    """The checks of one application as it is being filled in. A new one looks at everything."""

    def __init__(self, rules: Sequence[Rule], unprintable: Callable[[str], Sequence[str]] | None = None) -> None:
        self._rules = tuple(rules)
        self._unprintable = unprintable
        self._order = {rule.id: place for place, rule in enumerate(self._rules)}
        self._beside: tuple[object, ...] = ()  # what every part goes by beside the answers
        self._seen: dict[str, Any] = {}
        self._parts: list[_Part] = []
        self._kept: list[_Kept | None] = []

    def run(self, answers: Answers, today: date, peers: Sequence[Peer] = ()) -> list[Problem]:
        """Every problem, in the order of :func:`forms.checks.run`. ``peers`` is replaced, not changed, when there are others."""
        changed = self._changes(answers, today, peers)
        for place, part in enumerate(self._parts):
            kept = self._kept[place]
            if kept is None or (changed and (kept.read is None or not changed.isdisjoint(kept.read))):
                self._kept[place] = self._look(part, answers, today, peers)
        position, last = answers.form.position, len(answers.form.position)

        def rank(problem: Problem) -> tuple[int, int, int, int]:
            row = -1 if problem.row is None else problem.row
            return position.get(problem.field, last), _SEVERITY[problem.level], row, self._order[problem.rule]

        return sorted((problem for kept in self._kept if kept for problem in kept.problems), key=rank)

    def _changes(self, answers: Answers, today: date, peers: Sequence[Peer]) -> set[str]:
        """The ids of the answers that differ from those seen last. Where something else differs, nothing is kept."""
        beside = (answers.form, answers.call, today, peers, tuple(answers.attachments))
        if self._beside != beside:  # compares by identity first, so that thousands of peers cost nothing
            self._parts = self._divide(answers)
            self._kept = [None] * len(self._parts)
        self._beside = beside
        now = answers.values
        changed = {name for name in self._seen.keys() | now.keys() if not _same(self._seen.get(name, _ABSENT), now.get(name, _ABSENT))}
        for name in changed:  # a copy: what is in a table may be changed where it stands
            if name in now:
                self._seen[name] = deepcopy(now[name])
            else:
                del self._seen[name]
        return changed

    def _divide(self, answers: Answers) -> list[_Part]:
        by_field = tuple(rule for rule in self._rules if rule.by_field)
        fields = [_Part(by_field, partial(Sheet.only, entry=entry)) for entry in answers.form]
        whole = [_Part((rule,), Sheet.whole) for rule in self._rules if not rule.by_field]
        return [*fields, _Part(by_field, Sheet.only_files), *whole]

    def _look(self, part: _Part, answers: Answers, today: date, peers: Sequence[Peer]) -> _Kept:
        noting = Noting(answers.values)
        sheet = part.narrow(Sheet(replace(answers, values=noting), today, peers, self._unprintable))
        found = tuple(problem for rule in part.rules for problem in rule.problems(sheet))
        return _Kept(found, None if noting.all else frozenset(noting.read))


def _same(mine: Any, theirs: Any) -> bool:
    """Whether two JSON values are the same; unlike for ``==``, a yes is no 1."""
    if mine is theirs:
        return True
    if type(mine) is not type(theirs):
        return False
    if isinstance(mine, list):
        ours, others = cast(list[Any], mine), cast(list[Any], theirs)
        return len(ours) == len(others) and all(map(_same, ours, others))
    if isinstance(mine, dict):
        ours, others = cast(dict[Any, Any], mine), cast(dict[Any, Any], theirs)
        return ours.keys() == others.keys() and all(_same(value, others[name]) for name, value in ours.items())
    return mine == theirs
