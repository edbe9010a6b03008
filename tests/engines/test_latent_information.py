"""KL per axis, active axes, and what codes tell, against closed forms."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.images import to_images
from engines.latent.kl import active, divergences, information
from tests.engines.rows import TINY, VARIANTS, made, trained

unhurried = settings(deadline=None)


def codes_of_variance(variances, count=1000):
    """Return means whose variances are exactly these, and whose mean is exactly 0."""
    rng = np.random.default_rng(0)
    drawn = rng.normal(size=(count, len(variances)))
    drawn -= drawn.mean(axis=0)
    return drawn / drawn.std(axis=0) * np.sqrt(variances)


@pytest.mark.parametrize(
    ("mean", "log_variance", "nats"),
    [((0.5, 0), (0, 0), 0.125), ((-1, 2), (-2, 1), 1.067668 + 2.359141), ((0, 0), (0, 0), 0)],
)
def test_known_divergences(mean, log_variance, nats):
    """T-KL-1."""
    per_axis = divergences(np.array([mean], float), np.exp(np.array([log_variance]) / 2))

    assert per_axis.sum() == pytest.approx(nats, abs=1e-6)


@unhurried
@given(st.integers(0, 2**32), st.integers(1, 40), st.integers(1, 9))
def test_bars_are_never_negative_and_sum_to_the_kl_of_the_loss(seed, count, dim):
    rng = np.random.default_rng(seed)
    mean, spread = rng.normal(size=(2, count, dim))

    bars = divergences(*(np.float32(v) for v in (mean, np.exp(spread / 2))))

    whole = (0.5 * (mean**2 + np.exp(spread) - 1 - spread)).sum(axis=1).mean()
    assert (bars >= 0).all()
    assert bars.sum() == pytest.approx(whole, abs=1e-5)


ENCODING = {n: m for n, m in VARIANTS.items() if m.family in ("vae", "beta-vae")}


@pytest.mark.parametrize("model", ENCODING.values(), ids=ENCODING.keys())
def test_bars_of_the_codes_sum_to_the_kl_that_the_engine_reports(model):
    channels, height, width = TINY
    # black and white, which binary draws leave as they are
    pixels = np.random.default_rng(0).integers(0, 2, (40, height, width, channels)) * 255
    pixels = pixels.astype(np.uint8)
    engine = made(model)
    trained(engine, 3)

    reported = engine.measure(to_images(pixels), torch.Generator().manual_seed(0))["kl"]
    codes = engine.snapshot().encode(pixels)

    bars = divergences(codes.mean, codes.deviation)
    assert bars.sum() == pytest.approx(float(reported.sum(1).mean()), abs=1e-5)
    assert bars == pytest.approx(reported.mean(0).numpy(), abs=1e-5)


@pytest.mark.parametrize("beta", [0.5, 1, 3])
def test_the_linear_vae_at_its_optimum_has_as_many_active_axes_as_its_data_are_worth(beta):
    """T-OP-4: λ > βσ². There μ has the variance 1 − βσ²/λ, and the KL is ½ ln(λ / βσ²)."""
    lengths, noise = np.array([4.0, 1.5, 0.6, 0.2, 0.05]), 0.3
    floor = beta * noise
    kept = np.maximum(lengths, floor)
    mean = codes_of_variance(1 - floor / kept)
    deviation = np.tile(np.sqrt(floor / kept), (len(mean), 1))

    found = active(mean)

    assert found.tolist() == (lengths > floor).tolist()
    assert divergences(mean, deviation) == pytest.approx(0.5 * np.log(kept / floor))
    assert mean.var(axis=0) + deviation[0] ** 2 == pytest.approx(np.ones(5))


def test_inactive_marks_find_exactly_the_planted_dead_axes():
    variances = np.array([1, 0.0099, 0.0101, 0, 0.5])

    assert active(codes_of_variance(variances)).tolist() == [True, False, True, False, True]


def test_codes_that_tell_nothing_of_the_picture_carry_nothing():
    """All of the rate is then the gap between q(z) and the prior."""
    same = np.full((50, 3), 0.7)

    found = information(same, np.ones_like(same), seed=0)

    assert found.mutual == pytest.approx(0, abs=1e-9)
    assert found.gap == pytest.approx(3 * 0.7**2 / 2)


def test_codes_far_apart_tell_which_picture_it_was():
    """I(x; z) is then the entropy of the picture, ln n."""
    mean = np.arange(64, dtype=float)[:, None] * 10

    found = information(mean, np.full_like(mean, 0.1), seed=0)

    assert found.mutual == pytest.approx(np.log(64), abs=1e-6)


def test_normal_codes_carry_what_a_normal_channel_does():
    """½ ln(1 + signal / noise) nats per axis, with as many pictures as to fill it."""
    mean = codes_of_variance(np.array([0.75]), 4000)

    found = information(mean, np.full_like(mean, 0.5), seed=1, draws=4000)

    assert found.mutual == pytest.approx(0.5 * np.log(4), abs=4 * found.error + 0.01)
    assert found.mutual <= found.rate


@pytest.mark.parametrize(
    ("count", "why"), [(0, "encode some pictures"), (3, "points and not distributions")]
)
def test_codes_without_a_divergence_are_refused(count, why):
    nothing = np.zeros((count, 2))

    with pytest.raises(ValueError, match=why):
        divergences(nothing, nothing)
