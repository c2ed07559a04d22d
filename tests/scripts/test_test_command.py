"""csm test: what is given reaches csm_test, in any order, and what it wrote is drawn."""

import sys

import pytest
from csm import places, plot, test_command
from csm.command import main
from csm.errors import UserError

PROGRAM = """#!{python}
import sys
arguments = sys.argv[1:]
open({seen!r}, "w").write("\\n".join(arguments))
if "--help" in arguments:
    print("usage: csm_test")
elif "--fail" in arguments:
    sys.exit(2)
elif "--none" not in arguments:
    open({written!r}, "w").close()
    print("sex\\n  No difference was found.")
    print({written!r})
"""


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A csm_test that keeps its arguments in a file, which is returned."""
    path, seen, written = (tmp_path / name for name in ("csm_test", "seen", "other.h5"))
    text = PROGRAM.format(python=sys.executable, seen=str(seen), written=str(written))
    path.write_text(text)
    path.chmod(0o755)
    monkeypatch.setenv("CSM_BIN", str(tmp_path))
    monkeypatch.setattr(plot, "write_figures", lambda findings: [findings.with_suffix(".png")])
    return seen


@pytest.mark.parametrize(
    "arguments",
    [
        ["R.h5", "--clusters"],
        ["--clusters", "R.h5"],
        ["--group-by", "sex", "R.h5", "--overwrite"],
        ["--where", "age=20..29", "--output=f.h5", "R.h5"],
        ["--ran", "8", "R.h5"],
        [],
    ],
)
def test_options_stand_before_or_after_the_file(program, arguments):
    assert main(["test", *arguments]) == 0
    assert program.read_text().split("\n") == (arguments or [""])


def test_the_file_that_the_program_names_is_drawn(program, tmp_path, capsys):
    assert main(["test", "--clusters", "R.h5"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == [str(tmp_path / "other.h5"), str(tmp_path / "other.png")]
    assert lines[1] == "  No difference was found."


@pytest.mark.parametrize(("option", "code"), [("--fail", 2), ("--none", 0)])
def test_what_was_not_written_is_not_drawn(program, capsys, option, code):
    assert main(["test", "R.h5", option]) == code
    assert capsys.readouterr().out == ""


def test_the_help_has_the_options_of_the_program(program, capfd):
    with pytest.raises(SystemExit) as end:
        main(["test", "--help"])
    assert end.value.code == 0
    shown = capfd.readouterr().out
    assert shown.index("csm test [--ranks N]") < shown.index("usage: csm_test")


def test_ranks_are_not_given_to_the_program(program):
    with pytest.raises(UserError, match="--ranks is 0"):
        test_command.main(["R.h5", "--ranks", "0"])
    assert not program.exists()


@pytest.mark.parametrize("option", ["--ranks", "ranks"])
def test_several_ranks_are_started_by_mpirun(monkeypatch, option):
    monkeypatch.setattr(places.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert places.launcher(3, option) == ["mpirun", "--oversubscribe", "-n", "3"]
    assert places.launcher(1, option) == []
    monkeypatch.setattr(places.shutil, "which", lambda _: None)
    assert places.launcher(1, option) == []
    with pytest.raises(UserError, match=f"mpirun is not on the PATH .* give {option}=1"):
        places.launcher(2, option)


def test_threads_that_wait_give_up_their_core_unless_told_otherwise(monkeypatch):
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    assert places.environment()["OMP_WAIT_POLICY"] == "passive"
    monkeypatch.setenv("OMP_WAIT_POLICY", "active")
    assert places.environment()["OMP_WAIT_POLICY"] == "active"
