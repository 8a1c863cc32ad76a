"""Chinese input methods: while a composition is open nothing is said, checked or moved; one that is open at the end is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from editors_support import commit, compose, empty, open_page, open_row, show
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QTextEdit

from app.application import new, newest_call
from app.ui import composition
from app.ui.desk import Desk
from app.ui.guide import GuidePanel
from app.ui.reading_text import ReadingBrowser, ReadingPane
from app.ui.table_editor import TableEditor
from app.ui.wizard import Wizard

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform, of every window
TYPED = ["project.name", "unit.head.title", "project.start", "unit.email", "content.main"]


@pytest.mark.parametrize("name", TYPED)
def test_nothing_is_said_until_the_commit(qtbot: Any, name: str) -> None:
    session = empty()
    row, wired = open_row(qtbot, session, name)
    for preedit in ("n", "ni", "ni h", "ni hao"):
        compose(row.editor.main, preedit)
        assert row.editor.composing()
    assert wired.edits == []
    assert row.editor.value() == ""
    commit(row.editor.main, "你好")
    assert [value for _, value in wired.edits] == ["你好"]
    assert not row.editor.composing()


@pytest.mark.parametrize("name", TYPED)
def test_a_composition_over_a_selection_waits_with_what_it_replaced(qtbot: Any, name: str) -> None:
    session = empty()
    row, wired = open_row(qtbot, session, name)
    qtbot.keyClicks(row.editor.main, "abc")
    said = len(wired.edits)
    row.editor.main.selectAll()
    compose(row.editor.main, "ni")
    assert len(wired.edits) == said
    assert session.value(name) == "abc"
    compose(row.editor.main, "")  # given up by Esc: what was selected is gone all the same
    assert not row.editor.composing()
    assert session.value(name) == (row.editor.value() or None)


@pytest.mark.parametrize("name", TYPED)
def test_a_refresh_leaves_an_open_composition_alone(qtbot: Any, name: str) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, name)
    qtbot.keyClicks(row.editor.main, "ab")
    compose(row.editor.main, "ni")
    row.refresh()
    assert row.editor.composing()
    commit(row.editor.main, "你")
    assert session.value(name) == "ab你"


@pytest.mark.parametrize("name", TYPED)
def test_an_open_composition_is_kept_when_the_page_settles(qtbot: Any, name: str) -> None:
    session = empty()
    section = session.page_of(name)
    page, _ = open_page(qtbot, session, section)
    page.focus_field(name)
    editor = page.rows[name].editor
    compose(editor.main, "nihao")
    assert page.composing()
    page.settle()
    assert not page.composing()
    assert session.value(name) == "nihao"


def test_a_key_that_the_input_method_lets_through_keeps_the_composition_and_the_program(qtbot: Any) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, "content.main")
    paper = row.editor.main
    qtbot.keyClick(paper, Qt.Key.Key_Return)
    compose(paper, "ni")
    qtbot.keyClick(paper, Qt.Key.Key_Shift)
    assert row.editor.composing()
    for key in (Qt.Key.Key_PageDown, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Home):
        compose(paper, "ni")
        qtbot.keyClick(paper, key)
        assert not row.editor.composing()
    assert str(session.value("content.main")).count("ni") == 4


def table(qtbot: Any) -> tuple[Any, Any, TableEditor]:
    session = empty()
    session.set("budget.items", [{"what": "a"}, {"what": "b"}])
    row, wired = open_row(qtbot, session, "budget.items")
    assert isinstance(row.editor, TableEditor)
    row.editor.focus(1)
    return session, wired, row.editor


def test_a_composition_opens_a_cell_and_is_said_when_committed(qtbot: Any) -> None:
    session, wired, editor = table(qtbot)
    compose(editor.sheet, "n")
    compose(editor.sheet, "ni")
    assert editor.composing()
    assert wired.edits == []
    commit(editor.sheet, "你")
    assert session.value("budget.items") == [{"what": "a"}, {"what": "你"}]
    focused = QApplication.focusWidget()
    assert focused is editor.delegate.line
    compose(focused, "hao")
    assert len(wired.edits) == 1
    qtbot.keyClick(focused, Qt.Key.Key_Return)  # meant for the input method
    qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert editor.delegate.line is focused
    commit(focused, "好")
    assert session.value("budget.items")[1] == {"what": "你好"}


def test_text_without_a_composition_opens_a_cell_too(qtbot: Any) -> None:
    session, _, editor = table(qtbot)
    commit(editor.sheet, "，")
    assert session.value("budget.items")[1] == {"what": "，"}


@pytest.mark.parametrize("inside", [True, False], ids=["in the cell", "on its way into the cell"])
def test_a_cells_composition_is_kept_when_the_table_settles(qtbot: Any, inside: bool) -> None:
    session, _, editor = table(qtbot)
    if inside:
        qtbot.keyClicks(editor.sheet, "x")
    target = editor.delegate.line if inside else editor.sheet
    assert target is not None
    compose(target, "ni")
    editor.settle()
    assert not editor.composing()
    assert editor.delegate.line is None
    assert session.value("budget.items")[1] == {"what": "xni" if inside else "ni"}


# --- an input method that takes its composition back when it is asked to commit, as ibus with libpinyin does -------------------


class Forgetful(QObject):
    """What Qt and such an input method do when the focus is about to go."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.FocusAboutToChange and watched is QApplication.focusWidget():
            self.take_back()
        return False

    def take_back(self) -> None:
        focused = QApplication.focusWidget()
        if focused is not None:
            compose(focused, "")


@pytest.fixture
def forgetful(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Forgetful]:
    found = Forgetful()
    monkeypatch.setattr(composition, "ask_to_commit", found.take_back)
    qapp.installEventFilter(found)
    yield found
    qapp.removeEventFilter(found)


@pytest.mark.parametrize("name", TYPED)
def test_what_is_taken_back_as_the_focus_goes_is_kept(qtbot: Any, forgetful: Forgetful, name: str) -> None:
    session = empty()
    page, wired = open_page(qtbot, session, session.page_of(name))
    page.focus_field(name)
    editor = page.rows[name].editor
    compose(editor.main, "ni")
    compose(editor.main, "你好")
    assert wired.edits == []
    page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    page.setFocus()
    assert not editor.composing()
    assert [value for _, value in wired.edits] == ["你好"]
    assert session.value(name) == "你好"


def the_page_settles(qtbot: Any, editor: Any) -> None:
    editor.settle()


def one_comes_to_it_again(qtbot: Any, editor: Any) -> None:
    """F8, and this field's own problem is the next one: Qt does not say that the focus goes."""
    editor.focus()


def one_clicks_elsewhere_in_the_text(qtbot: Any, editor: Any) -> None:
    paper = getattr(editor.main, "viewport", lambda: editor.main)()
    qtbot.mouseClick(paper, Qt.MouseButton.LeftButton, pos=QPoint(paper.width() - 30, paper.height() // 2))


@pytest.mark.parametrize("leave", [the_page_settles, one_comes_to_it_again, one_clicks_elsewhere_in_the_text])
@pytest.mark.parametrize("name", TYPED)
def test_what_is_taken_back_is_kept_where_the_focus_stays(qtbot: Any, forgetful: Forgetful, name: str, leave: Callable[..., None]) -> None:
    session = empty()
    row, _ = open_row(qtbot, session, name)
    compose(row.editor.main, "你好")
    leave(qtbot, row.editor)
    assert not row.editor.composing()
    assert session.value(name) == "你好"


@pytest.mark.parametrize("name", TYPED)
def test_what_is_given_up_by_a_key_is_gone(qtbot: Any, forgetful: Forgetful, name: str) -> None:
    session = empty()
    row, wired = open_row(qtbot, session, name)
    compose(row.editor.main, "ni")
    compose(row.editor.main, "")  # by Esc, some time before anything else
    QApplication.processEvents()
    row.editor.settle()
    row.editor.main.clearFocus()
    assert row.editor.value() == ""
    assert wired.edits == []


@pytest.mark.parametrize("leaving", ["settle", "focus"])
@pytest.mark.parametrize("inside", [True, False], ids=["in the cell", "on its way into the cell"])
def test_what_is_taken_back_in_a_cell_is_kept(qtbot: Any, forgetful: Forgetful, inside: bool, leaving: str) -> None:
    session, _, editor = table(qtbot)
    if inside:
        qtbot.keyClicks(editor.sheet, "x")
    target = editor.delegate.line if inside else editor.sheet
    assert target is not None
    compose(target, "ni")
    compose(target, "你")
    if leaving == "settle":
        editor.settle()
    else:
        editor.window().setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        editor.window().setFocus()
    assert not editor.composing()
    assert editor.delegate.line is None
    assert session.value("budget.items")[1] == {"what": "x你" if inside else "你"}


def test_the_next_problem_is_looked_for_with_what_is_being_composed(qtbot: Any, desk: Desk, forgetful: Forgetful) -> None:
    application = new("capability", newest_call(), "tech-service")
    wizard = Wizard(desk, desk.store.load(desk.store.create(application)))
    qtbot.addWidget(wizard)
    wizard.show()
    wizard.activateWindow()
    qtbot.waitUntil(wizard.isActiveWindow)
    wizard.jump("unit.name")
    assert wizard.session.value("unit.name") is None
    compose(wizard.page.rows["unit.name"].editor.main, "常德市某某学会")
    qtbot.keyClick(wizard, Qt.Key.Key_F8)
    assert wizard.session.value("unit.name") == "常德市某某学会"
    assert not wizard.page.rows["unit.name"].editor.active()
    wizard.dispose()


@pytest.mark.parametrize(
    "make", [partial(ReadingBrowser, "阅读"), partial(ReadingPane, "阅读"), GuidePanel], ids=["browser", "pane", "guide"]
)
def test_what_is_there_to_be_read_takes_nothing_from_an_input_method(qtbot: Any, make: Callable[[], QTextEdit]) -> None:
    text = make()
    show(qtbot, text)
    text.setPlainText("第一行\n第二行")
    text.setFocus()
    text.moveCursor(QTextCursor.MoveOperation.End)
    for deed in (compose, compose, commit):
        deed(text, "万元")
        assert text.textCursor().block().layout().preeditAreaText() == ""
        qtbot.keyClick(text, Qt.Key.Key_Down)
    assert text.toPlainText() == "第一行\n第二行"
