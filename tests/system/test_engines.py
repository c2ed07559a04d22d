"""The incremental engine gives what the full engine gives: on published networks with random weights (small widths and
inputs), on the shipped networks, for patches from 5 to 60 px, at the edges and in batches with a remainder."""

import json
import subprocess
import sys

import h5py
import numpy as np
import pytest
from conftest import PROGRAM, ROOT, launch
from same_results import check_same
from test_restart import EVERY_IMAGE, checkpoints, kill_all, n_restored, wait_for

BENCH = PROGRAM.parent / "csm_engine_bench"
ZOO = ("vgg16", "resnet18", "resnet34", "resnet50", "mobilenet_v2", "mobilenet_v3_large", "efficientnet_b0",
       "densenet121", "inception_v3", "lightcnn9")
SHIPPED = {"gender": 8, "age": 15, "expression": 8, "pose": 15, "recognition": 8, "recognition_dlib": 10,
           "gender_faceres": 15}
# Both engines sum in float32, in other orders and with Winograd's transforms: 1e-6 relative a layer, over up to 120
# layers that may each amplify it; drops are differences of two such values.
TOLERANCE = 5e-4


def compare(model, patch_size, n_patches, batch_size, *others):
    """How far the drops of the incremental engine, and of others, are apart from those of the full one."""
    command = [BENCH, model, "--engines", ",".join(("full", "incremental", *others)), "--patch-size", patch_size,
               "--patches", n_patches, "--full-patches", 0, "--batch-size", batch_size, "--turns", 0]
    result = subprocess.run([str(argument) for argument in command], capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stderr
    work, *found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["engine"] for line in found] == ["incremental", *others]
    assert work["tail"] == "", f"{model} is not understood to its end"
    assert work["window_multiply_adds"] <= work["multiply_adds"]
    return found


def check(all_found):
    for found in all_found:
        assert found["largest_drop"] > 1e-4
        assert found["largest_difference_of_drops"] <= TOLERANCE * found["largest_drop"], found
        assert found["pearson"] > 0.99999, found


@pytest.fixture(scope="module")
def zoo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("zoo")
    subprocess.run([sys.executable, str(ROOT / "scripts" / "models" / "make_zoo.py"), *ZOO, "--width", "0.25", "--input-size", "96",
                    "--output", str(folder)], check=True, capture_output=True, timeout=300)
    return folder


@pytest.mark.parametrize("name", ZOO)
def test_equals_the_full_engine_on_published_networks(zoo, name):
    check(compare(zoo / f"{name}.pt", 15, 13, 5, "gathered"))  # gathered: as GPUs run it, here on the CPU


@pytest.mark.parametrize("patch_size", [5, 60])
@pytest.mark.parametrize("name", ["resnet18", "mobilenet_v3_large", "inception_v3"])  # sums, channel gates, branches
def test_equals_the_full_engine_for_small_and_large_patches(zoo, name, patch_size):
    check(compare(zoo / f"{name}.pt", patch_size, 13, 5))


@pytest.mark.parametrize("name", SHIPPED)
def test_equals_the_full_engine_on_the_shipped_networks(name):
    model = ROOT / "models" / f"{name}.pt"
    if not model.exists():
        pytest.skip("scripts/setup.sh has not made the models here")
    check(compare(model, SHIPPED[name], 9, 4))


needs_samples = pytest.mark.skipif(not (ROOT / "samples/faces/manifest.csv").exists(),
                                   reason="scripts/setup.sh makes the models and the sample faces")
# Few vertices and a small map: what differs between ranks would show.
SMALL = ("--task", "gender_112", "--canonical-size", 128, "--threads-per-rank", 1, "--save-cis", "--quiet")
# 8 images: a run that is killed after its first has more to do. 140 patches: some are audited, some interpolated, and batches have a remainder.
FEW = ("--limit", 8, "--vertex-stride", 300)


@needs_samples
@pytest.mark.parametrize("engine", [("full",), ("incremental",), ("adaptive",), ("incremental", "--precision", "bfloat16")],
                         ids=" ".join)
def test_an_engine_gives_the_same_bytes_for_any_ranks_schedule_and_restart(run_csm, tmp_path, engine):
    arguments = (*SMALL, *FEW, "--engine", *engine)
    paths = {name: tmp_path / f"{name}.h5" for name in ("one", "three", "restarted")}

    killed = launch(*arguments, *EVERY_IMAGE, "--output", paths["restarted"], n_ranks=2)
    wait_for(lambda: checkpoints(paths["restarted"]), killed)
    kill_all(killed)
    killed.communicate()
    assert not paths["restarted"].exists()

    # The schedule is the default's, `static`, and one that goes on where the other was killed.
    for name, n_ranks, more in (("one", 1, ()), ("three", 3, ("--schedule", "static")), ("restarted", 2, ())):
        result = run_csm(*arguments, *more, "--output", paths[name], n_ranks=n_ranks, timeout=300)
        assert result.returncode == 0, result.stderr
    assert n_restored(paths["restarted"]) > 0
    check_same(list(paths.values()))


@needs_samples
def test_the_engines_draw_one_map(run_csm, tmp_path):
    maps = {}
    for engine in ("full", "incremental", "adaptive"):
        path = tmp_path / f"{engine}.h5"
        # The adaptive engine needs patches that overlap their neighbours well.
        result = run_csm(*SMALL, "--engine", engine, "--output", path, "--vertex-stride", 40, "--limit", 3, timeout=300)
        assert result.returncode == 0, result.stderr
        with h5py.File(path) as file:
            maps[engine] = np.nan_to_num(file["entry/cis/cis"][:].astype(float))
    largest = np.abs(maps["full"]).max()
    np.testing.assert_allclose(maps["incremental"], maps["full"], atol=1e-4 * largest)
    # The adaptive engine computes 30 % of the patches.
    assert not np.allclose(maps["adaptive"], maps["full"], atol=1e-4 * largest)
    for adaptive, full in zip(maps["adaptive"], maps["full"]):
        assert np.corrcoef(adaptive.ravel(), full.ravel())[0, 1] > 0.9


def test_an_engine_that_cannot_run_the_model_is_refused(run_csm, data, tmp_path):
    result = run_csm(*data.arguments(tmp_path / "r.h5"), "--engine", "incremental", "--memory-limit", 64)
    assert result.returncode == 2
    assert "--engine incremental cannot run the model" in result.stderr
