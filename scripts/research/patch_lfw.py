#!/usr/bin/env python3
"""Measures whether maps of face verification find pasted patches, as Patch-LFW does (Huber et al.,
WACV 2024).

    scripts/research/patch_lfw.py --dataset LFW_FOLDER --limit 40

LFW_FOLDER holds pictures and pairs.csv (path_a,path_b,same_person,fold). Of each pair the first
picture, aligned as the network takes it, gets patches: of the second picture if they show two
persons, of a third person if they show one. If that turns the decision of the network from right to
wrong, the patches are why, and a map must be lowest there: in csm_mpi a low value is what lowers
the confidence in the right answer (of the magnitude of a gradient, which knows no such sign, the
negative is taken). Two measures: the share of pairs of a mesh point inside and one outside the
patches of which that inside is lower (chance: 50 %); and the share of the pairs that are right
again once the lowest pixels of the map show the first picture again. Writes a table (Markdown) and
a figure. A study that was stopped goes on.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from csm import methods, reference_fit
from csm.contract import load_model, save_model
from csm.result_file import ResultError
from csm.saved_maps import read_saved_maps
from PIL import Image
from study.canonical_face import make_canonical_face
from study.faces import apply
from study.markdown import table
from study.mesh_files import mesh_arguments, write_canonical_mesh, write_meshes
from study.pairs_table import read_pairs_by_kind
from study.pasted_patches import (
    at_points,
    order_of_pixels,
    paste,
    restored,
    share_ranked_lower,
)
from study.patch_figures import draw
from study.program import (
    ROOT,
    Program,
    StudyError,
    add_program_options,
    keep_to,
    make_folder,
)

CANONICAL_SIZE = 192  # [px]
VERTEX_STRIDE = 20
PATCH_SIZE = 8  # [px] of the squares that the program's own method occludes
SHARES = np.linspace(0, 1, 11)
METHODS = ("csm", "grad_cam", "gradient", "corr_rise", "xssab", "fggb", "random")
MAGNITUDES = {
    "gradient",
    "smoothgrad",
    "guided_backprop",
}  # they know no sign: what decided is where they are high


def main(argv=None):
    arguments = parse(argv)
    study = Study(arguments)
    n_flipped = len(study.flipped)
    n_of_one_person = sum(pair.is_same for pair in study.flipped)
    text = (
        f"{len(study.pairs)} pairs; right before and wrong with patches: {n_flipped}, of which of "
        f"one person {n_of_one_person}.\n\n"
    )
    if n_flipped < 4:
        raise StudyError(f"{text.strip()} Too few to compare maps: raise --limit or --patches.")
    rows, curves = [], {}
    for method in arguments.methods:
        found, right_again = study.scores(method)
        curves[method] = right_again
        rows.append(
            [
                f"`{method}`",
                interval(100 * found),
                interval(100 * area(right_again)),
                *(f"{100 * right_again[:, i].mean():.0f}" for i in (1, 2, 4)),
            ]
        )
        print(f"patch_lfw: {rows[-1]}", flush=True)
    text += table(
        [
            "method",
            "points of patches lower, %",
            "right again, mean over the shares, %",
            "at 10 %",
            "at 20 %",
            "at 40 %",
        ],
        rows,
    )
    path = arguments.output / "tables.md"
    path.write_text(text + "\n")
    print(
        f"{text}\npatch_lfw: {path}\npatch_lfw: "
        f"{draw(SHARES, curves, arguments.output / 'restored.png')}"
    )
    return 0


def parse(argv):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--dataset", type=Path, required=True, metavar="FOLDER", help="with pairs.csv"
    )
    parser.add_argument(
        "--model",
        type=Path,
        default=ROOT / "models/recognition.pt",
        help="embedding (default: models/recognition.pt)",
    )
    parser.add_argument(
        "--limit", type=int, default=40, help="pairs, half of them of one person (default: 40)"
    )
    parser.add_argument(
        "--patches", type=int, default=27, help="a picture (default: 27, as in the paper)"
    )
    parser.add_argument(
        "--patch-side",
        type=int,
        default=16,
        help="[px of the input] (default: 16, as in the paper)",
    )
    parser.add_argument(
        "--methods",
        type=lambda text: text.split(","),
        default=METHODS,
        metavar="A,B,...",
        help=f"(default: {','.join(METHODS)})",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=ROOT / "results/patch_lfw",
        help="folder (default: results/patch_lfw)",
    )
    parser.add_argument("--seed", type=int, default=1, help="of pairs and patches (default: 1)")
    add_program_options(parser)
    arguments = parser.parse_args(argv)
    if unknown := set(arguments.methods) - set(methods.names()):
        parser.error(
            f"--methods names {', '.join(sorted(unknown))}. Valid: {', '.join(methods.names())}."
        )
    return arguments


def interval(values):
    """Mean and 95 % interval of the bootstrap over pairs, as text."""
    values = values[~np.isnan(values)]
    resampled = values[
        np.random.default_rng(7).integers(len(values), size=(2000, len(values)))
    ].mean(axis=1)
    low, high = np.percentile(resampled, [2.5, 97.5])
    return f"{values.mean():.1f} ({low:.1f} to {high:.1f})"


def area(curves):
    """The mean of each curve over the shares."""
    return np.trapezoid(curves, SHARES, axis=1)


@dataclass(frozen=True)
class Pair:
    """A pair as the network takes it, (H x W x 3) each, with the mesh of the first picture [px of
    the input].
    """

    name: str
    is_same: bool
    clean: np.ndarray
    patched: np.ndarray
    mask: np.ndarray  # of the patches, (H x W)
    second: np.ndarray
    meshes: tuple  # dense points of both


class Study:
    """The pairs, those whose decision flips, and the runs of csm_mpi on these."""

    def __init__(self, arguments):
        self.arguments, self.folder = arguments, arguments.output
        self.program = Program(arguments.program, arguments.ranks)
        keep_to(
            self.folder,
            model=arguments.model,
            dataset=arguments.dataset,
            limit=arguments.limit,
            patches=arguments.patches,
            patch_side=arguments.patch_side,
            seed=arguments.seed,
        )
        self.canonical = make_canonical_face(
            self.program, self.folder, "--task", "gender_112", size=CANONICAL_SIZE
        )
        self.network, self.contract = load_model(arguments.model)
        if self.contract.get("role") != "embedding":
            raise StudyError(
                f"--model is '{arguments.model}', whose role is not embedding. Verification "
                "compares embeddings."
            )
        self.model = self.folder / "whole_image.pt"
        if not self.model.is_file():
            save_model(self.network, self.contract | {"crop": {"rule": "whole_image"}}, self.model)
        self.pairs = self.make_pairs()
        self.threshold, self.flipped = self.find_flipped()
        write_canonical_mesh(self.canonical, self.folder / "canonical.npy")
        make_folder(self.folder / "pairs", self.write_pairs)

    def make_pairs(self):
        """Pairs of both kinds in turn, drawn by the seed, with their patches."""
        random = np.random.default_rng(self.arguments.seed)
        kinds = read_pairs_by_kind(self.arguments.dataset / "pairs.csv")
        for kind in kinds:
            random.shuffle(kind)
        fitter, pairs, third = reference_fit.ReferenceFitter(), [], None
        for is_same, row in (one for both in zip(*kinds) for one in zip((True, False), both)):
            if len(pairs) == self.arguments.limit:
                break
            inputs = [self.read_input(row[column], fitter) for column in ("path_a", "path_b")]
            if None in inputs:
                continue
            (clean, first_mesh), (second, second_mesh) = inputs
            donor = third if is_same else second
            if donor is not None:
                patched, mask = paste(
                    clean, donor, self.arguments.patches, self.arguments.patch_side, random
                )
                pairs.append(
                    Pair(
                        f"{len(pairs):04}",
                        is_same,
                        clean,
                        patched,
                        mask,
                        second,
                        (first_mesh, second_mesh),
                    )
                )
            third = second  # for the next pair, which shows other persons as a rule
        if not pairs:
            raise StudyError(f"No face was found in both pictures of a pair of {self.arguments.dataset}. Give another --dataset.")
        return pairs

    def read_input(self, path, fitter):
        """(the aligned picture, its dense points), None without a face."""
        path = self.arguments.dataset / path
        photograph = reference_fit.read_image(path)
        fit = fitter.fit(photograph)
        if fit is None or fit.presence < 0:
            return None
        affine = reference_fit.crop_map(fit, self.contract)
        size = self.contract["input"]
        picture = reference_fit.warp(photograph, affine, size["height"], size["width"])
        return np.clip(np.rint(picture), 0, 255).astype(np.uint8), self.canonical.dense(
            apply(affine, fit.landmarks[:, :2])
        )

    def embeddings(self, pictures):
        """(n x D) at unit length."""
        values = torch.cat(
            [reference_fit.normalised(picture, self.contract) for picture in pictures]
        )
        with torch.inference_mode():
            found = self.network(values)
        found = (found[0] if isinstance(found, (tuple, list)) else found).double().numpy()
        return found / np.linalg.norm(found, axis=1, keepdims=True)

    def cosines(self, firsts, seconds):
        return (self.embeddings(firsts) * self.embeddings(seconds)).sum(axis=1)

    def find_flipped(self):
        """(threshold of the best accuracy on the clean pairs, the pairs that the patches turn
        wrong).
        """
        is_same = np.array([pair.is_same for pair in self.pairs])
        seconds = [pair.second for pair in self.pairs]
        clean, patched = (
            self.cosines([getattr(pair, name) for pair in self.pairs], seconds)
            for name in ("clean", "patched")
        )
        places = np.convolve(np.sort(clean), [0.5, 0.5], "valid")
        threshold = places[np.argmax([((clean > place) == is_same).mean() for place in places])]
        right, wrong = (clean > threshold) == is_same, (patched > threshold) != is_same
        print(
            f"patch_lfw: threshold {threshold:.3f}; clean pairs right {right.sum()} of "
            f"{len(right)}; patched {len(wrong) - wrong.sum()}",
            flush=True,
        )
        return threshold, [pair for pair, flips in zip(self.pairs, right & wrong) if flips]

    def write_pairs(self, folder):
        """Pictures, meshes and pairs.csv: the clean pairs teach the threshold, the flipped ones are
        explained.
        """
        pictures, meshes = folder / "img", folder / "meshes"
        pictures.mkdir()
        meshes.mkdir()
        lines = ["path_a,path_b,same_person,fold"]
        flipped = {pair.name for pair in self.flipped}
        for pair in self.pairs:
            kinds = [("clean", "train")] + [("patched", "patched")] * (pair.name in flipped)
            for kind, fold in kinds:
                Image.fromarray(getattr(pair, kind)).save(pictures / f"{pair.name}_{kind}.png")
                write_meshes(meshes, [f"{pair.name}_{kind}"], pair.meshes[:1])
                first, second = f"img/{pair.name}_{kind}.png", f"img/{pair.name}_second.png"
                lines.append(f"{first},{second},{int(pair.is_same)},{fold}")
            Image.fromarray(pair.second).save(pictures / f"{pair.name}_second.png")
            write_meshes(meshes, [f"{pair.name}_second"], pair.meshes[1:])
        (folder / "pairs.csv").write_text("\n".join(lines) + "\n")

    def scores(self, method):
        """(share of points inside patches that are lower, whether it is right again at each share)
        of each flipped pair.
        """
        folder = self.folder / "pairs"
        result = self.program.run(
            self.folder / f"results/{method}.h5",
            "--task",
            "verification",
            "--model",
            self.model,
            "--dataset",
            folder,
            "--pairs",
            folder / "pairs.csv",
            *mesh_arguments(folder / "meshes", self.folder / "canonical.npy", VERTEX_STRIDE),
            "--canonical-size",
            CANONICAL_SIZE,
            "--patch-size",
            PATCH_SIZE,
            "--method",
            method,
            "--group-by",
            "none",
            "--save-cis",
        )
        maps = read_saved_maps(result)
        places = self.canonical.vertices[::VERTEX_STRIDE]
        found, right_again = [], []
        for pair in self.flipped:
            rows = [row for row, image in enumerate(maps.images) if f"{pair.name}_patched" in image]
            if len(rows) != 1:
                continue  # no map: csm_mpi left the image out
            points = pair.meshes[0][::VERTEX_STRIDE]
            values = at_points(maps.maps[rows[0]], places) * (-1 if method in MAGNITUDES else 1)
            found.append(share_ranked_lower(values, at_points(pair.mask, points)))
            order = order_of_pixels(points, values, pair.mask.shape, PATCH_SIZE)
            cosines = self.cosines(
                [restored(pair.patched, pair.clean, order, share) for share in SHARES],
                [pair.second],
            )
            right_again.append((cosines > self.threshold) == pair.is_same)
        return np.array(found), np.array(right_again, float)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (ResultError, StudyError) as error:
        print(f"patch_lfw: {error}", file=sys.stderr)
        sys.exit(3)
