#!/usr/bin/env python3
"""Converts the pretrained face networks of the npm packages into CSM model files.

Does nothing if the files are there and neither the packages nor this code has changed.
"""

import argparse
import hashlib
import multiprocessing
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main():
    arguments = _parse()
    arguments.output.mkdir(parents=True, exist_ok=True)
    stamp = _stamp()
    pending = [name for name in arguments.models if arguments.force or not _is_current(arguments.output, name, stamp)]
    if not pending:
        print(f"models: all {len(arguments.models)} are up to date in {arguments.output}")
        return 0
    import convert.models  # noqa: F401  torch takes seconds to load: only if there is work, and once for all children
    import torch
    torch.set_num_threads(1)  # the checks are small: on a busy machine more threads wait for each other
    tasks = [(name, arguments.npm, arguments.output, stamp) for name in pending]
    # A process per model: torch numbers the classes of a file by what the process has traced before, and a model file
    # should have the same bytes (and hash) whichever models are converted with it.
    with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:
        for line in pool.imap(_convert, tasks, chunksize=1):
            print(line)
    return 0


def _convert(task):
    """Writes one model file and its stamp; the line to print."""
    from csm.contract import save_model
    from convert.models import build
    name, npm, folder, stamp = task
    network, contract, extra = build(name, npm)
    worst = save_model(network, contract, folder / f"{name}.pt", **extra)
    _stamp_file(folder, name).write_text(stamp)
    return (f"models: {name}.pt: {contract['name']} from {contract['source']} ({contract['licence']}), "
            f"batch against single {worst:.1e}")


def _parse():
    names = ("face_detector face_mesh gender expression age gender_faceres pose recognition recognition_dlib").split()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--npm", type=Path, default=ROOT / ".csm/npm", help="folder of the unpacked npm packages")
    parser.add_argument("--output", type=Path, default=ROOT / "models", help="folder to write to")
    parser.add_argument("--force", action="store_true", help="convert again what is up to date")
    parser.add_argument("models", nargs="*", default=names, metavar="NAME", help=f"any of {', '.join(names)}")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.models) - set(names))
    if unknown:
        parser.error(f"no model is called {', '.join(unknown)}; valid: {', '.join(names)}")
    return arguments


def _stamp():
    """A hash of the pinned packages and of all code that makes the model files."""
    digest = hashlib.sha256()
    for path in sorted([*(ROOT / "scripts/models/convert").glob("*"), ROOT / "scripts/csm/contract.py", ROOT / "scripts/csm/export/network.py"]):
        if path.suffix in (".py", ".txt"):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _stamp_file(folder, name):
    return folder / f".{name}.stamp"


def _is_current(folder, name, stamp):
    mark = _stamp_file(folder, name)
    return (folder / f"{name}.pt").exists() and mark.exists() and mark.read_text() == stamp


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"convert_models: {error}\nRun scripts/setup.sh again: it takes and checks the packages.")
