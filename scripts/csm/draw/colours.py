"""How values of a map become colours, and how sure a value must be to show in full."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from cmcrameri import cm
from matplotlib import colormaps
from matplotlib.colors import Colormap

QUANTILE = 0.995  # of |value|, the end of a scale
SIGNED_SHARE = 0.1  # of the absolute sum below zero, from which on a map is drawn as signed
OPACITY = 0.85  # of the strongest colours, so that the face stays visible
PALE_SHARE = 0.35  # of map and face that is left where nothing was found
HATCH_SHARE = 0.65  # of the hatching over map and face where nothing could be tested
HATCH_TONES = (0.45, 0.78)  # of its stripes, and of the grey between them
HATCHES_PER_SIDE = 40  # stripes along the side of a map
FULL_FROM = 0.55  # of the scale, from which on a colour has that opacity
Z_95 = 1.96  # standard errors from zero at which a 95 % interval no longer holds zero


@dataclass(frozen=True)
class Scale:
    """A colour scale: from zero, or symmetric about zero for maps of both signs."""

    limit: float
    is_signed: bool

    @property
    def low(self) -> float:
        return -self.limit if self.is_signed else 0.0

    @property
    def colours(self) -> Colormap:
        """Perceptually uniform and clear to colour-blind readers: vik for signed maps, inferno for
        others."""
        if not self.is_signed:
            return colormaps["inferno"]
        return signed_colour_map()

    def position(self, values: np.ndarray) -> np.ndarray:
        """On 0..1 of the colour map."""
        return np.clip((values - self.low) / (self.limit - self.low), 0, 1)


def signed_colour_map() -> Colormap:
    """vik of Crameri (2018): blue is negative, red positive; no value is transparent."""
    return cm.vik.with_extremes(bad=(0, 0, 0, 0))


def choose_scale(maps: list[np.ndarray], is_signed: bool | None = None) -> Scale:
    """One scale for maps whose pixels without a value are NaN. `is_signed` None: by the values."""
    values = np.concatenate([found[np.isfinite(found)].ravel() for found in maps] or [np.empty(0)])
    total = np.abs(values).sum()
    if total == 0:
        return Scale(1.0, bool(is_signed))
    limit = float(np.quantile(np.abs(values), QUANTILE)) or float(np.abs(values).max())
    if is_signed is None:
        is_signed = bool(-values[values < 0].sum() >= SIGNED_SHARE * total)
    return Scale(limit, is_signed)


def opacity(values: np.ndarray, stderr: np.ndarray | None, scale: Scale) -> np.ndarray:
    """(S x S) on 0..1: zero if the map is zero or unknown, rising with its strength, and faded
    where its 95 % interval holds zero; values without a known error are not faded."""
    shown = values if scale.is_signed else np.clip(values, 0, None)
    strength = _smooth(np.abs(np.nan_to_num(shown)) / scale.limit / FULL_FROM)
    if stderr is None:
        return OPACITY * strength
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.abs(values) / stderr
    certainty = np.where(np.isfinite(stderr) & np.isfinite(z), _smooth(z / Z_95), 1.0)
    return OPACITY * strength * certainty


def paint(
    values: np.ndarray, stderr: np.ndarray | None, scale: Scale, image: np.ndarray | None
) -> np.ndarray:
    """(H x W x 3) RGB on 0..1: the map over the grey image, or over plain grey if there is none."""
    luma = np.array([0.299, 0.587, 0.114])  # [ITU-R BT.601]
    grey = np.full(values.shape, 0.72) if image is None else image @ luma / 255
    share = opacity(values, stderr, scale)[..., None]
    colours = scale.colours(scale.position(np.nan_to_num(values)))[..., :3]
    return np.clip(share * colours + (1 - share) * grey[..., None], 0, 1)


def make_pale(painted: np.ndarray, is_found: np.ndarray) -> np.ndarray:
    """(H x W x 3) RGB on 0..1: pale, map and face, outside of what was found."""
    share = np.where(is_found, 1.0, PALE_SHARE)[..., None]
    return share * painted + (1 - share)


def hatch(painted: np.ndarray, is_untested: np.ndarray) -> np.ndarray:
    """(H x W x 3) RGB on 0..1: grey with slanting stripes where nothing could be tested."""
    period = max(4, is_untested.shape[1] // HATCHES_PER_SIDE)  # [px]
    y, x = np.indices(is_untested.shape)
    tone = np.where((x + y) % period < 0.4 * period, *HATCH_TONES)[..., None]
    hatched = HATCH_SHARE * tone + (1 - HATCH_SHARE) * painted
    return np.where(is_untested[..., None], hatched, painted)


def cut_out(painted: np.ndarray, values: np.ndarray, face: np.ndarray | None) -> np.ndarray:
    """(S x S x 4) RGBA: transparent outside of the face, which is black there, or where a map
    without a face has no value."""
    inside = np.isfinite(values) if face is None else face.any(axis=2)
    return np.dstack([painted, inside.astype(float)])


def _smooth(t: np.ndarray) -> np.ndarray:
    """0 to 1 without corners."""
    t = np.clip(t, 0, 1)
    return t * t * (3 - 2 * t)
