"""EfficientNet-B0.

Source: Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", 2019, table 1. Zeros stand
evenly around strided convolutions (the first implementation puts the odd one right and below).
"""

from torch import nn

from .blocks import ConvNorm, InvertedResidual, PooledHead, SqueezeExcite, channel_rule

# Expansion, kernel, stride of the first repeat, channels, repeats.
STAGES = [(1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3), (6, 5, 2, 192, 4),
          (6, 3, 1, 320, 1)]
SQUEEZE = 4  # relative to the block's input, not to the expanded channels


def efficientnet_b0(n_classes, width, input_size):
    channels = channel_rule(width)
    n_in, n_last = channels(32), channels(1280)
    layers = [ConvNorm(3, n_in, 3, 2, activation=nn.SiLU)]
    for expansion, kernel, stride, n_paper, repeats in STAGES:
        n_out = channels(n_paper)
        for i in range(repeats):
            squeeze = SqueezeExcite(n_in * expansion, n_in // SQUEEZE, nn.SiLU, nn.Sigmoid)
            layers.append(InvertedResidual(n_in, n_in * expansion, n_out, kernel, stride if i == 0 else 1, nn.SiLU, squeeze))
            n_in = n_out
    return nn.Sequential(*layers, ConvNorm(n_in, n_last, 1, activation=nn.SiLU), PooledHead(n_last, n_classes, 0.2))
