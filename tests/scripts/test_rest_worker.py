"""rest_worker: foreign services by a mapping, against a stand-in that replays answers."""

import base64
import datetime
import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from csm import rest_worker
from conftest import ROOT
from PIL import Image

MAPPINGS = ROOT / "scripts" / "csm" / "rest"
IMAGE = np.random.default_rng(1).integers(0, 256, (320, 320, 3), dtype=np.uint8)
REKOGNITION_FACE = {"BoundingBox": {"Width": 0.5}, "Gender": {"Value": "Male", "Confidence": 90.0}}


class StandIn:
    """Replays (status, headers, document) one after the other, the last for good, and keeps the
    requests.
    """

    def __init__(self, *answers):
        self.requests, remaining = [], list(answers)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_POST(self):
                outer.requests.append(
                    (
                        self.path,
                        dict(self.headers),
                        self.rfile.read(int(self.headers["Content-Length"])),
                    )
                )
                status, headers, document = remaining.pop(0) if len(remaining) > 1 else remaining[0]
                body = document if isinstance(document, bytes) else json.dumps(document).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.host = f"127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture(autouse=True)
def secrets(monkeypatch):
    for name in ("COMPREFACE_API_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, f"secret of {name}")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setattr(rest_worker.random, "uniform", lambda *_: 0.01)


def model_at(name, stand_in, monkeypatch):
    monkeypatch.setenv("CSM_REST_HOST", stand_in.host)
    model = rest_worker.RestModel(str(MAPPINGS / f"{name}.json"))
    if name == "rekognition":
        assert model.url == "https://rekognition.eu-west-1.amazonaws.com/"
        model.url = f"http://{stand_in.host}/"
    return model


def gender(model):
    return model.predict(IMAGE[None])["gender"][0]


@pytest.mark.parametrize(
    "name, document, wanted",
    [
        ("deepface", {"results": [{"gender": {"Woman": 2.5, "Man": 97.5}}]}, (0.025, 0.975)),
        ("rekognition", {"FaceDetails": [REKOGNITION_FACE]}, (0.1, 0.9)),
        (
            "compreface",
            {"result": [{"box": {"x_max": 9}, "gender": {"value": "female", "probability": 0.8}}]},
            (0.8, 0.2),
        ),
    ],
)
def test_each_mapping_reads_its_services_answer(name, document, wanted, monkeypatch):
    stand_in = StandIn((200, {}, document))
    model = model_at(name, stand_in, monkeypatch)
    np.testing.assert_allclose(gender(model), wanted, atol=1e-12)
    assert model.metadata()["inputs"][0]["shape"] == [
        1,
        model.contract["input"]["height"],
        model.contract["input"]["width"],
        3,
    ]


OTHER = IMAGE[::-1].copy()
MATCH = {"Similarity": 87.5, "Face": {"BoundingBox": {"Width": 0.5}}}


@pytest.mark.parametrize(
    "name, document, wanted, lost",
    [
        (
            "rekognition_compare",
            # A face in the background is more alike, the largest one is meant.
            {"FaceMatches": [{"Similarity": 99, "Face": {"BoundingBox": {"Width": 0.1}}}, MATCH]},
            0.875,
            (400, {}, {"message": "Request has no faces in the image"}),
        ),
        (
            "compreface_verify",
            {"result": [{"face_matches": [{"similarity": 0.875}]}]},
            0.875,
            (400, {}, {"message": "No face is found in the given image"}),
        ),
        (
            "deepface_verify",
            {"verified": True, "distance": 0.25},
            -0.25,
            (400, {}, b"Face could not be detected"),
        ),
    ],
)
def test_a_mapping_of_pairs_sends_both_and_reads_how_alike_they_are(
    name, document, wanted, lost, monkeypatch
):
    stand_in = StandIn((200, {}, document), lost)
    monkeypatch.setenv("CSM_REST_HOST", stand_in.host)
    model = rest_worker.RestModel(str(MAPPINGS / f"{name}.json"))
    model.url = model.url.replace(
        "https://rekognition.eu-west-1.amazonaws.com", f"http://{stand_in.host}"
    )
    assert [port["name"] for port in model.metadata()["inputs"]] == ["images", "second_images"]
    scores = model.predict(np.stack([IMAGE, OTHER]), np.stack([OTHER, IMAGE]))["similarity"]
    np.testing.assert_allclose(scores, [[wanted], [np.nan]])
    _, headers, body = stand_in.requests[0]
    if "multipart" in headers["Content-Type"]:
        assert 0 < body.index(rest_worker.png(IMAGE)) < body.index(rest_worker.png(OTHER))
        return
    texts = [base64.b64encode(rest_worker.png(image)).decode() for image in (IMAGE, OTHER)]
    assert 0 < body.decode().index(texts[0]) < body.decode().index(texts[1])


def test_no_match_in_the_other_image_is_a_lost_face(monkeypatch):
    stand_in = StandIn((200, {}, {"FaceMatches": [], "UnmatchedFaces": []}))
    model = rest_worker.RestModel(str(MAPPINGS / "rekognition_compare.json"))
    model.url = f"http://{stand_in.host}/"
    assert np.isnan(model.predict(IMAGE[None], OTHER[None])["similarity"]).all()


def test_the_crop_arrives_without_loss(monkeypatch):
    stand_in = StandIn((200, {}, {"FaceDetails": [REKOGNITION_FACE]}), (200, {}, {"result": []}))
    gender(model_at("rekognition", stand_in, monkeypatch))
    sent = base64.b64decode(json.loads(stand_in.requests[0][2])["Image"]["Bytes"])
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(sent))), IMAGE)
    gender(model_at("compreface", stand_in, monkeypatch))
    path, headers, body = stand_in.requests[1]
    assert headers["X-Api-Key"] == "secret of COMPREFACE_API_KEY" and path.startswith(
        "/api/v1/detection/detect"
    )
    assert rest_worker.png(IMAGE) in body


def test_no_face_is_a_row_of_nan(monkeypatch):
    for name, answer in (
        ("rekognition", (200, {}, {"FaceDetails": []})),
        ("deepface", (400, {}, b"Face could not be detected in x")),
        ("compreface", (400, {}, {"message": "No face is found in the given image", "code": 28})),
    ):
        assert np.isnan(gender(model_at(name, StandIn(answer), monkeypatch))).all()


def test_of_a_thousand_faces_the_largest_counts(monkeypatch):
    faces = [
        {"BoundingBox": {"Width": i / 5000}, "Gender": {"Value": "Female", "Confidence": 60.0}}
        for i in range(1000)
    ]
    stand_in = StandIn((200, {}, {"FaceDetails": [*faces[:500], REKOGNITION_FACE, *faces[500:]]}))
    np.testing.assert_allclose(gender(model_at("rekognition", stand_in, monkeypatch)), (0.1, 0.9))


def test_a_busy_service_is_asked_again(monkeypatch):
    stand_in = StandIn(
        (429, {"Retry-After": "0"}, b""),
        (503, {"Retry-After": "0"}, b""),
        (400, {}, {"__type": "ThrottlingException"}),
        (200, {}, {"FaceDetails": [REKOGNITION_FACE]}),
    )
    np.testing.assert_allclose(gender(model_at("rekognition", stand_in, monkeypatch)), (0.1, 0.9))
    assert len(stand_in.requests) == 4


@pytest.mark.parametrize(
    "answer, part",
    [
        ((403, {}, b"no access"), "status 403: no access"),
        ((200, {}, b'{"results": ['), "Expecting value"),
        ((200, {}, {"results": [{"gender": "Man"}]}), "/gender/Woman"),
        ((200, {}, {"results": [{"gender": {"Woman": "2", "Man": 98}}]}), "/gender/Woman"),
        ((302, {"Location": "http://127.0.0.1:9"}, b""), "status 302"),
    ],
)
def test_an_answer_that_cannot_be_meant_is_named(answer, part, monkeypatch):
    with pytest.raises(Exception, match=part):
        gender(model_at("deepface", StandIn(answer), monkeypatch))


def test_secrets_and_places_must_be_set(monkeypatch):
    monkeypatch.delenv("COMPREFACE_API_KEY")
    monkeypatch.setenv("CSM_REST_HOST", "localhost:1")
    with pytest.raises(rest_worker.ServeError, match="COMPREFACE_API_KEY, which is not set"):
        rest_worker.RestModel(str(MAPPINGS / "compreface.json"))
    monkeypatch.delenv("CSM_REST_HOST")
    with pytest.raises(rest_worker.ServeError, match="CSM_REST_HOST"):
        rest_worker.RestModel(str(MAPPINGS / "deepface.json"))


def test_a_secret_that_a_service_repeats_is_not_shown(monkeypatch):
    answer = (401, {}, b"unknown key: secret of COMPREFACE_API_KEY")
    with pytest.raises(rest_worker.Refused) as refused:
        gender(model_at("compreface", StandIn(answer), monkeypatch))
    assert str(refused.value).endswith("status 401: unknown key: ***")
    monkeypatch.setenv("CSM_REST_HOST", "me:hush@localhost:1")
    with pytest.raises(rest_worker.ServeError, match="holds a password") as error:
        rest_worker.RestModel(str(MAPPINGS / "compreface.json"))
    assert "hush" not in str(error.value)


def test_the_signature_is_amazons(monkeypatch):
    """Computed a second way, step by step, from the description of Signature Version 4."""
    import hashlib
    import hmac

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "KEY")
    now = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
    headers = rest_worker.aws_headers(
        "https://rekognition.eu-west-1.amazonaws.com/", b"{}", "rekognition", "T.D", now
    )
    canonical = (
        "POST\n/\n\ncontent-type:application/x-amz-json-1.1\n"
        "host:rekognition.eu-west-1.amazonaws.com\n"
        "x-amz-date:20260102T030405Z\nx-amz-target:T.D\n\n"
        "content-type;host;x-amz-date;x-amz-target\n"
        "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    )
    text = (
        "AWS4-HMAC-SHA256\n20260102T030405Z\n20260102/eu-west-1/rekognition/aws4_request\n"
        + hashlib.sha256(canonical.encode()).hexdigest()
    )

    def sign(key, message):
        return hmac.new(key, message.encode(), hashlib.sha256).digest()

    key = sign(sign(sign(sign(b"AWS4KEY", "20260102"), "eu-west-1"), "rekognition"), "aws4_request")
    assert headers["authorization"].endswith("Signature=" + sign(key, text).hex())
    assert "Credential=AKID/20260102/eu-west-1/rekognition/aws4_request" in headers["authorization"]
