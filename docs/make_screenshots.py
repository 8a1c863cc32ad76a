"""The pictures in docs/, taken from the running window so that they stay true: ``python docs/make_screenshots.py``.

A fictitious application is opened in a store of its own that is thrown away afterwards; nothing of the machine is in the pictures.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.drafts import facts_now
from app.samples import sample
from app.session import REVIEW_PAGE
from app.store import Store
from app.ui import theme
from app.ui.autosave import Autosave
from app.ui.desk import Desk
from app.ui.export_bar import ExportBar
from app.ui.main_window import MainWindow
from app.ui.messages import Messages
from app.ui.start import make_application

TODAY = date(2022, 3, 25)
WIDTH, HEIGHT = 1366, 728
PATIENCE, STEP = 15_000, 50  # ms


def settled(window: MainWindow, shown: Callable[[], bool]) -> None:
    """Wait until a preview stands and the drafts are saved."""
    for _ in range(PATIENCE // STEP):
        if shown():
            break
        QTest.qWait(STEP)
    else:
        raise TimeoutError("the preview did not come")
    window.save_now()
    QApplication.processEvents()


def take(application: QApplication, folder: Path, *, dark: bool) -> None:
    """Home, wizard and export in one scheme."""
    theme.apply(application, dark=dark)
    suffix = "-dark" if dark else ""
    store = Store.open(folder)
    desk = Desk(store, Autosave(store), Messages(), today=lambda: TODAY, call_folders=())
    for form, category in (("party", ""), ("capability", "tech-service"), ("capability", "academic-exchange")):
        application = sample(form, category)
        store.create(application, facts=facts_now(application, TODAY))
    window = MainWindow(desk)
    window.resize(WIDTH, HEIGHT)
    window.show()
    QTest.qWait(200)
    window.grab().save(str(ROOT / "docs" / f"home{suffix}.png"))
    window.open_draft(store.summaries()[0].id)
    wizard = window.wizard
    assert wizard is not None
    wizard.open_page("people")
    settled(window, lambda: wizard.preview.view.painted)
    window.grab().save(str(ROOT / "docs" / f"wizard{suffix}.png"))
    wizard.open_page(REVIEW_PAGE)
    QTest.qWait(600)
    settled(window, lambda: wizard.preview.view.painted)
    wizard.page.findChild(ExportBar).place.setText("D:\\申报材料")  # no path of the machine that takes the picture
    window.grab().save(str(ROOT / "docs" / f"export{suffix}.png"))
    window.close()
    desk.autosave.close()
    store.close()


if __name__ == "__main__":
    made = make_application()
    for is_dark in (False, True):
        with tempfile.TemporaryDirectory() as name:
            take(made, Path(name), dark=is_dark)
