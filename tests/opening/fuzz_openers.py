"""Coverage-guided fuzzing of everything that reads a foreign file, with atheris (libFuzzer).

    python tests/opening/fuzz_openers.py docx --seconds 120 --corpus build/fuzz
    python tests/opening/fuzz_openers.py docx --replay build/fuzz/docx-crash-0123

atheris is in no list of requirements: put it into an environment that also has the program's own libraries. What must hold of every
input: it is read, or refused with an AppError of one sentence; what was read can be stored and read again; nothing is written, run or
connected to outside the folder that was asked for; at most 10 s of processor time and 300 MB.

An input is one byte and a body. The byte 0 makes the body the whole file; another one says which file inside an honest bundle or docx
the body stands for, so that checksums and compression do not keep the fuzzer out.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

SECONDS = 10.0
GROWTH_KB = 240 * 1024
"""300 MB less what the program itself takes before it opens anything."""
INPUT_BYTES = 600_000
"""The largest of the samples' files is a bundle of 0.47 MB."""
INSTRUMENTED = ("app.opening", "app.application", "app.attachments", "app.export", "forms.text", "forms.call", "forms.schema")
CHANGES = ("os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.mkdir", "os.utime")
STARTS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "socket.connect", "socket.getaddrinfo", "urllib.Request")


class BrokenPromise(Exception):  # noqa: N818 - atheris reports it as the crash that it is
    """An input did something that no input may do."""


@dataclass
class Watch:
    """What the interpreter was told to do, by its audit events (PEP 578), while an input is being opened."""

    allowed: str
    on: bool = False
    seen: list[str] = field(default_factory=list[str])

    def __call__(self, event: str, found: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event in STARTS:
            self.seen.append(event)
        elif event in CHANGES or (event == "open" and self._writes(found)):
            places = [str(place) for place in found[:2] if isinstance(place, str | Path)] if event != "open" else [str(found[0])]
            self.seen += [f"{event} {place}" for place in places if not place.startswith(self.allowed)]

    @staticmethod
    def _writes(found: tuple[Any, ...]) -> bool:
        mode, flags = found[1], found[2]
        return any(sign in str(mode or "") for sign in "wax+") or bool(isinstance(flags, int) and flags & 0o3)


@dataclass
class Opener:
    """One way in: what to do with a file, its whole seeds, and the honest parts that a body may stand for."""

    action: Callable[[Path, Path], None]
    whole: list[bytes]
    parts: list[tuple[dict[str, bytes], str]] = field(default_factory=list[tuple[dict[str, bytes], str]])

    def seeds(self) -> list[bytes]:
        """The inputs to begin with."""
        inside = [bytes([number + 1]) + parts[name] for number, (parts, name) in enumerate(self.parts)]
        return [b"\0" + data for data in self.whole] + inside

    def file(self, data: bytes) -> bytes:
        """The file that an input stands for."""
        from app.export import bundle

        choice = data[0] % (len(self.parts) + 1) if data else 0
        if choice == 0:
            return data[1:]
        parts, name = self.parts[choice - 1]
        return bundle.pack(parts | {name: data[1:]})


# --- what is done with a file ------------------------------------------------------------------------------------------------


def read(path: Path, folder: Path) -> None:
    """Open a file as the window does, take the attachments out, and store what was read."""
    from app.application import dump, parse
    from app.errors import AppError
    from app.opening.openers import extract_attachments, open_application

    opened = open_application(path)
    one_line(*opened.notices)
    application = opened.application
    application.answers()
    try:
        one_line(application.code)
    except AppError as error:
        one_line(error.message)  # an attachment that is not beside the draft file
    again = parse(dump(application), lambda _: None)
    if again.values != application.values or again.extras != application.extras:
        raise BrokenPromise("what was read is not what is read again")
    if opened.source.name == "BUNDLE":
        extract_attachments(opened, folder)


def check(path: Path, _: Path) -> None:
    """Verify a bundle, for people and for programs."""
    from app.export.verify import verify

    result = verify(path)
    one_line(*result.lines())
    json.dumps(result.as_json(), ensure_ascii=False).encode()


def attach(path: Path, _: Path) -> None:
    """Look at an attachment as the checks and the export do: the looking never raises."""
    from app.attachments import Attachment

    for entry in (Attachment("other", "材料.png", path), Attachment("other", "材料.png", data=path.read_bytes())):
        fact = entry.fact()
        one_line(fact.trouble)
        if entry.loaded().sha256() != entry.sha256():
            raise BrokenPromise("an attachment changes by being loaded")


def one_line(*said: str) -> None:
    """What people are told is one line of text that can be printed."""
    for line in said:
        line.encode()
        if len(line.splitlines()) > 1 or "\n" in line:
            raise BrokenPromise(f"more than one line: {line!r}")


# --- the seeds ---------------------------------------------------------------------------------------------------------------


def opener(name: str) -> Opener:
    """An opener with seeds from the bundled samples."""
    from hostile_files import DATA, unzipped

    from app.export import job
    from app.samples import folder as sample_folder
    from app.samples import sample

    drafts = [path.read_bytes() for path in sorted(sample_folder().glob("*.json"))]
    if name == "draft":
        return Opener(read, drafts)
    if name == "attachment":
        pdfs = [path.read_bytes() for path in sorted(sample_folder().glob("*.pdf"))[:3]]
        return Opener(attach, [*pdfs, *pictures()])
    with tempfile.TemporaryDirectory() as folder:
        made = job.export(sample("capability", "service-station"), Path(folder), today=date(2022, 3, 20))
        assert made.zip is not None
        packed, docx, pdf = (path.read_bytes() for path in (made.zip, made.docx, made.pdf))
    files, parts = unzipped(packed), unzipped(docx)
    inside = [name for name in parts if name.startswith(("[", "_rels", "customXml", "word/_rels", "word/document", "word/header"))]
    match name:
        case "pdf":
            return Opener(read, [pdf, small_pdf(drafts[0])])
        case "docx":
            return Opener(read, [docx], [(parts, inner) for inner in inside])
        case "bundle":
            return Opener(read, [packed], [(files, inner) for inner in (DATA, "附件/01_服务站筹建申请及申报表.pdf")])
        case _:
            return Opener(check, [packed], [(files, inner) for inner in files])


def small_pdf(draft: bytes) -> bytes:
    """The least PDF that carries a draft file: a mutation of it hits something."""
    head = b"%%PDF-1.7\n1 0 obj\n<< /Type /EmbeddedFile /Length %d >>\nstream\n" % len(draft)
    return head + draft + b"\nendstream\nendobj\ntrailer\n<< >>\n%%EOF\n"


def pictures() -> list[bytes]:
    """The heads of a PNG, a JPEG, an old Office file, a docx and an xlsx."""
    from hostile_files import zipped

    types = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    return [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\2\0\0\0\0\0\0\0",
        b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xdb\0\x03\0\xff\xc0\0\x11\x08\1\0\1\0\3\1\x11\0\2\x11\0\3\x11\0",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
        zipped({"[Content_Types].xml": types, "word/document.xml": b"<w/>"}, 0),
        zipped({"[Content_Types].xml": types, "xl/workbook.xml": b"<w/>"}, 0),
    ]


ODD = (
    None, True, -1, 0, 10**30, 1.5, "", " ", "\0", "\ud800", "\u2028", "../../x", "附件/../../x", "C:\\x", "附件\\x.pdf", "con", [], {},
    [[]], {"a": {}}, "字" * 9000, "2022-13-45", "2022.2.30", "9" * 400, "１２", "²", "1e5", "-0", "𠮷", "a\r\nb", "=1+1", "f" * 64,
    [1] * 50, 2, "party", "call",
)  # fmt: skip
"""What somebody may put in the place of a value of a draft file."""


def mutate_json(data: bytes, chance: random.Random) -> bytes | None:
    """The draft file in an input with one to three values or names changed; None where there is no draft file in it."""
    try:
        document = json.loads(data[1:])
    except ValueError:
        return None
    for _ in range(chance.randint(1, 3)):
        places = list(_places(document))
        if not places:
            return None
        holder, key = chance.choice(places)
        other, there = chance.choice(places)
        value = chance.choice(ODD) if chance.random() < 0.7 else other[there]
        if isinstance(holder, dict) and chance.random() < 0.2:
            holder[str(chance.choice(ODD))[:99] if chance.random() < 0.5 else key + "x"] = holder.pop(key)
        else:
            holder[key] = json.loads(json.dumps(value))
    return data[:1] + json.dumps(document, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")


def _places(node: Any, depth: int = 0) -> Iterator[tuple[Any, Any]]:
    """Every value of a JSON document, as what holds it and its key there."""
    if depth < 30 and isinstance(node, dict | list):
        for key in list(node) if isinstance(node, dict) else range(len(node)):
            yield node, key
            yield from _places(node[key], depth + 1)


# --- one input ---------------------------------------------------------------------------------------------------------------


class Judge:
    """Opens one input after another and holds each to the promises."""

    def __init__(self, subject: Opener, folder: Path) -> None:
        self.subject = subject
        self.folder = folder
        self.watch = Watch(str(folder))
        self.read = self.refused = 0
        self.slowest = 0.0
        self.most_kb = 0
        self.told: Path | None = None
        sys.addaudithook(self.watch)

    def __call__(self, data: bytes) -> None:
        from app.errors import AppError

        path, target = self.folder / "input", self.folder / "out"
        path.write_bytes(self.subject.file(data))
        target.mkdir()
        before, begun = _peak_kb(reset=True), time.process_time()
        self.watch.on = True
        try:
            self.subject.action(path, target)
            self.read += 1
        except AppError as error:
            self.refused += 1
            one_line(error.message)
        finally:
            self.watch.on = False
        self._within_limits(time.process_time() - begun, _peak_kb() - before)
        if self.watch.seen or {entry.name for entry in self.folder.iterdir()} != {"input", "out"}:
            raise BrokenPromise(f"something outside: {self.watch.seen}")
        if any(entry.parent != target / "附件" for entry in target.rglob("*") if not entry.is_dir()):
            raise BrokenPromise("an attachment in the wrong place")
        shutil.rmtree(target)
        if self.told is not None and (self.read + self.refused) % 32 == 0:
            self.told.write_text(str(self))

    def __str__(self) -> str:
        return f"{self.read} read, {self.refused} refused, slowest {self.slowest:.2f} s, at most {self.most_kb / 1024:.0f} MB more"

    def _within_limits(self, seconds: float, grown_kb: int) -> None:
        self.slowest, self.most_kb = max(self.slowest, seconds), max(self.most_kb, grown_kb)
        if seconds > SECONDS or grown_kb > GROWTH_KB:
            raise BrokenPromise(f"{seconds:.1f} s, {grown_kb / 1024:.0f} MB")


def _peak_kb(*, reset: bool = False) -> int:
    """The largest memory of this process so far, or since the last ``reset`` (Linux); with it, the memory in use now."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    wanted = "VmRSS:" if reset else "VmHWM:"
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith(wanted))


# --- the run -----------------------------------------------------------------------------------------------------------------

TOKENS = (
    b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"<!DOCTYPE a>", b"&a;", b"<w:p>", b"</w:t>", b"xmlns=", b"TargetMode", b"External",
    b"NaN", b"1e999", b"null", b"true", b'{"', b'":', b"[[[[", b"\\ud800", b'"file"', b'"sha256"', b"../", b"\xed\xa0\x80",
    "附件/".encode(), b"/EmbeddedFile", b"/FlateDecode", b"/Length 99999999", b"endstream", b" 0 obj", b">>stream\n",
)  # fmt: skip
"""Words of the formats, for libFuzzer to put in."""
NAMES = ("bundle", "docx", "pdf", "draft", "attachment", "verify")


def fuzz(name: str, corpus: Path, options: list[str]) -> None:
    """Run atheris; it ends the process. A crash is kept in ``corpus`` as ``<name>-crash-…``."""
    import atheris

    with atheris.instrument_imports(include=list(INSTRUMENTED)):
        subject = opener(name)
        import app.export.readback
        import app.export.verify
        import app.opening.openers  # noqa: F401
    place = corpus / name
    place.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(subject.seeds()):
        (place / f"seed{number}").write_bytes(seed)
    judge = Judge(subject, Path(tempfile.mkdtemp()))
    judge.told = corpus / f"{name}-told"  # libFuzzer ends the process without a last word of ours
    words = corpus / "words"
    words.write_text("".join('"' + "".join(f"\\x{byte:02x}" for byte in token) + '"\n' for token in TOKENS))
    fixed = [f"-max_len={INPUT_BYTES}", "-len_control=0", "-keep_seed=1", "-reduce_inputs=0", f"-dict={words}"]
    fixed += ["-timeout=60", "-rss_limit_mb=1500", f"-artifact_prefix={corpus}/{name}-", "-print_final_stats=1"]

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        chance = random.Random(seed)
        changed = mutate_json(data, chance) if chance.random() < 0.5 else None
        return changed if changed is not None and len(changed) <= most else atheris.Mutate(data, most)

    atheris.Setup([sys.argv[0], *fixed, *options, str(place)], judge, custom_mutator=mutate)
    atheris.Fuzz()


def replay(name: str, files: list[Path]) -> None:
    """Open inputs that were kept, without atheris."""
    with tempfile.TemporaryDirectory() as folder:
        judge = Judge(opener(name), Path(folder))
        for path in files:
            judge(path.read_bytes())
        print(judge)


def main() -> None:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("opener", choices=NAMES)
    parser.add_argument("--seconds", type=int, default=0)
    parser.add_argument("--runs", type=int, default=0)
    parser.add_argument("--corpus", type=Path, help="kept between runs; a temporary one otherwise")
    parser.add_argument("--replay", type=Path, nargs="+", metavar="FILE")
    asked = parser.parse_args()
    if asked.replay:
        replay(asked.opener, asked.replay)
        return
    options = [f"-max_total_time={asked.seconds}"] if asked.seconds else []
    options += [f"-runs={asked.runs}"] if asked.runs else []
    fuzz(asked.opener, (asked.corpus or Path(tempfile.mkdtemp())).resolve(), options)


if __name__ == "__main__":
    main()
