"""The JSON Schema of a draft file's ``values``, derived from the form declaration (command ``schema``)."""

from __future__ import annotations

from typing import Any

from forms.answers import Answers
from forms.call import Call
from forms.schema import Field, Form, Kind, Source

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MOBILE = r"^1[3-9][0-9]{9}$"
MONEY = r"^[0-9]{1,9}(\.[0-9]{1,4})?$"
PARTIAL_DATE = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"


def values_schema(form: Form, call: Call) -> dict[str, Any]:
    """A schema that every complete, well-formed application's ``values`` meets; nothing in it is required, since a draft may
    lack any answer, and unknown keys are allowed, since they are kept."""
    answers = Answers(form, call, {})
    return {
        "$schema": DIALECT,
        "title": f"{form.short_title}（{call.title}）",
        "type": "object",
        "properties": {entry.id: _field(answers, entry) for entry in form},
    }


def _field(answers: Answers, entry: Field) -> dict[str, Any]:
    found = {"title": entry.label, **_kind(answers, entry)}
    if entry.hint:
        found["description"] = entry.hint
    if entry.example:
        found["examples"] = [entry.example]
    return found


def _kind(answers: Answers, entry: Field) -> dict[str, Any]:
    match entry.kind:
        case Kind.YES_NO:
            return {"type": "boolean"}
        case Kind.COUNT:
            return {"type": "integer", "minimum": 0}
        case Kind.MONEY:
            return {"type": "string", "pattern": MONEY}
        case Kind.DATE:
            return {"type": "string", "format": "date"}
        case Kind.PARTIAL_DATE:
            return {"type": "string", "pattern": PARTIAL_DATE}
        case Kind.MOBILE:
            return {"type": "string", "pattern": MOBILE}
        case Kind.POSTCODE:
            return {"type": "string", "pattern": "^[0-9]{6}$"}
        case Kind.EMAIL:
            return {"type": "string", "format": "email"}
        case Kind.CHOICE:
            return {"type": "string"} | _options(answers, entry)
        case Kind.CHOICES:
            ids = [item.id for category in answers.call.categories_of(answers.form.id) for item in category.commitments]
            return {"type": "array", "items": {"type": "string", "enum": ids}, "uniqueItems": True}
        case Kind.TABLE:
            columns = {column.id: _field(answers, column) for column in entry.columns}
            return {"type": "array", "maxItems": entry.limit, "items": {"type": "object", "properties": columns}}
        case _:
            return {"type": "string", "maxLength": entry.limit}


def _options(answers: Answers, entry: Field) -> dict[str, Any]:
    """The allowed ids; none are listed for a choice among the units, which the draft itself names."""
    if entry.source is Source.UNITS:
        return {}
    return {"enum": [option.id for option in answers.choices(entry)]}
