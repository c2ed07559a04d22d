"""From a torch module and a folder of photos to a Result, in one call."""

from __future__ import annotations

import csv
import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

from csm import places
from csm.errors import UserError
from csm.result import Result, open_result

if TYPE_CHECKING:
    import torch

STOPPED_WITH_CHECKPOINT = 75
LAST_LINES = 12  # of the program's messages, shown when it fails


class RunFailed(RuntimeError):
    """csm_mpi ended with an error; the message is its own."""


def explain(
    module: torch.nn.Module,
    images: str | Path | Sequence[str | Path],
    task: str = "gender",
    *,
    classes: Sequence[str] = ("female", "male"),
    input_size: tuple[int, int] = (224, 224),
    normalisation: str = "imagenet",
    crop: str | tuple[str, float] = ("face_box", 1.3),
    contract: dict[str, Any] | None = None,
    ranks: int = 2,
    output: str | Path | None = None,
    overwrite: bool = False,
    progress: bool = True,
    **options: Any,
) -> Result:
    """The canonical saliency map of a classifier over photos of faces.

    The module is written with its contract beside the output, csm_mpi runs on it, and its result
    is opened. Ctrl-C (a notebook's stop) lets csm_mpi save and ends with KeyboardInterrupt; the
    same call goes on from there.

    module         takes a float tensor (N x 3 x H x W) and gives scores (N x classes)
    images         a folder, a CSV manifest, tar shards, or a list of image files
    classes        in the order of the module's outputs
    input_size     (height, width) [px]
    normalisation  a name of csm.normalisations, or "none"
    crop           "whole_image", or the rule with its scale, such as ("face_box", 1.3)
    contract       more fields of docs/model_contract.md; they win over what is above
    ranks          processes that share the work
    output         result file (default: results/TASK_explained.h5)
    overwrite      replace a result that is there
    options        of csm_mpi: label="gender", group_by="label", patch_size=15, quality="draft"

    Errors: ContractError if the module and its contract do not fit; UserError for what csm_mpi
    refuses; RunFailed if it fails at work.
    """
    path = Path(output or f"results/{task}_explained.h5").resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not overwrite:
        raise UserError(f"{path} is there. Open it with csm.open, or give overwrite=True.")
    fields = _contract(task, classes, input_size, normalisation, crop, contract or {})
    model = _write_model_once(module, fields, path.with_suffix(".pt"))
    job = path.with_suffix(".cfg")
    job.write_text(f"# Written by csm.explain.\ntask = {task}\n")
    arguments = ["--job", str(job), "--model", str(model), "--dataset", str(_dataset(images, path))]
    arguments += ["--output", str(path), *(["--overwrite"] if overwrite else [])]
    for name, value in options.items():
        arguments += _option(name, value)
    _run([*_start_of_command(ranks), *arguments], progress)
    return open_result(path)


def _contract(
    task: str,
    classes: Sequence[str],
    input_size: tuple[int, int],
    normalisation: str,
    crop: str | tuple[str, float],
    given: dict[str, Any],
) -> dict[str, Any]:
    """The contract of the arguments. Errors: UserError for a normalisation that is not known."""
    from csm.normalisations import NORMALISATIONS

    if normalisation not in NORMALISATIONS:
        valid = ", ".join(NORMALISATIONS)
        raise UserError(f"normalisation is {normalisation!r}; valid: {valid}")
    mean, std = NORMALISATIONS[normalisation]
    rule, *scale = (crop,) if isinstance(crop, str) else crop
    fields: dict[str, Any] = {
        "csm_contract": 1,
        "name": f"{task} network",
        "role": "classifier",
        "task": task,
        "classes": list(classes),
        "source": "csm.explain",
        "licence": "not stated",
    }
    fields |= {name: value for name, value in given.items() if name not in ("input", "crop")}
    height, width = input_size
    size = {"height": height, "width": width, "colour": "rgb"}
    fields["input"] = size | {"mean": list(mean), "std": list(std)} | given.get("input", {})
    fields["crop"] = {"rule": rule} | ({"scale": scale[0]} if scale else {}) | given.get("crop", {})
    return json.loads(json.dumps(fields))  # tuples become lists, as in a contract's file


def _write_model_once(module: torch.nn.Module, contract: dict[str, Any], path: Path) -> Path:
    """Writes the module unless the file holds it: a checkpoint belongs to one file of a model, and
    two files of one module differ in bytes."""
    mark = path.with_name(path.name + ".sha256")
    fingerprint = _fingerprint(module, contract)
    if path.is_file() and mark.is_file() and mark.read_text() == fingerprint:
        return path
    from csm.export.write_model import write_model

    write_model(module.eval(), contract, path)
    mark.write_text(fingerprint)
    return path


def _fingerprint(module: torch.nn.Module, contract: dict[str, Any]) -> str:
    """A hash of the module's structure and weights, and of the contract."""
    digest = hashlib.sha256(json.dumps(contract, sort_keys=True).encode() + repr(module).encode())
    for name, value in module.state_dict().items():
        digest.update(name.encode() + value.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def _dataset(images: str | Path | Sequence[str | Path], output: Path) -> str | Path:
    """What --dataset names: the folder itself, or a manifest of the listed files."""
    if isinstance(images, (str, Path)):
        return images
    manifest = output.with_name(f"{output.stem}_images.csv")
    with manifest.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path"])
        writer.writerows([str(Path(image).resolve())] for image in images)
    return manifest


def _option(name: str, value: Any) -> list[str]:
    """--group-by label for group_by="label"; a switch for True, nothing for False or None."""
    flag = f"--{name.replace('_', '-')}"
    if value is None or value is False:
        return []
    return [flag] if value is True else [flag, str(value)]


def _start_of_command(ranks: int) -> list[str]:
    """The program, under its launcher. Errors: UserError."""
    program = places.find_program()
    if program is None:
        raise UserError(
            "csm_mpi is not found. Build it with scripts/build.sh and source env.sh, or name its "
            "folder in the environment variable CSM_BIN."
        )
    return [*places.launcher(ranks, "ranks"), str(program)]


def _run(command: list[str], progress: bool) -> None:
    """Runs csm_mpi to its end and shows how far it is. Errors: as explain."""
    events = [*command, "--log-json", "-", "--quiet"]
    with TemporaryFile("w+") as messages, _started(events, messages) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                _show(line, progress)
        except KeyboardInterrupt:
            # mpirun forwards this signal; the ranks finish their image, save and return 75.
            process.send_signal(signal.SIGUSR1)
            process.stdout.read()
            process.wait()
            print("\ncsm: stopped with a checkpoint; the same call goes on", file=sys.stderr)
            raise
        process.wait()
        messages.seek(0)
        text = _last_messages(messages.read())
    if progress:
        print(file=sys.stderr)
    if process.returncode == 0:
        return
    if process.returncode == STOPPED_WITH_CHECKPOINT:
        raise KeyboardInterrupt("csm_mpi was stopped with a checkpoint; the same call goes on")
    if process.returncode == 2:
        raise UserError(text)
    raise RunFailed(f"csm_mpi ended with {process.returncode}\n{text}")


def _last_messages(text: str) -> str:
    """The last lines of what the program wrote; the boxes that mpirun and MPI_Abort draw about its
    exit code are left out."""
    lines, is_box = [], False
    for line in text.strip().splitlines():
        is_rule = len(line) > 40 and not line.strip("-")
        if is_rule:
            is_box = not is_box
        elif not is_box:
            lines.append(line)
    return "\n".join(lines[-LAST_LINES:]).strip() or text.strip()


@contextmanager
def _started(command: list[str], messages: IO[str]) -> Iterator[subprocess.Popen[str]]:
    """The process in a session of its own, which Ctrl-C does not reach; ended if this ends."""
    environment = places.environment() | {"OMPI_MCA_btl_vader_single_copy_mechanism": "none"}
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=messages,
        text=True,
        start_new_session=True,
        env=environment,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _show(line: str, progress: bool) -> None:
    """Shows a line of progress; other events are not for people."""
    try:
        event = json.loads(line)
    except json.JSONDecodeError:
        return
    if progress and event.get("event") == "progress":
        done, total, seconds = event["n_done"], event["n_total"], event["seconds"]
        more = "; intervals, tests and the report follow" if done == total else ""
        print(f"\rcsm: {done} of {total} images, {seconds:.0f} s{more}", end="", file=sys.stderr)
    elif event.get("event") == "warning":
        print(f"\ncsm: warning: {event['message']}", file=sys.stderr)
