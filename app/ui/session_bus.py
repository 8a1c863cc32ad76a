"""A machine without an identity (a container, a bare installation): libdbus ends the whole program where it asks for it."""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from pathlib import Path

IDENTITIES = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


def settle(environment: MutableMapping[str, str] = os.environ, identities: tuple[Path, ...] = IDENTITIES) -> None:
    """On such a machine keep Qt from what asks: the session bus where no address is given, and the input method ibus, which has
    its socket named after the machine."""
    if not any(path.is_file() for path in identities):
        environment.setdefault("DBUS_SESSION_BUS_ADDRESS", "disabled:")
        environment["QT_IM_MODULE"] = "compose"
