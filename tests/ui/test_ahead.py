"""The first draft opens sooner: its modules are loaded while nobody waits. In a process of its own, as here they are there long since."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from app.ui import ahead

PROGRAM = """
import gc, sys
from PySide6.QtCore import QCoreApplication, QTimer
from app.ui import ahead
ahead.IDLE = ahead.BREATH = 0
application = QCoreApplication([])
loader = ahead.Ahead(application)
before = "app.ui.wizard" in sys.modules
def look():
    if not loader.findChild(QTimer).isActive():
        application.quit()
watch = QTimer(interval=0); watch.timeout.connect(look); watch.start()
QTimer.singleShot(300000, lambda: application.exit(3))
status = application.exec()
print(status, before, all(name in sys.modules for name in ahead.MODULES), gc.get_freeze_count() > 10_000)
"""


def test_all_is_loaded_ahead_and_nothing_at_once() -> None:
    """What is loaded is no longer gone through by the search for what can be thrown away."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=Path(ahead.__file__).parents[2], capture_output=True, text=True, check=False, timeout=600
    )
    assert (done.stdout.split(), done.stderr) == (["0", "False", "True", "True"], "")
