"""The calendar beside a date field."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QEvent, QLocale, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QFrame, QToolButton, QVBoxLayout, QWidget

from app.ui.theme import current
from forms.text import PartialDate, parse_partial_date

FIRST, LAST = QDate(1900, 1, 1), QDate(2100, 12, 31)
WEEKEND = (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday)


class CalendarPopup(QFrame):
    """A month's sheet that closes when a day is picked, or by Esc."""

    picked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.sheet = QCalendarWidget()
        self.sheet.setLocale(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
        self.sheet.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.sheet.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.sheet.setDateRange(FIRST, LAST)
        self.sheet.setDateEditEnabled(False)  # Qt's own line for typing falls into nonsense; the field takes any spelling
        self.sheet.setAccessibleName("日历：方向键选日期，回车确定，Esc 关闭")
        self._ink_weekends()
        self._letter_arrows()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(self.sheet)
        self._connect()

    def _connect(self) -> None:
        self.sheet.clicked.connect(self._pick)
        self.sheet.activated.connect(self._pick)

    def _letter_arrows(self) -> None:
        """Qt's own arrows are black on any ground."""
        for name, sign, words in (("qt_calendar_prevmonth", "‹", "上个月"), ("qt_calendar_nextmonth", "›", "下个月")):
            button = self.sheet.findChild(QToolButton, name)
            if button is not None:
                button.setIcon(QIcon())
                button.setText(sign)
                button.setAccessibleName(words)

    def _ink_weekends(self) -> None:
        """Qt's own weekend red is too faint on a dark ground."""
        ink = QTextCharFormat()
        ink.setForeground(QColor(current().error))
        for day in WEEKEND:
            self.sheet.setWeekdayTextFormat(day, ink)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Another scheme, other inks."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._ink_weekends()

    @Slot(QDate)
    def _pick(self, day: QDate) -> None:
        if self.isVisible():  # Enter says both activated and clicked
            self.close()
            self.picked.emit(PartialDate(day.year(), day.month(), day.day()).chinese())


class DateButton(QToolButton):
    """Opens the calendar; the sheet is made when it is first wanted."""

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText("日历")
        self.setToolTip("打开日历（Alt+↓）")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.popup: CalendarPopup | None = None
        self._day = QDate.currentDate()
        self.clicked.connect(self.open)

    def aim(self, text: str, today: date) -> None:
        """The day that the calendar opens at: the one typed, as far as it is known, else today."""
        found = parse_partial_date(text)
        self._day = QDate(found.year, found.month or 1, found.day or 1) if found else QDate(today.year, today.month, today.day)

    @Slot()
    def open(self) -> None:
        """Show the calendar under the button, inside the screen."""
        if self.popup is None:
            self.popup = CalendarPopup(self)
            self.popup.picked.connect(self.picked)
        self.popup.sheet.setSelectedDate(min(max(self._day, FIRST), LAST))
        self.popup.adjustSize()
        screen, size = self.screen().availableGeometry(), self.popup.sizeHint()
        corner = self.mapToGlobal(QPoint(self.width() - size.width(), self.height()))
        left = max(screen.left(), min(corner.x(), screen.right() - size.width()))
        above = corner.y() - self.height() - size.height()
        top = corner.y() if corner.y() + size.height() <= screen.bottom() else max(above, screen.top())
        self.popup.move(left, top)
        self.popup.show()
        self.popup.sheet.setFocus(Qt.FocusReason.PopupFocusReason)
