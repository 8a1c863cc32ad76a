"""Reading through what was filled in: shown as printed, what is empty marked, what is long folded."""

from __future__ import annotations

from dataclasses import replace

import pytest
from finish_support import Open, long_application, shown
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.application import new
from app.attachments import Attachment
from app.samples import sample
from app.session import Session
from app.ui.desk import Desk
from app.ui.export_bar import obstacle
from app.ui.finish import FinishPage
from app.ui.review import EMPTY, SHORT, SHOWN_ROWS, LongValue, Table, TableValue, abbreviated, contents

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)  # the offscreen platform's own word, about every window
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def opened(qtbot: QtBot, desk: Desk) -> Open:
    """The page over a stored draft."""
    return lambda application=None: shown(qtbot, desk, application)


def words(page: FinishPage, section: str) -> list[str]:
    return [label.text() for label in page.reviews[section].findChildren(QLabel)]


def test_values_are_shown_as_printed(opened: Open) -> None:
    page = opened()
    text = words(page, "project")
    assert "科技服务" in text
    assert page.session.value("project.leader.mobile") in text
    unit = words(page, "unit")
    assert "2022年3月22日" in unit or any("年" in entry and "月" in entry for entry in unit)
    assert any(page.session.application.attachments[0].name in entry.replace("\u200b", "") for entry in words(page, "attachments"))


def test_a_file_that_is_only_known_by_name_is_not_called_empty(desk: Desk) -> None:
    application = sample("capability", "tech-service")
    application.attachments = [Attachment("other", "协议.pdf"), Attachment("other", "b.pdf", data=b"12")]
    [table, *_] = contents(Session(application, today=desk.today))["attachments"]
    assert isinstance(table, Table)
    assert [row[2] for row in table.rows] == ["只有文件名", "2字节"]


def test_empty_answers_are_marked(desk: Desk, opened: Open) -> None:
    page = opened(new("capability", desk.call, "tech-service"))
    unit = [label for label in page.reviews["unit"].findChildren(QLabel) if label.text().startswith(EMPTY)]
    assert {label.text() for label in unit} == {"未填", "未填（可不填）"}
    assert {label.property("look") for label in unit if label.text() == EMPTY} == {"error"}


def test_markup_is_only_text(opened: Open) -> None:
    application = sample("capability", "tech-service")
    application.set("project.theme", "<b>粗</b> a<b & c>d")
    page = opened(application)
    label = next(label for label in page.reviews["project"].findChildren(QLabel) if "粗" in label.text())
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.text() == "<b>粗</b> a<b & c>d"


def test_change_goes_to_the_section(qtbot: QtBot, opened: Open) -> None:
    page = opened()
    with qtbot.waitSignal(page.jump) as caught:
        qtbot.mouseClick(page.reviews["budget"].button, LEFT)
    assert caught.args == ["budget", None, ""]


def test_long_texts_unfold(qtbot: QtBot, opened: Open) -> None:
    page = opened(long_application())
    value = page.reviews["background"].findChild(LongValue)
    assert value is not None
    assert value.more is not None
    assert len(value.label.text()) < 2 * SHORT
    qtbot.mouseClick(value.more, LEFT)
    assert value.label.text() == page.session.value("content.background")
    page.refresh()
    assert value.more.text() == "收起"
    qtbot.mouseClick(value.more, LEFT)
    assert value.label.text().endswith("……")


def test_long_tables_unfold(qtbot: QtBot, opened: Open) -> None:
    page = opened(long_application())
    table = page.reviews["people"].findChild(TableValue)
    assert table is not None
    assert table.more is not None
    rows = len(page.session.value("people"))
    assert str(SHOWN_ROWS) in words(page, "people")
    assert str(rows) not in words(page, "people")
    qtbot.mouseClick(table.more, LEFT)
    assert str(rows) in words(page, "people")


@pytest.mark.parametrize("text", ["短", "字" * SHORT, "一\n二\n三\n四"])
def test_short_texts_stay_whole(text: str) -> None:
    assert abbreviated(text) == text


@pytest.mark.parametrize("text", ["字" * (SHORT + 1), "一\n二\n三\n四\n五"])
def test_texts_beyond_the_limit_are_cut(text: str) -> None:
    assert abbreviated(text).endswith("……")
    assert len(abbreviated(text)) < len(text) + 2


@pytest.mark.parametrize("category", ["party", "service-station", "academic-exchange"])
def test_every_asked_answer_can_be_read(desk: Desk, category: str) -> None:
    application = sample("party" if category == "party" else "capability", category)
    session = Session(application, today=desk.today)
    read = contents(session)
    for section in session.pages:
        asked = [entry.label for entry in section.fields if session.asked(entry)]
        assert [entry.label for entry in read[section.id] if entry.label != "附件"] == asked
    assert obstacle(Session(replace(application), today=desk.today)) == ""
