"""What the program is made of: versions for 关于, crash reports and the self-test, and whose licences go with it. No Qt here."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from functools import cache

from app import paths

NAME = "提能申报"
VERSION = "1.0.0"
"""The program's version; a test holds it against pyproject.toml, which the running program cannot read once it is packed."""


@dataclass(frozen=True)
class Component:
    """Something by others that is shipped: ``distribution`` is its name on PyPI or ``""``, ``text`` its licence file below resources."""

    name: str
    distribution: str
    licence: str
    use: str
    text: str


COMPONENTS = (
    Component("Qt 与 PySide6", "PySide6-Essentials", "LGPL 3.0", "窗口界面", "licences/qt-notice.txt"),
    Component("Shiboken6", "shiboken6", "LGPL 3.0", "窗口界面", "licences/LGPL-3.0.txt"),
    Component("GNU GPL 3.0", "", "GPL 3.0", "LGPL 3.0 所引用", "licences/GPL-3.0.txt"),
    Component("Python", "", "PSF 2.0", "运行环境", "licences/Python.txt"),
    Component("reportlab", "reportlab", "BSD", "生成 PDF", "licences/reportlab.txt"),
    Component("docxtpl", "docxtpl", "LGPL 2.1", "生成 docx", "licences/LGPL-2.1.txt"),
    Component("python-docx", "python-docx", "MIT", "生成 docx", "licences/python-docx.txt"),
    Component("Jinja2", "Jinja2", "BSD 3-Clause", "生成 docx", "licences/Jinja2.txt"),
    Component("MarkupSafe", "MarkupSafe", "BSD 3-Clause", "生成 docx", "licences/MarkupSafe.txt"),
    Component("lxml", "lxml", "BSD 3-Clause", "读写 docx", "licences/lxml.txt"),
    Component("pillow", "pillow", "MIT-CMU", "读取图片", "licences/pillow.txt"),
    Component("pypdf", "pypdf", "BSD 3-Clause", "读取 PDF", "licences/pypdf.txt"),
    Component("pypdfium2 与 PDFium", "pypdfium2", "BSD 3-Clause、Apache 2.0", "打印预览", "licences/pypdfium2.txt"),
    Component("platformdirs", "platformdirs", "MIT", "数据文件夹", "licences/platformdirs.txt"),
    Component("charset-normalizer", "charset-normalizer", "MIT", "生成 PDF", "licences/charset-normalizer.txt"),
    Component("typing_extensions", "typing_extensions", "PSF 2.0", "各程序库", "licences/typing_extensions.txt"),
    Component("仿宋：FandolFang", "", "GPL 3.0（字体例外）", "正文", "fonts/licences/fang-GPL3-with-font-exception.txt"),
    Component("黑体：Noto Sans SC", "", "OFL 1.1", "标题与界面", "fonts/licences/hei-head-OFL.txt"),
    Component("宋体：Noto Serif SC", "", "OFL 1.1", "封面与生僻字", "fonts/licences/song-title-OFL.txt"),
    Component("西文：Liberation Serif", "", "OFL 1.1", "西文与数字", "fonts/licences/latin-OFL.txt"),
    Component("符号：DejaVu Sans", "", "Bitstream Vera", "符号", "fonts/licences/signs-DejaVu.txt"),
    Component("方框：自绘", "", "CC0 1.0", "选项框", "fonts/licences/box-CC0.txt"),
)


@cache
def versions() -> tuple[tuple[str, str], ...]:
    """(what, version) of the program, Python, the system and each library that is there; no path, machine or user name."""
    found = [(NAME, VERSION), ("Python", platform.python_version()), ("系统", system_name())]
    for component in COMPONENTS:
        number = version_of(component.distribution)
        if number:
            found.append((component.name, number))
    return tuple(found)


def version_of(distribution: str) -> str:
    """The installed version of a distribution; ``""`` where it is not installed or its metadata was not packed."""
    from importlib import metadata  # late: it brings the mail library, and the window's start needs only the name and the version

    if not distribution:
        return ""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


def system_name() -> str:
    """The operating system's name and version, such as ``Windows 10 10.0.19045`` or ``Debian GNU/Linux 12``, and the word size."""
    if sys.platform == "linux":
        try:
            release = platform.freedesktop_os_release()
        except OSError:
            release = {}
        named = f"{release.get('NAME', 'Linux')} {release.get('VERSION_ID', '')}".strip()
    else:
        named = f"{platform.system()} {platform.release()} {platform.version()}"
    return f"{named} {platform.machine()}"


def licence_text(component: Component) -> str:
    """The component's licence in full. The file is the program's own, so that a missing one is a bug of ours."""
    return (paths.resources() / component.text).read_text(encoding="utf-8")
