"""scripts/research/study/group_tests.py and the campaigns of csm_test: groups, copies and what is
read.
"""

import csv
from pathlib import Path

import cue_power
import h5py
import null_campaign
import numpy as np
import power_campaign
import pytest
from study.group_tests import Images, area_found, read_findings, read_images, write_copies
from study.program import StudyError


@pytest.fixture
def result(tmp_path):
    """Maps (4 x 4) of six images of four persons, each image's map full of its number."""
    ids = [f"img/{k}.jpg" for k in range(6)]
    persons = ["p0", "p0", "p1", "p2", "p2", "p3"]
    with (tmp_path / "manifest.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("path", "identity"), *zip(ids, persons)])
    with h5py.File(tmp_path / "run.h5", "w") as file:
        file["entry/options/dataset"] = str(tmp_path)
        file["entry/options/manifest"] = "none"
        file["entry/images/order"] = [5, 4, 3, 2, 1, 0]
        file["entry/images/id"] = ids[::-1]
        for name in ("label", "predicted", "target"):
            file[f"entry/images/{name}"] = [f"{name}{k}" for k in (5, 4, 3, 2, 1, 0)]
        file["entry/images/confidence"] = np.arange(6.0)[::-1]
        file["entry/images/status"] = ["ok"] * 6
        file["entry/cis/cis"] = np.arange(6, dtype="f4")[:, None, None] * np.ones((4, 4), "f4")
        file["entry/cis/cis"].attrs["units"] = "log odds"
        file["entry/cis/order"] = np.arange(6)
        file["entry/cis/pixel_weights"] = np.ones((4, 4))
        file["entry/cms/cms"] = np.ones((4, 4))
    return tmp_path / "run.h5"


def test_images_have_the_order_of_the_maps(result):
    images = read_images(result)
    assert images.ids == [f"img/{k}.jpg" for k in range(6)]
    assert images.rows_of_person() == {"p0": [0, 1], "p1": [2], "p2": [3, 4], "p3": [5]}


@pytest.mark.parametrize("option", ["dataset", "manifest"])
def test_persons_are_in_the_list_that_the_run_read(result, option):
    moved = (result.parent / "manifest.csv").rename(result.parent / "list.csv")
    with h5py.File(result, "r+") as file:
        del file[f"entry/options/{option}"]
        file[f"entry/options/{option}"] = str(moved)
    assert read_images(result).persons == ["p0", "p0", "p1", "p2", "p2", "p3"]


def test_a_data_set_without_persons_is_refused(result):
    (result.parent / "manifest.csv").write_text("path\nimg/0.jpg\n")
    with pytest.raises(StudyError, match="lacks the identity"):
        read_images(result)


def test_copies_stand_beside_the_maps(result, tmp_path):
    copied = write_copies(
        read_images(result), [0, 2, 5], {"more": lambda one: one + 10}, tmp_path / "copies.h5"
    )
    assert copied.ids == [
        "img/0.jpg",
        "img/2.jpg",
        "img/5.jpg",
        "more/img/0.jpg",
        "more/img/2.jpg",
        "more/img/5.jpg",
    ]
    assert copied.persons == ["p0", "p1", "p3"] * 2
    with h5py.File(copied.path) as file:
        assert file["entry/cis/cis"][:, 0, 0].tolist() == [0, 2, 5, 10, 12, 15]
        assert file["entry/images/label"].asstr()[:].tolist() == ["label0", "label2", "label5"] * 2
        assert file["entry/cis/cis"].attrs["units"] == "log odds"
        assert "cms" in file["entry"]


def test_doubled_maps_keep_the_mean_of_the_persons(result, tmp_path):
    doubled = null_campaign.double_deviations(read_images(result), tmp_path / "doubled.h5")
    with h5py.File(doubled.path) as file:
        values = file["entry/cis/cis"][:, 0, 0]
    assert values[:4].tolist() == [0, 2, 3, 5]
    assert values[4:].tolist() == [-2.5, 1.5, 3.5, 7.5]


def many(n, *folders):
    """n persons with one image each, and copies of them."""
    ids = [f"{folder}img/{k}.jpg" for folder in ("", *folders) for k in range(n)]
    return Images("run.h5", ids, [f"p{k}" for k in range(n)] * (1 + len(folders)))


def test_a_split_takes_the_copies_of_the_doubled_group_only():
    images = many(50, "doubled/")
    split = null_campaign.split_persons(images, 20, 0.2, 0, np.random.default_rng(1))
    assert sorted(split.values()) == ["a"] * 4 + ["b"] * 16
    assert all(
        images.ids[row].startswith("doubled/") == (group == "a") for row, group in split.items()
    )
    assert len({images.persons[row] for row in split}) == 20


def test_both_images_of_a_person_are_in_one_half():
    images = Images("run.h5", [f"{k}.jpg" for k in range(41)], [f"p{k // 2}" for k in range(41)])
    split = null_campaign.halve_pairs(images, np.random.default_rng(1))
    assert sorted(split.values()) == ["a"] * 20 + ["b"] * 20
    assert all(split[2 * k] == split[2 * k + 1] for k in range(20))
    assert 40 not in split


def test_a_bump_is_planted_in_a_share_of_the_first_group():
    images = many(60, "half/", "one/")
    split = power_campaign.plant(images, ("half", 0.7, 20), np.random.default_rng(1))
    planted = [group for row, group in split.items() if images.ids[row].startswith("half/")]
    assert planted == ["a"] * 14
    assert not any(images.ids[row].startswith("one/") for row in split)
    assert sorted(split.values()) == ["a"] * 20 + ["b"] * 20


def test_findings_are_read_and_an_untested_column_is_named(tmp_path):
    with h5py.File(tmp_path / "found.h5", "w") as file:
        pair = file.create_group("entry/findings/x/a_b")
        pair["p_map"], pair["n_persons"] = 0.03, [3, 4]
        pair["p_fwe"] = [[0.2, np.nan]]
        pair["p_tfce"], pair["t"] = [[0.03, np.nan]], [[-4.0, np.nan]]
        pair["regions/name"], pair["regions/p_fwe"] = ["nose", "chin"], [0.5, 0.04]
        pair["regions/difference"] = [3.0, -0.5]
        file["entry/findings/y/remarks"] = ["Not tested: why"]
    (found,) = read_findings(tmp_path / "found.h5", ["x"])
    assert (found.p_tfce, found.p_fwe, found.p_region, found.largest_t, found.n_persons) == (
        0.03,
        0.2,
        0.04,
        4.0,
        (3, 4),
    )
    assert area_found(found, np.array([[True, True]])) == 1
    assert cue_power.strongest_region(found) == "chin"  # the nose differs more, but not surely
    with pytest.raises(StudyError, match="y was not tested.*why"):
        read_findings(tmp_path / "found.h5", ["y"])


def test_groups_with_a_cue_show_each_person_once():
    ids = [
        f"{kind}/p{i}{end}.png"
        for i in range(40)
        for kind, end in (("plain", ""), ("cue", "_mirrored"))
    ]
    persons = [f"p{i}" for i in range(40) for _ in range(2)]
    images = Images(Path("x.h5"), ids, persons)
    marks = {name: name.startswith("cue") for name in ids}
    split = cue_power.draw_groups(images, marks, (0.7, 10), np.random.default_rng(1))
    assert sorted(split.values()) == ["a"] * 10 + ["b"] * 10
    assert sum(marks[ids[row]] for row, group in split.items() if group == "a") == 7
    assert not any(marks[ids[row]] for row, group in split.items() if group == "b")
    assert len({persons[row] for row in split}) == 20
    with pytest.raises(StudyError, match="too few persons"):
        cue_power.draw_groups(images, marks, (1.0, 30), np.random.default_rng(1))


def test_a_result_that_is_not_there_is_named(tmp_path):
    with pytest.raises(StudyError, match=r"none\.h5 does not exist"):
        read_images(tmp_path / "none.h5")
