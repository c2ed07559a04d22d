"""Pictures of the planted cues: the maps of all methods for each cue, over the mean of the held-out
faces.
"""

import matplotlib
import numpy as np

matplotlib.use("Agg")
from csm.compare_methods import draw_map
from csm.result_file import read_result
from matplotlib import pyplot

from study.cues import CUES


def draw(study, findings):
    """Writes a picture for each strength, networks of the first seed; returns the paths."""
    paths = []
    cases = {f.case for f in findings}
    for strength in sorted({case.strength for case in cases if case.cue}, reverse=True):
        first = {
            cue: min(
                (c for c in cases if (c.cue, c.strength) == (cue, strength)),
                key=lambda c: c.seed,
                default=None,
            )
            for cue in CUES
        }
        control = min((c for c in cases if c.cue is None), key=lambda c: c.seed, default=None)
        shown = [case for case in (*first.values(), control) if case]
        methods = list(dict.fromkeys(f.method for f in findings if f.case in shown))
        scores = {(f.case, f.method): f for f in findings}
        figure, axes = pyplot.subplots(
            len(shown),
            len(methods),
            figsize=(1.75 * len(methods), 1.95 * len(shown) + 0.4),
            squeeze=False,
            layout="constrained",
        )
        for row, case in zip(axes, shown):
            for axis, method in zip(row, methods):
                draw_tile(axis, study, case, method, scores[case, method])
        for axis, method in zip(axes[0], methods):
            axis.set_title(f"{method}\n{axis.get_title()}", fontsize=8)
        paths.append(study.folder / f"maps_{100 * strength:.0f}.png")
        figure.savefig(paths[-1], dpi=110)
        pyplot.close(figure)
    return paths


def draw_tile(axis, study, case, method, finding):
    """The map in its own colours, with the outline of the planted region."""
    draw_map(axis, read_result(study.result(case, method)))
    face = study.canonical
    if case.cue:
        planted = np.isin(face.pixel_regions, [face.region(name) for name in CUES[case.cue]])
        axis.contour(planted, levels=[0.5], colors="black", linewidths=0.8)
        axis.set_title(f"share {finding.score.share:.2f}, rank {finding.score.rank}", fontsize=7)
    else:
        axis.set_title(
            f"alarm: {finding.score.alarm.region if finding.score.alarm.is_raised else 'none'}",
            fontsize=7,
        )
    axis.set_xticks([])
    axis.set_yticks([])
    for side in axis.spines.values():
        side.set_visible(False)
    if method == "csm":
        axis.set_ylabel(
            f"{case.cue} {100 * case.strength:.0f} %" if case.cue else "no cue", fontsize=8
        )
