"""An application: the draft's answers and attachments, read from and written to the draft file (spec forms.md).

Values are kept as the draft file holds them: text, integers, true/false, lists of rows. What the paper derives from them
(totals in words, boxes, the 校验码) is never stored.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, cast

from app.attachments import Attachment, bundled
from app.errors import AppError, reason
from forms.answers import Answers
from forms.call import Call, CallError, calls
from forms.catalogue import FORMS
from forms.schema import Field, Form, Kind
from forms.text import clean, normalise

FORMAT = "kexie-application"
VERSION = 1
MAX_BYTES = 16 << 20
"""A draft file is at most this large: all long texts at their limit are under 0.5 MB."""
MAX_ROWS = 1000
"""Tables beyond this are refused on reading; the form's own limit is a check's matter."""
LEADER_NOTE = "项目负责人"


@dataclass
class Application:
    """One application. ``values`` maps field ids to answers (absent = not filled in); ``extras`` are the draft file's
    unknown top-level keys, kept as they came; ``notices`` says in Chinese what was found odd on reading."""

    form: Form
    call: Call
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    attachments: list[Attachment] = field(default_factory=list[Attachment])
    extras: dict[str, Any] = field(default_factory=dict[str, Any])
    notices: list[str] = field(default_factory=list[str])

    def set(self, name: str, value: Any) -> None:
        """Store one answer, normalised; an empty one is taken out. Unknown ids raise KeyError."""
        settled = normalise(self.form.fields[name], value)
        if settled in ("", None, []):
            self.values.pop(name, None)
        else:
            self.values[name] = settled

    def answers(self) -> Answers:
        """The answers for the checks and the documents, with what is known of the attachments now."""
        return Answers(self.form, self.call, self.values, [entry.fact() for entry in self.attachments])

    def answers_without_files(self) -> Answers:
        """The answers alone, without a look at the attached files: for what depends on the answers only."""
        return Answers(self.form, self.call, self.values)

    @property
    def code(self) -> str:
        """The 校验码: 8 hex digits over answers and attachments, the same on every machine (spec package.md)."""
        return fingerprint(self)


def fingerprint(application: Application) -> str:
    """SHA-256 over form, call, answers and attachments in canonical JSON, cut to ``3F9A-12BC``. What is the same answer counts the same,
    however it came about: a cell that was emptied is one that was never filled, and what the category decides need not be stored."""
    answers = application.answers_without_files()
    filled = {name: value for name, value in application.values.items() if value not in ("", None, [])}
    for entry in application.form.fields.values():
        if entry.kind is Kind.TABLE and entry.id in filled:
            filled[entry.id] = [{name: cell for name, cell in row.items() if cell} for row in answers.rows(entry.id)]
        elif entry.kind is Kind.YES_NO and (flag := answers.flag(entry.id)) is not None:
            filled[entry.id] = flag
    attached = [[entry.role, entry.name, entry.sha256()] for entry in application.attachments]
    subject = [FORMAT, application.call.id, application.form.id, filled, attached]
    digest = hashlib.sha256(json.dumps(subject, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    return f"{digest[:4]}-{digest[4:8]}".upper()


# --- the draft file ------------------------------------------------------------------------------------------------------


def new(form_id: str, call: Call, category: str = "") -> Application:
    """An empty application; raises AppError for a form or category that the call does not have."""
    form = form_of(form_id)
    application = Application(form, call)
    if category and not form.category:
        found = call.category(category)
        if found is None or found.form != form.id:
            known = "、".join(f"{entry.id}（{entry.label}）" for entry in call.categories_of(form.id))
            raise AppError(f"没有“{category}”这个项目类型，可选：{known}")
        application.values["project.category"] = category
    elif category and category != form.category:
        raise AppError(f"{form.short_title}没有项目类型可选")
    return application


def form_of(form_id: str) -> Form:
    """The form of that id; AppError names the known ones."""
    if form_id not in FORMS:
        raise AppError(f"没有“{form_id}”这种申报书，可选：" + "、".join(f"{key}（{form.short_title}）" for key, form in FORMS.items()))
    return FORMS[form_id]


def call_of(call_id: str, *folders: Path) -> Call:
    """The call of that id, from the bundled data or ``folders``; AppError if there is none."""
    found = next((entry for entry in all_calls(*folders) if entry.id == call_id), None)
    if found is None:
        raise AppError(f"没有“{call_id}”这一年度的申报通知，请更新程序或放入对应的通知数据文件")
    return found


def newest_call(*folders: Path) -> Call:
    """The call with the latest deadline: the one that a new application is for."""
    return all_calls(*folders)[0]


def all_calls(*folders: Path) -> tuple[Call, ...]:
    """Every call, the newest first; a broken data file becomes an AppError."""
    try:
        return calls(*folders)
    except CallError as error:
        raise AppError(f"申报通知的数据文件有问题：{error}") from error


def load(path: Path, *folders: Path) -> Application:
    """Read a draft file from disk; its attachments are looked for beside it. Raises AppError."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise AppError(f"“{path.name}”太大，不是申报数据文件")
        data = path.read_bytes()
    except OSError as error:
        raise AppError(f"“{path.name}”打不开：{reason(error)}") from error
    return parse(data, lambda name: beside(path.parent, name), *folders)


def beside(folder: Path, name: str) -> Path:
    """An attachment's ``file`` entry as a path that cannot leave ``folder``; AppError for one that would."""
    pure = PurePosixPath(name.replace("\\", "/"))
    if pure.is_absolute() or ".." in pure.parts or ":" in name or not pure.parts or "\0" in name:
        raise AppError("附件的文件路径超出了申报数据所在的文件夹，已拒绝")
    path = folder.joinpath(*pure.parts)
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        inside = False  # a name that no file can have, a lone surrogate in it for one
    if not inside:
        raise AppError("附件的文件路径超出了申报数据所在的文件夹，已拒绝")
    return path


def parse(data: bytes, locate: Callable[[str], Path | bytes | None], *folders: Path, settled: bool = False) -> Application:
    """An application from the bytes of a draft file.

    ``locate`` turns an attachment's ``file`` entry into a path or bytes, or None where the file is not at hand. ``settled`` takes
    the answers as they stand, normalised by the version that wrote them. Raises AppError in one sentence for anything that is not
    a draft file, or is one of a newer version.
    """
    document = _document(data)
    if document.get("format") != FORMAT:
        raise AppError("这不是提能申报的数据文件")
    version = document.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise AppError("申报数据文件的版本号不对")
    if version > VERSION:
        raise AppError("这份数据是用更新版本的程序做的，请先升级本程序再打开")
    form = form_of(_text(document.get("form"), "form"))
    application = Application(form, call_of(_text(document.get("call"), "call"), *folders))
    values = document.get("values", {})
    if not isinstance(values, dict):
        raise AppError("申报数据文件里“values”应为一组填报内容")
    for name, value in cast(dict[str, Any], values).items():
        _take(application, name, value, settled)
    _lead_the_people(application.values)
    application.attachments = [_attachment(entry, locate) for entry in _list(document.get("attachments", []), "attachments")]
    known = {"format", "version", "form", "call", "values", "attachments"}
    application.extras = {_writable(name): _writable(value) for name, value in document.items() if name not in known}
    if application.extras:
        application.notices.append("数据文件里有本程序不认识的项目，已原样保留：" + "、".join(sorted(map(_short, application.extras))))
    return application


def _document(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_BYTES:
        raise AppError("申报数据文件太大")
    try:
        text = data.decode("utf-8-sig")
        found = json.loads(text, parse_float=str, parse_constant=_refuse, object_pairs_hook=_unique)
    except UnicodeDecodeError as error:
        raise AppError("申报数据文件不是UTF-8编码") from error
    except (ValueError, RecursionError) as error:
        raise AppError("申报数据文件不是完整的JSON，可能已损坏") from error
    if not isinstance(found, dict):
        raise AppError("这不是提能申报的数据文件")
    return cast(dict[str, Any], found)


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate key")
    return found


def _writable(value: Any) -> Any:
    """An unknown JSON value without the characters that no stored text has: a lone surrogate, written out again, could not be read."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_writable(entry) for entry in cast(list[Any], value)]
    if isinstance(value, dict):
        return {clean(name): _writable(entry) for name, entry in cast(dict[str, Any], value).items()}
    return value


def _short(name: str) -> str:
    """A foreign word for a message, which stays one line whatever is in it."""
    return " ".join(clean(name).split("\n"))[:40]


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise AppError(f"申报数据文件里缺少“{name}”")
    return _short(value)


def _list(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list) or len(cast(list[Any], value)) > MAX_ROWS:
        raise AppError(f"申报数据文件里“{_short(name)}”应为不太长的列表")
    return cast(list[Any], value)


def _take(application: Application, name: str, value: Any, settled: bool) -> None:
    """Put one entry of ``values`` into the application: known fields normalised, unknown ones kept and reported."""
    entry = application.form.fields.get(name)
    if entry is None:
        application.values[_writable(name)] = _writable(value)
        application.notices.append(f"不认识的填报项“{_short(name)}”，已原样保留")
    elif settled and isinstance(value, (str, list)):
        application.values[name] = _writable(_typed(entry, value))
    elif value is not None:
        application.set(name, _typed(entry, value))


def _typed(entry: Field, value: Any) -> Any:
    """The value if it has the field's JSON type; numbers are taken for text. AppError otherwise."""
    match entry.kind:
        case Kind.YES_NO if isinstance(value, bool):
            return value
        case Kind.COUNT if isinstance(value, (int, str)) and not isinstance(value, bool):
            return str(value)
        case Kind.CHOICES:
            return [_scalar(entry, item) for item in _list(value, entry.id)]
        case Kind.TABLE:
            return [_table_row(entry, row) for row in _list(value, entry.id)]
        case Kind.YES_NO | Kind.COUNT:
            raise _wrong(entry)
        case _:
            return _scalar(entry, value)


def _table_row(entry: Field, row: Any) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise _wrong(entry)
    return {clean(name): _scalar(entry, cell) for name, cell in cast(dict[str, Any], row).items() if cell is not None}


def _scalar(entry: Field, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise _wrong(entry)
    return str(value)


def _wrong(entry: Field) -> AppError:
    return AppError(f"申报数据文件里“{entry.label}”（{entry.id}）的内容类型不对")


def _lead_the_people(values: dict[str, Any]) -> None:
    """The first person is the project leader and the note says so (paper: its note is fixed)."""
    people = values.get("people")
    if isinstance(people, list) and people:
        cast(list[dict[str, str]], people)[0]["note"] = LEADER_NOTE


def _attachment(entry: Any, locate: Callable[[str], Path | bytes | None]) -> Attachment:
    if not isinstance(entry, dict):
        raise AppError("申报数据文件里附件的登记不对")
    record = cast(dict[str, Any], entry)
    role, name = (clean(_text(record.get(key), key)) if key == "role" else _file_name(record.get(key)) for key in ("role", "name"))
    file, digest = record.get("file"), record.get("sha256", "")
    found = locate(file) if isinstance(file, str) else None
    digest = digest if isinstance(digest, str) and len(digest) == 64 else ""
    if isinstance(found, bytes):
        return Attachment(role, name, data=found)
    if digest and (found is None or not _is_there(found)):
        # A printed sample may be saved anywhere; its attachments stay with the program and are known by their hash.
        found = bundled(digest) or found
    return Attachment(role, name, path=found, digest=digest)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False  # a name too long for any file


def _file_name(value: Any) -> str:
    """An attachment's name as shown to people: one path component, cleaned."""
    if not isinstance(value, str) or not value.strip():
        raise AppError("申报数据文件里有附件没有文件名")
    return clean(value).replace("\n", " ").replace("\t", " ").replace("\\", "/").rsplit("/", 1)[-1].strip()[:200] or "附件"


def dump(application: Application, files: Mapping[int, str] | None = None, *, hashes: bool = False) -> bytes:
    """The draft file's bytes: keys in the paper's order, unknown ones after them, two spaces of indent, LF at the end.

    ``files`` gives the ``file`` entry of each attachment by its index (absent: no entry); ``hashes`` adds each one's SHA-256, for
    a copy that travels without them.
    """
    position = application.form.position
    names = sorted(application.values, key=lambda name: (position.get(name, len(position)), name))
    attached: list[dict[str, str]] = []
    for index, entry in enumerate(application.attachments):
        record = {"role": entry.role, "name": entry.name}
        if files and index in files:
            record["file"] = files[index]
        if hashes:
            record["sha256"] = entry.sha256()
        attached.append(record)
    document = {
        "format": FORMAT,
        "version": VERSION,
        "call": application.call.id,
        "form": application.form.id,
        "values": {name: application.values[name] for name in names},
        "attachments": attached,
        **{name: application.extras[name] for name in sorted(application.extras)},
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "surrogatepass")
