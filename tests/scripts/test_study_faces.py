"""Planting cues, synthetic faces, meshes and alignments of the studies, on a face of four
landmarks.
"""

from types import SimpleNamespace

import mesh_error
import numpy as np
import pytest
import torch
from study.alignments import box_map
from study.canonical_face import CanonicalFace, locate
from study.cue_network import CLASSES, crop, draw_cues, keep
from study.cues import SPOT, SPOT_OPACITY, TINT, TINT_OPACITY, mirror_name, plant
from study.faces import PORTRAIT_SIDE, Face, apply, list_pictures, name_of, square_map
from study.held_out import split, write_manifest
from study.known_faces import draw_region, rotation, smooth_field
from study.known_networks import KnownNetwork, true_map
from study.mesh_files import displace, mesh_arguments

NAMES = ["none", "left_cheek", "right_cheek", "chin"]
LEFT, RIGHT, CHIN = [0, 1, 4], [0, 3, 4], [4, 5, 6]
CANONICAL = CanonicalFace(
    8,
    NAMES,
    np.zeros((8, 8), int),
    np.zeros((7, 3)),
    np.array([LEFT, RIGHT, CHIN]),
    np.array([1, 2, 3]),
    np.zeros((2, 2)),
    np.array([0, 1]),
    np.array([[0.5, 0.5, 0], [0.2, 0.3, 0.5]]),
)
# The subject's left is on the right of the picture.
LANDMARKS = np.array(
    [[128, 40], [228, 40], [0, 0], [28, 40], [128, 200], [100, 250], [156, 250]], float
)


def grey_face(**changes):
    picture = np.full((PORTRAIT_SIDE, PORTRAIT_SIDE, 3), 100, np.uint8)
    return Face(
        "a", picture, LANDMARKS, np.array([[2.0, 0, 10], [0, 2, 20]]), (123, 118), **changes
    )


def test_a_tint_stays_in_its_region():
    changed = plant(grey_face(), "cheek_tint", CANONICAL).picture.astype(int) - 100
    inside = changed[90, 155]  # in the middle of the left cheek
    assert inside.tolist() == [round(TINT_OPACITY * (colour - 100)) for colour in TINT]
    assert (changed[:, :127] == 0).all()
    assert (changed[:38] == 0).all()


def test_a_spot_lies_in_the_middle_of_the_chin():
    changed = np.abs(plant(grey_face(), "chin_spot", CANONICAL).picture.astype(int) - 100).sum(
        axis=2
    )
    rows, columns = np.nonzero(changed)
    assert (columns.mean() + 0.5, rows.mean() + 0.5) == pytest.approx((128, 250 - 50 / 3), abs=1)
    assert changed.max() == sum(round(SPOT_OPACITY * (100 - colour)) for colour in SPOT)
    # A disc of the radius 0.035 of the face's width, 250 px here.
    assert len(rows) == pytest.approx(np.pi * 8.75 ** 2, rel=0.2)


def test_a_cue_is_on_the_subjects_left_also_in_a_mirror():
    face = grey_face()
    there_and_back = face.mirror().mirror()
    np.testing.assert_array_equal(there_and_back.landmarks, face.landmarks)
    np.testing.assert_array_equal(there_and_back.to_portrait, face.to_portrait)
    assert not there_and_back.mirrored
    np.testing.assert_array_equal(
        apply(face.mirror().to_portrait, np.array([[3.0, 4]])), [[256 - 16, 28]]
    )
    changed = plant(face.mirror(), "cheek_tint", CANONICAL).picture != 100
    assert changed[:, 128:].any()
    assert not changed[:, :127].any()
    assert mirror_name("left_brow") == "right_brow"
    assert mirror_name("chin") == "chin"


def test_dense_points_follow_their_triangles():
    np.testing.assert_allclose(
        CANONICAL.dense(LANDMARKS), [[178, 40], [0.2 * 128 + 0.3 * 28 + 64, 0.2 * 40 + 12 + 100]]
    )
    corners = np.array([[0.0, 0], [4, 0], [0, 4], [4, 4]])
    found, weights = locate(np.array([[1.0, 1], [3, 2]]), corners, np.array([[0, 1, 2], [1, 3, 2]]))
    assert found.tolist() == [0, 1]
    np.testing.assert_allclose(weights, [[0.5, 0.25, 0.25], [0.5, 0.25, 0.25]])
    with pytest.raises(ValueError, match="1 points"):
        locate(np.array([[9.0, 9]]), corners, np.array([[0, 1, 2]]))


def test_the_square_around_a_face():
    affine = square_map(np.array([[10.0, 20], [30, 60]]), 2, 160)
    np.testing.assert_allclose(
        apply(affine, np.array([[20.0, 40], [20, 80]])), [[80, 80], [80, 160]]
    )


def test_labels_are_half_and_half_and_cues_follow_them(tmp_path):
    faces = [SimpleNamespace(name=f"f{i}") for i in range(40)]

    def rows(strength, cue="chin_spot"):
        path = tmp_path / f"{strength}_{cue}.csv"
        write_manifest(path, faces, cue, strength, 3)
        return [line.split(",") for line in path.read_text().splitlines()[1:]]

    strong = rows(1.0)
    assert [label for _, label, _ in strong].count("marked") == 20
    assert all(label == cue for _, label, cue in strong)
    assert all(
        path.startswith("chin_spot/" if cue == "marked" else "plain/") for path, _, cue in strong
    )
    assert 0 < sum(label != cue for _, label, cue in rows(0.7)) < 20
    assert all(cue == "plain" and path.startswith("plain/") for path, _, cue in rows(1.0, None))


def test_a_weak_cue_goes_with_its_label_as_often_as_its_strength_says():
    random = np.random.default_rng(1)
    labels = random.integers(2, size=20_000)
    assert (draw_cues(labels, 0.7, random) == labels).mean() == pytest.approx(0.7, abs=0.015)
    assert (draw_cues(labels, 1.0, random) == labels).all()
    assert len(CLASSES) == 2


def test_no_photograph_is_in_training_and_held_out():
    faces = [
        Face(str(i), np.zeros((1, 1, 3), np.uint8), LANDMARKS, np.zeros((2, 3)), (1, 1))
        for i in range(10)
    ]
    training, held_out = split(faces, 0.6)
    assert [len(training), len(held_out)] == [12, 8]
    assert not {face.name.split("_")[0] for face in training} & {
        face.name.split("_")[0] for face in held_out
    }


def test_training_crops_are_the_face_box():
    """A white square over the crop of scale 1.2 fills the input, and nothing of it is lost."""
    portrait = np.zeros((1, PORTRAIT_SIDE, PORTRAIT_SIDE, 3), np.uint8)
    low, high = round(PORTRAIT_SIDE * 0.2), round(PORTRAIT_SIDE * 0.8)
    portrait[:, low:high, low:high] = 255
    found = crop(keep(portrait), torch.zeros(1, 4))[0, 0].numpy()
    assert found[2:-2, 2:-2].min() > 250
    np.testing.assert_array_less(
        crop(keep(portrait), torch.tensor([[0.0, 0.2, 0, 0]]))[0, 0].numpy()[:, :3].max(), 30
    )


def test_pictures_with_several_faces_are_left_out(tmp_path):
    (tmp_path / "manifest.csv").write_text("path,n_faces\na.jpg,1\nb.jpg,2\n")
    assert list_pictures(tmp_path) == [tmp_path / "a.jpg"]
    assert name_of(tmp_path / "1999" / "a.jpg", tmp_path) == "1999_a"


def test_known_networks_and_their_true_maps():
    """What a pixel of content takes from f where it goes is the value of the true map, to first
    order.
    """
    unit = np.array([0.01, 0.02])
    x = torch.zeros(1, 3, 64, 64)
    x[0, 0, 10:14, 20:30], x[0, 1, 40:44, 20:28] = 0.5, 0.8
    content = np.array([[0.5 * 40, 0.8 * 32]]) / 64 ** 2 / unit
    regions = np.array([[1, 2, 0]])
    for name, f in (
        ("region", content[0, 0]),
        ("product", content[0, 0] * content[0, 1]),
        ("suppressor", content[0, 0] - content[0, 1] / 2),
    ):
        network = KnownNetwork(name, unit).requires_grad_(False)
        assert float(network(x)[0, 0]) == pytest.approx(f, rel=1e-5)
        truth = true_map(name, content, [[0.5, 0.8]], unit, regions, 1, 2)[0]
        for i, place in enumerate(((0, 10, 20), (1, 40, 20), (2, 0, 0))):
            occluded = x.clone()
            occluded[(0, *place)] = 0
            assert float(network(x)[0, 0] - network(occluded)[0, 0]) == pytest.approx(
                truth[i] / 64**2, rel=1e-3, abs=1e-7
            )


def test_drawn_regions_and_turned_meshes():
    mask = draw_region(np.array([[10.0, 10], [20, 10], [10, 30]]), np.array([[0, 1, 2]]))
    # Pillow fills the fine pixels on the outline too: about an eighth of a pixel along 52 px.
    assert mask.sum() == pytest.approx(100 + 52 / 8, abs=3)
    assert mask[12, 11] == 1
    assert mask[28, 18] == 0
    turn = rotation(np.radians([15, -10, 8]))
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(turn) == pytest.approx(1)


def test_mesh_errors_have_their_length():
    mesh = np.random.default_rng(1).uniform(0, 50, (300, 2))
    off = displace(mesh, "shared", 4, np.random.default_rng(2)) - mesh
    assert np.ptp(off, axis=0).max() < 1e-12
    assert np.hypot(*off[0]) == pytest.approx(4)
    off = displace(mesh, "smooth", 4, np.random.default_rng(2)) - mesh
    assert np.sqrt((off ** 2).sum(axis=1).mean()) == pytest.approx(4)
    field = smooth_field(np.array([[0.0, 0], [0.001, 0], [5, 5]]), 0.2, np.random.default_rng(3))
    assert np.abs(field[0] - field[1]).max() < 0.05
    with pytest.raises(ValueError, match="not a kind"):
        displace(mesh, "random", 1, None)


def test_mesh_files_serve_multiples_of_their_own_stride(capsys):
    assert mesh_arguments("meshes", "c.npy", 20)[-2:] == ("--vertex-stride", 4)
    with pytest.raises(ValueError, match="not a multiple of 5"):
        mesh_arguments("meshes", "c.npy", 7)
    assert mesh_error.parse(["--vertex-stride", "15"]).vertex_stride == 15
    for stride in ("7", "0", "x"):
        with pytest.raises(SystemExit):
            mesh_error.parse(["--vertex-stride", stride])
        assert "not a multiple of 5" in capsys.readouterr().err


def test_boxes_are_laid_on_each_other_by_one_scale():
    source, target = np.array([[0.0, 0], [2, 4]]), np.array([[10.0, 10], [30, 20]])
    np.testing.assert_allclose(
        apply(box_map(source, target), np.array([[1.0, 2], [0, 0]])), [[20, 15], [15, 5]]
    )
