"""scripts/research: each campaign of csm_test, the sweep of patches and the study of robustness,
started in miniature. An option that csm_test or csm_mpi refuses ends a campaign, and its test."""

import csv
import re
import shutil
from dataclasses import replace

import cluster_campaign
import coverage_campaign
import cue_power
import h5py
import null_campaign
import numpy as np
import patch_sweep
import power_campaign
import pytest
import robustness
from conftest import ROOT
from csm.result_schema import at
from csm.saved_maps import SavedMaps, read_saved_maps
from PIL import Image
from study.group_tests import read_images
from study.program import StudyError
from synthetic_run import HEIGHT, WIDTH, launch, write_data

N_PERSONS = 20  # with two images each
FEW = ("--permutations", 19)  # exchanges, whose smallest p is .05
needs_faces = pytest.mark.skipif(
    not (ROOT / "models/gender.pt").exists() or not (ROOT / "samples/faces/manifest.csv").exists(),
    reason="scripts/setup.sh makes the models and the sample faces",
)


@pytest.fixture(scope="session")
def result(tmp_path_factory):
    """The maps of random images, on a face with two regions: a mesh without networks has none."""
    data = write_data(tmp_path_factory.mktemp("campaigns") / "data").add_copies(2 * N_PERSONS)
    random = np.random.default_rng(5)
    rows = data.rows()
    for path, *_ in rows:
        image = random.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
        Image.fromarray(image).save(data.folder / path)
    of_persons = [[*row, f"p{i // 2}"] for i, row in enumerate(rows)]
    data.write_manifest(of_persons, "path,gender,age,identity")

    path = data.folder.with_name("run.h5")
    process = launch(*data.arguments(path, "--save-cis"))
    error = process.communicate(timeout=120)[1]
    assert process.returncode == 0, error
    with h5py.File(path, "r+") as file:
        names = file[at("canonical/region_names")].asstr()[:].tolist()
        is_covered = np.isfinite(file[at("cis/cis")][:]).all(axis=0)
        regions = np.where(is_covered, names.index("left_cheek"), 0)
        half = regions.shape[1] // 2
        regions[:, :half][is_covered[:, :half]] = names.index("nose")
        file[at("canonical/pixel_regions")][:] = regions
    return path


@pytest.fixture(scope="session")
def marked_result(result):
    """The result with a high bump on the left cheek in the maps of every second image."""
    images = read_images(result)
    bump, spread = power_campaign.make_bump(images, range(len(images.ids)), "left_cheek")
    path = shutil.copyfile(result, result.with_name("marked.h5"))
    with h5py.File(path, "r+") as file:
        for row in range(0, len(images.ids), 2):
            file[at("cis/cis")][row] += 20 * spread * bump
    return path


def run(campaign, folder, *arguments):
    """The rows of the table that a campaign writes, without the header."""
    assert campaign.main(["--output", str(folder), *map(str, arguments)]) == 0
    (path,) = folder.glob("*.md")
    lines = [line for line in path.read_text().splitlines() if line.startswith("|")]
    header, _, *rows = (re.split(r" (?<!\\)\| ", line.strip("| ")) for line in lines)
    assert rows and all(len(row) == len(header) for row in rows)
    return rows


def run_twice(campaign, folder, *arguments):
    """The rows of a campaign that is started twice; the second start must compute nothing."""
    first = run(campaign, folder, *arguments)
    times = {path: path.stat().st_mtime_ns for path in folder.rglob("*.h5")}
    assert times
    assert run(campaign, folder, *arguments) == first
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*.h5")} == times
    return first


def shares(cell):
    """The percentages of a cell, as shares."""
    found = [float(text) / 100 for text in re.findall(r"(-?[\d.]+) ?%", cell)]
    assert found and all(0 <= share <= 1 for share in found), cell
    return found


def test_the_null_campaign_counts_differences_of_random_groups(result, tmp_path):
    designs = ["balanced", "a fifth more variable", "two photos by person", "two photos by image"]
    options = ("--splits", 2, "--persons", 15, "--designs", ",".join(designs), *FEW)
    rows = run_twice(null_campaign, tmp_path, result, "--two-photos", result, *options)
    assert [row[0] for row in rows] == designs
    assert [row[1] for row in rows] == ["8 / 7", "3 / 12", "10 / 10", "20 / 20"]
    assert all(shares(cell)[0] in (0, 0.5, 1) for row in rows for cell in row[3:])


def test_what_csm_test_refuses_is_said(result, tmp_path):
    with pytest.raises(StudyError, match=r"csm_test ended with 2: csm: error: --permut[^\n]*$"):
        run(null_campaign, tmp_path, result, "--persons", 4, "--splits", 1, "--permutations", -1)


def test_the_power_campaign_finds_what_it_plants(result, tmp_path, monkeypatch):
    monkeypatch.setattr(power_campaign, "HEIGHTS", {"half": 0.0, "one": 20.0})
    rows = run_twice(power_campaign, tmp_path, result, "--splits", 1, "--sizes", "8", *FEW)
    of_nothing, of_much = ({row[1]: row[2] for row in part} for part in (rows[:3], rows[3:]))
    assert list(of_nothing) == list(of_much) == ["100 %", "90 %", "70 %"]
    assert " / 1 of 1 / " in of_much["100 %"]
    inside, outside = shares(of_much["100 %"])
    assert inside > outside
    assert len({*of_nothing.values()}) == 1


def test_a_region_without_maps_is_refused(result, tmp_path):
    path = shutil.copyfile(result, tmp_path / "run.h5")
    with h5py.File(path, "r+") as file:
        file[at("cis/cis")][:] = np.nan
    with pytest.raises(StudyError, match="no maps in the middle of --region nose"):
        run(power_campaign, tmp_path / "out", path, "--region", "nose", "--sizes", "8")


def test_the_coverage_campaign_counts_intervals_that_hold_the_truth(result, tmp_path):
    options = ("--persons", "10", "--repetitions", 2)
    ((n, repetitions, *cells, widths),) = run_twice(coverage_campaign, tmp_path, result, *options)
    assert (n, repetitions) == ("10", "2")
    assert len(cells) == 5 and all(shares(cell)[0] > 0.2 for cell in cells[:3])
    assert float(widths) > 1


def test_the_cluster_campaign_tells_one_kind_from_two(result, tmp_path, monkeypatch):
    one_kind = {"no bump": cluster_campaign.ONE_KIND["no bump"]}
    monkeypatch.setattr(cluster_campaign, "ONE_KIND", one_kind)
    monkeypatch.setattr(cluster_campaign, "TWO_KINDS", {"half": cluster_campaign.planted(0.5, 20)})
    rows = run(cluster_campaign, tmp_path, result, "--repetitions", 1, "--persons", 40)
    assert [row[0] for row in rows] == ["no bump", "half"]
    assert shares(rows[0][1])[0] == 0 and rows[0][2] == "-"
    assert shares(rows[1][1])[0] == 1 and shares(rows[1][2]) == [1]


def test_the_cluster_campaign_takes_maps_with_a_cue(result, marked_result, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster_campaign, "CUE_SHARES", (0.5,))
    options = ("--cue", marked_result, "--repetitions", 1, "--persons", 40)
    (row,) = run(cluster_campaign, tmp_path, result, *options)
    assert row[0] == "50% of the persons with the cue"
    assert shares(row[1])[0] in (0, 1)


def test_clusters_that_are_not_looked_for_are_no_answer(result, tmp_path):
    with pytest.raises(StudyError, match="39 persons are fewer than 40 persons"):
        run(cluster_campaign, tmp_path, result, "--repetitions", 1, "--persons", 39)


def test_cue_power_finds_a_cue_that_is_high(marked_result, tmp_path):
    results = tmp_path / "study/results/cheek_tint_1_1"
    results.mkdir(parents=True)
    shutil.copyfile(marked_result, results / "csm.h5")
    marks = [
        (name, ("marked", "plain")[i % 2]) for i, name in enumerate(read_images(marked_result).ids)
    ]
    (tmp_path / "study/pictures").mkdir()
    with (tmp_path / "study/pictures/cheek_tint_1_1.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("path", "cue"), *marks])

    options = ("--methods", "csm", "--sizes", "10", "--splits", 1, *FEW)
    rows = run_twice(cue_power, tmp_path / "found", tmp_path / "study", *options)
    assert [row[:2] for row in rows] == [["csm", "100 %"], ["csm", "90 %"], ["csm", "70 %"]]
    inside, outside = shares(rows[0][2])
    assert rows[0][2].startswith("1 / 1 of 1, ") and inside > outside


def sweep(monkeypatch):
    """Two patches and strides that suit the tiny mesh."""
    monkeypatch.setattr(patch_sweep, "PATCHES", (0.1, 0.25))
    monkeypatch.setattr(patch_sweep, "STRIDES", (2, 4))
    monkeypatch.setattr(patch_sweep, "REFERENCE", (0.1, 2))


def test_the_sweep_of_patches_compares_each_map_with_the_reference(result, tmp_path, monkeypatch):
    sweep(monkeypatch)
    arguments = ("--input-side", 20, "--", "--job", result.parent / "data/job.cfg", "--limit", 4)
    with pytest.raises(StudyError, match="has no regions of the face"):
        run(patch_sweep, tmp_path / "unknown", *arguments)

    # A mesh of a file has regions if networks have looked at its picture.
    def read_with_regions(path):
        maps = read_saved_maps(path)
        regions = np.zeros_like(maps.regions)
        regions[50:140, 60:130] = 1
        return replace(maps, regions=regions)

    monkeypatch.setattr(patch_sweep, "read_saved_maps", read_with_regions)
    rows = run_twice(patch_sweep, tmp_path / "known", *arguments)
    assert [row[:2] for row in rows] == [["2", "2"], ["2", "4"], ["5", "2"], ["5", "4"]]
    assert [row[3] for row in rows].index("the reference") == 0
    assert all(-1 <= float(row[3].split()[0]) <= 1 for row in rows[1:])
    assert all(0 < shares(row[4])[0] <= 1 for row in rows)
    assert (tmp_path / "known/patch_sweep.png").stat().st_size > 5000


def test_the_sweep_compares_the_maps_of_the_same_images():
    def maps(names):
        return SavedMaps(
            images=names,
            targets=names,
            predicted=names,
            maps=np.array([np.full((1, 2), float(name)) for name in names]),
            is_covered=np.ones((1, 2), bool),
            regions=np.ones((1, 2), int),
            region_names=["none", "nose"],
        )

    found, others = patch_sweep.values_of_same_images(maps(["1", "3", "4"]), maps(["4", "2", "1"]))
    assert found[:, 0].tolist() == others[:, 0].tolist() == [1, 4]
    with pytest.raises(StudyError, match="share no image"):
        patch_sweep.values_of_same_images(maps(["1"]), maps(["2"]))


@needs_faces
def test_robustness_is_studied_on_the_sample_faces(tmp_path, monkeypatch):
    options = ("--dataset", ROOT / "samples/faces", "--copies", 1, "--limit", 3, "--vertices", 5)
    arguments = (*options, ROOT / "models/gender.pt")
    with pytest.raises(StudyError, match="cannot be told from so few photos"):
        run(robustness, tmp_path, *arguments)

    # As from many photos, which would take long.
    measures = {"top_share": (0.5, 0.4, 0.6), "gini": (0.7, 0.6, 0.8)}
    monkeypatch.setattr(robustness, "read_concentration", lambda _: measures)
    ((name, top, gini, accuracy, *losses),) = run_twice(robustness, tmp_path, *arguments)
    assert (name, top, gini) == ("`gender`", "50% (40% to 60%)", "0.70 (0.60 to 0.80)")
    assert shares(accuracy)[0] >= 0.6
    assert len(losses) == 3
    assert (tmp_path / "robustness.png").stat().st_size > 5000
