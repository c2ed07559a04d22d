"""Runs csm_test on many columns of random groups, on maps of a result file or changed copies."""

import argparse
import csv
import subprocess
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from csm.result_schema import at
from csm.saved_maps import names_of_maps

from study.program import PROGRAM, StudyError, environment

LEVEL = 0.05  # corrected p that counts as found
COLUMNS_AT_ONCE = 50  # of one start of csm_test; a campaign that was stopped goes on with the next


@dataclass(frozen=True)
class Images:
    """The images of a result file with a map, in the order of the maps, and who they show."""

    path: Path
    ids: list
    persons: list

    def rows_of_person(self):
        """{person: rows of the images}, in the order of the first image."""
        rows = {}
        for row, person in enumerate(self.persons):
            rows.setdefault(person, []).append(row)
        return rows


@dataclass(frozen=True)
class Found:
    """What csm_test says of one column with two groups."""

    p_tfce: float  # smallest over the face, corrected
    p_fwe: float  # of the largest |t| over the face
    p_region: float  # smallest of the regions, corrected
    largest_t: float
    tfce: np.ndarray  # (T x T) p of each place, NaN where it was not tested
    p_of_region: dict  # {region: corrected p}
    difference_of_region: dict  # {region: first group's mean less the second's}
    n_persons: tuple  # of the two groups


def campaign_parser(about, exchanges=True):
    """A parser with what every campaign takes: maps, folder, exchanges (of tests only), seed and
    ranks."""
    parser = argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("result", type=Path, metavar="RESULT.h5", help="maps of many persons")
    parser.add_argument(
        "--output",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="folder of the findings and the table",
    )
    if exchanges:
        parser.add_argument(
            "--permutations",
            type=int,
            default=199,
            help="(default: 199; the test is exact at any number)",
        )
    parser.add_argument("--seed", type=int, default=1, help="of the splits (default: 1)")
    parser.add_argument(
        "--ranks",
        type=int,
        default=1,
        help="of csm_test (default: 1); the numbers do not depend on it",
    )
    return parser


def read_images(path):
    """The images of a result of --save-cis. Who they show is in the list that its run read: that of
    --manifest, --dataset itself, or the manifest.csv in that folder.
    Errors: StudyError if the file is not there, or names no persons.
    """
    if not Path(path).is_file():
        raise StudyError(f"{path} does not exist. Give a result of csm_mpi --save-cis.")
    with h5py.File(path) as file:
        ids = names_of_maps(file)
        dataset, manifest = (
            Path(file[at("options")][name].asstr()[()]) for name in ("dataset", "manifest")
        )
    if str(manifest) == "none":
        manifest = dataset if dataset.is_file() else dataset / "manifest.csv"
    if not manifest.is_file():
        raise StudyError(f"{manifest} does not exist. It must name the person of each image.")
    with manifest.open(newline="") as file:
        person_of = {row["path"]: row.get("identity") for row in csv.DictReader(file)}
    if not all(person_of.get(image) for image in ids):
        raise StudyError(f"{manifest} lacks the identity of some images of {path}.")
    return Images(Path(path), ids, [person_of[image] for image in ids])


def write_copies(images, rows, copies, path):
    """A result file with changed copies of some maps beside the maps themselves, for csm_test.

    rows: of the maps that are taken; copies: {name: function of a map (S x S) that gives the
    changed one}. Returns the Images of the file; the id of a copy is NAME/ID.
    """
    names = ["", *copies]
    taken = Images(
        Path(path),
        [f"{name}/{images.ids[row]}".lstrip("/") for name in names for row in rows],
        [images.persons[row] for _ in names for row in rows],
    )
    if taken.path.is_file():
        return taken
    part = taken.path.with_suffix(".part")
    with h5py.File(images.path) as source, h5py.File(part, "w") as file:
        for name in source[at("")]:
            if name not in ("images", "cis", "convergence", "failures"):
                source.copy(f"{at('')}/{name}", file.require_group(at("")))
        _copy_maps(source, file, rows, [lambda one: one, *copies.values()])
        _copy_rows(source, file, rows, taken.ids, len(names))
    part.rename(taken.path)
    return taken


def _copy_maps(source, file, rows, changes):
    maps = source[at("cis/cis")]
    side = maps.shape[1]
    copied = file.create_dataset(
        at("cis/cis"),
        (len(rows) * len(changes), side, side),
        "f4",
        chunks=(1, side, side),
        compression="gzip",
        compression_opts=1,
    )
    copied.attrs.update(maps.attrs)
    for place, row in enumerate(rows):
        one = maps[row]
        for k, change in enumerate(changes):
            copied[k * len(rows) + place] = change(one)
    source.copy(f"{at('cis')}/pixel_weights", file[at("cis")])
    file[at("cis/order")] = np.arange(len(copied))


def _copy_rows(source, file, rows, ids, n_copies):
    row_of = {order: row for row, order in enumerate(source[at("images/order")][:].tolist())}
    own = [row_of[order] for order in source[at("cis/order")][:][rows].tolist()] * n_copies
    file[at("images/order")] = np.arange(len(ids))
    file.create_dataset(at("images/id"), data=ids, dtype=h5py.string_dtype())
    for name in ("label", "predicted", "target", "confidence", "status"):
        column = source[at(f"images/{name}")]
        file.create_dataset(at(f"images/{name}"), data=column[:][own], dtype=column.dtype)


def run_tests(images, splits, folder, exchange_by, permutations, ranks):
    """What csm_test finds in each split. splits: a list of {row of an image: name of its group}.

    Errors: StudyError with the program's own message.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for first in range(0, len(splits), COLUMNS_AT_ONCE):
        part = splits[first : first + COLUMNS_AT_ONCE]
        names = [f"split_{first + k:03}" for k in range(len(part))]
        output = folder / f"{names[0]}_{exchange_by}.h5"
        if not _has(output, names):
            manifest = folder / f"{names[0]}.csv"
            write_columns(manifest, images, dict(zip(names, part)))
            run_csm_test(
                images.path,
                manifest,
                output,
                ranks,
                "--group-by",
                ",".join(names),
                "--exchange-by",
                exchange_by,
                "--permutations",
                permutations,
            )
            print(f"group_tests: {output}", flush=True)
        found += read_findings(output, names)
    return found


def _has(path, columns):
    """Whether a file of findings has these columns: that of a smaller campaign has fewer."""
    if not path.is_file():
        return False
    with h5py.File(path) as file:
        return all(f"entry/findings/{column}" in file for column in columns)


def write_columns(path, images, columns):
    """A CSV with the path and identity of each image and {column: {row: value}}."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["path", "identity", *columns])
        for row, (image, person) in enumerate(zip(images.ids, images.persons)):
            writer.writerow([image, person, *(groups.get(row, "") for groups in columns.values())])


def run_csm_test(result, manifest, output, ranks, *options):
    """Starts csm_test on a result. Errors: StudyError with the program's own message."""
    program = PROGRAM.with_name("csm_test")
    if not program.is_file():
        raise StudyError(f"{program} does not exist. Build with scripts/build.sh.")
    command = [
        "mpirun",
        "--oversubscribe",
        "-n",
        ranks,
        program,
        result,
        "--dataset",
        manifest.parent,
        "--manifest",
        manifest,
        "--output",
        output,
        "--overwrite",
        *options,
    ]
    finished = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, env=environment(), check=False
    )
    if finished.returncode != 0:
        # The launcher adds a report of its own.
        own = [line for line in finished.stderr.splitlines() if line.startswith("csm: ")]
        said = " ".join(own) or finished.stderr.strip()
        raise StudyError(f"csm_test ended with {finished.returncode}: {said}")


def read_findings(path, columns):
    """The Found of the columns of a file of csm_test, the first pair of groups of each.

    Maps of p are in single precision, in which .05 is a little more than in double precision.
    """
    found = []
    with h5py.File(path) as file:
        for column in columns:
            group = file[f"entry/findings/{column}"]
            pair = next((item for item in group.values() if "p_tfce" in item), None)
            if pair is None:
                raise StudyError(f"{path}: {column} was not tested: {group['remarks'].asstr()[:]}")
            regions = pair["regions"]
            names = regions["name"].asstr()[:].tolist()
            by_region = dict(zip(names, regions["p_fwe"][:].tolist(), strict=True))
            differences = dict(zip(names, regions["difference"][:].tolist(), strict=True))
            found.append(
                Found(
                    float(pair["p_map"][()]),
                    round(float(np.nanmin(pair["p_fwe"][:])), 6),
                    min(by_region.values()),
                    float(np.nanmax(np.abs(pair["t"][:]))),
                    pair["p_tfce"][:],
                    by_region,
                    differences,
                    tuple(pair["n_persons"][:].tolist()),
                )
            )
    return found


def coarsen(values, side):
    """Means (side x side) of the blocks of pixels of values (S x S) that csm_test tests as places;
    beyond the last pixel they are 0."""
    block = -(-values.shape[0] // side)
    padded = np.pad(values, (0, side * block - values.shape[0]))
    return padded.reshape(side, block, side, block).mean(axis=(1, 3))


def area_found(found, area):
    """The share of the tested part of an area that is called different; 0 if none was tested."""
    tested = area & ~np.isnan(found.tfce)
    return float((found.tfce[tested] <= LEVEL).mean()) if tested.any() else 0.0
