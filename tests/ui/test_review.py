"""What is measured in characters follows a change of the type size while it is shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app import handover
from app.samples import sample
from app.session import Session
from app.ui import theme
from app.ui.desk import Desk
from app.ui.handover import StepsBox
from app.ui.review import EMPTY, LABEL_CHARACTERS, SectionReview, contents
from app.ui.settings import WIDTH, SettingsDialog

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)  # the offscreen platform's own word, about every window


@pytest.fixture
def sized(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    theme.apply(qapp, dark=False)


def characters(widget: QWidget) -> int:
    """The width of a character in the type size in force, in pixels."""
    return widget.fontMetrics().horizontalAdvance("字")


def test_the_labels_of_the_reading_page(qtbot: QtBot, desk: Desk, sized: QApplication) -> None:
    session = Session(sample("capability", "tech-service"), today=desk.today)
    review = SectionReview(next(section for section in session.pages if section.id == "unit"))
    review.show_content(contents(session)["unit"])
    qtbot.addWidget(review)
    review.show()
    muted = [label for label in review.findChildren(QLabel) if label.property("look") == "muted"]
    labels = [label for label in muted if not label.text().startswith(EMPTY)]
    assert len(labels) > 5
    for percent in theme.TYPE_SIZES:
        theme.apply(sized, dark=False, percent=percent)
        assert {label.width() for label in labels} == {LABEL_CHARACTERS * characters(review)}


def test_the_indents_of_the_steps(qtbot: QtBot, desk: Desk, sized: QApplication) -> None:
    steps = StepsBox(handover.steps(desk.call))
    qtbot.addWidget(steps)
    steps.show()
    theme.apply(sized, dark=False, percent=150)
    indents = {label.indent() for label in steps.findChildren(QLabel) if label.indent() > 0}
    assert indents == {2 * characters(steps)}


def test_the_width_of_the_settings(qtbot: QtBot, desk: Desk, sized: QApplication) -> None:
    dialog = SettingsDialog(desk)
    qtbot.addWidget(dialog)
    dialog.show()
    theme.apply(sized, dark=False, percent=150)
    assert dialog.minimumWidth() == WIDTH * characters(dialog)
