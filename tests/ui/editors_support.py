"""What the tests of editors and pages share: a session, a page that is wired as the wizard wires it, and an input method."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.application import Application, new, newest_call
from app.samples import sample
from app.session import Session
from app.ui.editor_base import Editor
from app.ui.editors import make_editor
from app.ui.field_page import FieldPage
from app.ui.field_row import FieldRow
from forms.schema import Field

TODAY = date(2022, 3, 25)


def empty(form: str = "capability", category: str = "") -> Session:
    """A session over an empty application."""
    return Session(new(form, newest_call(), category), today=lambda: TODAY)


def filled(form: str = "capability", category: str = "") -> Session:
    """A session over a sample."""
    return Session(sample(form, category), today=lambda: TODAY)


def field(session: Session, name: str) -> Field:
    return session.application.form.fields[name]


class Wired:
    """Something with ``edited`` and ``left``, wired to its session as the wizard does it; keeps what was said."""

    def __init__(self, widget: FieldRow | FieldPage, session: Session) -> None:
        self.widget, self.session = widget, session
        self.edits: list[tuple[str, Any]] = []
        self.lefts: list[str] = []
        widget.edited.connect(self._edited)
        widget.left.connect(self._left)

    def _edited(self, name: str, value: object) -> None:
        self.edits.append((name, value))
        changed = self.session.set(name, value)
        if isinstance(self.widget, FieldPage):
            self.widget.refresh(changed)
        else:
            self.widget.refresh(answer=name in changed)

    def _left(self, name: str) -> None:
        self.lefts.append(name)
        self.session.leave(name)
        if isinstance(self.widget, FieldPage):
            self.widget.refresh(set())
        else:
            self.widget.refresh(answer=False)


def show(qtbot: Any, widget: QWidget, width: int = 640, height: int = 600) -> None:
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)


def open_row(qtbot: Any, session: Session, name: str) -> tuple[FieldRow, Wired]:
    """A field's row, in a window, with the cursor in it."""
    row = FieldRow(field(session, name), session)
    show(qtbot, row)
    wired = Wired(row, session)
    row.editor.focus()
    return row, wired


def open_page(qtbot: Any, session: Session, section: str, width: int = 640) -> tuple[FieldPage, Wired]:
    """A section's page, in a window."""
    page = FieldPage(next(entry for entry in session.pages if entry.id == section), session)
    show(qtbot, page, width)
    return page, Wired(page, session)


def open_editor(qtbot: Any, session: Session, name: str) -> Editor:
    editor = make_editor(field(session, name), session)
    show(qtbot, editor)
    return editor


def compose(widget: QWidget, preedit: str) -> None:
    """An input method shows a composition."""
    QCoreApplication.sendEvent(widget, QInputMethodEvent(preedit, []))


def commit(widget: QWidget, text: str) -> None:
    """An input method commits."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QCoreApplication.sendEvent(widget, event)


def enter(qtbot: Any, widget: QWidget, text: str) -> None:
    """Type: Latin text by keys, anything else by the input method."""
    if text.isascii():
        qtbot.keyClicks(widget, text)
    else:
        commit(widget, text)


def clip(text: str) -> None:
    QApplication.clipboard().setText(text)


def clipped() -> str:
    return QApplication.clipboard().text()


def application_of(session: Session) -> Application:
    return session.application
