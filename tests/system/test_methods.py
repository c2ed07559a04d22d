"""Baseline methods through csm_mpi: every method runs, on any number of ranks to the same bytes, and keeps its checkpoints to itself."""

import json
import re
import signal

import conftest
import h5py
import numpy as np
import pytest
import reference_maps as reference
from same_results import check_same
from test_closed_form import cis_of
from test_embeddings import clean_input, embed, name_of, paint
from test_restart import interrupt, n_restored

ALL = {method["name"]: method for method in json.loads((conftest.ROOT / "scripts/csm/methods.json").read_text())}
METHODS = tuple(name for name, method in ALL.items() if method["kind"] != "own" and "reference" not in method["needs"])
OF_PAIRS = tuple(name for name, method in ALL.items() if "reference" in method["needs"])
FEW = ("--noise-samples", 3, "--integration-steps", 4, "--masks", 6, "--mask-grid", 3, "--corr-rise-masks", 6)

CONVOLUTIONAL = """
def forward(self, x):
    y = torch.relu(torch.conv2d(x, self.weight, padding=1))
    return y.mean((2, 3))
"""


@pytest.fixture
def convolutional(data):
    weight = np.random.default_rng(5).normal(size=(2, 3, 3, 3))
    conftest.save_model(data.folder / "convolutional.pt", CONVOLUTIONAL, weight)
    return data


def run_method(run_csm, data, output, method, *more, n_ranks=1):
    result = run_csm(*data.arguments(output, "--method", method, *FEW, "--save-cis", *more), n_ranks=n_ranks)
    assert result.returncode == 0, result.stderr
    return output


@pytest.mark.parametrize("method", METHODS)
def test_one_and_two_ranks_give_the_same_bytes(run_csm, convolutional, tmp_path, method):
    paths = [run_method(run_csm, convolutional, tmp_path / str(n) / "result.h5", method, "--model", convolutional.folder / "convolutional.pt",
                        "--group-by", "predicted", n_ranks=n) for n in (1, 2)]
    check_same(paths)
    with h5py.File(paths[0]) as file:
        entry = file["entry"]
        assert entry["method"].asstr()[()] == method
        assert ("by " in entry["title"].asstr()[()]) == (method != "csm")
        assert entry["options/method"].asstr()[()] == method
        assert (np.nan_to_num(entry["cis/cis"][:]) != 0).any()
        long_name = entry["cms/cms"].attrs["long_name"]
        assert ("drop of the log odds" in long_name) == ("patches" in ALL[method]["needs"]), long_name
        assert ("cam_layer" in entry["inputs"]) == ("layer" in ALL[method]["needs"])
        assert (entry["images/n_computed"][:] > 0).all() == (ALL[method]["kind"] != "control")


def test_windows_take_the_engine_that_saves_work(run_csm, convolutional, tmp_path):
    maps = {}
    for engine in ("full", "incremental"):
        path = run_method(run_csm, convolutional, tmp_path / f"{engine}.h5", "sliding_occlusion", "--model", convolutional.folder / "convolutional.pt",
                          "--engine", engine)
        with h5py.File(path) as file:
            assert file["entry/inputs/engine"].asstr()[()] == engine
            maps[engine] = np.nan_to_num(file["entry/cis/cis"][:])
    np.testing.assert_allclose(maps["incremental"], maps["full"], rtol=0, atol=1e-5 * np.abs(maps["full"]).max())


def check_cis(file, row, data, name, values):
    """The CIS of a row is that of the map `values` (H x W), but for float32 gradients of some 1e-6 of the largest one."""
    expected, _ = paint(data, sampled(data, name, values))
    np.testing.assert_allclose(np.nan_to_num(cis_of(file, row)), expected, rtol=0, atol=1e-5 * np.abs(expected).max())


def test_maps_are_sampled_at_the_vertices(run_csm, data, tmp_path):
    """The gradient of a linear network's logit is its weights, whatever the image."""
    path = run_method(run_csm, data, tmp_path / "result.h5", "gradient", "--confidence", "logit")
    with h5py.File(path) as file:
        for row, image in enumerate(file["entry/images/id"].asstr()[:]):
            predicted = conftest.GENDERS.index(file["entry/images/predicted"].asstr()[row])
            expected = np.abs(data.weight("classifier")[predicted]).max(axis=0)
            check_cis(file, row, data, name_of(image), expected)


def sampled(data, name, values):
    """Returns {vertex: value}, bilinear between pixel centres."""
    found = {}
    for i, (x, y) in enumerate(data.vertices(name)):
        if not reference.is_on_input(x, y, conftest.HEIGHT, conftest.WIDTH):
            continue
        x, y = np.clip(x - 0.5, 0, conftest.WIDTH - 1), np.clip(y - 0.5, 0, conftest.HEIGHT - 1)
        left, top = min(int(x), conftest.WIDTH - 2), min(int(y), conftest.HEIGHT - 2)
        dx, dy = x - left, y - top
        found[i] = ((1 - dy) * ((1 - dx) * values[top, left] + dx * values[top, left + 1])
                    + dy * ((1 - dx) * values[top + 1, left] + dx * values[top + 1, left + 1]))
    return found


def cosine_gradient(weight, a, b):
    """The largest |d cos(a, b) / dx| over the colours for a linear embedding a of x: (H x W)."""
    by_embedding = b / (np.linalg.norm(a) * np.linalg.norm(b)) - a * (a @ b) / (np.linalg.norm(a) ** 3 * np.linalg.norm(b))
    return np.abs(np.tensordot(by_embedding, weight, 1)).max(axis=0)


@pytest.fixture
def pairs(data):
    """Options of a run on pairs."""
    path = data.folder / "pairs.csv"
    names = data.names
    lines = [f"images/{names[i]}.png,images/{names[(i + 2) % 11]}.png,{i % 2},{i % 3 + 1}" for i in range(11)]
    path.write_text("\n".join(["path_a,path_b,same_person,fold", *lines]) + "\n")
    return ("--model", data.folder / "embedding.pt", "--confidence", "verification", "--dataset", data.folder, "--pairs", path, "--group-by", "none")


def pair_of(position):
    """The names of the first and the second image."""
    return tuple(name_of(part) for part in re.findall(r"images/face_\d\d\.png", position))


def test_the_gradient_of_a_pair_is_that_of_its_first_image(run_csm, data, pairs, tmp_path):
    path = run_method(run_csm, data, tmp_path / "result.h5", "gradient", *pairs)
    with h5py.File(path) as file:
        for row, position in enumerate(file["entry/images/id"].asstr()[:]):
            a, b = (embed(data, clean_input(data, name)) for name in pair_of(position))
            check_cis(file, row, data, pair_of(position)[0], cosine_gradient(data.weight("embedding"), a, b))
        assert any("first image" in remark for remark in file["entry/remarks"].asstr()[:])


def embedding_map(method, weight, a, b, threshold, sign):
    """FGGB or xSSAB of the linear embedding a of an image, compared with b: (H x W)."""
    own, other = a / np.linalg.norm(a), b / np.linalg.norm(b)
    by_image = (weight - np.multiply.outer(own, np.tensordot(own, weight, 1))) / np.linalg.norm(a)  # (D x 3 x H x W)
    added = own * other - threshold / len(own)
    if method == "fggb":
        magnitude = np.abs(by_image).mean(axis=1)
        return sign * np.tensordot(added / np.sqrt((magnitude**2).sum(axis=(1, 2))), magnitude, 1)
    arguments = [np.abs(np.tensordot(np.where(of_kind, other, 0), by_image, 1)).mean(axis=0) for of_kind in (added >= 0, added < 0)]
    return sign * (arguments[0] - arguments[1])


@pytest.mark.parametrize("method", OF_PAIRS)
def test_methods_that_compare_embeddings_are_those_of_the_papers(run_csm, data, pairs, tmp_path, method):
    paths = [run_method(run_csm, data, tmp_path / str(n) / "result.h5", method, *pairs, n_ranks=n) for n in (1, 2)]
    check_same(paths)
    with h5py.File(paths[0]) as file:
        for row, position in enumerate(file["entry/images/id"].asstr()[:]):
            first, second = pair_of(position)
            a, b = (embed(data, clean_input(data, name)) for name in (first, second))
            sign = 1 if file["entry/images/target"].asstr()[row] == "same" else -1
            threshold = reference.cosine(a, b) - sign * file["entry/images/confidence"][row]  # Eq. (8)
            check_cis(file, row, data, first, embedding_map(method, data.weight("embedding"), a, b, threshold, sign))


def test_the_gradient_of_a_cosine_with_the_gallery(run_csm, data, tmp_path):
    data.write_manifest([[f"images/{name}.png", f"person {i % 3}"] for i, name in enumerate(data.names)], "path,person")
    path = run_method(run_csm, data, tmp_path / "result.h5", "gradient", "--model", data.folder / "embedding.pt", "--confidence", "cosine",
                      "--gallery", data.manifest, "--label", "person")
    with h5py.File(path) as file:
        for row, image in enumerate(file["entry/images/id"].asstr()[:]):
            nearest = file["entry/images/target"].asstr()[row]
            a, b = (embed(data, clean_input(data, name_of(name))) for name in (image, nearest))
            expected = cosine_gradient(data.weight("embedding"), a, b)
            check_cis(file, row, data, name_of(image), expected)


def test_a_restart_refuses_another_method_and_goes_on_with_its_own(run_csm, data, tmp_path):
    data.add_copies(60).use_paced_model()
    output = tmp_path / "out" / "result.h5"
    own = ("--method", "rise", "--masks", 1)
    code, error = interrupt(data, output, lambda process: process.send_signal(signal.SIGUSR1), *own)
    assert code == 75, error
    more = ("--save-cis", "--group-by", "predicted", "--fill", "noise")
    other = run_csm(*data.arguments(output, *more, "--method", "random"))
    assert other.returncode == 2
    assert "method is 'random' here and 'rise' there" in other.stderr
    assert conftest.checkpoint_folder(output).exists()
    assert run_csm(*data.arguments(output, *more, *own), n_ranks=2).returncode == 0
    assert n_restored(output) >= 1
    undisturbed = tmp_path / "undisturbed" / "result.h5"
    assert run_csm(*data.arguments(undisturbed, *more, *own)).returncode == 0
    check_same([undisturbed, output])


@pytest.mark.parametrize("more, message", [
    (("--method", "gradient", "--vertices-per-image", 9), "--vertices-per-image is 9 with --method gradient"),
    (("--method", "gradient", "--quality", "draft"), "--vertices-per-image is 128 with --method gradient"),
    (("--method", "rise", "--engine", "incremental"), "--engine is 'incremental' with --method rise"),
    (("--method", "rise", "--cam-layer", "x"), "--cam-layer is 'x' with --method rise"),
    (("--cam-layer", "x"), "--cam-layer is 'x' with --method csm"),
    (("--method", "grad_cam", "--cam-layer", "nowhere"), "--cam-layer is 'nowhere' (no feature map of the network has that name)"),
    (("--method", "sliding_occlusion", "--window-step", 6), "--window-step is 6, --patch-size is 5"),
    (("--method", "gradcam"), "--method is 'gradcam'"),
    (("--method", "fggb"), "--method is 'fggb' with --confidence log_odds (it explains the similarity of two embeddings"),
])
def test_what_does_not_fit_a_method_is_refused_before_any_work(run_csm, convolutional, tmp_path, more, message):
    output = tmp_path / "out" / "result.h5"
    result = run_csm(*convolutional.arguments(output, "--model", convolutional.folder / "convolutional.pt", *more))
    assert result.returncode == 2
    assert message in result.stderr
    assert not output.exists()


def test_the_plan_tells_the_passes(run_csm, convolutional, tmp_path):
    model = ("--model", convolutional.folder / "convolutional.pt")
    result = run_csm(*convolutional.arguments(tmp_path / "r.h5", *model, "--method", "smoothgrad", "--noise-samples", 7, "--plan"))
    assert result.returncode == 0, result.stderr
    numbers = dict(re.findall(r"^(.*?) {2,}(\S+)", result.stdout, re.MULTILINE))
    assert (numbers["forwards per image"], numbers["backward passes per image"], numbers["forwards in all"]) == ("8", "7", "88")
    result = run_csm(*convolutional.arguments(tmp_path / "r.h5", *model, "--method", "score_cam", "--plan"))
    assert re.search(r"method score_cam, layer \S+ \(pointwise, 2 x 16 x 20\)", result.stdout), result.stdout


def test_the_default_output_names_the_method(run_csm, data, tmp_path):
    result = run_csm("--job", data.job, "--method", "rise", "--print-config", cwd=tmp_path)
    assert f"output = {tmp_path / 'results/gender_rise.h5'}" in result.stdout
    assert "method = rise" in result.stdout
