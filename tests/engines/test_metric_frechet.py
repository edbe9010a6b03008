"""The Fréchet distance gives what closed forms give, and knows its own noise."""

import numpy as np
import pytest
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.metrics.frechet import Reference, frechet
from engines.metrics.moments import Moments


def exact(mean, covariance, count, seed):
    """Samples whose mean and covariance are as asked for, to rounding."""
    drawn = np.random.default_rng(seed).standard_normal((count, len(mean)))
    drawn -= drawn.mean(axis=0)
    own = np.linalg.cholesky(drawn.T @ drawn / (count - 1))
    wanted = np.linalg.cholesky(covariance)
    return drawn @ np.linalg.inv(own).T @ wanted.T + mean


def drawn(count, width, seed=0):
    """Skewed and correlated, as features are."""
    rng = np.random.default_rng(seed)
    mix = np.random.default_rng(99).standard_normal((width, width))
    return np.maximum(rng.standard_normal((count, width)) @ mix, 0)


def reference(real):
    return Reference.of(Moments.of(real))


def spectrum(width):
    return 1.0 / np.arange(1, width + 1)


def known(mean, variances):
    """A reference as if from samples without number."""
    return Reference.of(Moments(10**12, mean, np.diag(variances) * (10**12 - 1)))


# ---- closed forms


@pytest.mark.parametrize("count", [12, 400], ids=["fewer than features", "more"])
def test_a_shift_and_a_scaling_are_measured_exactly(count):
    width, shift, scale = 10, np.linspace(-1, 1, 10), 1.5
    real = exact(np.zeros(width), np.eye(width), 500, 0)
    fake = exact(shift, scale**2 * np.eye(width), count, 1)

    found = frechet(real, fake)

    assert found.mean_term == pytest.approx((shift**2).sum(), rel=1e-12)
    assert found.covariance_term == pytest.approx(width * (1 - scale) ** 2, rel=1e-9)
    assert found.distance == found.mean_term + found.covariance_term


def test_covariances_that_commute_have_their_closed_form():
    real, fake = np.linspace(0.2, 3, 20), np.linspace(2, 0.1, 20)
    mean = np.linspace(0, 1, 20)

    found = frechet(
        exact(np.zeros(20), np.diag(real), 300, 0), exact(mean, np.diag(fake), 250, 1)
    )

    wanted = (mean**2).sum() + ((np.sqrt(real) - np.sqrt(fake)) ** 2).sum()
    assert found.distance == pytest.approx(wanted, rel=1e-12)


def test_covariances_that_do_not_commute_have_theirs():
    """tr (AB)^½ = (tr AB + 2 (det AB)^½)^½ for 2 × 2."""
    one, other = np.array([[2, 0.3], [0.3, 1]]), np.array([[1, -0.4], [-0.4, 3]])

    found = frechet(exact(np.zeros(2), one, 50, 0), exact(np.zeros(2), other, 70, 1))

    assert found.distance == pytest.approx(0.862225722905, abs=5e-13)


# ---- properties


@pytest.mark.parametrize(("count", "width"), [(200, 30), (20, 48)])
def test_a_set_is_at_no_distance_from_itself(count, width):
    same = drawn(count, width)

    found = frechet(same, same)

    assert abs(found.raw) < 1e-12 * found.scale
    assert found.distance >= 0


def test_rounding_below_nothing_is_shown_as_nothing_and_kept_raw():
    same = drawn(300, 40)

    raws = [frechet(same, same[np.random.default_rng(k).permutation(300)]) for k in range(8)]

    assert all(one.distance == max(one.raw, 0.0) for one in raws)


@pytest.mark.parametrize(("n", "m"), [(200, 150), (200, 20), (20, 15)])
def test_both_routes_agree_and_order_does_not_matter(n, m):
    real, fake = drawn(n, 30, 0), drawn(m, 30, 1) + 0.1
    scale = frechet(real, fake).scale

    straight = frechet(real, fake).raw
    back = frechet(fake, real).raw
    streamed = reference(real).distance_of(Moments.of(fake)).raw

    assert back == pytest.approx(straight, abs=1e-6 * scale)
    assert streamed == pytest.approx(straight, abs=1e-6 * scale)


def test_turning_and_moving_both_sets_changes_nothing():
    real, fake = drawn(300, 12, 0), drawn(200, 12, 1)
    turn, _ = np.linalg.qr(np.random.default_rng(3).standard_normal((12, 12)))

    moved = frechet(real @ turn + 7, fake @ turn + 7)

    assert moved.distance == pytest.approx(frechet(real, fake).distance, rel=1e-9)


@settings(deadline=None, max_examples=20)
@given(factor=st.floats(1e-3, 1e3))
def test_scaling_by_c_multiplies_by_its_square(factor):
    real, fake = drawn(60, 5, 0), drawn(50, 5, 1) + 1

    found = frechet(factor * real, factor * fake).distance

    assert found == pytest.approx(factor**2 * frechet(real, fake).distance, rel=1e-8)


def test_a_dead_feature_and_few_samples_cost_no_digits():
    """The singular values of the features themselves, against those of both sets' factors."""
    real, fake = drawn(200, 48, 0), drawn(20, 48, 1)
    real[:, 5] = fake[:, 5] = 0
    factors = [(x - x.mean(axis=0)) / np.sqrt(len(x) - 1) for x in (real, fake)]
    overlap = np.linalg.svd(factors[0] @ factors[1].T, compute_uv=False).sum()

    found = frechet(real, fake)

    traces = sum((factor**2).sum() for factor in factors)
    assert found.covariance_term == pytest.approx(traces - 2 * overlap, abs=1e-10 * traces)


def test_the_order_of_the_samples_does_not_matter():
    real, fake = drawn(120, 12, 0), drawn(90, 12, 1)

    straight = frechet(real, fake).raw

    assert frechet(real[::-1], fake[::-1]).raw == pytest.approx(straight, rel=1e-11)


@pytest.mark.parametrize(
    ("count", "width", "tolerance"),
    [(300, 24, 1e-9), (20, 48, 1e-3)],
    ids=["full rank", "rank-deficient"],
)
@pytest.mark.filterwarnings("ignore:Matrix is singular")
def test_it_is_the_distance_by_the_root_of_the_product(count, width, tolerance):
    """As the published programs take it; their root of a singular product has few digits."""
    real, fake = drawn(300, width, 0), drawn(count, width, 1)
    one, other = np.cov(real.T), np.cov(fake.T)
    root = scipy.linalg.sqrtm(one @ other).real

    found = frechet(real, fake)

    usual = np.trace(one) + np.trace(other) - 2 * np.trace(root)
    assert found.covariance_term == pytest.approx(usual, rel=0, abs=tolerance * found.scale)


@pytest.mark.parametrize(("n", "m"), [(2, 2), (2, 60), (60, 2), (20, 15), (31, 30)])
def test_few_samples_on_either_side_are_measured_exactly(n, m):
    """Against the singular values of both sets' own factors, which square nothing."""
    real, fake = drawn(n, 30, 0), drawn(m, 30, 1)
    factors = [(x - x.mean(axis=0)) / np.sqrt(len(x) - 1) for x in (real, fake)]
    overlap = np.linalg.svd(factors[0] @ factors[1].T, compute_uv=False).sum()

    found = frechet(real, fake)

    wanted = sum((factor**2).sum() for factor in factors) - 2 * overlap
    assert found.covariance_term == pytest.approx(wanted, abs=1e-7 * found.scale)


def test_sets_without_any_spread_are_as_far_apart_as_their_means():
    flat = np.ones((5, 3))

    assert frechet(flat, flat + 2).raw == pytest.approx(12)
    assert reference(flat).floor(5) == 0
    assert reference(flat).corrected(flat) == 0


# ---- noise


@pytest.mark.parametrize(("width", "count"), [(16, 200), (48, 400)])
def test_the_floor_is_what_two_samples_of_one_kind_score(width, count):
    rng = np.random.default_rng(0)
    scales = np.sqrt(spectrum(width))

    def sample():
        return rng.standard_normal((count, width)) * scales

    truth = known(np.zeros(width), spectrum(width))
    scores = [reference(sample()).distance(sample()).raw for _ in range(30)]

    predicted = truth.floor(count) * 2  # both sets are samples of that count
    assert np.mean(scores) == pytest.approx(predicted, rel=0.05)


def test_the_floor_counts_both_sets():
    moments = Moments.of(drawn(100, 5))
    ours = Reference.of(moments)

    assert ours.floor(100) == pytest.approx(ours.floor(50) * (2 / 100) / (1 / 100 + 1 / 50))


def test_the_halves_take_most_of_the_bias_away():
    rng = np.random.default_rng(1)
    scales = np.sqrt(spectrum(64))
    truth = known(np.full(64, 0.2), spectrum(64))
    sets = [1.5 * rng.standard_normal((500, 64)) * scales for _ in range(20)]

    exact_value = 64 * 0.2**2 + 0.25 * spectrum(64).sum()
    raw = np.mean([truth.distance(one).raw for one in sets]) - exact_value
    corrected = np.mean([truth.corrected(one) for one in sets]) - exact_value

    assert raw > 0
    assert abs(corrected) < 0.2 * raw


# ---- what it refuses


def broken(table):
    table = table.copy()
    table[3, 1] = np.nan
    return table


@pytest.mark.parametrize(
    ("real", "fake", "complaint"),
    [
        (drawn(9, 4), drawn(1, 4), r"other set has 1 pictures; .* at least 2"),
        (drawn(0, 4), drawn(9, 4), r"real set has 0 pictures"),
        (drawn(9, 4), broken(drawn(9, 4)), r"1 of 9 .* not finite numbers; .* diverged"),
        (drawn(9, 4), drawn(9, 5), r"4 wide and the others 5"),
        (drawn(9, 4)[:, :0], drawn(9, 4)[:, :0], r"width 0"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_a_sentence(real, fake, complaint):
    with pytest.raises(ValueError, match=complaint):
        frechet(real, fake)


@pytest.mark.parametrize("fake", [drawn(9, 5), drawn(3, 5)])
def test_a_reference_refuses_another_width(fake):
    ours = reference(drawn(20, 4))

    with pytest.raises(ValueError, match="one extractor"):
        ours.distance(fake)
    with pytest.raises(ValueError, match="one extractor"):
        ours.distance_of(Moments.of(fake))


def test_a_distance_that_is_known_is_not_taken_again():
    ours, fake = reference(drawn(80, 6)), drawn(50, 6, 1)

    assert ours.corrected(fake, ours.distance(fake)) == ours.corrected(fake)


def test_too_few_for_a_covariance_a_floor_or_halves_is_said():
    ours = reference(drawn(20, 4))

    with pytest.raises(ValueError, match="at least 2"):
        ours.floor(1)
    with pytest.raises(ValueError, match="at least 4"):
        ours.corrected(drawn(3, 4))
    with pytest.raises(ValueError, match="at least 2"):
        ours.distance_of(Moments.of(drawn(1, 4)))
