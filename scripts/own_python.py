"""Import first: a script of this folder whose Python lacks packages goes on in the virtual environment that scripts/setup.sh made.

`source env.sh` saves the second start. Where there is no such environment the Python at hand needs the packages of scripts/requirements.txt.
"""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

_PACKAGES = ("torch", "numpy", "scipy", "h5py", "PIL", "matplotlib", "skimage")
_SCRIPTS = Path(__file__).resolve().parent
_ENVIRONMENT = _SCRIPTS.parent / ".csm" / "venv"


def _go_on_there():
    python = _ENVIRONMENT / "bin" / "python"
    is_script = Path(sys.argv[0]).resolve().parent == _SCRIPTS  # and no program that imports one of them
    if is_script and Path(sys.prefix) != _ENVIRONMENT and python.is_file() and any(find_spec(package) is None for package in _PACKAGES):
        os.execv(python, [str(python), *sys.argv])


_go_on_there()
