"""Cuts the faces of a folder as a contract wants them: python -m csm.export.face_crops
CONTRACT.json FOLDER OUTPUT.npz

Writes `pictures` (n x H x W x 3, uint8, RGB), `paths` and `labels` (of the manifest's column that
is called as the contract's task; empty if there is none). Needs torch, NumPy and Pillow, and
models/ of scripts/setup.sh for contracts that crop faces.
"""

import json
import sys
from pathlib import Path

import numpy as np

from csm import places
from csm.errors import UserError
from csm.shards.manifest import read_manifest

PICTURES = {".jpg", ".jpeg", ".png", ".bmp", ".webp"}
FEW, MANY = 6, 20  # faces without and with labels


class NoFaces(Exception):
    """Why no face can be cut."""


def cut_faces(folder, contract):
    """(pictures, paths, labels) as above; the photographs are spread over the list. Raises
    NoFaces."""
    from csm import reference_fit  # here, since it needs Pillow

    rows = list_photographs(folder, contract["task"])
    if not rows:
        raise NoFaces(f"{folder} holds no photographs")
    fitter = None
    if contract["crop"]["rule"] != "whole_image":
        if not (places.home() / "models/face_mesh.pt").is_file():
            raise NoFaces(
                "the networks that find faces are not in models/ (scripts/setup.sh makes them)"
            )
        fitter = reference_fit.ReferenceFitter()
    classes = {name.strip().lower() for name in contract.get("classes") or []}
    n_wanted = MANY if any(label.strip().lower() in classes for _, label in rows) else FEW
    pictures, paths, labels = [], [], []
    for path, label in _spread(rows, n_wanted):
        picture = _cut(reference_fit, path, fitter, contract)
        if picture is not None:
            pictures.append(picture)
            paths.append(str(path))
            labels.append(label)
    if not pictures:
        raise NoFaces(f"no face was found on the photographs of {folder} that were tried")
    return np.stack(pictures), paths, labels


def list_photographs(folder, column):
    """(path, label) of the rows of manifest.csv (those of one face if it has the column n_faces),
    else of all files below."""
    manifest = folder / "manifest.csv"
    if not manifest.is_file():
        return [(path, "") for path in sorted(folder.rglob("*")) if path.suffix.lower() in PICTURES]
    return [
        (folder / path, _value(columns, column))
        for path, columns in read_manifest(manifest).images
        if columns.get("n_faces", "1") == "1" and (folder / path).is_file()
    ]


def _value(columns, name):
    """The cell of a column, also if its name is written with other capitals; empty if there is
    none."""
    alike = [text for key, text in columns.items() if key.casefold() == name.casefold()]
    return columns.get(name) or (alike[0] if len(alike) == 1 else "")


def _spread(rows, n):
    """At most n rows, evenly over the list."""
    return (
        [rows[i] for i in sorted({int(k * len(rows) / n) for k in range(n)})]
        if len(rows) > n
        else rows
    )


def _cut(reference_fit, path, fitter, contract):
    """The crop of a photograph (H x W x 3, uint8), None if it cannot be read or shows no face."""
    try:
        photograph = reference_fit.read_image(path)
    except OSError:
        return None
    given = contract["input"]
    height, width = given["height"], given["width"]
    if fitter is None:
        to_input = np.array(
            [[width / photograph.shape[1], 0, 0], [0, height / photograph.shape[0], 0]]
        )
    else:
        fit = fitter.fit(photograph)
        if fit is None or fit.presence < 0:
            return None
        to_input = reference_fit.crop_map(fit, contract)
    return np.clip(np.rint(reference_fit.warp(photograph, to_input, height, width)), 0, 255).astype(
        np.uint8
    )


def main():
    contract, folder, output = (
        json.loads(Path(sys.argv[1]).read_text()),
        Path(sys.argv[2]),
        Path(sys.argv[3]),
    )
    pictures, paths, labels = cut_faces(folder, contract)
    np.savez(output, pictures=pictures, paths=np.array(paths), labels=np.array(labels))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (NoFaces, UserError) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
