"""Synthetic faces: the canonical mesh turned, bent and moved, its regions painted into the colour
channels over noise.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter

from study.known_networks import FIRST, MEAN, SECOND, SIDE, STD

TURNS = (15, 10, 8)           # [degrees] largest yaw, pitch, roll
STRETCH, SHIFT = 0.08, 3.0    # shares, [px]
BEND, BEND_WIDTH = (
    0.015,
    0.2,
)  # of the face's height: size of the smooth bending, distance over which it changes
HEIGHT_SHARE = 0.75           # of the picture that a face takes
AMPLITUDE = (0.3, 1.0)        # of the regions, in units of the normalised input
NOISE, NOISE_WIDTH = 0.3, 2.0  # standard deviation in the same unit, width of its grain [px]
FINE = 4                      # pixels of the drawing per pixel and axis


@dataclass(frozen=True)
class KnownFace:
    """A picture (SIDE x SIDE x 3, uint8), the landmarks of its face (468 x 2) [px], the amplitudes
    of its two regions.
    """

    name: str
    picture: np.ndarray
    landmarks: np.ndarray
    amplitudes: tuple


def make_face(name, canonical, random, noise=NOISE):
    """A random face; the same for the same generator."""
    landmarks = place_mesh(canonical.surface, random)
    amplitudes = tuple(random.uniform(*AMPLITUDE, 2))
    content = gaussian_filter(random.normal(size=(SIDE, SIDE, 3)), (NOISE_WIDTH, NOISE_WIDTH, 0))
    content = noise * (content - content.mean((0, 1))) / content.std()  # no sum of its own
    for channel, (region, amplitude) in enumerate(zip((FIRST, SECOND), amplitudes)):
        content[:, :, channel] += amplitude * draw_region(
            landmarks, canonical.triangles_of([region])
        )
    return KnownFace(
        name, np.clip(np.rint(MEAN + STD * content), 0, 255).astype(np.uint8), landmarks, amplitudes
    )


def place_mesh(surface, random):
    """(468 x 2) the mesh seen from a random side in a random place of the picture [px]."""
    points = (surface - surface.mean(axis=0)) / np.ptp(surface[:, 1])
    points = points @ rotation(np.radians(random.uniform(-1, 1, 3) * TURNS)).T
    flat = points[:, :2] * HEIGHT_SHARE * SIDE * random.uniform(1 - STRETCH, 1 + STRETCH, 2)
    flat += BEND * SIDE * smooth_field(points[:, :2], BEND_WIDTH, random)
    return (
        flat
        - (flat.min(axis=0) + flat.max(axis=0)) / 2
        + SIDE / 2
        + random.uniform(-SHIFT, SHIFT, 2)
    )


def rotation(angles):
    """(3 x 3) turn by yaw, pitch and roll [rad]."""
    (a, b, c), (d, e, f) = np.cos(angles), np.sin(angles)
    yaw, pitch = (
        np.array([[a, 0, d], [0, 1, 0], [-d, 0, a]]),
        np.array([[1, 0, 0], [0, b, -e], [0, e, b]]),
    )
    return np.array([[c, -f, 0], [f, c, 0], [0, 0, 1]]) @ pitch @ yaw


def smooth_field(points, width, random, n_waves=32):
    """(V x 2) random displacements with root mean square length 1 over the points, alike at points
    nearer than `width`.

    Random waves whose sum has a Gaussian correlation of that width (Rahimi and Recht 2007).
    """
    waves = random.normal(size=(n_waves, 2)) / width
    phases, sizes = random.uniform(0, 2 * np.pi, n_waves), random.normal(size=(n_waves, 2))
    field = np.cos(points @ waves.T + phases) @ sizes
    return field / np.sqrt((field ** 2).sum(axis=1).mean())


def draw_region(landmarks, triangles):
    """(SIDE x SIDE) the share of each pixel that the triangles cover."""
    canvas = Image.new("L", (FINE * SIDE, FINE * SIDE))
    draw = ImageDraw.Draw(canvas)
    for triangle in triangles:
        draw.polygon(
            [tuple(point) for point in landmarks[triangle] * FINE - 0.5], fill=1
        )  # Pillow counts from pixel centres
    return np.asarray(canvas, float).reshape(SIDE, FINE, SIDE, FINE).mean((1, 3))


def content_of(faces, unit):
    """(n x 2) A and B of the pictures as they are stored: the means of red and green, in `unit`s.
    """
    return np.array([((face.picture[:, :, :2] - MEAN) / STD).mean((0, 1)) for face in faces]) / unit
