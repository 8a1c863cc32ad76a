"""Text to lines: where to break (UAX #14, clreq), how to fill and justify. Strings and widths in, lines out.

measure = advances_of(lambda text: pdfmetrics.stringWidth(text, font, size))
for line in break_lines(text, 450.0, measure, first_indent=32.0):
    for chunk in line.chunks:
        draw(chunk.text, chunk.x, chunk.char_space)
"""

from app.layout.fill import Advances, advances_of, break_lines
from app.layout.justify import Chunk, Line, justify
from app.layout.linebreak import CHINESE, break_opportunities
from app.layout.spacing import Spacing

__all__ = [
    "CHINESE",
    "Advances",
    "Chunk",
    "Line",
    "Spacing",
    "advances_of",
    "break_lines",
    "break_opportunities",
    "justify",
]
