"""Pictures that every runtime gets: two photographs of the sample package and one of noise, as network inputs."""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[4]
# size, mean, std, channel order
NETWORKS = {
    "face_detector": (192, [127.5] * 3, [127.5] * 3, 1), "face_mesh": (192, [0.0] * 3, [255.0] * 3, 1),
    "gender": (112, [122.782, 117.001, 104.298], [255.0] * 3, 1),
    "expression": (112, [122.782, 117.001, 104.298], [255.0] * 3, 1),
    "recognition_dlib": (150, [122.782, 117.001, 104.298], [255.0] * 3, 1),
    "age": (224, [103.939, 116.779, 123.68], [1.0] * 3, -1), "gender_faceres": (224, [103.939, 116.779, 123.68], [1.0] * 3, -1),
    "pose": (224, [123.675, 116.28, 103.53], [58.395, 57.12, 57.375], 1), "recognition": (112, [127.0] * 3, [128.0] * 3, 1)}


def main(folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    photos = ROOT / ".csm/npm/tabler-preview-1.2.0/dist/static/avatars"
    for name, (size, mean, std, order) in NETWORKS.items():
        pictures = [np.asarray(Image.open(photos / f).convert("RGB").resize((size, size), Image.Resampling.BILINEAR))
                    for f in ("002f.jpg", "010m.jpg")]
        pictures.append(np.random.default_rng(5).integers(0, 256, (size, size, 3), dtype=np.uint8))
        pixels = np.stack(pictures)
        pixels.tofile(folder / f"{name}.rgb8")  # for face-api, which normalises by itself
        values = ((pixels[..., ::order].astype(np.float64) - mean) / std).astype(np.float32)
        values.tofile(folder / f"{name}.nhwc")


if __name__ == "__main__":
    main(sys.argv[1])
