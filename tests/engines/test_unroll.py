"""The generator looks ahead by as many steps of the judge as it is told, exactly."""

import pytest
import torch

from engines.gans.unroll import look_ahead
from tests.engines.rows import made, same, small, trained


def slope_after(steps, *, rate=0.1, first_order=False):
    """T-UNR-1: f = gδ, which the judge δ climbs and the generator g descends."""
    g = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    delta = {"delta": torch.tensor(-0.2, dtype=torch.float64)}

    ahead = look_ahead(
        delta, lambda weights: -g * weights["delta"], steps, rate, first_order=first_order
    )

    return torch.autograd.grad(g * ahead["delta"], g)[0].item()


@pytest.mark.parametrize(("steps", "full"), [(0, -0.2), (1, -0.06), (3, 0.22), (5, 0.5)])
def test_the_slope_of_a_product_is_known(steps, full):
    assert slope_after(steps) == pytest.approx(full)
    assert slope_after(steps, first_order=True) == pytest.approx(-0.2 + steps * 0.1 * 0.7)


@pytest.mark.parametrize("steps", [1, 5])
def test_looking_ahead_by_steps_of_no_length_sees_the_present(steps):
    assert slope_after(steps, rate=0.0) == -0.2


def test_the_start_is_left_as_it_was():
    start = {"w": torch.ones(3)}

    ahead = look_ahead(start, lambda w: w["w"].square().sum(), 2, 0.25, first_order=False)

    assert torch.equal(start["w"], torch.ones(3))
    assert not start["w"].requires_grad
    assert torch.equal(ahead["w"], torch.full((3,), 0.25))


@pytest.mark.parametrize("first_order", [False, True])
@pytest.mark.parametrize("objective", ["ns", "mm", "relativistic"])
def test_a_game_that_looks_ahead_by_nothing_is_the_game_itself_bit_for_bit(
    objective, first_order
):
    """T-UNR-2 and T-UNR-3: the generator's loss is that of the objective, mm or ns."""
    shared = {"objective": objective, "norm": "none"}
    plain = made(small("gan", **shared))
    ahead = made(small("gan", **shared, unroll=3, unroll_rate=1e-38, first_order=first_order))

    looked = trained(ahead, steps=3)
    assert [step.pop("generator_now") for step in looked] == [s["generator"] for s in looked]
    assert trained(plain, steps=3) == looked
    assert same(plain.state(), ahead.state())


def test_looking_ahead_changes_the_generators_turn_and_no_judges():
    plain, ahead = (made(small("gan", norm="none", unroll=steps)) for steps in (0, 2))

    (now,), (then,) = trained(plain, steps=1), trained(ahead, steps=1)

    assert then["discriminator"] == now["discriminator"]
    assert then["generator"] != now["generator"]
    judges = [e.parts()["discriminator"].state_dict() for e in (plain, ahead)]
    assert same(*judges)


def test_seeing_the_judges_answer_differs_from_taking_it_as_given():
    losses = [
        trained(made(small("gan", unroll=2, first_order=choice)), steps=1)[0]
        for choice in (False, True)
    ]

    assert losses[0]["generator"] == losses[1]["generator"]
    assert losses[0]["generator_norm"] != losses[1]["generator_norm"]
