"""Tar shards as Python's tarfile writes them give what the same images give as files."""

import io
import tarfile

import conftest
import h5py
import numpy as np
import pytest
from same_results import check_same, contents

FORMATS = {"ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}
LABELLED = ("--group-by", "gender", "--label", "gender", "--save-cis", "--dataset-format", "auto")


def add(shard, name, content):
    member = tarfile.TarInfo(name)
    member.size = len(content)
    shard.addfile(member, io.BytesIO(content))


def pack(data, folder, n_shards=3, prefix="faces", form="pax", key=lambda name: name):
    """The data set as shards of images in the order of the manifest, with its columns as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    shares = np.array_split(np.arange(conftest.N_IMAGES), n_shards)
    for i, share in enumerate(shares):
        with tarfile.open(folder / f"{prefix}-{i:06}.tar", "w", format=FORMATS[form]) as shard:
            for k in share:
                name, (_, gender, age) = data.names[k], data.rows()[k]
                add(shard, key(name) + ".png", data.image(name).read_bytes())
                label = f'"gender": "{gender}", ' if gender else ""
                add(shard, key(name) + ".json", f'{{{label}"age": {age}}}'.encode())
    return folder


def check_same_maps(a, b):
    """Whether all but the ids and the options are the same."""
    a, b = contents(a), contents(b)
    names = [name for name in a if not name.startswith(("entry/options", "entry/inputs")) and name != "entry/images/id"]
    assert len(names) > 50 and any(name.startswith("entry/cms/cms") for name in names)
    assert [name for name in names if a[name] != b.get(name)] == []


def run(run_csm, data, output, *more, n_ranks=1):
    result = run_csm(*data.arguments(output, *LABELLED, *more), n_ranks=n_ranks)
    assert result.returncode == 0, result.stderr
    return output


@pytest.mark.parametrize("form", FORMATS)
def test_shards_give_the_maps_of_the_files(run_csm, data, tmp_path, form):
    shards = pack(data, tmp_path / "shards", form=form)
    as_files = run(run_csm, data, tmp_path / "files" / "r.h5")
    as_shards = run(run_csm, data, tmp_path / "shards_1" / "r.h5", "--dataset", shards)
    check_same_maps(as_files, as_shards)
    with h5py.File(as_shards) as file:
        assert sorted(file["entry/images/id"].asstr()[:]) == sorted(
            f"faces-{i:06}/{data.names[k]}" for i, share in enumerate(np.array_split(np.arange(11), 3)) for k in share)


def test_braces_and_one_file_and_any_number_of_ranks(run_csm, data, tmp_path):
    shards = pack(data, tmp_path / "shards")
    whole = pack(data, tmp_path / "whole", n_shards=1, prefix="all") / "all-000000.tar"
    pattern = str(shards / "faces-{000000..000002}.tar")
    runs = [run(run_csm, data, tmp_path / f"{n}" / "r.h5", "--dataset", pattern, n_ranks=n) for n in (1, 2, 3)]
    check_same(runs)
    check_same_maps(runs[0], run(run_csm, data, tmp_path / "one" / "r.h5", "--dataset", whole))
    first = run(run_csm, data, tmp_path / "first" / "r.h5", "--dataset", str(shards / "faces-{000000..000001}.tar"))
    with h5py.File(first) as file:
        assert len(file["entry/images/id"]) == 8


@pytest.mark.parametrize("form", ["gnu", "pax"])
def test_long_names(run_csm, data, tmp_path, form):
    folder = "folder " * 30
    shards = pack(data, tmp_path / "shards", form=form, key=lambda name: f"{folder}é/{name}")
    output = run(run_csm, data, tmp_path / "r.h5", "--dataset", shards)
    with h5py.File(output) as file:
        ids = file["entry/images/id"].asstr()[:]
        assert all(f"/{folder}é/face_" in name for name in ids)
        assert file["entry/n_images"][()] == conftest.N_IMAGES


def test_classes_of_cls_members_are_the_labels(run_csm, data, tmp_path):
    with tarfile.open(tmp_path / "faces.tar", "w") as shard:
        for i, name in enumerate(data.names[:4]):
            add(shard, name + ".png", data.image(name).read_bytes())
            add(shard, name + ".cls", b"%d\n" % (i % 2))
    output = tmp_path / "r.h5"
    result = run_csm(*data.arguments(output, "--dataset", tmp_path / "faces.tar"))
    assert result.returncode == 0, result.stderr
    with h5py.File(output) as file:
        labels = dict(zip(file["entry/images/id"].asstr()[:], file["entry/images/label"].asstr()[:], strict=True))
    assert labels == {f"faces/{name}": conftest.GENDERS[i % 2] for i, name in enumerate(data.names[:4])}


def test_a_gallery_in_shards_leaves_the_image_itself_out(run_csm, data, tmp_path):
    rows = [[f"images/{name}.png", f"person {i % 3}", "1"] for i, name in enumerate(data.names)]
    data.write_manifest(rows)
    shards = pack(data, tmp_path / "shards")
    model = ("--model", data.folder / "embedding.pt", "--confidence", "cosine", "--label", "gender", "--save-cis")
    outputs = []
    for dataset, gallery in ((data.manifest, data.manifest), (shards, shards / "faces-{000000..000002}.tar")):
        outputs.append(tmp_path / f"{len(outputs)}" / "r.h5")
        result = run_csm(*data.arguments(outputs[-1], *model, "--dataset", dataset, "--gallery", gallery), n_ranks=2)
        assert result.returncode == 0, result.stderr
    check_same_maps(*outputs)


def test_bad_members_are_named_like_bad_files(run_csm, data, tmp_path):
    data.image(data.names[3]).write_bytes(b"")
    data.image(data.names[4]).write_bytes(b"no picture at all")
    shards = pack(data, tmp_path / "shards")
    output = tmp_path / "r.h5"
    result = run_csm(*data.arguments(output, "--dataset", shards, "--max-failures", 0.2), n_ranks=2)
    assert result.returncode == 0, result.stderr
    assert "'faces-000000/face_03' is left out: is empty" in result.stderr
    assert "'faces-000001/face_04' is left out: is not an image" in result.stderr


def test_a_cut_shard_ends_the_run_before_any_work(run_csm, data, tmp_path):
    shards = pack(data, tmp_path / "shards")
    shard = shards / "faces-000001.tar"
    shard.write_bytes(shard.read_bytes()[:2000])
    result = run_csm(*data.arguments(tmp_path / "r.h5", "--dataset", shards), n_ranks=2)
    assert result.returncode == 2
    error, = conftest.error_lines(result)
    assert "faces-000001.tar" in error and "at byte" in error


def test_a_compressed_shard_is_refused_with_advice(run_csm, data, tmp_path):
    with tarfile.open(tmp_path / "faces.tar.gz", "w:gz") as shard:
        add(shard, "a.png", data.image(data.names[0]).read_bytes())
    result = run_csm(*data.arguments(tmp_path / "r.h5", "--dataset", tmp_path / "faces.tar.gz"))
    assert result.returncode == 2
    error, = conftest.error_lines(result)
    assert "compressed (gzip)" in error and "gunzip" in error
