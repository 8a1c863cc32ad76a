"""Gathers the licence texts of what the program ships, from the installed libraries: ``python resources/licences/collect.py``.

A library whose wheel carries no text (Qt for Python, docxtpl) is under a GNU licence; those texts are Debian's, from the package
``base-files``. Run it again after a library was updated. ``qt-notice.txt`` is written by hand.
"""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))

from app.about import COMPONENTS  # noqa: E402

GNU = Path("/usr/share/common-licenses")
GNU_TEXTS = {"LGPL-3.0.txt": "LGPL-3", "GPL-3.0.txt": "GPL-3", "LGPL-2.1.txt": "LGPL-2.1"}


def texts_of(distribution: str) -> list[tuple[str, str]]:
    """(name, text) of every licence file in a distribution's metadata."""
    files = [entry for entry in metadata.files(distribution) or [] if "licenses" in entry.parts]
    return [("/".join(entry.parts[2:]), decoded(entry.read_binary())) for entry in sorted(files)]


def decoded(data: bytes) -> str:
    """A text of the libraries' own: UTF-8, except for some old ones in Latin-1."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def joined(texts: list[tuple[str, str]]) -> str:
    """One text; where there are several, each under its file's name. Trailing blanks go, so that the repository stays clean."""
    parts = [text if len(texts) == 1 else f"===== {name} =====\n\n{text}" for name, text in texts]
    lines = "\n\n".join(part.strip() for part in parts).replace("\f", "").splitlines()
    return "\n".join(line.rstrip() for line in lines) + "\n"


def main() -> None:
    """Write every text anew."""
    for name, source in GNU_TEXTS.items():
        (HERE / name).write_text(joined([("", (GNU / source).read_text(encoding="utf-8"))]), encoding="utf-8")
    library = Path(sys.base_prefix) / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    (HERE / "Python.txt").write_text(joined([("", (library / "LICENSE.txt").read_text(encoding="utf-8"))]), encoding="utf-8")
    for component in COMPONENTS:
        texts = texts_of(component.distribution) if component.distribution else []
        if texts:
            (HERE / Path(component.text).name).write_text(joined(texts), encoding="utf-8")


if __name__ == "__main__":
    main()
