"""Reads the maps of single images (--save-cis) out of result files of csm_mpi."""

from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import h5py
import numpy as np

from csm.damage import MISFITS, describe_misfit
from csm.result_file import CanonicalMap, ResultError
from csm.result_schema import at


@dataclass(frozen=True)
class SavedMaps:
    """The CIS of each image that was used, one row an image."""

    images: list  # path of each image in the data set
    targets: list  # class whose confidence was measured
    predicted: list  # class that the network calls the image by
    maps: np.ndarray  # (images x S x S)
    is_covered: np.ndarray  # (S x S): pixels that every image of the run covers
    regions: np.ndarray  # (S x S) region numbers, 0 is none
    region_names: list  # by region number

    def cms(self):
        """Eq. (6); right where every image covers the pixel."""
        return self.maps.mean(0)

    def values(self):
        """(images x P) the maps on the face's pixels, those of a region."""
        return self.maps[:, self.regions > 0]

    def called(self, name):
        """Those of the images that the network calls by this class."""
        return self.take(np.flatnonzero(np.array(self.predicted) == name))

    def take(self, rows):
        """The maps of these rows, in this order."""
        columns = {
            name: [getattr(self, name)[row] for row in rows]
            for name in ("images", "targets", "predicted")
        }
        return replace(self, maps=self.maps[rows], **columns)


def read_saved_maps(path):
    """The maps of a result file, in the order of the images' names: the file's is that of the run.

    Where an image has no value (NaN in the file) its map is 0 here.
    Errors: ResultError if the run was made without --save-cis.
    """
    with _opened(path) as file:
        rows = _rows_of_maps(file)
        names, targets, predicted = (
            file[at(f"images/{column}")].asstr()[:][rows].tolist()
            for column in ("id", "target", "predicted")
        )
        found = SavedMaps(
            names,
            targets,
            predicted,
            maps=np.nan_to_num(file[at("cis/cis")][:].astype(float)),
            is_covered=file[at("cms/count")][:] == len(rows),
            regions=file[at("canonical/pixel_regions")][:],
            region_names=file[at("canonical/region_names")].asstr()[:].tolist(),
        )
    return found.take(np.argsort(names))


def read_image_map(path, name):
    """(image, CanonicalMap) of one image. `name` is its path in the data set, or an end of it that
    no other image has, with or without its extension.

    Errors: ResultError for an image that is not there, or a name of several.
    """
    with _opened(path) as file:
        names = names_of_maps(file)
        found = [i for i, image in enumerate(names) if image == name] or [
            i for i, image in enumerate(names) if _ends_with(image, name)
        ]
        if len(found) != 1:
            shown = (
                ", ".join(names[i] for i in found)
                if found
                else f"{len(names)} images such as {', '.join(names[:3])}"
            )
            raise ResultError(
                f"--image {name} names {len(found)} images of {path}. Which one? It has {shown}."
            )
        cis = file[at("cis/cis")][found[0]].astype(float)
        count = np.isfinite(cis).astype(int)
    return names[found[0]], CanonicalMap(np.nan_to_num(cis), np.full(cis.shape, np.nan), count, 1)


def _ends_with(image, name):
    return f"/{image}".endswith(f"/{name}") or f"/{image}".rpartition(".")[0].endswith(f"/{name}")


@contextmanager
def _opened(path):
    if not Path(path).is_file():
        raise ResultError(f"{path} does not exist. Which file did --output of csm_mpi name?")
    try:
        with h5py.File(path) as file:
            if at("cis/cis") not in file:
                raise ResultError(
                    f"{path} holds no maps of single images (/{at('cis')}). Run csm_mpi with"
                    " --save-cis."
                )
            yield file
    except OSError as error:
        raise ResultError(
            f"{path} is not an HDF5 file or is damaged: {error}. Give a file that csm_mpi wrote."
        ) from error
    except ResultError:
        raise
    except MISFITS as error:
        raise ResultError(describe_misfit(path, error)) from error


def names_of_maps(file):
    """The path in the data set of the image of each saved map, in the order of the maps."""
    names = file[at("images/id")].asstr()[:]
    return [names[row] for row in _rows_of_maps(file)]


def _rows_of_maps(file):
    """The row of /entry/images of each saved map."""
    row_of = {int(order): row for row, order in enumerate(file[at("images/order")][:])}
    return [row_of[int(order)] for order in file[at("cis/order")][:]]
