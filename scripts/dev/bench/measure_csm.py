"""Runs csm_mpi and reads from its result file where the time went."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import h5py

ROOT = Path(__file__).resolve().parents[3]
LOOP = ("decode", "mesh", "occlusion", "saliency", "keep")  # phases of the loop over the images; forward is a part of occlusion


class BenchError(RuntimeError):
    """A program that could not be measured."""


def run_script(main):
    """Exits with what main() returns, or with 1 and a message on what could not be measured."""
    try:
        sys.exit(main())
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        sys.exit(1)


@dataclass(frozen=True)
class CsmRun:
    """Figures of one run. Times in seconds; `phases` and `loop` are those of the rank with the longest loop."""

    n_images: int
    n_patches: int
    phases: dict
    loop: float

    def __str__(self):
        phases = ", ".join(f"{name} {seconds:.2f}" for name, seconds in self.phases.items() if seconds > 0)
        return f"{self.n_patches} patches in {self.loop:.2f} s ({phases})"

    @property
    def occlusion_rate(self):
        """Distinct patches per second of the occlusion phase (the fill, the patches, the forward)."""
        return self.n_patches / self.phases["occlusion"]

    @property
    def loop_rate(self):
        """Distinct patches per second of the whole image: decoding, mesh, occlusion, maps."""
        return self.n_patches / self.loop

    @property
    def loop_share_outside(self):
        """Share of the loop over the images that is not the network's forward."""
        return 1 - self.phases["forward"] / self.loop

    @property
    def share_outside(self):
        """Share of all phases, start of the program included, that is not the network's forward."""
        whole = sum(seconds for name, seconds in self.phases.items() if name != "forward")
        return 1 - self.phases["forward"] / whole


@dataclass(frozen=True)
class Program:
    """csm_mpi and a folder for its results."""

    path: Path
    folder: Path

    def run(self, *arguments, n_ranks=1, n_threads=1):
        """Runs `csm_mpi arguments` under mpirun. Errors: BenchError with the end of the program's messages."""
        self._mpirun(n_ranks, [str(self.path), *self._arguments(arguments, n_threads)])
        return read_run(self._output)

    def peak_memory(self, *arguments, n_ranks=2, n_threads=1):
        """The largest resident set of any rank [MB]."""
        records = self.folder / "peak"
        records.mkdir(exist_ok=True)
        for old in records.iterdir():
            old.unlink()
        wrapper = [sys.executable, "-S", "-E", str(ROOT / "scripts/dev/bench/record_peak.py"), str(records)]
        self._mpirun(n_ranks, [*wrapper, str(self.path), *self._arguments(arguments, n_threads)])
        peaks = [int(record.read_text()) for record in records.iterdir()]
        if len(peaks) != n_ranks:
            raise BenchError(f"{len(peaks)} of {n_ranks} ranks left a record of their memory in {records}")
        return max(peaks) * 1024 / 1e6

    @property
    def _output(self):
        return self.folder / "bench.h5"

    def _arguments(self, arguments, n_threads):
        return [*arguments, "--threads-per-rank", str(n_threads), "--output", str(self._output), "--overwrite", "--quiet", "--report", "none", "--device", "cpu"]

    def _mpirun(self, n_ranks, command):
        # Unbound, so that a rank of two threads has two cores; with as many threads as cores the kernel spreads them.
        run = ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", str(n_ranks), *command]
        finished = subprocess.run(run, capture_output=True, text=True, env={**os.environ, "CSM_HOME": str(ROOT)}, check=False)
        if finished.returncode != 0:
            raise BenchError(f"{' '.join(run)}\nended with {finished.returncode}:\n{finished.stderr[-2000:]}")


def read_run(path):
    """The CsmRun of a result file."""
    with h5py.File(path, "r") as file:
        ranks = file["entry/process/ranks"]
        names = [name.decode() for name in ranks["phase"][()]]
        tables = [dict(zip(names, row)) for row in ranks["seconds"][()].tolist()]
        n_images, n_patches = len(file["entry/images/n_patches"]), int(file["entry/images/n_patches"][()].sum())
    loops = [sum(table[name] for name in LOOP) for table in tables]
    longest = max(range(len(loops)), key=loops.__getitem__)
    return CsmRun(n_images=n_images, n_patches=n_patches, phases=tables[longest], loop=loops[longest])
