"""The networks by name, and what each costs."""

from dataclasses import dataclass
from typing import Callable

import torch
from torch import nn

from .densenet import densenet121
from .efficientnet import efficientnet_b0
from .inception import inception_v3
from .lightcnn import lightcnn9
from .mobilenet import mobilenet_v2, mobilenet_v3_large
from .resnet import resnet18, resnet34, resnet50
from .vgg import vgg16


@dataclass(frozen=True)
class Architecture:
    """A network of the literature: its maker, the side of its input and the smallest side it can take [px]."""

    make: Callable
    title: str
    input_size: int = 224
    smallest: int = 32


ARCHITECTURES = {
    "vgg16": Architecture(vgg16, "VGG-16"),
    "resnet18": Architecture(resnet18, "ResNet-18"),
    "resnet34": Architecture(resnet34, "ResNet-34"),
    "resnet50": Architecture(resnet50, "ResNet-50"),
    "mobilenet_v2": Architecture(mobilenet_v2, "MobileNetV2"),
    "mobilenet_v3_large": Architecture(mobilenet_v3_large, "MobileNetV3-Large"),
    "efficientnet_b0": Architecture(efficientnet_b0, "EfficientNet-B0"),
    "densenet121": Architecture(densenet121, "DenseNet-121"),
    "inception_v3": Architecture(inception_v3, "Inception-v3", 299, 75),
    "lightcnn9": Architecture(lightcnn9, "LightCNN-9", 128, 16),
}


def build(name, n_classes, width=1.0, input_size=None):
    """The network in evaluation mode, with torch's own first weights (random_weights.py draws better ones)."""
    architecture = ARCHITECTURES[name]
    return architecture.make(n_classes, width, input_size or architecture.input_size).eval()


def measure_cost(name, n_classes, width=1.0, input_size=None):
    """(parameters, multiply-adds of the convolutions and full layers for one image); computes shapes only."""
    side, total = input_size or ARCHITECTURES[name].input_size, [0]

    def count(layer, _, output):
        total[0] += output.numel() * layer.weight[0].numel()

    with torch.device("meta"):
        network = build(name, n_classes, width, side)
        for layer in network.modules():
            if isinstance(layer, (nn.Conv2d, nn.Linear)):
                layer.register_forward_hook(count)
        network(torch.empty(1, 3, side, side))
    return sum(p.numel() for p in network.parameters()), total[0]
