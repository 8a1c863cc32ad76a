"""Somebody who fills in an application at the screen: by Tab through each page, in the order in which the paper asks.

Where the keyboard is follows from the declaration of the form, as it does for a person who reads the labels.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from x_screen import Desk

from app.application import Application, new
from app.session import Session
from forms.schema import Field, Kind, Section, Source, yes_no
from forms.shared import ATTACHMENTS

RADIO_MOST = 4
"""Choices of up to so many options are buttons beside each other, else a list that unfolds."""
TABLE_BUTTONS = 4
"""Below a table: 增加一行, 删除, 上移, 下移."""
DATE_STOPS = 2
"""A date has a line and a calendar's button."""
DIALOG_LEFT = 205
"""Where 新建申报 begins, without scaling: what lies to the left is the window behind it."""
WHEEL_DOWN, LONG_WAY = 5, 40
"""The wheel's button, and turns that lead to the end of any page."""
UNFOLDED = {"unit.founded": "alt+Down", "unit.head.title": "Down"}
"""Fields whose calendar or suggestions are looked at, and the key for them."""
BESIDE = "main"
"""The page from which the side panel is looked at."""
CATEGORY_STOPS = 2
"""Buttons on each card of 新建申报."""


@dataclass
class Person:
    """Fills in what ``wanted`` holds; ``session`` follows what was typed, to know what is asked next."""

    desk: Desk
    wanted: Application
    name: str
    files: Path

    def __post_init__(self) -> None:
        wanted = self.wanted
        self.session = Session(new(wanted.form.id, wanted.call, str(wanted.values.get("project.category", ""))))

    def photo(self, name: str) -> None:
        """A photograph of this application."""
        self.desk.photo(f"{self.name}-{name}")

    # --- beginning -------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """新建申报 and the category's card, until the wizard is open."""
        desk = self.desk
        if desk.run.by_mouse:
            desk.click(desk.buttons()[0])
        else:
            desk.keys("ctrl+n")
        desk.wait_for("新建申报")
        self.photo("new-application")
        call = self.wanted.call
        category = self.wanted.answers_without_files().category
        assert category is not None
        place = [entry.id for entry in call.categories].index(category.id)
        if desk.run.by_mouse:
            self.click_card(place, len(call.categories))
        else:
            desk.keys("Tab", times=1 + CATEGORY_STOPS * place)
            self.photo("new-application-chosen")
            desk.keys("space")
        desk.wait_for("提能申报")
        self.photo("wizard-empty")

    def click_card(self, place: int, number: int) -> None:
        """The button of a category's card, after scrolling to it."""
        seen = self.card_buttons()
        if place >= len(seen):
            self.desk.click((683, 400), WHEEL_DOWN, LONG_WAY)
            self.photo("new-application-scrolled")
            seen = self.card_buttons()
            place -= number
        self.desk.click(seen[place])

    def card_buttons(self) -> list[tuple[int, int]]:
        """Those that are in view."""
        return [spot for spot in self.desk.buttons() if spot[0] > DIALOG_LEFT]

    # --- pages -----------------------------------------------------------------------------------------------------------

    def fill_pages(self) -> None:
        """Every page, from the outline on, until 检查与导出 is open."""
        first = True
        for section in self.session.pages:
            if first:  # later it is there already
                self.desk.keys("Tab")
                first = False
            self.photo(section.id)
            if section.id == ATTACHMENTS:
                self.attach(section)
            else:
                self.fill_page(section)
            self.photo(f"{section.id}-filled")
            if section.id == BESIDE:
                self.look_beside()
            self.go_on()

    def look_beside(self) -> None:
        """指南 and 问题: past 上一步 and 下一步, then along the tabs."""
        self.desk.keys("Tab", "Tab", "Right")
        self.photo("guide")
        self.desk.keys("Right")
        self.photo("problems")
        self.desk.keys("Left", "Left")

    def go_on(self) -> None:
        """下一步."""
        if self.desk.run.by_mouse:
            self.desk.click(self.desk.buttons()[-1])
        else:
            self.desk.keys("ctrl+Next")
        self.desk.still()

    def fill_page(self, section: Section) -> None:
        """All fields of a page, leaving each by Tab."""
        asked = [entry for entry in section.fields if self.session.asked(entry)]
        while asked:
            entry = asked.pop(0)
            value = self.wanted.values.get(entry.id)
            self.fill(entry, value)
            before = len(asked)
            self.session.set(entry.id, value)
            rest = section.fields[section.fields.index(entry) + 1 :]
            asked = [other for other in rest if self.session.asked(other)]
            if len(asked) != before:
                self.desk.still()

    def fill(self, entry: Field, value: Any) -> None:
        """One field, the cursor standing in it, and on to the next."""
        if entry.id in UNFOLDED:
            self.desk.keys(UNFOLDED[entry.id])
            self.photo(f"{entry.id}-unfolded")
            self.desk.keys("Escape")
        if entry.kind is Kind.TABLE:
            self.fill_table(entry, value or [])
        elif entry.kind is Kind.YES_NO:
            self.choose([option.id for option in yes_no()].index("yes" if value else "no"), entry, value)
        elif entry.kind is Kind.CHOICE:
            self.pick(entry, value)
        else:
            if value is not None and entry.id != "budget.total":
                self.desk.type(str(value))
            self.desk.keys("Tab", times=DATE_STOPS if entry.kind in (Kind.DATE, Kind.PARTIAL_DATE) else 1)

    def pick(self, entry: Field, value: Any) -> None:
        """One of several options."""
        options = [option.id for option in self.session.application.answers_without_files().choices(entry)]
        if self.session.value(entry.id) == value:
            self.desk.keys("Tab")
        elif entry.source is Source.UNITS or len(options) > RADIO_MOST:
            self.desk.keys("Down", times=1 + options.index(value))
            self.photo(f"{entry.id}-list")
            self.desk.keys("Tab")
        else:
            self.choose(options.index(value), entry, value)

    def choose(self, place: int, entry: Field, value: Any) -> None:
        """One of a few buttons beside each other: the first by the space bar, from there by arrows. All of them are one stop."""
        if self.session.application.answers_without_files().flag(entry.id) is True and self.session.value(entry.id) is None:
            return  # the category leaves no choice: the buttons are off, Tab passes by
        self.desk.keys("space", *["Right"] * place, "Tab")

    # --- tables ----------------------------------------------------------------------------------------------------------

    def fill_table(self, entry: Field, rows: list[dict[str, str]]) -> None:
        """A block from a spreadsheet, or a small table cell by cell; then out by its last cell and past its buttons."""
        cells = [[str(row.get(column.id, "")) for column in entry.columns] for row in rows]
        if len(entry.columns) == 1 or entry.id == "budget.items":
            for line in cells:
                self.fill_row(entry, line)
        elif cells:
            self.desk.paste("\n".join("\t".join(line) for line in cells) + "\n")
        self.photo(f"{entry.id}-rows")
        self.desk.keys("ctrl+End", "Tab", *["Tab"] * TABLE_BUTTONS)

    def fill_row(self, entry: Field, line: list[str]) -> None:
        """One row, Tab leading from cell to cell and into the next row."""
        for text in line:
            if text:
                self.desk.type(text)
            self.desk.keys("Tab")

    # --- attachments -----------------------------------------------------------------------------------------------------

    def attach(self, section: Section) -> None:
        """The files through the program's own dialog, their kinds, and what the category wants to be ticked."""
        self.files.mkdir(exist_ok=True)
        for place, entry in enumerate(self.wanted.attachments):
            assert entry.path is not None
            file = Path(shutil.copy(entry.path, self.files / entry.name))
            self.add_file(file, first=not place)
            self.photo(f"{ATTACHMENTS}-added-{place + 1}")
        ticks = [entry for entry in section.fields if entry.kind is Kind.CHOICES and self.session.asked(entry)]
        for entry in ticks:
            self.tick(entry, self.wanted.values.get(entry.id, []))

    def add_file(self, file: Path, *, first: bool) -> None:
        """添加文件, the path, Enter; the cursor then stands in the list of its kinds."""
        desk = self.desk
        if desk.run.by_mouse:
            desk.click(desk.buttons()[0])
        else:
            desk.keys("alt+a")
        desk.wait_for("添加附件")
        desk.paste(str(file))
        if first:
            self.photo("file-dialog")
        desk.keys("Return")
        desk.wait_for("提能申报")

    def tick(self, entry: Field, wanted: list[str]) -> None:
        """The sentences, from the kind of the last file on: past its 打开, 上移 (where there is one above it) and 移除."""
        files = len(self.wanted.attachments)
        self.desk.keys("Tab", times=(3 if files == 1 else 4) if files else 1)
        for option in self.session.application.answers_without_files().choices(entry):
            self.desk.keys(*(["space"] if option.id in wanted else []), "Tab")
