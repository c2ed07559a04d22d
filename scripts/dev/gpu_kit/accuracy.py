"""The step "accuracy": the scores of the engines on the device against float64 on the CPU."""

from concurrent.futures import ThreadPoolExecutor

from gpu_kit import networks

N_AT_ONCE = 3
N_PLACES = 48
N_PLACES_SHORT = 8


def measure(session):
    """A result for each network."""
    places = thinned_places(session, N_PLACES_SHORT if session.settings.is_short else N_PLACES)
    compared = {}
    with ThreadPoolExecutor(N_AT_ONCE) as pool:
        # The processors compute for one network in float64 while the device runs the next.
        for result in session.each(networks.measured(session), lambda network: run_engines(session, network, places)):
            if "failed" in result:
                yield result
            else:
                compared[result["network"]] = pool.submit(session.run_module, "float64", *result["files"])
        finished = [network for network in networks.measured(session) if network.name in compared]
        yield from session.each(finished, lambda network: compared[network.name].result())


def thinned_places(session, n_places):
    """A file of some of the places, spread over the face."""
    lines = (session.settings.kit / "places.txt").read_text().splitlines()
    path = session.work / f"places_{n_places}.txt"
    path.write_text("\n".join(lines[i * len(lines) // n_places] for i in range(n_places)) + "\n")
    return path


def run_engines(session, network, places):
    """Keeps the scores of the engines on one network; the files of both."""
    scores = session.work / f"scores_{network.name}.pt"
    # On a GPU the incremental engine is the gathered one.
    engines = "full,incremental" if session.is_cuda else "full,incremental,gathered"
    session.run_bench(network, "--engines", engines, "--patches", places, "--full-patches", 0, "--batch-size", 16, "--turns", 0,
                      "--scores", scores)
    return {"files": (session.model(network.name), scores)}
