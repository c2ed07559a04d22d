"""Where CSM's own files are: models, sample faces, jobs, the program."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from csm.errors import UserError

_PACKAGE = Path(__file__).resolve().parent


def home() -> Path:
    """The folder that holds models/ and samples/: CSM_HOME, else the checkout that this package
    lies in, else share/csm of the place that this Python is installed in."""
    if given := os.environ.get("CSM_HOME"):
        return Path(given)
    checkout = _PACKAGE.parents[1]
    if (checkout / "scripts" / "csm").is_dir():
        return checkout
    return Path(sys.prefix) / "share" / "csm"


def own_python() -> Path:
    """The Python that scripts/setup.sh makes; the file need not exist."""
    return home() / ".csm" / "venv" / "bin" / "python"


def search_path() -> str:
    """A value of PYTHONPATH with which another Python finds this package."""
    paths = [str(_PACKAGE.parent), os.environ.get("PYTHONPATH", "")]
    return os.pathsep.join(path for path in paths if path)


def find_program(name: str = "csm_mpi") -> Path | None:
    """A program of CSM: in the folder CSM_BIN, on the PATH, or in the build tree; None if none is
    there."""
    folders = [os.environ.get("CSM_BIN"), os.environ.get("CSM_BUILD_DIR")]
    candidates = [
        Path(folder) / part / name for folder in folders if folder for part in ("", "bin")
    ]
    if found := shutil.which(name):
        candidates.append(Path(found))
    candidates.append(home() / "build" / "release" / "bin" / name)
    return next((path for path in candidates if os.access(path, os.X_OK)), None)


def launcher(n_ranks: int, option: str) -> list[str]:
    """What starts the ranks of a program on this machine, before the program's name: nothing for
    one rank. There may be more ranks than cores. Errors: UserError, which names the option.
    """
    if n_ranks < 1:
        raise UserError(f"{option} is {n_ranks} (the processes to start). Give 1 or more.")
    if n_ranks == 1:
        return []
    if shutil.which("mpirun") is None:
        raise UserError(
            "mpirun is not on the PATH (it starts the ranks). Install Open MPI, or give "
            f"{option}=1."
        )
    return ["mpirun", "--oversubscribe", "-n", str(n_ranks)]


def environment() -> dict[str, str]:
    """The environment of a program of CSM: its threads give up their core while they wait, which
    the programs beside it need, unless OMP_WAIT_POLICY is set."""
    return {"OMP_WAIT_POLICY": "passive", **os.environ}
