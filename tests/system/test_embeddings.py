"""Eq. (7) with a gallery and Eq. (8) with pairs, on a linear embedding whose every output is known in closed form."""

import itertools

import conftest
import h5py
import numpy as np
import pytest
import reference_maps as reference
from PIL import Image
from test_closed_form import TOLERANCE, check_map, cis_of, strings

PERSONS = ("anna", "ben", "carla")
PATCH = 5
SIDE = PATCH * conftest.SIZE / conftest.WIDTH


def embed(data, inputs):
    return (data.weight("embedding") * inputs).sum(axis=(1, 2, 3))


def clean_input(data, name):
    return reference.normalise(data.picture(name), conftest.MEAN, conftest.STD)


def occluded_embeddings(data, name):
    """Returns {vertex: embedding of the occluded image}."""
    clean = clean_input(data, name)
    copies = reference.occluded_inputs(clean, np.zeros_like(clean), data.vertices(name), PATCH)
    return {i: embed(data, occluded) for i, occluded in copies}


def paint(data, drops):
    values = np.full(len(data.canonical()), np.nan)
    values[list(drops)] = list(drops.values())
    return reference.canonical_image_map(data.canonical(), values, SIDE, conftest.SIZE)


def name_of(path):
    return path.split("/")[-1].removesuffix(".png")


@pytest.fixture
def persons(data):
    """Every image shows one of three persons, one person of a fourth name is alone."""
    of_name = {name: PERSONS[i % 3] for i, name in enumerate(data.names)}
    of_name[data.names[4]] = "dora"
    data.write_manifest([[f"images/{name}.png", person] for name, person in of_name.items()], "path,person")
    return of_name


def run(run_csm, data, tmp_path, *more, n_ranks=1):
    output = tmp_path / "result.h5"
    model = ("--model", data.folder / "embedding.pt", "--save-cis")
    result = run_csm(*data.arguments(output, *model, *more), n_ranks=n_ranks)
    assert result.returncode == 0, result.stderr
    return h5py.File(output)


def check_gallery_run(file, data, persons, gallery):
    """@param gallery {name: embedding} of the gallery's images."""
    images = file["entry/images"]
    maps = []
    for row, path in enumerate(strings(images["id"])):
        name = name_of(path)
        clean = embed(data, clean_input(data, name))
        entries = [(other, persons[other], embedding) for other, embedding in gallery.items()]
        nearest = reference.nearest_of_label(clean, persons[name], entries, name)
        if nearest is None:
            assert strings(images["status"])[row] == "no gallery image of this label"
            continue
        assert nearest[0] != name
        assert strings(images["target"])[row] == f"{nearest[0]}.png"
        conf = reference.cosine(clean, nearest[2])
        assert images["confidence"][row] == pytest.approx(conf, rel=1e-9)
        # The nearest image is chosen on the clean image and stays while the image is occluded.
        drops = {i: conf - reference.cosine(value, nearest[2]) for i, value in occluded_embeddings(data, name).items()}
        cis, count = paint(data, drops)
        np.testing.assert_allclose(np.nan_to_num(cis_of(file, row)), cis, rtol=0, atol=TOLERANCE * np.abs(cis).max())
        maps.append((cis, count))
    check_map(file["entry/cms"], maps)
    return len(maps)


def test_the_gallery_image_is_the_nearest_of_the_label_but_not_itself(run_csm, data, tmp_path, persons):
    gallery = {name: embed(data, clean_input(data, name)) for name in persons}
    with run(run_csm, data, tmp_path, "--confidence", "cosine", "--gallery", data.manifest, "--label", "person") as file:
        assert check_gallery_run(file, data, persons, gallery) == conftest.N_IMAGES - 1


def test_a_small_gallery_of_sub_folders_without_the_images_own_copies(run_csm, data, tmp_path, persons):
    folder = tmp_path / "gallery"
    chosen = data.names[:3] + data.names[5:7]
    for name in chosen:
        (folder / persons[name]).mkdir(parents=True, exist_ok=True)
        Image.open(data.image(name)).save(folder / persons[name] / f"{name}.bmp")
    with run(run_csm, data, tmp_path, "--confidence", "cosine", "--gallery", folder, "--label", "person", "--max-failures",
             0.4) as file:
        images = file["entry/images"]
        for path, target, status in zip(*(strings(images[name]) for name in ("id", "target", "status")), strict=True):
            name = name_of(path)
            others = [f"{other}.bmp" for other in chosen if other != name and persons[other] == persons[name]]
            if others:
                # The copies are other files with the same pixels.
                assert target in others
            else:
                assert status == "no gallery image of this label"
        failed = [name_of(path) for path, status in zip(strings(images["id"]), strings(images["status"]), strict=True)
                  if status != "ok"]
        assert sorted(failed) == sorted([data.names[1], data.names[4]]), "ben's only copy is his own; dora has none"
        assert any("for 1 of 11 images the gallery" in remark for remark in strings(file["entry/remarks"]))


def test_without_a_gallery_the_clean_image_is_the_reference(run_csm, data, tmp_path):
    with run(run_csm, data, tmp_path, "--confidence", "cosine") as file:
        images = file["entry/images"]
        assert set(strings(images["target"])) == {"itself"}
        np.testing.assert_allclose(images["confidence"], 1, rtol=1e-12)
        assert any("No gallery" in remark for remark in strings(file["entry/remarks"]))
        for row, path in enumerate(strings(images["id"])):
            clean = embed(data, clean_input(data, name_of(path)))
            drops = {i: 1 - reference.cosine(v, clean) for i, v in occluded_embeddings(data, name_of(path)).items()}
            cis, _ = paint(data, drops)
            np.testing.assert_allclose(np.nan_to_num(cis_of(file, row)), cis, rtol=0, atol=TOLERANCE * np.abs(cis).max())


def write_pairs(data, pairs, with_fold=True):
    """@param pairs [(name, name, same_person, fold)]"""
    path = data.folder / "pairs.csv"
    lines = ["path_a,path_b,same_person" + (",fold" if with_fold else "")]
    for first, second, same, fold in pairs:
        lines.append(f"images/{first}.png,images/{second}.png,{same}" + (f",{fold}" if with_fold else ""))
    path.write_text("\n".join(lines) + "\n")
    return path


def thresholds_of(file):
    """Returns {fold: threshold} from the remarks, which have six decimals."""
    remarks = [remark.split("'") for remark in strings(file["entry/remarks"]) if remark.startswith("Fold '")]
    return {parts[1]: float(parts[2].split(" is ")[1].split(" ")[0]) for parts in remarks}


def check_pair_run(file, data, pairs, fold_of, training_of):
    """Checks thresholds, confidences and maps. @param training_of fold -> its training pairs"""
    cosine = {(a, b): reference.cosine(embed(data, clean_input(data, a)), embed(data, clean_input(data, b)))
              for a, b, *_ in pairs}
    thresholds = {}
    images = file["entry/images"]
    ids = [tuple(name_of(part) for part in pair.split("|")) for pair in strings(images["id"])]
    of_pair = {(a, b): (same, fold) for a, b, same, fold in pairs}
    for fold, found in thresholds_of(file).items():
        scored = [(cosine[a, b], bool(same)) for a, b, same, _ in training_of(fold)]
        values = sorted(value for value, _ in scored)
        steps = [values[0] - 1, *((x + y) / 2 for x, y in itertools.pairwise(values)), values[-1] + 1]
        best = max(reference.accuracy(scored, step) for step in steps)
        assert reference.accuracy(scored, found) == best, f"fold {fold}"
        thresholds[fold] = found
    maps = []
    for row, pair in enumerate(ids):
        same, _ = of_pair[pair]
        sign = 1 if same else -1
        fold = fold_of(row, pair)
        conf = sign * (cosine[pair] - thresholds[fold])
        assert images["confidence"][row] == pytest.approx(conf, abs=1e-6)  # the remark's decimals
        assert strings(images["target"])[row] == ("same" if same else "different")
        assert strings(images["predicted"])[row] == ("same" if cosine[pair] > thresholds[fold] else "different")
        first, second = occluded_embeddings(data, pair[0]), occluded_embeddings(data, pair[1])
        # The threshold cancels in the drop; only vertices that both images show count.
        drops = {i: sign * (cosine[pair] - reference.cosine(first[i], second[i])) for i in first.keys() & second.keys()}
        cis, count = paint(data, drops)
        np.testing.assert_allclose(np.nan_to_num(cis_of(file, row)), cis, rtol=0, atol=TOLERANCE * np.abs(cis).max())
        maps.append((cis, count))
    check_map(file["entry/cms"], maps)
    return thresholds


@pytest.fixture
def pairs(data):
    """Twelve pairs in three folds; the label follows the cosine with two exceptions, so that no threshold is perfect."""
    names = data.names
    chosen = [(names[i], names[j]) for i, j in itertools.combinations(range(6), 2)][:12]
    ranked = sorted(chosen, key=lambda p: reference.cosine(embed(data, clean_input(data, p[0])), embed(data, clean_input(data, p[1]))))
    return [(a, b, int((rank >= 6) != (rank in (3, 8))), rank % 3 + 1) for rank, (a, b) in enumerate(ranked)]


def test_each_fold_takes_its_threshold_from_the_others(run_csm, data, tmp_path, pairs):
    path = write_pairs(data, pairs)
    with run(run_csm, data, tmp_path, "--dataset", data.folder, "--pairs", path, "--confidence", "verification") as file:
        folds = {(a, b): str(fold) for a, b, _, fold in pairs}
        thresholds = check_pair_run(file, data, pairs, lambda row, pair: folds[pair],
                                    lambda fold: [p for p in pairs if str(p[3]) != fold])
        assert len(thresholds) == 3 and len(set(thresholds.values())) > 1


def test_the_training_pairs_give_the_threshold_and_are_not_painted(run_csm, data, tmp_path, pairs):
    parted = [(a, b, same, "train" if fold != 2 else "test") for a, b, same, fold in pairs]
    path = write_pairs(data, parted)
    with run(run_csm, data, tmp_path, "--dataset", data.folder, "--pairs", path, "--confidence", "verification") as file:
        assert file["entry/n_images"][()] == sum(fold == "test" for *_, fold in parted)
        # A single test fold is split by position into the halves a and b; both learn from the training pairs.
        training = [p for p in parted if p[3] == "train"]
        check_pair_run(file, data, parted, lambda row, pair: "ab"[row % 2], lambda fold: training)


def test_without_folds_each_half_learns_from_the_other(run_csm, data, tmp_path, pairs):
    path = write_pairs(data, pairs, with_fold=False)
    with run(run_csm, data, tmp_path, "--dataset", data.folder, "--pairs", path, "--confidence", "verification") as file:
        ids = [tuple(name_of(part) for part in pair.split("|")) for pair in strings(file["entry/images/id"])]
        half = {pair: "ab"[row % 2] for row, pair in enumerate(ids)}
        check_pair_run(file, data, pairs, lambda row, pair: half[pair],
                       lambda fold: [p for p in pairs if half[p[0], p[1]] != fold])


def test_pairs_of_one_kind_give_no_threshold(run_csm, data, tmp_path, pairs):
    path = write_pairs(data, [(a, b, 1, fold) for a, b, _, fold in pairs])
    output = tmp_path / "result.h5"
    result = run_csm(*data.arguments(output, "--model", data.folder / "embedding.pt", "--dataset", data.folder,
                                     "--pairs", path, "--confidence", "verification"), n_ranks=2)
    assert result.returncode == 2
    assert len(conftest.error_lines(result)) == 1
    assert "are of one person" in result.stderr and "pairs.csv" in result.stderr
    assert not output.exists()
