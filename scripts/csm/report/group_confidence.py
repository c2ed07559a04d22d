"""How sure the network is on two groups, beside the difference of their maps."""

from csm.report.number_text import number_with_error
from csm.report.read_findings import ColumnFindings, PairFinding
from csm.report.student import interval_factor


def mean_confidences(column: ColumnFindings, pair: PairFinding) -> dict[str, str]:
    """{group: "2.82 ± 0.10"} with the standard error; empty if unknown."""
    known = _known(column, pair)
    return {} if known is None else {
        name: number_with_error(mean, error)
        for name, (mean, error, _) in zip(pair.names, known, strict=True)}


def surer_group(column: ColumnFindings, pair: PairFinding) -> str:
    """The group with the higher mean confidence, if the 95 % intervals lie apart; else empty."""
    known = _known(column, pair)
    if known is None or any(n_persons < 2 for _, _, n_persons in known):
        return ""
    (first, _, _), (second, _, _) = known
    reach = sum(interval_factor(n_persons) * error for _, error, n_persons in known)
    if not abs(first - second) > reach:
        return ""
    return pair.names[0] if first > second else pair.names[1]


def confidence_sentence(column: ColumnFindings, pair: PairFinding, confidence: str) -> str:
    """The mean confidence on both groups, and what follows if they lie apart; empty if unknown."""
    means = mean_confidences(column, pair)
    if not means:
        return ""
    text = ", ".join(f"{name} {mean}" for name, mean in means.items())
    surer = surer_group(column, pair)
    if not surer:
        return f"Mean {confidence}: {text} (standard errors)."
    return (f"Mean {confidence}: {text} (standard errors). The 95 % intervals lie apart: the "
            f"network is surer on {surer}, which alone can scale a map.")


def _known(column: ColumnFindings,
           pair: PairFinding) -> list[tuple[float, float, int]] | None:
    """Mean, standard error and persons of both groups; None if the file lacks them."""
    of = column.performance
    rows = {str(name): i for i, name in enumerate(of.get("name", ()))}
    names = ("mean_confidence", "confidence_error", "n_persons")
    if any(name not in of for name in names) or any(name not in rows for name in pair.names):
        return None
    return [(float(of["mean_confidence"][i]), float(of["confidence_error"][i]),
             int(of["n_persons"][i])) for i in (rows[name] for name in pair.names)]
