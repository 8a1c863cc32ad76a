"""The Debian package, made of the folder that PyInstaller built: ``python packaging/build_deb.py dist/tineng dist``.

It has no maintainer scripts: menus, icons and MIME types are brought up to date by the triggers of the desktop's own packages, and
what a person wrote lies in their home folder, which no package touches; so an uninstall leaves the drafts.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from string import Template

import archives

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "packaging" / "linux"
ICONS = ROOT / "resources" / "icons"
PRIVATE = "usr/lib/tineng"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "loongarch64": "loong64"}
MIME_ICONS = ("application-x-kexie-application", "application-x-kexie-bundle")

# What the bundle itself cannot bring: the graphics driver's side of OpenGL, the connection to the screen that has to be the same one
# as the driver's, and the machine's own list of fonts.
DEPENDS = ("libgl1", "libegl1", "libxcb1", "fontconfig-config")
CONTROL = Template("""\
Package: tineng
Version: $version
Architecture: $architecture
Maintainer: tineng
Installed-Size: $size
Depends: $depends
Recommends: libcups2, shared-mime-info, desktop-file-utils, hicolor-icon-theme
Section: misc
Priority: optional
Description: 提能申报：常德市科协学会服务能力提升计划项目申报
 离线填写学会服务能力提升计划项目申报书，逐条对照通知检查，导出可以打印、签名、盖章的
 PDF、docx 和报送压缩包。卸载不会删除已填写的申报。
 .
 Fills in, checks and prints applications to a grant programme of a city's science association. Removing the
 package leaves the drafts in the home folder.
""")


def glibc_needed(folder: Path) -> str:
    """The oldest glibc that every binary below ``folder`` is content with, such as ``2.34``."""
    found = {2}
    for path in archives.members(folder):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    found |= {int(minor) for minor in re.findall(rb"GLIBC_2\.(\d+)", file.read())}
    return f"2.{max(found)}"


def architecture() -> str:
    """Debian's name of this machine's kind."""
    machine = os.uname().machine
    return ARCHITECTURES.get(machine, machine)


def mime_types() -> str:
    """The MIME types with a pattern for each kind of project: bundles are ordinary zips, known by the kind in their names."""
    sys.path.insert(0, str(ROOT))
    from app.application import all_calls
    from app.export.names import part

    labels = dict.fromkeys(part(category.label, 12) for call in all_calls() for category in call.categories)
    globs = "\n".join(f'    <glob pattern="*_{label}_*.zip"/>' for label in labels)
    return (HERE / "tineng.xml").read_text("utf-8").replace("    <!-- bundle patterns -->", globs)


def put(target: Path, data: bytes) -> None:
    """A file of the package, with its folders."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def lay_out(tree: Path, folder: Path, seconds: int) -> None:
    """Everything that will be installed, below ``tree``."""
    shutil.copytree(folder, tree / PRIVATE, symlinks=True)
    (tree / "usr/bin").mkdir(parents=True)
    (tree / "usr/bin/tineng").symlink_to("../lib/tineng/tineng")
    share = tree / "usr/share"
    put(share / "applications/tineng.desktop", (HERE / "tineng.desktop").read_bytes())
    put(share / "mime/packages/tineng.xml", mime_types().encode())
    for icon in sorted(ICONS.glob("tineng-*.png")):
        size = icon.stem.removeprefix("tineng-")
        put(share / f"icons/hicolor/{size}x{size}/apps/tineng.png", icon.read_bytes())
        for name in MIME_ICONS:
            put(share / f"icons/hicolor/{size}x{size}/mimetypes/{name}.png", icon.read_bytes())
    put(share / "icons/hicolor/scalable/apps/tineng.svg", (ICONS / "tineng.svg").read_bytes())
    for language in ("", "zh_CN/"):
        page = HERE / ("tineng.zh_CN.1" if language else "tineng.1")
        put(share / f"man/{language}man1/tineng.1.gz", gzip.compress(page.read_bytes(), 9, mtime=seconds))
    put(share / "doc/tineng/copyright", copyright_file().encode())


def copyright_file() -> str:
    """Our licence and where those of everything else lie."""
    return (ROOT / "LICENSE").read_text("utf-8") + (HERE / "copyright-note.txt").read_text("utf-8")


def control(tree: Path, version: str) -> str:
    """The package's description of itself."""
    depends = ", ".join((f"libc6 (>= {glibc_needed(tree / PRIVATE)})", *DEPENDS))
    kilobytes = sum(-(-path.lstat().st_size // 1024) for path in archives.members(tree))
    return CONTROL.substitute(version=version, architecture=architecture(), size=kilobytes, depends=depends)


def settle(tree: Path, seconds: int) -> None:
    """Permissions and times that do not depend on who builds, and when."""
    for path in [tree, *archives.members(tree)]:
        if not path.is_symlink():
            path.chmod(archives.mode(path))
        os.utime(path, (seconds, seconds), follow_symlinks=False)


def build(folder: Path, target: Path, version: str, seconds: int) -> Path:
    """Make the package of a built folder in ``target``; its path. ``seconds`` since 1970 is the time of everything in it."""
    result = target / f"tineng_{version}_{architecture()}.deb"
    with tempfile.TemporaryDirectory() as name:
        tree = Path(name) / "tineng"
        lay_out(tree, folder, seconds)
        described = control(tree, version)
        files = [path for path in archives.members(tree) if path.is_file() and not path.is_symlink()]
        sums = [f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(tree).as_posix()}" for path in files]
        put(tree / "DEBIAN/control", described.encode())
        put(tree / "DEBIAN/md5sums", ("\n".join(sums) + "\n").encode())
        settle(tree, seconds)
        command = ["dpkg-deb", "--root-owner-group", "-Zxz", "-z9", "--build", str(tree), str(result)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=dict(os.environ, SOURCE_DATE_EPOCH=str(seconds)))
    return result


def main() -> int:
    """From the command line: for another version of the same folder, say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--version", required=True)
    parser.add_argument("--time", type=int, default=0)
    words = parser.parse_args()
    print(build(words.folder, words.target, words.version, words.time))
    return 0


if __name__ == "__main__":
    sys.exit(main())
