"""A device whose memory runs out, or that stops answering in the middle of a run: the messages of the program, and what is kept."""

import pytest
from conftest import LINEAR, PROGRAM, checkpoint_folder, error_lines, own_lines, save_model
from same_results import check_same

LIBRARY = PROGRAM.parent / "libcsm_test_faults.so"
FAULTY = LINEAR.replace("(x.unsqueeze(1)", "(torch.ops.csm_test.fault(x).unsqueeze(1)")
BATCH = 8
MORE = ("--batch-size", BATCH, "--save-cis")
N_GOOD_CALLS = 25  # of the network: some images are done, some are not


@pytest.fixture
def run_faulty(run_csm, data, monkeypatch):
    """run(output, fault): the program on a network that fails as CSM_TEST_FAULT says (tests/support/fault_op.cpp)."""
    import torch

    torch.ops.load_library(LIBRARY)
    save_model(data.folder / "classifier.pt", FAULTY, data.weight("classifier"))
    monkeypatch.setenv("LD_PRELOAD", str(LIBRARY))

    def run(output, fault=""):
        monkeypatch.setenv("CSM_TEST_FAULT", fault)
        return run_csm(*data.arguments(output, *MORE))

    return run


def test_the_batch_halves_and_the_run_goes_on(run_faulty, tmp_path):
    assert run_faulty(tmp_path / "undisturbed.h5").returncode == 0
    result = run_faulty(tmp_path / "halved.h5", f"memory 2 {N_GOOD_CALLS}")
    assert result.returncode == 0, result.stderr
    warnings = [line for line in own_lines(result) if "memory ran out" in line]
    assert [line.split("going on with ")[1].split(".")[0] for line in warnings] == ["4", "2"]
    # The network's sums are exact, so that even the batch does not change a digit.
    check_same([tmp_path / "undisturbed.h5", tmp_path / "halved.h5"])


def test_memory_that_does_not_hold_one_copy_ends_the_run_with_what_to_do(run_faulty, tmp_path):
    result = run_faulty(tmp_path / "result.h5", f"memory 0 {N_GOOD_CALLS}")
    assert result.returncode == 3
    (line,) = error_lines(result)
    for part in ("memory of the device cpu ran out", "Tried to allocate 2.00 GiB", "--batch-size or --memory-limit"):
        assert part in line


def test_a_device_that_vanishes_costs_no_finished_image(run_faulty, tmp_path):
    output = tmp_path / "again.h5"
    assert run_faulty(tmp_path / "undisturbed.h5").returncode == 0
    result = run_faulty(output, f"lost {N_GOOD_CALLS}")
    assert result.returncode == 3
    (line,) = error_lines(result)
    for part in ("the device cpu of ", "does not answer any more (", "CUDA error: unspecified launch failure)", "run the same command again"):
        assert part in line
    assert list(checkpoint_folder(output).glob("*.checkpoint"))
    again = run_faulty(output)
    assert again.returncode == 0, again.stderr
    assert any("were done before" in line for line in own_lines(again))
    check_same([tmp_path / "undisturbed.h5", output])
