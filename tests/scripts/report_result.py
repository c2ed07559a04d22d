"""A synthetic result with all that a report can show, made from the schema of the program."""

import h5py
import numpy as np
from csm.result_schema import schema

TERMS = {"map_unit": "log odds", "map_value": "drop of the log odds", "confidence": "log odds",
         "confidence_unit": "log odds", "compared": "female minus male", "group_by": "gender",
         "measure": "average_drop", "measure_unit": "log odds"}
TEXT = h5py.string_dtype()
GROUPS = ("female", "male")


def write_report_result(path, n_images=30, size=(120, 100), n_steps=5, cis=True):
    """Writes a result of two groups whose values vary with the place.

    @param size of the canonical face; not square unless asked for, so that a transposition shows
    """
    height, width = size
    lengths = {"y": height, "x": width, "colour": 3, "step": n_steps, "image": n_images,
               "group": 2, "class": 2, "interval": 3, "coordinate": 3, "corner": 3, "map": 3,
               "region": 3, "rank": 1, "phase": 2, "vertex": 9, "surface vertex": 81,
               "triangle": 128, "confidence": 1, "reason": 1, "warning": 0, "remark": 1}
    with h5py.File(path, "w") as file:
        file.attrs["csm_schema"] = schema()["schema_version"]
        for group in schema()["groups"]:
            left_out = {"/entry/overlay", "/entry/canonical/picture", "/entry/findings",
                        "/entry/intervals", "/entry/intervals/regions"}
            if group["path"] in left_out | (set() if cis else {"/entry/cis"}):
                continue
            for name in names_of(group["path"]):
                write_group(file, name, group["fields"], lengths)
        fill(file["entry"], n_images, size, n_steps, cis)
    return path


def names_of(path):
    """The groups of a file for a group of the schema, whose name may be in braces."""
    choices = {"{group}": GROUPS, "{method}": ("grad_cam",),
               "{measure}": ("average_drop_log_odds",)}
    key = next((key for key in choices if key in path), None)
    names = [path.replace(key, name) for name in choices[key]] if key else [path]
    return [name for name in names if "{" not in name]


def write_group(file, name, fields, lengths):
    group = file.require_group(name)
    for field in fields:
        lengths["coordinate"] = 2 if field["name"] in ("vertices", "vertex_uv") else 3
        shape = tuple(lengths.get(axis, 2) for axis in field["axes"])
        if field["type"] == "text":
            item = group.create_dataset(field["name"], data="text" if not shape
                                        else np.full(shape, "text", object), dtype=TEXT)
        else:
            item = group.create_dataset(field["name"], shape, field["type"])
        item.attrs["long_name"] = field["long_name"].format(**TERMS)
        if field["unit"]:
            item.attrs["units"] = field["unit"].format(**TERMS)
        if "equation" in field:
            item.attrs["equation"] = field["equation"]


def fill(entry, n_images, size, n_steps, cis):
    """The values that the tests look at."""
    height, width = size
    y, x = np.mgrid[:height, :width]
    outside = ((x - width / 2 + 0.5) / (0.45 * width)) ** 2 + \
        ((y - height / 2 + 0.5) / (0.48 * height)) ** 2 > 1
    set_value(entry, "title", "synthetic gender")
    set_value(entry, "method", "csm")
    set_value(entry, "confidence", "log_odds")
    set_value(entry, "n_images", n_images - 1)
    set_value(entry, "n_failed", 1)
    set_value(entry, "remarks", ["no gallery was given"])
    first = np.sin(x / 9) * np.cos(y / 13) + x / width
    second = 0.5 * np.cos(x / 17) + y / height
    for name, mean, n in (("cms", first + second, n_images - 1), ("groups/female", first, 18),
                          ("groups/male", second, n_images - 19),
                          ("evaluation/cms/grad_cam", second ** 2, n_images - 1)):
        fill_map(entry[name], np.where(outside, 0, mean), outside, n)
    for key in GROUPS:
        set_value(entry, f"groups/{key}/name", key)
    entry["groups"].attrs["group_by"] = "gender"
    set_value(entry, "group_difference/names", GROUPS)
    fill_difference(entry)
    fill_face(entry, outside)
    counts = np.unique(np.geomspace(1, n_images - 1, n_steps).round().astype(int))
    entry["convergence/image_count"][:len(counts)] = counts
    entry["convergence/pearson_of_halves"][:] = np.linspace(0, 0.95, n_steps)
    entry["convergence/snapshots"][:] = [(first + second) * (k + 1) / n_steps
                                         for k in range(n_steps)]
    fill_images(entry, n_images)
    fill_tables(entry)
    if cis:
        entry["cis/order"][:] = np.arange(n_images)
        entry["cis/cis"][:] = [first + second * (k % 5 - 1) for k in range(n_images)]


def fill_map(group, mean, outside, n):
    group["cms"][:] = mean
    group["cms_errors"][:] = np.where(outside, np.nan, 0.2 + 0.05 * np.sin(mean))
    group["count"][:] = np.where(outside, 0, n)
    group["n_images"][()] = n


def fill_difference(entry):
    maps = [entry[f"groups/{name}"] for name in GROUPS]
    difference = maps[0]["cms"][()] - maps[1]["cms"][()]
    errors = np.hypot(maps[0]["cms_errors"][()], maps[1]["cms_errors"][()])
    difference[np.isnan(errors)] = np.nan
    entry["group_difference/difference/difference"][:] = difference
    entry["group_difference/difference/difference_errors"][:] = errors
    entry["group_difference/significance/significance"][:] = difference / errors


def fill_face(entry, outside):
    """A dome of 9 x 9 vertices over the map; its left half is the nose, its right the chin."""
    height, width = outside.shape
    entry["mean_face/mean_face"][:] = np.where(outside, 0, 150)[..., None]
    set_value(entry, "canonical/region_names", ["none", "nose", "chin"])
    entry["canonical/pixel_regions"][:] = np.where(
        outside, 0, np.where(np.arange(width) < width // 2, 1, 2))
    v, u = np.mgrid[-1:1:9j, -1:1:9j]
    places = np.stack([(u + 1) / 2 * width, (v + 1) / 2 * height, 30 * (1 - u**2) * (1 - v**2)], 2)
    entry["canonical/surface_vertices"][:] = places.reshape(-1, 3)
    corners = np.arange(81).reshape(9, 9)
    a, b, c, d = corners[:-1, :-1], corners[:-1, 1:], corners[1:, :-1], corners[1:, 1:]
    entry["canonical/triangles"][:] = np.concatenate(
        [np.stack(corner, 2).reshape(-1, 3) for corner in ((a, b, c), (b, d, c))])


def fill_images(entry, n_images):
    texts = {"id": [f"img/{k:03d}.jpg" for k in range(n_images)],
             "label": [GROUPS[k % 2] for k in range(n_images)],
             "predicted": [GROUPS[k % 3 == 0] for k in range(n_images)],
             "group": [GROUPS[k % 2] for k in range(n_images)],
             "status": ["no face found"] + ["ok"] * (n_images - 1),
             "detail": ["The detector saw no face."] + [""] * (n_images - 1)}
    for name, values in texts.items():
        set_value(entry, f"images/{name}", values)
    entry["images/order"][:] = np.arange(n_images)
    entry["images/confidence"][:] = np.linspace(-1, 3, n_images)
    entry["images/max_drop"][:] = 1 + np.sin(np.arange(n_images))
    entry["images/noise"][:] = 0.02
    entry["images/n_lost"][1], entry["images/n_patches"][:] = 7, 100


def fill_tables(entry):
    set_value(entry, "regions/name", ["nose", "chin", "none"])
    entry["regions/mean"][:] = [0.5, -0.1, np.nan]
    entry["regions/mean_errors"][:] = [0.1, 0.2, np.nan]
    set_value(entry, "failures/reason", ["no face found"])
    entry["failures/n_images"][:] = 1
    set_value(entry, "classification/class", GROUPS)
    entry["classification/n_labelled"][:] = entry["classification/n_predicted"][:] = [15, 14]
    entry["classification/confusion"][:] = [[10, 5], [4, 10]]
    entry["classification/n_right"][()] = 20
    entry["classification/n_persons"][()] = 29
    entry["classification/accuracy"][:] = [20 / 29, 0.51, 0.83]
    set_value(entry, "evaluation/maps", ["cis", "grad_cam", "random"])
    set_value(entry, "evaluation/confidences", ["log_odds"])
    measure = entry["evaluation/summary/average_drop_log_odds"]
    measure.attrs.update(
        {"meaning": "confidence lost", "confidence": "log_odds", "better": "higher"})
    measure["n_images"][()] = 29
    measure["mean"][:] = [3, 2, 1]
    measure["difference_low"][:] = [[0, -0.5, 1], [-2, 0, 0.2], [-3, -2, 0]]
    for name, value in (
        ("threshold", 0.3125),
        ("equal_error_rate", 0.025),
        ("clean_accuracy", 0.97),
        ("n_same", 60),
        ("n_different", 40),
    ):
        entry[f"evaluation/verification/{name}"][()] = value
    set_value(entry, "process/command", "csm_mpi --task gender")
    entry["inputs"]["model_kind"] = "process"
    entry["process/requests/n_requests"][()] = 2000
    entry["process/requests/n_answered"][()] = 64000
    entry["process/options"]["price_per_1000"] = "1.5"
    entry["process/summary/largest_seconds"][:] = 2


def set_value(entry, name, values):
    """Replaces the value of a data set of texts or of one number."""
    entry[name][...] = values


def add_intervals(path):
    """Adds intervals in blocks of 4 px: those of the left half leave out zero."""
    with h5py.File(path, "a") as file:
        shape = tuple(-(-n // 4) for n in file["entry/cms/cms"].shape)
        file["entry/classification/n_persons"][()] = 12
        group = file.create_group("entry/intervals")
        left = np.arange(shape[1]) < shape[1] // 2
        group["half_width"] = np.where(left, 1e-6, 1e6) * np.ones(shape)
        group["mean"] = np.full(shape, 0.01)
        group["band_factor"], group["n_persons"] = 2.5, 12
        group["sentences"] = np.array(["Of 12 persons: the nose.", "On 50 % of the face."], TEXT)
        regions = group.create_group("regions")
        regions["name"] = np.array(["nose", "chin"], TEXT)
        regions["mean"], regions["mean_errors"] = [0.54, 0.2], [0.2, 0.1]
        regions["low"], regions["high"] = [0.11, -0.2], [0.97, 0.6]
    return path


def add_findings(path):
    """Adds what a test over the whole face finds, in blocks of 4 px: the left half differs."""
    with h5py.File(path, "a") as file:
        shape = tuple(-(-n // 4) for n in file["entry/cms/cms"].shape)
        file["entry/classification/n_persons"][()] = 12
        column = file.create_group("entry/findings/gender")
        column["column"], column["omnibus_p"] = "gender", 1.0
        column["sentences"] = np.array(["The maps differ on 50 % of the face."], TEXT)
        column["remarks"] = np.array(["Persons were exchanged."], TEXT)
        table = column.create_group("performance")
        table["name"] = np.array(GROUPS, TEXT)
        for name in ("n_images", "n_persons", "n_labelled"):
            table[name] = [18, 11]
        # mean_confidence 0.5 and 0.4, confidence_error 0.6 and 0.5: not apart
        for k, name in enumerate(("mean_confidence", "confidence_error", "accuracy",
                                  "accuracy_low", "accuracy_high")):
            table[name] = [0.5 + k / 10, 0.4 + k / 10]
        pair = column.create_group("female_male")
        pair["names"] = np.array(GROUPS, TEXT)
        left = np.arange(shape[1]) < shape[1] // 2
        pair["difference"] = np.broadcast_to(np.linspace(0.5, -0.1, shape[1]), shape)
        pair["difference_errors"] = np.full(shape, 0.05)
        pair["t"] = pair["difference"][()] / 0.05
        pair["p_fwe"] = np.where(left, 0.04, 0.8) * np.ones(shape)
        pair["p_tfce"] = np.where(left, 0.003, 0.6) * np.ones(shape)
        pair["half_width"], pair["p_holm"] = np.full(shape, 0.2), 0.003
        regions = pair.create_group("regions")
        regions["name"] = np.array(["nose", "chin"], TEXT)
        for k, name in enumerate(("difference", "difference_errors", "low", "high", "t", "p_fwe")):
            regions[name] = [(1 + k) / 10, (2 + k) / 10]
    return path
