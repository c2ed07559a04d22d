"""The command csm: what can be done with the results of csm_mpi, and what it needs."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.util import find_spec

from csm import __version__
from csm.errors import UserError

# Name: (module with main(), what it is for). A module is imported when its command is given.
COMMANDS = {
    "report": ("csm.report_command", "write the report of a result as one HTML file, or print it"),
    "plot": ("csm.plot", "draw the map, the groups, regions and convergence of a result"),
    "compare": ("csm.compare", "compare two results: agreement, differences of regions"),
    "test": ("csm.test_command", "test how the maps of groups differ, beyond chance"),
    "methods": ("csm.compare_methods", "draw several saliency methods side by side"),
    "faithfulness": ("csm.faithfulness_table", "print the tables of runs with --evaluate"),
    "export": ("csm.export.command", "write a network of your own as a model of csm_mpi"),
    "serve": ("csm.serve", "make a model of any Python function, for --model process:... or http"),
    "shards": ("csm.shards.command", "pack images into tar files"),
    "survey": ("csm.survey.command", "make a survey of maps, or score its answers"),
    "schema": ("csm.schema_command", "list what a result file holds, or check one"),
}
# terms: allow, the Python packages that a command may lack
ADVICE = "source env.sh, or pip install -e scripts/csm, in the Python that runs csm"


def main(argv: list[str] | None = None) -> int:
    """Runs `csm NAME ...`; returns 0 done, 2 usage or input."""
    arguments = sys.argv[1:] if argv is None else argv
    if not arguments or arguments[0] in ("-h", "--help"):
        print(usage())
        return 0 if arguments else 2
    name = arguments[0]
    if name == "--version":
        print(f"csm {__version__}")
        return 0
    if name not in COMMANDS:
        print(f"csm: '{name}' is not a command; valid: {', '.join(COMMANDS)}", file=sys.stderr)
        return 2
    # The modules name themselves in their help and errors by what was called.
    sys.argv = [f"csm {name}", *arguments[1:]]
    try:
        code = import_module(COMMANDS[name][0]).main() or 0
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader of a pipe, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except UserError as error:
        print(f"csm {name}: {error}", file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        if (
            error.name is None
            or error.name.startswith("csm")
            or find_spec(error.name.split(".")[0])
        ):
            raise
        print(
            f"csm {name}: {sys.executable} lacks the package {error.name}. {ADVICE}.",
            file=sys.stderr,
        )
        return 2


def usage() -> str:
    """The list of commands."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {about}" for name, (_, about) in COMMANDS.items()]
    return "\n".join(["usage: csm COMMAND ...      csm COMMAND --help explains one", "", *lines])
