"""Exports a network as a CSM model file: TorchScript with its contract inside
(docs/model_contract.md).

SOURCE is one of
  package.module:callable   a class or function that returns a torch.nn.Module
  file.py:callable          the same from a file
  network.pt                a TorchScript file
  network.pt2               a file of torch.export.save
  network.onnx              an ONNX file of operators that are known; it is compared with ONNX
                            Runtime

Example (a gender network of your own):
  csm export my_nets.py:ResNet18 --weights gender.pth --arguments '{"num_classes": 2}' \\
      --output models/my_gender.pt --name 'my gender' --task gender --input-size 224x224 \\
      --normalisation imagenet --crop-rule face_box --crop-scale 1.3 --classes female,male \\
      --source 'trained by us' --licence MIT
"""

import argparse
import json
from pathlib import Path

from csm.contract import (
    CROP_RULES,
    OUTPUT_KINDS,
    ROLES,
    ContractError,
)
from csm.export.check_images import interpreter
from csm.export.load_source import load_source
from csm.export.write_model import write_model
from csm.normalisations import NORMALISATIONS


def main(argv=None):
    arguments = _parse(argv)
    print(f"csm export: {interpreter()}", flush=True)
    if arguments.output.exists() and not arguments.overwrite:
        raise ContractError(
            f"{arguments.output} exists (it would be replaced). Give --overwrite or another"
            " --output."
        )
    try:
        arguments.output.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ContractError(
            f"the folder of --output {arguments.output} cannot be made: {error.strerror}. Name"
            " another --output."
        ) from error
    network, is_script = load_source(
        arguments.source_network,
        arguments.arguments,
        arguments.weights,
        arguments.trust_weights,
        arguments.weights_key,
    )
    write_model(
        network,
        build_contract(arguments),
        arguments.output,
        source=arguments.source_network,
        check_images=arguments.check_images,
        is_script=is_script,
    )
    return 0


def _parse(argv):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source_network", metavar="SOURCE")
    parser.add_argument("--output", type=Path, required=True, help="file to write")
    parser.add_argument("--overwrite", action="store_true", help="replace an existing file")
    parser.add_argument("--weights", type=Path, help="state dict (.pt, .pth)")
    parser.add_argument(
        "--weights-key", metavar="NAME", help="entry of that file that holds them, such as ema"
    )
    parser.add_argument(
        "--trust-weights", action="store_true", help="load pickled objects (runs code in the file)"
    )
    parser.add_argument(
        "--arguments", type=_json, default={}, help="keyword arguments of the callable, as JSON"
    )
    parser.add_argument(
        "--contract", type=Path, help="JSON file with contract fields; the flags below win"
    )
    parser.add_argument(
        "--check-images",
        metavar="FOLDER|none",
        help=(
            "photographs of faces to look at the outputs with; labels are read from its"
            " manifest.csv, column TASK (default samples/faces)"
        ),
    )
    _add_contract_fields(parser.add_argument_group("contract fields (docs/model_contract.md)"))
    return parser.parse_args(argv)


def _add_contract_fields(group):
    """The options that win over the fields of --contract."""
    group.add_argument("--name")
    group.add_argument("--role", choices=ROLES)
    group.add_argument("--task")
    group.add_argument("--input-size", type=_size, metavar="HEIGHTxWIDTH", help="[px]")
    group.add_argument("--colour", choices=("rgb", "bgr"))
    group.add_argument(
        "--normalisation", choices=tuple(NORMALISATIONS), help="mean and std by name"
    )
    group.add_argument(
        "--mean", type=_three, metavar="A,B,C", help="on 0..255, in the channel order"
    )
    group.add_argument(
        "--std", type=_three, metavar="A,B,C", help="on 0..255, in the channel order"
    )
    group.add_argument(
        "--fill-colour",
        type=_three,
        metavar="A,B,C",
        help=(
            "colour of the image for --fill mean, on 0..255, in the channel order (default: the "
            "mean of the contract or of the network's own first steps)"
        ),
    )
    group.add_argument("--crop-rule", choices=CROP_RULES)
    group.add_argument("--crop-scale", type=float)
    group.add_argument("--crop-template", type=_json, metavar="JSON", help="5 x [x, y] px")
    group.add_argument(
        "--classes", type=lambda text: [name.strip() for name in text.split(",")], metavar="A,B,..."
    )
    group.add_argument("--heads", type=_json, metavar="JSON")
    group.add_argument(
        "--outputs",
        type=_outputs,
        metavar="NAME:KIND,...",
        help=f"one per returned tensor; kinds: {', '.join(OUTPUT_KINDS)} (docs/model_contract.md)",
    )
    group.add_argument("--source", help="where the weights come from")
    group.add_argument("--licence")


def _json(text):
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not JSON: {error}") from None


def _size(text):
    try:
        height, width = (int(part) for part in text.lower().split("x"))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a size; valid: HEIGHTxWIDTH, such as 224x224"
        ) from None
    return height, width


def _three(text):
    try:
        a, b, c = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a list of three numbers; valid: such as 104,117,123"
        ) from None
    return [a, b, c]


def _outputs(text):
    pairs = [part.strip().partition(":") for part in text.split(",")]
    bad = [name for name, _, kind in pairs if kind not in OUTPUT_KINDS]
    if bad:
        raise argparse.ArgumentTypeError(
            f"output {bad[0]!r} has no valid kind; valid: {', '.join(OUTPUT_KINDS)}"
        )
    return [{"name": name, "kind": kind} for name, _, kind in pairs]


def build_contract(arguments):
    """The contract of --contract and the flags; outputs still without their sizes."""
    contract = {
        "csm_contract": 1,
        "role": "classifier",
        "input": {"colour": "rgb"},
        "crop": {"rule": "whole_image"},
    }
    if arguments.contract:
        try:
            given = json.loads(arguments.contract.read_text())
        except (OSError, json.JSONDecodeError) as error:
            raise ContractError(
                f"--contract {arguments.contract} cannot be read as JSON: {error}"
            ) from error
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
        given["mean"], given["std"] = (
            values[::step] for values in NORMALISATIONS[arguments.normalisation]
        )
    for field, flag in (("mean", "mean"), ("std", "std"), ("fill", "fill_colour")):
        if getattr(arguments, flag):
            given[field] = getattr(arguments, flag)
    if isinstance(contract.get("classes"), list):
        contract["classes"] = [
            name.strip() if isinstance(name, str) else name for name in contract["classes"]
        ]
    crop = {
        "rule": arguments.crop_rule,
        "scale": arguments.crop_scale,
        "template": arguments.crop_template,
    }
    contract["crop"] |= {field: value for field, value in crop.items() if value is not None}
    return contract
