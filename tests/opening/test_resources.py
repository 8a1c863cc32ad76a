"""What the largest file that is still let in costs, measured in a process of its own: at most 300 MB, and 10 s on an office machine (2 s
on the one of the figures in the docs). A slow one may take several times as long, a file made to take for ever many times."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hostile_files import DATA, draft, unzipped, zipped

from app.export import bundle, job
from app.opening import limits
from app.samples import sample

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="measures as Linux does")]

SECONDS, KILOBYTES = 60.0, 300 * 1024
ROOT = Path(__file__).parents[2]
CHILD = """
import resource
import sys
from pathlib import Path
from app.errors import AppError
from app.export.verify import verify
from app.opening.openers import open_application
for action in (open_application, verify):
    try:
        action(Path(sys.argv[1]))
    except AppError as error:
        print(error.message, file=sys.stderr)
used = resource.getrusage(resource.RUSAGE_SELF)
peak = next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(used.ru_utime + used.ru_stime, peak)
"""
"""The peak is that of this process only; what wait4 tells includes the parent's, from before exec."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> job.Exported:
    return job.export(sample("capability", "service-station"), tmp_path_factory.mktemp("resources"), today=date(2022, 3, 20))


def noise(size: int) -> bytes:
    return random.Random(1).randbytes(size)


def large_bundle(made: job.Exported) -> bytes:
    parts = unzipped(made.zip.read_bytes())
    parts["附件/01_服务站筹建申请及申报表.pdf"] = noise(39 << 20)
    parts["附件/02_专家-志愿者名册.pdf"] = noise(23 << 20)
    return zipped(parts, 0)


def wordy_json(made: job.Exported) -> bytes:
    return draft().replace(b'"values": {', b'"x": [' + b'"abcdef",' * 90_000 + b'""],"values": {"y": "' + "𠮷".encode() * 3_000_000 + b'",')


def json_in_bundle(made: job.Exported) -> bytes:
    return bundle.pack(unzipped(made.zip.read_bytes()) | {DATA: wordy_json(made)})


def tags(made: job.Exported) -> bytes:
    xml = unzipped(made.docx.read_bytes())["word/document.xml"]
    many = b"<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 70_000
    return zipped(unzipped(made.docx.read_bytes()) | {"word/document.xml": xml.replace(b"<w:sectPr", many + b"<w:sectPr", 1)}, 0)


def text(made: job.Exported) -> bytes:
    xml = unzipped(made.docx.read_bytes())["word/document.xml"]
    one = b"<w:p><w:r><w:t>" + "申".encode() * 7_000_000 + b"</w:t></w:r></w:p>"
    return zipped(unzipped(made.docx.read_bytes()) | {"word/document.xml": xml.replace(b"<w:sectPr", one + b"<w:sectPr", 1)}, 0)


def docx_in_bundle(made: job.Exported) -> bytes:
    return bundle.pack(unzipped(made.zip.read_bytes()) | {"申报书.docx": tags(made)})


def pdf_pages(made: job.Exported) -> bytes:
    """Pages at the guard's limit, full of text."""
    pdf = made.pdf.read_bytes()
    lines = [b"<00010002000300040005> Tj %d %d Td\n" % ((-400, -1) if number % 40 == 39 else (10, 0)) for number in range(27_000)]
    page = zlib.compress(b"BT /F1 9 Tf 50 800 Td " + b"".join(lines) + b"ET")
    objects = [b"%d 0 obj\n<< /Filter /FlateDecode /Length %d >>\nstream\n" % (900, len(page)) + page + b"\nendstream\nendobj\n"]
    pdf = re.sub(rb"/Contents \d+ 0 R", b"/Contents 900 0 R", pdf).replace(b"startxref", b"".join(objects) + b"startxref")
    return bundle.pack(unzipped(made.zip.read_bytes()) | {"申报书.pdf": pdf})


def pdf_streams(made: job.Exported) -> bytes:
    packed = zlib.compress(bytes(30 << 20), 9)
    stream = b"<< /Type /EmbeddedFile /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed) + packed + b"\nendstream\n"
    return b"%PDF-1.7\n" + stream * 400


@pytest.mark.parametrize("make", [large_bundle, wordy_json, json_in_bundle, tags, text, docx_in_bundle, pdf_pages, pdf_streams])
def test_the_largest_of_each_kind(make: Callable[[job.Exported], bytes], made: job.Exported, tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(make(made))
    assert path.stat().st_size <= limits.FILE_BYTES
    child = subprocess.run([sys.executable, "-c", CHILD, str(path)], cwd=ROOT, check=True, capture_output=True, text=True)
    seconds, peak = map(float, child.stdout.split())
    print(make.__name__, f"{seconds:.2f} s, {peak / 1024:.0f} MB", child.stderr)
    assert seconds <= SECONDS
    assert peak <= KILOBYTES
