"""The step "memory": what --memory-limit keeps, and a batch that halves when another process holds the memory."""

import json
import sys

from gpu_kit import networks
from gpu_kit.session import StepError, end

LIMITS = (1000, 4000)  # MB
LEFT = 3000            # MB that the other process leaves


def measure(session):
    """Results for each limit and engine, then of the batch that halves."""
    chosen = networks.timed(session)[:1 if session.settings.is_short else 2]
    for limit in LIMITS:
        for engine in ("full", "incremental"):
            yield from session.each(chosen, lambda network, limit=limit, engine=engine: keep_limit(session, network, engine, limit))
    if session.is_cuda:
        yield from session.each(chosen, lambda network: halve_batch(session, network))
    else:
        yield {"part": "halving", "skipped": "needs a GPU"}


def keep_limit(session, network, engine, limit):
    """The peak of an engine whose batch follows from --memory-limit."""
    line = session.run_bench(network, "--engines", engine, "--memory-limit", limit, "--patches", 24 if not session.is_cuda else 600,
                             "--full-patches", 0, "--turns", 1)[-1]
    peak = line["device_mb"] if session.is_cuda else line["tensor_mb"]
    return {"part": "limit", "engine": engine, "limit_mb": limit, "batch": line["batch_size"], "peak_mb": peak,
            "reserved_mb": line["reserved_mb"], "is_kept": peak <= limit}


def halve_batch(session, network):
    """Both engines with a batch that is too large for what another process leaves."""
    holder = session.begin([sys.executable, "-m", "gpu_kit.hold_memory", LEFT])
    try:
        told = holder.stdout.readline()
        if not told:
            raise StepError(f"the memory could not be held: {holder.communicate()[1][-500:]}")
        found = {"part": "halving", **json.loads(told)}
        for engine in ("full", "incremental"):
            line = session.run_bench(network, "--engines", engine, "--batch-size", 1024, "--patches", 1024, "--full-patches", 0,
                                     "--turns", 1)[-1]
            found[engine] = {"asked": 1024, "ended_with": line["batch_size"], "device_mb": line["device_mb"]}
        return found
    finally:
        end(holder)
