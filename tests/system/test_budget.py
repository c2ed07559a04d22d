"""--vertices-per-image and --quality: the sample of each image, its map, and the forwards that are counted."""

import conftest
import h5py
import numpy as np
import pytest
from reference_sample import measured_vertices
from test_closed_form import check_map, cis_of, expected_maps, run, strings, TOLERANCE
from test_embeddings import PERSONS
from same_results import check_same, contents
from test_ranks import results_of
import reference_maps as reference

N_USED = conftest.N_VERTICES // conftest.STRIDE
SIDE = 5 * conftest.SIZE / conftest.WIDTH


def sampled_maps(data, n_sample, seed, **options):
    """Returns {name: (CIS, C, drops)} of the vertices that each image's sample holds."""
    maps = {}
    for name, (_, _, _, _, drops) in expected_maps(data, **options).items():
        kept = measured_vertices(N_USED, n_sample, seed, f"images/{name}.png")
        drops = np.array([drop if i in kept else np.nan for i, drop in enumerate(drops)])
        maps[name] = (*reference.canonical_image_map(data.canonical(), drops, SIDE, conftest.SIZE), drops)
    return maps


@pytest.mark.parametrize("n_sample, seed", [(1, 1), (7, 1), (7, 2)])
def test_each_image_shows_its_sample(run_csm, data, tmp_path, n_sample, seed):
    maps = sampled_maps(data, n_sample, seed)
    with run(run_csm, data, tmp_path, "--vertices-per-image", n_sample, "--seed", seed) as file:
        images = file["entry/images"]
        for row, path in enumerate(strings(images["id"])):
            cis, _, drops = maps[path[7:-4]]
            np.testing.assert_allclose(np.nan_to_num(cis_of(file, row)), cis, rtol=0, atol=TOLERANCE * max(np.abs(cis).max(), 1e-6))
            assert images["n_vertices"][row] == np.isfinite(drops).sum()
        assert images["n_vertices"][:].max() == n_sample
        check_map(file["entry/cms"], list(maps.values()))
        # Pixels that no sample painted have no value, which is not the value 0.
        assert (file["entry/cms/count"][:].ravel() < conftest.N_IMAGES).any()


def test_as_many_vertices_as_there_are_give_the_full_map(run_csm, data, tmp_path):
    with run(run_csm, data, tmp_path / "full") as full, \
            run(run_csm, data, tmp_path / "many", "--vertices-per-image", N_USED) as many:
        for name in ("cms/cms", "cms/cms_errors", "cms/count", "convergence/forwards", "regions/mean"):
            np.testing.assert_array_equal(full[f"entry/{name}"], many[f"entry/{name}"])


def test_forwards_add_up_the_patches_of_the_images(run_csm, data, tmp_path):
    data.image(data.names[3]).write_bytes(b"")
    with run(run_csm, data, tmp_path, "--vertices-per-image", 9) as file:
        good = file["entry/images/status"].asstr()[:] == "ok"
        patches = np.cumsum(file["entry/images/n_computed"][:][good])
        counts = file["entry/convergence/image_count"][:]
        assert counts[-1] == conftest.N_IMAGES - 1
        np.testing.assert_array_equal(file["entry/convergence/forwards"], patches[counts - 1])


def test_both_images_of_a_pair_have_the_same_sample(run_csm, data, tmp_path):
    """With one mesh for all pictures a vertex is used in both or in neither, so a sample of n gives n vertices."""
    for name in data.names[1:]:
        (data.meshes / f"{name}.npy").write_bytes((data.meshes / f"{data.names[0]}.npy").read_bytes())
    pairs = data.folder / "pairs.csv"
    lines = [f"images/{a}.png,images/{b}.png,{i % 2},{i // 2 % 2 + 1}"
             for i, (a, b) in enumerate(zip(data.names, data.names[1:], strict=False))]
    pairs.write_text("\n".join(["path_a,path_b,same_person,fold", *lines]) + "\n")
    arguments = ("--model", data.folder / "embedding.pt", "--confidence", "verification", "--dataset", data.folder,
                 "--pairs", pairs, "--save-cis", "--vertices-per-image", 8)
    paths = results_of(run_csm, data, tmp_path, *arguments, ranks=(1, 3))
    check_same(paths)
    inside = [reference.is_on_input(x, y, conftest.HEIGHT, conftest.WIDTH) for x, y in data.vertices(data.names[0])]
    with h5py.File(paths[0]) as file:
        for row, pair in enumerate(strings(file["entry/images/id"])):
            kept = measured_vertices(N_USED, 8, 1, pair)
            assert file["entry/images/n_vertices"][row] == sum(inside[i] for i in kept)


def test_a_gallery_keeps_its_images_whatever_the_sample(run_csm, data, tmp_path):
    rows = [[f"images/{name}.png", PERSONS[i % 3]] for i, name in enumerate(data.names)]
    data.write_manifest(rows, "path,person")
    model = ("--model", data.folder / "embedding.pt", "--confidence", "cosine", "--gallery", data.manifest, "--label",
             "person")
    with run(run_csm, data, tmp_path / "full", *model) as full, \
            run(run_csm, data, tmp_path / "one", *model, "--vertices-per-image", 1) as one:
        for name in ("target", "confidence", "status"):
            assert list(full[f"entry/images/{name}"]) == list(one[f"entry/images/{name}"])


def test_presets(run_csm, data, tmp_path):
    """The test meshes have fewer vertices than any preset measures, so the maps are those of the full method."""
    paths = []
    for quality in ("full", "standard", "draft"):
        paths.append(tmp_path / quality / "result.h5")
        assert run_csm(*data.arguments(paths[-1], "--quality", quality)).returncode == 0
    maps = [contents(path) for path in paths]
    for found in maps[1:]:
        assert found["entry/cms/cms"] == maps[0]["entry/cms/cms"]


def test_sums_of_a_sample_are_refused(run_csm, data, tmp_path):
    result = run_csm(*data.arguments(tmp_path / "r.h5", "--quality", "draft", "--density-normalisation", "off"))
    assert result.returncode == 2
    assert len(conftest.error_lines(result)) == 1 and "--vertices-per-image" in result.stderr
