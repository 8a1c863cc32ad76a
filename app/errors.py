"""The one exception that people see. Anything else that escapes is a bug of ours."""

from __future__ import annotations


class AppError(Exception):
    """Something a person can act on. ``message`` is one plain Chinese sentence without a traceback or a field's content."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
