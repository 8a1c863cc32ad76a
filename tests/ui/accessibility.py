"""What the accessibility test looks for on a screen: names, reachability by Tab, and text that is cut off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QTabBar,
    QTextEdit,
    QToolButton,
    QWidget,
)

SCREEN = (1366, 768)
MOST_CELLS = 100
"""Of the tables on the screens that are walked."""
SLACK = 2
"""Pixels by which a text may miss: rounding of fractional type sizes."""


def shown(window: QWidget) -> list[QWidget]:
    """The widgets of a window that a person sees or may scroll to."""
    return [widget for widget in window.findChildren(QWidget) if widget.isVisibleTo(window) and widget.window() is window]


def controls(window: QWidget) -> list[QWidget]:
    """What takes the focus by Tab. Parts of other widgets (a viewport, the line within a box) are those widgets' own matter."""
    found: list[QWidget] = []
    for widget in shown(window):
        if not widget.isEnabled() or not widget.focusPolicy() & Qt.FocusPolicy.TabFocus or widget.focusProxy() is not None:
            continue
        if widget.objectName().startswith("qt_") or isinstance(widget.parent(), (QComboBox, QTabBar)):
            continue
        if isinstance(widget, QScrollArea) and widget.focusPolicy() != Qt.FocusPolicy.StrongFocus:
            continue
        found.append(widget)
    return found


def describe(widget: QWidget) -> str:
    """How a fault names a widget: class, name or words, and whose it is."""
    text = widget.property("text") or widget.accessibleName() or widget.objectName() or ""
    owner = widget.parent()
    while owner is not None and type(owner).__module__.startswith("PySide6"):
        owner = owner.parent()
    return f"{type(widget).__name__}“{str(text)[:30]}” in {type(owner).__name__ if owner is not None else '?'}"


# --- names -----------------------------------------------------------------------------------------------------------------


def nameless(window: QWidget) -> Iterator[str]:
    """Controls of which assistive software can say nothing: no text, no accessible name, no label with them as buddy."""
    labelled = {label.buddy() for label in window.findChildren(QLabel) if label.buddy() is not None and label.text().strip()}
    for widget in controls(window):
        own = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
        spoken = QAccessible.queryAccessibleInterface(widget)
        read = spoken.text(QAccessible.Text.Name) if spoken is not None else ""
        if (
            not own.strip()
            and widget not in labelled
            and not (read.strip() and not isinstance(widget, (QTextEdit, QPlainTextEdit, QLineEdit)))
        ):
            yield f"no name: {describe(widget)}"


# --- Tab -------------------------------------------------------------------------------------------------------------------


def unreachable(window: QWidget) -> Iterator[str]:
    """Controls that Tab never comes to, and a control that Tab does not get out of. Of exclusive radio buttons one is enough: the
    arrows reach the others."""
    expected = controls(window)
    visited: set[QWidget] = set()
    if len(expected) > 1:
        expected[0].setFocus(Qt.FocusReason.TabFocusReason)
        yield from _walk(visited, 3 * len(expected) + MOST_CELLS)
    else:
        visited.update(expected)
    for widget in expected:
        if widget not in visited and not _by_arrows(widget, visited) and not any(widget.isAncestorOf(other) for other in visited):
            yield f"not reached by Tab: {describe(widget)}"


def _walk(visited: set[QWidget], steps: int) -> Iterator[str]:
    """Press Tab again and again; ``visited`` takes what has the focus. A table may keep it for as many steps as it has cells."""
    stayed = 0
    for _ in range(steps):
        focus = QApplication.focusWidget()
        if focus is None:
            return
        visited.add(focus)
        before = _whole(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
        after = QApplication.focusWidget()
        stayed = stayed + 1 if after is not None and _whole(after) is before else 0
        if stayed > (MOST_CELLS if isinstance(before, QAbstractItemView) else 0):
            yield f"Tab does not get out: {describe(before)}"
            return


def _whole(widget: QWidget) -> QWidget:
    """The table that a cell's editor belongs to, or the widget itself."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QAbstractItemView):
            return parent
        parent = parent.parentWidget()
    return widget


def _by_arrows(widget: QWidget, visited: set[QWidget]) -> bool:
    if not isinstance(widget, QRadioButton):
        return False
    group = widget.group()
    others: list[Any] = group.buttons() if group is not None else [*widget.parentWidget().findChildren(QRadioButton)]
    return any(other in visited for other in others)


# --- text ------------------------------------------------------------------------------------------------------------------


def cut_off(window: QWidget) -> Iterator[str]:
    """Texts that do not fit into their widget, and widgets that stick out of what shows them."""
    for widget in shown(window):
        if isinstance(widget, QLabel) and widget.text() and widget.pixmap().isNull():
            yield from _cut_label(widget)
        elif isinstance(widget, (QPushButton, QToolButton, QCheckBox, QRadioButton)) and widget.text():
            yield from _cut_button(widget)
        elif isinstance(widget, QComboBox) and widget.currentText():
            needed = widget.fontMetrics().horizontalAdvance(widget.currentText())
            if needed > widget.width() and not widget.toolTip():
                yield f"cut by {needed - widget.width()} px: {describe(widget)}"
        if isinstance(widget, QScrollArea):
            yield from _too_wide_inside(widget)
        if isinstance(widget, (QLabel, QAbstractButton, QLineEdit, QComboBox, QTabBar)) and not widget.objectName().startswith("qt_"):
            yield from _sticking_out(widget, window)
    least = window.minimumSizeHint()
    if least.width() > SCREEN[0] or least.height() > SCREEN[1]:
        yield f"the window needs {least.width()}×{least.height()}"


def _cut_label(label: QLabel) -> Iterator[str]:
    if label.wordWrap():
        needed = label.heightForWidth(label.width())
        if needed > label.height() + SLACK:
            yield f"cut by {needed - label.height()} px below: {describe(label)}"
        return
    needed_size = label.sizeHint()
    if needed_size.width() > label.width() + SLACK:
        yield f"cut by {needed_size.width() - label.width()} px: {describe(label)}"
    if needed_size.height() > label.height() + SLACK:
        yield f"cut by {needed_size.height() - label.height()} px below: {describe(label)}"


def _cut_button(button: QAbstractButton) -> Iterator[str]:
    size = button.fontMetrics().size(Qt.TextFlag.TextShowMnemonic.value, button.text())
    room = button.width() - (button.fontMetrics().height() if isinstance(button, (QCheckBox, QRadioButton)) else 0)
    if size.width() > room + SLACK:
        yield f"cut by {size.width() - room} px: {describe(button)}"
    if size.height() > button.height() + SLACK:
        yield f"cut by {size.height() - button.height()} px below: {describe(button)}"


def _too_wide_inside(area: QScrollArea) -> Iterator[str]:
    """What cannot be scrolled sideways must not be wider than its place."""
    inside, room = area.widget(), area.viewport().width()
    hidden = area.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    if hidden and inside is not None and inside.width() > room + SLACK:
        yield f"wider than its place by {inside.width() - room} px: {describe(inside)}"


def _sticking_out(widget: QWidget, window: QWidget) -> Iterator[str]:
    """Beyond the side of what scrolls it (only up and down may be scrolled), or beyond the window where nothing does."""
    parent = widget.parentWidget()
    while parent is not None and parent is not window and not isinstance(parent.parentWidget(), QAbstractScrollArea):
        parent = parent.parentWidget()
    holder = parent or window
    scrolled = isinstance(holder.parentWidget(), QAbstractScrollArea) and holder is not window
    place = QRect(widget.mapTo(holder, QPoint(0, 0)), widget.size())
    if place.left() < -SLACK or place.right() > holder.width() + SLACK:
        yield f"sticks out sideways: {describe(widget)}"
    elif not scrolled and (place.top() < -SLACK or place.bottom() > holder.height() + SLACK):
        yield f"sticks out below: {describe(widget)}"
