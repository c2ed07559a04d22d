"""Picture of the maps that wrong meshes give."""

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot

from study.alignments import ALIGNMENTS
from study.blur_scores import EXACT
from study.map_agreement import weighted_cms
from study.map_tile import draw_tile
from study.mesh_files import ERRORS


def draw(face, maps, blurs, path):
    """Writes the CMS of all meshes, each in its own colours: a row for each kind of error, one for
    the alignments; returns the path.

    `face` (S x S): true on the face; `maps`, `blurs`: by the name of the meshes.
    """
    rows = [[name for name in maps if name.endswith(kind)] for kind in ERRORS]
    rows.append([name for name in maps if name.endswith(ALIGNMENTS)])
    rows = [[EXACT, *names] for names in rows]
    n_columns = max(map(len, rows))
    figure, axes = pyplot.subplots(
        len(rows),
        n_columns,
        figsize=(1.8 * n_columns, 2.1 * len(rows)),
        squeeze=False,
        layout="constrained",
    )
    for axis in axes.flat:
        axis.set_axis_off()
    for row, names in zip(axes, rows):
        for axis, name in zip(row, names):
            blur = blurs[name]
            title = (
                f"{name.removeprefix('alignment: ')}\nr = {blur.pearson:.2f}, peak {blur.peak:.2f}"
            )
            draw_tile(axis, weighted_cms(maps[name].values()), face, title)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
    return path
