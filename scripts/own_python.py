"""Import first: a script of this folder whose Python lacks packages goes on in the virtual environment that scripts/setup.sh made.

`source env.sh` saves the second start. If there is no such environment the Python at hand needs the packages of scripts/requirements.txt.
"""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

# A network of one's own runs in the Python that has its packages: the exporter needs nothing but these.
_FEW = {"export_model.py": ("torch", "numpy")}
_PACKAGES = ("torch", "numpy", "scipy", "h5py", "PIL", "matplotlib", "skimage")
_SCRIPTS = Path(__file__).resolve().parent
_ENVIRONMENT = _SCRIPTS.parent / ".csm" / "venv"


def _go_on_there():
    python = _ENVIRONMENT / "bin" / "python"
    packages = _FEW.get(Path(sys.argv[0]).name, _PACKAGES)
    is_script = Path(sys.argv[0]).resolve().parent == _SCRIPTS  # and no program that imports one of them
    if is_script and Path(sys.prefix) != _ENVIRONMENT and python.is_file() and any(find_spec(package) is None for package in packages):
        os.environ["CSM_ASKED_PYTHON"] = f"{sys.executable} lacks {', '.join(p for p in packages if find_spec(p) is None)}"
        os.execv(python, [str(python), *sys.argv])


def asked_first():
    """Why another Python runs than the one that was asked, as the end of a sentence; empty if that one runs."""
    why = os.environ.pop("CSM_ASKED_PYTHON", "")
    return f" ({why})" if why else ""


_go_on_there()
