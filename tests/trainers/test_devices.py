"""What a run computes on is chosen once, and by name."""

import os

import pytest

from trainers import devices
from trainers.plan import Plan


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 1), (8, 7), (None, 1)])
def test_training_leaves_one_core_to_the_window(monkeypatch, cores, threads):
    monkeypatch.setattr(os, "cpu_count", lambda: cores)

    assert devices.settle(Plan(device="cpu")).threads == threads


def test_what_was_chosen_is_not_settled_again():
    chosen = Plan(device="cpu", threads=3)

    assert devices.settle(chosen) == chosen


@pytest.mark.parametrize(
    ("there", "auto"), [(("cpu",), "cpu"), (("mps", "cpu"), "mps"), (("cuda", "cpu"), "cuda")]
)
def test_auto_takes_the_fastest_device_there_is(monkeypatch, there, auto):
    monkeypatch.setattr(devices, "present", lambda: there)

    assert devices.settle(Plan()).device == auto
