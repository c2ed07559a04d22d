"""Inception-v3 without its auxiliary head.

Source: Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", 2015, table 1 and figs. 5-7, with the
channel counts of the authors' released network. Average pools count the zeros around the map, as torch does by default.
"""

import torch
from torch import nn

from .blocks import ConvNorm, PooledHead, channel_rule


class Branches(nn.Module):
    """The outputs of several branches, concatenated along the channels."""

    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], dim=1)


class _Builder:
    """Makes the modules of one width; each method returns (module, channels that leave it)."""

    def __init__(self, width):
        self.channels = channel_rule(width)

    def chain(self, n_in, *convs):
        """Convolutions one after the other, each (channels, kernel) or (channels, kernel, stride, padding)."""
        layers = []
        for n_paper, *shape in convs:
            n_out = self.channels(n_paper)
            layers.append(ConvNorm(n_in, n_out, *shape))
            n_in = n_out
        return nn.Sequential(*layers), n_in

    def join(self, *branches):
        return Branches(*(module for module, _ in branches)), sum(n_out for _, n_out in branches)

    def pooled(self, n_in, n_out):
        conv, n_out = self.chain(n_in, (n_out, 1))
        return nn.Sequential(nn.AvgPool2d(3, 1, padding=1), conv), n_out

    def square(self, n_in, n_pooled):
        """5 x 5 and two 3 x 3 convolutions, on the 35 px grid."""
        return self.join(self.chain(n_in, (64, 1)), self.chain(n_in, (48, 1), (64, 5)),
                         self.chain(n_in, (64, 1), (96, 3), (96, 3)), self.pooled(n_in, n_pooled))

    def reduction_to_17(self, n_in):
        return self.join(self.chain(n_in, (384, 3, 2, 0)), self.chain(n_in, (64, 1), (96, 3), (96, 3, 2, 0)),
                         (nn.MaxPool2d(3, 2), n_in))

    def factorised(self, n_in, n):
        """7 x 7 convolutions as 1 x 7 and 7 x 1, on the 17 px grid."""
        row, column = (1, 7), (7, 1)
        return self.join(self.chain(n_in, (192, 1)), self.chain(n_in, (n, 1), (n, row), (192, column)),
                         self.chain(n_in, (n, 1), (n, column), (n, row), (n, column), (192, row)), self.pooled(n_in, 192))

    def reduction_to_8(self, n_in):
        return self.join(self.chain(n_in, (192, 1), (320, 3, 2, 0)),
                         self.chain(n_in, (192, 1), (192, (1, 7)), (192, (7, 1)), (192, 3, 2, 0)),
                         (nn.MaxPool2d(3, 2), n_in))

    def spread(self, n_in):
        """Branches that fork again into 1 x 3 and 3 x 1, on the 8 px grid."""
        return self.join(self.chain(n_in, (320, 1)), self._forked(n_in, (384, 1)), self._forked(n_in, (448, 1), (384, 3)),
                         self.pooled(n_in, 192))

    def _forked(self, n_in, *convs):
        stem, n_stem = self.chain(n_in, *convs)
        fork, n_out = self.join(self.chain(n_stem, (384, (1, 3))), self.chain(n_stem, (384, (3, 1))))
        return nn.Sequential(stem, fork), n_out


def inception_v3(n_classes, width, input_size):
    builder = _Builder(width)
    first, n = builder.chain(3, (32, 3, 2, 0), (32, 3, 1, 0), (64, 3))
    second, n = builder.chain(n, (80, 1), (192, 3, 1, 0))
    layers = [first, nn.MaxPool2d(3, 2), second, nn.MaxPool2d(3, 2)]
    plan = [(builder.square, 32), (builder.square, 64), (builder.square, 64), (builder.reduction_to_17,),
            *((builder.factorised, n_middle) for n_middle in (128, 160, 160, 192)),
            (builder.reduction_to_8,), (builder.spread,), (builder.spread,)]
    for make, *numbers in plan:
        layer, n = make(n, *numbers)
        layers.append(layer)
    return nn.Sequential(*layers, PooledHead(n, n_classes, 0.5))
