"""Computes CIS and CMS of real images in NumPy and PyTorch and compares them with a result of csm_mpi.

The whole chain is written anew from the equations of docs/method.md and docs/model_contract.md: decoding (Pillow), mesh files (SciPy), the
face_box crop, the occlusion and the maps. Only the network's weights are shared. Takes results made with
`--mesh files --canonical MESH --canonical-image PICTURE --save-cis --target predicted --confidence probability|logit --fill mean`.

    reference_cms.py RESULT.h5 --images DIR --meshes DIR --canonical MESH.mat --canonical-image PICTURE.jpg --model gender.pt
"""

import argparse
import json
import math
import sys
from pathlib import Path

import h5py
import numpy as np
import reference_maps as reference
import scipy.io
import torch
from PIL import Image


def face_box_crop(picture, vertices, scale, height, width):
    """Returns the crop (height x width x 3, uint8) and the vertices on it, by docs/model_contract.md, `face_box` in numbers.

    OpenCV's warp is followed to the bit: it finds source positions in steps of 1/32 px, so that its bilinear weights are whole 1/1024,
    and rounds halves up. An exact warp would differ by up to one grey value, which a network answers with far more than rounding.
    """
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    side = scale * max(high - low)
    left, top = (low + high) / 2 - side / 2
    zoom_x, zoom_y = width / side, height / side
    if min(zoom_x, zoom_y) <= 0.5:
        raise SystemExit("the crop shrinks the picture to half or less: this script has no area averaging")
    on_crop = (vertices - [left, top]) * [zoom_x, zoom_y]

    # Pixel centres lie at + 0.5 in both pictures. In x the library rounds slope and offset apart, in y their sum.
    start_x, start_y = left + 0.5 / zoom_x - 0.5, top + 0.5 / zoom_y - 0.5
    x = np.rint(np.arange(width) / zoom_x * 1024).astype(np.int64) + round(start_x * 1024)
    y = np.rint((np.arange(height) / zoom_y + start_y) * 1024).astype(np.int64)
    x, y = (x + 16) >> 5, (y + 16) >> 5
    padded = np.zeros((picture.shape[0] + 2, picture.shape[1] + 2, 3), np.int64)  # black outside
    padded[1:-1, 1:-1] = picture

    def at(row, column):
        rows = np.clip(row + 1, 0, padded.shape[0] - 1)
        columns = np.clip(column + 1, 0, padded.shape[1] - 1)
        return padded[rows[:, None], columns[None, :]]

    fx, fy = (x & 31)[None, :, None], (y & 31)[:, None, None]
    x, y = x >> 5, y >> 5
    total = (32 - fy) * ((32 - fx) * at(y, x) + fx * at(y, x + 1)) + fy * ((32 - fx) * at(y + 1, x) + fx * at(y + 1, x + 1))
    return ((total + 512) >> 10).astype(np.uint8), on_crop


class Network:
    """A TorchScript classifier with its contract; gives the first output that is not ignored, as logits."""

    def __init__(self, path, dtype):
        files = {"contract.json": ""}
        self.module = torch.jit.load(str(path), _extra_files=files).eval().to(dtype)
        self.contract = json.loads(files["contract.json"])
        self.dtype = dtype
        kinds = [output["kind"] for output in self.contract["outputs"]]
        self.used = next(i for i, kind in enumerate(kinds) if kind != "ignored")
        if kinds[self.used] != "logit" or self.contract.get("heads"):
            raise SystemExit(f"this script reads one output of logits, not {kinds} with heads")

    def __call__(self, inputs):
        with torch.inference_mode():
            outputs = self.module(torch.as_tensor(np.asarray(inputs)).to(self.dtype))
        outputs = outputs if isinstance(outputs, (tuple, list)) else (outputs,)
        return outputs[self.used].flatten(1).double().numpy()


def measure(network, picture, vertices, patch_size, batch_size):
    """Returns (clean logits, (V x classes) logits of the occluded copies, NaN if a vertex is not used)."""
    spec = network.contract["input"]
    height, width = spec["height"], spec["width"]
    crop, on_crop = face_box_crop(picture, vertices, network.contract["crop"]["scale"], height, width)
    clean = reference.normalise(crop, spec["mean"], spec["std"], spec["colour"])
    clean_logits = network(clean[None])[0]
    occluded_logits = np.full((len(vertices), len(clean_logits)), np.nan)
    members, squares = {}, []
    for i, (x, y) in enumerate(on_crop):
        if reference.is_on_input(x, y, height, width):
            members.setdefault(reference.square_on_input(x, y, patch_size, height, width), []).append(i)
    squares = list(members)
    for first in range(0, len(squares), batch_size):
        batch = np.repeat(clean[None].astype(np.float32 if network.dtype == torch.float32 else np.float64),
                          len(squares[first:first + batch_size]), axis=0)
        for copy, (x1, y1, x2, y2) in zip(batch, squares[first:first + batch_size], strict=True):
            copy[:, y1:y2, x1:x2] = 0  # the model's mean colour
        for square, logits in zip(squares[first:first + batch_size], network(batch), strict=True):
            occluded_logits[members[square]] = logits
    return clean_logits, occluded_logits


def confidence(logits, target, kind):
    return logits[..., target] if kind == "logit" else reference.softmax(logits)[..., target]


def canonical_vertices(path, picture_path, stride, size):
    """f_i on F: px of the picture, scaled to fit into size x size."""
    width, height = Image.open(picture_path).size
    scale = size / max(width, height)
    vertices = scipy.io.loadmat(path)["vertices"][::stride, :2].astype(np.float64)
    return vertices * scale + [(size - width * scale) / 2, (size - height * scale) / 2]


def option(file, name):
    return file["entry/options"][name].asstr()[()]


def compare(name, ours, theirs):
    """Prints and returns the largest difference relative to the map's maximum."""
    scale = np.abs(theirs).max()
    worst = np.abs(ours - theirs).max() / scale
    print(f"{name:24} maximum {scale:.6g}   largest difference / maximum {worst:.3g}", flush=True)
    return worst


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("result", nargs="+", type=Path, help="results on the same images; they may differ in the confidence")
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--meshes", type=Path, required=True)
    parser.add_argument("--canonical", type=Path, required=True)
    parser.add_argument("--canonical-image", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--tolerance", type=float, default=1e-5, help="relative to the map's maximum")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--double", action="store_true", help="run the network in float64")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    files = [h5py.File(path) for path in arguments.result]
    first = files[0]
    patch_size, stride = int(option(first, "patch_size")), int(option(first, "vertex_stride"))
    size = int(option(first, "canonical_size"))
    network = Network(arguments.model, torch.float64 if arguments.double else torch.float32)
    canonical = canonical_vertices(arguments.canonical, arguments.canonical_image, stride, size)
    side = patch_size * size / network.contract["input"]["width"]
    ids = first["entry/images/id"].asstr()[:]
    worst, maps, counts = 0.0, [[] for _ in files], []
    for row, image_id in enumerate(ids):
        picture = np.asarray(Image.open(arguments.images / image_id).convert("RGB"))
        vertices = scipy.io.loadmat(arguments.meshes / f"{Path(image_id).stem}_mesh.mat")["vertices"].astype(np.float64)
        clean, occluded = measure(network, picture, vertices[:, :2], patch_size, arguments.batch_size)
        target = int(np.argmax(clean))
        for k, file in enumerate(files):
            if file["entry/images/id"].asstr()[row] != image_id or file["entry/images/status"].asstr()[row] != "ok":
                raise SystemExit(f"{arguments.result[k]}: row {row} is another image, or one that failed")
            kind = file["entry/confidence"].asstr()[()]
            conf = confidence(clean, target, kind)
            if not math.isclose(conf, file["entry/images/confidence"][row], rel_tol=1e-5, abs_tol=1e-6):
                print(f"{image_id}: confidence {conf} against {file['entry/images/confidence'][row]}")
            cis, count = reference.canonical_image_map(canonical, conf - confidence(occluded, target, kind), side, size)
            worst = max(worst, compare(f"{image_id} {kind}", cis, np.nan_to_num(file["entry/cis/cis"][row])))
            maps[k].append(cis)
        counts.append(count)
    for k, file in enumerate(files):
        mean, error, n = reference.canonical_model_map(maps[k], counts)
        if not np.array_equal(n, file["entry/cms/count"][:]):
            raise SystemExit("the counts of the CMS differ")
        kind = file["entry/confidence"].asstr()[()]
        worst = max(worst, compare(f"CMS {kind}", mean, file["entry/cms/cms"][:]))
        if len(ids) > 1:
            compare(f"standard error {kind}", np.nan_to_num(error), np.nan_to_num(file["entry/cms/cms_errors"][:]))
    print(f"worst of CIS and CMS: {worst:.3g}, allowed {arguments.tolerance:.3g}")
    return 0 if worst <= arguments.tolerance else 1


if __name__ == "__main__":
    sys.exit(main())
