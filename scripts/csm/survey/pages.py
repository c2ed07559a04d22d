"""Arranges the stimuli of a survey on pages: a Latin square of methods over pages."""

from dataclasses import dataclass

from csm.errors import UserError


class SurveyError(UserError):
    """A list of stimuli, or answers, that cannot be used."""


@dataclass(frozen=True)
class Stimulus:
    """One picture of the survey: a variant of a base image by a method, whose right answer is the
    class."""

    number: int
    image: str
    class_name: str
    method: str
    page: int


def latin_pages(classes, methods):
    """[Stimulus] of every image by every method. Each page has one variant of each image; over the
    pages each image has each method once.

    On each page the methods are spread as evenly as the numbers allow over the images of each
    class. `classes` maps image to class.
    """
    found, index_in_class = [], {}
    for image, class_name in classes.items():
        position = index_in_class.get(class_name, 0)
        index_in_class[class_name] = position + 1
        for page in range(len(methods)):
            found.append((page, image, class_name, methods[(position + page) % len(methods)]))
    found.sort(key=lambda one: one[0])
    return [
        Stimulus(number, image, class_name, method, page)
        for number, (page, image, class_name, method) in enumerate(found, 1)
    ]


def check_complete(rows):
    """({image: class}, [methods]) of rows with image, class, method. Errors: SurveyError for a
    missing or doubled variant, or an image of two classes."""
    if not rows:
        raise SurveyError("the list of stimuli is empty. Each line has image,class,method,file.")
    classes, methods, seen = {}, [], set()
    for row in rows:
        image, class_name, method = row["image"], row["class"], row["method"]
        if classes.setdefault(image, class_name) != class_name:
            raise SurveyError(
                f"image {image} is of class {classes[image]} and of class {class_name}. Which is"
                " the right answer?"
            )
        if (image, method) in seen:
            raise SurveyError(
                f"image {image} is listed twice with method {method}. Give each variant once."
            )
        seen.add((image, method))
        if method not in methods:
            methods.append(method)
    missing = [
        (image, method) for image in classes for method in methods if (image, method) not in seen
    ]
    if missing:
        raise SurveyError(
            f"{len(missing)} variants are missing, the first is image {missing[0][0]} by"
            f" {missing[0][1]}: each page holds one variant of each image, so every image needs"
            " every method."
        )
    if len(set(classes.values())) < 2:
        raise SurveyError(
            "all images are of one class, so there is nothing to choose. Give images of at least"
            " two."
        )
    return classes, methods
