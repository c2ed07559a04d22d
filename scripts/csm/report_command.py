"""Writes the report of a result of csm_mpi as one HTML file, or prints it as text."""

from __future__ import annotations

import argparse
from pathlib import Path

from csm.errors import UserError


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("result", metavar="RESULT.h5", type=Path)
    parser.add_argument(
        "--output",
        metavar="FILE.html",
        type=Path,
        help="file to write (default: RESULT.html beside the result)",
    )
    parser.add_argument("--text", action="store_true", help="print the report, write nothing")
    parser.add_argument(
        "--figures", action="store_true", help="also draw the images of csm plot beside the result"
    )
    arguments = parser.parse_args(argv)
    if arguments.text:
        from csm.result_file import read_result
        from csm.summary import describe

        print(describe(read_result(arguments.result)))
        return 0
    if arguments.figures:
        from csm.plot import write_figures

        for path in write_figures(arguments.result):
            print(f"csm report: {path}")
    from csm.report import ReportError, write_report

    output = arguments.output or arguments.result.with_suffix(".html")
    try:
        write_report(arguments.result, output)
    except ReportError as error:
        raise UserError(str(error)) from error
    print(f"csm report: {output}")
    return 0
