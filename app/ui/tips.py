"""Tool tips that quote what people wrote."""

from __future__ import annotations

from html import escape


def tip(text: str) -> str:
    """A text as a tool tip that shows just that. Qt guesses that ``<b>`` is meant, and would load what an ``<img>`` names."""
    lines = escape(text, quote=False).replace("  ", "&nbsp; ").split("\n")
    return f"<qt>{'<br>'.join(lines)}</qt>"
