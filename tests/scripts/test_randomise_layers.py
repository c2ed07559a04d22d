"""Which layers a sanity check finds in a network, in which order it randomises them, and what a
randomisation does to the weights.
"""

import pytest
import torch
from csm.contract import ContractError, save_model
from study.network_plan import Network, make_plan
from study.randomise_layers import (
    acting_layers,
    find_layers,
    randomise,
    steps_from_output,
    write_randomised,
)

CONTRACT = {
    "csm_contract": 1,
    "name": "tiny",
    "role": "classifier",
    "task": "gender",
    "source": "here",
    "licence": "none",
    "input": {"height": 8, "width": 6, "colour": "rgb", "mean": [0.0] * 3, "std": [255.0] * 3},
    "crop": {"rule": "whole_image"},
    "outputs": [
        {"name": "age", "kind": "ignored", "size": 1},
        {"name": "gender", "kind": "logit", "size": 2},
    ],
    "classes": ["male", "female"],
}


class Tiny(torch.nn.Module):
    """Attributes are not in the order of execution, and one head is not used."""

    def __init__(self):
        super().__init__()
        self.age, self.gender = torch.nn.Linear(5, 1), torch.nn.Linear(5, 2)
        self.second = torch.nn.Sequential(torch.nn.Conv2d(4, 5, 3), torch.nn.BatchNorm2d(5))
        self.first = torch.nn.Conv2d(3, 4, 3)
        self.shift = torch.nn.Parameter(torch.tensor([0.5]))

    def forward(self, x):
        y = self.second(torch.relu(self.first(x - 0.25))).mean((2, 3))
        # Before a normalisation a factor on all weights of the layer changes nothing, but the
        # weights still matter.
        y = torch.nn.functional.normalize(y, dim=1)
        return self.age(y), self.gender(y)


@pytest.fixture
def network():
    torch.manual_seed(3)
    tiny = Tiny().eval()
    with torch.no_grad():
        tiny.second[1].weight.copy_(torch.tensor([1.0, 0.5, 2.0, -1.0, 0.25]))
        tiny.second[1].bias.copy_(torch.tensor([0.1, 0.2, 0.3, -0.4, 0.0]))
    return torch.jit.script(tiny)


def test_layers_come_in_the_order_of_execution_without_the_ignored_head(network):
    assert [layer.name for layer in find_layers(network)] == [
        "first",
        "second.0",
        "second.1",
        "age",
        "gender",
    ]
    assert [layer.name for layer in acting_layers(network, CONTRACT)] == [
        "first",
        "second.0",
        "second.1",
        "gender",
    ]


def test_looking_for_layers_leaves_the_network_as_it_is(network):
    before = {name: value.clone() for name, value in network.state_dict().items()}
    acting_layers(network, CONTRACT)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_weights_of_a_frozen_network_are_found_and_changed_too(network):
    frozen = torch.jit.freeze(network)
    assert not list(frozen.parameters())
    layers = acting_layers(frozen, CONTRACT)
    assert [tuple(layer.tensors[0].shape) for layer in layers] == [
        (4, 3, 3, 3),
        (5, 4, 3, 3),
        (2, 5),
    ]  # freezing folds the batch norm into its convolution
    image = torch.rand(1, 3, 8, 6)
    before = frozen(image)[1]
    randomise(layers, [2], 1)
    assert not torch.allclose(frozen(image)[1], before)


def test_a_batch_norm_keeps_its_statistics(network):
    layer = acting_layers(network, CONTRACT)[2]
    assert [tuple(tensor.shape) for tensor in layer.tensors] == [(5,), (5,)]
    assert [tensor.tolist() for tensor in layer.tensors] == [
        pytest.approx(values) for values in ([1, 0.5, 2, -1, 0.25], [0.1, 0.2, 0.3, -0.4, 0])
    ]


def test_permuting_keeps_the_values_of_a_layer_and_touches_no_other(network):
    layers = acting_layers(network, CONTRACT)
    before = [[tensor.clone() for tensor in layer.tensors] for layer in layers]
    randomise(layers, [1], 7)
    for old, new in zip(before[1], layers[1].tensors):
        assert torch.equal(old.flatten().sort().values, new.flatten().sort().values)
    assert not torch.equal(before[1][0], layers[1].tensors[0])
    for i in (0, 2, 3):
        assert all(torch.equal(old, new) for old, new in zip(before[i], layers[i].tensors))


def test_normal_weights_have_the_mean_and_spread_of_the_layer():
    module = torch.nn.Linear(300, 40)
    with torch.no_grad():
        module.weight.copy_(2 + 3 * torch.rand(40, 300, generator=torch.Generator().manual_seed(1)))
    weights = module.weight
    mean, spread = weights.mean().item(), weights.std().item()
    layers = find_layers(torch.jit.script(module))
    randomise(layers, [0], 1, "normal")
    # 12,000 values: the mean is known within 4 x spread / 110, the spread within 4 x spread / 155.
    assert layers[0].tensors[0].mean().item() == pytest.approx(mean, abs=4 * spread / 110)
    assert layers[0].tensors[0].std().item() == pytest.approx(spread, abs=4 * spread / 155)


def test_equal_weights_cannot_be_permuted():
    module = torch.nn.Linear(4, 2)
    torch.nn.init.constant_(module.weight, 0.5)
    torch.nn.init.zeros_(module.bias)
    with pytest.raises(ContractError, match="all equal"):
        randomise(find_layers(torch.jit.script(module)), [0], 1)


def test_a_network_without_weights_is_refused():
    class Sum(torch.nn.Module):
        def forward(self, x):
            return x.sum((2, 3))[:, :1], x.sum((2, 3))[:, :2]

    with pytest.raises(ContractError, match="nothing to randomise"):
        acting_layers(torch.jit.script(Sum()), CONTRACT)


def test_a_written_copy_is_nested_in_a_deeper_one_and_repeats(network, tmp_path):
    save_model(network, CONTRACT, tmp_path / "tiny.pt")
    for name, chosen, seed in (("a", [3], 1), ("b", [2, 3], 1), ("c", [3], 2), ("d", [3], 1)):
        write_randomised(tmp_path / "tiny.pt", chosen, seed, "permute", tmp_path / f"{name}.pt")
    weights = {name: torch.jit.load(tmp_path / f"{name}.pt").gender.weight for name in "abcd"}
    assert torch.equal(weights["a"], weights["b"]) and torch.equal(weights["a"], weights["d"])
    assert not torch.equal(weights["a"], weights["c"])
    assert not torch.equal(weights["a"], network.gender.weight)


def test_steps_go_from_the_output_down_and_hold_each_layer_once():
    assert steps_from_output(8, 4) == [[7], [6, 5], [4, 3, 2], [1, 0]]
    assert steps_from_output(3, 8) == [[2], [1], [0]]
    assert steps_from_output(1, 8) == [[0]]
    assert steps_from_output(3, 1) == [[2, 1, 0]]


def test_the_plan_shares_networks_between_the_checks():
    plan = make_plan(["a", "b", "c"], [[2], [1], [0]], n_networks=2, seed=5)
    assert [network.chosen for network in plan.cascading] == [(2,), (1, 2), (0, 1, 2)]
    assert [network.chosen for network in plan.independent] == [(2,), (1,), (0,)]
    assert plan.independent[0] is plan.cascading[0] and plan.full[0] is plan.cascading[-1]
    assert [network.seed for network in plan.full] == [5, 6]
    assert make_plan(["a", "b"], [[1], [0]], 1, 5, ["cascading"]).checks == {
        "cascading": [Network("cascading_1", (1,), 5), Network("full_seed5", (0, 1), 5)]
    }
    assert make_plan(["a", "b"], [[1, 0]], n_networks=2, seed=5).networks == [
        Network("full_seed5", (0, 1), 5),
        Network("full_seed6", (0, 1), 6),
    ]
    assert [network.name for network in plan.networks] == [
        "full_seed5",
        "full_seed6",
        "cascading_1",
        "cascading_2",
        "independent_2",
        "independent_3",
    ]
