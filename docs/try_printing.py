"""A real print queue and the real program: ``python docs/try_printing.py FOLDER``.

A CUPS scheduler of its own, with a queue that keeps what a printer would get. Its paper is Letter and its print two-sided and in colour,
as on a computer that nobody has set up. A sample is opened in the program on an X screen, exported, and printed through the
system's dialog with X keys: four copies of everything, some pages, and into a PDF file in a printer's place. What reached the
queue is measured and drawn beside the export: A4 and no other size, grey, all pages, four collated copies; of the file every byte.

Needs Debian's cups and poppler-utils beside what x_screen.py needs, and root, since the scheduler wants it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pypdf
from x_screen import ROOT, Desk, Run

SAMPLE = "tech-service"
QUEUE = "probe"
COPIES = 4
PATIENCE = 60.0
STEP = 0.2
A4 = (595, 842)
DRAWN_DPI, SHRUNK = 150, 5
"""Pages are drawn and then shrunk, so that two ways of smoothing letters do not count."""
MOST_DIFFERENCE = 4.0
"""Mean difference of grey, of 255, between a printed page and the exported one; of two different pages it was 6 to 13."""
PAGES_FIELD = (536, 570)
"""Where 页数 stands in the opened dialog, without scaling: Qt gives it no key."""
PRINTERS = (685, 287)
"""The dialog's list of printers."""
SETTINGS = """
Listen 127.0.0.1:{port}
LogLevel debug
PreserveJobFiles Yes
WebInterface No
Browsing Off
<Location />
Allow all
</Location>
<Policy default>
<Limit All>
Order allow,deny
Allow all
</Limit>
</Policy>
"""
FILES = """
FileDevice Yes
ServerRoot {home}/etc
CacheDir {home}/cache
RequestRoot {home}/spool
StateDir {home}/state
TempDir {home}/tmp
AccessLog {home}/access
ErrorLog {home}/log
PageLog {home}/pages
"""
DRIVER = """*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*FileVersion: "1.0"
*LanguageVersion: English
*LanguageEncoding: ISOLatin1
*PCFileName: "PROBE.PPD"
*Manufacturer: "Probe"
*Product: "(Probe)"
*ModelName: "Probe"
*ShortNickName: "Probe"
*NickName: "Probe"
*PSVersion: "(3010.000) 0"
*LanguageLevel: "3"
*ColorDevice: True
*DefaultColorSpace: RGB
*FileSystem: False
*Throughput: "20"
*cupsVersion: 2.4
*cupsManualCopies: False
*cupsFilter2: "application/vnd.cups-pdf application/pdf 0 -"
*OpenUI *PageSize/Media Size: PickOne
*OrderDependency: 10 AnySetup *PageSize
*DefaultPageSize: Letter
*PageSize Letter/Letter: "<</PageSize[612 792]>>setpagedevice"
*PageSize A4/A4: "<</PageSize[595 842]>>setpagedevice"
*CloseUI: *PageSize
*OpenUI *PageRegion/Media Size: PickOne
*OrderDependency: 10 AnySetup *PageRegion
*DefaultPageRegion: Letter
*PageRegion Letter/Letter: "<</PageSize[612 792]>>setpagedevice"
*PageRegion A4/A4: "<</PageSize[595 842]>>setpagedevice"
*CloseUI: *PageRegion
*DefaultImageableArea: Letter
*ImageableArea Letter/Letter: "18 18 594 774"
*ImageableArea A4/A4: "18 18 577 824"
*DefaultPaperDimension: Letter
*PaperDimension Letter/Letter: "612 792"
*PaperDimension A4/A4: "595 842"
*OpenUI *Duplex/Duplex: PickOne
*OrderDependency: 20 AnySetup *Duplex
*DefaultDuplex: DuplexNoTumble
*Duplex None/Off: "<</Duplex false>>setpagedevice"
*Duplex DuplexNoTumble/Long: "<</Duplex true/Tumble false>>setpagedevice"
*CloseUI: *Duplex
*DefaultFont: Courier
"""


class Scheduler:
    """CUPS with one queue, in a folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.environment = {**os.environ, "CUPS_SERVER": f"127.0.0.1:{port}"}
        for name in ("etc", "cache", "spool", "state", "tmp"):
            (home / name).mkdir(mode=0o755, parents=True)
        (home / "tmp").chmod(0o1777)
        (home / "cupsd.conf").write_text(SETTINGS.format(port=port))
        (home / "cups-files.conf").write_text(FILES.format(home=home))
        (home / "probe.ppd").write_text(DRIVER)

    def __enter__(self) -> Scheduler:
        words = ["cupsd", "-f", "-c", str(self.home / "cupsd.conf"), "-s", str(self.home / "cups-files.conf")]
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait(lambda: b"is running" in self._say("lpstat", "-r", check=False), "scheduler")
        self._say("lpadmin", "-p", QUEUE, "-E", "-v", f"file://{self.home}/printed.pdf", "-P", str(self.home / "probe.ppd"))
        self._say("lpadmin", "-d", QUEUE)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)

    def _say(self, *command: str, check: bool = True) -> bytes:
        return subprocess.run(command, env=self.environment, capture_output=True, check=check).stdout

    def job(self, number: int) -> tuple[list[str], Path]:
        """The words that CUPS gave to the driver of a finished job (title, copies, options), and what the program had sent."""
        log = self.home / "log"
        wait(lambda: f"[Job {number}] Job completed." in log.read_text(errors="replace"), f"job {number}")
        marks = [f"[Job {number}] argv[{place}]=" for place in (3, 4, 5)]
        lines = log.read_text(errors="replace").splitlines()
        found = [next(line.split(mark, 1)[1].strip('"') for line in lines if mark in line) for mark in marks]
        return found, self.home / "spool" / f"d{number:05d}-001"


def wait(there: object, what: str) -> None:
    """Until something is there."""
    end = time.monotonic() + PATIENCE
    while not there():  # type: ignore[operator]
        if time.monotonic() > end:
            raise SystemExit(f"no {what}")
        time.sleep(STEP)


# --- at the screen -----------------------------------------------------------------------------------------------------------


def exported(desk: Desk, out: Path) -> Path:
    """The sample opened, and exported into a folder; its PDF."""
    desk.keys("ctrl+o")
    desk.wait_for("打开")
    desk.paste(str(ROOT / "resources" / "samples" / f"{SAMPLE}.json"))
    desk.keys("Return")
    desk.wait_for("打开文件")
    desk.keys("Return")
    desk.wait_for("提能申报")
    desk.keys("F9")
    desk.still()
    desk.keys("alt+k", "alt+d")
    desk.wait_for("选择导出文件夹")
    out.mkdir()
    desk.paste(str(out))
    desk.keys("Return")
    desk.wait_for("提能申报")
    desk.keys("alt+e")
    desk.wait_until("package", lambda: list(out.glob("*.zip")), PATIENCE)
    desk.wait_for("导出正式稿")
    return out / "申报书.pdf"


def open_dialog(desk: Desk, name: str) -> None:
    """The system's dialog with its options unfolded."""
    desk.keys("alt+p")
    desk.wait_for("打印")
    desk.keys("alt+o")
    desk.photo(name)


def into_a_file(desk: Desk, target: Path) -> None:
    """A PDF file in a printer's place."""
    open_dialog(desk, "dialog-again")
    desk.click(PRINTERS)
    desk.keys("End", "Return", "alt+f", "ctrl+a")
    desk.paste(str(target))
    desk.photo("dialog-file")
    desk.keys("alt+p")
    desk.wait_until("file", target.exists)
    desk.photo("saved")
    desk.keys("Return")
    desk.wait_for("导出正式稿")


# --- what came out -----------------------------------------------------------------------------------------------------------


def faults_of_job(words: list[str], sent: Path, options: str) -> list[str]:
    """What is not as it should be with a print job."""
    title, copies, given = words
    pages = pypdf.PdfReader(sent).pages
    sizes = {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages}
    modes = {entry.image.mode for page in pages for entry in page.images if entry.image is not None}
    wanted = {"title": ("申报书", title), "copies": (str(COPIES), copies), "sizes": ({A4}, sizes), "colours": ({"L"}, modes)}
    found = [f"{name} {got}, not {want}" for name, (want, got) in wanted.items() if want != got]
    return found + [f"no {option}" for option in ("media=A4", "Collate", *options.split()) if option not in given.split()]


def difference(pdf: Path, sent: Path, page: int, folder: Path) -> float:
    """Mean difference of grey between an exported page and the printed one, both drawn; a picture of both is kept."""
    from PIL import Image, ImageChops, ImageStat

    drawn: list[Image.Image] = []
    for name, path in (("exported", pdf), ("printed", sent)):
        where = folder / f"{name}-{page}"
        words = ["pdftoppm", "-r", str(DRAWN_DPI), "-gray", "-singlefile", "-png", "-f", str(page), str(path), str(where)]
        subprocess.run(words, check=True, capture_output=True)
        drawn.append(Image.open(f"{where}.png").convert("L"))
    width, height = drawn[0].size
    small = [picture.resize((width // SHRUNK, height // SHRUNK), Image.Resampling.BOX) for picture in drawn]
    return float(ImageStat.Stat(ImageChops.difference(*small)).mean[0])


def journey(folder: Path, home: Path) -> list[str]:
    """Print three times, and say what is wrong with it."""
    faults: list[str] = []
    with Scheduler(home / "cups") as scheduler, Desk(Run(1, False), folder, home) as desk:
        desk.environment["CUPS_SERVER"] = scheduler.environment["CUPS_SERVER"]
        desk.start()
        pdf = exported(desk, home / "out")
        open_dialog(desk, "dialog")
        desk.keys("alt+p")
        words, sent = scheduler.job(1)
        faults += faults_of_job(words, sent, "")
        count = len(pypdf.PdfReader(pdf).pages)
        if len(pypdf.PdfReader(sent).pages) != count:
            faults.append("not all pages")
        measured = [difference(pdf, sent, page, folder) for page in range(1, count + 1)]
        print("mean difference of grey, page by page:", [round(entry, 1) for entry in measured])
        faults += [f"page {page} looks different" for page, entry in enumerate(measured, 1) if entry > MOST_DIFFERENCE]
        desk.wait_for("导出正式稿")
        open_dialog(desk, "dialog-pages")
        desk.click(PAGES_FIELD)
        desk.keys("Tab")
        desk.type("1,3")
        desk.photo("dialog-pages-typed")
        desk.keys("alt+p")
        faults += faults_of_job(*scheduler.job(2), "page-ranges=1,3")
        desk.wait_for("导出正式稿")
        into_a_file(desk, home / "file.pdf")
        if (home / "file.pdf").read_bytes() != pdf.read_bytes():
            faults.append("the file is not the export")
        desk.keys("Escape")
        desk.wait_for("提能申报")
        desk.stop()
    return faults


def main() -> None:
    """The journey, in folders of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)  # the filters are another user's
        faults = journey(folder, Path(name))
    print("\n".join(faults) or "printed as exported")
    raise SystemExit(bool(faults))


if __name__ == "__main__":
    main()
