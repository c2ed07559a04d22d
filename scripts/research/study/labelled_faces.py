"""Faces of several data sets with a label of two classes, split by person."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from csm import reference_fit

from study.cue_network import keep
from study.faces import read_face
from study.program import StudyError


@dataclass(frozen=True)
class Image:
    """An image of one face, its class and its person."""

    path: Path
    label: str
    identity: str


def read_images(folder, label):
    """The labelled images of one face, in the order of the folder's manifest.csv. Errors:
    StudyError for a manifest without the columns."""
    manifest = folder / "manifest.csv"
    if not manifest.is_file():
        raise StudyError(f"{manifest} does not exist. It must have path, identity and {label}.")
    with manifest.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row.get("n_faces", "1") == "1"]
    missing = {"path", "identity", label} - set(rows[0] if rows else ())
    if missing:
        raise StudyError(f"{manifest} has no column {', '.join(sorted(missing))}, or no image.")
    return [
        Image((folder / row["path"]).resolve(), row[label], row["identity"])
        for row in rows
        if row[label]
    ]


def hold_out(images, classes, n_persons, seed):
    """(images of persons for training, one image of each of n_persons others): as many held-out
    persons of each class. Errors: StudyError if a class has too few persons."""
    first = {}
    for image in images:
        first.setdefault(image.identity, image)
    random, held_out = np.random.default_rng(seed), []
    for name in classes:
        persons = [image for image in first.values() if image.label == name]
        n_wanted = n_persons // len(classes)
        if len(persons) < n_wanted:
            raise StudyError(f"{len(persons)} persons are {name}; --held-out asks for {n_wanted}.")
        held_out += [persons[i] for i in random.permutation(len(persons))[:n_wanted]]
    taken = {image.identity for image in held_out}
    return [image for image in images if image.identity not in taken], held_out


def write_manifest(path, images, label):
    """The manifest of held-out images, whose paths hold from anywhere."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "identity", label])
        writer.writerows((one.path, one.identity, one.label) for one in images)


def read_portraits(images, classes, kept):
    """((n x 3 x side x side) float32 portraits of `keep`, (n) class numbers): of the images in
    which a face is found. `kept`: a file that holds them as bytes, made unless it is there, because
    finding faces takes longer than a training."""
    if not kept.is_file():
        fitter, portraits, numbers = reference_fit.ReferenceFitter(), [], []
        for image in images:
            face = read_face(image.path, image.path.stem, fitter)
            if face is not None and image.label in classes:
                portraits.append(keep(face.picture[None]).round().byte())
                numbers.append(classes.index(image.label))
        part = kept.with_name(f"{kept.stem}.part.npz")
        np.savez(part, portraits=torch.cat(portraits).numpy(), numbers=numbers)
        part.rename(kept)
    with np.load(kept) as file:
        portraits, numbers = (torch.from_numpy(file[name]) for name in ("portraits", "numbers"))
    return portraits.float(), numbers
