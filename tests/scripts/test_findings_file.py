"""findings_file.py and findings_figure.py: what csm_test wrote, read and drawn."""

import h5py
import numpy as np
import pytest
from csm.draw.findings_figure import draw_clusters, draw_differences
from csm.findings_file import is_findings_file, read_findings_file
from csm.plot import write_figures
from csm.result_file import ResultError
from PIL import Image

SIDE = 8


def write_findings(path, tested, n_clusters=2):
    """A findings file with one pair of groups and some clusters."""
    with h5py.File(path, "w") as file:
        entry = file.create_group("entry")
        entry["tested"] = str(tested)
        pair = entry.create_group("findings/sex/f_m")
        entry["findings/sex/column"] = "sex"
        pair["names"] = ["f", "m"]
        pair["difference"] = np.linspace(-1, 1, SIDE * SIDE, dtype="f4").reshape(SIDE, SIDE)
        pair["p_tfce"] = np.full((SIDE, SIDE), 0.01, "f4")
        pair["p_holm"] = 0.01
        clusters = entry.create_group("clusters")
        clusters["p"] = 0.002
        clusters["sentences"] = ["Two kinds."]
        names = [f"cluster {i + 1}" for i in range(n_clusters)]
        performance = clusters.create_group("performance")
        performance["name"] = names
        performance["n_images"] = np.arange(n_clusters) + 5
        for name in ("accuracy", "accuracy_low", "accuracy_high"):
            performance[name] = np.full(n_clusters, 0.5)
        clusters["images/id"], clusters["images/cluster"] = ["a.png", "b.png"], [names[0]] * 2
        for name in names:
            one = clusters.create_group(name)
            for values in ("mean", "excess"):
                one[values] = np.full((SIDE, SIDE), 0.3, "f4")
            one["mean"].attrs["units"] = "log odds"
            one["stability"] = 0.9
            one["examples"] = ["a.png", "gone.png"]
    return path


def test_findings_are_read(tmp_path):
    found = read_findings_file(write_findings(tmp_path / "x.findings.h5", tmp_path / "x.h5"))
    assert found.unit == "log odds"
    assert [pair.names for column in found.columns for pair in column.pairs] == [("f", "m")]
    assert [one.n_images for one in found.clusters.clusters] == [5, 6]
    assert found.clusters.cluster_of == {"a.png": "cluster 1", "b.png": "cluster 1"}


def test_figures_are_drawn_without_the_tested_result(tmp_path):
    path = write_findings(tmp_path / "x.findings.h5", "elsewhere/x.h5")
    written = [one.name for one in write_figures(path, tmp_path / "out")]
    assert written == ["x.findings.png", "x.findings_clusters.png"]
    assert Image.open(tmp_path / "out/x.findings.png").size[0] > 300


def test_images_of_the_data_set_are_shown_beside_the_clusters(tmp_path):
    path = write_findings(tmp_path / "x.findings.h5", "moved/x.h5")
    with h5py.File(tmp_path / "x.h5", "w") as file:  # beside the findings
        file["entry/inputs/dataset"] = str(tmp_path)
        file["entry/mean_face/mean_face"] = np.full((16, 16, 3), 90, "u1")
    Image.new("RGB", (30, 20), (255, 0, 0)).save(tmp_path / "a.png")
    figure = draw_clusters(read_findings_file(path))
    sheets = [axis for axis in figure.axes if axis.get_title(loc="left").startswith("images near")]
    assert len(sheets) == 2
    sheet = sheets[0].images[0].get_array()
    assert tuple(sheet[5, 5]) == (255, 0, 0)
    assert tuple(sheet[5, 200]) == (225, 225, 225)  # the image that is gone


def test_one_kind_is_not_drawn(tmp_path):
    found = read_findings_file(write_findings(tmp_path / "x.h5", "y.h5", n_clusters=1))
    assert draw_clusters(found) is None
    assert draw_differences(found) is not None


def test_figures_of_an_earlier_file_go(tmp_path):
    path = write_findings(tmp_path / "x.findings.h5", "y.h5")
    write_figures(path)
    assert (tmp_path / "x.findings_clusters.png").is_file()
    write_findings(path, "y.h5", n_clusters=1)
    assert [one.name for one in write_figures(path)] == ["x.findings.png"]
    assert not (tmp_path / "x.findings_clusters.png").exists()


def test_a_damaged_file_is_named(tmp_path):
    path = write_findings(tmp_path / "x.h5", "y.h5")
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(ResultError, match="is damaged"):
        write_figures(path)


def test_other_files_are_refused(tmp_path):
    (tmp_path / "text.h5").write_text("no")
    assert not is_findings_file(tmp_path / "text.h5")
    with pytest.raises(ResultError, match="not a file of csm_test"):
        read_findings_file(tmp_path / "text.h5")


def add_pairs(path, p_values):
    """Adds a column of pairs with these corrected p values; in each the left half is found."""
    with h5py.File(path, "a") as file:
        first = file["entry/findings/sex/f_m"]
        first["p_holm"][()] = 0.9
        column = file.create_group("entry/findings/age")
        column["column"] = "age"
        for i, p in enumerate(p_values):
            pair = column.create_group(f"pair {i}")
            pair["names"], pair["p_holm"] = [f"a{i}", f"b{i}"], p
            pair["difference"] = first["difference"][()]
            pair["p_tfce"] = np.where(np.arange(SIDE) < SIDE // 2, 0.01, 0.7) * np.ones((SIDE, 1))
    return path


def test_the_surest_pairs_are_drawn_and_the_rest_is_counted(tmp_path):
    path = write_findings(tmp_path / "x.findings.h5", "y.h5")
    add_pairs(path, np.linspace(1, 0.01, 15))
    figure = draw_differences(read_findings_file(path))
    titles = [axis.get_title() for axis in figure.axes if axis.get_title()]
    assert len(titles) == 12
    assert titles[0].startswith("age: a14 \N{MINUS SIGN} b14\noutlined: beyond chance")
    assert "not beyond chance" in titles[1]
    note = figure.get_supxlabel().replace("\n", " ")
    assert "4 more pairs, less sure, are in the file and not drawn; none of them" in note
    few = draw_differences(read_findings_file(write_findings(tmp_path / "few.h5", "y.h5")))
    assert "not drawn" not in few.get_supxlabel()


def test_the_group_that_the_network_is_surer_on_is_named(tmp_path):
    path = write_findings(tmp_path / "x.findings.h5", "y.h5")
    with h5py.File(path, "a") as file:
        group = file.create_group("entry/findings/sex/performance")
        group["name"], group["n_persons"] = ["m", "f"], [30, 30]
        group["mean_confidence"], group["confidence_error"] = [4.0, 2.0], [0.1, 0.1]
    figure = draw_differences(read_findings_file(path))
    title = figure.axes[0].get_title().replace("\n", " ")
    assert title.endswith("surer on m: 4.00 ± 0.10 against 2.00 ± 0.10 (mean ± standard error)")
    assert "can alone scale a map" in figure.get_supxlabel().replace("\n", " ")


def test_outside_of_the_outline_map_and_face_are_pale(tmp_path):
    path = add_pairs(write_findings(tmp_path / "x.findings.h5", "y.h5"), [0.001])
    found, rest = (axis.images[0].get_array()[..., :3] for axis in
                   draw_differences(read_findings_file(path)).axes[:2])
    half = SIDE // 2
    assert found[:, :half].mean() + 0.1 < found[:, half:].mean()
    # Where nothing was found all is pale: white but for a share.
    np.testing.assert_allclose(rest[:, half:], found[:, half:])
    np.testing.assert_allclose(1 - rest[:, :half], 0.35 * (1 - found[:, :half]))
