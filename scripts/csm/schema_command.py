"""Lists the groups and data sets of a result file, or checks a file against that list."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import h5py

from csm.errors import UserError
from csm.result_schema import find_faults, schema


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "result",
        metavar="RESULT.h5",
        type=Path,
        nargs="?",
        help="check this file: one line a fault; the exit code is 3 if there is one",
    )
    parser.add_argument("--json", action="store_true", help="print the schema as JSON")
    arguments = parser.parse_args(argv)
    if arguments.result:
        return check(arguments.result)
    print(json.dumps(schema(), indent=1) if arguments.json else describe())
    return 0


def check(path: Path) -> int:
    """Prints what a file and the schema do not have alike; 3 if there is anything."""
    try:
        with h5py.File(path) as file:
            if "entry" not in file:
                raise UserError(f"{path} has no /entry. Give a file that csm_mpi wrote.")
            faults = find_faults(file)
    except OSError as error:
        raise UserError(
            f"{path} cannot be read: {error}. Give a file that csm_mpi wrote."
        ) from error
    print(
        "\n".join(faults) if faults else f"{path} keeps to the schema {schema()['schema_version']}"
    )
    return 3 if faults else 0


def describe() -> str:
    """The schema as text, one line a data set."""
    lines = [f"schema {schema()['schema_version']}"]
    for group in schema()["groups"]:
        lines += ["", f"{group['path']}  {group['about']}"]
        for field in group["fields"]:
            shape = f" ({' x '.join(field['axes'])})" if field["axes"] else ""
            unit = f" [{field['unit']}]" if field["unit"] not in ("", "1") else ""
            lines.append(
                f"  {field['name']:<24} {field['type']}{shape}{unit}: {field['long_name']}"
            )
    return "\n".join(lines)
