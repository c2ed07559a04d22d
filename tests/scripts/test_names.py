"""csm.names: names and texts of files on one line."""

import h5py
import numpy as np
import pytest
from conftest import write_result
from csm.names import one_line
from csm.report.read_result import read_page_input
from csm.result_file import read_result


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("age\r\n\t(years)", "age (years)"),
        ("a\x1b[31mb\x7f", "a\\x1b[31mb\\x7f"),
        ("a\u2028b\x85c\x90", "a b c\\x90"),
        ("x\u202egpj", "x\\u202egpj"),
        ("a\0b", "a\\x00b"),
        ("Äpfel 女  b", "Äpfel 女  b"),
        ("", ""),
    ],
)
def test_a_line_has_no_breaks_and_no_controls(text, line):
    """The cases of tests/unit/core/test_text.cpp."""
    assert one_line(text) == line


@pytest.mark.parametrize("read", [read_result, read_page_input])
def test_groups_and_warnings_of_a_file_are_lines(tmp_path, read):
    path = write_result(tmp_path / "a.h5")
    with h5py.File(path, "r+") as file:
        del file["entry/groups/male/name"]
        file["entry/groups/male/name"] = "m\na\x1ble"
        file["entry"].pop("warnings", None)
        file["entry/warnings"] = np.array(["one\n\x07two"], dtype=h5py.string_dtype())
    found = read(path)
    assert set(found.groups) == {"female faces", "m a\\x1ble"}
    assert found.warnings == ["one \\x07two"]
