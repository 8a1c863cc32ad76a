"""What the store's tests share: applications, a clock, and saving as the window does it."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.application import Application, dump, new, newest_call
from app.attachments import Attachment
from app.store import Snapshot, Store, facts_of

DAY = 86400.0
DRAFTS = 5


class Clock:
    """A clock that the test moves."""

    def __init__(self, now: float = 1_650_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


def application(name: str = "常德市某某学会", project: str = "送科技下乡", **values: Any) -> Application:
    found = new("capability", newest_call(), "tech-service")
    for field, value in {"unit.name": name, "project.name": project, **values}.items():
        found.set(field.replace("__", "."), value)
    return found


def snapshot(made: Application, errors: int = 1, warnings: int = 0) -> Snapshot:
    return Snapshot(dump(made), {"page": "unit"}, facts_of(made, errors, warnings))


def save(store: Store, draft: str, made: Application, errors: int = 1) -> float:
    shot = snapshot(made, errors)
    return store.save(draft, shot.document, shot.memory, shot.facts)


def pdf(fill: bytes = b"x", size: int = 100, role: str = "other", name: str = "名册.pdf") -> Attachment:
    return Attachment(role, name, data=(b"%PDF-1.7\n" + fill * size)[:size])


def refused(error: type[Exception], call: Callable[[], Any]) -> str:
    """The message with which a call is refused."""
    try:
        call()
    except error as found:
        return str(found)
    raise AssertionError("not refused")


def files_holding(folder: Path, word: str) -> list[str]:
    """The names of all files below a folder that hold a word, in UTF-8 or UTF-16."""
    needles = (word.encode(), word.encode("utf-16-le"))
    return [path.name for path in folder.rglob("*") if path.is_file() and any(needle in path.read_bytes() for needle in needles)]


def filled(folder: Path, clock: Clock, drafts: int = DRAFTS) -> dict[str, bytes]:
    """A store with drafts of several sizes, saved twice; each draft's document by its id."""
    store = Store.open(folder, now=clock)
    store.set_profile({"unit.name": "常德市某某学会"})
    texts: dict[str, bytes] = {}
    rng = random.Random(7)
    for number in range(drafts):
        draft = store.create(application(project=f"起初{number}"))
        clock.advance(400)
        text = "".join(chr(rng.randrange(0x4E00, 0x9FA5)) for _ in range(number * 900))
        made = application(project=f"项目{number}", content__main=text)
        save(store, draft, made)
        texts[draft] = dump(made)
    store.set_attachments(draft, [pdf(size=9000)])
    made.attachments = [pdf(size=9000)]
    save(store, draft, made)
    texts[draft] = dump(made)
    store.close()
    return texts


def held(store: Store) -> dict[str, bytes]:
    return {entry.id: dump(store.load(entry.id).application) for entry in store.summaries()}
