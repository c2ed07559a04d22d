"""The model contract: its checks, and the writing of a TorchScript file that carries it."""

import json
import os
from pathlib import Path

import torch

from csm.errors import UserError

from .contract_sense import (
    fault_of_classes,
    fault_of_crop_scale,
    fault_of_fill,
    fault_of_five_points,
    fault_of_key,
    fault_of_mean,
    fault_of_std,
)

ROLES = ("classifier", "embedding", "detector", "mesh", "pair")
CROP_RULES = ("whole_image", "face_box", "five_points")
KINDS_OF_CLASSES = ("logit", "probability", "binary_logit", "sigmoids", "sigmoid_logits")
OUTPUT_KINDS = (*KINDS_OF_CLASSES, "embedding", "similarity", "box", "landmarks", "ignored")
# A mixed batch differs by the size of the values. Sums in another order differ by 1e-7 a layer,
# which deep narrow networks amplify: up to 2.6e-5 was seen.
BATCH_TOLERANCE = 1e-4


FLAGS = {
    "name": "--name",
    "task": "--task",
    "source": "--source",
    "licence": "--licence",
    "input.height": "--input-size",
    "input.width": "--input-size",
    "input.colour": "--colour",
    "input.mean": "--mean",
    "input.std": "--std",
    "input.fill": "--fill-colour",
    "crop.rule": "--crop-rule",
    "crop.scale": "--crop-scale",
    "crop.template": "--crop-template",
    "classes": "--classes",
    "outputs": "--outputs",
    "heads": "--heads",
}


class ContractError(UserError):
    """A contract, or a network that does not keep it."""


def check_contract(contract):
    """Raises ContractError with the first field that is wrong."""
    _require(contract.get("csm_contract") == 1, "csm_contract", contract.get("csm_contract"), "1")
    for field in ("name", "task", "source", "licence"):
        value = contract.get(field)
        _require(isinstance(value, str) and value.strip(), field, value, "a text")
    _one_of("role", contract.get("role"), ROLES)
    _refuse_misspelt(contract, "", "heads")
    _refuse_misspelt(contract.get("input") or {}, "input.", "fill")
    _check_input(contract.get("input") or {})
    _check_crop(contract.get("crop") or {}, contract["input"])
    _check_outputs(contract.get("outputs"))
    if contract["role"] == "classifier":
        _check_classes(contract)
    if contract["role"] == "embedding":
        kinds = [output["kind"] for output in contract["outputs"] if output["kind"] != "ignored"]
        _require(
            kinds[:1] == ["embedding"],
            "outputs",
            [output["kind"] for output in contract["outputs"]],
            "embedding as the first kind that is not ignored, because the role is embedding",
        )
    if contract["role"] == "pair":
        used = [output for output in contract["outputs"] if output["kind"] != "ignored"]
        _require(
            used and used[0]["kind"] == "similarity" and used[0]["size"] == 1,
            "outputs",
            [output["kind"] for output in contract["outputs"]],
            "a similarity of size 1 as the first output that is not ignored, because the role is"
            " pair",
        )


def _require(condition, field, value, valid):
    if not condition:
        raise ContractError(
            f"the contract's {_with_flag(field)} is {value!r}; valid: {valid}. "
            "Is the field missing or misspelt?"
        )


def _require_none(field, fault):
    """Raises if a value cannot be meant."""
    if fault:
        raise ContractError(f"the contract's {_with_flag(field)} {fault}.")


def _refuse_misspelt(given, path, field):
    """Raises if an object lacks an optional field and has a key that is nearly its name."""
    for key in given if field not in given else ():
        _require_none(path + key, fault_of_key(key, field))


def _with_flag(field):
    """A field with the flag of csm export that gives it."""
    return f"{field} ({FLAGS[field]})" if field in FLAGS else field


def _one_of(field, value, valid):
    _require(value in valid, field, value, ", ".join(valid))


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _check_input(given):
    for field in ("height", "width"):
        value = given.get(field)
        _require(
            isinstance(value, int) and value > 0,
            f"input.{field}",
            value,
            "a whole number of px above 0",
        )
    _one_of("input.colour", given.get("colour"), ("rgb", "bgr"))
    faults = {"mean": fault_of_mean, "std": fault_of_std, "fill": fault_of_fill}
    for field, fault_of in faults.items():
        if field == "fill" and field not in given:
            continue
        value = given.get(field)
        three = isinstance(value, list) and len(value) == 3 and all(_is_number(v) for v in value)
        _require(three, f"input.{field}", value, "3 numbers on the scale 0..255")
        _require_none(f"input.{field}", fault_of(value))


def _check_crop(given, size):
    rule = given.get("rule")
    _one_of("crop.rule", rule, CROP_RULES)
    if rule == "face_box":
        scale = given.get("scale")
        _require(_is_number(scale), "crop.scale", scale, "a number, because the rule is face_box")
        _require_none("crop.scale", fault_of_crop_scale(scale))
    if rule == "five_points":
        points = given.get("template")
        five = (
            isinstance(points, list)
            and len(points) == 5
            and all(
                isinstance(p, list) and len(p) == 2 and all(_is_number(v) for v in p)
                for p in points
            )
        )
        _require(five, "crop.template", points, "5 x [x, y] px, because the rule is five_points")
        _require_none("crop.template", fault_of_five_points(points, size["height"], size["width"]))


def _check_outputs(outputs):
    _require(
        isinstance(outputs, list) and outputs,
        "outputs",
        outputs,
        "a list with one entry per returned tensor",
    )
    for i, output in enumerate(outputs):
        _require(
            isinstance(output.get("name"), str), f"outputs[{i}].name", output.get("name"), "a text"
        )
        _one_of(f"outputs[{i}].kind", output.get("kind"), OUTPUT_KINDS)
        size = output.get("size")
        _require(
            isinstance(size, int) and size > 0, f"outputs[{i}].size", size, "a whole number above 0"
        )
        _require(
            output["kind"] != "binary_logit" or size == 1,
            f"outputs[{i}].size",
            size,
            "1, because it is a binary_logit (several independent ones are sigmoid_logits)",
        )
    names = [output["name"] for output in outputs]
    _require(len(set(names)) == len(names), "outputs", names, "names that differ")


def _check_classes(contract):
    classes, heads = contract.get("classes"), contract.get("heads")
    texts = (
        isinstance(classes, list) and all(isinstance(c, str) for c in classes) and len(classes) > 1
    )
    _require(texts, "classes", classes, "a list of at least 2 names")
    _require_none("classes", fault_of_classes([name.strip() for name in classes]))
    sizes = {output["name"]: output["size"] for output in contract["outputs"]}
    kinds = {output["name"]: output["kind"] for output in contract["outputs"]}
    if not heads:
        _check_plain_classes(contract)
        return
    product = 1
    for i, head in enumerate(heads):
        _one_of(f"heads[{i}].output", head.get("output"), tuple(sizes))
        kind, size = kinds[head["output"]], sizes[head["output"]]
        _require(
            kind == "logit" or (kind == "probability" and size > 1),
            f"the kind of heads[{i}].output",
            kind,
            "logit, or probability with a value a class, because groups are made of one softmax",
        )
        groups = head.get("groups")
        _require(
            isinstance(groups, list) and all(groups),
            f"heads[{i}].groups",
            groups,
            "lists of indices, none empty",
        )
        members = [index for group in groups for index in group]
        inside = all(isinstance(m, int) and 0 <= m < size for m in members) and len(
            set(members)
        ) == len(members)
        _require(
            inside,
            f"heads[{i}].groups",
            "an index out of range or used twice",
            f"0 to {size - 1}, each once",
        )
        product *= len(groups)
    _require(
        len(classes) == product,
        "classes",
        f"{len(classes)} names",
        f"{product} names, row-major over the heads",
    )


def _check_plain_classes(contract):
    """Classes that are the entries of the first output in use."""
    used = [i for i, output in enumerate(contract["outputs"]) if output["kind"] != "ignored"]
    _require(used, "outputs", "all ignored", "at least one output in use")
    field, output, classes = (
        f"outputs[{used[0]}]",
        contract["outputs"][used[0]],
        contract["classes"],
    )
    _require(
        output["kind"] in KINDS_OF_CLASSES,
        f"{field}.kind",
        output["kind"],
        f"{', '.join(KINDS_OF_CLASSES)}, because classes are read from it",
    )
    count = (
        2
        if output["size"] == 1 and output["kind"] in ("binary_logit", "probability")
        else output["size"]
    )
    _require(
        len(classes) == count,
        "classes",
        f"{len(classes)} names",
        f"{count} names, one per class of the output",
    )


def trace(module, contract):
    """The module as a frozen-ready TorchScript graph with a free batch size."""
    example = example_images(contract, 2)
    module = module.eval()
    for parameter in module.parameters():
        parameter.requires_grad_(False)
    with torch.no_grad():
        return torch.jit.trace(module, example, check_trace=False)


def check_network(network, contract):
    """Worst relative difference of a batch from its single images; raises ContractError if the
    contract is broken."""
    images = example_images(contract, 3)
    with torch.no_grad():
        batch = _outputs(network, images, contract)
        singles = [_outputs(network, images[i : i + 1], contract) for i in range(len(images))]
    worst = 0.0
    for k, output in enumerate(contract["outputs"]):
        single = torch.cat([row[k] for row in singles])
        scale = single.abs().max().clamp(min=1.0)
        worst = max(worst, float((batch[k] - single).abs().max() / scale))
        if worst > BATCH_TOLERANCE:
            raise ContractError(
                f"output {output['name']!r} of a batch of 3 differs from the same images one by one"
                f" by {worst:.2g} (allowed: {BATCH_TOLERANCE:g}). Is a batch size of 1 fixed in a"
                " reshape, or a batch norm in train mode?"
            )
    return worst


def _outputs(network, images, contract):
    results = network(images)
    results = [results] if torch.is_tensor(results) else list(results)
    wanted = contract["outputs"]
    if len(results) != len(wanted):
        raise ContractError(
            f"the network returns {len(results)} tensors, the contract's outputs name"
            f" {len(wanted)}. Give one entry per returned tensor (kind `ignored` for those that are"
            " not used)."
        )
    for result, output in zip(results, wanted, strict=False):
        if result.dim() == 0 and len(images) == 1:
            raise ContractError(
                f"output {output['name']!r} has no dimension of the batch for a single image. Does"
                " the network end in squeeze() without a dimension? Write squeeze(1), or leave it"
                " out."
            )
        if (
            result.dim() == 0
            or result.shape[0] != len(images)
            or result.numel() != len(images) * output["size"]
        ):
            raise ContractError(
                f"output {output['name']!r} has the shape {tuple(result.shape)} for {len(images)}"
                f" images; the contract has {output['size']} values an image. Which of the two is"
                " right?"
            )
        if output["kind"] != "ignored" and not result.is_floating_point():
            raise ContractError(
                f"output {output['name']!r} is of the type {result.dtype}: a decision, which"
                " changes at no place or at once. Return the scores before argmax or the"
                " comparison."
            )
        if not torch.isfinite(result).all():
            raise ContractError(
                f"output {output['name']!r} has NaN or infinite values on a random image. "
                "Do the mean and std fit the network, and are all its weights loaded?"
            )
    return [result.reshape(len(images), -1).float() for result in results]


def example_images(contract, n_images, seed=7):
    """Random normalised images of the contract's input; the same for the same seed."""
    given = contract["input"]
    generator = torch.Generator().manual_seed(seed)
    values = 255 * torch.rand(n_images, 3, given["height"], given["width"], generator=generator)
    mean, std = (
        torch.tensor(given[field], dtype=torch.float32).view(1, 3, 1, 1)
        for field in ("mean", "std")
    )
    return (values - mean) / std


def save_model(network, contract, path, **extra_files):
    """Writes the TorchScript file with its contract, checked before and after; returns the batch
    difference."""
    check_contract(contract)
    files = {"contract.json": json.dumps(contract, indent=1)}
    files.update({f"{name}.json": json.dumps(content) for name, content in extra_files.items()})
    partial = Path(f"{path}.part")
    try:
        torch.jit.save(network, str(partial), _extra_files=files)
        _drop_source_paths(partial)
        worst = check_network(torch.jit.load(str(partial), map_location="cpu"), contract)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    return worst


def _drop_source_paths(path):
    """Removes the debug records, which hold the paths of this machine: the same network then gives
    the same bytes."""
    reader = torch._C.PyTorchFileReader(str(path))
    records = {
        name: reader.get_record(name)
        for name in reader.get_all_records()
        if not name.endswith(".debug_pkl")
        and name not in ("version", ".data/serialization_id", "byteorder")
    }
    del reader
    writer = torch._C.PyTorchFileWriter(str(path))
    for name in sorted(records):
        writer.write_record(name, records[name], len(records[name]))
    writer.write_end_of_file()


def load_model(path):
    """The TorchScript network (CPU, evaluation mode) and its contract."""
    files = {"contract.json": ""}
    network = torch.jit.load(str(path), map_location="cpu", _extra_files=files)
    if not files["contract.json"]:
        raise ContractError(f"{path} carries no contract.json. Export it with csm export.")
    return network.eval(), json.loads(files["contract.json"])
