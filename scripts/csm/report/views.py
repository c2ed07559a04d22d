"""The maps that the page can show, packed for its script."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from csm.report.colour import ColourScale, choose_scale, join_scales, shown_pixels
from csm.report.number_text import count_text, readable_name, readable_number, round_ticks
from csm.report.pack_maps import pack_raw, pack_values
from csm.report.read_findings import ColumnFindings, PairFinding, surest_first, tested_pairs
from csm.report.read_result import FaceMap, PageInput, open_entry
from csm.report.student import interval_factor

MOST_GROUPS = 24
SIGNIFICANT = 0.05
MOST_FULL_MAPS = 8   # with more, groups and methods get every second pixel
_MOST_SNAPSHOTS = 24
_MOST_FACTORS = 400  # numbers of images with an interval factor of their own


@dataclass
class View:
    """A map of the page, before its arrays are packed."""

    key: str
    label: str
    family: str     # "all images", "groups", "difference", "tests", "methods" or "model"
    caption: str    # such as "48 images"
    value_label: str
    unit: str
    scale: ColourScale
    note: str
    n_images: int
    arrays: dict[str, np.ndarray | None] = field(default_factory=dict)
    minus: tuple[str, str] | None = None  # keys of the views whose difference this is
    in_errors: bool = False               # the difference divided by its standard error
    stride: int = 1
    interval_of: str = ""        # what the interval is of, if the map is of something else
    is_test: bool = False        # only what p values below 0.05 bound is found


def make_views(result: PageInput) -> list[View]:
    """All maps of a result, the overall map first."""
    n_maps = len(result.groups) + len(result.methods)
    stride = 2 if n_maps > MOST_FULL_MAPS else 1
    views = [_plain_view("overall", "Chosen images" if result.chosen else "All images",
                         "all images", result.cms, result)]
    views[0].note = f"{result.chosen} {views[0].note}".lstrip()
    if result.intervals is not None:
        views[0].arrays |= {"middle": result.intervals.mean,
                            "half_width": result.intervals.half_width}
        views[0].interval_of = result.intervals.of_persons(result.cms.n_images)
        if views[0].interval_of:
            views[0].note += (" Each image counts alike here; the map is faded by the interval of "
                              f"the mean {views[0].interval_of}.")
    views += _group_views(result, stride)
    for view in views[1:]:
        view.note += _image_intervals(result)
    views += [_finding_view(column, pair, result)
              for column, pair in surest_first(result.findings)]
    shown = {view.key for view in views}
    views += [view for view in _difference_views(result) if shown.issuperset(view.minus or ())]
    for name, method in result.methods.items():
        view = _plain_view(f"method:{name}", readable_name(name), "methods", method, result)
        view.value_label, view.unit, view.stride = f"value of {readable_name(name)}", "", stride
        view.note = (f"The map of {readable_name(name)}, of the same images, in a scale of its "
                     "own.") + _image_intervals(result)
        views.append(view)
    if result.face_lost is not None:
        views.append(_lost_view(result.face_lost))
    return views


def pack_views(views: list[View], size: int) -> list[dict[str, Any]]:
    """The views as the page's script reads them. size: side of the canonical face [px]."""
    return [{
        "key": view.key, "label": view.label, "family": view.family, "caption": view.caption,
        "value_label": view.value_label, "unit": view.unit, "note": view.note,
        "n_images": view.n_images, "minus": view.minus, "in_errors": view.in_errors,
        "scale": {"lowest": view.scale.lowest, "highest": view.scale.highest,
                  "signed": view.scale.signed},
        "ticks": [[tick, readable_number(tick, 3)]
                  for tick in round_ticks(view.scale.lowest, view.scale.highest)],
        "is_test": view.is_test, "interval_of": view.interval_of,
        "arrays": _pack_arrays(view, size),
    } for view in views]


def _pack_arrays(view: View, size: int) -> dict[str, Any]:
    packed = {}
    for name, values in view.arrays.items():
        if values is None:
            continue
        block = math.ceil(size / values.shape[1])  # side of what a value is of [px]
        stride = view.stride if block == 1 else 1
        packed[name] = pack_values(values, stride, 14 if stride == 1 else 12)
        packed[name]["stride"] *= block
    return packed


def pack_snapshots(result: PageInput) -> list[dict[str, Any]]:
    """The map of the first images, for the slider; none if the file has no snapshots."""
    counts = result.convergence.get("image_count", np.array([]))
    with open_entry(result.path) as entry:
        if "convergence/snapshots" not in entry:
            return []
        snapshots = entry["convergence/snapshots"]
        steps = np.unique(np.linspace(0, len(counts) - 1, min(len(counts), _MOST_SNAPSHOTS))
                          .round().astype(int))
        agreement = result.convergence.get("pearson_to_final", np.full(len(counts), np.nan))
        return [{"n_images": int(counts[step]), "agreement": readable_number(agreement[step], 2),
                 "values": pack_values(snapshots[step], stride=2, bits=11)} for step in steps]


def pack_face(result: PageInput) -> dict[str, Any]:
    """The grey face, what is outside it, the regions and the surface."""
    grey, outside = grey_face(result)
    surface = result.surface
    packed = {"size": list(grey.shape), "grey": pack_values(grey, bits=9),
              "outside": pack_raw(outside.astype("u1")),
              "factors": [None if n < 2 else round(interval_factor(n), 4)
                          for n in range(_MOST_FACTORS)]}
    if surface is not None and surface.pixel_regions is not None:
        packed["regions"] = pack_raw(surface.pixel_regions.astype("u1"))
        packed["region_names"] = [readable_name(name) for name in surface.region_names]
    if surface is not None and len(surface.triangles):
        index = "u2" if len(surface.vertices) <= 65536 else "u4"
        packed["vertices"] = pack_values(surface.vertices.T, bits=16)
        packed["triangles"] = pack_raw(surface.triangles.astype(index))
    return packed


def grey_face(result: PageInput) -> tuple[np.ndarray, np.ndarray]:
    """The brightness of the face in [0, 255] and the pixels outside it, (S x S) each."""
    if result.face is None:
        return np.full(result.cms.mean.shape, 170.0), result.cms.count == 0
    is_black = np.all(result.face == 0, axis=2)
    return result.face @ np.array([0.299, 0.587, 0.114]), is_black


def value_with_unit(result: PageInput) -> str:
    """"drop of the log odds", with the unit where the name does not give it."""
    known = ("", "1", readable_name(str(result.facts.get("confidence", ""))))
    return result.value_name + ("" if result.unit in known else f" [{result.unit}]")


def shown_unit(result: PageInput) -> str:
    """The unit of the values, empty for plain numbers."""
    return "" if result.unit == "1" else result.unit


def colour_note(result: PageInput, signed: bool) -> str:
    """What the colours mean."""
    confidence = readable_name(str(result.facts.get("confidence", "confidence")))
    if result.facts.get("method", "csm") == "csm":
        high = f"places whose occlusion lowers the {confidence}"
        low = f"places whose occlusion raises the {confidence}"
    else:
        high, low = f"a high {result.value_name}", f"a negative {result.value_name}"
    if signed:
        return f"Yellow marks {high}; blue, {low}. The dark face shows the rest."
    return f"Bright colours mark {high}; the dark face shows the rest."


def compare_maps(first: FaceMap, second: FaceMap) -> tuple[np.ndarray, np.ndarray]:
    """First less second and its standard error, NaN where either has no image or no error."""
    seen = (first.count > 0) & (second.count > 0)
    difference = np.where(seen, first.mean - second.mean, np.nan)
    errors = np.full(difference.shape, np.nan)
    if first.errors is not None and second.errors is not None:
        errors = np.where(seen, np.hypot(first.errors, second.errors), np.nan)
    return difference, errors


def _plain_view(key: str, label: str, family: str, of: FaceMap, result: PageInput) -> View:
    scale = choose_scale(of.mean, shown_pixels(of.count))
    return View(key, label, family, count_text(of.n_images, "image"), value_with_unit(result),
                shown_unit(result), scale, colour_note(result, scale.signed), of.n_images,
                {"mean": of.mean, "errors": of.errors, "count": of.count})


def _image_intervals(result: PageInput) -> str:
    """What the interval of a map without intervals over persons is of; empty if persons have one
    image each."""
    if result.intervals is None or not result.intervals.of_persons(result.cms.n_images):
        return ""
    return " Its intervals are over images: too narrow, since persons have several."


def _group_views(result: PageInput, stride: int) -> list[View]:
    """The largest groups in the file's order, on one scale, so that their colours compare."""
    sizes = sorted((group.n_images for group in result.groups.values()), reverse=True)
    least = sizes[MOST_GROUPS - 1] if len(sizes) > MOST_GROUPS else 0
    kept = [(name, group) for name, group in result.groups.items()
            if group.n_images >= least][:MOST_GROUPS]
    views = [_plain_view(f"group:{name}", name, "groups", group, result) for name, group in kept]
    if views:
        common = join_scales([view.scale for view in views])
        for view in views:
            view.scale, view.stride = common, stride
            view.note = colour_note(result, common.signed) + " All groups have one scale."
    return views


def _difference_views(result: PageInput) -> list[View]:
    """The difference of two groups and the same in standard errors; the script computes both.
    None, if it was tested."""
    tested = tested_pairs(result.findings)
    if result.difference_names is None or frozenset(result.difference_names) in tested:
        return []
    first, second = result.difference_names
    if first not in result.groups or second not in result.groups:
        return []
    difference, errors = compare_maps(result.groups[first], result.groups[second])
    with np.errstate(divide="ignore", invalid="ignore"):
        in_errors = np.where(errors > 0, difference / errors, np.nan)
    name, pair = f"{first} − {second}", (f"group:{first}", f"group:{second}")
    n_images = result.groups[first].n_images + result.groups[second].n_images
    everywhere = np.ones(difference.shape, bool)
    return [
        View("difference", name, "difference", "difference, not tested",
             f"{name}, {value_with_unit(result)}", shown_unit(result),
             choose_scale(difference, everywhere, signed=True),
             f"Yellow: higher for {first}; blue: higher for {second}. {_NOT_A_TEST}", n_images,
             minus=pair),
        View("in_errors", name, "difference", "in standard errors",
             f"{name}, in standard errors", "",
             choose_scale(in_errors, everywhere, signed=True), _NOT_A_TEST, n_images,
             minus=pair, in_errors=True)]


_NOT_A_TEST = ("Each place is looked at for itself: a coloured patch is not a finding, because "
               "random splits of the same images show such patches too.")


def _finding_view(column: ColumnFindings, pair: PairFinding, result: PageInput) -> View:
    """A tested difference; it has contours only if the whole map differs."""
    first, second = pair.names
    differs = pair.p_holm <= SIGNIFICANT
    note = (f"Yellow: higher for {first}; blue: higher for {second}. The contour bounds where the "
            "difference is more than chance gives anywhere on the face in 5 % of random "
            "exchanges: solid by clusters (TFCE), dashed by the largest |z|. Outside of both the "
            "colours are faded and the face is darker."
            if differs else
            f"No difference was found (p = {readable_number(pair.p_holm, 2)} for the whole face), "
            "so all of it is faded. That does not show that the maps are alike.")
    arrays = {"mean": pair.difference, "errors": pair.errors, "t": pair.t,
              "half_width": pair.half_width}
    if differs:
        arrays |= {"p_fwe": pair.p_fwe, "p_tfce": pair.p_tfce}
    return View(f"finding:{column.column}:{first}:{second}", f"{first} − {second}", "tests",
                f"tested, by {readable_name(column.column)}",
                f"{first} − {second}, {value_with_unit(result)}", shown_unit(result),
                choose_scale(pair.difference, np.ones(pair.difference.shape, bool), signed=True),
                note, result.cms.n_images, arrays, is_test=True)


def _lost_view(lost: FaceMap) -> View:
    return View("face_lost", "Face lost", "model", "share of the occlusions",
                "share of the occlusions after which no face was found", "",
                choose_scale(lost.mean, shown_pixels(lost.count), signed=False),
                "Bright: places whose occlusion made the model find no face. These values are "
                "missing in the maps, they are not drops.", lost.n_images,
                {"mean": lost.mean, "errors": lost.errors, "count": lost.count})
