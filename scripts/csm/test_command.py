"""Tests how the maps of groups differ in a result that was made with --save-cis, looks for kinds of
explanations (--clusters), and draws what it finds."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from csm.errors import UserError
from csm.places import environment, find_program, launcher

EXAMPLES = """\
  csm test gender.h5 --group-by sex,age_band
  csm test --ranks 8 gender.h5 --group-by sex --where 'age=20..29'
  csm test gender.h5 --pair-by expression
  csm test gender.h5 --clusters

The program csm_test does the tests, and its options may come before or after the file:
"""
USAGE = "csm test [--ranks N] RESULT.h5 [--option VALUE ...]"


def main(argv: list[str] | None = None) -> int:
    """Returns what csm_test ends with: 0 done, 2 usage or input, 3 failed."""
    parser = argparse.ArgumentParser(
        usage=USAGE,
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--ranks", metavar="N", type=int, default=1, help="processes to start on this machine"
    )
    given, options = parser.parse_known_args(argv)
    program = find_program("csm_test")
    if {"-h", "--help"} & set(options):
        print(parser.format_help())
        if program is not None:
            sys.stdout.flush()
            subprocess.run([os.fspath(program), "--help"], check=False)
        parser.exit()
    if program is None:
        raise UserError(
            "csm_test is not found (it does the tests). Build it with scripts/build.sh release "
            "csm_test and source env.sh, or name its folder in CSM_BIN."
        )
    code, findings = _run([*launcher(given.ranks, "--ranks"), os.fspath(program), *options])
    if code == 0 and findings is not None:
        from csm.plot import write_figures

        for path in write_figures(findings):
            print(path)
    return code


def _run(command: list[str]) -> tuple[int, Path | None]:
    """The exit code of csm_test, and the file that it names in its last line, if it wrote one."""
    last = ""
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        errors="replace",
        env=environment(),
    ) as program:
        assert program.stdout is not None
        for line in program.stdout:
            print(line, end="", flush=True)
            last = line.rstrip("\n") or last
    is_file = last.endswith((".h5", ".hdf5")) and Path(last).is_file()
    return program.returncode, Path(last) if is_file else None
