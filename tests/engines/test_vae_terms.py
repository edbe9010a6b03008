"""The terms of the variational bound have their known values, signs, sums and gradients."""

import math

import mpmath
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.autograd import gradcheck
from torch.nn.functional import binary_cross_entropy_with_logits

from engines.autoencoders.objectives import (
    LIKELIHOODS,
    gaussian_kl,
    gaussian_nll,
    reparameterise,
    squashed_gaussian_nll,
)

each = pytest.mark.parametrize("likelihood", LIKELIHOODS.values(), ids=LIKELIHOODS.keys())

unhurried = settings(deadline=None)  # on a busy machine
moderate = st.floats(-5, 5)


def wide(*values):
    return torch.tensor([values], dtype=torch.float64)


def drawn(*size, seed=0):
    rng = torch.Generator().manual_seed(seed)
    return torch.randn(size, dtype=torch.float64, generator=rng)


def log_normal(x, mean, log_variance):
    return -0.5 * (
        (x - mean) ** 2 / math.exp(log_variance) + log_variance + math.log(2 * math.pi)
    )


# ---- the KL term


@pytest.mark.parametrize(
    ("mean", "log_variance", "nats"),
    [(0.0, 0.0, 0.0), (0.5, 0.0, 0.125), (-1.0, -2.0, 1.067668), (2.0, 1.0, 2.359141)],
)
def test_the_kl_has_its_known_values_and_those_that_sampling_finds(mean, log_variance, nats):
    """T-KL-1: the closed form, and a mean of log q − log p over a million draws."""
    z = mean + math.exp(log_variance / 2) * drawn(1_000_000)
    gaps = log_normal(z, mean, log_variance) - log_normal(z, 0.0, 0.0)
    error = gaps.std().item() / 1000

    kl = gaussian_kl(wide(mean), wide(log_variance)).item()

    assert kl == pytest.approx(nats, abs=1e-6)
    assert kl == pytest.approx(gaps.mean().item(), abs=5 * error + 1e-12)


def test_the_kl_of_an_image_is_the_sum_over_its_axes():
    kl = gaussian_kl(wide(0.5, -1, 2), wide(0, -2, 1))

    assert kl.shape == (1, 3)
    assert kl.sum().item() == pytest.approx(3.551809, abs=1e-6)


def test_the_kl_is_the_full_covariance_formula_against_a_standard_prior():
    """T-KL-2: ½(tr Σ + μᵀμ − d − ln det Σ), as seed 4 prints it, with Σ₁ = I."""
    mean, log_variance = drawn(2, 6)
    covariance = torch.diag(log_variance.exp())
    full = covariance.trace() + mean @ mean - 6 - torch.logdet(covariance)

    ours = gaussian_kl(mean[None], log_variance[None]).sum()

    torch.testing.assert_close(ours, full / 2)


@pytest.mark.parametrize("log_variance", [1e-1, -1e-2, 1e-3, -1e-4, 1e-5, -1e-6])
def test_the_kl_keeps_its_digits_near_the_prior(log_variance):
    """T-KL-3: against 50 digits; the plain form σ² − 1 − ln σ² has lost most of them."""
    with mpmath.workdps(50):
        exact = float((mpmath.expm1(log_variance) - mpmath.mpf(log_variance)) / 2)

    ours = gaussian_kl(wide(0.0), wide(log_variance)).item()

    assert ours == pytest.approx(exact, rel=4e-16 / abs(log_variance))


@unhurried
@given(mean=moderate, log_variance=st.floats(-30, 20))
def test_the_kl_is_never_negative(mean, log_variance):
    """T-ERR-2."""
    assert gaussian_kl(wide(mean), wide(log_variance)).item() >= 0


def test_the_kl_is_zero_at_the_prior_and_only_there():
    """T-ERR-2: a thousand random posteriors, none of them the prior."""
    assert (gaussian_kl(drawn(1000, 1, seed=1), drawn(1000, 1, seed=2)) > 0).all()
    assert gaussian_kl(wide(0.0), wide(0.0)).item() == 0


def test_the_slides_kl_would_reward_leaving_the_prior():
    """T-ERR-2: seed 3 prints ½(1 + ln σ²) − μ² − σ², which falls without end as |μ| grows."""
    mean = torch.tensor([0.0, 1.0, 10.0, 100.0], dtype=torch.float64)[:, None]
    printed = 0.5 - mean.square() - 1

    ours = gaussian_kl(mean, torch.zeros_like(mean))

    assert (printed.diff(dim=0) < 0).all()
    assert (ours.diff(dim=0) > 0).all()


# ---- the reconstruction term


def test_zero_logits_cost_ln_2_for_every_pixel():
    """T-VAE-2: 543.427 nats at 28 × 28, whatever the picture is."""
    target = (drawn(3, 1, 28, 28) > 0).double()

    nats = LIKELIHOODS["bernoulli"].nll(torch.zeros_like(target), target, 0.1)

    assert nats.tolist() == pytest.approx([543.427] * 3, abs=5e-4)


def test_bernoulli_pixels_pay_the_cross_entropy():
    logits, target = drawn(2, 1, 4, 4), (drawn(2, 1, 4, 4, seed=1) > 0).double()
    entropy = binary_cross_entropy_with_logits(logits, target, reduction="none")

    nats = LIKELIHOODS["bernoulli"].nll(logits, target, 0.1)

    torch.testing.assert_close(nats, entropy.sum((1, 2, 3)))


@pytest.mark.parametrize("sigma", [0.05, 0.1, 1.0, 3.0])
def test_gaussian_pixels_pay_their_log_density(sigma):
    mean, target = drawn(2, 3, 4, 4), drawn(2, 3, 4, 4, seed=1)
    density = torch.distributions.Normal(mean, sigma).log_prob(target)

    torch.testing.assert_close(gaussian_nll(mean, target, sigma), -density.sum((1, 2, 3)))


def test_the_squashed_gaussian_looks_for_the_mean_behind_the_sigmoid():
    logits, target = drawn(2, 3, 4, 4), drawn(2, 3, 4, 4, seed=1).sigmoid()

    ours = squashed_gaussian_nll(logits, target, 0.1)

    torch.testing.assert_close(ours, gaussian_nll(torch.sigmoid(logits), target, 0.1))


@pytest.mark.parametrize(
    ("weight", "sigma"), [(1 / 784, 19.8), (0.5, 1.0), (1, 0.707), (10, 0.224), (100, 0.0707)]
)
def test_sigma_weighs_the_squared_error_as_the_table_says(weight, sigma):
    """Section 5.3: the seeds' constant C is 1 / (2σ²)."""
    target = torch.ones(1, 1, 1, 1, dtype=torch.float64)

    gap = gaussian_nll(0 * target, target, sigma) - gaussian_nll(target, target, sigma)

    assert gap.item() == pytest.approx(weight, rel=5e-3)


@each
def test_twice_the_picture_costs_twice_the_nats(likelihood):
    """T-VAE-1: sums over pixels, so that replicated rows count again; the KL sees no pixels."""
    outputs, target = drawn(2, 3, 4, 4), (drawn(2, 3, 4, 4, seed=1) > 0).double()

    once = likelihood.nll(outputs, target, 0.1)
    twice = likelihood.nll(outputs.repeat(1, 1, 2, 1), target.repeat(1, 1, 2, 1), 0.1)

    torch.testing.assert_close(twice, 2 * once)


@each
def test_every_picture_is_judged_alone(likelihood):
    outputs, target = drawn(3, 1, 4, 4), (drawn(3, 1, 4, 4, seed=1) > 0).double()

    together = likelihood.nll(outputs, target, 0.1)
    alone = [likelihood.nll(outputs[i : i + 1], target[i : i + 1], 0.1) for i in range(3)]

    torch.testing.assert_close(together, torch.cat(alone))


@each
def test_extreme_outputs_stay_finite(likelihood):
    outputs = torch.tensor([-1e4, 1e4]).reshape(1, 1, 1, 2).requires_grad_()

    nats = likelihood.nll(outputs, torch.tensor([1.0, 0.0]).reshape(1, 1, 1, 2), 0.1)
    (pull,) = torch.autograd.grad(nats.sum(), outputs)

    assert nats.isfinite().all()
    assert pull.isfinite().all()


# ---- gradients


@each
def test_gradients_of_the_nats_agree_with_finite_differences(likelihood):
    outputs, target = drawn(3, 1, 2, 2).requires_grad_(), drawn(3, 1, 2, 2, seed=1).sigmoid()

    assert gradcheck(lambda raw: likelihood.nll(raw, target, 0.3), (outputs,))


@pytest.mark.parametrize(
    "term", [gaussian_kl, lambda *terms: reparameterise(*terms, drawn(3, 2))]
)
def test_gradients_of_the_latent_terms_agree_with_finite_differences(term):
    mean, log_variance = drawn(2, 3, 2)

    assert gradcheck(term, (mean.requires_grad_(), log_variance.requires_grad_()))


def test_the_draw_is_the_mean_plus_the_deviation_times_the_noise():
    """Seed 4 prints z = μ + Σε; the factor is the root of Σ."""
    z = reparameterise(wide(1, 2), torch.log(wide(4, 9)), wide(1, -1))

    torch.testing.assert_close(z, wide(3, -1))


def test_one_step_downhill_lowers_the_squared_error_and_the_slides_sign_raises_it():
    """T-ERR-3: seed 4 prints KL − ½SSE."""
    target, start = drawn(4, 1, 2, 2), torch.zeros(4, 1, 2, 2, dtype=torch.float64)

    def after(sign):
        mean = start.clone().requires_grad_()
        (sign * gaussian_nll(mean, target, 1.0)).mean().backward()
        return (mean - 0.1 * mean.grad - target).square().sum()

    before = (start - target).square().sum()
    assert after(1) < before < after(-1)
