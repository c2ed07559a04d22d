"""Reader of face-api weights: one .bin of tensors, described by a JSON manifest, quantised to uint8 or float16."""

import json
from pathlib import Path

import numpy as np

PLAIN_TYPES = {"float32": "<f4", "int32": "<i4"}


def read_weights(manifest, folder):
    """Tensors by name, float32 or int32, of a parsed weights manifest (a list of groups of files)."""
    tensors = {}
    for group in manifest:
        data = b"".join((Path(folder) / name).read_bytes() for name in group["paths"])
        position = 0
        for entry in group["weights"]:
            values, position = _read_tensor(data, position, entry)
            tensors[entry["name"]] = values
        if position != len(data):
            raise ValueError(f"{group['paths']}: {len(data)} bytes, but the manifest describes {position}. "
                             "Take both files from the same package.")
    return tensors


def read_manifest(path):
    """Tensors by name of a `*-weights_manifest.json` with its .bin beside it."""
    path = Path(path)
    return read_weights(json.loads(path.read_text()), path.parent)


def _read_tensor(data, position, entry):
    shape, stored = entry["shape"], entry.get("quantization")
    kind = np.dtype(_stored_type(entry["dtype"], stored))
    count = int(np.prod(shape))
    values = np.frombuffer(data, kind, count, position).reshape(shape)
    if stored and stored["dtype"] == "uint8":
        values = (values.astype(np.float64) * stored["scale"] + stored["min"]).astype(np.float32)
    elif stored:
        values = values.astype(np.float32)
    return values, position + count * kind.itemsize


def _stored_type(plain, stored):
    if not stored:
        return PLAIN_TYPES[plain]
    return {"uint8": "u1", "float16": "<f2"}[stored["dtype"]]
