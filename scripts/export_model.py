#!/usr/bin/env python3
"""Exports a network as a CSM model file: TorchScript with its contract inside (docs/model_contract.md).

SOURCE is one of
  package.module:callable   a class or function that returns a torch.nn.Module
  file.py:callable          the same from a file
  network.pt                a TorchScript file

Example (a gender network of your own):
  scripts/export_model.py my_nets.py:ResNet18 --weights gender.pth --arguments '{"num_classes": 2}' \\
      --output models/my_gender.pt --name 'my gender' --task gender --input-size 224x224 --normalisation imagenet \\
      --crop-rule face_box --crop-scale 1.3 --classes female,male --source 'trained by us' --licence MIT
"""

import own_python  # noqa: F401

import argparse
import json
import sys
import warnings
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parent))
from convert.contract import (CROP_RULES, OUTPUT_KINDS, ROLES, ContractError, check_contract,  # noqa: E402
                              example_images, save_model, trace)
from convert.load_source import load_source  # noqa: E402

NORMALISATIONS = {  # mean and std on 0..255, RGB
    "imagenet": ([123.675, 116.28, 103.53], [58.395, 57.12, 57.375]), "unit": ([0.0] * 3, [255.0] * 3),
    "symmetric": ([127.5] * 3, [127.5] * 3), "none": ([0.0] * 3, [1.0] * 3)}
DEFAULT_KIND = {"classifier": "logit", "embedding": "embedding", "detector": "box", "mesh": "landmarks"}


def main(words=None):
    arguments = _parse(words)
    if arguments.output.exists() and not arguments.overwrite:
        raise ContractError(f"{arguments.output} exists (it would be replaced). Give --overwrite or another --output.")
    if not arguments.output.parent.is_dir():
        raise ContractError(f"the folder of --output {arguments.output} does not exist. Make it first.")
    network, is_script = load_source(arguments.source_network, arguments.arguments, arguments.weights,
                                     arguments.trust_weights)
    contract = build_contract(arguments)
    _check_before_outputs(contract)
    results = _first_outputs(network, contract)
    contract["outputs"] = complete_outputs(contract, results)
    check_contract(contract)
    script = network if is_script else to_script(network, contract)
    worst = save_model(script, contract, arguments.output)
    outputs = ", ".join(f"{o['name']} ({o['kind']}, {o['size']})" for o in contract["outputs"])
    print(f"export_model: wrote {arguments.output}: {contract['name']}, {contract['role']}, outputs {outputs}\n"
          f"export_model: a batch of 3 equals single images to {worst:.1e}")
    return 0


def _parse(words):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source_network", metavar="SOURCE")
    parser.add_argument("--output", type=Path, required=True, help="file to write")
    parser.add_argument("--overwrite", action="store_true", help="replace an existing file")
    parser.add_argument("--weights", type=Path, help="state dict (.pt, .pth)")
    parser.add_argument("--trust-weights", action="store_true", help="load pickled objects (runs code in the file)")
    parser.add_argument("--arguments", type=_json, default={}, help="keyword arguments of the callable, as JSON")
    parser.add_argument("--contract", type=Path, help="JSON file with contract fields; the flags below win")
    group = parser.add_argument_group("contract fields (docs/model_contract.md)")
    group.add_argument("--name")
    group.add_argument("--role", choices=ROLES)
    group.add_argument("--task")
    group.add_argument("--input-size", type=_size, metavar="HEIGHTxWIDTH", help="[px]")
    group.add_argument("--colour", choices=("rgb", "bgr"))
    group.add_argument("--normalisation", choices=tuple(NORMALISATIONS), help="mean and std by name")
    group.add_argument("--mean", type=_three, metavar="A,B,C", help="on 0..255, in the channel order")
    group.add_argument("--std", type=_three, metavar="A,B,C", help="on 0..255, in the channel order")
    group.add_argument("--crop-rule", choices=CROP_RULES)
    group.add_argument("--crop-scale", type=float)
    group.add_argument("--crop-template", type=_json, metavar="JSON", help="5 x [x, y] px")
    group.add_argument("--classes", type=lambda text: text.split(","), metavar="A,B,...")
    group.add_argument("--heads", type=_json, metavar="JSON")
    group.add_argument("--outputs", type=_outputs, metavar="NAME:KIND,...",
                       help=f"one per returned tensor; kinds: {', '.join(OUTPUT_KINDS)}")
    group.add_argument("--source", help="where the weights come from")
    group.add_argument("--licence")
    return parser.parse_args(words)


def _json(text):
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no JSON: {error}") from None


def _size(text):
    try:
        height, width = (int(part) for part in text.lower().split("x"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no size; valid: HEIGHTxWIDTH, such as 224x224") from None
    return height, width


def _three(text):
    try:
        a, b, c = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of three numbers; valid: such as 104,117,123") from None
    return [a, b, c]


def _outputs(text):
    pairs = [part.partition(":") for part in text.split(",")]
    bad = [name for name, _, kind in pairs if kind not in OUTPUT_KINDS]
    if bad:
        raise argparse.ArgumentTypeError(f"output {bad[0]!r} has no valid kind; valid: {', '.join(OUTPUT_KINDS)}")
    return [{"name": name, "kind": kind} for name, _, kind in pairs]


def build_contract(arguments):
    """The contract of --contract and the flags; outputs still without their sizes."""
    contract = {"csm_contract": 1, "role": "classifier", "input": {"colour": "rgb"}, "crop": {"rule": "whole_image"}}
    if arguments.contract:
        try:
            given = json.loads(arguments.contract.read_text())
        except (OSError, json.JSONDecodeError) as error:
            raise ContractError(f"--contract {arguments.contract} cannot be read as JSON: {error}") from error
        contract |= given
    for field in ("name", "role", "task", "classes", "heads", "outputs", "source", "licence"):
        if getattr(arguments, field) is not None:
            contract[field] = getattr(arguments, field)
    given = contract["input"]
    if arguments.input_size:
        given["height"], given["width"] = arguments.input_size
    if arguments.colour:
        given["colour"] = arguments.colour
    if arguments.normalisation:
        step = -1 if given.get("colour") == "bgr" else 1
        given["mean"], given["std"] = (values[::step] for values in NORMALISATIONS[arguments.normalisation])
    for field in ("mean", "std"):
        if getattr(arguments, field):
            given[field] = getattr(arguments, field)
    crop = {"rule": arguments.crop_rule, "scale": arguments.crop_scale, "template": arguments.crop_template}
    contract["crop"] |= {field: value for field, value in crop.items() if value is not None}
    return contract


def _check_before_outputs(contract):
    """Checks all fields that need no forward pass, so that their errors come first."""
    stand_in = {"name": "-", "kind": DEFAULT_KIND.get(contract["role"], "logit"), "size": len(contract.get("classes") or "-")}
    plain = {key: value for key, value in contract.items() if key not in ("heads", "classes")} | {"outputs": [stand_in]}
    if contract["role"] == "classifier":
        plain["role"] = "detector"  # its classes are checked once the outputs are known
    check_contract(plain)


def _first_outputs(network, contract):
    images = example_images(contract, 2)
    try:
        with torch.no_grad():
            results = network(images)
    except Exception as error:  # whatever the user's code raises
        raise ContractError(f"the network fails on an input of shape {tuple(images.shape)}: "
                            f"{str(error).strip().splitlines()[-1]} Is --input-size right?") from error
    results = [results] if torch.is_tensor(results) else list(results) if isinstance(results, (tuple, list)) else None
    if results is None or not all(torch.is_tensor(r) for r in results):
        raise ContractError("the network returns neither a tensor nor a tuple of tensors. Wrap it in a module that does.")
    return results


def complete_outputs(contract, results):
    """The contract's outputs with the sizes that the network gave."""
    given = contract.get("outputs")
    if not given:
        kind = DEFAULT_KIND[contract["role"]]
        if contract["role"] == "classifier" and len(contract.get("classes") or []) == 2 and results[0][0].numel() == 1:
            kind = "binary_logit"
        given = [{"name": contract["task"], "kind": kind}]
        given += [{"name": f"unused_{i}", "kind": "ignored"} for i in range(1, len(results))]
    if len(given) != len(results):
        raise ContractError(f"the network returns {len(results)} tensors, --outputs names {len(given)}. "
                            "Give one entry per returned tensor (kind `ignored` for those that are not used).")
    return [{"size": result[0].numel()} | output for output, result in zip(given, results)]


def to_script(network, contract):
    """The network as TorchScript: traced where no choice depends on the data, else scripted."""
    script, traced = _try(_traced, network, contract, "error")
    if script is None:
        script, scripted = _try(lambda: torch.jit.script(network))
    if script is None:
        script, loosely = _try(_traced, network, contract, "ignore")
        if script is not None:
            print("export_model: the forward pass makes choices in Python that the file keeps as they fell for random "
                  f"images (tracing: {_first_line(traced)}). Check the file's outputs on your own images.", file=sys.stderr)
    if script is None:
        raise ContractError(
            "the network can be neither traced nor scripted to TorchScript.\n"
            f"  tracing: {_first_line(loosely)}\n  scripting: {_first_line(scripted)}\n"
            "Does its forward depend on the data or on a fixed batch size? Is it random in evaluation mode?")
    return script


def _try(make, *arguments):
    """(value, None) or (None, the exception): torch fails in many ways, and there is a next road to try."""
    try:
        return make(*arguments), None
    except Exception as error:  # noqa: BLE001
        return None, error


def _first_line(error):
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _traced(network, contract, on_choice):
    """A trace that gives the network's own outputs for another batch; choices on data are an error or ignored."""
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter(on_choice, torch.jit.TracerWarning)
        script = trace(network, contract)
        images = example_images(contract, 3, seed=11)
        torch.testing.assert_close(script(images), network(images), rtol=1e-4, atol=1e-5, equal_nan=True)
        return script


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ContractError as error:
        print(f"export_model: {error}", file=sys.stderr)
        sys.exit(2)
