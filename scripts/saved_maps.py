"""Reads the maps of single images (--save-cis) out of result files of csm_mpi."""

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from result_file import CanonicalMap, ResultError


@dataclass
class SavedMaps:
    """The CIS of each image that was used, in the order of their names."""

    images: list         # path of each image in the data set
    targets: list        # class whose confidence was measured
    maps: np.ndarray     # (images x S x S)
    is_covered: np.ndarray  # (S x S): pixels that every image covers

    def cms(self):
        """Eq. (6); right where every image covers the pixel."""
        return self.maps.mean(0)


def read_saved_maps(path):
    """The maps of a result file. Errors: ResultError where the run was made without --save-cis."""
    with _opened(path) as file:
        table, rows = file["entry/images"], _rows_of_maps(file)
        names, targets = ([table[column].asstr()[row] for row in rows] for column in ("id", "target"))
        maps = file["entry/cis/cis"][:].astype(float)
        is_covered = file["entry/cms/count"][:] == len(rows)
    by_name = np.argsort(names)
    return SavedMaps([names[i] for i in by_name], [targets[i] for i in by_name], maps[by_name], is_covered)


def read_image_map(path, name):
    """(image, CanonicalMap) of one image. `name` is its path in the data set, or an end of it that no other image has, with or without its extension.

    The file does not say which pixels this image alone covers: a zero where other images of the run have no value either counts as not covered.
    Errors: ResultError for an image that is not there, or a name of several.
    """
    with _opened(path) as file:
        names = [file["entry/images/id"].asstr()[row] for row in _rows_of_maps(file)]
        found = [i for i, image in enumerate(names) if image == name] or [i for i, image in enumerate(names) if _ends_with(image, name)]
        if len(found) != 1:
            shown = ", ".join(names[i] for i in found) if found else f"{len(names)} images such as {', '.join(names[:3])}"
            raise ResultError(f"--image {name} names {len(found)} images of {path}. Which one? It has {shown}.")
        cis = file["entry/cis/cis"][found[0]].astype(float)
        count = ((cis != 0) | (file["entry/cms/count"][:] == len(names))).astype(int)
    return names[found[0]], CanonicalMap(cis, np.full(cis.shape, np.nan), count, 1)


def _ends_with(image, name):
    return f"/{image}".endswith(f"/{name}") or f"/{image}".rpartition(".")[0].endswith(f"/{name}")


@contextmanager
def _opened(path):
    if not Path(path).is_file():
        raise ResultError(f"{path} does not exist. Which file did --output of csm_mpi name?")
    try:
        with h5py.File(path) as file:
            if "entry/cis/cis" not in file:
                raise ResultError(f"{path} holds no maps of single images (/entry/cis). Run csm_mpi with --save-cis.")
            yield file
    except OSError as error:
        raise ResultError(f"{path} is no HDF5 file or is damaged: {error}. Give a file that csm_mpi wrote.") from error


def _rows_of_maps(file):
    """The row of /entry/images of each saved map."""
    row_of = {int(order): row for row, order in enumerate(file["entry/images/order"][:])}
    return [row_of[int(order)] for order in file["entry/cis/order"][:]]
