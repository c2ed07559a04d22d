"""Every field of the contract is checked, and the message names it."""

import copy

import pytest
from csm import contract_sense
from csm.contract import ContractError, check_contract

GOOD = {
    "csm_contract": 1,
    "name": "n",
    "role": "classifier",
    "task": "t",
    "source": "s",
    "licence": "l",
    "input": {
        "height": 8,
        "width": 6,
        "colour": "rgb",
        "mean": [0.0, 0.0, 0.0],
        "std": [1.0, 1.0, 1.0],
    },
    "crop": {"rule": "face_box", "scale": 1.2},
    "outputs": [{"name": "a", "kind": "logit", "size": 4}],
    "classes": ["p", "q", "r", "s"],
}


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


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("csm_contract", 2, "csm_contract"),
        ("name", "", "name"),
        ("task", None, "task"),
        ("source", 3, "source"),
        ("licence", " ", "licence"),
        ("role", "oracle", "role"),
        ("input.height", 0, "input.height"),
        ("input.width", 6.5, "input.width"),
        ("input.colour", "gray", "input.colour"),
        ("input.mean", [1, 2], "input.mean"),
        ("input.std", [1, 0, 1], "input.std"),
        ("crop.rule", "circle", "crop.rule"),
        ("crop.scale", -1, "crop.scale"),
        ("crop", {"rule": "five_points", "template": [[1, 2]] * 4}, "crop.template"),
        ("outputs", [], "outputs"),
        ("outputs.0.kind", "vibes", r"outputs\[0\].kind"),
        ("outputs.0.size", 5, "classes"),
        ("outputs.0.kind", "embedding", r"outputs\[0\].kind"),
        ("classes", ["p", "p", "r", "s"], "classes"),
        ("classes", ["p", "q"], "classes"),
        ("classes", ["p", "P ", "r", "s"], "twice"),
        ("classes", ["p", " ", "r", "s"], "empty"),
        ("classes", ["p", "a\nb", "r", "s"], "line break"),
        ("classes", ["p", "x" * 200, "r", "s"], "at most 100"),
        ("input.mean", [0.485, 0.456, 0.406], r"\[123.675, 116.28, 103.53\]"),
        ("input.mean", [-1, 0, 0], "input.mean|0..1"),
        ("input.std", [0.229, 0.224, 0.225], r"\[58.395, 57.12, 57.375\]"),
        ("input.fill", [1, 2], "input.fill"),
        ("input.fill", [0, 0, 256], "input.fill"),
        ("crop.scale", 0.1, "crop.scale"),
        ("crop.scale", 20, "crop.scale"),
        ("outputs.0.kind", "binary_logit", r"outputs\[0\].size"),
        ("heads", [{"output": "b", "groups": [[0], [1]]}], r"heads\[0\].output"),
        ("heads", [{"output": "a", "groups": [[0, 1], [1, 2]]}], r"heads\[0\].groups"),
        ("heads", [{"output": "a", "groups": [[0], [1, 4]]}], r"heads\[0\].groups"),
        ("heads", [{"output": "a", "groups": [[0], [1], [2]]}], "classes"),
    ],
)
def test_wrong_field_is_named(path, value, named):
    with pytest.raises(ContractError, match=named):
        check_contract(changed(path, value))


def test_classes_are_the_product_of_the_heads():
    contract = changed(
        "heads", [{"output": "a", "groups": [[0], [1]]}, {"output": "a", "groups": [[2], [3]]}]
    )
    check_contract(contract)


def test_binary_logit_has_two_classes():
    contract = changed("outputs", [{"name": "a", "kind": "binary_logit", "size": 1}])
    contract["classes"] = ["no", "yes"]
    check_contract(contract)


@pytest.mark.parametrize(
    ("kind", "size", "fits"),
    [
        ("probability", 1, True),
        ("probability", 2, True),
        ("sigmoids", 2, True),
        ("sigmoid_logits", 2, True),
        ("logit", 1, False),
        ("sigmoids", 1, False),
        ("binary_logit", 2, False),
        ("embedding", 2, False),
    ],
)
def test_two_classes(kind, size, fits):
    contract = changed("outputs", [{"name": "a", "kind": kind, "size": size}]) | {
        "classes": ["no", "yes"]
    }
    if fits:
        check_contract(contract)
    else:
        with pytest.raises(ContractError):
            check_contract(contract)


def test_heads_are_made_of_one_softmax():
    contract = changed("heads", [{"output": "a", "groups": [[0], [1]]}]) | {
        "classes": ["no", "yes"]
    }
    check_contract(contract)
    contract["outputs"][0]["kind"] = "sigmoids"
    with pytest.raises(ContractError, match="heads"):
        check_contract(contract)


@pytest.mark.parametrize(("path", "key"), [("", "head"), ("input", "fil"), ("input", "fills")])
def test_a_misspelt_optional_field_is_not_passed_over(path, key):
    contract = changed("note", "of mine")
    check_contract(contract)
    (contract[path] if path else contract)[key] = [1, 2, 3]
    with pytest.raises(ContractError, match=f"{key} is not a field.*misspelt"):
        check_contract(contract)


def test_embedding_may_stand_after_ignored_outputs_only():
    contract = changed("role", "embedding")
    contract["outputs"] = [
        {"name": "a", "kind": "ignored", "size": 4},
        {"name": "e", "kind": "embedding", "size": 8},
    ]
    check_contract(contract)
    contract["outputs"][0]["kind"] = "logit"
    with pytest.raises(ContractError, match="outputs"):
        check_contract(contract)


ARCFACE = [
    [38.2946, 51.6963],
    [73.5318, 51.5014],
    [56.0252, 71.7366],
    [41.5493, 92.3655],
    [70.7299, 92.2041],
]


@pytest.mark.parametrize(
    ("points", "size", "fault"),
    [
        (ARCFACE, (112, 112), None),
        ([[x - 8, y] for x, y in ARCFACE], (112, 96), None),
        ([[x / 112, y / 112] for x, y in ARCFACE], (112, 112), "38.295"),
        ([ARCFACE[i] for i in (1, 0, 2, 4, 3)], (112, 112), "sides"),
        ([ARCFACE[i] for i in (3, 4, 2, 0, 1)], (112, 112), "top to bottom"),
        ([[y, x] for x, y in ARCFACE], (112, 112), "exchanged"),
        (ARCFACE, (224, 224), "another input size"),
        ([[2 * x, 2 * y] for x, y in ARCFACE], (112, 112), "outside"),
    ],
)
def test_five_points_must_be_a_face(points, size, fault):
    found = contract_sense.fault_of_five_points(points, *size)
    assert found is None if fault is None else fault in found


def test_factors_are_not_taken_for_a_standard_deviation():
    assert "[255.0, 255.0, 255.0]" in contract_sense.fault_of_std([1 / 255] * 3)
    assert "0..255" in contract_sense.fault_of_std([15000.0] * 3)
    assert contract_sense.fault_of_std([1.0] * 3) is None


def test_classes_come_from_the_first_output_in_use():
    contract = changed(
        "outputs",
        [{"name": "b", "kind": "ignored", "size": 9}, {"name": "a", "kind": "logit", "size": 4}],
    )
    check_contract(contract)
    contract["outputs"][1]["kind"] = "ignored"
    with pytest.raises(ContractError, match="at least one output in use"):
        check_contract(contract)
