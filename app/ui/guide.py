"""指南: the category's own words of the notice, beside the wizard while it is filled in (spec rules.md, "The categories")."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QWidget

from app.session import Session
from app.ui.reading_text import ReadingBrowser
from app.ui.theme import emphasised
from forms.call import Call, Category

NO_CATEGORY = "请先在“二、项目基本概况”里选定项目类型，这里会显示该类别的申报要求。"


class GuidePanel(ReadingBrowser):
    """Read-only text; it is set anew only when the category changes, so that the person's place in it is kept."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("指南：本类别的申报要求", parent)
        self._shown: str | None = None

    def refresh(self, session: Session) -> None:
        """Show the guidance of the session's category."""
        category = session.application.answers_without_files().category
        key = category.id if category else ""
        if key == self._shown:
            return
        self._shown = key
        if category is None:
            self.setPlainText(NO_CATEGORY)
        else:
            self._write(entries_of(session.application.call, category))

    def changeEvent(self, event: QEvent) -> None:
        """Headings are sized by hand, so a change of type size writes the text anew at the next refresh."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._shown = None

    def _write(self, entries: list[tuple[str, str]]) -> None:
        self.clear()
        cursor = QTextCursor(self.document())
        plain = cursor.charFormat()
        heading = cursor.charFormat()
        heading.setFont(emphasised(self.font(), 1.0, bold=True))
        for title, text in entries:
            cursor.insertText(title + "\n", heading)
            cursor.insertText(text + "\n\n" if text else "\n", plain)
        self.moveCursor(QTextCursor.MoveOperation.Start)


def entries_of(call: Call, category: Category) -> list[tuple[str, str]]:
    """A category's guidance as (heading, text), the volunteer platform's procedure after it where the notice points to it."""
    entries = [(f"{category.heading}（{call.title}）", "")]
    entries += [(entry.heading, entry.text) for entry in category.guidance]
    if mentions_platform(category):
        entries += [(f"附件4　{entry.heading}", entry.text) for entry in call.volunteer_platform]
    return entries


def mentions_platform(category: Category) -> bool:
    """Whether the notice sends this category's applicants to the volunteer platform (附件4)."""
    return any("附件4" in entry.text for entry in category.guidance)
