"""Pictures on which the exporter looks at a network: real faces if it can get them, and noise."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch

from csm import places
from csm.contract import ContractError, example_images

N_NOISE = 4


@dataclass
class CheckImages:
    """Network inputs (n x 3 x H x W), the first `n_faces` of them faces with labels ("" if there is
    none)."""

    inputs: torch.Tensor
    n_faces: int = 0
    labels: list = field(default_factory=list)
    shown: str = "images of noise"
    remark: str = ""  # why there are no faces


def collect(contract, folder):
    """Faces of a folder as the contract crops them, and noise. `folder` None is samples/faces,
    "none" is noise only.

    Raises ContractError if a folder was named and no face of it can be used.
    """
    noise = example_images(contract, N_NOISE, seed=5)
    if folder == "none":
        return CheckImages(noise)
    place = Path(folder) if folder else places.home() / "samples" / "faces"
    if not place.is_dir():
        if folder:
            raise ContractError(
                f"--check-images {folder}: there is no such folder. Valid: a folder of photographs,"
                " or none."
            )
        return CheckImages(noise, remark="samples/faces is not there (scripts/setup.sh makes it)")
    pictures, labels, why = _cut(place, contract)
    if pictures is None:
        if folder:
            raise ContractError(f"--check-images {folder}: {why}.")
        return CheckImages(noise, remark=why)
    shown = f"{len(pictures)} faces of {folder or 'samples/faces'}"
    return CheckImages(
        torch.cat([normalise(pictures, contract["input"]), noise]), len(pictures), labels, shown
    )


def normalise(pictures, given):
    """(n x 3 x H x W) network input of RGB pictures (n x H x W x 3) on 0..255."""
    values = torch.from_numpy(np.ascontiguousarray(pictures)).float().permute(0, 3, 1, 2)
    if given["colour"] == "bgr":
        values = values.flip(1)
    mean, std = (
        torch.tensor(given[name], dtype=torch.float32).view(1, 3, 1, 1) for name in ("mean", "std")
    )
    return (values - mean) / std


def _cut(folder, contract):
    """(pictures, labels, "") or (None, None, why), by this Python if it has Pillow, else by CSM's
    own."""
    if find_spec("PIL"):
        from csm.export.face_crops import NoFaces, cut_faces

        try:
            pictures, _, labels = cut_faces(folder, contract)
        except NoFaces as error:
            return None, None, str(error)
        return pictures, labels, ""
    if not places.own_python().is_file():
        return (
            None,
            None,
            (
                "this Python has no Pillow to read photographs with, and scripts/setup.sh has not"
                " made CSM's own"
            ),
        )
    with tempfile.TemporaryDirectory() as place:
        wish, crops = Path(place) / "contract.json", Path(place) / "crops.npz"
        wish.write_text(json.dumps(contract))
        done = subprocess.run(
            [
                str(places.own_python()),
                "-m",
                "csm.export.face_crops",
                str(wish),
                str(folder),
                str(crops),
            ],
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONPATH": places.search_path()},
        )
        if done.returncode != 0:
            return None, None, (done.stderr.strip().splitlines() or ["faces could not be cut"])[-1]
        found = np.load(crops)
        return found["pictures"], [str(label) for label in found["labels"]], ""


def outputs_of(network, inputs):
    """One tensor (n x size) an output, computed image by image."""
    rows = []
    with torch.no_grad():
        for image in inputs:
            result = network(image[None])
            result = [result] if torch.is_tensor(result) else list(result)
            rows.append([part.detach().reshape(1, -1).float() for part in result])
    return [torch.cat(column) for column in zip(*rows, strict=False)]


def interpreter():
    """Which Python runs, for a first line."""
    return f"Python {sys.version.split()[0]} of {sys.executable} with torch {torch.__version__}"
