"""Colours, type sizes and the style sheet: one quiet look, light and dark, that grows with the person's type size.

Every colour pair that carries text reaches a contrast of 4.5:1 (WCAG 2.1, 1.4.3); a test computes it over :func:`text_pairs`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from app import paths

SCHEME, TYPE_SIZE = "look.scheme", "look.type_size"
"""The names of the two settings: system, light or dark; per cent."""
TYPE_SIZES = (100, 125, 150)
"""The type sizes offered in the settings, per cent."""
BASE_POINTS = 10.5
"""五号, the size of Chinese desktop text."""
FAMILIES = (
    "Microsoft YaHei UI", "Microsoft YaHei", "微软雅黑",  # on a Chinese Windows the second goes by the third's name
    "PingFang SC", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei",
)  # fmt: skip
BUNDLED_FACE = "hei.ttf"


class Colours(NamedTuple):
    """One scheme; every colour is ``#rrggbb``."""

    window: str
    base: str
    raised: str
    text: str
    muted: str
    border: str
    accent: str
    on_accent: str
    selection: str
    error: str
    error_ground: str
    warning: str
    warning_ground: str
    note: str
    note_ground: str
    paper: str


LIGHT = Colours(
    window="#f4f5f7", base="#ffffff", raised="#e9ecf0", text="#1d2129", muted="#565e6a", border="#c3c9d2",
    accent="#1c5a9e", on_accent="#ffffff", selection="#d6e5f6", error="#ae1f17", error_ground="#fdecea",
    warning="#7a4f00", warning_ground="#fff4dc", note="#22613f", note_ground="#e6f4ec", paper="#cdd2d9",
)  # fmt: skip
DARK = Colours(
    window="#1e2125", base="#272b30", raised="#32373d", text="#e9ebee", muted="#aeb5bf", border="#4b525b",
    accent="#84b6f2", on_accent="#10202f", selection="#2e4763", error="#ff938a", error_ground="#43262a",
    warning="#f2bf66", warning_ground="#3d3220", note="#93d4b2", note_ground="#22382d", paper="#121417",
)  # fmt: skip


def text_pairs(colours: Colours) -> list[tuple[str, str]]:
    """Every (text colour, ground) that the style sheet puts together."""
    grounds = (colours.window, colours.base, colours.raised)
    plain = [(ink, ground) for ink in (colours.text, colours.muted, colours.accent) for ground in grounds]
    signals = [(colours.error, ground) for ground in (*grounds, colours.error_ground)]
    signals += [(colours.warning, ground) for ground in (*grounds, colours.warning_ground)]
    signals += [(colours.note, ground) for ground in (*grounds, colours.note_ground)]
    grounds_of_text = (colours.selection, colours.error_ground, colours.warning_ground, colours.note_ground)
    return [*plain, *signals, (colours.on_accent, colours.accent), *((colours.text, ground) for ground in grounds_of_text)]


def luminance(colour: str) -> float:
    """Relative luminance of an ``#rrggbb`` colour (WCAG 2.1), 0 to 1."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours (WCAG 2.1), 1 to 21."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def system_is_dark() -> bool:
    """Whether the desktop asks for a dark look."""
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def ground_is_dark(application: QApplication) -> bool:
    """The same by the colours that the desktop gives, which is known sooner; for the first moment."""
    return application.palette().color(QPalette.ColorRole.Window).lightness() < 128


def current() -> Colours:
    """The scheme in force, for what is painted by hand."""
    application = QApplication.instance()
    return DARK if application is not None and application.property("dark") else LIGHT


def apply(application: QApplication, *, dark: bool, percent: int = 100) -> None:
    """Give the whole application one scheme and one type size; may be called again at any time."""
    emphasised_widgets = _take_off(application)
    former = application.font().pointSizeF()
    _repaint(application, dark=dark, percent=percent)
    _put_on(application, emphasised_widgets, former)


def _take_off(application: QApplication) -> list[tuple[QWidget, QFont]]:
    """The first part of a change of look: one sheet put over another is polished several times over, 2.6 s instead of 0.6 s for a whole
    wizard. Gives what is needed for the last part: the widgets with a font of their own, which they lose with the sheet."""
    emphasised_widgets = _with_own_font(application)
    application.setStyleSheet("")
    return emphasised_widgets


def _repaint(application: QApplication, *, dark: bool, percent: int) -> None:
    """The second part: type and colours."""
    first = not application.property("has_look")
    application.setProperty("has_look", True)
    application.setProperty("dark", dark)
    if first:
        application.setStyle("Fusion")
    application.setFont(_font(percent))
    application.setPalette(_palette(DARK if dark else LIGHT))


def _put_on(application: QApplication, emphasised_widgets: list[tuple[QWidget, QFont]], former: float) -> None:
    """The last part: the sheet of those colours, and the fonts that widgets have of their own, in proportion to the ``former`` size."""
    application.setStyleSheet(style_sheet(current()))
    for widget, font in emphasised_widgets:
        if not isValid(widget):  # its dialog was closed between the parts
            continue
        font.setPointSizeF(font.pointSizeF() * application.font().pointSizeF() / former)
        widget.setFont(font)


def change(*, dark: bool, percent: int) -> None:
    """:func:`apply` without holding up the keys: the look is there a moment later."""
    application = QApplication.instance()
    if isinstance(application, QApplication):
        (application.findChild(Change) or Change(application)).ask(dark=dark, percent=percent)


class Change(QObject):
    """Changes the look while the person works. Each part walks through every widget there is, which takes a slow machine a tenth of a
    second and more: between them keys are served, and the windows keep showing what they did."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)  # not the window's: a window that closes in between leaves no program without a look
        self._application = application
        self._wanted = (False, 100)
        self._still: list[QWidget] = []
        self._own: list[tuple[QWidget, QFont]] = []
        self._former = 0.0
        self._parts: list[Callable[[], None]] = []  # those still to come
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._go_on)

    def ask(self, *, dark: bool, percent: int) -> None:
        """Change to this look; of several asked for in one go the last counts."""
        self._wanted = dark, percent
        if not self._parts:
            self._still = [widget for widget in self._application.topLevelWidgets() if widget.isVisible() and widget.updatesEnabled()]
            for widget in self._still:
                widget.setUpdatesEnabled(False)
        if self._put_on not in self._parts:  # a look is on, be it the one asked for a moment ago
            self._own, self._former = _take_off(self._application), self._application.font().pointSizeF()
        self._parts = [self._repaint, self._put_on, self._show]
        self._soon.start()

    @Slot()
    def _go_on(self) -> None:
        part = self._parts.pop(0)
        part()
        if self._parts:
            self._soon.start()

    def _repaint(self) -> None:
        dark, percent = self._wanted
        _repaint(self._application, dark=dark, percent=percent)

    def _put_on(self) -> None:
        _put_on(self._application, self._own, self._former)

    def _show(self) -> None:
        for widget in self._still:
            if isValid(widget):
                widget.setUpdatesEnabled(True)
        self._still, self._own = [], []


def _with_own_font(application: QApplication) -> list[tuple[QWidget, QFont]]:
    """Headings and the like: they do not follow the application's font, so that they are given theirs anew, in proportion."""
    if not application.property("has_look"):
        return []  # the first look: no widget was made in one of ours
    own = [widget for widget in application.allWidgets() if widget.testAttribute(Qt.WidgetAttribute.WA_SetFont)]
    return [(widget, QFont(widget.font())) for widget in own if widget.font().pointSizeF() > 0]


def _font(percent: int) -> QFont:
    """A Chinese system face where there is one; else the bundled 黑体, since a bare machine has none."""
    known = set(QFontDatabase.families())
    family = next((name for name in FAMILIES if name in known), "") or _bundled_family()
    font = QFont(family) if family else QFont()
    font.setPointSizeF(BASE_POINTS * percent / 100)
    font.setStyleHint(QFont.StyleHint.SansSerif)
    return font


def _bundled_family() -> str:
    identifier = QFontDatabase.addApplicationFont(str(paths.resources() / "fonts" / BUNDLED_FACE))
    families = QFontDatabase.applicationFontFamilies(identifier) if identifier >= 0 else []
    return families[0] if families else ""


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: colours.window,
        QPalette.ColorRole.WindowText: colours.text,
        QPalette.ColorRole.Base: colours.base,
        QPalette.ColorRole.AlternateBase: colours.window,
        QPalette.ColorRole.Text: colours.text,
        QPalette.ColorRole.PlaceholderText: colours.muted,
        QPalette.ColorRole.Button: colours.raised,
        QPalette.ColorRole.ButtonText: colours.text,
        QPalette.ColorRole.ToolTipBase: colours.base,
        QPalette.ColorRole.ToolTipText: colours.text,
        QPalette.ColorRole.Highlight: colours.accent,
        QPalette.ColorRole.HighlightedText: colours.on_accent,
        QPalette.ColorRole.Link: colours.accent,
        QPalette.ColorRole.LinkVisited: colours.accent,
        QPalette.ColorRole.Mid: colours.border,
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.muted))
    return palette


def style_sheet(colours: Colours) -> str:
    """The style sheet; widgets opt in by the dynamic property ``look`` (title, muted, error, warning, note, card, primary …)."""
    text = (paths.resources() / "style" / "tineng.qss").read_text(encoding="utf-8")
    for name, colour in sorted(colours._asdict().items(), key=lambda pair: -len(pair[0])):
        text = text.replace(f"@{name}", colour)
    return text


def emphasised(font: QFont, factor: float, *, bold: bool = False) -> QFont:
    """A font for headings, relative to the type size in force."""
    larger = QFont(font)
    larger.setPointSizeF(QFontInfo(font).pointSizeF() * factor if font.pointSizeF() <= 0 else font.pointSizeF() * factor)
    larger.setBold(bold)
    return larger
