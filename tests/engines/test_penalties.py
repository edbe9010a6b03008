"""Gradient penalties look where they should, and cost what they should there."""

import math

import pytest
import torch

from engines.gans.penalties import PENALTIES, slopes
from tests.engines.rows import made, pictures, small, trained

each = pytest.mark.parametrize("penalty", PENALTIES.values(), ids=PENALTIES.keys())
SHAPE = (6, 2, 3, 4)
TO_ONE = [name for name in PENALTIES if name != "r1"]
AROUND = [name for name in PENALTIES if name.startswith("dragan")]


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def batches(seed=0):
    return torch.randn(2, *SHAPE, dtype=torch.float64, generator=rng(seed))


def linear(weight):
    return lambda images: images.flatten(1) @ weight


@pytest.mark.parametrize("length", [0.2, 1.0, 3.0])
@each
def test_a_plane_has_its_own_slope_everywhere(penalty, length):
    """T-GP-1, T-DR-1, T-R1-1: (‖a‖ − 1)² at any place, ½‖a‖² for R1."""
    real, fake = batches()
    weight = torch.randn(24, dtype=torch.float64, generator=rng(1))
    weight *= length / weight.norm()
    cost = 0.5 * length**2 if penalty is PENALTIES["r1"] else (length - 1) ** 2

    values = penalty.values(linear(weight), real, fake, rng())

    torch.testing.assert_close(values, torch.full((6,), cost, dtype=torch.float64))


def curved(first, second):
    """A judge with one hidden layer, smooth enough for finite differences."""
    return lambda images: torch.tanh(images.flatten(1) @ first) @ second


@each
def test_the_cost_descends_as_finite_differences_say(penalty):
    """T-GP-2: the derivative by the judge's weights goes through its derivative by pictures."""
    real, fake = batches()
    first = torch.randn(24, 3, dtype=torch.float64, generator=rng(1)) / 5
    second = torch.randn(3, dtype=torch.float64, generator=rng(2))

    def cost(first, second):
        return penalty.values(curved(first, second), real, fake, rng()).mean()

    first.requires_grad_(), second.requires_grad_()
    assert torch.autograd.gradcheck(cost, (first, second))


@each
def test_a_flat_judge_has_a_cost_and_a_derivative(penalty):
    weight = torch.zeros(24, dtype=torch.float64, requires_grad=True)
    real, fake = batches()

    values = penalty.values(linear(weight), real, fake, rng())
    (pull,) = torch.autograd.grad(values.mean(), weight)

    assert values.isfinite().all()
    assert pull.isfinite().all()


@each
def test_pictures_are_not_blamed_for_the_judges_slope(penalty):
    """T-DR-2 for every penalty: neither player's pictures receive a gradient."""
    real, fake = batches()
    real.requires_grad_(), fake.requires_grad_()
    weight = torch.ones(24, dtype=torch.float64, requires_grad=True)

    values = penalty.values(linear(weight), real, fake, rng())
    pulls = torch.autograd.grad(values.mean(), (weight, real, fake), allow_unused=True)

    assert [pull is not None for pull in pulls] == [True, False, False]


@pytest.mark.parametrize("name", [*AROUND, "r1"])
def test_only_gp_looks_at_what_the_generator_makes(name):
    real, fake = batches()

    places = [PENALTIES[name].points(real, made_up, rng()) for made_up in (fake, 9 * fake)]

    assert torch.equal(*places)


def test_gp_looks_at_one_place_between_each_pair():
    """One share per image: a share per pixel would leave the straight line."""
    real, fake = batches()

    shares = ((PENALTIES["gp"].points(real, fake, rng()) - fake) / (real - fake)).flatten(1)

    assert ((shares >= 0) & (shares <= 1)).all()
    assert shares.std(dim=1).max().item() == pytest.approx(0, abs=1e-9)
    assert shares[:, 0].unique().numel() == len(real)


@pytest.mark.parametrize(("name", "below"), [("dragan", False), ("dragan-symmetric", True)])
def test_dragan_adds_at_most_half_a_deviation_and_subtracts_in_its_variant_only(name, below):
    real, fake = batches()

    noise = PENALTIES[name].points(real, fake, rng()) - real

    assert noise.abs().max() <= 0.5 * real.std(correction=0)
    assert (noise < 0).any().item() is below
    assert (noise > 0).any()


def test_normal_noise_has_half_the_deviation_of_the_batch():
    real = 3 * torch.randn(50, 1, 20, 20, generator=rng())

    noise = PENALTIES["dragan-gaussian"].points(real, real, rng(1)) - real

    assert noise.std().item() == pytest.approx(1.5, rel=0.02)
    assert noise.mean().item() == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize("name", [*AROUND, "r1"])
def test_where_the_noise_is_none_the_place_is_the_picture(name):
    """T-DR-3: pictures of one and the same grey have no deviation to add."""
    real = torch.full((4, 1, 3, 3), 0.25)

    assert torch.equal(PENALTIES[name].points(real, -real, rng()), real)


def test_a_slope_is_the_length_over_all_channels_and_pixels():
    flat = torch.ones(24, dtype=torch.float64)

    found = slopes(linear(flat), torch.zeros(SHAPE, dtype=torch.float64))

    assert found.tolist() == pytest.approx([math.sqrt(24)] * 6)


@pytest.mark.parametrize("name", PENALTIES)
def test_the_penalty_is_charged_and_not_paid_out(name):
    """T-ERR-4: a larger weight raises the judge's loss; seed 2's sign would lower it."""
    light, heavy = (
        made(small("gan", objective="wasserstein", penalty=name, penalty_weight=weight))
        for weight in (1.0, 100.0)
    )

    (less,), (more,) = trained(light, steps=1), trained(heavy, steps=1)

    assert more["slope"] == less["slope"]
    assert less["slope"] != 1
    assert more["penalty"] == pytest.approx(100 * less["penalty"], rel=1e-4)
    assert more["discriminator"] > less["discriminator"]
    assert more["discriminator"] - more["penalty"] == pytest.approx(
        less["discriminator"] - less["penalty"], abs=1e-4
    )


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (1, 64, 64)])
@pytest.mark.parametrize("name", PENALTIES)
def test_every_penalty_takes_pictures_of_every_shape(name, shape):
    engine = made(small("gan", penalty=name), shape)

    measured = engine.step(pictures(3, shape))

    assert all(value.isfinite() for value in measured.values())


@each
def test_every_penalty_says_its_name_and_its_paper(penalty):
    assert penalty.title
    assert "arXiv:" in penalty.paper
