#!/usr/bin/env python3
"""A worker for csm_mpi that asks a foreign service, by a mapping in JSON:
--model rest:scripts/csm/rest/deepface.json

The mapping says how a crop becomes a request and an answer becomes numbers (docs/black_box.md,
"Foreign services"). Each crop is a request of its own and travels as PNG, without loss. Secrets
come from the environment: "$NAME" in a header is the variable's value. Needs Python's standard
library and NumPy.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import json
import os
import random
import struct
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from csm.serve import INPUTS, ServeError, work_on_standard_streams

N_ATTEMPTS = 5
LARGEST_ANSWER = 16 << 20
LONGEST_WAIT = 60.0  # [s]
# In the mapping: the crop (of a pair the first and the second one), as base64 in JSON and as it is
# in a multipart request.
IMAGES = ("{image}", "{second_image}")


secrets_sent: set[str] = set()


def hide_secrets(text: str) -> str:
    """What a service says, without the secrets that it was sent and may repeat."""
    for value in filter(None, secrets_sent):
        text = text.replace(value, "***")
    return text


class Refused(Exception):
    """An answer with another status than 200. Attributes: status, body."""

    def __init__(self, status: int, body: bytes) -> None:
        text = hide_secrets(body.decode(errors="replace"))[:200]
        super().__init__(f"the service answers with the status {status}: {text}")
        self.status, self.body = status, body


def png(image: np.ndarray) -> bytes:
    """The PNG file of an RGB image (H, W, 3), uint8."""
    height, width, _ = image.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), image.reshape(height, -1)], axis=1)

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows.tobytes(), 1))
        + chunk(b"IEND", b"")
    )


def at_pointer(document: Any, pointer: str) -> Any:
    """What a JSON pointer (RFC 6901) leads to. Errors: KeyError."""
    for part in pointer.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        try:
            document = document[int(part)] if isinstance(document, list) else document[part]
        except (LookupError, TypeError, ValueError):
            raise KeyError(pointer) from None
    return document


def number_of(face: Any, rule: dict[str, Any]) -> float:
    """The number that a rule {"pointer", "scale", "when": {"pointer", "is"}} reads: value times
    scale, or where `when` does not hold one minus that."""
    value = at_pointer(face, rule["pointer"])
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise KeyError(rule["pointer"])
    value *= rule.get("scale", 1)
    if "when" in rule and at_pointer(face, rule["when"]["pointer"]) != rule["when"]["is"]:
        return 1 - value
    return value


def fill_in(template: Any, texts: list[str]) -> Any:
    """The template with the images in the places of {image} and {second_image}."""
    if isinstance(template, dict):
        return {name: fill_in(value, texts) for name, value in template.items()}
    if isinstance(template, list):
        return [fill_in(value, texts) for value in template]
    if isinstance(template, str):
        for name, text in zip(IMAGES, texts):
            template = template.replace(name, text)
    return template


def secret(text: str) -> str:
    """The value of an environment variable for "$NAME", any other text as it stands."""
    if not text.startswith("$"):
        return text
    if text[1:] not in os.environ:
        raise ServeError(f"the mapping names the environment variable {text[1:]}, which is not set")
    if text != "$AWS_REGION":
        secrets_sent.add(os.environ[text[1:]])
    return os.environ[text[1:]]


def aws_headers(
    url: str, body: bytes, service: str, target: str, now: datetime.datetime
) -> dict[str, str]:
    """The headers of a request to Amazon, signed (Signature Version 4) with the keys of the
    environment."""
    host, region = urllib.parse.urlsplit(url).netloc, secret("$AWS_REGION")
    moment, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
    headers = {
        "content-type": "application/x-amz-json-1.1",
        "host": host,
        "x-amz-date": moment,
        "x-amz-target": target,
    }
    if "AWS_SESSION_TOKEN" in os.environ:
        headers["x-amz-security-token"] = os.environ["AWS_SESSION_TOKEN"]
    names = ";".join(sorted(headers))
    request = "\n".join(
        [
            "POST",
            "/",
            "",
            *(f"{name}:{headers[name]}" for name in sorted(headers)),
            "",
            names,
            hashlib.sha256(body).hexdigest(),
        ]
    )
    scope = f"{day}/{region}/{service}/aws4_request"
    signed = "\n".join(
        ["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(request.encode()).hexdigest()]
    )
    key = ("AWS4" + secret("$AWS_SECRET_ACCESS_KEY")).encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, signed.encode(), hashlib.sha256).hexdigest()
    del headers["host"]  # urllib sends it
    return headers | {
        "authorization": (
            f"AWS4-HMAC-SHA256 Credential={secret('$AWS_ACCESS_KEY_ID')}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}"
        )
    }


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Secrets are not sent to another place."""

    def redirect_request(self, *_: Any) -> None:
        return None


class RestModel:
    """A foreign service, asked by a mapping.

    Attributes as of serve.Model: name, version, contract.
    """

    def __init__(self, path: str) -> None:
        text = Path(path).read_text(encoding="utf-8")
        self.mapping: dict[str, Any] = json.loads(text)
        missing = [name for name in ("url", "outputs", "contract") if name not in self.mapping]
        if missing or ("json" in self.mapping) == ("multipart" in self.mapping):
            raise ServeError(
                f"the mapping '{path}' needs url, outputs, contract, and json or multipart"
            )
        self.url = self.mapping["url"]
        for name in ("AWS_REGION", "CSM_REST_HOST"):
            self.url = self.url.replace("$" + name, os.environ.get(name, "$" + name))
        if "$" in self.url:
            raise ServeError(
                 f"the URL of the mapping is '{self.mapping['url']}': set the environment variable"
                " that it names, AWS_REGION or CSM_REST_HOST; a secret goes into headers"
            )
        if "@" in urllib.parse.urlsplit(self.url).netloc:
            raise ServeError("the URL of the mapping holds a password: put it into headers")
        self.contract = self.mapping["contract"]
        self.name = self.contract["name"]
        self.version = hashlib.sha256(text.encode()).hexdigest()[:16]
        self.timeout = float(self.mapping.get("timeout", 60))
        self.opener = urllib.request.build_opener(NoRedirect)
        own = ("$AWS_ACCESS_KEY_ID", "$AWS_SECRET_ACCESS_KEY") if "aws" in self.mapping else ()
        for value in (*self.mapping.get("headers", {}).values(), *own):
            secret(value)  # before any work

    def metadata(self) -> dict[str, Any]:
        """As of serve.Model; one image a request, so that requests are what csm_mpi counts."""
        shape = self.contract["input"]
        return {
            "name": self.name,
            "versions": [self.version],
            "platform": "rest",
            "inputs": [
                {
                    "name": name,
                    "datatype": "UINT8",
                    "shape": [1, shape["height"], shape["width"], 3],
                }
                for name in INPUTS[: 2 if self.contract["role"] == "pair" else 1]
            ],
            "outputs": [
                {"name": output["name"], "datatype": "FP64", "shape": [1, output["size"]]}
                for output in self.contract["outputs"]
            ],
            "contract": self.contract,
        }

    def predict(self, *batches: np.ndarray) -> dict[str, np.ndarray]:
        """The outputs by name, (N, size), NaN where the service finds no face. Of pairs: two
        batches."""
        faces = [self.ask(*images) for images in zip(*batches)]
        return {
            name: np.array(
                [
                    [number_of(face, rule) if face is not None else np.nan for rule in rules]
                    for face in faces
                ],
                float,
            )
            for name, rules in self.mapping["outputs"].items()
        }

    def ask(self, *images: np.ndarray) -> Any:
        """What the service says of the face (of a pair: of how alike the two are); None if it finds
        none."""
        try:
            answer = json.loads(self.send([png(image) for image in images]))
            faces = at_pointer(answer, self.mapping.get("faces", ""))
        except Refused as refused:
            lost = self.mapping.get("lost", {})
            if (
                refused.status in lost.get("status", [])
                and lost.get("contains", "").encode() in refused.body
            ):
                return None
            raise
        if not isinstance(faces, list):
            return faces
        if "size" in self.mapping:  # the crop is made around one face: the largest is meant
            faces = sorted(
                faces, key=lambda face: -number_of(face, {"pointer": self.mapping["size"]})
            )
        return faces[0] if faces else None

    def request(self, images: list[bytes]) -> urllib.request.Request:
        headers = {name: secret(value) for name, value in self.mapping.get("headers", {}).items()}
        if "json" in self.mapping:
            body = json.dumps(
                fill_in(
                    self.mapping["json"], [base64.b64encode(image).decode() for image in images]
                )
            ).encode()
            headers.setdefault("Content-Type", "application/json")
        else:
            boundary = hashlib.sha256(b"".join(images)).hexdigest()
            image_of = dict(zip(IMAGES, images))
            parts = []
            for name, value in self.mapping["multipart"].items():
                is_image = value in image_of
                head = f'Content-Disposition: form-data; name="{name}"' + (
                    '; filename="face.png"\r\nContent-Type: image/png' if is_image else ""
                )
                parts.append(
                    f"--{boundary}\r\n{head}\r\n\r\n".encode()
                    + (image_of[value] if is_image else value.encode())
                    + b"\r\n"
                )
            body = b"".join(parts) + f"--{boundary}--\r\n".encode()
            headers["Content-Type"] = f"multipart/form-data; boundary={boundary}"
        if "aws" in self.mapping:
            now = datetime.datetime.now(datetime.timezone.utc)
            headers |= aws_headers(
                self.url, body, self.mapping["aws"]["service"], self.mapping["aws"]["target"], now
            )
        return urllib.request.Request(self.url, body, headers, method="POST")

    def send(self, images: list[bytes]) -> bytes:
        """The body of the answer, after as many attempts as it takes. Errors: Refused,
        ServeError."""
        for attempt in range(N_ATTEMPTS):
            wait = min(0.5 * 2**attempt, LONGEST_WAIT) * random.uniform(0.5, 1)
            try:
                with self.opener.open(self.request(images), timeout=self.timeout) as answer:
                    body = answer.read(LARGEST_ANSWER + 1)
                if len(body) > LARGEST_ANSWER:
                    raise ServeError(f"the service answers with more than {LARGEST_ANSWER} bytes")
                return body
            except urllib.error.HTTPError as error:
                refused = Refused(error.code, error.read(LARGEST_ANSWER))
                throttled = self.mapping.get("throttled", {})
                is_passing = error.code in (429, 502, 503, 504) or (
                    error.code in throttled.get("status", [])
                    and throttled.get("contains", "").encode() in refused.body
                )
                if not is_passing or attempt + 1 == N_ATTEMPTS:
                    raise refused from None
                after = error.headers.get("Retry-After", "")
                wait = min(float(after), 10 * LONGEST_WAIT) if after.isdigit() else wait
            except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
                problem = f"the service '{self.url}' cannot be spoken to: {error}"
                if attempt + 1 == N_ATTEMPTS:
                    raise ServeError(problem) from None
                print(problem, file=sys.stderr, flush=True)
            time.sleep(wait)
        raise AssertionError("not reached")


def main() -> int:
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    return work_on_standard_streams(lambda: RestModel(sys.argv[1]))


if __name__ == "__main__":
    sys.exit(main())
