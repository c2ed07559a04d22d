"""The building blocks that several families share. All tensors are NCHW."""

from functools import partial

from torch import nn

STEP = 8  # channel counts are multiples of this: what vector units like, and what the mobile networks' papers use


def round_channels(n_channels):
    """The multiple of STEP nearest to n_channels, or the next one above if the nearest loses more than a tenth.

    Source: the rounding of [MobileNetV2] and [MobileNetV3].
    """
    nearest = max(STEP, int(n_channels + STEP / 2) // STEP * STEP)
    return nearest if nearest >= 0.9 * n_channels else nearest + STEP


def channel_rule(width):
    """A function from a paper's channel count to that of a network of `width` (a share; 1 leaves the count alone)."""
    return (lambda n_channels: n_channels) if width == 1 else (lambda n_channels: round_channels(n_channels * width))


relu_in_place = partial(nn.ReLU, inplace=True)
relu6_in_place = partial(nn.ReLU6, inplace=True)


class ConvNorm(nn.Sequential):
    """A convolution without bias, a batch norm and an activation; the size is kept if the stride is 1.

    `kernel` is a number or (height, width); `padding` is half the kernel if it is not given.
    """

    def __init__(self, n_in, n_out, kernel=3, stride=1, padding=None, groups=1, activation=nn.ReLU):
        kernel = (kernel, kernel) if isinstance(kernel, int) else kernel
        padding = tuple(side // 2 for side in kernel) if padding is None else padding
        layers = [nn.Conv2d(n_in, n_out, kernel, stride, padding, groups=groups, bias=False), nn.BatchNorm2d(n_out)]
        super().__init__(*layers, *([activation()] if activation else []))


class SqueezeExcite(nn.Module):
    """Each channel times a gate in (0, 1) that depends on the means of all channels (squeeze-and-excitation)."""

    def __init__(self, n_channels, n_squeezed, activation, gate):
        super().__init__()
        self.gates = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(n_channels, n_squeezed, 1), activation(),
                                   nn.Conv2d(n_squeezed, n_channels, 1), gate())

    def forward(self, x):
        return x * self.gates(x)


class InvertedResidual(nn.Module):
    """Pointwise expansion, depthwise convolution, optional squeeze-excite, linear projection; a skip if shapes allow.

    `squeeze` is a SqueezeExcite of n_expanded channels, or None. [MobileNetV2] sec. 3, [MobileNetV3] fig. 4.
    """

    def __init__(self, n_in, n_expanded, n_out, kernel, stride, activation, squeeze=None):
        super().__init__()
        layers = [ConvNorm(n_in, n_expanded, 1, activation=activation)] if n_expanded != n_in else []
        layers.append(ConvNorm(n_expanded, n_expanded, kernel, stride, groups=n_expanded, activation=activation))
        layers += [squeeze] if squeeze else []
        layers.append(ConvNorm(n_expanded, n_out, 1, activation=None))
        self.layers = nn.Sequential(*layers)
        self.has_skip = stride == 1 and n_in == n_out

    def forward(self, x):
        return x + self.layers(x) if self.has_skip else self.layers(x)


class PooledHead(nn.Sequential):
    """The mean of each channel and one fully connected layer: (B x n_in x H x W) as (B x n_classes)."""

    def __init__(self, n_in, n_classes, dropout=0.0):
        drop = [nn.Dropout(dropout)] if dropout else []
        super().__init__(nn.AdaptiveAvgPool2d(1), nn.Flatten(), *drop, nn.Linear(n_in, n_classes))
