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


def test_qts_wheel_has_the_one_for_ibus() -> None:
    plugins = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforminputcontexts"
    environment = {"QT_IM_MODULE": "ibus"}
    assert list(plugins.glob("*ibus*"))
    choose_input_method(plugins, environment)
    assert environment == {"QT_IM_MODULE": "ibus"}
