"""Models that are services of the Open Inference Protocol: csm serve --http, and a server that misbehaves."""

import json
import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import conftest
import h5py
import numpy as np
import pytest
from foreign_models import FILL, SERVE, WORKER, n_batches, one_error, run


@pytest.fixture
def service(data):
    """The URL of the data set's network as a service."""
    contract = data.folder / "worker.contract.json"
    contract.write_text(json.dumps(conftest.contract()))
    process = subprocess.Popen(
        [sys.executable, SERVE, f"{WORKER}:predict", "--contract", contract, "--http", "0"],
        env=os.environ | {"CSM_TEST_FOLDER": str(data.folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    yield re.search(r"http\S+", process.stdout.readline()).group()
    process.kill()
    process.wait()


class Misbehaving:
    """A server whose answers a test gives: (status, headers, body) of GET and POST, taken one after the other, the last for good."""

    def __init__(self, contract, get=None, post=None, extensions=("binary_tensor_data",)):
        height, width = contract["input"]["height"], contract["input"]["width"]
        metadata = {
            "name": "m",
            "versions": ["1"],
            "platform": "test",
            "contract": contract,
            "inputs": [{"name": "images", "datatype": "UINT8", "shape": [-1, height, width, 3]}],
            "outputs": [{"name": "scores", "datatype": "FP32", "shape": [-1, 2]}],
        }
        gets = get or [(200, {}, json.dumps(metadata).encode())]
        posts = post or []
        self.headers, self.requests = [], []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self, status, headers, body):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if body is None:  # no end
                    self.end_headers()
                    try:
                        while True:
                            self.wfile.write(b"x" * 65536)
                    except OSError:
                        return
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                outer.headers.append(dict(self.headers))
                if self.path == "/v2":
                    self.answer(200, {}, json.dumps({"extensions": extensions}).encode())
                    return
                self.answer(*(gets.pop(0) if len(gets) > 1 else gets[0]))

            def do_POST(self):
                request = self.rfile.read(int(self.headers["Content-Length"]))
                head = json.loads(
                    request[
                        : int(self.headers.get("Inference-Header-Content-Length", len(request)))
                    ]
                )
                n = head["inputs"][0]["shape"][0]
                outer.requests.append(head)
                answer = posts.pop(0) if len(posts) > 1 else posts[0]
                self.answer(*(answer(n) if callable(answer) else answer))

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v2/models/m"


def scores(n, value=0.25, shape=None):
    """An answer in JSON alone, which the protocol allows."""
    data = np.full((n, 2), value) + np.arange(2)
    tensor = {
        "name": "scores",
        "datatype": "FP32",
        "shape": shape or [n, 2],
        "data": data.ravel().tolist(),
    }
    return 200, {}, json.dumps({"outputs": [tensor]}).encode()


def test_a_service_gives_the_map_of_the_same_network(run_csm, data, service, tmp_path):
    with run(run_csm, data, tmp_path / "script.h5", *FILL) as script:
        wanted = script["entry/cms/cms"][:]
    for n_ranks in (1, 2):
        with run(
            run_csm, data, tmp_path / f"{n_ranks}.h5", "--model", service, *FILL, n_ranks=n_ranks
        ) as file:
            np.testing.assert_allclose(file["entry/cms/cms"][:], wanted, rtol=1e-6, atol=1e-6)
            assert file["entry/inputs/model_kind"].asstr()[()] == "http"


def test_a_noisy_service_gives_one_map_on_any_ranks(run_csm, data, service, tmp_path):
    """What it said the first time is kept: nothing is asked again."""
    (data.folder / "noise").touch()
    maps, n_asked = [], []
    for n, n_ranks in enumerate((2, 1, 3)):
        more = ("--model", service, *FILL, "--answers", tmp_path / "answers")
        with run(run_csm, data, tmp_path / f"{n}.h5", *more, n_ranks=n_ranks) as file:
            maps.append(file["entry/cms/cms"][:])
            assert (file["entry/images/noise"][:] > 0).all()
        n_asked.append(n_batches(data))
    np.testing.assert_array_equal(maps[0], maps[1])
    np.testing.assert_array_equal(maps[0], maps[2])
    assert n_asked[0] == n_asked[1] == n_asked[2]


def test_what_was_answered_before_a_failure_is_not_asked_again(run_csm, data, tmp_path):
    """A service that takes one crop a request fails in the middle of a batch."""
    n_sent, fails_at = [0], [40]

    def post(n):
        n_sent[0] += 1
        return (400, {}, b"") if n_sent[0] == fails_at[0] else scores(n)

    contract = conftest.contract()
    metadata = {
        "name": "m",
        "contract": contract,
        "inputs": [
            {"name": "i", "datatype": "UINT8", "shape": [1, conftest.HEIGHT, conftest.WIDTH, 3]}
        ],
        "outputs": [{"name": "scores", "datatype": "FP32", "shape": [1, 2]}],
    }
    server = Misbehaving(contract, get=[(200, {}, json.dumps(metadata).encode())], post=[post])
    more = ("--model", server.url, "--requests-in-flight", 1, "--limit", 4)
    one_error(run_csm(*data.arguments(tmp_path / "a.h5", *more, "--answers", tmp_path / "1")), 3, "status 400")
    with run(run_csm, data, tmp_path / "a.h5", *more, "--answers", tmp_path / "1") as file:
        assert file["entry/process/requests/n_kept"][()] > 0
    n_with_failure, n_sent[0], fails_at[0] = n_sent[0], 0, None
    with run(run_csm, data, tmp_path / "b.h5", *more, "--answers", tmp_path / "2"):
        assert n_with_failure == n_sent[0] + 1, "the one that failed"


def test_a_service_that_is_busy_is_asked_again(run_csm, data, tmp_path):
    busy = (503, {"Retry-After": "0"}, b'{"error": "busy"}')
    server = Misbehaving(
        conftest.contract(), post=[busy, busy, (429, {"Retry-After": "0"}, b""), scores]
    )
    result = run_csm(*data.arguments(tmp_path / "a.h5", "--model", server.url))
    assert result.returncode == 0, result.stderr
    assert "status 503: busy. It is asked again" in result.stderr


def test_a_service_without_binary_tensors_is_sent_numbers(run_csm, data, tmp_path):
    server = Misbehaving(conftest.contract(), post=[scores], extensions=())
    result = run_csm(*data.arguments(tmp_path / "a.h5", "--model", server.url))
    assert result.returncode == 0, result.stderr
    tensor = server.requests[-1]["inputs"][0]
    assert len(tensor["data"]) == np.prod(tensor["shape"]) and max(tensor["data"]) <= 255


def test_secrets_come_from_the_environment_and_stand_nowhere(run_csm, data, tmp_path, monkeypatch):
    monkeypatch.setenv("CSM_MODEL_TOKEN", "hush-hush")
    server = Misbehaving(conftest.contract(), post=[scores])
    result = run_csm(*data.arguments(tmp_path / "out" / "a.h5", "--model", server.url))
    assert result.returncode == 0 and server.headers[0]["Authorization"] == "Bearer hush-hush"
    assert "hush-hush" not in result.stdout + result.stderr
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(files) >= 2 and not any(b"hush-hush" in path.read_bytes() for path in files)
    one_error(
        run_csm(*data.arguments(tmp_path / "b.h5", "--model", "http://me:secret@host/v2/models/m")),
        2,
        "CSM_MODEL_TOKEN",
    )
    server = Misbehaving(conftest.contract(), post=[(401, {}, b'{"error": "no hush-hush here"}')])
    result = run_csm(*data.arguments(tmp_path / "b.h5", "--model", server.url))
    one_error(result, 2, "status 401: no *** here")
    monkeypatch.setenv("CSM_MODEL_HEADER", "hush-hush")
    result = run_csm(*data.arguments(tmp_path / "b.h5", "--model", server.url))
    one_error(result, 2, "CSM_MODEL_HEADER is not a line NAME: VALUE")
    assert "hush-hush" not in result.stderr


@pytest.mark.parametrize(
    "get, part",
    [
        ((404, {}, b'{"error": "no such model"}'), "status 404: no such model"),
        ((200, {}, b"<html>Welcome</html>"), "does not speak the Open Inference Protocol"),
        ((200, {}, b'{"name": "m"}'), "lists no `inputs`"),
        ((200, {}, None), "more bytes than any right answer"),
        ((302, {"Location": "http://127.0.0.1:9/"}, b""), "status 302"),
    ],
)
def test_a_service_that_is_none_is_refused(run_csm, data, tmp_path, get, part):
    server = Misbehaving(conftest.contract(), get=[get])
    one_error(run_csm(*data.arguments(tmp_path / "a.h5", "--model", server.url)), 2, part)


@pytest.mark.parametrize(
    "post, part",
    [
        (lambda n: scores(n, shape=[n, 3]), "promises the shape"),
        (lambda n: scores(1), "its contract promises 2 x 2"),
        (lambda n: (200, {}, b'{"outputs": []}'), "holds no tensor 'scores'"),
        (lambda n: scores(n, float("inf")), "Infinity"),
        (lambda n: (200, {}, None), "more bytes than any right answer"),
        (lambda n: (400, {}, b'{"error": "too blue"}'), "status 400: too blue"),
    ],
)
def test_an_answer_that_cannot_be_meant_ends_the_run_before_any_work(
    run_csm, data, tmp_path, post, part
):
    server = Misbehaving(conftest.contract(), post=[post])
    one_error(
        run_csm(
            *data.arguments(tmp_path / "a.h5", "--model", server.url, "--requests-in-flight", 1)
        ),
        2,
        part,
    )


def test_no_server_and_one_whose_certificate_does_not_verify(run_csm, data, tmp_path):
    one_error(
        run_csm(*data.arguments(tmp_path / "a.h5", "--model", "http://127.0.0.1:9/v2/models/m")),
        2,
        "cannot be spoken to",
    )
    one_error(
        run_csm(*data.arguments(tmp_path / "a.h5", "--model", "http://127.0.0.1:9/m")),
        2,
        "/v2/models/NAME",
    )
    import ssl

    server = Misbehaving(conftest.contract())
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            key,
            "-out",
            certificate,
            "-days",
            "2",
            "-subj",
            "/CN=127.0.0.1",
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.server.socket = context.wrap_socket(server.server.socket, server_side=True)
    one_error(
        run_csm(
            *data.arguments(tmp_path / "a.h5", "--model", server.url.replace("http:", "https:"))
        ),
        2,
        "certificate",
    )


def test_a_plan_asks_a_service_for_next_to_nothing(run_csm, data):
    server = Misbehaving(conftest.contract(), post=[scores])
    result = run_csm("--job", data.job, "--model", server.url, "--plan")
    assert result.returncode == 0, result.stderr
    n_sent = int(re.search(r"(\d+) requests were sent for this plan", result.stdout).group(1))
    assert n_sent == len(server.requests) < 6
    assert "every vertex is occluded" in result.stderr
    assert re.search(r"multiply-adds in all +not known", result.stdout)
    result = run_csm("--job", data.job, "--model", server.url, "--plan", "--quality", "draft")
    assert "every vertex is occluded" not in result.stderr


def test_a_silent_service_is_not_waited_for(run_csm, data, tmp_path):
    import socket

    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/v2/models/m"
    one_error(
        run_csm(
            *data.arguments(tmp_path / "a.h5", "--model", url, "--model-timeout", 1), timeout=30
        ),
        2,
        "did not answer in time",
    )
    listener.close()


def test_a_foreign_service_is_asked_by_its_mapping(run_csm, data, tmp_path, monkeypatch):
    """The stand-in of DeepFace's REST API finds no face in every fifth crop."""
    answers = [{"results": [{"gender": {"Woman": 10.0 + i, "Man": 90.0 - i}}]} for i in range(4)]
    posts = [(200, {}, json.dumps(a).encode()) for a in answers]
    posts.append((400, {}, b"Face could not be detected"))
    monkeypatch.setenv("CSM_REST_HOST", Foreign(posts).host)
    monkeypatch.setenv("CSM_HOME", str(conftest.ROOT))
    mapping = json.loads((conftest.ROOT / "scripts" / "csm" / "rest" / "deepface.json").read_text())
    mapping["contract"]["input"] |= {"height": conftest.HEIGHT, "width": conftest.WIDTH}
    mapping["contract"]["crop"] = {"rule": "whole_image"}
    path = tmp_path / "deepface.json"
    path.write_text(json.dumps(mapping))
    more = ("--model", f"rest:{path}", "--limit", 3, "--max-failures", 0.7, "--price-per-1000", 2)
    with run(run_csm, data, tmp_path / "a.h5", *more) as file:
        assert file["entry/inputs/model_kind"].asstr()[()] == "rest"
        assert file["entry/images/n_lost"][:].sum() > 0
        requests = file["entry/process/requests"]
        assert requests["n_requests"][()] > 40
        assert requests["price"][()] == pytest.approx(requests["n_requests"][()] * 2 / 1000)
    assert list((tmp_path / "a.answers").glob("*.answers")), "answers of a service are kept beside the result"
    assert any("black box (rest)" in remark for remark in h5py.File(tmp_path / "a.h5")["entry/remarks"].asstr()[:])


class Foreign:
    """A server that gives these answers in turn, again and again."""

    def __init__(self, answers):
        counter = iter(range(10**9))

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                status, _, body = answers[next(counter) % len(answers)]
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.host = f"127.0.0.1:{server.server_address[1]}"
