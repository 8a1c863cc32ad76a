"""The two paper forms by their ids."""

from __future__ import annotations

from forms import capability, party
from forms.schema import Form

FORMS: dict[str, Form] = {party.FORM.id: party.FORM, capability.FORM.id: capability.FORM}
