"""What the desktop's environment says about input methods, and what Qt is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QLibraryInfo

from app.ui.session_bus import choose_input_method, settle


@pytest.fixture
def plugins(tmp_path: Path) -> Path:
    """What ships with Qt's wheel."""
    for name in ("compose", "ibus", "qtvirtualkeyboard"):
        (tmp_path / f"lib{name}platforminputcontextplugin.so").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (None, "ibus"), ("", "ibus"), ("fcitx", "ibus"), ("fcitx5", "ibus"), ("xim", "ibus"), ("ibus", "ibus"), ("compose", "compose"),
        ("none", "none"), ("wayland", "wayland"), ("qtvirtualkeyboard", "qtvirtualkeyboard"),
    ],
)  # fmt: skip
def test_what_has_no_plugin_becomes_ibus(plugins: Path, wanted: str | None, told: str) -> None:
    environment = {} if wanted is None else {"QT_IM_MODULE": wanted}
    choose_input_method(plugins, environment)
    assert environment == {"QT_IM_MODULE": told}


@pytest.mark.parametrize("wanted", ["fcitx", "fcitx5"])
def test_a_plugin_of_its_own_is_left_alone(plugins: Path, wanted: str) -> None:
    (plugins / "libfcitx5platforminputcontextplugin.so").touch()
    environment = {"QT_IM_MODULE": wanted}
    choose_input_method(plugins, environment)
    assert environment == {"QT_IM_MODULE": wanted}


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("wayland;fcitx", "wayland;fcitx;ibus"),
        ("wayland;fcitx;ibus", "wayland;fcitx;ibus"),
        ("wayland", "wayland;ibus"),
        ("compose", "compose"),
    ],
)
def test_of_a_list_one_is_there(plugins: Path, wanted: str, told: str) -> None:
    environment = {"QT_IM_MODULE": "fcitx", "QT_IM_MODULES": wanted}
    choose_input_method(plugins, environment)
    assert environment == {"QT_IM_MODULE": "ibus", "QT_IM_MODULES": told}


def test_a_machine_without_identity_stays_without(plugins: Path, tmp_path: Path) -> None:
    environment = {"QT_IM_MODULE": "fcitx"}
    settle(environment, (tmp_path / "machine-id",))
    choose_input_method(plugins, environment)
    assert environment["QT_IM_MODULE"] == "compose"


@pytest.mark.parametrize("content", [b"", b"\n", b"uninitialized\n", b"3d1219c7c4c5404aaa1f6d2a48adfda", b"\xff" * 32])
def test_an_identity_that_names_nothing_is_none(tmp_path: Path, content: bytes) -> None:
    """An image that is to get one at its first start has an empty file there, and libdbus ends the program over that too."""
    identity = tmp_path / "machine-id"
    identity.write_bytes(content)
    environment: dict[str, str] = {}
    settle(environment, (tmp_path / "none", identity))
    assert environment == {"DBUS_SESSION_BUS_ADDRESS": "disabled:", "QT_IM_MODULE": "compose"}


@pytest.mark.parametrize("content", ["3d1219c7c4c5404aaa1f6d2a48adfda4\n", "3D1219C7C4C5404AAA1F6D2A48ADFDA4"])
def test_one_identity_is_enough(tmp_path: Path, content: str) -> None:
    identity = tmp_path / "machine-id"
    identity.write_text(content, encoding="ascii")
    (tmp_path / "empty").touch()
    environment: dict[str, str] = {}
    settle(environment, (tmp_path / "empty", identity))
    assert environment == {}


def test_qts_wheel_has_the_one_for_ibus() -> None:
    plugins = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforminputcontexts"
    environment = {"QT_IM_MODULE": "ibus"}
    assert list(plugins.glob("*ibus*"))
    choose_input_method(plugins, environment)
    assert environment == {"QT_IM_MODULE": "ibus"}
