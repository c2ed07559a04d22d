"""Picture of the known answers: the true maps and what CSM makes of them."""

import matplotlib

matplotlib.use("Agg")
from csm.compare import pearson
from matplotlib import pyplot

from study.known_networks import NETWORKS
from study.map_agreement import weighted_cms
from study.map_tile import draw_tile


def draw_maps(study, settings, n_most=8):
    """Writes a row for each network: the truth, then the CMS of some settings; returns the path."""
    shown = choose(settings, n_most)
    figure, axes = pyplot.subplots(
        len(NETWORKS),
        len(shown) + 1,
        figsize=(1.7 * (len(shown) + 1), 1.95 * len(NETWORKS)),
        squeeze=False,
        layout="constrained",
    )
    for row, name in zip(axes, NETWORKS):
        truth = study.truth(name, shown[0].n_images)
        face = study.canonical.pixel_regions > 0
        draw_tile(row[0], truth[face], face, "truth")
        row[0].set_ylabel(name, fontsize=9)
        for axis, setting in zip(row[1:], shown):
            cms = weighted_cms(study.maps(name, setting).values())
            draw_tile(
                axis,
                cms,
                face,
                f"{label_of(setting, shown[0])}\nr = "
                f"{pearson(cms, study.truth(name, setting.n_images)[face]):.2f}",
            )
    path = study.folder / "maps.png"
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
    return path


def choose(settings, n_most):
    """The first setting, then the last ones of each kind of change: the most extreme."""
    base = settings[0]
    last = {}
    for setting in settings[1:]:
        last.pop(
            kind := label_of(setting, base).split()[0] + str(setting.error and setting.error[0]),
            None,
        )
        last[kind] = setting
    return [base, *last.values()][:n_most]


def label_of(setting, base):
    """What differs from the base."""
    if setting.patch != base.patch:
        return f"patch {setting.patch} px"
    if setting.stride != base.stride:
        return f"stride {setting.stride}"
    if setting.error != base.error:
        return f"mesh off {setting.error[1]:g} px, {setting.error[0]}"
    if setting.budget != base.budget:
        return f"budget {setting.budget}"
    if setting.n_images != base.n_images:
        return f"n = {setting.n_images} images"
    return f"CSM, {base.n_images} images"
