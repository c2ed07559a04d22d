"""Every field of the contract is checked, and the message names it."""

import copy

import pytest
from convert.contract import ContractError, check_contract

GOOD = {"csm_contract": 1, "name": "n", "role": "classifier", "task": "t", "source": "s", "licence": "l",
        "input": {"height": 8, "width": 6, "colour": "rgb", "mean": [0.0, 0.0, 0.0], "std": [1.0, 1.0, 1.0]},
        "crop": {"rule": "face_box", "scale": 1.2}, "outputs": [{"name": "a", "kind": "logit", "size": 4}],
        "classes": ["p", "q", "r", "s"]}


def changed(path, value):
    contract = copy.deepcopy(GOOD)
    place = contract
    *parents, last = path.split(".")
    for part in parents:
        place = place[int(part)] if part.isdigit() else place[part]
    place[last] = value
    return contract


def test_good_contract_passes():
    check_contract(GOOD)


@pytest.mark.parametrize(("path", "value", "named"), [
    ("csm_contract", 2, "csm_contract"), ("name", "", "name"), ("task", None, "task"), ("source", 3, "source"),
    ("licence", " ", "licence"), ("role", "oracle", "role"), ("input.height", 0, "input.height"),
    ("input.width", 6.5, "input.width"), ("input.colour", "gray", "input.colour"), ("input.mean", [1, 2], "input.mean"),
    ("input.std", [1, 0, 1], "input.std"), ("crop.rule", "circle", "crop.rule"), ("crop.scale", -1, "crop.scale"),
    ("crop", {"rule": "five_points", "template": [[1, 2]] * 4}, "crop.template"), ("outputs", [], "outputs"),
    ("outputs.0.kind", "vibes", r"outputs\[0\].kind"), ("outputs.0.size", 5, "classes"),
    ("outputs.0.kind", "embedding", r"outputs\[0\].kind"), ("classes", ["p", "p", "r", "s"], "classes"),
    ("classes", ["p", "q"], "classes"), ("heads", [{"output": "b", "groups": [[0], [1]]}], r"heads\[0\].output"),
    ("heads", [{"output": "a", "groups": [[0, 1], [1, 2]]}], r"heads\[0\].groups"),
    ("heads", [{"output": "a", "groups": [[0], [1, 4]]}], r"heads\[0\].groups"),
    ("heads", [{"output": "a", "groups": [[0], [1], [2]]}], "classes")])
def test_wrong_field_is_named(path, value, named):
    with pytest.raises(ContractError, match=named):
        check_contract(changed(path, value))


def test_classes_are_the_product_of_the_heads():
    contract = changed("heads", [{"output": "a", "groups": [[0], [1]]}, {"output": "a", "groups": [[2], [3]]}])
    check_contract(contract)


def test_binary_logit_has_two_classes():
    contract = changed("outputs", [{"name": "a", "kind": "binary_logit", "size": 1}])
    contract["classes"] = ["no", "yes"]
    check_contract(contract)


def test_classes_come_from_the_first_output_in_use():
    contract = changed("outputs", [{"name": "b", "kind": "ignored", "size": 9}, {"name": "a", "kind": "logit", "size": 4}])
    check_contract(contract)
    contract["outputs"][1]["kind"] = "ignored"
    with pytest.raises(ContractError, match="at least one output in use"):
        check_contract(contract)
