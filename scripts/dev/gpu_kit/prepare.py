"""Gathers the kit: a folder that holds all that the run needs but Python with torch, CMake, ninja and a compiler."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from gpu_kit.session import KitError

ROOT = Path(__file__).resolve().parents[3]
LARGEST = 60 * 2**20  # bytes: what can be brought along to the machine
STAGES = ("core", "model", "occlusion", "explain")
# Of the repository, as they are.
SOURCES = ("CMakeLists.txt", "cmake", "jobs", "src/CMakeLists.txt", "src/engine_bench",
           *(f"{top}/{stage}" for stage in STAGES for top in ("src", "include/csm")),
           "tests/CMakeLists.txt", "tests/support", "tests/golden",
           *(f"tests/unit/{stage}" for stage in STAGES),
           "scripts/models/make_zoo.py", "scripts/models/zoo", "scripts/csm/__init__.py", "scripts/csm/errors.py",
           "scripts/csm/contract.py", "scripts/csm/contract_sense.py", "scripts/csm/names.py",
           "scripts/csm/normalisations.py")
MODELS = ("gender", "recognition", "expression", "pose", "age")
# Of Debian's packages libspdlog-dev, libfmt-dev, nlohmann-json3-dev, libssl-dev and googletest.
HEADERS = ("spdlog", "fmt", "nlohmann", "openssl")
MACHINE_HEADERS = "openssl"  # those of the processor stand apart
GOOGLETEST = Path("/usr/src/googletest")


def prepare(folder):
    """Fills a new folder. Errors: KitError if something is missing or the kit is too large."""
    if folder.exists() and any(folder.iterdir()):
        raise KitError(f"--prepare: '{folder}' is not empty. Give a new folder, or delete this one.")
    folder.mkdir(parents=True, exist_ok=True)
    for name in SOURCES:
        _copy(ROOT / name, folder / "source" / name)
    _copy(Path(__file__).parent, folder / "gpu_kit")
    _copy(Path(__file__).parents[1] / "gpu_kit.sh", folder / "gpu_kit.sh")
    for name in MODELS:
        _copy(ROOT / f"models/{name}.pt", folder / f"models/{name}.pt", "run scripts/setup.sh, which makes the models")
    _copy_third_parties(folder / "third_party")
    _write_places(folder / "places.txt")
    (folder / "kit.json").write_text(json.dumps({"commit": _commit()}))

    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"gpu_kit: '{folder}' holds {size / 2**20:.1f} MiB; copy it to the machine with the GPU and run there: "
          "gpu_kit.sh --run .")
    if size > LARGEST:
        raise KitError(f"the kit has {size / 2**20:.1f} MiB, more than the {LARGEST / 2**20:.0f} that may be brought along. "
                       "Leave a model of gpu_kit/prepare.py out.")


def _copy(source, target, advice="is this a whole copy of the repository?"):
    """Copies a file or a folder."""
    if not source.exists():
        raise KitError(f"'{source}' is missing: {advice}")
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    else:
        shutil.copy(source, target)


def _copy_third_parties(folder):
    advice = "scripts/setup.sh installs Debian's packages"
    for name in HEADERS:
        _copy(Path("/usr/include") / name, folder / "include" / name, advice)
    libraries = Path("/usr/lib") / _multiarch()
    _copy(Path("/usr/include") / _multiarch() / MACHINE_HEADERS, folder / "include" / MACHINE_HEADERS, advice)
    _copy(libraries / "libcrypto.a", folder / "lib/libcrypto.a", advice)
    _copy(GOOGLETEST / "CMakeLists.txt", folder / "googletest/CMakeLists.txt", advice)
    for part in ("googletest", "googlemock"):
        _copy(GOOGLETEST / part / "CMakeLists.txt", folder / "googletest" / part / "CMakeLists.txt", advice)
        for content in ("src", "include", "cmake"):
            _copy(GOOGLETEST / part / content, folder / "googletest" / part / content, advice)


def _multiarch():
    """Debian's name of the processor, such as x86_64-linux-gnu."""
    return subprocess.run(["g++", "-print-multiarch"], capture_output=True, text=True, check=True).stdout.strip()


def _write_places(path):
    """The places of the patches on a face, as scripts/dev/bench/run_engines.py has them from a run of csm_mpi."""
    program = ("import pathlib, sys, run_engines\n"
               "print(run_engines.write_places(pathlib.Path(sys.argv[1])))\n")
    with tempfile.TemporaryDirectory() as folder:
        made = subprocess.run([sys.executable, "-c", program, folder], capture_output=True, text=True, check=False,
                              env={**os.environ, "PYTHONPATH": str(ROOT / "scripts/dev/bench")})
        if made.returncode != 0:
            raise KitError(f"the places of the patches cannot be had: {made.stderr[-1000:]}")
        shutil.copy(made.stdout.strip(), path)


def _commit():
    told = subprocess.run(["git", "describe", "--always", "--dirty", "--abbrev=12"], cwd=ROOT, capture_output=True,
                          text=True, check=False)
    return told.stdout.strip() or "unknown"
