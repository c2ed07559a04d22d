"""The order of what is written after a command."""

from __future__ import annotations

import sys

RESULT_ENDINGS = (".h5", ".hdf5", ".nxs")


def files_first(argv: list[str] | None, *greedy: str) -> list[str]:
    """The arguments with the result files before an option that takes all values up to the next
    option: `--format png R.h5` as `R.h5 --format png`."""
    files, others, takes_all = [], [], False
    for text in sys.argv[1:] if argv is None else argv:
        if text.startswith("-"):
            takes_all = text in greedy
        if takes_all and text.endswith(RESULT_ENDINGS):
            files.append(text)
        else:
            others.append(text)
    return files + others
