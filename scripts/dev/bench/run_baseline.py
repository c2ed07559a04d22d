"""Runs the baselines of baseline.py, each in a process of its own, because the allocator is set up at a process's start."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from measure_csm import ROOT, BenchError

# The settings that csm_mpi makes with mallopt at its start (src/model/device.cpp).
CSM_MALLOC = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(2**31 - 1), "MALLOC_TOP_PAD_": str(64 << 20)}
DEFAULT_MALLOC = {}


@dataclass(frozen=True)
class Baseline:
    """The arguments of baseline.py and the environment of its allocator."""

    arguments: tuple
    malloc: dict = field(default_factory=dict)
    site: Path | None = None  # folder with Captum

    def rate(self):
        """Patches or windows per second."""
        return self.finish(self.start())

    def start(self):
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH" and not name.startswith("MALLOC_")}
        if self.site:
            environment["PYTHONPATH"] = str(self.site)
        command = [sys.executable, str(ROOT / "scripts/dev/bench/baseline.py"), *map(str, self.arguments)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment | self.malloc)

    def finish(self, process):
        output, errors = process.communicate()
        if process.returncode != 0:
            raise BenchError(f"baseline.py {' '.join(map(str, self.arguments))} ended with {process.returncode}:\n{errors[-2000:]}")
        found = json.loads(output)
        return found["n"] / found["seconds"]

    def rate_of(self, n_processes):
        """Patches per second of several such processes at the same time, together."""
        processes = [self.start() for _ in range(n_processes)]
        return sum([self.finish(process) for process in processes])


def install_captum(folder):
    """The folder that holds Captum (beside the virtual environment, whose torch it uses), or None without a package index."""
    requirements = ROOT / "scripts/dev/bench/requirements.txt"
    stamp = folder / ".csm-stamp"
    if stamp.is_file() and stamp.read_text() == requirements.read_text():
        return folder
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--upgrade",
               "--target", str(folder), "-r", str(requirements)]
    finished = subprocess.run(install, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        print(f"bench: Captum cannot be installed, row e is left out: {finished.stderr.strip()[-300:]}", file=sys.stderr)
        return None
    stamp.write_text(requirements.read_text())
    return folder
