"""What a run reports of itself: a line for each rank, JSON lines, and a summary that the result
file and the report hold too."""

import json
import re

import conftest
import h5py
import numpy as np
import pytest


def events_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def named(events, name):
    return [event for event in events if event["event"] == name]


def check_events(events, n_ranks, empty_image, output):
    """Start, ranks, progress, the failed image, checkpoints and end, in the order of time."""
    assert all(
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", event["time"]) for event in events
    )
    assert [event["time"] for event in events] == sorted(event["time"] for event in events)
    assert events[0]["event"] == "start" and events[0]["n_ranks"] == n_ranks
    assert [event["rank"] for event in named(events, "rank")] == list(range(n_ranks))
    assert all(
        event["device"] == "cpu" and event["n_threads"] == 1 and event["host"]
        for event in named(events, "rank")
    )
    last = named(events, "progress")[-1]
    assert (last["n_done"], last["n_failed"], last["n_total"]) == (
        conftest.N_IMAGES,
        1,
        conftest.N_IMAGES,
    )
    assert [event["reason"] for event in named(events, "image_failed")] == ["is empty"]
    assert named(events, "image_failed")[0]["id"] == f"images/{empty_image}.png"
    # Who is free takes the images, so rank 0 is sure of one, and so of a checkpoint, only if it is
    # alone.
    assert named(events, "checkpoint") or n_ranks > 1
    assert (
        events[-1]["event"] == "end"
        and events[-1]["outcome"] == "done"
        and str(output) in events[-1]["files"]
    )


def check_process(process, summary, n_ranks):
    """The tables of /entry/process say what the summary says."""
    assert process["ranks/host"].shape == process["ranks/device_uuid"].shape == (n_ranks,)
    assert process["compute_settings/cudnn_tf32"].asstr()[()] == "off"
    assert "log_json" in process["options"] and "log_json" not in process.parent["options"]
    busy, loop = process["ranks/busy_seconds"][:], process["ranks/loop_seconds"][:]
    assert (busy > 0).all() and (busy <= loop).all()
    phases = list(process["ranks/phase"].asstr()[:])
    wait = process["ranks/seconds"][:, phases.index("wait")]
    np.testing.assert_allclose(loop - busy, wait, atol=1e-9)
    for name, value in (
        ("imbalance", busy.max() / busy.mean()),
        ("parallel_efficiency", busy.mean() / loop.max()),
    ):
        np.testing.assert_allclose([process["summary"][name][()], summary[name]], value, rtol=1e-12)
    np.testing.assert_allclose(
        [summary["mean_seconds"][phase] for phase in phases],
        process["ranks/seconds"][:].mean(axis=0),
        rtol=1e-12,
        atol=1e-15,
    )
    assert [summary["slowest_rank"][phase] for phase in phases] == list(
        process["summary/slowest_rank"][:]
    )


@pytest.mark.parametrize("n_ranks", [1, 2, 3])
def test_messages_events_and_result_agree(run_csm, data, tmp_path, n_ranks):
    data.image(data.names[3]).write_bytes(b"")
    output, log = tmp_path / "result.h5", tmp_path / "run.jsonl"
    result = run_csm(
        *data.arguments(
            output, "--log-json", log, "--max-failures", 0.2, "--checkpoint-interval", 0
        ),
        n_ranks=n_ranks,
    )
    assert result.returncode == 0, result.stderr
    lines = [
        line
        for line in conftest.own_lines(result)
        if re.match(r"csm: rank \d+ on .+: cpu, 1 thread$", line)
    ]
    assert [int(line.split()[2]) for line in lines] == list(range(n_ranks)), result.stderr

    events = events_of(log)
    check_events(events, n_ranks, data.names[3], output)
    (summary,) = named(events, "summary")
    assert (summary["n_images"], summary["n_failed"]) == (conftest.N_IMAGES - 1, 1)
    with h5py.File(output) as file:
        check_process(file["entry/process"], summary, n_ranks)
    assert f"imbalance {summary['imbalance']:.3f}" in result.stderr
    assert result.stderr.count("csm: the images are done; intervals and tests") == 1
    assert f"images on {n_ranks} rank{'s' * (n_ranks > 1)}, batches of" in result.stderr


def test_events_alone_on_the_standard_output(run_csm, data, tmp_path):
    result = run_csm(
        *data.arguments(tmp_path / "result.h5", "--log-json", "-", "--quiet"), n_ranks=2
    )
    assert result.returncode == 0, result.stderr
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert [events[0]["event"], events[-1]["event"]] == ["start", "end"]
    lines = conftest.own_lines(result)
    assert all(line.startswith("csm: warning: ") for line in lines), (
        "events come although it is quiet"
    )


def test_a_failed_run_ends_with_its_message(run_csm, data, tmp_path):
    log = tmp_path / "run.jsonl"
    result = run_csm(
        *data.arguments(tmp_path / "result.h5", "--log-json", log, "--patch-size", 1000)
    )
    assert result.returncode == 2
    last = events_of(log)[-1]
    assert (last["event"], last["outcome"]) == ("end", "failed") and "--patch-size 1000" in last[
        "message"
    ]


@pytest.mark.parametrize("n_ranks", [1, 3])
def test_a_log_that_cannot_be_opened_ends_the_run_before_any_work(run_csm, data, tmp_path, n_ranks):
    result = run_csm(
        *data.arguments(tmp_path / "result.h5", "--log-json", tmp_path / "none" / "x"),
        n_ranks=n_ranks,
    )
    assert result.returncode == 2
    assert len(conftest.error_lines(result)) == 1 and "--log-json cannot open" in result.stderr
    assert not (tmp_path / "result.h5").exists()


def test_no_gpu_is_refused_where_one_is_asked_for(run_csm, data, tmp_path, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    result = run_csm(*data.arguments(tmp_path / "result.h5", "--device", "cuda"), n_ranks=2)
    assert result.returncode == 2
    errors = conftest.error_lines(result)
    assert (
        len(errors) == 1 and "local rank 0 of" in errors[0] and "sees no CUDA device" in errors[0]
    )
