"""A result of csm_mpi as Python users want it: arrays, tables and images."""

from __future__ import annotations

import base64
import html
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import h5py
import numpy as np

from csm.errors import UserError
from csm.report.read_findings import ColumnFindings, read_findings
from csm.result_file import CanonicalMap, StoredResult, read_result
from csm.result_schema import at, known_paths
from csm.summary import describe

if TYPE_CHECKING:
    import pandas

    from csm.draw.shown_figure import ShownFigure

Z_95 = 1.959963984540054  # half the width of a 95 % interval in standard errors


def open_result(path: str | Path) -> Result:
    """The result in a file that csm_mpi wrote. Errors: UserError with what is wrong with it."""
    return Result(read_result(path))


@dataclass(frozen=True, repr=False)
class SaliencyMap:
    """A canonical map and its standard error.

    values  (S x S) [unit]  mean drop of the confidence; NaN where no image has a value
    stderr  (S x S) [unit]  standard error between images; NaN where it is unknown
    count   (S x S)         images that have a value at the pixel
    """

    name: str
    values: np.ndarray
    stderr: np.ndarray
    count: np.ndarray
    n_images: int
    unit: str

    @property
    def is_coloured(self) -> np.ndarray:
        """(S x S) the pixels that images show: seen by one in ten of the images that see the best
        seen pixel."""
        return self.count >= max(1, -(-int(self.count.max(initial=0)) // 10))

    def interval(self, z: float = Z_95) -> tuple[np.ndarray, np.ndarray]:
        """Both ends (S x S) of the interval of each pixel by itself; 95 % by default."""
        return self.values - z * self.stderr, self.values + z * self.stderr

    def plot(self, face: np.ndarray | None = None) -> ShownFigure:
        """The map over the face; it fades where its 95 % interval holds zero."""
        from csm.draw.map_figure import draw_single

        return draw_single(self, face)

    def __repr__(self) -> str:
        about = f"{self.name}, {self.n_images} images"
        return f"<csm.{type(self).__name__}: {about}, {self.values.shape[0]} px, {self.unit}>"

    def _repr_png_(self) -> bytes:
        return self.plot()._repr_png_()


@dataclass(frozen=True, repr=False)
class Difference(SaliencyMap):
    """First map less second. The images of both are taken as independent: of the same images the
    true error is smaller."""

    @property
    def z(self) -> np.ndarray:
        """(S x S) the difference in standard errors; NaN where the error is zero or unknown."""
        error = np.where(self.stderr > 0, self.stderr, np.nan)
        return self.values / error


@dataclass(frozen=True)
class Example:
    """One of the images that were decided best or worst.

    cis          (S x S) [unit]     its map
    face         (S x S x 3) uint8  the image on the canonical face, RGB
    input        (H x W x 3) uint8  what the network gets, RGB
    reprojected  (H x W) [unit]     the map of all images on the input
    """

    image: str
    label: str
    predicted: str
    target: str
    confidence: float
    cis: np.ndarray
    face: np.ndarray
    input: np.ndarray
    reprojected: np.ndarray


class Result:
    """One result file: `csm.open(path)` makes it."""

    def __init__(self, stored: StoredResult) -> None:
        self.stored = stored
        self.path = stored.path
        self.map = self._map("all images", stored.cms)

    @property
    def title(self) -> str:
        return str(self.stored.facts.get("title", self.path.name))

    @property
    def task(self) -> str:
        return str(self.stored.facts.get("task", ""))

    @property
    def unit(self) -> str:
        return self.stored.unit

    @property
    def n_images(self) -> int:
        return self.map.n_images

    @property
    def n_persons(self) -> int | None:
        """The persons that intervals and regions are of; None if the file has no intervals."""
        return self.stored.intervals.n_persons if self.stored.intervals else None

    @property
    def cms(self) -> np.ndarray:
        """(S x S) canonical model saliency, row 0 at the top; NaN where no image has a value.
        Eq. (6)"""
        return self.map.values

    @property
    def stderr(self) -> np.ndarray:
        """(S x S) standard error of the CMS between images."""
        return self.map.stderr

    @property
    def mean_face(self) -> np.ndarray | None:
        """(S x S x 3) uint8, RGB: the mean of the images on the canonical face."""
        return self.stored.mean_face

    @property
    def warnings(self) -> list[str]:
        """Reasons not to trust the map, the gravest first."""
        return list(self.stored.warnings)

    @property
    def group_by(self) -> str:
        """The value of --group-by."""
        return self.stored.group_by

    @property
    def groups(self) -> dict[str, SaliencyMap]:
        """The map of each group of --group-by."""
        return {name: self._map(name, group) for name, group in self.stored.groups.items()}

    @property
    def findings(self) -> list[ColumnFindings]:
        """How the maps of the groups of each tested column differ beyond chance."""
        with h5py.File(self.path) as file:
            return read_findings(file["entry"])

    @property
    def methods(self) -> dict[str, SaliencyMap]:
        """The map of each method of --evaluate."""
        return {name: self._map(name, found) for name, found in self.stored.methods.items()}

    @property
    def regions(self) -> pandas.DataFrame:
        """One row a face region: mean, stderr [unit], share of the positive saliency of the map.
        Mean and error are over persons (`n_persons`) if the file has intervals, else over images.
        """
        import pandas

        columns = {"mean": "mean", "stderr": "error", "share": "share"}
        rows = {
            name: [getattr(region, field) for region in self.stored.regions]
            for name, field in columns.items()
        }
        names = [region.name for region in self.stored.regions]
        return pandas.DataFrame(rows, index=pandas.Index(names, name="region"))

    @property
    def images(self) -> pandas.DataFrame:
        """One row an image, in the seeded order, also of those that were left out; the columns are
        those of /entry/images (docs/result_file.md)."""
        import pandas

        order = [field["name"] for field in known_paths()[at("images")]["fields"]]
        columns = self.stored.images
        return pandas.DataFrame({name: columns[name] for name in order if name in columns})

    @property
    def convergence(self) -> pandas.DataFrame:
        """How the map settles: one row a step, indexed by the number of images."""
        import pandas

        table = pandas.DataFrame(self.stored.convergence)
        return table.set_index("image_count") if "image_count" in table else table

    @property
    def examples(self) -> list[Example]:
        """The best decided images, then the worst."""
        table, images = self.stored.examples, self.stored.images
        columns = ("id", "label", "predicted", "target", "confidence")
        found = []
        for i, order in enumerate(table.get("order", ())):
            row = int(np.flatnonzero(images["order"] == order)[0])
            texts = [images[name][row] for name in columns]
            maps = [table[name][i] for name in ("cis", "face", "input", "reprojected")]
            found.append(Example(*texts, *maps))
        return found

    def difference(self, first: Result | str, second: str | None = None) -> Difference:
        """This map less that of another result, or the map of one group less that of another.

        Errors: UserError if there is no such group, or the maps have different sizes.
        """
        if isinstance(first, Result):
            return _subtract(self.map, first.map, f"{self.title} - {first.title}")
        groups = self.groups
        for name in (first, second):
            if name not in groups:
                raise UserError(
                    f"{self.path} has no group {name!r}. Valid: two of "
                    f"{', '.join(groups) or '(none: run csm_mpi with --group-by)'}."
                )
        return _subtract(groups[first], groups[str(second)], f"{first} - {second}")

    def plot(self) -> ShownFigure:
        """The map over the mean face, the groups and their difference beside it."""
        from csm.draw.map_figure import draw_map_figure

        return draw_map_figure(self)

    def __repr__(self) -> str:
        return f"<csm.Result {self.path}: {self.title}, {self.n_images} images>"

    def __str__(self) -> str:
        return describe(self.stored)

    def _repr_html_(self) -> str:
        """For notebooks: what speaks against the map, the map, and the regions."""
        image = io.BytesIO()
        self.plot().savefig(image, format="png", dpi=80)
        warnings = "".join(f"<p><b>Warning:</b> {html.escape(text)}</p>" for text in self.warnings)
        data = base64.b64encode(image.getvalue()).decode()
        regions = self.regions.sort_values("mean", ascending=False).head(8)
        return (
            f"<h3>{html.escape(self.title)}</h3>{warnings}"
            f'<img alt="canonical saliency map" src="data:image/png;base64,{data}">'
            f"{regions.to_html(float_format=lambda value: f'{value:.3g}')}"
        )

    def _map(self, name: str, found: CanonicalMap) -> SaliencyMap:
        is_seen = found.count > 0
        return SaliencyMap(
            name,
            np.where(is_seen, found.mean, np.nan),
            np.where(is_seen, found.errors, np.nan),
            found.count,
            found.n_images,
            self.stored.unit,
        )


def _subtract(first: SaliencyMap, second: SaliencyMap, name: str) -> Difference:
    if first.values.shape != second.values.shape:
        raise UserError(
            f"the maps have different sizes, {first.values.shape} and "
            f"{second.values.shape}. Run both with the same --canonical-size."
        )
    if first.unit != second.unit:
        raise UserError(
            f"the maps have different units, '{first.unit}' and '{second.unit}', so "
            "their difference means nothing. Run both with the same --confidence."
        )
    is_coloured = first.is_coloured & second.is_coloured
    return Difference(
        name,
        np.where(is_coloured, first.values - second.values, np.nan),
        np.where(is_coloured, np.hypot(first.stderr, second.stderr), np.nan),
        np.where(is_coloured, np.minimum(first.count, second.count), 0),
        min(first.n_images, second.n_images),
        first.unit,
    )
