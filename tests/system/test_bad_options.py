"""Bad options: one message from one rank with what, why and what to do; exit 2; no work, no hang."""

import os

import conftest
import pytest
from test_bad_input import check_rejected


@pytest.mark.parametrize("option, value, expected", [
    ("--confidence", "likelihood", ["log_odds", "probability", "logit", "cosine", "verification"]),
    ("--target", "truth", ["predicted", "label"]),
    ("--patch-size", "0", ["1"]),
    ("--patch-size", "five", []),
    ("--patch-size", "17", ["16"]),
    ("--vertex-stride", "-1", ["1"]),
    ("--canonical-size", "8", ["32"]),
    ("--max-failures", "1.5", ["0", "1"]),
    ("--max-failures", "nan", []),
    ("--limit", "0", ["1"]),
    ("--limit", "10e9999", []),
    ("--seed", "-3", []),
    ("--fill", "purple", ["mean", "RRGGBB"]),
    ("--fill", "12345", ["RRGGBB"]),
    ("--batch-size", "0", ["auto"]),
    ("--memory-limit", "none", []),
    ("--memory-limit", "1", []),
    ("--device", "gpu", ["auto", "cpu", "cuda"]),
    ("--threads-per-rank", "0", ["auto"]),
    ("--density-normalisation", "maybe", ["on", "off"]),
    ("--mesh", "file", ["network", "files"]),
    ("--face", "nicest", ["largest", "central"]),
    ("--visibility", "front", ["all", "front-facing"]),
    ("--dataset-format", "zip", ["folder", "celeba"]),
])
def test_bad_value_of_an_option(run_csm, data, tmp_path, option, value, expected):
    message = check_rejected(run_csm, data, tmp_path, [f"{option}={value}"], [option, *expected], n_ranks=1)
    assert value in message


@pytest.mark.parametrize("option", ["overwrite", "save-cis", "quiet"])
def test_bad_value_of_a_switch(run_csm, data, tmp_path, option):
    data.job.write_text(data.job.read_text() + f"{option} = perhaps\n")
    result = run_csm(*data.arguments(tmp_path / "result.h5"), timeout=60)
    assert result.returncode == 2, result.stderr
    errors = conftest.error_lines(result)
    assert len(errors) == 1 and option in errors[0] and "perhaps" in errors[0] and "on, off" in errors[0], result.stderr


@pytest.mark.parametrize("option, more", [
    ("--manifest", []),
    ("--gallery", ["--confidence", "cosine", "--model", "embedding.pt"]),
    ("--pairs", ["--confidence", "verification", "--model", "embedding.pt"]),
    ("--canonical", []),
    ("--canonical-image", []),
    ("--model", []),
    ("--detector-model", ["--mesh", "network", "--mesh-dir", "none", "--canonical", "none"]),
])
def test_a_file_that_is_not_there(run_csm, data, tmp_path, option, more):
    more = [data.folder / value if value.endswith(".pt") else value for value in more]
    check_rejected(run_csm, data, tmp_path, [*more, option, tmp_path / "nowhere.csv"], [option, "nowhere.csv"], n_ranks=1)


@pytest.mark.parametrize("arguments, expected", [
    (["--task", "gendre"], ["gendre", "gender"]),
    (["--job", "nowhere.cfg"], ["nowhere.cfg"]),
    (["--task", "gender", "--job", "job.cfg"], ["--task", "--job"]),
])
def test_a_task_that_is_not_there(run_csm, tmp_path, arguments, expected):
    result = run_csm(*arguments, "--output", tmp_path / "result.h5", timeout=60)
    assert result.returncode == 2, result.stderr
    errors = conftest.error_lines(result)
    assert len(errors) == 1, result.stderr
    for text in expected:
        assert text in errors[0]


@pytest.mark.parametrize("more, expected", [
    (["--mesh-dir", "none"], ["--mesh-dir", "--mesh"]),
    (["--canonical", "none"], ["--canonical", "--mesh"]),
    (["--mesh", "network"], ["--mesh-dir", "--mesh network"]),
    (["--gallery", "g.csv"], ["--gallery", "cosine"]),
    (["--pairs", "p.csv"], ["--pairs", "verification"]),
    (["--confidence", "verification"], ["--pairs"]),
    (["--model", "none"], ["--model"]),
    (["--dataset", "none"], ["--dataset"]),
])
def test_options_that_do_not_go_together(run_csm, data, tmp_path, more, expected):
    check_rejected(run_csm, data, tmp_path, more, expected, n_ranks=1)


@pytest.mark.parametrize("n_ranks", [1, 2])
def test_unknown_option_names_the_nearest(run_csm, data, tmp_path, n_ranks):
    check_rejected(run_csm, data, tmp_path, ["--patch-sise", "5"], ["--patch-sise", "--patch-size"], n_ranks=n_ranks)


def test_unknown_name_in_the_job_file_has_its_line(run_csm, data, tmp_path):
    lines = data.job.read_text().splitlines()
    data.job.write_text("\n".join([*lines, "vertex-strid = 3"]) + "\n")
    check_rejected(run_csm, data, tmp_path, [], [f"job.cfg:{len(lines) + 1}", "vertex-strid", "vertex-stride"], n_ranks=1)


def test_cuda_where_there_is_none(run_csm, data, tmp_path):
    if os.path.exists("/dev/nvidia0"):
        pytest.skip("this machine has a GPU")
    check_rejected(run_csm, data, tmp_path, ["--device", "cuda"], ["--device", "cuda"])
