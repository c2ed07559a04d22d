"""Random weights that keep a network alive through its depth.

He-normal weights alone let the outputs of different images grow alike with depth, and trained files have batch norms that
fit their data. So one pass of noise images fits each layer as it reaches it: batch norms get the statistics of what they
see (with an error of a tenth, so that no channel is exactly normalised), and layers with a bias get a bias that centres
each channel and a scale that gives the layer a deviation of 1.
"""

import math

import torch
from torch import nn
from torch.nn import functional

from .blocks import SqueezeExcite

N_IMAGES = (16, 64)   # at least and at most
N_PIXELS = 16 * 224 ** 2  # of all images together: small inputs need more images for statistics as good
SCATTER = 0.1       # of batch-norm weights and biases around 1 and 0, and of their statistics around the fitted ones
BIAS_SCATTER = 0.25  # of the biases of centred layers, whose deviation is 1
GATE_SCATTER = 0.5  # of the biases in squeeze-excite: the gates of an average image differ from channel to channel


def noise_images(n_images, side, generator):
    """(n_images x 3 x side x side) noise of mean 0 and deviation 1 over all, as normalised pictures have.

    Each image has its own contrast, its own share of grey, and its own place between the smoothness of pictures (the same
    power in each octave) and white noise: layers that are fitted to it meet nothing too strange in a real picture.
    """
    grey_share, white_share, contrast = torch.rand(3, n_images, 1, 1, 1, generator=generator)

    def noise(side):
        grey, coloured = (torch.randn(n_images, n, side, side, generator=generator) for n in (1, 3))
        return grey_share.sqrt() * grey + (1 - grey_share).sqrt() * coloured

    smooth = sum(functional.interpolate(noise(2 ** octave), size=(side, side), mode="bilinear", align_corners=False)
                 for octave in range(int(math.log2(side)) + 1))
    images = contrast * ((1 - white_share).sqrt() * smooth / smooth.std() + white_share.sqrt() * noise(side))
    return (images - images.mean()) / images.std()


def draw_weights(network, input_size, seed):
    """Replaces all weights, biases and statistics of a network in evaluation mode. The same for the same seed."""
    generator = torch.Generator().manual_seed(seed)
    gated = {layer for block in network.modules() if isinstance(block, SqueezeExcite) for layer in block.modules()}
    hooks = []
    with torch.no_grad():
        for layer in network.modules():
            if isinstance(layer, nn.BatchNorm2d):
                layer.weight.normal_(1, SCATTER, generator=generator)
                layer.bias.normal_(0, SCATTER, generator=generator)
                hooks.append(layer.register_forward_pre_hook(_norm_fitter(generator)))
            elif isinstance(layer, (nn.Conv2d, nn.Linear)):
                layer.weight.normal_(0, math.sqrt(2 / layer.weight[0].numel()), generator=generator)
                if layer.bias is not None:
                    scatter = GATE_SCATTER if layer in gated else BIAS_SCATTER
                    layer.bias.normal_(0, scatter, generator=generator)
                    if layer not in gated:
                        hooks.append(layer.register_forward_hook(_centre))
        least, most = N_IMAGES
        n_images = min(max(N_PIXELS // input_size ** 2, least), most)
        network(noise_images(n_images, input_size, generator))
    for hook in hooks:
        hook.remove()


def _norm_fitter(generator):
    def fit(layer, inputs):
        """Takes the statistics of the batch, off by SCATTER."""
        variance, mean = torch.var_mean(inputs[0], dim=(0, 2, 3), correction=0)
        shift, stretch = (torch.randn(mean.shape, generator=generator) * SCATTER for _ in range(2))
        layer.running_mean.copy_(mean + shift * variance.sqrt())
        layer.running_var.copy_(variance * stretch.exp())
    return fit


def _centre(layer, _, output):
    """Scales the weights and moves the biases so that channels have the drawn bias as mean and all have deviation 1."""
    axes = tuple(axis for axis in range(output.dim()) if axis != 1)
    channel = tuple(-1 if axis == 1 else 1 for axis in range(output.dim()))
    mean = output.mean(dim=axes)  # with the drawn bias inside
    centred = output - mean.view(channel)
    deviation = centred.std(correction=0)
    wanted = layer.bias.clone()
    layer.weight /= deviation
    layer.bias.copy_(wanted - (mean - wanted) / deviation)
    return centred / deviation + wanted.view(channel)
