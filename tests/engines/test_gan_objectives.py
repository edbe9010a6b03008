"""Every adversarial objective keeps the same promises; the known games have known values."""

import math
from math import log

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cosine_similarity

from engines.gans.objectives import OBJECTIVES
from tests.engines.densities import STEP, VALUES, X, log_normal, normal, one_by_one

each = pytest.mark.parametrize("objective", OBJECTIVES.values(), ids=OBJECTIVES.keys())

CERTAIN = torch.tensor(1e9, dtype=torch.float64)  # a logit so sure that its price is zero


@pytest.mark.parametrize(
    ("name", "discriminator", "generator"),
    [
        ("ns", 2 * log(2), log(2)),
        ("mm", 2 * log(2), -log(2)),
        ("ml", 2 * log(2), -0.5),
        ("ml-normalised", 2 * log(2), 0),
        ("lsgan-sigmoid", 0.25, 0.125),
        ("lsgan-pearson", 1, 0),
        ("wasserstein", 0, 0),
        ("hinge", 2, 0),
        ("relativistic", log(2), log(2)),
    ],
)
def test_undecided_players_pay_the_known_price(name, discriminator, generator):
    undecided = torch.zeros(4)
    objective = OBJECTIVES[name]

    assert objective.discriminator(undecided, undecided).item() == pytest.approx(discriminator)
    assert objective.generator(undecided, undecided).item() == pytest.approx(generator)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_the_players_pull_fakes_in_opposite_directions(name):
    objective = OBJECTIVES[name]
    between = -0.5 if name == "lsgan-pearson" else 0.5  # the places where each wants fakes
    real, fake = torch.full((4,), between), torch.full((4,), between, requires_grad=True)

    (down,) = torch.autograd.grad(objective.discriminator(real, fake), fake)
    (up,) = torch.autograd.grad(objective.generator(real, fake), fake)

    assert (down > 0).all()
    assert (up < 0).all()


@each
def test_the_judge_pulls_real_logits_up(objective):
    real, fake = torch.zeros(4, requires_grad=True), torch.zeros(4)

    (pull,) = torch.autograd.grad(objective.discriminator(real, fake), real)

    assert (pull < 0).all()


@each
@pytest.mark.parametrize("extreme", [-1e4, 1e4])
def test_extreme_logits_stay_finite_in_value_and_in_gradient(objective, extreme):
    real = torch.full((4,), -extreme, requires_grad=True)
    fake = torch.full((4,), extreme, requires_grad=True)

    losses = objective.discriminator(real, fake), objective.generator(real, fake)
    pulls = torch.autograd.grad(sum(losses), (real, fake))

    assert all(loss.isfinite() for loss in losses)
    assert all(pull.isfinite().all() for pull in pulls)


@each
def test_losses_are_means_over_the_batch(objective):
    real, fake = torch.randn(2, 6, generator=torch.Generator().manual_seed(0))

    twice = objective.discriminator(real.repeat(2), fake.repeat(2))

    torch.testing.assert_close(twice, objective.discriminator(real, fake))
    again = objective.generator(real.repeat(2), fake.repeat(2))
    torch.testing.assert_close(again, objective.generator(real, fake))


@each
def test_gradients_agree_with_finite_differences(objective):
    rng = torch.Generator().manual_seed(0)
    real, fake = torch.randn(2, 3, dtype=torch.float64, generator=rng)
    real.requires_grad_(), fake.requires_grad_()

    assert torch.autograd.gradcheck(objective.discriminator, (real, fake))
    assert torch.autograd.gradcheck(objective.generator, (real, fake))


@each
def test_only_those_who_compare_read_the_real_logits_in_the_generators_turn(objective):
    fake = torch.linspace(-1, 1, 5)

    blind = objective.generator(torch.full_like(fake, math.nan), fake)

    assert blind.isnan().item() is objective.compares


def test_the_minimax_game_is_the_slides_game_with_its_labels_turned():
    """T-ERR-1: seed 1 writes D for the probability of being fake."""
    real, fake = torch.randn(2, 64, dtype=torch.float64, generator=torch.Generator())
    fake.requires_grad_()
    called_fake = torch.sigmoid(-fake)
    printed_d = -0.5 * (
        torch.log(1 - torch.sigmoid(-real)).mean() + torch.log(called_fake).mean()
    )
    printed_g = torch.log(called_fake).mean()
    spoken_g = -torch.log(called_fake).mean()  # "G tries to maximise D(G(z))", one slide before
    ours = OBJECTIVES["mm"]

    torch.testing.assert_close(ours.discriminator(real, fake), 2 * printed_d)
    torch.testing.assert_close(ours.generator(real, fake), printed_g)
    (right,) = torch.autograd.grad(ours.generator(real, fake), fake)
    (wrong,) = torch.autograd.grad(spoken_g, fake)
    assert cosine_similarity(right, wrong, dim=0).item() == pytest.approx(-1)


def test_the_minimax_generator_is_cross_entropy_against_fake_negated():
    """T-GAN-1."""
    fake = torch.randn(64, dtype=torch.float64, generator=torch.Generator())

    entropy = binary_cross_entropy_with_logits(fake, torch.zeros_like(fake))

    torch.testing.assert_close(OBJECTIVES["mm"].generator(fake, fake), -entropy)


@pytest.mark.parametrize("name", ["mm", "ns"])
@pytest.mark.parametrize(("mean", "deviation", "value"), VALUES)
def test_the_best_judge_earns_the_jensen_shannon_value(name, mean, deviation, value):
    """T-G-VAL: −L_D at D* is −2 ln 2 + 2 JSD(N(0, 1) ‖ N(m, s²))."""
    data, fakes = normal(X, 0.0), normal(X, mean, deviation)
    best = log_normal(X, 0.0) - log_normal(X, mean, deviation)
    certain = CERTAIN.expand_as(X)
    loss = OBJECTIVES[name].discriminator

    of_real = one_by_one(loss, best, -certain) @ data * STEP
    of_fake = one_by_one(loss, certain, best) @ fakes * STEP

    assert -(of_real + of_fake).item() == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "expected"), [("mm", -0.311549), ("ns", -0.388451), ("ml", -0.35)]
)
def test_the_expected_gradient_under_the_best_judge_is_known(name, expected):
    """T-GAN-2 to T-GAN-4: data N(1, 1), G(z) = z + θ, θ = 0.3, the judge held at its best."""
    theta = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
    made = X + theta
    best = log_normal(made, 1.0) - log_normal(made, 0.3)

    price = one_by_one(OBJECTIVES[name].generator, best, best) @ normal(X, 0.0) * STEP
    price.backward()

    assert theta.grad.item() == pytest.approx(expected, abs=1e-6)


def _divergence(p, q):
    """KL of two densities on the grid."""
    return (p * (p / q).log()).sum() * STEP


def test_the_expected_gradients_are_those_of_the_divergences_they_descend():
    """mm follows 2 JSD, ml ½ KL(p_d ‖ p_g), ns KL(p_g ‖ p_d) − 2 JSD (Arjovsky & Bottou)."""
    theta = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
    near = X.abs() < 12  # further out the densities underflow
    data, fakes = normal(X[near], 1.0), normal(X[near], theta)
    middle = (data + fakes) / 2
    twice_js = _divergence(data, middle) + _divergence(fakes, middle)

    (of_mm,) = torch.autograd.grad(twice_js, theta, retain_graph=True)
    (of_ns,) = torch.autograd.grad(
        _divergence(fakes, data) - twice_js, theta, retain_graph=True
    )
    (of_ml,) = torch.autograd.grad(0.5 * _divergence(data, fakes), theta)

    assert of_mm.item() == pytest.approx(-0.311549, abs=1e-6)
    assert of_ns.item() == pytest.approx(-0.388451, abs=1e-6)
    assert of_ml.item() == pytest.approx(-0.35, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "half", "curve", "at_zero", "at_one"),
    [
        ("mm", 0.5, lambda p: 0.5 * torch.log1p(-p), -0.5, -math.inf),
        ("ns", 0.5, lambda p: -0.5 * torch.log(p), -math.inf, -0.5),
        ("ml", 1.0, lambda p: -0.5 * p / (1 - p), -0.5, -math.inf),
    ],
)
def test_the_generators_price_follows_the_published_curve(name, half, curve, at_zero, at_one):
    """T-GAN-5: seed 2's figure, with its ½; a slope is infinite where it passes 1e5."""
    p = torch.tensor([1e-7, 0.1, 0.3, 0.5, 0.9, 1 - 1e-7], dtype=torch.float64)
    p.requires_grad_()

    price = half * one_by_one(OBJECTIVES[name].generator, *[torch.logit(p)] * 2)
    slope = torch.autograd.grad(price.sum(), p)[0].clone()
    slope[slope < -1e5] = -math.inf

    torch.testing.assert_close(price[:-1], curve(p)[:-1])  # the last is beyond the cap of ml
    assert slope[0].item() == pytest.approx(at_zero, rel=1e-5)
    assert slope[-1].item() == pytest.approx(at_one, rel=1e-5)


def test_the_minimax_generator_learns_little_from_a_sure_judge():
    """Section 6.1: the pull is −σ(t), which vanishes where the judge is sure of a fake."""
    fake = torch.full((1,), -10.0, requires_grad=True)

    (flat,) = torch.autograd.grad(OBJECTIVES["mm"].generator(fake, fake), fake)
    (steep,) = torch.autograd.grad(OBJECTIVES["ns"].generator(fake, fake), fake)

    assert flat.item() == pytest.approx(-4.54e-5, rel=1e-3)
    assert steep.item() == pytest.approx(-1, rel=1e-4)


def test_the_normalised_likelihood_weighs_the_batch_by_a_softmax():
    fake = torch.tensor([3.0, -1.0, 0.5, 900.0], requires_grad=True)

    (pull,) = torch.autograd.grad(OBJECTIVES["ml-normalised"].generator(fake, fake), fake)

    torch.testing.assert_close(pull, -0.5 * fake.detach().softmax(0))


def test_under_the_best_judge_normalising_leaves_the_direction_of_the_likelihood():
    """E[exp t] is 1 there, so that the slope of its log is its own: T-GAN-4 once more."""
    theta = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
    made = X + theta
    best = log_normal(made, 1.0) - log_normal(made, 0.3)

    log_odds = torch.log(best.exp() @ normal(X, 0.0) * STEP)
    (-0.5 * log_odds).backward()

    assert log_odds.item() == pytest.approx(0, abs=1e-6)
    assert theta.grad.item() == pytest.approx(-0.35, abs=1e-6)


@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_least_squares_on_a_sigmoid_are_those_of_probabilities(player):
    real, fake = torch.randn(2, 6, generator=torch.Generator().manual_seed(0))
    squashed = getattr(OBJECTIVES["lsgan-sigmoid"], player)(real, fake)

    plain = getattr(OBJECTIVES["lsgan"], player)(real.sigmoid(), fake.sigmoid())

    torch.testing.assert_close(squashed, plain)


def test_least_squares_on_a_sigmoid_stop_where_the_judge_is_sure():
    """Why the published game has none: a fake that is known as one gets no pull at all."""
    fake = torch.full((1,), -20.0, requires_grad=True)

    (flat,) = torch.autograd.grad(OBJECTIVES["lsgan-sigmoid"].generator(fake, fake), fake)
    (steep,) = torch.autograd.grad(OBJECTIVES["lsgan"].generator(fake, fake), fake)

    assert -1e-8 < flat.item() < 0
    assert steep.item() == pytest.approx(-21)


@each
def test_every_objective_says_its_name_and_its_paper(objective):
    assert objective.title
    assert "arXiv:" in objective.paper


@pytest.mark.parametrize("name", ["mm", "ns", "ml", "hinge", "relativistic"])
def test_a_judge_who_is_sure_and_right_pays_nothing(name):
    assert OBJECTIVES[name].discriminator(CERTAIN[None], -CERTAIN[None]).item() == 0
