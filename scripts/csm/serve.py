#!/usr/bin/env python3
"""Makes a model that csm_mpi can ask of any Python function.

    csm serve my.py:predict                    a worker, for --model 'process:csm serve my.py:predict'
    csm serve my.py:predict --http 8080        a service, for --model http://127.0.0.1:8080/v2/models/predict
    csm serve my.py:predict --try face.png     calls the function once and prints what it gives

The function takes a batch of face crops, uint8 of shape (N, H, W, 3), RGB, and returns N rows of numbers: float of shape
(N, classes), or a dict of such arrays by output name. A row of NaN says that the function found no face in that image.
With "role": "pair" it takes two such batches and returns (N, 1): how alike the faces of each pair are.
What csm_mpi must know besides is in the file as

    csm = {"size": 160, "classes": ["female", "male"]}

and optionally kind, crop, scale, role, task, name, colour, fill (docs/black_box.md); or there is a whole contract in
my.contract.json beside my.py, or in --contract FILE. This program needs NumPy only and runs in the network's Python.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO, Callable

import numpy as np

NAMES = {"uint8": "UINT8", "float32": "FP32", "float64": "FP64", "int32": "INT32", "int64": "INT64"}
TYPES = {name: np.dtype(dtype) for dtype, name in NAMES.items()}
MEAN_OF_IMAGENET = [124, 116, 104]  # RGB, as csm_mpi's
ROW_SUM_TOLERANCE = 1e-3  # of probabilities, as csm_mpi's
FACTS = ("size", "classes", "kind", "crop", "scale", "template", "colour", "fill", "role", "task",
         "name", "source", "licence")
INPUTS = ("images", "second_images")  # the second of a model of pairs


class ServeError(Exception):
    """What the user must correct: one sentence."""


def load_function(place: str) -> tuple[Callable[[np.ndarray], Any], Any, Path]:
    """The function of FILE.py:NAME, its module and the file."""
    file, _, name = place.rpartition(":")
    path = Path(file).resolve()
    if not file or not path.is_file():
        raise ServeError(f"There is no file '{file or place}'. Write FILE.py:FUNCTION.")
    sys.path.insert(0, str(path.parent))  # the file may import its neighbours
    specification = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(specification)
    sys.modules[path.stem] = module
    try:
        specification.loader.exec_module(module)
    except ModuleNotFoundError as error:
        missing = f"'{file}' imports {error.name}, which {sys.executable} does not have"
        command = f"PYTHON {Path(__file__).resolve()} {place}"
        raise ServeError(f"{missing}. Run it with the network's own Python: {command}") from error
    function = getattr(module, name, None)
    if not callable(function):
        raise ServeError(f"'{file}' has no function '{name}'.")
    return function, module, path


class Model:
    """A function with its contract. Attributes: name, contract (dict), outputs (names in order), version."""

    def __init__(self, place: str, contract_file: str | None = None) -> None:
        self.function, module, path = load_function(place)
        self.name = place.rpartition(":")[2]
        self.version = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        beside = path.with_suffix(".contract.json")
        if contract_file or beside.is_file():
            self.contract = json.loads(Path(contract_file or beside).read_text(encoding="utf-8"))
            self.outputs = [output["name"] for output in self.contract["outputs"]]
            self.shape = (self.contract["input"]["height"], self.contract["input"]["width"])
            self._first = self.predict(*self._noise(self.contract["role"]))
        else:
            facts = getattr(module, "csm", None)
            if not isinstance(facts, dict) or "size" not in facts:
                raise ServeError(
                    f'\'{path.name}\' does not say what csm_mpi must know: write csm = {{"size": 160, "classes": '
                    f'["female", "male"]}} in it, or a contract in \'{beside.name}\' beside it.'
                )
            size = facts["size"]
            self.shape = (size, size) if isinstance(size, int) else tuple(size)
            self.outputs = []
            self._first = self.predict(*self._noise(facts.get("role")))
            self.contract = make_contract(facts, self.name, self.shape, self._first)
        self.n_inputs = 2 if self.contract["role"] == "pair" else 1

    def _noise(self, role: str | None) -> np.ndarray:
        """Two images of noise, or two pairs, which also prepare the function."""
        shape = (2 if role == "pair" else 1, 2, *self.shape, 3)
        return np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)

    def predict(self, images: np.ndarray, *second: np.ndarray) -> dict[str, np.ndarray]:
        """The outputs by name, each (N, ...), of uint8 images (N, H, W, 3), or of pairs: two such arrays."""
        result = self.function(images, *second)
        if not isinstance(result, dict):
            several = (
                list(result)
                if isinstance(result, (tuple, list)) and len(self.outputs) > 1
                else [result]
            )
            names = self.outputs or ["output"]
            if len(several) != len(names):
                found = f"the function returned {len(several)} arrays"
                raise ServeError(f"{found}, the contract names {', '.join(names)}")
            result = dict(zip(names, several))
        arrays = {}
        for name, values in result.items():
            array = np.asarray(values.detach().cpu() if hasattr(values, "detach") else values)
            if array.dtype.name not in NAMES:
                array = array.astype(np.float32)
            if array.shape[:1] != images.shape[:1]:
                raise ServeError(
                    f"the function returned an array of shape {array.shape} for {len(images)} images, "
                    f"the first side must be {len(images)}"
                )
            arrays[name] = np.ascontiguousarray(array.reshape(len(images), -1))
        return arrays

    def metadata(self) -> dict[str, Any]:
        """The answer to GET v2/models/NAME, with the contract."""
        height, width = self.shape
        return {
            "name": self.name,
            "versions": [self.version],
            "platform": "csm_serve",
            "inputs": [
                {"name": name, "datatype": "UINT8", "shape": [-1, height, width, 3]}
                for name in INPUTS[: self.n_inputs]
            ],
            "outputs": [
                {"name": name, "datatype": NAMES[array.dtype.name], "shape": [-1, *array.shape[1:]]}
                for name, array in self._first.items()
            ],
            "contract": self.contract,
        }


def make_contract(
    facts: dict[str, Any], name: str, shape: tuple[int, int], first: dict[str, np.ndarray]
) -> dict[str, Any]:
    """A contract from the few facts of the file's `csm` and from what the function gave for noise."""
    if unknown := ", ".join(sorted(set(facts) - set(FACTS))):
        raise ServeError(f"`csm` has no field {unknown}; valid: {', '.join(sorted(FACTS))}")
    classes = facts.get("classes")
    role = facts.get("role", "classifier" if classes else "embedding")
    kind = facts.get("kind")
    if kind is None:
        values = next(iter(first.values())).astype(float)
        sums = values.sum(axis=1)
        sums_to_one = values.min() >= 0 and np.allclose(sums, 1, atol=ROW_SUM_TOLERANCE)
        is_chance = values.shape[1] == 1 and values.min() >= 0 and values.max() <= 1
        of_classes = "probability" if sums_to_one or is_chance else "logit"
        kind = {"embedding": "embedding", "pair": "similarity"}.get(role, of_classes)
    outputs = [
        {"name": output, "kind": kind if i == 0 else "ignored", "size": array.shape[1]}
        for i, (output, array) in enumerate(first.items())
    ]
    colour = facts.get("colour", "rgb")
    fill = MEAN_OF_IMAGENET if colour == "rgb" else MEAN_OF_IMAGENET[::-1]
    rule = facts.get("crop", "face_box")
    crop = {"rule": rule}
    if rule == "face_box":
        crop["scale"] = facts.get("scale", 1.2)
    if rule == "five_points":
        crop["template"] = facts["template"]
    contract = {
        "csm_contract": 1,
        "name": facts.get("name", name),
        "role": role,
        "task": facts.get("task", name),
        "input": {
            "height": shape[0],
            "width": shape[1],
            "colour": colour,
            "mean": [0, 0, 0],
            "std": [1, 1, 1],
            "fill": facts.get("fill", fill),
        },
        "crop": crop,
        "outputs": outputs,
        "source": facts.get("source", "not stated"),
        "licence": facts.get("licence", "not stated"),
    }
    if classes:
        contract["classes"] = list(classes)
    return contract


def read_images(request: dict[str, Any], binary: bytes) -> list[np.ndarray]:
    """The batch of each input of a request. Errors: ServeError."""
    batches, begin = [], 0
    try:
        for tensor in request["inputs"]:
            dtype = TYPES[tensor["datatype"]]
            size = tensor.get("parameters", {}).get("binary_data_size")
            if size is None:
                values = np.asarray(tensor["data"], dtype)
            else:
                values = np.frombuffer(binary, dtype, size // dtype.itemsize, begin).copy()
                begin += size
            batches.append(values.reshape(tensor["shape"]))
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise ServeError(f"the request cannot be read: {error!r}") from error
    return batches


def answer(model: Model, json_bytes: bytes, binary: bytes) -> tuple[dict[str, Any], bytes]:
    """The answer to an inference request: its JSON and the tensors' bytes. A failure of the function is an answer too."""
    try:
        outputs = model.predict(*read_images(json.loads(json_bytes), binary))
    except Exception as error:  # whatever the user's function raises is told to the one who asked
        return {"error": f"{type(error).__name__}: {error}"}, b""
    parts = {name: array.tobytes() for name, array in outputs.items()}
    return {
        "model_name": model.name,
        "model_version": model.version,
        "outputs": [
            {
                "name": name,
                "datatype": NAMES[array.dtype.name],
                "shape": list(array.shape),
                "parameters": {"binary_data_size": len(parts[name])},
            }
            for name, array in outputs.items()
        ],
    }, b"".join(parts.values())


def send(stream: BinaryIO, message: dict[str, Any], binary: bytes = b"") -> None:
    """Writes one message: a line with both sizes, the JSON, the tensors."""
    text = json.dumps(message).encode()
    stream.write(b"OIP2 %d %d\n" % (len(text), len(binary)) + text + binary)
    stream.flush()


def work(make_model: Callable[[], Model], requests: BinaryIO, answers: BinaryIO) -> int:
    """Tells the metadata, then answers requests until there are none. Returns the exit status."""
    try:
        model = make_model()
    except Exception as error:
        kind = "" if isinstance(error, ServeError) else f"{type(error).__name__}: "
        send(answers, {"error": f"{kind}{error}"})
        return 1
    send(answers, model.metadata())
    while head := requests.readline():
        magic, n_json, n_binary = head.split()
        if magic != b"OIP2":
            raise ServeError(f"a request begins with {head[:40]!r}, not with OIP2")
        json_bytes = requests.read(int(n_json))
        send(answers, *answer(model, json_bytes, requests.read(int(n_binary))))
    return 0


def take_standard_output() -> BinaryIO:
    """The standard output for this program alone: what anything prints goes to the standard error stream from now on."""
    own = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # for C libraries; Python's own print follows
    return own


def work_on_standard_streams(make_model: Callable[[], Model]) -> int:
    """work() on the standard streams."""
    answers = take_standard_output()
    requests = os.fdopen(os.dup(0), "rb", buffering=1 << 20)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    return work(make_model, requests, answers)


def http_handler(model: Model) -> type:
    """The class that answers requests for a model, one call of it at a time."""
    import threading
    from http.server import BaseHTTPRequestHandler

    turn = threading.Lock()
    place = f"/v2/models/{model.name}"

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16  # one packet for head and body

        def log_message(self, *_: Any) -> None:
            pass

        def reply(self, status: int, message: dict[str, Any], binary: bytes = b"") -> None:
            text = json.dumps(message).encode()
            self.send_response(status)
            self.send_header(
                "Content-Type", "application/octet-stream" if binary else "application/json"
            )
            if binary:
                self.send_header("Inference-Header-Content-Length", str(len(text)))
            self.send_header("Content-Length", str(len(text) + len(binary)))
            self.end_headers()
            self.wfile.write(text + binary)

        def do_GET(self) -> None:
            if self.path in ("/v2/health/live", "/v2/health/ready", f"{place}/ready"):
                self.reply(200, {})
            elif self.path == "/v2":
                self.reply(
                    200, {"name": "csm_serve", "version": "1", "extensions": ["binary_tensor_data"]}
                )
            elif self.path == place:
                self.reply(200, model.metadata())
            else:
                self.reply(404, {"error": f"there is no {self.path}; the model is {place}"})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path != f"{place}/infer":
                self.reply(404, {"error": f"there is no {self.path}"})
                return
            n_json = int(self.headers.get("Inference-Header-Content-Length", len(body)))
            with turn:  # networks seldom bear two calls at once
                message, binary = answer(model, body[:n_json], body[n_json:])
            self.reply(400 if "error" in message else 200, message, binary)

    return Handler


def serve_http(make_model: Callable[[], Model], host: str, port: int) -> None:
    """Answers the Open Inference Protocol over HTTP until it is interrupted. Prints its URL when it is ready."""
    from http.server import ThreadingHTTPServer

    output = take_standard_output()
    model = make_model()
    try:
        server = ThreadingHTTPServer((host, port), http_handler(model))
    except OSError as error:
        raise ServeError(f"port {port}: {error.strerror}. --http 0 takes a free one.") from error
    server.daemon_threads = True
    output.write(
        f"serve: http://{host}:{server.server_address[1]}/v2/models/{model.name}\n".encode()
    )
    output.flush()
    server.serve_forever()


def try_once(model: Model, files: list[str]) -> None:
    """Prints what the function gives for an image (of pairs: two, or one with itself), .npy or whatever Pillow reads."""
    batches = []
    for file in (files * 2)[: model.n_inputs]:
        if not Path(file).is_file():
            raise ServeError(f"the image '{file}' does not exist.")
        if file.endswith(".npy"):
            image = np.load(file)
        else:
            try:
                from PIL import Image
            except ImportError:
                raise ServeError(f"'{file}' is read by Pillow: pip install pillow, or give .npy")
            image = np.asarray(Image.open(file).convert("RGB").resize(model.shape[::-1]))
        batches.append(image[None].astype(np.uint8))
    print(json.dumps(model.contract, indent=1))
    for name, values in model.predict(*batches).items():
        print(name, values[0])


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("function", metavar="FILE.py:FUNCTION")
    parser.add_argument(
        "--contract", metavar="FILE", help="default: FILE.contract.json, or `csm` in FILE.py"
    )
    parser.add_argument("--http", metavar="PORT", type=int, help="serve over HTTP; 0: a free port")
    parser.add_argument("--host", default="127.0.0.1", help="address (default: this machine only)")
    parser.add_argument(
        "--try", dest="images", nargs="+", metavar="IMAGE", help="call it once, print what it gives"
    )
    arguments = parser.parse_args()

    def make_model() -> Model:
        return Model(arguments.function, arguments.contract)

    try:
        if arguments.images:
            try_once(make_model(), arguments.images)
        elif arguments.http is not None:
            serve_http(make_model, arguments.host, arguments.http)
        else:
            return work_on_standard_streams(make_model)
    except ServeError as error:
        print(f"serve: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
