"""The checks: every demand of the notice that a program can check, one small named function for each.

They return coded, located problems and never raise, whatever the draft holds. The table below is spec rules.md, line by line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from forms.answers import Answers
from forms.checks import attachments, budget, call_rules, dates, formats, people, required, words
from forms.checks.base import Level, Peer, Problem, Rule, Sheet, in_order
from forms.checks.checker import Checker
from forms.schema import Kind

__all__ = ["RULES", "Checker", "Level", "Peer", "Problem", "Rule", "run"]

_E, _W, _N = Level.ERROR, Level.WARNING, Level.NOTE
_ALL = frozenset(Kind)

RULES: tuple[Rule, ...] = (
    Rule("required", _E, required.missing, kinds=_ALL),
    Rule("format.mobile", _E, formats.mobile, kinds=frozenset({Kind.MOBILE})),
    Rule("format.phone", _E, formats.phone, kinds=frozenset({Kind.PHONE})),
    Rule("format.email", _E, formats.email, kinds=frozenset({Kind.EMAIL})),
    Rule("format.postcode", _E, formats.postcode, kinds=frozenset({Kind.POSTCODE})),
    Rule("postcode.local", _N, formats.postcode_local, kinds=frozenset({Kind.POSTCODE})),
    Rule("format.date", _E, formats.dates, kinds=frozenset({Kind.DATE, Kind.PARTIAL_DATE})),
    Rule("date.future", _E, dates.future),
    Rule("format.money", _E, formats.money, kinds=frozenset({Kind.MONEY})),
    Rule("applicant.category", _E, call_rules.applicant_category, "applicants"),
    Rule("applicant.new", _E, call_rules.applicant_new, "applicants"),
    Rule("party.branch", _E, call_rules.party_branch),
    Rule("party.venue", _E, call_rules.party_venue),
    Rule("party.members", _W, call_rules.party_members),
    Rule("joint.lead", _E, call_rules.joint_lead),
    Rule("dates.order", _E, dates.order),
    Rule("dates.year", _W, dates.year, "period"),
    Rule("dates.period", _E, dates.period, "period"),
    Rule("deadline", _W, dates.deadline),
    Rule("budget.sum", _E, budget.total),
    Rule("budget.items", _E, budget.items),
    Rule("budget.grant", _E, budget.grant, "grant"),
    Rule("budget.grant-low", _W, budget.grant_low, "grant"),
    Rule("people.leader", _E, people.leader),
    Rule("people.row", _E, people.row),
    Rule("people.twice", _W, people.twice),
    Rule("text.short", _W, words.short, kinds=frozenset({Kind.LONG})),
    Rule("text.long", _E, words.long, kinds=_ALL),
    Rule("text.placeholder", _W, words.placeholder, kinds=_ALL),
    Rule("text.classified", _W, words.classified, kinds=_ALL),
    Rule("text.unprintable", _E, words.unprintable, kinds=_ALL),
    Rule("attachment.required", _E, attachments.required, "attachments"),
    Rule("attachment.preferred", _N, attachments.preferred, "attachments"),
    Rule("attachment.kind", _E, attachments.kind),
    Rule("commitments", _W, call_rules.commitments, "commitments"),
    Rule("confirmed", _E, call_rules.confirmed),
    Rule("limit.three", _E, call_rules.limit_three),
    Rule("same.project", _W, call_rules.same_project),
)


def run(
    answers: Answers,
    today: date,
    *,
    peers: Sequence[Peer] = (),
    unprintable: Callable[[str], Sequence[str]] | None = None,
) -> list[Problem]:
    """Every problem of an application, in the paper's order (attachments last), then by level, row and rule.

    ``today`` is for the deadline; ``peers`` are the other applications of the same call; ``unprintable`` returns the characters
    of a text that have no glyph (without it that rule is silent). Values are taken as stored, that is, normalised.
    """
    sheet = Sheet(answers, today, peers, unprintable)
    return in_order((problem for rule in RULES for problem in rule.problems(sheet)), answers.form, RULES)
