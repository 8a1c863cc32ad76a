"""Blocks of cells as spreadsheets put them on the clipboard: read, written, and fitted into a table."""

from __future__ import annotations

import pytest
from editors_support import empty, field

from app.ui.table_block import fit_block, format_block, parse_block, paste_block


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("a\tb\nc\td\n", [["a", "b"], ["c", "d"]]),
        ('"a\tb\nc"\td', [["a\tb\nc", "d"]]),
        ('"say ""hi"""\tx', [['say "hi"', "x"]]),
        ('"never closed\tx', [['"never closed', "x"]]),
        ('"closed" then more\tx', [['"closed" then more', "x"]]),
        ("", []),
        ("\t\n", [["", ""]]),
        ("a\r\n\r\nb", [["a"], [""], ["b"]]),
    ],
)
def test_blocks_are_read_as_spreadsheets_write_them(text: str, cells: list[list[str]]) -> None:
    assert parse_block(text) == cells


def test_blocks_survive_the_clipboard() -> None:
    cells = [["a", 'b"c'], ["d\te", "f\ng"], ["", "“中文”"]]
    assert parse_block(format_block(cells)) == cells


@pytest.mark.parametrize(
    ("block", "left"),
    [
        ([["序号", "甲", "乙"], ["1", "a", "b"]], [["a", "b"]]),
        ([["1", "a", "b"], ["2", "c", "d"]], [["a", "b"], ["c", "d"]]),
        ([["1", "a"], ["2", "c"]], [["1", "a"], ["2", "c"]]),  # as wide as the table: the numbers are meant
        ([["3", "a", "b"], ["4", "c", "d"]], [["3", "a", "b"], ["4", "c", "d"]]),
        ([["甲", "乙"], ["a", "b"]], [["a", "b"]]),
        ([["甲 ", "丙"]], [["甲 ", "丙"]]),
        ([], []),
    ],
)
def test_heads_and_numbers_are_recognised(block: list[list[str]], left: list[list[str]]) -> None:
    assert fit_block(block, ["甲", "乙"]) == left


def test_a_block_wider_than_the_table_is_refused() -> None:
    entry = field(empty(), "budget.items")
    reason, _ = paste_block("a\tb\tc", entry, 0, 1)
    assert "只有2列" in reason
    assert paste_block("a\tb", entry, 0, 1) == ("", [["a", "b"]])
