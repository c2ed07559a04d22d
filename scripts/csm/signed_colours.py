"""A zero-centred colour map whose steps are equal in OKLab: blue (negative), white, red (positive)."""

import numpy as np

# OKLab (lightness, green-red, blue-yellow) of the ends; both are equally dark and equally far from white.
NEGATIVE, ZERO, POSITIVE = (0.50, -0.040, -0.160), (0.97, 0.0, 0.0), (0.50, 0.142, 0.084)
TO_LMS = np.array([[1, 0.3963377774, 0.2158037573], [1, -0.1055613458, -0.0638541728], [1, -0.0894841775, -1.2914855480]])
TO_RGB = np.array([[4.0767416621, -3.3077115913, 0.2309699292], [-1.2684380046, 2.6097574011, -0.3413193965],
                   [-0.0041960863, -0.7034186147, 1.7076147010]])


def signed_colours(n=256):
    """(n x 3) sRGB colours from the most negative to the most positive, 0..1."""
    position = np.linspace(-1, 1, n)[:, None]
    zero = np.array(ZERO)
    lab = np.where(position < 0, zero - position * (np.array(NEGATIVE) - zero), zero + position * (np.array(POSITIVE) - zero))
    linear = np.clip((lab @ TO_LMS.T) ** 3 @ TO_RGB.T, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def signed_colour_map():
    """The same as a matplotlib colour map; transparent at pixels without a value."""
    from matplotlib.colors import ListedColormap
    return ListedColormap(signed_colours(), "csm_signed").with_extremes(bad=(0, 0, 0, 0))
