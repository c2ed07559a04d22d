"""Faces by person and the settings of scripts/research/train_robustness_networks.py."""

import csv
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import train_robustness_networks
from csm.contract import load_model
from study import labelled_faces, training_settings
from study.cue_network import INPUT_SIDE, KEPT_SIDE
from study.faces import PORTRAIT_SIDE
from study.labelled_faces import hold_out, read_images, read_portraits, write_manifest
from study.program import StudyError
from study.training_settings import SETTINGS, Setting, change, draw_inputs, train

CLASSES = ("female", "male")


def write_people(folder, n_persons=8, n_each=2):
    rows = ["path,identity,gender,n_faces"]
    for i in range(n_persons):
        rows += [f"img/{i}_{k}.jpg,person_{i},{CLASSES[i % 2]},1" for k in range(n_each)]
    rows += ["img/two.jpg,person_0,female,2", "img/none.jpg,person_9,,1"]
    (folder / "manifest.csv").write_text("\n".join(rows))
    return folder


def test_persons_are_either_in_training_or_held_out(tmp_path):
    images = read_images(write_people(tmp_path), "gender")
    assert len(images) == 16  # neither that of two faces nor that without a label
    training, held_out = hold_out(images, CLASSES, 4, 1)
    assert [image.label for image in held_out] == ["female", "female", "male", "male"]
    assert len({image.identity for image in held_out}) == 4
    assert not {image.identity for image in training} & {image.identity for image in held_out}
    assert len(training) == 8  # both images of four persons
    assert hold_out(images, CLASSES, 4, 1)[1] == held_out
    with pytest.raises(StudyError, match="4 persons are female; --held-out asks for 5"):
        hold_out(images, CLASSES, 10, 1)
    write_manifest(tmp_path / "held_out" / "manifest.csv", held_out, "gender")
    with (tmp_path / "held_out" / "manifest.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert rows[0] == {"path": str(held_out[0].path), "identity": held_out[0].identity,
                       "gender": "female"}


def test_a_manifest_without_persons_is_refused(tmp_path):
    (tmp_path / "manifest.csv").write_text("path,gender\na.jpg,male\n")
    with pytest.raises(StudyError, match="no column identity"):
        read_images(tmp_path, "gender")


def test_portraits_are_kept_in_a_file(tmp_path, monkeypatch):
    images = read_images(write_people(tmp_path), "gender")[:3]
    picture = np.full((PORTRAIT_SIDE, PORTRAIT_SIDE, 3), 77, np.uint8)
    faces = {"0_0": SimpleNamespace(picture=picture), "1_0": SimpleNamespace(picture=picture + 1)}
    monkeypatch.setattr(labelled_faces.reference_fit, "ReferenceFitter", lambda: None)
    monkeypatch.setattr(labelled_faces, "read_face", lambda _path, name, _fitter: faces.get(name))
    portraits, numbers = read_portraits(images, CLASSES, tmp_path / "kept.npz")
    assert numbers.tolist() == [0, 1]  # no face was found on 0_1
    assert portraits.shape == (2, 3, KEPT_SIDE, KEPT_SIDE)
    assert portraits[:, 0, 40, 50].tolist() == [77.0, 78.0]
    faces.clear()
    torch.testing.assert_close(
        read_portraits(images, CLASSES, tmp_path / "kept.npz")[0], portraits)


def changed(**setting):
    images = torch.full((40, 3, INPUT_SIDE, INPUT_SIDE), 300.0)  # no grey that is drawn
    result = change(images, Setting(**setting), np.random.default_rng(1))
    assert (images == 300).all()
    return (result != 300).any(dim=1)


def test_each_setting_hides_what_it_says():
    half = INPUT_SIDE // 2
    assert not changed().any()
    lower = changed(hidden_lower=1.0)
    assert lower[:, half:].all() and not lower[:, :half].any()
    upper = changed(hidden_upper=1.0)
    assert upper[:, :half].all() and not upper[:, half:].any()
    sides = [mask.sum().sqrt().item() for mask in changed(erased=1.0)]
    assert all(side == round(side) for side in sides)  # squares
    assert min(sides) >= 0.25 * INPUT_SIDE and max(sides) <= 0.55 * INPUT_SIDE + 1
    assert 10 < changed(erased=0.5).any(dim=2).any(dim=1).sum() < 30


def test_coarse_inputs_keep_the_mean_but_not_the_details():
    random = np.random.default_rng(2)
    images = torch.from_numpy(random.uniform(80, 170, (30, 3, INPUT_SIDE, INPUT_SIDE))).float()
    result = change(images, Setting(coarse=1.0), random)
    assert (result.mean((1, 2, 3)) - images.mean((1, 2, 3))).abs().max() < 3
    spread = result.std((1, 2, 3)) / images.std((1, 2, 3))
    assert (spread < 0.7).any() and (spread > 1.01).any()  # blurs, and noise


def test_fixed_inputs_are_the_crop_or_its_mirror_image():
    ramp = torch.arange(KEPT_SIDE).float().expand(20, 3, KEPT_SIDE, KEPT_SIDE)
    inputs = draw_inputs(ramp, SETTINGS["fixed"], np.random.default_rng(1))
    rising = inputs[:, 0, 0, -1] > inputs[:, 0, 0, 0]
    assert 0 < rising.sum() < 20
    torch.testing.assert_close(inputs[rising][0], inputs[~rising][0].flip(2))
    varied = draw_inputs(ramp, SETTINGS["plain"], np.random.default_rng(1))
    assert len({round(value, 3) for value in varied.mean((1, 2, 3)).tolist()}) == 20


def test_a_network_learns_what_tells_the_classes_apart_and_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(training_settings, "N_DRAWN", 16)
    random = np.random.default_rng(3)
    portraits = torch.from_numpy(random.uniform(0, 60, (24, 3, KEPT_SIDE, KEPT_SIDE))).float()
    numbers = torch.arange(24) % 2
    portraits[numbers == 1, 0] += 120  # red
    arguments = train_robustness_networks.parse(
        ["--held-out-of", ".", "--output", str(tmp_path), "--steps", "8"])
    path = train_robustness_networks.make_network("plain", 1, (portraits, numbers), arguments)
    assert train_robustness_networks.count_right(path, portraits, numbers) == 24
    again = train(portraits, numbers, SETTINGS["plain"], 1, 8)
    network, contract = load_model(path)
    assert (contract["task"], contract["classes"]) == ("gender", list(CLASSES))
    assert contract["source"].endswith("train_robustness_networks.py")
    inputs = torch.zeros(1, 3, INPUT_SIDE, INPUT_SIDE)
    with torch.no_grad():
        torch.testing.assert_close(network(inputs), again.network(inputs))
