"""What can be said of the packages without building them: paths, names, file types, and that the same input gives the same bytes.

The build itself takes minutes and is run with TINENG_BUILD=1 in the environment (and by .github/workflows/release.yml).
"""

from __future__ import annotations

import ast
import configparser
import importlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from fnmatch import fnmatchcase
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest

from app import paths
from app.about import COMPONENTS, NAME, VERSION
from app.application import newest_call
from app.cli import COMMANDS
from app.export import names
from app.samples import sample

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
SPEC = (ROOT / "build.spec").read_text("utf-8")
SETUP = (PACKAGING / "windows/tineng.iss").read_text("utf-8-sig")
MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"
NEEDS_DPKG = pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="builds a Debian package")


def tool(name: str) -> ModuleType:
    """One of the build's own modules, which lie beside each other and are no package."""
    sys.path.insert(0, str(PACKAGING))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(PACKAGING))


def from_spec(name: str) -> Any:
    """The value of a constant in build.spec, which only PyInstaller can run."""
    for node in ast.parse(SPEC).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
            return ast.literal_eval(node.value)
    raise KeyError(name)


# --- what goes in ----------------------------------------------------------------------------------------------------


def packed() -> set[str]:
    """The program's own data files that the bundle holds, below the checkout."""
    return {path.relative_to(ROOT).as_posix() for pattern, _ in from_spec("DATA") for path in ROOT.glob(pattern) if path.is_file()}


def test_each_pattern_of_the_bundle_finds_files_and_keeps_their_place() -> None:
    for pattern, target in from_spec("DATA"):
        found = list(ROOT.glob(pattern))
        assert found, pattern
        assert all(path.parent.relative_to(ROOT).as_posix() == target for path in found), pattern


def test_the_bundle_holds_whatever_the_program_reads() -> None:
    sums = (ROOT / "resources/fonts/SHA256SUMS").read_text().split()[1::2]
    wanted = {f"resources/fonts/{name}" for name in sums}
    wanted |= {f"resources/{part.text}" for part in COMPONENTS}
    files = [path for name in ("forms", "templates", "resources/samples") for path in (ROOT / name).rglob("*")]
    wanted |= {path.relative_to(ROOT).as_posix() for path in files if path.suffix in (".toml", ".txt", ".docx", ".json", ".pdf")}
    wanted |= {paths.icon().relative_to(ROOT).as_posix(), "LICENSE", "resources/fonts/SHA256SUMS", "resources/fonts/coverage.txt"}
    wanted |= {f"resources/style/{path.name}" for path in (ROOT / "resources/style").iterdir()}
    assert wanted - packed() == set()


def test_the_bundle_holds_no_script() -> None:
    assert not [name for name in packed() if name.endswith(".py")]


def test_no_qt_module_that_is_used_is_left_out() -> None:
    used = {
        f"PySide6.{name}"
        for path in (ROOT / "app").rglob("*.py")
        for name in re.findall(r"from PySide6\.(\w+) import", path.read_text("utf-8"))
    }
    excluded = set(re.search(r'EXCLUDED = """(.*?)"""', SPEC, re.DOTALL)[1].split())  # type: ignore[index]
    assert used
    assert not used & excluded
    assert not {"PIL", "PIL.Image", "lxml", "lxml.etree", "sqlite3", "hashlib"} & excluded


def test_the_build_uses_the_versions_that_are_tested() -> None:
    def pins(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([a-z0-9-]+)==([^ ;]+)", (PACKAGING / name).read_text(), re.MULTILINE))

    build, run, old = pins("requirements-build.txt"), pins("requirements.txt"), pins("requirements-old-glibc.txt")
    assert run.items() <= build.items()
    assert build.keys() == old.keys()
    assert "pyinstaller" in build
    assert {name for name in run if old[name] != run[name]} == {"pyside6-essentials", "shiboken6"}


def test_no_host_is_named_in_the_locks() -> None:
    for lock in PACKAGING.glob("requirements*"):
        assert "://" not in lock.read_text(), lock.name


def test_a_build_needs_no_git(monkeypatch: pytest.MonkeyPatch) -> None:
    build = tool("build")
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.setattr(build.shutil, "which", lambda _: None)
    assert build.commit_time() == build.SOME_DAY
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert build.commit_time() == 1_700_000_000


# --- archives ----------------------------------------------------------------------------------------------------------


KEEP_MODES = {"filter": "tar"} if hasattr(tarfile, "tar_filter") else {}  # Debian 12's Python 3.11.2 knows no filters yet


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small folder with everything that a bundle has: a program, data, a folder in it, a link."""
    made = tmp_path / "made"
    (made / "_internal").mkdir(parents=True)
    (made / "tineng").write_bytes(b"\x7fELF GLIBC_2.17 GLIBC_2.4 GLIBC_2.28 GLIBC_PRIVATE")
    (made / "tineng").chmod(0o700)
    (made / "_internal/text.txt").write_text("GLIBC_2.99")
    (made / "_internal/link.so").symlink_to("../tineng")
    return made


@pytest.mark.parametrize("kind", ["tar_xz", "zip_file"])
def test_an_archive_depends_on_what_is_packed_alone(folder: Path, tmp_path: Path, kind: str) -> None:
    pack = getattr(tool("archives"), kind)
    first = pack(tmp_path / "1", "tineng", folder, "", {"portable.txt": b"x"}, 1_700_000_000).read_bytes()
    os.utime(folder / "_internal/text.txt", (1, 1))
    (folder / "_internal/text.txt").chmod(0o600)
    assert pack(tmp_path / "2", "tineng", folder, "", {"portable.txt": b"x"}, 1_700_000_000).read_bytes() == first
    (folder / "_internal/text.txt").write_text("other")
    assert pack(tmp_path / "3", "tineng", folder, "", {"portable.txt": b"x"}, 1_700_000_000).read_bytes() != first


def test_a_tar_unpacks_to_what_was_packed(folder: Path, tmp_path: Path) -> None:
    archive = tool("archives").tar_xz(tmp_path / "a.tar.xz", "tineng", folder, "", {"portable.txt": b"mark"}, 1_700_000_000)
    with tarfile.open(archive) as tar:
        assert {(member.uid, member.uname, member.mtime) for member in tar} == {(0, "", 1_700_000_000)}
        tar.extractall(tmp_path / "out", **KEEP_MODES)
    out = tmp_path / "out/tineng"
    assert (out / "portable.txt").read_bytes() == b"mark"
    assert (out / "tineng").stat().st_mode & 0o777 == 0o755
    assert (out / "_internal/text.txt").stat().st_mode & 0o777 == 0o644
    assert (out / "_internal/link.so").readlink() == Path("../tineng")


def test_a_zip_keeps_links_and_programs(folder: Path, tmp_path: Path) -> None:
    archive = tool("archives").zip_file(tmp_path / "a.zip", "tineng", folder, "提能申报.app", {}, 1_700_000_000)
    with zipfile.ZipFile(archive) as packed_zip:
        modes = {entry.filename: entry.external_attr >> 16 for entry in packed_zip.infolist()}
        assert modes == {
            "tineng/提能申报.app/tineng": 0o100755,
            "tineng/提能申报.app/_internal/text.txt": 0o100644,
            "tineng/提能申报.app/_internal/link.so": 0o120777,
        }
        assert packed_zip.read("tineng/提能申报.app/_internal/link.so") == b"../tineng"


def test_the_mark_of_the_portable_form_is_the_one_that_the_program_looks_for() -> None:
    assert (PACKAGING / paths.PORTABLE_MARKS[1]).is_file()
    assert paths.PORTABLE_DATA in (PACKAGING / paths.PORTABLE_MARKS[1]).read_text("utf-8")


# --- Debian ------------------------------------------------------------------------------------------------------------


def test_the_oldest_glibc_is_read_from_binaries_alone(folder: Path) -> None:
    assert tool("build_deb").glibc_needed(folder) == "2.28"


@NEEDS_DPKG
def test_the_debian_package(folder: Path, tmp_path: Path) -> None:
    build = tool("build_deb").build
    package = build(folder, tmp_path, "1.2.3", 1_700_000_000)
    first = package.read_bytes()
    os.utime(folder / "tineng", (1, 1))
    assert build(folder, tmp_path, "1.2.3", 1_700_000_000).read_bytes() == first
    shown = {name: subprocess.run(["dpkg-deb", "-f", str(package), name], capture_output=True, text=True, check=True).stdout.strip()
             for name in ("Package", "Version", "Depends")}  # fmt: skip
    assert shown["Package"] == "tineng"
    assert shown["Version"] == "1.2.3"
    assert shown["Depends"].startswith("libc6 (>= 2.28), libgl1,")
    subprocess.run(["dpkg-deb", "-x", str(package), str(tmp_path / "out")], check=True)
    subprocess.run(["dpkg-deb", "-e", str(package), str(tmp_path / "control")], check=True)
    assert sorted(path.name for path in (tmp_path / "control").iterdir()) == ["control", "md5sums"], "no script, so nothing can go wrong"
    out = tmp_path / "out/usr"
    assert (out / "bin/tineng").readlink() == Path("../lib/tineng/tineng")
    manuals = ("man/man1/tineng.1.gz", "man/zh_CN/man1/tineng.1.gz")
    icons = ("icons/hicolor/48x48/apps/tineng.png", "icons/hicolor/48x48/mimetypes/application-x-kexie-application.png")
    for name in ("applications/tineng.desktop", "mime/packages/tineng.xml", "doc/tineng/copyright", *manuals, *icons):
        assert (out / "share" / name).is_file(), name
    subprocess.run(["md5sum", "--quiet", "-c", str(tmp_path / "control/md5sums")], cwd=tmp_path / "out", check=True)


def patterns(kind: str) -> list[str]:
    """The file name patterns of a MIME type."""
    tree = ElementTree.fromstring(tool("build_deb").mime_types())
    found = next(entry for entry in tree if entry.get("type") == f"application/x-kexie-{kind}")
    return [glob.get("pattern", "") for glob in found.iter(f"{MIME}glob")]


def test_every_bundle_and_draft_file_is_known_by_its_name(tmp_path: Path) -> None:
    for category in newest_call().categories:
        name = names.zip_name(sample(category.form, category.id), tmp_path)
        assert any(fnmatchcase(name, pattern) for pattern in patterns("bundle")), name
    assert any(fnmatchcase(names.DATA, pattern) for pattern in patterns("application"))


@pytest.mark.parametrize("name", ["backup.zip", "a_b_c.zip", "package.json", "数据.json", "学术交流.zip"])
def test_the_files_of_others_stay_theirs(name: str) -> None:
    assert not any(fnmatchcase(name, pattern) for pattern in patterns("bundle") + patterns("application"))


def test_the_menu_entry_opens_what_is_registered() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment,method-assign]
    entry.read(PACKAGING / "linux/tineng.desktop", "utf-8")
    found = entry["Desktop Entry"]
    assert found["Exec"] == "tineng %f"
    tree = ElementTree.fromstring(tool("build_deb").mime_types())
    assert {kind.get("type") for kind in tree} <= set(found["MimeType"].strip(";").split(";"))
    if shutil.which("desktop-file-validate"):
        subprocess.run(["desktop-file-validate", str(PACKAGING / "linux/tineng.desktop")], check=True)


@pytest.mark.parametrize("page", ["tineng.1", "tineng.zh_CN.1"])
def test_the_manual_knows_every_command(page: str) -> None:
    text = (PACKAGING / "linux" / page).read_text("utf-8").replace("\\-", "-")
    for command in COMMANDS.keys() - {"--self-test-window", "--preview"}:  # not for people
        assert command in text, command


def test_a_binary_that_asks_for_what_is_nowhere_is_named(tmp_path: Path) -> None:
    if not shutil.which("objdump") or sys.platform != "linux":
        pytest.skip("reads ELF files with objdump")
    shutil.copy("/bin/sh", tmp_path / "sh")
    needs = tool("needs")
    assert needs.unmet(tmp_path) == []
    data = (tmp_path / "sh").read_bytes()
    assert data.count(b"libc.so.6\0") == 1
    (tmp_path / "sh").write_bytes(data.replace(b"libc.so.6\0", b"libq.so.6\0"))
    assert needs.unmet(tmp_path) == ["sh: libq.so.6"]
    (tmp_path / "libq.so.6").touch()
    assert needs.unmet(tmp_path) == []


# --- Windows ------------------------------------------------------------------------------------------------------------


def test_the_setup_takes_files_that_are_there_or_are_built() -> None:
    defined = {"{#Root}": str(ROOT), "\\": "/"}
    found = re.findall(r'(?:Source: "|SetupIconFile=)([^"\n]+)', SETUP)
    assert len(found) == 2
    for name in found:
        for old, new in defined.items():
            name = name.replace(old, new)  # noqa: PLW2901 - one name, step by step
        assert Path(name).is_file() or name == f"{ROOT}/dist/tineng/*", name
    assert 'COLLECT(*programs, analysis.binaries, analysis.datas, name="tineng")' in SPEC
    for program in set(re.findall(r"\{app\}\\(\w+)\.exe", SETUP)):
        assert f'program("{program}"' in SPEC
    assert (PACKAGING / "windows/ChineseSimplified.isl").is_file()


def test_the_setup_asks_for_no_administrator_and_leaves_the_drafts() -> None:
    assert "PrivilegesRequired=lowest" in SETUP
    assert "{localappdata}\\Programs" in SETUP
    assert set(re.findall(r"Root: (\w+);", SETUP)) == {"HKCU"}
    deleted = re.findall(r'Type: \w+; Name: "([^"]+)"', SETUP)
    assert deleted == ["{app}\\_internal"]
    code = SETUP[SETUP.index("[Code]") :]
    assert code.count("DelTree") == 1
    assert code.index("UninstallSilent") < code.index("MB_DEFBUTTON2") < code.index("DelTree")


def test_the_setup_and_the_program_mean_the_same_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    from platformdirs import windows

    monkeypatch.setattr(windows, "get_win_folder", lambda name: name)
    folder = windows.Windows("tineng", appauthor=False, roaming=False).user_data_dir
    assert folder.replace("\\", "/") == "CSIDL_LOCAL_APPDATA/tineng"
    assert "ExpandConstant('{localappdata}\\tineng')" in SETUP


def test_one_button_in_the_task_bar() -> None:
    """The running program gives itself no name for that, so that its shortcut must not have one either."""
    assert "AppUserModelID" not in SETUP


def test_the_programs_of_windows_say_who_they_are_and_open_no_empty_console() -> None:
    made = next(part for part in ast.parse(SPEC).body if isinstance(part, ast.FunctionDef) and part.name == "version_resource")
    kinds = {name: lambda *parts, name=name, **words: (name, *parts, words) for name in (
        "FixedFileInfo", "StringFileInfo", "StringStruct", "StringTable", "VSVersionInfo", "VarFileInfo", "VarStruct",
    )}  # fmt: skip
    module = ModuleType("PyInstaller.utils.win32")
    module.__dict__["versioninfo"] = SimpleNamespace(**kinds)
    space: dict[str, Any] = {"NAME": NAME, "VERSION": VERSION}
    with pytest.MonkeyPatch.context() as patch:
        for name in ("PyInstaller", "PyInstaller.utils"):
            patch.setitem(sys.modules, name, ModuleType(name))
        patch.setitem(sys.modules, module.__name__, module)
        exec(compile(ast.Module([made], []), "build.spec", "exec"), space)
        said = str(space["version_resource"]())
    assert f"'FileDescription', '{NAME}'" in said
    assert f"({', '.join(VERSION.split('.'))}, 0)" in said
    assert '"hide-early" if console else None' in SPEC


def test_the_wizard_has_its_words_once_each() -> None:
    text = (PACKAGING / "windows/ChineseSimplified.isl").read_text("utf-8-sig")
    keys = re.findall(r"^(\w+)=", text, re.MULTILINE)
    assert len(keys) == len(set(keys))
    assert {"WelcomeLabel1", "ButtonNext", "ButtonInstall", "ConfirmUninstall", "FinishedLabel"} <= set(keys)


# --- all of it ----------------------------------------------------------------------------------------------------------


def test_the_workflow_runs_what_is_there() -> None:
    text = (ROOT / ".github/workflows/release.yml").read_text("utf-8")
    for script in re.findall(r"(?:start\.py|packaging/\w+\.sh)", text):
        assert (ROOT / script).is_file(), script
    assert text.count("start.py build") == 3


@pytest.mark.skipif(os.environ.get("TINENG_BUILD") != "1", reason="takes minutes: set TINENG_BUILD=1")
def test_the_build_gives_a_program_within_the_limits() -> None:
    subprocess.run([sys.executable, str(PACKAGING / "build.py")], check=True)
    folder = ROOT / "dist/tineng"
    assert sum(path.lstat().st_size for path in folder.rglob("*")) <= 180e6
    for archive in [*(ROOT / "dist").glob(f"*{VERSION}*.tar.xz"), *(ROOT / "dist").glob("*.deb")]:
        assert archive.stat().st_size <= 60e6, archive.name
