#!/usr/bin/env python3
"""Prints one line for each data set of a result file outside /entry/process and /entry/versions: its path, shape, type and SHA-256.

Two trees that print the same lines compute the same bytes; these two hold times, hosts, versions and the commit.

  scripts/dev/dataset_hashes.py RESULT.h5
"""

import hashlib
import sys
from pathlib import Path

import h5py

LEFT_OUT = ("entry/process", "entry/versions")


def hash_lines(path: Path) -> list[str]:
    """The lines of one file, in the order of the names."""
    lines: list[str] = []

    def add(name: str, item: h5py.HLObject) -> None:
        if not isinstance(item, h5py.Dataset) or name.startswith(LEFT_OUT):
            return
        values = item[()]
        # Text of variable length is an array of pointers: its characters count.
        content = values.tobytes() if hasattr(values, "tobytes") and item.dtype.kind != "O" else repr(values).encode()
        if item.dtype.kind == "O" and item.shape:
            content = b"\0".join(bytes(text) for text in values.ravel())
        lines.append(f"{name} {item.shape} {item.dtype} {hashlib.sha256(content).hexdigest()}")

    with h5py.File(path) as file:
        file.visititems(add)
    return sorted(lines)


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    print("\n".join(hash_lines(Path(sys.argv[1]))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
