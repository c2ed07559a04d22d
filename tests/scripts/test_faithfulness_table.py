"""faithfulness_table.py on result files whose evaluations are made here."""

import h5py
import numpy as np
import pytest

from csm import faithfulness_table
from csm.result_file import ResultError
from csm.evaluations import read_evaluation

MAPS = ["cis", "grad_cam", "random"]


def write_evaluation(path, means, better="higher", alike=()):
    """@param alike maps that the best one cannot be told apart from"""
    best = int(np.argmax(means) if better == "higher" else np.argmin(means))
    with h5py.File(path, "w") as file:
        file["entry/task"] = "gender"
        group = file.create_group("entry/evaluation")
        group["maps"], group["confidences"] = MAPS, ["probability", "logit"]
        for confidence in ("probability", "logit"):
            measure = group.create_group(f"summary/average_drop_{confidence}")
            measure.attrs["confidence"], measure.attrs["better"] = confidence, better
            values = np.array(means) * (1 if confidence == "probability" else 2)
            for name, shift in (("mean", 0), ("low", -1), ("high", 1)):
                measure[name] = values + shift
            measure["mean"].attrs["units"] = "%"
            measure["n_images"] = 150
            low = np.ones((3, 3))
            for alike_name in alike:
                m = MAPS.index(alike_name)
                low[(best, m) if better == "higher" else (m, best)] = -0.5
            measure["difference_low"] = low
    return path


def test_the_best_map_is_bold_and_its_equals_have_a_star(tmp_path):
    path = write_evaluation(tmp_path / "gender_lfw.h5", [30, 20, 5], alike=["grad_cam"])
    table = faithfulness_table.table([read_evaluation(path)], "average_drop").splitlines()
    assert table == [
        "| average drop %, higher is better | gender_lfw (150) |",
        "| --- | --- |",
        "| `cis` | **30.0 (29.0 to 31.0)** |",
        "| `grad_cam` | 20.0 (19.0 to 21.0) * |",
        "| `random` | 5.00 (4.00 to 6.00) |",
    ]


def test_lower_can_be_better(tmp_path):
    path = write_evaluation(tmp_path / "a.h5", [30, 20, 5], better="lower", alike=["cis"])
    table = faithfulness_table.table([read_evaluation(path)], "average_drop")
    assert "lower is better" in table and "| `random` | **5.00" in table
    assert (
        "| `cis` | 30.0 (29.0 to 31.0) * |" in table
        and "| `grad_cam` | 20.0 (19.0 to 21.0) |" in table
    )


def test_files_stand_side_by_side(tmp_path, capsys):
    paths = [
        write_evaluation(tmp_path / f"{name}.h5", means)
        for name, means in (("a", [1, 2, 3]), ("b", [30, 20, 0]))
    ]
    assert (
        faithfulness_table.main(
            [*map(str, paths), "--measures", "average_drop", "--confidence", "logit"]
        )
        == 0
    )
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "| average drop %, higher is better | a (150) | b (150) |"
    assert lines[2] == "| `cis` | 2.00 (1.00 to 3.00) | **60.0 (59.0 to 61.0)** |"
    assert lines[4] == "| `random` | **6.00 (5.00 to 7.00)** | 0 (-1.00 to 1.00) |"


def test_what_is_not_there_is_named(tmp_path):
    path = write_evaluation(tmp_path / "a.h5", [1, 2, 3])
    with pytest.raises(ResultError, match="no file has the measure 'deletion_area'"):
        faithfulness_table.table([read_evaluation(path)], "deletion_area")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["entry/task"] = "gender"
    with pytest.raises(ResultError, match="no map was evaluated"):
        read_evaluation(tmp_path / "other.h5")
    with pytest.raises(ResultError, match="cannot be read"):
        read_evaluation(tmp_path / "missing.h5")


def test_the_measures_of_pairs_are_shown_if_there_are_any(tmp_path):
    path = write_evaluation(tmp_path / "a.h5", [1, 2, 3])
    assert faithfulness_table.default_measures([read_evaluation(path)]) == [
        "average_drop",
        "increase",
        "win",
    ]
    with h5py.File(path, "a") as file:
        summary = file["entry/evaluation/summary"]
        summary.copy("average_drop_probability", "deletion_accuracy_probability")
    assert faithfulness_table.default_measures([read_evaluation(path)]) == [
        "average_drop",
        "increase",
        "win",
        "deletion_accuracy",
    ]


def test_the_measures_may_stand_before_the_files(tmp_path, capsys):
    path = write_evaluation(tmp_path / "a.h5", [30, 20, 5])
    assert faithfulness_table.main(["--measures", "average_drop", str(path)]) == 0
    assert "grad_cam" in capsys.readouterr().out
