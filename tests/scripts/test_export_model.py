"""export_model.py turns networks into model files, and names what is wrong with other files."""

import json
import re
import sys

from csm.export import command as export_model
import numpy as np
import pytest
import torch
from csm.contract import ContractError, load_model
from csm.errors import UserError
from export_networks import CODE
from PIL import Image



@pytest.fixture
def code(tmp_path):
    path = tmp_path / "tiny_nets.py"
    path.write_text(CODE)
    return path


def export(code, what, output, *more):
    torch.manual_seed(3)
    flags = ["--output", str(output), "--name", "tiny", "--task", "gender", "--input-size", "10x8",
             "--normalisation", "unit", "--classes", "a,b", "--source", "here",
             "--licence", "MIT", "--check-images", "none"]
    return export_model.main([f"{code}:{what}" if what else str(code), *flags, *more])


def test_module_with_weights_keeps_its_outputs(code, tmp_path):
    torch.manual_seed(3)
    network = export_model.load_source(f"{code}:Tiny")[0]
    torch.save({"state_dict": {f"module.{k}": v for k, v in network.state_dict().items()}},
               tmp_path / "w.pth")
    assert export(code, "Tiny", tmp_path / "m.pt", "--weights", str(tmp_path / "w.pth")) == 0
    loaded, contract = load_model(tmp_path / "m.pt")
    images = torch.rand(5, 3, 10, 8)
    torch.testing.assert_close(loaded(images), network(images))
    assert contract["outputs"] == [{"size": 2, "name": "gender", "kind": "logit"}]
    assert contract["input"] == {"colour": "rgb", "height": 10, "width": 8, "mean": [0.0] * 3,
                                 "std": [255.0] * 3, "fill": [124, 116, 104]}
    assert contract["crop"] == {"rule": "whole_image"}


def test_torchscript_file_gets_a_contract(code, tmp_path):
    network = export_model.load_source(f"{code}:Tiny")[0]
    torch.jit.script(network).save(str(tmp_path / "plain.pt"))
    assert export(tmp_path / "plain.pt", None, tmp_path / "m.pt", "--crop-rule", "face_box",
                  "--crop-scale", "1.3") == 0
    assert load_model(tmp_path / "m.pt")[1]["crop"] == {"rule": "face_box", "scale": 1.3}


def test_contract_file_gives_fields_and_flags_win(code, tmp_path):
    given = {"name": "old", "crop": {"rule": "face_box", "scale": 2}}
    (tmp_path / "c.json").write_text(json.dumps(given))
    export(code, "Tiny", tmp_path / "m.pt", "--contract", str(tmp_path / "c.json"))
    contract = load_model(tmp_path / "m.pt")[1]
    assert (contract["name"], contract["crop"]["scale"]) == ("tiny", 2)


def test_bgr_turns_a_named_normalisation_round(code, tmp_path):
    export(code, "Tiny", tmp_path / "m.pt", "--colour", "bgr", "--normalisation", "imagenet")
    assert load_model(tmp_path / "m.pt")[1]["input"]["mean"] == [103.53, 116.28, 123.675]


def outputs(path):
    return [(output["name"], output["kind"], output["size"])
            for output in load_model(path)[1]["outputs"]]


@pytest.mark.parametrize(("end", "kind", "size"), [
    ("s", "logit", 2), ("torch.log_softmax(s, 1)", "logit", 2),
    ("torch.softmax(s, 1)", "probability", 2),
    ("torch.sigmoid(s)", "sigmoids", 2), ("torch.sigmoid(s[:, 0])", "probability", 1),
    ("torch.sigmoid(s[:, :1])", "probability", 1),
    ("s[:, 1] - s[:, 0]", "binary_logit", 1), ("s[:, 1:]", "binary_logit", 1),
    ("(s, torch.cat([s, s, s], 1))", "logit", 2)])
def test_kind_of_an_output_is_seen(code, tmp_path, capsys, end, kind, size):
    export(code, "Ends", tmp_path / "m.pt", "--arguments", json.dumps({"end": end}))
    assert outputs(tmp_path / "m.pt")[0] == ("gender", kind, size)
    output = capsys.readouterr().out
    is_sure = kind in ("logit", "binary_logit") and "log_softmax" not in end
    assert ("is taken as" in output) == (not is_sure)
    assert ("number 1 is used" in output) == ("cat" in end)


@pytest.mark.parametrize(("end", "given", "message"), [
    ("torch.softmax(s, 1)", "x:logit", "x:probability"),
    ("torch.sigmoid(s)", "x:logit", "x:sigmoids"),
    ("torch.sigmoid(s)", "x:probability", "x:sigmoids"),
    ("torch.sigmoid(s[:, 0])", "x:binary_logit", "x:probability"),
    ("s", "x:probability", "x:logit"), ("s[:, 0]", "x:probability", "x:binary_logit"),
    ("s", "x:sigmoids", "x:sigmoid_logits"),
    ("100 * torch.softmax(s, 1)", "x:logit", "percentages"),
    ("torch.tanh(s[:, 0])", "x:binary_logit", "tanh"),
    ("torch.softmax(s, 1)", "x:sigmoids", "x:probability"), ("s * 0 + 1", "x:logit", "same values"),
    ("s[:, :1] > 0", "x:binary_logit", "decision"),
    ("s.argmax(1)", "x:binary_logit", "before argmax")])
def test_output_of_another_kind_is_refused_with_the_right_one(code, tmp_path, end, given, message):
    with pytest.raises(ContractError, match=message):
        export(code, "Ends", tmp_path / "m.pt", "--arguments", json.dumps({"end": end}),
               "--outputs", given)


def test_numbers_within_0_and_1_that_can_be_either_are_refused_with_both_readings(code, tmp_path):
    halves = json.dumps({"end": "torch.clamp(s[:, :1] * 0.001 + 0.5, 0, 1)"})
    with pytest.raises(ContractError,
                       match="gender:probability .* or --outputs gender:binary_logit"):
        export(code, "Ends", tmp_path / "m.pt", "--arguments", halves)
    export(code, "Ends", tmp_path / "m.pt", "--arguments", halves, "--outputs",
           "gender:probability")


def test_several_tensors_that_fit_are_not_guessed(code, tmp_path):
    with pytest.raises(ContractError,
                       match="2 tensors.*2, 1 values.*a:logit,b:ignored or a:ignored,b:logit"):
        export(code, "Two", tmp_path / "m.pt")
    export(code, "Two", tmp_path / "m.pt", "--outputs", "a:ignored, b:binary_logit")
    assert outputs(tmp_path / "m.pt") == [("a", "ignored", 2), ("b", "binary_logit", 1)]
    with pytest.raises(ContractError, match="a:embedding,b:ignored or a:ignored,b:embedding"):
        export(code, "Two", tmp_path / "e.pt", "--role", "embedding")
    export(code, "Two", tmp_path / "e.pt", "--role", "embedding", "--outputs",
           "logits:ignored,emb:embedding")
    assert outputs(tmp_path / "e.pt") == [("logits", "ignored", 2), ("emb", "embedding", 1)]


def test_fill_is_the_mean_that_the_network_subtracts(code, tmp_path, capsys):
    export(code, "Normalises", tmp_path / "m.pt")
    assert load_model(tmp_path / "m.pt")[1]["input"]["fill"] == [127.5, 102.0, 76.5]
    assert "subtracts itself" in capsys.readouterr().out
    export(code, "Normalises", tmp_path / "m.pt", "--fill-colour", "10,20,30", "--overwrite")
    assert load_model(tmp_path / "m.pt")[1]["input"]["fill"] == [10.0, 20.0, 30.0]
    export(code, "Tiny", tmp_path / "t.pt", "--normalisation", "imagenet")
    assert "fill" not in load_model(tmp_path / "t.pt")[1]["input"]


@pytest.fixture
def faces(tmp_path):
    """Twelve pictures, bright red for a and dark for b, with a manifest."""
    folder = tmp_path / "faces"
    folder.mkdir()
    rows = ["path,gender"]
    for i in range(12):
        red = 240 - i if i % 2 else 10 + i
        Image.fromarray(np.full((20, 30, 3), [red, 90, 60], np.uint8)).save(folder / f"{i}.png")
        rows.append(f"{i}.png,{'a' if i % 2 else 'b'}")
    (folder / "manifest.csv").write_text("\n".join(rows))
    return folder


def test_order_of_the_classes_is_seen_on_labelled_faces(code, tmp_path, faces, capsys):
    flags = ("--arguments", '{"end": "s"}', "--check-images", str(faces))
    export(code, "Lookalike", tmp_path / "m.pt", *flags)
    assert "right for 12 of 12 labelled faces" in capsys.readouterr().out
    with pytest.raises(ContractError, match="right for 0 of 12.*--classes a,b"):
        export(code, "Lookalike", tmp_path / "n.pt", *flags, "--classes", "b, a")
    export(code, "Lookalike", tmp_path / "n.pt", *flags[:2], "--classes", "b, a")
    assert load_model(tmp_path / "n.pt")[1]["classes"] == ["b", "a"]


def test_labels_are_read_as_spreadsheets_write_them(code, tmp_path, faces, capsys):
    table = (faces / "manifest.csv").read_text().replace(",", ";").replace("gender", "Gender")
    (faces / "manifest.csv").write_text(table.replace(";a", " ; a"), encoding="utf-16")
    flags = ("--arguments", '{"end": "s"}', "--check-images", str(faces))
    export(code, "Lookalike", tmp_path / "m.pt", *flags)
    assert "right for 12 of 12 labelled faces" in capsys.readouterr().out
    (faces / "manifest.csv").write_text("File;Gender\n0.png;a\n")
    with pytest.raises(UserError, match="Rename 'File'"):
        export(code, "Lookalike", tmp_path / "n.pt", *flags)


def test_faces_tell_a_sigmoid_that_the_graph_hides(code, tmp_path, faces, capsys):
    hidden = '{"end": "1 / (1 + torch.exp(-s[:, :1]))"}'
    export(code, "Lookalike", tmp_path / "m.pt", "--arguments", hidden, "--classes", "b,a",
           "--check-images", str(faces))
    assert outputs(tmp_path / "m.pt") == [("gender", "probability", 1)]
    assert "right for 12 of 12" in capsys.readouterr().out


def test_folder_of_faces_must_be_there(code, tmp_path):
    for folder in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(ContractError, match="--check-images"):
            export(code, "Tiny", tmp_path / "m.pt", "--check-images", str(folder))


def test_data_dependent_forward_keeps_both_branches(code, tmp_path):
    assert export(code, "Branching", tmp_path / "m.pt") == 0
    loaded = load_model(tmp_path / "m.pt")[0]
    network = export_model.load_source(f"{code}:Branching")[0]
    network.load_state_dict(loaded.state_dict())
    bright = torch.full((1, 3, 10, 8), 2e9)
    torch.testing.assert_close(loaded(bright), network(bright))


@pytest.mark.parametrize(("what", "more", "message"), [
    ("Mixing", (), "batch of 3 differs"), ("FixedBatch", (), "shape|traced nor scripted"),
    ("Broken", (), "NaN"),
    ("Tiny", ("--classes", "a,b,c"), "3 names.*2 names"),
    ("Tiny", ("--arguments", '{"m": 1}'), "cannot be called"),
    ("Absent", (), "no callable"), ("text", (), "not a torch.nn.Module"),
    ("Tiny", ("--weights", "none.pth"), "does not exist"),
    ("Tiny", ("--crop-rule", "face_box"), "crop.scale"), ("Tiny", ("--licence", " "), "licence"),
    ("Two", ("--outputs", "x:logit"), "returns 2 tensors"), ("Named", (), "entries logits"),
    ("Tiny", ("--crop-rule", "face_box", "--crop-scale", "0.1"), r"crop.scale \(--crop-scale\)"),
    ("Tiny", ("--classes", "a, "), "empty"),
    ("Tiny", ("--classes", "a, A"), "twice"),
    ("Tiny", ("--mean", "0.5,0.4,0.3"), r"\[127.5, 102.0, 76.5\]"),
    ("Tiny", ("--std", "0.2,0.2,0.2"), r"\[51.0, 51.0, 51.0\]"),
    ("Ends", ("--arguments", '{"end": "s[:, 0].squeeze()"}'), "squeeze"),
    ("Ends", ("--arguments", '{"end": "s.mean()"}'), "not the batch"),
    ("Tiny", ("--role", "embedding", "--outputs", "x:logit"), "embedding")])
def test_fault_is_named_and_nothing_is_written(code, tmp_path, what, more, message):
    with pytest.raises(ContractError, match=message):
        export(code, what, tmp_path / "m.pt", *more)
    assert not list(tmp_path.glob("m.pt*"))


def test_the_folder_of_the_output_is_made(code, tmp_path):
    export(code, "Tiny", tmp_path / "models/mine/m.pt")
    assert (tmp_path / "models/mine/m.pt").is_file()
    (tmp_path / "file").touch()
    with pytest.raises(ContractError, match="cannot be made"):
        export(code, "Tiny", tmp_path / "file/m.pt")


def test_weights_of_another_network_are_refused(code, tmp_path):
    torch.save({"conv.weight": torch.zeros(4, 3, 3, 3), "extra": torch.zeros(1)},
               tmp_path / "w.pth")
    with pytest.raises(ContractError,
                       match=r"3 missing \(such as conv.bias\), 1 unknown \(such as extra\)"):
        export(code, "Tiny", tmp_path / "m.pt", "--weights", str(tmp_path / "w.pth"))


def test_state_dict_as_source_says_what_to_do(code, tmp_path):
    torch.save({"a": torch.zeros(1)}, tmp_path / "w.pth")
    with pytest.raises(ContractError, match="--weights"):
        export(tmp_path / "w.pth", None, tmp_path / "m.pt")


def save(tmp_path, content):
    torch.save(content, tmp_path / "w.pth")
    return "--weights", str(tmp_path / "w.pth")


@pytest.mark.parametrize("shape", [
    lambda w: w, lambda w: {"net": w},
    lambda w: {"model_state_dict": w, "optimizer": {"state": {"0": torch.zeros(1)}}},
    lambda w: {"state_dict": {f"module.{k}": v for k, v in w.items()}, "epoch": 3},
    lambda w: {f"_orig_mod.module.{k}": v for k, v in w.items()},
    lambda w: {f"module._orig_mod.net.{k}": v for k, v in w.items()},
    lambda w: {"ema": w}, lambda w: {"ema": w, "model": w},
    lambda w: {"state_dict": {f"net.{k}": v for k,
                              v in w.items()} | {"criterion.weight": torch.ones(2)}},
    lambda w: {k: v for k, v in w.items() if not k.endswith("num_batches_tracked")},
    lambda w: {k: v.half() for k, v in w.items()}])
def test_weights_are_taken_as_people_have_them(code, tmp_path, shape):
    torch.manual_seed(5)
    network = export_model.load_source(f"{code}:Wrapping")[0]
    network.norm.running_mean += 3
    network = network.half().float()
    flags = save(tmp_path, shape(network.state_dict()))
    export(code, "Wrapping", tmp_path / "m.pt", *flags)
    images = torch.rand(2, 3, 10, 8)
    torch.testing.assert_close(load_model(tmp_path / "m.pt")[0](images), network(images))


def test_weights_of_the_inner_network_are_put_into_its_wrapper(code, tmp_path):
    inner = {k: v + 1 for k, v in export_model.load_source(f"{code}:Tiny")[0].state_dict().items()}
    network = export_model.load_source(f"{code}:Wrapping")[0]
    with pytest.raises(ContractError, match="norm"):
        export(code, "Wrapping", tmp_path / "m.pt", *save(tmp_path, inner))
    whole = {k: v for k, v in network.state_dict().items()
             if k.startswith("norm.")} | {f"model.{k}": v for k, v in inner.items()}
    export(code, "Wrapping", tmp_path / "m.pt", *save(tmp_path, whole))
    assert torch.equal(load_model(tmp_path / "m.pt")[0].state_dict()["model.head.bias"],
                       inner["head.bias"])


def test_two_sets_of_weights_that_fit_are_not_guessed(code, tmp_path):
    plain = export_model.load_source(f"{code}:Tiny")[0].state_dict()
    averaged = {k: v + 1 for k, v in plain.items()}
    flags = save(tmp_path, {"model": plain, "ema": averaged})
    with pytest.raises(ContractError, match="'model', 'ema'.*--weights-key"):
        export(code, "Tiny", tmp_path / "m.pt", *flags)
    export(code, "Tiny", tmp_path / "m.pt", *flags, "--weights-key", "ema")
    assert torch.equal(load_model(tmp_path / "m.pt")[0].state_dict()["head.bias"],
                       averaged["head.bias"])
    with pytest.raises(ContractError, match="'model', 'ema'"):
        export(code, "Tiny", tmp_path / "n.pt", *flags, "--weights-key", "emma")


@pytest.mark.parametrize(("content", "message"), [
    (b"", "is empty"), (b"<!doctype html><html>", "web page"),
    (b"version https://git-lfs.github.com/spec/v1\n", "LFS"),
    (b"\x89HDF\r\n\x1a\n....", "HDF5"), (b"\x08\x0e\x12\x07pytorch", "ONNX"),
    (b"PK\x03\x04 w/data.pkl", "cut off"),
    (b"\x40\0\0\0\0\0\0\0{\"a\"", "safetensors")])
def test_kind_of_a_wrong_file_is_named(code, tmp_path, content, message):
    path = tmp_path / "w.pt"
    path.write_bytes(content)
    with pytest.raises(ContractError, match=message):
        export(code, "Tiny", tmp_path / "m.pt", "--weights", str(path))
    with pytest.raises(ContractError, match=message):
        export(path, None, tmp_path / "m.pt")


def test_files_of_torch_are_told_apart(code, tmp_path):
    network = export_model.load_source(f"{code}:Tiny")[0]
    torch.jit.script(network).save(str(tmp_path / "s.pt"))
    torch.save(network, tmp_path / "module.pt")
    torch.export.save(torch.export.export(network, (torch.rand(2, 3, 10, 8),)), tmp_path / "e.pt2")
    with pytest.raises(ContractError, match="TorchScript file. Give it as SOURCE"):
        export(code, "Tiny", tmp_path / "m.pt", "--weights", str(tmp_path / "s.pt"))
    with pytest.raises(ContractError, match="--trust-weights"):
        export(code, "Tiny", tmp_path / "m.pt", "--weights", str(tmp_path / "module.pt"))
    with pytest.raises(ContractError, match="torch.export"):
        export(code, "Tiny", tmp_path / "m.pt", "--weights", str(tmp_path / "e.pt2"))
    (tmp_path / "none.pt2").write_bytes((tmp_path / "e.pt2").read_bytes()[:99])
    with pytest.raises(ContractError, match="cut off"):
        export(tmp_path / "none.pt2", None, tmp_path / "m.pt")
    with pytest.raises(ContractError, match="torch.save"):
        export(tmp_path / "module.pt", None, tmp_path / "m.pt")
    export(code, "Tiny", tmp_path / "m.pt", "--weights", str(tmp_path / "module.pt"),
           "--trust-weights")


@pytest.mark.parametrize(("n_images", "shapes"),
                         [(2, ({0: torch.export.Dim("n")},)), (1, None), (2, None)])
def test_an_exported_program_becomes_layers_for_any_batch(code, tmp_path, n_images, shapes):
    network = export_model.load_source(f"{code}:Tiny")[0]
    program = torch.export.export(network, (torch.rand(n_images, 3, 10, 8),), dynamic_shapes=shapes)
    torch.export.save(program, tmp_path / "e.pt2")
    assert export(tmp_path / "e.pt2", None, tmp_path / "m.pt") == 0
    images = torch.rand(5, 3, 10, 8)
    torch.testing.assert_close(load_model(tmp_path / "m.pt")[0](images), network(images))


@pytest.mark.parametrize(("text", "what", "expected"), [
    ("import torchvision_of_mine\ndef net(): pass\n", "net",
     "imports torchvision_of_mine.*PYTHON.*does not have"),
    ("def net()\n    pass\n", "net", "cannot be loaded.*SyntaxError"),
    ("import sys\nsys.exit('usage: train.py DATA')\n", "net", "ends the program"),
    ("import argparse\nargparse.ArgumentParser().parse_args(['--lr'])\n", "net",
     "ends the program")])
def test_error_of_a_file_is_shown_as_its_own(tmp_path, text, what, expected):
    path = tmp_path / "mine_net.py"
    path.write_text(text)
    with pytest.raises(ContractError) as error:
        export(path, what, tmp_path / "m.pt")
    message = str(error.value).replace(sys.executable, "PYTHON").replace("\n", " ")
    assert re.search(expected, message), message
    assert "mine_net.py" in message and "load_source.py" not in message


@pytest.mark.parametrize(("what", "more", "line"), [
    ("raises", (), "raise ValueError("), ("deep", (), "Tiny(n).does_not_exist"),
    ("Ends", ("--arguments", '{"end": "s.view(3, 7)"}'), "eval(self.end)")])
def test_error_of_the_code_is_shown_with_its_line(code, tmp_path, what, more, line):
    with pytest.raises(ContractError) as error:
        export(code, what, tmp_path / "m.pt", *more)
    message = str(error.value)
    assert line in message and "in that code" in message
    assert "export_model.py\"" not in message and message.count("  File ") <= 4, message


def test_existing_file_is_kept(code, tmp_path):
    (tmp_path / "m.pt").write_text("precious")
    with pytest.raises(ContractError, match="--overwrite"):
        export(code, "Tiny", tmp_path / "m.pt")
    assert (tmp_path / "m.pt").read_text() == "precious"
