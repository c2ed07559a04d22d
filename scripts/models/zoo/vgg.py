"""VGG-16 (configuration D), also the network of VGG-Face.

Source: Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2014, table 1.
"""

from torch import nn

from .blocks import channel_rule, relu_in_place

STAGES = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]]
N_HIDDEN = 4096


def vgg16(n_classes, width, input_size):
    """(B x 3 x input_size x input_size) to (B x n_classes); the first full layer fits the input's size."""
    channels = channel_rule(width)
    layers, n_in = [], 3
    for stage in STAGES:
        for n_out in map(channels, stage):
            layers += [nn.Conv2d(n_in, n_out, 3, padding=1), relu_in_place()]
            n_in = n_out
        layers.append(nn.MaxPool2d(2))
    side, n_hidden = input_size // 2 ** len(STAGES), channels(N_HIDDEN)
    layers += [nn.Flatten(), nn.Linear(n_in * side * side, n_hidden), relu_in_place(), nn.Dropout(),
               nn.Linear(n_hidden, n_hidden), relu_in_place(), nn.Dropout(), nn.Linear(n_hidden, n_classes)]
    return nn.Sequential(*layers)
