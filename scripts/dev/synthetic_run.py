"""Runs csm_mpi from outside, on a data set of random pictures, meshes and linear networks that is made here."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("CSM_BUILD_DIR", ROOT / "build" / "release")) / "bin" / "csm_mpi"
BIN = ROOT / "scripts" / "launch"  # its mpirun forwards signals; the tests need the one below it

HEIGHT, WIDTH = 16, 20  # of pictures and network inputs; not square, so that a transposition shows
SIZE = 64               # of the canonical face [px]
FRAME = 619             # the picture that a canonical mesh without a picture counts its px on
N_VERTICES, STRIDE = 40, 2
N_IMAGES = 11
GENDERS = ("male", "female")
# Powers of two keep every sum of a linear network exact in float32: whatever the order of the sum, there is one result.
MEAN, STD = (127.0, 120.0, 96.0), (64.0, 32.0, 64.0)


def environment():
    kept = {name: value for name, value in os.environ.items() if name != "CSM_HOME"}
    kept["PATH"] = os.pathsep.join(folder for folder in kept["PATH"].split(os.pathsep) if Path(folder) != BIN)
    return kept | {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                   "OMPI_MCA_btl_vader_single_copy_mechanism": "none"}


def launch(*arguments, n_ranks=1, launcher="mpirun", **options):
    """Starts the program, under the launcher if n_ranks > 1, in a session of its own; returns the Popen."""
    launcher_arguments = [str(launcher), "--oversubscribe", "--bind-to", "none", "-n", str(n_ranks)] if n_ranks > 1 else []
    return subprocess.Popen([*launcher_arguments, str(PROGRAM), *map(str, arguments)], env=environment(), text=True,
                            start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, **options)


def own_lines(result):
    """The lines that the program wrote to stderr, without the launcher's."""
    return [line for line in result.stderr.splitlines() if line.startswith("csm: ")]


def error_lines(result):
    """The program's lines that are not news of the run: its errors."""
    return [line for line in own_lines(result) if line.startswith("csm: error: ")]


def contract(role="classifier", **changes):
    base = {
        "csm_contract": 1, "name": "linear test model", "role": role, "task": "gender",
        "input": {"height": HEIGHT, "width": WIDTH, "colour": "rgb", "mean": MEAN, "std": STD},
        "crop": {"rule": "whole_image"}, "source": "tests/system/conftest.py", "licence": "BSD-3-Clause",
    }
    if role == "classifier":
        base |= {"outputs": [{"name": "scores", "kind": "logit", "size": 2}], "classes": list(GENDERS)}
    else:
        base |= {"outputs": [{"name": "embedding", "kind": "embedding", "size": 4}]}
    return base | changes


def save_model(path, forward, weight, role="classifier", the_contract=None):
    """Writes TorchScript whose `forward` is given as source text; `self.weight` holds the weights."""
    import torch

    module = type("Small", (torch.nn.Module,), {})()  # a class of its own: TorchScript keeps one forward per class
    module.weight = torch.nn.Parameter(torch.as_tensor(np.asarray(weight, np.float32)), requires_grad=False)
    script = torch.jit.script(module)
    script.define(forward)
    extra = {} if the_contract is False else {"contract.json": json.dumps(the_contract or contract(role))}
    torch.jit.save(script, str(path), _extra_files=extra)
    return path


LINEAR = """


def forward(self, x):
    return (x.unsqueeze(1) * self.weight).flatten(2).sum(2)
"""

# The same numbers after work that cancels out. A file holds the number of rounds, so that a test can hold a run in its middle and let it go again;
# a size that depends on x keeps the reading from being frozen into a constant.
PACED = """


def forward(self, x):
    n_rounds = torch.from_file("{path}", False, x.size(1) - 2)
    y = x
    for _ in range(int(n_rounds[0])):
        y = y.neg().neg()
    return (y.unsqueeze(1) * self.weight).flatten(2).sum(2)
"""
FAST, SLOW, CRAWL = 0, 40_000, 200_000  # rounds: an image takes milliseconds, some tenths of a second, a second


def linear_weight(n_outputs, seed, scale=1.0):
    """(n_outputs x 3 x H x W) whole numbers from -2 to 2, times a power of two."""
    return np.random.default_rng(seed).integers(-2, 3, (n_outputs, 3, HEIGHT, WIDTH)) * scale


class Data:
    """A folder with pictures, meshes, a canonical mesh, a manifest, linear networks and a job file."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.job = self.folder / "job.cfg"
        self.manifest = self.folder / "manifest.csv"
        self.meshes = self.folder / "meshes"

    @property
    def names(self):
        return [f"face_{i:02}" for i in range(N_IMAGES)]

    def image(self, name):
        return self.folder / "images" / f"{name}.png"

    def picture(self, name):
        return np.asarray(Image.open(self.image(name)).convert("RGB"))

    def vertices(self, name):
        return np.load(self.meshes / f"{name}.npy")[::STRIDE, :2]

    def canonical(self, stride=STRIDE, size=SIZE):
        return np.load(self.folder / "canonical.npy")[::stride, :2] * (size / FRAME)

    def weight(self, model):
        return np.load(self.folder / f"{model}.npy")

    def rows(self):
        return [line.split(",") for line in self.manifest.read_text().splitlines()[1:]]

    def write_manifest(self, rows, header="path,gender,age"):
        self.manifest.write_text("\n".join([header, *(",".join(row) for row in rows)]) + "\n")

    def add(self, name, content=b"", mesh=True):
        """Adds an image file of these bytes to the data set."""
        path = self.folder / "images" / name
        path.write_bytes(content)
        if mesh:
            shutil.copy(self.meshes / "face_00.npy", self.meshes / f"{path.stem}.npy")
        self.write_manifest([*self.rows(), [f"images/{name}", "male", "30"]])
        return path

    def add_copies(self, n_images):
        """Adds copies of the images under new names until the data set has n_images; returns the data set."""
        rows = self.rows()
        for i in range(len(rows), n_images):
            old, name = self.names[i % N_IMAGES], f"copy_{i:04}"
            shutil.copy(self.image(old), self.image(name))
            shutil.copy(self.meshes / f"{old}.npy", self.meshes / f"{name}.npy")
            rows.append([f"images/{name}.png", *rows[i % N_IMAGES][1:]])
        self.write_manifest(rows)
        return self

    def use_paced_model(self):
        """Exchanges the classifier for one that gives the same at a pace that is set while it runs; returns the data set."""
        save_model(self.folder / "classifier.pt", PACED.format(path=self.folder / "pace"), self.weight("classifier"))
        self.set_pace(FAST)
        return self

    def set_pace(self, n_rounds):
        """A forward that is running keeps its own pace."""
        new = self.folder / "pace.new"
        np.array([n_rounds], np.float32).tofile(new)
        new.rename(self.folder / "pace")

    def arguments(self, output, *more):
        return ["--job", self.job, "--output", output, *more]


def checkpoint_folder(output):
    return output.with_name(output.name + ".checkpoint")


def begin_watch(output):
    """A condition: an attempt that starts from now on has done its first image. What earlier attempts left does not count."""
    def part_files():
        return set(checkpoint_folder(output).glob("*.cis"))

    def size_of(path):
        try:
            return path.stat().st_size
        except FileNotFoundError:  # an attempt clears up what earlier ones left
            return 0

    old = part_files()
    return lambda: any(size_of(path) > 0 for path in part_files() - old)


def write_data(folder):
    folder = Path(folder)
    random = np.random.default_rng(11)
    (folder / "images").mkdir(parents=True)
    (folder / "meshes").mkdir()
    data = Data(folder)
    # The meshes are views of the canonical mesh, as the program demands, with vertices at borders and corners.
    canonical = random.uniform((60, 40, 0), (560, 580, 100), (N_VERTICES, 3))
    canonical[0, :2], canonical[2, :2], canonical[14, :2] = (1, 2), (618, 617), (618, 300)
    canonical[6, :2], canonical[8, :2], canonical[10, :2], canonical[12, :2] = (5, 8), (600, 605), (610, 310), (6, 116)
    np.save(folder / "canonical.npy", canonical)
    rows = []
    for i, name in enumerate(data.names):
        picture = random.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
        picture[0, 0] = (0, 0, 0)  # a mark that some tests set
        Image.fromarray(picture).save(data.image(name))
        mesh = canonical * (np.array([WIDTH, HEIGHT, WIDTH]) / FRAME) + random.uniform((-2, -2, -0.2), (2, 2, 0.2), (N_VERTICES, 3))
        mesh[2, :2] = random.uniform(3, 12, 2)
        mesh[4] = mesh[2]                        # a patch that is there twice
        mesh[6, :2] = (0.0, 0.0)                 # borders and corners
        mesh[8, :2] = (WIDTH - 0.01, HEIGHT - 0.01)
        mesh[10, :2] = (WIDTH, HEIGHT / 2)       # just outside
        mesh[12, :2] = (-0.01, 3)
        np.save(data.meshes / f"{name}.npy", mesh)
        rows.append([f"images/{name}.png", GENDERS[i % 2] if i != 5 else "", str(20 + i)])
    data.write_manifest(rows)
    for model, role, weight in (("classifier", "classifier", linear_weight(2, 1, 2.0**-12)),
                                ("embedding", "embedding", linear_weight(4, 2, 1.0))):
        np.save(folder / f"{model}.npy", weight)
        save_model(folder / f"{model}.pt", LINEAR, weight, role)
    data.job.write_text(f"""# Tiny job of the system tests.
task = gender
dataset = manifest.csv
model = classifier.pt
mesh = files
mesh-dir = meshes
canonical = canonical.npy
canonical-size = {SIZE}
vertex-stride = {STRIDE}
patch-size = 5
detector-model = there_is_none.pt
group-by = none
report = none
threads-per-rank = 1
device = cpu
""")
    return data
