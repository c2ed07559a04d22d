"""The three face-api networks, built from their named weights. All take NCHW RGB."""

from torch import nn
from torch.nn import functional

from csm.export.network import GlobalMean, ZeroPad, convolution, linear, same_padding


def _conv(weights, name, size=None, stride=1):
    """A TensorFlow SAME convolution (H W I O kernel); `size` [px] is needed if the stride is 2."""
    kernel = weights[f"{name}/filters"].transpose(3, 2, 0, 1)
    return convolution(kernel, weights[f"{name}/bias"], stride, _sides(size, kernel.shape[2], stride))


def _separable(weights, name, size=None, stride=1):
    """A depthwise 3 x 3 convolution and a pointwise one with bias."""
    depthwise = weights[f"{name}/depthwise_filter"].transpose(2, 3, 0, 1)
    pointwise = weights[f"{name}/pointwise_filter"].transpose(3, 2, 0, 1)
    sides = _sides(size, depthwise.shape[2], stride)
    return nn.Sequential(convolution(depthwise, None, stride, sides, groups=len(depthwise)),
                         convolution(pointwise, weights[f"{name}/bias"]))


def _sides(size, kernel, stride):
    side = (kernel // 2, kernel // 2) if stride == 1 else same_padding(size, kernel, stride)
    return side + side


def _full(weights, name):
    return linear(weights[f"{name}/weights"].T, weights[f"{name}/bias"])


class _Reduction(nn.Module):
    """Two separable convolutions and a max-pool, beside a strided 1 x 1 convolution (Xception)."""

    def __init__(self, weights, name, size, activate_input):
        super().__init__()
        self.activate_input = activate_input
        self.first = _separable(weights, f"{name}/separable_conv0")
        self.second = _separable(weights, f"{name}/separable_conv1")
        before, after = same_padding(size, 3, 2)
        # A zero border equals one of -inf only if all values are >= 0: hence an explicit -inf.
        self.border = [before, after, before, after]
        self.pool = nn.MaxPool2d(3, 2)
        self.skip = _conv(weights, f"{name}/expansion_conv", size, stride=2)

    def forward(self, x):
        y = functional.relu(x) if self.activate_input else x
        y = self.second(functional.relu(self.first(y)))
        return self.pool(functional.pad(y, self.border, value=float("-inf"))) + self.skip(x)


class _Main(nn.Module):
    """Three activated separable convolutions with a skip (Xception's middle flow)."""

    def __init__(self, weights, name):
        super().__init__()
        self.layers = nn.ModuleList(_separable(weights, f"{name}/separable_conv{i}") for i in range(3))

    def forward(self, x):
        y = x
        for layer in self.layers:
            y = layer(functional.relu(y))
        return y + x


class AgeGender(nn.Module):
    """(B x 3 x 112 x 112) to gender logits [male, female] (B x 2) and age in years (B x 1)."""

    def __init__(self, weights):
        super().__init__()
        self.stem = _conv(weights, "entry_flow/conv_in", 112, stride=2)
        self.body = nn.Sequential(_Reduction(weights, "entry_flow/reduction_block_0", 56, False),
                                  _Reduction(weights, "entry_flow/reduction_block_1", 28, True),
                                  _Main(weights, "middle_flow/main_block_0"),
                                  _Main(weights, "middle_flow/main_block_1"),
                                  _Reduction(weights, "exit_flow/reduction_block", 14, True),
                                  _separable(weights, "exit_flow/separable_conv"), nn.ReLU(), GlobalMean())
        self.gender, self.age = _full(weights, "fc/gender"), _full(weights, "fc/age")

    def forward(self, image):
        features = self.body(functional.relu(self.stem(image)))
        return self.gender(features), self.age(features)


class _Dense(nn.Module):
    """Four convolutions whose outputs are summed, the first with stride 2."""

    def __init__(self, weights, name, size):
        super().__init__()
        first = _separable if f"{name}/conv0/depthwise_filter" in weights else _conv
        self.first = first(weights, f"{name}/conv0", size, stride=2)
        self.others = nn.ModuleList(_separable(weights, f"{name}/conv{i}") for i in (1, 2, 3))

    def forward(self, x):
        total = functional.relu(self.first(x))
        y = total
        for layer in self.others:
            total = total + layer(y)
            y = functional.relu(total)
        return y


class Expression(nn.Module):
    """(B x 3 x 112 x 112) to seven logits (B x 7)."""

    def __init__(self, weights):
        super().__init__()
        sizes = (112, 56, 28, 14)
        self.body = nn.Sequential(*(_Dense(weights, f"dense{i}", size) for i, size in enumerate(sizes)), GlobalMean())
        self.head = _full(weights, "fc")

    def forward(self, image):
        return self.head(self.body(image))


class _Residual(nn.Module):
    """Two 3 x 3 convolutions with a skip; `down` halves the picture and may widen the channels with zeros."""

    def __init__(self, weights, name, size, down=False):
        super().__init__()
        self.first = _scaled(weights, f"{name}/conv1", stride=2 if down else 1, padding=0 if down else 1)
        self.second = _scaled(weights, f"{name}/conv2", stride=1, padding=1)
        self.pool = nn.AvgPool2d(2, 2) if down else nn.Identity()
        # A VALID convolution can come out smaller than the pooled skip: zeros at the end of H and W.
        missing = size // 2 - ((size - 3) // 2 + 1) if down else 0
        channels = self.first.out_channels - self.first.in_channels
        self.grow = ZeroPad(0, missing, 0, missing) if missing else nn.Identity()
        self.widen = ZeroPad(channels=channels) if channels else nn.Identity()

    def forward(self, x):
        y = self.grow(self.second(functional.relu(self.first(x))))
        return functional.relu(self.widen(self.pool(x)) + y)


def _scaled(weights, name, stride, padding):
    """A convolution with the scale layer after it folded in."""
    scale = weights[f"{name}/scale/weights"]
    kernel = weights[f"{name}/conv/filters"].transpose(3, 2, 0, 1) * scale[:, None, None, None]
    bias = weights[f"{name}/conv/bias"] * scale + weights[f"{name}/scale/biases"]
    return convolution(kernel, bias, stride, (padding,) * 4)


class Recognition(nn.Module):
    """(B x 3 x 150 x 150) to an embedding (B x 128), compared by Euclidean distance."""

    def __init__(self, weights):
        super().__init__()
        layers = [_scaled(weights, "conv32_down", stride=2, padding=0), nn.ReLU(), nn.MaxPool2d(3, 2)]
        size = 35
        for block in ("32_1 32_2 32_3 64_down 64_1 64_2 64_3 128_down 128_1 128_2 "
                      "256_down 256_1 256_2 256_down_out").split():
            down = "down" in block
            layers.append(_Residual(weights, f"conv{block}", size, down))
            size = size // 2 if down else size
        self.body = nn.Sequential(*layers, GlobalMean())
        self.head = linear(weights["fc"].T, None)

    def forward(self, image):
        return self.head(self.body(image))
