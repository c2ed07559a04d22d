"""The files that the checks of this folder look at."""

import subprocess
from pathlib import Path


def tracked_files(root, suffixes):
    """The paths of the tracked files with these endings; all below the root, if it is not a repository."""
    listed = subprocess.run(["git", "-C", str(root), "ls-files"], capture_output=True, text=True, check=False)
    names = listed.stdout.splitlines() if listed.returncode == 0 else [
        str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()]
    return sorted(name for name in names if Path(name).suffix in suffixes and (root / name).is_file())
