"""Shards hold every image and its columns, the same bytes each time."""

import json
import tarfile

import make_shards
import pytest


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    for name in ("ann/b.jpg", "ann/a.jpg", "bob/c.d.png", "bob/note.txt", ".hidden/x.jpg", "top.JPG"):
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
    assert list(found) == ["p-000000.tar:ann/a.jpg", "p-000000.tar:ann/a.json", "p-000000.tar:ann/b.jpg", "p-000000.tar:ann/b.json",
                           "p-000000.tar:bob/c_d.png", "p-000000.tar:bob/c_d.json", "p-000001.tar:top.JPG"]
    assert found["p-000000.tar:ann/b.jpg"] == b"bytes of ann/b.jpg"
    assert json.loads(found["p-000000.tar:bob/c_d.json"]) == {"identity": "bob"}
    assert not list((tmp_path / "out").glob("*.partial"))


def test_two_runs_give_the_same_bytes(photos, tmp_path):
    first, = make_shards.make_shards(photos, tmp_path / "a", 10)
    (photos / "ann" / "a.jpg").touch()
    second, = make_shards.make_shards(photos, tmp_path / "b", 10)
    assert first.read_bytes() == second.read_bytes()


def test_a_manifest_gives_its_columns(photos, tmp_path):
    (photos / "manifest.csv").write_text("path,gender,age\nann/b.jpg,female,31\ntop.JPG,,\n")
    found = members(make_shards.make_shards(photos, tmp_path / "p", 10))
    assert list(found) == ["p-000000.tar:ann/b.jpg", "p-000000.tar:ann/b.json", "p-000000.tar:top.JPG"]
    assert json.loads(found["p-000000.tar:ann/b.json"]) == {"gender": "female", "age": "31"}


@pytest.mark.parametrize("rows, words", [
    ("name\na.jpg\n", "no column path"), ("path\nann/x.jpg\n", "cannot be read"), ("path\n", "holds no image"),
    ("path\nann/a.jpg\nann/a.jpg\n", "twice"), ("path\na.b.jpg\na_b.png\n", "one key, 'a_b'"),
])
def test_what_cannot_be_packed_is_named(photos, tmp_path, capsys, rows, words):
    (photos / "list.csv").write_text(rows)
    assert make_shards.main([str(photos / "list.csv"), "--output", str(tmp_path / "p")]) == 2
    assert words in capsys.readouterr().err
    assert make_shards.main([str(photos / "none"), "--output", str(tmp_path / "p")]) == 2
