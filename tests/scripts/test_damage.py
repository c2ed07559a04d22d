"""Damaged files are answered in one sentence that names the file and what is wrong with it."""

import h5py
import numpy as np
import pytest
from conftest import write_result
from csm import command
from test_findings_file import write_findings


def replace(path, name, value):
    """Another value in the place of a data set; None: none."""
    with h5py.File(path, "r+") as file:
        del file[name]
        if value is not None:
            file[name] = value
    return path


def answer(capsys, *arguments):
    code = command.main([str(argument) for argument in arguments])
    error = capsys.readouterr().err
    assert code == 2 and len(error.splitlines()) == 1
    return error


CMS = np.ones((40, 32), "f4")
INFINITE = np.where(np.arange(32) == 3, np.inf, CMS)
DAMAGES = [
    ("entry/cms/cms", INFINITE, "cms/cms holds an infinite value"),
    ("entry/groups/male/cms", -INFINITE, "the map of 'male faces' holds an infinite value"),
    ("entry/cms/cms", np.ones(7), "has 1 axes"),
    ("entry/cms/cms_errors", np.ones((3, 3)), "the errors of"),
    ("entry/cms/count", np.full((40, 32), -3), "hold -3"),
    ("entry/cms/count", None, None),
    ("entry/regions/mean", np.ones(1), ""),
    ("entry/regions/share", None, ""),
]


@pytest.mark.parametrize(("name", "value", "message"), DAMAGES)
@pytest.mark.parametrize("called", [("plot",), ("report", "--text"), ("report",)])
def test_damaged_results(tmp_path, capsys, called, name, value, message):
    path = replace(write_result(tmp_path / "a.h5"), name, value)
    if message is None:  # older files have no counts
        assert command.main([*called, str(path)]) == 0
        return
    error = answer(capsys, *called, path)
    assert message in error and "damaged" in error and "make the result again" in error


def test_compare_names_the_damaged_one(tmp_path, capsys):
    first, second = write_result(tmp_path / "a.h5"), write_result(tmp_path / "b.h5")
    replace(second, "entry/cms/cms", INFINITE)
    assert str(second) in answer(capsys, "compare", first, second)


@pytest.mark.parametrize("called", [("report",), ("compare", "b.h5"), ("report", "--text")])
def test_findings_in_the_place_of_a_result(tmp_path, capsys, monkeypatch, called):
    monkeypatch.chdir(tmp_path)
    write_result(tmp_path / "b.h5")
    path = write_findings(tmp_path / "x.findings.h5", "/data/x.h5")
    error = answer(capsys, called[0], path, *called[1:])
    assert "file of csm_test" in error and "/data/x.h5" in error


@pytest.mark.parametrize("name", ["entry/clusters/images/id", "entry/findings/sex/f_m/difference"])
def test_findings_that_are_not_whole(tmp_path, capsys, name):
    path = write_findings(tmp_path / "x.findings.h5", "x.h5")
    replace(path, name, np.ones((2, 2, 2)) if "difference" in name else None)
    assert str(path) in answer(capsys, "plot", path)


@pytest.mark.parametrize("text", [b"", b"no HDF5"])
def test_other_files(tmp_path, capsys, text):
    (tmp_path / "a.h5").write_bytes(text)
    for called in (["plot"], ["report"], ["report", "--text"], ["schema"]):
        assert "a.h5" in answer(capsys, *called, tmp_path / "a.h5")


def test_a_file_that_was_cut_short(tmp_path, capsys):
    path = write_result(tmp_path / "a.h5")
    path.write_bytes(path.read_bytes()[:2000])
    for called in (["plot"], ["report"], ["report", "--text"]):
        assert "damaged" in answer(capsys, *called, path)
