"""What goes wrong on the way: rules broken and mended, leaving and coming back, undo, a full disk, closing without saving."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from editors_support import compose
from journeys_support import CONTROL, MOST_TABS, SHIFT, Person
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMessageBox

from app.application import Application, dump, load, new
from app.drafts import facts_now
from app.opening.openers import open_application
from app.samples import sample
from app.session import REVIEW_PAGE
from app.store import Store
from app.store.errors import FULL, StoreError
from app.ui import attachment_jobs
from app.ui.attachments_page import AttachmentsPage
from app.ui.autosave import Autosave
from app.ui.desk import Desk
from app.ui.export_dialog import ExportDialog
from app.ui.export_worker import Job
from app.ui.help import HelpWindow
from app.ui.importing import PreviewDialog
from app.ui.long_text import LongEditor
from app.ui.messages import Messages
from app.ui.table_editor import TableEditor
from app.ui.versions import VersionsDialog
from app.ui.wizard import Wizard
from forms.checks import Level
from forms.schema import TITLE_LIMIT
from forms.shared import ATTACHMENTS, CONFIRMATIONS
from tests.ui.conftest import TODAY, Recorder

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),  # the offscreen platform, of every window
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]
NEW_TEXT = "在原有工作的基础上增加一次回访。"


def put(desk: Desk, application: Application | None = None) -> str:
    application = application or sample("capability", "tech-service")
    return desk.store.create(application, None, facts_now(application, TODAY))


def at_work(qtbot: Any, desk: Desk, page: str, application: Application | None = None) -> Person:
    """A person with the newest draft open at a page, come there from the list by Enter."""
    put(desk, application)
    person = Person(qtbot, desk)
    person.key(Qt.Key.Key_Return)
    person.open_page(page)
    return person


# --- breaking and mending a rule -------------------------------------------------------------------------------------------

TECH = "tech-service"
BROKEN = [
    (TECH, "budget.grant", "5", "budget.grant"),
    (TECH, "budget.own", "9.9", "budget.items"),
    (TECH, "budget.grant", "0.5", "budget.grant-low"),
    (TECH, "budget.grant", "一点五", "format.money"),
    (TECH, "project.leader.mobile", "1390000060", "format.mobile"),
    (TECH, "project.leader.name", "", "required"),
    (TECH, "unit.email", "ganju@", "format.email"),
    (TECH, "unit.fax", "12", "format.phone"),
    (TECH, "unit.postcode", "41500", "format.postcode"),
    (TECH, "unit.postcode", "410000", "postcode.local"),
    (TECH, "unit.founded", "2009-13", "format.date"),
    (TECH, "unit.founded", "2022-03-30", "date.future"),
    (TECH, "application_date", "2022-04-01", "deadline"),
    (TECH, "project.end", "2022-03-01", "dates.order"),
    (TECH, "project.start", "2021-12-01", "dates.year"),
    (TECH, "project.completion", "2022-12-15", "dates.period"),
    (TECH, "project.name", "长" * (TITLE_LIMIT + 1), "text.long"),
    (TECH, "project.theme", "待定", "text.placeholder"),
    (TECH, "project.place", "\U0010fffd", "text.unprintable"),
    (TECH, "content.plan", "太短了。", "text.short"),
    (TECH, "content.plan", "机密文件" * 13, "text.classified"),
    ("key-society", "unit.founded", "2019-10", "applicant.new"),
    ("party", "party.branch_founded", "", "required"),
    ("party", "party.members", "2", "party.members"),
]


@pytest.mark.parametrize(("category", "name", "text", "rule"), BROKEN, ids=[f"{rule}-{name}" for _, name, _, rule in BROKEN])
def test_a_rule_is_broken_and_mended(qtbot: Any, desk: Desk, category: str, name: str, text: str, rule: str) -> None:
    wanted = sample("party" if category == "party" else "capability", category)
    page = wanted.form.section_of(name).id
    person = at_work(qtbot, desk, page, wanted)
    good = str(person.value(name) or "")
    person.click(person.wizard.side.tabBar(), person.wizard.side.tabBar().tabRect(2).center())
    calm = person.outline(page)
    assert rule not in rules(person)

    person.retype(name, text)
    found = next(problem for problem in person.wizard.session.problems if problem.rule == rule)
    if found.field == name:
        assert any(found.message in words for words in under(person, name))
    person.key(Qt.Key.Key_PageDown, CONTROL)  # on the way back everything on the page has been seen
    person.key(Qt.Key.Key_PageUp, CONTROL)
    assert any(found.message in words for words in under(person, found.field))
    qtbot.waitUntil(lambda: any(found.message in words for words in listed(person)))
    signs = {Level.ERROR: ("处问题",), Level.WARNING: ("处问题", "处提醒"), Level.NOTE: ("已完成",)}[found.level]
    assert any(sign in person.outline(page) for sign in signs)

    person.retype(name, good)
    assert rule not in rules(person)
    assert not any(found.message in words for words in under(person, found.field))
    qtbot.waitUntil(lambda: not any(found.message in words for words in listed(person)))
    assert person.outline(page) == calm
    assert answers(person.stored()) == answers(sample(wanted.form.id, category))


def answers(application: Application) -> dict[str, Any]:
    return {name: value for name, value in application.values.items() if value != ""}


def rules(person: Person) -> set[str]:
    return {problem.rule for problem in person.wizard.session.problems}


def under(person: Person, name: str) -> list[str]:
    """The words that are seen under a field."""
    return [label.text() for label in person.row(name).findChildren(QLabel) if label.isVisible()]


def listed(person: Person) -> list[str]:
    """The list of problems beside the page."""
    model = person.wizard.problems.model
    return [str(model.data(model.index(row))) for row in range(model.rowCount())]


def test_a_declaration_taken_back_stops_the_export(qtbot: Any, desk: Desk) -> None:
    person = at_work(qtbot, desk, "finish")
    if person.finish.acknowledge.isVisible():
        person.click(person.finish.acknowledge)
    assert person.finish.bar.final.isEnabled()
    box = person.finish.declarations[CONFIRMATIONS[0]]
    person.click(box)
    assert not person.finish.bar.final.isEnabled()
    person.click(box)
    assert person.finish.bar.final.isEnabled()


def test_nothing_is_said_before_a_field_is_left(qtbot: Any, desk: Desk) -> None:
    person = at_work(qtbot, desk, "unit", new("capability", desk.call, "tech-service"))
    person.reach(person.row("unit.email"))
    person.write("ganju@")
    assert "format.email" in rules(person)
    assert not any("✕" in words for words in under(person, "unit.email"))
    person.key(Qt.Key.Key_Tab)
    assert any("✕" in words for words in under(person, "unit.email"))
    assert not any("✕" in words for words in under(person, "unit.postcode"))  # nobody has been there


def test_f8_goes_to_the_broken_field(qtbot: Any, desk: Desk) -> None:
    application = sample("capability", "tech-service")
    application.set("project.leader.mobile", "139")
    person = at_work(qtbot, desk, "plan", application)
    person.key(Qt.Key.Key_F8)
    assert person.wizard.page.page_id == "project"
    assert person.row("project.leader.mobile").editor.active()


def test_f8_goes_on_where_a_field_has_two_problems_and_when_one_is_mended(qtbot: Any, desk: Desk) -> None:
    application = sample("capability", "tech-service")
    application.set("unit.postcode", "")
    application.set("project.leader.mobile", "139")
    application.set("content.plan", "机密文件")  # and too short
    person = at_work(qtbot, desk, "plan", application)
    found = [problem.field for problem in person.wizard.session.problems]
    places = list(dict.fromkeys(found))
    assert len(found) > len(places) > 2
    for name in (*places, places[0]):
        person.key(Qt.Key.Key_F8)
        assert person.row(name).editor.active()
    for name in reversed(places):
        person.key(Qt.Key.Key_F8, SHIFT)
        assert person.row(name).editor.active()
    person.write("415000")
    assert places[0] not in {problem.field for problem in person.wizard.session.problems}
    person.key(Qt.Key.Key_F8)
    assert person.row(places[1]).editor.active()


@pytest.mark.parametrize("page", ["unit", "project", "plan", "people"])
def test_tab_goes_from_the_outline_through_the_page_to_its_buttons(qtbot: Any, desk: Desk, page: str) -> None:
    person = at_work(qtbot, desk, "budget")
    person.open_page(page)
    wizard = person.wizard
    wizard.outline.setFocus(Qt.FocusReason.TabFocusReason)
    person.key(Qt.Key.Key_Tab)
    order = list(person.page.rows.values())
    asked = [row for row in order if not row.isHidden()]
    assert asked[0].editor.active()
    for _ in range(MOST_TABS):
        if not wizard.page.isAncestorOf(QApplication.focusWidget()):
            break
        person.key(Qt.Key.Key_Tab)
    if wizard.back.isEnabled():  # on all pages but the first
        assert QApplication.focusWidget() is wizard.back
        person.key(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is wizard.next
    person.key(Qt.Key.Key_Tab)
    assert wizard.side.isAncestorOf(QApplication.focusWidget())


# --- leaving and coming back -----------------------------------------------------------------------------------------------


def test_home_stands_at_the_draft_that_was_open(qtbot: Any, desk: Desk) -> None:
    person = at_work(qtbot, desk, "plan")
    first = person.wizard.draft_id
    another = put(desk)
    person.window.open_draft(another)
    person.click(person.wizard.home)
    assert person.window.home.current is not None
    assert person.window.home.current.id == another != first


def test_home_and_back(qtbot: Any, desk: Desk) -> None:
    person = at_work(qtbot, desk, "plan")
    person.reach(person.row("content.plan"))
    person.key(Qt.Key.Key_End, CONTROL)
    person.write(NEW_TEXT)
    wanted = person.value("content.plan")
    assert NEW_TEXT in wanted
    person.click(person.wizard.home)  # the cursor is still in the field
    assert person.window.wizard is None
    qtbot.waitUntil(person.window.home.list.hasFocus)
    person.key(Qt.Key.Key_Return)
    assert person.page.page_id == "plan"
    assert person.value("content.plan") == wanted
    assert person.row("content.plan").editor.value() == wanted


def test_quit_and_start_again(qtbot: Any, desk: Desk, recorder: Recorder, tmp_path: Path) -> None:
    person = at_work(qtbot, desk, "project")
    person.retype("project.place", "常德市石门县")
    person.reach(person.row("project.theme"))
    person.key(Qt.Key.Key_A, CONTROL)
    compose(person.row("project.theme").editor.main, "驻点服务")  # quit in the middle of a composition
    assert person.window.close()
    wanted = person.desk.store.load(desk.store.summaries()[0].id).application.values
    desk.autosave.close()
    desk.store.close()
    store = Store.open(tmp_path / "store")
    again = Desk(store, Autosave(store), recorder, today=lambda: TODAY, call_folders=())
    try:
        later = Person(qtbot, again)
        later.key(Qt.Key.Key_Return)
        assert later.page.page_id == "project"
        assert later.wizard.session.application.values == wanted
        assert later.row("project.place").editor.value() == "常德市石门县"
        assert later.row("project.theme").editor.value() == "驻点服务"
        assert later.window.close()
    finally:
        again.autosave.close()
        store.close()
    assert not recorder.shown


def test_a_dropped_file_opens(qtbot: Any, desk: Desk, tmp_path: Path) -> None:
    wanted = sample("party")
    path = tmp_path / "申报数据.json"
    path.write_bytes(dump(wanted))
    person = Person(qtbot, desk)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    place, none = person.window.rect().center(), Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(place, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, none)
    QApplication.sendEvent(person.window, entering)
    assert entering.isAccepted()
    drop = QDropEvent(QPointF(place), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, none)
    person.meanwhile(PreviewDialog, lambda dialog: person.click(dialog.take), lambda: QApplication.sendEvent(person.window, drop))
    assert person.wizard.session.application.values == wanted.values
    assert len(desk.store.summaries()) == 1


# --- tables, undo, versions ------------------------------------------------------------------------------------------------


def twelve() -> list[list[str]]:
    return [[f"某{chr(0x4E00 + place)}", "理事", "工程师", f"第{place + 1}组", "样例"] for place in range(12)]


def test_twelve_rows_from_a_spreadsheet(qtbot: Any, desk: Desk) -> None:
    application = new("capability", desk.call, "tech-service")
    person = at_work(qtbot, desk, "project", application)
    person.retype("project.leader.name", "荀若谷")
    person.open_page("people")
    editor = person.row("people").editor
    assert isinstance(editor, TableEditor)
    leader = {"name": "荀若谷", "note": "项目负责人"}
    assert person.value("people") == [leader]
    person.cell(editor, 1, 0)
    person.paste_block(twelve())
    names = [column.id for column in editor.model.columns]
    wanted = [leader, *(dict(zip(names, row, strict=True)) for row in twelve())]
    assert person.stored().values["people"] == wanted
    person.key(Qt.Key.Key_Z, CONTROL)
    assert person.stored().values["people"] == [leader]
    person.key(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert person.stored().values["people"] == wanted


def test_undo_in_a_long_text(qtbot: Any, desk: Desk) -> None:
    person = at_work(qtbot, desk, "plan")
    before = person.value("content.plan")
    row = person.row("content.plan")
    assert isinstance(row.editor, LongEditor)
    person.reach(row)
    person.key(Qt.Key.Key_End, CONTROL)
    person.write(NEW_TEXT)
    assert person.value("content.plan") == before + NEW_TEXT
    person.key(Qt.Key.Key_A, CONTROL)
    person.key(Qt.Key.Key_Delete)
    assert not person.value("content.plan")
    for _ in range(2):
        person.key(Qt.Key.Key_Z, CONTROL)
    assert person.value("content.plan") == before
    assert person.stored().values["content.plan"] == before


def test_a_version_comes_back_and_nothing_is_lost(qtbot: Any, desk: Desk) -> None:
    person = at_work(qtbot, desk, "project")
    draft, before = person.wizard.draft_id, person.value("project.theme")
    desk.autosave.flush()
    desk.store.keep_version(draft, "测试")
    person.retype("project.theme", "另一个主题")
    person.reach(person.row("project.place"))
    person.write("，以及")  # not yet left, not yet saved
    changed = person.value("project.place")

    def restore(dialog: VersionsDialog) -> None:
        assert dialog.table.rowCount() == 2
        person.click(dialog.restore)

    person.meanwhile(VersionsDialog, restore, person.window.versions_action.trigger)
    assert person.page.page_id == "project"
    assert person.value("project.theme") == before
    assert person.row("project.theme").editor.value() == before
    kept = [desk.store.version(draft, entry.number).values for entry in desk.store.versions(draft)]
    assert any(values["project.theme"] == "另一个主题" and values["project.place"] == changed for values in kept)


# --- saving that fails -----------------------------------------------------------------------------------------------------


@contextmanager
def full_disk(store: Store) -> Iterator[None]:
    """SQLite itself finds no room, as on a full disk."""
    with store._database.reading() as connection:
        [pages] = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
    try:
        yield
    finally:
        with store._database.reading() as connection:
            connection.execute("PRAGMA max_page_count = 1000000")


def test_a_full_disk_while_typing(qtbot: Any, desk: Desk) -> None:
    person = at_work(qtbot, desk, "plan")
    assert desk.autosave.flush()
    wizard = person.wizard
    assert not wizard.banner.isVisible()
    with full_disk(desk.store):
        person.retype("content.plan", "实施步骤：调查、试验、推广。" * 900)
        qtbot.waitUntil(wizard.banner.isVisible)
        assert wizard.banner.text.text() == FULL
        assert wizard.status.text() == "尚未保存"
        person.reach(person.row("content.plan"))
        person.key(Qt.Key.Key_End, CONTROL)
        person.write(NEW_TEXT)
        wanted = person.value("content.plan")
        assert wanted.endswith(NEW_TEXT)
        assert desk.store.load(wizard.draft_id).application.values["content.plan"] != wanted
    qtbot.waitUntil(lambda: not wizard.banner.isVisible(), timeout=10_000)
    assert wizard.status.text().startswith("已保存")
    assert desk.store.load(wizard.draft_id).application.values["content.plan"] == wanted


@pytest.fixture
def unsaved(qtbot: Any, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Somebody who has typed what cannot be saved."""
    person = at_work(qtbot, desk, "project")
    assert desk.autosave.flush()

    def fails(*_: Any) -> float:
        raise StoreError(FULL)

    monkeypatch.setattr(desk.store, "save", fails)
    person.reach(person.row("project.theme"))
    person.key(Qt.Key.Key_A, CONTROL)
    person.write("新的主题")
    return person


def test_closing_is_put_off(unsaved: Person, recorder: Recorder) -> None:
    recorder.answers = [0, 3]  # 再试一次, 取消
    assert not unsaved.window.close()
    assert unsaved.window.isVisible()
    assert len(recorder.texts("choose")) == 2
    assert unsaved.value("project.theme") == "新的主题"


def test_closing_after_saving_elsewhere(unsaved: Person, recorder: Recorder, tmp_path: Path) -> None:
    path = tmp_path / "副本.json"
    recorder.answers = [1, None, 1, path]  # 另存, given up, 另存
    assert unsaved.window.close()
    assert load(path).values["project.theme"] == "新的主题"


def test_closing_without_saving(unsaved: Person, recorder: Recorder, desk: Desk) -> None:
    recorder.answers = [2]
    draft = unsaved.wizard.draft_id
    assert unsaved.window.close()
    assert desk.store.load(draft).application.values == sample("capability", "tech-service").values


def test_closing_once_it_works_again(unsaved: Person, recorder: Recorder, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = unsaved.wizard.draft_id
    choose = recorder.choose

    def relieved(*args: Any) -> int:
        monkeypatch.undo()  # the person has made room meanwhile
        return choose(*args)

    recorder.answers = [0]
    recorder.choose = relieved  # type: ignore[method-assign]
    assert unsaved.window.close()
    assert desk.store.load(draft).application.values["project.theme"] == "新的主题"


# --- nothing piles up -------------------------------------------------------------------------------------------------------


def test_what_is_closed_is_gone(qtbot: Any, desk: Desk) -> None:
    """Whoever leaves the program open for weeks must not fill the memory with closed dialogs and wizards."""
    desk.messages = Messages()
    person = at_work(qtbot, desk, "plan")
    window = person.window
    for action in (window.settings_action, window.versions_action):
        person.meanwhile(QDialog, lambda dialog: dialog.reject(), action.trigger)
    person.meanwhile(QMessageBox, lambda box: box.reject(), lambda: desk.messages.inform(window, "题", "话"))
    window.help_action.trigger()
    qtbot.waitUntil(lambda: window.findChild(HelpWindow) is not None)
    window.findChild(HelpWindow).close()
    person.click(person.wizard.home)
    kinds = (QDialog, HelpWindow, Wizard)
    qtbot.waitUntil(lambda: not [left for kind in kinds for left in window.findChildren(kind)])


# --- files still on their way ----------------------------------------------------------------------------------------------


@pytest.fixture
def slow_stick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that come from the stick only when somebody waits for them."""
    waited_for = threading.Event()
    read, wait = attachment_jobs._parts, Job.wait

    def held(path: Path, name: str) -> Iterator[bytes]:
        assert waited_for.wait(20)
        return read(path, name)

    def release(job: Job, seconds: float = 30.0) -> bool:
        waited_for.set()
        return wait(job, seconds)

    monkeypatch.setattr(attachment_jobs, "_parts", held)
    monkeypatch.setattr(Job, "wait", release)


def adding(qtbot: Any, desk: Desk, recorder: Recorder, tmp_path: Path) -> tuple[Person, Application]:
    """A person who has just chosen the one file that a complete application still needs."""
    wanted = sample("capability", "service-station")
    file = tmp_path / wanted.attachments[0].name
    assert wanted.attachments[0].path is not None
    file.write_bytes(wanted.attachments[0].path.read_bytes())
    begun = sample("capability", "service-station")
    begun.attachments = wanted.attachments[1:]
    person = at_work(qtbot, desk, ATTACHMENTS, begun)
    recorder.answers.append([file])
    page = person.wizard.page
    assert isinstance(page, AttachmentsPage)
    person.click(page.add)
    assert page.busy
    return person, wanted


@pytest.mark.usefixtures("slow_stick")
def test_an_export_waits_for_files_that_are_being_added(qtbot: Any, desk: Desk, recorder: Recorder, tmp_path: Path) -> None:
    person, wanted = adding(qtbot, desk, recorder, tmp_path)
    person.open_page(REVIEW_PAGE)
    folder = tmp_path / "导出"
    folder.mkdir()
    recorder.answers.append(folder)
    person.click(person.finish.bar.choose)
    person.meanwhile(ExportDialog, person._close_export, lambda: person.click(person.finish.bar.draft))
    [printed] = folder.glob("*.pdf")
    assert len(open_application(printed).application.attachments) == len(wanted.attachments)


@pytest.mark.usefixtures("slow_stick")
def test_leaving_waits_for_files_that_are_being_added(qtbot: Any, desk: Desk, recorder: Recorder, tmp_path: Path) -> None:
    person, wanted = adding(qtbot, desk, recorder, tmp_path)
    draft = person.wizard.draft_id
    person.click(person.wizard.home)
    assert person.window.wizard is None
    assert len(desk.store.load(draft).application.attachments) == len(wanted.attachments)


@pytest.mark.usefixtures("slow_stick")
def test_quitting_waits_for_files_that_are_being_added(qtbot: Any, desk: Desk, recorder: Recorder, tmp_path: Path) -> None:
    person, wanted = adding(qtbot, desk, recorder, tmp_path)
    draft = person.wizard.draft_id
    person.key(Qt.Key.Key_Q, CONTROL)
    qtbot.waitUntil(lambda: not person.window.isVisible())
    assert len(desk.store.load(draft).application.attachments) == len(wanted.attachments)
