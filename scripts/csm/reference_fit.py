"""Independent reference of the detector and mesh fit, in NumPy over the converted networks. Checks
the C++ fitter.

Positions are (x, y) [px], x right, y down, (0, 0) the outer corner of the top left pixel, pixel
centres at + 0.5. Run as a program: prints the landmarks of the largest face of each picture as JSON
lines.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps

from csm.places import home

DETECTOR_SIDE, MESH_SIDE, GRID, STRIDE = 192, 192, 48, 4
SCORE_THRESHOLD, OVERLAP_THRESHOLD, CROP_SCALE = 0.5, 0.3, 1.5
RIGHT_EYE, LEFT_EYE = 33, 263  # outer eye corners of the subject
FIVE_POINTS = ((33, 133), (362, 263), (1,), (61,), (291,))


@dataclass
class Face:
    """A detected face: box (x, y, width, height), six key points (6 x 2) and its score, in image
    px."""

    box: np.ndarray
    points: np.ndarray
    score: float


@dataclass
class Fit:
    """Landmarks (468 x 3) in image px (z in the same scale), the presence logit, and the number of
    faces seen."""

    landmarks: np.ndarray
    presence: float
    n_faces: int

    @property
    def box(self):
        """(x, y, width, height) of the landmarks."""
        low, high = self.landmarks[:, :2].min(0), self.landmarks[:, :2].max(0)
        return np.concatenate([low, high - low])

    @property
    def five_points(self):
        return np.stack([self.landmarks[list(ids), :2].mean(0) for ids in FIVE_POINTS])


def read_image(path):
    """(H x W x 3) uint8 RGB, upright by its EXIF orientation."""
    return np.asarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB"))


def warp(image, to_output, height, width):
    """The image under a 2 x 3 map from image px to output px: bilinear, black outside, float32
    0..255.

    If the image gets smaller than half, blocks of floor(1 / scale) pixels are averaged first.
    """
    scale = np.sqrt(abs(np.linalg.det(to_output[:, :2])))
    factor = int(1 / scale + 1e-9)
    if factor >= 2:
        image, to_output = _shrink(image, factor), to_output @ np.diag([factor, factor, 1.0])
    matrix = np.vstack([to_output, [0, 0, 1]])
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    source = np.linalg.inv(matrix) @ np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
    return _bilinear(image, source[0] - 0.5, source[1] - 0.5).reshape(height, width, 3)


def _shrink(image, factor):
    """Block means; the picture is extended by its border to whole blocks."""
    height, width = image.shape[:2]
    padded = np.pad(
        image, ((0, -height % factor), (0, -width % factor), (0, 0)), mode="edge"
    ).astype(np.float32)
    rows, columns = padded.shape[0] // factor, padded.shape[1] // factor
    return padded.reshape(rows, factor, columns, factor, 3).mean((1, 3))


def _bilinear(image, x, y):
    padded = np.pad(image, ((1, 1), (1, 1), (0, 0))).astype(np.float32)
    height, width = padded.shape[:2]
    x, y = np.clip(x + 1, 0, width - 1.001), np.clip(y + 1, 0, height - 1.001)
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    fx, fy = (x - left)[:, None].astype(np.float32), (y - top)[:, None].astype(np.float32)
    upper = padded[top, left] * (1 - fx) + padded[top, left + 1] * fx
    lower = padded[top + 1, left] * (1 - fx) + padded[top + 1, left + 1] * fx
    return upper * (1 - fy) + lower * fy


def normalised(picture, contract):
    """(1 x 3 x H x W) network input of an RGB picture 0..255."""
    given = contract["input"]
    values = picture[..., ::-1] if given["colour"] == "bgr" else picture
    values = (values - np.array(given["mean"])) / np.array(given["std"])
    return torch.from_numpy(
        np.ascontiguousarray(values.transpose(2, 0, 1)[None]).astype(np.float32)
    )


def overlap(a, b):
    """Intersection over union of two boxes."""
    low = np.maximum(a[:2], b[:2])
    high = np.minimum(a[:2] + a[2:], b[:2] + b[2:])
    inside = np.prod(np.clip(high - low, 0, None))
    return inside / (a[2] * a[3] + b[2] * b[3] - inside)


class ReferenceFitter:
    """Detector and mesh network with their contracts."""

    def __init__(self, models: Path | None = None):
        models = models or home() / "models"
        self.detector, self.detector_contract = load_network(models / "face_detector.pt")
        self.mesh, self.mesh_contract = load_network(models / "face_mesh.pt")

    def detect(self, image):
        """Faces by falling score after non-maximum suppression."""
        height, width = image.shape[:2]
        scale = DETECTOR_SIDE / max(height, width)
        shift = (DETECTOR_SIDE - scale * np.array([width, height])) / 2
        to_input = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
        picture = warp(image, to_input, DETECTOR_SIDE, DETECTOR_SIDE)
        with torch.no_grad():
            boxes, scores = self.detector(normalised(picture, self.detector_contract))
        boxes, scores = boxes[0].double().numpy(), scores[0, :, 0].double().sigmoid().numpy()
        rows, columns = np.divmod(np.arange(GRID * GRID), GRID)
        centres = (np.stack([columns, rows], 1) + 0.5) * STRIDE
        kept = []
        for i in np.argsort(-scores, kind="stable"):
            if scores[i] < SCORE_THRESHOLD:
                break
            size = boxes[i, 2:4]
            corner = (boxes[i, :2] + centres[i] - size / 2 - shift) / scale
            points = (boxes[i, 4:].reshape(6, 2) + centres[i] - shift) / scale
            box = np.concatenate([corner, size / scale])
            if (size > 0).all() and all(
                overlap(box, other.box) <= OVERLAP_THRESHOLD for other in kept
            ):
                kept.append(Face(box, points, float(scores[i])))
        return kept

    def _landmarks(self, image, centre, side, angle):
        """Landmarks in image px of one pass over a square crop; `angle` is that of the eye line."""
        scale = MESH_SIDE / side
        cosine, sine = np.cos(angle), np.sin(angle)
        rotation = scale * np.array([[cosine, sine], [-sine, cosine]])
        to_input = np.column_stack([rotation, MESH_SIDE / 2 - rotation @ centre])
        picture = warp(image, to_input, MESH_SIDE, MESH_SIDE)
        with torch.no_grad():
            landmarks, presence = self.mesh(normalised(picture, self.mesh_contract))
        landmarks = landmarks[0].double().numpy()
        plane = (landmarks[:, :2] - MESH_SIDE / 2) @ np.linalg.inv(rotation).T + centre
        return np.column_stack([plane, landmarks[:, 2] / scale]), float(presence[0, 0])

    def fit(self, image):
        """Fit of the largest face, or None if the detector sees none."""
        faces = self.detect(image)
        if not faces:
            return None
        face = max(faces, key=lambda f: f.box[2] * f.box[3])
        landmarks, presence = self._landmarks(
            image,
            face.box[:2] + face.box[2:] / 2,
            CROP_SCALE * face.box[2:].max(),
            _angle(face.points[0], face.points[1]),
        )
        for _ in range(1):
            angle = _angle(landmarks[RIGHT_EYE, :2], landmarks[LEFT_EYE, :2])
            turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
            level = landmarks[:, :2] @ turn.T
            low, high = level.min(0), level.max(0)
            centre = turn.T @ ((low + high) / 2)
            landmarks, presence = self._landmarks(
                image, centre, CROP_SCALE * (high - low).max(), angle
            )
        return Fit(landmarks, presence, len(faces))


def _angle(right, left):
    return np.arctan2(left[1] - right[1], left[0] - right[0])


def load_network(path):
    files = {"contract.json": ""}
    network = torch.jit.load(str(path), map_location="cpu", _extra_files=files)
    return torch.jit.freeze(network.eval()), json.loads(files["contract.json"])


def similarity(source, target):
    """Least-squares similarity (2 x 3) that maps source points to target points, without
    reflection."""
    mean_s, mean_t = source.mean(0), target.mean(0)
    a, b = source - mean_s, target - mean_t
    u, d, vt = np.linalg.svd(b.T @ a)
    signs = np.array([1.0, np.sign(np.linalg.det(u @ vt))])
    rotation = u @ np.diag(signs) @ vt
    linear = (d * signs).sum() / (a**2).sum() * rotation
    return np.column_stack([linear, mean_t - linear @ mean_s])


def crop_map(fit, contract, scale=None):
    """2 x 3 map from image px to the network's input by the contract's crop rule (face_box or
    five_points)."""
    given, crop = contract["input"], contract["crop"]
    if crop["rule"] == "five_points":
        return similarity(fit.five_points, np.array(crop["template"]))
    box = fit.box
    side = (scale or crop["scale"]) * max(box[2:])
    centre = box[:2] + box[2:] / 2
    zoom = np.array([given["width"], given["height"]]) / side
    return np.column_stack(
        [np.diag(zoom), np.array([given["width"], given["height"]]) / 2 - zoom * centre]
    )


def crop(image, fit, contract, scale=None):
    """(1 x 3 x H x W) network input of a fitted face."""
    given = contract["input"]
    picture = warp(image, crop_map(fit, contract, scale), given["height"], given["width"])
    return normalised(picture, contract)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", nargs="+", type=Path)
    parser.add_argument("--models", type=Path, default=home() / "models")
    arguments = parser.parse_args()
    fitter = ReferenceFitter(arguments.models)
    for path in arguments.pictures:
        fit = fitter.fit(read_image(path))
        row = (
            {"path": str(path)}
            if fit is None
            else {
                "path": str(path),
                "n_faces": fit.n_faces,
                "presence": fit.presence,
                "box": fit.box.tolist(),
                "five_points": fit.five_points.tolist(),
                "landmarks": fit.landmarks.tolist(),
            }
        )
        print(json.dumps(row))
    return 0


if __name__ == "__main__":
    sys.exit(main())
