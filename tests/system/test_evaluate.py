"""Evaluating maps, Eqs. (9) to (13): a linear network's confidence of every altered image is known in closed form."""

import re
import shutil
import sys

import conftest
import h5py
import numpy as np
import pytest
import reference_maps as reference
from test_closed_form import cis_of, strings
from test_embeddings import clean_input, embed, name_of


from csm.result_schema import find_faults  # noqa: E402

HALVES = ("--confidence", "logit", "--group-by", "target", "--seed", 3)
EVALUATED = ("--evaluate", "gradient,random,centre_gaussian", "--curve-steps", 4)
PATCH = 5


def run(run_csm, data, output, *more, n_ranks=1):
    result = run_csm(*data.arguments(output, *HALVES, *more), n_ranks=n_ranks)
    assert result.returncode == 0, result.stderr
    return output


@pytest.fixture
def first_half(run_csm, data, tmp_path):
    return run(run_csm, data, tmp_path / "half.h5", "--half", "first")


@pytest.fixture
def half_of_classes(run_csm, data, tmp_path):
    """As first_half, of the images' labels, so that there is a map of each class: one image has no label."""
    path = run(run_csm, data, tmp_path / "classes.h5", "--half", "first", "--target", "label", "--max-failures", 0.5)
    with h5py.File(path) as file:
        assert sorted(file["entry/groups"]) == ["female", "male"]
    return path


def evaluate(run_csm, data, output, first_half, *more, n_ranks=1):
    return run(run_csm, data, output, "--half", "second", "--save-cis", *EVALUATED, "--evaluate-cms", first_half, *more, n_ranks=n_ranks)


def test_the_file_is_on_the_schema_and_names_the_maps_and_the_images_they_are_of(run_csm, data, first_half, tmp_path):
    path = evaluate(run_csm, data, tmp_path / "result.h5", first_half, n_ranks=2)
    with h5py.File(path) as file, h5py.File(first_half) as half:
        assert find_faults(file) == find_faults(half) == []
        assert strings(file["entry/evaluation/maps"]) == ["cis", "gradient", "random", "centre_gaussian", "cms", "cms_of_class"]
        evaluated, used = (set(strings(f["entry/images/id"])) for f in (file, half))
        assert not evaluated & used
        assert len(evaluated | used) == conftest.N_IMAGES
        # terms: allow, a message of csm_mpi that changes with its stage
        assert any("none of them is judged here" in remark for remark in strings(file["entry/remarks"]))


def expected_scores(data, name, target, maps, alpha):
    """Returns {map: (logit darkened, logit kept)} of a picture; what is altered are its values, on a black ground."""
    weight = data.weight("classifier")[target]
    picture = data.picture(name).astype(float)

    def logit(values):
        return float((weight * reference.normalise(values, conftest.MEAN, conftest.STD)).sum())

    def both(values):
        return (logit(picture * (1 - reference.darkening(values, alpha))[..., None]), logit(picture * reference.stretched(values)[..., None]))

    return {name: both(values) for name, values in maps.items()}


def class_map(file, name):
    """The map of a class; that of all images if the file has none of the class."""
    groups = file["entry/groups"]
    return (groups[name] if name in groups else file["entry/cms"])["cms"][:]


def other_class_map(file, name):
    """The map of the class that follows in the file's order, the first after the last."""
    names = list(file["entry/groups"])
    return file["entry/groups"][names[(names.index(name) + 1) % len(names)] if name in names else names[0]]["cms"][:]


def test_evaluations_are_those_of_the_equations(run_csm, data, half_of_classes, tmp_path):
    path = evaluate(run_csm, data, tmp_path / "result.h5", half_of_classes, "--evaluate-other-class")
    with h5py.File(path) as file, h5py.File(half_of_classes) as half:
        group = file["entry/evaluation"]
        map_names = strings(group["maps"])
        assert strings(group["confidences"]) == ["logit", "probability"]
        for row, image in enumerate(strings(file["entry/images/id"])):
            name, target_name = name_of(image), strings(file["entry/images/target"])[row]
            target = conftest.GENDERS.index(target_name)
            on_input = {
                map_name: reference.reproject(values, data.canonical(), data.vertices(name), PATCH, conftest.HEIGHT, conftest.WIDTH)
                for map_name, values in (("cis", np.nan_to_num(cis_of(file, row))), ("cms", half["entry/cms/cms"][:]),
                                     ("cms_of_class", class_map(half, target_name)), ("cms_of_other_class", other_class_map(half, target_name)))
            }
            alpha = reference.stretched(on_input["cms"]).sum()
            maps = on_input | {"gradient": np.abs(data.weight("classifier")[target]).max(axis=0)}
            clean = float((data.weight("classifier")[target] * clean_input(data, name)).sum())
            assert group["original"][row, 0] == pytest.approx(clean, abs=1e-6)
            assert set(map_names) - set(maps) == {"random", "centre_gaussian"}
            for map_name, (darkened, kept) in expected_scores(data, name, target, maps, alpha).items():
                # Maps in float32 that are stretched and weighed on 320 pixels of weights up to 2e-3 and values up to 2.
                m = map_names.index(map_name)
                assert group["darkened"][row, m, 0] == pytest.approx(darkened, abs=2e-5), (name, map_name)
                assert group["kept"][row, m, 0] == pytest.approx(kept, abs=2e-5), (name, map_name)
        check_summary(group)


def check_summary(group):
    """Eqs. (11) to (13) in NumPy from the values of the images."""
    original, darkened = group["original"][:], group["darkened"][:]
    for kind, confidence in enumerate(strings(group["confidences"])):
        o, e = original[:, kind, None], darkened[:, :, kind]
        good = o[:, 0] > 0
        drop = 100 * np.maximum(0, o - e)[good] / o[good]
        assert group[f"summary/average_drop_{confidence}/n_images"][()] == good.sum()
        np.testing.assert_allclose(group[f"summary/average_drop_{confidence}/mean"][:], drop.mean(axis=0), rtol=1e-12)
        np.testing.assert_allclose(group[f"summary/increase_{confidence}/mean"][:], 100 * (e > o).mean(axis=0), rtol=1e-12)
        lowest = e == e.min(axis=1, keepdims=True)
        wins = 100 * (lowest / lowest.sum(axis=1, keepdims=True)).mean(axis=0)
        np.testing.assert_allclose(group[f"summary/win_{confidence}/mean"][:], wins, rtol=1e-12)
        assert wins.sum() == pytest.approx(100)


def test_the_map_of_each_method_is_that_of_a_run_by_it(run_csm, data, tmp_path):
    methods = ("gradient", "random", "centre_gaussian")
    path = run(run_csm, data, tmp_path / "evaluated.h5", "--evaluate", ",".join(methods), "--curve-steps", 0, n_ranks=2)
    with h5py.File(path) as evaluated:
        assert sorted(evaluated["entry/evaluation/cms"]) == sorted(methods)
        for method in methods:
            of_evaluation = evaluated["entry/evaluation/cms"][method]
            with h5py.File(run(run_csm, data, tmp_path / f"{method}.h5", "--method", method)) as file:
                for name in ("cms", "cms_errors", "count", "n_images"):
                    np.testing.assert_array_equal(of_evaluation[name][()], file["entry/cms"][name][()], err_msg=f"{method} {name}")
                assert of_evaluation["cms"].attrs["units"] == file["entry/cms/cms"].attrs["units"]
                assert of_evaluation["cms"].attrs["long_name"] == file["entry/cms/cms"].attrs["long_name"]


def test_a_map_that_was_made_of_evaluated_images_is_reported(run_csm, data, first_half, tmp_path):
    path = run(run_csm, data, tmp_path / "result.h5", "--evaluate-cms", first_half, "--curve-steps", 0)
    with h5py.File(path) as file, h5py.File(first_half) as half:
        n = half["entry/n_images"][()]
        # terms: allow, a message of csm_mpi that changes with its stage
        assert any(f"{n} of them are judged here too" in remark for remark in strings(file["entry/remarks"]))
        assert "deletion_area_logit" not in file["entry/evaluation/summary"]


def test_maps_are_called_as_the_user_says(run_csm, data, half_of_classes, tmp_path):
    copy = tmp_path / "seed=3.h5"  # a file that exists is not read as NAME=FILE
    shutil.copy(half_of_classes, copy)
    files = f"early={half_of_classes},{copy},late={copy},{half_of_classes}"
    path = run(run_csm, data, tmp_path / "result.h5", "--evaluate-cms", files, "--evaluate-other-class", "--curve-steps", 0)
    with h5py.File(path) as file:
        endings = ("", "_of_class", "_of_other_class")
        assert strings(file["entry/evaluation/maps"]) == ["cis", *(name + end for name in ("early", "cms", "late", "cms_2") for end in endings)]
        darkened = file["entry/evaluation/darkened"][:]
        np.testing.assert_array_equal(darkened[:, 1:4], darkened[:, 7:10])
        assert (darkened[:, 2] != darkened[:, 3]).any()
        assert any("The map late, of 'seed=3.h5', was made of" in remark for remark in strings(file["entry/remarks"]))


def test_images_of_another_place_are_not_said_to_be_others(run_csm, data, first_half, tmp_path):
    link, copy = tmp_path / "link", tmp_path / "copy"
    link.symlink_to(data.folder)
    shutil.copytree(data.folder, copy)
    # terms: allow, a message of csm_mpi that changes with its stage
    for folder, message in ((link, "of them are judged here too"), (copy, f"they lie in another place, '{data.folder}'")):
        path = run(run_csm, data, tmp_path / f"{folder.name}.h5", "--dataset", folder / "manifest.csv", "--evaluate-cms", first_half, "--curve-steps", 0)
        with h5py.File(path) as file:
            assert any(message in remark for remark in strings(file["entry/remarks"])), folder


@pytest.mark.parametrize("name, message", [
    ("random", "a method is called 'random'"),
    ("cms", "another map is called 'cms'"),
    ("cis", "another map is called 'cis'"),
    ("", "'' is not a name for the map of a file"),
    ("a-b", "'a-b' is not a name for the map of a file"),
])
def test_a_name_that_cannot_be_used_is_refused(run_csm, data, first_half, tmp_path, name, message):
    result = run_csm(*data.arguments(tmp_path / "r.h5", *HALVES, "--evaluate-cms", f"{first_half},{name}={first_half}"))
    assert result.returncode == 2
    assert message in result.stderr
    assert "NAME" in result.stderr


def test_a_file_without_classes_has_no_other_class(run_csm, data, tmp_path):
    half = tmp_path / "half.h5"
    assert run_csm(*data.arguments(half, "--half", "first", "--group-by", "none")).returncode == 0
    result = run_csm(*data.arguments(tmp_path / "r.h5", *HALVES, "--evaluate-cms", half, "--evaluate-other-class"))
    assert result.returncode == 2
    assert "no file of --evaluate-cms has the maps of two classes" in result.stderr


@pytest.mark.parametrize("more, message", [
    (("--canonical-size", 48), "is 64 x 64 px, this run's canonical face 48 px"),
    (("--evaluate-cms", "nowhere.h5"), "the map of the model cannot be read from"),
    (("--evaluate", "grad_cam"), "--method grad_cam cannot work on the model"),
])
def test_what_cannot_be_evaluated_is_refused_before_any_work(run_csm, data, first_half, tmp_path, more, message):
    output = tmp_path / "out" / "result.h5"
    given = more if "--evaluate-cms" in more else ("--evaluate-cms", first_half, *more)
    result = run_csm(*data.arguments(output, *HALVES, *given))
    assert result.returncode == 2
    assert message in result.stderr
    assert not output.exists()


def test_pairs_are_evaluated_by_their_first_image(run_csm, data, tmp_path):
    names = data.names
    pairs = data.folder / "pairs.csv"
    lines = [f"images/{names[i]}.png,images/{names[(i + 2) % 11]}.png,{i % 2},{i % 3 + 1}" for i in range(11)]
    pairs.write_text("\n".join(["path_a,path_b,same_person,fold", *lines]) + "\n")
    path = tmp_path / "result.h5"
    result = run_csm(*data.arguments(path, "--model", data.folder / "embedding.pt", "--confidence", "verification", "--dataset", data.folder,
                                     "--pairs", pairs, "--group-by", "none", "--evaluate", "gradient,random", "--curve-steps", 0))
    assert result.returncode == 0, result.stderr
    with h5py.File(path) as file:
        group = file["entry/evaluation"]
        assert strings(group["confidences"]) == ["verification"]
        np.testing.assert_allclose(group["original"][:, 0], file["entry/images/confidence"][:], rtol=1e-12)
        # A map without a positive value darkens nothing.
        assert (group["darkened"][:] != group["original"][:][:, None]).mean() > 0.8


def test_the_plan_tells_the_forwards(run_csm, data, first_half, tmp_path):
    result = run_csm(*data.arguments(tmp_path / "r.h5", *HALVES, "--evaluate", "random", "--evaluate-cms", first_half, "--curve-steps", 4, "--plan"))
    assert result.returncode == 0, result.stderr
    numbers = dict(re.findall(r"^(.*?) {2,}(\S+)", result.stdout, re.MULTILINE))
    # cis, random, cms and cms_of_class: two images and two curves of three inner steps each; two ends of the curves.
    # terms: allow, a message of csm_mpi that changes with its stage
    assert (numbers["maps evaluated per image"], numbers["forwards per image to evaluate them"]) == ("4", str(4 * (2 + 2 * 3) + 2))


def equal_error_threshold(similarities, is_same):
    """The lowest of the places between two similarities where the shares of both errors are nearest."""
    values = np.unique(similarities)
    places = (values[1:] + values[:-1]) / 2
    apart = [abs((similarities[is_same] <= t).mean() - (similarities[~is_same] > t).mean()) for t in places]
    return places[int(np.argmin(np.round(apart, 12)))]


def test_pairs_are_verified_while_their_first_images_are_altered(run_csm, data, tmp_path):
    """The accuracy of verification at the threshold of equal error, in NumPy from the similarities of the images."""
    pairs = data.folder / "pairs.csv"
    lines = [f"images/{data.names[i]}.png,images/{data.names[(i + 2) % 11]}.png,{int(i % 3 > 0)},{i % 2 + 1}" for i in range(11)]
    pairs.write_text("\n".join(["path_a,path_b,same_person,fold", *lines]) + "\n")
    result = run_csm(*data.arguments(tmp_path / "result.h5", "--model", data.folder / "embedding.pt", "--confidence", "verification", "--dataset",
                                     data.folder, "--pairs", pairs, "--group-by", "none", "--evaluate", "xssab,random", "--curve-steps", 4,
                                     "--imputation", "neighbours"), n_ranks=2)
    assert result.returncode == 0, result.stderr
    with h5py.File(tmp_path / "result.h5") as file:
        assert find_faults(file) == []
        group = file["entry/evaluation"]
        curves, is_same = group["verification"], group["same_person"][:] > 0
        assert 0 < is_same.sum() == curves["n_same"][()] == 11 - curves["n_different"][()]
        for kind, place_of_clean in (("deletion", 0), ("insertion", -1)):
            similarity = group[f"{kind}_similarity"][:]  # (pairs x maps x steps)
            clean = similarity[:, 0, place_of_clean]
            assert similarity.shape == (11, 3, 5) and (similarity[:, :, place_of_clean] == clean[:, None]).all()
            for row, position in enumerate(strings(file["entry/images/id"])):
                a, b = (embed(data, clean_input(data, name_of(part))) for part in re.findall(r"images/face_\d\d\.png", position))
                assert clean[row] == pytest.approx(reference.cosine(a, b), abs=1e-6)
            threshold = equal_error_threshold(clean, is_same)
            assert curves["threshold"][()] == pytest.approx(threshold)
            right = (similarity > threshold) == is_same[:, None, None]
            np.testing.assert_allclose(curves[f"{kind}_accuracy"][:], right.mean(axis=0))
            area = 100 * np.trapezoid(right.mean(axis=0), np.linspace(0, 1, 5), axis=1)
            np.testing.assert_allclose(group[f"summary/{kind}_accuracy_verification/mean"][:], area)
