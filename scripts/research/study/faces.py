"""Portraits of one size with the landmarks of their faces, from a folder of photographs."""

import csv
from dataclasses import dataclass

import numpy as np
from csm import reference_fit

from study.program import StudyError

PORTRAIT_SIDE = 256    # [px]
PORTRAIT_SCALE = 2.0   # of the longer side of the landmarks' box: the detector needs surroundings
PICTURES = {".jpg", ".jpeg", ".png"}


@dataclass(frozen=True)
class Face:
    """A portrait (PORTRAIT_SIDE x PORTRAIT_SIDE x 3, uint8, RGB) and its landmarks (468 x 2) in its
    px.

    `to_portrait` (2 x 3) takes px of the photograph, whose (width, height) is `size`, to px of the
    portrait.
    """

    name: str
    picture: np.ndarray
    landmarks: np.ndarray
    to_portrait: np.ndarray
    size: tuple
    mirrored: bool = False

    @property
    def width(self):
        """Longer side of the landmarks' box [px]."""
        return float(np.ptp(self.landmarks, axis=0).max())

    def mirror(self):
        """The face in a mirror. Its landmarks keep their numbers, so those of the subject's left
        lie on the right side afterwards.
        """
        flipped = np.column_stack([PORTRAIT_SIDE - self.landmarks[:, 0], self.landmarks[:, 1]])
        to_portrait = np.array([[-1.0], [1.0]]) * self.to_portrait + np.array(
            [[0, 0, PORTRAIT_SIDE], [0, 0, 0]]
        )
        return Face(
            f"{self.name}_mirrored",
            np.ascontiguousarray(self.picture[:, ::-1]),
            flipped,
            to_portrait,
            self.size,
            not self.mirrored,
        )


def list_pictures(folder):
    """The photographs of a folder: those of its manifest.csv (if it has the column n_faces, those
    of one face), else all below it.
    """
    manifest = folder / "manifest.csv"
    if manifest.is_file():
        with manifest.open(newline="") as file:
            return [
                folder / row["path"]
                for row in csv.DictReader(file)
                if row.get("n_faces", "1") == "1"
            ]
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in PICTURES)


def read_faces(folder, n_most=None, seed=1):
    """The faces of at most n_most photographs, drawn by the seed; photographs without a face are
    left out.
    """
    paths = list_pictures(folder)
    order = np.random.default_rng(seed).permutation(len(paths))
    fitter, faces = reference_fit.ReferenceFitter(), []
    for i in order:
        if n_most is not None and len(faces) == n_most:
            break
        face = read_face(paths[i], name_of(paths[i], folder), fitter)
        if face is not None:
            faces.append(face)
    if len(faces) < 4:
        raise StudyError(
            f"{folder} has {len(faces)} photographs with a face; a study needs 4 or more. Is "
            "--dataset right? scripts/setup.sh makes samples/."
        )
    return faces


def name_of(path, folder):
    """The path below the folder as one name: photographs of two folders may have the same name."""
    return "_".join(path.relative_to(folder).with_suffix("").parts)


def read_face(path, name, fitter):
    """The largest face of a photograph as a portrait, None if none is confirmed."""
    photograph = reference_fit.read_image(path)
    fit = fitter.fit(photograph)
    if fit is None or fit.presence < 0:
        return None
    to_portrait = square_map(fit.landmarks[:, :2], PORTRAIT_SCALE, PORTRAIT_SIDE)
    picture = np.clip(
        np.rint(reference_fit.warp(photograph, to_portrait, PORTRAIT_SIDE, PORTRAIT_SIDE)), 0, 255
    ).astype(np.uint8)
    return Face(
        name,
        picture,
        apply(to_portrait, fit.landmarks[:, :2]),
        to_portrait,
        photograph.shape[1::-1],
    )


def apply(affine, points):
    """The points (n x 2) under an affine map (2 x 3)."""
    return points @ affine[:, :2].T + affine[:, 2]


def square_map(landmarks, scale, side):
    """(2 x 3) from px of the picture to px of the square around the landmarks' box
    (docs/model_contract.md, `face_box`).
    """
    low, high = landmarks.min(axis=0), landmarks.max(axis=0)
    zoom = side / (scale * (high - low).max())
    return np.column_stack([np.eye(2) * zoom, side / 2 - zoom * (low + high) / 2])
