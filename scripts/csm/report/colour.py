"""Colours of the maps: one table for maps without a sign, one for maps with both signs.

Both are perceptually uniform, readable without red or green, and begin in the dark, so that a map
glows on the dimmed face: inferno (matplotlib) and managua (F. Crameri, Scientific colour maps).
`static/paint.js` computes the same colours from the same tables.
"""

import base64
import io
from dataclasses import dataclass

import matplotlib
import numpy as np
from PIL import Image

_FACE_GREY = 80.0  # mean brightness of the dimmed face below a map
_QUANTILE = 0.995
_SIGNED_SHARE = 0.1  # of the absolute sum below zero, from which on a map is drawn as signed


@dataclass(frozen=True)
class ColourScale:
    """Values of the ends of the colours; a signed scale is symmetric."""

    highest: float
    signed: bool

    @property
    def lowest(self) -> float:
        return -self.highest if self.signed else 0.0


def colour_tables() -> dict[str, np.ndarray]:
    """(256 x 3) uint8 each: `plain` for 0 to 1, `signed` for -1 to 1."""
    steps = np.linspace(0, 1, 256)
    tables = {"plain": matplotlib.colormaps["inferno"](0.12 + 0.88 * steps),
              "signed": matplotlib.colormaps["managua_r"](steps)}
    return {name: np.round(255 * table[:, :3]).astype("u1") for name, table in tables.items()}


def shown_pixels(count: np.ndarray) -> np.ndarray:
    """The pixels that are coloured: seen by one in ten of the images of the best seen pixel."""
    return count >= max(1, -(-int(count.max(initial=0)) // 10))


def choose_scale(values: np.ndarray, shown: np.ndarray, signed: bool | None = None) -> ColourScale:
    """The scale up to the 99.5 % quantile of the magnitudes, as the program's own."""
    known = values[shown & np.isfinite(values)]
    total = np.abs(known).sum()
    if known.size == 0 or total == 0:
        return ColourScale(1.0, bool(signed))
    highest = float(np.sort(np.abs(known))[int(_QUANTILE * (known.size - 1))])
    if signed is None:
        signed = bool(-known[known < 0].sum() >= _SIGNED_SHARE * total)
    return ColourScale(highest or float(np.abs(known).max()), signed)


def join_scales(scales: list[ColourScale]) -> ColourScale:
    """One scale for several maps, so that their colours compare."""
    return ColourScale(max(s.highest for s in scales), any(s.signed for s in scales))


def opacity(position: np.ndarray) -> np.ndarray:
    """Share of the map's colour at a position of the scale: none at zero, most from two thirds on.

    The face stays visible everywhere.
    """
    t = np.clip(np.abs(position) / 0.65, 0, 1)
    return 0.88 * t * t * (3 - 2 * t)


def face_light(face: np.ndarray, outside: np.ndarray) -> float:
    """The share of its brightness that a grey face (S x S) has below a map: all are alike dark."""
    inside = face[~outside]
    mean = float(inside.mean()) if inside.size else 0.0
    return min(_FACE_GREY / mean, 0.8) if mean > 0 else 0.8


def overlay(values: np.ndarray, shown: np.ndarray, face: np.ndarray, outside: np.ndarray,
            scale: ColourScale) -> np.ndarray:
    """The map over the dimmed grey face (S x S), clear outside it: (S x S x 4) uint8, RGBA."""
    position = np.where(shown & np.isfinite(values), values, 0) / scale.highest
    if not scale.signed:
        position = np.maximum(position, 0)
    tables = colour_tables()
    place = (position + 1) / 2 if scale.signed else position
    colour = tables["signed" if scale.signed else "plain"][
        np.round(255 * np.clip(place, 0, 1)).astype(int)]
    share = opacity(position)[..., None]
    rgb = share * colour + (1 - share) * face_light(face, outside) * face[..., None]
    return np.dstack([np.round(rgb).astype("u1"), np.where(outside, 0, 255).astype("u1")])


def image_uri(rgba: np.ndarray, side: int | None = None) -> str:
    """The image as WebP in a data URI, resized to a side [px] if one is given."""
    image = Image.fromarray(rgba)
    if side:
        image = image.resize((side, side), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    image.save(stream, "WEBP", quality=82)
    return "data:image/webp;base64," + base64.b64encode(stream.getvalue()).decode()
