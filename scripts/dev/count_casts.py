#!/usr/bin/env python3
"""Counts the static_casts of src and include, a line a stage, so that a change can say what it did to them.

    scripts/dev/count_casts.py [--root DIR] [--most N]   with --most exits with 1 if there are more in all
"""
import argparse
import sys
from collections import Counter
from pathlib import Path


def count_casts(root):
    """The number of casts of each stage; of files beside the stages under their own names."""
    counts = Counter()
    for folder, depth in (("src", 1), ("include/csm", 2)):
        for path in (root / folder).rglob("*"):
            if path.suffix in (".cpp", ".h"):
                stage = path.relative_to(root).parts[depth]
                counts[stage] += path.read_text(encoding="utf-8").count("static_cast<")
    return counts


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--most", type=int)
    options = parser.parse_args(arguments)
    counts = count_casts(options.root)
    for stage, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if n > 0:
            print(f"{n:5d} {stage}")
    print(f"{sum(counts.values()):5d} in all")
    return 1 if options.most is not None and sum(counts.values()) > options.most else 0


if __name__ == "__main__":
    sys.exit(main())
