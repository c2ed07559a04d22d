"""The code blocks of a document, and a folder like a user's in which they run on little work."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import conftest

# Blocks of these languages run; "text" is output or a file's content.
LANGUAGES = ("bash", "python", "text")
FENCE = re.compile(r"^```(\S*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = re.compile(r"<!-- not run: (.*?) -->\s*\Z", re.DOTALL)

# What makes a run short, unless the block itself says how much to do.
SMALL = ("--vertex-stride", "800", "--canonical-size", "128", "--threads-per-rank", "1")
FEW = 5  # sample faces of each gender

PROGRAM = """#!/usr/bin/env bash
small=({small})
arguments=("$@")
if [[ " $* " == *" --task "* || " $* " == *" --job "* ]]; then
  for ((i = 0; i < ${{#small[@]}}; i += 2)); do
    [[ " $* " == *" ${{small[i]}} "* ]] || arguments+=("${{small[i]}}" "${{small[i + 1]}}")
  done
fi
exec {program} "${{arguments[@]}}"
"""

LAUNCHER = """#!/usr/bin/env bash
arguments=("$@")
for ((i = 1; i < $#; ++i)); do
  if [[ ${{arguments[i - 1]}} == -n ]]; then arguments[i]=2; fi
done
exec {launcher} "${{arguments[@]}}"
"""

NETWORK = """import torch


class ResNet18(torch.nn.Module):
    def __init__(self, num_classes):
        super().__init__()
        self.features = torch.nn.Conv2d(3, 4, 8, stride=8)
        self.scores = torch.nn.Linear(4, num_classes)

    def forward(self, x):
        return self.scores(torch.relu(self.features(x)).mean((2, 3)))
"""


@dataclass(frozen=True)
class Block:
    language: str
    code: str
    line: int     # of its fence, from 1
    why_not: str  # why it is not run; empty if it is


def blocks_of(text):
    """The blocks in order. Errors: ValueError for a block that nothing says how to run, and for a
    mark without a block."""
    blocks, end = [], 0
    for fence in FENCE.finditer(text):
        line = text.count("\n", 0, fence.start()) + 1
        mark = MARK.search(text, end, fence.start())
        if fence[1] not in LANGUAGES:
            valid = ", ".join(LANGUAGES)
            raise ValueError(f"line {line}: a block of '{fence[1]}' cannot be run; valid: {valid}")
        blocks.append(Block(fence[1], fence[2], line, mark[1].strip() if mark else ""))
        end = fence.end()
    n_fences, n_marks = len(re.findall("^ *```", text, re.MULTILINE)), text.count("<!-- not run")
    if n_fences != 2 * len(blocks) or n_marks != sum(bool(block.why_not) for block in blocks):
        raise ValueError("a block is not closed or indented, or a mark has no block after it")
    return blocks


def make_place(folder):
    """What a user has who sits in the root of a built tree, with photos and a network of their own;
    csm_mpi and mpirun are exchanged for ones that do less."""
    tree = conftest.ROOT
    (folder / "build/release/bin").mkdir(parents=True)
    (folder / "scripts/launch").mkdir(parents=True)
    (folder / ".csm").mkdir()
    (folder / ".csm/venv").symlink_to(sys.prefix)
    for name in ("env.sh", "jobs"):
        (folder / name).symlink_to(tree / name)
    _write_samples(folder / "samples/faces", tree / "samples/faces")
    (folder / "models").mkdir()
    for model in (tree / "models").iterdir():
        (folder / "models" / model.name).symlink_to(model)
    launcher = shutil.which("mpirun", path=conftest.environment()["PATH"])
    _write_program(folder / "scripts/launch/mpirun", LAUNCHER.format(launcher=launcher))
    small = " ".join(SMALL)
    _write_program(folder / "build/release/bin/csm_mpi",
                   PROGRAM.format(small=small, program=conftest.PROGRAM))
    _write_photos(folder / "photos", tree / "samples/faces/img")
    _write_network(folder)
    return folder


def _write_program(path, text):
    path.write_text(text)
    path.chmod(0o755)


def _write_samples(folder, samples):
    """The first sample faces of each gender, which the last letter of a file names."""
    (folder / "img").mkdir(parents=True)
    header, *rows = (samples / "manifest.csv").read_text().splitlines()
    rows = [row for letter in "fm" for row in [row for row in rows if f"{letter}.jpg" in row][:FEW]]
    for path in (row.split(",")[0] for row in rows):
        (folder / path).symlink_to(samples / path)
    (folder / "manifest.csv").write_text("\n".join([header, *rows]) + "\n")


def _write_photos(folder, images):
    """Three women and three men, named by the last letter of their files, in two ethnicities."""
    (folder / "img").mkdir(parents=True)
    rows = ["path,gender,age,ethnicity"]
    for letter, gender in (("f", "female"), ("m", "male")):
        for k, image in enumerate(sorted(images.glob(f"*{letter}.jpg"))[:3]):
            shutil.copy(image, folder / "img")
            rows.append(f"img/{image.name},{gender},{20 + k},{'AB'[k % 2]}")
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n")


def _write_network(folder):
    """my_nets.py and the weights of its network, which are random."""
    import torch

    (folder / "my_nets.py").write_text(NETWORK)
    names = {}
    exec(NETWORK, names)
    torch.manual_seed(1)
    network = names["ResNet18"](2)
    torch.save(network.state_dict(), folder / "gender.pth")
    return network


def run_bash(block, folder, environment):
    """The environment after the block, which the next ones of the document begin with.

    Errors: AssertionError with the block's place and its messages.
    """
    state = folder / "environment"
    command = f"set -euo pipefail\n{block.code}\nenv -0 >{state}\n"
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, \
        f"line {block.line}: {done.returncode}\n{block.code}\n{done.stdout}{done.stderr}"
    pairs = state.read_text().split("\0")
    return dict(pair.split("=", 1) for pair in pairs if pair)


def first_environment():
    """That of a terminal on a machine with two cores, before `source env.sh`."""
    return conftest.environment() | {
        "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_hwloc_base_binding_policy": "none",
        "OMPI_MCA_mpi_yield_when_idle": "1", "OMP_WAIT_POLICY": "passive", "MPLBACKEND": "Agg",
        "PATH": _path_without(Path(sys.prefix) / "bin")}


def _path_without(folder):
    parts = conftest.environment()["PATH"].split(os.pathsep)
    return os.pathsep.join(part for part in parts if Path(part) != folder)
