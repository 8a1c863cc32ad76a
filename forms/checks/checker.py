"""Checking again and again while a person types: only what has changed is looked at anew.

An application is looked at in parts: each field by itself for the rules that need no more, the list of files, and one part for every
other rule. A part notes which answers it reads, the absent ones among them; as long as none of these changes, what was found stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import date
from typing import Any, NamedTuple, cast

from forms.answers import Answers, AttachmentFact
from forms.call import Call
from forms.checks.base import Peer, Problem, Rule, Sheet, in_order
from forms.schema import Field, Form

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
    """Some rules over a piece of the application: these fields, or all of them. Only a ``wide`` one sees the files and the other
    applications."""

    rules: tuple[Rule, ...]
    fields: tuple[Field, ...] | None
    wide: bool


class _Kept(NamedTuple):
    """What a part found, and which answers it read for it; None for all of them."""

    problems: tuple[Problem, ...]
    read: frozenset[str] | None


class Checker:
    """The checks of one application as it is being filled in. A new one looks at everything."""

    def __init__(self, rules: Sequence[Rule], unprintable: Callable[[str], Sequence[str]] | None = None) -> None:
        self._rules = tuple(rules)
        self._unprintable = unprintable
        self._paper: tuple[Form, Call, date] | None = None
        self._around: tuple[Sequence[Peer], tuple[AttachmentFact, ...]] | None = None
        self._seen: dict[str, Any] = {}
        self._parts: list[_Part] = []
        self._kept: list[_Kept | None] = []

    def run(self, answers: Answers, today: date, peers: Sequence[Peer] = ()) -> list[Problem]:
        """Every problem, in the order of :func:`forms.checks.run`. ``peers`` is replaced, not changed, when there are others."""
        self._forget(answers, today, peers)
        changed = self._changes(answers.values)
        for place, part in enumerate(self._parts):
            kept = self._kept[place]
            if kept is None or (changed and (kept.read is None or not changed.isdisjoint(kept.read))):
                self._kept[place] = self._look(part, answers, today, peers)
        return in_order((problem for kept in self._kept if kept for problem in kept.problems), answers.form, self._rules)

    def _forget(self, answers: Answers, today: date, peers: Sequence[Peer]) -> None:
        """Keep nothing that goes by something else than answers, where that has changed. What is the same object is not compared
        further, so that thousands of peers cost nothing."""
        paper, around = (answers.form, answers.call, today), (peers, tuple(answers.attachments))
        if self._paper != paper:
            self._parts = self._divide(answers.form)
            self._kept = [None] * len(self._parts)
        elif self._around != around:
            self._kept = [None if part.wide else kept for part, kept in zip(self._parts, self._kept, strict=True)]
        self._paper, self._around = paper, around

    def _changes(self, now: Mapping[str, Any]) -> set[str]:
        """The ids of the answers that differ from those seen last."""
        changed = {name for name in self._seen.keys() | now.keys() if not _same(self._seen.get(name, _ABSENT), now.get(name, _ABSENT))}
        for name in changed:  # a copy: what is in a table may be changed where it stands
            if name in now:
                self._seen[name] = deepcopy(now[name])
            else:
                del self._seen[name]
        return changed

    def _divide(self, form: Form) -> list[_Part]:
        """A part for each field, one for the files, and one for each rule that looks at the whole."""
        parts: list[_Part] = []
        for entry in form:
            kinds = {entry.kind, *(column.kind for column in entry.columns)}
            parts.append(_Part(tuple(rule for rule in self._rules if rule.kinds & kinds), (entry,), False))
        parts.append(_Part(tuple(rule for rule in self._rules if rule.kinds), (), True))
        return parts + [_Part((rule,), None, True) for rule in self._rules if not rule.kinds]

    def _look(self, part: _Part, answers: Answers, today: date, peers: Sequence[Peer]) -> _Kept:
        noting = Noting(answers.values)
        seen = Answers(answers.form, answers.call, noting, answers.attachments if part.wide else ())
        sheet = Sheet(seen, today, peers if part.wide else (), self._unprintable, part.fields)
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
