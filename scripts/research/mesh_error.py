#!/usr/bin/env python3
"""Measures how the CMS of a network blurs if the meshes are wrong, or if faces are aligned by less
than a mesh.

    scripts/research/mesh_error.py    # the gender network, the sample faces
    scripts/research/mesh_error.py --model results/planted_cues/networks/chin_spot_1_1.pt \\
        --cue chin_spot --patch-size 5

The meshes are off by --errors px of the network's input, all points of an image by one vector or
each by its own smooth noise; or the canonical face is laid on an image by five key points, by the
box of the face, or not at all (section 5.6 of the paper). The pictures are cut out by the exact
meshes before, so that the network sees the same in every run. Writes a table (Markdown) and a
picture. A study that was stopped goes on where it was.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from csm import reference_fit
from csm.contract import load_model, save_model
from csm.result_file import ResultError
from csm.saved_maps import read_saved_maps
from PIL import Image
from study.alignments import ALIGNMENTS, align
from study.blur_figures import draw
from study.blur_scores import EXACT, compare, top_regions
from study.canonical_face import make_canonical_face
from study.cues import CUES, plant
from study.faces import apply, read_faces
from study.markdown import table
from study.mesh_files import (
    ERRORS,
    FILE_STRIDE,
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
N_WATCHED = 3         # regions whose share is reported if no cue is planted


def main(argv=None):
    arguments = parse(argv)
    study = Study(arguments)
    maps = {name: study.map(name) for name in study.meshes}
    watched = CUES[arguments.cue] if arguments.cue else top_regions(maps[EXACT], N_WATCHED)
    blurs = {name: compare(found, maps[EXACT], watched) for name, found in maps.items()}
    rows = [
        [
            name,
            f"{b.pearson:.2f} ± {b.margin:.2f}",
            f"{b.peak:.2f}",
            f"{100 * b.spread:.0f} %",
            f"{b.order:.2f}",
            f"{b.share:.2f}",
        ]
        for name, b in blurs.items()
    ]
    text = table(
        [
            "meshes",
            "r with the exact map ± 95 %",
            "peak",
            "spread",
            "order of the regions",
            f"share of {', '.join(watched)}",
        ],
        rows,
    )
    path = arguments.output / "tables.md"
    path.write_text(text + "\n")
    print(text)
    picture = draw(study.canonical.pixel_regions > 0, maps, blurs, arguments.output / "maps.png")
    print(f"mesh_error: {len(study.faces)} images; {path}\nmesh_error: {picture}")
    return 0


def parse(argv):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--model",
        type=Path,
        default=ROOT / "models/gender.pt",
        help="classifier (default: models/gender.pt)",
    )
    parser.add_argument(
        "--dataset",
        type=Path,
        default=ROOT / "samples/faces/img",
        help="folder of photographs (default: samples/faces/img)",
    )
    parser.add_argument("--limit", type=int, help="photographs used (default: all)")
    parser.add_argument("--cue", choices=tuple(CUES), help="plant this cue on every face")
    parser.add_argument(
        "--errors",
        type=lambda text: [float(part) for part in text.split(",")],
        default=[1.0, 2.0, 4.0, 8.0],
        help="[px] (default: 1,2,4,8)",
    )
    parser.add_argument("--patch-size", type=int, default=8, help="[px] (default: 8)")
    parser.add_argument(
        "--vertex-stride",
        type=parse_stride,
        default=20,
        help=f"a multiple of {FILE_STRIDE} (default: 20)",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=ROOT / "results/mesh_error",
        help="folder (default: results/mesh_error)",
    )
    parser.add_argument("--seed", type=int, default=1, help="of the errors (default: 1)")
    add_program_options(parser)
    return parser.parse_args(argv)


def parse_stride(text):
    """A stride of the dense points that the mesh files can serve."""
    if not text.isdecimal() or int(text) < 1 or int(text) % FILE_STRIDE:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a multiple of {FILE_STRIDE}, and the mesh files hold every "
            f"{FILE_STRIDE}th point only"
        )
    return int(text)


class Study:
    """The network's inputs, the meshes of each kind by name, and the folder of the results."""

    def __init__(self, arguments):
        self.arguments, self.folder = arguments, arguments.output
        self.program = Program(arguments.program, arguments.ranks)
        keep_to(
            self.folder,
            model=arguments.model,
            dataset=arguments.dataset,
            limit=arguments.limit,
            cue=arguments.cue,
            patch_size=arguments.patch_size,
            vertex_stride=arguments.vertex_stride,
            seed=arguments.seed,
        )
        self.canonical = make_canonical_face(
            self.program,
            self.folder,
            "--task",
            "gender_112",
            "--dataset",
            arguments.dataset,
            size=CANONICAL_SIZE,
        )
        self.faces = read_faces(arguments.dataset, arguments.limit)
        self.model = self.folder / "whole_image.pt"
        network, contract = load_model(arguments.model)
        if not self.model.is_file():
            save_model(network, contract | {"crop": {"rule": "whole_image"}}, self.model)
        to_input = [
            reference_fit.crop_map(reference_fit.Fit(face.landmarks, 0.0, 1), contract)
            for face in self.faces
        ]
        self.write_pictures(to_input, contract["input"]["height"], contract["input"]["width"])
        self.meshes = self.make_meshes(to_input)
        write_canonical_mesh(self.canonical, self.folder / "canonical.npy")

    def write_pictures(self, to_input, height, width):
        """The network's inputs as pictures."""
        pictures = self.folder / "pictures"
        pictures.mkdir(parents=True, exist_ok=True)
        for face, affine in zip(self.faces, to_input):
            shown = plant(face, self.arguments.cue, self.canonical) if self.arguments.cue else face
            Image.fromarray(
                np.clip(
                    np.rint(reference_fit.warp(shown.picture, affine, height, width)), 0, 255
                ).astype(np.uint8)
            ).save(pictures / f"{face.name}.png")

    def make_meshes(self, to_input):
        """{name: dense points of each image [px of the input]}."""
        landmarks = [apply(affine, face.landmarks) for face, affine in zip(self.faces, to_input)]
        exact = [self.canonical.dense(points) for points in landmarks]
        found = {EXACT: exact}
        for kind in ERRORS:
            for length in self.arguments.errors:
                found[f"off by {length:g} px, {kind}"] = [
                    displace(mesh, kind, length, np.random.default_rng((self.arguments.seed, i)))
                    for i, mesh in enumerate(exact)
                ]
        whole = [
            np.column_stack(
                [
                    affine[:, :2] @ face.to_portrait[:, :2],
                    affine[:, :2] @ face.to_portrait[:, 2] + affine[:, 2],
                ]
            )
            for face, affine in zip(self.faces, to_input)
        ]
        for kind in ALIGNMENTS:
            found[f"alignment: {kind}"] = [
                align(kind, self.canonical, points, affine, face.size)
                for points, affine, face in zip(landmarks, whole, self.faces)
            ]
        return found

    def map(self, name):
        """The SavedMaps of a run with the meshes of this name."""
        meshes = self.folder / "meshes" / name.replace(" ", "_").replace(":", "").replace(",", "")
        make_folder(
            meshes,
            lambda folder: write_meshes(
                folder, [face.name for face in self.faces], self.meshes[name]
            ),
        )
        result = self.program.run(
            self.folder / f"results/{meshes.name}.h5",
            "--task",
            "gender_112",
            "--model",
            self.model,
            "--dataset",
            self.folder / "pictures",
            *mesh_arguments(meshes, self.folder / "canonical.npy", self.arguments.vertex_stride),
            "--canonical-size",
            CANONICAL_SIZE,
            "--patch-size",
            self.arguments.patch_size,
            "--group-by",
            "none",
            "--save-cis",
        )
        print(f"mesh_error: mapped with {name}", flush=True)
        return self.canonical.label(read_saved_maps(result))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (ResultError, StudyError) as error:
        print(f"mesh_error: {error}", file=sys.stderr)
        sys.exit(3)
