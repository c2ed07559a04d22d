"""Values of a contract that have the right type but cannot be meant (src/model/contract_sense.cpp
keeps the same rules).

Each function returns what is wrong, with the value that was probably meant, as the rest of a
sentence that begins with the field; None if all is well.
"""

import difflib

from .names import LONGEST_NAME, one_line

SMALLEST_STD, LARGEST_STD = 1, 1024
SMALLEST_SCALE, LARGEST_SCALE = 0.5, 5
DARKEST_MEAN, BRIGHTEST_MEAN = 30, 225
MEAN_OF_IMAGENET = [
    124,
    116,
    104,
]  # RGB: the colour of --fill mean if nothing else is known (src/model/fill.cpp)


def is_mean_of_pictures(mean):
    """Whether three numbers on 0..255 can be the mean colour of pictures."""
    return all(DARKEST_MEAN <= value <= BRIGHTEST_MEAN for value in mean)


def fault_of_mean(mean):
    """Of input.mean, which is on 0..255."""
    if any(mean) and all(abs(value) <= 1 for value in mean):
        return (
            f"is {mean}, which looks like the scale 0..1; here it is on 0..255: {_times(mean, 255)}"
        )
    if not _is_colour(mean):
        return f"is {mean}, which is not a colour on 0..255"
    return None


def fault_of_std(std):
    """Of input.std, which is on 0..255."""
    if not all(0 < value < float("inf") for value in std):
        return f"is {std}, but must be above 0"
    if all(value < 0.05 for value in std):
        return (
            f"is {std}, which looks like a factor; the values are divided by it:"
            f" {[round(1 / v, 3) for v in std]}"
        )
    if any(value < SMALLEST_STD for value in std):
        meant = [round(255 * v, 3) if v < SMALLEST_STD else v for v in std]
        return f"is {std}, which looks like the scale 0..1; here it is on 0..255: {meant}"
    if any(value > LARGEST_STD for value in std):
        return f"is {std}, with which all pictures look the same to the network; it is on 0..255"
    return None


def fault_of_fill(fill):
    """Of input.fill, a colour on 0..255."""
    if not _is_colour(fill):
        return f"is {fill}, which is not a colour on 0..255"
    if any(fill) and all(value <= 1 for value in fill):
        return (
            f"is {fill}, which looks like the scale 0..1; here it is on 0..255: {_times(fill, 255)}"
        )
    return None


def fault_of_crop_scale(scale):
    if SMALLEST_SCALE <= scale <= LARGEST_SCALE:
        return None
    return (
        f"is {scale:g}, not a number from {SMALLEST_SCALE} to {LARGEST_SCALE} (side of the square"
        " crop / longer side of the face's box; 1 cuts at forehead and chin)"
    )


def fault_of_five_points(points, height, width):
    """Of crop.template: subject's right eye, left eye, nose, right and left mouth corner in the
    input [px]."""
    if all(0 <= value <= 1 for point in points for value in point):
        meant = [[round(x * width, 3), round(y * height, 3)] for x, y in points]
        return f"lies on 0..1; it is counted in px of the input: {meant}"
    if not all(0 <= x <= width and 0 <= y <= height for x, y in points):
        return (
            f"has a point outside the input of {height} x {width} px (height x width); points are"
            " [x, y]"
        )
    right_eye, left_eye, nose, right_mouth, left_mouth = points
    eyes_y, mouth_y = (right_eye[1] + left_eye[1]) / 2, (right_mouth[1] + left_mouth[1]) / 2
    across = left_eye[0] - right_eye[0]
    if abs(left_eye[1] - right_eye[1]) > abs(across):
        return "has the eyes above each other: are x and y exchanged? Points are [x, y]"
    if not eyes_y < nose[1] < mouth_y:
        return (
            "does not have eyes, nose and mouth from top to bottom (y counts down): right eye, left"
            " eye, nose tip, right mouth corner, left mouth corner"
        )
    if across <= 0 or left_mouth[0] <= right_mouth[0]:
        return (
            "has the sides exchanged: the first eye and mouth corner are the subject's right ones,"
            " which lie on the left of the picture"
        )
    centre = (right_eye[0] + left_eye[0] + right_mouth[0] + left_mouth[0]) / 4 / width
    if not 0.36 <= centre <= 0.64 or across < 0.1 * width:
        return (
            f"puts the face beside the middle of the input of {height} x {width} px, or makes it"
            " very small: is it the template of another input size? Multiply it by new size / old"
            " size"
        )
    return None


def fault_of_key(key, field):
    """Of a key that is nearly the optional `field`, which the object lacks: it would be ignored."""
    if not difflib.get_close_matches(key, [field], cutoff=0.75):
        return None
    return f"is not a field. Is it `{field}`, misspelt?"


def fault_of_classes(classes):
    """Of class names without blanks at their ends; labels are compared without regard to case."""
    seen = set()
    for name in classes:
        if not name:
            return "holds an empty name"
        if one_line(name) != name:
            return f"holds a line break, a tab or a control character in {one_line(name)!r}"
        if len(name) > LONGEST_NAME:
            return (
                f"holds {name[:60]!r}..., and names of maps have at most {LONGEST_NAME} characters"
            )
        if name.lower() in seen:
            return f"holds {name!r} twice"
        seen.add(name.lower())
    return None


def _is_colour(values):
    return all(0 <= value <= 255 for value in values)


def _times(values, factor):
    return [round(value * factor, 3) for value in values]
