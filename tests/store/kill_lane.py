"""Type into a store from a forked child, kill the child at a random moment, and look what is left; see test_kill.py.

Arguments: folder, number of kills, seed. Prints one line per kill: the age in seconds of the oldest key that is missing.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import struct
import sys
import time
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parent)]

from store_support import application, snapshot  # noqa: E402

from app.store import Facts, Saver, Store  # noqa: E402

INTERVAL = 1 / 16
KEYS = "".join(chr(0x4E00 + number) for number in range(4000))


class Telling:
    """A store that writes to the pipe, as a negative number, how many keys are saved: once the store says that they are."""

    def __init__(self, store: Store, sink: int) -> None:
        self.store, self.sink = store, sink
        self.keys: dict[bytes, int] = {}  # by document

    def save(self, draft_id: str, document: bytes, memory: dict[str, Any], facts: Facts) -> float:
        when = self.store.save(draft_id, document, memory, facts)
        os.write(self.sink, struct.pack("d", -self.keys[document]))
        return when


def type_on(folder: Path, draft: str, sink: int) -> None:
    """The child: 16 keys a second, the time of each written to the pipe before it is handed to the saver."""
    store = Telling(Store.open(folder), sink)
    saver = Saver(store, on_saved=lambda *_: None, on_failed=lambda *_: None)
    made = application(content__background="底" * 2000)
    text = ""
    for key in KEYS:
        text += key
        made.set("content.main", text)
        os.write(sink, struct.pack("d", time.monotonic()))
        shot = snapshot(made)
        store.keys[shot.document] = len(text)
        saver.edited(draft, shot)
        time.sleep(INTERVAL)


def kill_once(folder: Path, rng: random.Random) -> float:
    """Age of the oldest missing key at the kill, 0.0 if none is missing; AssertionError for a lost draft, a damaged file, or the
    loss of a key that was said to be saved."""
    shutil.rmtree(folder, ignore_errors=True)
    store = Store.open(folder)
    draft, other = store.create(application(content__main="")), store.create(application(project="别的草稿"))
    store.close()
    source, sink = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.close(source)
            type_on(folder, draft, sink)
        finally:
            os._exit(1)
    os.close(sink)
    first = os.read(source, 8)
    time.sleep(rng.uniform(0.0, 1.9))
    os.kill(child, signal.SIGKILL)
    killed = time.monotonic()
    os.waitpid(child, 0)
    data = first + os.read(source, 1 << 16)
    os.close(source)
    told = [entry[0] for entry in struct.iter_unpack("d", data)]
    times = [entry for entry in told if entry > 0]
    saved = [-int(entry) for entry in told if entry < 0]
    store = Store.open(folder)
    assert not list(folder.glob("damaged-*")), store.notices
    assert {entry.id for entry in store.summaries()} == {draft, other}
    text = store.load(draft).application.values.get("content.main", "")
    assert text == KEYS[: len(text)]
    assert len(text) >= max(saved, default=0)
    store.close()
    return killed - times[len(text)] if len(text) < len(times) else 0.0


def main(folder: Path, kills: int, seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(kills):
        print(f"{kill_once(folder, rng):.3f}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
