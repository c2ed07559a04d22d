"""Held-out pictures for csm_mpi, each with a random label and a cue that goes with it as strongly
as in training.
"""

import csv

import numpy as np
from PIL import Image

from study.cue_network import CLASSES, draw_cues
from study.cues import plant
from study.program import make_folder


def split(faces, share):
    """(training faces, held-out faces): the first `share` of them and the rest, each also in a
    mirror.
    """
    n_train = round(share * len(faces))
    return tuple(
        [view for face in part for view in (face, face.mirror())]
        for part in (faces[:n_train], faces[n_train:])
    )


def portraits(faces, cue, canonical):
    """(n x side x side x 3) the faces as they are, or with a cue."""
    return np.stack(
        [face.picture if cue is None else plant(face, cue, canonical).picture for face in faces]
    )


def write_pictures(folder, faces, cue, canonical):
    """Writes the faces' portraits into the folder's `plain`, and with the cue into the one of its
    name, unless they are there.
    """

    def write(place, cue_of_place):
        for face, picture in zip(faces, portraits(faces, cue_of_place, canonical)):
            Image.fromarray(picture).save(place / f"{face.name}.png")

    make_folder(folder / CLASSES[0], lambda place: write(place, None))
    if cue:
        make_folder(folder / cue, lambda place: write(place, cue))


def write_manifest(path, faces, cue, strength, seed):
    """The manifest: each held-out face once, with its random label (half of them each) and whether
    it has the cue.
    """
    random = np.random.default_rng((seed, 2))
    labels = random.permutation(np.arange(len(faces)) % 2)
    cues = draw_cues(labels, strength, random) if cue else np.zeros(len(faces), int)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "label", "cue"])
        for face, label, has_cue in zip(faces, labels, cues):
            writer.writerow(
                [
                    f"{cue if has_cue else CLASSES[0]}/{face.name}.png",
                    CLASSES[label],
                    CLASSES[has_cue],
                ]
            )
