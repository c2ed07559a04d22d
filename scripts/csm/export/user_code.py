"""Errors of the code that SOURCE names, shown as errors of that code."""

import sys
import traceback
from pathlib import Path

from csm.contract import ContractError

_OURS = Path(__file__).resolve().parents[1]


def refuse(error, what, meaning=""):
    """A ContractError with the traceback of the user's own code; `what` is what failed, `meaning`
    what to look at."""
    if isinstance(error, ContractError):
        return error
    if isinstance(error, ModuleNotFoundError) and error.name:
        return ContractError(_about_missing_module(error, what))
    lines = _trimmed(error)
    if isinstance(error, SystemExit):
        meaning = (
            "the code ends the program when it is loaded. Does it train or read a command line? Put"
            " that under `if __name__ == '__main__':`."
        )
    text = f"{what}. The error is in that code, not in csm export:\n{lines}"
    return ContractError(f"{text}\n{meaning}" if meaning else text)


def _about_missing_module(error, what):
    return (
        f"{what}: it imports {error.name}, which this Python ({sys.executable}) does not have.\n"
        f"{_trimmed(error)}\n"
        "Run csm export with the Python in which your network runs (it needs nothing but torch "
        "and NumPy):\n"
        f"  /path/to/your/python {Path(sys.argv[0]).name} ...\n"
        f"or install the module here: {sys.executable} -m pip install "
        f"{error.name.partition('.')[0]}. Is it a file of your own? Put its folder on PYTHONPATH."
    )


def _trimmed(error):
    """The traceback from the first line of the user's code on; between its last line and the error
    only the last frame."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if _OURS not in Path(frame.filename).resolve().parents
        and not frame.filename.startswith("<frozen")
    ]
    theirs = [i for i, frame in enumerate(frames) if not _is_library(frame.filename)]
    if theirs:
        inner = frames[theirs[-1] + 1 :]
        frames = [frames[i] for i in theirs] + inner[-1:]
    lines = (
        ["Traceback (most recent call last):\n", *traceback.format_list(frames)] if frames else []
    )
    lines += traceback.format_exception_only(type(error), error)
    return "".join(
        "  " + line for text in lines for line in text.splitlines(keepends=True)
    ).rstrip()


def _is_library(name):
    return (
        name.startswith("<")
        or "site-packages" in name
        or "dist-packages" in name
        or name.startswith(sys.base_prefix + "/lib/python")
    )
