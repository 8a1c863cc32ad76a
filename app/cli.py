"""The commands (spec package.md): results on stdout in UTF-8, messages on stderr in Chinese, one line each, no traceback.

Exit status: 0 fine, 1 the application has errors or the bundle does not verify, 2 the command could not be carried out. Each
command imports what it needs when it runs: ``new``, ``check`` and ``sample`` load neither Qt nor reportlab nor lxml.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from app.errors import AppError, reason

if TYPE_CHECKING:
    from app.application import Application
    from app.export.job import Exported

FINE, HAS_ERRORS, FAILED = 0, 1, 2
PROGRESS_COLUMNS = 20
MB_ICONWARNING = 0x30
HELP = ("-h", "--help", "help")

USAGE = """提能申报 — 常德市科协学会服务能力提升计划项目申报

  tineng [FILE]                                   打开窗口（可同时打开一份申报数据）
  tineng new FORM [--category ID]                 输出一份空白的申报数据
  tineng sample FORM [--category ID]              输出一份完整的虚构样例
  tineng schema FORM                              输出申报数据 values 的 JSON Schema
  tineng check FILE... [--json] [--today D]       检查；几份一起检查时核对“每个单位最多3个”
  tineng export FILE --out DIR [--draft] [--force] [--json] [--today D]
                                                  导出 PDF、docx、报送压缩包和邮件
  tineng read FILE [--out DIR]                    取出压缩包、docx 或 PDF 里的申报数据，附件放到 DIR
  tineng verify BUNDLE [--json]                   核对收到的压缩包
  tineng --self-test                              自检：导出各份样例再读回，核对字体，列出版本

FORM：party（学会党建项目申报书）、capability（能力建设与创新发展项目申报表）
退出码：0 正常；1 申报有错误、压缩包不一致或自检没有通过；2 命令没有执行成"""


class _Parser(argparse.ArgumentParser):
    """An argument parser that speaks in one Chinese line."""

    def error(self, message: str) -> NoReturn:
        raise AppError(f"命令参数不对，用法见：{self.prog.split(' ')[0]} --help")


def run(words: Sequence[str]) -> int:
    """Carry out a command line; never raises for anything a person did."""
    unheard = sys.stderr is None
    _speak_utf8()
    try:
        if not words or words[0] not in (*COMMANDS, *HELP):
            return _window(words)
        return _command(words)
    except AppError as error:
        tell(error.message)
        if unheard:
            _show_message(error.message)
        return FAILED
    except KeyboardInterrupt:
        tell("已取消")
        return FAILED


def _speak_utf8() -> None:
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by who started this; ``print`` would give messages to stdout instead
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open until the end
        reconfigure = getattr(getattr(sys, name), "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def tell(message: str) -> None:
    """One line for the person, on stderr."""
    try:
        print(" ".join(message.split("\n")), file=sys.stderr)
    except OSError:
        _silence(sys.stderr)


def _show_message(message: str) -> None:
    """The same in a window where the program was started without a console, as on Windows from the menu; not Qt's, which may be what is
    missing."""
    if sys.platform == "win32":
        import ctypes

        from app.about import NAME

        ctypes.windll.user32.MessageBoxW(None, message, NAME, MB_ICONWARNING)


def _silence(stream: TextIO) -> None:
    """Let what could not be written go nowhere: Python would try again at exit, and give a status of its own."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _window(words: Sequence[str]) -> int:
    if len(words) > 1 or (words and words[0].startswith("-")):
        raise AppError("命令参数不对，用法见：tineng --help")
    try:
        from app.ui.start import open_window
    except ImportError as error:
        raise AppError(f"窗口界面的组件没有装好（{error.name or 'PySide6'}），请重新安装程序；命令行功能仍可使用") from error
    return open_window(Path(words[0]) if words else None)


def _parser(command: str) -> argparse.ArgumentParser:
    parser = _Parser(prog=f"tineng {command}", add_help=False)
    if command in ("new", "sample", "schema"):
        parser.add_argument("form")
    if command in ("new", "sample"):
        parser.add_argument("--category", default="")
    if command == "check":
        parser.add_argument("files", nargs="+", type=_place)
    if command in ("export", "read", "verify"):
        parser.add_argument("file", type=_place)
    if command in ("export", "read"):
        parser.add_argument("--out", type=_place, required=command == "export")
    if command == "export":
        parser.add_argument("--draft", action="store_true")
        parser.add_argument("--force", action="store_true")
    if command in ("check", "export", "verify"):
        parser.add_argument("--json", action="store_true")
    if command in ("check", "export"):
        parser.add_argument("--today", type=_day, default=None)
    return parser


def _place(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError(text)  # ``Path("")`` would be the current folder
    return Path(text)


def _spelled_out(path: Path) -> list[Path]:
    """The files of a pattern, which the console of Windows leaves to the program; a path that is none, or finds none, as it is."""
    if sys.platform != "win32" or not any(sign in path.name for sign in "*?"):
        return [path]
    return sorted(path.parent.glob(path.name.replace("[", "[[]"))) or [path]


def _day(text: str) -> date:
    from forms.text import parse_date

    found = parse_date(text)
    if found is None:
        raise argparse.ArgumentTypeError(text)
    return found


def _command(words: Sequence[str]) -> int:
    try:
        if words[0] in HELP or any(word in ("-h", "--help") for word in words):
            print(USAGE)
            status = FINE
        else:
            status = COMMANDS[words[0]](_parser(words[0]).parse_args(list(words[1:])))
        sys.stdout.flush()
    except OSError as error:
        _silence(sys.stdout)
        if isinstance(error, BrokenPipeError) or (sys.platform == "win32" and error.errno == errno.EINVAL):
            return FAILED  # the reader went away (``| head``): nothing to say
        raise AppError(f"命令没有执行成：{reason(error)}") from error
    return status


def _print_bytes(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _print_json(document: Any) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=2))


def _new(words: argparse.Namespace) -> int:
    from app.application import dump, new, newest_call
    from app.paths import call_folder

    _print_bytes(dump(new(words.form, newest_call(call_folder()), words.category)))
    return FINE


def _sample(words: argparse.Namespace) -> int:
    from app.application import dump, newest_call
    from app.paths import call_folder
    from app.samples import sample

    application = sample(words.form, words.category, newest_call(call_folder()))
    files = {index: entry.path.name for index, entry in enumerate(application.attachments) if entry.path}
    _print_bytes(dump(application, files, hashes=True))
    return FINE


def _schema(words: argparse.Namespace) -> int:
    from app.application import form_of, newest_call
    from app.json_schema import values_schema
    from app.paths import call_folder

    _print_json(values_schema(form_of(words.form), newest_call(call_folder())))
    return FINE


def _check(words: argparse.Namespace) -> int:
    from app.checking import check_files, report, summary

    files = [found for path in words.files for found in _spelled_out(path)]
    outcome = check_files(files, words.today or date.today())
    for message in outcome.failures:
        tell(message)
    for checked in outcome.files:
        for notice in checked.notices:
            tell(f"{checked.path}：{notice}")
    if words.json:
        _print_json({"files": [report(checked) for checked in outcome.files]})
    else:
        for checked in outcome.files:
            print("\n".join(summary(checked)))
    if outcome.failures:
        return FAILED
    return HAS_ERRORS if any(checked.errors for checked in outcome.files) else FINE


def _export(words: argparse.Namespace) -> int:
    from app.checking import line
    from app.export.job import NotReady
    from app.opening.openers import open_application
    from app.paths import call_folder

    opened = open_application(words.file, call_folder())
    for notice in opened.notices:
        tell(notice)
    try:
        made = _exported(opened.application, words)
    except NotReady as refusal:
        for problem in refusal.problems:
            tell(line(problem))
        tell(refusal.message)
        return HAS_ERRORS
    for notice in made.notices:
        tell(notice)
    files = {name: str(path) if path else None for name, path in made.files().items()}
    if words.json:
        _print_json({"files": files, "code": made.code, "pages": made.pages})
    else:
        print(f"校验码 {made.code}，共{made.pages}页")
        print("\n".join(path for path in files.values() if path))
    return FINE


def _exported(application: Application, words: argparse.Namespace) -> Exported:
    """Export, with progress on stderr where that is a terminal; its line is empty again when something is to be said."""
    from app.export.job import export

    seen = sys.stderr.isatty()
    try:
        return export(
            application, words.out, draft=words.draft, force=words.force,
            today=words.today or date.today(), progress=_show if seen else None,
        )  # fmt: skip
    finally:
        if seen:
            sys.stderr.write("\r" + " " * PROGRESS_COLUMNS + "\r")


def _show(step: str, fraction: float) -> None:
    """One step over the one before; without escapes, which a console of Windows may show as signs."""
    sys.stderr.write("\r" + f"{step} {fraction:.0%}".ljust(PROGRESS_COLUMNS))
    sys.stderr.flush()


def _read(words: argparse.Namespace) -> int:
    from app.application import dump
    from app.opening.openers import extract_attachments, open_application
    from app.paths import call_folder

    opened = open_application(words.file, call_folder())
    for notice in opened.notices:
        tell(notice)
    files: dict[int, str] = {}
    if words.out is not None:
        files = extract_attachments(opened, words.out)
        for name in files.values():
            tell(f"附件已放到：{words.out / name}")
    _print_bytes(dump(opened.application, files, hashes=True))
    return FINE


def _verify(words: argparse.Namespace) -> int:
    from app.export.verify import verify
    from app.paths import call_folder

    result = verify(words.file, call_folder())
    if words.json:
        _print_json(result.as_json())
    else:
        print("\n".join(result.lines()))
    return FINE if result.sound else HAS_ERRORS


def _self_test(_words: argparse.Namespace) -> int:
    from app.self_test import run_all

    return FINE if run_all(print) else HAS_ERRORS


def _self_test_window(_words: argparse.Namespace) -> int:
    try:
        from app.ui.self_test import draw
    except ImportError as error:
        raise AppError(f"窗口界面的组件没有装好（{error}）") from error
    print(draw())
    return FINE


def _preview(_words: argparse.Namespace) -> int:
    """The window's own helper that draws the preview; not for people."""
    from app.preview_process import serve

    return serve()


COMMANDS = {
    "new": _new, "sample": _sample, "schema": _schema, "check": _check, "export": _export, "read": _read, "verify": _verify,
    "--self-test": _self_test, "--self-test-window": _self_test_window, "--preview": _preview,
}  # fmt: skip
