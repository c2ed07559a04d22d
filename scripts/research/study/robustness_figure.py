"""Figure of the loss of accuracy against the concentration of a network's map."""

from matplotlib import colormaps
from matplotlib.figure import Figure

MARKERS = "osD^vP*X"


def draw(networks, disturbances):
    """A panel for each disturbance, a colour and a marker for each setting; bars are 95 %
    intervals."""
    settings = list(dict.fromkeys(one.setting for one in networks))
    styles = {
        name: {"color": colormaps["tab10"](i % 10), "marker": MARKERS[i % len(MARKERS)]}
        for i, name in enumerate(settings)
    }
    figure = Figure(figsize=(3.8 * len(disturbances), 4.2), layout="constrained")
    axes = figure.subplots(1, len(disturbances), squeeze=False)[0]
    for axis, name in zip(axes, disturbances, strict=True):
        for one in networks:
            value, low, high = one.concentration["top_share"]
            loss, half = one.loss(name)
            axis.errorbar(
                [100 * value], [100 * loss], linestyle="none", markersize=6, elinewidth=0.5,
                xerr=[[100 * (value - low)], [100 * (high - value)]], yerr=[100 * half],
                **styles[one.setting],
            )
        axis.axhline(0, color="0.7", linewidth=0.8)
        axis.set_title(name)
        axis.set_xlabel("squares in the top 5 % of the face [%]")
    axes[0].set_ylabel("loss of accuracy [points]")
    handles = [axes[0].plot([], [], linestyle="none", **styles[name])[0] for name in settings]
    figure.legend(handles, settings, loc="outside lower center", ncols=min(8, len(settings)))
    return figure
