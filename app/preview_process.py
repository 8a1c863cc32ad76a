"""The preview in a process of its own, so that drawing never holds up a key press, and a fault in it never takes the window along.

Python runs one thread at a time: in the window's own process, laying out the paper beside the typing made keys wait (benchmarks/window.py).
The two processes talk over pipes, in frames: a length, and a pickle that only ever comes from the other half of this program. The process
ends itself when its input ends, that is, with the program, however that ends; and it is ended when nothing was drawn for a while, for its
memory. No Qt here.
"""

from __future__ import annotations

import contextlib
import copy
import os
import pickle
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any, BinaryIO

from app import paths
from app.application import Application
from app.attachments import Attachment
from app.previewing import Pages, Painter, Picture

COMMAND = "--preview"
IDLE = 60.0
"""Seconds without anything to draw after which the process is ended. The next drawing starts it anew, in less than half a second."""
MOST_DEATHS = 2
"""So often in a row the process may die at drawing before the preview is given up until the next change."""
DIED = "绘制程序中断"
_LENGTH = struct.Struct(">I")
_LOWER = 5
"""How much less urgent than the window the drawing is (``nice``)."""


def _send(stream: BinaryIO, message: tuple[Any, ...]) -> None:
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def _receive(stream: BinaryIO) -> tuple[Any, ...] | None:
    """The next message; None at the end."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    return pickle.loads(data) if len(data) == length else None


# --- the process that draws ----------------------------------------------------------------------------------------------


def serve() -> int:
    """Draw what comes in on stdin, answer on stdout, until the input ends."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not get between the frames
    # On Windows a library with a C runtime of its own, such as PDFium, asks at loading what its input is, and would wait for the reading.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    writing = threading.Lock()

    def answer(*message: Any) -> None:
        with writing, contextlib.suppress(OSError):  # the window is gone: the end of the input follows
            _send(outgoing, message)

    painter = Painter(
        lambda pages: answer("pages", pages), lambda picture: answer("picture", picture), lambda name: answer("trouble", name)
    )
    answer("ready")
    call: Any = None
    while (message := _receive(incoming)) is not None:
        match message:
            case ("call", found):
                call = found
            case ("state", generation, form, values, attachments):
                painter.show(generation, _application(form, call, values, attachments))
            case ("want", pages):
                painter.want(pages)
            case _:
                break
    os._exit(0)  # at once, in the middle of a page if need be


def _application(form: str, call: Any, values: dict[str, Any], attachments: list[tuple[str, str, str]]) -> Application:
    from app.application import form_of

    return Application(form_of(form), call, values, [Attachment(role, name, digest=digest) for role, name, digest in attachments])


def _command() -> list[str]:
    return [*paths.own_command(), COMMAND]


def _start() -> subprocess.Popen[bytes]:
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    process = subprocess.Popen(_command(), stdin=pipe, stdout=pipe, stderr=nowhere, cwd=paths.root(), creationflags=flags)
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, _LOWER)
    return process


# --- the window's side -----------------------------------------------------------------------------------------------------


class PreviewWorker:
    """Who wants to see pages. Callbacks are called in another thread than the caller's; after :meth:`close` no more are."""

    def __init__(self, on_pages: Callable[[Pages], None], on_picture: Callable[[Picture], None], on_trouble: Callable[[str], None]) -> None:
        self.on_pages, self.on_picture, self.on_trouble = on_pages, on_picture, on_trouble
        self._process = shared()
        self._process.listen(self)

    def show(self, application: Application) -> None:
        """Draw this state; the caller may go on changing it, as answers are replaced whole and never changed in place."""
        frozen = copy.copy(application)
        frozen.values, frozen.attachments = dict(application.values), list(application.attachments)
        self._process.show(frozen)

    def want(self, pages: list[tuple[int, float]]) -> None:
        """Paint these pages of the newest document, ``(index, pixels per point)``, in this order; replaces what was wanted before."""
        self._process.want(pages)

    def close(self) -> None:
        """Hear no more."""
        self._process.listen(None, instead_of=self)


class PreviewProcess:
    """The process as the window's side sees it: started when there is something to draw, started again when it has died, ended when
    idle. Two threads, one that writes and one that reads; where no process can be started, a thread draws."""

    def __init__(self, idle: float = IDLE) -> None:
        self._idle = idle
        self._changed = threading.Condition()
        self._telling = threading.RLock()  # taken before the one above; held while a listener is told something
        self._listener: PreviewWorker | None = None
        self._generation, self._first = 0, 1  # the newest state's number, and the listener's first
        self._shown: Application | None = None  # the newest state, for a process that is started anew
        self._unsent = self._drawing = False
        self._wanted: list[tuple[int, float]] | None = None
        self._painting: set[int] = set()  # pages asked for and not painted yet
        self._writer: threading.Thread | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._call: Any = None  # the one that the process has
        self._deaths = 0
        self._ready = False
        self._painter: Painter | None = None

    # --- asking ----------------------------------------------------------------------------------------------------------

    def listen(self, listener: PreviewWorker | None, instead_of: PreviewWorker | None = None) -> None:
        """From now on this one is told; nothing that was drawn for another one before. Who was told until now may be thrown away when
        this returns: a signal sent from a thread while its window goes ends the program."""
        with self._telling, self._changed:
            if instead_of is None or self._listener is instead_of:
                self._listener, self._shown, self._unsent, self._wanted = listener, None, False, None
                self._first = self._generation + 1

    def warm(self) -> None:
        """Start the process, since something is going to be drawn."""
        self.want([])

    def show(self, application: Application) -> None:
        """Draw this state, which nobody changes any more."""
        with self._changed:
            self._generation += 1
            self._shown, self._unsent, self._deaths = application, True, 0
            self._wake()

    def want(self, pages: list[tuple[int, float]]) -> None:
        """Paint these pages."""
        with self._changed:
            self._wanted = list(pages)
            self._wake()

    def stop(self) -> None:
        """End the process and wait for it."""
        with self._changed:
            child, self._child = self._child, None
        if child is not None:
            _end(child)

    @property
    def pid(self) -> int | None:
        """The running process's number."""
        child = self._child
        return child.pid if child is not None else None

    def _wake(self) -> None:
        if self._writer is None:
            self._writer = threading.Thread(target=self._write, name="preview", daemon=True)
            self._writer.start()
        self._changed.notify_all()

    # --- writing ---------------------------------------------------------------------------------------------------------

    def _write(self) -> None:
        while True:
            with self._changed:
                if not self._changed.wait_for(lambda: self._unsent or self._wanted is not None, self._idle):
                    if self._drawing or self._painting:
                        continue
                    self._writer = None
                    child, self._child = self._child, None  # in the same step: what is shown next must not go to it
                    break
                fresh = self._child is None and self._painter is None
                state = self._shown if self._unsent or fresh else None
                generation, wanted = self._generation, self._wanted
                self._unsent, self._wanted = False, None
                self._drawing = self._drawing or state is not None
                self._painting = {index for index, _ in wanted} if wanted is not None else self._painting
            try:
                self._pass_on(generation, state, wanted)
            except OSError:
                continue  # it died; the reading thread sees to that
        if child is not None:
            _end(child)

    def _pass_on(self, generation: int, state: Application | None, wanted: list[tuple[int, float]] | None) -> None:
        child = self._child or self._begin()
        if child is None or child.stdin is None:
            painter = self._draw_here()
            if state is not None:
                painter.show(generation, state)
            if wanted:
                painter.want(wanted)
            return
        stream: Any = child.stdin
        if state is not None:
            if state.call is not self._call:
                _send(stream, ("call", state.call))
                self._call = state.call
            attached = [(entry.role, entry.name, entry.sha256()) for entry in state.attachments]
            _send(stream, ("state", generation, state.form.id, state.values, attached))
        if wanted:
            _send(stream, ("want", wanted))

    def _draw_here(self) -> Painter:
        """A thread of this process instead; it stays."""
        self._painter = self._painter or Painter(self._told, self._told, self._trouble)
        return self._painter

    def _begin(self) -> subprocess.Popen[bytes] | None:
        """A new process and the thread that reads from it; None where none can be started."""
        if self._painter is not None:
            return None
        try:
            child = _start()
        except OSError:
            return None
        self._call, self._ready = None, False
        with self._changed:
            self._child = child
        threading.Thread(target=self._read, args=(child,), name="preview-reader", daemon=True).start()
        return child

    # --- reading ---------------------------------------------------------------------------------------------------------

    def _read(self, child: subprocess.Popen[bytes]) -> None:
        stream: Any = child.stdout
        while True:
            try:
                message = _receive(stream)
            except (OSError, ValueError, EOFError, pickle.UnpicklingError):
                message = None
            match message:
                case ("pages", found):
                    self._drawing = False
                    self._told(found)
                case ("picture", found):
                    self._deaths = 0
                    self._painting.discard(found.index)
                    self._told(found)
                case ("trouble", name):
                    self._drawing, self._painting = False, set()
                    self._trouble(name)
                case ("ready",):
                    self._ready = True
                case _:
                    break
        stream.close()
        self._ended(child)

    def _ended(self, child: subprocess.Popen[bytes]) -> None:
        """The process is gone: by our own will, or it has died. Then the newest state goes to a new one, but not for ever."""
        with self._changed:
            if self._child is not child:
                return
            self._child, self._drawing, self._painting = None, False, set()
            self._deaths += 1
            if not self._ready:  # it cannot be started here: a thread draws
                self._draw_here()
            again = self._deaths < MOST_DEATHS and self._listener is not None and self._shown is not None
            if again:
                self._unsent = True
                self._wake()
        _end(child)
        if not again:
            self._trouble(DIED)

    def _told(self, found: Pages | Picture) -> None:
        with self._telling:
            listener = self._listener
            if listener is None or found.generation < self._first:
                return
            (listener.on_pages if isinstance(found, Pages) else listener.on_picture)(found)  # type: ignore[arg-type]

    def _trouble(self, name: str) -> None:
        with self._telling:
            listener = self._listener
            if listener is not None:
                listener.on_trouble(name)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Close its input, which ends it, and wait."""
    if child.stdin is not None:
        with contextlib.suppress(OSError):
            child.stdin.close()
    try:
        child.wait(2.0)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


_SHARED: list[PreviewProcess] = []


def shared() -> PreviewProcess:
    """The one process of this program."""
    if not _SHARED:
        import atexit

        _SHARED.append(PreviewProcess())
        atexit.register(_SHARED[0].stop)
    return _SHARED[0]
