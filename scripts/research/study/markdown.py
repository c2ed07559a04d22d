"""Tables as Markdown."""

from csm.intervals import wilson


def table(header, rows):
    """A header and rows of cells."""
    return "\n".join(
        "| " + " | ".join(map(str, row)) + " |" for row in [header, ["---"] * len(header), *rows]
    )


def percent(n, total):
    """Such as 91 % (79-97): a share with its 95 % interval (Wilson)."""
    low, high = wilson(n, total)
    return f"{100 * n / total:.0f} % ({100 * low:.0f}-{100 * high:.0f})"
