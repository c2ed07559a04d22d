"""The step "timings": the full engine at its best batch against the incremental engine at its best."""

from statistics import median

from gpu_kit import networks
from gpu_kit.accuracy import thinned_places

N_TURNS = 5
# Patches that the full engine runs: whole batches of up to this many.
N_FULL = {"cuda": 1024, "cpu": 32}


def measure(session):
    """A result for each network, without TF32 and, on a GPU, with it."""
    for tf32 in ("off", "on") if session.is_cuda else ("off",):
        yield from session.each(networks.timed(session), lambda network, tf32=tf32: time_network(session, network, tf32))


def time_network(session, network, tf32):
    """Times and batches of both engines on one network."""
    if session.settings.is_short:
        patches, n_full, n_turns, batch = thinned_places(session, 32), 8, 2, 8
    else:
        patches, n_full, n_turns, batch = session.settings.kit / "places.txt", N_FULL[session.settings.device], N_TURNS, 32
    lines = session.run_bench(network, "--engines", "full,incremental", "--patches", patches, "--full-patches", n_full,
                              "--batch-size", batch, "--best-batch", "on", "--turns", n_turns, "--tf32", tf32)
    work = next(line for line in lines if "multiply_adds" in line)
    full, incremental = ([line for line in lines if line.get("engine") == engine and "seconds" in line]
                         for engine in ("full", "incremental"))
    # Each turn of one engine is beside the turn of the other.
    speeds = [a["ms_per_patch"] / b["ms_per_patch"] for a, b in zip(full, incremental, strict=True)]
    return {"tf32": tf32, "n_patches": incremental[0]["patches"], "work_share": round(share_of(work), 4),
            "speed": round(median(speeds), 3), "slowest_turn": round(min(speeds), 3), "fastest_turn": round(max(speeds), 3),
            "full": summary(full), "incremental": summary(incremental),
            "tried": [line for line in lines if "tried_batch" in line]}


def share_of(work):
    """Multiply-adds by windows over those in full."""
    return work["window_multiply_adds"] / work["multiply_adds"]


def summary(turns):
    """The medians of the turns of one engine."""
    found = {"batch": turns[-1]["batch_size"], "patches": turns[0]["patches"],
             "ms_per_patch": median(turn["ms_per_patch"] for turn in turns),
             "device_mb": turns[0]["device_mb"], "reserved_mb": turns[0]["reserved_mb"], "tensor_mb": turns[0]["tensor_mb"]}
    if "device_ms" in turns[0]:
        found["device_ms_per_patch"] = median(turn["device_ms"] for turn in turns) / turns[0]["patches"]
    return found
