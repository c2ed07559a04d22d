"""Shards hold every image and its columns, the same bytes each time."""

import json
import os
import tarfile
from pathlib import Path

from csm import command
from csm.shards import command as make_shards
import pytest
from csm.shards.folder_identity import find_identities
from csm.shards.manifest import InputError, read_manifest


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    for name in (
        "ann/b.jpg",
        "ann/a.jpg",
        "bob/c.d.png",
        "bob/note.txt",
        ".hidden/x.jpg",
        "top.JPG",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(f"bytes of {name}".encode())
    return folder


def members(shards):
    found = {}
    for path in shards:
        with tarfile.open(path, "r:") as shard:
            for member in shard:
                found[f"{path.name}:{member.name}"] = shard.extractfile(member).read()
    return found


def test_a_folder_is_packed_in_the_order_of_its_names(photos, tmp_path):
    shards = make_shards.make_shards(photos, tmp_path / "out" / "p", 3)
    assert [path.name for path in shards] == ["p-000000.tar", "p-000001.tar"]
    found = members(shards)
    assert list(found) == [
        "p-000000.tar:ann/a.jpg",
        "p-000000.tar:ann/a.json",
        "p-000000.tar:ann/b.jpg",
        "p-000000.tar:ann/b.json",
        "p-000000.tar:bob/c_d.png",
        "p-000000.tar:bob/c_d.json",
        "p-000001.tar:top.JPG",
    ]
    assert found["p-000000.tar:ann/b.jpg"] == b"bytes of ann/b.jpg"
    assert json.loads(found["p-000000.tar:bob/c_d.json"]) == {"identity": "bob"}
    assert not list((tmp_path / "out").glob("*.partial"))


def test_two_runs_give_the_same_bytes(photos, tmp_path):
    (first,) = make_shards.make_shards(photos, tmp_path / "a", 10)
    (photos / "ann" / "a.jpg").touch()
    (second,) = make_shards.make_shards(photos, tmp_path / "b", 10)
    assert first.read_bytes() == second.read_bytes()


def test_a_manifest_gives_its_columns(photos, tmp_path):
    (photos / "manifest.csv").write_text("path,gender,age\nann/b.jpg,female,31\ntop.JPG,,\n")
    found = members(make_shards.make_shards(photos, tmp_path / "p", 10))
    assert list(found) == [
        "p-000000.tar:ann/b.jpg",
        "p-000000.tar:ann/b.json",
        "p-000000.tar:top.JPG",
    ]
    assert json.loads(found["p-000000.tar:ann/b.json"]) == {"gender": "female", "age": "31"}


CASES = json.loads((Path(__file__).parents[1] / "support" / "manifests.json").read_text())["cases"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_manifest_is_read_as_csm_mpi_reads_it(tmp_path, case):
    (tmp_path / "img").mkdir()
    for name in ("1.jpg", "2.jpg", "back\\slash.jpg"):
        (tmp_path / "img" / name).write_bytes(b"x")
    (tmp_path / "list.csv").write_bytes(case["text"].encode(case["encoding"]))
    if "error" in case:
        with pytest.raises(InputError) as error:
            read_manifest(tmp_path / "list.csv")
        assert case["error"] in str(error.value)
        return
    found = read_manifest(tmp_path / "list.csv")
    assert [[os.path.normpath(path), columns] for path, columns in found.images] == case["rows"]
    assert found.unnamed == case["unnamed_lines"]


def test_a_phones_folder_is_packed_by_content_and_what_is_passed_over_is_said(tmp_path, capsys):
    files = {
        "IMG_1.HEIC": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        "IMG_1.MOV": b"\0\0\0\x14ftypqt  ",
        "IMG_1.AAE": b"<?xml",
        "IMG_2.JPG": b"\xff\xd8\xff\xe0",
        "IMG_2.DNG": b"II*\0",
        "IMG_3.heic": b"\xff\xd8\xff\xe1",
        "IMG_3.png": b"\x89PNG\r\n\x1a\n",
        "a.b.jfif": b"x",
        "download": b"\x89PNG\r\n\x1a\n",
        "fun.gif": b"GIF89a",
        "note": b"a text",
        "pic.jpg_large": b"\xff\xd8\xff\xe0",
        "._IMG_2.JPG": b"x",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    found = members(make_shards.make_shards(tmp_path, tmp_path / "out" / "p", 100))
    names = [name.split(":")[1] for name in found]
    assert names == [
        "IMG_1.heic",
        "IMG_2.JPG",
        "IMG_3_heic.jpg",
        "IMG_3_png.png",
        "a_b.jfif",
        "download.png",
        "pic.jpg",
    ]
    warning = capsys.readouterr().err
    assert (
        "3 files" in warning
        and "1 GIF (such as 'fun.gif')" in warning
        and "1 raw photo" in warning
        and "1 video" in warning
    )


@pytest.mark.parametrize(
    "files, identities",
    [
        (["a/1.jpg", "b/1.jpg"], ["a", "b"]),
        (["1.jpg"], [""]),
        (["Train/1.jpg", "val/2.jpg"], ["", ""]),
        (["test/n2/1.jpg", "train/n1/1.jpg", "train/n2/1.jpg"], ["n2", "n1", "n2"]),
        (["ann/images/1.jpg", "bo/images/1.jpg"], ["ann", "bo"]),
        (["ann/1/x.jpg", "bo/1/x.jpg", "bo/2/x.jpg"], ["ann/1", "bo/1", "bo/2"]),
    ],
)  # as in tests/unit/dataset/test_folder_identity.cpp
def test_the_person_is_the_images_own_folder(files, identities):
    assert find_identities([Path(file) for file in files]) == identities


def test_rows_without_a_path_are_counted(photos, tmp_path, capsys):
    (photos / "list.csv").write_text("path;gender\ntop.JPG;male\n;female\n")
    assert list(members(make_shards.make_shards(photos / "list.csv", tmp_path / "p", 10))) == [
        "p-000000.tar:top.JPG",
        "p-000000.tar:top.json",
    ]
    assert "1 rows" in capsys.readouterr().err


@pytest.mark.parametrize(
    "rows, message",
    [
        ("name\na.jpg\n", "no column 'path' (its columns are name). Rename 'name'"),
        ("name\nann\n", "(its columns are name). Name the images in a column path."),
        ("path\nann/x.jpg\n", "cannot be read"),
        ("path\n", "holds no image"),
        ("path\nann/a.jpg\nann/a.jpg\n", "twice"),
        ("path\na.b.jpg\na_b.jpg\n", "one key, 'a_b_jpg'"),
    ],
)
def test_what_cannot_be_packed_is_named(photos, tmp_path, capsys, rows, message):
    (photos / "list.csv").write_text(rows)
    assert command.main(["shards", str(photos / "list.csv"), "--output", str(tmp_path / "p")]) == 2
    assert message in capsys.readouterr().err
    assert command.main(["shards", str(photos / "none"), "--output", str(tmp_path / "p")]) == 2
