"""A guard against a fault of PySide6 6.12.0 on Python 3.11: every ``Signal.emit`` takes one reference to ``True`` too many away.

Measured: 100 emits lower ``sys.getrefcount(True)`` by 100, connected or not, and ``QApplication.processEvents`` does the same to
``None``; after some hundred to thousand calls the interpreter aborts ("bool_dealloc", "none_dealloc"). Python 3.12 and later never
free these (PEP 683), so nothing is done there.
"""

from __future__ import annotations

import ctypes
import sys

SPARE = 1 << 40
"""References in reserve: a million emits a second would use them up in twelve days."""


def guard() -> None:
    """Give ``True``, ``False`` and ``None`` so many references that a stolen one never matters; may be called again."""
    if sys.version_info >= (3, 12) or sys.implementation.name != "cpython":
        return
    for constant in (True, False, None):
        count = ctypes.c_ssize_t.from_address(id(constant))  # ob_refcnt is the first member of PyObject up to 3.11
        if count.value < SPARE:
            count.value += SPARE
