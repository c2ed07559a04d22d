"""scripts/bench: the statistics, the pairing of strides with patches, the baselines on a tiny
network, what is read from a result.
"""

import json
import os
import subprocess
import sys

import h5py
import numpy as np
import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "scripts/dev/bench"))
import measure_csm  # noqa: E402
import pairs  # noqa: E402
import baseline  # noqa: E402
import rows  # noqa: E402
import run_baseline  # noqa: E402


def test_a_ratio_is_the_median_of_the_pairs_and_not_the_ratio_of_the_medians():
    ratio = pairs.pairwise_ratio([10.0, 40.0, 90.0], [10.0, 20.0, 30.0])
    assert (ratio.median, ratio.lowest, ratio.highest, ratio.n_pairs) == (2.0, 1.0, 3.0, 3)
    uneven = pairs.pairwise_ratio([1.0, 2.0, 9.0], [1.0, 4.0, 3.0])  # medians: 2 / 3
    assert uneven.median == 1.0


def test_values_without_a_partner_are_an_error():
    with pytest.raises(ValueError, match="2 values cannot be paired with 1"):
        pairs.pairwise_ratio([1.0, 2.0], [1.0])
    with pytest.raises(ValueError):
        pairs.pairwise_ratio([], [])


def test_sides_are_measured_in_turns():
    order = []
    found = pairs.measure_in_turns(
        {name: lambda name=name: order.append(name) or len(order) for name in "AB"}, 3
    )
    assert order == ["A", "B"] * 3
    assert found == {"A": [1, 3, 5], "B": [2, 4, 6]}


@pytest.mark.parametrize(
    "value, text",
    [(0.9, "0.9"), (1.904, "1.9"), (0.0123456, "0.0123"), (63.26, "63.3"), (1831.0, "1,831")],
)
def test_numbers_are_written_with_about_three_digits(value, text):
    assert pairs.number(value) == text


@pytest.mark.parametrize(
    "sign, bound, value, expected",
    [
        (">=", 0.9, 0.9, ">= 0.9 met"),
        (">=", 0.9, 0.89, ">= 0.9 **missed**"),
        ("<=", 1.05, 1.05, "<= 1.05 met"),
        ("<", 0.1, 0.1, "< 0.1 **missed**"),
    ],
)
def test_a_row_shows_whether_its_target_is_met(sign, bound, value, expected):
    assert rows.Row("a", "speed", pairs.spread([value]), (sign, bound)).met_or_missed() == expected


def test_the_table_is_ordered_by_letter():
    table = rows.rows_table(
        [
            rows.Row("b", "second", pairs.spread([2.0, 1.0, 4.0])),
            rows.Row("a", "first", pairs.spread([1.0])),
        ]
    )
    assert table.splitlines()[2:] == [
        "| a | first | 1 (1-1) | 1 |  |",
        "| b | second | 2 (1-4) | 3 |  |",
    ]


def test_windows_are_counted_as_captum_counts_them():
    # By hand: 8 px windows on 20 px at steps of 5 start at 0, 5, 10 and reach 18, so one more is
    # needed.
    assert baseline.n_windows(20, 8, 5) == 4
    assert baseline.n_windows(20, 8, 4) == 4
    assert baseline.n_windows(8, 8, 3) == 1


def test_strides_give_about_as_many_windows_as_there_are_patches():
    y, x = baseline.strides_for(1850, 112, 112, 8)
    n = baseline.n_windows(112, 8, y) * baseline.n_windows(112, 8, x)
    assert abs(n - 1850) < 0.05 * 1850
    assert max(baseline.strides_for(1, 112, 112, 8)) <= 8  # Captum wants no gaps


def test_rates_and_shares_are_those_of_the_slowest_rank(tmp_path):
    path = tmp_path / "run.h5"
    phases = [
        "prepare",
        "references",
        "decode",
        "mesh",
        "occlusion",
        "forward",
        "saliency",
        "keep",
        "checkpoint",
        "wait",
        "reduce",
        "infer",
    ]
    with h5py.File(path, "w") as file:
        file["entry/images/n_patches"] = [100, 200, 300]
        ranks = file.create_group("entry/process/ranks")
        ranks["phase"] = np.array(phases, dtype=h5py.string_dtype())
        ranks["seconds"] = [
            [2.0, 0, 0.5, 0.5, 8, 6, 1, 0, 0, 0, 0.25, 0],
            [2.0, 0, 0.5, 0.5, 18, 16, 1, 0, 0, 0, 0.25, 0],
        ]
    run = measure_csm.read_run(path)
    assert (run.n_images, run.n_patches, run.loop) == (3, 600, 20.0)
    assert run.loop_rate == 30.0
    assert run.occlusion_rate == pytest.approx(600 / 18)
    assert run.loop_share_outside == pytest.approx(0.2)
    assert run.share_outside == pytest.approx(1 - 16 / 22.25)


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory):
    return rows.export_tiny(tmp_path_factory.mktemp("tiny"))


def test_the_bare_loop_counts_its_images(tiny_model, capsys):
    baseline.main(["forwards", str(tiny_model), "--batch-size", "4", "--n-batches", "3"])
    found = json.loads(capsys.readouterr().out)
    assert found["n"] == 12
    assert found["seconds"] > 0


def test_captum_evaluates_the_windows_that_are_counted(tiny_model, monkeypatch, capsys, tmp_path):
    folder = run_baseline.install_captum(tmp_path / "captum")
    if folder is None:
        pytest.skip("Captum cannot be installed here")
    monkeypatch.syspath_prepend(str(folder))
    evaluated = []
    load = baseline.load_frozen

    def counted(path, layout):
        network, contract = load(path, layout)
        return lambda images: evaluated.append(len(images)) or network(images), contract

    monkeypatch.setattr(baseline, "load_frozen", counted)
    baseline.main(
        ["captum", str(tiny_model), "--patch-size", "16", "--strides", "16,12", "--per-eval", "5"]
    )
    found = json.loads(capsys.readouterr().out)
    assert found["n"] == 4 * 5
    warm_up = 3 * 5
    assert sum(evaluated) == warm_up + found["n"] + 1  # and the clean image


def test_a_baseline_that_fails_is_named_with_its_message(tmp_path):
    with pytest.raises(
        measure_csm.BenchError, match="baseline.py forwards .*missing.pt ended with 1"
    ):
        run_baseline.Baseline(("forwards", tmp_path / "missing.pt")).rate()


def test_the_peak_is_that_of_the_program_under_the_wrapper(tmp_path):
    n_mb = 200
    script = f"x = bytearray({n_mb} * 10**6); raise SystemExit(7)"
    command = [
        sys.executable,
        str(ROOT / "scripts/dev/bench/record_peak.py"),
        str(tmp_path),
        sys.executable,
        "-c",
        script,
    ]
    finished = subprocess.run(command, env={**os.environ, "OMPI_COMM_WORLD_RANK": "3"}, check=False)
    assert finished.returncode == 7
    peak = int((tmp_path / "3").read_text()) * 1024 / 1e6
    assert n_mb < peak < n_mb + 60  # and the interpreter's own


def test_help_and_bad_arguments():
    def run(*arguments):
        return subprocess.run(
            [str(ROOT / "scripts/dev/bench.sh"), *arguments],
            capture_output=True,
            text=True,
            check=False,
        )

    assert "--quick" in run("--help").stdout
    bad = run("--program", sys.executable, "--rows", "a,z")
    assert bad.returncode == 2
    assert "valid: a, b, c, d, e" in bad.stderr
    missing = run("--program", "/no/such/csm_mpi")
    assert missing.returncode == 2
    assert "scripts/build.sh" in missing.stderr
