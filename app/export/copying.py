"""另存数据到别处: the draft file and its attachments in a place of the person's choice, when saving fails or for a colleague."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from app.application import Application, dump
from app.errors import AppError
from app.export import atomic, names


def save_copy(application: Application, path: Path) -> None:
    """Write the draft file to ``path`` and its attachments beside it into ``附件/``, all of them or nothing.

    ``path`` is replaced (the person was asked); a file in ``附件/`` with other bytes never is: the copy then takes a free name.
    Raises AppError. An attachment that cannot be read does not hold back the text: the rest is written, then AppError says so.
    """
    folder = path.parent
    contents, lost = _contents(application)
    application = _without(application, contents)
    entries = _entries(application, folder, contents)
    files = {entry: contents[index] for index, entry in entries.items()}
    files[path.name] = dump(application, entries, hashes=True)
    if entries:
        _make_folder(folder / names.FOLDER)
    atomic.publish(folder, files, force=True)
    if lost:
        raise AppError("申报数据已另存，但附件" + "、".join(f"“{name}”" for name in lost[:3]) + "读不出来，没有一起存，请重新添加")


def _without(application: Application, contents: Mapping[int, bytes]) -> Application:
    """The application with only names and known hashes of the attachments that could not be read."""
    attachments = [
        entry if index in contents else replace(entry, path=None, data=None, opener=None)
        for index, entry in enumerate(application.attachments)
    ]
    return replace(application, attachments=attachments)


def _contents(application: Application) -> tuple[dict[int, bytes], list[str]]:
    """Each attachment's bytes by its index, and the names of those that cannot be read."""
    contents: dict[int, bytes] = {}
    lost: list[str] = []
    for index, entry in enumerate(application.attachments):
        try:
            with entry.open() as stream:
                contents[index] = stream.read()
        except (OSError, AppError):
            lost.append(entry.name)
    return contents, lost


def _entries(application: Application, folder: Path, contents: Mapping[int, bytes]) -> dict[int, str]:
    """Each attachment's ``file`` entry by its index: a name that is free, or that holds the same bytes already."""
    wanted = names.attachment_names(application.form, application.attachments)
    return {index: _free(folder, wanted[index], data) for index, data in contents.items()}


def _free(folder: Path, name: str, data: bytes) -> str:
    pure = PurePosixPath(name)
    for number in range(1, 1000):
        candidate = name if number == 1 else str(pure.with_name(f"{pure.stem}（{number}）{pure.suffix}"))
        if not _holds_other(folder / candidate, data):
            return candidate
    raise AppError(f"“{names.FOLDER}”文件夹里同名的文件太多，请换一个文件夹")


def _holds_other(path: Path, data: bytes) -> bool:
    """Whether something else stands at that name."""
    try:
        return path.lstat().st_size != len(data) or path.is_symlink() or path.read_bytes() != data
    except FileNotFoundError:
        return False
    except OSError:
        return True


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AppError(atomic.explain(error, folder.name, "folder")) from error
