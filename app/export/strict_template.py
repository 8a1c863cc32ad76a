# docxtpl and lxml have no type stubs, hence:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingTypeStubs=false, reportUnknownParameterType=false, reportUnknownLambdaType=false
# pyright: reportIncompatibleMethodOverride=false, reportMissingParameterType=false
# pyright: reportAttributeAccessIssue=false
"""A docxtpl template in which an answer is only ever text.

docxtpl 0.20 rewrites the XML *after* the answers are in it: ``{_{`` becomes ``{{``, control characters become breaks, and XML
that is broken is cut off by a forgiving parser. Here nothing is rewritten afterwards, and broken XML raises.
Import this module late: it imports docxtpl.
"""

from __future__ import annotations

from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree
from markupsafe import Markup, escape

from forms.text import clean

_TAB = Markup('</w:t><w:tab/><w:t xml:space="preserve">')
_BREAK = Markup('</w:t><w:br/><w:t xml:space="preserve">')


class StrictTemplate(DocxTemplate):
    """A template rendered by :func:`environment`; an unknown name, a value that is not text and broken XML all raise."""

    def render_xml_part(self, src_xml: str, part: Any, context: dict[str, Any], jinja_env: Any = None) -> str:
        self.current_rendering_part = part
        return jinja_env.from_string(src_xml).render(context)

    def fix_tables(self, xml: str) -> Any:
        return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))


def environment() -> SandboxedEnvironment:
    """Where templates run: no way out of them, everything escaped, unknown names refused."""
    # auto_reload and the optimizer only cost time for a template that is rendered once
    return SandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=as_text, auto_reload=False, optimized=False)


def as_text(value: Any) -> Markup:
    """An answer as the inside of ``<w:t>``: cleaned, escaped, TAB and LF as Word's elements. TypeError for what is no text."""
    if isinstance(value, StrictUndefined):
        str(value)  # raises jinja2's own error, which names what is missing
    if not isinstance(value, str):
        raise TypeError(f"not text: {type(value).__name__}")
    return escape(clean(value)).replace("\t", _TAB).replace("\n", _BREAK)
