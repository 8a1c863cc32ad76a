"""Every screen: names for all controls, all of them reached by Tab, no text cut off at 150 % type on a screen of 1366×768."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app.application import new
from app.drafts import facts_now
from app.samples import sample
from app.session import REVIEW_PAGE, Memory, Session
from app.ui import theme
from app.ui.bin import BinDialog
from app.ui.desk import Desk
from app.ui.export_dialog import ExportDialog
from app.ui.help import HelpWindow
from app.ui.importing import Found, PreviewDialog
from app.ui.main_window import MainWindow
from app.ui.new_application import NewApplicationDialog
from app.ui.profile import ProfileDialog
from app.ui.settings import SettingsDialog
from app.ui.versions import VersionsDialog
from forms.catalogue import FORMS
from tests.ui.accessibility import SCREEN, cut_off, nameless, unreachable
from tests.ui.conftest import TODAY

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform, of every window
Screen = Callable[[Desk, Path], QWidget]
CATEGORIES = {"party": "party", "capability": "academic-exchange"}
LONG = "常德市某某学会服务企业创新发展能力提升与科技成果转化推广应用示范项目（含学术交流、科普讲座与人才培养等多项活动）"
QUIET = 8
"""Looks in a row, 10 ms apart, at which nothing has moved."""
HELP_TOPICS = ("", "sections", "guide", "notice", "keys", "data", "about", "licences")


def put(desk: Desk, form: str, *, filled: bool = True, visited: bool = False, page: str = "") -> str:
    """A draft: a sample with a long name, or an empty one whose pages were all visited, so that every problem shows."""
    application = sample(form, CATEGORIES[form], desk.call) if filled else new(form, desk.call, "" if form == "party" else CATEGORIES[form])
    if filled:
        application.set("project.name", LONG)
    memory = Memory(visited={section.id for section in application.form.sections} | {REVIEW_PAGE} if visited else set(), page=page)
    return desk.store.create(application, memory, facts_now(application, TODAY))


def home(desk: Desk, _folder: Path) -> QWidget:
    for form in FORMS:
        put(desk, form)
        put(desk, form, filled=False)
    window = MainWindow(desk)
    window.home.after_start()
    return window


def first_start(desk: Desk, _folder: Path) -> QWidget:
    window = MainWindow(desk)
    window.home.after_start()
    return window


def wizard(form: str, page: str, *, filled: bool, tab: int = 0) -> Screen:
    def make(desk: Desk, _folder: Path) -> QWidget:
        window = MainWindow(desk)
        window.open_draft(put(desk, form, filled=filled, visited=True, page=page))
        assert window.wizard is not None
        window.wizard.side.setCurrentIndex(tab)
        return window

    return make


def help_topic(topic: str) -> Screen:
    def make(desk: Desk, _folder: Path) -> QWidget:
        put(desk, "party")
        desk.store.backup()
        window = HelpWindow(desk)
        window.show_topic(topic)
        return window

    return make


def versions(desk: Desk, _folder: Path) -> QWidget:
    draft_id = put(desk, "party")
    desk.store.keep_version(draft_id, "测试")
    return VersionsDialog(desk, draft_id)


def bin_of_drafts(desk: Desk, _folder: Path) -> QWidget:
    desk.store.bin(put(desk, "party"))
    return BinDialog(desk)


def exporting(desk: Desk, folder: Path) -> QWidget:
    draft = desk.store.load(put(desk, "party"))
    return ExportDialog(desk, draft.id, Session(draft.application, draft.memory, today=desk.today), folder, draft=True)


def opening(desk: Desk, _folder: Path) -> QWidget:
    application = sample("party", "party", desk.call)
    application.set("project.name", LONG)
    notices = ["数据文件里有本程序不认识的项目，已原样保留：x-office", "附件“名册.xlsx”读不出来"]
    return PreviewDialog(Found("bundle", application, notices, facts_now(application, TODAY), LONG), "某某学会申报书.zip")


def screens() -> dict[str, Screen]:
    """Every screen there is, by a name for the report."""
    found: dict[str, Screen] = {
        "home": home, "first start": first_start, "new application": lambda desk, _: NewApplicationDialog(desk),
        "profile": lambda desk, _: ProfileDialog(desk), "settings": lambda desk, _: SettingsDialog(desk),
        "versions": versions, "bin": bin_of_drafts, "exporting": exporting, "opening": opening,
    }  # fmt: skip
    for form_id, form in FORMS.items():
        pages = [
            section.id for section in form.sections if (section.fields or section.id == "attachments") and section.id != "declarations"
        ]
        for page in [*pages, REVIEW_PAGE]:
            for filled in (True, False):
                found[f"{form_id} {page} {'filled' if filled else 'empty'}"] = wizard(form_id, page, filled=filled)
    for tab, name in ((1, "guide"), (2, "problems")):
        found[f"capability side {name}"] = wizard("capability", "unit", filled=False, tab=tab)
    for topic in HELP_TOPICS:
        found[f"help {topic or 'start'}"] = help_topic(topic)
    return found


SCREENS = screens()


@pytest.fixture
def large(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp, dark=False, percent=150)
    yield
    theme.apply(qapp, dark=False)


def settled(window: QWidget) -> Callable[[], bool]:
    """Whether the layout has come to rest: pages that fill themselves when the window is idle are done, and nothing moves any more."""
    seen: list[list[tuple[int, int, int, int]]] = []

    def still() -> bool:
        seen.append([widget.geometry().getRect() for widget in window.findChildren(QWidget)])
        return len(seen) > QUIET and all(entry == seen[-1] for entry in seen[-QUIET:])

    return still


def faults(qtbot: Any, window: QWidget) -> list[str]:
    """Show a window as large as it would be on a small screen, and look for all that is wrong."""
    if isinstance(window, QDialog):
        window.resize(window.size().boundedTo(QSize(*SCREEN)))
    else:
        window.resize(*SCREEN)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    if isinstance(window, MainWindow) and window.wizard is not None:
        status = window.wizard.status
        qtbot.waitUntil(lambda: status.text().startswith("已保存"))
    qtbot.waitUntil(settled(window), timeout=15_000)
    return [*cut_off(window), *nameless(window), *unreachable(window)]


@pytest.mark.parametrize("name", SCREENS)
def test_every_screen(qtbot: Any, desk: Desk, large: None, tmp_path: Path, name: str) -> None:
    window = SCREENS[name](desk, tmp_path)
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # qtbot deletes it
    qtbot.addWidget(window)
    try:
        assert faults(qtbot, window) == []
    finally:
        if isinstance(window, MainWindow):
            window.leave_wizard()


@pytest.mark.parametrize("name", ["home", "capability main filled", "party unit empty", "party finish filled", "help data", "settings"])
def test_a_change_of_the_look_leaves_nothing_cut_off_or_in_the_former_colours(
    qtbot: Any, desk: Desk, qapp: QApplication, tmp_path: Path, name: str
) -> None:
    window = SCREENS[name](desk, tmp_path)
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # qtbot deletes it
    qtbot.addWidget(window)
    window.resize(*SCREEN)
    window.show()
    qtbot.waitUntil(settled(window), timeout=15_000)
    try:
        theme.apply(qapp, dark=True, percent=150)
        qtbot.waitUntil(settled(window), timeout=15_000)
        assert list(cut_off(window)) == []
        if isinstance(window, MainWindow) and window.wizard is not None:
            outline = window.wizard.outline
            inks = {outline.item(row).foreground().color().name() for row in range(outline.count())}
            assert inks <= set(vars(theme.DARK).values())
    finally:
        theme.apply(qapp, dark=False)
        if isinstance(window, MainWindow):
            window.leave_wizard()


# --- the test of the test --------------------------------------------------------------------------------------------------


def screen_with(qtbot: Any, *widgets: QWidget) -> QWidget:
    window = QWidget()
    layout = QVBoxLayout(window)
    for widget in widgets:
        layout.addWidget(widget)
    qtbot.addWidget(window)
    return window


def test_a_control_without_a_name_is_found(qtbot: Any) -> None:
    window = screen_with(qtbot, QLineEdit(), QPushButton("好"))
    assert faults(qtbot, window) == ["no name: QLineEdit“” in ?"]


def test_a_label_with_a_buddy_is_a_name(qtbot: Any) -> None:
    line, label = QLineEdit(), QLabel("姓名(&N)：")
    label.setBuddy(line)
    window = screen_with(qtbot, label, line)
    assert faults(qtbot, window) == []


def test_a_control_that_keeps_tab_is_found(qtbot: Any) -> None:
    text = QPlainTextEdit()
    text.setAccessibleName("正文")
    window = screen_with(qtbot, QPushButton("一"), text, QPushButton("二"))
    assert "Tab does not get out: QPlainTextEdit“正文” in ?" in faults(qtbot, window)
    text.setTabChangesFocus(True)
    assert faults(qtbot, window) == []


def test_a_control_that_tab_skips_is_found(qtbot: Any) -> None:
    class Skipping(QPushButton):
        def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802
            last.setFocus()
            return True

    last = QPushButton("三")
    window = screen_with(qtbot, Skipping("一"), QPushButton("二"), last)
    assert faults(qtbot, window) == ["not reached by Tab: QPushButton“二” in ?"]


def test_text_that_is_cut_off_is_found(qtbot: Any) -> None:
    narrow, low = QLabel("这句话比它的地方长得多，所以看不全"), QLabel("这句话要占好几行，可是只给了一行的高度" * 3)
    narrow.setMaximumWidth(60)
    low.setWordWrap(True)
    low.setMaximumHeight(12)
    button = QPushButton("放不下的按钮文字")
    button.setMaximumWidth(40)
    window = screen_with(qtbot, narrow, low, button)
    found = faults(qtbot, window)
    assert len([fault for fault in found if fault.startswith("cut by")]) == 3
