"""Exports a network as a CSM model file: TorchScript with its contract inside (docs/model_contract.md).

SOURCE is one of
  package.module:callable   a class or function that returns a torch.nn.Module
  file.py:callable          the same from a file
  network.pt                a TorchScript file
  network.onnx              an ONNX file of operators that are known; it is compared with ONNX Runtime

Example (a gender network of your own):
  csm export my_nets.py:ResNet18 --weights gender.pth --arguments '{"num_classes": 2}' \\
      --output models/my_gender.pt --name 'my gender' --task gender --input-size 224x224 --normalisation imagenet \\
      --crop-rule face_box --crop-scale 1.3 --classes female,male --source 'trained by us' --licence MIT
"""

import argparse
import json
import sys
from pathlib import Path

import torch

from csm.contract import (
    CROP_RULES,
    OUTPUT_KINDS,
    ROLES,
    ContractError,
    check_contract,
    check_network,
    example_images,
    save_model,
)
from csm.contract_sense import MEAN_OF_IMAGENET, is_mean_of_pictures
from csm.export.accuracy import check_order
from csm.export.check_images import collect, interpreter, outputs_of
from csm.export.graph import frozen_graph, last_operators, subtracted_colour
from csm.export.load_source import load_source
from csm.export.name_outputs import name_outputs
from csm.export.output_kind import check_kinds
from csm.export.to_script import to_script
from csm.export.user_code import refuse
from csm.normalisations import NORMALISATIONS

N_COMPARED = 8  # images on which layers are compared with an ONNX file
LARGEST_DIFFERENCE = 1e-4  # of outputs of the size of one


def main(argv=None):
    arguments = _parse(argv)
    print(f"csm export: {interpreter()}", flush=True)
    if arguments.output.exists() and not arguments.overwrite:
        raise ContractError(
            f"{arguments.output} exists (it would be replaced). Give --overwrite or another --output."
        )
    if not arguments.output.parent.is_dir():
        raise ContractError(
            f"the folder of --output {arguments.output} does not exist. Make it first."
        )
    network, is_script = load_source(
        arguments.source_network,
        arguments.arguments,
        arguments.weights,
        arguments.trust_weights,
        arguments.weights_key,
    )
    contract = build_contract(arguments)
    _check_before_outputs(contract)
    _check_forward(network, contract, arguments.source_network)
    if hasattr(network, "compare"):
        _compare(network, contract, arguments.check_images)
    script = network if is_script else to_script(network, contract)
    _look_at(script, contract, arguments.check_images)
    check_contract(contract)
    worst = save_model(script, contract, arguments.output)
    outputs = ", ".join(f"{o['name']} ({o['kind']}, {o['size']})" for o in contract["outputs"])
    print(
        f"csm export: wrote {arguments.output}: {contract['name']}, {contract['role']}, outputs {outputs}\n"
        f"csm export: a batch of 3 equals single images to {worst:.1e}"
    )
    return 0


def _compare(network, contract, folder):
    """Compares layers that were made of an ONNX file with that file, on faces. Errors: ContractError."""
    images = collect(contract, folder)
    inputs = images.inputs[:N_COMPARED] if images.n_faces else images.inputs
    worst, runtime = network.compare(inputs.numpy())
    print(
        f"csm export: the layers differ from the file in {runtime} by {worst:.1e} at most, on {len(inputs)} images ({images.shown})"
    )
    if worst > LARGEST_DIFFERENCE:
        raise ContractError(
            f"that is more than {LARGEST_DIFFERENCE:g}, so the layers are not the file's network. csm_mpi runs the "
            "file itself: --model FILE.onnx --contract FILE (docs/black_box.md)."
        )


def _look_at(script, contract, folder):
    """Completes `outputs` and `input.fill` of the contract by what the network does on pictures, and checks them."""
    images = collect(contract, folder)
    values = outputs_of(script, images.inputs)
    graph = frozen_graph(script)
    operators = last_operators(graph, len(values))
    contract["outputs"], remarks = name_outputs(contract, values, operators)
    check_contract(contract)
    check_network(script, contract)
    check_kinds(contract["outputs"], values, operators, images.shown)
    for sentence in remarks + _describe_crop(contract) + _set_fill(contract, graph):
        print(f"csm export: {sentence}")
    if images.remark:
        print(
            f"csm export: the outputs were looked at on noise only: {images.remark}. --check-images FOLDER gives "
            "photographs of faces",
            file=sys.stderr,
        )
    if contract["role"] == "classifier" and images.n_faces:
        order = check_order([rows[: images.n_faces] for rows in values], contract, images)
        print(
            f"csm export: the outputs were looked at on {images.shown}"
            + (f"; {order}" if order else "")
        )


def _set_fill(contract, graph):
    """Writes the colour of --fill mean if the contract's mean does not give it; sentences on what was taken."""
    given = contract["input"]
    if (
        "fill" in given
        or is_mean_of_pictures(given["mean"])
        or contract["role"] in ("detector", "mesh")
    ):
        return []
    found = subtracted_colour(graph, given)
    given["fill"] = found or MEAN_OF_IMAGENET[:: -1 if given["colour"] == "bgr" else 1]
    why = (
        "the mean that the network subtracts itself"
        if found
        else "ImageNet's mean, since neither the contract nor the network's first steps tell a mean colour"
    )
    return [
        f"patches of --fill mean will have the colour {given['fill']} ({given['colour']}, 0..255): {why}. "
        "--fill-colour gives another"
    ]


def _describe_crop(contract):
    """What becomes of a square crop in an input that is not square; means in the wrong order of colours."""
    given, remarks = contract["input"], []
    height, width = given["height"], given["width"]
    if contract["crop"]["rule"] == "face_box" and height != width:
        remarks.append(
            f"the crop of the face is square and the input is {height} x {width} px (height x width): faces are "
            f"squeezed to {min(height, width) / max(height, width):.0%} in one direction. If the network was trained on "
            "faces of natural aspect, use --crop-rule five_points"
        )
    first, _, last = given["mean"]
    if (
        is_mean_of_pictures(given["mean"])
        and (last - first if given["colour"] == "rgb" else first - last) > 5
    ):
        remarks.append(
            f"the mean {given['mean']} says that blue is brighter than red in --colour {given['colour']}, which faces "
            f"are not: is --colour {'bgr' if given['colour'] == 'rgb' else 'rgb'} meant?"
        )
    return remarks


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
        help="photographs of faces to look at the outputs with; labels are read from its manifest.csv, column "
        "TASK (default samples/faces)",
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
        help="colour of the image for --fill mean, on 0..255, in the channel order (default: the "
        "mean of the contract or of the network's own first steps)",
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


def _check_before_outputs(contract):
    """Checks all fields that need no forward pass, so that their errors come first."""
    stand_in = {"name": "-", "kind": "embedding", "size": 1}
    plain = {key: value for key, value in contract.items() if key not in ("heads", "classes")} | {
        "outputs": [stand_in]
    }
    if contract["role"] == "classifier":
        plain["role"] = "detector"  # its classes are checked once the outputs are known
    check_contract(plain)


def _check_forward(network, contract, source):
    """Raises ContractError if the network fails on a batch of two, or returns something else than tensors."""
    images = example_images(contract, 2)
    try:
        with torch.no_grad():
            result = network(images)
    except Exception as error:  # whatever the user's code raises
        raise refuse(
            error,
            f"the network of {source} fails on an input of shape {tuple(images.shape)}",
            "Is --input-size right?",
        ) from error
    if isinstance(result, dict):
        raise ContractError(
            f"the network returns a {type(result).__name__} with the entries {', '.join(map(str, result))}. Wrap "
            "it in a module whose forward returns the tensors that are wanted."
        )
    results = (
        [result]
        if torch.is_tensor(result)
        else list(result)
        if isinstance(result, (tuple, list))
        else None
    )
    if not results or not all(torch.is_tensor(r) for r in results):
        raise ContractError(
            "the network returns neither a tensor nor a tuple of tensors. Wrap it in a module that does."
        )
    for i, part in enumerate(results):
        if part.dim() == 0 or len(part) != len(images):
            raise ContractError(
                f"output {i + 1} has the shape {tuple(part.shape)} for {len(images)} images: its first dimension is "
                "not the batch. Is a batch size of 1 fixed in a reshape, or does a squeeze() drop it?"
            )
        if not torch.isfinite(part).all():
            raise ContractError(
                f"output {i + 1} has NaN or infinite values on a random image. "
                "Do the mean and std fit the network, and are all its weights loaded?"
            )
