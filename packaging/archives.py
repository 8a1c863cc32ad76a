"""Archives whose bytes depend on what is packed and on nothing else: sorted names, one time, no owner."""

from __future__ import annotations

import lzma
import tarfile
import time
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

FILE, PROGRAM, FOLDER = 0o644, 0o755, 0o755


def members(source: Path) -> Iterator[Path]:
    """Everything below a folder, in the order of the names."""
    yield from sorted(source.rglob("*"), key=lambda path: path.relative_to(source).as_posix())


def mode(path: Path) -> int:
    """The permissions in the archive: whatever the umask was, everybody may read, and run what is a program."""
    if path.is_dir():
        return FOLDER
    return PROGRAM if path.stat().st_mode & 0o100 else FILE


def tar_xz(target: Path, top: str, source: Path, inside: str, added: Mapping[str, bytes], seconds: int) -> Path:
    """Pack ``source`` as ``top/inside``, and ``added`` into ``top``; all of the time ``seconds`` since 1970. The target."""
    with lzma.open(target, "wb", preset=9) as packed, tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, data in sorted(added.items()):
            tar.addfile(_info(tarfile.TarInfo(f"{top}/{name}"), seconds, FILE, len(data)), BytesIO(data))
        for path in members(source):
            name = "/".join(part for part in (top, inside, path.relative_to(source).as_posix()) if part)
            info = tar.gettarinfo(path, name)
            if info.islnk():  # a second name of the same file: packed as a file of its own
                info.type = tarfile.REGTYPE
            _info(info, seconds, 0o777 if path.is_symlink() else mode(path), path.stat().st_size if info.isreg() else 0)
            if info.isreg():
                with path.open("rb") as content:
                    tar.addfile(info, content)
            else:
                tar.addfile(info)
    return target


def _info(info: tarfile.TarInfo, seconds: int, permissions: int, size: int) -> tarfile.TarInfo:
    info.mtime, info.mode, info.size = seconds, permissions, size
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    return info


def zip_file(target: Path, top: str, source: Path, inside: str, added: Mapping[str, bytes], seconds: int) -> Path:
    """The same as a zip. Links are kept as links, which macOS needs inside an .app."""
    moment = time.gmtime(seconds)[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, data in sorted(added.items()):
            packed.writestr(_entry(f"{top}/{name}", moment, 0o100000 | FILE), data)
        for path in members(source):
            name = "/".join(part for part in (top, inside, path.relative_to(source).as_posix()) if part)
            if path.is_symlink():
                packed.writestr(_entry(name, moment, 0o120777), str(path.readlink()))
            elif path.is_file():
                packed.writestr(_entry(name, moment, 0o100000 | mode(path)), path.read_bytes())
    return target


def _entry(name: str, moment: tuple[int, ...], permissions: int) -> zipfile.ZipInfo:
    year, month, day, hour, minute, second = moment
    entry = zipfile.ZipInfo(name, (max(year, 1980), month, day, hour, minute, second))
    entry.create_system, entry.external_attr, entry.compress_type = 3, permissions << 16, zipfile.ZIP_DEFLATED
    return entry
