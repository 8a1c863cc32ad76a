"""What adding, storing and opening attachments takes, away from the window's thread; the limits are told before anything is copied."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

from app.attachments import CHUNK, Attachment
from app.errors import AppError, reason
from app.export.names import file_name
from app.store import Store
from app.ui.export_worker import Work
from forms.call import Call
from forms.schema import ATTACHMENT_LIMIT

MEBIBYTE = 1 << 20
READING = 0.8
"""The part of the progress that reading takes; the rest is the store's."""


def size_words(size: int) -> str:
    """Bytes for people: 812字节, 45KB, 1.3MB (KB and MB are 1024 and 1024²; MB rounded up, as the check does)."""
    if size < 1024:
        return f"{size}字节"
    if size < MEBIBYTE:
        return f"{-(-size // 1024)}KB"
    hundredths = -(-size * 100 // MEBIBYTE)
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".") + "MB"


def bytes_of(entry: Attachment) -> int:
    """An attachment's size in bytes; 0 where its bytes are not at hand."""
    try:
        return entry.size()
    except OSError:
        return 0


def size_of(entry: Attachment) -> str:
    """An attachment's size for people; that there is none where only the name is known."""
    return size_words(bytes_of(entry)) if entry.present else "只有文件名"


def weigh(files: Sequence[Path], present: Sequence[Attachment], call: Call) -> tuple[list[Path], list[str]]:
    """``(files that can be added, a line for each that cannot)``: kind, size, sum and number against the call's limits (三.2)."""
    taken: list[Path] = []
    refused: list[str] = []
    total = sum(bytes_of(entry) for entry in present)
    for path in files:
        size, reason = _size_or_reason(path, call)
        if not reason and total + size > call.limits.attachments_bytes:
            reason = f"加上它全部附件共{size_words(total + size)}，超过{size_words(call.limits.attachments_bytes)}"
        if not reason and len(present) + len(taken) >= ATTACHMENT_LIMIT:
            reason = f"附件最多{ATTACHMENT_LIMIT}个"
        if reason:
            refused.append(f"“{path.name}”：{reason}")
        else:
            taken.append(path)
            total += size
    return taken, refused


def _size_or_reason(path: Path, call: Call) -> tuple[int, str]:
    """A file's size, and why it cannot be added (``""`` if it can as far as is known without reading it)."""
    try:
        if path.is_dir():
            return 0, "这是文件夹，请打开它选择里面的文件"
        size = path.stat().st_size
    except OSError as error:
        return 0, f"读不出来（{reason(error)}）"
    limit = call.limits.attachment_bytes
    if path.suffix.lower().lstrip(".") not in call.attachment_types:
        return size, f"这种类型不能提交，请换成{'、'.join(call.attachment_types)}文件"
    if size == 0:
        return size, "是空文件"
    return size, f"有{size_words(size)}，超过{size_words(limit)}，请压缩后再添加" if size > limit else ""


def store_all(store: Store, draft_id: str, attachments: Sequence[Attachment]) -> Work:
    """Work that reads new files into memory and makes ``attachments`` the draft's; its result is what the store gives out.

    Reading comes first, so that a slow stick never holds the store's lock while the window waits for it.
    """

    def work(progress: Callable[[str, float], None], cancelled: Callable[[], bool]) -> list[Attachment]:
        total = sum(bytes_of(entry) for entry in attachments if entry.path is not None) or 1
        done = 0
        ready: list[Attachment] = []
        for entry in attachments:
            if entry.path is None:
                ready.append(entry)
                continue
            parts: list[bytes] = []
            for part in _parts(entry.path, entry.name):
                _stop(cancelled)
                parts.append(part)
                done += len(part)
                progress(f"正在读取 {entry.name}　%p%", min(done / total, 1.0) * READING)
            ready.append(_usable(Attachment(entry.role, entry.name, data=b"".join(parts))))
        _stop(cancelled)
        progress("正在存入草稿　%p%", READING)
        stored = store.set_attachments(draft_id, ready)
        progress("", 1.0)
        return stored

    return work


def _stop(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise AppError("已取消，没有添加附件")


def _parts(path: Path, name: str) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                yield chunk
    except OSError as error:
        raise AppError(f"附件“{name}”读不出来，请确认文件还在原处，再重新添加") from error


def _usable(entry: Attachment) -> Attachment:
    """The attachment, unless its bytes show a picture that would take a reader's whole memory."""
    if trouble := entry.fact().trouble:
        raise AppError(f"“{entry.name}”没有添加：{trouble}")
    return entry


def copy_out(entry: Attachment) -> Work:
    """Work that writes an attachment to a private folder for another program to show; its result is the path.

    The folder goes when the program ends: an attachment must not outlive its draft in a temporary folder.
    """

    def work(_progress: Callable[[str, float], None], _cancelled: Callable[[], bool]) -> Path:
        if not entry.present:
            raise AppError(f"“{entry.name}”只有文件名，没有文件本身，请重新添加")
        try:
            folder = Path(tempfile.mkdtemp(dir=_private().name))
            path = folder / file_name(entry.name)
            with entry.open() as stream:
                handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
                with os.fdopen(handle, "wb") as target:
                    while chunk := stream.read(CHUNK):
                        target.write(chunk)
        except OSError as error:
            raise AppError(f"“{entry.name}”打不开（{reason(error)}）") from error
        return path

    return work


@cache
def _private() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="tineng-", ignore_cleanup_errors=True)
