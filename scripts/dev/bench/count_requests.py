"""Counts the crops that a service would be asked about for one standard error of the CMS.

A sample of each image's vertices takes fewer crops an image, and more images for the same standard
error: its variance is larger. csm_mpi counts the crops that it computes, here with the network in
its own process; that a service is asked about as many is shown on a few images first.
"""

import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from measure_csm import ROOT

MODEL = ROOT / "models/gender.pt"
SERVE = ROOT / "scripts/csm/serve.py"
CLEAN_CROPS = 4  # of each image: the answer that drops are counted from, and three for the noise
SAMPLES = {
    "every vertex": ("--quality", "full"),
    "`--quality standard`": ("--quality", "standard"),
    "`--quality draft`": ("--quality", "draft"),
    "`--vertices-per-image 64`": ("--vertices-per-image", "64"),
}
GOAL = 7  # times fewer requests of a draft

# The network as a service that writes down how many crops each request holds.
SERVICE = """
import json
import torch
network = torch.jit.load({model!r}).eval()
contract = json.loads({contract!r})["input"]
mean, std = (torch.tensor(contract[name]).reshape(3, 1, 1) for name in ("mean", "std"))
asked = open({asked!r}, "a")

@torch.inference_mode()
def predict(images):
    print(len(images), file=asked, flush=True)
    x = torch.from_numpy(images).permute(0, 3, 1, 2).float()
    return network((x - mean) / std)
"""


@dataclass(frozen=True)
class Counted:
    """What one run took and found."""

    crops: float  # an image, clean ones too
    variance: float  # squared standard error of the CMS, mean over the face
    n_images: int


def print_requests(given, folder):
    """Prints a table of the samples, and whether a service counts the same."""
    compare_with_a_service(given, folder)
    runs = {}
    for name, sample in SAMPLES.items():
        print(f"bench: {name}", file=sys.stderr, flush=True)
        runs[name] = count(given, folder, sample)

    everything = runs["every vertex"]
    print("| | crops an image | images for one standard error | crops for it | times fewer |")
    print("|---|---|---|---|---|")
    for name, run in runs.items():
        more_images = run.variance / everything.variance
        fewer = everything.crops / (run.crops * more_images)
        print(
            f"| {name} | {run.crops:.0f} | {more_images:.2f} | {run.crops * more_images:.0f} "
            f"| {fewer:.1f}{against_goal(name, fewer)} |"
        )
    print(f"\n{everything.n_images} faces, {MODEL.name}, one crop a request.")


def against_goal(name, fewer):
    if name != "`--quality draft`":
        return ""
    return f" (goal {GOAL}: {'met' if fewer >= GOAL else '**missed**'})"


def run_csm(given, output, model, *more):
    """Runs csm_mpi on the faces; returns the result file."""
    command = [given.program, "--task", "gender", "--model", model, "--output", output, *more]
    command += ["--device", "cpu", "--answers", "none", "--restart", "never", "--report", "none"]
    command += ["--overwrite"]
    if given.dataset:
        command += ["--dataset", given.dataset, "--label", "none"]
    result = subprocess.run(
        [*map(str, command), "--quiet"], capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed: {result.stderr}")
    return h5py.File(output)


def count(given, folder, sample):
    with run_csm(given, folder / "counted.h5", MODEL, "--limit", given.requests, *sample) as file:
        errors = file["entry/cms/cms_errors"][:].astype(float)
        return Counted(
            crops=CLEAN_CROPS + file["entry/images/n_computed"][:].mean(),
            variance=float(np.nanmean(errors**2)),
            n_images=int(file["entry/n_images"][()]),
        )


def compare_with_a_service(given, folder, n_images=(1, 3)):
    """Exits if two more images do not cost a service the crops that the file counts.

    The first twelve images of a run are looked at once more, to see what the outputs are.
    """
    counted, served = [], []
    for n in n_images:
        asked = folder / f"asked{n}"
        with Service(folder, asked) as url:
            more = ("--quality", "draft", "--limit", n)
            with run_csm(given, folder / "served.h5", url, *more) as file:
                computed = file["entry/images/n_computed"][:]
        counted.append(int(computed.sum()) + (CLEAN_CROPS + 1) * len(computed))
        served.append(sum(map(int, asked.read_text().split())))
    before = served[0] - counted[0]  # crops with which the model is tried
    print(
        f"A service was asked about {served[1]} crops for {n_images[1]} images, {before} of them "
        f"to try the model; csm_mpi counts {counted[1]}.\n"
    )
    if served[1] - before != counted[1]:
        sys.exit("The counts differ: the table would be wrong.")


class Service:
    """`csm serve` of the network, counting crops into a file; gives its URL."""

    def __init__(self, folder, asked):
        with zipfile.ZipFile(MODEL) as archive:
            name = next(name for name in archive.namelist() if name.endswith("contract.json"))
            contract = archive.read(name).decode()
        self.path = Path(folder) / "counting_worker.py"
        self.path.write_text(
            SERVICE.format(model=str(MODEL), contract=contract, asked=str(asked))
        )
        self.path.with_suffix(".contract.json").write_text(json.dumps(json.loads(contract)))

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, SERVE, f"{self.path}:predict", "--http", "0"],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ,
        )
        return re.search(r"http\S+", self.process.stdout.readline()).group()

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
