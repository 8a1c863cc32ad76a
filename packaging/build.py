"""Builds everything that the system it runs on can build: the folder, its self-test, the portable archive and the installer.

``python3 start.py build`` runs this with the locked versions; with ``--folder`` it stops after the folder and its self-test, which takes a
minute instead of six. Results are in ``dist/``:

    tineng/                              the program, one folder
    tineng-VERSION-SYSTEM-portable.*     the same with a portable mark: to unpack onto a USB stick
    tineng_VERSION_ARCH.deb              on Debian and its relatives
    tineng-VERSION-setup.exe             on Windows with Inno Setup 6
    SHA256SUMS, files.txt                hashes of the results; hash, size and name of each file in the folder
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import archives
import build_deb
import needs

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from app.about import VERSION  # noqa: E402
from app.paths import PORTABLE_MARKS  # noqa: E402

DIST = ROOT / "dist"
SOME_DAY = 1_640_995_200  # 2022-01-01
PROGRAM = "tineng.exe" if os.name == "nt" else "tineng"
SETUP_COMPILERS = ("ISCC", r"C:\Program Files (x86)\Inno Setup 6\ISCC.exe", r"C:\Program Files\Inno Setup 6\ISCC.exe")


def commit_time() -> int:
    """When the commit was made, in seconds since 1970: the only time that is in what is built. From SOURCE_DATE_EPOCH if set;
    without git or its folder a fixed day, which keeps two builds of the same files the same."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    git = shutil.which("git")
    if git is None:
        return SOME_DAY
    shown = subprocess.run([git, "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    return int(shown) if shown else SOME_DAY


def bundle(time: int) -> Path:
    """Run PyInstaller; the folder it made. Hash seed and time are fixed: without them no two builds are the same."""
    environment = dict(os.environ, PYTHONHASHSEED="0", SOURCE_DATE_EPOCH=str(time), PYTHONDONTWRITEBYTECODE="1", LC_ALL="C.UTF-8")
    folders = ["--distpath", str(DIST), "--workpath", str(ROOT / "build" / "pyinstaller")]
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN", *folders, "build.spec"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return DIST / "tineng"


def self_test(folder: Path) -> None:
    """The folder's own opinion of itself, and whether it is complete; a build that does not work stops here."""
    lacking = needs.unmet(folder) if sys.platform == "linux" else []
    if lacking:
        sys.exit("not packed, and not on a bare machine: " + ", ".join(lacking))
    subprocess.run([str(folder / PROGRAM), "--self-test"], check=True)


def portable(folder: Path, time: int) -> Path:
    """The folder, or on macOS the .app, packed with the mark that makes it keep its data beside itself."""
    system = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
    name = f"tineng-{VERSION}-{system}-{platform.machine().lower()}-portable"
    mark = (ROOT / "packaging" / PORTABLE_MARKS[1]).read_bytes()
    source = next(DIST.glob("*.app"), folder)
    inside = "提能申报.app" if source.suffix == ".app" else ""
    pack = archives.tar_xz if system == "linux" else archives.zip_file
    return pack(DIST / f"{name}{'.tar.xz' if system == 'linux' else '.zip'}", "tineng", source, inside, {PORTABLE_MARKS[1]: mark}, time)


def installer(folder: Path, time: int) -> Path | None:
    """The system's own kind of installer, where its tools are there."""
    if shutil.which("dpkg-deb"):
        return build_deb.build(folder, DIST, VERSION, time)
    compiler = next((found for name in SETUP_COMPILERS if (found := shutil.which(name))), None)
    if compiler is None:
        return None
    script = ROOT / "packaging" / "windows" / "tineng.iss"
    subprocess.run([compiler, "/Qp", f"/DVersion={VERSION}", f"/O{DIST}", str(script)], check=True)
    return DIST / f"tineng-{VERSION}-setup.exe"


def file_list(folder: Path) -> str:
    """``SHA-256  size  name`` of each file, sorted; a link says where it leads."""
    lines: list[str] = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            lines.append(f"link {path.readlink()}  {name}")
        elif path.is_file():
            lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.stat().st_size}  {name}")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Build all of it, or the folder alone, and say how large it is."""
    for old in (DIST, ROOT / "build" / "pyinstaller"):
        shutil.rmtree(old, ignore_errors=True)
    time = commit_time()
    folder = bundle(time)
    self_test(folder)
    (DIST / "files.txt").write_text(file_list(folder), "utf-8", newline="\n")
    wanted = () if "--folder" in sys.argv[1:] else (portable(folder, time), installer(folder, time))
    made = [path for path in wanted if path is not None]
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}" for path in made]
    (DIST / "SHA256SUMS").write_text("\n".join(sums) + "\n", "utf-8", newline="\n")  # sha256sum takes no CRLF
    installed = sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{folder.name}/ {installed / 1e6:.1f} MB")
    for path in made:
        print(f"{path.name} {path.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
