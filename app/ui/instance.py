"""One window for each data folder: a second start raises the first window and hands its file over."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from app.ui.presence import socket_name

ANSWER_WAIT = 500
"""Milliseconds to wait for a running instance to answer."""
ASFW_ANY = -1
"""Windows' name for every process."""


class Instance(QObject):
    """Sees to it that a second start raises the first window and hands its file over."""

    asked = Signal(object)  # the path that a second start was given, or "": text, which Qt's own would not hold if it is no UTF-8

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = socket_name(folder)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._heard)

    def hand_over(self, path: Path | None) -> bool:
        """Give the path to a running instance; whether there is one."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(ANSWER_WAIT):
            return False
        _give_way()
        socket.write((os.fsencode(path.resolve()) if path else b"") + b"\n")
        socket.waitForBytesWritten(ANSWER_WAIT)
        socket.disconnectFromServer()
        return True

    def listen(self) -> None:
        """Be the running instance from now on. A socket that a crash left behind is taken away first."""
        if not self._server.listen(self._name):
            QLocalServer.removeServer(self._name)
            self._server.listen(self._name)

    def _heard(self) -> None:
        socket = self._server.nextPendingConnection()
        if socket is not None:
            socket.readyRead.connect(lambda: self._read(socket))

    def _read(self, socket: QLocalSocket) -> None:
        if socket.canReadLine():
            self.asked.emit(os.fsdecode(bytes(socket.readLine().data()).removesuffix(b"\n")))


def _give_way() -> None:
    """Let the running instance come to the front: Windows gives that right to whom the person has just started, and the other one could
    only make its button in the task bar blink."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.AllowSetForegroundWindow(ASFW_ANY)
