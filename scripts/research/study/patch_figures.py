"""How many pairs are right again while the pixels that a map marks are restored, as a figure."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt


def draw(shares, curves, path):
    """`curves`: {method: (pairs x shares) 1 where the pair is right}. Returns the path."""
    figure, axes = plt.subplots(figsize=(6.4, 4.2), layout="constrained")
    for number, (method, right) in enumerate(curves.items()):
        is_control = method == "random"
        axes.plot(
            100 * shares,
            100 * right.mean(axis=0),
            label=method,
            color="0.5" if is_control else f"C{number}",
            linestyle="--" if is_control else "-",
            marker="o",
            markersize=3,
        )
    axes.set(
        xlabel="restored pixels, lowest of the map first [%]",
        ylabel="pairs that are right again [%]",
        xlim=(0, 100),
        ylim=(0, 102),
    )
    axes.legend(frameon=False, loc="lower right")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=120)
    plt.close(figure)
    return path
