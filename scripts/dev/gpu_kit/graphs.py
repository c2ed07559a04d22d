"""The step "graphs": what CUDA graphs could gain for the forward, where shapes repeat."""

from gpu_kit import networks


def measure(session):
    """A result for each network whose speed is wanted."""
    if not session.is_cuda:
        yield {"skipped": "needs a GPU"}
        return
    yield from session.each(networks.timed(session), lambda network: session.run_module("replay", session.model(network.name)))
