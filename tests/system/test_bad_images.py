"""A bad image is counted, named with its reason, and the run goes on."""

import io

import conftest
import h5py
import numpy as np
import pytest
from PIL import Image


def png(height, width):
    stream = io.BytesIO()
    Image.fromarray(np.full((height, width, 3), 90, np.uint8)).save(stream, "PNG")
    return stream.getvalue()


def jpeg():
    stream = io.BytesIO()
    noise = np.random.default_rng(5).integers(0, 256, (conftest.HEIGHT, conftest.WIDTH, 3), dtype=np.uint8)
    Image.fromarray(noise).save(stream, "JPEG", quality=95)
    return stream.getvalue()


def statuses(path):
    """Returns {image file: (status, detail)} of a result."""
    with h5py.File(path) as file:
        images = file["entry/images"]
        columns = [images[name].asstr()[:] for name in ("id", "status", "detail")]
        return {image: (status, detail) for image, status, detail in zip(*columns, strict=True)}


def add_all_kinds(data):
    """Adds one bad image of each kind. Returns {image file: expected reason}."""
    images = data.folder / "images"
    data.add("empty.jpg", b"")
    data.add("truncated.png", data.image("face_00").read_bytes()[:400])
    data.add("truncated.jpg", jpeg()[:-200])
    data.add("text.jpg", b"This is a letter, no picture.\n" * 20)
    data.add("one_pixel.png", png(1, 1))
    data.add("wide.png", png(20, 40_000))
    data.add("no_mesh.png", png(conftest.HEIGHT, conftest.WIDTH), mesh=False)
    data.add("bad_mesh.png", png(conftest.HEIGHT, conftest.WIDTH))
    np.save(data.meshes / "bad_mesh.npy", np.zeros((7, 3)))
    data.add("far_away.png", png(conftest.HEIGHT, conftest.WIDTH))
    np.save(data.meshes / "far_away.npy", np.load(data.meshes / "face_00.npy") + 1000)
    # Root reads what others may not, so a dangling link and a folder serve as the unreadable.
    data.add("dangling.jpg").unlink()
    (images / "dangling.jpg").symlink_to("nowhere.jpg")
    data.add("folder.jpg").unlink()
    (images / "folder.jpg").mkdir()
    return {
        "empty.jpg": "is empty", "truncated.png": "is truncated", "truncated.jpg": "is truncated", "text.jpg": "is not an image",
        "one_pixel.png": "is too small", "wide.png": "is too large", "no_mesh.png": "no mesh file",
        "bad_mesh.png": "mesh has a wrong size", "far_away.png": "the mesh lies outside its photo",
        "dangling.jpg": "cannot be read", "folder.jpg": "cannot be read",
    }


def test_files_that_are_passed_over_are_said_once_and_kept(run_csm, data, tmp_path):
    (data.folder / "images" / "fun.gif").write_bytes(b"GIF89a")
    data.image("face_01").rename(data.image("face_01").with_suffix(".jfif"))
    output = tmp_path / "result.h5"
    result = run_csm(*data.arguments(output, "--dataset", data.folder / "images"), n_ranks=2)
    assert result.returncode == 0, result.stderr
    assert result.stderr.count("warning: 1 file of the folder") == 1
    with h5py.File(output) as file:
        remark, = file["entry/remarks"].asstr()[:]
        assert "1 GIF (such as 'fun.gif')" in remark
        assert "face_01.jfif" in file["entry/images/id"].asstr()[:]


@pytest.mark.parametrize("n_ranks", [1, 2])
def test_each_kind_is_named_and_the_run_goes_on(run_csm, data, tmp_path, n_ranks):
    output, clean_output = tmp_path / "result.h5", tmp_path / "clean.h5"
    assert run_csm(*data.arguments(clean_output)).returncode == 0
    expected = add_all_kinds(data)
    result = run_csm(*data.arguments(output, "--max-failures", 0.5), n_ranks=n_ranks)
    assert result.returncode == 0, result.stderr
    found = statuses(output)
    for name, reason in expected.items():
        assert found[f"images/{name}"][0] == reason, name
        assert found[f"images/{name}"][1].startswith(reason), name
        assert f"'images/{name}' is left out: {reason}" in result.stderr, name
    good = {f"images/{name}.png" for name in data.names}
    assert {image for image, (status, _) in found.items() if status == "ok"} == good
    with h5py.File(output) as file, h5py.File(clean_output) as clean:
        assert file["entry/n_failed"][()] == len(expected)
        assert file["entry/n_images"][()] == len(good)
        counted = dict(zip(file["entry/failures/reason"].asstr()[:], file["entry/failures/n_images"][:].tolist(), strict=True))
        assert counted["cannot be read"] == counted["is truncated"] == 2
        assert sum(counted.values()) == len(expected)
        # What is left out leaves no trace in the map.
        np.testing.assert_array_equal(file["entry/cms/cms"], clean["entry/cms/cms"])
        np.testing.assert_array_equal(file["entry/cms/cms_errors"], clean["entry/cms/cms_errors"])


def test_meshes_that_count_y_from_the_bottom_are_turned_over(run_csm, data, tmp_path):
    plain, turned, note = tmp_path / "plain.h5", tmp_path / "turned.h5", "y axis was turned over in 10 of 11 images"
    assert run_csm(*data.arguments(plain)).returncode == 0
    for name in data.names[1:]:
        mesh = np.load(data.meshes / f"{name}.npy")
        mesh[:, 1] = conftest.HEIGHT - 1 - mesh[:, 1]
        np.save(data.meshes / f"{name}.npy", mesh)
    result = run_csm(*data.arguments(turned), n_ranks=2)
    assert result.returncode == 0, result.stderr
    assert result.stderr.count(note) == 1
    with h5py.File(turned) as file, h5py.File(plain) as before:
        assert any(note in remark for remark in file["entry/remarks"].asstr()[:])
        images = file["entry/images"]
        was_turned = dict(zip(images["id"].asstr()[:], images["n_meshes_turned"][:].tolist(), strict=True))
        assert was_turned == {f"images/{name}.png": int(i > 0) for i, name in enumerate(data.names)}
        assert set(images["n_faces"][:]) == {-1}, "no detector has looked"
        # y comes back up to its last bit, which may move a patch at the border of a pixel.
        assert np.corrcoef(file["entry/cms/cms"][:].ravel(), before["entry/cms/cms"][:].ravel())[0, 1] > 0.999


def test_a_failed_image_has_no_pose(run_csm, data, tmp_path):
    (data.meshes / "face_02.npy").unlink()
    output = tmp_path / "result.h5"
    assert run_csm(*data.arguments(output)).returncode == 0
    with h5py.File(output) as file:
        images = file["entry/images"]
        has_failed = images["id"].asstr()[:] == "images/face_02.png"
        for axis in ("yaw", "pitch", "roll"):
            np.testing.assert_array_equal(np.isnan(images[axis][:])[has_failed], True)
            assert np.isfinite(images[axis][:]).any()


def test_a_very_wide_image_is_used_or_named(run_csm, data, tmp_path):
    data.add("wide.png", png(16, 20_000))
    output = tmp_path / "result.h5"
    result = run_csm(*data.arguments(output), n_ranks=2)
    assert result.returncode == 0, result.stderr
    status, detail = statuses(output)["images/wide.png"]
    assert status == "ok" or "wide" in detail or "large" in detail


def test_damage_inside_a_jpeg_does_not_pass(run_csm, data, tmp_path):
    content = bytearray(jpeg())
    middle = len(content) * 2 // 3
    content[middle:middle + 60] = b"\xff\xd9" + bytes(58)  # an end mark where data should be
    data.add("damaged.jpg", bytes(content))
    output = tmp_path / "result.h5"
    assert run_csm(*data.arguments(output)).returncode == 0
    assert statuses(output)["images/damaged.jpg"][0] != "ok"


def test_other_kinds_of_pictures_are_read(run_csm, data, tmp_path):
    """Greyscale, alpha, palette, 16 bits, CMYK and one bit are pictures like others."""
    random = np.random.default_rng(3)
    grey = random.integers(0, 256, (conftest.HEIGHT, conftest.WIDTH), dtype=np.uint8)
    for name, mode in (("grey.png", "L"), ("alpha.png", "RGBA"), ("palette.png", "P"), ("bit.png", "1"), ("cmyk.jpg", "CMYK")):
        data.add(name)
        Image.fromarray(grey).convert("RGB").convert(mode).save(data.folder / "images" / name)
    data.add("deep.png")
    Image.fromarray(grey.astype(np.uint16) * 257).save(data.folder / "images" / "deep.png")
    output = tmp_path / "result.h5"
    result = run_csm(*data.arguments(output), n_ranks=2)
    assert result.returncode == 0, result.stderr
    found = statuses(output)
    assert {status for status, _ in found.values()} == {"ok"}
    with h5py.File(output) as file:
        conf = dict(zip(file["entry/images/id"].asstr()[:], file["entry/images/confidence"][:], strict=True))
    assert conf["images/grey.png"] == conf["images/deep.png"]


def test_a_missing_file_of_the_manifest_is_named(run_csm, data, tmp_path):
    data.image(data.names[2]).unlink()
    output = tmp_path / "result.h5"
    result = run_csm(*data.arguments(output), n_ranks=2)
    assert result.returncode == 0, result.stderr
    assert statuses(output)[f"images/{data.names[2]}.png"][0] == "cannot be read"


def test_too_many_failures_end_the_run_with_the_reasons(run_csm, data, tmp_path):
    expected = add_all_kinds(data)
    output = tmp_path / "result.h5"
    output.write_text("an old result")
    result = run_csm(*data.arguments(output, "--overwrite", "--save-cis"), n_ranks=2, timeout=60)
    assert result.returncode == 3, result.stderr
    errors = conftest.error_lines(result)
    assert errors and all("--max-failures allows 2" in line for line in errors)
    assert any(reason in errors[0] for reason in expected.values())
    assert output.read_text() == "an old result"


def test_all_images_bad(run_csm, data, tmp_path):
    for name in data.names:
        data.image(name).write_bytes(b"")
    output = tmp_path / "result.h5"
    result = run_csm(*data.arguments(output, "--max-failures", 1), n_ranks=2, timeout=60)
    assert result.returncode == 3, result.stderr
    assert len(conftest.error_lines(result)) == 1
    assert "is empty" in result.stderr
    assert not output.exists()


def test_a_model_that_gives_nan_for_one_image(run_csm, data, tmp_path):
    forward = """
def forward(self, x):
    marked = (x[:, 0, 0, 0] > 1.0).float().unsqueeze(1)
    return (x.unsqueeze(1) * self.weight).flatten(2).sum(2) + torch.log(0.0 - marked + 0.5) * 0.0
"""
    conftest.save_model(data.folder / "nan.pt", forward, data.weight("classifier"))
    picture = data.picture(data.names[1]).copy()
    picture[0, 0] = 255
    Image.fromarray(picture).save(data.image(data.names[1]))
    output = tmp_path / "result.h5"
    result = run_csm(*data.arguments(output, "--model", data.folder / "nan.pt"), n_ranks=2)
    assert result.returncode == 0, result.stderr
    found = statuses(output)
    assert found[f"images/{data.names[1]}.png"][0] == "model gives NaN"
    assert sum(status != "ok" for status, _ in found.values()) == 1


@pytest.mark.parametrize("n_ranks", [1, 3])
def test_a_network_that_fails_in_the_middle_ends_all_ranks(run_csm, data, tmp_path, n_ranks):
    """Not the image is bad but the run: every rank ends within seconds, with the message of the one that met it."""
    forward = """
def forward(self, x):
    if bool((x[:, 0, 0, 0] > 1.0).any()):
        raise RuntimeError("the memory of the device is used up")
    return (x.unsqueeze(1) * self.weight).flatten(2).sum(2)
"""
    conftest.save_model(data.folder / "fails.pt", forward, data.weight("classifier"))
    picture = data.picture(data.names[4]).copy()
    picture[0, 0] = 255
    Image.fromarray(picture).save(data.image(data.names[4]))
    output = tmp_path / "out" / "result.h5"
    output.parent.mkdir()
    output.write_text("an old result")
    result = run_csm(*data.arguments(output, "--model", data.folder / "fails.pt", "--overwrite", "--save-cis"), n_ranks=n_ranks,
                     timeout=60)
    assert result.returncode == 3, result.stderr
    errors = conftest.error_lines(result)
    assert len(errors) == 1 and "rank " in errors[0], result.stderr
    assert "fails.pt" in errors[0] and "the memory of the device is used up" in errors[0]
    assert output.read_text() == "an old result"


def test_labels_missing_and_unknown(run_csm, data, tmp_path):
    rows = data.rows()
    rows[0][1], rows[1][1], rows[2][1] = "", "robot", "MALE"
    data.write_manifest(rows)
    output = tmp_path / "result.h5"
    result = run_csm(*data.arguments(output, "--target", "label", "--max-failures", 0.3), n_ranks=2)
    assert result.returncode == 0, result.stderr
    found = statuses(output)
    assert found[rows[0][0]][0] == found[rows[5][0]][0] == "label missing"
    assert found[rows[1][0]][0] == "label unknown"
    assert "robot" in found[rows[1][0]][1] and "gender" in found[rows[1][0]][1]
    assert found[rows[2][0]][0] == "ok"
    # With the predicted class no label is needed.
    assert run_csm(*data.arguments(tmp_path / "predicted.h5")).returncode == 0
    assert {status for status, _ in statuses(tmp_path / "predicted.h5").values()} == {"ok"}
