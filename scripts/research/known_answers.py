#!/usr/bin/env python3
"""Compares the CMS of networks that read known regions of synthetic faces with the map that is
known to be true.

    scripts/research/known_answers.py

Three networks (one region, a product of two, a region and a suppressor:
scripts/research/study/known_networks.py) on synthetic faces whose meshes are known; the patch, the
stride, the error of the meshes, the vertices measured on each image and the number of images are
varied one at a time. Writes a table (Markdown) and a picture. A study that was stopped goes on
where it was.
"""

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from csm.result_file import ResultError
from csm.saved_maps import read_saved_maps
from PIL import Image
from study.canonical_face import make_canonical_face
from study.known_faces import content_of, draw_region, make_face, place_mesh
from study.known_figures import draw_maps
from study.known_networks import FIRST, NETWORKS, SECOND, export, true_map
from study.map_agreement import agree
from study.markdown import table
from study.mesh_files import (
    displace,
    mesh_arguments,
    write_canonical_mesh,
    write_meshes,
)
from study.program import (
    ROOT,
    Program,
    StudyError,
    add_program_options,
    keep_to,
    make_folder,
)

CANONICAL_SIZE = 192  # [px]
N_TYPICAL = 50        # random faces whose mean content counts as 1


@dataclass(frozen=True)
class Setting:
    """One run; `error`: kind and length [px on the input] of the meshes' errors, None for exact
    ones.
    """

    patch: int = 5
    stride: int = 20
    error: tuple | None = None
    budget: int | str = "all"
    n_images: int = 40

    @property
    def meshes(self):
        return "exact" if self.error is None else f"{self.error[0]}_{self.error[1]:g}"

    @property
    def name(self):
        return (
            f"patch{self.patch}_stride{self.stride}_{self.meshes}_{self.budget}"
            f"_images{self.n_images}"
        )


def main(argv=None):
    arguments = parse(argv)
    study = Study(arguments)
    settings, rows = list_settings(arguments.quick), []
    for name, setting in settings:
        found = {network: study.measure(network, setting) for network in NETWORKS}
        rows.append(describe(name, found))
        print(
            f"known_answers: {name}: "
            + ", ".join(f"{network} r = {a.pearson:.3f}" for network, a in found.items()),
            flush=True,
        )
    tables = arguments.output / "tables.md"
    tables.write_text(table(HEADER, rows) + "\n")
    print(tables.read_text())
    for path in (tables, draw_maps(study, [setting for _, setting in settings])):
        print(f"known_answers: {path}")
    return 0


def parse(argv):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=ROOT / "results/known_answers",
        help="folder (default: results/known_answers)",
    )
    parser.add_argument(
        "--face",
        type=Path,
        default=ROOT / "samples/faces/img",
        help="a folder with a portrait, for csm_mpi's canonical face (default: samples/faces/img)",
    )
    parser.add_argument("--quick", action="store_true", help="few images and settings")
    parser.add_argument("--seed", type=int, default=1, help="of faces and errors (default: 1)")
    add_program_options(parser)
    return parser.parse_args(argv)


def list_settings(is_quick):
    """(name, Setting) of every run, the usual one first."""
    base = Setting(n_images=6, stride=80) if is_quick else Setting()
    settings = [("base", base)]
    if is_quick:
        return [*settings, ("mesh off by 8 px, shared", replace(base, error=("shared", 8)))]
    settings += [(f"patch {patch} px", replace(base, patch=patch)) for patch in (3, 9, 15, 25)]
    settings += [(f"stride {stride}", replace(base, stride=stride)) for stride in (5, 80, 320)]
    settings += [
        (f"mesh off by {length} px, {kind}", replace(base, error=(kind, length)))
        for kind in ("shared", "smooth")
        for length in (1, 2, 4, 8)
    ]
    settings += [
        (f"{budget} vertices an image", replace(base, budget=budget))
        for budget in (256, 128, 64, 32)
    ]
    return settings + [(f"{n} images", replace(base, n_images=n)) for n in (1, 3, 10, 100)]


HEADER = [
    "setting",
    *(f"{name}: r ± 95 %" for name in NETWORKS),
    "region: share",
    "product: share",
    "suppressor: share",
    "rank of the first region",
    f"suppressor: mean of the {SECOND} / its error",
]


def describe(name, found):
    """The row of a setting; `found`: the Agreement of each network."""
    correlations = [
        f"{a.pearson:.3f}" + (f" ± {a.margin:.3f}" if np.isfinite(a.margin) else "")
        for a in found.values()
    ]
    mean, error = found["suppressor"].second
    return [
        name,
        *correlations,
        *(f"{a.share:.2f}" for a in found.values()),
        ", ".join(str(a.rank) for a in found.values()),
        f"{mean / error:.1f}" if np.isfinite(error) else "negative" if mean < 0 else "positive",
    ]


class Study:
    """The synthetic faces, their meshes and the networks, in the folder of the study."""

    def __init__(self, arguments):
        self.folder, self.seed = arguments.output, arguments.seed
        self.program = Program(arguments.program, arguments.ranks)
        keep_to(self.folder, quick=arguments.quick, seed=arguments.seed)
        self.canonical = make_canonical_face(
            self.program,
            self.folder,
            "--task",
            "gender_112",
            "--dataset",
            arguments.face,
            size=CANONICAL_SIZE,
        )
        n_faces = max(setting.n_images for _, setting in list_settings(arguments.quick))
        self.faces = [
            make_face(f"face_{i:03}", self.canonical, np.random.default_rng((self.seed, i)))
            for i in range(n_faces)
        ]
        self.unit = self.typical_content()
        pictures = self.folder / "pictures"
        pictures.mkdir(parents=True, exist_ok=True)
        for face in self.faces:
            Image.fromarray(face.picture).save(pictures / f"{face.name}.png")
        write_canonical_mesh(self.canonical, self.folder / "canonical.npy")
        for name in NETWORKS:
            export(name, self.unit, self.folder / f"{name}.pt")

    def typical_content(self):
        """(2) the mean over the picture of each region's mask, of random faces."""
        random = np.random.default_rng((self.seed, 10 ** 6))
        meshes = [place_mesh(self.canonical.surface, random) for _ in range(N_TYPICAL)]
        return np.array(
            [
                np.mean(
                    [
                        draw_region(mesh, self.canonical.triangles_of([region])).mean()
                        for mesh in meshes
                    ]
                )
                for region in (FIRST, SECOND)
            ]
        )

    def result(self, name, setting):
        """The result file of a network and a setting, made if it is not there."""
        meshes = self.folder / "meshes" / setting.meshes
        make_folder(
            meshes,
            lambda folder: write_meshes(
                folder, [face.name for face in self.faces], self.dense_meshes(setting.error)
            ),
        )
        manifest = self.folder / f"first_{setting.n_images}.csv"
        manifest.write_text(
            "\n".join(
                ["path", *(f"pictures/{face.name}.png" for face in self.faces[: setting.n_images])]
            )
            + "\n"
        )
        return self.program.run(
            self.folder / "results" / setting.name / f"{name}.h5",
            "--task",
            "gender_112",
            "--model",
            self.folder / f"{name}.pt",
            "--dataset",
            manifest,
            "--confidence",
            "logit",
            *mesh_arguments(meshes, self.folder / "canonical.npy", setting.stride),
            "--canonical-size",
            CANONICAL_SIZE,
            "--group-by",
            "none",
            "--save-cis",
            "--patch-size",
            setting.patch,
            "--vertices-per-image",
            setting.budget,
        )

    def dense_meshes(self, error):
        """The dense points of each face [px], off by an error of Setting."""
        exact = [self.canonical.dense(face.landmarks) for face in self.faces]
        return (
            [
                displace(mesh, *error, np.random.default_rng((self.seed, 7, i)))
                for i, mesh in enumerate(exact)
            ]
            if error
            else exact
        )

    def truth(self, name, n_images):
        """(S x S) the true map of the first images."""
        faces = self.faces[:n_images]
        return true_map(
            name,
            content_of(faces, self.unit),
            [face.amplitudes for face in faces],
            self.unit,
            self.canonical.pixel_regions,
            self.canonical.region(FIRST),
            self.canonical.region(SECOND),
        )

    def maps(self, name, setting):
        """The SavedMaps of a run."""
        return self.canonical.label(read_saved_maps(self.result(name, setting)))

    def measure(self, name, setting):
        return agree(self.maps(name, setting), self.truth(name, setting.n_images), FIRST, SECOND)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (ResultError, StudyError) as error:
        print(f"known_answers: {error}", file=sys.stderr)
        sys.exit(3)
