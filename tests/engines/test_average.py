"""The running average starts quickly, then follows with its decay, and copies statistics."""

import pytest
import torch
from torch import nn

from engines.gans.average import Average
from engines.gans.config import GanConfig
from tests.engines.rows import made, same, small, trained


class Dial(nn.Module):
    """One weight and one statistic."""

    def __init__(self, weight: float = 0.0, statistic: float = 0.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(weight, dtype=torch.float64))
        self.register_buffer("statistic", torch.tensor(statistic, dtype=torch.float64))


def test_the_first_decays_are_those_of_the_warm_up():
    """d = (1 + t) / (10 + t): 1/10, 2/11, 3/12, …"""
    average, one = Average(Dial(), decay=0.999), Dial(1.0)
    seen = []

    for _ in range(3):
        average.update(one)
        seen.append(average.network.weight.item())

    left = [0.1, 0.1 * 2 / 11, 0.1 * 2 / 11 * 3 / 12]
    assert seen == pytest.approx([1 - part for part in left], rel=1e-12)


@pytest.mark.parametrize(
    ("updates", "decay"),
    [(0, 0.1), (90, 0.91), (8989, 0.998999888), (8990, 0.999), (10**6, 0.999)],
)
def test_the_decay_grows_to_its_limit_and_stays(updates, decay):
    average = Average(Dial(), decay=0.999)
    average.updates.fill_(updates)

    average.update(Dial(1.0))

    assert 1 - average.network.weight.item() == pytest.approx(decay, rel=1e-8)


def test_no_decay_is_a_copy():
    average = Average(Dial(3.0), decay=0.0)

    average.update(Dial(0.1))

    assert average.network.weight.item() == 0.1


def test_statistics_are_copied_and_not_averaged():
    average = Average(Dial(), decay=0.999)

    average.update(Dial(1.0, statistic=5.0))

    assert average.network.statistic.item() == 5.0


def test_the_average_neither_learns_nor_shares_weights():
    network = Dial()

    average = Average(network, decay=0.9)
    with torch.no_grad():
        network.weight.add_(1)

    assert not average.network.weight.requires_grad
    assert average.network.weight.item() == 0


def test_updating_leaves_the_network_alone():
    network = Dial(2.0, statistic=3.0)

    Average(Dial(), decay=0.9).update(network)

    assert (network.weight.item(), network.statistic.item()) == (2.0, 3.0)
    assert network.weight.requires_grad


@pytest.mark.parametrize(("ema", "equal"), [(0.0, True), (0.999, False)])
def test_the_gan_shows_its_newest_weights_only_without_an_average(ema, equal):
    engine = made(small("gan", ema=ema))
    trained(engine, steps=3)

    averaged = engine.parts()["average"].network.state_dict()

    assert same(averaged, engine.parts()["generator"].state_dict()) is equal


@pytest.mark.parametrize(
    ("ema", "words"), [(0.0, "generator"), (0.999, "generator, EMA 0.999")]
)
def test_a_snapshot_says_whose_weights_it_shows(ema, words):
    assert made(small("gan", ema=ema)).snapshot().weights == words


def test_the_default_decay_is_the_specified_one():
    assert GanConfig().ema == 0.999
