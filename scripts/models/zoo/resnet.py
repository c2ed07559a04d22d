"""ResNet-18, -34 and -50.

Source: He et al., "Deep Residual Learning for Image Recognition", 2015, table 1. The bottleneck's stride is in its 3 x 3
convolution, as in most trained files (the paper has it in the first 1 x 1 convolution: 3.8 instead of 4.1 G multiply-adds).
"""

from torch import nn

from .blocks import ConvNorm, PooledHead, channel_rule, relu_in_place

STAGES = [64, 128, 256, 512]
BOTTLENECK_GROWTH = 4


class Residual(nn.Module):
    """relu(branch(x) + skip(x)), in place as in most trained files; the skip is a projection if the shape changes."""

    def __init__(self, branch, n_in, n_out, stride):
        super().__init__()
        self.branch = branch
        self.skip = ConvNorm(n_in, n_out, 1, stride, activation=None) if stride > 1 or n_in != n_out else nn.Identity()
        self.activation = relu_in_place()

    def forward(self, x):
        y = self.branch(x)
        y += self.skip(x)
        return self.activation(y)


def _basic(n_in, n_middle, stride):
    branch = nn.Sequential(ConvNorm(n_in, n_middle, 3, stride, activation=relu_in_place),
                           ConvNorm(n_middle, n_middle, 3, activation=None))
    return Residual(branch, n_in, n_middle, stride), n_middle


def _bottleneck(n_in, n_middle, stride):
    n_out = n_middle * BOTTLENECK_GROWTH
    branch = nn.Sequential(ConvNorm(n_in, n_middle, 1, activation=relu_in_place),
                           ConvNorm(n_middle, n_middle, 3, stride, activation=relu_in_place),
                           ConvNorm(n_middle, n_out, 1, activation=None))
    return Residual(branch, n_in, n_out, stride), n_out


def _resnet(block, n_blocks, n_classes, width):
    channels = channel_rule(width)
    n_in = channels(STAGES[0])
    layers = [ConvNorm(3, n_in, 7, 2, activation=relu_in_place), nn.MaxPool2d(3, 2, padding=1)]
    for stage, (n_middle, count) in enumerate(zip(STAGES, n_blocks)):
        for i in range(count):
            layer, n_in = block(n_in, channels(n_middle), 2 if stage > 0 and i == 0 else 1)
            layers.append(layer)
    return nn.Sequential(*layers, PooledHead(n_in, n_classes))


def resnet18(n_classes, width, input_size):
    return _resnet(_basic, [2, 2, 2, 2], n_classes, width)


def resnet34(n_classes, width, input_size):
    return _resnet(_basic, [3, 4, 6, 3], n_classes, width)


def resnet50(n_classes, width, input_size):
    return _resnet(_bottleneck, [3, 4, 6, 3], n_classes, width)
