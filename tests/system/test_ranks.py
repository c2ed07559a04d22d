"""1, 2, 3 and 8 ranks give the same data sets, and an error on one rank ends all."""

import time

import conftest
import h5py
import pytest
from same_results import check_same

RANKS = (1, 2, 3, 8)


def results_of(run_csm, data, tmp_path, *more, ranks=RANKS):
    paths = []
    for n_ranks in ranks:
        paths.append(tmp_path / f"{n_ranks}" / "result.h5")
        result = run_csm(*data.arguments(paths[-1], *more), n_ranks=n_ranks)
        assert result.returncode == 0, result.stderr
    return paths


def test_maps_of_all_images_and_groups(run_csm, data, tmp_path):
    paths = results_of(run_csm, data, tmp_path, "--save-cis", "--group-by", "predicted", "--fill", "noise")
    check_same(paths)
    with h5py.File(paths[-1]) as file:
        assert file["entry/cis/cis"].shape == (conftest.N_IMAGES, conftest.SIZE, conftest.SIZE)
        assert sorted(file["entry/groups"]) == sorted(conftest.GENDERS)
        assert file["entry/process/n_ranks"][()] == 8


def test_failures_among_the_images(run_csm, data, tmp_path):
    data.image(data.names[3]).write_bytes(b"")
    data.image(data.names[7]).write_bytes(b"no picture at all")
    paths = results_of(run_csm, data, tmp_path, "--save-cis", "--group-by", "gender", "--max-failures", 0.2)
    check_same(paths)
    with h5py.File(paths[-1]) as file:
        assert file["entry/n_failed"][()] == 2
        assert file["entry/cis/cis"].shape[0] == conftest.N_IMAGES - 2
        assert (file["entry/images/status"].asstr()[:] != "ok").sum() == 2


def test_a_limit_takes_the_same_random_images(run_csm, data, tmp_path):
    paths = results_of(run_csm, data, tmp_path, "--limit", 5, "--seed", 3, "--density-normalisation", "off", ranks=(1, 3))
    check_same(paths)
    with h5py.File(paths[0]) as file:
        assert len(file["entry/images/id"]) == 5


def test_a_run_is_repeatable_but_seeds_differ(run_csm, data, tmp_path):
    paths = [tmp_path / name / "result.h5" for name in ("a", "b", "c")]
    for path, seed in zip(paths, (1, 1, 2), strict=True):
        assert run_csm(*data.arguments(path, "--seed", seed)).returncode == 0
    check_same(paths[:2])
    orders = [h5py.File(path)["entry/images/id"].asstr()[:].tolist() for path in paths]
    assert sorted(orders[0]) == sorted(orders[2])
    assert orders[0] != orders[2]


def test_cosine(run_csm, data, tmp_path):
    model = ("--model", data.folder / "embedding.pt", "--confidence", "cosine")
    data.write_manifest([[f"images/{name}.png", f"person {i % 3}"] for i, name in enumerate(data.names)], "path,person")
    check_same(results_of(run_csm, data, tmp_path, *model, "--gallery", data.manifest, "--label", "person", "--save-cis"))


def test_verification(run_csm, data, tmp_path):
    names = data.names
    lines = [f"images/{names[i]}.png,images/{names[(i + 1 + i % 3) % 11]}.png,{i % 2},{i % 3 + 1}" for i in range(11)]
    pairs = data.folder / "pairs.csv"
    pairs.write_text("\n".join(["path_a,path_b,same_person,fold", *lines]) + "\n")
    data.image(names[5]).write_bytes(b"")  # in two pairs
    check_same(results_of(run_csm, data, tmp_path, "--model", data.folder / "embedding.pt", "--confidence", "verification",
                          "--dataset", data.folder, "--pairs", pairs, "--save-cis", "--group-by", "target",
                          "--max-failures", 0.3))


RAISES = """
def forward(self, x):
    if bool(x[0, 0, 0, 0] > 1.0):
        raise Exception("the network met the marked picture")
    return (x.unsqueeze(1) * self.weight).flatten(2).sum(2)
"""


def mark(data, name):
    """Sets the pixel that the network above stumbles over; every other picture is black there."""
    picture = data.picture(name).copy()
    picture[0, 0] = 255
    conftest.Image.fromarray(picture).save(data.image(name))


@pytest.mark.parametrize("n_ranks", [1, 2, 3])
def test_an_error_on_one_rank_ends_all_with_its_words(run_csm, data, tmp_path, n_ranks):
    conftest.save_model(data.folder / "raises.pt", RAISES, data.weight("classifier"))
    mark(data, data.names[6])
    output = tmp_path / "out" / "result.h5"
    output.parent.mkdir()
    output.write_text("an old result")
    start = time.monotonic()
    result = run_csm(*data.arguments(output, "--overwrite", "--model", data.folder / "raises.pt", "--save-cis",
                                      "--schedule", "static"),
                     n_ranks=n_ranks, timeout=60)
    assert time.monotonic() - start < 30
    assert result.returncode == 3, result.stderr
    errors = conftest.error_lines(result)
    assert len(errors) == 1, result.stderr
    assert "the network met the marked picture" in errors[0]
    assert f"rank {position_of(run_csm, data, tmp_path, data.names[6]) % n_ranks}:" in errors[0]
    assert output.read_text() == "an old result"
    # The ranks that were ended leave their maps; the next run of this name takes them over. The failed one clears up.
    assert len(list(output.parent.iterdir())) <= n_ranks


def position_of(run_csm, data, tmp_path, name):
    """Where the seeded order has an image."""
    path = tmp_path / "order" / "result.h5"
    assert run_csm(*data.arguments(path)).returncode == 0
    with h5py.File(path) as file:
        return file["entry/images/id"].asstr()[:].tolist().index(f"images/{name}.png")


@pytest.mark.parametrize("n_ranks", [1, 3])
def test_more_failures_than_allowed_give_the_run_up(run_csm, data, tmp_path, n_ranks):
    for name in data.names[:5]:
        data.image(name).write_bytes(b"")
    output = tmp_path / "out" / "result.h5"
    result = run_csm(*data.arguments(output, "--max-failures", 0.2, "--save-cis"), n_ranks=n_ranks, timeout=60)
    assert result.returncode == 3, result.stderr
    assert "--max-failures allows 2" in result.stderr
    assert "is empty" in result.stderr
    assert not output.exists()
    assert n_ranks > 1 or list(output.parent.iterdir()) == []


def test_more_ranks_than_images(run_csm, data, tmp_path):
    paths = results_of(run_csm, data, tmp_path, "--limit", 2, "--save-cis", ranks=(1, 3))
    check_same(paths)
