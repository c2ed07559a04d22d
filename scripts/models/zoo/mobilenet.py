"""MobileNetV2 and MobileNetV3-Large.

Sources: Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018, table 2 ([MobileNetV2]);
Howard et al., "Searching for MobileNetV3", 2019, table 1 ([MobileNetV3]).
"""

from torch import nn

from .blocks import ConvNorm, InvertedResidual, PooledHead, SqueezeExcite, channel_rule, relu6_in_place, round_channels

# Expansion, channels, repeats, stride of the first repeat.
V2_STAGES = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
# Kernel, expanded channels, channels, squeeze-excite, activation, stride.
V3_BLOCKS = [
    (3, 16, 16, False, nn.ReLU, 1), (3, 64, 24, False, nn.ReLU, 2), (3, 72, 24, False, nn.ReLU, 1),
    (5, 72, 40, True, nn.ReLU, 2), (5, 120, 40, True, nn.ReLU, 1), (5, 120, 40, True, nn.ReLU, 1),
    (3, 240, 80, False, nn.Hardswish, 2), (3, 200, 80, False, nn.Hardswish, 1), (3, 184, 80, False, nn.Hardswish, 1),
    (3, 184, 80, False, nn.Hardswish, 1), (3, 480, 112, True, nn.Hardswish, 1), (3, 672, 112, True, nn.Hardswish, 1),
    (5, 672, 160, True, nn.Hardswish, 2), (5, 960, 160, True, nn.Hardswish, 1), (5, 960, 160, True, nn.Hardswish, 1)]
V3_SQUEEZE = 4


def mobilenet_v2(n_classes, width, input_size):
    channels = channel_rule(width)
    n_in, n_last = channels(32), channels(1280)
    layers = [ConvNorm(3, n_in, 3, 2, activation=relu6_in_place)]
    for expansion, n_paper, repeats, stride in V2_STAGES:
        n_out = channels(n_paper)
        for i in range(repeats):
            layers.append(InvertedResidual(n_in, n_in * expansion, n_out, 3, stride if i == 0 else 1, relu6_in_place))
            n_in = n_out
    return nn.Sequential(*layers, ConvNorm(n_in, n_last, 1, activation=relu6_in_place), PooledHead(n_last, n_classes, 0.2))


def mobilenet_v3_large(n_classes, width, input_size):
    channels = channel_rule(width)
    n_in = channels(16)
    layers = [ConvNorm(3, n_in, 3, 2, activation=nn.Hardswish)]
    for kernel, expanded, n_paper, squeezed, activation, stride in V3_BLOCKS:
        n_expanded, n_out = channels(expanded), channels(n_paper)
        squeeze = None
        if squeezed:
            squeeze = SqueezeExcite(n_expanded, round_channels(n_expanded / V3_SQUEEZE), nn.ReLU, nn.Hardsigmoid)
        layers.append(InvertedResidual(n_in, n_expanded, n_out, kernel, stride, activation, squeeze))
        n_in = n_out
    n_last, n_hidden = channels(960), channels(1280)
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(n_last, n_hidden), nn.Hardswish(), nn.Dropout(0.2),
            nn.Linear(n_hidden, n_classes)]
    return nn.Sequential(*layers, ConvNorm(n_in, n_last, 1, activation=nn.Hardswish), *head)
