"""Runs a program and leaves its largest resident set [KiB] in a folder, one file a rank. Usage: record_peak.py FOLDER PROGRAM ..."""

import os
import sys


def main(argv):
    folder, *command = argv
    child = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(child, 0)
    rank = os.environ.get("OMPI_COMM_WORLD_RANK", "0")
    with open(os.path.join(folder, rank), "w", encoding="ascii") as record:
        record.write(str(usage.ru_maxrss))
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
