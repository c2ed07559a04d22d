"""csm survey make STIMULI.csv ... makes the page; csm survey score KEY.csv ANSWERS.csv ... scores
it."""

from __future__ import annotations

import sys

from csm.survey import make, score

STEPS = {"make": make.main, "score": score.main}


def main() -> int:
    arguments = sys.argv[1:]
    if not arguments or arguments[0] not in STEPS:
        print(__doc__)
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    sys.argv = [f"csm survey {arguments[0]}", *arguments[1:]]
    return STEPS[arguments[0]]()
