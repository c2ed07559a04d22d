"""The tables of a run, as Markdown, from its results."""


def tables(results):
    """The document of a list of results, as run.py keeps them."""
    environment = next((result for result in results if result["step"] == "environment" and "device" in result), {})
    parts = [_machine(environment)]
    if environment.get("short"):
        parts.append("**A short rehearsal: the figures below mean nothing.**")
    elif environment.get("device") == "cpu":
        parts.append("**A rehearsal on the CPU: it shows that the kit works, not what a GPU does.**")
    for step, make in (("build", _build), ("tests", _tests), ("accuracy", _accuracy), ("timings", _timings),
                       ("profile", _profile), ("memory", _memory), ("graphs", _graphs)):
        found = [result for result in results if result["step"] == step]
        if found:
            parts.append(make([result for result in found if _is_measured(result)]))
            parts.append(_faults(found))
    ended = [result["out_of_time"] for result in results if "out_of_time" in result]
    parts += [f"The time was over before the last step: {text}." for text in ended]
    return "\n\n".join(part for part in parts if part) + "\n"


def _is_measured(result):
    return "failed" not in result and "out_of_time" not in result and "skipped" not in result


def _table(title, head, rows):
    if not rows:
        return ""
    lines = [head, *rows]
    cells = ["| " + " | ".join(str(cell) for cell in line) + " |" for line in lines]
    return "\n".join([f"### {title}", "", cells[0], "|" + "---|" * len(head), *cells[1:]])


def _faults(results):
    lines = [f"- {result.get('network') or result.get('program') or result.get('part') or result['step']}: {_one_line(result)}"
             for result in results if "failed" in result or "skipped" in result]
    return "\n".join(lines)


def _one_line(result):
    if "skipped" in result:
        return f"not done: {result['skipped']}"
    failed = result["failed"]
    text = ", ".join(failed) if isinstance(failed, dict) else str(failed)
    return "**failed**: " + " ".join(text.split())[-400:]


def _machine(found):
    if not found:
        return ""
    gpu = f"{found['gpu']} ({found['gpu_memory_gb']} GB), driver: {found['driver']}; " if "gpu" in found else ""
    return (f"Machine: {gpu}{found['cores']} cores, {found['memory_gb']} GB; {found['system']}, {found['libc']}; Python "
            f"{found['python']}, torch {found['torch']} (CUDA {found['torch_cuda'] or 'none'}); {found['compiler']}. "
            f"CSM {found['kit']}.")


def _build(results):
    rows = [(result["part"], result["seconds"], result.get("cpu_seconds", "")) for result in results if "seconds" in result]
    cores = next((result["cores"] for result in results if "cores" in result), "?")
    return _table(f"Build on {cores} cores", ("part", "seconds", "of processors"), rows)


def _tests(results):
    return _table("Unit tests on the device", ("program", "tests", "failed", "skipped", "seconds"),
                  [(result["program"], result["n_tests"], result["n_failed"],
                    f"{result['n_skipped']} ({'; '.join(result['skipped_because'])})" if result["n_skipped"] else 0,
                    f"{result['seconds']:.1f}") for result in results])


def _accuracy(results):
    rows = [(result["network"], engine, result["n_patches"], f"{error['score_error']:.1e}", f"{error['drop_error']:.1e}")
            for result in results for engine, error in result["engines"].items()]
    return _table("Against float64 on the CPU: largest error over the largest value",
                  ("network", "engine", "patches", "of the scores", "of the drops"), rows)


def _timings(results):
    rows = [(result["network"], result["tf32"], _pace(result["full"]), _pace(result["incremental"]), result["n_patches"],
             f"{100 * result['work_share']:.1f} %",
             f"**{result['speed']:.2f}** ({result['slowest_turn']:.2f}-{result['fastest_turn']:.2f})") for result in results]
    return _table("Full engine at its best batch against the incremental engine at its best",
                  ("network", "TF32", "full, ms a patch", "incremental, ms a patch", "patches", "work by windows", "speed"), rows)


def _pace(engine):
    device = f" (events {engine['device_ms_per_patch']:.4g})" if "device_ms_per_patch" in engine else ""
    return f"{engine['ms_per_patch']:.4g}{device} at {engine['batch']}"


def _profile(results):
    rows = [(result["network"], result["of"], f"{result['ms']:.1f}",
             *(f"{100 * result['shares'].get(kind, 0):.0f} %" for kind in ("gather", "product", "scatter", "copies", "other")),
             _percent(result.get("busy_share")), _percent(result.get("copies_beside_kernels"))) for result in results]
    return _table("Where the incremental engine's time goes",
                  ("network", "of", "ms", "gather", "product", "scatter", "copies", "other", "device busy", "copies beside kernels"),
                  rows)


def _percent(share):
    return "" if share is None else f"{100 * share:.0f} %"


def _memory(results):
    limits = [(result["network"], result["engine"], result["limit_mb"], result["batch"], f"{result['peak_mb']:.0f}",
               f"{result['reserved_mb']:.0f}", "yes" if result["is_kept"] else "**no**")
              for result in results if result["part"] == "limit"]
    halved = [(result["network"], engine, result["left_mb"], result[engine]["asked"], result[engine]["ended_with"])
              for result in results if result["part"] == "halving" for engine in ("full", "incremental")]
    return "\n\n".join(part for part in (
        _table("Peak memory against --memory-limit", ("network", "engine", "limit, MB", "batch", "peak, MB", "reserved, MB", "kept"),
               limits),
        _table("Beside a process that holds the memory", ("network", "engine", "left, MB", "batch asked for", "ended with"), halved),
    ) if part)


def _graphs(results):
    rows = [(result["network"], batch, f"{times['eager_ms']:.3f}", f"{times['graph_ms']:.3f}",
             f"{times['eager_ms'] / times['graph_ms']:.2f}") for result in results for batch, times in result["batches"].items()]
    return _table("One batch launch by launch and as a CUDA graph", ("network", "batch", "eager, ms", "graph, ms", "speed"), rows)
