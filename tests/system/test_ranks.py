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
def test_an_error_on_one_rank_ends_all_with_its_message(run_csm, data, tmp_path, n_ranks):
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
