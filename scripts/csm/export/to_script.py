"""A network as TorchScript."""

import sys
import warnings

import torch

from csm.contract import ContractError, example_images, trace


def to_script(network, contract):
    """The network as TorchScript: traced if no choice depends on the data, else scripted."""
    script, traced = _try(_traced, network, contract, "error")
    if script is None:
        script, scripted = _try(lambda: torch.jit.script(network))
    if script is None:
        script, loosely = _try(_traced, network, contract, "ignore")
        if script is not None:
            print(
                "csm export: the forward pass makes choices in Python that the file keeps as they"
                f" fell for random images (tracing: {_first_line(traced)}). Check the file's"
                " outputs on your own images.",
                file=sys.stderr,
            )
    if script is None:
        raise ContractError(
            "the network can be neither traced nor scripted to TorchScript.\n"
            f"  tracing: {_first_line(loosely)}\n  scripting: {_first_line(scripted)}\n"
            "Does its forward depend on the data or on a fixed batch size? Is it random in "
            "evaluation mode?"
        )
    return script


def _try(make, *arguments):
    """(value, None) or (None, the exception): torch fails in many ways, and there is a next road to
    try."""
    try:
        return make(*arguments), None
    except Exception as error:  # noqa: BLE001
        return None, error


def _first_line(error):
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _traced(network, contract, on_choice):
    """A trace that gives the network's own outputs for another batch; choices on data are an error
    or ignored."""
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter(on_choice, torch.jit.TracerWarning)
        script = trace(network, contract)
        images = example_images(contract, 3, seed=11)
        torch.testing.assert_close(
            script(images), network(images), rtol=1e-4, atol=1e-5, equal_nan=True
        )
        return script
