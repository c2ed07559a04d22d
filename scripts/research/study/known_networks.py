"""Networks whose canonical map is known: they read the content of a face region, wherever it lies
in the picture.

A network that is linear in the pixels has fixed weights, but a face is not at fixed pixels. So the
pictures carry the place: on each synthetic face the first region is painted into the red channel
and the second into the green one, by the face's own mesh, and the networks add up a whole channel.
With A = sum of red and B = sum of green over the picture, as shares of what a mean face has:

    region      f = A           only the first region counts
    product     f = A B         both count, each as much as the other one is there
    suppressor  f = A - B / 2   the second region counts against

What they look at is known without any saliency method: the derivative of f by the content of a
point of the face.
"""

import numpy as np
import torch
from csm.contract import save_model, trace
from torch import nn

NETWORKS = ("region", "product", "suppressor")
FIRST, SECOND = "left_eye", "mouth"  # not symmetric, so that a mirrored map shows
SUPPRESSION = 0.5
SIDE = 64                            # [px] of the input and of the pictures
MEAN, STD = 128.0, 64.0  # whole grey values: a picture without content is exactly the fill


class KnownNetwork(nn.Module):
    """f as the score of the class `known`; the other class always has one less, so that `known` is
    predicted.
    """

    def __init__(self, name, unit):
        super().__init__()
        if name not in NETWORKS:
            raise ValueError(f"{name!r} is not a known network")
        self.name = name
        self.read = nn.Conv2d(3, 2, 1, bias=False)
        self.read.weight.data = torch.tensor([[1.0, 0, 0], [0, 1.0, 0]]).view(
            2, 3, 1, 1
        ) / torch.tensor(unit).float().view(2, 1, 1, 1)

    def forward(self, x):
        content = self.read(x).mean((2, 3))
        a, b = content[:, :1], content[:, 1:]
        if self.name == "region":
            f = a
        elif self.name == "product":
            f = a * b
        else:
            f = a - SUPPRESSION * b
        return torch.cat([f, f - 1], 1)


def export(name, unit, path):
    """Writes the network; `unit`: the mean of red and of green over a picture that count as 1."""
    contract = {
        "csm_contract": 1,
        "name": f"known answer: {name}",
        "role": "classifier",
        "task": "known answer",
        "input": {
            "height": SIDE,
            "width": SIDE,
            "colour": "rgb",
            "mean": [MEAN] * 3,
            "std": [STD] * 3,
        },
        "crop": {"rule": "whole_image"},
        "outputs": [{"name": "scores", "kind": "logit", "size": 2}],
        "classes": ["known", "other"],
        "source": "scripts/research/known_answers.py",
        "licence": "BSD-3-Clause",
    }
    save_model(trace(KnownNetwork(name, unit), contract), contract, path)


def true_map(name, content, amplitudes, unit, regions, first, second):
    """(S x S) what a point of the canonical face takes from f where its content goes, to first
    order, as the mean over the images.

    `content`: (n x 2) A and B of each image; `amplitudes`: (n x 2) how strongly its two regions are
    painted; `unit`: (2) as in export: a pixel of a small region counts more; first, second: numbers
    of the regions in the picture `regions`.
    """
    content, amplitudes = np.asarray(content, float), np.asarray(amplitudes, float)
    slopes = {
        "region": np.array([[1.0, 0.0]]),
        "product": content[:, ::-1],
        "suppressor": np.array([[1.0, -SUPPRESSION]]),
    }[name]
    weight = (slopes * amplitudes / unit).mean(axis=0)
    return weight[0] * (regions == first) + weight[1] * (regions == second)
