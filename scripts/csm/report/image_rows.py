"""The table of images, and the single maps that are most and least like the model's map."""

import math
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from csm.report.colour import choose_scale, image_uri, overlay, shown_pixels
from csm.report.number_text import count_text, readable_name, readable_number
from csm.report.read_result import PageInput, open_entry
from csm.report.views import grey_face

MOST_ROWS = 4000
N_SHOWN = 4          # maps at each end
_THUMBNAIL = 200     # [px]
_COARSE = 4          # every so many pixels along each axis are correlated
_COLUMNS = (
    ("id", "image"), ("label", "label"), ("predicted", "predicted"), ("target", "target"),
    ("group", "group"), ("confidence", "confidence"), ("max_drop", "largest drop"),
    ("min_drop", "smallest drop"), ("yaw", "yaw [deg]"), ("pitch", "pitch [deg]"),
    ("noise", "noise"), ("n_lost", "patches without a face"), ("status", "status"))


def image_table(result: PageInput, agreement: dict[int, float]) -> dict[str, Any]:
    """{columns: [{name, numbers, values}]}, of at most MOST_ROWS rows in the seeded order.

    Columns that have one value only, such as a label that no image has, are left out.
    @param agreement {row: correlation of the image's map with the model's map}
    """
    n_all = len(result.images.get("id", ()))
    is_own = result.facts.get("method", "csm") == "csm"
    columns = []
    for key, name in _COLUMNS:
        values = result.images.get(key)
        if values is None or (key != "id" and not _varies(values)):
            continue
        if key == "confidence":
            name = readable_name(str(result.facts.get("confidence", name)))
        if key == "group" and result.group_by:
            name = f"group ({result.group_by})"
        name = name if is_own else name.replace("drop", "value")
        columns.append(_column(name, values[:MOST_ROWS]))
    if agreement:
        columns.insert(1, _column("r with the model's map", np.array(
            [agreement.get(row, math.nan) for row in range(min(n_all, MOST_ROWS))])))
    return {"columns": columns}


def map_agreement(result: PageInput) -> dict[int, float]:
    """{row of the table: Pearson correlation of the image's own map with the map of all images}.

    Empty, if the file has no maps of single images (--save-cis).
    """
    with open_entry(result.path) as entry:
        if "cis/cis" not in entry or "order" not in result.images:
            return {}
        row_of = {int(order): row for row, order in enumerate(result.images["order"])}
        shown = _shown(result)[::_COARSE, ::_COARSE]
        model = result.cms.mean[::_COARSE, ::_COARSE][shown].astype(float)
        found = {}
        for i, order in enumerate(entry["cis/order"][()]):
            own = entry["cis/cis"][i][::_COARSE, ::_COARSE][shown].astype(float)
            has = np.isfinite(own)  # NaN where the image has no value
            if int(order) not in row_of or has.sum() < 2:
                continue
            if np.ptp(own[has]) > 0 and np.ptp(model[has]) > 0:
                found[row_of[int(order)]] = float(np.corrcoef(own[has], model[has])[0, 1])
        return found


def extreme_maps(result: PageInput, agreement: dict[int, float]) -> dict[str, list[dict[str, str]]]:
    """{"best": ..., "worst": ...}: image, photo, caption and name of the maps at both ends.

    A photo is empty, if the data set is not a folder or has gone.
    """
    rows = sorted(agreement, key=lambda row: -agreement[row])
    n = min(N_SHOWN, len(rows) // 2)
    if n == 0:
        return {}
    face, outside = grey_face(result)
    shown = _shown(result)
    ends = {"best": rows[:n], "worst": rows[::-1][:n]}
    with open_entry(result.path) as entry:
        place_of = {int(order): i for i, order in enumerate(entry["cis/order"][()])}

        def tile(row: int) -> dict[str, str]:
            values = np.nan_to_num(entry["cis/cis"][place_of[int(result.images["order"][row])]])
            scale = choose_scale(values, shown)
            rgba = overlay(values, shown, face, outside, scale)
            name = str(result.images["id"][row])
            return {"uri": image_uri(rgba, _THUMBNAIL), "name": name,
                    "photo": _photo_uri(result, name),
                    "caption": _caption(result, row, agreement[row])}

        return {end: [tile(row) for row in chosen] for end, chosen in ends.items()}


def rows_note(result: PageInput) -> str:
    """How many images the table has."""
    n_all = len(result.images.get("id", ()))
    if n_all > MOST_ROWS:
        return (f"The first {MOST_ROWS:,} of {n_all:,} images in the seeded order; all are in "
                "/entry/images of the result file.")
    return f"{count_text(n_all, 'image')} in the seeded order."


def _photo_uri(result: PageInput, name: str) -> str:
    """An image of the data set as a data URI; empty if it is not there."""
    folder = Path(str(result.texts["inputs"].get("dataset", "")))
    path = (folder / name).resolve()
    if not (folder.is_dir() and path.is_relative_to(folder.resolve()) and path.is_file()):
        return ""
    try:
        with Image.open(path) as image:
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, ValueError):
        return ""
    return image_uri(np.asarray(ImageOps.fit(upright, (_THUMBNAIL, _THUMBNAIL))))


def _caption(result: PageInput, row: int, r: float) -> str:
    images = result.images
    parts = [f"{name} {images[key][row]}" for key, name in
             (("label", "label"), ("predicted", "predicted"))
             if key in images and str(images[key][row])]
    if "confidence" in images:
        parts.append(f"{readable_name(str(result.facts.get('confidence', 'confidence')))} "
                     f"{readable_number(float(images['confidence'][row]), 3)}")
    return f"r = {readable_number(r, 2)}; " + ", ".join(parts)


def _shown(result: PageInput) -> np.ndarray:
    return shown_pixels(result.cms.count)


def _varies(values: np.ndarray) -> bool:
    """Whether a column has two values or more; unknown ones do not count."""
    known = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    return len(set(known.tolist())) > 1


def _column(name: str, values: np.ndarray) -> dict[str, Any]:
    """Numbers with five digits, NaN as null; else texts by their index."""
    if values.dtype.kind in "fiu":
        return {"name": name, "numbers": True,
                "values": [float(f"{v:.5g}") if math.isfinite(v) else None
                           for v in values.astype(float).tolist()]}
    return {"name": name, "numbers": False, "values": [str(v) for v in values.tolist()]}
