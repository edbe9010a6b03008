"""Best responses and divergences: known values, and the losses agree with them."""

import math

import numpy as np
import pytest
import torch

from engines.gans.objectives import OBJECTIVES
from engines.toys.density import blurred, estimate
from engines.toys.divergence import DIVERGENCES, Pair
from engines.toys.lattice import Lattice
from engines.toys.mixtures import Mixture, mixture_of
from engines.toys.optimum import OPTIMA, respond, shown
from engines.toys.transport import between_densities, between_points, potential
from tests.engines.densities import VALUES

WIDE = Lattice(((-30.0, 30.0),), 6001)
NONE = np.zeros((0, 1))


def bell(mean: float, sigma: float = 1.0) -> Mixture:
    return Mixture(np.array([[mean]]), sigma, np.ones(1), 1)


def pair_of(one: Mixture, other: Mixture, lattice: Lattice = WIDE) -> Pair:
    return Pair(one.density(lattice.places), other.density(lattice.places), lattice, NONE, NONE)


def best(name: str, one: Mixture, other: Mixture, lattice: Lattice = WIDE) -> np.ndarray:
    places = lattice.places
    return respond(name, one.log_density(places), other.log_density(places), lattice)


def loss_at(name: str, raw: np.ndarray, pair: Pair) -> float:
    """The judge's loss for these answers, weighed by the densities; not for paired losses."""
    judge = OBJECTIVES[name].discriminator
    t, zero = torch.from_numpy(raw), torch.zeros(1, dtype=torch.float64)
    nothing = judge(zero, zero)
    on_real = torch.vmap(lambda x: judge(x[None], zero))(t) - nothing
    on_fake = torch.vmap(lambda x: judge(zero, x[None]))(t) - nothing
    p, q = (density * pair.lattice.volume for density in (pair.p, pair.q))
    return float(nothing + on_real @ torch.from_numpy(p) + on_fake @ torch.from_numpy(q))


def test_every_objective_has_an_optimum_and_a_divergence():
    assert set(OBJECTIVES) <= set(OPTIMA)
    assert set(OBJECTIVES) <= set(DIVERGENCES)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_log_odds_are_shown_as_probabilities_and_nothing_else_is(name):
    assert (OPTIMA[name].shown == "probability") == OBJECTIVES[name].log_odds


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("ns", lambda p, q: p / (p + q)),
        ("mm", lambda p, q: p / (p + q)),
        ("ml", lambda p, q: p / (p + q)),
        ("lsgan", lambda p, q: p / (p + q)),
        ("lsgan-pearson", lambda p, q: (p - q) / (p + q)),
        ("hinge", lambda p, q: np.sign(p - q)),
        ("relativistic", lambda p, q: np.log(p / q)),
    ],
)
@pytest.mark.parametrize("dim", [1, 2])
def test_the_overlay_is_the_formula(name, formula, dim):
    one = Mixture(np.array([[-0.5] * dim, [1.0] * dim]), 0.7, np.array([0.25, 0.75]), 2)
    other = Mixture(np.array([[0.3] * dim]), 1.1, np.ones(1), 1)
    lattice = Lattice(((-3.0, 3.0),) * dim, 40)

    raw = best(name, one, other, lattice)

    p, q = (mixture.density(lattice.places) for mixture in (one, other))
    np.testing.assert_allclose(shown(name, raw), formula(p, q), rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_an_optimum_stays_a_number_where_both_densities_vanish(name):
    nowhere = np.full(8, -np.inf)

    raw = respond(name, nowhere, nowhere, Lattice(((-1.0, 1.0),), 8))

    assert np.isfinite(raw).all()


def test_two_dimensions_have_no_potential_in_closed_form():
    lattice = Lattice(((-1.0, 1.0), (-1.0, 1.0)), 4)

    assert respond("wasserstein", np.zeros(16), np.zeros(16), lattice) is None
    assert OPTIMA["wasserstein"].lack


def test_an_objective_without_a_row_is_refused_by_name():
    with pytest.raises(ValueError, match="'guessed'"):
        respond("guessed", np.zeros(2), np.zeros(2), WIDE)


@pytest.mark.parametrize("name", ["ns", "mm", "ml"])
@pytest.mark.parametrize(("mean", "sigma", "value"), VALUES)
def test_the_game_has_its_known_value_at_the_optimum(name, mean, sigma, value):
    pair = pair_of(bell(0.0), bell(mean, sigma))

    by_loss = -loss_at(name, best(name, bell(0.0), bell(mean, sigma)), pair)
    by_divergence = 2 * DIVERGENCES["ns"].exact(pair) - 2 * math.log(2)

    assert by_loss == pytest.approx(value, abs=2e-6)
    assert by_divergence == pytest.approx(value, abs=2e-6)


@pytest.mark.parametrize(
    ("name", "mean", "exact", "loss"),
    [
        ("lsgan", 1.0, 0.408109, 0.198986),
        ("lsgan", 3.0, 2 - 8 * 0.049311, 0.049311),
        ("lsgan-pearson", 1.0, 0.408109, 1 - 0.408109 / 2),
        ("hinge", 1.0, 1 - 1.234150 / 2, 1.234150),
    ],
)
def test_least_losses_and_divergences_are_the_known_ones(name, mean, exact, loss):
    pair = pair_of(bell(0.0), bell(mean))

    value = DIVERGENCES[name].exact(pair)

    assert value == pytest.approx(exact, abs=1e-5)
    assert DIVERGENCES[name].best_loss(value) == pytest.approx(loss, abs=1e-5)
    assert loss_at(name, best(name, bell(0.0), bell(mean)), pair) == pytest.approx(
        loss, abs=1e-5
    )


@pytest.mark.parametrize("name", ["ns", "mm", "ml", "lsgan", "lsgan-pearson", "hinge"])
def test_no_other_answer_costs_the_judge_less(name):
    pair = pair_of(bell(0.0), bell(1.0), Lattice(((-9.0, 10.0),), 300))
    raw = best(name, bell(0.0), bell(1.0), pair.lattice)
    least = loss_at(name, raw, pair)
    rng = np.random.default_rng(0)

    others = [loss_at(name, raw + 0.1 * rng.standard_normal(len(raw)), pair) for _ in "abc"]

    assert min(others) > least


@pytest.mark.parametrize("name", OBJECTIVES)
def test_the_best_judge_reports_the_exact_value(name):
    one, other = bell(0.0), bell(1.0)
    rng = np.random.default_rng(3)
    lattice = Lattice(((-8.0, 9.0),), 4000)
    raw = best(name, one, other, lattice)
    real, fake = (mixture.sample(4000, rng) for mixture in (one, other))
    scores = [np.interp(points[:, 0], lattice.axes[0], raw) for points in (real, fake)]

    reported = DIVERGENCES[name].reported(*scores)

    exact = DIVERGENCES[name].exact(pair_of(one, other))
    assert reported == pytest.approx(exact, abs=0.04)


def test_the_likelihood_game_measures_the_closed_form():
    assert DIVERGENCES["ml"].exact(pair_of(bell(0.0), bell(1.0))) == pytest.approx(0.5, 1e-6)


def test_ordered_pairs_are_told_apart_as_two_points_are():
    """The log-odds of a pair are those of its points together: N(0, 2·½) against itself."""
    x = np.linspace(-12, 12, 4001)
    # r(x) − r(y) = y − x for N(0, 1) and N(1, 1), whose mean is ±1 and whose variance is 2
    density = np.exp(-((x - 1) ** 2) / 4) / math.sqrt(4 * math.pi)
    expected = math.log(2) - float((density * np.logaddexp(0, -x)).sum() * (x[1] - x[0]))

    assert DIVERGENCES["relativistic"].exact(pair_of(bell(0.0), bell(1.0))) == pytest.approx(
        expected, abs=1e-3
    )


@pytest.mark.parametrize("shift", [-2.0, 0.5, 3.0])
def test_the_potential_has_slope_one_and_attains_the_distance(shift):
    lattice = Lattice(((-12.0, 12.0),), 2400)
    p, q = (bell(m).density(lattice.places) for m in (0.0, shift))
    step = lattice.steps[0]

    heights = potential(p, q, step)

    middle = slice(600, 1800)
    np.testing.assert_allclose(np.diff(heights[middle]) / step, -np.sign(shift), atol=1e-9)
    gap = float((heights * (p - q)).sum() * step)
    assert gap == pytest.approx(abs(shift), abs=1e-6)
    assert between_densities(p, q, step) == pytest.approx(abs(shift), abs=1e-6)
    assert float((heights * (p + q)).sum()) == pytest.approx(0, abs=1e-6)


def test_the_distance_on_a_line_is_that_of_the_sorted_points():
    rng = np.random.default_rng(0)
    line = mixture_of("line")
    one, other = line.sample(20_000, rng), bell(0.5, 0.5).sample(20_000, rng)
    lattice = Lattice(((-4.0, 4.0),), 2000)
    p, q = (m.density(lattice.places) for m in (line, bell(0.5, 0.5)))

    by_points, count = between_points(one, other)

    assert count == 20_000
    assert by_points == pytest.approx(between_densities(p, q, lattice.steps[0]), abs=0.02)


def test_matched_points_in_the_plane_are_as_far_apart_as_they_were_moved():
    one = np.random.default_rng(0).standard_normal((100, 2))
    other = one[::-1] + np.array([3.0, 4.0])

    assert between_points(one, other) == (pytest.approx(5.0), 100)


def test_unequal_numbers_of_points_are_refused():
    with pytest.raises(ValueError, match="3 points cannot be matched with 2"):
        between_points(np.zeros((3, 2)), np.zeros((2, 2)))


@pytest.mark.parametrize("source", ["ring", "line"])
def test_an_estimate_nears_the_blurred_density(source):
    mixture = mixture_of(source)
    lattice = Lattice(mixture.bounds(), 64)
    bandwidth = 1.2 * lattice.steps[0]
    points = mixture.sample(200_000, np.random.default_rng(0))

    found = estimate(points, lattice, bandwidth)

    expected = blurred(mixture, bandwidth).density(lattice.places)
    assert found.count == 200_000
    assert found.density.sum() * lattice.volume == pytest.approx(1, abs=1e-3)
    np.testing.assert_allclose(found.density, expected, atol=0.03 * expected.max())


def test_points_outside_and_lost_ones_are_counted():
    lattice = Lattice(((-1.0, 1.0), (-1.0, 1.0)), 16)
    points = np.array([[0.0, 0.0], [5.0, 0.0], [np.nan, 0.0], [0.5, 0.5]])

    assert estimate(points, lattice, 0.2).outside == pytest.approx(0.5)


def test_a_kernel_narrower_than_a_cell_is_refused():
    with pytest.raises(ValueError, match="narrower than a cell"):
        estimate(np.zeros((1, 1)), Lattice(((0.0, 1.0),), 10), 0.01)


@pytest.mark.parametrize(("name", "tolerance"), [("ns", 0.06), ("lsgan", 0.06)])
def test_a_large_judge_trained_to_convergence_reaches_the_optimum(name, tolerance):
    """sup |D − D*| over all places whose density under both is at least a tenth of the peak."""
    torch.manual_seed(0)
    judge = torch.nn.Sequential(
        torch.nn.Linear(1, 128), torch.nn.Tanh(), torch.nn.Linear(128, 1)
    ).double()
    optimizer = torch.optim.LBFGS(
        judge.parameters(), max_iter=150, line_search_fn="strong_wolfe"
    )
    even = (torch.arange(2000, dtype=torch.float64) + 0.5) / 2000
    normal = torch.distributions.Normal(0.0, 1.0).icdf(even)[:, None]  # quantiles, not draws

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = OBJECTIVES[name].discriminator(judge(normal)[:, 0], judge(normal + 1)[:, 0])
        loss.backward()
        return loss

    optimizer.step(closure)

    lattice = Lattice(((-3.0, 4.0),), 200)
    p, q = (bell(m).density(lattice.places) for m in (0.0, 1.0))
    carries = p + q > 0.1 * (p + q).max()
    with torch.no_grad():
        answers = judge(torch.from_numpy(lattice.places))[:, 0].numpy()
    apart = shown(name, answers) - shown(name, best(name, bell(0.0), bell(1.0), lattice))
    assert np.abs(apart[carries]).max() < tolerance
