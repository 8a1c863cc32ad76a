"""A new user at the real program: ``python docs/try_on_screen.py FOLDER`` photographs every screen from the first start to final packages.

The program is started as a person starts it (``python -m app``) on an X screen of its own and driven by X events alone. For 学会党建,
科技服务 and 学术交流 an empty application is begun and filled field by field in the order of Tab, attachments are added through the
file dialog, what is wrong is looked up, the declarations are given, the final package is made and read back: its answers must be those
that were typed, and it must verify. Then the list, versions, the bin, help and settings. At 1366×768, and at 2732×1536 with 200 %
scaling; light and dark; two of the four runs use the mouse where one can.

Needs Debian's xvfb, openbox, xdotool, xclip and imagemagick. ``--only 100-light`` makes one of the four runs, ``--category party`` one
of the three applications.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from x_person import Person
from x_screen import ROOT, Desk, Run

from app.application import Application
from app.handover import letter
from app.samples import sample
from forms.schema import Kind
from forms.shared import CONFIRMATIONS

CATEGORIES = {"party": "party", "tech-service": "capability", "academic-exchange": "capability"}
"""The category and the paper that asks for it."""
WINDOW = "提能申报"
EXPORT_PATIENCE = 90.0
PAUSE = 1.0
"""Seconds that something takes which cannot be seen to end, such as a preview being drawn."""
HELP_TOPICS = 12
DECLARATIONS = (401, 128)
"""Where 声明 stands at the head of 检查与导出, without scaling; and the boxes, once it was clicked."""
BOXES = ((262, 125), (262, 184), (262, 242))


# --- the first start ---------------------------------------------------------------------------------------------------------


def look_around(desk: Desk) -> None:
    """What a new user sees first, and 设置 by its keys."""
    desk.photo("first-start")
    desk.keys("ctrl+comma")
    desk.wait_for("设置")
    desk.photo("settings")
    desk.keys("End" if desk.run.dark else "Home")
    if not desk.run.dark:
        desk.keys("Down")
    desk.photo("settings-chosen")
    desk.keys("Escape")
    desk.wait_for(WINDOW)
    desk.photo("first-start-in-its-scheme")


# --- from filled in to handed over -------------------------------------------------------------------------------------------


def look_for_problems(desk: Desk, person: Person) -> None:
    """检查与导出 as it is before the declarations; a draft; F8 to the first problem and back."""
    person.photo("review")
    desk.keys("alt+r")
    time.sleep(PAUSE)
    desk.wait_until("draft", lambda: desk.active() in ("导出草稿", WINDOW), EXPORT_PATIENCE)
    time.sleep(PAUSE)
    person.photo("draft-exported")
    desk.keys("Escape")
    desk.wait_for(WINDOW)
    desk.keys("F8")
    person.photo("f8")
    desk.keys("F9")
    person.photo("review-again")


def declare(desk: Desk, person: Person) -> None:
    """The three declarations: F8 leads to each, or a click on 声明 to all of them."""
    if desk.run.by_mouse:
        desk.click(DECLARATIONS)
        person.photo("declarations")
    for number, name in enumerate(CONFIRMATIONS):
        if desk.run.by_mouse:
            desk.click(BOXES[number])
        else:
            desk.keys("F8")
            desk.still()  # one looks what one declares
            desk.keys("space")
        person.session.set(name, True)
    person.photo("declared")


def export(desk: Desk, person: Person, out: Path) -> None:
    """The warning read, the folder chosen, the final package made."""
    desk.keys("alt+k")
    person.photo("acknowledged")
    desk.keys("alt+d")
    desk.wait_for("选择导出文件夹")
    out.mkdir()
    desk.paste(str(out))
    person.photo("folder-dialog")
    desk.keys("Return")
    desk.wait_for(WINDOW)
    person.photo("ready")
    if desk.run.by_mouse and (buttons := desk.buttons()):
        desk.click(buttons[-1])
    else:
        desk.keys("alt+e")
    desk.wait_until("package", lambda: list(out.glob("*.eml")), EXPORT_PATIENCE)
    time.sleep(PAUSE)
    person.photo("exported")


def hand_over(desk: Desk, person: Person, out: Path) -> None:
    """Printing, the e-mail's parts, and the steps that remain."""
    desk.keys("alt+p")
    desk.wait_for("打印")
    person.photo("print")  # without a printer, a word about it
    desk.keys("Escape")
    desk.wait_for("导出正式稿")
    mail = letter(person.wanted, next(out.glob("*.zip")))
    for text in (mail.address, mail.subject, mail.body):
        desk.keys("Tab", "Tab", "space")
        desk.wait_until(f"“{text[:20]}” in the clipboard", lambda text=text: desk.clipboard() == text)
    person.photo("mail-copied")
    desk.keys("alt+m")
    desk.wait_for("打开邮件")
    person.photo("mail-program")
    desk.keys("Escape")
    desk.wait_for("导出正式稿")
    desk.keys("Escape")
    desk.wait_for(WINDOW)
    person.photo("steps")
    desk.keys("Tab", "space")
    person.photo("steps-ticked")
    desk.keys("alt+Home")
    person.photo("home")


# --- the package -------------------------------------------------------------------------------------------------------------


def command(*words: str) -> str:
    """What the program answers on the command line; it must end with 0."""
    done = subprocess.run([sys.executable, "-m", "app", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{words[0]} ends with {done.returncode}: {done.stderr}")
    return done.stdout


def to_type(category: str) -> Application:
    """What is typed: the sample without its empty cells and without what the category itself decides."""
    application = sample(CATEGORIES[category], category)
    for name in [name for name, entry in application.form.fields.items() if entry.kind is Kind.YES_NO]:
        value = application.values.pop(name, None)
        if value is not None and application.answers_without_files().flag(name) is None:
            application.values[name] = value
    for entry in application.form.fields.values():
        if entry.kind is Kind.TABLE and entry.id in application.values:
            rows = application.values[entry.id]
            application.values[entry.id] = [{name: text for name, text in row.items() if text} for row in rows]
    return application


def read_back(person: Person, out: Path) -> None:
    """The package as who receives it reads it: it verifies, and holds what was typed and added."""
    bundle = str(next(out.glob("*.zip")))
    command("verify", bundle)
    found = json.loads(command("read", bundle, "--out", str(out / "read")))
    typed = person.wanted.values
    wrong = {name for name in found["values"].keys() | typed.keys() if found["values"].get(name) != typed.get(name)}
    if wrong or found["form"] != person.wanted.form.id:
        raise SystemExit(f"{person.name}: not what was typed: {sorted(wrong)}")
    received = [(entry["role"], entry["name"], (out / "read" / entry["file"]).read_bytes()) for entry in found["attachments"]]
    files = [(role, name, hashlib.sha256(content).hexdigest()) for role, name, content in received]
    if files != [(entry.role, entry.name, entry.sha256()) for entry in person.wanted.attachments]:
        raise SystemExit(f"{person.name}: other attachments than those added: {files}")


def apply(desk: Desk, category: str, home: Path) -> str:
    """One application from nothing to the package that was read back; how it went, in words."""
    begun = time.monotonic()
    person = Person(desk, to_type(category), category, home / f"{category}-files")
    person.begin()
    person.fill_pages()
    look_for_problems(desk, person)
    declare(desk, person)
    out = home / category
    export(desk, person, out)
    read_back(person, out)
    hand_over(desk, person, out)
    return f"{category}: {len(person.wanted.values)} answers typed and read back, verified, {time.monotonic() - begun:.0f} s"


# --- afterwards --------------------------------------------------------------------------------------------------------------


def change_and_restore(desk: Desk) -> None:
    """An exported application changed, what the list says of it, and its versions."""
    desk.keys("Return")
    desk.still()
    desk.keys("Home", "Tab", "End")
    desk.type("（改）")
    desk.keys("Tab")
    desk.keys("F9")
    desk.photo("changed-since-export")
    desk.keys("alt+Home")
    desk.photo("home-changed")
    desk.keys("alt+l")
    desk.wait_for("历史版本")
    desk.photo("versions")
    desk.keys("Down")
    desk.photo("versions-other")
    desk.keys("Escape")
    desk.wait_for(WINDOW)


def copy_and_bin(desk: Desk) -> None:
    """A copy made, put into the bin, and taken back."""
    desk.keys("ctrl+d")
    desk.photo("copied")
    desk.keys("Delete")
    desk.photo("binned")
    desk.keys("shift+Tab", "space")
    desk.wait_for("回收站")
    desk.photo("bin")
    desk.keys("alt+r")
    desk.photo("bin-restored")
    desk.keys("Escape")
    desk.wait_for(WINDOW)
    desk.photo("home-restored")


def look_up(desk: Desk) -> None:
    """The list's search, and the help's topics."""
    desk.keys("ctrl+f")
    desk.type("学术")
    desk.photo("searched")
    desk.keys("ctrl+a", "Delete", "Down")
    desk.keys("F1")
    desk.wait_for("使用帮助")
    desk.photo("help")
    desk.type("盖章")
    desk.photo("help-searched")
    desk.keys("ctrl+a", "Delete", "Tab")
    for number in range(HELP_TOPICS):
        desk.keys("Down")
        desk.photo(f"help-{number + 1}")
    desk.keys("Escape")
    desk.wait_for(WINDOW)


def larger_type(desk: Desk) -> None:
    """Settings once more: the largest type, home and a page in it, and back."""
    desk.keys("ctrl+comma")
    desk.wait_for("设置")
    desk.keys("Tab", "End")
    desk.photo("larger-type")
    desk.keys("Escape")
    desk.wait_for(WINDOW)
    desk.photo("larger-type-home")
    desk.keys("Return")
    desk.still()
    desk.keys("Home")
    desk.photo("larger-type-page")
    desk.keys("F9")
    desk.photo("larger-type-review")


def journey(run: Run, folder: Path, categories: list[str]) -> None:
    """One run from the first start to the packages."""
    photos = folder / run.name
    shutil.rmtree(photos, ignore_errors=True)
    photos.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as name, Desk(run, photos, Path(name)) as desk:
        desk.start()
        look_around(desk)
        for category in categories:
            print(run.name, apply(desk, category, Path(name)), flush=True)
        for step in (change_and_restore, copy_and_bin, look_up, larger_type):
            step(desk)
        desk.stop()
        print(run.name, f"ended with 0, {desk.count} photographs", flush=True)


def main() -> None:
    """All runs, or one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help=argparse.SUPPRESS)
    parser.add_argument("--category", default="", choices=["", *CATEGORIES])
    words = parser.parse_args()
    for run in (Run(scale, dark) for scale in (1, 2) for dark in (False, True)):
        if words.only in ("", run.name):
            journey(run, words.folder.resolve(), [words.category] if words.category else list(CATEGORIES))


if __name__ == "__main__":
    main()
