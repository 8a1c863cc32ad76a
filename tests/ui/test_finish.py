"""检查与导出: problems with jumps, warnings acknowledged once, declarations, steps; opens fast for a long draft."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from finish_support import Open, long_application, shown
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QPushButton
from pytestqt.qtbot import QtBot

from app.application import Application
from app.export.job import Exported
from app.handover import STEP_IDS
from app.samples import sample
from app.ui import theme
from app.ui.desk import Desk
from app.ui.export_bar import FOLDER
from app.ui.finish import DECLARATIONS, PROBLEMS, READING, SHOWN_PROBLEMS, STEPS, FinishPage
from app.ui.review import LongValue, TableValue
from app.ui.theme import current
from forms.checks import Level, Problem
from forms.shared import CONFIRMATIONS

if TYPE_CHECKING:
    from conftest import Recorder

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)  # the offscreen platform's own word, about every window
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def opened(qtbot: QtBot, desk: Desk) -> Open:
    """The page over a stored draft."""
    return lambda application=None: shown(qtbot, desk, application)


@pytest.fixture
def sized(qapp: QApplication) -> Iterator[QApplication]:
    """The application, for a test that changes the type size."""
    yield qapp
    theme.apply(qapp, dark=False)


def warned() -> Application:
    application = sample("capability", "tech-service")
    application.set("content.background", "太短了，只有一点。")
    return application


def test_opens_fast_with_40000_characters(qtbot: QtBot, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    application = long_application()
    assert sum(len(str(value)) for value in application.values.values()) > 40_000
    first = opened(application)  # fonts and style are loaded by whatever is shown first
    turns: list[float] = []
    show_next = FinishPage._show_next

    def timed(page: FinishPage) -> None:
        started = time.process_time()
        show_next(page)
        turns.append(time.process_time() - started)

    monkeypatch.setattr(FinishPage, "_show_next", timed)
    started = time.process_time()  # of this process: others share the machine. What it takes on a fast one is a twentieth of the bounds
    page = FinishPage(first.desk, first.draft_id, first.session)
    qtbot.addWidget(page)
    page.show()
    page.grab()
    assert time.process_time() - started < 1.0
    assert not turns  # it is seen before its first section is made
    qtbot.waitUntil(lambda: page.complete)
    assert len(turns) >= len(page.reviews)
    assert max(turns) < 1.0


def test_problems_jump(qtbot: QtBot, opened: Open) -> None:
    application = sample("capability", "tech-service")
    application.set("unit.email", "nonsense")
    page = opened(application)
    with qtbot.waitSignal(page.jump) as caught:
        qtbot.mouseClick(page.problems.view.viewport(), LEFT, pos=page.problems.view.visualRect(page.problems.model.index(0)).center())
    assert caught.args == ["unit.email", None, ""]


def test_final_export_needs_no_errors(opened: Open) -> None:
    application = sample("capability", "tech-service")
    application.set("unit.email", "nonsense")
    page = opened(application)
    assert not page.bar.final.isEnabled()
    assert page.bar.draft.isEnabled()
    assert page.bar.reason.text() == "还有1处错误，改正后才能导出正式稿；现在可以导出草稿。"
    page.refresh(page.session.set("unit.email", "name@163.com"))
    assert page.bar.final.isEnabled()


def test_warnings_are_acknowledged_once(qtbot: QtBot, opened: Open) -> None:
    page = opened(warned())
    assert not page.bar.final.isEnabled()
    assert "还有1处提醒没有确认" in page.bar.reason.text()
    with qtbot.waitSignal(page.touched):
        qtbot.mouseClick(page.acknowledge, LEFT)
    assert page.acknowledge.isHidden()
    assert page.bar.final.isEnabled()
    assert page.bar.final.hasFocus()
    page.refresh(page.session.set("project.place", "澧县"))
    assert page.bar.final.isEnabled()
    page.refresh(page.session.set("content.background", "更短了。"))
    assert not page.bar.final.isEnabled()  # another warning: it is asked again
    assert page.acknowledge.isVisible()


def test_declarations_are_ticked_by_keyboard(qtbot: QtBot, opened: Open) -> None:
    application = sample("capability", "tech-service")
    for name in CONFIRMATIONS:
        application.set(name, None)
    page = opened(application)
    assert not page.session.ready
    for name in CONFIRMATIONS:
        page.focus_field(name)
        assert page.declarations[name].hasFocus()
        with qtbot.waitSignal(page.edited) as caught:
            qtbot.keyClick(page.declarations[name], Qt.Key.Key_Space)
        assert caught.args == [name, True]
    assert page.session.ready
    with qtbot.waitSignal(page.edited) as caught:
        qtbot.keyClick(page.declarations[CONFIRMATIONS[0]], Qt.Key.Key_Space)
    assert caught.args == [CONFIRMATIONS[0], False]
    assert not page.bar.final.isEnabled()


def test_declarations_cite_their_clause(opened: Open) -> None:
    page = opened()
    assert [page.declarations[name].accessibleDescription()[:3] for name in CONFIRMATIONS] == ["二.3", "二.3", "三.5"]


def test_steps_are_remembered(qtbot: QtBot, opened: Open, desk: Desk) -> None:
    page = opened()
    with qtbot.waitSignal(page.touched):
        qtbot.keyClick(page.steps.boxes["meeting"], Qt.Key.Key_Space)
    desk.autosave.edited(page.draft_id, page.session)
    assert desk.autosave.flush()
    assert desk.store.load(page.draft_id).memory.steps == {"meeting"}
    assert "已填完，尚未报送" in page.steps.status.text()
    assert page.steps.days.text() == "距2022年3月31日截止还有6天"
    assert any("柳叶大道2999号" in box.text() for box in page.steps.boxes.values())


def test_changed_after_export(opened: Open, desk: Desk) -> None:
    page = opened()
    code = page.session.application.code
    desk.store.mark_exported(page.draft_id, code)
    again = FinishPage(desk, page.draft_id, page.session)
    assert again.strip.isHidden()
    assert "尚未报送，还要做下面7步" in again.steps.status.text()
    again.refresh(again.session.set("project.place", "别处"))
    assert not again.strip.isHidden()
    assert again.strip_text.text() == f"导出后已修改，需重新打印签字。上次导出的校验码是{code}，现在是{again.session.application.code}。"
    assert again.again.isHidden()
    again.deleteLater()


def test_export_from_the_page(
    qtbot: QtBot, opened: Open, desk: Desk, tmp_path: Path, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.ui.export_dialog import ExportDialog

    def run(dialog: ExportDialog) -> int:
        qtbot.waitUntil(lambda: dialog.exported is not None)
        return 1

    monkeypatch.setattr(ExportDialog, "exec", run)
    page = opened()
    page.session.memory.steps = set(STEP_IDS)
    recorder.answers = [tmp_path / "out"]
    (tmp_path / "out").mkdir()
    qtbot.mouseClick(page.bar.choose, LEFT)
    assert desk.store.setting(FOLDER) == str(tmp_path / "out")
    with qtbot.waitSignal(page.touched):
        qtbot.mouseClick(page.bar.final, LEFT)
    assert page.exported_code == page.session.application.code == desk.store.summary(page.draft_id).exported_code
    assert page.session.memory.steps == {"meeting"}
    assert page.again.isVisible()
    shown: list[Exported] = []
    monkeypatch.setattr(ExportDialog, "show_exported", lambda _self, found: shown.append(found))
    monkeypatch.setattr(ExportDialog, "exec", lambda _self: 1)
    qtbot.mouseClick(page.again, LEFT)
    assert shown[0].zip is not None
    (tmp_path / "out" / "申报书.pdf").write_bytes(b"another application's")
    qtbot.mouseClick(page.again, LEFT)
    assert len(shown) == 1
    assert "不在这个文件夹里" in recorder.texts("inform")[0]


def test_parts_are_one_click_away(qtbot: QtBot, opened: Open) -> None:
    page = opened()
    assert page.area.verticalScrollBar().value() == 0
    qtbot.mouseClick(page.to[READING], LEFT)
    first = page.area.verticalScrollBar().value()
    qtbot.mouseClick(page.to[STEPS], LEFT)
    assert page.area.verticalScrollBar().value() > first > 0


def test_a_part_stays_in_place_when_the_sections_are_only_just_made(qtbot: QtBot, opened: Open) -> None:
    """Sections that were not counted yet would push the part down a moment after the click."""
    page = opened()
    page.resize(640, 420)
    for section in page.reviews.values():
        section.show_content(())
    QApplication.processEvents()
    page.refresh(set())
    page.go_to(DECLARATIONS)
    for _ in range(5):  # a page that is not laid out yet takes more than one round
        assert page.headings[DECLARATIONS].mapTo(page.area, QPoint()).y() == 0
        QApplication.processEvents()


def test_the_keyboard_goes_along_to_a_part(qtbot: QtBot, opened: Open) -> None:
    """Else the next Tab would scroll back to where the cursor stayed."""
    page = opened(long_application())
    first = page.declarations[CONFIRMATIONS[0]]
    for name, target in ((DECLARATIONS, first), (STEPS, next(iter(page.steps.boxes.values())))):
        page.to[name].setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.keyClick(page.to[name], Qt.Key.Key_Space)
        assert target.hasFocus()
        assert not target.visibleRegion().isEmpty()


@pytest.mark.parametrize("exported", [False, True])
def test_ticking_does_not_move_the_page_under_the_mouse(qtbot: QtBot, opened: Open, exported: bool) -> None:
    """The list of problems above becomes shorter with every declaration, and the strip goes with the last one after an export."""
    application = sample("capability", "tech-service")
    for name in CONFIRMATIONS:
        application.set(name, None)
    page = opened(application)
    page.resize(640, 420)
    if exported:
        page.exported_code = sample("capability", "tech-service").code
        page.refresh()
    assert page.strip.isVisible() is exported
    qtbot.mouseClick(page.to[DECLARATIONS], LEFT)
    bar = page.area.verticalScrollBar()
    assert bar.value() < bar.maximum()  # else the end of the page would hold it
    boxes = [page.declarations[name] for name in CONFIRMATIONS]
    places = [box.mapTo(page, box.rect().topLeft()) for box in boxes]
    for box in (*boxes, *boxes):  # ticked, and unticked again
        end, before = bar.maximum(), box.isChecked()
        qtbot.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
        assert box.isChecked() is not before
        qtbot.waitUntil(lambda end=end: bar.maximum() != end)
        assert [other.mapTo(page, other.rect().topLeft()) for other in boxes] == places
        assert page.strip.isVisible() is (exported and page.changed_since_export)


def test_the_page_stays_when_what_was_pressed_goes(qtbot: QtBot, opened: Open) -> None:
    """Qt gives the cursor to the next control, and scrolls to that, wherever it is."""
    application = long_application()
    application.set("content.background", "太短了，只有一点。")
    page = opened(application)
    page.resize(640, 330)
    bar, inner = page.area.verticalScrollBar(), page.area.widget()
    table = page.reviews["people"].findChild(TableValue)
    assert table is not None
    assert table.more is not None
    for button, stays in ((page.acknowledge, page.headings[PROBLEMS]), (table.more, table)):
        bar.setValue(button.mapTo(inner, button.rect().bottomLeft()).y() + 8 - page.area.viewport().height())
        place = stays.mapTo(page, QPoint())
        qtbot.mouseClick(button, LEFT)
        qtbot.waitUntil(button.isHidden)
        assert stays.mapTo(page, QPoint()) == place
    assert page.reviews["people"].button.hasFocus()  # Tab goes on from there


def test_tab_comes_by_what_unfolds(qtbot: QtBot, opened: Open) -> None:
    """It is made later than the page."""
    page = opened(long_application())
    for name, kind in (("background", LongValue), ("people", TableValue)):
        value = page.reviews[name].findChild(kind)
        assert value is not None
        page.reviews[name].button.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.keyClick(page.reviews[name].button, Qt.Key.Key_Tab)
        assert value.more is QApplication.focusWidget()
        qtbot.keyClick(value.more, Qt.Key.Key_Tab)
        names = list(page.reviews)
        assert page.reviews[names[names.index(name) + 1]].button.hasFocus()


def test_what_is_ticked_shows_a_tick(qtbot: QtBot, opened: Open) -> None:
    page = opened()
    for box in (page.declarations[CONFIRMATIONS[0]], page.steps.boxes[STEP_IDS[0]]):
        box.setChecked(True)
        picture = box.grab().toImage()
        inside = {picture.pixelColor(x, y).name() for x in range(1, 16) for y in range(picture.height())}
        assert current().on_accent in inside, inside


def test_every_control_has_a_name(opened: Open) -> None:
    page = opened(long_application())
    for kind in (QPushButton, QCheckBox):
        for control in page.findChildren(kind):
            assert control.accessibleName() or control.text()


def many_problems(page: FinishPage, number: int) -> None:
    """So many problems, every other one long."""
    words = ["请填写。", "话很长，" * 40]
    page.session.problems = [Problem("x", Level.ERROR, "unit.email", row, words[row % 2], "") for row in range(number)]
    page.refresh(set())


def fits(page: FinishPage) -> bool:
    """Whether the list ends where its rows end, or the last of those that are in view at once."""
    view, model = page.problems.view, page.problems.model
    view.executeDelayedItemsLayout()
    beyond = view.visualRect(model.index(SHOWN_PROBLEMS))
    end = beyond.top() - view.spacing() if beyond.isValid() else view.contentsSize().height()
    scrolled = view.verticalScrollBar().maximum() > 0
    return view.viewport().height() == end and scrolled is beyond.isValid()


@pytest.mark.parametrize("percent", [100, 150])
@pytest.mark.parametrize("width", [420, 640, 1300])
def test_the_list_of_problems_is_as_high_as_its_rows(qtbot: QtBot, opened: Open, sized: QApplication, width: int, percent: int) -> None:
    page = opened()
    theme.apply(sized, dark=False, percent=percent)
    page.resize(width, 600)
    for number in (1, 2, SHOWN_PROBLEMS, SHOWN_PROBLEMS + 1, SHOWN_PROBLEMS):
        many_problems(page, number)
        page.focus_field("")
        qtbot.waitUntil(lambda: fits(page))
        page.go_to(PROBLEMS)  # the frame of what has the cursor is thicker
        assert fits(page), number
    page.resize(width + 120, 600)
    qtbot.waitUntil(lambda: fits(page))
    theme.apply(sized, dark=False, percent=125)
    qtbot.waitUntil(lambda: fits(page))
