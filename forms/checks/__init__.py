"""The checks: every demand of the notice that a program can check, one small named function for each.

They return coded, located problems and never raise, whatever the draft holds. The table below is spec rules.md, line by line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from forms.answers import Answers
from forms.checks import attachments, budget, call_rules, dates, formats, people, required, words
from forms.checks.base import Level, Peer, Problem, Rule
from forms.checks.checker import Checker

__all__ = ["RULES", "Checker", "Level", "Peer", "Problem", "Rule", "run"]

_E, _W, _N = Level.ERROR, Level.WARNING, Level.NOTE

RULES: tuple[Rule, ...] = (
    Rule("required", _E, required.missing, by_field=True),
    Rule("format.mobile", _E, formats.mobile, by_field=True),
    Rule("format.phone", _E, formats.phone, by_field=True),
    Rule("format.email", _E, formats.email, by_field=True),
    Rule("format.postcode", _E, formats.postcode, by_field=True),
    Rule("postcode.local", _N, formats.postcode_local, by_field=True),
    Rule("format.date", _E, formats.dates, by_field=True),
    Rule("date.future", _E, dates.future),
    Rule("format.money", _E, formats.money, by_field=True),
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
    Rule("text.short", _W, words.short, by_field=True),
    Rule("text.long", _E, words.long, by_field=True),
    Rule("text.placeholder", _W, words.placeholder, by_field=True),
    Rule("text.classified", _W, words.classified, by_field=True),
    Rule("text.unprintable", _E, words.unprintable, by_field=True),
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
    return Checker(RULES, unprintable).run(answers, today, peers)
