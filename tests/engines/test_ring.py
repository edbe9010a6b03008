"""The gates of the ring: modes are covered by honest settings, and lost by one made for it."""

import pytest
import torch

from tests.benchmarks.ring import outcome

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_the_non_saturating_game_covers_the_ring_in_four_of_five_seeds():
    found = [outcome("points-ns", "ring", seed).found for seed in range(5)]

    assert sum(one.modes == 8 for one in found) >= 4
    assert sum(one.high_quality for one in found) / 5 >= 0.8


def test_the_preset_that_collapses_loses_most_modes_with_every_seed():
    found = [outcome("points-collapse", "ring", seed).found for seed in range(3)]

    assert all(one.strict_modes <= 2 for one in found)
    assert all(one.mode_kl > 0.7 for one in found)  # ln 2: half of the modes at the least
