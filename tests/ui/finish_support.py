"""What the tests of 检查与导出 share: the page over a stored draft, and a draft as long as they come."""

from __future__ import annotations

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from app.application import Application
from app.samples import sample
from app.session import Session
from app.ui.desk import Desk
from app.ui.finish import FinishPage

Open = Callable[..., FinishPage]


def shown(qtbot: QtBot, desk: Desk, application: Application | None = None) -> FinishPage:
    """The page, in a window; ``edited`` goes into the session as the wizard does it."""
    draft = desk.store.load(desk.store.create(application or sample("capability", "tech-service")))
    page = FinishPage(desk, draft.id, Session(draft.application, draft.memory, today=desk.today))
    page.edited.connect(lambda name, value: page.refresh(page.session.set(name, value)))
    qtbot.addWidget(page)
    page.resize(640, 600)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(lambda: page.isActiveWindow() and page.complete)
    return page


def long_application() -> Application:
    application = sample("capability", "tech-service")
    for name in ("background", "main", "plan", "outcome"):
        application.set(f"content.{name}", "学会服务能力提升项目实施方案，" * 667)
    people = application.values["people"]
    application.set("people", people + [{"name": f"某{chr(0x4E00 + place)}", "duty": "负责调查" * 5} for place in range(50)])
    return application
