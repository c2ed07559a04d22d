"""The assumed positions of the points of the canonical face in an image, by alignments worse than
the mesh (section 5.6 of the paper).
"""

import numpy as np
from csm import reference_fit

from study.faces import apply

ALIGNMENTS = ("five key points", "face box", "none")


def five_points(landmarks):
    """(5 x 2) eyes, tip of the nose, corners of the mouth."""
    return np.stack([landmarks[list(ids), :2].mean(axis=0) for ids in reference_fit.FIVE_POINTS])


def align(kind, canonical, landmarks, photograph_to_input, photograph_size):
    """(V x 2) the dense points of the canonical face in px of the network's input.

    `landmarks`: those of the face there. `five key points`: by the similarity of five points; `face
    box`: centre and longer side of the landmarks' box alone; `none`: the canonical picture is laid
    over the whole photograph.
    """
    if kind == "five key points":
        return apply(
            reference_fit.similarity(five_points(canonical.surface), five_points(landmarks)),
            canonical.vertices,
        )
    if kind == "face box":
        return apply(box_map(canonical.surface[:, :2], landmarks), canonical.vertices)
    if kind == "none":
        return apply(
            photograph_to_input, canonical.vertices * np.array(photograph_size) / canonical.size
        )
    raise ValueError(f"{kind!r} is not an alignment")


def box_map(source, target):
    """(2 x 3) from the box of some points to that of others, by one scale."""
    centres, sides = zip(
        *(((p.min(axis=0) + p.max(axis=0)) / 2, np.ptp(p, axis=0).max()) for p in (source, target))
    )
    zoom = sides[1] / sides[0]
    return np.column_stack([np.eye(2) * zoom, centres[1] - zoom * centres[0]])
