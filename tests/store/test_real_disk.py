"""The real thing beside the simulated: a full disk of 4 MB, and permissions that bind (an administrator may do anything, so that the
process gives that right away)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("real_disk.py")
ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
APART = ["unshare", "--mount", *([] if ROOT else ["--map-root-user"])]
MOUNT = 'mount -t tmpfs -o size=4m none "$0" && exec "$@"'
BOUND = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if ROOT else []

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="mounts and rights of Linux")


def possible(command: list[str]) -> bool:
    """Whether this machine lets us: a container may not."""
    return shutil.which(command[0]) is not None and subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0


def run(command: list[str | Path]) -> None:
    found = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert found.returncode == 0, found.stdout[-1000:] + found.stderr[-3000:]


def test_a_full_disk(tmp_path: Path) -> None:
    if not possible([*APART, "sh", "-c", MOUNT, str(tmp_path)]):
        pytest.skip("a small disk cannot be mounted here")
    run([*APART, "sh", "-c", MOUNT, tmp_path, sys.executable, SCRIPT, "full", tmp_path])


def test_a_user_whom_permissions_bind(tmp_path: Path) -> None:
    if BOUND and not possible(BOUND):
        pytest.skip("an administrator's rights cannot be given away here")
    run([*BOUND, sys.executable, SCRIPT, "forbidden", tmp_path])
