"""What the preview draws, and the thread that draws it: the true PDF is made and its pages are painted. No Qt here.

The thread always takes the newest state; states that were overtaken are never drawn. A run that has been overtaken is given up only
while a fresh preview is on show, so that the pages go on following someone who types without a pause.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from app.application import Application

PATIENCE = 0.5
"""Seconds that a preview counts as fresh."""


@dataclass(frozen=True)
class Pages:
    """A finished document: ``generation`` is the number of the state it shows, ``sizes`` are points, ``places`` tell where each section
    and field stands as (page index, top, height) in points from the page's top."""

    generation: int
    sizes: list[tuple[float, float]]
    places: dict[str, tuple[int, float, float]]


@dataclass(frozen=True)
class Picture:
    """A painted page: ``scale`` in pixels per point, BGRX bytes, ``stride`` bytes a line."""

    generation: int
    index: int
    scale: float
    width: int
    height: int
    stride: int
    pixels: bytes


class Painter:
    """The thread. Callbacks are called in it; :meth:`close` ends it and waits."""

    def __init__(self, on_pages: Callable[[Pages], None], on_picture: Callable[[Picture], None], on_trouble: Callable[[str], None]) -> None:
        self._on_pages, self._on_picture, self._on_trouble = on_pages, on_picture, on_trouble
        self._wake = threading.Condition()
        self._state: tuple[int, Application] | None = None
        self._wanted: list[tuple[int, float]] = []
        self._closed = False
        self._generation = 0
        self._shown_at = float("-inf")
        self._document: bytes | None = None
        self._thread = threading.Thread(target=self._run, name="preview", daemon=True)
        self._thread.start()

    def show(self, generation: int, application: Application) -> None:
        """Draw this state, which nobody changes any more."""
        with self._wake:
            self._state = generation, application
            self._wake.notify()

    def want(self, pages: list[tuple[int, float]]) -> None:
        """Paint these pages of the newest document, ``(index, pixels per point)``, in this order; replaces what was wanted before."""
        with self._wake:
            self._wanted = list(pages)
            self._wake.notify()

    def close(self) -> None:
        """End the thread."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        self._thread.join()

    def _overtaken(self) -> bool:
        fresh = time.monotonic() - self._shown_at < PATIENCE
        return self._closed or (self._state is not None and fresh)

    def _run(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._closed or self._state is not None or (self._wanted and self._document))
                if self._closed:
                    return
                state, self._state = self._state, None
                page = None if state is not None else self._wanted.pop(0)
            try:
                if state is not None:
                    self._draw(*state)
                elif page is not None:
                    self._paint(*page)
            except Exception as error:  # a preview that fails must not take the thread, the window or the draft with it
                self._on_trouble(type(error).__name__)

    def _draw(self, generation: int, application: Application) -> None:
        from app.export.context import printed
        from app.export.pdf import Cancelled, render_pdf

        try:
            rendered = render_pdf(printed(application), b"", cancelled=self._overtaken)
        except Cancelled:
            return
        from app.pdfium import opened

        with opened(rendered.data) as document:
            sizes = [document.get_page_size(index) for index in range(len(document))]
        self._document = rendered.data
        self._generation = generation
        self._shown_at = time.monotonic()
        self._on_pages(Pages(generation, sizes, dict(rendered.places)))

    def _paint(self, index: int, scale: float) -> None:
        from app.pdfium import opened

        if self._document is None:
            return
        with opened(self._document) as document:
            if index >= len(document):
                return
            bitmap = document[index].render(scale=scale, rev_byteorder=False, prefer_bgrx=True)
            picture = Picture(self._generation, index, scale, bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer))
        self._on_picture(picture)
