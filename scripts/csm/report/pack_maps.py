"""Packs arrays for the page's script: numbers as 16-bit steps, differences, deflate, base64.

`static/unpack.js` is the other side. A map of 619 x 619 pixels takes about 150 KB.
"""

import base64
import zlib
from typing import Any

import numpy as np

_UNKNOWN = -32768  # stored for NaN


def pack_values(values: np.ndarray, stride: int = 1, bits: int = 14) -> dict[str, Any]:
    """Every stride-th pixel (H x W) of a map, to a step of its largest magnitude / 2^(bits - 1).

    Half a step is the largest error: 0.006 % of the largest magnitude with 14 bits.
    """
    kept = np.asarray(values, float)[stride // 2::stride, stride // 2::stride]
    largest = float(np.max(np.abs(kept[np.isfinite(kept)]), initial=0))
    step = largest / (2 ** (bits - 1) - 1) or 1.0
    known = np.isfinite(kept)
    steps = np.where(known, np.round(np.where(known, kept, 0) / step), _UNKNOWN).astype("<i2")

    # Neighbours are alike: the differences along both axes, modulo 2^16, deflate well.
    with np.errstate(over="ignore"):
        differences = np.diff(np.diff(steps, axis=1, prepend=steps.dtype.type(0)), axis=0,
                              prepend=steps.dtype.type(0)).astype("<i2")
    planes = differences.reshape(-1).view("u1").reshape(-1, 2).T
    return {"kind": "values", "shape": list(kept.shape), "step": step, "stride": stride,
            "data": _deflated(planes.tobytes())}


def pack_raw(values: np.ndarray) -> dict[str, Any]:
    """The values as they are: uint8, uint16 or uint32."""
    little = np.ascontiguousarray(values, values.dtype.newbyteorder("<"))
    return {"kind": values.dtype.name, "shape": list(values.shape),
            "data": _deflated(little.tobytes())}


def _deflated(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data, 6)).decode()
