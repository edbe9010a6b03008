"""Games whose judge gives no probability reach the values that their papers promise."""

import cmath

import pytest
import torch
from torch import nn

from engines.gans.objectives import OBJECTIVES
from engines.gans.penalties import PENALTIES
from engines.nets.initialise import make
from tests.engines.densities import STEP, X, log_normal, normal, one_by_one


def judged(name, scores, data, fakes, free):
    """Sum the judge's price of `scores`; `free` are real and fake scores without a price."""
    price = OBJECTIVES[name].discriminator
    real = one_by_one(price, scores, torch.full_like(scores, free[1])) @ data
    fake = one_by_one(price, torch.full_like(scores, free[0]), scores) @ fakes
    return real + fake


@pytest.mark.parametrize(("mean", "value"), [(0, 0.25), (1, 0.198986), (3, 0.049311)])
def test_the_best_judge_of_least_squares_pays_the_known_price(mean, value):
    """T-LS-1: D* = p_d / (p_d + p_g) at the constants (0, 1, 1)."""
    data, fakes = normal(X, 0.0), normal(X, float(mean))
    near = data + fakes > 1e-200
    best = torch.where(near, data / (data + fakes).clamp(min=1e-200), 0.5).requires_grad_()

    price = judged("lsgan", best, data, fakes, free=(1, 0)) * STEP
    (slope,) = torch.autograd.grad(price, best)

    assert price.item() == pytest.approx(value, abs=1e-6)
    assert slope.abs().max().item() == pytest.approx(0, abs=1e-12)


def test_on_a_sigmoid_the_best_judge_is_the_same_seen_through_its_log_odds():
    """T-LS-1 for the variant of old tables: σ(t*) = p_d / (p_d + p_g), at the same price."""
    data, fakes = normal(X, 0.0), normal(X, 1.0)
    best = (log_normal(X, 0.0) - log_normal(X, 1.0)).requires_grad_()

    price = judged("lsgan-sigmoid", best, data, fakes, free=(1e3, -1e3)) * STEP
    (slope,) = torch.autograd.grad(price, best)

    assert price.item() == pytest.approx(0.198986, abs=1e-6)
    assert slope.abs().max().item() == pytest.approx(0, abs=1e-12)


@pytest.mark.slow
def test_a_judge_that_learns_from_samples_comes_near_the_value():
    """T-G-VAL by learning: a small network on draws of N(0, 1) and N(1, 1), within 0.02."""
    rng = torch.Generator().manual_seed(0)
    judge = make(
        lambda: nn.Sequential(nn.Linear(1, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(),
                              nn.Linear(64, 1), nn.Flatten(0)),
        rng,
    )  # fmt: skip
    optimizer = torch.optim.Adam(judge.parameters(), lr=3e-3)
    price = OBJECTIVES["ns"].discriminator
    for _ in range(600):
        real, fake = torch.randn(2, 4096, 1, generator=rng)
        loss = price(judge(real), judge(fake + 1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    with torch.no_grad():
        learned = judge(X[:, None].float()).double()
    value = -judged("ns", learned, normal(X, 0.0), normal(X, 1.0), free=(1e3, -1e3)) * STEP

    assert value.item() == pytest.approx(-1.163451, abs=0.02)


def test_least_squares_at_minus_one_one_zero_is_a_pearson_divergence():
    """T-LS-2: χ²(p_d + p_g ‖ 2 p_g) of N(0, 1) and N(1, 1)."""
    data, fakes = normal(X, 0.0), normal(X, 1.0)
    best = torch.where(data + fakes > 1e-200, (data - fakes) / (data + fakes), 0.0)

    paid = one_by_one(OBJECTIVES["lsgan-pearson"].generator, best, best)

    assert (2 * paid @ (data + fakes) * STEP).item() == pytest.approx(0.408109, abs=1e-6)


def test_a_least_squares_generator_never_earns():
    """T-ERR-6: seed 2's table prints the negative."""
    fake = torch.linspace(-5, 5, 101)

    for name in ("lsgan", "lsgan-pearson"):
        assert (one_by_one(OBJECTIVES[name].generator, fake, fake) >= 0).all()


def test_the_best_judge_of_the_hinge_pays_twice_the_overlap():
    fine = torch.linspace(-7.5, 8.5, 4001, dtype=torch.float64)  # the overlap has an edge
    data, fakes = normal(fine, 0.0), normal(fine, 1.0)

    price = judged("hinge", torch.sign(data - fakes), data, fakes, free=(9, -9))
    overlap = torch.minimum(data, fakes).sum()

    assert (price * (fine[1] - fine[0])).item() == pytest.approx(1.234150, abs=2e-6)
    assert price.item() == pytest.approx(2 * overlap.item())


def test_a_clipped_linear_critic_ends_at_the_limit_times_the_distance_of_the_means():
    """T-W-2: c · ‖difference of the means‖₁."""
    rng = torch.Generator().manual_seed(0)
    real, fake = torch.randn(2, 40, 6, dtype=torch.float64, generator=rng)
    slope = torch.zeros(6, dtype=torch.float64, requires_grad=True)

    for _ in range(20):
        gap = -OBJECTIVES["wasserstein"].discriminator(real @ slope, fake @ slope)
        (pull,) = torch.autograd.grad(gap, slope)
        slope = (slope + 0.1 * pull).clamp(-0.01, 0.01).detach().requires_grad_()

    gap = -OBJECTIVES["wasserstein"].discriminator(real @ slope, fake @ slope)
    distance = (real.mean(0) - fake.mean(0)).abs().sum()
    assert gap.item() == pytest.approx(0.01 * distance.item())


@pytest.mark.parametrize(("weight", "gap"), [(1.0, 2 * 2), (10.0, 2 * 1.1), (1e6, 2.0)])
def test_the_best_penalised_line_measures_the_shift_as_its_weight_grows(weight, gap):
    """T-GP-4: p_g is p_d shifted by m = 2; a line of slope a gains am, so a* = 1 + m/2λ."""
    real = torch.linspace(-1, 1, 7, dtype=torch.float64)[:, None, None, None]
    fake = real - 2
    slope = torch.full((), 0.5, dtype=torch.float64, requires_grad=True)

    def line(images):
        return slope * images.flatten(1).sum(1)

    def loss():
        cost = PENALTIES["gp"].values(line, real, fake, torch.Generator()).mean()
        gain = OBJECTIVES["wasserstein"].discriminator(line(real), line(fake))
        return gain + weight * cost

    (pull,) = torch.autograd.grad(loss(), slope)
    with torch.no_grad():
        slope -= pull / (2 * weight)  # one step of Newton's, exact for a parabola

    found = -OBJECTIVES["wasserstein"].discriminator(line(real), line(fake))
    assert found.item() == pytest.approx(gap, rel=1e-5)


# ---- the smallest game: D(x) = ψx, all data at 0, all fakes at θ


def field(name, gamma, psi, theta):
    """Return how gradient descent moves ψ and θ, from our own losses."""
    psi = torch.tensor([psi], dtype=torch.float64, requires_grad=True)
    theta = torch.tensor([theta], dtype=torch.float64, requires_grad=True)
    game, zero = OBJECTIVES[name], torch.zeros(1, 1, 1, 1, dtype=torch.float64)

    def judge(images):
        return psi * images.flatten(1).sum(1)

    cost = PENALTIES["r1"].values(judge, zero, zero, torch.Generator()).mean()
    real, fake = 0 * psi, psi * theta
    (down,) = torch.autograd.grad(game.discriminator(real, fake) + gamma * cost, psi)
    (up,) = torch.autograd.grad(game.generator(0 * psi, psi * theta), theta)
    return torch.cat([-down, -up])


@pytest.mark.parametrize("name", ["ns", "mm", "relativistic", "wasserstein"])
@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0])
def test_the_smallest_game_turns_or_settles_as_its_penalty_says(name, gamma):
    """T-DIRAC: eigenvalues −γ/2 ± √(γ² − 4k²)/2; k is ½, or 1 for a critic."""
    pull = 1.0 if name == "wasserstein" else 0.5
    nudge = 1e-4
    columns = [
        (field(name, gamma, *step) - field(name, gamma, *(-s for s in step))) / (2 * nudge)
        for step in ((nudge, 0.0), (0.0, nudge))
    ]

    found = torch.linalg.eigvals(torch.stack(columns, dim=1)).tolist()

    root = cmath.sqrt(gamma**2 - 4 * pull**2)
    for value in (-gamma + root) / 2, (-gamma - root) / 2:
        assert min(abs(value - one) for one in found) < 1e-4


def test_the_eigenvalues_are_the_published_ones():
    known = {0.0: 0.5j, 0.5: -0.25 + 0.433j, 1.0: -0.5, 2.0: -0.134}

    for gamma, value in known.items():
        root = cmath.sqrt(gamma**2 - 1)
        assert abs((-gamma + root) / 2 - value) < 5e-4
