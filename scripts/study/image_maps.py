"""The map of every image (CIS) in a result file that was made with --save-cis."""

from dataclasses import dataclass, replace

import h5py
import numpy as np


@dataclass(frozen=True)
class ImageMaps:
    """One row for each image that has a map, in the order of the result's table."""

    ids: list
    predicted: list
    cis: np.ndarray      # (n x S x S) float32
    regions: np.ndarray  # (S x S) region numbers, 0 is none
    region_names: list

    def values(self):
        """(n x P) the maps on the face's pixels, those of a region."""
        return self.cis[:, self.regions > 0]

    def sort(self):
        """The same with the rows in the order of their ids: the table's order is that of the run."""
        return self.take(np.argsort(self.ids))

    def called(self, name):
        """Those of the images that the network calls by this class."""
        return self.take(np.flatnonzero(np.array(self.predicted) == name))

    def take(self, rows):
        return replace(self, ids=[self.ids[i] for i in rows], predicted=[self.predicted[i] for i in rows], cis=self.cis[rows])


def read_image_maps(path):
    """The maps of a result file, by rising id."""
    with h5py.File(path) as file:
        entry = file["entry"]
        row_of = {order: row for row, order in enumerate(entry["cis/order"][:])}
        kept = [(i, row_of[order]) for i, order in enumerate(entry["images/order"][:]) if order in row_of]
        ids, predicted = entry["images/id"].asstr()[:], entry["images/predicted"].asstr()[:]
        cis = entry["cis/cis"][:]
        names = [str(name) for name in entry["canonical/region_names"].asstr()[:]]
        regions = entry["canonical/pixel_regions"][:]
    return ImageMaps([str(ids[i]) for i, _ in kept], [str(predicted[i]) for i, _ in kept], cis[[row for _, row in kept]], regions, names).sort()
