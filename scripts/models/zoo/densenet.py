"""DenseNet-121 (DenseNet-BC: bottlenecks, and transitions that halve the channels).

Source: Huang et al., "Densely Connected Convolutional Networks", 2016, table 1.
"""

import torch
from torch import nn

from .blocks import ConvNorm, PooledHead, channel_rule, round_channels

N_LAYERS = [6, 12, 24, 16]
N_STEM, GROWTH, BOTTLENECK = 64, 32, 4


def _norm_conv(n_in, n_out, kernel):
    """Batch norm and activation come before the convolution here."""
    return [nn.BatchNorm2d(n_in), nn.ReLU(), nn.Conv2d(n_in, n_out, kernel, padding=kernel // 2, bias=False)]


class DenseLayer(nn.Module):
    """The input with `growth` new channels after it."""

    def __init__(self, n_in, growth):
        super().__init__()
        n_middle = BOTTLENECK * growth
        self.layers = nn.Sequential(*_norm_conv(n_in, n_middle, 1), *_norm_conv(n_middle, growth, 3))

    def forward(self, x):
        return torch.cat([x, self.layers(x)], dim=1)


def densenet121(n_classes, width, input_size):
    channels = channel_rule(width)
    n_in, growth = channels(N_STEM), channels(GROWTH)
    layers = [ConvNorm(3, n_in, 7, 2), nn.MaxPool2d(3, 2, padding=1)]
    for block, count in enumerate(N_LAYERS):
        for _ in range(count):
            layers.append(DenseLayer(n_in, growth))
            n_in += growth
        if block + 1 < len(N_LAYERS):
            n_half = round_channels(n_in / 2)
            layers += [*_norm_conv(n_in, n_half, 1), nn.AvgPool2d(2)]
            n_in = n_half
    return nn.Sequential(*layers, nn.BatchNorm2d(n_in), nn.ReLU(), PooledHead(n_in, n_classes))
