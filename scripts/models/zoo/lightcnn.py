"""LightCNN-9: max-feature-map in place of an activation.

Source: Wu et al., "A Light CNN for Deep Face Representation with Noisy Labels", 2015, table 2. The paper's input is one grey
channel; here it is RGB, so the first convolution has three times the weights.
"""

import torch
from torch import nn

from .blocks import channel_rule

N_STEM, STAGES, N_FEATURES = 48, [(96, True), (192, True), (128, False), (128, True)], 256


class MaxFeatureMap(nn.Module):
    """The greater of the first and the second half of the features, element by element. Eq. (1) of the paper."""

    def __init__(self, layer, n_out):
        super().__init__()
        self.layer, self.n_out = layer, n_out

    def forward(self, x):
        first, second = torch.split(self.layer(x), self.n_out, dim=1)
        return torch.maximum(first, second)


def _conv(n_in, n_out, kernel):
    return MaxFeatureMap(nn.Conv2d(n_in, 2 * n_out, kernel, padding=kernel // 2), n_out)


def lightcnn9(n_classes, width, input_size):
    """(B x 3 x input_size x input_size) to (B x n_classes); the first full layer fits the input's size."""
    channels = channel_rule(width)
    n_in, n_features = channels(N_STEM), channels(N_FEATURES)
    layers, side = [_conv(3, n_in, 5), nn.MaxPool2d(2)], input_size // 2
    for n_paper, is_pooled in STAGES:
        n_out = channels(n_paper)
        layers += [_conv(n_in, n_in, 1), _conv(n_in, n_out, 3)]
        if is_pooled:
            layers.append(nn.MaxPool2d(2))
            side //= 2
        n_in = n_out
    features = MaxFeatureMap(nn.Linear(n_in * side * side, 2 * n_features), n_features)
    return nn.Sequential(*layers, nn.Flatten(), features, nn.Dropout(0.7), nn.Linear(n_features, n_classes))
