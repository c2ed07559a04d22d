"""Maps of linear networks against the equations: the drop of every patch is known in closed form."""

import conftest
import h5py
import numpy as np
import pytest
import reference_maps as reference

# The program stores float32 maps (half a unit in the last place: 6e-8) of sums in units of 2^-36; the logits are exact.
TOLERANCE = 1e-6


def strings(dataset):
    return dataset.asstr()[:].tolist()


def cis_of(file, row):
    """The map of an image by its row in /entry/images; images that failed have none."""
    order = file["entry/images/order"][row]
    return file["entry/cis/cis"][np.flatnonzero(file["entry/cis/order"][:] == order)[0]]


def maps_of_picture(data, weight, picture, vertices, confidence="log_odds", patch=5, stride=conftest.STRIDE, fill=None,
                    density=True):
    """Returns (CIS, C, conf, predicted, drops) of a network input by the equations; vertices in its px."""
    clean = reference.normalise(picture, conftest.MEAN, conftest.STD)
    filled = np.zeros_like(clean) if fill is None else np.broadcast_to(fill, clean.shape)
    logits = (weight * clean).sum(axis=(1, 2, 3))
    target = int(np.argmax(logits))

    def conf(values):
        if confidence == "log_odds":
            return values[target] - np.log(np.exp(np.delete(values, target)).sum())
        return values[target] if confidence == "logit" else reference.softmax(values)[target]

    drops = np.full(len(vertices), np.nan)
    for i, occluded in reference.occluded_inputs(clean, filled, vertices, patch):
        drops[i] = conf(logits) - conf((weight * occluded).sum(axis=(1, 2, 3)))
    side = patch * conftest.SIZE / conftest.WIDTH
    cis, count = reference.canonical_image_map(data.canonical(stride), drops, side, conftest.SIZE, density)
    return cis, count, conf(logits), conftest.GENDERS[target], drops


def expected_maps(data, confidence="log_odds", stride=conftest.STRIDE, **options):
    """Returns {name: (CIS, C, conf, predicted, drops)} of the data set, whose pictures have the size of the input."""
    maps = {}
    for name in data.names:
        vertices = np.load(data.meshes / f"{name}.npy")[::stride, :2]
        maps[name] = maps_of_picture(data, data.weight("classifier"), data.picture(name), vertices, confidence,
                                     stride=stride, **options)
    return maps


def check_against(file, maps):
    """Compares a result file that was made with --save-cis with the expected maps."""
    images = file["entry/images"]
    names = [path.split("/")[-1].removesuffix(".png") for path in strings(images["id"])]
    assert sorted(names) == sorted(maps)
    assert len(set(names)) == len(names)
    for row, name in enumerate(names):
        cis, count, confidence, predicted, drops = maps[name]
        scale = np.abs(cis).max()
        np.testing.assert_allclose(np.nan_to_num(cis_of(file, row)), cis, rtol=0, atol=TOLERANCE * scale, err_msg=name)
        np.testing.assert_array_equal(np.isnan(cis_of(file, row)), count == 0, err_msg=name)
        assert images["confidence"][row] == pytest.approx(confidence, rel=1e-12)
        assert images["max_drop"][row] == pytest.approx(np.nanmax(drops), rel=1e-9, abs=1e-12)
        assert images["min_drop"][row] == pytest.approx(np.nanmin(drops), rel=1e-9, abs=1e-12)
        assert images["n_vertices"][row] == np.isfinite(drops).sum()
        assert strings(images["predicted"])[row] == predicted
    check_map(file["entry/cms"], list(maps.values()))


def check_map(group, maps):
    mean, error, n = reference.canonical_model_map([m[0] for m in maps], [m[1] for m in maps])
    np.testing.assert_array_equal(group["count"], n)
    np.testing.assert_allclose(group["cms"], mean, rtol=0, atol=TOLERANCE * np.abs(mean).max())
    np.testing.assert_array_equal(np.isnan(group["cms_errors"]), n < 2)
    # The variance is a difference of sums in units of 2^-56, hence the looser bound.
    np.testing.assert_allclose(group["cms_errors"], error, rtol=1e-4, atol=1e-5 * np.nanmax(error), equal_nan=True)


def run(run_csm, data, tmp_path, *more, n_ranks=1):
    output = tmp_path / "result.h5"
    result = run_csm(*data.arguments(output, "--save-cis", *more), n_ranks=n_ranks)
    assert result.returncode == 0, result.stderr
    return h5py.File(output)


@pytest.mark.parametrize("confidence", ["log_odds", "probability", "logit"])
def test_the_maps_follow_the_equations(run_csm, data, tmp_path, confidence):
    maps = expected_maps(data, confidence)
    n_doubles = sum(len(m[4]) for m in maps.values())
    with run(run_csm, data, tmp_path, "--confidence", confidence) as file:
        check_against(file, maps)
        assert {m[3] for m in maps.values()} == set(conftest.GENDERS), "the test data must show both classes"
        # Vertices 1 and 2 share one place, so patches are fewer than vertices.
        assert (file["entry/images/n_patches"][:] < file["entry/images/n_vertices"][:]).all()
        assert file["entry/images/n_vertices"][:].sum() < n_doubles, "some vertices must lie outside the input"


def test_density_normalisation_off_keeps_the_sums(run_csm, data, tmp_path):
    with run(run_csm, data, tmp_path, "--density-normalisation", "off") as file:
        check_against(file, expected_maps(data, density=False))


@pytest.mark.parametrize("patch", [1, 4, 16])
def test_patch_sizes(run_csm, data, tmp_path, patch):
    with run(run_csm, data, tmp_path, "--patch-size", patch) as file:
        check_against(file, expected_maps(data, patch=patch))


@pytest.mark.parametrize("stride", [1, 3])
def test_vertex_strides(run_csm, data, tmp_path, stride):
    with run(run_csm, data, tmp_path, "--vertex-stride", stride) as file:
        check_against(file, expected_maps(data, stride=stride))


@pytest.mark.parametrize("fill, rgb", [("zero", (0, 0, 0)), ("FF8000", (255, 128, 0))])
def test_fill_colours(run_csm, data, tmp_path, fill, rgb):
    colour = ((np.array(rgb) - conftest.MEAN) / conftest.STD)[:, None, None]
    with run(run_csm, data, tmp_path, "--confidence", "logit", "--fill", fill) as file:
        check_against(file, expected_maps(data, "logit", fill=colour))


def test_noise_depends_on_the_seed_and_the_image_only(run_csm, data, tmp_path):
    maps = []
    for n, (seed, n_ranks) in enumerate([(1, 1), (1, 2), (2, 1)]):
        folder = tmp_path / str(n)
        with run(run_csm, data, folder, "--fill", "noise", "--seed", seed, n_ranks=n_ranks) as file:
            order = np.argsort(strings(file["entry/images/id"]))
            maps.append(np.nan_to_num(file["entry/cis/cis"][:][order]))
    np.testing.assert_array_equal(maps[0], maps[1])
    assert (maps[0] != maps[2]).any(axis=(1, 2)).all()


def test_a_bgr_network_sees_swapped_channels(run_csm, data, tmp_path):
    bgr = conftest.contract()
    bgr["input"] = bgr["input"] | {"colour": "bgr", "mean": conftest.MEAN[::-1], "std": conftest.STD[::-1]}
    weight = data.weight("classifier")
    conftest.save_model(data.folder / "bgr.pt", conftest.LINEAR, weight[:, ::-1].copy(), the_contract=bgr)
    with run(run_csm, data, tmp_path, "--model", data.folder / "bgr.pt") as file:
        check_against(file, expected_maps(data))


@pytest.mark.parametrize("group_by, column", [("predicted", None), ("gender", 1), ("label", 1)])
def test_group_maps(run_csm, data, tmp_path, group_by, column):
    maps = expected_maps(data)
    of_image = {row[0].split("/")[-1].removesuffix(".png"): row for row in data.rows()}
    with run(run_csm, data, tmp_path, "--group-by", group_by) as file:
        check_against(file, maps)
        for group in conftest.GENDERS:
            members = [m for name, m in maps.items() if (of_image[name][column] if column else m[3]) == group]
            assert 1 < len(members) < len(maps)
            check_map(file[f"entry/groups/{group}"], members)
            assert file[f"entry/groups/{group}/n_images"][()] == len(members)


def test_target_label_measures_the_true_class(run_csm, data, tmp_path):
    weight = data.weight("classifier")
    with run(run_csm, data, tmp_path, "--target", "label", "--confidence", "logit") as file:
        images = file["entry/images"]
        rows = {row[0]: row for row in data.rows()}
        for i, path in enumerate(strings(images["id"])):
            if rows[path][1] == "":
                assert strings(images["status"])[i] == "label missing"
                continue
            assert strings(images["target"])[i] == rows[path][1]
            clean = reference.normalise(data.picture(path[7:-4]), conftest.MEAN, conftest.STD)
            logit = (weight * clean).sum(axis=(1, 2, 3))[conftest.GENDERS.index(rows[path][1])]
            assert images["confidence"][i] == pytest.approx(logit, rel=1e-12)


@pytest.mark.parametrize("scale", [1.1, 1.3])  # at 1 the outermost vertex lies on the very edge
def test_the_face_box_crop(run_csm, data, tmp_path, scale):
    """The square around the mesh, warped with OpenCV's fixed-point steps, black beyond the picture."""
    from reference_cms import face_box_crop

    cropped = conftest.contract(crop={"rule": "face_box", "scale": scale})
    weight = data.weight("classifier")
    conftest.save_model(data.folder / "cropped.pt", conftest.LINEAR, weight, the_contract=cropped)
    maps = {}
    for name in data.names:
        picture, vertices = face_box_crop(data.picture(name), data.vertices(name), scale, conftest.HEIGHT, conftest.WIDTH)
        maps[name] = maps_of_picture(data, weight, picture, vertices)
    with run(run_csm, data, tmp_path, "--model", data.folder / "cropped.pt") as file:
        check_against(file, maps)


def test_a_whole_image_is_resized_and_its_vertices_with_it(run_csm, data, tmp_path):
    """Pictures of three times the size, every pixel a 3 x 3 block: the resized picture is the old one."""
    for name in data.names:
        large = data.picture(name).repeat(3, axis=0).repeat(3, axis=1)
        conftest.Image.fromarray(large).save(data.image(name))
        np.save(data.meshes / f"{name}.npy", np.load(data.meshes / f"{name}.npy") * [3, 3, 1])
    maps = {}
    for name in data.names:
        picture = data.picture(name)[1::3, 1::3]
        maps[name] = maps_of_picture(data, data.weight("classifier"), picture, data.vertices(name) / 3)
    with run(run_csm, data, tmp_path) as file:
        check_against(file, maps)
