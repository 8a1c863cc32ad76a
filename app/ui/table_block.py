"""Blocks of cells as spreadsheets hand them over by the clipboard: reading, writing, and what fits into a table."""

from __future__ import annotations

from collections.abc import Sequence

from app.ui.editor_base import PATIENCE, excess
from forms.schema import Field
from forms.text import clean


def parse_block(text: str) -> list[list[str]]:
    """Cells of a copied block: tabs between cells, line ends between rows, cells with either in double quotes (as Excel and WPS
    write them). A quote that never closes is taken as typed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    rows: list[list[str]] = [[]]
    at = 0
    while True:
        cell, at = _cell(text, at)
        rows[-1].append(cell)
        if at >= len(text):
            break
        if text[at] == "\n":
            rows.append([])
        at += 1
    if rows[-1] == [""]:  # the line end after the last row
        rows.pop()
    return rows


def _cell(text: str, at: int) -> tuple[str, int]:
    """The cell that begins at an offset, and the offset of what ends it."""
    if text[at : at + 1] == '"':
        close = at + 1
        while (close := text.find('"', close)) >= 0:
            if text[close + 1 : close + 2] == '"':
                close += 2
            elif text[close + 1 : close + 2] in ("", "\t", "\n"):
                return text[at + 1 : close].replace('""', '"'), close + 1
            else:
                break
    ends = [end for end in (text.find("\t", at), text.find("\n", at)) if end >= 0]
    end = min(ends, default=len(text))
    return text[at:end], end


def format_block(rows: Sequence[Sequence[str]]) -> str:
    """Cells as spreadsheets take them from the clipboard."""
    return "\n".join("\t".join(_quoted(cell) for cell in row) for row in rows)


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(mark in cell for mark in '\t\n"') else cell


def fit_block(block: Sequence[Sequence[str]], heads: Sequence[str]) -> list[list[str]]:
    """A pasted block without what a table of its own has already: a first row that repeats the column heads, and a first column
    of 序号 (1, 2, 3 …) where the block is one column wider than the rest."""
    rows = [list(row) for row in block]
    bare = lambda row: ["".join(cell.split()) for cell in row]  # noqa: E731
    wanted = ["".join(head.split()) for head in heads]
    numbers = [row[0].strip() for row in rows if row]
    wider = len(rows) > 1 and max(map(len, rows)) == len(wanted) + 1
    if (rows and bare(rows[0])[:1] == ["序号"]) or (wider and numbers == [str(number + 1) for number in range(len(rows))]):
        rows = [row[1:] for row in rows]
    return rows[1:] if rows and len(rows[0]) > 0 and bare(rows[0]) == wanted[: len(rows[0])] else rows


def paste_block(raw: str, entry: Field, row: int, column: int) -> tuple[str, list[list[str]]]:
    """What a paste into a table puts where, or why it is refused: ``(reason, rows of cells)``. The clipboard is kept either way."""
    columns = entry.columns
    most = PATIENCE * entry.limit * sum(each.limit for each in columns)
    if len(raw) > most:
        return f"没有粘贴：内容有{len(raw):,}字，这张表放不下。剪贴板里的内容还在", []
    heads = [each.label for each in columns][column:]
    block = fit_block(parse_block(clean(raw)), heads)
    while block and not any(text.strip() for text in block[-1]):
        block.pop()
    if row + len(block) > entry.limit:
        return f"没有粘贴：粘贴后共有{row + len(block)}行，最多{entry.limit}行。剪贴板里的内容还在，请分开粘贴或删减", []
    width = max(map(len, block), default=0)
    if width > len(heads):
        return f"没有粘贴：内容有{width}列，从“{heads[0]}”起只有{len(heads)}列。剪贴板里的内容还在，请从更左边的一列开始粘贴", []
    for texts in block:
        for along, text in enumerate(texts):
            if excess(text, columns[column + along].limit):
                return f"没有粘贴：“{heads[along]}”有一格太长，最多{columns[column + along].limit}字。剪贴板里的内容还在", []
    return "", block
