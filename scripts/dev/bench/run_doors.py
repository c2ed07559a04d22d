#!/usr/bin/env python3
"""Times one network at every door of --model, side by side and in turns, and prints Markdown.

  scripts/dev/bench.sh doors [--turns N] [--patches N] [--runtime torch|openvino]
  scripts/dev/bench.sh doors --requests N

The network is models/gender_faceres.pt. Each door runs in csm_mpi with the full engine, one rank and one thread, on two sample
faces; the rate is patches a second of the phase `occlusion`, which holds what csm_mpi does around the network. The bare loop is
the same Python function called on batches of 32 images without csm_mpi: what a worker or a service could reach at best.

--requests counts instead the crops that a service would be asked about for one standard error of the CMS, every vertex against
samples of each image's vertices, on N faces (count_requests.py).
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import h5py

from count_requests import print_requests
from machine import OtherLoad, describe_machine
from measure_csm import ROOT

MODEL = ROOT / "models/gender_faceres.pt"
CSM = ROOT / "build/release/bin/csm_mpi"
SERVE = ROOT / "scripts/csm/serve.py"
THREADS = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "CSM_THREADS": "1"}
GOALS = {"process": 0.8, "http": 0.6}

FUNCTIONS = {
    "torch": """
import torch
torch.set_num_threads(1)
torch._C._jit_set_profiling_executor(False)
network = torch.jit.freeze(torch.jit.load({model!r}).eval())
MEAN = torch.tensor([103.939, 116.779, 123.68]).reshape(3, 1, 1)

@torch.inference_mode()
def predict(images):
    x = torch.from_numpy(images).permute(0, 3, 1, 2)
    return network(x - MEAN).numpy()
""",
    "openvino": """
import numpy as np, openvino as ov
network = ov.Core().compile_model({onnx!r}, "CPU", {{"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1}})
MEAN = np.float32([103.939, 116.779, 123.68])

def predict(images):
    return network(np.ascontiguousarray((images - MEAN).transpose(0, 3, 1, 2)))[0]
""",
}
BARE = """
import sys, time
import numpy as np
sys.path.insert(0, {folder!r})
import {name} as worker
images = np.random.default_rng(1).integers(0, 256, (32, 224, 224, 3), dtype=np.uint8)
worker.predict(images)
start, n = time.perf_counter(), 0
while n < {patches}:
    n += len(worker.predict(images))
print("rate", n / (time.perf_counter() - start))
"""


def main(argv=None):
    parser = argparse.ArgumentParser(
        prog="scripts/dev/bench.sh doors",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--turns", type=int, default=3, metavar="N")
    parser.add_argument(
        "--patches", type=int, default=320, metavar="N", help="of each of the two faces"
    )
    parser.add_argument(
        "--program", default=CSM, type=Path, metavar="FILE", help="measure this csm_mpi"
    )
    parser.add_argument("--requests", type=int, metavar="N", help="faces to count the requests of")
    parser.add_argument(
        "--dataset", type=Path, metavar="FOLDER", help="the faces (default: samples)"
    )
    parser.add_argument("--runtime", choices=("torch", "openvino", "both"), default="both")
    given = parser.parse_args(argv)
    others = OtherLoad()
    with tempfile.TemporaryDirectory(prefix="csm_doors_") as folder:
        if given.requests:
            print_requests(given, Path(folder))
        else:
            print_doors(given, Path(folder))
    print(f"\nMachine: {describe_machine()}; {others}.")
    return 0


def print_doors(given, folder):
    with zipfile.ZipFile(MODEL) as archive:
        name = next(name for name in archive.namelist() if name.endswith("contract.json"))
        contract = archive.read(name)
    onnx = folder / "faceres.onnx"
    onnx.with_suffix(".contract.json").write_bytes(contract)
    runtimes = ("torch", "openvino") if given.runtime == "both" else (given.runtime,)
    if "openvino" in runtimes:
        export(onnx)
    for runtime in runtimes:
        (folder / f"{runtime}_worker.py").write_text(
            FUNCTIONS[runtime].format(model=str(MODEL), onnx=str(onnx))
        )
        (folder / f"{runtime}_worker.contract.json").write_bytes(contract)

    rates = {}
    for _ in range(given.turns):
        for runtime in runtimes:
            own = MODEL if runtime == "torch" else onnx
            place = f"{folder / runtime}_worker.py:predict"
            doors = {
                "file": lambda own=own: measure(own, given, folder),
                "bare loop": lambda runtime=runtime: bare(folder, runtime, given),
                "process": lambda place=place: measure(
                    f"process:{sys.executable} {SERVE} {place}", given, folder
                ),
                "http": lambda place=place: measure_service(place, given, folder),
            }
            for door, rate in doors.items():
                rates.setdefault((runtime, door), []).append(rate())
    print(
        "| runtime | door | patches a second (turns) | of the bare loop | goal |\n|---|---|---|---|---|"
    )
    for (runtime, door), values in rates.items():
        share = statistics.median(a / b for a, b in zip(values, rates[runtime, "bare loop"]))
        goal = (
            f">= {GOALS[door]} {'met' if share >= GOALS[door] else '**missed**'}"
            if door in GOALS
            else ""
        )
        print(
            f"| {runtime} | {door} | {statistics.median(values):.1f} ({', '.join(f'{v:.1f}' for v in values)}) | {share:.2f} | {goal} |"
        )


def export(path):
    import torch

    network = torch.jit.load(str(MODEL)).eval()
    torch.onnx.export(
        network,
        (torch.rand(2, 3, 224, 224),),
        str(path),
        input_names=["images"],
        output_names=["gender"],
        dynamic_axes={"images": {0: "n"}},
        dynamo=False,
        opset_version=17,
    )


def measure(model, given, folder):
    """Patches a second of a run of csm_mpi."""
    output = folder / "result.h5"
    output.unlink(missing_ok=True)
    command = [
        given.program,
        "--task",
        "gender",
        "--model",
        model,
        "--engine",
        "full",
        "--device",
        "cpu",
        "--threads-per-rank",
        "1",
        "--limit",
        "2",
        "--mirror",
        "off",
        "--vertices-per-image",
        given.patches,
        "--answers",
        "none",
        "--restart",
        "never",
        "--quiet",
        "--report",
        "none",
        "--output",
        output,
    ]
    result = subprocess.run(
        [*map(str, command)], capture_output=True, text=True, env=os.environ | THREADS
    )
    if result.returncode != 0:
        sys.exit(f"csm_mpi --model {model} failed: {result.stderr}")
    with h5py.File(output) as file:
        ranks = file["entry/process/ranks"]
        seconds = dict(zip(ranks["phase"].asstr()[:], ranks["seconds"][0]))
        return file["entry/images/n_computed"][:].sum() / seconds["occlusion"]


def measure_service(place, given, folder):
    server = subprocess.Popen(
        [sys.executable, SERVE, place, "--http", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | THREADS,
    )
    try:
        return measure(re.search(r"http\S+", server.stdout.readline()).group(), given, folder)
    finally:
        server.kill()
        server.wait()


def bare(folder, runtime, given):
    text = BARE.format(folder=str(folder), name=f"{runtime}_worker", patches=2 * given.patches)
    result = subprocess.run(
        [sys.executable, "-c", text],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | THREADS,
    )
    return float(re.search(r"rate (\S+)", result.stdout).group(1))


if __name__ == "__main__":
    sys.exit(main())
