"""What every page of the wizard has in common."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QScrollArea, QWidget

from app.session import Session


class Area(QScrollArea):
    """What scrolls up and down on a page, and where the page says: Qt's own, when Tab leads out of it, goes back to the cursor that was
    left behind."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def minimumSizeHint(self) -> QSize:
        """As wide as what is in it: nothing scrolls to the side."""
        least, inside = super().minimumSizeHint(), self.widget()
        beside = self.verticalScrollBar().sizeHint().width() + 2 * self.frameWidth()
        return QSize(inside.minimumSizeHint().width() + beside, least.height()) if inside is not None else least

    def focusNextPrevChild(self, next: bool) -> bool:
        """Without what QScrollArea adds."""
        return super(QScrollArea, self).focusNextPrevChild(next)


class Page(QWidget):
    """One page: it shows a part of the session and says what the person does; it changes nothing itself.

    ``edited`` carries a field id and the value as the editor gives it; ``left`` a field id whose editor has lost the focus. What scrolls
    is put into ``body``, and that into ``area`` when it is complete. It is made from the outside in: what is put into another widget
    with all that is in it is given its look and type anew, each time.
    """

    edited = Signal(str, object)
    left = Signal(str)

    def __init__(self, page_id: str, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page_id = page_id
        self.session = session
        self.area = Area(self)
        self.body = QWidget(self.area.viewport())

    @property
    def spare(self) -> bool:
        """Whether the page may be let go and made anew with nothing lost of what the person did on it, undo included."""
        return False

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


def lay_out(area: QScrollArea, *inside_out: QWidget) -> None:
    """Give what scrolls in ``area`` its place now: what came up pushes away what stands below it, and the area measures its page, only a
    turn later; until then one would scroll by what was. Of nested widgets the inner ones come first."""
    for widget in inside_out:
        if (layout := widget.layout()) is not None:
            layout.activate()
    QCoreApplication.sendEvent(area, QEvent(QEvent.Type.LayoutRequest))
