"""Cues that are planted on a face at a region of its mesh, all sizes in shares of the face's width.
"""

from dataclasses import replace

import numpy as np
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter

# The regions that a cue touches, in the subject's own sides.
CUES = {
    "cheek_tint": ("left_cheek",),
    "chin_spot": ("chin",),
    "brow_blur": ("left_brow",),
    "glasses": ("right_eye", "left_eye"),
}
TINT, TINT_OPACITY, TINT_EDGE = (205, 70, 70), 0.35, 0.03
SPOT, SPOT_RADIUS, SPOT_OPACITY = (60, 35, 25), 0.035, 0.85
BLUR_WIDTH, BLUR_EDGE = 0.06, 0.01
BAR, BAR_HEIGHT, BAR_OPACITY = (20, 20, 20), 0.09, 0.6
EYE_CORNERS = ((33, 133), (362, 263))
MIRRORED = {"right": "left", "left": "right"}


def plant(face, cue, canonical):
    """The face with the cue on it, on the subject's own side as the viewer sees it, also in a
    mirror.
    """
    regions = CUES[cue]
    if face.mirrored:
        regions = tuple(mirror_name(name) for name in regions)
    picture = face.picture.astype(float)
    changed, mask = DRAW[cue](face, picture, canonical.triangles_of(regions))
    mask = mask[:, :, None]
    return replace(face, picture=np.rint(picture * (1 - mask) + changed * mask).astype(np.uint8))


def mirror_name(region):
    """The region on the other side."""
    side, _, rest = region.partition("_")
    return f"{MIRRORED[side]}_{rest}" if side in MIRRORED else region


def region_mask(face, triangles):
    """(H x W) 1 inside the triangles of the face's mesh, 0 outside."""
    canvas = Image.new("L", face.picture.shape[1::-1])
    draw = ImageDraw.Draw(canvas)
    for triangle in triangles:
        draw.polygon(
            [tuple(point) for point in face.landmarks[triangle] - 0.5], fill=1
        )  # Pillow counts from pixel centres
    return np.asarray(canvas, float)


def soft_mask(face, triangles, edge):
    """The mask with a smooth edge that does not leave the region."""
    return np.clip(2 * gaussian_filter(region_mask(face, triangles), edge * face.width) - 1, 0, 1)


def tint(face, picture, triangles):
    return np.broadcast_to(TINT, picture.shape), TINT_OPACITY * soft_mask(
        face, triangles, TINT_EDGE
    )


def spot(face, picture, triangles):
    centre = region_centre(face, triangles)
    y, x = np.mgrid[:picture.shape[0], :picture.shape[1]] + 0.5
    distance = np.hypot(x - centre[0], y - centre[1])
    return np.broadcast_to(SPOT, picture.shape), SPOT_OPACITY * np.clip(
        SPOT_RADIUS * face.width - distance + 0.5, 0, 1
    )


def region_centre(face, triangles):
    """(x, y) the centroid of the region's pixels [px]."""
    rows, columns = np.nonzero(region_mask(face, triangles))
    return np.array([columns.mean(), rows.mean()]) + 0.5


def blur(face, picture, triangles):
    width = BLUR_WIDTH * face.width
    return gaussian_filter(picture, (width, width, 0)), soft_mask(face, triangles, BLUR_EDGE)


def bars(face, picture, _):
    canvas = Image.new("L", picture.shape[1::-1])
    for corners in EYE_CORNERS:
        line = [tuple(point) for point in face.landmarks[list(corners)] - 0.5]
        ImageDraw.Draw(canvas).line(line, fill=255, width=max(1, round(BAR_HEIGHT * face.width)))
    return np.broadcast_to(BAR, picture.shape), BAR_OPACITY * np.asarray(canvas) / 255


DRAW = {"cheek_tint": tint, "chin_spot": spot, "brow_blur": blur, "glasses": bars}
