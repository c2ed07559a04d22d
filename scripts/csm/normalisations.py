"""Normalisations of network inputs that have a name."""

NORMALISATIONS = {  # mean and std on 0..255, RGB
    "imagenet": ([123.675, 116.28, 103.53], [58.395, 57.12, 57.375]),
    "unit": ([0.0] * 3, [255.0] * 3),
    "symmetric": ([127.5] * 3, [127.5] * 3),
    "none": ([0.0] * 3, [1.0] * 3),
}
