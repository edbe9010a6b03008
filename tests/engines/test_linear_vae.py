"""A linear VAE made of our terms finds the optimum that is known in closed form.

The data are few points of exactly the wanted covariance, and the noise is a set of sigma points
whose second moment is exactly one, so that every expectation here is exact.
"""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.autoencoders.objectives import gaussian_kl, gaussian_nll, reparameterise

unhurried = settings(deadline=None)  # on a busy machine
VARIANCES = (4.0, 1.5, 0.6, 0.2, 0.05)
NOISE_VARIANCE = 0.3
SIGMA = math.sqrt(NOISE_VARIANCE)
DIM = len(VARIANCES)


def sigma_points(variances):
    """Return 2d points of mean zero and covariance diag(variances)."""
    spread = torch.tensor(variances, dtype=torch.float64).mul(len(variances)).sqrt()
    return torch.cat([torch.diag(spread), -torch.diag(spread)])


def as_pictures(vectors):
    return vectors[:, :, None, None]


class Linear:
    """Encoder x ↦ (Ax, lv), decoder z ↦ Wz, over every pair of a point and a noise."""

    def __init__(self, seed=0):
        rng = torch.Generator().manual_seed(seed)
        start = torch.randn(2, DIM, DIM, dtype=torch.float64, generator=rng) * 0.3
        self.encoder, self.decoder = (m.clone().requires_grad_() for m in start)
        self.log_variance = torch.zeros(DIM, dtype=torch.float64, requires_grad=True)
        points, noises = sigma_points(VARIANCES), sigma_points((1.0,) * DIM)
        self.x = points.repeat_interleave(len(noises), dim=0)
        self.noise = noises.repeat(len(points), 1)

    @property
    def weights(self):
        return [self.encoder, self.decoder, self.log_variance]

    def terms(self):
        """Return the squared error and the reconstruction per pair, and the KL per axis."""
        mean = self.x @ self.encoder.T
        spread = self.log_variance.expand_as(mean)
        made = reparameterise(mean, spread, self.noise) @ self.decoder.T
        nll = gaussian_nll(as_pictures(made), as_pictures(self.x), SIGMA)
        return (made - self.x).square().sum(1), nll, gaussian_kl(mean, spread)

    def settled(self, beta):
        """Descend to the optimum of reconstruction + β · KL."""
        descent = torch.optim.LBFGS(
            self.weights, max_iter=200, tolerance_grad=1e-7, line_search_fn="strong_wolfe"
        )

        def loss():
            descent.zero_grad()
            _, nll, kl = self.terms()
            price = nll.mean() + beta * kl.sum(1).mean()
            price.backward()
            return price

        descent.step(loss)
        return self


@pytest.mark.parametrize(
    ("beta", "nats", "distortion"),
    [(1.0, (1.2951, 0.8047, 0.3466, 0, 0), 1.150), (2.0, (0.9486, 0.4581, 0, 0, 0), 2.05)],
)
def test_the_optimum_fills_the_axes_that_rise_above_the_water(beta, nats, distortion):
    """T-LIN: KL_j = ½ ln(λ_j / βσ²) where λ_j > βσ², else 0; reverse water-filling."""
    error, _, kl = Linear().settled(beta).terms()

    found = kl.mean(0).sort(descending=True).values.tolist()

    assert found == pytest.approx(nats, abs=1e-4)
    assert error.mean().item() == pytest.approx(distortion, abs=1e-4)


def test_the_bound_touches_the_likelihood_at_the_optimum():
    """T-pPCA: the best linear VAE is the best Gaussian of low rank plus noise."""
    kept = torch.tensor(VARIANCES, dtype=torch.float64).clamp_min(NOISE_VARIANCE)
    data = torch.tensor(VARIANCES, dtype=torch.float64)
    exact = 0.5 * (kept.log() + data / kept + math.log(2 * math.pi)).sum()

    _, nll, kl = Linear().settled(1.0).terms()

    assert (nll.mean() + kl.sum(1).mean()).item() == pytest.approx(exact.item(), abs=1e-6)


def test_without_kl_and_without_noise_the_loss_is_the_auto_encoders():
    """T-VAE-3: β = 0 and ε = 0 leave ‖x − d(e(x))‖² / (2σ²) and a constant."""
    model = Linear()
    plain = (model.x @ model.encoder.T @ model.decoder.T - model.x).square().sum(1)
    constant = DIM * (math.log(SIGMA) + 0.5 * math.log(2 * math.pi))

    model.noise = torch.zeros_like(model.noise)
    _, nll, _ = model.terms()

    torch.testing.assert_close(nll, plain / (2 * NOISE_VARIANCE) + constant)


def test_the_path_gradient_is_the_score_gradient_in_expectation():
    """T-VAE-4: ∇E_q f through the draw and through ln q, by Gauss–Hermite quadrature."""
    mean = torch.tensor([[0.4]], dtype=torch.float64, requires_grad=True)
    spread = torch.tensor([[-0.6]], dtype=torch.float64, requires_grad=True)
    nodes, weights = hermite(12)
    x = torch.full((12, 1, 1, 1), 1.3, dtype=torch.float64)

    z = reparameterise(mean.expand(12, 1), spread.expand(12, 1), nodes[:, None])
    path = gaussian_nll(as_pictures(1.7 * z - 0.2), x, SIGMA) @ weights
    held = z.detach()
    log_q = -0.5 * ((held - mean) ** 2 / spread.exp() + spread).ravel()
    score = (gaussian_nll(as_pictures(1.7 * held - 0.2), x, SIGMA) * log_q) @ weights

    through_draw = torch.autograd.grad(path, (mean, spread))
    through_density = torch.autograd.grad(score, (mean, spread))
    torch.testing.assert_close(through_draw, through_density)


def hermite(count):
    """Return nodes and weights that integrate polynomials against N(0, 1) exactly."""
    off = torch.arange(1, count, dtype=torch.float64).sqrt()
    nodes, vectors = torch.linalg.eigh(torch.diag(off, 1) + torch.diag(off, -1))
    return nodes, vectors[0].square()


def bound(mean, variance):
    """−ELBO at x = 1.3 where z ~ N(0, 1), x|z ~ N(z, ½) and q = N(mean, variance)."""
    nodes, weights = hermite(6)
    mean, spread = (torch.full((6, 1), v).double() for v in (mean, math.log(variance)))
    z = reparameterise(mean, spread, nodes[:, None])
    x = torch.full((6, 1, 1, 1), 1.3, dtype=torch.float64)
    nll = gaussian_nll(as_pictures(z), x, math.sqrt(0.5))
    return (nll @ weights + gaussian_kl(mean, spread)[0, 0]).item()


EXACT = 0.5 * (1.3**2 / 1.5 + math.log(2 * math.pi * 1.5))


def test_the_bound_has_its_known_value():
    """T-IW."""
    assert bound(0.3, 0.6) == pytest.approx(2.27278, abs=1e-5)
    assert pytest.approx(1.685004, abs=1e-6) == EXACT


@unhurried
@given(mean=st.floats(-3, 3), variance=st.floats(0.01, 5))
def test_no_posterior_beats_the_likelihood(mean, variance):
    """T-BOUND."""
    assert bound(mean, variance) >= EXACT - 1e-9


def test_the_true_posterior_reaches_the_likelihood():
    assert bound(1.3 / 1.5, 1 / 3) == pytest.approx(EXACT, abs=1e-9)
