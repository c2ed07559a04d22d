"""Networks that AOTInductor compiled (.pt2), compiled here."""

import json
import zipfile

import conftest
import numpy as np
import pytest
import torch
from foreign_models import one_error, run

SIZE = (3, conftest.HEIGHT, conftest.WIDTH)
ANY_BATCH = {0: torch.export.Dim("n", min=1, max=4096)}


class Linear(torch.nn.Module):
    """The classifier of the data set, with a step that inductor makes a kernel of."""

    def __init__(self, weight):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.as_tensor(weight, dtype=torch.float32))

    def forward(self, x):
        return (x.unsqueeze(1) * self.weight).flatten(2).sum(2).clamp(-1e6, 1e6)


def export(data, n_images, free):
    """The classifier for this number of images, or with a free one."""
    example = (torch.rand(n_images, *SIZE),)
    network = Linear(data.weight("classifier")).eval()
    return torch.export.export(network, example, dynamic_shapes=(ANY_BATCH,) if free else None)


@pytest.fixture(scope="module")
def compiled(data_template, tmp_path_factory):
    """The packages by the images that they take: any, one, three."""
    folder = tmp_path_factory.mktemp("compiled")
    paths = {}
    for name, n_images in (("any", 2), ("one", 1), ("three", 3)):
        paths[name] = folder / f"{name}.pt2"
        program = export(data_template, n_images, free=name == "any")
        torch._inductor.aoti_compile_and_package(program, package_path=str(paths[name]))
        contract_beside(paths[name])
    return paths


def contract_beside(path, **changes):
    path.with_suffix(".contract.json").write_text(json.dumps(conftest.contract(**changes)))
    return path


def test_a_compiled_network_gives_the_map_of_the_same_network(run_csm, data, tmp_path, compiled):
    with run(run_csm, data, tmp_path / "script.h5", "--engine", "full") as script:
        wanted = script["entry/cms/cms"][:]
    maps = {}
    for name, n_ranks in (("any", 1), ("any", 2), ("one", 1), ("three", 2)):
        output = tmp_path / f"{name}{n_ranks}.h5"
        with run(run_csm, data, output, "--model", compiled[name], n_ranks=n_ranks) as file:
            maps[name, n_ranks] = file["entry/cms/cms"][:]
            np.testing.assert_allclose(maps[name, n_ranks], wanted, rtol=1e-5, atol=1e-5)
            assert file["entry/inputs/model_kind"].asstr()[()] == "compiled"
    np.testing.assert_array_equal(maps["any", 1], maps["any", 2])


def test_what_compiled_code_cannot_do_is_refused(run_csm, data, tmp_path, compiled):
    def refuse(*parts, model=compiled["three"], more=()):
        one_error(
            run_csm(*data.arguments(tmp_path / "a.h5", "--model", model, *more)), 2, *parts
        )

    refuse("black box", more=("--engine", "incremental"))
    refuse("black box", more=("--method", "gradient"))

    # Compiled code by itself would take any array for its own, and read past its end.
    size = conftest.contract()["input"] | {"height": conftest.HEIGHT + 1}
    other = tmp_path / "other.json"
    other.write_text(json.dumps(conftest.contract(input=size)))
    refuse("x 17 x 20", "expected: 16, but got: 17", more=("--contract", other))


def test_a_package_that_cannot_run_is_refused(run_csm, data, tmp_path, compiled):
    def refuse(name, *parts):
        one_error(
            run_csm(*data.arguments(tmp_path / "a.h5", "--model", tmp_path / name)), 2, *parts
        )

    package = compiled["one"].read_bytes()
    (tmp_path / "alone.pt2").write_bytes(package)
    refuse("alone.pt2", "'alone.contract.json' is not beside it", "--contract")
    contract_beside(tmp_path / "cut.pt2").write_bytes(package[: len(package) // 2])
    refuse("cut.pt2", "is cut off")
    contract_beside(tmp_path / "named.pt").write_bytes(package)
    refuse("named.pt", "is a compiled program", "Name it .pt2")
    torch.export.save(export(data, 1, free=False), contract_beside(tmp_path / "exported.pt2"))
    refuse("exported.pt2", "not compiled", "csm export")

    # As it would be if it came from a machine with a GPU.
    with (
        zipfile.ZipFile(compiled["one"]) as old,
        zipfile.ZipFile(contract_beside(tmp_path / "cuda.pt2"), "w") as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("metadata.json"):
                content = json.dumps(json.loads(content) | {"AOTI_DEVICE_KEY": "cuda"})
            new.writestr(name, content)
    refuse("cuda.pt2", "was compiled for 'cuda', this rank computes on cpu")
