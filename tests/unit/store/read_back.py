"""Reads a result file of test_result_file.cpp with h5py and compares it with what synthetic_result.h put in."""
import sys

from pathlib import Path

import h5py
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))

from csm.result_schema import find_faults  # noqa: E402

# synthetic_map: offset + 0.01 * (10 * row + column) in float32.
HEIGHT, WIDTH = 5, 7


def synthetic_map(offset, height=HEIGHT, width=WIDTH):
    rows, columns = np.mgrid[:height, :width]
    return (np.float32(offset) + np.float32(0.01) * (10 * rows + columns).astype(np.float32)).astype(np.float32)


def text(dataset):
    return dataset.asstr()[()]


def texts(dataset):
    return list(dataset.asstr()[:])


def check_pixel_axes(group, height=HEIGHT, width=WIDTH):
    """y is the distance of a pixel's centre from the bottom edge: it descends from row 0, the top, so that viewers draw
    the map upright."""
    np.testing.assert_array_equal(group["y"][:] + np.arange(height), np.full(height, height - 0.5))
    np.testing.assert_array_equal(group["x"][:], np.arange(width) + 0.5)
    for name, length in (("y", height), ("x", width)):
        assert group[name].shape == (length,) and group[name].attrs["units"] == "px"
    assert group["y"].attrs["long_name"] == "distance from the bottom"


def check_map(group, offset, error):
    assert group.attrs["NX_class"] == "NXdata" and group.attrs["signal"] == "cms"
    assert list(group.attrs["axes"]) == ["y", "x"]
    cms = group["cms"]
    assert cms.shape == (HEIGHT, WIDTH) and cms.dtype == np.float32
    np.testing.assert_allclose(cms[:], synthetic_map(offset), atol=1e-6)
    assert cms.attrs["units"] == "1" and cms.attrs["equation"] == "Eq. (6)" and "probability" in cms.attrs["long_name"]
    np.testing.assert_array_equal(group["cms_errors"][:], np.full((HEIGHT, WIDTH), np.float32(error)))
    count = group["count"][:]
    assert count.dtype == np.int64 and count[0, 0] == 0 and (count.ravel()[1:] == 3).all()
    check_pixel_axes(group)
    assert group["n_images"][()] == 3


def follow_defaults(file):
    """The signal that a NeXus viewer opens."""
    node = file
    while "default" in node.attrs:
        node = node[node.attrs["default"]]
    return node[node.attrs["signal"]]


def check_default_plot(entry):
    """Viewers that put row 0 at the bottom whatever the axis says (h5web, NeXpy) show it upright too."""
    group = entry["default_plot"]
    assert group.attrs["NX_class"] == "NXdata" and list(group.attrs["axes"]) == ["y", "x"]
    np.testing.assert_array_equal(group["cms"][:], entry["cms/cms"][:][::-1])
    np.testing.assert_array_equal(group["y"][:], entry["cms/y"][:][::-1])
    np.testing.assert_array_equal(group["x"][:], entry["cms/x"][:])
    assert group["cms"].attrs["units"] == "1" and group.attrs["title"] == entry["cms"].attrs["title"]


def check_every_axis(entry):
    """Every picture and map of the file but the turned one has y descending."""
    groups = []
    entry.visititems(lambda name, item: groups.append(item) if "axes" in item.attrs and "y" in item.attrs["axes"] else None)
    names = {group.name.removeprefix("/entry/") for group in groups}
    assert {"cms", "default_plot", "groups/a_b", "group_difference/difference", "group_difference/significance",
            "mean_face"} <= names
    for group in groups:
        shape = group[group.attrs["signal"]].shape
        axes = list(group.attrs["axes"])
        assert len(axes) == len(shape)
        if group.name != "/entry/default_plot":
            check_pixel_axes(group, shape[axes.index("y")], shape[axes.index("x")])


def check_groups(entry):
    groups = entry["groups"]
    assert groups.attrs["group_by"] == "target" and groups.attrs["default"] == "a_b"
    assert sorted(groups) == ["a_b", "a_b_2"], "names with a slash stay apart from those without"
    assert text(groups["a_b/name"]) == "a/b" and text(groups["a_b_2/name"]) == "a_b"
    check_map(groups["a_b"], 0.5, 0.3)
    check_map(groups["a_b_2"], 0.25, 0.4)
    assert texts(entry["group_difference/names"]) == ["a/b", "a_b"]
    difference = entry["group_difference/difference/difference"][:]
    assert np.isnan(difference[0, 0]), "no image covers this pixel"
    np.testing.assert_allclose(difference.ravel()[1:], 0.25, rtol=1e-5)
    errors = entry["group_difference/difference/difference_errors"][:]
    np.testing.assert_allclose(errors.ravel()[1:], 0.5, rtol=1e-6)
    z = entry["group_difference/significance/significance"][:]
    np.testing.assert_allclose(z.ravel()[1:], 0.5, rtol=1e-5)


def check_convergence(entry):
    group = entry["convergence"]
    assert list(group.attrs["axes"]) == ["image_count"] and group.attrs["signal"] in group
    assert all(name in group for name in group.attrs["auxiliary_signals"])
    assert list(group["image_count"][:]) == [1, 2, 3] and list(group["forwards"][:]) == [1900, 3850, 5700]
    assert list(group["rmse_to_final"][:]) == [0.3, 0.2, 0]
    assert list(group["pearson_to_final"][:]) == [0.7, 0.8, 1]
    assert list(group["ssim_to_final"][:]) == [0.6, 0.7, 1]
    assert list(group["spearman_to_final"][:]) == [0.5, 0.6, 1]
    halves = group["pearson_of_halves"][:]
    assert np.isnan(halves[0]) and list(halves[1:]) == [0.1, 0.2]
    snapshots = group["snapshots"]
    assert snapshots.shape == (3, HEIGHT, WIDTH) and snapshots.chunks == (1, HEIGHT, WIDTH)
    assert snapshots.compression == "gzip" and snapshots.shuffle
    np.testing.assert_allclose(snapshots[1], synthetic_map(2), atol=1e-6)


def check_tables(entry):
    regions = entry["regions"]
    assert texts(regions["name"]) == ["nose", "left_eye"] and list(regions["mean"][:]) == [0.1, -0.2]
    assert list(regions["mean_errors"][:]) == [0.01, 0.02] and list(regions["share"][:]) == [0.6, 0.4]
    assert list(regions["n_pixels"][:]) == [40, 30]
    images = entry["images"]
    assert texts(images["id"]) == ["a.png", "b.png", "c.png", "d.png"]
    assert texts(images["status"]) == ["ok", "no face found", "ok", "ok"]
    assert texts(images["detail"])[1] == "no face found: b.png" and texts(images["label"])[0] == "male"
    assert texts(images["predicted"])[0] == "female" and texts(images["target"])[3] == "female"
    for name, value in [("confidence", 0.75), ("max_drop", 0.5), ("min_drop", -0.25), ("yaw", 10), ("pitch", 20),
                        ("roll", 30), ("n_vertices", 2194), ("n_patches", 1900), ("n_computed", 600),
                        ("n_audited", 24), ("audit_error", 0.125), ("audit_correlation", 0.5),
                        ("audit_bias", -0.0625), ("audit_spread", 0.25), ("audit_drop_spread", 2), ("n_fallbacks", 1)]:
        assert (images[name][:] == value).all(), name
    assert images["yaw"].attrs["units"] == "deg"
    assert list(images["order"][:]) == [0, 1, 2, 3] and "seconds" not in images
    assert texts(entry["failures/reason"]) == ["no face found"] and list(entry["failures/n_images"][:]) == [1]


def check_texts(entry):
    assert text(entry["options/patch_size"]) == "8"
    assert text(entry["options/label"]) == "Äpfel \ufffd", "bytes that are not UTF-8 are replaced"
    assert "output" not in entry["options"] and text(entry["process/options/output"]) == "/tmp/x.h5"
    assert text(entry["versions/program"]) == "0.1.0" and text(entry["inputs/model_sha256"]) == "abc"
    assert texts(entry["remarks"]) == ["A plain sentence."] and texts(entry["warnings"]) == ["A grave sentence."]
    assert entry["seed"][()] == 2**64 - 1 and entry["n_images"][()] == 3 and entry["n_failed"][()] == 1
    assert text(entry["task"]) == "gender" and text(entry["confidence"]) == "probability"


def check_classification(entry):
    group = entry["classification"]
    assert texts(group["class"]) == ["male", "female"]
    assert list(group["n_labelled"][:]) == [2, 0] and list(group["n_predicted"][:]) == [1, 2]
    np.testing.assert_array_equal(group["confusion"][:], [[1, 1], [0, 0]])
    np.testing.assert_array_equal(group["accuracy"][:], [0.5, 0.25, 0.75])
    np.testing.assert_array_equal(group["accuracy_of_class"][:], [[0.5, 0.125, 0.875], [np.nan, 0, 1]])
    assert group["n_right"][()] == 1 and group["n_saturated"][()] == 1
    images = entry["images"]
    assert texts(images["group"]) == ["female"] * 4 and list(images["n_saturated"][:]) == [7] * 4
    assert "target" in images["group"].attrs["long_name"], "the column of --group-by is named"


def check_process(entry):
    process = entry["process"]
    assert text(process["start_time"]) == "2026-01-01T00:00:00Z" and text(process["end_time"]) == "2026-01-01T00:01:00Z"
    assert text(process["command"]) == "csm_mpi --task gender" and process["n_ranks"][()] == 2
    assert list(process["image_seconds"][:]) == [1.5] * 4
    assert texts(process["ranks/phase"]) == ["load", "forward"] and texts(process["ranks/host"]) == ["host"] * 2
    np.testing.assert_array_equal(process["ranks/seconds"][:], [[0.5, 10], [0.75, 11]])
    assert texts(process["ranks/device"]) == ["cuda:0", "cpu"]
    assert texts(process["ranks/device_name"]) == ["NVIDIA H100", ""] and texts(process["ranks/device_uuid"]) == ["0a-1", ""]
    assert list(process["ranks/loop_seconds"][:]) == [11, 12] and list(process["ranks/busy_seconds"][:]) == [10, 11]
    summary = process["summary"]
    assert texts(summary["phase"]) == ["load", "forward"] and list(summary["slowest_rank"][:]) == [1, 1]
    assert list(summary["mean_seconds"][:]) == [0.625, 10.5] and list(summary["largest_seconds"][:]) == [0.75, 11]
    assert summary["loop_seconds"][()] == 12 and summary["busiest_rank"][()] == 1
    np.testing.assert_allclose([summary["imbalance"][()], summary["parallel_efficiency"][()]], [11 / 10.5, 10.5 / 12])
    assert text(process["compute_settings/cublas_tf32"]) == "off"
    assert process["ranks/seconds"].attrs["units"] == "s" and list(process["ranks/rank"][:]) == [0, 1]


def check_canonical(entry):
    canonical = entry["canonical"]
    np.testing.assert_array_equal(canonical["vertices"][:], [[1, 2], [3, 4]])
    np.testing.assert_array_equal(canonical["vertex_uv"][:], [[0.1, 0.2], [0.3, 0.4]])
    np.testing.assert_array_equal(canonical["triangles"][:], [[0, 1, 2], [1, 3, 2]])
    np.testing.assert_array_equal(canonical["surface_vertices"][:], [[0, 0, 1], [5, 0, 2], [0, 5, 3], [5, 5, 4]])
    names = texts(canonical["region_names"])
    assert [names[i] for i in canonical["vertex_regions"][:]] == ["nose", "left_jaw"]
    assert names[canonical["pixel_regions"][1, 2]] == "mouth" and canonical["pixel_regions"][2, 1] == 0


def check_pictures(entry):
    picture = entry["mean_face"][entry["mean_face"].attrs["signal"]]
    assert picture.shape == (HEIGHT, WIDTH, 3) and picture.dtype == np.uint8
    assert picture.attrs["interpretation"] == "rgb-image" and entry["mean_face"].attrs["NX_class"] == "NXdata"
    assert list(picture[4, 6]) == [4, 106, 200]
    assert list(entry["mean_face"].attrs["axes"]) == ["y", "x", "."]


def check_examples(entry):
    examples = entry["examples"]
    assert list(examples["order"][:]) == [0, 3]
    assert examples["face"].shape == (2, HEIGHT, WIDTH, 3) and list(examples["face"][1, 4, 6]) == [4, 106, 200]
    assert examples["input"].shape == (2, 3, 4, 3) and examples["reprojected"].shape == (2, 3, 4)
    np.testing.assert_array_equal(examples["cis"][1], examples["cis"][0])
    assert examples["cis"].shape == (2, HEIGHT, WIDTH) and (examples["cis"][:] != 0).any()


def check_cis(entry):
    """The part files hold the maps 3, 0 and 2, 9; the value of map k is k + 0.01 * (10 * row + column)."""
    cis = entry["cis/cis"]
    assert cis.shape == (3, 5, 5) and cis.chunks == (1, 5, 5) and cis.compression == "gzip" and cis.shuffle
    assert list(entry["cis/order"][:]) == [0, 2, 3]
    assert entry["cis"].attrs["signal"] == "cis" and list(entry["cis"].attrs["axes"]) == ["order", "y", "x"]
    check_pixel_axes(entry["cis"], 5, 5)
    for row, order in enumerate([0, 2, 3]):
        np.testing.assert_allclose(cis[row], synthetic_map(order, 5, 5), rtol=1e-6)


def check_evaluation(entry):
    """Maps are evaluated on images 0, 2 and 3; the values of an image are its order + 0.1 * position."""
    group = entry["evaluation"]
    assert texts(group["maps"]) == ["cis", "grad_cam"] and texts(group["confidences"]) == ["probability", "logit"]
    assert list(group["image_order"][:]) == [0, 2, 3]
    orders = np.array([0.0, 2, 3])
    shapes = {"original": (2,), "darkened": (2, 2), "kept": (2, 2), "clipped_share": (2,), "deletion_area": (2,),
              "insertion_area": (2,), "face_share": (2,), "deletion_similarity": (2, 3), "insertion_similarity": (2, 3), "same_person": ()}
    for name, shape in shapes.items():
        n = int(np.prod(shape))
        expected = orders[:, None] + 0.1 * np.arange(n)
        np.testing.assert_allclose(group[name][:], expected.reshape(3, *shape), err_msg=name)
    drop = group["summary/average_drop_probability"]
    assert drop.attrs["better"] == "higher" and drop.attrs["meaning"] == "Eq. (11)" and drop["n_images"][()] == 3
    assert list(drop["mean"][:]) == [10, 20] and list(drop["low"][:]) == [8, 17] and list(drop["high"][:]) == [12, 23]
    np.testing.assert_array_equal(drop["difference_mean"][:], [[0, -10], [10, 0]])
    np.testing.assert_array_equal(drop["difference_low"][:], [[0, -13], [7, 0]])
    np.testing.assert_array_equal(drop["difference_high"][:], [[0, -7], [13, 0]])
    assert drop["mean"].attrs["units"] == "%"
    assert group["summary/face_share"].attrs["better"] == "neither"
    pairs = group["verification"]
    assert pairs["threshold"][()] == 0.25 and pairs["n_same"][()] == 1 and pairs["n_different"][()] == 2
    assert list(pairs["altered_share"][:]) == [0, 0.5, 1]
    np.testing.assert_array_equal(pairs["deletion_accuracy"][:], [[0.875, 0.5, 0.25], [0.875, 0.75, 0.25]])
    np.testing.assert_array_equal(pairs["insertion_accuracy"][:], [[0.25, 0.5, 0.875], [0.25, 0.75, 0.875]])
    assert list(group["cms"]) == ["grad_cam"] and group["cms/grad_cam"].attrs["title"] == "Grad-CAM"
    check_map(group["cms/grad_cam"], -0.5, 0.05)


def main(path, what):
    with h5py.File(path) as file:
        assert file.attrs["csm_schema"] == "1.4" and file.attrs["default"] == "entry"
        assert file["entry"].attrs["NX_class"] == "NXentry"
        assert follow_defaults(file).name == "/entry/default_plot/cms"
        entry = file["entry"]
        if what == "schema":
            faults = find_faults(file)
            assert not faults, "\n".join(faults)
            return
        if what == "cis":
            check_cis(entry)
            return
        if what == "evaluation":
            check_evaluation(entry)
            return
        assert "cis" not in entry and "evaluation" not in entry
        check_map(entry["cms"], -0.2, 0.03)
        for check in (check_groups, check_convergence, check_tables, check_texts, check_classification, check_process,
                      check_canonical, check_pictures, check_examples, check_default_plot, check_every_axis):
            check(entry)


main(sys.argv[1], sys.argv[2])
