"""Makes a survey: how well do people still recognise a face whose salient regions are darkened?
(sections 4.3 and S2 of the paper)

    csm survey make stimuli.csv --question 'Is this a man or a woman?' --output survey/

stimuli.csv has the columns image (name of the base image), class (the right answer), method, and
file, one line for each image and method:
  - without a column `map`, file is the picture to show;
  - with it, file is the photo and map a .npy file of the method's map on the photo's pixels
    (H x W). Then the negative explanation image is made here, Eqs. (9) and (10): the same darkening
    alpha for all methods of an image, and the clipped share is reported.
A column `box` (x y width height in px of the photo, parted by blanks) cuts a square of 1.5 times
the face. Paths are relative to the CSV.

Writes survey.html, which needs no server and no network and gives each participant a CSV, and
key.csv, which csm survey score needs: the page itself does not know which picture is by which
method.
"""

import argparse
import base64
import csv
import html
import io
import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from csm.survey.explanation_images import darkening, negative_explanation, normalised, vignette
from csm.survey.pages import SurveyError, check_complete, latin_pages

PARTS = Path(__file__).resolve().parent
BOX_SCALE = 1.5  # side of the square cut / longer side of the face's box


def main(argv=None):
    arguments = _parse(argv)
    rows = read_stimuli(arguments.stimuli)
    classes, methods = check_complete(rows)
    pictures = {}
    for image in classes:
        variants = {row["method"]: row for row in rows if row["image"] == image}
        made, clipped = make_variants(variants, arguments.stimuli.parent, arguments.alpha)
        for method, picture in made.items():
            pictures[image, method] = finish(
                picture, variants[method].get("box"), arguments.vignette, arguments.size
            )
        for method, share in clipped.items():
            if share > 0.001:
                print(
                    f"csm survey: {image}, {method}: {100 * share:.1f} % of the darkening clipped"
                )
    stimuli = latin_pages(classes, methods)
    arguments.output.mkdir(parents=True, exist_ok=True)
    write_key(arguments.output / "key.csv", stimuli)
    page = survey_page(
        stimuli, pictures, sorted(set(classes.values())), arguments.title, arguments.question
    )
    (arguments.output / "survey.html").write_text(page)
    print(
        f"csm survey: {len(stimuli)} pictures on {len(methods)} pages:"
        f" {arguments.output / 'survey.html'}, {arguments.output / 'key.csv'}"
    )
    return 0


def _parse(argv):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("stimuli", type=Path, metavar="STIMULI.csv")
    parser.add_argument(
        "--output", type=Path, default=Path("survey"), metavar="FOLDER", help="(default: survey)"
    )
    parser.add_argument("--title", default="Faces", help="headline of the page (default: Faces)")
    parser.add_argument("--question", default="Which is it?", help="asked of each picture")
    parser.add_argument(
        "--alpha",
        default="0.1",
        metavar="SHARE|METHOD",
        help=(
            "darkening of Eq. (10), the same for all methods of an image: a share of the pixels of"
            " its box (of the photo if there is no box), or the sum of this method's normalised map"
            " (default: 0.1)"
        ),
    )
    parser.add_argument(
        "--vignette",
        type=float,
        default=0.95,
        metavar="RADIUS",
        help="in half sides, 0: none (default: 0.95)",
    )
    parser.add_argument(
        "--size", type=int, default=400, metavar="PX", help="side of the pictures (default: 400)"
    )
    return parser.parse_args(argv)


def read_stimuli(path):
    """The lines of the list as dicts. Errors: SurveyError."""
    try:
        with path.open(newline="") as file:
            reader = csv.DictReader(file)
            missing = {"image", "class", "method", "file"} - set(reader.fieldnames or ())
            if missing:
                raise SurveyError(
                    f"{path} has no column {', '.join(sorted(missing))}. It needs"
                    " image,class,method,file."
                )
            return list(reader)
    except OSError as error:
        raise SurveyError(f"the list of stimuli cannot be read: {error}") from error


def make_variants(variants, folder, alpha):
    """({method: picture (H x W x 3) 0..255}, {method: clipped share}) of one base image; `variants`
    maps method to its line."""
    shown = {method: _picture(folder / row["file"]) for method, row in variants.items()}
    with_map = [method for method, row in variants.items() if row.get("map")]
    if not with_map:
        return shown, {}
    heats = {method: _heat(folder / variants[method]["map"], shown[method]) for method in with_map}
    sizes = {heat.size for heat in heats.values()}
    if len(sizes) > 1:
        image = next(iter(variants.values()))["image"]
        raise SurveyError(
            f"the photos of image {image} differ in size, so one alpha means different shares. Give"
            " the same file."
        )
    box = next(iter(variants.values())).get("box")
    total = _alpha(alpha, heats, _box(box)[2] * _box(box)[3] if box else sizes.pop())
    clipped = {}
    for method, heat in heats.items():
        darkness, clipped[method] = darkening(heat, total)
        shown[method] = negative_explanation(shown[method], darkness)
    return shown, clipped


def _alpha(alpha, heats, n_pixels):
    try:
        return float(alpha) * n_pixels
    except ValueError:
        if alpha in heats:
            return float(normalised(heats[alpha]).sum())
    raise SurveyError(
        f"--alpha is {alpha!r}; valid: a share of the pixels such as 0.1, or one of the methods"
        f" {', '.join(heats)}."
    )


def _picture(path):
    try:
        return np.asarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB"), float)
    except OSError as error:
        raise SurveyError(f"the picture {path} cannot be read: {error}") from error


def _heat(path, picture):
    try:
        heat = np.load(path)
    except (OSError, ValueError) as error:
        raise SurveyError(f"the map {path} cannot be read as .npy: {error}") from error
    if heat.shape != picture.shape[:2]:
        raise SurveyError(
            f"the map {path} is {heat.shape}, the photo {picture.shape[:2]} (H x W) px. They must"
            " be of one size."
        )
    return heat


def _box(text):
    """(x, y, width, height) [px]"""
    try:
        x, y, width, height = map(float, text.split())
    except ValueError:
        raise SurveyError(
            f"the box {text!r} is not of the form x y width height in px, parted by blanks."
        ) from None
    return x, y, width, height


def finish(picture, box, radius, size):
    """The picture cut to its box, at the survey's size, under the vignette: a PIL image."""
    image = Image.fromarray(np.clip(np.rint(picture), 0, 255).astype(np.uint8))
    if box:
        x, y, width, height = _box(box)
        half, middle_x, middle_y = BOX_SCALE * max(width, height) / 2, x + width / 2, y + height / 2
        image = image.crop(
            [round(v) for v in (middle_x - half, middle_y - half, middle_x + half, middle_y + half)]
        )
    image = image.resize(
        (size, max(1, round(size * image.height / image.width))), Image.Resampling.LANCZOS
    )
    if radius <= 0:
        return image
    weights = vignette(image.height, image.width, radius)
    return Image.fromarray(np.rint(np.asarray(image) * weights[..., None]).astype(np.uint8))


def write_key(path, stimuli):
    """Writes which stimulus is which."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["stimulus", "page", "image", "class", "method"])
        writer.writerows(
            [one.number, one.page + 1, one.image, one.class_name, one.method] for one in stimuli
        )


def survey_page(stimuli, pictures, class_names, title, question):
    """The survey as one HTML text, pictures inside."""
    pages = [
        [
            {"stimulus": one.number, "picture": _data_uri(pictures[one.image, one.method])}
            for one in stimuli
            if one.page == page
        ]
        for page in range(max(one.page for one in stimuli) + 1)
    ]
    survey = json.dumps(
        {"title": title, "question": question, "classes": class_names, "pages": pages}
    ).replace("</", "<\\/")
    text = (PARTS / "survey.html").read_text()
    for mark, value in (
        ("@TITLE@", html.escape(title)),
        ("@QUESTION@", html.escape(question)),
        ("@COUNT@", str(len(stimuli))),
        ("@SCRIPT@", (PARTS / "survey.js").read_text()),
        ("@SURVEY@", survey),
    ):
        text = text.replace(mark, value)
    return text


def _data_uri(image):
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=92)  # what people look at; no network sees it
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()
