"""Tests how the maps of groups differ in a result that was made with --save-cis, looks for kinds of
explanations (--clusters), and draws what it finds."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
from pathlib import Path

from csm.errors import UserError
from csm.places import find_program

EXAMPLES = """\
  csm test gender.h5 --group-by sex,age_band
  csm test --ranks 8 gender.h5 --group-by sex --where 'age=20..29'
  csm test gender.h5 --pair-by expression
  csm test gender.h5 --clusters

The program csm_test does the tests; csm_test --help lists its options."""


def main(argv: list[str] | None = None) -> int:
    """Returns what csm_test ends with: 0 done, 2 usage or input, 3 failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--ranks", metavar="N", type=int, help="processes to start on this machine")
    parser.add_argument("result", metavar="RESULT.h5", help="a result of csm_mpi --save-cis")
    parser.add_argument("options", nargs=argparse.REMAINDER, help="--group-by COLUMN, and others")
    given = parser.parse_args(argv)

    program = find_program("csm_test")
    if program is None:
        raise UserError(
            "csm_test is not found (it does the tests). Build it with scripts/build.sh release "
            "csm_test and source env.sh, or name its folder in CSM_BIN."
        )
    command = [*_launcher(given.ranks), os.fspath(program), given.result, *given.options]
    output = _output(given.result, given.options)
    before = output.stat().st_mtime_ns if output.is_file() else 0
    code = subprocess.run(command, check=False).returncode
    if code == 0 and output.is_file() and output.stat().st_mtime_ns != before:
        from csm.plot import write_figures

        for path in write_figures(output):
            print(path)
    return code


def _output(result: str, options: list[str]) -> Path:
    """The file that csm_test writes."""
    path = Path(result).with_suffix(".findings.h5")
    for option, value in zip(options, [*options[1:], ""], strict=True):
        if option == "--output":
            path = Path(value)
        elif option.startswith("--output="):
            path = Path(option.partition("=")[2])
    return path


def _launcher(n_ranks: int | None) -> list[str]:
    """What starts the ranks. Errors: UserError."""
    if n_ranks is None:
        return []
    if n_ranks < 1:
        raise UserError(f"--ranks is {n_ranks} (the processes to start). Give 1 or more.")
    if shutil.which("mpirun") is None:
        raise UserError(
            "mpirun is not found (it starts the ranks). Install Open MPI, or leave out --ranks."
        )
    return ["mpirun", "-n", str(n_ranks)]
