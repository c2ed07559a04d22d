"""A figure that a notebook shows without pyplot, which would keep it in memory."""

from __future__ import annotations

import io

from matplotlib.figure import Figure


class ShownFigure(Figure):
    """What the methods `plot` give: savefig writes it, a notebook's cell that ends in it shows
    it."""

    def _repr_png_(self) -> bytes:
        image = io.BytesIO()
        self.savefig(image, format="png", dpi=80)
        return image.getvalue()
