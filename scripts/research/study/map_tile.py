"""One map of a picture of many."""

import numpy as np
from csm.draw.colours import signed_colour_map


def draw_tile(axis, values, face, title):
    """Draws a map, `values` (P) on the pixels of `face` (S x S), in its own colours with the
    outline of the face, without axes.
    """
    shown = np.full(face.shape, np.nan)
    shown[face] = values
    limit = np.abs(values).max() or 1
    axis.imshow(shown, cmap=signed_colour_map(), vmin=-limit, vmax=limit)
    axis.contour(face, levels=[0.5], colors="0.6", linewidths=0.6)
    axis.set_title(title, fontsize=7)
    axis.set_xticks([])
    axis.set_yticks([])
    for side in axis.spines.values():
        side.set_visible(False)
