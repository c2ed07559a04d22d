"""The sanity checks from end to end on a tiny network: what never looks at the network fails, what hides parts of the picture reacts to every step."""

import csv
import json
import sys

import conftest
import numpy as np
import pytest
import torch
from PIL import Image

sys.path.insert(0, str(conftest.ROOT / "scripts" / "research"))
import sanity_checks  # noqa: E402
from csm.contract import ContractError  # noqa: E402
from study.program import StudyError  # noqa: E402

METHODS = ("csm", "random")


class Small(torch.nn.Module):
    """Two layers whose outputs depend on where on the picture something is."""

    def __init__(self):
        super().__init__()
        random = np.random.default_rng(8)
        self.first = torch.nn.Parameter(torch.tensor(random.normal(size=(4, 3, 3, 3)), dtype=torch.float32))
        self.head = torch.nn.Parameter(torch.tensor(random.normal(size=(2, 4 * conftest.HEIGHT * conftest.WIDTH)), dtype=torch.float32))

    def forward(self, x):
        return torch.nn.functional.linear(torch.relu(torch.conv2d(x, self.first, padding=1)).flatten(1), self.head)


@pytest.fixture
def study(data, monkeypatch, tmp_path):
    """Returns run(*arguments): the sanity checks on the tiny network."""
    torch.jit.save(torch.jit.script(Small()), str(data.folder / "small.pt"), _extra_files={"contract.json": json.dumps(conftest.contract())})
    for name, value in conftest.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("CSM_HOME", raising=False)
    rows = [row if row[1] else [row[0], "male", row[2]] for row in data.rows()]  # every image needs its class
    data.write_manifest(rows[:5])

    def run(*arguments, csm_arguments=("--target", "label", "--confidence", "logit")):
        return sanity_checks.main(["--model", str(data.folder / "small.pt"), "--output", str(tmp_path / "study"), "--methods", ",".join(METHODS),
                                   "--program", str(conftest.PROGRAM),
                                   "--networks", "2", *arguments, "--", "--job", str(data.job), *csm_arguments])

    return run


def test_the_control_fails_and_occlusion_reacts(study, tmp_path, capsys):
    assert study() == 0
    out = capsys.readouterr().out
    folder = tmp_path / "study"
    verdicts = {(row["kind"], row["method"]): row for row in csv.DictReader((folder / "verdicts.csv").open())}
    for kind in ("cis", "cms"):
        assert verdicts[kind, "random"]["verdict"] == "fails"
        assert float(verdicts[kind, "random"]["unchanged"]) == pytest.approx(1)
        assert verdicts[kind, "csm"]["verdict"] != "fails"
        assert abs(float(verdicts[kind, "csm"]["unchanged"])) < 0.5
    rows = list(csv.DictReader((folder / "similarities.csv").open()))
    for check in ("cascading", "independent"):
        for step in ("1", "2"):
            values = [float(row["spearman"]) for row in rows if (row["method"], row["kind"], row["check"], row["step"]) == ("csm", "cis", check, step)]
            assert len(values) == 5
            assert max(values) < 0.95
    report = (folder / "report.md").read_text()
    assert "**These methods fail on single images: random.**" in report
    assert "The control `random` fails by design" in report
    assert "the map stays the same whatever the weights are" in out
    for name in ("cis", "cms", "maps"):
        assert min(Image.open(folder / f"sanity_{name}.png").size) > 200

    made = {path: path.stat().st_mtime_ns for path in (folder / "results").glob("*.h5")}
    assert len(made) == 2 * 5  # the trained network, two fully random ones, the output layer alone, the first layer alone
    assert study() == 0
    assert {path: path.stat().st_mtime_ns for path in made} == made, "finished runs were made again"
    with pytest.raises(StudyError, match="scheme is normal here and permute there"):
        study("--scheme", "normal")


def test_what_csm_mpi_says_is_passed_on(study):
    with pytest.raises(StudyError, match="--patch-size"):
        study(csm_arguments=("--patch-size", "-3"))


def test_a_model_without_weights_is_refused(study, data):
    conftest.save_model(data.folder / "small.pt", "def forward(self, x):\n    return x.sum((2, 3))[:, :2]\n", np.zeros(1))
    with pytest.raises(ContractError, match="nothing to randomise"):
        study()
