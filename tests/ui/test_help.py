"""The help: every field's words, the notice word for word, the search, the keys, and backups that come back beside what is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMessageBox, QWidget

from app import help_texts
from app.about import COMPONENTS, VERSION
from app.application import new
from app.help_texts import KEYS, KINDS, Key
from app.session import Session
from app.store import Store
from app.ui import backups, theme
from app.ui.desk import Desk
from app.ui.help import HelpWindow, menu_keys
from forms.catalogue import FORMS
from forms.schema import Form, Kind
from tests.ui.conftest import Recorder

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the offscreen platform, of every window
TOPICS = ("", "notice", "platform", "sections", "keys", "data", "about", "licences", "guide", "sections/party", "sections/capability")


def page(window: HelpWindow) -> str:
    return window.page.document().toRawText().replace("\u2029", "\n").replace("\u2028", "\n")


def commit(widget: QWidget, text: str) -> None:
    """Enter Chinese as an input method does."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


@pytest.mark.parametrize("topic", TOPICS)
def test_each_topic_is_a_page_of_its_own(help_window: HelpWindow, topic: str) -> None:
    help_window.show_topic(topic)
    assert help_window.topic.id in (topic, topic + "/party")
    assert help_window.title.text() == help_window.topic.title
    assert len(page(help_window)) > 100


def test_an_unknown_topic_is_the_first_page(help_window: HelpWindow) -> None:
    help_window.show_topic("keys")
    help_window.show_topic("no such topic")
    assert help_window.topic.id == ""
    assert "{" not in page(help_window)


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.id)
def test_every_field_is_explained_with_its_hint_example_and_limit(help_window: HelpWindow, form: Form) -> None:
    help_window.show_topic(f"sections/{form.id}")
    text = page(help_window)
    for section in form.sections:
        assert (section.heading or section.title) in text
    for entry in form:
        assert f"{entry.label}（{'选填' if entry.optional else '必填'}）" in text
        assert entry.hint in text
        assert entry.example in text
        if entry.kind in (Kind.LONG, Kind.TEXT):
            assert f"最多{entry.limit}字" in text
        for column in entry.columns:
            assert f"· {column.label}（" in text


def test_every_kind_of_field_has_words() -> None:
    assert set(KINDS) == set(Kind)


def test_the_notice_is_there_word_for_word(help_window: HelpWindow, desk: Desk) -> None:
    help_window.show_topic("notice")
    assert page(help_window).strip("\n") == desk.call.notice.strip("\n")


def test_annex_4_is_there_word_for_word(help_window: HelpWindow, desk: Desk) -> None:
    help_window.show_topic("platform")
    for entry in desk.call.volunteer_platform:
        assert entry.heading in page(help_window)
        assert entry.text.strip("\n") in page(help_window)


def test_markup_in_a_call_is_shown_as_text(qtbot: Any, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    odd = replace(desk.call, notice="<b>a</b> &amp; <img src='x'> {{7*7}}" * 10)
    monkeypatch.setattr(Desk, "calls", lambda _self: ((odd,), ""))
    window = HelpWindow(desk)
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(window)
    window.show_topic("notice")
    assert page(window) == odd.notice


# --- the search ------------------------------------------------------------------------------------------------------------


def test_the_search_leaves_the_topics_that_hold_the_word_and_marks_it(qtbot: Any, help_window: HelpWindow) -> None:
    commit(help_window.search, "微信终端")
    rows = help_window._shown_rows()
    titles = [help_window.list.item(row).text() for row in rows]
    assert "附件4　科技志愿服务信息平台操作流程（1处）" in titles
    assert "键盘快捷键" not in titles
    assert help_window.list.currentRow() in rows
    assert help_window.page.textCursor().selectedText() == "微信终端"
    qtbot.keyClick(help_window.search, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(help_window.search, Qt.Key.Key_Delete)
    assert len(help_window._shown_rows()) == help_window.list.count()
    assert help_window.page.extraSelections() == []


def test_enter_goes_from_place_to_place_and_on_to_the_next_topic(qtbot: Any, help_window: HelpWindow) -> None:
    commit(help_window.search, "微信")
    seen = {(help_window.topic.id, help_window.page.textCursor().selectionStart())}
    total = sum(topic.text.count("微信") for topic in help_window._topics)
    for _ in range(total - 1):
        qtbot.keyClick(help_window.search, Qt.Key.Key_Return)
        seen.add((help_window.topic.id, help_window.page.textCursor().selectionStart()))
    assert len(seen) == total
    qtbot.keyClick(help_window.search, Qt.Key.Key_Return)
    assert (help_window.topic.id, help_window.page.textCursor().selectionStart()) in seen


def test_a_word_that_is_nowhere_is_told(qtbot: Any, help_window: HelpWindow) -> None:
    qtbot.keyClicks(help_window.search, "zzzzzz")
    assert "没有找到" in help_window.found.text()
    qtbot.keyClick(help_window.search, Qt.Key.Key_Return)


# --- keys ------------------------------------------------------------------------------------------------------------------


def test_esc_closes_it_and_the_work_goes_on_beside_it(qtbot: Any, help_window: HelpWindow) -> None:
    assert not help_window.isModal()
    qtbot.keyClick(help_window.search, Qt.Key.Key_Escape)
    assert not help_window.isVisible()


def test_f1_again_turns_the_window_that_is_open(qtbot: Any, desk: Desk) -> None:
    from app.ui.main_window import MainWindow

    window = MainWindow(desk)
    qtbot.addWidget(window)
    window.show()
    window.help_action.trigger()
    window.about_action.trigger()
    (found,) = window.findChildren(HelpWindow)
    assert found.topic.id == "about"
    assert any(key.what == "使用帮助" and key.keys == "F1" for key in menu_keys(window))
    found.close()
    window.notice_action.trigger()
    assert [entry.topic.id for entry in window.findChildren(HelpWindow) if entry.isVisible()] == ["notice"]


def test_f1_brings_back_what_was_minimised(qtbot: Any, desk: Desk) -> None:
    from app.ui.main_window import MainWindow

    window = MainWindow(desk)
    qtbot.addWidget(window)
    window.show()
    window.help_action.trigger()
    (found,) = window.findChildren(HelpWindow)
    found.showMinimized()
    window.about_action.trigger()
    assert not found.isMinimized()
    assert found.topic.id == "about"


def test_the_list_is_walked_with_the_arrows(qtbot: Any, help_window: HelpWindow) -> None:
    qtbot.keyClick(help_window.list, Qt.Key.Key_Down)
    assert help_window.topic.id == "sections/party"
    assert help_window.title.text() == help_window.topic.title


def test_the_menus_keys_are_read_from_the_menus(qtbot: Any) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    menu = window.menuBar().addMenu("文件(&F)")
    menu.addAction("新建申报(&N)…").setShortcut("Ctrl+N")
    menu.addAction("没有快捷键(&X)")
    assert menu_keys(window) == [Key(help_texts.EVERYWHERE, "Ctrl+N", "新建申报")]
    assert menu_keys(None) == []


def test_the_table_of_keys_names_every_shortcut_that_the_sources_set() -> None:
    """Whoever adds a shortcut adds its line; the menus' own are read from the menus."""
    import re

    folder = Path(backups.__file__).parent
    found: set[str] = set()
    for path in folder.glob("*.py"):
        if path.name != "main_window.py":
            text = path.read_text(encoding="utf-8")
            found |= set(re.findall(r'"((?:Ctrl\+|Shift\+|Alt\+)+[A-Za-z0-9]+|F[0-9]{1,2}|Del|Delete)"', text))
    names = {"Alt+Up": "Alt+↑", "Alt+Down": "Alt+↓", "Delete": "Del"}
    assert {names.get(key, key) for key in found} <= {key.keys for key in KEYS}


# --- data and backups ------------------------------------------------------------------------------------------------------


def test_a_backup_brings_back_what_was_and_deletes_nothing(qtbot: Any, help_window: HelpWindow, desk: Desk, recorder: Recorder) -> None:
    draft_id = desk.store.create(new("party", desk.call))
    session = Session(desk.store.load(draft_id).application, today=desk.today)
    session.set("project.name", "从前的名称")
    desk.autosave.edited(draft_id, session)
    desk.autosave.flush()
    desk.store.backup()
    session.set("project.name", "现在的名称")
    desk.autosave.edited(draft_id, session)
    help_window.show_topic("data")
    assert str(desk.store.folder.root) in page(help_window)
    recorder.answers.append(True)
    with qtbot.waitSignal(help_window.restored):
        qtbot.mouseClick(help_window.backups.restore, Qt.MouseButton.LeftButton)
    names = {entry.id: entry.facts.project for entry in desk.store.summaries()}
    assert names[draft_id] == "现在的名称"
    assert sorted(names.values()) == ["从前的名称", "现在的名称"]
    assert "不会被删除" in recorder.texts("confirm")[0]
    assert recorder.texts("inform")[0]
    assert recorder.texts("alarm") == []


def test_what_came_back_is_told_in_a_box_that_stays_on_the_screen(
    qtbot: Any, help_window: HelpWindow, desk: Desk, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = "、".join(f"“柑橘黄龙病绿色防控技术推广与示范项目{number}”" for number in range(60))
    monkeypatch.setattr(Store, "restore_backup", lambda *_: [f"已恢复60份草稿：{names}", "3份草稿与备份里的相同，没有改动"])
    desk.store.create(new("party", desk.call))
    desk.store.backup()
    help_window.show_topic("data")
    recorder.answers.append(True)
    qtbot.mouseClick(help_window.backups.restore, Qt.MouseButton.LeftButton)
    [told] = recorder.texts("inform")
    assert told.startswith("已恢复60份草稿：“柑橘黄龙病绿色防控技术推广与示范项目0”、")
    assert told.endswith("3份草稿与备份里的相同，没有改动")
    box = QMessageBox(QMessageBox.Icon.Information, "恢复备份", told)
    qtbot.addWidget(box)
    box.show()
    assert box.height() <= 600


def test_a_restore_that_is_not_confirmed_does_nothing(qtbot: Any, help_window: HelpWindow, desk: Desk, recorder: Recorder) -> None:
    desk.store.create(new("party", desk.call))
    desk.store.backup()
    help_window.show_topic("data")
    before = desk.store.summaries()
    qtbot.mouseClick(help_window.backups.restore, Qt.MouseButton.LeftButton)
    assert desk.store.summaries() == before
    assert recorder.texts("inform") == []


def test_without_backups_the_list_says_so(help_window: HelpWindow) -> None:
    help_window.show_topic("data")
    assert help_window.backups.list.item(0).text() == backups.NONE_YET
    assert not help_window.backups.restore.isEnabled()


def test_a_backup_can_be_made_now(qtbot: Any, help_window: HelpWindow, desk: Desk, recorder: Recorder) -> None:
    help_window.show_topic("data")
    qtbot.mouseClick(help_window.backups.backup, Qt.MouseButton.LeftButton)
    assert "没有要备份的" in recorder.texts("inform")[0]
    desk.store.create(new("party", desk.call))
    qtbot.mouseClick(help_window.backups.backup, Qt.MouseButton.LeftButton)
    assert len(desk.store.backups()) == 1
    assert "1份草稿" in help_window.backups.list.item(0).text()


def test_a_failing_store_is_told_in_its_words(
    qtbot: Any, help_window: HelpWindow, desk: Desk, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.errors import AppError

    def fails(*_: object) -> None:
        raise AppError("磁盘已满，备份没有做成")

    desk.store.create(new("party", desk.call))
    help_window.show_topic("data")
    monkeypatch.setattr(Store, "backup", fails)
    qtbot.mouseClick(help_window.backups.backup, Qt.MouseButton.LeftButton)
    assert recorder.texts("alarm") == ["磁盘已满，备份没有做成"]


def test_a_folder_that_cannot_be_opened_is_named(
    qtbot: Any, help_window: HelpWindow, desk: Desk, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def opener(url: Any) -> bool:
        opened.append(url.toLocalFile())
        return False

    monkeypatch.setattr(backups.QDesktopServices, "openUrl", opener)
    help_window.show_topic("data")
    qtbot.mouseClick(help_window.backups.folder, Qt.MouseButton.LeftButton)
    assert [Path(name) for name in opened] == [desk.store.folder.root]
    assert str(desk.store.folder.root) in recorder.texts("alarm")[0]


# --- about, licences, the look ---------------------------------------------------------------------------------------------


def test_about_names_the_versions_and_copies_them(qtbot: Any, help_window: HelpWindow) -> None:
    help_window.show_topic("about")
    assert VERSION in page(help_window)
    qtbot.mouseClick(help_window.copy, Qt.MouseButton.LeftButton)
    assert VERSION in QGuiApplication.clipboard().text()


def test_every_licence_can_be_read_in_full(qtbot: Any, help_window: HelpWindow) -> None:
    help_window.show_topic("licences")
    for part in COMPONENTS:
        assert part.name in page(help_window)
    qtbot.keyClicks(help_window.licence, "lxml")
    assert "Redistribution" in page(help_window)
    help_window.licence.setCurrentIndex(0)
    assert COMPONENTS[0].name in page(help_window)


def test_the_search_goes_on_in_a_licence(qtbot: Any, help_window: HelpWindow) -> None:
    help_window.show_topic("licences")
    qtbot.keyClicks(help_window.search, "python")
    qtbot.keyClicks(help_window.licence, "lxml")
    assert help_window.page.textCursor().selectedText().casefold() == "python"
    help_window.licence.setCurrentIndex(help_window.licence.findText("Jinja2"))
    assert help_window.page.extraSelections() == []


def test_headings_follow_the_type_size(qtbot: Any, help_window: HelpWindow, qapp: QApplication) -> None:
    before = help_window.title.font().pointSizeF()
    theme.apply(qapp, dark=True, percent=150)
    try:
        qtbot.waitUntil(lambda: help_window.title.font().pointSizeF() == pytest.approx(before * 1.5, rel=0.02))
    finally:
        theme.apply(qapp, dark=False)
