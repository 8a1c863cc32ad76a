"""Tries the Debian package as a secretary meets it: on a bare Debian without Python, as an ordinary user, without a network.

As root, with debootstrap, xvfb, openbox, xdotool, imagemagick and a reachable Debian mirror for what the package depends on:

    debootstrap --variant=minbase bookworm BASE
    python3 packaging/try_installed.py BASE dist/tineng_1.0.0_amd64.deb --older OLDER.deb --shots FOLDER

BASE stays as it is; the trial runs in a copy. Every step prints a line; the first that fails ends the trial with status 1.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

PATIENCE = 60.0
"""Seconds that anything may take: the trial runs on busy machines."""
USER = "secretary"
WORDS = "Citrus growers 2022"
PROXIES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


class Trial:
    """A copy of a bare system, a display, and what happens on them."""

    def __init__(self, tree: Path, display: str, shots: Path) -> None:
        self.tree, self.display, self.shots = tree, display, shots
        self.home = tree / "home" / USER
        self.store = self.home / ".local/share/tineng"
        self.running: list[subprocess.Popen[bytes]] = []

    def as_root(self, *words: str) -> None:
        """Run in the copy as root and with the network, to install and remove."""
        kept = {name: os.environ[name] for name in PROXIES if name in os.environ}
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8", **kept}
        done = subprocess.run(["chroot", str(self.tree), *words], env=environment, capture_output=True, text=True, check=False)
        demand(done.returncode == 0, " ".join(words), done.stdout[-2000:] + done.stderr[-2000:])

    def as_user(self, *words: str) -> subprocess.Popen[bytes]:
        """Start in the copy as the ordinary user, cut off from every network."""
        settings = [f"HOME=/home/{USER}", "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", f"DISPLAY={self.display}"]
        command = ["unshare", "-n", "chroot", f"--userspec={USER}", str(self.tree), "env", "-i", *settings, *words]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.running.append(process)
        return process

    def close(self) -> None:
        """Show what stands on the screen, and end what a failed step left running, with what it said."""
        for process in self.running:
            if process.poll() is None:
                self.shot("failed")
                process.terminate()
            if process.stderr and (said := process.stderr.read().decode(errors="replace").strip()):
                print(said)

    def command(self, *words: str) -> str:
        """What one of the program's commands prints; it has to succeed."""
        process = self.as_user("tineng", *words)
        out, errors = process.communicate(timeout=10 * PATIENCE)
        self.running.remove(process)
        demand(b"Traceback" not in errors, f"tineng {words[0]}", errors.decode())
        return out.decode()

    def screen(self, *words: str) -> str:
        """One xdotool command."""
        environment = dict(os.environ, DISPLAY=self.display, LC_ALL="C.UTF-8")
        return subprocess.run(["xdotool", *words], env=environment, capture_output=True, text=True, check=False).stdout.strip()

    def window(self, part: str) -> None:
        """Wait until a window with ``part`` in its title is in front."""
        wait_for(lambda: part in self.screen("getactivewindow", "getwindowname"), f"window {part}")

    def shot(self, name: str) -> None:
        """Keep what is on the screen."""
        environment = dict(os.environ, DISPLAY=self.display)
        subprocess.run(["import", "-window", "root", str(self.shots / f"{name}.png")], env=environment, check=True)

    def stored(self) -> bytes:
        """All bytes of the person's drafts."""
        return b"".join(path.read_bytes() for path in sorted(self.store.glob("drafts.sqlite*")))

    def quit(self, running: subprocess.Popen[bytes]) -> None:
        """Leave the program as a person does."""
        self.screen("key", "ctrl+q")
        status = running.wait(PATIENCE)
        demand(status == 0, "quit", f"status {status}: {running.stderr.read().decode() if running.stderr else ''}")


def demand(true: bool, what: str, otherwise: str = "") -> None:
    """Say that a step went well, or end the trial."""
    if not true:
        sys.exit(f"FAILED {what}\n{otherwise}")


def wait_for(met: Callable[[], bool], what: str) -> None:
    """Look until something is so."""
    end = time.monotonic() + PATIENCE
    while not met():
        demand(time.monotonic() < end, what, "it did not happen in time")
        time.sleep(0.1)


@contextmanager
def copy_of(base: Path, tree: Path) -> Iterator[Path]:
    """A copy of the bare system with an ordinary user, and what a running system has mounted."""
    subprocess.run(["cp", "-a", str(base), str(tree)], check=True)
    for name in ("resolv.conf", "hosts"):
        shutil.copy(Path("/etc") / name, tree / "etc" / name)
    (tree / "tmp/.X11-unix").mkdir(parents=True, exist_ok=True)
    # Devices are debootstrap's own: were the machine's bound there, a failed unmount would have them deleted with the copy.
    mounts = [["-t", "proc", "proc", str(tree / "proc")], ["--bind", "/tmp/.X11-unix", str(tree / "tmp/.X11-unix")]]
    with ExitStack() as stack:
        for words in mounts:
            subprocess.run(["mount", *words], check=True)
            stack.callback(subprocess.run, ["umount", "--lazy", words[-1]], check=True)
        subprocess.run(["chroot", str(tree), "useradd", "-m", USER], check=True)
        yield tree


@contextmanager
def started(command: list[str], **settings: str) -> Iterator[None]:
    """Something that runs beside the trial, and ends with it."""
    running = subprocess.Popen(command, env=dict(os.environ, **settings), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        running.terminate()
        running.wait()


def fill(trial: Trial) -> None:
    """Double click on a draft file that lacks one answer, type it, and leave."""
    draft = json.loads(trial.command("sample", "capability"))
    del draft["values"]["project.name"]
    (trial.home / "申报数据.json").write_text(json.dumps(draft, ensure_ascii=False), "utf-8")
    running = trial.as_user("tineng", f"/home/{USER}/申报数据.json")
    trial.window("打开文件")
    trial.screen("key", "Return")
    wait_for(lambda: "打开文件" not in trial.screen("getactivewindow", "getwindowname"), "the draft opens")
    trial.window("提能申报")
    time.sleep(2)  # the page is laid out after the window is there, and nothing outside shows when it is done
    for key in ("F8", "F8"):  # the deadline is over, then the missing name
        trial.screen("key", key)
        time.sleep(0.5)
    trial.screen("type", "--delay", "60", WORDS)
    wait_for(lambda: WORDS.encode() in trial.stored(), "typed text is saved without being asked")
    trial.shot("filled")
    trial.quit(running)
    print("ok: a draft file opened, a field filled, saved by itself, quit")


def look(trial: Trial, name: str) -> None:
    """Start, see the draft in the list, leave."""
    running = trial.as_user("tineng")
    trial.window("提能申报")
    time.sleep(1)
    trial.shot(name)
    trial.quit(running)
    demand(WORDS.encode() in trial.stored(), f"the draft is there ({name})")
    print(f"ok: started again, the draft is there ({name})")


def export(trial: Trial) -> None:
    """The commands, from an answer to a bundle that verifies."""
    (trial.home / "全.json").write_text(trial.command("sample", "party"), "utf-8")
    made = json.loads(trial.command("export", f"/home/{USER}/全.json", "--out", f"/home/{USER}/导出", "--today", "2022-03-25", "--json"))
    verified = json.loads(trial.command("verify", made["files"]["zip"], "--json"))
    demand(verified["sound"] is True, "verify", str(verified))
    print(f"ok: exported {made['pages']} pages and verified the bundle")


def go(trial: Trial, package: Path, older: Path) -> None:
    """The whole life of an installation."""
    demand(not list((trial.tree / "usr/bin").glob("python*")), "the system has no Python")
    for deb in (package, older):
        shutil.copy(deb, trial.tree / "opt" / deb.name)
    trial.as_root("apt-get", "update")
    trial.as_root("apt-get", "install", "-y", "--no-install-recommends", f"/opt/{older.name}")
    print(f"ok: installed {older.name}")
    fill(trial)
    look(trial, "again")
    trial.as_root("dpkg", "--install", f"/opt/{package.name}")
    print(f"ok: upgraded to {package.name}")
    look(trial, "upgraded")
    report = trial.command("--self-test")
    demand(report.rstrip().endswith("自检通过"), "self-test", report)
    print("ok: self-test")
    export(trial)
    before = trial.stored()
    trial.as_root("apt-get", "purge", "-y", "tineng")
    demand(trial.stored() == before and WORDS.encode() in before, "uninstall leaves the drafts")
    demand(not (trial.tree / "usr/lib/tineng").exists() and not (trial.tree / "usr/bin/tineng").exists(), "nothing else is left")
    print("ok: uninstalled, the drafts are as they were")


def main() -> int:
    """From the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", type=Path)
    parser.add_argument("package", type=Path)
    parser.add_argument("--older", type=Path, required=True)
    parser.add_argument("--shots", type=Path, required=True)
    parser.add_argument("--display", default=":87")
    words = parser.parse_args()
    words.shots.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=words.base.parent)))
        stack.enter_context(started(["Xvfb", words.display, "-screen", "0", "1366x768x24"]))
        wait_for(lambda: Path(f"/tmp/.X11-unix/X{words.display[1:]}").exists(), "the display")
        stack.enter_context(started(["openbox"], DISPLAY=words.display))
        tree = stack.enter_context(copy_of(words.base, folder / "tree"))
        trial = Trial(tree, words.display, words.shots)
        stack.callback(trial.close)
        go(trial, words.package, words.older)
    return 0


if __name__ == "__main__":
    sys.exit(main())
