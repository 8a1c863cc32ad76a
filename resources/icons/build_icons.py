"""Draws tineng.svg, our own drawing under the project's MIT licence, into the sizes that desktops ask for, .ico and .icns.

Run by hand after a change of the drawing: ``python -m resources.icons.build_icons``. Needs PySide6 and Pillow.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

HERE = Path(__file__).resolve().parent
SIZES = (16, 22, 24, 32, 48, 64, 128, 256)
ICO_SIZES = (16, 24, 32, 48, 64, 256)
ICNS_SIZES = (16, 32, 64, 128, 256, 512)


def main() -> None:
    """Write every size beside the drawing."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PIL import Image
    from PySide6.QtCore import QByteArray
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    application = QGuiApplication([])
    drawing = QSvgRenderer(QByteArray((HERE / "tineng.svg").read_bytes()))

    def drawn(size: int) -> Image.Image:
        picture = QImage(size, size, QImage.Format.Format_RGBA8888)
        picture.fill(0)
        painter = QPainter(picture)
        drawing.render(painter)
        painter.end()
        return Image.frombytes("RGBA", (size, size), bytes(picture.constBits()))

    for size in SIZES:
        drawn(size).save(HERE / f"tineng-{size}.png", optimize=True)
    for name, sizes in (("tineng.ico", ICO_SIZES), ("tineng.icns", ICNS_SIZES)):
        pictures = [drawn(size) for size in sizes]
        held = io.BytesIO()
        pictures[-1].save(held, name.removeprefix("tineng."), sizes=[(size, size) for size in sizes], append_images=pictures[:-1])
        (HERE / name).write_bytes(held.getvalue())
    application.quit()


if __name__ == "__main__":
    main()
