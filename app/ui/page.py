"""What every page of the wizard has in common."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.session import Session


class Page(QWidget):
    """One page: it shows a part of the session and says what the person does; it changes nothing itself.

    ``edited`` carries a field id and the value as the editor gives it; ``left`` a field id whose editor has lost the focus.
    """

    edited = Signal(str, object)
    left = Signal(str)

    def __init__(self, page_id: str, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page_id = page_id
        self.session = session

    def refresh(self, changed: AbstractSet[str] | None = None) -> None:
        """Show the session as it is now. ``changed`` are the answers that changed; None means all may have. The editor that
        the person is typing in is never overwritten."""

    def focus_field(self, name: str, row: int | None = None, column: str = "") -> None:
        """Bring a field (of a table: a row, a column) into view and put the cursor there."""

    def composing(self) -> bool:
        """Whether an input method has a composition open on this page: nothing is moved or taken over meanwhile."""
        return False

    def settle(self) -> None:
        """Take over what stands in an editor but was not yet reported, such as an open composition, before the page is left."""
