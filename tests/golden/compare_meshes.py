"""Measures how far two kinds of mesh agree on where a point of the frontal face lies in each picture.

Every vertex of the mesh files that lies on our own mesh's surface in the frontal picture is carried to each picture by our own mesh
(barycentric coordinates on its 898 triangles) and compared with the vertex of the file. Needs no result file and not the program.

    compare_meshes.py --images DIR --meshes DIR --canonical MESH.mat --canonical-image PICTURE.jpg
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import scipy.io
import torch
from csm.reference_fit import ROOT, ReferenceFitter, read_image, similarity


def topology(models):
    files = {"topology.json": ""}
    torch.jit.load(str(models / "face_mesh.pt"), _extra_files=files)
    return np.array(json.loads(files["topology.json"])["triangles"])


def locate(points, vertices, triangles):
    """Returns (triangle, barycentric coordinates) of each point on a mesh (V x 3, z away from the viewer); triangle -1 if there is none."""
    corners = vertices[triangles]
    flat = corners[:, :, :2]
    edges = np.stack([flat[:, 1] - flat[:, 0], flat[:, 2] - flat[:, 0]], axis=2)
    determinant = np.linalg.det(edges)
    usable = np.abs(determinant) > 1e-9
    inverse = np.zeros_like(edges)
    inverse[usable] = np.linalg.inv(edges[usable])
    found, weights = np.full(len(points), -1), np.zeros((len(points), 3))
    for i, point in enumerate(points):
        uv = np.einsum("tij,tj->ti", inverse, point - flat[:, 0])
        w = np.column_stack([1 - uv.sum(axis=1), uv])
        inside = np.flatnonzero(usable & (w.min(axis=1) >= -1e-9))
        if len(inside):
            depth = (w[inside] * corners[inside, :, 2]).sum(axis=1)
            found[i] = inside[depth.argmin()]
            weights[i] = w[found[i]]
    return found, weights


def box_of(points):
    """(centre, longer side) of the face_box rule."""
    low, high = points.min(axis=0), points.max(axis=0)
    return (low + high) / 2, max(high - low)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--meshes", type=Path, required=True)
    parser.add_argument("--canonical", type=Path, required=True)
    parser.add_argument("--canonical-image", type=Path, required=True)
    parser.add_argument("--models", type=Path, default=ROOT / "models")
    parser.add_argument("--stride", type=int, default=20)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    fitter, triangles = ReferenceFitter(arguments.models), topology(arguments.models)
    frontal = fitter.fit(read_image(arguments.canonical_image)).landmarks
    canonical = scipy.io.loadmat(arguments.canonical)["vertices"][::arguments.stride, :2].astype(float)
    triangle, weights = locate(canonical, frontal, triangles)
    shared = np.flatnonzero(triangle >= 0)
    print(f"{len(shared)} of {len(canonical)} vertices lie on our mesh in the frontal picture")
    rows = []
    for path in sorted(arguments.images.iterdir()):
        fit = fitter.fit(read_image(path))
        if fit is None:
            print(f"{path.name}: no face found")
            continue
        theirs = scipy.io.loadmat(arguments.meshes / f"{path.stem}_mesh.mat")["vertices"][:, :2].astype(float)
        ours = np.einsum("vk,vkc->vc", weights[shared], fit.landmarks[triangles[triangle[shared]], :2])
        eyes = np.linalg.norm(fit.landmarks[33, :2] - fit.landmarks[263, :2])
        difference = ours - theirs[shared]
        m = similarity(theirs[shared], ours)
        rest = np.linalg.norm(ours - (theirs[shared] @ m[:, :2].T + m[:, 2]), axis=1)
        (centre, side), (other_centre, other_side) = box_of(fit.landmarks[:, :2]), box_of(theirs)
        rows.append([np.median(np.linalg.norm(difference, axis=1)) / eyes, *np.median(difference, axis=0) / eyes,
                     np.median(rest) / eyes, side / other_side, *(centre - other_centre) / other_side])
    names = ("distance (median over vertices)", "shift to the right", "shift down", "distance after a similarity",
             "longer side of the box, ours / theirs", "centre of the box, to the right", "centre of the box, down")
    units = ("outer eye distances",) * 4 + ("", "their sides", "their sides")
    for name, unit, values in zip(names, units, np.array(rows).T, strict=True):
        low, middle, high = np.percentile(values, [10, 50, 90])
        print(f"{name:40} median {middle:7.4f}   10 % {low:7.4f}   90 % {high:7.4f}   {unit}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
