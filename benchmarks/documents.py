"""Our PDF against docx → LibreOffice, typst, WeasyPrint and Qt's PDF writer, all in one run on one machine.

    python benchmarks/documents.py            the table (needs: pip install typst weasyprint; soffice on the PATH)
    python benchmarks/documents.py --growth   our PDF's time against the length of the text, up to some 200 pages
    python benchmarks/documents.py --commands the commands as whole processes

*cold* is a whole process from its start, *warm* the third call in one process. Memory is the process's peak (resident).
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

WAYS = ("ours", "libreoffice", "typst", "weasyprint", "qt")
RUNS = 5


def maker(way: str) -> Callable[[], bytes]:
    """A call that makes the usual application's PDF in one way, from the answers to the bytes."""
    from app.application import dump
    from app.export.context import printed
    from app.samples import sample

    application = sample("capability", "tech-service")
    if way == "ours":
        from app.export.pdf import render_pdf

        return lambda: render_pdf(printed(application), dump(application, hashes=True)).data
    from benchmarks import rivals

    if way == "libreoffice":
        from app.export.docx import render_docx

        return lambda: rivals.libreoffice(render_docx(printed(application), dump(application, hashes=True), pages=8))
    make = getattr(rivals, way)
    return lambda: make(rivals.rows_of(printed(application)))


def one(way: str) -> None:
    """In a process of its own: three runs, the figures as JSON on stdout."""
    started = time.perf_counter()
    make = maker(way)
    data = make()
    first = time.perf_counter() - started
    warm = []
    for _ in range(2 if way == "libreoffice" else RUNS):
        before = time.perf_counter()
        data = make()
        warm.append(time.perf_counter() - before)
    import pypdfium2

    pages = len(pypdfium2.PdfDocument(data))
    print(json.dumps({"first": first, "warm": statistics.median(warm), "bytes": len(data), "pages": pages}))


def peak(way: str) -> tuple[float, float, dict[str, float]]:
    """Seconds and MB of a process that makes one PDF, and what ``one`` prints."""
    figures = json.loads(subprocess.run([sys.executable, __file__, "--one", way], capture_output=True, text=True, check=True).stdout)
    times, memory = [], 0.0
    for _ in range(RUNS):
        before = time.perf_counter()
        process = subprocess.Popen([sys.executable, __file__, "--cold", way], stdout=subprocess.DEVNULL)
        _, _, usage = os.wait4(process.pid, 0)
        times.append(time.perf_counter() - before)
        memory = max(memory, usage.ru_maxrss / 1024)
    return statistics.median(times), memory, figures


def compare() -> None:
    """The table."""
    print(f"{'way':<12} {'cold s':>8} {'warm ms':>9} {'peak MB':>9} {'size kB':>9} {'pages':>6}")
    for way in WAYS:
        try:
            seconds, memory, figures = peak(way)
        except subprocess.CalledProcessError as error:
            print(f"{way:<12} not to be had here: {error.stderr.strip().splitlines()[-1][:90]}")
            continue
        print(f"{way:<12} {seconds:8.2f} {figures['warm'] * 1000:9.1f} {memory:9.0f} {figures['bytes'] / 1000:9.0f} {figures['pages']:6}")


def growth() -> None:
    """Our PDF's warm time for longer and longer texts."""
    from app.export.context import printed
    from app.export.pdf import render_pdf
    from app.samples import sample

    application = sample("capability", "tech-service")
    text = str(application.values["content.main"])
    print(f"{'characters':>10} {'pages':>6} {'ms':>8} {'ms/page':>8}")
    for times in (1, 5, 10, 20, 40, 80, 160):
        application.values["content.main"] = "\n".join([text] * times)
        made, best = 0, float("inf")
        for _ in range(3):
            before = time.perf_counter()
            made = render_pdf(printed(application), b"{}").pages
            best = min(best, time.perf_counter() - before)
        print(f"{len(text) * times:10} {made:6} {best * 1000:8.0f} {best * 1000 / made:8.1f}")


def commands() -> None:
    """The commands as whole processes: median and largest of ten."""
    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder) / "a.json"
        sample.write_bytes(
            subprocess.run([sys.executable, "-m", "app", "sample", "capability"], cwd=ROOT, capture_output=True, check=True).stdout
        )
        day = ["--today", "2022-03-25"]
        lines = [["new", "party"], ["sample", "capability"], ["check", str(sample), *day]]
        lines += [["export", str(sample), "--out", folder, "--force", *day], ["verify", "BUNDLE"], ["read", "BUNDLE"]]
        for line in lines:
            words = [str(next(Path(folder).glob("*.zip"))) if word == "BUNDLE" else word for word in line]
            times = []
            for _ in range(10):
                before = time.perf_counter()
                subprocess.run([sys.executable, "-m", "app", *words], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
                times.append(time.perf_counter() - before)
            print(f"{words[0]:<8} median {statistics.median(times):5.2f} s   largest {max(times):5.2f} s")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--one", way]:
            one(way)
        case ["--cold", way]:
            maker(way)()
        case ["--growth"]:
            growth()
        case ["--commands"]:
            commands()
        case _:
            compare()
