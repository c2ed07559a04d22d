"""The sample faces are the same each time, and their lists fit together."""

import csv

import make_samples
import numpy as np
import pytest
from PIL import Image

NAMES = ["000m", "001m", "002f", "003f", "004f"]


@pytest.fixture
def avatars(tmp_path):
    folder = tmp_path / "avatars"
    folder.mkdir()
    for i, name in enumerate(NAMES):
        pixels = np.random.default_rng(i).integers(0, 256, (60, 48, 3), dtype=np.uint8)
        Image.fromarray(pixels).resize((96, 120)).save(folder / f"{name}.jpg")
    return folder


def table(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_two_runs_give_the_same_bytes(avatars, tmp_path):
    for run in ("a", "b"):
        make_samples.make(avatars, tmp_path / run, NAMES)
    files = sorted(
        p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*") if p.is_file()
    )
    assert len(files) == 2 * len(NAMES) + 4
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_lists_name_files_that_exist(avatars, tmp_path):
    folder = tmp_path / "faces"
    make_samples.make(avatars, folder, NAMES)
    manifest, gallery = table(folder / "manifest.csv"), table(folder / "gallery.csv")
    assert [row["identity"] for row in manifest] == NAMES == [row["identity"] for row in gallery]
    assert [row["gender"] for row in manifest] == ["male"] * 2 + ["female"] * 3
    paths = [row["path"] for row in manifest + gallery]
    paths += [row[key] for row in table(folder / "pairs.csv") for key in ("path_a", "path_b")]
    assert all((folder / path).is_file() for path in paths)


def test_pairs_are_balanced_and_within_a_gender(avatars, tmp_path):
    rows = make_samples.pairs(NAMES)
    assert sum(row[2] for row in rows) == len(NAMES) == len(rows) / 2
    for first, second, same, _ in rows:
        a, b = first.split("/")[1], second.split("/")[1]
        assert (a == b) == bool(same)
        assert a[3] == b[3]
    assert {row[3] for row in rows} == {1, 2}
    for fold in (1, 2):
        assert {row[2] for row in rows if row[3] == fold} == {0, 1}


def test_second_view_differs_from_the_photo(avatars, tmp_path):
    make_samples.second_view(avatars / "000m.jpg", tmp_path / "s.jpg", 0)
    first, second = Image.open(avatars / "000m.jpg"), Image.open(tmp_path / "s.jpg")
    assert second.size == (72, 90)
    assert np.abs(np.asarray(first.resize((72, 90)), int) - np.asarray(second, int)).mean() > 5


def test_readme_states_one_photo_a_person(avatars, tmp_path):
    make_samples.make(avatars, tmp_path / "faces", NAMES)
    text = (tmp_path / "faces/README.txt").read_text()
    assert "not further photographs" in text and "5 portraits" in text
