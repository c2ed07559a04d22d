"""serve: a Python function as a worker and as a service."""

import io
import json
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import numpy as np
import pytest
from csm import serve
from conftest import ROOT

FUNCTION = """
import numpy as np
csm = {"size": [4, 6], "classes": ["x", "y"], "crop": "whole_image", "fill": [1, 2, 3]}

def predict(images):
    print("chatter")
    first = images[:, 0, 0, 0] / 255
    return np.stack([first, 1 - first], axis=1)

def embed(images):
    return images.reshape(len(images), -1)[:, :5].astype(np.float16)

def several(images):
    return {"scores": predict(images), "age": images.mean(axis=(1, 2, 3))}
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "my.py"
    path.write_text(FUNCTION)
    return path


def request(images, **changes):
    tensor = {
        "name": "images",
        "shape": list(images.shape),
        "datatype": "UINT8",
        "parameters": {"binary_data_size": images.nbytes},
    } | changes
    return json.dumps({"inputs": [tensor]}).encode(), images.tobytes()


def read_messages(data):
    stream, messages = io.BytesIO(data), []
    while head := stream.readline():
        magic, n_json, n_binary = head.split()
        assert magic == b"OIP2"
        messages.append((json.loads(stream.read(int(n_json))), stream.read(int(n_binary))))
    return messages


def test_a_contract_is_made_of_a_few_facts(file):
    contract = serve.Model(f"{file}:predict").contract
    assert contract["role"] == "classifier" and contract["classes"] == ["x", "y"]
    assert contract["outputs"] == [{"name": "output", "kind": "probability", "size": 2}]
    assert contract["input"] == {
        "height": 4,
        "width": 6,
        "colour": "rgb",
        "mean": [0, 0, 0],
        "std": [1, 1, 1],
        "fill": [1, 2, 3],
    }
    several = serve.Model(f"{file}:several").contract
    assert [(o["name"], o["kind"], o["size"]) for o in several["outputs"]] == [
        ("scores", "probability", 2),
        ("age", "ignored", 1),
    ]


@pytest.mark.parametrize(
    "values, role, kind",
    [
        (np.array([[0.2, 0.8], [0.5, 0.5]]), None, "probability"),
        (np.array([[0.2, 0.9], [0.5, 0.5]]), None, "logit"),
        (np.array([[0.2], [0.7]]), None, "probability"),
        (np.array([[-1.0], [0.7]]), None, "logit"),
        (np.array([[0.2, 0.8], [0.5, 0.5]]), "embedding", "embedding"),
    ],
)
def test_the_kind_follows_from_what_the_function_gives_for_noise(values, role, kind):
    facts = {"classes": ["x", "y"]} | ({"role": role} if role else {})
    assert serve.make_contract(facts, "m", (4, 6), {"output": values})["outputs"][0]["kind"] == kind


def test_a_whole_contract_beside_the_file_wins(file):
    contract = serve.Model(f"{file}:predict").contract | {"name": "another"}
    file.with_suffix(".contract.json").write_text(json.dumps(contract))
    assert serve.Model(f"{file}:predict").contract["name"] == "another"


def test_a_worker_answers_one_request_after_the_other(file):
    images = np.zeros((2, 4, 6, 3), np.uint8)
    images[1, 0, 0, 0] = 255
    stream = b"".join(
        b"OIP2 %d %d\n" % (len(head), len(binary)) + head + binary
        for head, binary in (request(images), request(images[:1]))
    )
    answers = io.BytesIO()
    assert serve.work(lambda: serve.Model(f"{file}:predict"), io.BytesIO(stream), answers) == 0
    metadata, first, second = read_messages(answers.getvalue())
    assert metadata[0]["inputs"][0]["shape"] == [-1, 4, 6, 3] and metadata[0]["contract"][
        "classes"
    ] == ["x", "y"]
    assert first[0]["outputs"][0]["datatype"] == "FP64"
    np.testing.assert_array_equal(np.frombuffer(first[1]).reshape(2, 2), [[0, 1], [1, 0]])
    assert second[0]["outputs"][0]["shape"] == [1, 2]


def test_what_goes_wrong_is_an_answer(file):
    model = serve.Model(f"{file}:embed")
    images = np.zeros((2, 4, 6, 3), np.uint8)
    assert "cannot be read" in serve.answer(model, *request(images, shape=[3, 4, 6, 3]))[0]["error"]
    assert "cannot be read" in serve.answer(model, *request(images, datatype="BYTES"))[0]["error"]
    model.function = lambda _: np.zeros((5, 2))
    assert "the first side must be 2" in serve.answer(model, *request(images))[0]["error"]
    model.function = lambda _: 1 / 0
    assert "ZeroDivisionError" in serve.answer(model, *request(images))[0]["error"]


def test_prints_do_not_get_among_the_answers(file):
    images = np.zeros((1, 4, 6, 3), np.uint8)
    head, binary = request(images)
    result = subprocess.run(
        [sys.executable, ROOT / "scripts" / "csm" / "serve.py", f"{file}:predict"],
        capture_output=True,
        check=True,
        input=b"OIP2 %d %d\n" % (len(head), len(binary)) + head + binary,
    )
    assert len(read_messages(result.stdout)) == 2 and result.stderr.count(b"chatter") == 2


@pytest.mark.parametrize(
    "place, part",
    [
        ("none.py:predict", "no file 'none.py'"),
        ("{file}:other", "no function 'other'"),
        ("{bare}:predict", "does not say what csm_mpi must know"),
        ("{american}:predict", "no field color; valid: classes, colour"),
        ("{file}:predict", "'x.npy' does not exist"),
        ("{importing}:predict", "imports no_such_package, which"),
    ],
)
def test_what_the_user_must_correct_is_one_line(file, tmp_path, place, part):
    bare, american = tmp_path / "bare.py", tmp_path / "american.py"
    importing = tmp_path / "importing.py"
    importing.write_text("import no_such_package\n" + FUNCTION)
    bare.write_text("def predict(images):\n    return images\n")
    american.write_text(FUNCTION.replace('"fill": [1, 2, 3]', '"color": "bgr"'))
    result = subprocess.run(
        [
            sys.executable,
            ROOT / "scripts" / "csm" / "serve.py",
            place.format(file=file, bare=bare, american=american, importing=importing),
            "--try",
            "x.npy",
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    errors = [line for line in result.stderr.splitlines() if line != "chatter"]
    assert result.returncode == 2 and len(errors) == 1 and part in errors[0], result.stderr


def test_a_port_that_is_taken_is_one_line(file):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = subprocess.run(
            [sys.executable, ROOT / "scripts/csm/serve.py", f"{file}:predict", "--http", port],
            capture_output=True,
            text=True,
        )
    lines = result.stderr.splitlines()
    assert result.returncode == 2 and lines[0] == "chatter"
    assert len(lines) == 2 and "--http 0 takes a free one" in lines[1]


def test_a_batch_may_be_changed_by_the_function():
    [images] = serve.read_images(*map_json(request(np.zeros((1, 2, 2, 3), np.uint8))))
    images += 1


def map_json(message):
    return json.loads(message[0]), message[1]


def test_a_service_keeps_to_the_protocol(file):
    process = subprocess.Popen(
        [sys.executable, ROOT / "scripts" / "csm" / "serve.py", f"{file}:predict", "--http", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        url = process.stdout.readline().split()[1]
        metadata = json.load(urllib.request.urlopen(url))
        assert metadata["name"] == "predict"
        head, binary = request(np.zeros((3, 4, 6, 3), np.uint8))
        post = urllib.request.Request(
            url + "/infer", head + binary, {"Inference-Header-Content-Length": str(len(head))}
        )
        with urllib.request.urlopen(post) as answer:
            n_json = int(answer.headers["Inference-Header-Content-Length"])
            body = answer.read()
        assert (
            json.loads(body[:n_json])["outputs"][0]["shape"] == [3, 2]
            and len(body) == n_json + 6 * 8
        )
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(url + "er")
    finally:
        process.kill()
        process.wait()
