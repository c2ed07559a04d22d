"""What holds, in plain sentences: each says no more than its numbers support."""

import math
from typing import Any

import numpy as np

from csm.report.group_confidence import confidence_sentence, surer_group
from csm.report.number_text import (
    count_text,
    enumerate_texts,
    interval_text,
    number_with_error,
    percent,
    readable_name,
    readable_number,
)
from csm.report.read_findings import PairFinding, surest_first, tested_pairs
from csm.report.read_intervals import RegionInterval
from csm.report.read_result import PageInput
from csm.report.student import interval_factor, tail_shares
from csm.report.views import compare_maps, value_with_unit

_APART = 3.0        # standard errors
_MOST_FINDINGS = 3  # differences of groups at the top; all are below
_ITS_REGIONS = ("Regions, ", "No region as a whole differs")  # begin the sentence after it
# How the program's sentence of it begins.
_TOO_FEW = tuple(f"Too few {units} to find" for units in ("persons", "images", "pairs"))


def lead_sentences(result: PageInput) -> list[str]:
    """Whether there are too few persons, how many images, what is strongest, how sure: the start of
    the page."""
    return [text for text in (shortage_sentence(result), images_sentence(result),
                              region_sentence(result), trust_sentence(result),
                              uncertainty_sentence(result),
                              *finding_sentences(result, _MOST_FINDINGS),
                              accuracy_sentence(result)) if text]


def images_sentence(result: PageInput) -> str:
    """Which images were chosen, how many the map is of, and how many were left out."""
    n, n_failed = result.cms.n_images, int(result.facts.get("n_failed", 0))
    text = f"The map is the mean of {count_text(n, 'image')}" if n != 1 else \
        "The map is of one image"
    if persons_text(result):
        n_persons = result.intervals.n_persons if result.intervals else 0
        text += (f" of {count_text(n_persons, 'person')}, each image counting alike; regions and "
                 "intervals are of the mean over persons, each person counting alike")
    if n_failed:
        text += f"; {n_failed:,} of {n + n_failed:,} could not be used"
    if result.facts.get("method", "csm") != "csm":
        text += f"; it was made by {readable_name(str(result.facts['method']))}"
    return f"{result.chosen} {text}.".lstrip()


def persons_text(result: PageInput) -> str:
    """"over 25 persons", if regions and intervals are and the map is not; else empty."""
    return result.intervals.of_persons(result.cms.n_images) if result.intervals else ""


def strongest_regions(result: PageInput) -> list[dict[str, Any]]:
    """The regions with a mean, the highest first: name, mean, error, low, high, share, n_pixels.

    Mean and error are of what the interval is of: of persons, if the file has intervals.
    """
    table = result.regions
    factor = interval_factor(result.cms.n_images)
    known = result.intervals.regions if result.intervals else {}
    unknown = RegionInterval(math.nan, math.nan, math.nan, math.nan)
    rows = []
    for i, name in enumerate(table.get("name", ())):
        mean, error = float(table["mean"][i]), float(table["mean_errors"][i])
        low, high = mean - factor * error, mean + factor * error
        if known:
            of = known.get(str(name), unknown)
            mean, error, low, high = of.mean, of.error, of.low, of.high
        if name == "none" or not math.isfinite(mean):
            continue
        rows.append({"key": str(name), "name": readable_name(str(name)), "mean": mean,
                     "error": error, "low": low, "high": high,
                     "share": float(table["share"][i]), "text": number_with_error(mean, error),
                     "n_pixels": int(table["n_pixels"][i]) if "n_pixels" in table else None})
    return sorted(rows, key=lambda row: -row["mean"])


def region_sentence(result: PageInput) -> str:
    """The region with the largest mean, of either sign, and its interval; left and right as one
    where they are alike."""
    rows = sorted(_joined_sides(strongest_regions(result)), key=lambda row: -abs(row["mean"]))
    if len(rows) < 2:
        return "No region stands out."
    first, second = rows[0], rows[1]
    text = (f"The strongest {'regions are' if ' and ' in first['name'] else 'region is'} the "
            f"{first['name']}: {value_with_unit(result)} {first['text']}")
    if of_persons := persons_text(result):
        text += f" {of_persons}"
    if math.isfinite(first["low"]):
        text += f", 95 % interval {interval_text(first['low'], first['high'])}"
    if first["mean"] < 0:
        text += " (negative: the network is surer where it is occluded)"
    text += f"; then the {second['name']}, {second['text']}."
    if any(row["name"].startswith(("left ", "right ")) for row in rows[:2]):
        text += " Left and right are the subject's own."
    if first["low"] <= 0 <= first["high"]:
        text += " Even its interval holds zero."
    return text


def trust_sentence(result: PageInput) -> str:
    """How far the map would change with other images."""
    halves = result.convergence.get("pearson_of_halves", np.array([]))
    if len(halves) == 0 or not math.isfinite(halves[-1]):
        return "There are too few images to say how far the map would change with others."
    agreement = float(halves[-1])
    conclusion = ("the map is settled" if agreement > 0.9 else
                  "its main features will stay, details may change with other images"
                  if agreement > 0.6 else "more images are needed before it is relied on")
    text = ("Two halves of the images, drawn at random, give maps that agree with "
            f"r = {readable_number(agreement, 2)} (1: alike, 0: noise): {conclusion}.")
    if persons_text(result):
        text += (" Images of the same person may be in both halves, so r is too high to say how "
                 "far other persons' images would change the map.")
    return text


def uncertainty_sentence(result: PageInput) -> str:
    """On how much of the face the interval of a place holds zero."""
    if result.intervals is not None:
        return " ".join([*result.intervals.sentences, "The map is faded elsewhere."])
    cms = result.cms
    if cms.errors is None:
        return ""
    seen = (cms.count > 1) & np.isfinite(cms.errors)
    if not seen.any():
        return ""
    counts = np.minimum(cms.count[seen], 400)
    factors = np.array([interval_factor(n) for n in range(401)])[counts]
    share = float(np.mean(np.abs(cms.mean[seen]) <= factors * cms.errors[seen]))
    return (f"On {percent(share, 2)} of the face the 95 % interval of a place holds zero; the map "
            "is faded there. Each interval is of one place by itself, not of all places at once.")


def accuracy_sentence(result: PageInput) -> str:
    """How often the network is right, on the images with a label."""
    counts = result.classification
    if "n_right" not in counts:
        return ""
    n_labelled = int(np.sum(counts["n_labelled"]))
    if n_labelled == 0:
        return "No image has a label that names a class, so nothing tells whether the network " \
               "is right."
    n_persons = int(counts.get("n_persons", n_labelled))
    of_persons = f" of {count_text(n_persons, 'person')}" if n_persons < n_labelled else ""
    text = (f"The network is right for {int(counts['n_right'])} of {n_labelled} images{of_persons} "
            f"with a label: {share_interval(counts['accuracy'])}, 95 % interval")
    of_classes = [f"{name} {counts['confusion'][i][i]} of {counts['n_labelled'][i]}"
                  for i, name in enumerate(counts["class"])
                  if 0 < counts["n_labelled"][i] < n_labelled]
    if 0 < len(of_classes) <= 8:
        text += "; " + ", ".join(of_classes)
    if "n_persons" not in counts and persons_text(result):  # an older file
        text += " (over images: too narrow, since persons have several)"
    return text + "."


def predicted_sentence(result: PageInput) -> str:
    """How often each class was predicted, and how often the confidence is saturated."""
    counts = result.classification
    if "n_predicted" not in counts:
        return ""
    shown = [f"{name} {n}" for name, n in
             zip(counts["class"], counts["n_predicted"], strict=True) if n]
    text = f"Predicted: {', '.join(shown[:40])}{', ...' if len(shown) > 40 else ''}."
    if n_saturated := int(counts.get("n_saturated", 0)):
        confidence = readable_name(str(result.facts.get("confidence", "confidence")))
        text += (f" The {confidence} is saturated for {n_saturated} of "
                 f"{count_text(result.cms.n_images, 'image')}.")
    return text


def share_interval(share: Any) -> str:
    """"92 % (86 % to 96 %)" of a share with the ends of its interval."""
    return f"{percent(share[0])} ({percent(share[1])} to {percent(share[2])})"


def finding_sentences(result: PageInput, most: int) -> list[str]:
    """What tests over the whole face found: the surest differences, each with its regions and, if
    they lie apart, the confidences, or the first sentences if there are few; how many differences
    there are besides."""
    found = [(column, pair, index) for column, pair in surest_first(result.findings)
             if (index := _sentence_of(pair, column.sentences)) is not None]
    confidence = readable_name(str(result.facts.get("confidence", "confidence")))
    texts, n_beside = [], 0
    for column, pair, index in found[:most]:
        texts.append(column.sentences[index])
        texts += [text for text in column.sentences[index + 1:index + 2]
                  if text.startswith(_ITS_REGIONS)]
        if surer_group(column, pair):
            texts.append(confidence_sentence(column, pair, confidence))
            n_beside += 1
    rest = (text for column in result.findings for text in column.sentences
            if not text.startswith(_TOO_FEW) and text not in texts)
    texts += [text for text, _ in zip(rest, range(most + n_beside - len(texts)), strict=False)]
    n_more = len(found) - most
    if n_more > 0:
        texts.append(f"{count_text(n_more, 'more pair')} of groups "
                     f"{'differs' if n_more == 1 else 'differ'} beyond chance; see below, Groups.")
    return texts


def _sentence_of(pair: PairFinding, sentences: list[str]) -> int | None:
    """Which of the sentences says that the maps of the pair differ; None if none does."""
    start = "The maps of '{}' and '{}'".format(*pair.names)
    return next((i for i, text in enumerate(sentences)
                 if text.startswith(start) and " differ on " in text), None)


def shortage_sentence(result: PageInput) -> str:
    """That no test could find anything; empty, if one could or none was made."""
    tested = [column.sentences for column in result.findings if column.pairs and column.sentences]
    found = [next((text for text in sentences if text.startswith(_TOO_FEW)), "")
             for sentences in tested]
    return found[0] if found and all(found) else ""


def group_sentence(result: PageInput) -> str:
    """What the difference of two groups means that was not tested; empty, if it was."""
    tested = tested_pairs(result.findings)
    names = result.difference_names
    if names is None or frozenset(names) in tested:
        return ""
    if any(name not in result.groups or result.groups[name].errors is None for name in names):
        return ""
    found, by_chance = share_apart(result)
    if not math.isfinite(found):
        return ""
    return (
        f"The maps of {enumerate_texts(list(names))}, their difference and the difference in "
        f"standard errors are at the top. On {percent(found, 2)} of the face it exceeds three "
        "standard errors; if the groups did not differ at all, chance alone would give "
        f"{percent(by_chance, 2)} on average, and since neighbouring places go together it comes "
        "in patches: most random splits of the same images show such a patch somewhere. So this "
        "is not a test, and a coloured patch is not a finding by itself; repeat it on other "
        "images before it is relied on.")


def share_apart(result: PageInput) -> tuple[float, float]:
    """The share of the face whose difference exceeds three standard errors, and the share that
    chance would give on average, by Student's distribution with Welch's degrees of freedom."""
    first, second = (result.groups[name] for name in result.difference_names or ())
    difference, errors = compare_maps(first, second)
    known = np.isfinite(difference) & np.isfinite(errors) & (errors > 0)
    if not known.any():
        return math.nan, math.nan
    squares = [np.asarray(m.errors, float)[known] ** 2 for m in (first, second)]
    numbers = [np.asarray(m.count, float)[known] for m in (first, second)]
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [s * s / (n - 1) for s, n in zip(squares, numbers, strict=True)]
        degrees = sum(squares) ** 2 / sum(parts)
    found = np.mean(np.abs(difference[known]) > _APART * errors[known])
    return float(found), float(np.mean(tail_shares(np.nan_to_num(degrees, nan=1.0), _APART)))


def requests_sentence(result: PageInput) -> str:
    """What a model that runs elsewhere was asked, and what that cost."""
    counts = result.requests
    n, n_kept = int(counts.get("n_requests", 0)), int(counts.get("n_kept", 0))
    if n == 0 and n_kept == 0:
        return ""
    text = (f"{count_text(n, 'request')} {'was' if n == 1 else 'were'} sent to the model, for "
            f"{int(counts.get('n_answered', 0)):,} crops; the answers for {n_kept:,} crops were "
            "kept from before.")
    try:
        price = float(result.texts["process_options"].get("price_per_1000", 0))
    except ValueError:
        price = 0.0
    return text + (f" At {readable_number(price)} per 1,000 they cost "
                   f"{readable_number(price * n / 1000, 3)}." if price else "")


def model_sentences(result: PageInput) -> list[str]:
    """How the model is reached, how noisy its answers are, and how often it lost the face."""
    kind = str(result.texts["inputs"].get("model_kind", ""))
    sentences = [] if not kind else [
        f"It was used as {kind}: its layers are known."
        if kind == "torchscript" else
        f"It is a black box ({kind}): only its answers are known."]
    sentences += [requests_sentence(result), _noise_sentence(result), _lost_sentence(result)]
    return [text for text in sentences if text]


def _noise_sentence(result: PageInput) -> str:
    noise = np.asarray(result.images.get("noise", []), float)
    known = noise[np.isfinite(noise)] if noise.size else noise
    if known.size == 0:
        return ""
    if known.max() == 0:
        return ("Asked again for the same image it gave the same confidence, on "
                f"{count_text(known.size, 'image')}.")
    return ("Asked again for the same image its confidence differs by "
            f"{readable_number(float(np.sqrt(np.mean(known ** 2))), 2)} (standard deviation; at "
            f"most {readable_number(float(known.max()), 2)}, over "
            f"{count_text(known.size, 'image')}): drops below that show nothing.")


def _lost_sentence(result: PageInput) -> str:
    lost = np.asarray(result.images.get("n_lost", []))
    n_patches = np.asarray(result.images.get("n_patches", []))
    if lost.size == 0 or lost.sum() == 0:
        return ""
    return (f"It found no face in {int(lost.sum()):,} of {int(n_patches.sum()):,} occluded copies "
            f"(in {count_text(int((lost > 0).sum()), 'image')}): these values are missing, they "
            "are not drops.")


def _joined_sides(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with "left eye" and "right eye" as "two eyes" where both have the same mean."""
    joined: list[dict[str, Any]] = []
    for row in rows:
        side, _, part = row["name"].partition(" ")
        before = joined[-1] if joined else None
        if side in ("left", "right") and before and before["mean"] == row["mean"] \
                and before["name"].partition(" ")[2] == part:
            joined[-1] = before | {"name": f"left and right {part}"}
        else:
            joined.append(row)
    return joined
