"""The step "profile": where the time of the incremental engine goes, by LibTorch's profiler."""

import json
import re

from gpu_kit import networks
from gpu_kit.accuracy import thinned_places

N_NETWORKS = 4
# By the names of kernels on a GPU and of operators on a CPU; the first that fits.
KINDS = {"gather": re.compile(r"index_?select|gather|index_elementwise|aten::index$", re.I),
         "scatter": re.compile(r"index_?add|indexFunc|index_?put|scatter", re.I),
         "product": re.compile(r"gemm|gemv|conv|cutlass|xmma|winograd|cudnn|addmm|aten::mm|aten::bmm|aten::linear|splitK", re.I),
         "copies": re.compile(r"copy|CatArray|aten::cat|aten::to$|aten::contiguous|aten::clone|memcpy|memset|aten::fill_", re.I)}


def measure(session):
    """A result for each of the most important networks."""
    yield from session.each(networks.timed(session)[:N_NETWORKS], lambda network: profile_network(session, network))


def profile_network(session, network):
    """Shares of the kinds of work in the time of all kernels, or of all operators on a CPU."""
    trace = session.work / f"profile_{network.name}.json"
    patches = thinned_places(session, 16) if session.settings.is_short or not session.is_cuda else session.settings.kit / "places.txt"
    session.run_bench(network, "--engines", "incremental" if session.is_cuda else "gathered", "--patches", patches,
                      "--batch-size", 256, "--turns", 0, "--profile", trace)
    return summarise(json.loads(trace.read_text())["traceEvents"])


def summarise(events):
    """Milliseconds and shares by kind, the costliest kernels, and the share of copies beside a kernel."""
    events = [event for event in events if event.get("ph") == "X"]
    kernels = [event for event in events if event.get("cat") == "kernel"]
    copies = [event for event in events if event.get("cat") in ("gpu_memcpy", "gpu_memset")]
    counted = kernels + copies if kernels else outermost(
        [event for event in events if event.get("cat") == "cpu_op" and event["name"].startswith("aten::")])
    times = dict.fromkeys((*KINDS, "other"), 0.0)
    by_name = {}
    for event in counted:
        times[kind_of(event)] += event["dur"] / 1e3
        by_name[event["name"]] = by_name.get(event["name"], 0.0) + event["dur"] / 1e3
    total = sum(times.values())
    costliest = sorted(by_name.items(), key=lambda item: -item[1])[:8]
    found = {"of": "kernels" if kernels else "operators", "n": len(counted), "ms": round(total, 2),
             "shares": {kind: round(ms / total, 4) for kind, ms in times.items()} if total else {},
             "costliest": {name[:90]: round(ms, 2) for name, ms in costliest}}
    if kernels:
        found["busy_share"] = round(length(union(kernels + copies)) / span(kernels + copies), 4)
        found["copies_beside_kernels"] = round(overlap(copies, union(kernels)) / max(length(union(copies)), 1e-9), 4)
    return found


def kind_of(event):
    if event.get("cat") in ("gpu_memcpy", "gpu_memset"):
        return "copies"
    return next((kind for kind, pattern in KINDS.items() if pattern.search(event["name"])), "other")


def outermost(events):
    """The events that lie in no other of the same thread: their times add up."""
    kept, ends = [], {}
    for event in sorted(events, key=lambda event: (event["ts"], -event["dur"])):
        if event["ts"] >= ends.get(event["tid"], -1):
            kept.append(event)
            ends[event["tid"]] = event["ts"] + event["dur"]
    return kept


def union(events):
    """Disjoint intervals (begin, end) that cover the events, in order."""
    intervals = []
    for event in sorted(events, key=lambda event: event["ts"]):
        begin, end = event["ts"], event["ts"] + event["dur"]
        if intervals and begin <= intervals[-1][1]:
            intervals[-1] = (intervals[-1][0], max(intervals[-1][1], end))
        else:
            intervals.append((begin, end))
    return intervals


def length(intervals):
    return sum(end - begin for begin, end in intervals)


def span(events):
    return max(event["ts"] + event["dur"] for event in events) - min(event["ts"] for event in events)


def overlap(events, intervals):
    """The time of disjoint events within disjoint intervals."""
    return sum(max(0.0, min(e, end) - max(b, begin)) for b, e in union(events) for begin, end in intervals)
