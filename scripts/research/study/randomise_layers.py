"""Makes copies of a model file in which the weights of some layers are random (Adebayo et al. 2018,
"Sanity Checks for Saliency Maps").
"""

import itertools
from dataclasses import dataclass, field

import torch
from csm.contract import ContractError, example_images, load_model, save_model

SCHEMES = ("permute", "normal")
# Arithmetic whose constants are weights when a frozen graph holds no parameters; the first two
# tensors after the input are learned (not a batch norm's statistics). Constants of other
# operations, such as a mean colour, are not weights.
LEARNED = {
    "aten::_convolution": (1, 2),
    "aten::conv2d": (1, 2),
    "aten::linear": (1, 2),
    "aten::batch_norm": (1, 2),
    "aten::prelu": (1,),
    "aten::addmm": (0, 2),
    "aten::matmul": (0, 1),
    "aten::mm": (0, 1),
    "aten::t": (0,),
    "aten::layer_norm": (2, 3),
}


@dataclass
class Layer:
    """The weights that one operation of the graph takes; the tensors are those of the network, so
    writing to them changes it.
    """

    name: str
    tensors: list = field(default_factory=list)


def find_layers(network):
    """The layers with weights of a TorchScript network in the order of execution, whether the
    weights are parameters or frozen constants.
    """
    graph = network.inlined_graph
    parameters = dict(network.named_parameters())
    paths, tensors, layers, taken = {next(graph.inputs()).debugName(): ""}, {}, [], set()
    for node in _nodes(graph):
        output = node.output().debugName() if node.outputsSize() == 1 else None
        if node.kind() == "prim::GetAttr":
            path = ".".join(filter(None, (paths.get(node.input().debugName()), node.s("name"))))
            paths[output] = path
            if path in parameters:
                tensors[output] = (path.rpartition(".")[0] or path, parameters[path])
        elif (
            node.kind() == "prim::Constant"
            and node.hasAttribute("value")
            and node.kindOf("value") == "t"
        ):
            tensors[output] = ("", node.t("value"))
        else:
            found = [
                tensors[value.debugName()]
                for i, value in enumerate(node.inputs())
                if value.debugName() in tensors
                and (tensors[value.debugName()][0] or i in LEARNED.get(node.kind(), ()))
            ]
            found = [
                (name, tensor)
                for name, tensor in found
                if tensor.is_floating_point() and tensor.data_ptr() not in taken
            ]
            if found:
                taken.update(tensor.data_ptr() for _, tensor in found)
                name = next(
                    (name for name, _ in found if name),
                    f"{node.kind().removeprefix('aten::').strip('_')}_{len(layers)}",
                )
                layers.append(Layer(name, [tensor for _, tensor in found]))
    return layers


def _nodes(block):
    """The nodes of a graph and of the blocks inside it, in order."""
    for node in block.nodes():
        yield node
        for inner in node.blocks():
            yield from _nodes(inner)


def acting_layers(network, contract):
    """The layers that the outputs in use depend on: the head of an ignored output would be a layer
    whose randomisation changes nothing.

    Errors: ContractError if there is none.
    """
    images = example_images(contract, 2)
    clean = _used_outputs(network, images, contract)
    found = []
    for layer in find_layers(network):
        kept = [tensor.clone() for tensor in layer.tensors]
        with torch.no_grad():
            for tensor in layer.tensors:
                # Uneven, since a normalisation after the layer would undo one factor.
                tensor.mul_(torch.linspace(0.3, 0.7, tensor.numel()).view_as(tensor))
            changed = _used_outputs(network, images, contract)
            for tensor, old in zip(layer.tensors, kept):
                tensor.copy_(old)
        if any(not torch.equal(a, b) for a, b in zip(clean, changed)):
            found.append(layer)
    if not found:
        raise ContractError(
            "no weights were found in the network's graph (there is nothing to randomise). Are "
            "they computed at run time, or held by "
            "an object? Export the network with its weights as parameters (csm export)."
        )
    return found


def _used_outputs(network, images, contract):
    with torch.no_grad():
        results = network(images)
    results = [results] if torch.is_tensor(results) else list(results)
    heads = {head["output"] for head in contract.get("heads") or ()}
    return [result for result, output in zip(results, contract["outputs"])
            if (output["name"] in heads if heads else output["kind"] != "ignored")]


def steps_from_output(n_layers, max_steps):
    """Indices of the layers of each step, from the output down: the output layer alone, then
    consecutive layers in equal shares. One step: all layers.
    """
    if max_steps == 1:
        return [list(range(n_layers - 1, -1, -1))]
    below = list(range(n_layers - 2, -1, -1))
    n_groups = min(max_steps - 1, len(below))
    cuts = [round(i * len(below) / n_groups) for i in range(n_groups + 1)] if n_groups > 0 else [0]
    return [[n_layers - 1], *(below[a:b] for a, b in itertools.pairwise(cuts))]


def randomise(layers, chosen, seed, scheme="permute"):
    """Randomises the chosen layers in place. A layer's new weights depend on the seed and its
    position only, so cascades are nested.

    permute: each tensor's own values in a random order. normal: Gaussian with the tensor's own mean
    and standard deviation. Errors: ContractError if none of the layers can change, since their
    weights are all equal.
    """
    changes = False
    for index in chosen:
        generator = torch.Generator().manual_seed(100_003 * seed + index)
        for tensor in layers[index].tensors:
            old = tensor.clone()
            with torch.no_grad():
                tensor.copy_(_random_values(old, generator, scheme))
            changes = changes or not torch.equal(old, tensor)
    if not changes:
        raise ContractError(
            f"the weights of {', '.join(layers[index].name for index in chosen)} stay as they are "
            f"under the scheme {scheme!r}, seed {seed}: "
            "they are all equal, or very few. Take another --seed, another --scheme, or fewer "
            "--max-steps."
        )


def _random_values(old, generator, scheme):
    if scheme == "permute":
        return old.flatten()[torch.randperm(old.numel(), generator=generator)].view_as(old)
    spread = old.std(correction=0)
    return old.mean() + spread * torch.randn(
        old.shape, generator=generator, dtype=torch.float64
    ).to(old.dtype)


def write_randomised(model, chosen, seed, scheme, path):
    """Writes the copy of a model file whose chosen acting layers are random; its name in the
    contract records it.
    """
    network, contract = load_model(model)
    layers = acting_layers(network, contract)
    randomise(layers, chosen, seed, scheme)
    contract["name"] += f" (random layers {len(chosen)} of {len(layers)}, seed {seed}, {scheme})"
    save_model(network, contract, path)
