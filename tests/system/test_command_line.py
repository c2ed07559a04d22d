"""What the program prints without working: help, version, resolved options, plan."""

import re

import conftest
import h5py
import pytest


def config_of(run_csm, *arguments):
    result = run_csm(*arguments, "--print-config")
    assert result.returncode == 0, result.stderr
    return dict(line.split(" = ", 1) for line in result.stdout.splitlines())


def test_help_names_every_option_with_its_default(run_csm, data):
    result = run_csm("--help-all")
    assert (result.returncode, result.stderr) == (0, "")
    for option in config_of(run_csm, "--job", data.job):
        assert f"--{option}" in result.stdout, option
    assert "(default: 619)" in result.stdout
    assert max(len(line) for line in result.stdout.splitlines()) <= 100


@pytest.mark.parametrize("n_ranks", [1, 2])
def test_version_is_said_once(run_csm, n_ranks):
    result = run_csm("--version", n_ranks=n_ranks)
    assert result.returncode == 0
    assert re.fullmatch(r"csm_mpi \d+\.\d+\.\d+ \(.+\)\n", result.stdout)


def test_no_argument_says_how_to_begin(run_csm):
    result = run_csm()
    assert result.returncode == 2
    assert result.stderr == ""
    assert "--task" in result.stdout and "--help-all" in result.stdout


def test_print_config_is_a_job_file_that_gives_the_same_options(run_csm, data, tmp_path):
    arguments = ["--job", data.job, "--output", tmp_path / "out.h5", "--patch-size", 4, "--fill", "ff8000", "--limit", 7,
                 "--max-failures", 0.25, "--density-normalisation", "off", "--save-cis", "--batch-size", 3]
    config = config_of(run_csm, *arguments)
    assert config["patch-size"] == "4" and config["limit"] == "7" and config["save-cis"] == "on"
    copy = tmp_path / "copy.cfg"
    copy.write_text("".join(f"{option} = {value}\n" for option, value in config.items()))
    assert config_of(run_csm, "--job", copy) == config
    assert not (tmp_path / "out.h5").exists()


def test_the_command_line_wins_over_the_job_file(run_csm, data):
    assert config_of(run_csm, "--job", data.job)["patch-size"] == "5"
    assert config_of(run_csm, "--job", data.job, "--patch-size=6")["patch-size"] == "6"
    assert config_of(run_csm, "--patch-size", "6", "--job", data.job)["patch-size"] == "6"


def test_the_result_holds_the_options_that_it_was_made_with(run_csm, data, tmp_path):
    output = tmp_path / "result.h5"
    assert run_csm(*data.arguments(output, "--seed", 9)).returncode == 0
    config = config_of(run_csm, *data.arguments(output, "--seed", 9))
    with h5py.File(output) as file:
        kept = {option: value.asstr()[()] for option, value in file["entry/options"].items()}
        kept |= {option: value.asstr()[()] for option, value in file["entry/process/options"].items()}
    assert kept == {option.replace("-", "_"): value for option, value in config.items()}


@pytest.mark.parametrize("n_ranks", [1, 2])
def test_plan_says_the_work_and_does_none(run_csm, data, tmp_path, n_ranks):
    output = tmp_path / "result.h5"
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    result = run_csm(*data.arguments(output, "--plan"), n_ranks=n_ranks)
    assert result.returncode == 0, result.stderr
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    lines = {line[:34].strip(): line[34:].split() for line in result.stdout.splitlines()}
    assert float(lines["images"][0]) == conftest.N_IMAGES
    assert float(lines["ranks"][0]) == n_ranks
    assert float(lines["vertices per image"][0]) == conftest.N_VERTICES / conftest.STRIDE
    for label in ("distinct patches per image", "activations of a batch", "time"):
        assert float(lines[label][0]) >= 0, label
    # The linear network of the tests has no operator that is counted.
    assert lines["multiply-adds in all"][:2] == ["not", "known"]


def test_plan_works_beside_an_existing_result(run_csm, data, tmp_path):
    output = tmp_path / "result.h5"
    output.write_text("an old result")
    assert run_csm(*data.arguments(output, "--plan")).returncode == 0
    assert output.read_text() == "an old result"


def test_plan_finds_bad_input_like_a_run(run_csm, data, tmp_path):
    result = run_csm(*data.arguments(tmp_path / "result.h5", "--plan", "--model", tmp_path / "none.pt"), n_ranks=2, timeout=60)
    assert result.returncode == 2
    assert len(conftest.error_lines(result)) == 1


def test_quiet_says_errors_and_files_only(run_csm, data, tmp_path):
    result = run_csm(*data.arguments(tmp_path / "result.h5", "--quiet"))
    assert result.returncode == 0
    lines = result.stderr.splitlines()
    assert len(lines) == 1 and lines[0].startswith("csm: warning: This map is mostly noise"), "eleven random pictures"
    assert result.stdout.splitlines()[0] == str(tmp_path / "result.h5")


def test_the_files_that_were_written_are_named(run_csm, data, tmp_path):
    result = run_csm(*data.arguments(tmp_path / "deep" / "er" / "result.h5"), n_ranks=2)
    assert result.returncode == 0, result.stderr
    named = sorted(result.stdout.splitlines())
    assert named == sorted(str(path) for path in (tmp_path / "deep" / "er").iterdir())
    assert named == [str(tmp_path / "deep" / "er" / "result.h5")]
