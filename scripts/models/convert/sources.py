"""The npm packages that hold the networks: name, version and the tarball's SHA-256."""

from pathlib import Path

PINS = Path(__file__).with_name("packages.txt")


def package_folders(npm_folder):
    """Folder of each unpacked package, by package name."""
    folders = {}
    for line in PINS.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            specification = line.split()[0]
            name, version = specification.rsplit("@", 1)
            folders[name] = Path(npm_folder) / f"{name.lstrip('@').replace('/', '-')}-{version}"
    return folders
