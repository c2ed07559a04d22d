"""The command line of the kit."""

import argparse
import sys
from pathlib import Path

from gpu_kit import prepare, run
from gpu_kit.session import KitError, Settings


def main():
    parser = argparse.ArgumentParser(prog="gpu_kit.sh", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--prepare", type=Path, metavar="DIR", help="gather the kit in a new folder")
    what.add_argument("--run", type=Path, metavar="DIR", help="build, test and measure what the folder holds")
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda", help="cpu: a rehearsal (default cuda)")
    parser.add_argument("--seconds", type=int, default=480, metavar="S",
                        help="ends after this time with what it has (default 480)")
    parser.add_argument("--short", action="store_true",
                        help="a rehearsal in a minute or two: tiny networks, few tests; its figures mean nothing")
    parser.add_argument("--steps", default=",".join(run.STEPS), metavar="STEP,...",
                        help="these only, for what an earlier run has built (default: all)")
    parser.add_argument("--output", type=Path, metavar="FOLDER", help="of the results (default DIR/results)")
    given = parser.parse_args()
    try:
        if given.prepare:
            prepare.prepare(given.prepare)
            return 0
        return run.run(Settings(kit=given.run.resolve(), device=given.device, seconds=given.seconds,
                                is_short=given.short, output=(given.output or given.run / "results").resolve(),
                                steps=tuple(given.steps.split(","))))
    except KitError as error:
        print(f"gpu_kit: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
