# pyright: reportMissingTypeStubs=false
"""PDFium, one caller at a time: the library is not safe for threads, and both the preview and the read-back use it."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

_LOCK = threading.Lock()


@contextmanager
def opened(data: bytes) -> Generator[Any]:
    """A ``pypdfium2.PdfDocument`` over the bytes, closed afterwards. Raises ``pypdfium2.PdfiumError`` for what is no PDF."""
    import pypdfium2

    with _LOCK:
        document = pypdfium2.PdfDocument(data)
        try:
            yield document
        finally:
            document.close()
