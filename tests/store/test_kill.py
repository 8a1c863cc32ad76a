"""A crash costs only what is not yet saved, and that waits for at most a second (promises.md, test_saver.py). How long it really is on a
machine, and 10,000 kills, are a matter of ``benchmarks/store.py --kills``: a busy disk can take any time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LANE = Path(__file__).with_name("kill_lane.py")
LANES, KILLS = 8, 25


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_two_hundred_kills_lose_no_draft_and_no_key_that_was_saved(tmp_path: Path) -> None:
    lanes = [
        subprocess.Popen(
            [sys.executable, LANE, tmp_path / str(lane), str(KILLS), str(lane)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for lane in range(LANES)
    ]
    ages: list[float] = []
    for lane in lanes:
        out, trouble = lane.communicate(timeout=600)
        assert lane.returncode == 0, trouble[-3000:]
        ages += map(float, out.split())
    assert len(ages) == LANES * KILLS
    # near miss: keys do go missing now and then, else the kills came too late to show anything
    assert max(ages) > 0.0
