#!/usr/bin/env python3
"""Prints the document of a run of the GPU kit from its results: scripts/dev/gpu_report.py results.json > docs/reports/gpu.md"""

import json
import sys
from pathlib import Path

from gpu_kit.report import tables

HEAD = """# What a GPU does for CSM

Made by `scripts/dev/gpu_report.py` from the results of `scripts/dev/gpu_kit.sh --run`.

"""


def main(path):
    text = Path(path).read_text()
    # results.jsonl, a line each, is what a run that was killed leaves.
    results = json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.splitlines()]
    print(HEAD + tables(results), end="")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
