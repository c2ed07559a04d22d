"""Bad data sets, models and outputs: one message from one rank with what, why and what to do; exit 2; no work, no hang."""

import os
import shutil
import subprocess

import conftest
import numpy as np
import pytest

OLD = "an old result"


def check_rejected(run_csm, data, tmp_path, more, expected, output=None, n_ranks=1):
    """Runs with these arguments over an old result and checks that the program prints `expected` once and does nothing.

    Two ranks, which must agree, once for each step of the start; one for its other cases, to save time.
    """
    if output is None:
        output = tmp_path / "out" / "result.h5"
        output.parent.mkdir(exist_ok=True)
        output.write_text(OLD)
    result = run_csm(*data.arguments(output, "--overwrite", "--save-cis", *more), n_ranks=n_ranks, timeout=60)
    assert result.returncode == 2, result.stderr
    errors = conftest.error_lines(result)
    assert len(errors) == 1, result.stderr
    assert errors[0].endswith((".", "?")), "the message must be sentences"
    for text in expected:
        assert str(text) in errors[0], f"{text!r} is missing in: {errors[0]}"
    assert result.stdout == ""
    if output.parent.name == "out":
        assert output.read_text() == OLD
        assert sorted(path.name for path in output.parent.iterdir()) == ["result.h5"], "nothing may be left beside the result"
    return errors[0]


# Data sets


def test_missing_data_set(run_csm, data, tmp_path):
    check_rejected(run_csm, data, tmp_path, ["--dataset", tmp_path / "nowhere"], ["nowhere", "--dataset"], n_ranks=2)


def test_data_set_without_images(run_csm, data, tmp_path):
    (tmp_path / "empty").mkdir()
    check_rejected(run_csm, data, tmp_path, ["--dataset", tmp_path / "empty"], ["empty", "image"])


@pytest.mark.parametrize("text, expected", [
    ("path,gender\nimages/face_00.png,male,1\n", ["manifest.csv", "line 2"]),
    ("sep=;\npath;gender\nimages/face_00.png;male;1\n", ["line 3", "';'"]),
    ("path,gender\nimages/face_00.png,\"male\nimages/face_01.png,female\n", ["line 2"]),
    ("picture,gender\nimages/face_00.png,male\n", ["manifest.csv", "path", "picture, gender"]),
    ("path,face_x,face_y,face_w,face_h\nimages/face_00.png,1,2,3,many\n", ["line 2", "many", "face_h"]),
    ("path,path\na,b\n", ["manifest.csv", "path"]),
    ("path,gender\n", ["data", "no image"]),
    ("", ["manifest.csv", "empty"]),
])
def test_bad_row_of_a_manifest(run_csm, data, tmp_path, text, expected):
    data.manifest.write_text(text)
    check_rejected(run_csm, data, tmp_path, [], expected)


def test_two_images_with_one_id(run_csm, data, tmp_path):
    rows = data.rows()
    rows[4][0] = rows[2][0]
    data.write_manifest(rows)
    check_rejected(run_csm, data, tmp_path, [], ["data", "images/face_02.png", "Two images"], n_ranks=2)


def test_a_label_column_that_does_not_exist(run_csm, data, tmp_path):
    check_rejected(run_csm, data, tmp_path, ["--label", "shoe_size"], ["--label", "shoe_size", "gender"])


def test_true_classes_that_are_not_certain(run_csm, data, tmp_path):
    data.write_manifest([[path, str(i % 2), *rest] for i, (path, _, *rest) in enumerate(data.rows())])
    check_rejected(run_csm, data, tmp_path, ["--target", "label"], ["--target label", "'0'", "--label-numbers indices"])


def test_persons_that_cannot_be_told_by_their_folders(run_csm, data, tmp_path):
    for name, folder in zip(data.names, ("anna/1", "ben/1", "ben/2"), strict=False):
        (tmp_path / "faces" / folder).mkdir(parents=True)
        shutil.copy(data.image(name), tmp_path / "faces" / folder)
    check_rejected(run_csm, data, tmp_path, ["--dataset", tmp_path / "faces", "--half", "first", "--half-by", "identity"],
                   ["'anna/1'", "'ben/1'", "--half-by"])


def test_group_by_an_unknown_column(run_csm, data, tmp_path):
    check_rejected(run_csm, data, tmp_path, ["--group-by", "gendre"], ["--group-by", "gendre", "gender"])


def test_pairs_with_a_bad_row(run_csm, data, tmp_path):
    pairs = data.folder / "pairs.csv"
    pairs.write_text("path_a,path_b,same_person\nimages/face_00.png,images/face_01.png,1\nimages/face_02.png,images/face_03.png,x\n")
    check_rejected(run_csm, data, tmp_path, ["--pairs", pairs, "--dataset", data.folder, "--confidence", "verification", "--model",
                                             data.folder / "embedding.pt"], ["pairs.csv", "line 3", "same_person", "'x'"], n_ranks=2)


def test_gallery_without_labels(run_csm, data, tmp_path):
    gallery = data.folder / "gallery.csv"
    gallery.write_text("path,person\nimages/face_00.png,anna\n")
    check_rejected(run_csm, data, tmp_path, ["--confidence", "cosine", "--model", data.folder / "embedding.pt", "--gallery",
                                             gallery, "--label", "gender"], ["gallery", "person", "gender"])


# Meshes


def test_missing_mesh_folder(run_csm, data, tmp_path):
    check_rejected(run_csm, data, tmp_path, ["--mesh-dir", tmp_path / "nowhere"], ["--mesh-dir", "nowhere"], n_ranks=2)


@pytest.mark.parametrize("content", [None, b"", b"\x93NUMPY garbage", b"o mesh\n"])
def test_bad_canonical_mesh(run_csm, data, tmp_path, content):
    name = data.folder / ("canonical.obj" if content == b"o mesh\n" else "broken.npy")
    if content is not None:
        name.write_bytes(content)
    check_rejected(run_csm, data, tmp_path, ["--canonical", name], [name.name])


def test_canonical_mesh_off_the_picture(run_csm, data, tmp_path):
    np.save(data.folder / "far.npy", np.load(data.folder / "canonical.npy") + 5000)
    check_rejected(run_csm, data, tmp_path, ["--canonical", data.folder / "far.npy"], ["--canonical", "far.npy", "619"])


def test_meshes_in_shares_of_the_photo(run_csm, data, tmp_path):
    for name in data.names:
        np.save(data.meshes / f"{name}.npy", np.load(data.meshes / f"{name}.npy") / [conftest.WIDTH, conftest.HEIGHT, conftest.WIDTH])
    check_rejected(run_csm, data, tmp_path, [], ["none of the first 8 images", "the mesh is not in px", "--mesh-dir", "20 x 16 px"],
                   n_ranks=2)


def test_one_mesh_file_for_photos_of_two_folders(run_csm, data, tmp_path):
    (data.folder / "more").mkdir()
    shutil.copy(data.image("face_01"), data.folder / "more" / "face_00.png")
    data.write_manifest([*data.rows(), ["more/face_00.png", "male", "30"]])
    check_rejected(run_csm, data, tmp_path, [], ["images/face_00.png", "more/face_00.png", "meshes/face_00.npy"])


# Models


def test_model_file_missing(run_csm, data, tmp_path):
    check_rejected(run_csm, data, tmp_path, ["--model", tmp_path / "nothing.pt"], ["nothing.pt", "--model"], n_ranks=2)


@pytest.mark.parametrize("content, named", [(b"no network", "TorchScript"), (b"PK\x03\x04 half an archive", "cut off"),
                                            (b"<!DOCTYPE html><html>", "web page")])
def test_model_that_is_no_torchscript(run_csm, data, tmp_path, content, named):
    path = data.folder / "bad.pt"
    path.write_bytes(content)
    check_rejected(run_csm, data, tmp_path, ["--model", path], ["bad.pt", "TorchScript", named])


def test_model_that_is_a_bare_state_dict(run_csm, data, tmp_path):
    import torch

    path = data.folder / "weights.pt"
    torch.save({"weight": torch.zeros(3)}, path)
    check_rejected(run_csm, data, tmp_path, ["--model", path], ["weights.pt", "TorchScript", "csm export"])


def test_model_without_a_contract(run_csm, data, tmp_path):
    path = conftest.save_model(data.folder / "bare.pt", conftest.LINEAR, data.weight("classifier"), the_contract=False)
    check_rejected(run_csm, data, tmp_path, ["--model", path], ["bare.pt", "contract.json", "csm export"])


def save_changed(data, name, forward=conftest.LINEAR, **changes):
    return conftest.save_model(data.folder / name, forward, data.weight("classifier"), the_contract=conftest.contract() | changes)


@pytest.mark.parametrize("changes, expected", [
    ({"outputs": [{"name": "scores", "kind": "logit", "size": 3}], "classes": ["a", "b", "c"]}, ["scores", "2 x 2", "2 x 3"]),
    ({"outputs": [{"name": "scores", "kind": "logit", "size": 2}, {"name": "age", "kind": "ignored", "size": 1}]}, ["1 tensor", "lists 2"]),
    ({"classes": ["only one"]}, ["classes"]),
    ({"input": {"height": 30, "width": 30, "colour": "rgb", "mean": [0, 0, 0], "std": [1, 1, 1]}}, ["30 x 30", "input"]),
    ({"input": {"height": 16, "width": 20, "colour": "rgb", "mean": [0, 0, 0], "std": [1, 0, 1]}}, ["std"]),
    ({"input": {"height": 16, "width": 20, "colour": "rgb", "mean": [0.485, 0.456, 0.406], "std": [58, 57, 57]}}, ["input.mean", "123.675"]),
    ({"crop": {"rule": "tight"}}, ["tight", "crop"]),
    ({"role": "embedding"}, ["role"]),
    ({"csm_contract": 9}, ["csm_contract", "9"]),
])
def test_model_that_does_not_keep_its_contract(run_csm, data, tmp_path, changes, expected):
    path = save_changed(data, "other.pt", **changes)
    check_rejected(run_csm, data, tmp_path, ["--model", path], ["other.pt", *expected])


def test_model_that_yields_nan(run_csm, data, tmp_path):
    path = conftest.save_model(data.folder / "nan.pt", conftest.LINEAR, data.weight("classifier") * np.nan)
    check_rejected(run_csm, data, tmp_path, ["--model", path], ["nan.pt", "NaN"], n_ranks=2)


@pytest.mark.parametrize("n_ranks, of_scores, outputs, expected", [
    (2, "torch.softmax(s / 1000, 1)", [{"name": "scores", "kind": "logit", "size": 2}], ["scores", "softmax", "--outputs scores:probability"]),
    (1, "torch.sigmoid(s[:, 1:] / 1000)", [{"name": "z", "kind": "binary_logit", "size": 1}], ["first 11 images", "--outputs z:probability"])])
def test_model_whose_outputs_are_of_another_kind(run_csm, data, tmp_path, n_ranks, of_scores, outputs, expected):
    forward = conftest.LINEAR.replace("return", "s =") + f"    return {of_scores}\n"
    path = save_changed(data, "kind.pt", forward, outputs=outputs)
    check_rejected(run_csm, data, tmp_path, ["--model", path], ["kind.pt", *expected], n_ranks=n_ranks)


def test_model_that_fails_on_any_input(run_csm, data, tmp_path):
    forward = "\ndef forward(self, x):\n    raise Exception('out of order')\n    return x\n"
    check_rejected(run_csm, data, tmp_path, ["--model", save_changed(data, "fails.pt", forward)], ["fails.pt", "out of order"])


def test_model_that_mixes_the_batch(run_csm, data, tmp_path):
    forward = conftest.LINEAR.rstrip() + " + x.sum()\n"
    check_rejected(run_csm, data, tmp_path, ["--model", save_changed(data, "mixes.pt", forward)], ["mixes.pt", "batch"])


def test_embedding_where_a_classifier_is_needed(run_csm, data, tmp_path):
    check_rejected(run_csm, data, tmp_path, ["--model", data.folder / "embedding.pt"], ["embedding.pt", "role", "classifier"])
    check_rejected(run_csm, data, tmp_path, ["--confidence", "cosine"], ["classifier.pt", "role", "embedding"])


# Output


def test_existing_output_is_kept(run_csm, data, tmp_path):
    output = tmp_path / "result.h5"
    output.write_text(OLD)
    result = run_csm(*data.arguments(output), n_ranks=2)
    assert result.returncode == 2
    assert len(conftest.error_lines(result)) == 1
    assert "the file exists" in result.stderr and "--overwrite" in result.stderr
    assert output.read_text() == OLD


def test_output_below_a_file(run_csm, data, tmp_path):
    (tmp_path / "file").write_text("")
    check_rejected(run_csm, data, tmp_path, [], ["--output", "file"], output=tmp_path / "file" / "result.h5")


def test_output_that_is_a_folder(run_csm, data, tmp_path):
    (tmp_path / "folder.h5").mkdir()
    check_rejected(run_csm, data, tmp_path, [], ["--output", "folder.h5"], output=tmp_path / "folder.h5")


def test_output_with_another_ending(run_csm, data, tmp_path):
    check_rejected(run_csm, data, tmp_path, [], ["--output", "result.txt", ".h5"], output=tmp_path / "result.txt")


def test_output_on_a_read_only_place(run_csm, data, tmp_path):
    check_rejected(run_csm, data, tmp_path, [], ["--output", "/proc/"], output=conftest.Path("/proc/csm/result.h5"),
                   n_ranks=2)


@pytest.fixture
def small_disk(tmp_path):
    """A file system with room for a fraction of a result."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small file system")
    folder = tmp_path / "small"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], capture_output=True).returncode != 0:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("save_cis", [(), ("--save-cis",)])
def test_full_disk(run_csm, data, small_disk, save_cis):
    output = small_disk / "result.h5"
    output.write_text(OLD)
    result = run_csm(*data.arguments(output, "--overwrite", *save_cis), n_ranks=2, timeout=60)
    assert result.returncode == 3, result.stderr
    errors = conftest.error_lines(result)
    assert errors, result.stderr
    assert "space" in errors[0].lower(), errors
    assert output.read_text() == OLD
    assert [path.name for path in small_disk.iterdir()] == ["result.h5"], "what is half written must not fill the disk"
