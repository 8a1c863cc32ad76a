"""What the desktop says and Qt takes amiss, settled before Qt looks: a machine without an identity, where libdbus ends the whole program
(a container, a bare installation), and an input method that Qt's wheel has no plug-in for."""

from __future__ import annotations

import os
import re
from collections.abc import MutableMapping
from pathlib import Path

IDENTITIES = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


def settle(environment: MutableMapping[str, str] = os.environ, identities: tuple[Path, ...] = IDENTITIES) -> None:
    """On such a machine keep Qt from what asks: the session bus where no address is given, and the input method ibus, which has
    its socket named after the machine."""
    if not any(names_machine(path) for path in identities):
        environment.setdefault("DBUS_SESSION_BUS_ADDRESS", "disabled:")
        environment["QT_IM_MODULE"] = "compose"


def names_machine(path: Path) -> bool:
    """Whether the file holds an identity, 32 hexadecimal digits (machine-id(5)); that of a machine not started yet is empty."""
    try:
        return re.fullmatch(rb"[0-9a-fA-F]{32}", path.read_bytes().strip()) is not None
    except OSError:
        return False


def choose_input_method(plugins: Path, environment: MutableMapping[str, str] = os.environ) -> None:
    """Ask for ibus where the desktop asks for nothing, or for something that Qt has no plug-in for in ``plugins``.

    Only the one for ibus ships with Qt's wheel; fcitx5 answers to it too (tried with 5.0.21). A desktop with fcitx asks for ``fcitx``, and
    Qt would quietly do without any: nobody could type Chinese. Where Qt's own list ``QT_IM_MODULES`` is used it goes before.
    """

    def there(name: str) -> bool:
        return name in ("none", "wayland") or bool(name and list(plugins.glob(f"*{name.removesuffix('5')}*")))

    if not there(environment.get("QT_IM_MODULE", "")):
        environment["QT_IM_MODULE"] = "ibus"
    wanted = [name for name in environment.get("QT_IM_MODULES", "").split(";") if name]
    if wanted and not any(there(name) for name in wanted if name != "wayland"):
        environment["QT_IM_MODULES"] = ";".join([*wanted, "ibus"])
