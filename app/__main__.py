"""The one entry: ``python -m app`` (and ``tineng``) opens the window, or carries out a command."""

from __future__ import annotations

import sys


def main() -> int:
    """Run with the words of the command line; the exit status."""
    from app.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
