"""打印预览: the true pages of the true PDF, following the section one is in, without flicker and without a jump of the scroll position."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.application import Application
from app.preview_process import PreviewWorker, shared
from app.previewing import Pages, Picture
from app.ui.queued_call import QueuedCall
from app.ui.theme import current

GAP = 12
"""Pixels between pages and around them."""
ZOOMS = (0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0)
"""Zoom steps, relative to the width of the panel."""
MARK_WIDTH = 4
BREATH = 10
"""Milliseconds from a change to the work that its drawing needs in this process: first the key that made it gets on the screen."""


class PageView(QAbstractScrollArea):
    """The pages, one under another. Old pictures stay until new ones are there."""

    wanted = Signal(object)  # list of (page index, pixels per point)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("打印预览页面")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._pages: Pages | None = None
        self._pictures: dict[int, tuple[int, float, QImage]] = {}
        self._laid: tuple[Pages | None, int, int, float, list[QRect]] = (None, 0, 0, 1.0, [])
        self._section = ""
        self._zoom = ZOOMS.index(1.0)
        self.verticalScrollBar().valueChanged.connect(self._ask)

    # --- properties ------------------------------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self._pages.sizes) if self._pages else 0

    @property
    def scale(self) -> float:
        """Logical pixels per point: fitted to the width, times the zoom."""
        return self._layout()[0]

    @property
    def current_page(self) -> int:
        """The index of the page in the middle of the view."""
        return self._middle(self._boxes(), self.viewport().height())[0]

    @property
    def painted(self) -> bool:
        """Whether every visible page shows the newest state."""
        newest = self._pages.generation if self._pages else 0
        return self._pages is not None and all(self._pictures.get(index, (0,))[0] == newest for index in self._visible())

    # --- methods ---------------------------------------------------------------------------------------------------------

    def show_pages(self, pages: Pages) -> None:
        """A new state of the document: the place in it is kept."""
        first, former = self._pages is None, (self._boxes(), self._mark())
        self._pages = pages
        self._arrange()
        if first or former != (self._boxes(), self._mark()):
            self.viewport().update()  # else what is seen is the old pages until their pictures come
        self._ask()
        if first and self._section:
            self.follow(self._section)

    def show_picture(self, picture: Picture) -> None:
        """A page was painted."""
        image = QImage(picture.pixels, picture.width, picture.height, picture.stride, QImage.Format.Format_RGB32).copy()
        ratio = self.devicePixelRatioF()
        image.setDevicePixelRatio(ratio)
        self._pictures[picture.index] = (picture.generation, picture.scale / ratio, image)
        self.viewport().update(self._seen(self._boxes()[picture.index]) if picture.index < self.count else QRect())

    def follow(self, section: str) -> None:
        """Mark a section and bring its head into view if no part of it is."""
        self._section = section
        place = self._pages.places.get(section) if self._pages else None
        if place is not None:
            bar, area = self.verticalScrollBar(), self._mark_area(place)
            visible = QRect(0, bar.value(), 1, self.viewport().height())
            if area.top() < visible.top() or area.top() > visible.bottom() - 60:
                bar.setValue(area.top() - GAP)
        self.viewport().update()

    def zoom(self, step: int) -> None:
        """One step larger or smaller; what is in the middle stays there."""
        middle = self._middle(self._boxes(), self.viewport().height())
        self._zoom = min(len(ZOOMS) - 1, max(0, self._zoom + step))
        self._arrange()
        self._centre(*middle)
        self._ask()
        self.viewport().update()

    def turn(self, step: int) -> None:
        """Go on to the next beginning of a page, or back to the last one; by what is at the top, since several may be in view."""
        bar = self.verticalScrollBar()
        tops = [box.top() - GAP for box in self._boxes()]
        beyond = [top for top in tops if (top > bar.value() if step > 0 else top < bar.value())]
        if beyond:
            bar.setValue(beyond[0 if step > 0 else -1])

    # --- painting --------------------------------------------------------------------------------------------------------

    def _boxes(self) -> list[QRect]:
        """Where each page lies, in logical pixels from the top of the whole."""
        return self._layout()[1]

    def _layout(self) -> tuple[float, list[QRect]]:
        """Scale and boxes. They are asked for several times in each painting and each new state, and change seldom."""
        room, pages = self.viewport().width(), self._pages
        if pages is self._laid[0] and (room, self._zoom) == self._laid[1:3]:
            return self._laid[3:]
        sizes = pages.sizes if pages else []
        widest = max((width for width, _ in sizes), default=595.0)
        scale = max(0.1, (room - 2 * GAP) / widest * ZOOMS[self._zoom])
        boxes: list[QRect] = []
        top = GAP
        for width, height in sizes:
            size = QSize(round(width * scale), round(height * scale))
            boxes.append(QRect(QPoint(max(GAP, (room - size.width()) // 2), top), size))
            top += size.height() + GAP
        self._laid = (pages, room, self._zoom, scale, boxes)
        return scale, boxes

    def _arrange(self) -> None:
        boxes = self._boxes()
        total = boxes[-1].bottom() + GAP if boxes else 0
        widest = max((box.width() for box in boxes), default=0) + 2 * GAP
        view = self.viewport()
        self.verticalScrollBar().setRange(0, max(0, total - view.height()))
        self.verticalScrollBar().setPageStep(view.height())
        self.verticalScrollBar().setSingleStep(40)
        self.horizontalScrollBar().setRange(0, max(0, widest - view.width()))
        self.horizontalScrollBar().setPageStep(view.width())

    def _middle(self, boxes: list[QRect], height: int) -> tuple[int, float]:
        """The page in the middle of a view of that height, and how far down in it (from 0 to 1) the middle is."""
        middle = self.verticalScrollBar().value() + height // 2
        index = next((index for index, box in enumerate(boxes) if box.bottom() + GAP >= middle), max(0, len(boxes) - 1))
        return index, (middle - boxes[index].top()) / boxes[index].height() if boxes else 0.0

    def _centre(self, page: int, part: float) -> None:
        if page < self.count:
            box = self._boxes()[page]
            self.verticalScrollBar().setValue(box.top() + round(part * box.height()) - self.viewport().height() // 2)

    def _visible(self) -> list[int]:
        top, height = self.verticalScrollBar().value(), self.viewport().height()
        return [index for index, box in enumerate(self._boxes()) if box.bottom() >= top and box.top() <= top + height]

    @Slot()
    def _ask(self) -> None:
        """Ask for the visible pages that are not painted in the newest state and size."""
        if self._pages is None or not self.isVisible():
            return
        scale = self.scale
        missing = []
        for index in self._visible():
            generation, painted, _ = self._pictures.get(index, (0, 0.0, None))
            if generation != self._pages.generation or abs(painted - scale) > 1e-6:
                missing.append((index, scale * self.devicePixelRatioF()))
        self._forget_far_pages()
        self.wanted.emit(missing)

    def _seen(self, area: QRect) -> QRect:
        """A part of the whole, as it lies in the view."""
        return area.translated(-self.horizontalScrollBar().value(), -self.verticalScrollBar().value())

    def _mark(self) -> QRect:
        """The mark beside the current section; empty where there is none."""
        place = self._pages.places.get(self._section) if self._pages else None
        if place is None or place[0] >= self.count:
            return QRect()
        area = self._mark_area(place)
        return QRect(area.left() - MARK_WIDTH - 2, area.top(), MARK_WIDTH, area.height())

    def _forget_far_pages(self) -> None:
        """Keep pictures near the view only: a page in high resolution takes megabytes."""
        visible = self._visible()
        near = set(range(visible[0] - 2, visible[-1] + 3)) if visible else set()
        self._pictures = {index: picture for index, picture in self._pictures.items() if index in near}

    def _mark_area(self, place: tuple[int, float, float]) -> QRect:
        index, top, height = place
        box, scale = self._boxes()[min(index, self.count - 1)], self.scale
        return QRect(box.left(), box.top() + round(top * scale), box.width(), max(8, round(height * scale)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Pages, their pictures as far as there are any, and the mark beside the current section."""
        colours = current()
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor(colours.paper))
        if self._pages is None:
            painter.setPen(QColor(colours.text))
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, "正在排版…")
            return
        painter.translate(-self.horizontalScrollBar().value(), -self.verticalScrollBar().value())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        boxes = self._boxes()
        for index in self._visible():
            if not event.rect().intersects(self._seen(boxes[index])):
                continue
            painter.fillRect(boxes[index], Qt.GlobalColor.white)
            picture = self._pictures.get(index)
            if picture is None:
                continue
            _, painted, image = picture
            if abs(painted - self.scale) < 1e-6:
                painter.drawImage(boxes[index].topLeft(), image)  # pixel by pixel: to fit it to the last one would take milliseconds
            else:
                painter.drawImage(boxes[index], image)
        painter.fillRect(self._mark(), QColor(colours.accent))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the pages to the new width and keep what is in the middle; where that was, the boxes of the old width know."""
        middle = self._middle(self._laid[4], event.oldSize().height())
        self._arrange()
        if event.oldSize().width() != event.size().width():
            self._centre(*middle)
        self._ask()

    def showEvent(self, event: object) -> None:
        """Pages are painted only while they are seen."""
        self._ask()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Page keys turn pages, + and - zoom, the arrows scroll."""
        match event.key():
            case Qt.Key.Key_PageDown:
                self.turn(1)
            case Qt.Key.Key_PageUp:
                self.turn(-1)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom(1)
            case Qt.Key.Key_Minus:
                self.zoom(-1)
            case _:
                super().keyPressEvent(event)


class PreviewPanel(QWidget):
    """The pages with their buttons, fed by a process of its own."""

    drawn = Signal(int)  # generation of a new state whose pages are laid out
    painted = Signal(int)  # generation of a page that was painted

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = PageView()
        self.where = QLabel()
        self.where.setProperty("look", "muted")
        self.smaller, self.larger = QPushButton("缩小"), QPushButton("放大")
        self._worker: PreviewWorker | None = None
        self._waiting: Application | None = None
        self._soon = QTimer(self, interval=BREATH, singleShot=True)
        row = QHBoxLayout()
        row.addWidget(self.where, 1)
        for button in (self.smaller, self.larger):
            button.setProperty("look", "flat")
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(self.view, 1)
        layout.addLayout(row)
        self._connect()
        shared().warm()  # while the rest of the wizard is made

    def _connect(self) -> None:
        self.smaller.clicked.connect(lambda: self.view.zoom(-1))
        self.larger.clicked.connect(lambda: self.view.zoom(1))
        self.view.wanted.connect(self._want)
        self.view.verticalScrollBar().valueChanged.connect(self._show_where)
        self._soon.timeout.connect(self._draw)

    def draw(self, application: Application) -> None:
        """Draw an application, as soon as the key that changed it is through; while the panel is hidden nothing is drawn."""
        self._waiting = application
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    @Slot()
    def _draw(self) -> None:
        application, self._waiting = self._waiting, None
        if application is None or not self.isVisible():
            self._waiting = application
            return
        if self._worker is None:
            told = (self._take_pages, self._take_picture, self._show_trouble)
            self._worker = PreviewWorker(*map(QueuedCall, told))
        self._worker.show(application)

    def follow(self, section: str) -> None:
        """Follow the section that the person is in."""
        self.view.follow(section)

    def dispose(self) -> None:
        """Want nothing more; called before the panel is thrown away."""
        self._soon.stop()
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()

    def showEvent(self, event: object) -> None:
        """Draw what was typed while the panel was hidden."""
        self._draw()

    @Slot(object)
    def _want(self, pages: list[tuple[int, float]]) -> None:
        if self._worker is not None:
            self._worker.want(pages)

    def _take_pages(self, pages: Pages) -> None:
        self.view.show_pages(pages)
        self._show_where()
        self.drawn.emit(pages.generation)

    def _take_picture(self, picture: Picture) -> None:
        self.view.show_picture(picture)
        self.painted.emit(picture.generation)

    def _show_trouble(self, kind: str) -> None:
        self.where.setText(f"预览暂时画不出来（{kind}），不影响填写和保存")

    @Slot()
    def _show_where(self) -> None:
        if self.view.count:
            self.where.setText(f"第{self.view.current_page + 1}页，共{self.view.count}页（含封面）")
