"""result_schema.py: the paths of result files, and the check of a file.
tests/unit/store/test_result_file.cpp checks what csm_mpi writes.
"""

import re

import h5py
import numpy as np
import pytest
from conftest import ROOT, add_saved_maps

from csm import result_schema
from csm.result_schema import at, find_faults, name_of

SMALL = {
    "schema_version": "1.0",
    "groups": [
        {
            "path": "/entry",
            "about": "All",
            "fields": [
                {
                    "name": "n_images",
                    "type": "int64",
                    "axes": [],
                    "unit": "1",
                    "long_name": "images",
                }
            ],
        },
        {
            "path": "/entry/cms",
            "about": "The map",
            "fields": [
                {
                    "name": "cms",
                    "type": "float32",
                    "axes": ["y", "x"],
                    "unit": "{map_unit}",
                    "long_name": "drop of {what}",
                    "equation": "Eq. (6)",
                    "baseline_name": "value",
                },
                {
                    "name": "snapshots",
                    "type": "float32",
                    "axes": ["step", "y", "x"],
                    "unit": "1",
                    "long_name": "maps",
                    "optional": True,
                },
            ],
        },
        {"path": "/entry/groups", "about": "Groups", "optional": True, "fields": []},
        {
            "path": "/entry/groups/{group}",
            "about": "A group",
            "optional": True,
            "fields": [
                {"name": "name", "type": "text", "axes": [], "unit": "", "long_name": "its name"}
            ],
        },
        {"path": "/entry/options", "about": "Options", "texts": "option", "fields": []},
    ],
}


def make_small(path):
    file = h5py.File(path, "w")
    file["entry/n_images"] = np.int64(3)
    file["entry/n_images"].attrs.update(units="1", long_name="images")
    file["entry/cms/cms"] = np.zeros((2, 3), "f4")
    file["entry/cms/cms"].attrs.update(
        units="logit", long_name="drop of the logit", equation="Eq. (6)"
    )
    file["entry/options/patch_size"] = "8"
    return file


@pytest.fixture
def small(tmp_path, monkeypatch):
    monkeypatch.setattr(result_schema, "schema", lambda: SMALL)
    with make_small(tmp_path / "small.h5") as file:
        yield file


def test_paths_are_those_of_the_schema():
    assert (
        at("") == "entry"
        and at("images/id") == "entry/images/id"
        and at("groups/{group}/name") == "entry/groups/{group}/name"
    )
    assert name_of("cms/cms_errors") == "cms_errors"
    with pytest.raises(KeyError, match="entry/images/sunrise is not in schema.json"):
        at("images/sunrise")


def test_paths_that_scripts_write_out_are_in_the_schema():
    known = set(result_schema.known_paths())
    found = {
        match
        for path in (ROOT / "scripts").rglob("*.py")
        for match in re.findall(r"""["'](entry/[\w/]*\w)["']""", path.read_text(encoding="utf-8"))
    }
    assert "entry/images/n_patches" in found, "the benchmarks read it"
    assert found <= known, found - known


def test_synthetic_files_of_these_tests_have_paths_of_the_schema(result_file):
    add_saved_maps(
        result_file, np.zeros((9, 40, 32)), ["a"] * 9, ["b"] * 9, np.ones((40, 32), bool)
    )
    with h5py.File(result_file) as file:
        assert [fault for fault in find_faults(file) if "not in the schema" in fault] == []


def test_a_file_on_the_schema_has_no_fault(small):
    assert find_faults(small) == []
    small["entry/groups/a/name"] = "a/b"
    small["entry/groups/a/name"].attrs["long_name"] = "its name"
    attributes = small["entry/cms/cms"].attrs
    attributes["long_name"] = "value"
    del attributes["equation"]
    assert find_faults(small) == [], "a map of a baseline method"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            lambda file: file.move("entry/cms/cms", "entry/cms/map"),
            "/entry/cms/cms is not in the file",
        ),
        (
            lambda file: file.create_dataset("entry/cms/map", data=1),
            "/entry/cms/map is not in the schema",
        ),
        (lambda file: file.create_group("entry/sunrise"), "/entry/sunrise is not in the schema"),
        (
            lambda file: file.create_group("entry/groups/a"),
            "/entry/groups/a/name is not in the file",
        ),
        (
            lambda file: file.create_dataset("entry/options/seed", data=1),
            "/entry/options/seed is not in the schema",
        ),
        (lambda file: file["entry/cms/cms"].attrs.pop("units"), "has the units None"),
        (
            lambda file: file["entry/n_images"].attrs.update(units="px"),
            "has the units 'px', not '1'",
        ),
        (
            lambda file: file["entry/cms/cms"].attrs.update(long_name="drop of "),
            "has the long_name 'drop of '",
        ),
        (
            lambda file: file["entry/cms/cms"].attrs.update(equation="Eq. (7)"),
            "has the equation 'Eq. (7)'",
        ),
        (
            lambda file: file.create_dataset("entry/cms/snapshots", data=np.zeros((2, 2))),
            "is of type float64, not float32",
        ),
        (
            lambda file: file.create_dataset("entry/cms/snapshots", data=np.zeros((2, 2), "f4")),
            "has 2 axes, not",
        ),
        (lambda file: file.__delitem__("entry/options"), "/entry/options is not in the file"),
    ],
)
def test_what_differs_is_named(small, change, fault):
    change(small)
    assert any(fault in found for found in find_faults(small)), find_faults(small)
