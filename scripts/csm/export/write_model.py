"""Writes a network with its contract as a model of csm_mpi, after looking at what it does."""

from __future__ import annotations

import sys
from pathlib import Path

import torch

from csm.contract import (
    ContractError,
    check_contract,
    check_network,
    example_images,
    save_model,
)
from csm.contract_sense import MEAN_OF_IMAGENET, is_mean_of_pictures
from csm.export.accuracy import check_order
from csm.export.check_images import collect, outputs_of
from csm.export.graph import frozen_graph, last_operators, subtracted_colour
from csm.export.name_outputs import name_outputs
from csm.export.output_kind import check_kinds
from csm.export.to_script import to_script
from csm.export.user_code import refuse

N_COMPARED = 8  # images on which layers are compared with an ONNX file
LARGEST_DIFFERENCE = 1e-4  # of outputs of the size of one


def write_model(
    network: torch.nn.Module,
    contract: dict,
    output: Path,
    source: str = "the module",
    check_images: str | None = None,
    is_script: bool = False,
) -> None:
    """Completes the contract by what the network does, checks both, and writes the file.

    `check_images` is a folder of photographs of faces, "none", or None for samples/faces.
    Errors: ContractError.
    """
    _check_before_outputs(contract)
    _check_forward(network, contract, source)
    if hasattr(network, "compare"):
        _compare(network, contract, check_images)
    script = network if is_script else to_script(network, contract)
    _look_at(script, contract, check_images)
    check_contract(contract)
    worst = save_model(script, contract, output)
    outputs = ", ".join(f"{o['name']} ({o['kind']}, {o['size']})" for o in contract["outputs"])
    print(
        f"csm export: wrote {output}: {contract['name']}, {contract['role']}, outputs {outputs}\n"
        f"csm export: a batch of 3 equals single images to {worst:.1e}"
    )


def _compare(network, contract, folder):
    """Compares layers that were made of an ONNX file with that file, on faces. Errors:
    ContractError."""
    images = collect(contract, folder)
    inputs = images.inputs[:N_COMPARED] if images.n_faces else images.inputs
    worst, runtime = network.compare(inputs.numpy())
    print(
        f"csm export: the layers differ from the file in {runtime} by {worst:.1e} at most, on"
        f" {len(inputs)} images ({images.shown})"
    )
    if worst > LARGEST_DIFFERENCE:
        raise ContractError(
            f"that is more than {LARGEST_DIFFERENCE:g}, so the layers are not the file's network."
            " csm_mpi runs the file itself: --model FILE.onnx --contract FILE (docs/black_box.md)."
        )


def _look_at(script, contract, folder):
    """Completes `outputs` and `input.fill` of the contract by what the network does on pictures,
    and checks them."""
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
            f"csm export: the outputs were looked at on noise only: {images.remark}. --check-images"
            " FOLDER gives photographs of faces",
            file=sys.stderr,
        )
    if contract["role"] == "classifier" and images.n_faces:
        order = check_order([rows[: images.n_faces] for rows in values], contract, images)
        print(
            f"csm export: the outputs were looked at on {images.shown}"
            + (f"; {order}" if order else "")
        )


def _set_fill(contract, graph):
    """Writes the colour of --fill mean if the contract's mean does not give it; sentences on what
    was taken."""
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
        else (
            "ImageNet's mean, since neither the contract nor the network's first steps tell a mean"
            " colour"
        )
    )
    return [
        f"patches of --fill mean will have the colour {given['fill']} ({given['colour']}, 0..255):"
        f" {why}. --fill-colour gives another"
    ]


def _describe_crop(contract):
    """What becomes of a square crop in an input that is not square; means in the wrong order of
    colours."""
    given, remarks = contract["input"], []
    height, width = given["height"], given["width"]
    if contract["crop"]["rule"] == "face_box" and height != width:
        remarks.append(
            f"the crop of the face is square and the input is {height} x {width} px (height x"
            f" width): faces are squeezed to {min(height, width) / max(height, width):.0%} in one"
            " direction. If the network was trained on faces of natural aspect, use --crop-rule"
            " five_points"
        )
    first, _, last = given["mean"]
    if (
        is_mean_of_pictures(given["mean"])
        and (last - first if given["colour"] == "rgb" else first - last) > 5
    ):
        remarks.append(
            f"the mean {given['mean']} says that blue is brighter than red in --colour"
            f" {given['colour']}, which faces are not: is --colour"
            f" {'bgr' if given['colour'] == 'rgb' else 'rgb'} meant?"
        )
    return remarks


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
    """Raises ContractError if the network fails on a batch of two, or returns something else than
    tensors."""
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
            f"the network returns a {type(result).__name__} with the entries"
            f" {', '.join(map(str, result))}. Wrap it in a module whose forward returns the tensors"
            " that are wanted."
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
            "the network returns neither a tensor nor a tuple of tensors. Wrap it in a module that"
            " does."
        )
    for i, part in enumerate(results):
        if part.dim() == 0 or len(part) != len(images):
            raise ContractError(
                f"output {i + 1} has the shape {tuple(part.shape)} for {len(images)} images: its"
                " first dimension is not the batch. Is a batch size of 1 fixed in a reshape, or"
                " does a squeeze() drop it?"
            )
        if not torch.isfinite(part).all():
            raise ContractError(
                f"output {i + 1} has NaN or infinite values on a random image. "
                "Do the mean and std fit the network, and are all its weights loaded?"
            )
