"""What csm_mpi has the Python package draw at its end: images beside the result, and never a failed run."""

import sys

import conftest
import pytest
from PIL import Image

IMAGES = {"result.png", "result_convergence.png", "result_examples.png"}  # the mesh of these tests has no regions


@pytest.fixture
def command(tmp_path):
    """Returns make(code): a command csm that runs this Python code."""

    def make(code="import sys\nfrom csm.command import main\nsys.exit(main())"):
        folder = tmp_path / "bin"
        folder.mkdir()
        path = folder / "csm"
        path.write_text(f"#!{sys.executable}\n{code}\n")
        path.chmod(0o755)
        return path

    return make


def draw(run_csm, data, tmp_path, report, *more):
    """The run, and the names of the files beside its result."""
    result = run_csm(*data.arguments(tmp_path / "out" / "result.h5", "--report", report, *more), n_ranks=2)
    assert result.returncode == 0, result.stderr
    return result, {path.name for path in (tmp_path / "out").iterdir()}


def test_the_package_draws_the_result_and_the_images_are_named(run_csm, data, tmp_path, command):
    result, names = draw(run_csm, data, tmp_path, command())
    assert names >= IMAGES | {"result.h5"}
    assert {line.rpartition("/")[2] for line in result.stdout.splitlines()} == names
    assert min(Image.open(tmp_path / "out/result.png").size) > 500


def test_a_command_that_fails_leaves_a_whole_result_and_no_images_of_another(run_csm, data, tmp_path, command):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/result.png").write_text("of an earlier result")
    result, names = draw(run_csm, data, tmp_path, command("import sys; print('first'); sys.exit('no matplotlib')"), "--overwrite")
    assert names == {"result.h5"}
    line, = (line for line in conftest.own_lines(result) if "did not draw" in line)
    assert "no matplotlib" in line and "Later: csm report '" in line and "warning" in line


@pytest.mark.parametrize("report", ["none", "/there/is/none"])
def test_without_the_package_there_is_a_result_alone(run_csm, data, tmp_path, report):
    result, names = draw(run_csm, data, tmp_path, report)
    assert names == {"result.h5"}
    assert ("did not draw" in result.stderr) == (report != "none")


def test_the_command_is_found_on_the_path(run_csm, data, tmp_path, command, monkeypatch):
    program = command("import pathlib, sys; pathlib.Path(sys.argv[2]).with_suffix('.html').write_text(' '.join(sys.argv[1:]))")
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    _, names = draw(run_csm, data, tmp_path, "auto")
    assert names == {"result.h5", "result.html"}
    assert (tmp_path / "out/result.html").read_text() == f"report {tmp_path}/out/result.h5 --figures"


def test_a_command_that_is_not_found_is_named_for_later(run_csm, data, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    result, names = draw(run_csm, data, tmp_path, "auto")
    assert names == {"result.h5"}
    assert f"Later: csm report '{tmp_path}/out/result.h5' --figures" in result.stderr
