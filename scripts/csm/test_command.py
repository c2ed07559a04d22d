"""Tests how the maps of groups differ in a result made with --save-cis: runs csm_test.

    csm test RESULT.h5 --group-by COLUMN[,COLUMN...]        csm test --help lists all options
    csm test --ranks 8 RESULT.h5 --group-by sex             on eight ranks of this machine
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from csm.errors import UserError
from csm.places import find_program


def main(argv: list[str] | None = None) -> int:
    """Returns what csm_test ends with: 0 done, 2 usage or input, 3 failed."""
    arguments = sys.argv[1:] if argv is None else argv
    program = find_program("csm_test")
    if program is None:
        raise UserError(
            "csm_test is not found (it does the tests). Build it with scripts/build.sh and source "
            "env.sh, or name its folder in CSM_BIN."
        )
    launcher, arguments = _launcher(list(arguments))
    return subprocess.run([*launcher, os.fspath(program), *arguments], check=False).returncode


def _launcher(arguments: list[str]) -> tuple[list[str], list[str]]:
    """What starts the ranks, and the arguments without --ranks N. Errors: UserError."""
    if "--ranks" not in arguments:
        return [], arguments
    place = arguments.index("--ranks")
    number = arguments[place + 1 : place + 2]
    if not number or not number[0].isdigit() or int(number[0]) < 1:
        raise UserError("--ranks needs a number from 1 (the processes to start).")
    if shutil.which("mpirun") is None:
        raise UserError(
            "mpirun is not found (it starts the ranks). Install Open MPI, or leave out --ranks."
        )
    return ["mpirun", "-n", number[0]], arguments[:place] + arguments[place + 2 :]
