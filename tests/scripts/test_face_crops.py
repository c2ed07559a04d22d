"""Which photographs csm export looks at, and their labels."""

import pytest
from csm.errors import UserError
from csm.export.face_crops import list_photographs


def test_labels_are_read_as_spreadsheets_write_them(tmp_path):
    for name in ("0.png", "1.png", "2.png"):
        (tmp_path / name).touch()
    manifest = tmp_path / "manifest.csv"
    manifest.write_text(
        "path;Gender;n_faces\n0.png; male ;1\n1.png;;1\n2.png;female;2\nno.png;male;1\n",
        encoding="utf-16",
    )
    assert list_photographs(tmp_path, "gender") == [
        (tmp_path / "0.png", "male"),
        (tmp_path / "1.png", ""),
    ]
    manifest.write_text("path,Gender,GENDER,gender\n0.png,a,b,c\n1.png,a,b,\n")
    assert list_photographs(tmp_path, "gender") == [
        (tmp_path / "0.png", "c"),
        (tmp_path / "1.png", ""),
    ]
    manifest.write_text("File;Gender\n0.png;a\n")
    with pytest.raises(UserError, match="Rename 'File'"):
        list_photographs(tmp_path, "gender")
    manifest.unlink()
    assert [path.name for path, label in list_photographs(tmp_path, "gender")] == [
        "0.png",
        "1.png",
        "2.png",
    ]
