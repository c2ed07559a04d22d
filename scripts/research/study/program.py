"""Runs csm_mpi for a study; a result that is there already is kept, so that a study that was
stopped goes on.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = Path(os.environ.get("CSM_BUILD_DIR", ROOT / "build" / "release")) / "bin" / "csm_mpi"


class StudyError(RuntimeError):
    """A study that cannot go on; the message gives why and what to do."""


class Program:
    """csm_mpi with the number of ranks that each run gets."""

    def __init__(self, path=PROGRAM, n_ranks=1):
        self.path, self.n_ranks = Path(path), n_ranks
        if not self.path.is_file():
            raise StudyError(
                f"{self.path} does not exist (the study runs it). Build with scripts/build.sh, or "
                "give --program FILE."
            )

    def run(self, output, *arguments):
        """The result file, made with these options unless it is there. Errors: StudyError with the
        program's own message.
        """
        output = Path(output)
        if output.is_file():
            return output
        output.parent.mkdir(parents=True, exist_ok=True)
        launcher = (
            ["mpirun", "--oversubscribe", "-n", str(self.n_ranks)] if self.n_ranks > 1 else []
        )
        command = [
            *launcher,
            str(self.path),
            *map(str, arguments),
            "--output",
            str(output),
            "--threads-per-rank",
            "1",
            "--report",
            "none",
            "--quiet",
        ]
        finished = subprocess.run(
            command, capture_output=True, text=True, env=environment(), check=False
        )
        if finished.returncode != 0:
            raise StudyError(
                f"csm_mpi ended with {finished.returncode}: {finished.stderr.strip()}\ncommand: "
                f"{' '.join(command)}"
            )
        return output


def keep_to(folder, **options):
    """Writes the options into the folder of a study, which keeps its results: another study must
    not take them for its own.

    Errors: StudyError if the folder was made with others.
    """
    options = {name: str(value) for name, value in options.items()}
    path = folder / "options.json"
    if path.is_file():
        there = json.loads(path.read_text())
        differing = [
            f"{name} is {value} here and {there.get(name)} there"
            for name, value in options.items()
            if there.get(name) != value
        ]
        if differing:
            raise StudyError(
                f"{folder} holds a study with other options ({'; '.join(differing)}). Give another "
                "--output, or remove the folder."
            )
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(options, indent=1) + "\n")


def make_folder(path, write):
    """Makes a folder by write(folder) unless it is there. It appears as a whole, lest a study that
    was stopped goes on with half of it.
    """
    if path.is_dir():
        return
    part = path.with_name(f"{path.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    write(part)
    part.rename(path)


def environment():
    """Open MPI starts as root too, as in a container."""
    return os.environ | {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}


def add_program_options(parser):
    """--program and --ranks of a study."""
    parser.add_argument(
        "--program",
        type=Path,
        default=PROGRAM,
        help="csm_mpi to run (default: that of build/release)",
    )
    parser.add_argument(
        "--ranks",
        type=int,
        default=1,
        help="ranks of each run (default: 1); the numbers do not depend on it",
    )
