"""export_model.py turns networks into model files, and says what is wrong with those that are not."""

import json

import export_model
import pytest
import torch
from convert.contract import ContractError, load_model

CODE = """
import torch
from torch import nn

class Tiny(nn.Module):
    def __init__(self, n=2):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.head = nn.Linear(4, n)
    def forward(self, x):
        return self.head(self.conv(x).relu().mean((2, 3)))

class Mixing(Tiny):
    def forward(self, x):
        return super().forward(x - x.mean(0, keepdim=True))

class FixedBatch(Tiny):
    def forward(self, x):
        return super().forward(x).reshape(1, -1)[:, :2]

class Broken(Tiny):
    def forward(self, x):
        return super().forward(x) / 0 * 0

class Two(Tiny):
    def forward(self, x):
        y = super().forward(x)
        return y, y[:, :1]

class Branching(Tiny):
    def forward(self, x):
        y = self.head(self.conv(x).relu().mean((2, 3)))
        if bool(x.mean() > 1e9):
            return y * 2
        return y

def text():
    return "no module"
"""


@pytest.fixture
def code(tmp_path):
    path = tmp_path / "tiny_nets.py"
    path.write_text(CODE)
    return path


def export(code, what, output, *more):
    torch.manual_seed(3)
    flags = ["--output", str(output), "--name", "tiny", "--task", "gender", "--input-size", "10x8", "--normalisation",
             "unit", "--classes", "a,b", "--source", "here", "--licence", "MIT", "--check-images", "none"]
    return export_model.main([f"{code}:{what}" if what else str(code), *flags, *more])


def test_module_with_weights_keeps_its_outputs(code, tmp_path):
    torch.manual_seed(3)
    network = export_model.load_source(f"{code}:Tiny", {}, None, False)[0]
    torch.save({"state_dict": {f"module.{k}": v for k, v in network.state_dict().items()}}, tmp_path / "w.pth")
    assert export(code, "Tiny", tmp_path / "m.pt", "--weights", str(tmp_path / "w.pth")) == 0
    loaded, contract = load_model(tmp_path / "m.pt")
    images = torch.rand(5, 3, 10, 8)
    torch.testing.assert_close(loaded(images), network(images))
    assert contract["outputs"] == [{"size": 2, "name": "gender", "kind": "logit"}]
    assert contract["input"] == {"colour": "rgb", "height": 10, "width": 8, "mean": [0.0] * 3, "std": [255.0] * 3}
    assert contract["crop"] == {"rule": "whole_image"}


def test_torchscript_file_gets_a_contract(code, tmp_path):
    network = export_model.load_source(f"{code}:Tiny", {}, None, False)[0]
    torch.jit.script(network).save(str(tmp_path / "plain.pt"))
    assert export(tmp_path / "plain.pt", None, tmp_path / "m.pt", "--crop-rule", "face_box", "--crop-scale", "1.3") == 0
    assert load_model(tmp_path / "m.pt")[1]["crop"] == {"rule": "face_box", "scale": 1.3}


def test_contract_file_gives_fields_and_flags_win(code, tmp_path):
    (tmp_path / "c.json").write_text(json.dumps({"name": "old", "crop": {"rule": "face_box", "scale": 2}}))
    export(code, "Tiny", tmp_path / "m.pt", "--contract", str(tmp_path / "c.json"))
    contract = load_model(tmp_path / "m.pt")[1]
    assert (contract["name"], contract["crop"]["scale"]) == ("tiny", 2)


def test_bgr_turns_a_named_normalisation_round(code, tmp_path):
    export(code, "Tiny", tmp_path / "m.pt", "--colour", "bgr", "--normalisation", "imagenet")
    assert load_model(tmp_path / "m.pt")[1]["input"]["mean"] == [103.53, 116.28, 123.675]


def test_second_tensor_is_ignored_by_default(code, tmp_path):
    export(code, "Two", tmp_path / "m.pt")
    kinds = [output["kind"] for output in load_model(tmp_path / "m.pt")[1]["outputs"]]
    assert kinds == ["logit", "ignored"]


def test_single_output_with_two_classes_is_a_binary_logit(code, tmp_path):
    export(code, "Tiny", tmp_path / "m.pt", "--arguments", '{"n": 1}')
    assert load_model(tmp_path / "m.pt")[1]["outputs"][0]["kind"] == "binary_logit"


def test_data_dependent_forward_keeps_both_branches(code, tmp_path):
    assert export(code, "Branching", tmp_path / "m.pt") == 0
    loaded = load_model(tmp_path / "m.pt")[0]
    network = export_model.load_source(f"{code}:Branching", {}, None, False)[0]
    network.load_state_dict(loaded.state_dict())
    bright = torch.full((1, 3, 10, 8), 2e9)
    torch.testing.assert_close(loaded(bright), network(bright))


@pytest.mark.parametrize(("what", "more", "words"), [
    ("Mixing", (), "batch of 3 differs"), ("FixedBatch", (), "shape|traced nor scripted"), ("Broken", (), "NaN"),
    ("Tiny", ("--classes", "a,b,c"), "3 names.*2 names"), ("Tiny", ("--arguments", '{"m": 1}'), "cannot be called"),
    ("Absent", (), "no callable"), ("text", (), "not a torch.nn.Module"), ("Tiny", ("--weights", "none.pth"), "does not exist"),
    ("Tiny", ("--crop-rule", "face_box"), "crop.scale"), ("Tiny", ("--licence", " "), "licence"),
    ("Two", ("--outputs", "x:logit"), "returns 2 tensors"), ("Tiny", ("--role", "embedding", "--outputs", "x:logit"), "embedding")])
def test_fault_is_named_and_nothing_is_written(code, tmp_path, what, more, words):
    with pytest.raises(ContractError, match=words):
        export(code, what, tmp_path / "m.pt", *more)
    assert not list(tmp_path.glob("m.pt*"))


def test_weights_of_another_network_are_refused(code, tmp_path):
    torch.save({"conv.weight": torch.zeros(4, 3, 3, 3), "extra": torch.zeros(1)}, tmp_path / "w.pth")
    with pytest.raises(ContractError, match=r"3 missing \(such as conv.bias\), 1 unknown \(such as extra\)"):
        export(code, "Tiny", tmp_path / "m.pt", "--weights", str(tmp_path / "w.pth"))


def test_state_dict_as_source_says_what_to_do(code, tmp_path):
    torch.save({"a": torch.zeros(1)}, tmp_path / "w.pth")
    with pytest.raises(ContractError, match="--weights"):
        export(tmp_path / "w.pth", None, tmp_path / "m.pt")


def test_existing_file_is_kept(code, tmp_path):
    (tmp_path / "m.pt").write_text("precious")
    with pytest.raises(ContractError, match="--overwrite"):
        export(code, "Tiny", tmp_path / "m.pt")
    assert (tmp_path / "m.pt").read_text() == "precious"
