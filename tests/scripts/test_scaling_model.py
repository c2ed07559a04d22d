"""scripts/dev/bench/scaling_model.py: the model's predictions where the answer is known."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts" / "dev" / "bench"))
from scaling_model import RANKS, Parameters, model_table  # noqa: E402

FREE = Parameters(start=0, device_start=0, own=0, checkpoint=0, reduced_bytes=0, row_bytes=0, end=0)


def test_without_costs_only_the_remainder_of_the_images_is_lost():
    assert FREE.efficiency(64, 6400, 1) == pytest.approx(1)
    assert FREE.efficiency(64, 6401, 1) == pytest.approx(6401 / (64 * 101))


def test_what_every_rank_waits_for_counts_on_every_rank():
    fixed = Parameters(
        start=2, device_start=3, own=0, checkpoint=0, reduced_bytes=0, row_bytes=0, end=5
    )
    assert fixed.finish(10, 100, 1) == pytest.approx(20)
    assert fixed.efficiency(10, 100, 1) == pytest.approx(0.5)


def test_the_reduction_grows_with_the_depth_of_the_tree():
    one = Parameters().reduce(2)
    assert Parameters().reduce(64) == pytest.approx(6 * one)
    assert Parameters().reduce(1) == 0


def test_the_largest_number_of_ranks_meets_the_efficiency_and_twice_as_many_do_not():
    parameters = Parameters()
    n_ranks = parameters.ranks_for(0.9, 202_599, 1.0)
    assert (
        parameters.efficiency(n_ranks, 202_599, 1.0)
        >= 0.9
        > parameters.efficiency(2 * n_ranks, 202_599, 1.0)
    )


def test_the_table_has_a_column_for_each_number_of_ranks():
    head = model_table().splitlines()[0]
    assert all(f"{n:,} GPUs" in head for n in RANKS)
