"""What a screen reader says beside the name of what has the keyboard, and what tool tips show."""

from __future__ import annotations

from typing import Any

import pytest
from editors_support import empty, filled, open_page, open_row
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextDocumentFragment

from app.drafts import facts_now
from app.samples import sample
from app.ui.desk import Desk
from app.ui.drafts_model import DraftModel
from app.ui.problems import ProblemModel
from app.ui.table_model import TableModel
from app.ui.tips import tip
from app.ui.wizard import Wizard

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),  # the offscreen platform, of every window
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]


def test_a_choice_that_was_mended_is_not_called_wrong_any_more(qtbot: Any) -> None:
    session = empty()
    session.memory.left.add("unit.category")
    row, _ = open_row(qtbot, session, "unit.category")
    first, second = row.editor.buttons[:2]
    assert "✕" in first.accessibleDescription()
    qtbot.mouseClick(second, Qt.MouseButton.LeftButton, pos=QPoint(8, second.height() // 2))
    assert session.value("unit.category")
    assert not any("✕" in button.accessibleDescription() for button in row.editor.buttons)


def test_whichever_option_one_comes_to_says_what_is_wrong(qtbot: Any) -> None:
    session = empty()
    session.memory.left.add("unit.category")
    row, _ = open_row(qtbot, session, "unit.category")
    assert all("✕" in button.accessibleDescription() for button in row.editor.buttons)


def test_a_category_goes_on_saying_who_may_apply(qtbot: Any) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, "project.category")
    for wrong in (True, False):
        (session.memory.left.add if wrong else session.memory.left.discard)("project.category")
        row.refresh()
        for button, reason in zip(row.editor.buttons, row.editor.reasons, strict=True):
            assert reason.text() in button.accessibleDescription()
            assert ("✕" in button.accessibleDescription()) is wrong


@pytest.mark.parametrize(("name", "words"), [("unit.head.name", "最多50字"), ("content.plan", "最多20,000字；Tab")])
def test_a_text_says_how_long_it_may_be(qtbot: Any, name: str, words: str) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, name)
    assert words in row.editor.main.accessibleDescription()
    session.leave(name)
    row.refresh()
    assert row.editor.main.accessibleDescription().startswith("✕")
    assert words in row.editor.main.accessibleDescription()


@pytest.mark.parametrize("text", ["<b>甲</b>项目", "甲 &amp; 乙", "<img src='file:///x.png'>甲", "第一行\n<i>第二行</i>  两格"])
def test_a_tool_tip_shows_text_as_it_was_typed(text: str) -> None:
    """Qt guesses that such a text is meant as markup, and loads what it names."""
    assert QTextDocumentFragment.fromHtml(tip(text)).toPlainText().replace("\xa0", " ") == text


def test_a_draft_in_the_list_is_text_in_its_tool_tip(desk: Desk) -> None:
    application = sample("capability", "tech-service")
    application.set("project.name", "<img src='file:///x.png'>甲")
    desk.store.create(application, None, facts_now(application, desk.today()))
    drafts = DraftModel([desk.call], desk.today)
    drafts.show(desk.store.summaries())
    spoken, shown = (str(drafts.index(0).data(role)) for role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole))
    assert "<img src='file:///x.png'>甲" in spoken
    assert shown == tip(spoken)


def test_what_people_wrote_is_text_in_tool_tips(qtbot: Any, desk: Desk) -> None:
    application = sample("capability", "tech-service")
    application.set("project.name", "<b>甲</b>")
    draft = desk.store.load(desk.store.create(application))
    wizard = Wizard(desk, draft)
    qtbot.addWidget(wizard)
    assert wizard.bar.title.text() == "<b>甲</b>"
    assert wizard.bar.title.toolTip() == tip("<b>甲</b>")
    session = filled()
    rows = [{"name": "<b>乙</b>"}, {"name": "<b>乙</b>"}]
    session.set("people", rows)
    page, _ = open_page(qtbot, session, "people")
    model: TableModel = page.rows["people"].editor.model
    session.leave("people")
    page.refresh()
    tips = [str(model.data(model.index(row, 0), Qt.ItemDataRole.ToolTipRole)) for row in range(2)]
    listed = ProblemModel()
    listed.show(session)
    tips += [str(listed.index(row, 0).data(Qt.ItemDataRole.ToolTipRole)) for row in range(listed.rowCount())]
    assert "&lt;b&gt;乙" in "".join(tips[:2])
    assert "&lt;b&gt;乙" in "".join(tips[2:])
    assert "<b>" not in "".join(tips)
    wizard.dispose()
