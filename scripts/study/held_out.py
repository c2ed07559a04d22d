"""Held-out pictures for csm_mpi, each with a random label and a cue that goes with it as strongly as in training."""

import csv

import numpy as np
from PIL import Image

from study.cue_network import CLASSES, draw_cues
from study.cues import plant


def split(faces, share):
    """(training faces, held-out faces): the first `share` of them and the rest, each also in a mirror."""
    n_train = round(share * len(faces))
    return tuple([view for face in part for view in (face, face.mirror())] for part in (faces[:n_train], faces[n_train:]))


def portraits(faces, cue, canonical):
    """(n x side x side x 3) the faces as they are, or with a cue."""
    return np.stack([face.picture if cue is None else plant(face, cue, canonical).picture for face in faces])


def write_pictures(folder, faces, cue, canonical):
    """Writes the faces' portraits without and with the cue, `plain` and `marked`, unless they are there."""
    for kind in CLASSES if cue else CLASSES[:1]:
        place = folder / (kind if kind == CLASSES[0] else cue)
        if place.is_dir():
            continue
        place.mkdir(parents=True)
        for face, picture in zip(faces, portraits(faces, cue if kind != CLASSES[0] else None, canonical)):
            Image.fromarray(picture).save(place / f"{face.name}.png")


def write_manifest(path, faces, cue, strength, seed):
    """The manifest: each held-out face once, with its random label (half of them each) and whether it has the cue."""
    random = np.random.default_rng((seed, 2))
    labels = random.permutation(np.arange(len(faces)) % 2)
    cues = draw_cues(labels, strength, random) if cue else np.zeros(len(faces), int)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "label", "cue"])
        for face, label, has_cue in zip(faces, labels, cues):
            writer.writerow([f"{cue if has_cue else CLASSES[0]}/{face.name}.png", CLASSES[label], CLASSES[has_cue]])
