"""csm report --text, plot and compare on a synthetic result file."""

import dataclasses

import h5py
import numpy as np
import pytest
from conftest import add_saved_maps, write_result
from PIL import Image

from csm import command
from csm import compare
from csm import compare_methods
from csm import plot
from csm import report_command as report
from csm import saved_maps
from csm.result_file import ResultError, read_result


def test_reads_maps_with_their_orientation(result_file):
    result = read_result(result_file)
    assert result.cms.mean.shape == (40, 32)
    assert result.cms.mean[39, 0] == pytest.approx((0 - 10 + 0.5 * 39) / 100)
    assert np.isnan(result.cms.shown()[:5]).all() and not np.isnan(result.cms.shown()[5:]).any()
    seen = dataclasses.replace(result.cms, count=np.full_like(result.cms.count, 21))
    seen.count[7, 8:10] = (2, 3)
    assert np.argwhere(np.isnan(seen.shown())).tolist() == [[7, 8]]
    assert result.groups["male faces"].mean[39, 31] == pytest.approx(-result.cms.mean[39, 31])
    assert result.mean_face.shape == (40, 32, 3)


def test_report_names_regions_errors_groups_failures(result_file, capsys):
    assert report.main([str(result_file), "--text"]) == 0
    text = capsys.readouterr().out
    assert "synthetic gender" in text
    assert "highest 0.405 at (x 31, y 39)" in text
    assert " % of the pixels have a value" in text
    nose = next(line for line in text.splitlines() if line.startswith("nose"))
    assert nose.split()[1:] == ["0.2", "0.03", "60.0%"]
    assert text.index("nose") < text.index("mouth") < text.index("none ")
    assert "group female faces: 9 images" in text
    assert "       2  no face found" in text
    assert "pearson_of_halves" in text and "17400" in text
    assert "note: no gallery was given" in text
    assert "csm_mpi --task gender" in text and "gender.pt" in text
    assert text.startswith("WARNING: the map is mostly noise")
    assert "right for 4 of 6 images with a label: 66.7 % (95 % interval 30.0 to 90.3)" in text
    assert next(line for line in text.splitlines() if line.startswith("female")).split() == [
        "female",
        "4",
        "2",
    ]


def test_another_schema_is_refused(result_file):
    with h5py.File(result_file, "a") as file:
        file.attrs["csm_schema"] = "2.0"
    with pytest.raises(ResultError, match="schema 2.0"):
        read_result(result_file)


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "does not exist"), (b"text", "not an HDF5 file"), ("empty", "no /entry/cms")],
)
def test_bad_file_is_one_message(tmp_path, content, message):
    path = tmp_path / "bad.h5"
    if content == "empty":
        h5py.File(path, "w").close()
    elif content:
        path.write_bytes(content)
    with pytest.raises(ResultError, match=message):
        read_result(path)


def test_plot_writes_three_pictures(result_file, tmp_path):
    assert plot.main([str(result_file), "--output", str(tmp_path / "pictures")]) == 0
    for name in ("", "_regions", "_convergence"):
        assert Image.open(tmp_path / f"pictures/run{name}.png").size[0] > 300


def test_compare_with_itself_agrees_fully(result_file):
    result = read_result(result_file)
    found = compare.agreement(result.cms, result.cms)
    assert (found.pearson, found.spearman, found.ssim) == pytest.approx((1, 1, 1))
    assert found.rmse == 0
    assert found.n_pixels == 35 * 32


def test_compare_of_opposite_maps(result_file):
    groups = read_result(result_file).groups
    found = compare.agreement(groups["female faces"], groups["male faces"])
    assert (found.pearson, found.spearman) == pytest.approx((-1, -1))
    assert found.rmse == pytest.approx(2 * np.sqrt((groups["male faces"].mean[5:] ** 2).mean()))


def test_ssim_equals_its_definition():
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, 16, 13))
    mask = rng.random((16, 13)) < 0.8
    spread = max(a[mask].max(), b[mask].max()) - min(a[mask].min(), b[mask].min())
    a0, b0 = np.where(mask, a, 0), np.where(mask, b, 0)
    offset = np.arange(-5, 6)
    window = np.exp(-(offset[:, None] ** 2 + offset ** 2) / (2 * 1.5 ** 2))
    window /= window.sum()
    values = []
    for y in range(5, 11):
        for x in range(5, 8):
            if mask[y, x]:
                p, q = a0[y - 5:y + 6, x - 5:x + 6], b0[y - 5:y + 6, x - 5:x + 6]
                mp, mq = (window * p).sum(), (window * q).sum()
                vp, vq = (window * (p - mp) ** 2).sum(), (window * (q - mq) ** 2).sum()
                cov = (window * (p - mp) * (q - mq)).sum()
                c1, c2 = (0.01 * spread) ** 2, (0.03 * spread) ** 2
                values.append(
                    (2 * mp * mq + c1) * (2 * cov + c2) / ((mp**2 + mq**2 + c1) * (vp + vq + c2))
                )
    assert compare.structural_similarity(a, b, mask) == pytest.approx(np.mean(values), abs=1e-12)


def test_compare_counts_the_region_difference_in_standard_errors(result_file, tmp_path, capsys):
    other = write_result(tmp_path / "other.h5", shift=0.1)
    picture = tmp_path / "difference.png"
    assert compare.main([str(other), str(result_file), "--output", str(picture)]) == 0
    text = capsys.readouterr().out
    nose = next(line for line in text.splitlines() if line.startswith("nose")).split()
    assert float(nose[3]) == pytest.approx(0.1)
    assert float(nose[5]) == pytest.approx(0.1 / np.hypot(0.03, 0.03), abs=0.06)
    cms = next(line for line in text.splitlines() if line.startswith("CMS")).split()
    assert float(cms[5]) == pytest.approx(0.1, rel=1e-3)
    assert picture.exists()


def test_compare_refuses_other_sizes(result_file, tmp_path):
    other = write_result(tmp_path / "other.h5", size=(32, 40))
    with pytest.raises(ResultError, match="--canonical-size"):
        compare.agreement(read_result(result_file).cms, read_result(other).cms)


def test_methods_are_compared_pair_by_pair(tmp_path, capsys):
    paths = [
        write_result(tmp_path / f"{method}.h5", method=method)
        for method in ("csm", "grad_cam", "random")
    ]
    with h5py.File(paths[2], "a") as file:
        file["entry/cms/cms"][:] = np.random.default_rng(3).normal(size=(40, 32))
    picture = tmp_path / "pictures" / "methods.png"
    assert compare_methods.main([*map(str, paths), "--output", str(picture)]) == 0
    lines = capsys.readouterr().out.splitlines()
    first, second, third = (line.split() for line in lines[-4:-1])
    assert first[:4] == ["csm", "-", "1.00", first[3]] and abs(float(first[3])) < 0.2
    assert second[:3] == ["grad_cam", "1.00", "-"]
    assert third[0] == "random" and third[3] == "-"
    width, height = Image.open(picture).size
    assert width > 1000 and height > 500


def test_one_map_has_nothing_beside_it(result_file, tmp_path, capsys):
    picture = tmp_path / "methods.png"
    assert command.main(["methods", str(result_file), "--output", str(picture)]) == 2
    assert "holds one map" in capsys.readouterr().err and not picture.exists()


def test_results_of_one_method_are_told_apart_by_their_files(tmp_path):
    results = [
        read_result(write_result(tmp_path / name, method="rise")) for name in ("a.h5", "b.h5")
    ]
    assert list(compare_methods.named(results)) == ["rise (a)", "rise (b)"]
    with pytest.raises(ResultError, match="given twice"):
        compare_methods.named([results[0], results[0]])


def test_an_evaluating_run_brings_the_maps_of_its_methods(tmp_path, capsys):
    path = write_result(tmp_path / "evaluated.h5")
    with h5py.File(path, "a") as file:
        file["entry/evaluation/maps"] = ["cis", "score_cam", "grad_cam"]
        for method, sign in (("grad_cam", 1), ("score_cam", -1)):
            group = file.create_group(f"entry/evaluation/cms/{method}")
            group["cms"], group["count"] = (
                sign * file["entry/cms/cms"][:],
                file["entry/cms/count"][:],
            )
    assert compare_methods.main([str(path), "--output", str(tmp_path / "methods.png")]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[-4:-1]]
    assert rows[0][:4] == ["csm", "-", "-1.00", "1.00"]
    assert [row[0] for row in rows] == ["csm", "score_cam", "grad_cam"], (
        "in the order of --evaluate"
    )


def test_the_texts_of_a_map_are_those_of_its_method(tmp_path):
    path = write_result(tmp_path / "gradient.h5")
    assert read_result(path).value_name == "drop of the confidence"
    with h5py.File(path, "a") as file:
        file["entry/cms/cms"].attrs["long_name"] = "canonical saliency map: Grad-CAM of the logit"
    assert read_result(path).value_name == "Grad-CAM of the logit"


def write_saved_maps(path, method, names=("img/anna.jpg", "img/otto.jpg")):
    """A result with the CIS of two images: a ramp for the first, its reverse for the second; 5 rows
    without value.
    """
    ramp, is_covered = np.mgrid[:40, :32][1] - 15.5, np.mgrid[:40, :32][0] >= 5
    add_saved_maps(
        write_result(path, method=method),
        np.array([ramp, -ramp]),
        names,
        ["female", "male"],
        is_covered,
    )
    with h5py.File(path, "a") as file:
        file["entry/inputs/dataset"] = str(path.parent)
    return path


def test_the_map_of_an_image_is_found_by_its_name(tmp_path):
    path = write_saved_maps(tmp_path / "a.h5", "csm")
    for name in ("img/otto.jpg", "otto.jpg", "otto"):
        image, cis = saved_maps.read_image_map(path, name)
        assert image == "img/otto.jpg"
        assert cis.mean[20, 0] == 15.5 and cis.n_images == 1
        assert cis.covered.sum() == 35 * 32
    for name, message in (("tto.jpg", "names 0 images"), ("jpg", "names 0 images")):
        with pytest.raises(ResultError, match=message):
            saved_maps.read_image_map(path, name)
    twice = write_saved_maps(tmp_path / "b.h5", "csm", ("a/anna.jpg", "b/anna.jpg"))
    with pytest.raises(ResultError, match="names 2 images .* b/anna.jpg, a/anna.jpg"):
        saved_maps.read_image_map(twice, "anna")


def test_maps_of_all_images_come_in_the_order_of_names(tmp_path):
    found = saved_maps.read_saved_maps(
        write_saved_maps(tmp_path / "a.h5", "csm", ("img/zoe.jpg", "img/otto.jpg"))
    )
    assert (found.images, found.targets) == (["img/otto.jpg", "img/zoe.jpg"], ["male", "female"])
    assert found.maps[0, 20, 0] == 15.5 and found.maps[1, 20, 0] == -15.5
    assert not found.is_covered[:5].any() and found.is_covered[5:].all()
    assert not found.cms().any()
    assert found.predicted == ["female", "male"]
    assert (
        found.called("male").images == ["img/zoe.jpg"]
        and found.called("male").maps[0, 20, 0] == -15.5
    )
    assert found.called("other").images == []
    assert found.values().shape == (2, 35 * 32) and found.region_names == ["none", "nose"]


def test_a_run_without_saved_maps_is_named(result_file):
    with pytest.raises(ResultError, match="--save-cis"):
        saved_maps.read_saved_maps(result_file)


def test_methods_are_compared_on_one_image_beside_its_photo(tmp_path, capsys):
    paths = [
        str(write_saved_maps(tmp_path / "a.h5", "csm")),
        str(write_saved_maps(tmp_path / "b.h5", "rise", ("img/otto.jpg", "img/anna.jpg"))),
    ]
    (tmp_path / "img").mkdir()
    Image.new("RGB", (30, 40), (200, 10, 10)).save(tmp_path / "img/anna.jpg")
    picture = tmp_path / "one.png"
    assert compare_methods.main([*paths, "--image", "anna", "--output", str(picture)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-3].split()[:3] == ["csm", "-", "-1.00"]
    pixels = np.asarray(Image.open(picture).convert("RGB")).astype(int)
    assert ((pixels[..., 0] > 180) & (pixels[..., 1:].max(axis=2) < 40)).sum() > 1000  # the photo
    assert compare_methods.main([*paths, "--image", "otto", "--output", str(picture)]) == 0
    with pytest.raises(ResultError, match="--save-cis"):
        compare_methods.main(
            [str(write_result(tmp_path / "c.h5")), "--image", "anna", "--output", str(picture)]
        )
