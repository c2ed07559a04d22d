"""The saliency methods that csm_mpi has, from scripts/csm/methods.json: a test keeps that file
equal to the program's own list."""

import json
from pathlib import Path

METHODS = json.loads((Path(__file__).resolve().parent / "methods.json").read_text(encoding="utf-8"))


def names(kind=None, needs=None, lacks=None):
    """Names in the program's order: of a kind (own, baseline, control), of those that need
    something, such as "layer", and of those that do not need something."""
    return tuple(
        method["name"]
        for method in METHODS
        if kind in (None, method["kind"])
        and (needs is None or needs in method["needs"])
        and lacks not in method["needs"]
    )
