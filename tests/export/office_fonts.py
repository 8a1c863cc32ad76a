"""Bundled fonts for LibreOffice under the names that the docx asks for, so that a bare machine renders it like one with Chinese fonts."""

from __future__ import annotations

from pathlib import Path

FONTS = Path(__file__).resolve().parents[2] / "resources" / "fonts"
ALIASES = {"仿宋": "Tineng Fang", "黑体": "Tineng Hei", "宋体": "Tineng Title", "Times New Roman": "Tineng Latin"}


def write_configuration(folder: Path) -> Path:
    """A fontconfig file that knows the bundled fonts only; to be named by ``FONTCONFIG_FILE``."""
    aliases = "".join(
        f"<match><test name='family'><string>{asked}</string></test>"
        f"<edit name='family' mode='assign' binding='strong'><string>{given}</string></edit></match>"
        for asked, given in ALIASES.items()
    )
    path = folder / "fonts.conf"
    path.write_text(
        f"<?xml version='1.0'?><fontconfig><dir>{FONTS}</dir><cachedir>{folder / 'cache'}</cachedir>{aliases}</fontconfig>",
        encoding="utf-8",
    )
    return path
