"""The person of an image of a folder, by the rule of csm_mpi (src/dataset/folder_identity.cpp)."""

from pathlib import PurePath

# Names of folders that divide a data set or hold the images of one person, and are not persons.
DIVISIONS = set(
    [
        "train",
        "training",
        "test",
        "testing",
        "val",
        "valid",
        "validation",
        "dev",
        "eval",
        "gallery",
        "probe",
        "query",
        "img",
        "imgs",
        "image",
        "images",
        "photo",
        "photos",
        "pic",
        "pics",
        "picture",
        "pictures",
        "face",
        "faces",
        "people",
        "persons",
        "data",
        "dataset",
        "crop",
        "crops",
        "cropped",
        "aligned",
        "raw",
    ]
)


def is_division(folder: PurePath) -> bool:
    return folder.name.lower() in DIVISIONS


def person_folder(file: PurePath) -> PurePath:
    """The innermost folder on the way to a file that is not a division; "." if there is none."""
    folder = file.parent
    while folder.name and is_division(folder):
        folder = folder.parent
    return folder


def find_identities(files: list[PurePath]) -> list[str]:
    """The name of each file's folder; its whole path if two folders that may show strangers have
    one name."""
    folders = [person_folder(file) for file in files]
    first_of_name: dict[str, PurePath] = {}
    is_in_doubt = False
    for folder in sorted(set(folders)):
        other = first_of_name.setdefault(folder.name, folder)
        is_in_doubt |= other != folder and not (
            is_division(folder.parent) and is_division(other.parent)
        )
    return [folder.as_posix() if is_in_doubt and folder.name else folder.name for folder in folders]
