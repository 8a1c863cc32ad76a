"""Every screen of the window, made over a store with long names: for the accessibility test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from PySide6.QtWidgets import QMessageBox, QWidget

from app.about import NAME
from app.application import dump, new
from app.drafts import facts_now
from app.export.job import Exported
from app.samples import sample
from app.session import REVIEW_PAGE, Memory, Session
from app.ui import crash
from app.ui.attachments_page import AttachmentsPage
from app.ui.background import _Waiting
from app.ui.bin import BinDialog
from app.ui.desk import Desk
from app.ui.export_dialog import ExportDialog
from app.ui.help import HelpWindow
from app.ui.importing import Found, PreviewDialog
from app.ui.main_window import MainWindow
from app.ui.messages import Messages
from app.ui.new_application import NewApplicationDialog
from app.ui.printing import PrintProgress
from app.ui.profile import ProfileDialog
from app.ui.settings import SettingsDialog
from app.ui.versions import VersionsDialog
from forms.catalogue import FORMS
from tests.ui.conftest import TODAY

Screen = Callable[[Desk, Path], QWidget]
CATEGORIES = {"party": "party", "capability": "academic-exchange"}
LONG = "常德市某某学会服务企业创新发展能力提升与科技成果转化推广应用示范项目（含学术交流、科普讲座与人才培养等多项活动）"
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


def compared(desk: Desk, _folder: Path) -> QWidget:
    draft_id = put(desk, "capability")
    desk.store.keep_version(draft_id, "导出正式稿之前自动保留")
    application = desk.store.load(draft_id).application
    for name in ("project.name", "content.background", "content.main"):
        application.set(name, LONG * 3)
    desk.store.save(draft_id, dump(application), {}, facts_now(application, TODAY))
    return VersionsDialog(desk, draft_id)


def busy_home(desk: Desk, folder: Path) -> QWidget:
    """Every kind of draft in the list, and both strips above it."""
    home(desk, folder)
    exported, changed = desk.store.summaries()[:2]
    desk.store.mark_exported(exported.id, exported.facts.code)
    desk.store.mark_exported(changed.id, "0" * len(exported.facts.code))
    window = MainWindow(desk)
    window.home.recovery.say(LONG, "查看备份…", lambda: None)
    window.home.strip.say(f"已把“{LONG}”移入回收站。", "撤销", lambda: None)
    return window


def nothing_found(desk: Desk, folder: Path) -> QWidget:
    window = home(desk, folder)
    assert isinstance(window, MainWindow)
    window.home.search.setText(LONG[:40])
    return window


def export_dialog(desk: Desk, folder: Path, *, draft: bool) -> ExportDialog:
    stored = desk.store.load(put(desk, "capability"))
    return ExportDialog(desk, stored.id, Session(stored.application, stored.memory, today=desk.today), folder, draft=draft)


def exporting(desk: Desk, folder: Path) -> QWidget:
    dialog = export_dialog(desk, folder, draft=True)
    dialog.progress.show_progress("正在生成docx并读回核对", 0.4)
    return dialog


def exported(*, draft: bool) -> Screen:
    """The files with their buttons; after the final export the e-mail too."""

    def make(desk: Desk, folder: Path) -> QWidget:
        dialog = export_dialog(desk, folder, draft=draft)
        place = folder / "某某学会2022年申报材料（请勿改名）" / "project-application-and-attachments-of-the-society-2022-final"
        letter, bundle = (None, None) if draft else (place / "邮件.eml", place / f"{LONG}.zip")
        notices = (f"附件“{LONG}.docx”读不出来，没有放进压缩包",)
        dialog.show_exported(Exported(place / "申报书.pdf", place / "申报书.docx", bundle, letter, "1A2B-3C4D-5E6F", 12, notices))
        return dialog

    return make


def printing(desk: Desk, _folder: Path) -> QWidget:
    dialog = PrintProgress(desk, lambda *_: None, None)
    dialog.box.show_progress("正在打印第12页，共48页次", 0.25)
    return dialog


def waiting(desk: Desk, _folder: Path) -> QWidget:
    return _Waiting(f"正在打开“{LONG[:40]}.docx”…", True, None)


def after_export(*, changed: bool) -> Screen:
    """The last page when a final export exists, with the steps that remain; or after an answer was changed since."""

    def make(desk: Desk, _folder: Path) -> QWidget:
        draft_id = put(desk, "capability", visited=True, page=REVIEW_PAGE)
        code = desk.store.load(draft_id).application.code
        desk.store.mark_exported(draft_id, "0" * len(code) if changed else code)
        window = MainWindow(desk)
        window.open_draft(draft_id)
        return window

    return make


def troubled(desk: Desk, folder: Path) -> QWidget:
    """Saving fails, and files are being stored meanwhile."""
    window = wizard("capability", "attachments", filled=True)(desk, folder)
    assert isinstance(window, MainWindow)
    assert window.wizard is not None
    assert isinstance(window.wizard.page, AttachmentsPage)
    window.wizard.bar.banner.show_message("磁盘已满，最近的填写还没有保存。请删除一些不用的文件，或点“另存到别处”存到U盘。")
    window.wizard.page.progress_row.show()
    return window


def asked(ask: Callable[[Messages], object]) -> Screen:
    """A real message box, as the program would show it, caught before it waits for an answer."""

    def make(_desk: Desk, _folder: Path) -> QWidget:
        boxes: list[QMessageBox] = []
        with (
            patch.object(QMessageBox, "exec", lambda box: boxes.append(box)),  # noqa: PLW0108 - a built-in is no method
            patch.object(QMessageBox, "deleteLater", lambda _: None),
        ):
            ask(Messages())
        return boxes[0]

    return make


MESSAGES: dict[str, Screen] = {
    "message: crash": asked(
        lambda told: told.alarm(None, NAME, "\n\n".join((crash.HAPPENED + crash.NOT_SAVED, crash.GO_ON, crash.REPORTED)))
    ),
    "message: print error": asked(lambda told: told.alarm(None, "打印", "打印机没有接受打印，请检查打印机是否接通、有纸，再试一次")),
    "message: replace": asked(lambda told: told.confirm(None, "导出正式稿", f"文件夹里已经有“{LONG}.zip”。要替换吗？", "替换")),
    "message: not saved": asked(
        lambda told: told.choose(None, NAME, "最近的填写还没有保存成功。", ["再试一次", "另存到别处…", "不保存，直接退出", "取消"])
    ),
}


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
        "versions": versions, "versions compared": compared, "bin": bin_of_drafts, "bin empty": lambda desk, _: BinDialog(desk),
        "opening": opening, "waiting": waiting, "printing": printing, "exporting": exporting,
        "exported final": exported(draft=False), "exported draft": exported(draft=True),
        "finish exported": after_export(changed=False), "finish changed since": after_export(changed=True),
        "home busy": busy_home, "home nothing found": nothing_found, "wizard not saving": troubled, **MESSAGES,
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
