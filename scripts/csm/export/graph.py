"""What the TorchScript graph of a network shows of its ends: the operators of its outputs, the mean
that it subtracts."""

import warnings

import torch

from csm.contract_sense import is_mean_of_pictures

MOVERS = {
    "squeeze",
    "unsqueeze",
    "flatten",
    "view",
    "reshape",
    "contiguous",
    "detach",
    "alias",
    "clone",
    "select",
    "slice",
    "narrow",
    "dropout",
    "permute",
    "transpose",
    "t",
    "to",
    "type_as",
    "index_select",
    "unflatten",
    "expand",
}
LINEAR = {
    "linear",
    "addmm",
    "matmul",
    "mm",
    "bmm",
    "conv2d",
    "conv1d",
    "_convolution",
    "batch_norm",
    "einsum",
}
COMBINERS = {"add", "sub", "mul", "div", "mean", "sum", "adaptive_avg_pool2d", "avg_pool2d", "cat"}
BOUNDED = {
    "sigmoid": "sigmoid",
    "softmax": "softmax",
    "_softmax": "softmax",
    "log_softmax": "log_softmax",
    "_log_softmax": "log_softmax",
    "tanh": "tanh",
}


def frozen_graph(script):
    """The graph of a TorchScript module with its constants in it, or None if torch cannot freeze
    it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return torch.jit.freeze(script.eval()).graph
    except Exception:  # noqa: BLE001  torch fails in many ways, and this is evidence that one can do without
        return None


def last_operators(graph, n_outputs):
    """For each output `linear`, `sigmoid`, `softmax`, `log_softmax`, `tanh` or `unknown`
    (src/model/last_operator.cpp)."""
    values = list(graph.outputs()) if graph else []
    if len(values) == 1 and values[0].node().kind() in (
        "prim::TupleConstruct",
        "prim::ListConstruct",
    ):
        values = list(values[0].node().inputs())
    return (
        [_last_operator(value) for value in values]
        if len(values) == n_outputs
        else ["unknown"] * n_outputs
    )


def _name(node):
    """The operator without its namespace and without the `_` of its in-place form."""
    name = node.kind().rpartition("::")[2]
    return name[:-1] if name.endswith("_") and not name.endswith("__") else name


def _last_operator(value):
    node = value.node()
    name = _name(node)
    if name in BOUNDED:
        return BOUNDED[name]
    if name in LINEAR:
        return "linear"
    inputs = list(node.inputs())
    if name in MOVERS and inputs:
        return _last_operator(inputs[0])
    if name in COMBINERS and any(_is_linear(value) for value in inputs):
        return "linear"
    return "unknown"


def _is_linear(value):
    if value.node().kind() == "prim::ListConstruct":
        return any(_is_linear(element) for element in value.node().inputs())
    return _last_operator(value) == "linear"


def subtracted_colour(graph, given):
    """The colour of the picture (3 numbers on 0..255, channel order of the input) that the
    network's own first steps make 0, or None if that cannot be seen.

    `given` is the contract's input. Followed are sums and products with constants, and a batch
    norm.
    """
    if graph is None or len(list(graph.inputs())) < 2:
        return None
    value, scale, shift = list(graph.inputs())[1], torch.ones(3), torch.zeros(3)
    found = False
    while True:
        users = [use.user for use in value.uses()]
        if len(users) != 1:
            break
        node = users[0]
        step = _affine_step(node, value)
        if step is None:
            break
        scale, shift, found = scale * step[0], shift * step[0] + step[1], True
        value = list(node.outputs())[0]
        if _name(node) == "batch_norm":
            break
    if not found or not bool((scale != 0).all()):
        return None
    std, mean = torch.tensor(given["std"]), torch.tensor(given["mean"])
    colour = [round(float(v), 2) for v in -shift / scale * std + mean]
    return colour if is_mean_of_pictures(colour) else None


def _affine_step(node, value):
    """(scale, shift), each of 3 values, of a node that multiplies `value` by a constant or adds
    one; else None."""
    name, inputs = _name(node), list(node.inputs())
    if name in ("contiguous", "to", "clone", "alias", "detach") and inputs[0] is not None:
        return torch.ones(3), torch.zeros(3)
    if name == "batch_norm":
        running = _constant(inputs[3])
        return None if running is None else (torch.ones(3), -running)
    if name not in ("add", "sub", "mul", "div") or inputs[0].debugName() != value.debugName():
        return None
    constant = _constant(inputs[1])
    if constant is None:
        return None
    if name in ("add", "sub"):
        alpha = inputs[2].toIValue() if len(inputs) > 2 else 1
        return torch.ones(3), (constant if name == "add" else -constant) * float(alpha or 1)
    return (constant if name == "mul" else 1 / constant), torch.zeros(3)


def _constant(value):
    """A constant of one or three numbers as three, else None."""
    if value.node().kind() != "prim::Constant":
        return None
    constant = value.toIValue()
    if isinstance(constant, (int, float)) and not isinstance(constant, bool):
        return torch.full((3,), float(constant))
    if torch.is_tensor(constant) and constant.numel() in (1, 3):
        return constant.detach().float().cpu().flatten().expand(3).clone()
    return None
